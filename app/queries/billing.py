"""What waits to be invoiced, and invoices: as lists and as documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import InvoiceRef, Kind, OrderRef
from app.queries.views import view_of

COUNT_STOPS_AT = 1_000

_INVOICE_VIEWS: dict[str, str] = {
    "drafts": "n.state = 'draft'",
    "posted": "n.state = 'posted'",
    "all": "true",
}


@dataclass(frozen=True, slots=True)
class BillingRow:
    """An order waiting to be invoiced, or an invoice; `kind` says which `id` it is.

    `amount` of an order is the goods amount that waits, before tax; of an invoice its total.
    """

    kind: Kind
    id: int
    number: str
    customer: str
    order_number: str
    day: date
    state: str
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BillingCounts:
    """How many orders wait and how many drafts there are; 1,000 means that or more."""

    to_invoice: int
    drafts: int


@dataclass(frozen=True, slots=True)
class BillingLine:
    """A line to be invoiced, in base units, or of an invoice, in the unit its price is for."""

    id: int
    line_no: int
    item: str
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    discount_percent: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OrderToInvoice:
    """An order with what of it is delivered and not yet invoiced. Amounts before tax.

    `charges_waiting` is what its shipments bear and no invoice has yet, and what is left of the
    charges of an order that can have no more (it is closed): the last invoice carries all of it,
    if need be alone.
    """

    id: int
    number: str
    customer: str
    customer_po: str
    order_date: date
    currency: str
    total: Decimal
    waiting: Decimal
    charges_waiting: Decimal
    hold: str | None
    is_stopped: bool
    lines: tuple[BillingLine, ...]


@dataclass(frozen=True, slots=True)
class TaxLine:
    """The tax of an invoice at one rate of one jurisdiction."""

    jurisdiction: str
    name: str
    percent: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """An invoice as it stands: head, lines, charges and taxes by rate.

    `goods` is what the lines come to less `order_discount`, their share of the discount on the
    whole order.
    """

    id: int
    number: str | None
    state: str
    order_id: int
    order_number: str
    customer: str
    customer_po: str
    invoice_date: date
    due_date: date
    terms: str
    currency: str
    goods: Decimal
    order_discount: Decimal
    charges: Decimal
    tax: Decimal
    total: Decimal
    created_at: datetime
    created_by: str
    posted_at: datetime | None
    posted_by: str | None
    printed: str
    printed_at: datetime | None
    printed_by: str
    lines: tuple[BillingLine, ...]
    charge_rows: tuple[tuple[str, Decimal], ...]
    tax_rows: tuple[TaxLine, ...]
    tax_certificate: str


_CHARGES_LEFT = """
    SELECT c.order_id, c.amount - c.invoiced AS amount FROM order_charge c
     WHERE c.amount > c.invoiced
    UNION ALL
    SELECT s.order_id, b.amount FROM shipment_charge b JOIN shipment s ON s.id = b.shipment_id
     WHERE NOT b.is_invoiced"""
"""What no invoice has yet of the charges of orders and shipments."""

_SO_FAR = """round(l.{amount} * (coalesce(b.quantity, 0) + l.invoiceable) / l.wanted,
                  currency_decimals(o.currency)) - coalesce(b.{amount}, 0)"""
_WAITS = f"""
    CASE WHEN l.wanted > 0 THEN {_SO_FAR.format(amount="amount")}
           - ({_SO_FAR.format(amount="order_discount")}) ELSE 0 END"""
"""What an invoice of all that waits of a line `l` would take, as invoices do (docs/money.md)."""
_INVOICED = """
    LEFT JOIN LATERAL (
      SELECT sum(x.quantity) AS quantity, sum(x.amount) AS amount,
             sum(x.order_discount) AS order_discount
        FROM invoice_line x WHERE x.order_line_id = l.id) b ON true"""


def invoices(
    session: Session,
    *,
    view: str = "all",
    filter: str = "",
    after: int | None = None,
    limit: int = 100,
) -> tuple[BillingRow, ...]:
    """One page of invoices, newest first: `drafts`, `posted` or `all`.

    `filter` is the beginning of an invoice or order number or of a customer's name; `after` is
    the id of the last row shown.
    """
    condition = view_of(_INVOICE_VIEWS, view)
    rows = session.execute(
        text(f"""
            SELECT n.id, coalesce(n.number, ''), c.name, o.number, n.invoice_date, n.state,
                   n.currency, n.total_amount
              FROM invoice n
              JOIN customer c ON c.id = n.customer_id
              JOIN sales_order o ON o.id = n.order_id
             WHERE {condition} AND n.id < coalesce(CAST(:after AS bigint), {2**62})
               AND (:filter = '' OR starts_with(n.number, upper(:filter))
                 OR starts_with(o.number, upper(:filter))
                 OR starts_with(lower(c.name), lower(:filter)))
             ORDER BY n.id DESC LIMIT :limit"""),
        _values(filter, after, limit),
    )
    return tuple(BillingRow(Kind.INVOICE, *row) for row in rows)


def orders_to_invoice(
    session: Session, *, filter: str = "", after: int | None = None, limit: int = 100
) -> tuple[BillingRow, ...]:
    """One page of the orders of which something is to be invoiced, oldest first.

    Delivered goods, and of orders that can have no more (closed) what is left of their charges.
    """
    rows = session.execute(
        text(f"""
            WITH page AS (
              SELECT o.id, o.number, c.name, o.order_date, o.currency, o.hold_code, w.charges
                FROM (SELECT l.order_id, 0 AS charges
                        FROM sales_order_line l WHERE l.invoiceable > 0 GROUP BY 1
                      UNION ALL
                      SELECT r.order_id, sum(r.amount) FROM ({_CHARGES_LEFT}) r
                        JOIN sales_order s ON s.id = r.order_id
                       WHERE s.state = 'closed' GROUP BY 1) w
                JOIN sales_order o ON o.id = w.order_id
                JOIN customer c ON c.id = o.customer_id
               WHERE o.id > coalesce(CAST(:after AS bigint), 0)
                 AND (:filter = '' OR starts_with(o.number, upper(:filter))
                   OR starts_with(lower(c.name), lower(:filter)))
               ORDER BY o.id LIMIT :limit)
            SELECT o.id, o.number, o.name, o.number, o.order_date,
                   CASE WHEN h.stops_invoicing THEN 'on hold' ELSE 'to invoice' END, o.currency,
                   o.charges + coalesce(
                     (SELECT sum({_WAITS}) FROM sales_order_line l {_INVOICED}
                       WHERE l.order_id = o.id AND l.invoiceable > 0), 0)
              FROM page o
              LEFT JOIN hold_code h ON h.code = o.hold_code
             ORDER BY o.id"""),
        _values(filter, after, limit),
    )
    return tuple(BillingRow(Kind.ORDER, *row) for row in rows)


def _values(filter: str, after: int | None, limit: int) -> dict[str, Any]:
    return {"filter": filter.strip().replace("\0", ""), "after": after, "limit": limit}


def billing_counts(session: Session) -> BillingCounts:
    """How many orders wait and how many drafts there are, counted no further than 1,000."""
    row = session.execute(
        text(f"""
            SELECT (SELECT count(*) FROM (
                      (SELECT DISTINCT order_id FROM sales_order_line WHERE invoiceable > 0)
                      UNION ALL
                      (SELECT DISTINCT r.order_id FROM ({_CHARGES_LEFT}) r
                         JOIN sales_order s ON s.id = r.order_id WHERE s.state = 'closed')
                      LIMIT :most) w),
                   (SELECT count(*) FROM (SELECT 1 FROM invoice WHERE state = 'draft'
                      LIMIT :most) d)"""),
        {"most": COUNT_STOPS_AT},
    ).one()
    return BillingCounts(row[0], row[1])


def order_to_invoice(session: Session, *, order: OrderRef) -> OrderToInvoice:
    """An order and what of it can be invoiced now. Raises: NotFound."""
    head = session.execute(
        text("""
            SELECT o.id, o.number, c.name AS customer, o.customer_po, o.order_date, o.currency,
                   o.total_amount AS total, h.name AS hold,
                   coalesce((SELECT sum(r.amount - r.invoiced) FROM order_charge r
                              WHERE r.order_id = o.id AND r.amount > r.invoiced
                                AND o.state = 'closed'), 0)
                   + coalesce((SELECT sum(b.amount) FROM shipment s
                                 JOIN shipment_charge b ON b.shipment_id = s.id
                                WHERE s.order_id = o.id AND NOT b.is_invoiced
                                  AND (o.state = 'closed' OR EXISTS (
                                    SELECT FROM sales_order_line l
                                     WHERE l.order_id = o.id AND l.invoiceable > 0))), 0)
                     AS charges_waiting,
                   coalesce(h.stops_invoicing, false) AS is_stopped
              FROM sales_order o
              JOIN customer c ON c.id = o.customer_id
              LEFT JOIN hold_code h ON h.code = o.hold_code
             WHERE o.id = :id"""),
        {"id": order},
    ).one_or_none()
    if head is None:
        raise NotFound(what="order", value=order)
    rows = session.execute(
        text(f"""
            SELECT l.id, l.line_no, i.number, l.description, l.invoiceable, i.base_unit,
                   round(l.unit_price / l.price_factor, 6), 0, {_WAITS}
              FROM sales_order_line l
              JOIN item i ON i.id = l.item_id
              JOIN sales_order o ON o.id = l.order_id
              {_INVOICED}
             WHERE l.order_id = :id AND l.invoiceable > 0 ORDER BY l.line_no"""),
        {"id": order},
    )
    lines = tuple(BillingLine(*row) for row in rows)
    waiting = sum((line.amount for line in lines), Decimal(0))
    known: Any = head._asdict()
    return OrderToInvoice(**known, waiting=waiting, lines=lines)


def invoice(session: Session, *, invoice: InvoiceRef) -> InvoiceDocument:
    """An invoice with its lines, charges and taxes. Raises: NotFound."""
    head = session.execute(
        text("""
            SELECT n.id, n.number, n.state, n.order_id, o.number AS order_number,
                   c.name AS customer, n.customer_po, n.invoice_date, n.due_date, n.terms,
                   n.currency, n.goods_amount AS goods,
                   (SELECT coalesce(sum(l.order_discount), 0) FROM invoice_line l
                     WHERE l.invoice_id = n.id) AS order_discount,
                   n.charges_amount AS charges,
                   n.tax_amount AS tax, n.total_amount AS total, n.tax_certificate,
                   n.created_at,
                   coalesce((SELECT coalesce(p.name, k.operator)
                               FROM event_touch t
                               JOIN event e ON e.id = t.event_id
                               JOIN command k ON k.id = e.command_id
                               LEFT JOIN person p ON p.login = k.operator
                              WHERE t.kind = 'invoice' AND t.subject_id = n.id
                              ORDER BY t.event_id LIMIT 1), '') AS created_by,
                   n.posted_at,
                   coalesce((SELECT p.name FROM person p WHERE p.login = n.posted_by), n.posted_by)
                       AS posted_by,
                   coalesce(j.state || CASE WHEN j.result = '' THEN '' ELSE ': ' || j.result END,
                            '') AS printed,
                   coalesce(j.finished_at, j.queued_at) AS printed_at,
                   coalesce((SELECT p.name FROM person p WHERE p.login = j.operator),
                            j.operator, '') AS printed_by
              FROM invoice n
              JOIN sales_order o ON o.id = n.order_id
              JOIN customer c ON c.id = n.customer_id
              LEFT JOIN LATERAL (
                SELECT * FROM print_job
                 WHERE document = 'invoice' AND subject_id = n.id
                 ORDER BY id DESC LIMIT 1) j ON true
             WHERE n.id = :id"""),
        {"id": invoice},
    ).one_or_none()
    if head is None:
        raise NotFound(what="invoice", value=invoice)
    lines = session.execute(
        text("""
            SELECT l.id, l.line_no, i.number, l.description, l.unit_quantity, l.unit, l.unit_price,
                   l.discount_percent, l.amount
              FROM invoice_line l JOIN item i ON i.id = l.item_id
             WHERE l.invoice_id = :id ORDER BY l.line_no, l.id"""),
        {"id": invoice},
    )
    charges = session.execute(
        text("""
            SELECT x.description || coalesce(', ' || s.number, ''), x.amount
              FROM invoice_charge x
              LEFT JOIN shipment_charge b ON b.id = x.shipment_charge_id
              LEFT JOIN shipment s ON s.id = b.shipment_id
             WHERE x.invoice_id = :id ORDER BY x.id"""),
        {"id": invoice},
    )
    taxes = session.execute(
        text("""
            SELECT jurisdiction, name, percent, sum(base), sum(amount) FROM invoice_tax
             WHERE invoice_id = :id GROUP BY jurisdiction, sequence, name, percent
             ORDER BY sequence, jurisdiction, name"""),
        {"id": invoice},
    )
    known: Any = head._asdict()
    return InvoiceDocument(
        **known,
        lines=tuple(BillingLine(*row) for row in lines),
        charge_rows=tuple((row[0], row[1]) for row in charges),
        tax_rows=tuple(TaxLine(*row) for row in taxes),
    )
