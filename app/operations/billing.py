"""Invoices: made of what was delivered and is not yet invoiced, then posted for good.

Partial invoices take every amount from the order's stored figures by quantity, so that they sum
to the order (domain: invoicing and money). The number is given by the database at posting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import InvoiceRef, Kind, OrderLineRef, OrderRef
from app.core.messages import N_
from app.core.money import HUNDRED, ZERO, round_amount
from app.models.printing import PrintJob
from app.rules.billing import InvoiceState
from app.rules.printing import DocumentKind
from app.rules.totals import part_of


class NothingToInvoice(BusinessError):
    """Nothing of the order is delivered and not yet invoiced."""

    sentence = N_("Order {order} has nothing to invoice: {why}.")


class MoreThanInvoiceable(BusinessError):
    """More than was delivered and not yet invoiced."""

    sentence = N_(
        "Order {order} line {line}: only {invoiceable} of {item} can be invoiced, "
        "not {quantity}. Invoice that many, or pack the rest first."
    )


class InvoicingOnHold(BusinessError):
    """A hold whose code stops invoicing."""

    sentence = N_(
        "Order {order} is on hold ({hold}), which stops invoicing. A manager can release it."
    )


class LineOfAnotherOrder(BusinessError):
    """A line that is not on the order."""

    sentence = N_("Line {line} is not on order {order}.")


class AlreadyPosted(BusinessError):
    """A posted invoice is posted once and never changes."""

    sentence = N_(
        "Invoice {invoice} was posted by {who} at {when}. A posted invoice never changes."
    )


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


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted invoice with the number it was given."""

    invoice_id: int
    number: str
    posted_at: datetime
    changes: Changes


@dataclass(frozen=True, slots=True)
class DraftDeleted:
    """A draft that is no more; what stood on it can be invoiced again."""

    invoice_id: int
    order_id: int
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
    MoreThanInvoiceable, LineOfAnotherOrder, InvoicingOnHold, NotPermitted; all at once.
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


def post_invoice(session: Session, actor: Actor, *, invoice: InvoiceRef) -> Posted:
    """Post a draft: the database gives its number, and from now on it never changes.

    A print job for it is queued. Raises: AlreadyPosted, NotFound, NotPermitted.
    """
    actor.require("post_invoice", Group.ACCOUNTING)
    draft = _locked_draft(session, invoice)
    session.execute(
        insert(PrintJob),
        [
            {
                "document": DocumentKind.INVOICE,
                "subject_id": invoice,
                "station": actor.station,
                "operator": actor.operator,
            }
        ],
    )
    # Last, because everybody who posts waits for the row of the number series.
    row = session.execute(
        text("UPDATE invoice SET state = 'posted' WHERE id = :id RETURNING number, posted_at"),
        {"id": invoice},
    ).one()
    touched = changed(Kind.INVOICE, invoice) | changed(Kind.ORDER, draft.order_id)
    return Posted(invoice, row.number, row.posted_at, touched)


def delete_draft_invoice(session: Session, actor: Actor, *, invoice: InvoiceRef) -> DraftDeleted:
    """Throw a draft away; what stood on it can be invoiced again.

    Raises: AlreadyPosted, NotFound, NotPermitted.
    """
    actor.require("delete_draft_invoice", Group.ACCOUNTING)
    order = int(_locked_draft(session, invoice).order_id)
    session.execute(text("SELECT FROM lock_orders(:ids)"), {"ids": [order]})
    session.execute(text("DELETE FROM invoice WHERE id = :id"), {"id": invoice})
    touched = changed(Kind.INVOICE, invoice) | changed(Kind.ORDER, order)
    return DraftDeleted(invoice, order, touched)


def _locked_draft(session: Session, invoice: int) -> Any:
    row = session.execute(
        text("SELECT * FROM lock_invoices(:ids)"), {"ids": [invoice]}
    ).one_or_none()
    if row is None:
        raise NotFound(what="invoice", value=invoice)
    if row.state == InvoiceState.POSTED:
        raise AlreadyPosted(
            invoice=row.number or invoice, who=row.posted_by or "import", when=row.posted_at
        )
    return row


# ---------------------------------------------------------------- making drafts

_LINES = text("""
    SELECT o.id AS order_id, o.number, o.currency, o.exchange_rate, o.prices_include_tax,
           o.state, h.name AS hold, coalesce(h.stops_invoicing, false) AS is_stopped,
           (now() AT TIME ZONE c.time_zone)::date AS today, c.currency AS base_currency,
           coalesce(t.days, 0) AS days,
           l.id, l.line_no, i.number AS item_number, i.base_unit, l.description, l.wanted,
           l.unit_price, l.amount, l.order_discount, l.invoiceable,
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
    SELECT 'charge' AS what, c.order_id, c.id, c.line_id, c.description AS name,
           0 AS percent, 0 AS base, c.amount,
           coalesce((SELECT sum(x.amount) FROM invoice_charge x
                      WHERE x.order_charge_id = c.id), 0) AS before_amount, 0 AS before_base
      FROM order_charge c WHERE c.order_id = ANY (:orders)
    UNION ALL
    SELECT 'tax', t.order_id, t.id, coalesce(t.line_id, c.line_id), t.name,
           t.percent, t.base, t.amount, 0, 0
      FROM order_tax t LEFT JOIN order_charge c ON c.id = t.charge_id
     WHERE t.order_id = ANY (:orders)
    UNION ALL
    SELECT 'taxed', n.order_id, 0, NULL, y.name, y.percent, 0, 0, sum(y.amount), sum(y.base)
      FROM invoice_tax y JOIN invoice n ON n.id = y.invoice_id
     WHERE n.order_id = ANY (:orders)
     GROUP BY n.order_id, y.name, y.percent
     ORDER BY what, id
""")

_WRITE = text("""
    WITH made AS (
      INSERT INTO invoice (customer_id, order_id, bill_to, ship_to, customer_po, invoice_date,
                           due_date, terms, currency, exchange_rate, prices_include_tax,
                           tax_rounding, goods_amount, charges_amount, tax_amount, total_amount,
                           base_total_amount)
      SELECT o.customer_id, o.id, o.bill_to, o.ship_to, o.customer_po, h.invoice_date,
             h.due_date, coalesce(t.name, ''), o.currency, o.exchange_rate, o.prices_include_tax,
             o.tax_rounding, h.goods, h.charges, h.tax, h.total, h.base_total
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
      SELECT m.id, r.line_no, l.id, l.item_id, l.description, r.quantity, r.unit, r.quantity,
             l.unit_price, r.discount_percent, r.amount, r.order_discount
        FROM jsonb_to_recordset(:lines) AS r(order_line_id bigint, line_no bigint,
               quantity numeric, unit text, discount_percent numeric, amount numeric,
               order_discount numeric)
        JOIN sales_order_line l ON l.id = r.order_line_id
        JOIN made m ON m.order_id = l.order_id
       ORDER BY m.id, r.line_no),
    extra AS (
      INSERT INTO invoice_charge (invoice_id, order_charge_id, description, amount)
      SELECT m.id, c.id, c.description, r.amount
        FROM jsonb_to_recordset(:charges) AS r(order_id bigint, id bigint, amount numeric)
        JOIN order_charge c ON c.id = r.id
        JOIN made m ON m.order_id = c.order_id
       ORDER BY c.id),
    taxes AS (
      INSERT INTO invoice_tax (invoice_id, name, percent, base, amount)
      SELECT m.id, r.name, r.percent, r.base, r.amount
        FROM jsonb_to_recordset(:taxes) AS r(order_id bigint, name text, percent numeric,
               base numeric, amount numeric)
        JOIN made m ON m.order_id = r.order_id
       ORDER BY m.id, r.name, r.percent)
    SELECT order_id, id FROM made
""").bindparams(*(bindparam(name, type_=JSONB) for name in ("heads", "lines", "charges", "taxes")))


@dataclass(frozen=True, slots=True)
class _Share:
    """How far an order, or one line of it, is invoiced with this invoice: part of whole."""

    part: Decimal
    whole: Decimal

    def of(self, stored: Decimal, before: Decimal, currency: str) -> Decimal:
        return part_of(stored, self.part, self.whole, before, currency)


def _invoice(
    session: Session,
    orders: Sequence[int],
    chosen: Mapping[int, Mapping[int, Decimal] | None],
) -> list[Invoiced]:
    """Lock, check, reckon and write: four statements, however many orders and lines."""
    session.execute(text("SELECT FROM lock_orders(:ids)"), {"ids": list(orders)})
    rows = session.execute(_LINES, {"orders": list(orders)}).all()
    found = {row.order_id for row in rows}
    problems: list[BusinessError] = [
        NotFound(what="order", value=order) for order in orders if order not in found
    ]
    taken: dict[int, dict[int, Decimal]] = {}
    for order in sorted(found):
        mine = [row for row in rows if row.order_id == order]
        taken[order] = _quantities(mine, chosen.get(order), problems)
    raise_all(problems)
    extras = session.execute(_EXTRAS, {"orders": list(orders)}).all()
    papers = [
        _reckon(
            [row for row in rows if row.order_id == order],
            taken[order],
            [extra for extra in extras if extra.order_id == order],
        )
        for order in orders
    ]
    ids: dict[int, int] = {
        row.order_id: row.id
        for row in session.execute(
            _WRITE,
            {
                "heads": [paper["head"] for paper in papers],
                "lines": [line for paper in papers for line in paper["lines"]],
                "charges": [charge for paper in papers for charge in paper["charges"]],
                "taxes": [tax for paper in papers for tax in paper["taxes"]],
            },
        )
    }
    return [
        Invoiced(
            ids[order],
            order,
            paper["number"],
            Decimal(paper["head"]["total"]),
            paper["currency"],
            changed(Kind.INVOICE, ids[order]) | changed(Kind.ORDER, order),
        )
        for order, paper in zip(orders, papers, strict=True)
    ]


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
    if not taken and len(problems) == before:
        problems.append(NothingToInvoice(order=head.number, why=_why_nothing(rows)))
    return taken


def _why_nothing(rows: Sequence[Any]) -> str:
    if rows[0].state == "draft":
        return "it is a draft; confirm it, then allocate, pick and pack"
    if any(row.id is not None and row.invoiceable > 0 for row in rows):
        return "no quantity was chosen"
    if any(row.id is not None and row.delivered > 0 for row in rows):
        return "all that was packed stands on an invoice already"
    return "nothing of it is packed yet"


def _reckon(
    rows: Sequence[Any], taken: Mapping[int, Decimal], extras: Sequence[Any]
) -> dict[str, Any]:
    """What one invoice says, as JSON: head, lines, charges, taxes."""
    head = rows[0]
    currency = head.currency
    by_line = {
        row.id: _Share(row.before_quantity + taken.get(row.id, ZERO), row.wanted) for row in rows
    }
    lines = [
        {
            "order_line_id": row.id,
            "line_no": row.line_no,
            "quantity": str(taken[row.id]),
            "unit": row.base_unit,
            "discount_percent": str(_discount_percent(row)),
            "amount": str(by_line[row.id].of(row.amount, row.before_amount, currency)),
            "order_discount": str(
                by_line[row.id].of(row.order_discount, row.before_discount, currency)
            ),
        }
        for row in rows
        if row.id in taken
    ]
    whole = _share_of_order(rows, lines)
    charges = _charges(head, by_line, whole, extras)
    taxes = _taxes(head, by_line, whole, extras)
    return {
        "number": head.number,
        "currency": currency,
        "head": _head(head, lines, charges, taxes),
        "lines": lines,
        "charges": charges,
        "taxes": taxes,
    }


def _charges(
    head: Any, by_line: Mapping[int, _Share], whole: _Share, extras: Sequence[Any]
) -> list[dict[str, Any]]:
    """Each charge's share on this invoice: of its line, or of the order's goods amount."""
    found = []
    for extra in extras:
        if extra.what == "charge":
            share = whole if extra.line_id is None else by_line[extra.line_id]
            amount = share.of(extra.amount, extra.before_amount, head.currency)
            if amount:
                found.append({"order_id": head.order_id, "id": extra.id, "amount": str(amount)})
    return found


def _taxes(
    head: Any, by_line: Mapping[int, _Share], whole: _Share, extras: Sequence[Any]
) -> list[dict[str, Any]]:
    """One row for each rate: what the order's tax rows come to so far, less what was taxed before.

    By rate and not by row, because an order's tax rows are made anew when the order changes.
    """
    found: dict[tuple[str, Decimal], tuple[Decimal, Decimal]] = {}
    for extra in extras:
        base, amount = found.get((extra.name, extra.percent), (ZERO, ZERO))
        if extra.what == "tax":
            share = whole if extra.line_id is None else by_line[extra.line_id]
            base += share.of(extra.base, ZERO, head.currency)
            amount += share.of(extra.amount, ZERO, head.currency)
        elif extra.what == "taxed":
            base -= extra.before_base
            amount -= extra.before_amount
        else:
            continue
        found[extra.name, extra.percent] = (base, amount)
    return [
        {
            "order_id": head.order_id,
            "name": name,
            "percent": str(percent),
            "base": str(base),
            "amount": str(amount),
        }
        for (name, percent), (base, amount) in found.items()
        if base or amount
    ]


def _share_of_order(rows: Sequence[Any], lines: Sequence[Mapping[str, Any]]) -> _Share:
    """How far the order as a whole is invoiced: by goods amount, and whole when all lines are.

    Where no line costs anything, the first invoice takes what belongs to the whole order.
    """
    now = {line["order_line_id"]: line for line in lines}
    part, whole, is_complete = ZERO, ZERO, True
    for row in rows:
        whole += row.amount - row.order_discount
        part += row.before_amount - row.before_discount
        quantity = row.before_quantity
        if row.id in now:
            line = now[row.id]
            part += Decimal(line["amount"]) - Decimal(line["order_discount"])
            quantity += Decimal(line["quantity"])
        is_complete = is_complete and quantity == row.wanted
    if is_complete or whole == 0:
        return _Share(Decimal(1), Decimal(1))
    return _Share(part, whole)


def _discount_percent(row: Any) -> Decimal:
    """The line's discount as one percentage, for the reader; amounts never depend on it."""
    full: Decimal = row.unit_price * row.wanted
    amount: Decimal = row.amount
    if full <= 0 or abs(full - amount) < Decimal("0.01"):
        return ZERO
    return max(ZERO, round(HUNDRED * (1 - amount / full), 2))


def _head(
    head: Any,
    lines: Sequence[Mapping[str, Any]],
    charges: Sequence[Mapping[str, Any]],
    taxes: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    goods = sum((Decimal(line["amount"]) - Decimal(line["order_discount"]) for line in lines), ZERO)
    charge = sum((Decimal(each["amount"]) for each in charges), ZERO)
    tax = sum((Decimal(each["amount"]) for each in taxes), ZERO)
    total = goods + charge + (ZERO if head.prices_include_tax else tax)
    issued: date = head.today
    return {
        "order_id": head.order_id,
        "invoice_date": issued.isoformat(),
        "due_date": date.fromordinal(issued.toordinal() + head.days).isoformat(),
        "goods": str(goods),
        "charges": str(charge),
        "tax": str(tax),
        "total": str(total),
        "base_total": str(round_amount(total * head.exchange_rate, head.base_currency)),
    }
