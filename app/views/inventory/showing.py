"""The stock, written as it is to be read by who stands before it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from decimal import Decimal

from app.core.ids import Kind
from app.core.messages import N_
from app.operations.stock import LotsJudged, StockChanged, block_lots, unblock_lots
from app.queries.inventory import StockItemRow, StockLotRow, StockPlaceRow, StockRow
from app.queries.inventory_document import (
    MOST_LINES,
    ItemStock,
    MovedGoods,
    OrderWithSome,
    PlaceStock,
    StockLine,
)
from app.rules.stock import SHELVES, LocationKind, MoveReason, Tracking
from app.views.document_desk import MARKED
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import write_number
from app.views.widgets.quantity_bar import Bar, Part, Segment
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.timeline import TimelineEntry
from app.views.widgets.wording import (
    counted,
    few,
    state_words,
    words,
    write_full_day,
    write_moment,
)

PLACE_HEADS = LineHeads(
    item=words(N_("Place")),
    quantity=words(N_("On hand")),
    price=words(N_("Allocated")),
    amount=words(N_("Free")),
)
ITEM_HEADS = replace(PLACE_HEADS, item=words(N_("Item")))
NONE = words(N_("none"))
EXPIRED = Badge(words(N_("Expired")), Tone.WRONG, "calendar-x")
BLOCKED = Badge(words(N_("Blocked")), Tone.WRONG, "prohibit")
CLOSED = Badge(words(N_("Out of use")), Tone.NEUTRAL)
EMPTY = Badge(words(N_("Nothing there")), Tone.NEUTRAL)
IN_STOCK = Badge(words(N_("In stock")), Tone.GOOD)
TRACKED = {
    Tracking.NONE: "",
    Tracking.LOT: words(N_("by lot")),
    Tracking.SERIAL: words(N_("by serial")),
    Tracking.SERIAL_OUT: words(N_("serial when packed")),
}
PLACE_WORDS = {
    LocationKind.STORAGE: words(N_("bin")),
    LocationKind.STAGING: words(N_("lane")),
    LocationKind.PACKING: words(N_("packing bench")),
}
"""What the floor calls a kind of place, where it has a word of its own."""
MOST_NAMED = 3
"""Orders named under one bar."""

_REASONS = {
    MoveReason.RECEIVE: N_("received"),
    MoveReason.OPENING: N_("opening stock"),
    MoveReason.ADJUST: N_("corrected"),
    MoveReason.TRANSFER: N_("moved"),
    MoveReason.PICK: N_("picked"),
    MoveReason.STAGE: N_("staged"),
    MoveReason.UNSTAGE: N_("brought back"),
    MoveReason.LOAD: N_("loaded"),
    MoveReason.UNLOAD: N_("unloaded"),
    MoveReason.BOX: N_("boxed"),
    MoveReason.PACK: N_("packed"),
    MoveReason.UNPACK: N_("un-packed"),
    MoveReason.RETURN: N_("came back"),
    MoveReason.UNRETURN: N_("return taken back"),
    MoveReason.SCRAP: N_("scrapped"),
    MoveReason.DROP_SHIP: N_("drop shipped"),
    MoveReason.BROUGHT_FORWARD: N_("brought forward"),
}
_TONES = {MoveReason.ADJUST: Tone.ATTENTION, MoveReason.SCRAP: Tone.WRONG}
_JUDGED = {
    block_lots.__name__: (words(N_("blocked the lot")), Tone.WRONG),
    unblock_lots.__name__: (words(N_("unblocked the lot")), Tone.GOOD),
}
_OUTSIDE = {
    "SUPPLIER": N_("supplier"),
    "CUSTOMER": N_("customer"),
    "ADJUSTMENT": N_("found and lost"),
    "DROPSHIP": N_("drop shipments"),
    "SCRAP": N_("scrap"),
}
"""The far ends by their codes."""


def place_words(kind: LocationKind) -> str:
    """What a kind of place is called inside a sentence."""
    return PLACE_WORDS.get(kind) or state_words(kind)


def many(quantity: Decimal, unit: str) -> str:
    """So many of a unit: 12 pc."""
    return f"{write_number(quantity)} {unit}"


# The list


def card(row: StockRow) -> Card:
    """A row of the list."""
    if isinstance(row, StockItemRow):
        return _item_card(row)
    return _place_card(row) if isinstance(row, StockPlaceRow) else _lot_card(row)


def _item_card(row: StockItemRow) -> Card:
    if not row.on_hand:
        return Card(row.name, NONE, (row.number,))
    badge = None if row.available else Badge(words(N_("None available")), Tone.ATTENTION)
    available = words(N_("{many} available"), many=write_number(row.available))
    return Card(
        row.name,
        many(row.on_hand, row.unit),
        (row.number, counted(row.places, "place", "places")),
        badge=badge,
        note="" if badge else available,
    )


def _place_card(row: StockPlaceRow) -> Card:
    amount = counted(row.items, "item", "items") if row.items > 1 else ""
    if row.items == 1:
        amount = many(row.on_hand, row.unit)
    sub = (row.item, row.name, row.warehouse, place_words(row.place))
    return Card(
        row.code,
        amount,
        tuple(each for each in sub if each),
        badge=None if row.is_active else CLOSED,
        note=words(N_("some promised")) if row.promised and row.is_active else "",
    )


def _lot_card(row: StockLotRow) -> Card:
    day = ""
    if row.expires_on is not None:
        sentence = N_("expired {day}") if row.is_expired else N_("expires {day}")
        day = words(sentence, day=write_full_day(row.expires_on))
    badge = EXPIRED if row.is_expired else None
    if row.blocked_reason:
        badge = BLOCKED
    lot = words(N_("lot {lot}"), lot=row.lot)
    tone = Tone.WRONG if row.is_expired or row.blocked_reason else Tone.ATTENTION
    sub = _parts(row.blocked_reason or day, lot, row.number)
    return Card(row.name, many(row.on_hand, row.unit), sub, None, badge, tone)


# The document


def item_model(shown: ItemStock, time_zone: str, marked: Container[object] = ()) -> DocumentModel:
    """An item, or one lot of it: where it lies, whose it is, what moved."""
    unit = shown.unit
    facts = [
        Fact(
            words(N_("Available now")),
            many(shown.available, unit),
            Tone.GOOD if shown.available else Tone.NEUTRAL,
        ),
        Fact(words(N_("On hand")), many(shown.on_hand, unit)),
        Fact(words(N_("Allocated")), many(shown.allocated, unit)),
    ]
    kept_back = shown.on_hand - shown.allocated - shown.available
    if kept_back:
        facts.append(Fact(words(N_("Free, not available")), many(kept_back, unit)))
    if shown.backordered and shown.kind is Kind.ITEM:
        facts.append(Fact(words(N_("Backordered")), many(shown.backordered, unit)))
    if shown.expires_on is not None:
        tone = Tone.WRONG if shown.is_expired else Tone.NEUTRAL
        facts.append(Fact(words(N_("Expires")), write_full_day(shown.expires_on), tone))
    return DocumentModel(
        shown.name,
        badges=_item_badges(shown),
        subline=_parts(shown.number, _lot_words(shown), shown.group, TRACKED[shown.tracking]),
        facts=tuple(facts),
        lines=tuple(
            _line(line, line.place, _at_place(line), line.id in marked) for line in shown.lines
        ),
        heads=PLACE_HEADS,
        no_lines=words(
            N_("None of it is anywhere: it was not received yet, or all of it was sold.")
        ),
        notices=_notices(shown, shown.places),
        timeline=_happened(shown, time_zone),
        related=(
            Action(f"{Kind.ITEM}:{shown.item_id}", words(N_("Item {number}"), number=shown.number)),
            *_orders(shown.orders, unit),
        ),
    )


def place_model(shown: PlaceStock, time_zone: str, marked: Container[object] = ()) -> DocumentModel:
    """A place: what lies there, whose it is, what moved."""
    badges = [EMPTY] if not shown.items else []
    if not shown.is_active:
        badges.insert(0, CLOSED)
    facts = [Fact(words(N_("Items")), str(shown.items))]
    if shown.there != shown.items:
        facts.append(Fact(words(N_("Items and lots")), str(shown.there)))
    promised = words(N_("{many} of {all} lines"), many=shown.promised, all=shown.there)
    facts.append(Fact(words(N_("Promised")), promised if shown.promised else NONE))
    if shown.to_count:
        sentence = counted(shown.to_count, "item", "items")
        facts.append(Fact(words(N_("To be counted")), sentence, Tone.ATTENTION))
    return DocumentModel(
        shown.code,
        badges=tuple(badges),
        subline=_parts(shown.name, place_words(shown.place), shown.warehouse),
        facts=tuple(facts),
        lines=tuple(
            _line(line, line.name, _in_place(line), line.id in marked) for line in shown.lines
        ),
        heads=ITEM_HEADS,
        no_lines=words(N_("Nothing lies here.")),
        notices=_notices(shown, shown.there),
        timeline=tuple(_move(each, each.item, time_zone) for each in shown.moves),
        related=_orders(shown.orders),
    )


def _item_badges(shown: ItemStock) -> tuple[Badge, ...]:
    badges = [IN_STOCK if shown.on_hand else EMPTY]
    if shown.is_expired:
        badges.insert(0, EXPIRED)
    if shown.blocked_reason:
        badges.insert(0, BLOCKED)
    if not shown.is_active:
        badges.append(Badge(words(N_("Not used")), Tone.NEUTRAL))
    return tuple(badges)


def _lot_words(shown: ItemStock | StockLine) -> str:
    if not shown.lot:
        return ""
    if shown.tracking is Tracking.SERIAL:
        return words(N_("serial {serial}"), serial=shown.lot)
    return words(N_("lot {lot}"), lot=shown.lot)


def _parts(*parts: str) -> tuple[str, ...]:
    return tuple(each for each in parts if each)


def _expiry(line: StockLine) -> str:
    if line.expires_on is None:
        return ""
    sentence = N_("expired {day}") if line.why_not == "expired" else N_("expires {day}")
    return words(sentence, day=write_full_day(line.expires_on))


def _at_place(line: StockLine) -> tuple[str, ...]:
    return _parts(line.warehouse, place_words(line.place_kind), _lot_words(line), _expiry(line))


def _in_place(line: StockLine) -> tuple[str, ...]:
    return _parts(line.item, _lot_words(line), _expiry(line))


def _line(line: StockLine, title: str, sub: tuple[str, ...], is_marked: bool) -> LineRow:
    whose = [
        words(N_("{many} for {order}"), many=write_number(each.quantity), order=each.order)
        for each in line.promises[:MOST_NAMED]
    ]
    if len(line.promises) > MOST_NAMED:
        whose.append("…")
    if line.free and not line.available:
        whose.append(words(N_("not available: {why}"), why=_why_not(line)))
    return LineRow(
        line.id,
        title,
        sub,
        many(line.on_hand, line.unit),
        bar=Bar(
            line.on_hand,
            (Segment(Part.ALLOCATED, line.allocated), Segment(Part.PACKED, line.available)),
        ),
        bar_words=", ".join(whose) or " ",
        price=write_number(line.allocated),
        amount=write_number(line.free),
        badge=MARKED if is_marked else BLOCKED if line.blocked_reason else None,
        source=line,
    )


def _why_not(line: StockLine) -> str:
    kinds = {each.value: each for each in LocationKind}
    if line.why_not in kinds:
        if kinds[line.why_not] in SHELVES:
            return words(N_("nobody picks here"))
        return place_words(kinds[line.why_not])
    return state_words(line.why_not)


def _notices(shown: ItemStock | PlaceStock, all_of_it: int) -> tuple[Notice, ...]:
    notices = []
    if isinstance(shown, ItemStock) and shown.blocked_reason:
        sentence = N_("The lot is blocked: {why}. Nobody promises, picks or packs it.")
        notices.append(Notice(words(sentence, why=shown.blocked_reason), Tone.WRONG))
    elif isinstance(shown, ItemStock) and shown.is_expired and shown.on_hand:
        sentence = N_("The lot has expired. Nobody promises, picks or packs it: take it out.")
        notices.append(Notice(words(sentence), Tone.WRONG))
    if isinstance(shown, PlaceStock) and shown.place in SHELVES and not shown.is_pickable:
        sentence = N_("Nobody picks from here, so nothing here is promised.")
        notices.append(Notice(words(sentence), Tone.ATTENTION))
    if all_of_it > len(shown.lines):
        sentence = N_("The first {most} of {all} are listed; the sums are of all of them.")
        notices.append(Notice(words(sentence, most=MOST_LINES, all=all_of_it), Tone.INFO))
    return tuple(notices)


def _orders(orders: Sequence[OrderWithSome], unit: str = "") -> tuple[Action, ...]:
    """The way to orders that have some; how much, where it is all of one `unit`."""
    sentence = N_("Order {number}: {many}") if unit else N_("Order {number}")
    return tuple(
        Action(
            f"{Kind.ORDER}:{each.order_id}",
            words(sentence, number=each.order, many=many(each.quantity, unit)),
        )
        for each in orders
    )


def _move(move: MovedGoods, item: str, time_zone: str) -> TimelineEntry:
    """One move: how much, of what, from where to where, why, for which order."""
    goods = many(move.quantity, move.unit)
    if item:
        goods = words(N_("{goods} of {item}"), goods=goods, item=item)
    if move.lot:
        goods = words(N_("{goods}, lot {lot}"), goods=goods, lot=move.lot)
    way = move.target
    if move.origin != move.target:
        way = f"{_outside(move.origin)} → {_outside(move.target)}"
    said = f"{goods}  {way}  {words(_REASONS[move.reason])}"
    if move.order:
        said = words(N_("{said} for {order}"), said=said, order=move.order)
    if move.note and move.reason is not MoveReason.OPENING:  # whose note says the same
        said = f"{said}: {move.note}"
    who = f"{move.who}, {move.station}" if move.station else move.who
    when = write_moment(move.happened_at, time_zone)
    return TimelineEntry(when, who, said, _TONES.get(move.reason, Tone.NEUTRAL))


def _happened(shown: ItemStock, time_zone: str) -> tuple[TimelineEntry, ...]:
    """What moved, and who blocked the lot and let it go, the newest first."""
    entries = [(each.happened_at, _move(each, "", time_zone)) for each in shown.moves]
    for each in shown.judged:
        who = f"{each.who}, {each.station}" if each.station else each.who
        when = write_moment(each.at, time_zone)
        entries.append((each.at, TimelineEntry(when, who, *_JUDGED[each.verb])))
    return tuple(entry for _, entry in sorted(entries, key=lambda each: each[0], reverse=True))


def _outside(code: str) -> str:
    return words(_OUTSIDE[code]) if code in _OUTSIDE else code


# What verbs came to


def corrected(done: StockChanged, item: str, place: str, unit: str) -> str:
    """A correction, and whose goods went with it."""
    sentence = N_("{many} of {item} more in {place}.")
    if done.quantity < 0:
        sentence = N_("{many} of {item} less in {place}.")
    said = words(sentence, many=many(abs(done.quantity), unit), item=item, place=place)
    if done.taken_back:
        orders = few(tuple(dict.fromkeys(each.order for each in done.taken_back)), 5)
        said += " " + words(N_("Taken back from {orders}: see Allocation."), orders=orders)
    return said


def judged(done: LotsJudged, *, is_blocked: bool) -> str:
    """Lots that were blocked or let go, and whose goods are of them."""
    sentence = N_("{lots} blocked.") if is_blocked else N_("{lots} unblocked.")
    said = words(sentence, lots=few(done.lots, MOST_NAMED))
    if not done.promised:
        return said
    whose: dict[str, Decimal] = {}
    for each in done.promised:
        whose[each.order] = whose.get(each.order, Decimal(0)) + each.quantity
    named = few(
        tuple(
            words(N_("{many} for {order}"), many=write_number(quantity), order=order)
            for order, quantity in whose.items()
        ),
        5,
    )
    sentence = N_("Promised of it are {whose}; these can be picked and packed again.")
    if is_blocked:
        sentence = N_("Still promised of it are {whose}: release that at Allocation.")
    return f"{said} {words(sentence, whose=named)}"
