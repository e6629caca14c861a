"""Charges per shipment: each shipment bears its own, on the next invoice made after it left."""

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
from app.rules.charges import ChargedLine, ChargeMethod, amount_of
from app.rules.taxes import TaxSituation
from app.rules.totals import TotalsCharge, TotalsLine, TotalsRequest, totals

_SHIPPED = text("""
    SELECT o.id AS order_id, o.customer_id, o.ship_to, o.order_date, o.currency,
           o.prices_include_tax, o.tax_rounding, c.id AS charge_id, c.description, c.method,
           c.rate, c.item_ids, c.is_taxable, c.tax_class_id AS own_class,
           s.id AS shipment_id, l.id AS line_id, l.item_id, i.number AS item_number,
           l.tax_class_id, g.quantity,
           CASE WHEN l.wanted = 0 THEN 0
                ELSE (l.amount - l.order_discount) * g.quantity / l.wanted END AS net
      FROM order_charge c
      JOIN sales_order o ON o.id = c.order_id
      JOIN shipment s ON s.order_id = o.id AND s.state = 'packed' AND NOT s.is_brought_forward
      JOIN LATERAL (
        SELECT m.order_line_id,
               sum(CASE WHEN m.reason = 'pack' THEN m.quantity ELSE -m.quantity END) AS quantity
          FROM stock_move m
         WHERE m.shipment_id = s.id AND m.reason IN ('pack', 'unpack')
         GROUP BY 1) g ON g.quantity > 0
      JOIN sales_order_line l ON l.id = g.order_line_id
      JOIN item i ON i.id = l.item_id
     WHERE c.id = ANY (:charges)
       AND NOT EXISTS (SELECT FROM invoice_charge x
                        WHERE x.order_charge_id = c.id AND x.shipment_id = s.id)
     ORDER BY o.id, c.id, s.id, l.line_no
""")


def shipment_charges(session: Session, charges: Sequence[int]) -> dict[int, list[ShipmentCharge]]:
    """The charges per shipment that are not on an invoice yet, by order.

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
            each
            for _, goods in groupby(mine, key=lambda row: (row.charge_id, row.shipment_id))
            if (each := _charge(list(goods), taxes)).amount
        ]
    return found


def _charge(goods: Sequence[Any], taxes: TaxSituation) -> ShipmentCharge:
    """One charge on one shipment: its amount by its method, its taxes by what was shipped."""
    head = goods[0]
    lines = [ChargedLine(row.line_id, row.item_id, row.quantity, row.net) for row in goods]
    amount = amount_of(
        # A bracket was looked up when the order was reckoned: its amount is the rate.
        ChargeMethod.FIXED if head.method == ChargeMethod.BRACKET else ChargeMethod(head.method),
        head.rate,
        (),
        [line for line in lines if head.item_ids is None or line.item_id in head.item_ids],
        ZERO,
        head.currency,
    )
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
            (TotalsCharge(head.charge_id, amount, head.is_taxable, own),),
            prices_include_tax=head.prices_include_tax,
            rounding=TaxRounding.LINE,
        )
    )
    return ShipmentCharge(
        head.charge_id,
        head.shipment_id,
        amount,
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
