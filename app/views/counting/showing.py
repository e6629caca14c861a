"""Bins to be counted, written as they are to be read by who stands before them."""

from __future__ import annotations

from decimal import Decimal

from app.core.actor import Group
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
from app.views.widgets.wording import counted, few, needs, write_moment

HEADS = LineHeads(item="What to count", quantity="In", amount="Asked")
NOT_YOURS = needs(Group.STOCK)
NOT_YOURS_TO_ASK = needs(Group.FLOOR)
TO_COUNT = Badge("To count", Tone.ATTENTION, "clipboard-text")
COUNTED = Badge("Counted", Tone.GOOD)


def card(row: BinRow, time_zone: str) -> Card:
    """A row of the list."""
    since = write_moment(row.since, time_zone)
    items = counted(row.to_count, "item", "items") if row.to_count else ""
    parts = (row.name, f"since {since}" if row.to_count else since)
    return Card(row.code, items, tuple(part for part in parts if part))


def _line(line: CountLine, time_zone: str) -> LineRow:
    lot = f"lot {line.lot}" if line.lot else ""
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
        why_not = "nothing is to be counted here"
    asked = tuple(dict.fromkeys(line.asked_by for line in document.lines if line.asked_by))
    facts = [Fact("To count", counted(len(document.lines), "item", "items"))]
    if asked:
        facts.append(Fact("Asked by", few(asked)))
    return DocumentModel(
        document.code,
        badges=(TO_COUNT if document.lines else COUNTED,),
        subline=(document.name, document.warehouse),
        facts=tuple(facts),
        action=Action("count", "Count", "Ctrl+Return", why_not=why_not),
        secondary=(
            Action("ask", "Count more", "F6", why_not="" if may_ask else NOT_YOURS_TO_ASK),
            Action("none", "None there", "F8", why_not=why_not),
        ),
        more=(Action("cancel", "Need not be counted", why_not=why_not),),
        lines=tuple(_line(line, time_zone) for line in document.lines),
        heads=HEADS,
        no_lines="Nothing is to be counted here. F6 asks for a count.",
        timeline=tuple(_closed(each, time_zone) for each in document.closed),
    )


def _closed(count: ClosedCount, time_zone: str) -> TimelineEntry:
    lot = f" lot {count.lot}" if count.lot else ""
    note = f" ({count.note})" if count.note else ""
    tone = Tone.NEUTRAL
    if count.counted is None or count.books is None:
        said = f"{count.item}{lot} not counted{note}"
    else:
        said = f"{count.item}{lot}: {write_number(count.counted)} {count.unit}"
        said += f", {_beside_the_books(count.counted, count.books)}{note}"
        tone = Tone.GOOD if count.counted == count.books else Tone.ATTENTION
    return TimelineEntry(write_moment(count.closed_at, time_zone), count.closed_by, said, tone)


def _beside_the_books(found: Decimal, books: Decimal) -> str:
    """How what was found stands to what the books said."""
    if found == books:
        return "as the books said"
    more = "more" if found > books else "less"
    return f"{write_number(abs(found - books))} {more} than the books said"


def sentence(result: object) -> str:
    """What a verb came to."""
    if isinstance(result, BinCounted):
        beside = _beside_the_books(result.counted, result.books)
        said = f"{write_number(result.counted)} {result.item} in {result.place}, {beside}."
        if result.taken_back:
            orders = few(tuple(dict.fromkeys(each.order for each in result.taken_back)), 5)
            said += f" Taken back from {orders}: see Allocation."
        return said
    if isinstance(result, CountAsked):
        return f"{result.item} in {result.place} is to be counted."
    if isinstance(result, CountCancelled):
        return f"{result.item} in {result.place} need not be counted."
    raise TypeError(f"no words for {type(result).__name__}")
