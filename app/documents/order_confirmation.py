"""The order confirmation: what was ordered, when it comes, what it costs."""

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
    unit_price,
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
class ConfirmationLine:
    """One order line: `quantity`, price and `amount_off` are in or for one `unit`.

    `discount` reads as it is printed; it comes after the amount off.
    """

    number: str
    item_number: str
    item_name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    amount: Decimal
    promised: date | None = None
    discount: str = ""
    details: tuple[str, ...] = ()
    amount_off: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OrderConfirmationData:
    """All an order confirmation says. Amounts are in `currency`."""

    letterhead: Letterhead
    number: str
    order_date: date
    currency: str
    bill_to: tuple[str, ...]
    lines: tuple[ConfirmationLine, ...]
    subtotal: Decimal
    total: Decimal
    paper: Paper = Paper.A4
    ship_to: tuple[str, ...] = ()
    customer_number: str = ""
    customer_po: str = ""
    contact: str = ""
    delivery: str = ""
    terms: str = ""
    charges: tuple[tuple[str, Decimal], ...] = ()
    taxes: tuple[TaxLine, ...] = ()
    comments: str = ""
    per_shipment: tuple[str, ...] = ()
    """Charges that each shipment bears for itself; they are in no total here."""
    prices_include_tax: bool = False
    requested: date | None = None
    is_confirmed: bool = True
    """A draft may be shown to a customer, but it promises nothing yet and must not look so."""


def render_order_confirmation(data: OrderConfirmationData, language: str = "en") -> Document:
    """The order confirmation as PDF, the address in the envelope's window.

    Raises: UnknownCurrency.
    """
    confirmed, draft = N_("Order confirmation"), N_("Order, not confirmed")
    title = words(confirmed if data.is_confirmed else draft, language)
    frame = Frame(data.number, data.paper, data.letterhead, title, data.number, language)
    return render_sheets(frame, lambda sheet: _paint(sheet, data))


def _paint(sheet: Sheet, data: OrderConfirmationData) -> None:
    language = sheet.frame.language
    facts = [
        (sheet.words(N_("Date")), day(data.order_date, language)),
        (sheet.words(N_("Your order")), data.customer_po),
        (sheet.words(N_("Customer")), data.customer_number),
        (sheet.words(N_("Contact")), data.contact),
        (sheet.words(N_("Delivery")), data.delivery),
        (sheet.words(N_("Requested for")), day(data.requested, language)),
        (sheet.words(N_("Terms")), data.terms),
    ]
    priced_head(
        sheet,
        bill_to=data.bill_to,
        ship_to=data.ship_to,
        ship_title=sheet.words(N_("Deliver to")),
        facts=facts,
    )
    has_discounts = any(line.discount or line.amount_off for line in data.lines)
    table = PricedTable(sheet, data.currency, has_discounts=has_discounts)
    for line in data.lines:
        _line(table, line, data.currency, language)
    _totals(sheet, data)
    if data.comments:
        sheet.y += 6.0
        sheet.paragraphs(data.comments)


def _line(table: PricedTable, line: ConfirmationLine, currency: str, language: str) -> None:
    first = " · ".join(part for part in (line.number, line.item_number) if part)
    name: list[Content] = [Line(line.item_name, STRONG), Line(first, SMALL)]
    if line.promised:
        promised = day(line.promised, language)
        name.append(Line(words(N_("Promised {day}"), language, day=promised), BODY))
    name += [Line(detail, SMALL) for detail in line.details]
    off = unit_price(-line.amount_off, currency, language) if line.amount_off else ""
    table.row(
        name,
        counted=(line.quantity, line.unit),
        price=line.unit_price,
        discounts=[each for each in (off, line.discount) if each],
        total=line.amount,
    )


def _totals(sheet: Sheet, data: OrderConfirmationData) -> None:
    language, currency = sheet.frame.language, data.currency
    rows = amounts_before_total(
        sheet,
        currency=currency,
        subtotal=data.subtotal,
        charges=data.charges,
        taxes=data.taxes,
        prices_include_tax=data.prices_include_tax,
    )
    for name in data.per_shipment:
        rows.append((sheet.words(N_("Plus {charge}, per shipment"), charge=name), ""))
    total = sheet.words(N_("Total {currency}"), currency=currency)
    sheet.totals(rows, (total, amount(data.total, currency, language)))
