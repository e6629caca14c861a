"""Trips written as they are to be read: rows, fill, stops, what stands in the way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.core.clock import today
from app.core.messages import N_
from app.queries.departure import Check, CheckKind
from app.queries.trip_document import (
    Fill,
    ShipmentLine,
    TripCarton,
    TripDocument,
    TripEvent,
    TripOrder,
    TripShipment,
    TripStop,
)
from app.queries.trips import TripRow
from app.views.theme import Tone
from app.views.trucks.actions import Rights, main_action, more_actions, side_actions
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import write_number
from app.views.widgets.quantity_bar import Bar, bar
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.timeline import TimelineEntry
from app.views.widgets.wording import (
    counted,
    few,
    state_words,
    words,
    write_moment,
    write_near_day,
    write_near_full_day,
)

HEADS = LineHeads(
    item=words(N_("Stop and order")), quantity=words(N_("Goods")), extra=(words(N_("Weight")),)
)
MOST_NAMED = 4
_INDENT = "      "

_STATES = {
    "planned": Badge(words(N_("Planned")), Tone.NEUTRAL, "calendar-blank"),
    "loading": Badge(words(N_("Loading")), Tone.ATTENTION, "truck"),
    "departed": Badge(words(N_("Departed")), Tone.INFO, "truck"),
    "returned": Badge(words(N_("Back")), Tone.GOOD),
    "cancelled": Badge(words(N_("Cancelled")), Tone.NEUTRAL, "x-circle"),
}

_VERBS = {
    "plan_trip": words(N_("planned the trip")),
    "add_to_trip": words(N_("added orders")),
    "remove_from_trip": words(N_("took an order off")),
    "move_stop": words(N_("changed the order of stops")),
    "change_trip": words(N_("changed truck, driver, date or dock")),
    "start_loading": words(N_("started loading")),
    "stop_loading": words(N_("stopped loading")),
    "load": words(N_("loaded")),
    "unload": words(N_("unloaded")),
    "depart": words(N_("let the truck depart")),
    "undepart": words(N_("took the departure back")),
    "come_back": words(N_("booked what came back")),
    "undo_come_back": words(N_("took back what was booked as come back")),
    "return_trip": words(N_("the truck is back")),
    "cancel_trip": words(N_("cancelled the trip")),
}


_OF_ORDERS = ("add_to_trip", "remove_from_trip", "load", "unload", "come_back", "undo_come_back")
"""What is done to some of a trip's orders, and is told with their numbers."""


def kg(value: Decimal) -> str:
    """Kilograms, whole from a hundred on."""
    return write_number(round(value, 0 if value >= 100 else 1))


def card(row: TripRow, today: date) -> Card:
    """A row of the list, as it is read `today`."""
    total = row.on_truck + row.on_dock + row.not_ready
    if row.state in ("departed", "returned"):
        amount, shown = counted(row.sent, "order sent", "orders sent"), None
    else:
        amount = f"{row.loaded} / {counted(row.orders, 'order', 'orders')}"
        shown = bar(total, loaded=row.on_truck, staged=row.on_dock)
    title = f"{row.truck} · {row.driver}" if row.driver else row.truck
    sub = (row.number, write_near_day(row.planned_date, today), counted(row.stops, "stop", "stops"))
    is_open = row.state == "planned"
    return Card(title, amount, sub, shown, None if is_open else _STATES[row.state])


# ---------------------------------------------------------------- fill


@dataclass(frozen=True, slots=True)
class FillLine:
    """How much of one thing the truck may carry is on it, as a bar and in words."""

    title: str
    shown: Bar
    words: str
    is_over: bool


def fill_lines(document: TripDocument) -> tuple[FillLine, ...]:
    """Weight, volume and pallets against the truck's capacity; what waits is drawn behind it."""
    if document.state not in ("planned", "loading"):
        return ()
    fill: Fill = document.fill
    open_kg = sum((order.open_kg for order in document.orders), Decimal(0))
    litres = sum((order.open_litres for order in document.orders), Decimal(0))
    lines = [_fill_line(words(N_("Weight")), "kg", fill.kg, open_kg, fill.most_kg)]
    if litres or fill.most_litres:
        lines.append(_fill_line(words(N_("Volume")), "l", fill.litres, litres, fill.most_litres))
    if fill.most_pallets:
        on_it, most = Decimal(fill.pallets), Decimal(fill.most_pallets)
        lines.append(_fill_line(words(N_("Pallets")), "", on_it, on_it, most))
    return tuple(lines)


def _fill_line(
    title: str, unit: str, on_it: Decimal, whole: Decimal, most: Decimal | None
) -> FillLine:
    waiting = max(Decimal(0), whole - on_it)
    limit = most if most is not None else max(whole, on_it)
    fits = min(on_it, limit)
    room = max(Decimal(0), limit - fits)
    shown = bar(
        limit,
        loaded=fits,
        staged=min(waiting, room),
        short=max(Decimal(0), on_it - limit),
    )
    said = [words(N_("{many} {unit}"), many=kg(on_it), unit=unit)]
    if most is not None:
        said = [words(N_("{many} of {most} {unit}"), many=kg(on_it), most=kg(most), unit=unit)]
    if waiting:
        said.append(words(N_("{many} {unit} to come"), many=kg(waiting), unit=unit))
    is_over = most is not None and on_it + waiting > most
    if is_over and most is not None:
        over = kg(on_it + waiting - most)
        said.append(words(N_("{many} {unit} too much"), many=over, unit=unit))
    # Pallets have no unit, and leave no gap where it would be.
    return FillLine(title, shown, " · ".join(" ".join(each.split()) for each in said), is_over)


# ---------------------------------------------------------------- the document


def trip_model(
    document: TripDocument, rights: Rights, opened: Collection[int], time_zone: str
) -> DocumentModel:
    """A trip; `opened` are the orders whose cartons or shipped lines are listed."""
    zone = ZoneInfo(time_zone)
    has_left = document.state in ("departed", "returned")
    facts = [
        Fact(words(N_("Date")), write_near_full_day(document.planned_date, today(time_zone))),
        Fact(words(N_("Stops")), str(len(document.stops))),
        Fact(words(N_("Orders")), str(len(document.orders))),
    ]
    if document.state == "loading":
        facts.append(Fact(words(N_("Cartons on it")), str(document.fill.cartons)))
        facts += _before_departure(document)
    if has_left and document.departed_at is not None:
        left = write_moment(document.departed_at, zone)
        facts.append(
            Fact(
                words(N_("Departed")),
                words(N_("{moment} by {who}"), moment=left, who=document.departed_by),
            )
        )
        sent = sum((order.kg for order in document.orders), Decimal(0))
        facts.append(Fact(words(N_("Weight")), words(N_("{weight} kg"), weight=kg(sent))))
        back = _lines_back(document.shipments)
        if back:
            facts.append(
                Fact(words(N_("Came back")), counted(back, "line", "lines"), Tone.ATTENTION)
            )
    return DocumentModel(
        document.number,
        badges=(_STATES[document.state],),
        subline=(
            document.truck_name,
            document.driver or words(N_("no driver yet")),
            _dock_words(document.dock),
            document.warehouse,
        ),
        facts=tuple(facts),
        action=main_action(document, rights),
        secondary=side_actions(document, rights),
        more=more_actions(document, rights),
        lines=tuple(row for stop in document.stops for row in _stop_rows(document, stop, opened)),
        heads=HEADS,
        no_lines=words(N_("No order is on this trip.")),
        notices=_notices(document, rights),
        timeline=tuple(
            TimelineEntry(
                write_moment(each.happened_at, zone),
                ", ".join(part for part in (each.who, each.station) if part),
                _event_words(each),
            )
            for each in document.timeline
        ),
    )


def _dock_words(dock: str) -> str:
    """The dock, said to be one unless its name says so itself."""
    says_so = dock.casefold().startswith("dock")
    return words(N_("dock {name}"), name=dock) if dock and not says_so else dock


def _event_words(event: TripEvent) -> str:
    done = _VERBS.get(event.verb, event.verb.replace("_", " "))
    return f"{done}: {event.orders}" if event.verb in _OF_ORDERS and event.orders else done


def _lines_back(shipments: Sequence[TripShipment]) -> int:
    """Of how many lines something came back."""
    return len({line.line_id for each in shipments for line in each.lines if line.returned > 0})


def _before_departure(document: TripDocument) -> list[Fact]:
    """How much stands in the way; the notices below the stops say what."""
    stops = sum(1 for each in document.checks if each.is_stop)
    asked = len({each.kind for each in document.checks if not each.is_stop})
    if stops:
        return [
            Fact(
                words(N_("Before departure")),
                words(N_("{many} to settle"), many=stops),
                Tone.WRONG,
            )
        ]
    if asked and document.fill.kg:
        return [
            Fact(
                words(N_("Before departure")),
                counted(asked, "question", "questions"),
                Tone.ATTENTION,
            )
        ]
    return []


def _stop_rows(document: TripDocument, stop: TripStop, opened: Collection[int]) -> list[LineRow]:
    rows = []
    has_left = document.state in ("departed", "returned")
    for order in stop.orders:
        shipped = [each for each in document.shipments if each.order_id == order.id]
        rows.append(_sent_row(stop, order, shipped) if has_left else _order_row(stop, order))
        if order.id not in opened:
            continue
        if has_left:
            rows += [_shipped_row(each, line) for each in shipped for line in each.lines]
        else:
            rows += [_carton_row(each) for each in order.cartons]
    return rows


def _title(stop: TripStop) -> str:
    return f"{stop.sequence}   {stop.customer}"


def _order_row(stop: TripStop, order: TripOrder) -> LineRow:
    total = order.on_truck + order.on_dock + order.not_ready
    lines = order.lines
    said = [
        words(N_("on truck {many}"), many=lines.on_truck) if lines.on_truck else "",
        words(N_("on dock {many}"), many=lines.on_dock) if lines.on_dock else "",
        words(N_("not ready {many}"), many=lines.not_ready) if lines.not_ready else "",
    ]
    cartons = counted(len(order.cartons), "carton", "cartons") if order.cartons else ""
    return LineRow(
        ("order", order.id),
        _title(stop),
        (order.number, stop.city, order.dock_places, cartons),
        counted(lines.open, "line", "lines"),
        bar(total, loaded=order.on_truck, staged=order.on_dock),
        " · ".join(each for each in said if each) or words(N_("nothing to send")),
        extra=(words(N_("{weight} kg"), weight=kg(order.open_kg)),),
        badge=_order_badge(order),
        source=order,
    )


def _order_badge(order: TripOrder) -> Badge | None:
    if order.is_stopped:
        return Badge(words(N_("On hold: {code}"), code=order.hold_code), Tone.WRONG)
    if order.on_truck and not order.on_dock and not order.not_ready:
        return Badge(words(N_("Loaded")), Tone.GOOD)
    if order.ship_complete and order.not_ready:
        return Badge(words(N_("Ships complete")), Tone.ATTENTION)
    if order.on_dock:
        return Badge(words(N_("Ready")), Tone.INFO) if not order.on_truck else None
    return Badge(words(N_("Not ready")), Tone.NEUTRAL, "clock") if order.not_ready else None


def _carton_row(carton: TripCarton) -> LineRow:
    badge = Badge(words(N_("On dock")), Tone.INFO)
    if carton.is_on_truck:
        badge = Badge(words(N_("Loaded")), Tone.GOOD)
    if carton.state == "open":
        badge = Badge(words(N_("Open")), Tone.ATTENTION)
    if carton.is_label_stale:
        badge = Badge(words(N_("Stale label")), Tone.WRONG)
    return LineRow(
        ("carton", carton.id),
        _INDENT + words(N_("Carton {number}"), number=carton.number),
        (f"{_INDENT}{carton.sscc}", carton.place),
        badge=badge,
        source=carton,
    )


def _sent_row(stop: TripStop, order: TripOrder, shipped: Sequence[TripShipment]) -> LineRow:
    lines = len({line.line_id for each in shipped for line in each.lines})
    said = [words(N_("sent {many}"), many=lines) if lines else words(N_("nothing sent"))]
    if order.returned:
        said.append(words(N_("{many} back"), many=_lines_back(shipped)))
    badge = None
    if order.shipped and order.returned >= order.shipped:
        badge = Badge(words(N_("All came back")), Tone.WRONG)
    elif order.returned:
        badge = Badge(words(N_("Part came back")), Tone.ATTENTION)
    elif not order.shipped:
        badge = Badge(words(N_("Left behind")), Tone.ATTENTION)
    return LineRow(
        ("order", order.id),
        _title(stop),
        (order.number, *(each.number for each in shipped), stop.city),
        counted(lines, "line", "lines") if lines else "",
        bar(order.shipped, packed=order.shipped - order.returned, short=order.returned),
        " · ".join(said),
        extra=(words(N_("{weight} kg"), weight=kg(order.kg)),),
        badge=badge,
        source=order,
    )


def _shipped_row(shipment: TripShipment, line: ShipmentLine) -> LineRow:
    said = words(N_("with the customer {many}"), many=write_number(line.out))
    if line.returned:
        said = words(N_("came back {many}"), many=write_number(line.returned))
    return LineRow(
        ("shipped", shipment.id, line.line_id, line.lot_id),
        f"{_INDENT}{line.name}",
        (f"{_INDENT}{line.item}", words(N_("lot {lot}"), lot=line.lot) if line.lot else ""),
        f"{write_number(line.shipped)} {line.unit}",
        bar(line.shipped, packed=line.out, short=line.returned),
        said,
        source=(shipment, line),
    )


# ---------------------------------------------------------------- what stands in the way


def _notices(document: TripDocument, rights: Rights) -> tuple[Notice, ...]:
    notices = [Notice(_stop_words(each)) for each in document.checks if each.is_stop]
    left = [each for each in document.checks if each.kind is CheckKind.LEFT]
    if left and document.fill.kg:
        notices.append(
            Notice(words(N_("Not on the truck: {goods}."), goods=_left_words(left)), Tone.ATTENTION)
        )
    notices += [
        Notice(_warning_words(each), Tone.ATTENTION)
        for each in document.checks
        if each.kind in (CheckKind.WEIGHT, CheckKind.SERIALS)
    ]
    if document.printed.startswith("failed"):
        notices.append(
            Notice(words(N_("The manifest was not printed: {why}"), why=document.printed[8:]))
        )
    behind = document.left_behind
    if behind:
        waits = [
            words(
                N_("{number} ({lines} in {places})"),
                number=each.number,
                lines=counted(each.lines.on_dock, "line", "lines"),
                places=each.dock_places,
            )
            for each in behind
        ]
        gone_on = [
            words(N_("{number} goes with {trip}"), number=each.number, trip=each.other_trip)
            for each in behind
            if each.other_trip
        ]
        sentence = words(N_("Waits on the dock: {orders}."), orders=few(waits, MOST_NAMED))
        if gone_on:
            sentence += f" {few(gone_on, MOST_NAMED)}."
        move = Action("move-left", words(N_("Move to another trip")), why_not=rights.dispatch)
        is_open = any(each.other_trip is None for each in behind)
        notices.append(Notice(sentence, Tone.ATTENTION, (move,) if is_open else ()))
    return tuple(notices)


def _left_words(left: Sequence[Check]) -> str:
    of_order: dict[str, list[str]] = {}
    for each in left:
        of_order.setdefault(each.order, []).append(
            words(
                N_("{quantity} {item} in {place}"),
                quantity=write_number(each.quantity),
                item=each.item,
                place=each.place,
            )
        )
    return few(
        [f"{order} ({few(goods, MOST_NAMED)})" for order, goods in of_order.items()], MOST_NAMED
    )


_STOPS = {
    CheckKind.HOLD: N_("{order} is on hold ({what})."),
    CheckKind.STALE_LABEL: N_("{order}: the label of carton {what} is out of date."),
    CheckKind.OPEN_CARTON: N_("{order}: carton {what} is still open."),
    CheckKind.LOT: N_("{order}: lot {lot} of {item} is {what}."),
    CheckKind.INCOMPLETE: N_("{order} ships complete, {quantity} of {item} are not on the truck."),
}


def _stop_words(check: Check) -> str:
    what = words(
        _STOPS[check.kind],
        order=check.order,
        what=state_words(check.what),
        item=check.item,
        lot=check.place,
        quantity=write_number(check.quantity),
    )
    return f"{what} {words(N_('The truck does not leave with it.'))}"


def _warning_words(check: Check) -> str:
    if check.kind is CheckKind.WEIGHT:
        most = check.limit or Decimal(0)
        return words(
            N_("{weight} kg are on the truck, it may carry {most} kg."),
            weight=kg(check.quantity),
            most=kg(most),
        )
    return words(
        N_("The serial numbers of {quantity} {item} are not written down."),
        quantity=write_number(check.quantity),
        item=check.item,
    )
