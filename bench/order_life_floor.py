"""The floor of an order's life: as few statements as a careful hand would send, no reads at all.

One transaction a step: claim the command, change the rows, finish the command. Triggers and
constraints do what they do for everybody; nothing is looked up, checked first or explained.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from psycopg.types.json import Jsonb

STEPS = ("enter", "confirm", "allocate", "pick", "stage", "load", "depart", "invoice", "post")

_CLAIM = "SELECT * FROM claim_command(%s, %s, %s, NULL, NULL, NULL, NULL)"
_FINISH = "SELECT finish_command(%s, %s, %s)"

_ENTER = """
    WITH typed AS (
      SELECT t.n, t.why, i.id, i.name, i.base_unit, i.list_price, i.tax_class_id, t.quantity,
             round(t.quantity * i.list_price, 2) AS amount
        FROM unnest(%(items)s::bigint[], %(quantities)s::numeric[], %(why)s::jsonb[])
             WITH ORDINALITY AS t(item, quantity, why, n) JOIN item i ON i.id = t.item),
    taxed AS (SELECT y.*, r.name AS tax, r.percent, round(y.amount * r.percent / 100, 2) AS part,
                     j.id AS jurisdiction_id, j.name AS jurisdiction
                FROM typed y JOIN tax_rate r ON r.tax_class_id = y.tax_class_id
                JOIN tax_jurisdiction j ON j.id = r.jurisdiction_id),
    head AS (
      INSERT INTO sales_order (customer_id, warehouse_id, lane_id, delivery_mode_id, terms_id,
               currency, exchange_rate, bill_to, ship_to, order_date, requested_date,
               goods_amount, tax_amount, total_amount)
      SELECT c.id, 1, %(lane)s, c.delivery_mode_id, c.terms_id, c.currency, 1, a.at, a.at,
             current_date, current_date, s.goods, s.tax, s.goods + s.tax
        FROM customer c
        CROSS JOIN (SELECT sum(amount) AS goods, sum(part) AS tax FROM taxed) s
        CROSS JOIN LATERAL (SELECT jsonb_build_object('name', c.name, 'street', a.street, 'city',
                 a.city, 'region', a.region, 'postal_code', a.postal_code, 'country', a.country)
                 AS at FROM address a WHERE a.customer_id = c.id) a
       WHERE c.id = %(customer)s
      RETURNING id),
    lines AS (
      INSERT INTO sales_order_line (order_id, line_no, item_id, description, unit, unit_quantity,
               unit_factor, ordered, price_unit, list_price, unit_price, price_source,
               price_explanation, tax_class_id, amount)
      SELECT head.id, t.n, t.id, t.name, t.base_unit, t.quantity, 1, t.quantity, t.base_unit,
             t.list_price, t.list_price, 'list', t.why, t.tax_class_id, t.amount
        FROM head, typed t ORDER BY t.n
      RETURNING id, line_no),
    parts AS (
      INSERT INTO line_price_part (line_id, sequence, kind, source, label, base, effect, amount)
      SELECT l.id, 1, 'price', 'list', t.name, 0, t.list_price, t.list_price
        FROM lines l JOIN typed t ON t.n = l.line_no),
    taxes AS (
      INSERT INTO order_tax (order_id, line_id, jurisdiction_id, jurisdiction, name, percent,
               base, amount)
      SELECT head.id, l.id, t.jurisdiction_id, t.jurisdiction, t.tax, t.percent, t.amount, t.part
        FROM head, lines l JOIN taxed t ON t.n = l.line_no)
    SELECT id FROM head"""

_CONFIRM = "UPDATE sales_order SET state = 'confirmed', version = version + 1 WHERE id = %(order)s"

_ALLOCATE = """
    INSERT INTO allocation (order_line_id, item_id, location_id, quantity)
    SELECT l.id, l.item_id, %(bin)s, l.open FROM sales_order_line l WHERE l.order_id = %(order)s"""

_MOVE = """
    INSERT INTO stock_move (item_id, lot_id, from_location_id, to_location_id, quantity, reason,
                            order_line_id, allocation_id)
    SELECT a.item_id, a.lot_id, a.location_id, %(to)s, a.quantity, %(reason)s, a.order_line_id, a.id
      FROM allocation a JOIN sales_order_line l ON l.id = a.order_line_id
     WHERE l.order_id = %(order)s"""

_DEPART = """
    WITH gone AS (
      INSERT INTO shipment (order_id, warehouse_id, delivery_mode_id, trip_id, ship_to, shipped_on)
      SELECT o.id, o.warehouse_id, o.delivery_mode_id, %(trip)s, o.ship_to, current_date
        FROM sales_order o JOIN trip_order x ON x.order_id = o.id AND x.trip_id = %(trip)s
      RETURNING id, order_id),
    paper AS (
      INSERT INTO print_job (document, subject_id, operator)
      SELECT 'packing_slip', id, session_user FROM gone
      UNION ALL SELECT 'manifest', %(trip)s, session_user)
    INSERT INTO stock_move (item_id, lot_id, from_location_id, to_location_id, quantity, reason,
                            order_line_id, allocation_id, shipment_id)
    SELECT a.item_id, a.lot_id, a.location_id, %(to)s, a.quantity, 'pack', a.order_line_id, a.id,
           g.id
      FROM gone g JOIN sales_order_line l ON l.order_id = g.order_id
      JOIN allocation a ON a.order_line_id = l.id AND a.location_id = %(truck)s"""

_LEAVE = """
    UPDATE trip SET state = 'departed'
     WHERE id = %(trip)s"""

_INVOICE = """
    WITH head AS (
      INSERT INTO invoice (customer_id, order_id, bill_to, ship_to, customer_po, invoice_date,
               due_date, terms, currency, exchange_rate, prices_include_tax, tax_rounding,
               goods_amount, charges_amount, tax_amount, total_amount, base_total_amount)
      SELECT o.customer_id, o.id, o.bill_to, o.ship_to, o.customer_po, current_date,
             current_date + t.days::int, t.name, o.currency, o.exchange_rate,
             o.prices_include_tax, o.tax_rounding, o.goods_amount, o.charges_amount, o.tax_amount,
             o.total_amount, o.total_amount
        FROM sales_order o JOIN payment_terms t ON t.id = o.terms_id WHERE o.id = %(order)s
      RETURNING id),
    goods AS (
      INSERT INTO invoice_line (invoice_id, line_no, order_line_id, item_id, description, quantity,
               unit, unit_quantity, unit_price, amount, order_discount)
      SELECT head.id, l.line_no, l.id, l.item_id, l.description, l.invoiceable, l.unit,
             l.invoiceable, l.unit_price, l.amount, l.order_discount
        FROM head, sales_order_line l WHERE l.order_id = %(order)s ORDER BY l.line_no),
    taxes AS (
      INSERT INTO invoice_tax (invoice_id, jurisdiction, name, percent, base, amount)
      SELECT head.id, t.jurisdiction, t.name, t.percent, sum(t.base), sum(t.amount)
        FROM head, order_tax t WHERE t.order_id = %(order)s GROUP BY 1, 2, 3, 4)
    SELECT id FROM head"""

_POST = """
    WITH paper AS (
      INSERT INTO print_job (document, subject_id, operator)
      VALUES ('invoice', %(invoice)s, session_user))
    UPDATE invoice SET state = 'posted' WHERE id = %(invoice)s RETURNING number"""


@dataclass(frozen=True, slots=True)
class Said:
    """What the program's command log holds for one command of this kind: the floor says as much."""

    arguments: Any
    result: Any
    touched: Any
    explanations: list[Any] = field(default_factory=list)
    """Of the prices, when an order was entered."""


class Floor:
    """One order's life by hand, on a raw connection that is signed in as the same person."""

    def __init__(
        self,
        connection: Any,
        places: dict[str, int],
        customer: int,
        said: dict[str, Said],
    ) -> None:
        self._connection = connection
        self._places = places
        self._customer = customer
        self._said = said
        self.items: list[int] = []
        self.order = self.trip = self.invoice = 0
        self.statements = 0

    def do(self, step: str) -> None:
        """One of `STEPS`, in a transaction of its own."""
        said, command = self._said[step], uuid.uuid4()
        self._send(_CLAIM, (command, step, Jsonb(said.arguments)))
        row = self._send(*getattr(self, f"_{step}")())
        if step == "enter":
            self.order = row[0]
        elif step == "depart":
            self._send(_LEAVE, {"trip": self.trip})
        elif step == "invoice":
            self.invoice = row[0]
        self._send(_FINISH, (command, Jsonb(said.result), Jsonb(said.touched)))
        self._connection.commit()

    def _send(self, sql: str, values: Any) -> Any:
        self.statements += 1
        cursor = self._connection.execute(sql, values)
        return cursor.fetchone() if cursor.description else None

    def _enter(self) -> tuple[str, dict[str, Any]]:
        return _ENTER, {
            "items": self.items,
            "quantities": [2] * len(self.items),
            "lane": self._places["S-01"],
            "customer": self._customer,
            "why": [Jsonb(each) for each in self._said["enter"].explanations],
        }

    def _confirm(self) -> tuple[str, dict[str, Any]]:
        return _CONFIRM, {"order": self.order}

    def _allocate(self) -> tuple[str, dict[str, Any]]:
        return _ALLOCATE, {"order": self.order, "bin": self._places["A-01"]}

    def _pick(self) -> tuple[str, dict[str, Any]]:
        return self._moved("CART-1", "pick")

    def _stage(self) -> tuple[str, dict[str, Any]]:
        return self._moved("S-01", "stage")

    def _load(self) -> tuple[str, dict[str, Any]]:
        return self._moved("TRUCK-1", "load")

    def _moved(self, place: str, reason: str) -> tuple[str, dict[str, Any]]:
        return _MOVE, {"order": self.order, "to": self._places[place], "reason": reason}

    def _depart(self) -> tuple[str, dict[str, Any]]:
        return _DEPART, {
            "trip": self.trip,
            "to": self._places["CUSTOMER"],
            "truck": self._places["TRUCK-1"],
        }

    def _invoice(self) -> tuple[str, dict[str, Any]]:
        return _INVOICE, {"order": self.order}

    def _post(self) -> tuple[str, dict[str, Any]]:
        return _POST, {"invoice": self.invoice}
