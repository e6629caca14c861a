"""What the desks of taxes and charges list: page by page, by view, by what is typed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.database.engine import reading
from app.operations.charges import NewChargeRule, create_charge_rules, deactivate_charge_rule
from app.operations.taxes import (
    NewJurisdiction,
    NewTaxRate,
    create_jurisdiction,
    create_tax_class,
    create_tax_exemption,
    create_tax_rate,
    set_customer_tax_class,
)
from app.queries.charge_desk import charge_rule_shown, charge_rules_shown
from app.queries.tax_desk import (
    PlaceRow,
    TaxedCustomerRow,
    customer_taxes,
    tax_class_whole,
    tax_place,
    tax_records,
)
from app.rules.charges import ChargeMethod
from app.rules.periods import Standing
from app.rules.taxes import AccountTaxClass
from tests.factories.day import Day

D = Decimal


def paged(session: Session, listed: Any, **asked: Any) -> list[Any]:
    """All rows of a list, read one a page."""
    rows: list[Any] = []
    after = None
    while page := listed(session, after=after, limit=1, **asked):
        rows += page
        after = page[-1].key
    return rows


def test_places_come_page_by_page_with_what_is_taken_there_today(day: Day, today: date) -> None:
    for code, region, start, end in (
        ("WA", "WA", "", ""),
        ("SEA", "WA", "98101", "98199"),
        ("TAC", "WA", "98401", "98499"),
    ):
        place = NewJurisdiction(code, f"Place {code}", "US", region, start, end)
        day.runner.do(create_jurisdiction, jurisdiction=place)
    tomorrow = today + timedelta(days=1)
    for name, percent, more in (
        ("State", "6.5", {}),
        ("City", "3", {"sequence": 2}),
        ("Old", "9", {"sequence": 3, "valid_to": today - timedelta(days=1)}),
        ("Coming", "4", {"sequence": 4, "valid_from": tomorrow}),
        ("Retail", "5", {"sequence": 5, "account_tax_class": AccountTaxClass.RETAIL}),
    ):
        day.runner.do(create_tax_rate, rate=NewTaxRate("SEA", "STD", name, D(percent), **more))
    with reading(day.runner.engine) as session:
        rows = paged(session, tax_records)
        assert [row.code for row in rows] == ["US", "WA", "SEA", "TAC"]
        seattle = rows[2]
        assert isinstance(seattle, PlaceRow)
        assert seattle.rates == (("STD", D("6.5")), ("STD", D(3)))
        assert seattle.coming == tomorrow
        assert rows[1].rates == ()
        for typed, codes in (("place t", ["TAC"]), ("us", ["US", "WA", "SEA", "TAC"]), ("x", [])):
            found = paged(session, tax_records, filter=typed)
            assert [row.code for row in found] == codes


def test_classes_and_customers_come_page_by_page(day: Day, today: date) -> None:
    day.runner.do(create_tax_class, code="RED", name="Reduced")
    one, other = (day.id_of("customer", number) for number in ("C-1", "C-2"))
    for certificate, end in (("OLD", today - timedelta(days=1)), ("NEW", today)):
        day.runner.do(create_tax_exemption, customer=one, certificate=certificate, valid_to=end)
    with reading(day.runner.engine) as session:
        classes = paged(session, tax_records, view="classes")
        assert [(row.code, row.places) for row in classes] == [("RED", 0), ("STD", 1)]
        assert [row.code for row in paged(session, tax_records, view="classes", filter="re")] == [
            "RED"
        ]
        (customer,) = paged(session, tax_records, view="customers")
        assert isinstance(customer, TaxedCustomerRow)
        assert (customer.number, customer.certificate) == ("C-1", "NEW")
        assert len(paged(session, tax_records, view="expiring")) == 1
    day.runner.do(
        set_customer_tax_class, customer=other, account_tax_class=AccountTaxClass.WHOLESALE
    )
    with reading(day.runner.engine) as session:
        rows = paged(session, tax_records, view="customers")
        assert [row.number for row in rows] == ["C-1", "C-2"]
        assert [row.number for row in paged(session, tax_records, view="expiring")] == ["C-1"]
        found = paged(session, tax_records, view="customers", filter="harb")
        assert [row.number for row in found] == ["C-2"]
        whole = customer_taxes(session, customer=one)
        assert [each.certificate for each in whole.exemptions] == ["OLD", "NEW"]


def test_charge_rules_come_page_by_page_and_say_how_they_stand(day: Day, today: date) -> None:
    yesterday = today - timedelta(days=1)
    rules = (
        NewChargeRule("Freight", ChargeMethod.FIXED, D(9), customer="C-1"),
        NewChargeRule("Freight", ChargeMethod.FIXED, D(8)),
        NewChargeRule("Old", ChargeMethod.FIXED, D(7), code="OLD", valid_to=yesterday),
        NewChargeRule("Off", ChargeMethod.FIXED, D(6), code="OFF"),
        NewChargeRule("Soon", ChargeMethod.FIXED, D(5), code="SOON", valid_to=today),
    )
    made = day.runner.do(create_charge_rules, rules=rules).ids
    day.runner.do(deactivate_charge_rule, rule=made[3])
    with reading(day.runner.engine) as session:
        views = {
            view: [row.id for row in paged(session, charge_rules_shown, view=view)]
            for view in ("counting", "ending", "over", "all")
        }
        assert views == {
            "counting": [made[0], made[1], made[4]],
            "ending": [made[4]],
            "over": [made[3], made[2]],
            "all": [made[3], made[2], made[0], made[1], made[4]],
        }
        assert [row.id for row in paged(session, charge_rules_shown, filter="bright")] == [made[0]]
        shown = charge_rule_shown(session, rule=made[0])
        assert (shown.account_name, shown.others) == (
            "Brightwater Marine",
            ((made[1], "Freight"),),
        )
        standings = [charge_rule_shown(session, rule=each).standing for each in made]
        assert standings == [
            Standing.ACTIVE,
            Standing.ACTIVE,
            Standing.ENDED,
            Standing.INACTIVE,
            Standing.ENDING,
        ]


def test_what_nobody_keeps_is_not_found(day: Day) -> None:
    with reading(day.runner.engine) as session:
        for ask, named in (
            (tax_place, "jurisdiction"),
            (tax_class_whole, "tax_class"),
            (customer_taxes, "customer"),
            (charge_rule_shown, "rule"),
        ):
            with pytest.raises(NotFound):
                ask(session, **{named: 999})
