"""Totals against a second reckoning in exact fractions, from the rules alone (docs/money.md).

It knows nothing of decimals until something is rounded: a half cent is a half cent, however the
numbers that make it up are divided.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

from app.rules.billing import TaxRounding
from app.rules.taxes import TaxRateOf
from app.rules.totals import TotalsCharge, TotalsLine, TotalsRequest, totals

CASES = 1500
DECIMALS = {"JPY": 0, "USD": 2, "BHD": 3}
RATES = [
    TaxRateOf("GST", Decimal(5), sequence=1),
    TaxRateOf("PST", Decimal(7), sequence=2),
    TaxRateOf("City", Decimal("2.5"), is_compound=True, sequence=3),
    TaxRateOf("QST", Decimal("9.975"), is_compound=True, sequence=4),
    TaxRateOf("VAT", Decimal(20), sequence=5),
]


def case(seed: int) -> TotalsRequest:
    """A document of lines and charges, many of whose amounts end in half a cent."""
    of = Random(seed)

    def rates() -> tuple[TaxRateOf, ...]:
        return tuple(each for each in RATES if of.random() < 0.4)

    def percents() -> tuple[Decimal, ...]:
        found = [Decimal(of.choice(["5", "10", "12.5", "33.333333", "100"]))]
        return tuple(found * of.choice([0, 0, 1, 2]))

    lines = tuple(
        TotalsLine(
            key,
            Decimal(of.choice(["1", "2", "5", "12", "0.5", "10.5", "1234.5678", "7"])),
            Decimal(of.randint(0, 4000)) / of.choice([1, 100, 1000, 8]),
            tuple([Decimal(of.choice(["0.05", "1", "2.505"]))] * of.choice([0, 0, 1, 2])),
            percents(),
            rates(),
            price_factor=Decimal(of.choice([1, 1, 1, 12, 7, 144])),
        )
        for key in range(of.randint(0, 5))
    )
    charges = tuple(
        TotalsCharge(
            key,
            Decimal(of.randint(0, 2000)) / 100,
            of.random() < 0.8,
            rates() if of.random() < 0.3 else None,
            of.choice([None, None, of.randrange(len(lines))]) if lines else None,
        )
        for key in range(of.randint(0, 2))
    )
    return TotalsRequest(
        of.choice(list(DECIMALS)),
        lines,
        charges,
        Decimal(of.choice(["0", "0", "2.5", "10", "100"])),
        Decimal(of.choice(["0", "0", "1", "9.99"])),
        of.random() < 0.5,
        of.choice(list(TaxRounding)),
    )


# ---------------------------------------------------------------- the second reckoning


def rounded(value: Fraction, currency: str) -> Fraction:
    """To the currency's decimals, halves away from zero."""
    scale = 10 ** DECIMALS[currency]
    whole = (abs(value) * scale + Fraction(1, 2)) // 1
    return Fraction(whole, scale) * (1 if value >= 0 else -1)


def shared(amount: Fraction, weights: list[Fraction], currency: str) -> list[Fraction]:
    """Each the rounded running total less what was given; all 0: the first takes it."""
    if sum(weights) == 0:
        return [amount if index == 0 else Fraction(0) for index in range(len(weights))]
    running = [sum(weights[: index + 1], Fraction(0)) for index in range(len(weights))]
    upto = [rounded(amount * each / running[-1], currency) for each in running]
    return [now - before for before, now in zip([Fraction(0), *upto], upto, strict=False)]


def taxes(amount: Fraction, rates: tuple[TaxRateOf, ...], included: bool) -> list[Fraction]:
    """Each rate's tax, on the net or (compound) on the net and the taxes before it."""

    def on(net: Fraction) -> list[Fraction]:
        found: list[Fraction] = []
        for rate in rates:
            base = net + sum(found) if rate.is_compound else net
            found.append(base * Fraction(rate.percent) / 100)
        return found

    if not included:
        return on(amount)
    # What 1 comes to with its taxes says how much of the amount is net.
    return on(amount / (1 + sum(on(Fraction(1)))))


def second(document: TotalsRequest) -> dict[str, object]:
    """Line amounts, discounts, charge shares, taxes by piece and rate, and the totals."""
    currency = document.currency
    amounts = []
    for line in document.lines:
        price = max(Fraction(0), Fraction(line.price) - sum(map(Fraction, line.amounts_off)))
        for percent in line.percents_off:
            price *= 1 - Fraction(percent) / 100
        amounts.append(
            rounded(price * Fraction(line.quantity) / Fraction(line.price_factor), currency)
        )
    goods = sum(amounts, Fraction(0))
    off = rounded(
        goods * Fraction(document.discount_percent) / 100 + Fraction(document.discount_amount),
        currency,
    )
    discounts = shared(min(off, goods), amounts, currency) if amounts else []
    pieces: list[tuple[int | None, int | None, Fraction, tuple[TaxRateOf, ...]]] = [
        (line.key, None, amount - discount, line.rates)
        for line, amount, discount in zip(document.lines, amounts, discounts, strict=True)
    ]
    charged = Fraction(0)
    for charge in document.charges:
        amount = rounded(Fraction(charge.amount), currency)
        charged += amount
        on = [
            (line, weight)
            for line, weight in zip(document.lines, amounts, strict=True)
            if charge.line_key in (None, line.key)
        ]
        if not charge.is_taxable:
            continue
        if charge.rates is not None:
            pieces.append((None, charge.key, amount, charge.rates))
            continue
        shares = shared(amount, [weight for _, weight in on], currency)
        pieces += [
            (None, charge.key, share, line.rates)
            for (line, _), share in zip(on, shares, strict=True)
        ]
    found: dict[tuple[int | None, int | None, str], Fraction] = {}
    for line_key, charge_key, amount, rates in pieces:
        for rate, tax in zip(rates, taxes(amount, rates, document.prices_include_tax), strict=True):
            key = (line_key, charge_key, rate.name)
            found[key] = found.get(key, Fraction(0)) + tax
    by_rate: dict[str, Fraction] = {}
    for rate in RATES:
        mine = {key: tax for key, tax in found.items() if key[2] == rate.name}
        if not mine:
            continue
        if document.rounding is TaxRounding.LINE:
            by_rate[rate.name] = sum((rounded(t, currency) for t in mine.values()), Fraction(0))
        else:
            by_rate[rate.name] = rounded(sum(mine.values(), Fraction(0)), currency)
    tax = sum(by_rate.values(), Fraction(0))
    net_goods = goods - sum(discounts, Fraction(0))
    return {
        "amounts": amounts,
        "discounts": discounts,
        "charges": charged,
        "by_rate": by_rate,
        "rows": {key: rounded(tax, currency) for key, tax in found.items()},
        "total": net_goods + charged + (0 if document.prices_include_tax else tax),
    }


def test_a_document_comes_to_what_exact_fractions_come_to() -> None:
    for seed in range(CASES):
        document = case(seed)
        answer, expected = totals(document), second(document)
        assert [line.amount for line in answer.lines] == expected["amounts"], seed
        assert [line.discount for line in answer.lines] == expected["discounts"], seed
        assert answer.charges == expected["charges"], seed
        assert {each.rate.name: each.amount for each in answer.by_rate} == expected["by_rate"], seed
        if document.rounding is TaxRounding.LINE:
            rows = {(r.line_key, r.charge_key, r.rate.name): r.amount for r in answer.taxes}
            assert rows == expected["rows"], seed
        assert answer.total == expected["total"], seed
