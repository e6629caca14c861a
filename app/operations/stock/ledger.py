"""Goods come and move: the operations that write the ledger, and what others build on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import ItemRef, Kind, LocationRef
from app.core.messages import N_
from app.core.quantity import check_quantity, to_base
from app.database.columns import columns
from app.models.stock import StockMove
from app.rules.stock import RECEIVED_INTO, LocationKind, MoveReason, Tracking


class NotEnoughThere(BusinessError):
    """Less is free in that place than is to be taken."""

    about = ("quantity",)
    sentence = N_(
        "Only {free} of {item} is free in {location}, not {quantity}. "
        "Take less, or release what is promised there first."
    )


class NotAPlaceForIt(BusinessError):
    """Goods that come from outside or are put away go to certain kinds of place."""

    about = ("place",)
    sentence = N_("{place} is a {kind} place. For this choose one of: {kinds}.")


class LotNeeded(BusinessError):
    """An item tracked by lot or serial without one."""

    about = ("lot",)
    sentence = N_("{item} is tracked by {tracking}: say which one.")


class LotNotTracked(BusinessError):
    """A lot for an item that has none."""

    about = ("lot",)
    sentence = N_("{item} is not tracked by lot or serial; leave the lot empty.")


class SerialIsOne(BusinessError):
    """A serial that stands for other than one unit."""

    about = ("quantity",)
    sentence = N_("A serial of {item} is one {unit}, not {quantity}: name each serial by itself.")


class SerialTwice(BusinessError):
    """The same serial two times in what comes in."""

    about = ("lot",)
    sentence = N_("Serial {serial} of {item} is named twice. Look at the labels again.")


class SerialInStock(BusinessError):
    """A serial comes in that the books have already."""

    about = ("lot",)
    sentence = N_(
        "Serial {serial} of {item} is in stock already, in {place}. Look at the label again; "
        "if it is there no more, correct the stock first."
    )


class LotExpiresOtherwise(BusinessError):
    """Goods of a known lot come in with another day."""

    about = ("expires_on",)
    sentence = N_(
        "Lot {lot} of {item} is known to expire on {known}, not {typed}. Look at the label "
        "again, or leave the day empty to receive it as it is known."
    )


class LotNeverExpires(BusinessError):
    """Goods of a lot that is known without a day come in with one."""

    about = ("expires_on",)
    sentence = N_(
        "Lot {lot} of {item} is known without a day on which it expires. Leave the day empty to "
        "receive it as it is known."
    )


class UnknownUnit(BusinessError):
    """A unit the item does not have."""

    sentence = N_("{item} has no unit {unit}. It has: {units}.")


@dataclass(frozen=True, slots=True)
class Move:
    """One row for the ledger."""

    item_id: int
    lot_id: int | None
    from_location_id: int
    to_location_id: int
    quantity: Decimal
    reason: MoveReason
    note: str = ""
    order_line_id: int | None = None
    allocation_id: int | None = None
    carton_id: int | None = None
    shipment_id: int | None = None
    serial: str | None = None
    reverses_id: int | None = None
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A promise that a correction released: that line is short of so much again."""

    order_line_id: int
    order: str
    line_no: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class StockChanged:
    """What came, went or moved: the ids of the ledger's rows, and whose promises went with it."""

    move_ids: tuple[int, ...]
    quantity: Decimal
    changes: Changes
    taken_back: tuple[TakenBack, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """So much of an item into a place; `lot` is its number or serial."""

    item: ItemRef
    quantity: Decimal
    location: LocationRef
    unit: str | None = None
    lot: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What entry needs to know of an item."""

    id: int
    number: str
    name: str
    base_unit: str
    quantity_decimals: int
    tracking: Tracking
    units: dict[str, Decimal]

    def base_quantity(self, quantity: Decimal, unit: str | None) -> Decimal:
        """A typed quantity in the base unit, exact or refused. Raises: UnknownUnit, …."""
        if unit is None or unit == self.base_unit:
            return check_quantity(self.number, quantity, self.quantity_decimals)
        if unit not in self.units:
            raise UnknownUnit(
                item=self.number, unit=unit, units=sorted({self.base_unit, *self.units})
            )
        return to_base(self.number, quantity, unit, self.units[unit], self.quantity_decimals)


_ITEM_FACTS = text("""
    SELECT i.id, i.number, i.name, i.base_unit, i.quantity_decimals, i.tracking,
           coalesce(jsonb_object_agg(u.name, u.factor::text) FILTER (WHERE u.id IS NOT NULL), '{}')
      FROM item i LEFT JOIN item_unit u ON u.item_id = i.id
     WHERE i.id = ANY (:ids) GROUP BY i.id
""")


def item_facts(session: Session, ids: Sequence[int]) -> dict[int, ItemFacts]:
    """Facts of the items with these ids. Raises: NotFound, all at once."""
    found = known_items(session, ids)
    raise_all([NotFound(what="item", value=id) for id in dict.fromkeys(ids) if id not in found])
    return found


def known_items(session: Session, ids: Sequence[int]) -> dict[int, ItemFacts]:
    """Facts of those of these items that there are."""
    rows = session.execute(_ITEM_FACTS, {"ids": list(ids)})
    return {
        row[0]: ItemFacts(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            Tracking(row[5]),
            {name: Decimal(factor) for name, factor in row[6].items()},
        )
        for row in rows
    }


def insert_moves(session: Session, moves: Sequence[Move]) -> list[int]:
    """Write the ledger; the database applies the moves. Ids come in the order of `moves`.

    In one statement, with lots and without: what goes together is judged together.
    """
    if not moves:
        return []
    if len({m.happened_at is None for m in moves}) != 1:
        raise ValueError("either all moves say when they happened or none does")
    rows = [asdict(move) for move in moves]
    for row in rows:
        if row["happened_at"] is None:
            del row["happened_at"]
    statement = insert(StockMove).returning(StockMove.id, sort_by_parameter_order=True)
    # Else those with the same columns empty would each be a statement of their own.
    written = session.execute(statement, rows, execution_options={"render_nulls": True})
    return list(written.scalars())


def lock_stock(session: Session, places: Sequence[tuple[int, int | None, int]]) -> None:
    """Lock the balances of (item, lot, location), once per operation, before its first insert."""
    session.execute(
        text("SELECT FROM lock_stock(:items, CAST(:lots AS bigint[]), :locations)"),
        {
            "items": [item for item, _, _ in places],
            "lots": [lot for _, lot, _ in places],
            "locations": [location for _, _, location in places],
        },
    )


def location_of_kind(session: Session, code: str) -> int:
    """The id of one of the ends of the world: SUPPLIER, CUSTOMER, ADJUSTMENT, SCRAP."""
    found = session.execute(text("SELECT id FROM location WHERE code = :code"), {"code": code})
    return int(found.scalar_one())


def lots_of(
    session: Session, receipts: Sequence[Receipt], facts: dict[int, ItemFacts]
) -> dict[tuple[int, str], int]:
    """The ids of the receipts' lots, made where they are new."""
    named = sorted({(r.item, r.lot, r.expires_on) for r in receipts if r.lot}, key=str)
    if not named:
        return {}
    values = {
        "items": [item for item, _, _ in named],
        "codes": [code for _, code, _ in named],
        "serial": [facts[item].tracking is Tracking.SERIAL for item, _, _ in named],
        "expires": [expires for _, _, expires in named],
    }
    session.execute(
        text("""
            INSERT INTO lot (item_id, code, is_serial, expires_on)
            SELECT * FROM unnest(CAST(:items AS bigint[]), CAST(:codes AS text[]),
                                 CAST(:serial AS boolean[]), CAST(:expires AS date[]))
            ON CONFLICT (item_id, code) DO NOTHING"""),
        values,
    )
    return known_lots(session, [(item, code) for item, code, _ in named])


def known_lots(session: Session, named: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The ids of those of these lots, named by item and number or serial, that there are."""
    rows = session.execute(
        text("""
            SELECT item_id, code, id FROM lot
             WHERE (item_id, code) IN (SELECT * FROM unnest(CAST(:items AS bigint[]),
                                                            CAST(:codes AS text[])))"""),
        {"items": [item for item, _ in named], "codes": [code for _, code in named]},
    )
    return {(item, code): id for item, code, id in rows}


def receive(session: Session, actor: Actor, *, receipts: tuple[Receipt, ...]) -> StockChanged:
    """Take goods in from a supplier: into receiving, or straight to a bin.

    Quantities are in `unit` (base unit when none). Raises: NotPermitted, LotNeeded,
    LotNotTracked, SerialIsOne, SerialTwice, SerialInStock, LotExpiresOtherwise, LotNeverExpires,
    UnknownUnit, NotAPlaceForIt and what `check_quantity` raises; all problems at once.
    """
    actor.require("receive", Group.FLOOR, Group.PURCHASING)
    return take_in(session, receipts, "SUPPLIER", MoveReason.RECEIVE, "")


def open_stock(session: Session, actor: Actor, *, receipts: tuple[Receipt, ...]) -> StockChanged:
    """Write down what lay there before Orderwright: opening stock, from adjustment to bin."""
    actor.require("open_stock", Group.STOCK)
    return take_in(session, receipts, "ADJUSTMENT", MoveReason.OPENING, "opening stock")


def take_in(
    session: Session, receipts: Sequence[Receipt], source: str, reason: MoveReason, note: str
) -> StockChanged:
    """Goods from one of the ends of the world into places, checked line by line."""
    facts = item_facts(session, [receipt.item for receipt in receipts])
    quantities: list[Decimal] = []
    problems: list[BusinessError] = []
    for receipt in receipts:
        fact = facts[receipt.item]
        try:
            quantities.append(fact.base_quantity(receipt.quantity, receipt.unit))
            check_lot(fact, receipt.lot)
            if fact.tracking is Tracking.SERIAL and quantities[-1] != 1:
                raise SerialIsOne(item=fact.number, unit=fact.base_unit, quantity=receipt.quantity)
        except BusinessError as problem:
            problems.append(problem)
    into = [receipt.location for receipt in receipts]
    problems += wrong_places(into, known_places(session, into), RECEIVED_INTO[reason])
    raise_all(problems)
    lots = lots_of(session, receipts, facts)
    origin = location_of_kind(session, source)
    moves = [
        Move(
            receipt.item,
            lots[receipt.item, receipt.lot] if receipt.lot else None,
            origin,
            receipt.location,
            quantity,
            reason,
            note,
        )
        for receipt, quantity in zip(receipts, quantities, strict=True)
    ]
    lock_stock(session, [(m.item_id, m.lot_id, m.to_location_id) for m in moves])
    raise_all(_unlike_what_is_known(session, [each for each in receipts if each.lot], facts))
    return StockChanged(
        tuple(insert_moves(session, moves)),
        sum(quantities, Decimal(0)),
        changed(Kind.STOCK, [receipt.item for receipt in receipts]),
    )


def _unlike_what_is_known(
    session: Session, receipts: Sequence[Receipt], facts: dict[int, ItemFacts]
) -> list[BusinessError]:
    """What contradicts the books: a serial that is there, or twice; a lot with another expiry."""
    if not receipts:
        return []
    rows = session.execute(
        text("""
            SELECT t.item_id, t.code, t.expires_on, CASE WHEN t.is_serial THEN
                   (SELECT p.code FROM stock_balance b JOIN location p ON p.id = b.location_id
                     WHERE b.item_id = t.item_id AND b.lot_id = t.id AND b.on_hand > 0 LIMIT 1)
                   END AS place
              FROM lot t WHERE (t.item_id, t.code) IN (
                SELECT * FROM unnest(CAST(:items AS bigint[]), CAST(:lots AS text[])))"""),
        {"items": [each.item for each in receipts], "lots": [each.lot for each in receipts]},
    )
    known = {(row.item_id, row.code): row for row in rows}
    times = Counter((each.item, each.lot) for each in receipts)
    problems: list[BusinessError] = []
    for (item, code), many in times.items():
        fact = facts[item]
        if fact.tracking is Tracking.SERIAL and many > 1:
            problems.append(SerialTwice(serial=code, item=fact.number))
        elif place := known[item, str(code)].place:
            problems.append(SerialInStock(serial=code, item=fact.number, place=place))
    for each in receipts:
        day = known[each.item, str(each.lot)].expires_on
        named = {"lot": each.lot, "item": facts[each.item].number}
        if each.expires_on is None or each.expires_on == day:
            continue
        if day is None:
            problems.append(LotNeverExpires(**named))
        else:
            problems.append(LotExpiresOtherwise(**named, known=day, typed=each.expires_on))
    return problems


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked of a place before goods go there."""

    code: str
    kind: LocationKind


def known_places(session: Session, ids: Sequence[int]) -> dict[int, Place]:
    """Those of these places that there are."""
    rows = session.execute(
        text("SELECT id, code, kind FROM location WHERE id = ANY (:ids)"), {"ids": list(ids)}
    )
    return {id: Place(code, LocationKind(kind)) for id, code, kind in rows}


def wrong_places(
    wanted: Sequence[int], known: dict[int, Place], kinds: Sequence[LocationKind]
) -> list[BusinessError]:
    """What speaks against these places: there is no such, or it is of none of the kinds."""
    problems: list[BusinessError] = []
    for id in dict.fromkeys(wanted):
        if id not in known:
            problems.append(NotFound(what="location", value=id))
        elif known[id].kind not in kinds:
            place, names = known[id], ", ".join(kind.value for kind in kinds)
            problems.append(NotAPlaceForIt(place=place.code, kind=place.kind.value, kinds=names))
    return problems


def check_lot(fact: ItemFacts, lot: str | None) -> None:
    """A lot where the item is tracked by one, and none elsewhere. Raises: LotNeeded, …."""
    tracked = fact.tracking in (Tracking.LOT, Tracking.SERIAL)
    if tracked and not lot:
        raise LotNeeded(item=fact.number, tracking=fact.tracking.value)
    if lot and not tracked:
        raise LotNotTracked(item=fact.number)


def balance_of(
    session: Session, item: int, lot_id: int | None, location: int
) -> tuple[str, Decimal, Decimal]:
    """The place's code, what lies there of the item, and what of it is promised to nobody."""
    row = session.execute(
        text("""
            SELECT p.code, coalesce(b.on_hand, 0), coalesce(b.on_hand - b.allocated, 0)
              FROM location p LEFT JOIN stock_balance b
                ON b.location_id = p.id AND b.item_id = :item
               AND b.lot_id IS NOT DISTINCT FROM CAST(:lot AS bigint)
             WHERE p.id = :location"""),
        {"item": item, "lot": lot_id, "location": location},
    ).one_or_none()
    if row is None:
        raise NotFound(what="location", value=location)
    return row[0], row[1], row[2]


def places_of(moves: Sequence[Move]) -> list[tuple[int, int | None, int]]:
    """Source and target of every move, for `lock_stock`."""
    found = columns(moves, "item_id", "lot_id", "from_location_id", "to_location_id")
    sources = zip(found["item_id"], found["lot_id"], found["from_location_id"], strict=True)
    targets = zip(found["item_id"], found["lot_id"], found["to_location_id"], strict=True)
    return [*sources, *targets]


def lessen_promises(session: Session, given: Sequence[tuple[int, Decimal]]) -> None:
    """Take so much back of promises (by id, at most what they promise); whole ones are gone."""
    if not given:
        return
    session.execute(
        text("""
            WITH given AS (
              SELECT id, sum(quantity) AS quantity
                FROM unnest(CAST(:ids AS bigint[]), CAST(:quantities AS numeric[]))
                     AS g(id, quantity) GROUP BY 1),
            gone AS (DELETE FROM allocation a USING given g
                      WHERE a.id = g.id AND a.quantity = g.quantity)
            UPDATE allocation a SET quantity = a.quantity - g.quantity FROM given g
             WHERE a.id = g.id AND a.quantity > g.quantity"""),
        {"ids": [id for id, _ in given], "quantities": [quantity for _, quantity in given]},
    )
