"""Which rates apply: the most specific place that has one, the account's own before all's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.core.errors import SeveralProblems
from app.rules.periods import EndsBeforeStart, check_period, overlaps, period
from app.rules.taxes import (
    AccountTaxClass,
    NoTaxRate,
    Place,
    TaxRateOf,
    TaxSituation,
    ValidRate,
    postal_key,
    rates_for,
    taxes_on,
)

D = Decimal
GOODS, FOOD = 1, 2
COUNTRY, REGION, POSTAL = 0, 1, 2
RETAIL, WHOLESALE = AccountTaxClass.RETAIL, AccountTaxClass.WHOLESALE


def valid(
    level: int,
    name: str,
    percent: str = "5",
    *,
    place: int | None = None,
    goods: int = GOODS,
    account: AccountTaxClass | None = None,
    sequence: int = 1,
) -> ValidRate:
    """A rate that is valid at the place and on the day."""
    rate = TaxRateOf(name, D(percent), sequence=sequence)
    return ValidRate(level if place is None else place, level, goods, account, rate)


def names(*found: ValidRate, account: AccountTaxClass | None = None, goods: int = GOODS) -> object:
    rates = rates_for(found, goods, account)
    return rates if rates is None else [rate.name for rate in rates]


def test_the_most_specific_place_wins_and_levels_do_not_add_up() -> None:
    country, region, postal = valid(0, "country"), valid(1, "region"), valid(2, "city")
    assert names(country, region, postal) == ["city"]
    assert names(country, region) == ["region"]
    assert names(country) == ["country"]
    assert names() is None


def test_a_place_without_a_rate_for_the_class_is_passed_over() -> None:
    assert names(valid(0, "country"), valid(1, "region", goods=FOOD)) == ["country"]
    assert names(valid(1, "region", goods=FOOD)) is None


def test_of_two_places_of_one_level_the_older_gives_its_rates() -> None:
    assert names(valid(1, "newer", place=8), valid(1, "older", place=3)) == ["older"]


def test_several_rates_of_one_place_are_taken_in_sequence() -> None:
    assert names(valid(1, "city", sequence=2), valid(1, "state", sequence=1)) == ["state", "city"]


@pytest.mark.parametrize(
    ("account", "found"),
    [(RETAIL, ["retail only"]), (WHOLESALE, ["for all"]), (None, ["for all"])],
)
def test_a_rate_for_the_accounts_class_goes_before_one_for_all(
    account: AccountTaxClass | None, found: list[str]
) -> None:
    rates = valid(1, "for all"), valid(1, "retail only", account=RETAIL)
    assert names(*rates, account=account) == found
    assert names(*reversed(rates), account=account) == found


def test_a_limited_rate_replaces_only_that_of_its_own_sequence() -> None:
    rates = (
        valid(1, "state", sequence=1),
        valid(1, "city", sequence=2),
        valid(1, "state for resellers", sequence=1, account=WHOLESALE),
    )
    assert names(*rates, account=WHOLESALE) == ["state for resellers", "city"]
    assert names(*rates) == ["state", "city"]


def test_a_region_with_rates_for_others_only_leaves_the_country() -> None:
    """As in Canada: provinces set a rate for retail, wholesale pays the country's."""
    rates = valid(1, "GST + provincial", account=RETAIL), valid(0, "GST")
    assert names(*rates, account=RETAIL) == ["GST + provincial"]
    assert names(*rates, account=WHOLESALE) == ["GST"]


def situation(certificate: str | None = None, *, untaxed: bool = False) -> TaxSituation:
    return TaxSituation(
        Place("US", "MA", "02540"),
        date(2026, 3, 1),
        certificate,
        None,
        untaxed,
        {GOODS: "STD", FOOD: "FOOD"},
        (valid(0, "Sales tax", "8"),),
    )


def test_goods_without_a_class_and_exempt_customers_bear_no_tax() -> None:
    assert situation().rates_of(None, "a thing") == ()
    assert situation("NJ-1").rates_of(GOODS, "a thing") == ()
    assert situation("NJ-1").rates_of(FOOD, "bread") == ()


def test_no_rate_is_refused_with_a_sentence_unless_that_is_normal() -> None:
    with pytest.raises(NoTaxRate) as refused:
        situation().rates_of(FOOD, "bread")
    assert str(refused.value) == (
        "There is no tax rate for bread (class FOOD) in US MA 02540 on 1 Mar 2026. "
        "Enter one, with 0 percent if it bears none, or take the tax class off."
    )
    assert situation(untaxed=True).rates_of(FOOD, "bread") == ()


def test_a_place_of_which_nothing_is_known_is_called_so() -> None:
    nowhere = replace(situation(), place=Place("", "", ""))
    with pytest.raises(NoTaxRate, match="in an unknown place on"):
        nowhere.rates_of(FOOD, "bread")


def test_all_goods_without_a_rate_are_told_at_once_and_once() -> None:
    with pytest.raises(SeveralProblems) as refused:
        situation().rates_of_all([(FOOD, "bread"), (GOODS, "rope"), (FOOD, "salt"), (FOOD, "salt")])
    assert [problem.data["what"] for problem in refused.value.problems] == ["bread", "salt"]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("sw1a 1aa", "SW1A1AA"),
        ("02540-1234", "025401234"),
        ("  ", ""),
        ("１２", ""),
        ("98-004", "98004"),
    ],
)
def test_postal_codes_are_compared_without_blanks_and_dashes(typed: str, key: str) -> None:
    assert postal_key(typed) == key


def test_three_compound_rates_build_on_each_other() -> None:
    rates = (
        TaxRateOf("a", D(10)),
        TaxRateOf("b", D(10), is_compound=True),
        TaxRateOf("c", D(10), is_compound=True),
    )
    assert taxes_on(D(100), rates, included=False) == [D(10), D(11), D("12.1")]
    assert taxes_on(D("133.1"), rates, included=True) == [D(10), D(11), D("12.1")]


DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ((None, None), (DAY, DAY), True),
        ((None, DAY), (DAY, None), True),
        ((None, date(2026, 2, 28)), (DAY, None), False),
        ((DAY, None), (None, date(2026, 2, 28)), False),
    ],
)
def test_times_that_share_a_day_overlap(
    one: tuple[date | None, date | None], other: tuple[date | None, date | None], answer: bool
) -> None:
    assert overlaps(*one, *other) is answer
    assert overlaps(*other, *one) is answer


def test_a_time_ends_after_it_starts_or_on_that_day() -> None:
    assert check_period("It", DAY, DAY) == DAY
    with pytest.raises(EndsBeforeStart) as refused:
        check_period("The rate VAT", DAY, date(2026, 2, 28))
    assert str(refused.value) == (
        "The rate VAT would end on 28 Feb 2026, before it starts on 1 Mar 2026."
    )


def test_a_time_is_read_in_words() -> None:
    assert [period(None, None), period(DAY, None), period(None, DAY), period(DAY, DAY)] == [
        "at any time",
        "from 1 Mar 2026",
        "until 1 Mar 2026",
        "from 1 Mar 2026 to 1 Mar 2026",
    ]
