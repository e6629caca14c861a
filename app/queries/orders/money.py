"""The money rows of an order: its charges, what its shipments bear, its taxes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.ids import OrderRef
from app.rules.charges import ChargeBilling, ChargeMethod


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """Freight or a special charge, before tax, on the order or on one line.

    One by a rule is automatic; `code` is the rule's, also when a person changed it since. `rate`
    is what its method was reckoned with. One per shipment is no part of the total: each shipment
    bears `per_shipment` (an amount, an amount per base unit or a percent, by its method).
    """

    id: int
    description: str
    amount: Decimal
    is_automatic: bool = False
    per_shipment: Decimal | None = None
    method: ChargeMethod | None = None
    code: str = ""
    line_no: int | None = None
    rate: Decimal | None = None
    is_taxable: bool = True
    billing: ChargeBilling = ChargeBilling.PRORATED
    invoiced: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ShipmentChargeRow:
    """What a shipment bears since its goods left, before tax; in no total of the order."""

    shipment: str
    description: str
    amount: Decimal
    is_invoiced: bool


@dataclass(frozen=True, slots=True)
class TaxRow:
    """The tax at one rate of one jurisdiction; `base` is net of it."""

    name: str
    percent: Decimal
    amount: Decimal
    base: Decimal
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """All of them, in the order's currency."""

    charges: tuple[ChargeRow, ...]
    shipment_charges: tuple[ShipmentChargeRow, ...]
    taxes: tuple[TaxRow, ...]


_MONEY = text("""
    SELECT 'charge' AS kind, c.id, c.description AS name, NULL::numeric AS percent, c.amount,
           c.source = 'automatic' AS is_automatic,
           CASE WHEN c.billing = 'per_shipment' THEN c.rate END AS per_shipment, c.method,
           NULL::numeric AS base, '' AS jurisdiction, 0 AS sequence, c.code, l.line_no, c.rate,
           c.is_taxable, c.billing, c.invoiced, '' AS shipment
      FROM order_charge c LEFT JOIN sales_order_line l ON l.id = c.line_id
     WHERE c.order_id = :order
    UNION ALL
    SELECT 'tax', min(id), name, percent, sum(amount), false, NULL, NULL, sum(base), jurisdiction,
           min(sequence), '', NULL, NULL, true, 'prorated', 0, ''
      FROM order_tax WHERE order_id = :order GROUP BY name, percent, jurisdiction
    UNION ALL
    SELECT 'shipment', b.id, b.description, NULL, b.amount, false, NULL, b.method, NULL, '', 0,
           b.code, NULL, b.rate, b.is_taxable, 'per_shipment',
           CASE WHEN b.is_invoiced THEN b.amount ELSE 0 END, s.number
      FROM shipment s JOIN shipment_charge b ON b.shipment_id = s.id WHERE s.order_id = :order
     ORDER BY 1, sequence, 2""")


def money_of(session: Session, order: OrderRef) -> OrderMoney:
    """The money rows of an order: one statement."""
    rows = session.execute(_MONEY, {"order": order}).all()
    return OrderMoney(
        tuple(_charge(row) for row in rows if row.kind == "charge"),
        tuple(
            ShipmentChargeRow(row.shipment, row.name, row.amount, row.invoiced > 0)
            for row in rows
            if row.kind == "shipment"
        ),
        tuple(
            TaxRow(row.name, row.percent, row.amount, row.base, row.jurisdiction)
            for row in rows
            if row.kind == "tax"
        ),
    )


def _charge(row: Any) -> ChargeRow:
    return ChargeRow(
        row.id,
        row.name,
        row.amount,
        row.is_automatic,
        row.per_shipment,
        ChargeMethod(row.method) if row.method else None,
        row.code,
        row.line_no,
        row.rate,
        row.is_taxable,
        ChargeBilling(row.billing),
        row.invoiced,
    )
