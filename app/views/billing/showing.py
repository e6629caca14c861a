"""Orders to invoice and invoices, written as they are to be read."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.core.actor import Group
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.billing import BillingLine, BillingRow, InvoiceDocument, OrderToInvoice
from app.views.document_desk import MARKED
from app.views.papers import PREVIEW, PRINT
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import tax_name, write_money, write_number, write_price
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.timeline import TimelineEntry
from app.views.widgets.wording import (
    needs,
    paper_words,
    their_order,
    words,
    write_full_day,
    write_moment,
)

HEADS = LineHeads(quantity=words(N_("Quantity")))
NOT_YOURS = needs(Group.ACCOUNTING)


def badge_of(state: str) -> Badge:
    """The badge of an invoice's state, or of an order that waits."""
    return {
        "draft": Badge(words(N_("Draft")), Tone.NEUTRAL, "pencil-simple"),
        "posted": Badge(words(N_("Posted")), Tone.GOOD),
        "on-hold": Badge(words(N_("On hold")), Tone.WRONG),
    }.get(state, Badge(words(N_("To invoice")), Tone.INFO))


def card(row: BillingRow, is_marked: bool) -> Card:
    """A row of the list."""
    number = row.number or words(N_("Draft of {order}"), order=row.order_number)
    parts = (number, row.order_number) if row.kind is Kind.INVOICE and row.number else (number,)
    return Card(
        row.customer,
        f"{write_money(row.amount, row.currency)} {row.currency}",
        (*parts, write_full_day(row.day)),
        badge=MARKED if is_marked else badge_of(row.state),
    )


def _line(line: BillingLine, currency: str) -> LineRow:
    off = ""
    if line.discount_percent:
        off = words(N_("{percent} % off"), percent=write_number(line.discount_percent))
    return LineRow(
        line.id,
        line.name,
        tuple(
            each
            for each in (line.item, words(N_("line {number}"), number=line.line_no), off)
            if each
        ),
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
        why_not = words(N_("the order is on hold: {hold}"), hold=order.hold)
    elif marked < 2 and not order.lines and not order.charges_waiting:
        why_not = words(N_("all that was packed is invoiced"))
    title = words(N_("Invoice"))
    if marked > 1:
        title = words(N_("Invoice {many} orders"), many=marked)
    notices: tuple[Notice, ...] = ()
    if order.is_stopped:
        notices = (
            Notice(
                words(
                    N_("{hold}: this hold stops invoicing. A manager can release it."),
                    hold=order.hold,
                )
            ),
        )
    return DocumentModel(
        order.number,
        badges=(badge_of("on-hold" if order.is_stopped else "to invoice"),),
        subline=(order.customer, their_order(order.customer_po)),
        facts=(
            Fact(words(N_("Ordered")), write_full_day(order.order_date)),
            Fact(
                words(N_("Order total {currency}"), currency=order.currency),
                write_money(order.total, order.currency),
            ),
            Fact(
                words(N_("To invoice, before tax")),
                write_money(order.waiting + order.charges_waiting, order.currency),
            ),
        ),
        action=Action("invoice", title, "Ctrl+Return", why_not=why_not),
        lines=tuple(_line(line, order.currency) for line in order.lines),
        heads=HEADS,
        no_lines=words(N_("What is left of its charges is invoiced alone."))
        if order.charges_waiting
        else words(N_("All that was packed of this order is invoiced.")),
        notices=notices,
        related=(Action("open-order", words(N_("Order {number}"), number=order.number)),),
    )


def invoice_model(document: InvoiceDocument, may_invoice: bool, time_zone: str) -> DocumentModel:
    """An invoice, draft or posted."""
    is_draft = document.state == "draft"
    currency = document.currency
    why_not = "" if may_invoice else NOT_YOURS
    facts = [
        Fact(words(N_("Date")), write_full_day(document.invoice_date)),
        Fact(words(N_("Due")), write_full_day(document.due_date)),
        Fact(words(N_("Goods")), write_money(document.goods + document.order_discount, currency)),
    ]
    if document.order_discount:
        facts.append(
            Fact(words(N_("Order discount")), write_money(-document.order_discount, currency))
        )
    facts += [Fact(name, write_money(amount, currency)) for name, amount in document.charge_rows]
    facts += [
        Fact(tax_name(each.name, each.percent), write_money(each.amount, currency))
        for each in document.tax_rows
    ]
    if document.tax_certificate:
        facts.append(Fact(words(N_("Tax exempt")), document.tax_certificate))
    facts.append(
        Fact(
            words(N_("Total {currency}"), currency=currency), write_money(document.total, currency)
        )
    )
    return DocumentModel(
        document.number or words(N_("Draft of {order}"), order=document.order_number),
        badges=(badge_of(document.state),),
        subline=(document.customer, their_order(document.customer_po), document.terms),
        facts=tuple(facts),
        action=Action("post", words(N_("Post")), "Ctrl+Return", why_not=why_not)
        if is_draft
        else None,
        secondary=(PRINT,),
        more=(PREVIEW, Action("delete", words(N_("Delete this draft")), why_not=why_not))
        if is_draft
        else (PREVIEW,),
        lines=tuple(_line(line, currency) for line in document.lines),
        heads=HEADS,
        timeline=_timeline(document, ZoneInfo(time_zone)),
        related=(Action("open-order", words(N_("Order {number}"), number=document.order_number)),),
    )


def _timeline(document: InvoiceDocument, zone: ZoneInfo) -> tuple[TimelineEntry, ...]:
    entries = []
    if document.printed_at is not None:
        tone = Tone.WRONG if document.printed.startswith("failed") else Tone.NEUTRAL
        when = write_moment(document.printed_at, zone)
        told = words(N_("paper: {what}"), what=paper_words(document.printed))
        entries.append(TimelineEntry(when, document.printed_by, told, tone))
    if document.posted_at is not None:
        told = words(N_("posted {number}"), number=document.number)
        when = write_moment(document.posted_at, zone)
        entries.append(TimelineEntry(when, document.posted_by or "", told))
    when = write_moment(document.created_at, zone)
    entries.append(TimelineEntry(when, document.created_by, words(N_("made the draft"))))
    return tuple(entries)
