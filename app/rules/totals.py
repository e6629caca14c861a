"""What a document comes to: line amounts, discounts, charges, taxes, totals.

One function, `totals`, serves quote, order, invoice and credit (domain.md §9). Nothing is lost
to rounding: an amount that is spread is spread cumulatively, each share being the rounded
running total minus what was given before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.money import HUNDRED, ZERO, round_amount
from app.rules.billing import TaxRounding


@dataclass(frozen=True, slots=True)
class TaxRateOf:
    """One rate that applies: its name and percent; compound rates tax the taxes before them."""

    name: str
    percent: Decimal
    is_compound: bool = False


@dataclass(frozen=True, slots=True)
class TotalsLine:
    """A priced line. `price` and `amounts_off` are per price unit, `quantity` in price units."""

    key: int
    quantity: Decimal
    price: Decimal
    amounts_off: tuple[Decimal, ...] = ()
    percents_off: tuple[Decimal, ...] = ()
    rates: tuple[TaxRateOf, ...] = ()


@dataclass(frozen=True, slots=True)
class TotalsCharge:
    """A charge of the document. With no rates of its own it takes those of the lines."""

    key: int
    amount: Decimal
    is_taxable: bool = True
    rates: tuple[TaxRateOf, ...] | None = None


@dataclass(frozen=True, slots=True)
class TotalsRequest:
    """All that decides what a document comes to."""

    currency: str
    lines: tuple[TotalsLine, ...]
    charges: tuple[TotalsCharge, ...] = ()
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    prices_include_tax: bool = False
    rounding: TaxRounding = TaxRounding.LINE


@dataclass(frozen=True, slots=True)
class LineTotal:
    """A line's amount after line discounts, and its share of the order discount."""

    key: int
    amount: Decimal
    discount: Decimal


@dataclass(frozen=True, slots=True)
class TaxRow:
    """Tax at one rate on a line, on a charge, or (rounded per document) on everything."""

    line_key: int | None
    charge_key: int | None
    name: str
    percent: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """A document's totals. `goods` is after all discounts; net of tax unless prices include it."""

    lines: tuple[LineTotal, ...]
    taxes: tuple[TaxRow, ...]
    goods: Decimal
    discount: Decimal
    charges: Decimal
    tax: Decimal
    total: Decimal


def net_price(line: TotalsLine) -> Decimal:
    """(price - amounts off) × Π(1 - percent) per price unit, not rounded; never below 0."""
    price = max(ZERO, line.price - sum(line.amounts_off, ZERO))
    for percent in line.percents_off:
        price *= 1 - percent / HUNDRED
    return price


def line_amount(line: TotalsLine, currency: str) -> Decimal:
    """quantity × net price, rounded once to the currency; never below 0."""
    return round_amount(max(ZERO, line.quantity * net_price(line)), currency)


def spread(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Share `amount` in proportion to `weights`, to the last cent.

    When the weights are all 0 the first takes everything.
    """
    total = sum(weights, ZERO)
    if not weights:
        return []
    if total == 0:
        return [amount, *([ZERO] * (len(weights) - 1))]
    shares: list[Decimal] = []
    running, given = ZERO, ZERO
    for weight in weights:
        running += weight
        upto = round_amount(amount * running / total, currency)
        shares.append(upto - given)
        given = upto
    return shares


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


def totals(request: TotalsRequest) -> Totals:
    """Everything a document comes to, to the last cent."""
    currency = request.currency
    amounts = [line_amount(line, currency) for line in request.lines]
    before_discount = sum(amounts, ZERO)
    discount = round_amount(
        before_discount * request.discount_percent / HUNDRED + request.discount_amount, currency
    )
    discount = min(discount, before_discount)
    shares = spread(discount, amounts, currency)
    nets = [amount - share for amount, share in zip(amounts, shares, strict=True)]

    taxes = _taxes(request, nets)
    goods = before_discount - discount
    charges = sum((round_amount(charge.amount, currency) for charge in request.charges), ZERO)
    tax = sum((row.amount for row in taxes), ZERO)
    return Totals(
        lines=tuple(
            LineTotal(line.key, amount, share)
            for line, amount, share in zip(request.lines, amounts, shares, strict=True)
        ),
        taxes=tuple(taxes),
        goods=goods,
        discount=discount,
        charges=charges,
        tax=tax,
        total=goods + charges + (ZERO if request.prices_include_tax else tax),
    )


def _taxes(request: TotalsRequest, nets: Sequence[Decimal]) -> list[TaxRow]:
    currency, included = request.currency, request.prices_include_tax
    unrounded: list[TaxRow] = []
    for line, net in zip(request.lines, nets, strict=True):
        for rate, amount in zip(line.rates, taxes_on(net, line.rates, included), strict=True):
            unrounded.append(TaxRow(line.key, None, rate.name, rate.percent, net, amount))
    for charge in request.charges:
        if charge.is_taxable:
            unrounded += _charge_taxes(request, charge, nets)
    if request.rounding is TaxRounding.LINE:
        return [
            TaxRow(
                r.line_key,
                r.charge_key,
                r.name,
                r.percent,
                r.base,
                round_amount(r.amount, currency),
            )
            for r in unrounded
        ]
    by_rate: dict[tuple[str, Decimal], list[TaxRow]] = {}
    for row in unrounded:
        by_rate.setdefault((row.name, row.percent), []).append(row)
    return [
        TaxRow(
            None,
            None,
            name,
            percent,
            sum((r.base for r in rows), ZERO),
            round_amount(sum((r.amount for r in rows), ZERO), currency),
        )
        for (name, percent), rows in by_rate.items()
    ]


def _charge_taxes(
    request: TotalsRequest, charge: TotalsCharge, nets: Sequence[Decimal]
) -> list[TaxRow]:
    """The unrounded tax rows of one charge: its own rates, or the lines' by their shares."""
    included = request.prices_include_tax
    amount = round_amount(charge.amount, request.currency)
    if charge.rates is not None:
        return [
            TaxRow(None, charge.key, rate.name, rate.percent, amount, tax)
            for rate, tax in zip(
                charge.rates, taxes_on(amount, charge.rates, included), strict=True
            )
        ]
    found: dict[tuple[str, Decimal], tuple[Decimal, Decimal]] = {}
    shares = spread(amount, nets, request.currency)
    for line, share in zip(request.lines, shares, strict=True):
        for rate, tax in zip(line.rates, taxes_on(share, line.rates, included), strict=True):
            base, before = found.get((rate.name, rate.percent), (ZERO, ZERO))
            found[rate.name, rate.percent] = (base + share, before + tax)
    return [
        TaxRow(None, charge.key, name, percent, base, tax)
        for (name, percent), (base, tax) in found.items()
    ]


def part_of(
    stored: Decimal, quantity_so_far: Decimal, wanted: Decimal, before: Decimal, currency: str
) -> Decimal:
    """What a partial invoice takes of a stored amount (domain.md §9).

    rounded(stored × quantity invoiced so far, this one included ÷ wanted) - what was invoiced
    before; so the parts sum to the order, and over-packed goods continue the proportion.
    """
    if wanted == 0:
        return ZERO
    return round_amount(stored * quantity_so_far / wanted, currency) - before


def by_rate(rows: Sequence[TaxRow]) -> Mapping[tuple[str, Decimal], Decimal]:
    """Tax amounts summed by rate, for the foot of a document."""
    found: dict[tuple[str, Decimal], Decimal] = {}
    for row in rows:
        found[row.name, row.percent] = found.get((row.name, row.percent), ZERO) + row.amount
    return found
