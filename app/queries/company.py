"""What the company is set to, and what other currencies are worth to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import NotFound
from app.core.ids import Kind
from app.queries.beginnings import as_typed
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


@dataclass(frozen=True, slots=True)
class CurrencyRow:
    """A currency with what it is worth today (None before its first day), and the next change.

    The id is its ISO 4217 code; `own` is the company's currency.
    """

    id: str
    key: tuple[Any, ...]
    own: str
    rate: Decimal | None
    valid_from: date | None
    coming: date | None
    kind: Kind = Kind.CURRENCY


@dataclass(frozen=True, slots=True)
class CurrencyWhole:
    """A currency with its rates, the newest day first (the latest 500), as of today."""

    currency: str
    own: str
    today: date
    rates: tuple[KeptRate, ...]

    @property
    def current(self) -> KeptRate | None:
        """The rate that counts today."""
        return next((each for each in self.rates if each.valid_from <= self.today), None)


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


def currencies(
    session: Session,
    *,
    filter: str = "",
    after: tuple[str] | None = None,
    limit: int = 100,
) -> tuple[CurrencyRow, ...]:
    """One page of currencies that have a rate, by code; `filter` begins the code. One statement."""
    rows = session.execute(
        text("""
            SELECT r.currency, k.currency AS own,
                   (array_agg(r.rate ORDER BY r.valid_from DESC)
                      FILTER (WHERE r.valid_from <= t.today))[1] AS rate,
                   max(r.valid_from) FILTER (WHERE r.valid_from <= t.today) AS valid_from,
                   min(r.valid_from) FILTER (WHERE r.valid_from > t.today) AS coming
              FROM exchange_rate r CROSS JOIN company k
             CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE k.time_zone)::date AS today) t
             WHERE starts_with(r.currency, upper(:typed)) AND r.currency > :after
             GROUP BY r.currency, k.currency ORDER BY r.currency LIMIT :limit"""),
        {"typed": as_typed(filter), "after": after[0] if after else "", "limit": limit},
    )
    return tuple(
        CurrencyRow(row.currency, (row.currency,), row.own, row.rate, row.valid_from, row.coming)
        for row in rows
    )


def currency(session: Session, *, currency: str) -> CurrencyWhole:
    """A currency with its rates. Raises: NotFound."""
    own = session.execute(text("SELECT currency, time_zone FROM company")).one()
    rows = session.execute(
        text("""SELECT currency, valid_from, rate FROM exchange_rate WHERE currency = :currency
                 ORDER BY valid_from DESC LIMIT 500"""),
        {"currency": currency},
    ).all()
    if not rows:
        raise NotFound(what="currency", value=currency)
    rates = tuple(KeptRate(*row) for row in rows)
    return CurrencyWhole(currency, own.currency, today(own.time_zone), rates)
