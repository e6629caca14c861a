"""A basket as somebody puts it: lines, charges, rates, a place; and what cannot be meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import ItemRef
from app.core.messages import N_
from app.core.quantity import LARGEST
from app.rules.charges import Bracket, ChargeKind, ChargeMethod
from app.rules.periods import check_period, overlaps
from app.rules.records import check_number, check_percent, check_price, check_text
from app.rules.taxes import TaxRateOf


class ChargeUnclear(BusinessError):
    """A charge that does not say what it is reckoned by, or says it twice."""

    sentence = N_("The charge {charge} needs {needed} and nothing else to reckon it by.")


@dataclass(frozen=True, slots=True)
class BasketRate:
    """A tax rate as given. Rates apply in their order; compound ones on the taxes before."""

    name: str
    percent: Decimal
    is_compound: bool = False
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """So much of something, at a price per unit or at what its item costs.

    `unit` is one of the item's (default: its base unit); a price is per that unit. Amounts come
    off the price first, then percentages, one after the other. Taxes are the `rates` given, or
    those of the tax class (a code; default: the item's) at the ship-to.
    """

    quantity: Decimal
    price: Decimal | None = None
    item: ItemRef | None = None
    unit: str | None = None
    amounts_off: tuple[Decimal, ...] = ()
    percents_off: tuple[Decimal, ...] = ()
    tax_class: str | None = None
    rates: tuple[BasketRate, ...] | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class BasketCharge:
    """A charge on the basket or on one of its lines (by number, from 1).

    A fixed one has an amount; others are reckoned as a rule would: by `rate` per base unit or
    percent of the goods, or by the goods amount in `brackets`; of its line, or of all lines.
    One for shipping stands in place of the freight that rules would add.
    Taxed like the lines it is spread on, unless it has a tax class (a code) or rates of its own.
    """

    amount: Decimal | None = None
    description: str = "Charge"
    line: int | None = None
    method: ChargeMethod = ChargeMethod.FIXED
    rate: Decimal | None = None
    brackets: tuple[Bracket, ...] = ()
    kind: ChargeKind = ChargeKind.SHIPPING
    is_taxable: bool = True
    tax_class: str | None = None
    rates: tuple[BasketRate, ...] | None = None


@dataclass(frozen=True, slots=True)
class BasketPlace:
    """Where the basket goes; without a country, the company's own."""

    country: str = ""
    region: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class BasketExemption:
    """A certificate for which nothing is taxed, from its first to its last day (None: open)."""

    certificate: str
    valid_from: date | None = None
    valid_to: date | None = None

    def counts(self, on: date) -> bool:
        """Whether it counts on a day; both ends do."""
        return overlaps(self.valid_from, self.valid_to, on, on)


def rates_given(rates: Sequence[BasketRate]) -> tuple[TaxRateOf, ...]:
    """Rates as typed, in their order."""
    return tuple(
        TaxRateOf(rate.name, rate.percent, rate.is_compound, sequence, rate.jurisdiction)
        for sequence, rate in enumerate(rates, start=1)
    )


_GIVEN = {ChargeMethod.FIXED: (True, False, False), ChargeMethod.BRACKET: (False, False, True)}
_NEEDED = {ChargeMethod.FIXED: "an amount", ChargeMethod.BRACKET: "brackets"}


def check_basket(
    lines: Sequence[BasketLine],
    charges: Sequence[BasketCharge],
    discount_percent: Decimal | None,
    discount_amount: Decimal | None,
    exemptions: Sequence[BasketExemption],
) -> None:
    """Numbers that cannot be are refused, all at once."""
    problems: list[BusinessError] = []

    def check(function: Any, field: str, value: Any, *given: Any, **how: Any) -> None:
        if value is not None:
            try:
                function(field, value, *given, **how)
            except BusinessError as problem:
                problems.append(problem)

    for number, line in enumerate(lines, start=1):
        check(check_number, f"quantity of line {number}", line.quantity, most=LARGEST)
        check(check_price, f"price of line {number}", line.price)
        for amount in line.amounts_off:
            check(check_price, f"amount off on line {number}", amount)
        for percent in line.percents_off:
            check(check_percent, f"discount on line {number}", percent)
        for rate in line.rates or ():
            check(check_percent, f"rate of {rate.name} on line {number}", rate.percent)
    for charge in charges:
        what = f"charge {charge.description}"
        check(check_number, what, charge.amount)
        is_percent = charge.method is ChargeMethod.PERCENT
        check(check_percent if is_percent else check_price, f"rate of the {what}", charge.rate)
        for bracket in charge.brackets:
            check(check_number, f"order amount of the {what}", bracket.from_amount)
            check(check_number, what, bracket.amount)
        given = (charge.amount is not None, charge.rate is not None, bool(charge.brackets))
        if given != _GIVEN.get(charge.method, (False, True, False)):
            needed = _NEEDED.get(charge.method, "a rate")
            problems.append(ChargeUnclear(charge=charge.description, needed=needed))
        for rate in charge.rates or ():
            check(check_percent, f"rate of {rate.name} on {charge.description}", rate.percent)
        if charge.line is not None and not 1 <= charge.line <= len(lines):
            problems.append(NotFound(what="line", value=charge.line))
    check(check_percent, "order discount", discount_percent)
    check(check_number, "order discount", discount_amount)
    for each in exemptions:
        check(check_text, "certificate", each.certificate, required=True)
        check(check_period, f"The exemption {each.certificate}", each.valid_from, each.valid_to)
    raise_all(problems)
