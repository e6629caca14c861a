"""Two people change the same record at once: neither undoes the other unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from app.core.errors import ChangedBySomeoneElse
from app.database.engine import connect, transaction
from app.operations.carton_types import CartonMeasures, redefine_carton_type
from app.operations.catalog import ItemChange, change_item
from app.operations.charges import (
    ChargeRuleChange,
    NewChargeRule,
    change_charge_rule,
    create_charge_rules,
)
from app.operations.company import (
    Settings,
    change_delivery_mode,
    change_payment_terms,
    set_company,
)
from app.operations.partners import (
    ChangedAddress,
    CustomerChange,
    PartnerAddress,
    change_customer,
)
from app.operations.people import change_person, change_station
from app.operations.places import LocationChange, change_location, change_warehouse
from app.operations.printers import change_printer
from app.operations.refusals import TookTooLong
from app.operations.run import Runner
from app.operations.taxes import (
    change_jurisdiction,
    change_tax_class,
    change_tax_exemption,
    change_tax_rate,
    create_tax_exemption,
)
from app.rules.charges import ChargeMethod
from tests.conftest import RunAs
from tests.factories.day import Day


@dataclass(frozen=True)
class Case:
    """A verb with how a change of its one field is said, as whom, and where it stands."""

    verb: Callable[..., Any]
    login: str
    about: Callable[[Day], dict[str, Any]]
    changed: Callable[[Any], dict[str, Any]]
    field: str
    was: str
    theirs: Any
    mine: Any
    stored: str


def _rule(day: Day) -> int:
    rule = NewChargeRule("Freight", ChargeMethod.FIXED, rate=Decimal(5), currency="USD")
    return int(day.runner.do(create_charge_rules, rules=(rule,)).ids[0])


def _exemption(day: Day) -> int:
    return int(
        day.runner.do(
            create_tax_exemption, customer=day.id_of("customer", "C-1"), certificate="CERT 1"
        ).id
    )


CASES = {
    "customer": Case(
        change_customer,
        "maria",
        lambda day: {"customer": day.id_of("customer", "C-1")},
        lambda value: {"change": CustomerChange(terms=value)},
        "terms",
        "NET30",
        "NET60",
        "NET90",
        """SELECT t.code FROM customer c JOIN payment_terms t ON t.id = c.terms_id
            WHERE c.number = 'C-1'""",
    ),
    "item": Case(
        change_item,
        "stefan",
        lambda day: {"item": day.item("PUMP")},
        lambda value: {"change": ItemChange(list_price=value)},
        "list_price",
        "39.9",
        Decimal("41.50"),
        Decimal("42"),
        "SELECT list_price FROM item WHERE number = 'PUMP'",
    ),
    "charge": Case(
        change_charge_rule,
        "karl",
        lambda day: {"rule": _rule(day)},
        lambda value: {"change": ChargeRuleChange(rate=value)},
        "rate",
        "5",
        Decimal(6),
        Decimal(7),
        "SELECT rate FROM charge_rule",
    ),
    "terms": Case(
        change_payment_terms,
        "karl",
        lambda _day: {"code": "NET30"},
        lambda value: {"days": value},
        "days",
        "30",
        28,
        45,
        "SELECT days FROM payment_terms WHERE code = 'NET30'",
    ),
    "delivery mode": Case(
        change_delivery_mode,
        "adam",
        lambda _day: {"code": "TRUCK"},
        lambda value: {"transit_days": value},
        "transit_days",
        "1",
        2,
        3,
        "SELECT transit_days FROM delivery_mode WHERE code = 'TRUCK'",
    ),
    "company": Case(
        set_company,
        "adam",
        lambda _day: {},
        lambda value: {"settings": Settings(name=value)},
        "name",
        "Test Trading",
        "Trading Ltd",
        "Test Ltd",
        "SELECT name FROM company",
    ),
    "warehouse": Case(
        change_warehouse,
        "stefan",
        lambda day: {"warehouse": day.id_of("warehouse", "MAIN")},
        lambda value: {"name": value},
        "name",
        "Main warehouse",
        "House",
        "Quay",
        "SELECT name FROM warehouse WHERE code = 'MAIN'",
    ),
    "place": Case(
        change_location,
        "stefan",
        lambda day: {"location": day.place("A-01")},
        lambda value: {"change": LocationChange(walk_sequence=value)},
        "walk_sequence",
        "10",
        11,
        12,
        "SELECT walk_sequence FROM location WHERE code = 'A-01'",
    ),
    "person": Case(
        change_person,
        "adam",
        lambda day: {"person": int(day.one("SELECT id FROM person WHERE login = 'anna'"))},
        lambda value: {"badge": value},
        "badge",
        "B-anna",
        "B-1",
        "B-2",
        "SELECT badge FROM person WHERE login = 'anna'",
    ),
    "station": Case(
        change_station,
        "adam",
        lambda day: {"station": day.id_of("station", "PACK-1")},
        lambda value: {"name": value},
        "name",
        "Packing 1",
        "Bench 1",
        "Bench one",
        "SELECT name FROM station WHERE code = 'PACK-1'",
    ),
    "printer": Case(
        change_printer,
        "adam",
        lambda day: {"printer": day.id_of("printer", "FOLDER")},
        lambda value: {"address": value},
        "address",
        "paper",
        "papers",
        "sheets",
        "SELECT address FROM printer WHERE code = 'FOLDER'",
    ),
    "carton type": Case(
        redefine_carton_type,
        "stefan",
        lambda day: {"carton_type": day.id_of("carton_type", "BOX-M")},
        lambda value: {
            "measures": CartonMeasures(tare_kg=Decimal("0.4"), max_kg=value, volume_l=Decimal(40))
        },
        "max_kg",
        "20",
        Decimal(22),
        Decimal(25),
        "SELECT max_kg FROM carton_type WHERE code = 'BOX-M'",
    ),
    "tax class": Case(
        change_tax_class,
        "karl",
        lambda _day: {"code": "STD"},
        lambda value: {"name": value},
        "name",
        "Standard",
        "Full",
        "Normal",
        "SELECT name FROM tax_class",
    ),
    "jurisdiction": Case(
        change_jurisdiction,
        "karl",
        lambda _day: {"code": "US"},
        lambda value: {"name": value},
        "name",
        "United States",
        "USA",
        "The States",
        "SELECT name FROM tax_jurisdiction",
    ),
    "tax rate": Case(
        change_tax_rate,
        "karl",
        lambda day: {"rate": int(day.one("SELECT id FROM tax_rate"))},
        lambda value: {"percent": value},
        "percent",
        "8",
        Decimal(9),
        Decimal("8.5"),
        "SELECT percent FROM tax_rate",
    ),
    "certificate": Case(
        change_tax_exemption,
        "karl",
        lambda day: {"exemption": _exemption(day)},
        lambda value: {"certificate": value},
        "certificate",
        "CERT 1",
        "CERT 2",
        "CERT 3",
        "SELECT certificate FROM tax_exemption",
    ),
}


@pytest.fixture
def more_terms(day: Day) -> None:
    with day.owner.begin() as owner:
        owner.exec_driver_sql(
            """INSERT INTO payment_terms (code, name, days)
               VALUES ('NET60', '60 days', 60), ('NET90', '90 days', 90)"""
        )


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@pytest.mark.usefixtures("more_terms")
def test_who_changes_a_field_second_is_told_who_came_first_and_what_it_says(
    day: Day, run_as: RunAs, case: Case
) -> None:
    about, seen = case.about(day), {case.field: case.was}
    runner = run_as(case.login)
    runner.do(case.verb, **about, seen=seen, **case.changed(case.theirs))
    with pytest.raises(ChangedBySomeoneElse) as told:
        runner.do(case.verb, **about, seen=seen, **case.changed(case.mine))
    said = told.value.message()
    assert f"was changed by {case.login.capitalize()} at" in said
    assert f"{case.field.replace('_', ' ')}: {told.value.now[case.field]}." in said
    assert told.value.about == (case.field,)
    assert day.one(case.stored) == case.theirs
    # To type the same as the other is no conflict; who has read it may overwrite it.
    runner.do(case.verb, **about, seen=seen, **case.changed(case.theirs))
    runner.do(case.verb, **about, seen=told.value.now, **case.changed(case.mine))
    assert day.one(case.stored) == case.mine


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@pytest.mark.usefixtures("more_terms")
def test_what_a_person_left_alone_stays_as_the_other_wrote_it(
    day: Day, run_as: RunAs, case: Case
) -> None:
    """A form sends all its fields; this one was not touched in it."""
    if case.verb is redefine_carton_type:
        untouched: Any = Decimal(case.was)
    elif isinstance(case.theirs, Decimal):
        untouched = Decimal(case.was)
    else:
        untouched = type(case.theirs)(case.was)
    about, seen = case.about(day), {case.field: case.was}
    runner = run_as(case.login)
    runner.do(case.verb, **about, seen=seen, **case.changed(case.theirs))
    runner.do(case.verb, **about, seen=seen, **case.changed(untouched))
    assert day.one(case.stored) == case.theirs


def test_fields_that_only_one_of_two_changed_go_together(day: Day, run_as: RunAs) -> None:
    customer = day.id_of("customer", "C-1")
    seen = {"name": "Brightwater Marine", "contact": "", "phone": "", "terms": "NET30"}
    run_as("anna").do(
        change_customer,
        customer=customer,
        seen=seen,
        change=CustomerChange(name="Brightwater Marine", contact="Mr Hill", terms="NET30"),
        clear=("phone",),
    )
    day.runner.do(
        change_customer,
        customer=customer,
        seen=seen,
        change=CustomerChange(name="Brightwater Marine", phone="555 1234"),
        clear=("contact", "terms"),
    )
    assert day.ask("SELECT contact, phone, terms_id FROM customer WHERE number = 'C-1'") == [
        ("Mr Hill", "555 1234", None)
    ]


def test_an_address_is_merged_line_by_line(day: Day, run_as: RunAs) -> None:
    customer = day.id_of("customer", "C-1")
    address = int(day.one("SELECT id FROM address WHERE customer_id = :id", id=customer))
    seen = {
        "street": "Harbour Road 14",
        "city": "Falmouth",
        "region": "",
        "postal_code": "02540",
        "country": "US",
    }

    def to(**lines: str) -> dict[str, Any]:
        written = PartnerAddress(**(seen | lines), is_bill_to=True, is_ship_to=True)
        return {
            "customer": customer,
            "seen": seen,
            "change_addresses_to": (ChangedAddress(address, written),),
        }

    run_as("anna").do(change_customer, **to(street="Harbour Road 15"))
    day.runner.do(change_customer, **to(postal_code="02541"))
    assert day.ask("SELECT street, postal_code FROM address WHERE id = :id", id=address) == [
        ("Harbour Road 15", "02541")
    ]
    with pytest.raises(ChangedBySomeoneElse, match="street: Harbour Road 15"):
        day.runner.do(change_customer, **to(street="Quay 1"))


def test_of_two_at_the_same_moment_one_waits(day: Day, server: Any, database: str) -> None:
    hasty = connect(server.url(database), login="stefan", lock_timeout_ms=100)
    seen = {"name": "Bilge pump"}
    try:
        with transaction(day.owner) as first:
            first.connection().exec_driver_sql(
                "SELECT FROM item WHERE number = 'PUMP' FOR NO KEY UPDATE"
            )
            with pytest.raises(TookTooLong):
                Runner(hasty).do(
                    change_item, item=day.item("PUMP"), seen=seen, change=ItemChange(name="Pump")
                )
    finally:
        hasty.dispose()


def test_what_was_empty_and_is_now_full_counts_too(day: Day, run_as: RunAs) -> None:
    customer = day.id_of("customer", "C-1")
    seen = {"contact": ""}
    first, second = CustomerChange(contact="Mr Hill"), CustomerChange(contact="Ms Vale")
    run_as("anna").do(change_customer, customer=customer, seen=seen, change=first)
    with pytest.raises(ChangedBySomeoneElse, match="contact: Mr Hill"):
        day.runner.do(change_customer, customer=customer, seen=seen, change=second)
    day.runner.do(change_customer, customer=customer, change=second)
    with pytest.raises(ChangedBySomeoneElse, match="contact: Ms Vale"):
        run_as("anna").do(
            change_customer, customer=customer, seen={"contact": "Mr Hill"}, clear=("contact",)
        )
