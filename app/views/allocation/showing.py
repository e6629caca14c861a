"""Orders that want goods and items that orders want, written as they are to be read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.core.actor import Group
from app.core.messages import N_
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
from app.views.widgets.wording import (
    counted,
    needs,
    state_words,
    words,
    write_near_day,
    write_near_full_day,
)

ORDER_HEADS = LineHeads(quantity=words(N_("Wanted")), amount=words(N_("Available now")))
CLAIM_HEADS = LineHeads(
    item=words(N_("Order")), quantity=words(N_("Wanted")), amount=words(N_("In bins"))
)
NOT_YOURS = needs(Group.SALES)
IN_BINS = N_("{order} line {line}   {customer}   {quantity} in bins")
SHORT = N_("{order} line {line}   {customer}   {quantity} short")
NONE_IS_FREE = N_(
    "{short} {unit} of {item} are short and none is available; "
    "other orders have {elsewhere} in bins."
)
MOST_NAMED = 3


def _priority(value: int) -> str:
    return words(N_("priority {value}"), value=value) if value else ""


def order_card(row: AllocationRow, is_marked: bool, today: date) -> Card:
    """An order in the list, as it is read `today`."""
    badge = MARKED if is_marked else Badge(words(N_("On hold")), Tone.WRONG) if row.hold else None
    return Card(
        row.customer,
        write_near_day(row.requested_date, today),
        (
            row.number,
            _priority(row.priority),
            words(N_("complete only")) if row.ship_complete else "",
        ),
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
        said = words(N_("Some is available")) if is_short else words(N_("All is available"))
        free = Badge(said, Tone.GOOD)
    sentence = N_("{quantity} {unit} wanted")
    if free is None:
        sentence = N_("{quantity} {unit} short")
    wanted = words(sentence, quantity=write_number(row.short), unit=row.unit)
    return Card(row.name, wanted, (row.number, orders), badge=free)


def _missing(line: AllocationLine) -> Decimal:
    """How much of a line is nowhere: what is free and only waits to be allocated is not short."""
    return max(Decimal(0), line.short - line.available)


def _bar_words(line: AllocationLine, shown: Bar) -> str:
    """Under the bar: how far the goods are, and what waits to be allocated."""
    waits = line.short - _missing(line)
    said = [shown.words()]
    if waits:
        said.append(words(N_("not allocated {quantity}"), quantity=write_number(waits)))
    return " · ".join(each for each in said if each)


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
    elsewhere = (
        words(N_("{quantity} with other orders"), quantity=write_number(line.elsewhere))
        if line.elsewhere
        else ""
    )
    return LineRow(
        line.id,
        line.name,
        (
            line.item,
            words(N_("line {number}"), number=line.line_no),
            elsewhere if line.short else "",
        ),
        f"{write_number(line.wanted)} {line.unit}",
        bar=shown if is_stock else None,
        bar_words=_bar_words(line, shown) if is_stock else state_words(line.fulfilment),
        amount=write_number(line.available) if is_stock else "",
        source=line,
    )


def _why_not_allocate(order: AllocationDocument, may: bool) -> str:
    if not may:
        return NOT_YOURS
    if order.is_stopped:
        return words(N_("the order is on hold: {hold}"), hold=order.hold)
    if order.state != "confirmed":
        return words(N_("the order is {state}"), state=state_words(order.state))
    if not any(line.short for line in order.lines):
        return words(N_("it has all it wants"))
    if not any(line.short and line.available for line in order.lines):
        return words(N_("nothing it is short of is available"))
    return ""


def order_model(order: AllocationDocument, may: bool, marked: int, today: date) -> DocumentModel:
    """An order with what it wants, has and could be given. `marked` orders stand in the list."""
    waiting = [line for line in order.lines if line.short]
    short = [line for line in waiting if _missing(line)]
    why_not = _why_not_allocate(order, may)
    badges = [Badge(words(N_("Allocated")), Tone.GOOD)]
    if waiting:
        badges = [
            Badge(words(N_("Short")), Tone.WRONG)
            if short
            else Badge(words(N_("Waiting")), Tone.ATTENTION)
        ]
    if order.ship_complete:
        badges.append(Badge(words(N_("Complete only")), Tone.INFO, "stack"))
    can_release = any(line.in_bins for line in order.lines)
    why_keep = (
        ""
        if may and can_release
        else NOT_YOURS
        if not may
        else words(N_("nothing of it is in bins"))
    )
    allocate = Action("allocate", words(N_("Allocate")), "Ctrl+Return", why_not=why_not)
    if marked > 1:
        title = words(N_("Allocate {many} orders"), many=marked)
        allocate = Action("allocate", title, "Ctrl+Return", why_not="" if may else NOT_YOURS)
    return DocumentModel(
        order.number,
        badges=tuple(badges),
        subline=(order.customer, order.warehouse, _priority(order.priority)),
        facts=(
            Fact(words(N_("Requested")), write_near_full_day(order.requested_date, today)),
            Fact(
                words(N_("Promised")),
                write_near_full_day(order.promised_date, today)
                if order.promised_date
                else words(N_("not yet")),
            ),
            Fact(
                words(N_("Lines to allocate")),
                words(N_("{left} of {all}"), left=len(waiting), all=len(order.lines)),
            ),
            Fact(
                words(N_("Lines short")),
                str(len(short)),
                Tone.WRONG if short else Tone.NEUTRAL,
            ),
        ),
        action=allocate,
        secondary=(
            Action("complete", words(N_("All or nothing")), "F6", why_not=why_not),
            Action("release-line", words(N_("Release line")), "F8", why_not=why_keep),
            Action("release-order", words(N_("Release all")), "Shift+F8", why_not=why_keep),
        ),
        lines=tuple(_line(line) for line in order.lines),
        heads=ORDER_HEADS,
        no_lines=words(N_("This order has no lines.")),
        notices=_notices(order),
        related=(Action("open-order", words(N_("Order {number}"), number=order.number)),),
    )


def _notices(order: AllocationDocument) -> tuple[Notice, ...]:
    notices = []
    if order.is_stopped:
        sentence = words(
            N_("{hold}: this hold stops allocation. A manager can release it."), hold=order.hold
        )
        notices.append(Notice(sentence))
    for line in order.lines:
        if line.short and not line.available and line.elsewhere:
            quantity = write_number(min(line.short, line.elsewhere))
            notices.append(
                Notice(
                    words(
                        NONE_IS_FREE,
                        short=write_number(line.short),
                        unit=line.unit,
                        item=line.item,
                        elsewhere=write_number(line.elsewhere),
                    ),
                    Tone.ATTENTION,
                    (
                        Action(
                            f"item:{line.item_id}",
                            words(
                                N_("Take up to {quantity} from another order"), quantity=quantity
                            ),
                        ),
                    ),
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


def _claim(claim: Claim, unit: str, short: Decimal, today: date) -> LineRow:
    """An order line that wants the item; `short` of it is nowhere."""
    held = words(N_("on hold: {hold}"), hold=claim.hold) if claim.hold else ""
    promised = (
        words(N_("promised {day}"), day=write_near_day(claim.promised_date, today))
        if claim.promised_date
        else ""
    )
    return LineRow(
        claim.line_id,
        claim.customer,
        (
            claim.order_number,
            words(N_("for {day}"), day=write_near_day(claim.requested_date, today)),
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


def item_model(item: ItemClaims, may: bool, today: date) -> DocumentModel:
    """An item and every order line that wants it, who goes first first."""
    short_of = _short_of(item)
    wanted = sum((claim.short for claim in item.claims), Decimal(0))
    short = sum(short_of.values(), Decimal(0))
    why_not = ""
    if not may:
        why_not = NOT_YOURS
    elif not any(claim.in_bins for claim in item.claims):
        why_not = words(N_("no order has any of it in a bin"))
    elif not any(claim.short for claim in item.claims):
        why_not = words(N_("no order is short of it"))
    return DocumentModel(
        item.number,
        subline=(item.name,),
        facts=(
            Fact(words(N_("Available now")), f"{write_number(item.available)} {item.unit}"),
            Fact(words(N_("To be allocated")), f"{write_number(wanted)} {item.unit}"),
            Fact(
                words(N_("Short in all")),
                f"{write_number(short)} {item.unit}",
                Tone.WRONG if short else Tone.NEUTRAL,
            ),
            Fact(words(N_("Order lines")), str(len(item.claims))),
        ),
        action=Action("move", words(N_("Move to another order")), "Ctrl+Return", why_not=why_not),
        secondary=(
            Action(
                "release-line", words(N_("Release line")), "F8", why_not="" if may else NOT_YOURS
            ),
        ),
        lines=tuple(
            _claim(claim, item.unit, short_of[claim.line_id], today) for claim in item.claims
        ),
        heads=CLAIM_HEADS,
        no_lines=words(N_("No confirmed order wants this item.")),
        related=(Action("open-item", words(N_("Item {number}"), number=item.number)),),
    )


def claim_words(sentence: str, claim: Claim, quantity: Decimal) -> str:
    """A claim in a list to choose from, and how much of it is what the sentence says."""
    return words(
        sentence,
        order=claim.order_number,
        line=claim.line_no,
        customer=claim.customer,
        quantity=write_number(quantity),
    )


def sentence(result: object) -> str:
    """What a verb came to."""
    if isinstance(result, Allocated):
        lines = counted(result.lines, "line", "lines")
        done = words(N_("Nothing was allocated."))
        if result.lines:
            done = words(N_("Allocated to {lines}."), lines=lines)
        if not result.short:
            sentence = N_("Allocated to {lines}: all they were short of.")
            return words(sentence, lines=lines) if result.lines else done
        named = ", ".join(
            f"{write_number(each.missing)} {each.item}" for each in result.short[:MOST_NAMED]
        )
        more = len(result.short) - MOST_NAMED
        still = N_("Still short: {named}.")
        if more > 0:
            still = N_("Still short: {named} and {more}.")
        lines = counted(more, "more line", "more lines")
        return f"{done} {words(still, named=named, more=lines)}"
    if isinstance(result, Released):
        return words(N_("Released {lines}."), lines=counted(result.lines, "line", "lines"))
    if isinstance(result, Reallocated):
        return words(
            N_("{quantity} {item} went from {from_order} to {to_order}."),
            quantity=write_number(result.quantity),
            item=result.item,
            from_order=result.from_order,
            to_order=result.to_order,
        )
    raise TypeError(f"no words for {type(result).__name__}")
