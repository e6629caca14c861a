"""Orders that want goods and items that orders want, written as they are to be read."""

from __future__ import annotations

from decimal import Decimal

from app.core.actor import Group
from app.operations.allocation import Allocated, Reallocated, Released
from app.queries.allocation import (
    AllocationDocument,
    AllocationLine,
    AllocationRow,
    Claim,
    ItemClaims,
    WantedItemRow,
)
from app.views.document_desk import MARKED
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import write_number
from app.views.widgets.quantity_bar import Bar, bar
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import counted, needs, write_full_day

ORDER_HEADS = LineHeads(quantity="Wanted", amount="Free now")
CLAIM_HEADS = LineHeads(item="Order", quantity="Wanted", amount="In bins")
NOT_YOURS = needs(Group.SALES)
MOST_NAMED = 3


def _priority(value: int) -> str:
    return f"priority {value}" if value else ""


def order_card(row: AllocationRow, is_marked: bool) -> Card:
    """An order in the list."""
    badge = MARKED if is_marked else Badge("On hold", Tone.WRONG) if row.hold else None
    return Card(
        row.customer,
        write_full_day(row.requested_date),
        (row.number, _priority(row.priority), "complete only" if row.ship_complete else ""),
        bar=bar(
            row.wanted,
            packed=row.packed,
            loaded=row.loaded,
            staged=row.staged,
            allocated=row.allocated,
            short=row.short - row.waits,
        ),
        badge=badge,
    )


def item_card(row: WantedItemRow) -> Card:
    """An item in the list."""
    orders = counted(row.orders, "order", "orders")
    is_short = row.short > row.available
    free = None
    if row.available > 0:
        free = Badge("Some is free" if is_short else "All is free", Tone.GOOD)
    wanted = f"{write_number(row.short)} {row.unit} {'short' if free is None else 'wanted'}"
    return Card(row.name, wanted, (row.number, orders), badge=free)


def _missing(line: AllocationLine) -> Decimal:
    """How much of a line is nowhere: what is free and only waits to be allocated is not short."""
    return max(Decimal(0), line.short - line.available)


def _bar_words(line: AllocationLine, shown: Bar) -> str:
    """Under the bar: how far the goods are, and what waits to be allocated."""
    waits = line.short - _missing(line)
    words = [shown.words(), f"not allocated {write_number(waits)}" if waits else ""]
    return " · ".join(each for each in words if each)


def _line(line: AllocationLine) -> LineRow:
    is_stock = line.fulfilment == "stock"
    shown = bar(
        line.wanted,
        packed=line.packed,
        loaded=line.loaded,
        staged=line.staged,
        allocated=line.allocated,
        short=_missing(line),
    )
    elsewhere = f"{write_number(line.elsewhere)} with other orders" if line.elsewhere else ""
    return LineRow(
        line.id,
        line.name,
        (line.item, f"line {line.line_no}", elsewhere if line.short else ""),
        f"{write_number(line.wanted)} {line.unit}",
        bar=shown if is_stock else None,
        bar_words=_bar_words(line, shown) if is_stock else line.fulfilment.replace("_", " "),
        amount=write_number(line.available) if is_stock else "",
        source=line,
    )


def _why_not_allocate(order: AllocationDocument, may: bool) -> str:
    if not may:
        return NOT_YOURS
    if order.is_stopped:
        return f"the order is on hold: {order.hold}"
    if order.state != "confirmed":
        return f"the order is {order.state}"
    if not any(line.short for line in order.lines):
        return "it has all it wants"
    if not any(line.short and line.available for line in order.lines):
        return "nothing it is short of is free"
    return ""


def order_model(order: AllocationDocument, may: bool, marked: int) -> DocumentModel:
    """An order with what it wants, has and could be given. `marked` orders stand in the list."""
    waiting = [line for line in order.lines if line.short]
    short = [line for line in waiting if _missing(line)]
    why_not = _why_not_allocate(order, may)
    badges = [Badge("Allocated", Tone.GOOD)]
    if waiting:
        badges = [Badge("Short", Tone.WRONG) if short else Badge("Waiting", Tone.ATTENTION)]
    if order.ship_complete:
        badges.append(Badge("Complete only", Tone.INFO, "stack"))
    can_release = any(line.in_bins for line in order.lines)
    why_keep = "" if may and can_release else NOT_YOURS if not may else "nothing of it is in bins"
    allocate = Action("allocate", "Allocate", "Ctrl+Return", why_not=why_not)
    if marked > 1:
        title = f"Allocate {marked} orders"
        allocate = Action("allocate", title, "Ctrl+Return", why_not="" if may else NOT_YOURS)
    return DocumentModel(
        order.number,
        badges=tuple(badges),
        subline=(order.customer, order.warehouse, _priority(order.priority)),
        facts=(
            Fact("Requested", write_full_day(order.requested_date)),
            Fact(
                "Promised",
                write_full_day(order.promised_date) if order.promised_date else "not yet",
            ),
            Fact("Lines to allocate", f"{len(waiting)} of {len(order.lines)}"),
            Fact(
                "Lines short",
                str(len(short)),
                Tone.WRONG if short else Tone.NEUTRAL,
            ),
        ),
        action=allocate,
        secondary=(
            Action("complete", "All or nothing", "F6", why_not=why_not),
            Action("release-line", "Release line", "F8", why_not=why_keep),
            Action("release-order", "Release all", "Shift+F8", why_not=why_keep),
        ),
        lines=tuple(_line(line) for line in order.lines),
        heads=ORDER_HEADS,
        no_lines="This order has no lines.",
        notices=_notices(order),
        related=(Action("open-order", f"Order {order.number}"),),
    )


def _notices(order: AllocationDocument) -> tuple[Notice, ...]:
    notices = []
    if order.is_stopped:
        sentence = f"{order.hold}: this hold stops allocation. A manager can release it."
        notices.append(Notice(sentence))
    for line in order.lines:
        if line.short and not line.available and line.elsewhere:
            quantity = write_number(min(line.short, line.elsewhere))
            notices.append(
                Notice(
                    f"{write_number(line.short)} {line.unit} of {line.item} are short and none "
                    f"is free; other orders have {write_number(line.elsewhere)} in bins.",
                    Tone.ATTENTION,
                    (Action(f"item:{line.item_id}", f"Take up to {quantity} from another order"),),
                )
            )
    return tuple(notices[:MOST_NAMED])


def _short_of(item: ItemClaims) -> dict[int, Decimal]:
    """What each line is short of when all that is free is given, who goes first first."""
    free, short = item.available, {}
    for claim in item.claims:
        given = min(free, claim.short)
        free -= given
        short[claim.line_id] = claim.short - given
    return short


def _claim(claim: Claim, unit: str, short: Decimal) -> LineRow:
    """An order line that wants the item; `short` of it is nowhere."""
    held = f"on hold: {claim.hold}" if claim.hold else ""
    promised = f"promised {write_full_day(claim.promised_date)}" if claim.promised_date else ""
    return LineRow(
        claim.line_id,
        claim.customer,
        (
            claim.order_number,
            f"for {write_full_day(claim.requested_date)}",
            promised,
            _priority(claim.priority),
            held,
        ),
        f"{write_number(claim.wanted)} {unit}",
        bar=bar(
            claim.wanted,
            loaded=claim.loaded,
            staged=claim.staged,
            allocated=claim.allocated - claim.staged - claim.loaded,
            short=short,
        ),
        amount=write_number(claim.in_bins) if claim.in_bins else "",
        source=claim,
    )


def item_model(item: ItemClaims, may: bool) -> DocumentModel:
    """An item and every order line that wants it, who goes first first."""
    short_of = _short_of(item)
    wanted = sum((claim.short for claim in item.claims), Decimal(0))
    short = sum(short_of.values(), Decimal(0))
    why_not = ""
    if not may:
        why_not = NOT_YOURS
    elif not any(claim.in_bins for claim in item.claims):
        why_not = "no order has any of it in a bin"
    elif not any(claim.short for claim in item.claims):
        why_not = "no order is short of it"
    return DocumentModel(
        item.number,
        subline=(item.name,),
        facts=(
            Fact("Free now", f"{write_number(item.available)} {item.unit}"),
            Fact("To be allocated", f"{write_number(wanted)} {item.unit}"),
            Fact(
                "Short in all",
                f"{write_number(short)} {item.unit}",
                Tone.WRONG if short else Tone.NEUTRAL,
            ),
            Fact("Order lines", str(len(item.claims))),
        ),
        action=Action("move", "Move to another order", "Ctrl+Return", why_not=why_not),
        secondary=(Action("release-line", "Release line", "F8", why_not="" if may else NOT_YOURS),),
        lines=tuple(_claim(claim, item.unit, short_of[claim.line_id]) for claim in item.claims),
        heads=CLAIM_HEADS,
        no_lines="No confirmed order wants this item.",
        related=(Action("open-item", f"Item {item.number}"),),
    )


def claim_words(claim: Claim, quantity: Decimal, what: str) -> str:
    """A claim in a list to choose from."""
    return (
        f"{claim.order_number} line {claim.line_no}   {claim.customer}   "
        f"{write_number(quantity)} {what}"
    )


def sentence(result: object) -> str:
    """What a verb came to."""
    if isinstance(result, Allocated):
        lines = counted(result.lines, "line", "lines")
        done = f"Allocated to {lines}." if result.lines else "Nothing was allocated."
        if not result.short:
            return f"{done[:-1]}: all they were short of."
        named = ", ".join(
            f"{write_number(each.missing)} {each.item}" for each in result.short[:MOST_NAMED]
        )
        more = len(result.short) - MOST_NAMED
        return f"{done} Still short: {named}" + (
            f" and {counted(more, 'more line', 'more lines')}." if more > 0 else "."
        )
    if isinstance(result, Released):
        return f"Released {counted(result.lines, 'line', 'lines')}."
    if isinstance(result, Reallocated):
        return (
            f"{write_number(result.quantity)} {result.item} went from {result.from_order} "
            f"to {result.to_order}."
        )
    raise TypeError(f"no words for {type(result).__name__}")
