"""`show totals`: any basket put to the engine, answered to the last cent, nothing stored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.core.errors import BusinessError, SeveralProblems
from app.database.engine import reading
from app.operations.charges import NewChargeRule, create_charge_rules
from app.operations.run import arguments_model
from app.queries.references import resolve
from app.queries.totals import BasketTotals, totals
from app.rules.charges import ChargeBilling, ChargeMethod
from app.rules.orders import DeliveryKind
from bench.counting import wire
from tests.factories.day import Day

D = Decimal


def ask(day: Day, **basket: Any) -> BasketTotals:
    """The basket as JSON, the way it comes from outside."""
    with reading(day.runner.engine) as session:
        given = arguments_model(totals).model_validate(
            basket, context={"resolve": lambda kind, text: resolve(session, kind, text)}
        )
        return totals(session, **{name: getattr(given, name) for name in type(given).model_fields})


def test_a_basket_of_prices_is_answered_in_full_and_nothing_is_stored(day: Day) -> None:
    state, city = {"name": "State", "percent": "5"}, {"name": "City", "percent": "10"}
    answer = ask(
        day,
        lines=[
            {"quantity": "3", "price": "33.33", "percents_off": ["10", "5"], "rates": [state]},
            {
                "quantity": "1",
                "price": "50",
                "amounts_off": ["0.50"],
                "rates": [state, city | {"is_compound": True}],
            },
        ],
        charges=[{"amount": "10", "description": "Freight"}],
        discount_percent="10",
    )
    assert [(each.amount, each.discount, each.charges) for each in answer.lines] == [
        (D("85.49"), D("8.55"), D("6.33")),
        (D("49.50"), D("4.95"), D("3.67")),
    ]
    assert [(each.name, each.amount) for each in answer.lines[1].taxes] == [
        ("State", D("2.23")),
        ("City", D("4.68")),
    ]
    assert [(each.name, each.base, each.amount) for each in answer.taxes] == [
        ("State", D("131.49"), D("6.58")),
        ("City", D("48.22"), D("5.07")),
    ]
    assert (answer.goods, answer.discount, answer.charges) == (D("121.49"), D("13.50"), D("10.00"))
    assert (answer.tax, answer.total, answer.net) == (D("11.65"), D("143.14"), D("131.49"))
    assert day.one("SELECT count(*) FROM sales_order") == 0
    assert day.one("SELECT count(*) FROM command") == 0


def test_items_are_priced_and_taxed_where_they_go(day: Day) -> None:
    answer = ask(day, customer="C-1", lines=[{"item": "PUMP", "quantity": "2"}], on="2026-03-01")
    assert [(each.item, each.price, each.price_source) for each in answer.lines] == [
        ("PUMP", D("39.90"), "list")
    ]
    assert [(each.jurisdiction, each.name, each.amount) for each in answer.taxes] == [
        ("United States", "Sales tax", D("6.38"))
    ]
    assert (answer.currency, answer.on, answer.ship_to) == ("USD", date(2026, 3, 1), "US 02540")
    assert answer.total == D("86.18")


def test_a_unit_counts_its_base_units_and_a_price_is_per_that_unit(day: Day) -> None:
    answer = ask(day, lines=[{"item": "PUMP", "quantity": "2", "unit": "case", "price": "200"}])
    assert answer.lines[0].amount == D(400)
    found = ask(day, lines=[{"item": "PUMP", "quantity": "2", "unit": "case"}])
    assert found.lines[0].amount == D("478.80")


@pytest.mark.parametrize(
    ("currency", "amount", "tax"),
    [("JPY", "17", "1"), ("USD", "16.67", "1.33"), ("BHD", "16.665", "1.333")],
)
def test_every_currency_has_its_own_decimals(
    day: Day, currency: str, amount: str, tax: str
) -> None:
    answer = ask(
        day,
        currency=currency,
        lines=[{"quantity": "3", "price": "5.555", "tax_class": "STD"}],
    )
    assert (answer.lines[0].amount, answer.tax) == (D(amount), D(tax))


@pytest.mark.parametrize(
    ("gross", "percent", "tax", "net"),
    [
        ("10.00", "19", "1.60", "8.40"),
        ("0.01", "20", "0.00", "0.01"),
        ("99.99", "7", "6.54", "93.45"),
    ],
)
def test_an_included_tax_without_an_exact_inverse_still_sums(
    day: Day, gross: str, percent: str, tax: str, net: str
) -> None:
    answer = ask(
        day,
        prices_include_tax=True,
        lines=[{"quantity": 1, "price": gross, "rates": [{"name": "VAT", "percent": percent}]}],
    )
    assert (answer.total, answer.tax, answer.net) == (D(gross), D(tax), D(net))
    assert answer.taxes[0].base == D(net)


def test_what_cannot_be_is_refused_all_at_once(day: Day) -> None:
    with pytest.raises(SeveralProblems) as refused:
        ask(
            day,
            lines=[
                {"quantity": "-1", "price": "1"},
                {"quantity": "1", "price": "1", "rates": [{"name": "VAT", "percent": "101"}]},
                {"quantity": "1", "price": "-2"},
            ],
            charges=[{"amount": "-3", "line": 9}],
            discount_percent="100.5",
        )
    assert str(refused.value).splitlines() == [
        "The quantity of line 1 must be from 0 to 999999999999.9999, not -1.",
        "The rate of VAT on line 2 must be from 0 to 100, not 101.",
        "The price of line 3 must be from 0 to 999999999999.999999, not -2.",
        "The charge Charge must be from 0 to 99999999999999.9999, not -3.",
        "There is no line 9. Check the number, or search with Ctrl+K.",
        "The order discount must be from 0 to 100, not 100.5.",
    ]


@pytest.mark.parametrize(
    ("basket", "sentence"),
    [
        ({"lines": [{"quantity": 1}]}, "Line 1 has no price in USD."),
        ({"lines": [{"quantity": 1, "item": "FREE"}]}, "Line 1 has no price in USD."),
        ({"lines": [{"quantity": 1, "price": 1, "unit": "box"}]}, "Line 1: it has no unit box."),
        ({"lines": [{"quantity": 1, "price": 1, "tax_class": "X"}]}, "There is no tax class X."),
        ({"lines": [], "currency": "ZZZ"}, "ZZZ is not an ISO 4217 currency code."),
        ({"lines": [], "delivery_mode": "'; DROP TABLE item"}, "There is no delivery mode '; DROP"),
        (
            {
                "lines": [{"quantity": 1, "price": 1, "tax_class": "STD"}],
                "ship_to": {"country": "DE"},
                "on": "2026-01-01",
            },
            "There is no tax rate for line 1 (class STD) in DE on 1 Jan 2026.",
        ),
        (
            {"lines": [], "ship_to": {"country": "Atlantis"}},
            "Atlantis is not a country. Use its two-letter ISO 3166 code, such as DE.",
        ),
        ({"lines": [], "exemptions": [{"certificate": " "}]}, "The certificate is empty."),
        (
            {
                "lines": [],
                "exemptions": [
                    {"certificate": "X", "valid_from": "2026-02-01", "valid_to": "2026-01-31"}
                ],
            },
            "The exemption X would end on 31 Jan 2026, before it starts on 1 Feb 2026.",
        ),
        (
            {"lines": [{"quantity": "999999999999", "price": "999999999999"}]},
            "The amount of line 1 must be from 0 to",
        ),
    ],
)
def test_bad_input_is_a_sentence(day: Day, basket: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BusinessError) as refused:
        ask(day, **basket)
    assert str(refused.value).startswith(sentence)


def test_the_kind_of_buyer_may_be_given(day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO tax_rate (jurisdiction_id, tax_class_id, name, percent,
                                      account_tax_class)
                VALUES (1, 1, 'Wholesale tax', 2, 'wholesale');
                UPDATE customer SET account_tax_class = 'wholesale' WHERE number = 'C-2'""")
        )
    lines = [{"quantity": 1, "price": 100, "tax_class": "STD"}]
    assert ask(day, lines=lines).tax == 8
    assert ask(day, lines=lines, account_tax_class="wholesale").tax == 2
    assert ask(day, lines=lines, customer="C-2").tax == 2
    assert ask(day, lines=lines, customer="C-2", account_tax_class="retail").tax == 8


def test_exemptions_may_be_given_with_their_days(day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text("INSERT INTO tax_exemption (customer_id, certificate) VALUES (1, 'OWN')")
        )
    lines = [{"quantity": 1, "price": 100, "tax_class": "STD"}]
    until = {"certificate": "GIVEN", "valid_from": "2026-03-01", "valid_to": "2026-03-31"}
    for on, certificate in (
        ("2026-02-28", None),
        ("2026-03-01", "GIVEN"),
        ("2026-03-31", "GIVEN"),
        ("2026-04-01", None),
    ):
        answer = ask(day, lines=lines, customer="C-1", on=on, exemptions=[until])
        assert (answer.certificate, answer.tax) == (certificate, D(0) if certificate else D(8))
    assert ask(day, lines=lines, customer="C-1").certificate == "OWN"
    assert ask(day, lines=lines, customer="C-1", exemptions=[]).tax == 8
    own = [{"quantity": 1, "price": 100, "rates": [{"name": "VAT", "percent": 20}]}]
    assert ask(day, lines=own, exemptions=[until], on="2026-03-15").tax == 20


def test_a_country_may_be_written_out(day: Day) -> None:
    lines = [{"quantity": 1, "price": 100, "tax_class": "STD"}]
    answer = ask(day, lines=lines, ship_to={"country": "United States", "region": "MA"})
    assert (answer.ship_to, answer.tax) == ("US MA", D(8))


def test_an_empty_basket_comes_to_nothing(day: Day) -> None:
    answer = ask(day, lines=[])
    assert (answer.lines, answer.total) == ((), D(0))
    charged = ask(day, lines=[], charges=[{"amount": "5"}])
    assert (charged.charges, charged.tax, charged.total) == (D(5), D(0), D(5))


def test_per_line_and_per_document_differ_where_they_must(day: Day) -> None:
    lines = [{"quantity": 1, "price": "0.30", "rates": [{"name": "T", "percent": 5}]}] * 3
    per_line = ask(day, lines=lines, rounding="line")
    per_document = ask(day, lines=lines, rounding="document")
    assert (per_line.tax, per_document.tax) == (D("0.06"), D("0.05"))
    assert [each.taxes[0].amount for each in per_document.lines] == [
        D("0.02"),
        D("0.01"),
        D("0.02"),
    ]


def test_the_setting_lets_untaxed_be_normal(day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET untaxed_is_normal = true"))
    answer = ask(
        day,
        lines=[{"quantity": 1, "price": 1, "tax_class": "STD"}],
        ship_to={"country": "DE"},
    )
    assert (answer.taxes, answer.total) == ((), D(1))


@pytest.mark.parametrize(
    "naughty",
    [
        "\0",
        "'; DROP TABLE tax_rate; --",
        "\u202eright to left",
        "Ω≈ç√∫˜µ≤≥÷",
        "💥" * 50,
        "NULL",
        "\ufeff",
    ],
)
def test_strings_that_break_programs_break_nothing_here(day: Day, naughty: str) -> None:
    line = {"quantity": 1, "price": 1, "description": naughty, "tax_class": "STD"}
    answer = ask(
        day,
        lines=[line],
        charges=[{"amount": 1, "description": naughty}],
        ship_to={"country": "US", "region": naughty, "postal_code": naughty},
    )
    assert (answer.lines[0].item, answer.total) == (naughty, D("2.16"))
    for wrong in (
        {"delivery_mode": naughty},
        {"currency": naughty},
        {"lines": [line | {"tax_class": naughty}]},
    ):
        with pytest.raises(BusinessError):
            ask(day, **({"lines": [line]} | wrong))
    assert day.one("SELECT count(*) FROM tax_rate") == 1


def test_rules_add_the_charges_that_fit(day: Day) -> None:
    freight = NewChargeRule(
        "Freight", ChargeMethod.FIXED, D("9"), delivery_kind=DeliveryKind.CARRIER
    )
    handling = NewChargeRule(
        "Handling",
        ChargeMethod.PER_QUANTITY,
        D("0.5"),
        code="HANDLING",
        billing=ChargeBilling.PER_SHIPMENT,
    )
    day.runner.do(create_charge_rules, rules=(freight, handling))
    basket: dict[str, Any] = {"customer": "C-1", "lines": [{"item": "PUMP", "quantity": 2}]}
    answer = ask(day, **basket)
    assert [
        (each.description, each.source, each.amount, each.shares) for each in answer.charge_rows
    ] == [("Freight", "automatic", D(9), ((1, D(9)),))]
    assert [(each.description, each.rate) for each in answer.per_shipment] == [
        ("Handling", D("0.5"))
    ]
    assert ask(day, **basket, with_rules=False).charges == D(0)
    assert ask(day, **basket, delivery_mode="TRUCK").charges == D(0)
    typed = ask(day, **basket, charges=[{"amount": 4, "description": "Courier"}])
    assert [each.description for each in typed.charge_rows] == ["Courier"]


BRACKETS = [{"from_amount": "0", "amount": "9.90"}, {"from_amount": "90", "amount": "4.90"}]


@pytest.mark.parametrize(
    ("charge", "amount", "shares"),
    [
        ({"amount": "10"}, "10", ["3.33", "6.67"]),
        ({"method": "per_quantity", "rate": "0.25"}, "3.50", ["1.17", "2.33"]),
        ({"method": "per_quantity", "rate": "0.25", "line": 1}, "3.00", ["3.00", "0"]),
        ({"method": "percent", "rate": "2.5"}, "2.25", ["0.75", "1.50"]),
        ({"method": "percent", "rate": "2.5", "line": 2}, "1.50", ["0", "1.50"]),
        ({"method": "bracket", "brackets": BRACKETS}, "4.90", ["1.63", "3.27"]),
        ({"method": "bracket", "brackets": BRACKETS[:1]}, "9.90", ["3.30", "6.60"]),
    ],
)
def test_a_charge_is_given_by_every_method(
    day: Day, charge: dict[str, Any], amount: str, shares: list[str]
) -> None:
    """Two cases of six at 16.666… and two pieces at 33.33…: 30 and 60 after a tenth off."""
    answer = ask(
        day,
        lines=[
            {"item": "PUMP", "unit": "case", "quantity": 2, "price": "16.6666", "tax_class": "STD"},
            {"quantity": 2, "price": "33.3333"},
        ],
        discount_percent="10",
        charges=[charge],
    )
    assert [line.net for line in answer.lines] == [D(30), D(60)]
    assert answer.charges == D(amount)
    assert [line.charges for line in answer.lines] == [D(share) for share in shares]
    assert answer.taxes[0].base == D(30) + D(shares[0])


@pytest.mark.parametrize(
    ("charge", "sentence"),
    [
        ({}, "The charge Charge needs an amount and nothing else to reckon it by."),
        ({"method": "percent"}, "The charge Charge needs a rate and nothing else to reckon it by."),
        (
            {"method": "bracket", "rate": "1"},
            "The charge Charge needs brackets and nothing else to reckon it by.",
        ),
        (
            {"amount": "1", "rate": "1"},
            "The charge Charge needs an amount and nothing else to reckon it by.",
        ),
        (
            {"method": "percent", "rate": "101"},
            "The rate of the charge Charge must be from 0 to 100, not 101.",
        ),
    ],
)
def test_a_charge_that_says_too_little_or_too_much_is_refused(
    day: Day, charge: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BusinessError) as refused:
        ask(day, lines=[{"quantity": 1, "price": 1}], charges=[charge])
    assert str(refused.value) == sentence


def test_a_basket_comes_to_what_the_order_comes_to(day: Day) -> None:
    day.runner.do(
        create_charge_rules, rules=(NewChargeRule("Freight", ChargeMethod.PERCENT, D("3.3")),)
    )
    order = day.draft(("PUMP", 3), ("ROPE", "10.55"))
    stored = day.ask(
        "SELECT goods_amount, charges_amount, tax_amount, total_amount FROM sales_order"
        " WHERE id = :id",
        id=order,
    )[0]
    answer = ask(
        day,
        customer="C-1",
        lines=[{"item": "PUMP", "quantity": 3}, {"item": "ROPE", "quantity": "10.55"}],
    )
    assert (answer.goods, answer.charges, answer.tax, answer.total) == tuple(stored)


def test_a_basket_of_any_size_takes_six_statements(day: Day) -> None:
    def sent(lines: int) -> int:
        with wire(day.runner.engine) as counted:
            ask(day, customer="C-1", lines=[{"item": day.item("PUMP"), "quantity": 1}] * lines)
        return counted.statements

    assert sent(1) == sent(100) <= 6
