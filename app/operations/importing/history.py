"""Orders that were delivered and invoiced before Orderwright, brought forward.

Each becomes a closed order: moves supplier → customer dated when it shipped, one shipment, and an
opening document without number or journal that says it was invoiced elsewhere. Its taxes were
settled there, so it carries none. A dozen statements for 2,000 orders.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.core.money import HUNDRED, round_amount
from app.operations.importing.kinds import Intake, Row, plan_anew
from app.operations.orders import NewLine
from app.operations.orders.refusals import NoDeliveryMode, NoExchangeRate, NoWarehouse
from app.operations.stock import location_of_kind
from app.rules.orders import PartKind
from app.rules.totals import Totals, TotalsCharge, TotalsLine, TotalsRequest, totals


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line with its number in the order and its quantity in base units."""

    line_no: int
    typed: NewLine
    quantity: Decimal

    def for_totals(self) -> TotalsLine:
        """The line as the totals function wants it, priced as the file says."""
        percent = self.typed.discount_percent
        return TotalsLine(
            self.line_no,
            self.quantity,
            self.typed.unit_price or Decimal(0),
            percents_off=(percent,) if percent else (),
        )


@dataclass(frozen=True, slots=True)
class HistoryOrder:
    """An order that left long ago; `row` is where it stands in the file."""

    row: Row
    number: str
    customer_id: int
    warehouse_id: int | None
    delivery_mode: str | None
    currency: str | None
    order_date: date
    requested_date: date
    shipped_date: date
    customer_po: str
    comments: str
    ship_to: dict[str, Any]
    freight: Decimal | None
    lines: tuple[HistoryLine, ...]


BATCH = 2_000
"""Orders written together: many enough for sets, few enough that the planner, which knows nothing
yet of rows this transaction wrote, plans well."""

_CUSTOMERS = text("SELECT id, currency FROM customer WHERE id = ANY (:ids)")

_RATES = text("""
    SELECT d.currency, d.day, (
             SELECT r.rate FROM exchange_rate r
              WHERE r.currency = d.currency AND r.valid_from <= d.day
              ORDER BY r.valid_from DESC LIMIT 1) AS rate
      FROM unnest(CAST(:currencies AS text[]), CAST(:days AS date[])) AS d(currency, day)
""")

_ORDERS = text("""
    INSERT INTO sales_order (number, customer_id, warehouse_id, delivery_mode_id, terms_id,
                             currency, exchange_rate, customer_po, contact, bill_to, ship_to,
                             order_date, requested_date, ship_complete, backorder_policy, comments,
                             prices_include_tax, tax_rounding, goods_amount, charges_amount,
                             tax_amount, total_amount)
    SELECT r.number, c.id, coalesce(r.warehouse_id, w.id),
           coalesce(given.id, c.delivery_mode_id, fallback.id), c.terms_id, r.currency,
           r.exchange_rate, r.customer_po, c.contact, coalesce(bill.address, named.address),
           coalesce(r.ship_to, ship.address, named.address), r.order_date, r.requested_date,
           c.ship_complete, c.backorder_policy, r.comments, k.prices_include_tax, k.tax_rounding,
           r.goods, r.charges, 0, r.total
      FROM jsonb_to_recordset(:orders) AS r(number text, customer_id bigint, warehouse_id bigint,
             delivery_mode text, currency text, exchange_rate numeric, order_date date,
             requested_date date, customer_po text, comments text, ship_to jsonb, goods numeric,
             charges numeric, total numeric)
      JOIN customer c ON c.id = r.customer_id
      CROSS JOIN company k
      CROSS JOIN (SELECT min(id) AS id FROM warehouse) w
      LEFT JOIN delivery_mode given ON given.code = r.delivery_mode
      LEFT JOIN (SELECT id FROM delivery_mode ORDER BY (kind = 'carrier') DESC, id LIMIT 1)
        fallback ON true
      CROSS JOIN LATERAL (SELECT jsonb_build_object('name', c.name) AS address) named
      LEFT JOIN LATERAL (
        SELECT jsonb_build_object('name', coalesce(nullif(a.name, ''), c.name), 'street', a.street,
                 'city', a.city, 'region', a.region, 'postal_code', a.postal_code,
                 'country', a.country) AS address
          FROM address a WHERE a.customer_id = c.id ORDER BY a.is_bill_to DESC, a.id LIMIT 1
      ) bill ON true
      LEFT JOIN LATERAL (
        SELECT jsonb_build_object('name', coalesce(nullif(a.name, ''), c.name), 'street', a.street,
                 'city', a.city, 'region', a.region, 'postal_code', a.postal_code,
                 'country', a.country) AS address
          FROM address a WHERE a.customer_id = c.id ORDER BY a.is_ship_to DESC, a.id LIMIT 1
      ) ship ON true
    RETURNING id, number
""").bindparams(bindparam("orders", type_=JSONB))

_LINES = text("""
    INSERT INTO sales_order_line (order_id, line_no, item_id, description, unit, unit_quantity,
                                  unit_factor, ordered, price_unit, list_price, unit_price,
                                  price_source, amount, tax_class_id)
    SELECT r.order_id, r.line_no, i.id, coalesce(r.description, i.name),
           coalesce(r.unit, i.base_unit), r.unit_quantity, r.quantity / r.unit_quantity, r.quantity,
           i.base_unit, CASE WHEN r.currency = k.currency THEN i.list_price END, r.unit_price,
           'manual', r.amount, i.tax_class_id
      FROM jsonb_to_recordset(:lines) AS r(order_id bigint, line_no bigint, item_id bigint,
             description text, unit text, unit_quantity numeric, quantity numeric,
             unit_price numeric, amount numeric, currency text)
      JOIN item i ON i.id = r.item_id
      CROSS JOIN company k
    RETURNING id, order_id, line_no
""").bindparams(bindparam("lines", type_=JSONB))

_PARTS = text("""
    INSERT INTO line_price_part (line_id, sequence, kind, source, label, percent, amount, base,
                                 effect)
    SELECT line_id, sequence, kind, 'manual', :who, percent, amount, base, effect
      FROM jsonb_to_recordset(:parts) AS r(line_id bigint, sequence bigint, kind text,
             percent numeric, amount numeric, base numeric, effect numeric)
""").bindparams(bindparam("parts", type_=JSONB))

_CHARGES = text("""
    INSERT INTO order_charge (order_id, kind, description, amount, is_taxable)
    SELECT order_id, 'shipping', 'Freight', amount, false
      FROM unnest(CAST(:orders AS bigint[]), CAST(:amounts AS numeric[])) AS r(order_id, amount)
""")

_CONFIRM = text("""
    UPDATE sales_order SET state = 'confirmed' WHERE id = ANY (:ids)
""")

_SHIP = text("""
    WITH made AS (
      INSERT INTO shipment (order_id, warehouse_id, delivery_mode_id, ship_to, shipped_on,
                            packed_at, is_brought_forward)
      SELECT o.id, o.warehouse_id, o.delivery_mode_id, o.ship_to, r.day,
             (r.day + time '12:00') AT TIME ZONE c.time_zone, true
        FROM unnest(CAST(:ids AS bigint[]), CAST(:days AS date[])) AS r(id, day)
        JOIN sales_order o ON o.id = r.id
        CROSS JOIN company c
       ORDER BY r.day, o.id
      RETURNING id, order_id, packed_at)
    INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity, reason, note,
                            order_line_id, shipment_id, happened_at)
    SELECT l.item_id, :supplier, :customer, l.ordered, 'brought_forward', 'brought forward', l.id,
           m.id, m.packed_at
      FROM made m JOIN sales_order_line l ON l.order_id = m.order_id
     ORDER BY m.packed_at, l.id
""")

_OPENING = text("""
    WITH made AS (
      INSERT INTO invoice (kind, customer_id, order_id, bill_to, ship_to, customer_po, invoice_date,
                           due_date, terms, currency, exchange_rate, prices_include_tax,
                           tax_rounding, goods_amount, charges_amount, tax_amount, total_amount,
                           base_total_amount)
      SELECT 'opening', o.customer_id, o.id, o.bill_to, o.ship_to, o.customer_po, r.day,
             r.day + coalesce(t.days, 0)::int, coalesce(t.name, ''), o.currency, o.exchange_rate,
             o.prices_include_tax, o.tax_rounding, o.goods_amount, o.charges_amount, o.tax_amount,
             o.total_amount, r.base_total
        FROM unnest(CAST(:ids AS bigint[]), CAST(:days AS date[]), CAST(:bases AS numeric[]))
             AS r(id, day, base_total)
        JOIN sales_order o ON o.id = r.id
        LEFT JOIN payment_terms t ON t.id = o.terms_id
       ORDER BY r.day, o.id
      RETURNING id, order_id),
    goods AS (
      INSERT INTO invoice_line (invoice_id, line_no, order_line_id, item_id, description, quantity,
                                unit, unit_quantity, unit_price, discount_percent, amount)
      SELECT m.id, l.line_no, l.id, l.item_id, l.description, l.ordered, l.price_unit, l.ordered,
             l.unit_price, coalesce(p.percent, 0), l.amount
        FROM made m
        JOIN sales_order_line l ON l.order_id = m.order_id
        LEFT JOIN line_price_part p ON p.line_id = l.id AND p.kind = 'percent_off'),
    extra AS (
      INSERT INTO invoice_charge (invoice_id, order_charge_id, description, amount)
      SELECT m.id, c.id, c.description, c.amount
        FROM made m JOIN order_charge c ON c.order_id = m.order_id)
    SELECT id FROM made
""")

_POST = text("UPDATE invoice SET state = 'posted' WHERE id = ANY (:ids)")


def write_history(
    intake: Intake, orders: Sequence[HistoryOrder], accept: Callable[[], set[str]]
) -> list[int]:
    """Write the orders whose numbers `accept` answers; their ids.

    `accept` is asked when all is checked, and ends an import that is all or nothing.
    """
    currencies = _currencies(intake, orders)
    rates = _rates(intake, orders, currencies)
    accepted = accept()
    ready = [order for order in orders if order.number in accepted]
    if not ready:
        return []
    made: list[int] = []
    for start in range(0, len(ready), BATCH):
        made += _write_batch(intake, ready[start : start + BATCH], currencies, rates)
        plan_anew(intake.session)
    return made


def _write_batch(
    intake: Intake,
    orders: Sequence[HistoryOrder],
    currencies: dict[str, str],
    rates: dict[str, Decimal],
) -> list[int]:
    results = [_reckon(order, currencies[order.number]) for order in orders]
    ids = _write_orders(intake, orders, results, currencies, rates)
    order_ids = [ids[order.number] for order in orders]
    days = [order.shipped_date for order in orders]
    execute = intake.session.execute
    execute(_CONFIRM, {"ids": order_ids})
    execute(
        _SHIP,
        {
            "ids": order_ids,
            "days": days,
            "supplier": location_of_kind(intake.session, "SUPPLIER"),
            "customer": location_of_kind(intake.session, "CUSTOMER"),
        },
    )
    bases = [
        round_amount(result.total * rates[order.number], intake.company_currency)
        for order, result in zip(orders, results, strict=True)
    ]
    invoices = execute(_OPENING, {"ids": order_ids, "days": days, "bases": bases}).scalars().all()
    execute(_POST, {"ids": list(invoices)})
    return order_ids


def _currencies(intake: Intake, orders: Sequence[HistoryOrder]) -> dict[str, str]:
    customers = {
        row.id: row.currency
        for row in intake.session.execute(
            _CUSTOMERS, {"ids": sorted({order.customer_id for order in orders})}
        )
    }
    return {order.number: order.currency or customers[order.customer_id] for order in orders}


def _rates(
    intake: Intake, orders: Sequence[HistoryOrder], currencies: dict[str, str]
) -> dict[str, Decimal]:
    """What one unit of each order's currency was in the company's on its day."""
    for table, missing in (("warehouse", NoWarehouse()), ("delivery_mode", NoDeliveryMode())):
        if intake.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0:
            for order in orders:
                intake.reject(order.row, table, missing)
    foreign = sorted(
        {
            (currencies[order.number], order.order_date)
            for order in orders
            if currencies[order.number] != intake.company_currency
        }
    )
    found = {
        (row.currency, row.day): row.rate
        for row in intake.session.execute(
            _RATES,
            {"currencies": [each for each, _ in foreign], "days": [day for _, day in foreign]},
        )
    }
    rates: dict[str, Decimal] = {}
    for order in orders:
        currency = currencies[order.number]
        if currency == intake.company_currency:
            rates[order.number] = Decimal(1)
        elif (rate := found.get((currency, order.order_date))) is not None:
            rates[order.number] = rate
        else:
            reason = NoExchangeRate(currency=currency, date=order.order_date)
            intake.reject(order.row, "currency", reason)
    return rates


def _reckon(order: HistoryOrder, currency: str) -> Totals:
    freight = order.freight
    charges = () if freight is None else (TotalsCharge(0, freight, is_taxable=False),)
    return totals(
        TotalsRequest(currency, tuple(line.for_totals() for line in order.lines), charges)
    )


def _write_orders(
    intake: Intake,
    orders: Sequence[HistoryOrder],
    results: Sequence[Totals],
    currencies: dict[str, str],
    rates: dict[str, Decimal],
) -> dict[str, int]:
    """Headers, lines with the parts of their prices, and freight; ids by number."""
    headers = [
        {
            "number": order.number,
            "customer_id": order.customer_id,
            "warehouse_id": order.warehouse_id,
            "delivery_mode": order.delivery_mode,
            "currency": currencies[order.number],
            "exchange_rate": rates[order.number],
            "order_date": order.order_date,
            "requested_date": order.requested_date,
            "customer_po": order.customer_po,
            "comments": order.comments,
            "ship_to": order.ship_to or None,
            "goods": result.goods,
            "charges": result.charges,
            "total": result.total,
        }
        for order, result in zip(orders, results, strict=True)
    ]
    ids = {row.number: row.id for row in intake.session.execute(_ORDERS, {"orders": headers})}
    lines = [
        {
            "order_id": ids[order.number],
            "line_no": line.line_no,
            "item_id": line.typed.item,
            "description": line.typed.description,
            "unit": line.typed.unit,
            "unit_quantity": line.typed.quantity,
            "quantity": line.quantity,
            "unit_price": line.typed.unit_price,
            "amount": amounts.amount,
            "currency": currencies[order.number],
        }
        for order, result in zip(orders, results, strict=True)
        for line, amounts in zip(order.lines, result.lines, strict=True)
    ]
    line_ids = {
        (row.order_id, row.line_no): row.id
        for row in intake.session.execute(_LINES, {"lines": lines})
    }
    parts = [
        {"line_id": line_ids[ids[order.number], line.line_no], **part}
        for order in orders
        for line in order.lines
        for part in _parts(line.typed)
    ]
    intake.session.execute(_PARTS, {"parts": parts, "who": intake.actor.operator})
    freight = [
        (ids[order.number], result.charges)
        for order, result in zip(orders, results, strict=True)
        if order.freight is not None
    ]
    if freight:
        intake.session.execute(
            _CHARGES,
            {"orders": [id for id, _ in freight], "amounts": [amount for _, amount in freight]},
        )
    return ids


def _parts(line: NewLine) -> list[dict[str, object]]:
    """The price in parts, as if typed: the file's price, then its discount."""
    price, percent = line.unit_price or Decimal(0), line.discount_percent
    parts: list[dict[str, object]] = [
        {"sequence": 1, "kind": PartKind.PRICE, "amount": price, "base": 0, "effect": price}
    ]
    if percent:
        off = (-price * percent / HUNDRED).quantize(Decimal("0.000001"))
        parts.append(
            {
                "sequence": 2,
                "kind": PartKind.PERCENT_OFF,
                "percent": percent,
                "base": price,
                "effect": off,
            }
        )
    return parts
