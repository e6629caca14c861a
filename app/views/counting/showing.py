"""Bins to be counted, written as they are to be read by who stands before them."""

from __future__ import annotations

from decimal import Decimal

from app.core.actor import Group
from app.core.messages import N_
from app.operations.stock import BinCounted, CountAsked, CountCancelled
from app.queries.counting import BinDocument, BinRow, ClosedCount, CountLine
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.numbers import write_number
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.timeline import TimelineEntry
from app.views.widgets.wording import counted, few, needs, words, write_moment

HEADS = LineHeads(
    item=words(N_("What to count")), quantity=words(N_("In")), amount=words(N_("Asked"))
)
NOT_YOURS = needs(Group.STOCK)
NOT_YOURS_TO_ASK = needs(Group.FLOOR)
TO_COUNT = Badge(words(N_("To count")), Tone.ATTENTION, "clipboard-text")
COUNTED = Badge(words(N_("Counted")), Tone.GOOD)


def card(row: BinRow, time_zone: str) -> Card:
    """A row of the list."""
    since = write_moment(row.since, time_zone)
    items = counted(row.to_count, "item", "items") if row.to_count else ""
    parts = (row.name, words(N_("since {day}"), day=since) if row.to_count else since)
    return Card(row.code, items, tuple(part for part in parts if part))


def _line(line: CountLine, time_zone: str) -> LineRow:
    lot = words(N_("lot {lot}"), lot=line.lot) if line.lot else ""
    return LineRow(
        line.id,
        line.name,
        tuple(part for part in (line.item, lot, line.reason) if part),
        line.unit,
        amount=write_moment(line.asked_at, time_zone),
        source=line,
    )


def bin_model(document: BinDocument, may: bool, may_ask: bool, time_zone: str) -> DocumentModel:
    """A bin with what is to be counted in it. What the books say of it is not told before."""
    why_not = "" if may else NOT_YOURS
    if not why_not and not document.lines:
        why_not = words(N_("nothing is to be counted here"))
    why_not_ask = "" if may_ask else NOT_YOURS_TO_ASK
    asked = tuple(dict.fromkeys(line.asked_by for line in document.lines if line.asked_by))
    facts = [Fact(words(N_("To count")), counted(len(document.lines), "item", "items"))]
    if asked:
        facts.append(Fact(words(N_("Asked by")), few(asked)))
    return DocumentModel(
        document.code,
        badges=(TO_COUNT if document.lines else COUNTED,),
        subline=(document.name, document.warehouse),
        facts=tuple(facts),
        action=Action("count", words(N_("Count")), "Ctrl+Return", why_not=why_not),
        secondary=(
            Action("ask", words(N_("Count more")), "F6", why_not=why_not_ask),
            Action("none", words(N_("None there")), "F8", why_not=why_not),
        ),
        more=(Action("cancel", words(N_("Need not be counted")), why_not=why_not),),
        lines=tuple(_line(line, time_zone) for line in document.lines),
        heads=HEADS,
        no_lines=words(N_("Nothing is to be counted here. F6 asks for a count.")),
        timeline=tuple(_closed(each, time_zone) for each in document.closed),
    )


def _closed(count: ClosedCount, time_zone: str) -> TimelineEntry:
    what, tone = count.item, Tone.NEUTRAL
    if count.lot:
        what = words(N_("{item} lot {lot}"), item=count.item, lot=count.lot)
    if count.counted is None or count.books is None:
        said = words(N_("{what} not counted"), what=what)
    else:
        said = words(
            N_("{what}: {counted} {unit}, {beside}"),
            what=what,
            counted=write_number(count.counted),
            unit=count.unit,
            beside=_beside_the_books(count.counted, count.books),
        )
        tone = Tone.GOOD if count.counted == count.books else Tone.ATTENTION
    if count.note:
        said = f"{said} ({count.note})"
    return TimelineEntry(write_moment(count.closed_at, time_zone), count.closed_by, said, tone)


def _beside_the_books(found: Decimal, books: Decimal) -> str:
    """How what was found stands to what the books said."""
    if found == books:
        return words(N_("as the books said"))
    beside = N_("{number} more than the books said")
    if found < books:
        beside = N_("{number} less than the books said")
    return words(beside, number=write_number(abs(found - books)))


def sentence_of(result: object) -> str:
    """What a verb came to."""
    if isinstance(result, BinCounted):
        said = words(
            N_("{counted} {item} in {place}, {beside}."),
            counted=write_number(result.counted),
            item=result.item,
            place=result.place,
            beside=_beside_the_books(result.counted, result.books),
        )
        if result.taken_back:
            orders = few(tuple(dict.fromkeys(each.order for each in result.taken_back)), 5)
            said += " " + words(N_("Taken back from {orders}: see Allocation."), orders=orders)
        return said
    if isinstance(result, CountAsked):
        sentence = N_("{item} in {place} is to be counted.")
        return words(sentence, item=result.item, place=result.place)
    if isinstance(result, CountCancelled):
        sentence = N_("{item} in {place} need not be counted.")
        return words(sentence, item=result.item, place=result.place)
    raise TypeError(f"no words for {type(result).__name__}")
