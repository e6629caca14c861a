"""Which charge rules fit an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
