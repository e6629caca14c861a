"""The invoice, posted or as a draft.

It prints what it is given: nothing is computed here, the amounts are those that were posted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.messages import N_
from app.documents.document import (
    Document,
    Letterhead,
    Paper,
    amount,
    day,
    words,
)
from app.documents.pen import BODY, SMALL, STRONG
from app.documents.priced import (
    PricedTable,
    TaxLine,
    amounts_before_total,
    priced_head,
)
from app.documents.sheet import Content, Frame, Line, Sheet, render_sheets


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A priced line. `discount` reads as it is printed, such as `10% + 5%`."""

    number: str
    item_number: str
    item_name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    amount: Decimal
    discount: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceData:
    """All an invoice says. Amounts are in `currency`."""

    letterhead: Letterhead
    number: str
    invoice_date: date
    currency: str
    bill_to: tuple[str, ...]
    lines: tuple[InvoiceLine, ...]
    subtotal: Decimal
    total: Decimal
    paper: Paper = Paper.A4
    title: str = N_("Invoice")
    ship_to: tuple[str, ...] = ()
    customer_number: str = ""
    customer_po: str = ""
    order_number: str = ""
    shipment_number: str = ""
    due_date: date | None = None
    terms: str = ""
    charges: tuple[tuple[str, Decimal], ...] = ()
    """Charges and the order discount (negative): name and amount."""
    taxes: tuple[TaxLine, ...] = ()
    prices_include_tax: bool = False
    tax_certificate: str = ""
    """The exemption for which no tax is charged."""


def render_invoice(data: InvoiceData, language: str = "en") -> Document:
    """The invoice as PDF, the address in the envelope's window.

    Raises: UnknownCurrency.
    """
    title = words(data.title, language)
    frame = Frame(data.number, data.paper, data.letterhead, title, data.number, language)
    return render_sheets(frame, lambda sheet: _paint(sheet, data))


def _paint(sheet: Sheet, data: InvoiceData) -> None:
    priced_head(
        sheet,
        bill_to=data.bill_to,
        ship_to=data.ship_to,
        ship_title=sheet.words(N_("Delivered to")),
        facts=_facts(sheet, data),
    )
    has_discounts = any(line.discount for line in data.lines)
    table = PricedTable(sheet, data.currency, has_discounts=has_discounts)
    for line in data.lines:
        _line(table, line)
    _totals(sheet, data)
    _closing(sheet, data)


def _facts(sheet: Sheet, data: InvoiceData) -> list[tuple[str, str]]:
    language = sheet.frame.language
    return [
        (sheet.words(N_("Date")), day(data.invoice_date, language)),
        (sheet.words(N_("Due")), day(data.due_date, language)),
        (sheet.words(N_("Terms")), data.terms),
        (sheet.words(N_("Customer")), data.customer_number),
        (sheet.words(N_("Your order")), data.customer_po),
        (sheet.words(N_("Our order")), data.order_number),
        (sheet.words(N_("Shipment")), data.shipment_number),
    ]


def _line(table: PricedTable, line: InvoiceLine) -> None:
    name: list[Content] = [Line(line.item_name, STRONG)]
    first = " · ".join(part for part in (line.number, line.item_number) if part)
    name.append(Line(first, SMALL))
    table.row(
        name,
        counted=(line.quantity, line.unit),
        price=line.unit_price,
        discounts=(line.discount,),
        total=line.amount,
    )


def _totals(sheet: Sheet, data: InvoiceData) -> None:
    language, currency = sheet.frame.language, data.currency
    rows = amounts_before_total(
        sheet,
        currency=currency,
        subtotal=data.subtotal,
        charges=data.charges,
        taxes=data.taxes,
        prices_include_tax=data.prices_include_tax,
    )
    total = sheet.words(N_("Total {currency}"), currency=currency)
    sheet.totals(rows, (total, amount(data.total, currency, language)))


def _closing(sheet: Sheet, data: InvoiceData) -> None:
    if data.tax_certificate:
        sheet.y += 5.0
        sentence = N_("No tax is charged: exemption certificate {certificate}.")
        sheet.paragraphs(sheet.words(sentence, certificate=data.tax_certificate), BODY)
