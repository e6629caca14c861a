"""The papers with prices: invoices and order confirmations."""

from __future__ import annotations

from decimal import Decimal
from math import prod
from typing import Any

from sqlalchemy.orm import Session

from app.core.messages import N_
from app.core.money import HUNDRED
from app.core.quantity import as_priced
from app.documents.document import percent, words
from app.documents.invoice import InvoiceData, InvoiceLine
from app.documents.order_confirmation import ConfirmationLine, OrderConfirmationData
from app.documents.priced import TaxLine
from app.queries.paper.sources import Company, PaperOf, one, rows_of
from app.rules.charges import ChargeBilling
from app.rules.orders import OrderState


def _discount(value: Decimal, language: str) -> str:
    return percent(value, language) if value else ""


def invoice(session: Session, company: Company, subject: int) -> PaperOf[InvoiceData]:
    """An invoice, or a draft of one. Raises: NotFound."""
    head = one(
        session,
        """
        SELECT n.*, c.number AS customer_number, c.name AS customer, c.language,
               o.number AS order_number,
               coalesce((SELECT string_agg(s.number, ', ' ORDER BY s.id) FROM shipment s
                          WHERE s.order_id = o.id AND s.state = 'packed'
                         HAVING count(*) <= 3), '') AS shipments
          FROM invoice n
          JOIN customer c ON c.id = n.customer_id
          JOIN sales_order o ON o.id = n.order_id
         WHERE n.id = :id""",
        "invoice",
        subject,
    )
    language = head.language or company.language
    lines = rows_of(
        session,
        """SELECT l.line_no, i.number AS item, l.description, l.unit_quantity, l.unit, l.unit_price,
                  l.discount_percent, l.amount, l.order_discount
             FROM invoice_line l JOIN item i ON i.id = l.item_id
            WHERE l.invoice_id = :id ORDER BY l.line_no, l.id""",
        subject,
    )
    discount = sum((row.order_discount for row in lines), Decimal(0))
    charges = [(words(N_("Order discount"), language), -discount)] if discount else []
    charges += [
        (row.description, row.amount)
        for row in rows_of(
            session,
            """SELECT x.description || coalesce(', ' || s.number, '') AS description, x.amount
                 FROM invoice_charge x
                 LEFT JOIN shipment_charge b ON b.id = x.shipment_charge_id
                 LEFT JOIN shipment s ON s.id = b.shipment_id
                WHERE x.invoice_id = :id ORDER BY x.id""",
            subject,
        )
    ]
    taxes = rows_of(
        session,
        """SELECT name, percent, sum(base) AS base, sum(amount) AS amount FROM invoice_tax
            WHERE invoice_id = :id GROUP BY 1, 2 ORDER BY min(sequence), 1, 2""",
        subject,
    )
    bill_to = company.address(head.bill_to, head.customer)
    is_posted = head.number is not None
    data = InvoiceData(
        company.letterhead,
        head.number or f"{head.order_number}-{subject}",
        head.invoice_date,
        head.currency,
        bill_to,
        tuple(
            InvoiceLine(
                str(row.line_no),
                row.item,
                row.description,
                row.unit_quantity,
                row.unit,
                row.unit_price,
                row.amount,
                _discount(row.discount_percent, language),
            )
            for row in lines
        ),
        sum((row.amount for row in lines), Decimal(0)),
        head.total_amount,
        company.paper,
        N_("Invoice") if is_posted else N_("Draft invoice"),
        company.address(head.ship_to, head.customer),
        head.customer_number,
        customer_po=head.customer_po,
        order_number=head.order_number,
        shipment_number=head.shipments,
        due_date=head.due_date,
        terms=head.terms,
        charges=tuple(charges),
        taxes=tuple(TaxLine(row.name, row.percent, row.base, row.amount) for row in taxes),
        prices_include_tax=head.prices_include_tax,
        tax_certificate=head.tax_certificate,
    )
    return PaperOf(data, language)


def _confirmed(row: Any, language: str) -> ConfirmationLine:
    read = as_priced(row.wanted, row.base_unit, row.price_unit, row.price_factor)
    left = prod((1 - each / HUNDRED for each in row.percents or ()), start=Decimal(1))
    return ConfirmationLine(
        str(row.line_no),
        row.item,
        row.description,
        read.quantity,
        read.unit,
        row.unit_price / read.price_divisor,
        row.amount,
        row.promised,
        _discount(round(HUNDRED * (1 - left), 2), language),
        amount_off=None if row.amount_off is None else row.amount_off / read.price_divisor,
    )


def order_confirmation(
    session: Session, company: Company, subject: int
) -> PaperOf[OrderConfirmationData]:
    """What an order comes to, for the customer. Raises: NotFound."""
    head = one(
        session,
        """
        SELECT o.*, c.number AS customer_number, c.name AS customer, c.language,
               d.name AS delivery, coalesce(t.name, '') AS terms
          FROM sales_order o
          JOIN customer c ON c.id = o.customer_id
          JOIN delivery_mode d ON d.id = o.delivery_mode_id
          LEFT JOIN payment_terms t ON t.id = coalesce(o.terms_id, c.terms_id)
         WHERE o.id = :id""",
        "order",
        subject,
    )
    language = head.language or company.language
    lines = rows_of(
        session,
        """
        SELECT l.line_no, i.number AS item, l.description, l.wanted, i.base_unit, l.unit_price,
               l.amount, l.order_discount, coalesce(l.promised_date, o.promised_date) AS promised,
               l.price_unit, l.price_factor,
               (SELECT array_agg(p.percent) FROM line_price_part p
                 WHERE p.line_id = l.id AND p.kind = 'percent_off') AS percents,
               (SELECT sum(p.amount) FROM line_price_part p
                 WHERE p.line_id = l.id AND p.kind = 'amount_off') AS amount_off
          FROM sales_order_line l
          JOIN sales_order o ON o.id = l.order_id
          JOIN item i ON i.id = l.item_id
         WHERE l.order_id = :id AND l.wanted > 0 ORDER BY l.line_no""",
        subject,
    )
    discount = sum((row.order_discount for row in lines), Decimal(0))
    charges = [(words(N_("Order discount"), language), -discount)] if discount else []
    stored = rows_of(
        session,
        "SELECT description, amount, billing FROM order_charge WHERE order_id = :id ORDER BY id",
        subject,
    )
    charges += [
        (row.description, row.amount) for row in stored if row.billing != ChargeBilling.PER_SHIPMENT
    ]
    taxes = rows_of(
        session,
        """SELECT name, percent, sum(base) AS base, sum(amount) AS amount FROM order_tax
            WHERE order_id = :id GROUP BY 1, 2 ORDER BY min(sequence), 1, 2""",
        subject,
    )
    data = OrderConfirmationData(
        company.letterhead,
        head.number,
        head.order_date,
        head.currency,
        company.address(head.bill_to, head.customer),
        tuple(_confirmed(row, language) for row in lines),
        sum((row.amount for row in lines), Decimal(0)),
        head.total_amount,
        company.paper,
        company.address(head.ship_to, head.customer),
        head.customer_number,
        head.customer_po,
        head.contact,
        head.delivery,
        head.terms,
        tuple(charges),
        tuple(TaxLine(row.name, row.percent, row.base, row.amount) for row in taxes),
        head.comments,
        tuple(row.description for row in stored if row.billing == ChargeBilling.PER_SHIPMENT),
        head.prices_include_tax,
        head.requested_date,
        head.state != OrderState.DRAFT,
    )
    return PaperOf(data, language)
