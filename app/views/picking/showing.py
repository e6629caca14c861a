"""Picklists and what is to be listed, written as it is to be read by who walks."""

from __future__ import annotations

from app.core.actor import Group
from app.core.ids import Kind
from app.operations.floor import Moved
from app.operations.picking import PickedShort, PicklistMade
from app.operations.printing import PrintAsked
from app.queries.picking import PickingDocument, PickingRow, PickStop
from app.views.document_desk import MARKED
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import write_number
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import (
    counted,
    few,
    needs,
    write_day,
    write_full_day,
    write_moment,
)

HEADS = LineHeads(item="Bin and item", quantity="To pick", amount="Picked")
NOT_YOURS = needs(Group.FLOOR)
_BADGES = {
    "open": Badge("Open", Tone.INFO),
    "done": Badge("Done", Tone.GOOD),
    "cancelled": Badge("Cancelled", Tone.NEUTRAL, "x-circle"),
    "to list": Badge("No list", Tone.ATTENTION),
    "picked": Badge("Picked", Tone.GOOD),
    "short": Badge("Short", Tone.ATTENTION),
}


def card(row: PickingRow, is_marked: bool) -> Card:
    """A row of the list."""
    badge = MARKED if is_marked else Badge("On hold", Tone.WRONG) if row.hold else None
    if badge is None and row.state != "open":
        badge = _BADGES[row.state]
    bins = counted(row.lines, "bin", "bins")
    amount = f"{row.done} / {row.lines}" if row.kind is Kind.PICKLIST else bins
    return Card(row.title, amount, (row.number, write_day(row.day), row.lane), badge=badge)


def line_id(stop: PickStop) -> tuple[int, ...]:
    """What tells a stop from the others: its line, or while there is no list its place."""
    if stop.id:
        return (stop.id,)
    return (0, stop.item_id, stop.location_id, stop.lot_id or 0)


def _stop(stop: PickStop) -> LineRow:
    expires = f"expires {write_full_day(stop.expires_on)}" if stop.expires_on else ""
    lot = f"lot {stop.lot}" if stop.lot else ""
    badge = None if stop.state in ("open", "") else _BADGES[stop.state]
    is_done = badge is not None
    return LineRow(
        line_id(stop),
        f"{stop.bin}   {stop.name}",
        (stop.item, lot, expires, stop.order_number, stop.customer, stop.reason),
        f"{write_number(stop.quantity if is_done else stop.left)} {stop.unit}",
        amount=write_number(stop.picked) if stop.picked else "",
        badge=badge,
        source=stop,
    )


def picking_model(
    document: PickingDocument, may: bool, place: str, marked: int, time_zone: str
) -> DocumentModel:
    """A picklist or an order without one. `place` is where everything goes, when chosen."""
    why_not = "" if may else NOT_YOURS
    if not why_not and document.holds:
        why_not = f"on hold: {few(document.holds)}"
    if not why_not and not document.open_stops:
        why_not = "nothing is left to pick"
    lane = place or document.lane or "each order's lane"
    left = len(document.open_stops)
    facts = [Fact("Bins left", f"{left} of {len(document.stops)}"), Fact("Goods go to", lane)]
    if document.created_at is not None:
        made = write_moment(document.created_at, time_zone)
        facts.append(Fact("Made", f"{made} by {document.created_by}"))
    customers = tuple(dict.fromkeys(stop.customer for stop in document.stops))
    is_list = document.kind is Kind.PICKLIST
    subline = (few(document.orders) if is_list else "", few(customers), document.trip)
    return DocumentModel(
        document.number,
        badges=(_BADGES[document.state],),
        subline=(*subline, document.warehouse),
        facts=tuple(facts),
        action=_action(document, why_not, marked),
        secondary=_list_actions(why_not) if is_list else _order_actions(why_not),
        more=(Action("open-order", "Open the order"),) if document.stops else (),
        lines=tuple(_stop(stop) for stop in document.stops),
        heads=HEADS,
        no_lines="Nothing of this order lies in bins without a list.",
        notices=_notices(document),
    )


def _action(document: PickingDocument, why_not: str, marked: int) -> Action | None:
    if document.kind is Kind.PICKLIST:
        if document.state != "open":
            return None
        return Action("pick-all", "Pick all", "Ctrl+Return", why_not=why_not)
    title = f"One list for {marked} orders" if marked > 1 else "Make picklist"
    return Action("make-list", title, "Ctrl+Return", why_not=why_not)


def _list_actions(why_not: str) -> tuple[Action, ...]:
    return (
        Action("part", "Pick part", "F6", why_not=why_not),
        Action("to", "Goes to", "F7"),
        Action("short", "Short", "F8", why_not=why_not),
        Action("print", "Print", "Ctrl+P"),
    )


def _order_actions(why_not: str) -> tuple[Action, ...]:
    return (
        Action("pick-order", "Pick without a list", "F6", why_not=why_not),
        Action("to", "Goes to", "F7"),
    )


def _notices(document: PickingDocument) -> tuple[Notice, ...]:
    notices = [
        Notice(f"{hold}: this hold stops picking. A manager can release it.")
        for hold in document.holds
    ]
    if document.printed.startswith("failed"):
        sentence = f"The list was not printed ({document.printed})."
        notices.append(Notice(sentence, Tone.WRONG, (Action("print", "Print it again"),)))
    return tuple(notices)


def sentence(result: object) -> str:
    """What a verb came to."""
    if isinstance(result, PicklistMade):
        bins = counted(result.lines, "bin", "bins")
        return f"{result.number} visits {bins}; it is being printed."
    if isinstance(result, Moved):
        what = write_number(result.quantity)
        if result.lines > 1:  # metres and pieces have no sum
            what = counted(result.lines, "line", "lines")
        return f"Picked {what} to {result.place}."
    if isinstance(result, PickedShort):
        said = f"{write_number(result.missing)} of {result.item} short."
        if result.redirected:
            quantity = write_number(result.redirected)
            said += f" {quantity} more to fetch from {few(result.places)}, on this list."
        if result.backordered:
            said += f" {write_number(result.backordered)} are backordered."
        return f"{said} {result.to_count} is to be counted."
    if isinstance(result, PrintAsked):
        return "The list is being printed."
    raise TypeError(f"no words for {type(result).__name__}")
