"""A document from its goods to its total: what needs a tax rate, and what does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.rules.reckoning import GoodsLine, reckon
from app.rules.taxes import NoTaxRate, TaxRateOf
from app.rules.totals import TotalsLine, TotalsRequest
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
