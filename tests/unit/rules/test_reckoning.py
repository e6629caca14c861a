"""A document from its goods to its total: what needs a tax rate, and what does not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.rules.charges import StandingCharge
from app.rules.reckoning import GoodsLine, left_at, reckon
from app.rules.taxes import NoTaxRate, TaxRateOf
from app.rules.totals import RateTotal, TotalsLine, TotalsRequest
from tests.unit.rules.test_taxes import FOOD, GOODS, situation

D = Decimal
DOCUMENT = TotalsRequest("USD", ())


def goods(key: int, quantity: int, tax_class: int, *own: TaxRateOf) -> GoodsLine:
    """So many of something at 10 each."""
    line = TotalsLine(key, D(quantity), D(10), rates=own)
    return GoodsLine(line, key, f"item {key}", tax_class, D(quantity), has_own_rates=bool(own))


def test_a_line_of_which_nothing_is_wanted_any_more_needs_no_rate() -> None:
    rope = goods(1, 2, GOODS)
    with pytest.raises(NoTaxRate, match="item 2"):
        reckon(DOCUMENT, [rope, goods(2, 1, FOOD)], situation(), [], [])
    found = reckon(DOCUMENT, [rope, goods(2, 0, FOOD)], situation(), [], []).totals
    assert (found.goods, found.tax) == (D(20), D("1.60"))


def test_rates_of_its_own_stand_whatever_its_class_bears() -> None:
    vat = TaxRateOf("VAT", D(20))
    found = reckon(DOCUMENT, [goods(1, 2, FOOD, vat)], situation("EXEMPT"), [], []).totals
    assert [(each.rate.name, each.amount) for each in found.by_rate] == [("VAT", D(4))]


@pytest.mark.parametrize(("included", "total"), [(False, "41.59"), (True, "40.00")])
def test_an_order_of_which_all_is_invoiced_is_left_at_the_taxes_of_its_invoices(
    included: bool, total: str
) -> None:
    vat = TaxRateOf("VAT", D(4))
    lines = [goods(1, 2, FOOD, vat), goods(2, 2, FOOD, vat)]
    document = replace(DOCUMENT, prices_include_tax=included)
    reckoned = reckon(document, lines, situation(), [], [])
    invoiced = [RateTotal(vat, D("38.41"), D("1.59"))]
    left = left_at(reckoned, invoiced, is_on_top=not included).totals
    first, last = left.taxes
    assert (first.base, first.amount) == (reckoned.totals.taxes[0].base, first.amount)
    assert (first.base + last.base, first.amount + last.amount) == (D("38.41"), D("1.59"))
    assert (left.tax, left.total, list(left.by_rate)) == (D("1.59"), D(total), invoiced)


def test_while_a_charge_is_left_to_invoice_its_invoice_takes_the_difference() -> None:
    vat = TaxRateOf("VAT", D(4))
    charge = StandingCharge("Crate", D(5), invoiced=D(3))
    reckoned = reckon(DOCUMENT, [goods(1, 2, FOOD, vat)], situation(), [], [charge])
    invoiced = [RateTotal(vat, D(20), D("0.79"))]
    assert left_at(reckoned, invoiced, is_on_top=True) is reckoned
    whole = replace(reckoned, charges=(replace(charge, invoiced=D(5)),))
    assert left_at(whole, invoiced, is_on_top=True).totals.tax == D("0.79")


def test_a_charge_bears_its_own_rates_else_those_of_its_class_else_those_of_the_lines() -> None:
    vat, own = TaxRateOf("VAT", D(4)), TaxRateOf("Freight tax", D(10))
    lines = [goods(1, 2, FOOD, vat)]
    of_lines = StandingCharge("Crate", D(5))
    for charge, expected in (
        (of_lines, "VAT"),
        (replace(of_lines, tax_class_id=GOODS), "Sales tax"),
        (replace(of_lines, tax_class_id=GOODS, rates=(own,)), "Freight tax"),
    ):
        taxes = reckon(DOCUMENT, lines, situation(), [], [charge]).totals.taxes
        assert [row.rate.name for row in taxes if row.charge_key is not None] == [expected]
