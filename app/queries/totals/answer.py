"""What a basket comes to, told line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.money import ZERO, decimals_of
from app.queries.totals.lines import Asked, Line
from app.rules.billing import TaxRounding
from app.rules.charges import ChargeBilling, ChargeMethod, ChargeSource
from app.rules.orders import PriceSource
from app.rules.reckoning import Reckoned
from app.rules.taxes import TaxRateOf, TaxSituation
from app.rules.totals import TotalsRequest


@dataclass(frozen=True, slots=True)
class TaxShare:
    """Tax at one rate; `base` is net of tax, also when prices include it."""

    jurisdiction: str
    name: str
    percent: Decimal
    is_compound: bool
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LineOfTotals:
    """A line: amount after its own discounts, shares of order discount and charges, taxes."""

    line: int
    item: str
    quantity: Decimal
    price: Decimal
    price_source: PriceSource
    amounts_off: tuple[Decimal, ...]
    percents_off: tuple[Decimal, ...]
    amount: Decimal
    discount: Decimal
    net: Decimal
    charges: Decimal
    taxes: tuple[TaxShare, ...]


@dataclass(frozen=True, slots=True)
class ChargeOfTotals:
    """A charge, what of it falls on each line (line number, share), and its taxes."""

    description: str
    code: str
    source: ChargeSource
    amount: Decimal
    is_taxable: bool
    shares: tuple[tuple[int, Decimal], ...]
    taxes: tuple[TaxShare, ...]


@dataclass(frozen=True, slots=True)
class PerShipment:
    """A charge that each shipment would bear; in no total of the basket."""

    description: str
    method: ChargeMethod
    rate: Decimal


@dataclass(frozen=True, slots=True)
class BasketTotals:
    """Everything a basket comes to, in one currency, to the last of its decimals.

    `goods` is after all discounts; `net` the total without tax. `certificate` is the exemption
    for which nothing is taxed.
    """

    currency: str
    decimals: int
    on: date
    ship_to: str
    prices_include_tax: bool
    rounding: TaxRounding
    certificate: str | None
    lines: tuple[LineOfTotals, ...]
    charge_rows: tuple[ChargeOfTotals, ...]
    per_shipment: tuple[PerShipment, ...]
    taxes: tuple[TaxShare, ...]
    goods: Decimal
    discount: Decimal
    discount_percent: Decimal
    discount_amount: Decimal
    charges: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


def told(
    asked: Asked,
    document: TotalsRequest,
    lines: Sequence[Line],
    situation: TaxSituation,
    reckoned: Reckoned,
) -> BasketTotals:
    """The answer in full."""
    result = reckoned.totals
    amounts = {each.key: each for each in result.charge_rows}
    charged: dict[int, Decimal] = {}
    for charge_row in result.charge_rows:
        for on_line, share in charge_row.shares:
            charged[on_line] = charged.get(on_line, ZERO) + share
    taxes: dict[tuple[int | None, int | None], list[TaxShare]] = {}
    for row in result.taxes:
        of = taxes.setdefault((row.line_key, row.charge_key), [])
        of.append(_share(row.rate, row.base, row.amount))
    return BasketTotals(
        asked.currency,
        decimals_of(asked.currency),
        asked.on,
        str(situation.place),
        document.prices_include_tax,
        document.rounding,
        situation.certificate,
        tuple(
            LineOfTotals(
                line.number,
                line.name,
                line.asked.quantity,
                line.price,
                line.source,
                line.amounts_off,
                line.percents_off,
                amount.amount,
                amount.discount,
                amount.net,
                charged.get(amount.key, ZERO),
                tuple(taxes.get((amount.key, None), ())),
            )
            for line, amount in zip(lines, result.lines, strict=True)
        ),
        tuple(
            ChargeOfTotals(
                charge.description,
                charge.code,
                charge.source,
                charge.amount,
                charge.is_taxable,
                tuple((on_line + 1, share) for on_line, share in amounts[key].shares),
                tuple(taxes.get((None, key), ())),
            )
            for key, charge in enumerate(reckoned.charges)
            if key in amounts
        ),
        tuple(
            PerShipment(charge.description, charge.method, charge.rate or ZERO)
            for charge in reckoned.charges
            if charge.billing is ChargeBilling.PER_SHIPMENT and charge.method is not None
        ),
        tuple(_share(each.rate, each.base, each.amount) for each in result.by_rate),
        result.goods,
        result.discount,
        document.discount_percent,
        document.discount_amount,
        result.charges,
        result.net,
        result.tax,
        result.total,
    )


def _share(rate: TaxRateOf, base: Decimal, amount: Decimal) -> TaxShare:
    return TaxShare(rate.jurisdiction, rate.name, rate.percent, rate.is_compound, base, amount)
