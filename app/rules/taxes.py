"""Which tax rates apply to what is sent somewhere, and how much they take.

The rules in words: docs/money.md. A jurisdiction is a country, a region of it, or a range of
postal codes; the most specific one that has a rate gives the rates. Levels do not add up, several
rates inside one jurisdiction do, in their sequence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.core.errors import BusinessError, raise_all
from app.core.messages import N_
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


class NoTaxRate(BusinessError):
    """Goods of a tax class go where nobody said what tax they bear on that day."""

    sentence = N_(
        "There is no tax rate for {what} (class {tax_class}) in {place} on {date}. "
        "Enter one, with 0 percent if it bears none, or take the tax class off."
    )


@dataclass(frozen=True, slots=True)
class TaxSituation:
    """All that decides the taxes of one document: asked once, whatever its number of lines.

    With a valid exemption (its `certificate`) nothing is taxed. Goods without a tax class never
    are. Where no rate is set, the company's setting `untaxed_is_normal` decides; it is off unless
    somebody turns it on, because a tax nobody decided on is worse than a question.
    """

    place: Place
    on: date
    certificate: str | None
    account: AccountTaxClass | None
    untaxed_is_normal: bool
    classes: Mapping[int, str]
    valid: tuple[ValidRate, ...]

    def rates_of(self, tax_class_id: int | None, what: str) -> tuple[TaxRateOf, ...]:
        """The rates for goods of a class. Raises: NoTaxRate, which names `what`."""
        if tax_class_id is None or self.certificate is not None:
            return ()
        found = rates_for(self.valid, tax_class_id, self.account)
        if found is not None:
            return found
        if self.untaxed_is_normal:
            return ()
        raise NoTaxRate(
            what=what,
            tax_class=self.classes.get(tax_class_id, tax_class_id),
            place=str(self.place) or "an unknown place",
            date=self.on,
        )

    def rates_of_all(self, goods: Sequence[tuple[int | None, str]]) -> list[tuple[TaxRateOf, ...]]:
        """The rates of (tax class, what it is) each. Raises: NoTaxRate, all of them at once."""
        problems: dict[str, BusinessError] = {}
        known: dict[int | None, tuple[TaxRateOf, ...]] = {}
        for tax_class_id, what in goods:
            if tax_class_id in known:
                continue
            try:
                known[tax_class_id] = self.rates_of(tax_class_id, what)
            except NoTaxRate as problem:
                problems.setdefault(str(problem), problem)
        raise_all(list(problems.values()))
        return [known[tax_class_id] for tax_class_id, _ in goods]


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
