"""Orders to invoice and invoices, written as they are to be read."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.core.actor import Group
from app.core.ids import Kind
from app.queries.billing import BillingLine, BillingRow, InvoiceDocument, OrderToInvoice
from app.views.document_desk import MARKED
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import tax_name, write_money, write_number, write_price
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.timeline import TimelineEntry
from app.views.widgets.wording import needs, their_order, write_full_day, write_moment

HEADS = LineHeads(quantity="Quantity")
NOT_YOURS = needs(Group.ACCOUNTING)


def badge_of(state: str) -> Badge:
    """The badge of an invoice's state, or of an order that waits."""
    return {
        "draft": Badge("Draft", Tone.ATTENTION),
        "posted": Badge("Posted", Tone.GOOD),
        "on hold": Badge("On hold", Tone.WRONG),
    }.get(state, Badge("To invoice", Tone.INFO))


def card(row: BillingRow, is_marked: bool) -> Card:
    """A row of the list."""
    number = row.number or f"Draft of {row.order_number}"
    parts = (number, row.order_number) if row.kind is Kind.INVOICE and row.number else (number,)
    return Card(
        row.customer,
        f"{write_money(row.amount, row.currency)} {row.currency}",
        (*parts, write_full_day(row.day)),
        badge=MARKED if is_marked else badge_of(row.state),
    )


def _line(line: BillingLine, currency: str) -> LineRow:
    off = f"{write_number(line.discount_percent)} % off" if line.discount_percent else ""
    return LineRow(
        line.id,
        line.name,
        tuple(each for each in (line.item, f"line {line.line_no}", off) if each),
        f"{write_number(line.quantity)} {line.unit}",
        price=write_price(line.unit_price, currency),
        amount=write_money(line.amount, currency),
        source=line,
    )


def order_model(order: OrderToInvoice, may_invoice: bool, marked: int) -> DocumentModel:
    """An order with what of it can be invoiced now; or so many marked ones at once."""
    why_not = ""
    if not may_invoice:
        why_not = NOT_YOURS
    elif marked < 2 and order.is_stopped:
        why_not = f"the order is on hold: {order.hold}"
    elif marked < 2 and not order.lines and not order.charges_waiting:
        why_not = "all that was packed is invoiced"
    title = f"Invoice {marked} orders" if marked > 1 else "Invoice"
    notices: tuple[Notice, ...] = ()
    if order.is_stopped:
        notices = (Notice(f"{order.hold}: this hold stops invoicing. A manager can release it."),)
    return DocumentModel(
        order.number,
        badges=(badge_of("on hold" if order.is_stopped else "to invoice"),),
        subline=(order.customer, their_order(order.customer_po)),
        facts=(
            Fact("Ordered", write_full_day(order.order_date)),
            Fact(f"Order total {order.currency}", write_money(order.total, order.currency)),
            Fact(
                "To invoice, before tax",
                write_money(order.waiting + order.charges_waiting, order.currency),
            ),
        ),
        action=Action("invoice", title, "Ctrl+Return", why_not=why_not),
        lines=tuple(_line(line, order.currency) for line in order.lines),
        heads=HEADS,
        no_lines="What is left of its charges is invoiced alone."
        if order.charges_waiting
        else "All that was packed of this order is invoiced.",
        notices=notices,
        related=(Action("open-order", f"Order {order.number}"),),
    )


def invoice_model(document: InvoiceDocument, may_invoice: bool, time_zone: str) -> DocumentModel:
    """An invoice, draft or posted."""
    is_draft = document.state == "draft"
    currency = document.currency
    why_not = "" if may_invoice else NOT_YOURS
    facts = [
        Fact("Date", write_full_day(document.invoice_date)),
        Fact("Due", write_full_day(document.due_date)),
        Fact("Goods", write_money(document.goods + document.order_discount, currency)),
    ]
    if document.order_discount:
        facts.append(Fact("Order discount", write_money(-document.order_discount, currency)))
    facts += [Fact(name, write_money(amount, currency)) for name, amount in document.charge_rows]
    facts += [
        Fact(tax_name(each.name, each.percent), write_money(each.amount, currency))
        for each in document.tax_rows
    ]
    if document.tax_certificate:
        facts.append(Fact("Tax exempt", document.tax_certificate))
    facts.append(Fact(f"Total {currency}", write_money(document.total, currency)))
    print_it = Action("print", "Print", "Ctrl+P")
    return DocumentModel(
        document.number or f"Draft of {document.order_number}",
        badges=(badge_of(document.state),),
        subline=(document.customer, their_order(document.customer_po), document.terms),
        facts=tuple(facts),
        action=Action("post", "Post", "Ctrl+Return", why_not=why_not) if is_draft else None,
        secondary=(print_it,),
        more=(Action("delete", "Delete this draft", why_not=why_not),) if is_draft else (),
        lines=tuple(_line(line, currency) for line in document.lines),
        heads=HEADS,
        timeline=_timeline(document, ZoneInfo(time_zone)),
        related=(Action("open-order", f"Order {document.order_number}"),),
    )


def _timeline(document: InvoiceDocument, zone: ZoneInfo) -> tuple[TimelineEntry, ...]:
    entries = []
    if document.posted_at is not None:
        who = document.posted_by or ""
        entries.append(
            TimelineEntry(write_moment(document.posted_at, zone), who, f"posted {document.number}")
        )
        if document.printed:
            tone = Tone.WRONG if document.printed.startswith("failed") else Tone.NEUTRAL
            entries.insert(0, TimelineEntry("", "Paper", document.printed, tone))
    entries.append(TimelineEntry(write_moment(document.created_at, zone), "", "draft made"))
    return tuple(entries)
