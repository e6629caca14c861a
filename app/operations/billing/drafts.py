"""Making draft invoices of what is delivered and not yet invoiced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import Kind, OrderLineRef, OrderRef
from app.operations.billing.refusals import (
    InvoiceBelowNothing,
    InvoicingOnHold,
    LineOfAnotherOrder,
    MoreThanInvoiceable,
    NothingToInvoice,
)
from app.operations.billing.shares import Paper, reckon_invoice
from app.operations.billing.shipments import shipment_charges


@dataclass(frozen=True, slots=True)
class Invoiced:
    """A draft invoice: its id and what it comes to, in the order's currency."""

    invoice_id: int
    order_id: int
    order_number: str
    total: Decimal
    currency: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class InvoicesMade:
    """Draft invoices, one for each order."""

    invoices: tuple[Invoiced, ...]
    changes: Changes


def invoice_order(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    lines: dict[OrderLineRef, Decimal] | None = None,
) -> Invoiced:
    """Make a draft invoice of what is delivered and not yet invoiced, or of these quantities.

    `lines` maps order lines to quantities in base units. Raises: NothingToInvoice,
    MoreThanInvoiceable, LineOfAnotherOrder, InvoicingOnHold, InvoiceBelowNothing, NotPermitted;
    all at once.
    """
    actor.require("invoice_order", Group.ACCOUNTING)
    return _invoice(session, [order], {order: lines})[0]


def invoice_orders(session: Session, actor: Actor, *, orders: tuple[OrderRef, ...]) -> InvoicesMade:
    """Make one draft invoice for each order, in as many statements as for one.

    Raises: as `invoice_order`, the problems of all orders together; then none is made.
    """
    actor.require("invoice_orders", Group.ACCOUNTING)
    made = _invoice(session, sorted(set(orders)), {})
    changes = Changes()
    for each in made:
        changes |= each.changes
    return InvoicesMade(tuple(made), changes)


_LINES = text("""
    SELECT o.id AS order_id, o.number, o.currency, o.exchange_rate, o.prices_include_tax,
           o.tax_rounding, o.state, h.name AS hold,
           coalesce(h.stops_invoicing, false) AS is_stopped,
           (now() AT TIME ZONE c.time_zone)::date AS today, c.currency AS base_currency,
           coalesce(t.days, 0) AS days,
           l.id, l.line_no, i.number AS item_number, i.base_unit, l.description, l.wanted,
           l.unit_price, l.price_unit, l.price_factor, l.amount, l.order_discount, l.invoiceable,
           l.open = 0 AND l.allocated = 0 AND l.drop_ordered = l.drop_confirmed AS is_delivered,
           l.packed + l.drop_confirmed + l.performed - l.returned AS delivered,
           coalesce(b.quantity, 0) AS before_quantity, coalesce(b.amount, 0) AS before_amount,
           coalesce(b.discount, 0) AS before_discount
      FROM sales_order o
      CROSS JOIN company c
      JOIN customer k ON k.id = o.customer_id
      LEFT JOIN payment_terms t ON t.id = coalesce(o.terms_id, k.terms_id)
      LEFT JOIN hold_code h ON h.code = o.hold_code
      LEFT JOIN sales_order_line l ON l.order_id = o.id
      LEFT JOIN item i ON i.id = l.item_id
      LEFT JOIN LATERAL (
        SELECT sum(x.quantity) AS quantity, sum(x.amount) AS amount,
               sum(x.order_discount) AS discount
          FROM invoice_line x WHERE x.order_line_id = l.id) b ON true
     WHERE o.id = ANY (:orders)
     ORDER BY o.id, l.line_no
""")

_EXTRAS = text("""
    SELECT 'charge' AS what, c.order_id, c.id, c.line_id, NULL::bigint AS charge_id, c.billing,
           '' AS jurisdiction, 0 AS sequence, c.description AS name, 0 AS percent, 0 AS base,
           c.amount,
           c.invoiced AS before_amount, 0 AS before_base
      FROM order_charge c WHERE c.order_id = ANY (:orders)
    UNION ALL
    SELECT 'shipment', s.order_id, b.id, NULL, NULL, '', '', 0, '', 0, 0, b.amount, 0, 0
      FROM shipment s JOIN shipment_charge b ON b.shipment_id = s.id
     WHERE s.order_id = ANY (:orders) AND NOT b.is_invoiced
    UNION ALL
    SELECT 'tax', t.order_id, t.id, t.line_id, t.charge_id, '', t.jurisdiction, t.sequence,
           t.name, t.percent, t.base, t.amount, 0, 0
      FROM order_tax t WHERE t.order_id = ANY (:orders)
    UNION ALL
    SELECT 'taxed', n.order_id, 0, NULL, NULL, '', y.jurisdiction, y.sequence, y.name, y.percent,
           0, 0, sum(y.amount), sum(y.base)
      FROM invoice_tax y JOIN invoice n ON n.id = y.invoice_id
     WHERE n.order_id = ANY (:orders) AND y.shipment_id IS NULL
     GROUP BY n.order_id, y.jurisdiction, y.sequence, y.name, y.percent
     ORDER BY what, sequence, jurisdiction, name, id
""")

_WRITE = text("""
    WITH made AS (
      INSERT INTO invoice (customer_id, order_id, bill_to, ship_to, customer_po, invoice_date,
                           due_date, terms, currency, exchange_rate, prices_include_tax,
                           tax_rounding, tax_certificate, goods_amount, charges_amount,
                           tax_amount, total_amount, base_total_amount)
      SELECT o.customer_id, o.id, o.bill_to, o.ship_to, o.customer_po, h.invoice_date,
             h.due_date, coalesce(t.name, ''), o.currency, o.exchange_rate, o.prices_include_tax,
             o.tax_rounding, o.tax_certificate, h.goods, h.charges, h.tax, h.total, h.base_total
        FROM jsonb_to_recordset(:heads) AS h(order_id bigint, invoice_date date, due_date date,
               goods numeric, charges numeric, tax numeric, total numeric, base_total numeric)
        JOIN sales_order o ON o.id = h.order_id
        JOIN customer k ON k.id = o.customer_id
        LEFT JOIN payment_terms t ON t.id = coalesce(o.terms_id, k.terms_id)
       ORDER BY o.id
      RETURNING id, order_id),
    goods AS (
      INSERT INTO invoice_line (invoice_id, line_no, order_line_id, item_id, description, quantity,
                                unit, unit_quantity, unit_price, discount_percent, amount,
                                order_discount)
      SELECT m.id, r.line_no, l.id, l.item_id, l.description, r.quantity, r.unit, r.unit_quantity,
             r.unit_price, r.discount_percent, r.amount, r.order_discount
        FROM jsonb_to_recordset(:lines) AS r(order_line_id bigint, line_no bigint,
               quantity numeric, unit text, unit_quantity numeric, unit_price numeric,
               discount_percent numeric, amount numeric, order_discount numeric)
        JOIN sales_order_line l ON l.id = r.order_line_id
        JOIN made m ON m.order_id = l.order_id
       ORDER BY m.id, r.line_no),
    extra AS (
      INSERT INTO invoice_charge (invoice_id, order_charge_id, shipment_charge_id, description,
                                  amount)
      SELECT m.id, c.id, b.id, coalesce(c.description, b.description), r.amount
        FROM jsonb_to_recordset(:charges) AS r(order_id bigint, id bigint,
               shipment_charge_id bigint, amount numeric)
        JOIN made m ON m.order_id = r.order_id
        LEFT JOIN order_charge c ON c.id = r.id
        LEFT JOIN shipment_charge b ON b.id = r.shipment_charge_id
       ORDER BY m.id, c.id, b.id),
    taxes AS (
      INSERT INTO invoice_tax (invoice_id, jurisdiction, sequence, name, percent, shipment_id,
                               base, amount)
      SELECT m.id, r.jurisdiction, r.sequence, r.name, r.percent, r.shipment_id, r.base, r.amount
        FROM jsonb_to_recordset(:taxes) AS r(order_id bigint, jurisdiction text, sequence bigint,
               name text, percent numeric, shipment_id bigint, base numeric, amount numeric)
        JOIN made m ON m.order_id = r.order_id
       ORDER BY m.id, r.shipment_id NULLS FIRST, r.sequence, r.jurisdiction, r.name)
    SELECT order_id, id FROM made
""").bindparams(*(bindparam(name, type_=JSONB) for name in ("heads", "lines", "charges", "taxes")))


def _invoice(
    session: Session,
    orders: Sequence[int],
    chosen: Mapping[int, Mapping[int, Decimal] | None],
) -> list[Invoiced]:
    """Lock, check, reckon and write: four statements, however many orders and lines.

    With charges of shipments one more, and one for the taxes of each such order.
    """
    session.execute(text("SELECT FROM lock_orders(:ids)"), {"ids": list(orders)})
    rows = session.execute(_LINES, {"orders": list(orders)}).all()
    found = {row.order_id for row in rows}
    problems: list[BusinessError] = [
        NotFound(what="order", value=order) for order in orders if order not in found
    ]
    taken: dict[int, dict[int, Decimal]] = {}
    for order in sorted(found):
        refused = len(problems)
        mine = _quantities(
            [row for row in rows if row.order_id == order], chosen.get(order), problems
        )
        if len(problems) == refused:
            taken[order] = mine
    extras = session.execute(_EXTRAS, {"orders": list(orders)}).all()
    shipments = shipment_charges(session, [x.id for x in extras if x.what == "shipment"])
    papers = []
    for order, quantities in taken.items():
        of_order = [row for row in rows if row.order_id == order]
        paper = reckon_invoice(
            of_order,
            quantities,
            [extra for extra in extras if extra.order_id == order],
            shipments.get(order, ()),
        )
        if paper.is_empty:
            problems.append(NothingToInvoice(order=paper.number, why=_why_nothing(of_order)))
        elif paper.total < 0:
            problems.append(
                InvoiceBelowNothing(order=paper.number, total=paper.total, currency=paper.currency)
            )
        papers.append(paper)
    raise_all(sorted(problems, key=lambda each: str(each.data.get("order", ""))))
    ids = _write(session, papers)
    return [
        Invoiced(
            ids[paper.order_id],
            paper.order_id,
            paper.number,
            paper.total,
            paper.currency,
            changed(Kind.INVOICE, ids[paper.order_id]) | changed(Kind.ORDER, paper.order_id),
        )
        for paper in papers
    ]


def _write(session: Session, papers: Sequence[Paper]) -> dict[int, int]:
    """Write the drafts in one statement; their ids by order."""
    rows = session.execute(
        _WRITE,
        {
            "heads": [paper.head for paper in papers],
            "lines": [line for paper in papers for line in paper.lines],
            "charges": [charge for paper in papers for charge in paper.charges],
            "taxes": [tax for paper in papers for tax in paper.taxes],
        },
    )
    return {row.order_id: row.id for row in rows}


def _quantities(
    rows: Sequence[Any], chosen: Mapping[int, Decimal] | None, problems: list[BusinessError]
) -> dict[int, Decimal]:
    """What is to be invoiced of each line; what is wrong with that goes to `problems`."""
    head, before = rows[0], len(problems)
    if head.is_stopped:
        problems.append(InvoicingOnHold(order=head.number, hold=head.hold))
    by_line = {row.id: row for row in rows if row.id is not None}
    taken: dict[int, Decimal] = {}
    wanted = chosen or {line: row.invoiceable for line, row in by_line.items()}
    for line, quantity in wanted.items():
        row = by_line.get(line)
        if row is None:
            problems.append(LineOfAnotherOrder(line=line, order=head.number))
        elif quantity < 0 or quantity > row.invoiceable:
            problems.append(
                MoreThanInvoiceable(
                    order=head.number,
                    line=row.line_no,
                    item=row.item_number,
                    invoiceable=row.invoiceable,
                    quantity=quantity,
                )
            )
        elif quantity > 0:
            taken[line] = quantity
    # An order without goods to invoice may still owe charges; a draft owes nothing yet, and a
    # cancelled one nothing any more.
    is_empty = bool(chosen) and not taken
    if (is_empty or head.state in ("draft", "cancelled")) and len(problems) == before:
        problems.append(NothingToInvoice(order=head.number, why=_why_nothing(rows)))
    return taken


def _why_nothing(rows: Sequence[Any]) -> str:
    if rows[0].state == "draft":
        return "it is a draft; confirm it, then allocate, pick and pack"
    if rows[0].state == "cancelled":
        return "it is cancelled"
    if any(row.id is not None and row.invoiceable > 0 for row in rows):
        return "no quantity was chosen"
    if any(row.id is not None and row.delivered > 0 for row in rows):
        return "all that was packed stands on an invoice already"
    return "nothing of it is packed yet"
