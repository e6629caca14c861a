"""Taxes by jurisdiction, dated, with exemptions: on orders, in the database, for each role."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.errors import BusinessError, NotPermitted, SeveralProblems
from app.core.messages import written_day
from app.database.engine import reading
from app.documents.invoice import InvoiceData, render_invoice
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order
from app.operations.orders import NewAddress, NewLine, add_lines, change_order, enter_order
from app.operations.picking import pick_order
from app.operations.refusals import refusal
from app.operations.taxes import (
    NewJurisdiction,
    NewTaxRate,
    change_jurisdiction,
    change_tax_exemption,
    change_tax_rate,
    create_jurisdiction,
    create_tax_class,
    create_tax_exemption,
    create_tax_rate,
    create_tax_rates,
    renew_tax_rate,
    set_customer_tax_class,
)
from app.queries.billing import invoice
from app.queries.orders.document import order_document
from app.queries.paper import paper
from app.queries.taxes import tax_exemptions, tax_rates
from app.rules.printing import DocumentKind
from app.rules.taxes import AccountTaxClass, NoTaxRate
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.shipping import pack
from tests.factories.terminal import answer, claim
from tests.unit.documents.reading import pages_as_words

D = Decimal
RETAIL, WHOLESALE = AccountTaxClass.RETAIL, AccountTaxClass.WHOLESALE


def place(day: Day, code: str, **more: Any) -> None:
    """A jurisdiction of the United States."""
    day.runner.do(
        create_jurisdiction,
        jurisdiction=NewJurisdiction(code, f"Place {code}", more.pop("country", "US"), **more),
    )


def rate(day: Day, jurisdiction: str, name: str, percent: str, **more: Any) -> int:
    """A rate for standard goods; its id."""
    made = NewTaxRate(jurisdiction, "STD", name, D(percent), **more)
    return day.runner.do(create_tax_rate, rate=made).id


def order_to(day: Day, on: date | None = None, customer: str = "C-1", **address: str) -> int:
    """A draft of one PUMP (39.90) to that address in the United States."""
    return day.draft(
        ("PUMP", 1),
        customer=customer,
        order_date=on,
        ship_to=NewAddress(country=address.pop("country", "US"), **address),
    )


def taxes(day: Day, order: int) -> list[tuple[str, str, Decimal]]:
    """Jurisdiction, name and amount of the order's tax rows."""
    return [
        tuple(row)
        for row in day.ask(
            "SELECT jurisdiction, name, amount FROM order_tax WHERE order_id = :id ORDER BY id",
            id=order,
        )
    ]


COUNTRY = [("United States", "Sales tax", D("3.19"))]


def test_the_ship_to_decides_and_the_most_specific_place_with_a_rate_wins(day: Day) -> None:
    place(day, "US-WA", region="WA")
    rate(day, "US-WA", "State tax", "6.5")
    place(day, "SEATTLE", region="WA", postal_from="98101", postal_to="98199")
    rate(day, "SEATTLE", "State tax", "6.5")
    rate(day, "SEATTLE", "City tax", "10", sequence=2, is_compound=True)
    assert taxes(day, order_to(day, region="OR")) == COUNTRY
    assert taxes(day, order_to(day, region=" wa ")) == [("Place US-WA", "State tax", D("2.59"))]
    seattle = order_to(day, region="WA", postal_code="98109-0001")
    assert taxes(day, seattle) == [
        ("Place SEATTLE", "State tax", D("2.59")),
        ("Place SEATTLE", "City tax", D("4.25")),
    ]
    stored = day.ask(
        "SELECT sequence, is_compound, base, jurisdiction_id IS NOT NULL FROM order_tax"
        " WHERE order_id = :id ORDER BY id",
        id=seattle,
    )
    assert stored == [(1, False, D("39.90"), True), (2, True, D("39.90"), True)]


@pytest.mark.parametrize(
    ("code", "is_inside"),
    [
        ("02499", False),
        ("02500", True),
        ("02540-1234", True),
        ("02599", True),
        ("02599-9999", True),
        ("02600", False),
        ("025", False),
        ("", False),
    ],
)
def test_a_range_of_postal_codes_has_both_its_ends(day: Day, code: str, is_inside: bool) -> None:
    place(day, "CAPE", postal_from="02500", postal_to="02599")
    rate(day, "CAPE", "Cape tax", "1")
    found = taxes(day, order_to(day, postal_code=code))
    assert found == ([("Place CAPE", "Cape tax", D("0.40"))] if is_inside else COUNTRY)


def test_letters_in_postal_codes_are_a_range_too(day: Day) -> None:
    place(day, "LONDON", country="GB", postal_from="SW1A", postal_to="SW1Y")
    rate(day, "LONDON", "VAT", "20")
    inside = order_to(day, country="gb", postal_code="sw1a 1aa")
    assert taxes(day, inside) == [("Place LONDON", "VAT", D("7.98"))]
    with pytest.raises(NoTaxRate) as refused:
        order_to(day, country="GB", postal_code="N1 9GU")
    assert "in GB N19GU on" in str(refused.value)


def test_an_address_without_a_country_is_at_home(day: Day) -> None:
    assert taxes(day, order_to(day, country="")) == COUNTRY


def test_a_rate_changes_at_midnight_of_its_day(day: Day) -> None:
    old = day.one("SELECT id FROM tax_rate")
    day.runner.do(change_tax_rate, rate=old, valid_to=date(2026, 6, 30))
    rate(day, "US", "Sales tax", "10", valid_from=date(2026, 7, 1))
    last, first = order_to(day, date(2026, 6, 30)), order_to(day, date(2026, 7, 1))
    assert [amount for *_, amount in taxes(day, last)] == [D("3.19")]
    assert [amount for *_, amount in taxes(day, first)] == [D("3.99")]
    day.runner.do(change_order, order=last, requested_date=date(2026, 7, 1))
    day.runner.do(change_order, order=last, order_date=date(2026, 7, 1))
    assert [amount for *_, amount in taxes(day, last)] == [D("3.99")]


def test_a_rate_is_renewed_from_a_day_in_one_step(day: Day, run_as: RunAs, today: date) -> None:
    old = int(day.one("SELECT id FROM tax_rate"))
    with pytest.raises(NotPermitted):
        run_as("anna").do(renew_tax_rate, rate=old, percent=D(9), valid_from=today)
    order = order_to(day, on=today - timedelta(days=1))
    made = run_as("karl").do(renew_tax_rate, rate=old, percent=D(9), valid_from=today)
    assert taxes(day, order) == COUNTRY
    assert taxes(day, order_to(day, on=today - timedelta(days=1))) == COUNTRY
    assert taxes(day, order_to(day)) == [("United States", "Sales tax", D("3.59"))]
    kept = day.ask("SELECT percent, valid_from, valid_to FROM tax_rate ORDER BY id")
    assert kept == [(D(8), None, today - timedelta(days=1)), (D(9), today, None)]
    for wrong, sentence in (
        ({"percent": D(101)}, "The percent must be from 0 to 100, not 101."),
        ({"valid_from": today}, f"before it starts on {written_day(today)}."),
        ({"rate": 999}, "There is no tax rate 999."),
    ):
        given: dict[str, Any] = {
            "rate": made.id,
            "percent": D(10),
            "valid_from": today + timedelta(days=2),
        }
        with pytest.raises(BusinessError, match=re.escape(sentence)):
            day.runner.do(renew_tax_rate, **(given | wrong))
    assert day.ask("SELECT percent, valid_from, valid_to FROM tax_rate ORDER BY id") == kept


def test_a_renewed_rate_meets_what_comes_after_it(day: Day, today: date) -> None:
    old = int(day.one("SELECT id FROM tax_rate"))
    soon, later = today + timedelta(days=10), today + timedelta(days=20)
    day.runner.do(change_tax_rate, rate=old, valid_to=later - timedelta(days=1))
    rate(day, "US", "Sales tax", "11", valid_from=later)
    day.runner.do(renew_tax_rate, rate=old, percent=D(9), valid_from=soon)
    assert day.ask("SELECT percent, valid_to FROM tax_rate ORDER BY valid_from NULLS FIRST") == [
        (D(8), soon - timedelta(days=1)),
        (D(9), later - timedelta(days=1)),
        (D(11), None),
    ]
    with pytest.raises(BusinessError, match="has a rate for class STD"):
        day.runner.do(renew_tax_rate, rate=old, percent=D(9), valid_from=later)


def test_another_ship_to_is_taxed_anew(day: Day) -> None:
    place(day, "US-WA", region="WA")
    rate(day, "US-WA", "State tax", "6.5")
    order = order_to(day, region="OR")
    changed = day.runner.do(
        change_order, order=order, ship_to=NewAddress(region="WA", country="US")
    )
    assert taxes(day, order) == [("Place US-WA", "State tax", D("2.59"))]
    assert changed.total == D("42.49")


def test_accounts_of_a_class_pay_their_own_rate(day: Day) -> None:
    rate(day, "US", "Sales tax", "5", account_tax_class=RETAIL)
    day.runner.do(
        set_customer_tax_class, customer=day.id_of("customer", "C-1"), account_tax_class=RETAIL
    )
    assert taxes(day, order_to(day)) == [("United States", "Sales tax", D("2.00"))]
    assert taxes(day, order_to(day, customer="C-2")) == COUNTRY


def test_a_country_that_taxes_nobody_has_a_rate_of_nothing(day: Day) -> None:
    place(day, "DE", country="Germany")
    rate(day, "DE", "Export", "0")
    order = order_to(day, country="DE")
    assert taxes(day, order) == [("Place DE", "Export", D(0))]


def test_no_rate_for_the_day_is_refused_for_all_lines_at_once(day: Day) -> None:
    day.runner.do(change_tax_rate, rate=day.one("SELECT id FROM tax_rate"), valid_to=date.min)
    with pytest.raises(SeveralProblems) as refused:
        day.draft(("PUMP", 1), ("ROPE", 2))
    assert [problem.data["what"] for problem in refused.value.problems] == ["PUMP", "ROPE"]
    assert day.one("SELECT count(*) FROM sales_order") == 0


@pytest.mark.parametrize(("days", "is_exempt"), [(-1, False), (0, True), (1, True)])
def test_a_certificate_counts_through_its_last_day(day: Day, days: int, is_exempt: bool) -> None:
    customer = day.id_of("customer", "C-1")
    today = day.one("SELECT current_date")
    day.runner.do(
        create_tax_exemption,
        customer=customer,
        certificate="NJ-4711",
        valid_to=today + timedelta(days=days),
    )
    order = order_to(day)
    assert taxes(day, order) == ([] if is_exempt else COUNTRY)
    kept = day.one("SELECT tax_certificate FROM sales_order WHERE id = :id", id=order)
    assert kept == ("NJ-4711" if is_exempt else "")
    assert taxes(day, order_to(day, customer="C-2")) == COUNTRY


def test_an_exempt_order_needs_no_rate_and_an_ended_exemption_is_felt_at_the_next_change(
    day: Day,
) -> None:
    customer = day.id_of("customer", "C-1")
    made = day.runner.do(create_tax_exemption, customer=customer, certificate="X-1")
    order = order_to(day, country="DE")
    assert taxes(day, order) == []
    day.runner.do(change_order, order=order, ship_to=NewAddress(country="US"))
    day.runner.do(change_tax_exemption, exemption=made.id, valid_to=date(2020, 1, 1))
    day.runner.do(add_lines, order=order, lines=(NewLine(day.item("ROPE"), D(1)),))
    assert [amount for *_, amount in taxes(day, order)] == [D("3.19"), D("0.17")]


def test_two_rates_for_one_place_and_day_are_refused_with_a_sentence(day: Day) -> None:
    for more in ({"sequence": 1}, {"sequence": 2}):
        with pytest.raises(BusinessError) as refused:
            rate(day, "US", "SALES TAX", "9", valid_from=date(2026, 1, 1), **more)
        assert str(refused.value) == (
            "US has a rate for class STD (all accounts) already: Sales tax 8 %, at any time. "
            "End that one first; or, when both are to be taken, give this one another name "
            "and sequence number."
        )
    with pytest.raises(SeveralProblems):
        day.runner.do(
            create_tax_rates,
            rates=(
                NewTaxRate("US", "STD", "County", D(1), sequence=3, valid_to=date(2026, 1, 1)),
                NewTaxRate("US", "STD", "County", D(2), sequence=4, valid_from=date(2026, 1, 1)),
                NewTaxRate("US", "STD", "Town", D(2), sequence=3),
            ),
        )
    assert day.one("SELECT count(*) FROM tax_rate") == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"percent": D(101)}, "The percent must be from 0 to 100, not 101."),
        ({"percent": D(-1)}, "The percent must be from 0 to 100, not -1."),
        (
            {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 31)},
            "The rate New would end on 31 Jan 2026, before it starts on 1 Feb 2026.",
        ),
        ({"jurisdiction": "MARS"}, "There is no jurisdiction MARS."),
        ({"tax_class": "'; DROP TABLE"}, "There is no tax class '; DROP TABLE."),
        ({"name": " "}, "The name is empty."),
        ({"sequence": 0}, "The sequence number must be from 1 to 1000, not 0."),
    ],
)
def test_a_rate_that_cannot_be_is_a_sentence(
    day: Day, wrong: dict[str, Any], sentence: str
) -> None:
    sound: dict[str, Any] = {
        "jurisdiction": "US",
        "tax_class": "STD",
        "name": "New",
        "percent": D(1),
        "sequence": 2,
    }
    with pytest.raises(BusinessError) as refused:
        day.runner.do(create_tax_rate, rate=NewTaxRate(**(sound | wrong)))
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "US"}, "US"),
        ({"country": "US"}, "US belongs to the jurisdiction US (United States) already."),
        ({"country": "Atlantis"}, "Atlantis is not a country."),
        ({"postal_from": "2"}, "The postal codes from 2 to nothing are no range"),
        ({"postal_from": "3", "postal_to": "2"}, "The postal codes from 3 to 2 are no range"),
        ({"postal_from": "--", "postal_to": "--"}, "The postal codes from -- to -- are no range"),
        (
            {"postal_from": "1" * 10_000, "postal_to": "2"},
            "The postal code is 10000 characters long; at most 20 fit.",
        ),
        (
            {"country": "US", "postal_from": "10005", "postal_to": "10005"},
            "US 10005 to 10005 belongs to the jurisdiction NYC (Place NYC) already.",
        ),
    ],
)
def test_a_jurisdiction_that_cannot_be_is_a_sentence(
    day: Day, wrong: dict[str, str], sentence: str
) -> None:
    place(day, "NYC", postal_from="10001", postal_to="10292")
    sound = {"code": "NEW", "name": "New place", "country": "CH"}
    with pytest.raises(BusinessError) as refused:
        day.runner.do(create_jurisdiction, jurisdiction=NewJurisdiction(**(sound | wrong)))
    assert sentence in str(refused.value)


def test_a_jurisdiction_changes_and_documents_keep_what_they_say(day: Day) -> None:
    order = order_to(day)
    day.runner.do(change_jurisdiction, code="US", name="USA")
    assert taxes(day, order) == COUNTRY
    assert taxes(day, order_to(day))[0][0] == "USA"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO tax_rate (jurisdiction_id, tax_class_id, name, percent) VALUES (1, 1, 'B', 1)",
        "INSERT INTO tax_rate (jurisdiction_id, tax_class_id, name, percent, sequence)"
        " VALUES (1, 1, 'sales TAX', 1, 2)",
        "INSERT INTO tax_jurisdiction (code, name, country) VALUES ('U', 'U', 'US')",
        "INSERT INTO tax_jurisdiction (code, name, country, postal_from, postal_to)"
        " VALUES ('A', 'A', 'US', '100', '200'), ('B', 'B', 'US', '2001', '201')",
    ],
)
def test_the_database_refuses_doubles_whoever_writes_them(
    day: Day, engine_as: EngineAs, statement: str
) -> None:
    with engine_as("karl").connect() as connection:
        claim(connection)
        with pytest.raises(DBAPIError) as refused:
            connection.execute(text(statement))
    known = refusal(refused.value)
    assert known is not None
    assert known.name in ("TaxRateMeanwhile", "PlaceTaken")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tax_rate SET percent = 0",
        "INSERT INTO tax_jurisdiction (code, name, country) VALUES ('X', 'X', 'CH')",
        "INSERT INTO tax_exemption (customer_id, certificate) VALUES (1, 'mine')",
        "UPDATE charge_rule SET rate = 0",
        "DELETE FROM charge_bracket",
    ],
)
@pytest.mark.parametrize("login", ["anna", "fritz", "stefan", "paula"])
def test_only_accounting_writes_taxes_and_charge_rules(
    day: Day, engine_as: EngineAs, login: str, statement: str
) -> None:
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        engine_as(login).begin() as connection,
    ):
        connection.execute(text(statement))
    with engine_as("karl").begin() as connection:
        claim(connection)
        connection.execute(text(statement))
        answer(connection)


def test_the_verbs_are_accountings(day: Day, run_as: RunAs) -> None:
    for login in ("anna", "fritz", "paula", "adam"):
        with pytest.raises(NotPermitted):
            run_as(login).do(create_tax_class, code="RED", name="Reduced")
    run_as("karl").do(create_tax_class, code="RED", name="Reduced")
    with pytest.raises(BusinessError, match="RED"):
        run_as("maria").do(create_tax_class, code="RED", name="Again")
    entered = run_as("anna").do(
        enter_order, customer=day.id_of("customer", "C-1"), lines=(NewLine(day.item("PUMP"), D(1)),)
    )
    assert entered.total == D("43.09")


def test_what_is_kept_can_be_listed(day: Day) -> None:
    place(day, "US-WA", region="WA")
    rate(day, "US-WA", "State tax", "6.5", account_tax_class=RETAIL, valid_from=date(2026, 1, 1))
    customer = day.id_of("customer", "C-1")
    day.runner.do(create_tax_exemption, customer=customer, certificate="NJ-1")
    with reading(day.runner.engine) as session:
        found = tax_rates(session, country="us")
        assert [(each.jurisdiction, each.region, each.percent) for each in found] == [
            ("US", "", D(8)),
            ("US-WA", "WA", D("6.5")),
        ]
        assert (found[1].account_tax_class, found[1].valid_from) == (RETAIL, date(2026, 1, 1))
        assert len(tax_rates(session, on=date(2025, 12, 31))) == 1
        assert [each.name for each in tax_rates(session, jurisdiction="US-WA")] == ["State tax"]
        assert [each.certificate for each in tax_exemptions(session, customer=customer)] == ["NJ-1"]
        assert len(tax_exemptions(session)) == 1


def test_how_taxes_are_rounded_and_whether_prices_contain_them_stays_with_the_document(
    day: Day,
) -> None:
    pieces = [("ROPE", "0.25")] * 3  # 0.53 each; 8 % are 0.0424 each, 0.1272 on all

    def company(rounding: str, *, included: bool) -> None:
        with day.owner.begin() as connection:
            connection.execute(
                text("UPDATE company SET tax_rounding = :how, prices_include_tax = :included"),
                {"how": rounding, "included": included},
            )

    def amounts(table: str, order: int) -> tuple[Any, ...]:
        key = "id" if table == "sales_order" else "order_id"
        return tuple(
            day.ask(
                f"""SELECT tax_rounding, prices_include_tax, goods_amount, tax_amount, total_amount
                      FROM {table} WHERE {key} = :order""",
                order=order,
            )[0]
        )

    company("document", included=False)
    day.stock("ROPE", 5)
    order = day.order(*pieces)
    assert amounts("sales_order", order) == ("document", False, D("1.59"), D("0.13"), D("1.72"))
    company("line", included=True)
    other = day.draft(*pieces)
    assert amounts("sales_order", other) == ("line", True, D("1.59"), D("0.12"), D("1.59"))
    day.runner.do(add_lines, order=order, lines=(NewLine(day.item("ROPE"), D("0.25")),))
    after = ("document", False, D("2.12"), D("0.17"), D("2.29"))
    assert amounts("sales_order", order) == after
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    day.runner.do(invoice_order, order=order)
    assert amounts("invoice", order) == after


def test_the_certificate_stands_on_order_and_invoice(day: Day) -> None:
    day.stock("PUMP", 1)
    customer = day.id_of("customer", "C-1")
    day.runner.do(create_tax_exemption, customer=customer, certificate="NJ-4711")
    order = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    made = day.runner.do(invoice_order, order=order)
    assert made.total == D("39.90")
    with reading(day.runner.engine) as session:
        assert order_document(session, order=order).tax_certificate == "NJ-4711"
        assert invoice(session, invoice=made.invoice_id).tax_certificate == "NJ-4711"
        printed = paper(session, document=DocumentKind.INVOICE, subject=made.invoice_id)
    assert isinstance(printed.data, InvoiceData)
    (page,) = pages_as_words(render_invoice(printed.data))
    assert "No tax is charged: exemption certificate NJ-4711." in page
