"""Customers, written as they are to be read."""

from __future__ import annotations

from app.core.ids import Kind
from app.core.messages import N_
from app.queries.customers import (
    CustomerAddress,
    CustomerDocument,
    CustomerInvoice,
    CustomerOrder,
    CustomerRow,
)
from app.views.agreements.showing import agreed_about
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.numbers import write_money
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import state_words, their_order, words, write_day, write_full_day

HEADS = LineHeads(
    item=words(N_("Open orders")),
    quantity=words(N_("Requested")),
    price="",
    amount=words(N_("Total")),
)
POLICY = {
    "keep": words(N_("kept until it is there")),
    "cancel": words(N_("cancelled when the rest ships")),
    "ask": words(N_("asked about")),
}


def card(row: CustomerRow) -> Card:
    """A row of the list."""
    badge = None if row.is_active else Badge(words(N_("Not used")), Tone.NEUTRAL)
    count = "99+" if row.open_orders > 99 else str(row.open_orders)
    is_open = bool(row.is_active and row.open_orders)
    return Card(
        row.name,
        "",
        (row.number, row.city, row.phone),
        badge=badge,
        note=words(N_("{count} open"), count=count) if is_open else "",
    )


def customer_model(customer: CustomerDocument) -> DocumentModel:
    """One customer: who they are, where, on which terms, and what is open."""
    none = words(N_("none"))
    limit = (
        none
        if customer.credit_limit is None
        else f"{write_money(customer.credit_limit, customer.currency)} {customer.currency}"
    )
    open_amount = ", ".join(
        f"{write_money(amount, currency)} {currency}"
        for currency, amount in customer.open_amounts.items()
    )
    facts = [
        Fact(words(N_("Open orders")), open_amount or none),
        Fact(words(N_("Terms")), customer.terms or none),
    ]
    facts += [
        Fact(words(N_("Delivery")), customer.delivery_mode or words(N_("as the order says"))),
        Fact(words(N_("Credit limit")), limit),
        Fact(words(N_("What is short is")), POLICY[customer.backorder_policy]),
    ]
    if customer.ship_complete:
        facts.append(Fact(words(N_("Ships")), words(N_("complete orders only"))))
    if customer.is_tax_exempt:
        facts.append(Fact(words(N_("Tax")), _exempt(customer), Tone.ATTENTION))
    facts += [Fact(_where(each), _address(each)) for each in customer.addresses]
    return DocumentModel(
        customer.name,
        badges=() if customer.is_active else (Badge(words(N_("Not used")), Tone.NEUTRAL),),
        subline=tuple(
            each
            for each in (
                customer.number,
                customer.group,
                customer.contact,
                customer.phone,
                customer.email,
            )
            if each
        ),
        facts=tuple(facts),
        lines=tuple(_order(each) for each in customer.open_orders),
        heads=HEADS,
        no_lines=words(N_("No order of this customer is open.")),
        related=tuple(
            Action(f"{Kind.ORDER}:{each.id}", words(N_("Order {number}"), number=each.number))
            for each in customer.open_orders
        )
        + tuple(Action(f"{Kind.INVOICE}:{each.id}", _invoice(each)) for each in customer.invoices)
        + tuple(
            Action(f"{Kind.AGREEMENT}:{each.id}", agreed_about(each))
            for each in customer.agreements
        ),
    )


def _exempt(customer: CustomerDocument) -> str:
    """By which certificate no tax is charged, and how long it is good for."""
    if customer.exempt_until is None:
        return words(N_("exempt, {certificate}"), certificate=customer.tax_certificate)
    return words(
        N_("exempt, {certificate} until {day}"),
        certificate=customer.tax_certificate,
        day=customer.exempt_until,
    )


def _where(address: CustomerAddress) -> str:
    if address.is_bill_to and address.is_ship_to:
        return words(N_("Bill to and ship to"))
    return words(N_("Bill to")) if address.is_bill_to else words(N_("Ship to"))


def _address(address: CustomerAddress) -> str:
    city = " ".join(each for each in (address.postal_code, address.city) if each)
    parts = (address.name, address.street, city, address.region, address.country)
    return ", ".join(each for each in parts if each)


def _order(order: CustomerOrder) -> LineRow:
    return LineRow(
        order.id,
        order.number,
        tuple(
            each
            for each in (
                state_words(order.status),
                words(N_("ordered {day}"), day=write_full_day(order.order_date)),
                their_order(order.customer_po),
            )
            if each
        ),
        write_day(order.requested_date),
        amount=f"{write_money(order.total, order.currency)} {order.currency}",
        source=order,
    )


def _invoice(invoice: CustomerInvoice) -> str:
    total = write_money(invoice.total, invoice.currency)
    return words(
        N_("Invoice {number}, {total} {currency}"),
        number=invoice.number,
        total=total,
        currency=invoice.currency,
    )
