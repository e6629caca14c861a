"""The station's answer to a scan of goods, from the loaded picture of the order alone.

Each refusal is its own word and sentence. `look_up` on a refusal says that the database may know
more about the code; the station asks it afterwards and says it better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.core.messages import N_
from app.rules.packing.picture import PackItem, PackLine, PackLot, PackOrder, PackType
from app.rules.packing.plan import ZERO, Take, plan_takes, room_of, share
from app.rules.packing.states import CartonState
from app.rules.scanning import Remark, Scan, ScanKind, resolution_candidates
from app.rules.scanning.scan import remark
from app.rules.stock import Tracking


@dataclass(frozen=True, slots=True)
class Wrong:
    """A scan that stops the station until it is acknowledged."""

    word: str
    why: Remark
    look_up: bool = False
    short: str = ""
    """A few words for the list of last scans."""


@dataclass(frozen=True, slots=True)
class SerialNeeded:
    """The item was right; the next scan must be the serial of this unit."""

    item: PackItem


@dataclass(frozen=True, slots=True)
class ToBox:
    """Goods that go into the carton: right, and from where they are taken."""

    item: PackItem
    quantity: Decimal
    takes: tuple[Take, ...]
    lot: PackLot | None = None
    serial: str = ""
    unit: str = ""
    """The unit that was scanned, when it is not the base unit: a case of 6 is 6 pieces."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the scan comes on top of: quantity typed before, place scanned before, and so on."""

    quantity: Decimal | None = None
    source: int | None = None
    serial_for: int | None = None
    """The item whose serial was asked for."""
    carton: int | None = None


NOT_HERE = N_("{code} is not on order {order}. Put it aside.")
UNKNOWN_CODE = N_(
    "Nothing here has the code {code}. Put it aside; it can be registered at the Items desk."
)
OTHER_ITEM = N_("{item} {name} is not on order {order}. Put it aside.")
_MORE = N_("Order {order} takes only {room} more of {item}, not {quantity}. Put the rest back.")
_FULL = N_("Order {order} has all its {item}. Put this one back.")
_NONE_LEFT = N_(
    "The books know only {found} of {item} within reach, not {quantity}. "
    "Have the stock counted, or say that the line is short."
)
_SERIAL_TWICE = N_("Serial {serial} of {item} is in a carton already. Scan another unit.")
_SERIAL_ONE = N_("{item} has a serial on each unit, so scan each unit: not {quantity} at once.")
_SERIAL_FIRST = N_("Scan the serial of {item} first; {code} is not one.")
_SERIAL_UNKNOWN = N_("Serial {serial} of {item} is not in this warehouse. Scan another unit.")
_LOT_UNKNOWN = N_("Lot {lot} of {item} is not in this warehouse. Check the label.")
_LOT_EXPIRED = N_("Lot {lot} of {item} expired on {day}. Put it into quarantine, take another.")
_DATE_PAST = N_("{item} expired on {day}, says its label. Put it into quarantine, take another.")
_LOT_BLOCKED = N_("Lot {lot} of {item} is blocked: {why}. Put it aside, take another.")
_LOT_OTHER = N_("Lot {lot} of {item} is promised to order {holder}. Put it back, take another.")
_TOO_FINE = N_("{quantity} is too fine for {item}, counted with {decimals} decimals.")
_CARTON_CLOSED = N_(
    "Carton {number} is closed. Scan its label again to reopen it, "
    "or scan an item to begin a new one."
)
_CARTON_GONE = N_("Carton {number} is packed and takes nothing more. Scan an item for a new one.")
_TOO_HEAVY = N_(
    "Carton {number} weighs {weight} kg by its contents; {type} takes {allowed} kg. "
    "Choose a stronger type, or begin another carton."
)
_HELD = N_("Order {order} is on hold ({hold}): {why}. A manager can release it.")
_NOT_OPEN = N_("Order {order} is {state}, so nothing is packed for it. Scan another order.")
_SHIPPED = N_("Order {order} was packed as {shipment} by {who} on {at}. Scan another order.")
_ELSEWHERE = N_("Order {order} ships from {warehouse}, not from here. Scan another order.")
_STALE = N_(
    "The order changed after carton {number} was closed, so its label is wrong. "
    "Print it again with F9, put it over the old one, then go on."
)


def judge_order(order: PackOrder) -> Wrong | None:
    """Why nothing can be boxed for this order now, or None."""
    left = order.left
    if order.state == "closed" or (left is not None and order.is_all_gone):
        if left is None:
            return Wrong(N_("NOT OPEN"), remark(_NOT_OPEN, order=order.number, state=order.state))
        return Wrong(
            N_("ALREADY SHIPPED"),
            remark(
                _SHIPPED,
                order=order.number,
                shipment=left.shipment,
                who=left.by or "?",
                at=left.at,
            ),
            short=N_("already shipped"),
        )
    if order.state != "confirmed":
        return Wrong(
            N_("NOT OPEN"),
            remark(_NOT_OPEN, order=order.number, state=order.state),
            short=N_("not open"),
        )
    if order.other_warehouse is not None:
        why = remark(_ELSEWHERE, order=order.number, warehouse=order.other_warehouse)
        return Wrong(N_("OTHER WAREHOUSE"), why, short=N_("other warehouse"))
    if order.is_stopped:
        return Wrong(
            N_("ON HOLD"),
            remark(_HELD, order=order.number, hold=order.hold or "", why=order.hold_reason or "?"),
            short=N_("on hold"),
        )
    stale = next((each for each in order.cartons if each.is_label_stale), None)
    if stale is not None:
        return Wrong(N_("OLD LABEL"), remark(_STALE, number=stale.number), short=N_("old label"))
    return None


def judge_carton(order: PackOrder, id: int) -> Wrong | None:
    """Why this carton of the order takes nothing, or None."""
    carton = order.carton(id)
    if carton is None or carton.state is CartonState.OPEN:
        return None
    closed = carton.state is CartonState.CLOSED
    return Wrong(
        N_("CARTON CLOSED"),
        remark(_CARTON_CLOSED if closed else _CARTON_GONE, number=carton.number),
        short=N_("carton closed"),
    )


def judge_type(order: PackOrder, id: int, type: PackType) -> Wrong | None:
    """Why this carton of the order cannot be of that type, or None."""
    carton = order.carton(id)
    if carton is None or type.max_kg is None:
        return None
    weight = order.weight_of(replace(carton, type=type))
    if weight <= type.max_kg:
        return None
    why = remark(
        _TOO_HEAVY, number=carton.number, weight=weight, type=type.name, allowed=type.max_kg
    )
    return Wrong(N_("TOO HEAVY"), why, short=N_("too heavy for this type"))


@dataclass(frozen=True, slots=True)
class _Meant:
    """What the code names: an item, perhaps its lot or serial, and how many base units."""

    item: PackItem
    factor: Decimal = Decimal(1)
    unit: str = ""
    lot: PackLot | None = None
    text: str = ""
    """A lot or serial that the code carries but nobody knows."""


def judge_goods(
    order: PackOrder, scan: Scan, asked: Asked, today: date
) -> ToBox | SerialNeeded | Wrong:
    """What a scan of goods takes, or why it is wrong."""
    waiting = order.items.get(asked.serial_for) if asked.serial_for is not None else None
    meant = _meant(order, scan, waiting)
    if isinstance(meant, Wrong):
        return meant
    if meant is None:
        why = remark(NOT_HERE, code=scan.value or scan.text, order=order.number)
        return Wrong(N_("WRONG ITEM"), why, look_up=True, short=N_("not on this order"))
    item, lines = meant.item, order.lines_of(meant.item.id)
    quantity = (
        (asked.quantity if asked.quantity is not None else Decimal(1))
        * meant.factor
        * (scan.quantity or 1)
    )
    if scan.weight is not None and item.unit.lower() == "kg":
        quantity = scan.weight
    return (
        _wrong_quantity(order, item, lines, quantity)
        or _wrong_lot(scan, meant, today)
        or _taken(order, meant, lines, quantity, asked)
    )


def _meant(order: PackOrder, scan: Scan, waiting: PackItem | None) -> _Meant | Wrong | None:
    if waiting is not None:
        return _serial_of(order, scan, waiting)
    unit = order.units.get(scan.gtin or "")
    for candidate in resolution_candidates(scan):
        if candidate.kind in (ScanKind.SERIAL, ScanKind.LOT):
            if scan.gtin and unit is None:
                continue
            found = _lot_named(order, candidate.value, unit.item_id if unit else None)
            if found is not None:
                return _Meant(order.items[found.item_id], lot=found)
        elif candidate.kind is ScanKind.GTIN and unit is not None:
            item = order.items[unit.item_id]
            name = "" if unit.factor == 1 else unit.name
            return _Meant(item, unit.factor, name, text=scan.serial or scan.lot or "")
        elif candidate.kind in (ScanKind.ITEM, ScanKind.ALIAS):
            for text in (candidate.value, candidate.value.upper()):
                if text in order.names:
                    return _Meant(
                        order.items[order.names[text]], text=scan.serial or scan.lot or ""
                    )
    return None


def _lot_named(order: PackOrder, code: str, item: int | None) -> PackLot | None:
    if item is not None:
        return order.lots.get((item, code))
    return next((lot for (_, name), lot in order.lots.items() if name == code), None)


def _serial_of(order: PackOrder, scan: Scan, item: PackItem) -> _Meant | Wrong:
    """The scan after an item whose serial was asked for."""
    unit = order.units.get(scan.gtin or "")
    code = scan.serial or (scan.value if not scan.elements else "")
    is_another_item = unit is not None and not scan.serial
    if not code or is_another_item or code in order.names or scan.sscc:
        why = remark(_SERIAL_FIRST, item=item.number, code=scan.value or scan.text)
        return Wrong(N_("SERIAL NEEDED"), why, short=N_("serial needed"))
    return _Meant(item, lot=order.lots.get((item.id, code)), text=code)


def _wrong_quantity(
    order: PackOrder, item: PackItem, lines: list[PackLine], quantity: Decimal
) -> Wrong | None:
    short = N_("more than ordered")
    if quantity != round(quantity, item.decimals):
        why = remark(_TOO_FINE, quantity=quantity, item=item.number, decimals=item.decimals)
        return Wrong(N_("TOO FINE"), why, short=N_("too fine"))
    if item.is_serial and quantity != 1:
        why = remark(_SERIAL_ONE, item=item.number, quantity=quantity)
        return Wrong(N_("SERIAL NEEDED"), why, short=N_("serial needed"))
    room = room_of(lines)
    if room <= 0:
        why = remark(_FULL, order=order.number, item=item.number)
        return Wrong(N_("TOO MANY"), why, short=short)
    if quantity > room:
        why = remark(_MORE, order=order.number, room=room, item=item.number, quantity=quantity)
        return Wrong(N_("TOO MANY"), why, short=short)
    return None


def _wrong_lot(scan: Scan, meant: _Meant, today: date) -> Wrong | None:
    item, lot = meant.item, meant.lot
    short = N_("lot expired")
    if lot is not None and lot.is_expired(today):
        why = remark(_LOT_EXPIRED, lot=lot.code, item=item.number, day=lot.expires_on)
        return Wrong(N_("EXPIRED"), why, short=short)
    if scan.expiry is not None and scan.expiry < today:
        why = remark(_DATE_PAST, item=item.number, day=scan.expiry)
        return Wrong(N_("EXPIRED"), why, short=short)
    if lot is not None and lot.blocked_reason is not None:
        why = remark(_LOT_BLOCKED, lot=lot.code, item=item.number, why=lot.blocked_reason)
        return Wrong(N_("BLOCKED"), why, short=N_("lot blocked"))
    return None


def _taken(
    order: PackOrder,
    meant: _Meant,
    lines: list[PackLine],
    quantity: Decimal,
    asked: Asked,
) -> ToBox | SerialNeeded | Wrong:
    item, lot = meant.item, meant.lot
    serial = ""
    if item.tracking is Tracking.SERIAL_OUT:
        serial = meant.text
        if not serial:
            return SerialNeeded(item)
        if (item.id, serial) in order.serials():
            return _serial_twice(item, serial)
    elif item.tracking is Tracking.SERIAL and lot is None:
        if not meant.text:
            return SerialNeeded(item)
        why = remark(_SERIAL_UNKNOWN, serial=meant.text, item=item.number)
        return Wrong(N_("UNKNOWN SERIAL"), why, short=N_("unknown serial"))
    elif item.tracking is Tracking.LOT and lot is None and meant.text:
        why = remark(_LOT_UNKNOWN, lot=meant.text, item=item.number)
        return Wrong(N_("UNKNOWN LOT"), why, short=N_("unknown lot"))
    takes, missing = plan_takes(
        share(lines, quantity),
        order.goods,
        item=item.id,
        bench=order.bench_id,
        source=asked.source,
        lot=lot.id if lot else None,
    )
    if not missing:
        return ToBox(item, quantity, tuple(takes), lot, serial, meant.unit)
    return _not_within_reach(order, item, lot, quantity, missing)


def _serial_twice(item: PackItem, serial: str) -> Wrong:
    why = remark(_SERIAL_TWICE, serial=serial, item=item.number)
    return Wrong(N_("SCANNED ALREADY"), why, short=N_("scanned already"))


def _not_within_reach(
    order: PackOrder, item: PackItem, lot: PackLot | None, quantity: Decimal, missing: Decimal
) -> Wrong:
    if lot is not None:
        boxed = any(each.lot_id == lot.id for c in order.cartons for each in c.contents)
        if boxed and lot.is_serial:
            return _serial_twice(item, lot.code)
        if lot.holder is not None:
            why = remark(_LOT_OTHER, lot=lot.code, item=item.number, holder=lot.holder)
            return Wrong(N_("OTHER ORDER'S"), why, short=N_("lot of another order"))
    found = max(ZERO, quantity - missing)
    why = remark(_NONE_LEFT, found=found, item=item.number, quantity=quantity)
    return Wrong(N_("NOT IN STOCK"), why, short=N_("not in stock"))
