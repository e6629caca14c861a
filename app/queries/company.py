"""What the company is set to, and what other currencies are worth to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.session import CompanyNotSetUp
from app.rules.billing import TaxRounding
from app.rules.pricing.agreements import DiscountRule


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """The settings as they are now; `currencies` are those that can be agreed on."""

    name: str
    country: str
    currency: str
    currencies: tuple[str, ...]
    time_zone: str
    locale: str
    paper: str
    gs1_company_prefix: str
    scan_prefix: str
    address: str
    phone: str
    email: str
    tax_number: str
    tax_rounding: TaxRounding
    prices_include_tax: bool
    untaxed_is_normal: bool
    item_floor: bool
    discount_rule: DiscountRule
    finish_packs: bool


@dataclass(frozen=True, slots=True)
class KeptRate:
    """One unit of `currency` is `rate` units of the company's, from `valid_from` on."""

    currency: str
    valid_from: date
    rate: Decimal


def company(session: Session) -> CompanySettings:
    """The settings of the company. Raises: CompanyNotSetUp."""
    row = session.execute(
        text("""
            SELECT k.name, k.country, k.currency,
                   ARRAY(SELECT k.currency UNION SELECT currency FROM exchange_rate ORDER BY 1)
                     AS currencies,
                   k.time_zone, k.locale, k.paper, k.gs1_company_prefix, k.scan_prefix, k.address,
                   k.phone, k.email, k.tax_number, k.tax_rounding, k.prices_include_tax,
                   k.untaxed_is_normal, k.item_floor, k.discount_rule, k.finish_packs
              FROM company k""")
    ).one_or_none()
    if row is None:
        raise CompanyNotSetUp
    values = dict(row._mapping)
    return CompanySettings(
        **values
        | {
            "currencies": tuple(row.currencies),
            "tax_rounding": TaxRounding(row.tax_rounding),
            "discount_rule": DiscountRule(row.discount_rule),
        }
    )


def exchange_rates(session: Session, *, currency: str = "") -> tuple[KeptRate, ...]:
    """What other currencies are worth, of one or of all; the newest day of each first."""
    return tuple(
        KeptRate(row.currency, row.valid_from, row.rate)
        for row in session.execute(
            text("""SELECT currency, valid_from, rate FROM exchange_rate
                     WHERE :currency = '' OR currency = upper(:currency)
                     ORDER BY currency, valid_from DESC"""),
            {"currency": currency.strip()},
        )
    )
