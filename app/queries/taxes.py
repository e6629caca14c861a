"""Which taxes apply to a customer, at a place, on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.rules.taxes import AccountTaxClass, Place, TaxRateOf, TaxSituation, ValidRate

_SITUATION = text("SELECT tax_situation(:customer, :ship_to, :on)").bindparams(
    bindparam("ship_to", type_=JSONB)
)


def tax_situation(
    session: Session, *, customer: int | None, ship_to: Mapping[str, Any], on: date
) -> TaxSituation:
    """What decides the taxes of a document for `customer` (None: anybody) on a day.

    `ship_to` has country, region and postal_code; without a country it is in the company's own.
    One statement.
    """
    found = session.execute(
        _SITUATION, {"customer": customer, "ship_to": dict(ship_to), "on": on}
    ).scalar_one()
    return situation_of(found, on)


def situation_of(found: Mapping[str, Any], on: date) -> TaxSituation:
    """The answer of the database's function `tax_situation`, also from inside other statements."""
    return TaxSituation(
        Place(found["country"], found["region"], found["postal_code"]),
        on,
        found["certificate"],
        AccountTaxClass(found["account"]) if found["account"] else None,
        found["untaxed_is_normal"],
        {int(id): code for id, code in found["classes"].items()},
        tuple(_valid_rate(each) for each in found["valid"]),
    )


def _valid_rate(found: Mapping[str, Any]) -> ValidRate:
    return ValidRate(
        found["jurisdiction_id"],
        found["level"],
        found["tax_class_id"],
        AccountTaxClass(found["account"]) if found["account"] else None,
        TaxRateOf(
            found["name"],
            Decimal(found["percent"]),
            found["is_compound"],
            found["sequence"],
            found["jurisdiction"],
            found["jurisdiction_id"],
        ),
    )
