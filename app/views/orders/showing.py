"""Orders written as they are to be read: the card in the list and the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.core.actor import Actor, Group
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.orders.document import (
    DocumentLine,
    Donor,
    OrderDocument,
    RelatedDocument,
)
from app.queries.orders.listing import OrderRow
from app.queries.orders.money import ChargeRow
from app.queries.orders.progress import NotMoving, ReasonKind, Said, Step, to_be_allocated
from app.rules.charges import ChargeMethod
from app.rules.orders import Fulfilment, OrderState, OrderStatus
from app.views.orders.history import entries
from app.views.papers import PREVIEW, PRINT
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import tax_name, write_money, write_number, write_price
from app.views.widgets.quantity_bar import Bar, bar
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import (
    counted,
    needs,
    state_words,
    their_order,
    words,
    write_near_day,
    write_near_full_day,
)

DO = "Ctrl+Return"
NOTHING_YET = "\u00a0"
"""Under a bar of which nothing is anywhere: a blank, so that the bar stays where it is."""
MOST_NAMED = 3
"""So many lines are named in one notice; of more there is only the number."""

STEPS: dict[Step, tuple[str, tuple[Group, ...]]] = {
    Step.ADD_LINES: (words(N_("Add lines")), (Group.SALES,)),
    Step.CONFIRM: (words(N_("Confirm")), (Group.SALES,)),
    Step.RELEASE_HOLD: (words(N_("Release the hold")), (Group.MANAGER,)),
    Step.ALLOCATE: (words(N_("Allocate")), (Group.SALES, Group.FLOOR)),
    Step.MAKE_PICKLIST: (words(N_("Make picklist")), (Group.SALES, Group.FLOOR)),
    Step.STAGE: (words(N_("Stage the rest")), (Group.FLOOR,)),
    Step.INVOICE: (words(N_("Invoice")), (Group.ACCOUNTING,)),
    Step.SHIP_IN_PARTS: (words(N_("Ship in parts")), (Group.SALES,)),
    Step.CANCEL_REST: (words(N_("Cancel what is short")), (Group.SALES,)),
    Step.OPEN_ITEM: (words(N_("Open the item")), ()),
    Step.OPEN_PICKLIST: (words(N_("Open the picklist")), ()),
    Step.OPEN_TRIP: (words(N_("Open the trip")), ()),
}
"""What a step is called, and whose it is (nobody's own: everybody's)."""

_BADGES: dict[OrderStatus, tuple[str, Tone, str]] = {
    OrderStatus.DRAFT: (words(N_("Draft")), Tone.NEUTRAL, "pencil-simple"),
    OrderStatus.WAITING: (words(N_("Waiting")), Tone.ATTENTION, "hourglass"),
    OrderStatus.PART_ALLOCATED: (words(N_("Part allocated")), Tone.ATTENTION, "stack"),
    OrderStatus.ALLOCATED: (words(N_("Allocated")), Tone.INFO, "stack"),
    OrderStatus.PART_STAGED: (words(N_("Part staged")), Tone.ATTENTION, "squares-four"),
    OrderStatus.STAGED: (words(N_("Staged")), Tone.INFO, "squares-four"),
    OrderStatus.PART_LOADED: (words(N_("Part loaded")), Tone.ATTENTION, "truck"),
    OrderStatus.LOADED: (words(N_("Loaded")), Tone.INFO, "truck"),
    OrderStatus.PART_PACKED: (words(N_("Part packed")), Tone.ATTENTION, "package"),
    OrderStatus.PACKED: (words(N_("Packed")), Tone.GOOD, "package"),
    OrderStatus.CLOSED: (words(N_("Closed")), Tone.GOOD, "check-circle"),
    OrderStatus.CANCELLED: (words(N_("Cancelled")), Tone.NEUTRAL, "x-circle"),
}
_OF_ONE_LINE = {
    Step.OPEN_ITEM: N_("Open {item}"),
    Step.CANCEL_REST: N_("Cancel what is short of {item}"),
}
"""Ways out that are about one line, by its item where several lines need them."""
_DONE = (OrderStatus.PACKED, OrderStatus.CLOSED, OrderStatus.CANCELLED)
"""Nothing of these can be late any more."""


def card(row: OrderRow, today: date, home_currency: str) -> Card:
    """A row of the list."""
    foreign = "" if row.currency == home_currency else f" {row.currency}"
    is_late = OrderStatus(row.status) not in _DONE and row.requested_date < today
    badge = None
    if row.hold_code is not None:
        badge = Badge(words(N_("On hold")), Tone.WRONG)
    elif row.status == OrderStatus.DRAFT:
        badge = badge_of(OrderStatus.DRAFT)
    elif row.status == OrderStatus.CANCELLED:
        badge = badge_of(OrderStatus.CANCELLED)
    return Card(
        row.customer,
        write_money(row.total, row.currency) + foreign,
        (row.number, write_near_day(row.requested_date, today)),
        bar=None if badge is not None else _row_bar(row),
        badge=badge,
        tone=Tone.ATTENTION if is_late else Tone.NEUTRAL,
    )


def _row_bar(row: OrderRow) -> Bar:
    return bar(
        row.wanted,
        packed=row.packed,
        loaded=row.loaded,
        staged=row.staged,
        allocated=row.allocated,
        short=row.short - row.waits,
    )


def badge_of(status: OrderStatus | str) -> Badge:
    """The badge of a status."""
    word, tone, icon = _BADGES[OrderStatus(status)]
    return Badge(word, tone, icon)


def spoken(said: Sequence[Said], between: str) -> str:
    """Sentences one after the other."""
    return between.join(each.message() for each in said)


def quantity(line: DocumentLine) -> str:
    """What is wanted of a line in the unit it was entered in."""
    ordered = line.wanted + line.cancelled
    wanted = line.wanted * line.unit_quantity / ordered if line.cancelled else line.unit_quantity
    return f"{write_number(wanted)} {line.unit}"


def line_row(line: DocumentLine, currency: str, *, has_bar: bool = True) -> LineRow:
    """A line of the document; of a draft nothing is anywhere yet, so it has no bar.

    What is free and only waits to be allocated is no shortage: it is the empty rest of the bar.
    """
    is_stock = line.fulfilment is Fulfilment.STOCK
    shown = bar(
        line.wanted,
        packed=line.packed,
        loaded=line.loaded,
        staged=line.staged,
        allocated=line.allocated,
        short=line.short - to_be_allocated(line) if is_stock else Decimal(0),
    )
    is_base = line.unit == line.base_unit
    base = "" if is_base else f"= {write_number(line.wanted)} {line.base_unit}"
    return LineRow(
        line.id,
        line.name,
        tuple(each for each in (line.item, base, spoken(line.price_words, ", ")) if each),
        quantity(line),
        bar=shown if has_bar else None,
        bar_words=(spoken(line.words, " · ") or NOTHING_YET) if has_bar else "",
        price=_price(line, currency),
        amount=write_money(line.amount, currency),
        source=line,
    )


def _price(line: DocumentLine, currency: str) -> str:
    """The unit price; what it is per, where that is not the unit the line was typed in."""
    written = write_price(line.price, currency)
    if not written or line.price_unit == line.unit:
        return written
    return words(N_("{price}/{unit}"), price=written, unit=line.price_unit)


def step_action(step: Step, actor: Actor, *, shortcut: str = "", subject: int = 0) -> Action:
    """A step as something to press, or why it cannot be pressed."""
    title, groups = STEPS[step]
    why_not = "" if not groups or actor.is_any(*groups) else needs(*groups)
    key = f"{step.value}:{subject}" if subject else step.value
    return Action(key, title, shortcut, why_not=why_not)


def order_model(document: OrderDocument, actor: Actor, time_zone: str) -> DocumentModel:
    """An order as its document shows it."""
    step = document.next_step
    has_bar = document.state in (OrderState.CONFIRMED, OrderState.CLOSED)
    change = Action("change", words(N_("Change")), "E", why_not=_why_not_change(document, actor))
    return DocumentModel(
        document.number,
        badges=_badges(document),
        subline=(
            document.customer,
            their_order(document.customer_po),
            document.ship_to,
            document.delivery,
            document.terms,
        ),
        facts=_facts(document),
        action=None if step is None else _next(step, document, actor),
        secondary=(change, PRINT),
        more=(PREVIEW, *_more(document, actor)),
        lines=tuple(line_row(line, document.currency, has_bar=has_bar) for line in document.lines),
        no_lines=words(N_("No lines yet. Press E to add some.")),
        notices=_notices(document, actor),
        timeline=entries(document.timeline, ZoneInfo(time_zone), document.today),
        related=tuple(_related(each) for each in document.related),
    )


def _next(step: Step, document: OrderDocument, actor: Actor) -> Action:
    """The next step; what is the first goes by its plain name, as there is no rest yet."""
    action = step_action(step, actor, shortcut=DO)
    is_first = not any(line.staged or line.loaded or line.packed for line in document.lines)
    return replace(action, title=words(N_("Stage"))) if is_first and step is Step.STAGE else action


def _why_not_change(document: OrderDocument, actor: Actor) -> str:
    if not actor.is_any(Group.SALES):
        return needs(Group.SALES)
    if document.state is OrderState.CANCELLED:
        return words(N_("it is cancelled; reopen it first"))
    return ""


def _badges(document: OrderDocument) -> tuple[Badge, ...]:
    badges = [badge_of(document.status)]
    if document.hold is not None:
        badges.insert(
            0, Badge(words(N_("On hold: {name}"), name=document.hold.name), Tone.WRONG, "hand-palm")
        )
    for each in document.related:
        if each.is_away:
            badges.append(
                Badge(words(N_("Left with {trip}"), trip=each.number), Tone.INFO, "truck")
            )
    if document.ship_complete:
        badges.append(Badge(words(N_("One delivery")), Tone.INFO, "link"))
    return tuple(badges)


def _facts(document: OrderDocument) -> tuple[Fact, ...]:
    today, currency = document.today, document.currency
    is_late = document.status not in _DONE and document.requested_date < today
    facts = [
        Fact(
            words(N_("Requested")),
            write_near_full_day(document.requested_date, today),
            Tone.WRONG if is_late else Tone.NEUTRAL,
        )
    ]
    if document.promised_date is not None:
        facts.append(
            Fact(words(N_("Promised")), write_near_full_day(document.promised_date, today))
        )
    # Before the discount that stands beside it: what is read in a row adds up to the total.
    facts.append(
        Fact(words(N_("Goods")), write_money(document.goods + document.order_discount, currency))
    )
    if document.order_discount:
        facts.append(
            Fact(words(N_("Order discount")), write_money(-document.order_discount, currency))
        )
    facts += [_charge_fact(each, currency) for each in document.charges]
    facts += _of_shipments(document, currency)
    facts += [
        Fact(tax_name(each.name, each.percent), write_money(each.amount, currency))
        for each in document.taxes
    ]
    if document.tax_certificate:
        facts.append(Fact(words(N_("Tax exempt")), document.tax_certificate))
    facts.append(
        Fact(
            words(N_("Total {currency}"), currency=currency), write_money(document.total, currency)
        )
    )
    if document.margin_percent is not None:
        tone = Tone.GOOD if document.margin_percent > 0 else Tone.WRONG
        facts.append(Fact(words(N_("Margin")), f"{write_number(document.margin_percent)} %", tone))
    return tuple(facts)


def _charge_fact(charge: ChargeRow, currency: str) -> Fact:
    """A charge; one per shipment is in no total, so it says so."""
    if charge.per_shipment is None:
        return Fact(charge.description, write_money(charge.amount, currency))
    is_percent = charge.method is ChargeMethod.PERCENT
    size = (
        f"{write_number(charge.per_shipment)} %"
        if is_percent
        else write_money(charge.per_shipment, currency)
    )
    return Fact(
        words(N_("{description}, per shipment"), description=charge.description), f"+ {size}"
    )


def _of_shipments(document: OrderDocument, currency: str) -> list[Fact]:
    """What shipments bear that have left, by name; it is in no total here either."""
    sums: dict[str, list[Decimal]] = {}
    for each in document.shipment_charges:
        sums.setdefault(each.description, []).append(each.amount)
    return [
        Fact(
            f"{name}, {counted(len(amounts), 'shipment', 'shipments')}",
            f"+ {write_money(sum(amounts, Decimal(0)), currency)}",
        )
        for name, amounts in sums.items()
    ]


def _more(document: OrderDocument, actor: Actor) -> tuple[Action, ...]:
    """Everything else that can be done in this state, greyed with the reason where it is not."""
    sales = "" if actor.is_any(Group.SALES) else needs(Group.SALES)
    manager = "" if actor.is_any(Group.MANAGER) else needs(Group.MANAGER)
    holds = (
        "" if actor.is_any(Group.SALES, Group.ACCOUNTING) else needs(Group.SALES, Group.ACCOUNTING)
    )
    freeing = "" if actor.is_any(Group.SALES, Group.FLOOR) else needs(Group.SALES, Group.FLOOR)
    state = document.state
    actions = []
    if state is not OrderState.CANCELLED:
        actions.append(Action("head", words(N_("Dates, delivery and address …")), why_not=sales))
    if state in (OrderState.DRAFT, OrderState.CONFIRMED) and document.lines:
        actions.append(Action("reprice", words(N_("Find the prices anew")), why_not=sales))
    if document.hold is not None:
        actions.append(Action("release_hold", words(N_("Release the hold …")), why_not=manager))
    elif state in (OrderState.DRAFT, OrderState.CONFIRMED):
        actions.append(Action("hold", words(N_("Hold …")), why_not=holds))
    has_promises = any(line.places for line in document.lines)
    if has_promises:
        actions.append(Action("release", words(N_("Release what is allocated")), why_not=freeing))
    if state is not OrderState.CANCELLED:
        actions.append(Action("charge", words(N_("Add a charge …")), why_not=sales))
        for each in document.charges:
            invoiced = sales or (words(N_("it is invoiced")) if each.invoiced else "")
            change, remove = f"change_charge:{each.id}", f"remove_charge:{each.id}"
            actions.append(
                Action(
                    change,
                    words(N_("Change {description} …"), description=each.description),
                    why_not=invoiced,
                )
            )
            actions.append(
                Action(
                    remove,
                    words(N_("Remove {description}"), description=each.description),
                    why_not=invoiced,
                )
            )
    actions.append(Action("note", words(N_("Add a note …"))))
    if state in (OrderState.DRAFT, OrderState.CONFIRMED):
        why_not = sales or (words(N_("release what is allocated first")) if has_promises else "")
        actions.append(Action("cancel", words(N_("Cancel the order …")), why_not=why_not))
    if state is OrderState.CANCELLED:
        actions.append(Action("reopen", words(N_("Reopen as a draft")), why_not=sales))
    return tuple(actions)


def _notices(document: OrderDocument, actor: Actor) -> tuple[Notice, ...]:
    """What blocks, each kind once; when it is somebody else's turn, whose."""
    told = dict.fromkeys(
        each.kind
        for each in document.reasons
        if each.is_blocking or each.kind is ReasonKind.NOT_ALLOCATED
    )
    notices = [
        _notice([each for each in document.reasons if each.kind is kind], document, actor)
        for kind in told
    ]
    waiting = [each for each in document.reasons if not each.is_blocking]
    if not notices and document.next_step is None and waiting:
        kind = waiting[0].kind
        notices.append(_notice([each for each in waiting if each.kind is kind], document, actor))
    texts = (
        (words(N_("Comment")), document.comments),
        (words(N_("Internal")), document.internal_notes),
        (words(N_("Cancelled because")), document.cancel_reason),
    )
    notices += [Notice(f"{title}: {text}", Tone.INFO) for title, text in texts if text]
    return tuple(notices)


def _notice(reasons: Sequence[NotMoving], document: OrderDocument, actor: Actor) -> Notice:
    """One kind of reason, its lines named, with the ways out."""
    first = reasons[0]
    named = [each.said.message() for each in reasons[:MOST_NAMED]]
    if len(reasons) > MOST_NAMED:
        more = counted(
            len(reasons) - MOST_NAMED,
            "more line waits for the same reason",
            "more lines wait for the same reason",
        )
        named.append(f"{more}.")
    is_stuck = first.is_blocking or first.kind is ReasonKind.NOT_ALLOCATED
    said = " ".join(named)
    if is_stuck:
        said = words(N_("Not moving: {reasons}"), reasons=said)
    actions = []
    for reason in reasons[:MOST_NAMED]:
        actions += _takes(reason, document, actor, is_one_of_several=len(reasons) > 1)
    for step in first.steps:
        if step is document.next_step:
            continue  # it is the button already
        if step in _OF_ONE_LINE and len(reasons) > 1:
            actions += [_of_one(step, each, document, actor) for each in reasons[:MOST_NAMED]]
            continue
        subject = _subject(step, first, document)
        if subject is not None:
            actions.append(step_action(step, actor, subject=subject))
    tone = Tone.WRONG if first.is_blocking else Tone.INFO
    if first.kind in (ReasonKind.SHIP_COMPLETE, ReasonKind.NOT_ALLOCATED):
        tone = Tone.ATTENTION
    return Notice(said, tone, tuple(actions))


def _of_one(step: Step, reason: NotMoving, document: OrderDocument, actor: Actor) -> Action:
    """A way out for one of several lines, by its item's number: each line has its own."""
    subject = _subject(step, reason, document) or 0
    title = words(_OF_ONE_LINE[step], item=_line_of(reason, document).item)
    return replace(step_action(step, actor, subject=subject), title=title)


def _takes(
    reason: NotMoving, document: OrderDocument, actor: Actor, *, is_one_of_several: bool
) -> list[Action]:
    """What a line is short of can be taken from another order, when one has it."""
    why_not = "" if actor.is_any(Group.SALES) else needs(Group.SALES)
    item = _line_of(reason, document).item if is_one_of_several and reason.line_id else ""
    return [
        Action(f"take:{number}", take_words(donor, reason, document.today, item), why_not=why_not)
        for number, donor in enumerate(document.donors)
        if reason.kind is ReasonKind.NO_STOCK and donor.line_id == reason.line_id
    ]


def take_words(donor: Donor, reason: NotMoving, today: date, item: str = "") -> str:
    """Taking from another order, with how many (of which item) and when that one is wanted."""
    sentence = N_("Take {quantity} from {number} (due {day})")
    if item:
        sentence = N_("Take {quantity} of {item} from {number} (due {day})")
    return words(
        sentence,
        quantity=write_number(min(donor.quantity, reason.quantity)),
        item=item,
        number=donor.number,
        day=write_near_day(donor.requested_date, today),
    )


def _line_of(reason: NotMoving, document: OrderDocument) -> DocumentLine:
    """The line a reason is about."""
    return next(each for each in document.lines if each.id == reason.line_id)


def _subject(step: Step, reason: NotMoving, document: OrderDocument) -> int | None:
    """What a way out is about: the id behind it; None when there is none (any more)."""
    if step in _OF_ONE_LINE:
        line = _line_of(reason, document)
        return line.item_id if step is Step.OPEN_ITEM else line.id
    wanted = {Step.OPEN_PICKLIST: Kind.PICKLIST, Step.OPEN_TRIP: Kind.TRIP}.get(step)
    if wanted is None:
        return 0
    found = [each.id for each in document.related if each.kind is wanted]
    return found[-1] if found else None


_RELATED = {
    Kind.PICKLIST: N_("Picklist {number} ({state})"),
    Kind.TRIP: N_("Trip {number} ({state})"),
    Kind.SHIPMENT: N_("Shipment {number} ({state})"),
    Kind.CARTON: N_("Carton {number} ({state})"),
    Kind.INVOICE: N_("Invoice {number} ({state})"),
}


def _related(each: RelatedDocument) -> Action:
    number = each.number or words(N_("draft"))
    title = words(_RELATED[each.kind], number=number, state=state_words(each.state))
    return Action(f"open-{each.kind.value}:{each.id}", title)
