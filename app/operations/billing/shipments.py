"""Charges of shipments: what each bears goes on the next invoice made after it left."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.money import ZERO
from app.operations.billing.shares import ShipmentCharge
from app.queries.taxes import tax_situation
from app.rules.billing import TaxRounding
from app.rules.taxes import TaxSituation
from app.rules.totals import TotalsCharge, TotalsLine, TotalsRequest, totals

_SHIPPED = text("""
    SELECT o.id AS order_id, o.customer_id, o.ship_to, o.order_date, o.currency,
           o.prices_include_tax, c.id, c.shipment_id, c.description, c.amount, c.is_taxable,
           c.tax_class_id AS own_class, l.id AS line_id, i.number AS item_number, l.tax_class_id,
           CASE WHEN l.wanted = 0 THEN 0
                ELSE (l.amount - l.order_discount) * g.quantity / l.wanted END AS net
      FROM shipment_charge c
      JOIN shipment s ON s.id = c.shipment_id
      JOIN sales_order o ON o.id = s.order_id
      JOIN LATERAL (
        SELECT m.order_line_id,
               sum(CASE WHEN m.reason = 'pack' THEN m.quantity ELSE -m.quantity END) AS quantity
          FROM stock_move m
         WHERE m.shipment_id = s.id AND m.reason IN ('pack', 'unpack')
         GROUP BY 1) g ON g.quantity > 0
      JOIN sales_order_line l ON l.id = g.order_line_id
      JOIN item i ON i.id = l.item_id
     WHERE c.id = ANY (:charges)
     ORDER BY o.id, c.id, l.line_no
""")


def shipment_charges(session: Session, charges: Sequence[int]) -> dict[int, list[ShipmentCharge]]:
    """What shipments bear, as it was agreed when they left, with its taxes of today; by order.

    No statement without such charges; else one, and one more for each order's taxes.
    Raises: NoTaxRate.
    """
    found: dict[int, list[ShipmentCharge]] = {}
    if not charges:
        return found
    rows = session.execute(_SHIPPED, {"charges": list(charges)}).all()
    for order_id, of_order in groupby(rows, key=lambda row: row.order_id):
        mine = list(of_order)
        head = mine[0]
        taxes = tax_situation(
            session, customer=head.customer_id, ship_to=head.ship_to, on=head.order_date
        )
        found[order_id] = [
            _charge(list(goods), taxes) for _, goods in groupby(mine, key=lambda row: row.id)
        ]
    return found


def _charge(goods: Sequence[Any], taxes: TaxSituation) -> ShipmentCharge:
    """One charge of one shipment: its taxes by what was shipped."""
    head = goods[0]
    own = None
    if head.is_taxable and head.own_class is not None:
        own = taxes.rates_of(head.own_class, head.description)
    rates = taxes.rates_of_all(
        [(row.tax_class_id if head.is_taxable else None, row.item_number) for row in goods]
    )
    result = totals(
        TotalsRequest(
            head.currency,
            tuple(
                TotalsLine(row.line_id, Decimal(1), max(ZERO, row.net), rates=found)
                for row, found in zip(goods, rates, strict=True)
            ),
            (TotalsCharge(head.id, head.amount, head.is_taxable, own),),
            prices_include_tax=head.prices_include_tax,
            rounding=TaxRounding.LINE,
        )
    )
    return ShipmentCharge(
        head.id,
        head.shipment_id,
        head.amount,
        tuple(
            (
                (row.rate.jurisdiction, row.rate.sequence, row.rate.name, row.rate.percent),
                row.base,
                row.amount,
            )
            for row in result.taxes
            if row.charge_key is not None
        ),
    )
