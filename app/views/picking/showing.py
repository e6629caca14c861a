"""Picklists and what is to be listed, written as it is to be read by who walks."""

from __future__ import annotations

from datetime import date

from app.core.actor import Group
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.floor import Moved
from app.operations.picking import PickedShort, PicklistMade
from app.operations.printing import PrintAsked
from app.queries.picking import PickingDocument, PickingRow, PickStop
from app.views.document_desk import MARKED
from app.views.papers import PREVIEW, PRINT
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
    paper_words,
    words,
    write_full_day,
    write_moment,
    write_near_day,
)

HEADS = LineHeads(
    item=words(N_("Bin and item")), quantity=words(N_("To pick")), amount=words(N_("Picked"))
)
NOT_YOURS = needs(Group.FLOOR)
_BADGES = {
    "open": Badge(words(N_("Open")), Tone.INFO),
    "done": Badge(words(N_("Done")), Tone.GOOD),
    "cancelled": Badge(words(N_("Cancelled")), Tone.NEUTRAL, "x-circle"),
    "to list": Badge(words(N_("No list")), Tone.ATTENTION),
    "picked": Badge(words(N_("Picked")), Tone.GOOD),
    "short": Badge(words(N_("Short")), Tone.ATTENTION),
}


def card(row: PickingRow, is_marked: bool, today: date) -> Card:
    """A row of the list, as it is read `today`."""
    badge = MARKED if is_marked else Badge(words(N_("On hold")), Tone.WRONG) if row.hold else None
    if badge is None and row.state not in ("open", "to list"):  # the view says these
        badge = _BADGES[row.state]
    bins = counted(row.lines, "bin", "bins")
    amount = f"{row.done} / {row.lines}" if row.kind is Kind.PICKLIST else bins
    day = write_near_day(row.day, today)
    return Card(row.title, amount, (row.number, day, row.lane), badge=badge)


def line_id(stop: PickStop) -> tuple[int, ...]:
    """What tells a stop from the others: its line, or while there is no list its place."""
    if stop.id:
        return (stop.id,)
    return (0, stop.item_id, stop.location_id, stop.lot_id or 0)


def _stop(stop: PickStop) -> LineRow:
    expires = (
        words(N_("expires {day}"), day=write_full_day(stop.expires_on)) if stop.expires_on else ""
    )
    lot = words(N_("lot {lot}"), lot=stop.lot) if stop.lot else ""
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
        why_not = words(N_("on hold: {holds}"), holds=few(document.holds))
    if not why_not and not document.open_stops:
        why_not = words(N_("nothing is left to pick"))
    lane = place or document.lane or words(N_("each order's lane"))
    left = len(document.open_stops)
    facts = [
        Fact(
            words(N_("Bins left")),
            words(N_("{left} of {all}"), left=left, all=len(document.stops)),
        ),
        Fact(words(N_("Goods go to")), lane),
    ]
    if document.created_at is not None:
        made = write_moment(document.created_at, time_zone)
        facts.append(
            Fact(
                words(N_("Made")),
                words(N_("{made} by {who}"), made=made, who=document.created_by),
            )
        )
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
        more=_more(document, is_list),
        lines=tuple(_stop(stop) for stop in document.stops),
        heads=HEADS,
        no_lines=words(N_("Nothing of this order lies in bins without a list.")),
        notices=_notices(document),
    )


def _action(document: PickingDocument, why_not: str, marked: int) -> Action | None:
    if document.kind is Kind.PICKLIST:
        if document.state != "open":
            return None
        return Action("pick-all", words(N_("Pick all")), "Ctrl+Return", why_not=why_not)
    title = words(N_("Make picklist"))
    if marked > 1:
        title = words(N_("One list for {many} orders"), many=marked)
    return Action("make-list", title, "Ctrl+Return", why_not=why_not)


def _more(document: PickingDocument, is_list: bool) -> tuple[Action, ...]:
    actions = [PREVIEW] if is_list else []
    if document.stops:
        actions.append(Action("open-order", words(N_("Open the order"))))
    return tuple(actions)


def _list_actions(why_not: str) -> tuple[Action, ...]:
    return (
        Action("part", words(N_("Pick part")), "F6", why_not=why_not),
        Action("to", words(N_("Goes to")), "F7"),
        Action("short", words(N_("Short")), "F8", why_not=why_not),
        PRINT,
    )


def _order_actions(why_not: str) -> tuple[Action, ...]:
    return (
        Action("pick-order", words(N_("Pick without a list")), "F6", why_not=why_not),
        Action("to", words(N_("Goes to")), "F7"),
    )


def _notices(document: PickingDocument) -> tuple[Notice, ...]:
    notices = [
        Notice(words(N_("{hold}: this hold stops picking. A manager can release it."), hold=hold))
        for hold in document.holds
    ]
    if document.printed.startswith("failed"):
        sentence = words(N_("The list was not printed ({why})."), why=paper_words(document.printed))
        notices.append(
            Notice(sentence, Tone.WRONG, (Action("print", words(N_("Print it again"))),))
        )
    return tuple(notices)


def sentence_of(result: object) -> str:
    """What a verb came to."""
    if isinstance(result, PicklistMade):
        bins = counted(result.lines, "bin", "bins")
        return words(
            N_("{number} visits {bins}; it is being printed."), number=result.number, bins=bins
        )
    if isinstance(result, Moved):
        what = write_number(result.quantity)
        if result.lines > 1:  # metres and pieces have no sum
            what = counted(result.lines, "line", "lines")
        return words(N_("Picked {what} to {place}."), what=what, place=result.place)
    if isinstance(result, PickedShort):
        missing = write_number(result.missing)
        said = [words(N_("{missing} of {item} short."), missing=missing, item=result.item)]
        if result.redirected:
            quantity = write_number(result.redirected)
            sentence = N_("{quantity} more to fetch from {places}, on this list.")
            said.append(words(sentence, quantity=quantity, places=few(result.places)))
        if result.backordered:
            quantity = write_number(result.backordered)
            said.append(words(N_("{quantity} are backordered."), quantity=quantity))
        said.append(words(N_("{bin} is to be counted."), bin=result.to_count))
        return " ".join(said)
    if isinstance(result, PrintAsked):
        return words(N_("The list is being printed."))
    raise TypeError(f"no words for {type(result).__name__}")
