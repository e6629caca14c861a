"""Which taxes apply to a customer, at a place, on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.core.ids import CustomerRef
from app.core.messages import N_
from app.queries.orders.progress import Said
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


def covered(jurisdiction: str, country: str, region: str, postal_from: str, postal_to: str) -> Said:
    """What a jurisdiction covers, in words."""
    known: dict[str, str | Decimal] = {
        "jurisdiction": jurisdiction,
        "place": f"{region}, {country}" if region else country,
        "postal_from": postal_from,
        "postal_to": postal_to,
    }
    if postal_from == postal_to != "":
        return Said(N_("{jurisdiction} covers the postal codes {postal_from} in {place}."), known)
    if postal_from:
        return Said(
            N_("{jurisdiction} covers the postal codes {postal_from} to {postal_to} in {place}."),
            known,
        )
    return Said(N_("{jurisdiction} covers all of {place}."), known)


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate as it is kept: where, for which goods and accounts, how much, when."""

    id: int
    jurisdiction: str
    jurisdiction_name: str
    country: str
    region: str
    postal_from: str
    postal_to: str
    tax_class: str
    account_tax_class: AccountTaxClass | None
    sequence: int
    name: str
    percent: Decimal
    is_compound: bool
    valid_from: date | None
    valid_to: date | None


def tax_rates(
    session: Session,
    *,
    country: str = "",
    jurisdiction: str = "",
    tax_class: str = "",
    on: date | None = None,
) -> tuple[RateRow, ...]:
    """The rates that are kept: all, of a country, jurisdiction or class, or valid on a day."""
    rows = session.execute(
        text("""
            SELECT r.id, j.code AS jurisdiction, j.name AS jurisdiction_name, j.country, j.region,
                   j.postal_from, j.postal_to, t.code AS tax_class, r.account_tax_class,
                   r.sequence, r.name, r.percent, r.is_compound, r.valid_from, r.valid_to
              FROM tax_rate r
              JOIN tax_jurisdiction j ON j.id = r.jurisdiction_id
              JOIN tax_class t ON t.id = r.tax_class_id
             WHERE (:country = '' OR j.country = upper(:country))
               AND (:jurisdiction = '' OR j.code = :jurisdiction)
               AND (:tax_class = '' OR t.code = :tax_class)
               AND (CAST(:on AS date) IS NULL
                    OR CAST(:on AS date) BETWEEN coalesce(r.valid_from, '-infinity')
                                             AND coalesce(r.valid_to, 'infinity'))
             ORDER BY j.country, j.region, j.postal_from, t.code, r.account_tax_class NULLS FIRST,
                      r.sequence, r.valid_from NULLS FIRST"""),
        {
            "country": country,
            "jurisdiction": jurisdiction,
            "tax_class": tax_class,
            "on": on,
        },
    )
    return tuple(_rate_row(row) for row in rows)


def _rate_row(row: Any) -> RateRow:
    known = row._asdict()
    account = known["account_tax_class"]
    known["account_tax_class"] = AccountTaxClass(account) if account else None
    return RateRow(**known)


@dataclass(frozen=True, slots=True)
class Exemption:
    """A certificate with which a customer pays no tax."""

    id: int
    customer: str
    certificate: str
    valid_from: date | None
    valid_to: date | None


def tax_exemptions(
    session: Session, *, customer: CustomerRef | None = None
) -> tuple[Exemption, ...]:
    """The certificates that are kept, of one customer or of all."""
    rows = session.execute(
        text("""
            SELECT x.id, c.number, x.certificate, x.valid_from, x.valid_to
              FROM tax_exemption x JOIN customer c ON c.id = x.customer_id
             WHERE CAST(:customer AS bigint) IS NULL OR c.id = CAST(:customer AS bigint)
             ORDER BY c.number, x.valid_from NULLS FIRST, x.id"""),
        {"customer": customer},
    )
    return tuple(Exemption(*row) for row in rows)
