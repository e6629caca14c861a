"""What an order takes from its customer and the company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.operations.orders.refusals import (
    CustomerNotActive,
    NoDeliveryMode,
    NoExchangeRate,
    NoWarehouse,
)
from app.queries.charges import rules_of
from app.queries.taxes import situation_of
from app.rules.billing import TaxRounding
from app.rules.charges import ChargeRule
from app.rules.taxes import TaxSituation


@dataclass(frozen=True, slots=True)
class OrderContext:
    """What an order takes from its customer and the company."""

    customer_id: int
    customer_name: str
    currency: str
    company_currency: str
    time_zone: str
    warehouse_id: int
    lane_id: int | None
    delivery_mode_id: int
    terms_id: int | None
    contact: str
    ship_complete: bool
    backorder_policy: str
    prices_include_tax: bool
    tax_rounding: TaxRounding
    bill_to: dict[str, Any]
    ship_to: dict[str, Any]
    on_date: date
    taxes: TaxSituation
    charge_rules: tuple[ChargeRule, ...]

    def exchange_rate_on(self, session: Session, on: date) -> Decimal:
        """One unit of the order's currency in the company's. Raises: NoExchangeRate."""
        if self.currency == self.company_currency:
            return Decimal(1)
        rate = session.execute(
            text("""SELECT rate FROM exchange_rate WHERE currency = :currency
                      AND valid_from <= :on ORDER BY valid_from DESC LIMIT 1"""),
            {"currency": self.currency, "on": on},
        ).scalar_one_or_none()
        if rate is None:
            raise NoExchangeRate(currency=self.currency, date=on)
        return Decimal(rate)


_CONTEXT = text("""
  SELECT x.*, tax_situation(x.customer_id, coalesce(:ship_to, x.ship_to), x.on_date) AS taxes,
         fitting_charge_rules(x.customer_id, x.delivery_mode_id, :items, x.currency, x.on_date)
           AS charge_rules
    FROM (
    SELECT coalesce(CAST(:on AS date), (now() AT TIME ZONE k.time_zone)::date) AS on_date,
           c.id AS customer_id, c.name AS customer_name, c.is_active, c.currency,
           k.currency AS company_currency, k.time_zone, w.id AS warehouse_id, lane.id AS lane_id,
           coalesce(given.id, c.delivery_mode_id, fallback.id) AS delivery_mode_id, c.terms_id,
           c.contact, c.ship_complete, c.backorder_policy, k.prices_include_tax,
           k.tax_rounding, given.id AS given_mode,
           (SELECT jsonb_build_object('name', coalesce(nullif(a.name, ''), c.name), 'street',
                     a.street, 'city', a.city, 'region', a.region, 'postal_code', a.postal_code,
                     'country', a.country)
              FROM address a WHERE a.customer_id = c.id ORDER BY a.is_bill_to DESC, a.id LIMIT 1
           ) AS bill_to,
           (SELECT jsonb_build_object('name', coalesce(nullif(a.name, ''), c.name), 'street',
                     a.street, 'city', a.city, 'region', a.region, 'postal_code', a.postal_code,
                     'country', a.country)
              FROM address a WHERE a.customer_id = c.id ORDER BY a.is_ship_to DESC, a.id LIMIT 1
           ) AS ship_to
      FROM customer c
      CROSS JOIN company k
      LEFT JOIN warehouse w
        ON w.id = coalesce(CAST(:warehouse AS bigint), (SELECT min(id) FROM warehouse))
      LEFT JOIN delivery_mode given ON given.code = CAST(:mode AS text)
      LEFT JOIN LATERAL (SELECT id FROM delivery_mode ORDER BY (kind = 'carrier') DESC, id LIMIT 1)
        fallback ON true
      LEFT JOIN LATERAL (SELECT id FROM location p WHERE p.warehouse_id = w.id
        AND p.kind = 'staging' AND p.is_active ORDER BY p.code LIMIT 1) lane ON true
     WHERE c.id = :customer) x
""").bindparams(bindparam("ship_to", type_=JSONB(none_as_null=True)))


def order_context(
    session: Session,
    customer: int,
    warehouse: int | None,
    delivery_mode: str | None,
    *,
    ship_to: Mapping[str, Any] | None = None,
    on: date | None = None,
    items: Sequence[int] = (),
) -> OrderContext:
    """The customer's and company's defaults for an order, in one read.

    Its taxes and charge rules are those of `ship_to` (else the customer's own), of the day `on`
    (else today) and of these items. Raises: NotFound, CustomerNotActive, NoWarehouse,
    NoDeliveryMode.
    """
    row = session.execute(
        _CONTEXT,
        {
            "customer": customer,
            "warehouse": warehouse,
            "mode": delivery_mode,
            "ship_to": ship_to,
            "on": on,
            "items": sorted(set(items)),
        },
    ).one_or_none()
    if row is None:
        raise NotFound(what="customer", value=customer)
    if not row.is_active:
        raise CustomerNotActive(customer=row.customer_name)
    if row.warehouse_id is None:
        raise NoWarehouse()
    if delivery_mode is not None and row.given_mode is None:
        raise NotFound(what="delivery mode", value=delivery_mode)
    if row.delivery_mode_id is None:
        raise NoDeliveryMode()
    values = row._asdict()
    del values["is_active"], values["given_mode"]
    values["tax_rounding"] = TaxRounding(values["tax_rounding"])
    values["bill_to"] = values["bill_to"] or {"name": row.customer_name}
    values["ship_to"] = ship_to or values["ship_to"] or {"name": row.customer_name}
    values["taxes"] = situation_of(row.taxes, row.on_date)
    values["charge_rules"] = rules_of(row.charge_rules)
    return OrderContext(**values)
