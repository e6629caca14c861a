"""What a document comes to: line amounts, discounts, charges, taxes, totals.

One function, `totals`, serves every document. The rules in words: docs/money.md.
Nothing is lost to rounding: an amount that is spread is spread cumulatively, each share being the
rounded running total minus what was given before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.money import HUNDRED, ZERO, round_amount
from app.rules.billing import TaxRounding
from app.rules.taxes import TaxRateOf, taxes_on

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class TotalsLine:
    """A priced line. `price` and `amounts_off` are per price unit: so much of `quantity`.

    `invoiced` is the amount and discount of a line that is invoiced in full: it stays at that.
    """

    key: int
    quantity: Decimal
    price: Decimal
    amounts_off: tuple[Decimal, ...] = ()
    percents_off: tuple[Decimal, ...] = ()
    rates: tuple[TaxRateOf, ...] = ()
    invoiced: tuple[Decimal, Decimal] | None = None
    price_factor: Decimal = ONE


@dataclass(frozen=True, slots=True)
class TotalsCharge:
    """A charge of the document, or of one line of it.

    With no rates of its own it takes those of the lines it is spread on.
    """

    key: int
    amount: Decimal
    is_taxable: bool = True
    rates: tuple[TaxRateOf, ...] | None = None
    line_key: int | None = None


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

    @property
    def net(self) -> Decimal:
        """What is left to pay for the goods, before charges and taxes."""
        return self.amount - self.discount


@dataclass(frozen=True, slots=True)
class ChargeTotal:
    """A charge, rounded, and what of it falls on each line: (line key, share)."""

    key: int
    amount: Decimal
    shares: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class TaxRow:
    """Tax at one rate on a line or on a charge. `base` is net of tax, also when it is included.

    Rounded per document, the rows of a rate are shares of the amount rounded once.
    """

    line_key: int | None
    charge_key: int | None
    rate: TaxRateOf
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RateTotal:
    """All tax of a document at one rate, as it stands at its foot."""

    rate: TaxRateOf
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """A document's totals. `goods` is after all discounts; net of tax unless prices include it."""

    lines: tuple[LineTotal, ...]
    charge_rows: tuple[ChargeTotal, ...]
    taxes: tuple[TaxRow, ...]
    by_rate: tuple[RateTotal, ...]
    goods: Decimal
    discount: Decimal
    charges: Decimal
    tax: Decimal
    total: Decimal

    @property
    def net(self) -> Decimal:
        """The total without any tax."""
        return self.total - self.tax


def net_price(line: TotalsLine) -> Decimal:
    """(price - amounts off) × Π(1 - percent) per price unit, not rounded; never below 0."""
    price = max(ZERO, line.price - sum(line.amounts_off, ZERO))
    for percent in line.percents_off:
        price *= 1 - percent / HUNDRED
    return price


def line_amount(line: TotalsLine, currency: str) -> Decimal:
    """quantity × net price, rounded once to the currency; never below 0."""
    return round_amount(max(ZERO, line.quantity * net_price(line) / line.price_factor), currency)


def sum_of_lines(lines: Iterable[TotalsLine], currency: str) -> Decimal:
    """What lines come to after their own discounts; a discount on the whole is judged on it."""
    return sum((line_amount(line, currency) for line in lines), ZERO)


def spread(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Share `amount` in proportion to `weights`, to the last cent.

    When the weights are all 0 the first takes everything.
    """
    if amount == 0:
        return [amount] * len(weights)
    total = sum(weights, ZERO)
    if total == 0:
        return [amount, *([ZERO] * (len(weights) - 1))][: len(weights)]
    shares: list[Decimal] = []
    running, given = ZERO, ZERO
    for weight in weights:
        running += weight
        upto = round_amount(amount * running / total, currency)
        shares.append(upto - given)
        given = upto
    return shares


def goods_of(request: TotalsRequest) -> tuple[LineTotal, ...]:
    """Line amounts and their shares of the order discount; charges may be reckoned on these."""
    currency = request.currency
    amounts = [
        line.invoiced[0] if line.invoiced else line_amount(line, currency) for line in request.lines
    ]
    before = sum(amounts, ZERO)
    discount = round_amount(
        before * request.discount_percent / HUNDRED + request.discount_amount, currency
    )
    given = sum((line.invoiced[1] for line in request.lines if line.invoiced), ZERO)
    open_amounts = [
        amount for line, amount in zip(request.lines, amounts, strict=True) if not line.invoiced
    ]
    rest = max(ZERO, min(discount - given, sum(open_amounts, ZERO)))
    shares = iter(spread(rest, open_amounts, currency))
    return tuple(
        LineTotal(line.key, amount, line.invoiced[1] if line.invoiced else next(shares))
        for line, amount in zip(request.lines, amounts, strict=True)
    )


def totals(request: TotalsRequest, goods: tuple[LineTotal, ...] | None = None) -> Totals:
    """Everything a document comes to, to the last cent; `goods` where they are reckoned already."""
    lines = goods_of(request) if goods is None else goods
    charge_rows = tuple(_charge(request, charge, lines) for charge in request.charges)
    taxes, by_rate = _taxes(request, lines, charge_rows)
    goods_amount = sum((line.net for line in lines), ZERO)
    charges = sum((charge.amount for charge in charge_rows), ZERO)
    tax = sum((row.amount for row in taxes), ZERO)
    return Totals(
        lines=lines,
        charge_rows=charge_rows,
        taxes=taxes,
        by_rate=by_rate,
        goods=goods_amount,
        discount=sum((line.discount for line in lines), ZERO),
        charges=charges,
        tax=tax,
        total=goods_amount + charges + (ZERO if request.prices_include_tax else tax),
    )


def _charge(
    request: TotalsRequest, charge: TotalsCharge, lines: Sequence[LineTotal]
) -> ChargeTotal:
    """A charge of the document is spread by line amounts; one of a line stays on it."""
    amount = round_amount(charge.amount, request.currency)
    on = [line for line in lines if charge.line_key in (None, line.key)]
    shares = spread(amount, [line.amount for line in on], request.currency)
    return ChargeTotal(
        charge.key,
        amount,
        tuple((line.key, share) for line, share in zip(on, shares, strict=True)),
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """An amount that is taxed as one: a line's, a charge's, or a charge's share on a line."""

    line_key: int | None
    charge_key: int | None
    amount: Decimal
    rates: tuple[TaxRateOf, ...]


_Payer = tuple[int | None, int | None]
"""The line, or the charge, that a tax is on."""


@dataclass(slots=True)
class _Sum:
    """Unrounded tax at one rate on some pieces; `all_taxes` is that of every rate on them."""

    payer: _Payer
    rate: TaxRateOf
    amount: Decimal = ZERO
    tax: Decimal = ZERO
    all_taxes: Decimal = ZERO


def _pieces(
    request: TotalsRequest, lines: Sequence[LineTotal], charges: Sequence[ChargeTotal]
) -> list[_Piece]:
    rates = {line.key: line.rates for line in request.lines}
    found = [_Piece(line.key, None, line.net, rates[line.key]) for line in lines]
    for asked, charge in zip(request.charges, charges, strict=True):
        if not asked.is_taxable:
            continue
        if asked.rates is not None:
            found.append(_Piece(None, charge.key, charge.amount, asked.rates))
        else:
            found += [_Piece(None, charge.key, share, rates[line]) for line, share in charge.shares]
    return found


def _taxes(
    request: TotalsRequest, lines: Sequence[LineTotal], charges: Sequence[ChargeTotal]
) -> tuple[tuple[TaxRow, ...], tuple[RateTotal, ...]]:
    """The tax rows, and their sums by rate and jurisdiction in the order of their sequence."""
    sums: dict[tuple[object, ...], _Sum] = {}
    amounts: dict[_Payer, Decimal] = {}
    for piece in _pieces(request, lines, charges):
        payer = (piece.line_key, piece.charge_key)
        amounts[payer] = amounts.get(payer, ZERO) + piece.amount
        taxes = taxes_on(piece.amount, piece.rates, request.prices_include_tax)
        all_taxes = sum(taxes, ZERO)
        for rate, tax in zip(piece.rates, taxes, strict=True):
            found = sums.get((payer, rate.key))
            if found is None:
                found = sums[payer, rate.key] = _Sum(payer, rate)
            found.amount += piece.amount
            found.tax += tax
            found.all_taxes += all_taxes
    by_key: dict[tuple[str, str, Decimal], list[_Sum]] = {}
    for each in sums.values():
        by_key.setdefault(each.rate.key, []).append(each)
    in_order = sorted(by_key.values(), key=lambda of: (of[0].rate.sequence, of[0].rate.key))
    rounded = [_rounded(of_rate, request) for of_rate in in_order]
    paid: dict[_Payer, Decimal] = {}
    for of_rate, parts in zip(in_order, rounded, strict=True):
        for each, part in zip(of_rate, parts, strict=True):
            paid[each.payer] = paid.get(each.payer, ZERO) + part
    rows: list[TaxRow] = []
    by_rate: list[RateTotal] = []
    for of_rate, parts in zip(in_order, rounded, strict=True):
        mine = [
            TaxRow(*each.payer, each.rate, _base(each, request, amounts, paid), part)
            for each, part in zip(of_rate, parts, strict=True)
        ]
        rows += mine
        by_rate.append(
            RateTotal(
                of_rate[0].rate,
                sum((row.base for row in mine), ZERO),
                sum((row.amount for row in mine), ZERO),
            )
        )
    return tuple(rows), tuple(by_rate)


def _rounded(of_rate: Sequence[_Sum], request: TotalsRequest) -> list[Decimal]:
    """The tax of each line and charge at one rate.

    Per line each is rounded for itself; per document the sum is rounded once, and shared.
    """
    if request.rounding is TaxRounding.LINE:
        return [round_amount(each.tax, request.currency) for each in of_rate]
    taxes = [each.tax for each in of_rate]
    return spread(round_amount(sum(taxes, ZERO), request.currency), taxes, request.currency)


def _base(
    of: _Sum,
    request: TotalsRequest,
    amounts: Mapping[_Payer, Decimal],
    paid: Mapping[_Payer, Decimal],
) -> Decimal:
    """What is taxed; of prices that include it, what is left without the taxes as they are paid."""
    if not request.prices_include_tax:
        return of.amount
    if of.amount == amounts[of.payer]:
        return of.amount - paid[of.payer]
    # A charge on lines some of which do not bear this rate.
    return of.amount - round_amount(of.all_taxes, request.currency)


def part_of(
    stored: Decimal, quantity_so_far: Decimal, wanted: Decimal, before: Decimal, currency: str
) -> Decimal:
    """What a partial invoice takes of a stored amount.

    rounded(stored × quantity invoiced so far, this one included ÷ wanted) - what was invoiced
    before; so the parts sum to the order, and over-packed goods continue the proportion.
    """
    if wanted == 0:
        return ZERO
    return round_amount(stored * quantity_so_far / wanted, currency) - before
