"""What the company is set to, and what other currencies are worth to it."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.core.errors import NotPermitted, SeveralProblems
from app.core.money import CurrencyNotUsed, UnknownCurrency
from app.database.engine import reading
from app.operations.company import NewExchangeRate, Settings, set_company, set_exchange_rates
from app.operations.pricing import NewAgreement, create_agreements
from app.operations.refusals import NotGranted
from app.queries.company import company, exchange_rates
from app.queries.pricing import price
from app.rules.billing import TaxRounding
from app.rules.pricing.agreements import DiscountRule, EffectKind
from tests.conftest import RunAs
from tests.factories.day import Day

D = Decimal
MARCH = date(2026, 3, 16)

OTHERWISE: dict[str, Any] = {
    "name": "Harbour & Sons",
    "country": "CA",
    "currency": "USD",
    "time_zone": "America/Halifax",
    "gs1_company_prefix": "0614141",
    "address": "2 Quay Street",
    "phone": "+1 902 555",
    "email": "desk@example.com",
    "tax_number": "CA 1",
    "locale": "en_CA",
    "paper": "Letter",
    "scan_prefix": "HS",
    "tax_rounding": TaxRounding.DOCUMENT,
    "prices_include_tax": True,
    "untaxed_is_normal": True,
    "item_floor": False,
    "discount_rule": DiscountRule.COMBINE,
    "finish_packs": False,
}


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_the_administrator_sets_each_setting(day: Day, run_as: RunAs, setting: str) -> None:
    adam = run_as("adam")
    adam.do(set_company, settings=Settings(**{setting: OTHERWISE[setting]}))
    with reading(adam.engine) as session:
        assert getattr(company(session), setting) == OTHERWISE[setting]


def told(day: Day, item: str = "PUMP", quantity: int = 1, **more: Any) -> Any:
    with reading(day.runner.engine) as session:
        return price(
            session, item=day.item(item), quantity=D(quantity), customer=1, date=MARCH, **more
        )


def test_another_rule_for_discounts_is_another_price_at_once(day: Day, run_as: RunAs) -> None:
    """10 % for the customer and 5 % for everybody: the first, the largest, or both."""
    day.runner.do(
        create_agreements,
        agreements=(
            NewAgreement(EffectKind.PERCENT, D(5), customer=1),
            NewAgreement(EffectKind.PERCENT, D(10)),
        ),
    )
    assert told(day).net_price == D("37.905")
    run_as("adam").do(set_company, settings=Settings(discount_rule=DiscountRule.LARGEST))
    assert told(day).net_price == D("35.91")
    run_as("adam").do(set_company, settings=Settings(discount_rule=DiscountRule.COMBINE))
    assert told(day).net_price == D("34.1145")


def rates(day: Day, currency: str = "") -> list[tuple[str, date, Decimal]]:
    with reading(day.runner.engine) as session:
        return [
            (each.currency, each.valid_from, each.rate)
            for each in exchange_rates(session, currency=currency)
        ]


def test_a_currency_with_a_rate_can_be_agreed_on_asked_for_and_ordered_in(
    day: Day, run_as: RunAs
) -> None:
    with pytest.raises(CurrencyNotUsed) as refused:
        told(day, currency="EUR")
    assert str(refused.value) == (
        "The company does not use EUR. Enter an exchange rate for it first, or use one of: USD."
    )
    run_as("karl").do(
        set_exchange_rates,
        rates=(
            NewExchangeRate("EUR", D("1.08"), date(2026, 1, 1)),
            NewExchangeRate("eur", D("1.1"), date(2026, 3, 1)),
        ),
    )
    assert rates(day, "eur") == [
        ("EUR", date(2026, 3, 1), D("1.1")),
        ("EUR", date(2026, 1, 1), D("1.08")),
    ]
    none_yet = told(day, currency="EUR")
    assert (none_yet.price, none_yet.source) == (None, "none")
    day.runner.do(
        create_agreements,
        agreements=(NewAgreement(EffectKind.PRICE, D(36), item=day.item("PUMP"), currency="EUR"),),
    )
    assert (told(day, currency="EUR").price, told(day).price) == (D(36), D("39.90"))
    with day.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE customer SET currency = 'EUR' WHERE id = 1")
    order = day.draft(("PUMP", 2), order_date=date(2026, 2, 28))
    assert day.ask(
        "SELECT currency, exchange_rate, goods_amount FROM sales_order WHERE id = :id", id=order
    ) == [("EUR", D("1.08"), D("72"))]


def test_a_rate_given_again_for_its_day_replaces_it(day: Day) -> None:
    first = NewExchangeRate("EUR", D("1.08"), date(2026, 1, 1))
    day.runner.do(set_exchange_rates, rates=(first,))
    day.runner.do(set_exchange_rates, rates=(NewExchangeRate("EUR", D("1.09"), date(2026, 1, 1)),))
    assert rates(day) == [("EUR", date(2026, 1, 1), D("1.09"))]


def test_rates_that_cannot_be_are_told_all_at_once_and_none_is_written(day: Day) -> None:
    with pytest.raises(SeveralProblems) as refused:
        day.runner.do(
            set_exchange_rates,
            rates=(
                NewExchangeRate("EUR", D("1.08"), MARCH),
                NewExchangeRate("EUR", D("1.09"), MARCH),
                NewExchangeRate("ZZZ", D(1), MARCH),
                NewExchangeRate("USD", D(1), MARCH),
                NewExchangeRate("JPY", D(0), MARCH),
                NewExchangeRate("CHF", D("-1"), MARCH),
                NewExchangeRate("BHD", D("NaN"), MARCH),
            ),
        )
    assert [each.name for each in refused.value.problems] == [
        "RateTwice",
        "UnknownCurrency",
        "OwnCurrency",
        "NumberOutOfRange",
        "NumberOutOfRange",
        "NumberOutOfRange",
    ]
    assert rates(day) == []


def test_who_does_not_account_sets_no_rate(run_as: RunAs, day: Day) -> None:
    for login in ("anna", "fritz", "paula"):
        with pytest.raises(NotPermitted):
            run_as(login).do(set_exchange_rates, rates=(NewExchangeRate("EUR", D(1)),))
    assert rates(day) == []


def test_a_price_is_asked_for_in_a_currency_there_is(day: Day) -> None:
    with pytest.raises(UnknownCurrency):
        told(day, currency="ZZZ")
    assert told(day, currency=" usd ").price == D("39.90")


def test_what_the_database_does_not_grant_says_so_in_a_sentence() -> None:
    refused = NotGranted(reason="permission denied for table company")
    assert isinstance(refused, NotPermitted)
    assert str(refused) == (
        "Your login has no right to do this (permission denied for table company). "
        "Nothing was changed; ask a colleague with the role for it, "
        "or an administrator to grant it."
    )
