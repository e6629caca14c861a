"""Which tax rates apply to what is sent somewhere, and how much they take.

Source of the rules: domain, invoicing and money. A jurisdiction is a country, a region of it, or
a range of postal codes; the most specific one that has a rate gives the rates. Levels do not add
up, several rates inside one jurisdiction do, in their sequence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.core.money import HUNDRED, ZERO


class AccountTaxClass(StrEnum):
    """What kind of buyer for tax. An account without a class pays the rates that are for all."""

    RETAIL = "retail"
    WHOLESALE = "wholesale"


@dataclass(frozen=True, slots=True)
class TaxRateOf:
    """One rate that applies: its name, percent and jurisdiction.

    Rates are taken in their sequence; a compound one taxes the base and the taxes before it.
    """

    name: str
    percent: Decimal
    is_compound: bool = False
    sequence: int = 1
    jurisdiction: str = ""
    jurisdiction_id: int | None = None

    @property
    def key(self) -> tuple[str, str, Decimal]:
        """What makes two rates the same one at the foot of a document."""
        return (self.jurisdiction, self.name, self.percent)


@dataclass(frozen=True, slots=True)
class Place:
    """Where goods go, as far as taxes care: spelled as jurisdictions are."""

    country: str
    region: str = ""
    postal_code: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.country, self.region, self.postal_code) if part)


def postal_key(code: str) -> str:
    """A postal code as it is compared: letters and digits, capital ("SW1A 1AA": "SW1A1AA")."""
    return re.sub(r"[^0-9A-Z]", "", code.upper())


@dataclass(frozen=True, slots=True)
class ValidRate:
    """A rate of a jurisdiction that covers the place, on the day asked about.

    `level` orders jurisdictions: the higher, the more specific.
    """

    jurisdiction_id: int
    level: int
    tax_class_id: int
    account_tax_class: AccountTaxClass | None
    rate: TaxRateOf


def rates_for(
    valid: Sequence[ValidRate], tax_class_id: int, account: AccountTaxClass | None
) -> tuple[TaxRateOf, ...] | None:
    """The rates for goods of a class sold to an account of a class; None where nobody set one.

    Inside the winning jurisdiction a rate limited to the account's class stands in place of the
    unlimited one of the same sequence number.
    """
    mine = [
        each
        for each in valid
        if each.tax_class_id == tax_class_id and each.account_tax_class in (None, account)
    ]
    if not mine:
        return None
    winner = max(mine, key=lambda each: (each.level, -each.jurisdiction_id)).jurisdiction_id
    found: dict[int, ValidRate] = {}
    for each in mine:
        if each.jurisdiction_id == winner:
            before = found.get(each.rate.sequence)
            if before is None or before.account_tax_class is None:
                found[each.rate.sequence] = each
    return tuple(found[sequence].rate for sequence in sorted(found))


def taxes_on(base: Decimal, rates: Sequence[TaxRateOf], included: bool) -> list[Decimal]:
    """The unrounded tax of each rate on a base (which contains the taxes when `included`)."""
    factors: list[Decimal] = []
    before = ZERO
    for rate in rates:
        factor = rate.percent / HUNDRED * (1 + (before if rate.is_compound else ZERO))
        factors.append(factor)
        before += factor
    net = base / (1 + before) if included else base
    return [net * factor for factor in factors]
