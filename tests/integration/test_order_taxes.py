"""Why an order bears the taxes it does, in sentences."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.core.countries import UnknownCountry
from app.core.errors import NotFound
from app.core.messages import written_day
from app.database.engine import reading
from app.operations.charges import NewChargeRule, create_charge_rules
from app.operations.orders import NewAddress, change_order
from app.operations.taxes import (
    NewJurisdiction,
    NewTaxRate,
    change_tax_exemption,
    change_tax_rate,
    create_jurisdiction,
    create_tax_exemption,
    create_tax_rate,
    set_customer_tax_class,
)
from app.queries.orders.progress import Said
from app.queries.orders.taxes import OrderTaxes, order_taxes_explained
from app.rules.charges import ChargeMethod
from app.rules.taxes import AccountTaxClass
from tests.conftest import RunAs
from tests.factories.day import Day

D = Decimal


def explained(day: Day, order: int) -> OrderTaxes:
    with reading(day.runner.engine) as session:
        return order_taxes_explained(session, order=order)


def tell(day: Day, sql: str) -> None:
    with day.owner.begin() as connection:
        connection.execute(text(sql))


def words(said: tuple[Said, ...]) -> list[str]:
    return [each.message() for each in said]


def seattle(day: Day) -> None:
    """A city in Washington with a state tax and a compound city tax."""
    day.runner.do(
        create_jurisdiction,
        jurisdiction=NewJurisdiction("SEA", "Seattle", "US", "WA", "98101", "98199"),
    )
    for name, percent, sequence in (("State tax", "6.5", 1), ("City tax", "10", 2)):
        day.runner.do(
            create_tax_rate,
            rate=NewTaxRate(
                "SEA", "STD", name, D(percent), sequence=sequence, is_compound=sequence == 2
            ),
        )


def test_each_rate_says_where_on_what_and_why(day: Day) -> None:
    seattle(day)
    day.runner.do(create_charge_rules, rules=(NewChargeRule("Freight", ChargeMethod.FIXED, D(10)),))
    order = day.draft(
        ("PUMP", 1),
        ("ROPE", 2),
        ship_to=NewAddress(country="US", region="WA", postal_code="98109"),
    )
    found = explained(day, order)
    state, city = found.rates
    assert (state.jurisdiction, state.name, state.percent) == ("Seattle", "State tax", D("6.5"))
    assert (state.lines, state.charges, state.tax_classes) == ((1, 2), ("Freight",), ("STD",))
    assert state.base == city.base
    assert found.tax == state.amount + city.amount
    assert words(state.why) == [
        "The goods go to US WA 98109, and Seattle is the narrowest area with a rate there.",
        "Seattle covers the postal codes 98101 to 98199 in WA, US.",
    ]
    assert words(city.why)[2:] == ["It is taken on the goods and on the taxes before it."]
    assert (found.why, found.untaxed) == ((), ())


def test_an_exemption_is_named_with_its_certificate_and_its_end(day: Day, today: date) -> None:
    customer = day.id_of("customer", "C-1")
    end = today + timedelta(days=30)
    made = day.runner.do(
        create_tax_exemption, customer=customer, certificate="NJ-4711", valid_to=end
    )
    order = day.draft(("PUMP", 1))
    found = explained(day, order)
    assert (found.rates, found.untaxed, found.tax) == ((), (), D(0))
    assert words(found.why) == [
        "No tax is charged: Brightwater Marine is exempt by certificate NJ-4711, "
        f"until {written_day(end)}."
    ]
    day.runner.do(change_tax_exemption, exemption=made.id, valid_to=today - timedelta(days=1))
    assert words(explained(day, order).why)[1:] == [
        f"The certificate NJ-4711 does not count on {written_day(today)} any more; "
        "the order keeps it until "
        "it is changed itself."
    ]


def test_a_certificate_that_came_later_is_said(day: Day, today: date) -> None:
    order = day.draft(("PUMP", 1))
    customer = day.id_of("customer", "C-1")
    day.runner.do(create_tax_exemption, customer=customer, certificate="LATE")
    found = explained(day, order)
    assert found.tax == D("3.19")
    assert words(found.why) == [
        f"The certificate LATE counts on {written_day(today)} now; "
        "the order takes it when it is changed next."
    ]


def test_the_order_date_decides_whether_a_certificate_counts(day: Day, today: date) -> None:
    """An order of its last day stays exempt; moved to the day after it is taxed, and back not."""
    customer = day.id_of("customer", "C-1")
    day.runner.do(create_tax_exemption, customer=customer, certificate="NJ-1", valid_to=today)
    order = day.draft(("PUMP", 1))
    after = today + timedelta(days=1)
    found = []
    for on in (today, after, today):
        day.runner.do(change_order, order=order, order_date=on, requested_date=after)
        found += day.ask("SELECT tax_certificate, tax_amount FROM sales_order")
    assert found == [("NJ-1", D(0)), ("", D("3.19")), ("NJ-1", D(0))]


def test_what_bears_no_tax_says_why(day: Day) -> None:
    tell(day, "UPDATE item SET tax_class_id = NULL WHERE number = 'ROPE'")
    day.runner.do(
        create_charge_rules,
        rules=(NewChargeRule("Deposit", ChargeMethod.FIXED, D(10), is_taxable=False),),
    )
    found = explained(day, day.draft(("PUMP", 1), ("ROPE", 2)))
    assert words(found.untaxed) == [
        "ROPE (line 2) bears no tax: it has no tax class.",
        "Deposit bears no tax: it is not taxable.",
    ]


def test_no_rate_for_an_address_where_that_is_normal_is_said(day: Day) -> None:
    tell(day, "UPDATE company SET untaxed_is_normal = true")
    order = day.draft(("PUMP", 1), ship_to=NewAddress(country="DE", postal_code="20095"))
    found = explained(day, order)
    assert found.rates == ()
    assert words(found.untaxed) == [
        "PUMP (line 1) bears no tax: there is no rate for class STD in DE 20095, and the "
        "company lets such goods go untaxed."
    ]
    day.runner.do(create_jurisdiction, jurisdiction=NewJurisdiction("DE", "Germany", "DE"))
    day.runner.do(create_tax_rate, rate=NewTaxRate("DE", "STD", "VAT", D(19)))
    assert words(explained(day, order).untaxed) == [
        "PUMP (line 1) bears no tax: there was no rate for class STD in DE 20095 when the order "
        "was reckoned. There is one now; it counts when the order is changed next."
    ]


def test_a_rate_for_a_class_of_accounts_and_one_that_changed_since_are_said(day: Day) -> None:
    wholesale = AccountTaxClass.WHOLESALE
    customer = day.id_of("customer", "C-1")
    day.runner.do(set_customer_tax_class, customer=customer, account_tax_class=wholesale)
    made = day.runner.do(
        create_tax_rate, rate=NewTaxRate("US", "STD", "Trade tax", D(2), wholesale)
    )
    order = day.draft(("PUMP", 1))
    (rate,) = explained(day, order).rates
    assert words(rate.why)[1:] == [
        "United States covers all of US.",
        "It is the rate for wholesale accounts, and Brightwater Marine is one.",
    ]
    day.runner.do(change_tax_rate, rate=made.id, percent=D(3))
    (rate,) = explained(day, order).rates
    assert (rate.percent, words(rate.why)[2:]) == (
        D(2),
        [
            "This rate has been changed or ended since; the order keeps it until it is changed "
            "itself."
        ],
    )


@pytest.mark.parametrize("login", ["anna", "fritz", "karl"])
def test_everybody_may_ask_why_an_order_bears_its_taxes(
    day: Day, run_as: RunAs, login: str
) -> None:
    order = day.draft(("PUMP", 1))
    with reading(run_as(login).engine) as session:
        assert order_taxes_explained(session, order=order).tax == D("3.19")


def test_an_order_nobody_has_is_not_found(day: Day) -> None:
    with pytest.raises(NotFound):
        explained(day, 999)


def test_a_country_written_out_bears_its_taxes_and_one_nobody_knows_is_refused(day: Day) -> None:
    tell(day, "UPDATE company SET untaxed_is_normal = true")
    day.runner.do(create_jurisdiction, jurisdiction=NewJurisdiction("DE", "Germany", "DE"))
    day.runner.do(create_tax_rate, rate=NewTaxRate("DE", "STD", "VAT", D(19)))
    entered = day.draft(("PUMP", 1), ship_to=NewAddress(city="Kiel", country="Germany"))
    changed = day.draft(("PUMP", 1))
    day.runner.do(change_order, order=changed, ship_to=NewAddress(country="germany"))
    for order in (entered, changed):
        kept = day.one("SELECT ship_to->>'country' FROM sales_order WHERE id = :id", id=order)
        assert (kept, explained(day, order).tax) == ("DE", D("7.58"))
    nowhere = NewAddress(country="Untied States")
    for attempt in (
        lambda: day.draft(("PUMP", 1), ship_to=nowhere),
        lambda: day.runner.do(change_order, order=changed, ship_to=nowhere),
    ):
        with pytest.raises(UnknownCountry, match="Untied States"):
            attempt()
