"""Which charge rules fit an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.rules.charges import (
    Bracket,
    ChargeBilling,
    ChargeKind,
    ChargeLevel,
    ChargeMethod,
    ChargeRule,
)
from app.rules.orders import DeliveryKind

_RULES = text("SELECT fitting_charge_rules(:customer, :mode, :items, :currency, :on)")


def charge_rules(
    session: Session,
    *,
    customer: int | None,
    delivery_mode: int | None,
    items: Sequence[int],
    currency: str,
    on: date,
) -> tuple[ChargeRule, ...]:
    """The rules that fit a customer (None: anybody), a delivery mode, items, currency and day.

    One statement.
    """
    found = session.execute(
        _RULES,
        {
            "customer": customer,
            "mode": delivery_mode,
            "items": sorted(set(items)),
            "currency": currency,
            "on": on,
        },
    ).scalar_one()
    return rules_of(found)


def rules_of(found: Sequence[Mapping[str, Any]]) -> tuple[ChargeRule, ...]:
    """The answer of the database's function `fitting_charge_rules`, also from other statements."""
    return tuple(_rule(each) for each in found)


_NOWHERE = (0, 0, 0)


def _rule(row: Mapping[str, Any]) -> ChargeRule:
    account = 2 if row["customer_id"] else 1 if row["account_group_id"] else 0
    item = 2 if row["item_id"] else 1 if row["item_group_id"] else 0
    mode = 2 if row["delivery_mode_id"] else 1 if row["delivery_kind"] else 0
    return ChargeRule(
        row["id"],
        row["code"],
        row["name"],
        ChargeKind(row["kind"]),
        ChargeLevel(row["level"]),
        ChargeMethod(row["method"]),
        None if row["rate"] is None else Decimal(row["rate"]),
        ChargeBilling(row["billing"]),
        row["is_taxable"],
        row["tax_class_id"],
        tuple(Bracket(Decimal(start), Decimal(amount)) for start, amount in row["brackets"] or ()),
        None if row["items"] is None else frozenset(row["items"]),
        (
            account,
            *(row["account_group_rank"] if account == 1 else _NOWHERE),
            item,
            *(row["item_group_rank"] if item == 1 else _NOWHERE),
            mode,
            1 if row["currency"] else 0,
        ),
    )


@dataclass(frozen=True, slots=True)
class ChargeRuleRow:
    """A rule as it is kept: what it charges, to whom, on what, by which way of delivery, when.

    Sides that are empty are for all. `brackets` are (from order amount, charge).
    """

    id: int
    code: str
    name: str
    kind: ChargeKind
    level: ChargeLevel
    method: ChargeMethod
    rate: Decimal | None
    currency: str | None
    billing: ChargeBilling
    is_taxable: bool
    tax_class: str | None
    customer: str | None
    account_group: str | None
    item: str | None
    item_group: str | None
    delivery_mode: str | None
    delivery_kind: DeliveryKind | None
    valid_from: date | None
    valid_to: date | None
    brackets: tuple[tuple[Decimal, Decimal], ...]
    is_active: bool


KEPT_RULES = """
    SELECT r.id, r.code, r.name, r.kind, r.level, r.method, r.rate, r.currency, r.billing,
           r.is_taxable, t.code AS tax_class, c.number AS customer, a.code AS account_group,
           i.number AS item, g.code AS item_group, m.code AS delivery_mode, r.delivery_kind,
           r.valid_from, r.valid_to,
           (SELECT jsonb_agg(jsonb_build_array(b.from_amount::text, b.amount::text)
                             ORDER BY b.from_amount)
              FROM charge_bracket b WHERE b.rule_id = r.id) AS brackets, r.is_active
      FROM charge_rule r
      LEFT JOIN customer c ON c.id = r.customer_id
      LEFT JOIN account_group a ON a.id = r.account_group_id
      LEFT JOIN item i ON i.id = r.item_id
      LEFT JOIN item_group g ON g.id = r.item_group_id
      LEFT JOIN delivery_mode m ON m.id = r.delivery_mode_id
      LEFT JOIN tax_class t ON t.id = r.tax_class_id"""
"""What `kept_rule` reads, a row a rule."""


def kept_charge_rules(session: Session, *, on: date | None = None) -> tuple[ChargeRuleRow, ...]:
    """The charge rules that are kept: all, or those that count on a day."""
    rows = session.execute(
        text(f"""{KEPT_RULES}
             WHERE CAST(:on AS date) IS NULL
                OR r.is_active
               AND CAST(:on AS date) BETWEEN coalesce(r.valid_from, '-infinity')
                                         AND coalesce(r.valid_to, 'infinity')
             ORDER BY r.code, r.id"""),
        {"on": on},
    )
    return tuple(kept_rule(row._asdict()) for row in rows)


def kept_rule(row: Mapping[str, Any]) -> ChargeRuleRow:
    """A rule from its row."""
    kind, brackets = row["delivery_kind"], row["brackets"] or ()
    return ChargeRuleRow(
        **{
            **row,
            "kind": ChargeKind(row["kind"]),
            "level": ChargeLevel(row["level"]),
            "method": ChargeMethod(row["method"]),
            "billing": ChargeBilling(row["billing"]),
            "delivery_kind": DeliveryKind(kind) if kind else None,
            "brackets": tuple((Decimal(start), Decimal(amount)) for start, amount in brackets),
        }
    )
