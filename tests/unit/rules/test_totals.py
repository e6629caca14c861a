"""What a document comes to: to the last cent, in every currency, however it is shared out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.money import decimals_of, round_amount
from app.rules.billing import TaxRounding
from app.rules.taxes import TaxRateOf, taxes_on
from app.rules.totals import (
    TotalsCharge,
    TotalsLine,
    TotalsRequest,
    line_amount,
    net_price,
    part_of,
    spread,
    totals,
)

D = Decimal
VAT = TaxRateOf("VAT", D(19))
STATE = TaxRateOf("State", D(5))
CITY = TaxRateOf("City", D(10), is_compound=True)

CURRENCIES = st.sampled_from(["JPY", "USD", "BHD"])
QUANTITIES = st.decimals(D("0.001"), D(100_000), places=3)
PRICES = st.decimals(D(0), D(10_000), places=6)
PERCENTS = st.decimals(D(0), D(100), places=2)
RATES = st.lists(
    st.builds(
        TaxRateOf,
        st.sampled_from(["State", "City", "VAT"]),
        st.decimals(D(0), D(30), places=3),
        st.booleans(),
    ),
    max_size=3,
    unique_by=lambda rate: rate.name,
).map(tuple)


@st.composite
def requests(draw: st.DrawFn) -> TotalsRequest:
    """A document of up to eight lines and two charges, with everything that can happen to it."""
    lines = tuple(
        TotalsLine(
            key,
            draw(QUANTITIES),
            draw(PRICES),
            percents_off=tuple(draw(st.lists(PERCENTS, max_size=2))),
            rates=draw(RATES),
        )
        for key in range(draw(st.integers(0, 8)))
    )
    charges = tuple(
        TotalsCharge(key, draw(PRICES), draw(st.booleans()), draw(st.none() | RATES))
        for key in range(draw(st.integers(0, 2)))
    )
    return TotalsRequest(
        draw(CURRENCIES),
        lines,
        charges,
        draw(PERCENTS),
        draw(st.decimals(D(0), D(1000), places=2)),
        draw(st.booleans()),
        draw(st.sampled_from(TaxRounding)),
    )


@settings(derandomize=True, deadline=None, max_examples=200)
@given(requests())
def test_the_total_is_the_sum_of_its_parts_to_the_last_cent(request_: TotalsRequest) -> None:
    answer = totals(request_)
    goods = sum((line.amount - line.discount for line in answer.lines), D(0))
    assert answer.goods == goods
    assert answer.discount == sum((line.discount for line in answer.lines), D(0))
    assert answer.tax == sum((row.amount for row in answer.taxes), D(0))
    assert answer.tax == sum((rate.amount for rate in answer.by_rate), D(0))
    assert answer.charges == sum((charge.amount for charge in answer.charge_rows), D(0))
    for charge in answer.charge_rows:
        if charge.shares:
            assert sum((share for _, share in charge.shares), D(0)) == charge.amount
    assert answer.net + answer.tax == answer.total
    on_top = D(0) if request_.prices_include_tax else answer.tax
    assert answer.total == goods + answer.charges + on_top
    finest = -decimals_of(request_.currency)
    for amount in (
        answer.total,
        *(row.amount for row in answer.taxes),
        *(part for line in answer.lines for part in (line.amount, line.discount)),
    ):
        assert amount == round_amount(amount, request_.currency), finest


@settings(derandomize=True, deadline=None, max_examples=200)
@given(requests())
def test_a_discount_never_makes_goods_negative(request_: TotalsRequest) -> None:
    answer = totals(request_)
    assert answer.goods >= 0
    assert all(line.discount >= 0 for line in answer.lines)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(CURRENCIES, PRICES, st.lists(st.decimals(D(0), D(1000), places=3), min_size=1, max_size=20))
def test_what_is_spread_is_neither_more_nor_less(
    currency: str, price: Decimal, weights: list[Decimal]
) -> None:
    amount = round_amount(price, currency)
    shares = spread(amount, weights, currency)
    assert sum(shares, D(0)) == amount
    assert len(shares) == len(weights)
    unit = D(1).scaleb(-decimals_of(currency))
    total = sum(weights, D(0))
    for share, weight in zip(shares, weights, strict=True):
        assert share >= 0
        if total:
            assert abs(share - amount * weight / total) <= unit


@settings(derandomize=True, deadline=None, max_examples=200)
@given(CURRENCIES, PRICES, st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_partial_invoices_sum_to_the_order(
    currency: str, price: Decimal, deliveries: list[int]
) -> None:
    stored, wanted = round_amount(price, currency), D(sum(deliveries))
    so_far, before = D(0), D(0)
    for delivered in deliveries:
        so_far += delivered
        before += part_of(stored, so_far, wanted, before, currency)
    assert before == stored


def test_over_packed_goods_continue_the_proportion() -> None:
    assert part_of(D("10.00"), D(12), D(10), D("10.00"), "USD") == D("2.00")
    assert part_of(D("10.00"), D(1), D(0), D(0), "USD") == D(0)


@pytest.mark.parametrize(
    ("currency", "amount", "shares"),
    [
        ("JPY", "100", ["33", "34", "33"]),
        ("USD", "100", ["33.33", "33.34", "33.33"]),
        ("BHD", "100", ["33.333", "33.334", "33.333"]),
    ],
)
def test_a_third_each_loses_nothing(currency: str, amount: str, shares: list[str]) -> None:
    assert spread(D(amount), [D(1)] * 3, currency) == [D(share) for share in shares]


def test_nothing_to_weigh_by_gives_all_to_the_first() -> None:
    assert spread(D(5), [D(0), D(0)], "USD") == [D(5), D(0)]
    assert spread(D(5), [], "USD") == []


def test_ten_percent_then_five_is_fourteen_and_a_half() -> None:
    line = TotalsLine(1, D(1), D(100), percents_off=(D(10), D(5)))
    assert line_amount(line, "USD") == D("85.50")


def test_amounts_come_off_before_percents_and_never_below_nothing() -> None:
    assert line_amount(TotalsLine(1, D(2), D(50), (D(10),), (D(50),)), "USD") == D("40.00")
    assert line_amount(TotalsLine(1, D(2), D(5), (D(10),)), "USD") == D(0)


@pytest.mark.parametrize(
    ("currency", "amount"), [("JPY", "17"), ("USD", "16.67"), ("BHD", "16.665")]
)
def test_a_line_is_rounded_once_to_the_currency(currency: str, amount: str) -> None:
    assert line_amount(TotalsLine(1, D(3), D("5.555")), currency) == D(amount)


def test_a_tax_that_is_included_is_taken_out_not_added() -> None:
    line = TotalsLine(1, D(1), D(119), rates=(VAT,))
    answer = totals(TotalsRequest("USD", (line,), prices_include_tax=True))
    assert (answer.goods, answer.tax, answer.total) == (D(119), D(19), D(119))
    answer = totals(TotalsRequest("USD", (line,)))
    assert (answer.goods, answer.tax, answer.total) == (D(119), D("22.61"), D("141.61"))


def test_a_compound_tax_taxes_the_taxes_before_it() -> None:
    assert taxes_on(D(100), (STATE, CITY), included=False) == [D(5), D("10.50")]
    assert taxes_on(D("115.50"), (STATE, CITY), included=True) == [D(5), D("10.50")]


def test_per_line_and_per_document_rounding_differ_where_they_must() -> None:
    lines = tuple(TotalsLine(key, D(1), D("0.30"), rates=(STATE,)) for key in range(3))
    per_line = totals(TotalsRequest("USD", lines, rounding=TaxRounding.LINE))
    assert [row.amount for row in per_line.taxes] == [D("0.02")] * 3
    per_document = totals(TotalsRequest("USD", lines, rounding=TaxRounding.DOCUMENT))
    assert [(each.base, each.amount) for each in per_document.by_rate] == [(D("0.90"), D("0.05"))]
    assert [row.amount for row in per_document.taxes] == [D("0.02"), D("0.01"), D("0.02")]
    assert (per_line.total, per_document.total) == (D("0.96"), D("0.95"))


def test_a_discount_given_on_an_invoice_is_not_taken_back_from_other_lines() -> None:
    lines = (
        TotalsLine(1, D(1), D(100), invoiced=(D(100), D(10))),
        TotalsLine(2, D(1), D(50)),
    )
    for percent, rest in ((0, 0), (5, 0), (10, 5), (50, 50)):
        answer = totals(TotalsRequest("USD", lines, discount_percent=D(percent)))
        assert [line.discount for line in answer.lines] == [10, rest]


def test_rates_stand_at_the_foot_in_their_sequence_whatever_line_bears_them_first() -> None:
    first, second = (TaxRateOf(name, D(5), sequence=n) for n, name in ((1, "State"), (2, "City")))
    lines = (
        TotalsLine(1, D(1), D(10), rates=(second,)),
        TotalsLine(2, D(1), D(10), rates=(first,)),
    )
    for rounding in TaxRounding:
        answer = totals(TotalsRequest("USD", lines, rounding=rounding))
        assert [each.rate.name for each in answer.by_rate] == ["State", "City"]
        assert [row.rate.name for row in answer.taxes] == ["State", "City"]


def test_half_a_cent_is_rounded_up_though_its_division_has_no_end() -> None:
    """1.20 with 5 and 7 percent in it is 1.0714… net: the 7 percent are 0.075 to the last digit."""
    rates = (TaxRateOf("GST", D(5), sequence=1), TaxRateOf("PST", D(7), sequence=2))
    line = TotalsLine(1, D(1), D("1.20"), rates=rates)
    for rounding in TaxRounding:
        answer = totals(TotalsRequest("USD", (line,), prices_include_tax=True, rounding=rounding))
        assert [each.amount for each in answer.by_rate] == [D("0.05"), D("0.08")]


def test_pieces_of_a_case_cost_their_part_of_its_price() -> None:
    """13 pieces at 0.30 a dozen are 0.325."""
    line = TotalsLine(1, D(13), D("0.30"), price_factor=D(12))
    assert line_amount(line, "USD") == D("0.33")
    assert line_amount(TotalsLine(1, D(1), D("30.06"), price_factor=D(12)), "USD") == D("2.51")


def test_an_order_discount_lowers_the_taxed_base_line_by_line() -> None:
    lines = (TotalsLine(1, D(1), D(30), rates=(VAT,)), TotalsLine(2, D(1), D(70)))
    answer = totals(TotalsRequest("USD", lines, discount_percent=D(10)))
    assert [(line.amount, line.discount) for line in answer.lines] == [
        (D(30), D(3)),
        (D(70), D(7)),
    ]
    assert [(row.line_key, row.base, row.amount) for row in answer.taxes] == [(1, D(27), D("5.13"))]
    assert answer.total == D("95.13")


def test_a_charge_without_rates_takes_those_of_the_lines_by_their_shares() -> None:
    lines = (TotalsLine(1, D(1), D(30), rates=(VAT,)), TotalsLine(2, D(1), D(70)))
    answer = totals(TotalsRequest("USD", lines, (TotalsCharge(9, D(10)),)))
    assert [(row.charge_key, row.base, row.amount) for row in answer.taxes] == [
        (None, D(30), D("5.70")),
        (9, D(3), D("0.57")),
    ]


def test_the_base_of_a_charge_that_includes_taxes_of_some_of_its_lines_is_net_of_them() -> None:
    lines = (TotalsLine(1, D(1), D("30"), rates=(VAT,)), TotalsLine(2, D(1), D("70")))
    request = TotalsRequest("USD", lines, (TotalsCharge(9, D(10)),), prices_include_tax=True)
    answer = totals(request)
    # 3.00 of the charge are on the taxed line: 2.52 and 19 % of it.
    assert [(row.charge_key, row.base, row.amount) for row in answer.taxes] == [
        (None, D("25.21"), D("4.79")),
        (9, D("2.52"), D("0.48")),
    ]
    assert (answer.total, answer.tax) == (D(110), D("5.27"))


def test_a_charge_that_is_not_taxable_has_no_tax() -> None:
    lines = (TotalsLine(1, D(1), D(30), rates=(VAT,)),)
    answer = totals(TotalsRequest("USD", lines, (TotalsCharge(9, D(10), is_taxable=False),)))
    assert (answer.charges, answer.tax, answer.total) == (D(10), D("5.70"), D("45.70"))


@pytest.mark.parametrize("rounding", TaxRounding)
@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.data())
def test_an_included_tax_and_its_base_are_what_was_paid(
    rounding: TaxRounding, data: st.DataObject
) -> None:
    """With one rate for all: base + tax = goods + charges, though no inverse is exact."""
    rate = (TaxRateOf("VAT", data.draw(st.decimals(D(0), D(100), places=2))),)
    lines = tuple(
        TotalsLine(key, data.draw(QUANTITIES), data.draw(PRICES), rates=rate)
        for key in range(data.draw(st.integers(1, 6)))
    )
    answer = totals(
        TotalsRequest(
            data.draw(CURRENCIES),
            lines,
            (TotalsCharge(0, data.draw(PRICES)),),
            data.draw(PERCENTS),
            prices_include_tax=True,
            rounding=rounding,
        )
    )
    (found,) = answer.by_rate
    assert found.base + found.amount == answer.total == answer.goods + answer.charges
    assert found.base == answer.net


@pytest.mark.parametrize("rounding", TaxRounding)
def test_the_base_of_included_taxes_is_what_is_left_without_them(rounding: TaxRounding) -> None:
    """0.50 with 5 and 7 percent is 0.45 and 0.02 and 0.03, whatever other lines bear."""
    five, seven = TaxRateOf("Five", D(5)), TaxRateOf("Seven", D(7), sequence=2)
    lines = (
        TotalsLine(1, D(1), D("10.70"), rates=(seven,)),
        TotalsLine(2, D(1), D("112.00"), rates=(five, seven)),
        TotalsLine(3, D(1), D("0.50"), rates=(five, seven)),
    )
    answer = totals(TotalsRequest("USD", lines, prices_include_tax=True, rounding=rounding))
    assert {(row.line_key, row.rate.name): (row.base, row.amount) for row in answer.taxes} == {
        (1, "Seven"): (D("10.00"), D("0.70")),
        (2, "Five"): (D("100.00"), D("5.00")),
        (2, "Seven"): (D("100.00"), D("7.00")),
        (3, "Five"): (D("0.45"), D("0.02")),
        (3, "Seven"): (D("0.45"), D("0.03")),
    }
    assert [(each.base, each.amount) for each in answer.by_rate] == [
        (D("100.45"), D("5.02")),
        (D("110.45"), D("7.73")),
    ]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_several_included_taxes_and_their_base_are_what_was_paid(data: st.DataObject) -> None:
    """Of each line, and of each charge with rates of its own: base + all its taxes = its amount."""
    seven, more, other = (
        TaxRateOf("Seven", D(7)),
        TaxRateOf("On top", D("2.5"), is_compound=True, sequence=2),
        TaxRateOf("Other", D("19.6"), sequence=3),
    )
    rates = st.sampled_from([(), (seven,), (seven, more), (seven, more, other), (more, other)])
    lines = tuple(
        TotalsLine(key, data.draw(QUANTITIES), data.draw(PRICES), rates=data.draw(rates))
        for key in range(data.draw(st.integers(1, 5)))
    )
    charge = TotalsCharge(0, data.draw(PRICES), rates=data.draw(rates))
    answer = totals(
        TotalsRequest(
            data.draw(CURRENCIES),
            lines,
            (charge,),
            data.draw(PERCENTS),
            prices_include_tax=True,
            rounding=data.draw(st.sampled_from(TaxRounding)),
        )
    )
    for line in answer.lines:
        mine = [row for row in answer.taxes if row.line_key == line.key]
        assert {row.base for row in mine} <= {line.net - sum(row.amount for row in mine)}
    of_charge = [row for row in answer.taxes if row.charge_key == 0]
    left = answer.charge_rows[0].amount - sum(row.amount for row in of_charge)
    assert {row.base for row in of_charge} <= {left}


def test_a_charge_of_a_line_stays_on_it_and_takes_its_rates() -> None:
    lines = (TotalsLine(1, D(1), D(30), rates=(VAT,)), TotalsLine(2, D(1), D(70), rates=(STATE,)))
    answer = totals(TotalsRequest("USD", lines, (TotalsCharge(9, D(10), line_key=2),)))
    assert answer.charge_rows[0].shares == ((2, D(10)),)
    assert [(row.rate.name, row.amount) for row in answer.taxes if row.charge_key] == [
        ("State", D("0.50"))
    ]


def test_charges_are_spread_by_line_amounts_also_when_all_is_given_away() -> None:
    lines = (TotalsLine(1, D(1), D(30), rates=(VAT,)), TotalsLine(2, D(1), D(70)))
    answer = totals(TotalsRequest("USD", lines, (TotalsCharge(9, D(10)),), discount_percent=D(100)))
    assert (answer.goods, answer.discount) == (D(0), D(100))
    assert answer.charge_rows[0].shares == ((1, D(3)), (2, D(7)))
    assert answer.tax == D("0.57")


def test_rates_of_one_name_in_two_places_are_two_rates() -> None:
    here = TaxRateOf("Sales tax", D(5), jurisdiction="Here")
    there = TaxRateOf("Sales tax", D(5), jurisdiction="There")
    lines = (TotalsLine(1, D(1), D(10), rates=(here,)), TotalsLine(2, D(1), D(10), rates=(there,)))
    answer = totals(TotalsRequest("USD", lines, rounding=TaxRounding.DOCUMENT))
    assert [(each.rate.jurisdiction, each.amount) for each in answer.by_rate] == [
        ("Here", D("0.50")),
        ("There", D("0.50")),
    ]


def test_a_line_invoiced_in_full_stays_at_what_was_invoiced() -> None:
    lines = (
        TotalsLine(1, D(1), D("10.00"), invoiced=(D("10.01"), D("1.01"))),
        TotalsLine(2, D(1), D("90.00")),
    )
    answer = totals(TotalsRequest("USD", lines, discount_percent=D(10)))
    assert [(line.amount, line.discount) for line in answer.lines] == [
        (D("10.01"), D("1.01")),
        (D("90.00"), D("8.99")),
    ]


def test_what_is_taken_off_beyond_the_price_leaves_nothing() -> None:
    line = TotalsLine(1, D(2), D(10), (D(7), D(7)), (D(50),))
    assert (net_price(line), line_amount(line, "USD")) == (D(0), D(0))


def test_the_base_of_a_charge_is_that_of_the_lines_that_bear_the_rate() -> None:
    """Of 20, half is on the line with both rates: 10 less 1.15 ths of it, not less all taxes."""
    city = TaxRateOf("City", D(5))
    state = TaxRateOf("State", D(10))
    lines = (
        TotalsLine(1, D(1), D(100), rates=(state, city)),
        TotalsLine(2, D(1), D(100), rates=(state,)),
    )
    document = TotalsRequest("USD", lines, (TotalsCharge(1, D(20)),), prices_include_tax=True)
    found = totals(document)
    on_charge = {row.rate.name: (row.base, row.amount) for row in found.taxes if row.charge_key}
    assert on_charge == {"State": (D("17.79"), D("1.78")), "City": (D("8.70"), D("0.43"))}
