"""A document from its goods to its total: charges by rule, then taxes by jurisdiction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.core.money import ZERO
from app.rules.charges import (
    ChargeBilling,
    ChargedLine,
    ChargeRule,
    StandingCharge,
    charges_now,
    fitting_charges,
)
from app.rules.taxes import TaxRateOf, TaxSituation
from app.rules.totals import (
    LineTotal,
    RateTotal,
    TaxRow,
    Totals,
    TotalsCharge,
    TotalsLine,
    TotalsRequest,
    goods_of,
    totals,
)


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """A priced line with what charges and taxes want to know of it.

    With `has_own_rates` the rates in `totals` stand; otherwise its tax class decides.
    """

    totals: TotalsLine
    item_id: int
    item_number: str
    tax_class_id: int | None
    quantity: Decimal
    has_own_rates: bool = False

    @property
    def asks_for_rates_of(self) -> int | None:
        """The tax class whose rates are needed; nothing is where nothing is wanted any more."""
        return None if self.has_own_rates or not self.quantity else self.tax_class_id


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What the document comes to, and the charges that stand on it."""

    totals: Totals
    charges: tuple[StandingCharge, ...]


def reckon(
    document: TotalsRequest,
    lines: Sequence[GoodsLine],
    taxes: TaxSituation,
    rules: Sequence[ChargeRule],
    standing: Sequence[StandingCharge],
    waived: Sequence[tuple[str, int | None]] = (),
) -> Reckoned:
    """Charges on the goods, then taxes on both. `document` brings everything but lines and charges.

    Raises: NoTaxRate. A line of which nothing is wanted any more needs no rate.
    """
    rates = taxes.rates_of_all([(line.asks_for_rates_of, line.item_number) for line in lines])
    document = replace(
        document,
        lines=tuple(
            line.totals
            if line.has_own_rates or line.totals.rates == found
            else replace(line.totals, rates=found)
            for line, found in zip(lines, rates, strict=True)
        ),
    )
    goods = goods_of(document)
    charges = charges_now(
        standing,
        waived,
        fitting_charges(rules, _charged(lines, goods), document.currency) if rules else (),
        sum((line.net for line in goods), ZERO),
    )
    own = taxes.rates_of_all(
        [
            (
                each.tax_class_id if each.is_taxable and each.rates is None else None,
                each.description,
            )
            for each in charges
        ]
    )
    result = totals(
        replace(
            document,
            charges=tuple(
                TotalsCharge(
                    key,
                    charge.amount,
                    charge.is_taxable,
                    _rates_of(charge, found),
                    charge.line_key,
                )
                for key, (charge, found) in enumerate(zip(charges, own, strict=True))
                if charge.billing is not ChargeBilling.PER_SHIPMENT
            ),
        ),
        goods,
    )
    return Reckoned(result, tuple(charges))


def charged_lines(document: TotalsRequest, lines: Sequence[GoodsLine]) -> list[ChargedLine]:
    """The lines as charges see them, with the discounts that `document` brings."""
    priced = replace(document, lines=tuple(line.totals for line in lines))
    return _charged(lines, goods_of(priced))


def _charged(lines: Sequence[GoodsLine], goods: Sequence[LineTotal]) -> list[ChargedLine]:
    return [
        ChargedLine(amount.key, line.item_id, line.quantity, amount.net)
        for line, amount in zip(lines, goods, strict=True)
    ]


def _rates_of(
    charge: StandingCharge, of_class: tuple[TaxRateOf, ...]
) -> tuple[TaxRateOf, ...] | None:
    """Its own rates, else those of its class, else (None) those of the lines it is spread on."""
    if charge.rates is not None:
        return charge.rates
    return None if charge.tax_class_id is None else of_class


def left_at(reckoned: Reckoned, invoiced: Sequence[RateTotal], *, is_on_top: bool) -> Reckoned:
    """The order's taxes as invoiced, when all of its goods and charges stand on invoices.

    Cancelling a rest reckons the order anew, and a cent may fall otherwise than on the invoices
    made before. Where a charge is left, its invoice takes the difference; where nothing is, no
    document would, and the order is left at what was invoiced. Taxes are `is_on_top` of the
    total when prices do not include them.
    """
    if any(
        charge.amount != charge.invoiced
        for charge in reckoned.charges
        if charge.billing is not ChargeBilling.PER_SHIPMENT
    ):
        return reckoned
    result = reckoned.totals
    rows: list[TaxRow] = []
    for total in invoiced:
        mine = [row for row in result.taxes if row.rate.key == total.rate.key]
        last = mine.pop() if mine else TaxRow(None, None, total.rate, ZERO, ZERO)
        base = total.base - sum((row.base for row in mine), ZERO)
        amount = total.amount - sum((row.amount for row in mine), ZERO)
        rows += [*mine, replace(last, base=base, amount=amount)]
    tax = sum((row.amount for row in rows), ZERO)
    total_amount = result.goods + result.charges + (tax if is_on_top else ZERO)
    return replace(
        reckoned,
        totals=replace(
            result, taxes=tuple(rows), by_rate=tuple(invoiced), tax=tax, total=total_amount
        ),
    )
