"""Records: made and changed by those who keep them, refused with all that is wrong at once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.core.actor import Group
from app.core.errors import BusinessError, NotFound, NotPermitted, SeveralProblems
from app.database.engine import reading
from app.operations.catalog import (
    ItemChange,
    NewAlias,
    NewItem,
    NewUnit,
    change_item,
    create_item,
)
from app.operations.company import Settings, create_delivery_mode, create_payment_terms, set_company
from app.operations.groups import change_item_group, create_account_group, create_item_group
from app.operations.partners import (
    ChangedAddress,
    CustomerChange,
    NewCustomer,
    NewSupplier,
    PartnerAddress,
    SupplierChange,
    change_customer,
    change_supplier,
    create_customer,
    create_supplier,
)
from app.operations.people import (
    change_person,
    change_station,
    create_person,
    create_station,
)
from app.operations.places import (
    LocationChange,
    change_location,
    create_location,
    create_warehouse,
)
from app.queries.doctor import doctor
from app.rules.orders import DeliveryKind
from app.rules.stock import LocationKind, Tracking
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.terminal import claim

D = Decimal


def _refusals(act: Callable[[], Any]) -> list[str]:
    """The names of everything that is wrong."""
    with pytest.raises(BusinessError) as refused:
        act()
    if isinstance(refused.value, SeveralProblems):
        return [each.name for each in refused.value.problems]
    return [refused.value.name]


# ---------------------------------------------------------------- items


def test_an_item_comes_with_units_codes_price_and_cost(day: Day) -> None:
    made = day.runner.do(
        create_item,
        item=NewItem(
            number="WINCH",
            name="  Größte Winsch ",
            list_price=D("199.50"),
            cost=D("120"),
            gtin="9520001000034",
            tax_class="STD",
            units=(NewUnit("case", D(4), "19520001000031"),),
            aliases=(NewAlias("W-1"), NewAlias("THEIRS", day.id_of("customer", "C-1"))),
        ),
    )
    assert day.ask(
        "SELECT number, name, name_sort, list_price, base_unit FROM item WHERE id = :id",
        id=made.item_id,
    ) == [("WINCH", "Größte Winsch", "grösste winsch".casefold(), D("199.5"), "pc")]
    assert day.ask(
        "SELECT name, factor, gtin FROM item_unit WHERE item_id = :id ORDER BY name",
        id=made.item_id,
    ) == [("case", 4, "19520001000031"), ("pc", 1, "09520001000034")]
    assert day.one("SELECT cost FROM item_cost WHERE item_id = :id", id=made.item_id) == 120
    assert day.one("SELECT count(*) FROM item_alias WHERE item_id = :id", id=made.item_id) == 2
    day.stock("WINCH", 2, unit="case")
    assert day.on_hand("WINCH", "A-01") == 8


def test_everything_that_is_wrong_with_an_item_is_told_at_once_and_nothing_is_written(
    day: Day,
) -> None:
    before = day.one("SELECT count(*) FROM item")
    wrong = NewItem(
        number="PUMP",
        name="",
        group="NO-SUCH",
        quantity_decimals=2,
        tracking=Tracking.SERIAL,
        list_price=D("-1"),
        gtin="9520001000030",
        weight_kg=D("NaN"),
    )
    assert sorted(_refusals(lambda: day.runner.do(create_item, item=wrong))) == [
        "CheckDigitWrong",
        "NotFound",
        "NumberOutOfRange",
        "NumberOutOfRange",
        "NumberTaken",
        "SerialsAreWhole",
        "TextMissing",
    ]
    assert day.one("SELECT count(*) FROM item") == before


def test_a_gtin_names_one_unit_in_the_world(day: Day) -> None:
    taken = NewItem(number="NEW", name="New", gtin="09520001000027")
    assert _refusals(lambda: day.runner.do(create_item, item=taken)) == ["GtinTaken"]


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("x" * 10_000, "TextTooLong"), ("a\0b", "NotWriting"), ("a\nb", "ControlCharacter")],
)
def test_a_name_is_one_line_that_fits(day: Day, name: str, refusal: str) -> None:
    item = NewItem(number="NEW", name=name)
    assert _refusals(lambda: day.runner.do(create_item, item=item)) == [refusal]


def test_only_what_is_given_changes_and_what_is_to_be_cleared_is_emptied(day: Day) -> None:
    pump = day.item("PUMP")
    day.runner.do(
        change_item,
        item=pump,
        change=ItemChange(name="Bilge pump 12 V", cost=D("20")),
        clear=("list_price",),
        set_units=(NewUnit("case", D(8)),),
        add_aliases=(NewAlias("BP12"),),
    )
    assert day.ask(
        "SELECT name, name_sort, list_price, weight_kg, base_unit FROM item WHERE id = :id", id=pump
    ) == [("Bilge pump 12 V", "bilge pump 12 v", None, D("1.2"), "pc")]
    assert day.ask(
        "SELECT name, factor, gtin FROM item_unit WHERE item_id = :id ORDER BY name", id=pump
    ) == [("case", 8, "19520001000024"), ("pc", 1, "09520001000027")]
    day.runner.do(
        change_item, item=pump, remove_units=("case",), remove_aliases=(NewAlias("BP12"),)
    )
    assert day.one("SELECT count(*) FROM item_unit WHERE item_id = :id", id=pump) == 1
    assert day.one("SELECT count(*) FROM item_alias WHERE item_id = :id", id=pump) == 0


def test_how_an_item_is_counted_stays_once_it_has_stock(day: Day) -> None:
    pump = day.item("PUMP")
    day.runner.do(change_item, item=pump, change=ItemChange(quantity_decimals=1))
    day.stock("PUMP", 1)
    change = ItemChange(quantity_decimals=2, tracking=Tracking.LOT, name="Pump")
    assert _refusals(lambda: day.runner.do(change_item, item=pump, change=change)) == [
        "CountingFixed",
        "CountingFixed",
    ]
    assert _refusals(lambda: day.runner.do(change_item, item=pump, remove_units=("pc",))) == [
        "BaseUnitStays"
    ]
    assert day.one("SELECT name FROM item WHERE id = :id", id=pump) == "Bilge pump"


def test_groups_nest_but_not_in_themselves(day: Day) -> None:
    day.runner.do(create_item_group, code="DECK", name="Deck")
    day.runner.do(create_item_group, code="ROPES", name="Ropes", parent="DECK")
    with pytest.raises(BusinessError) as refused:
        day.runner.do(change_item_group, code="DECK", parent="ROPES")
    assert refused.value.name == "GroupInItself"
    day.runner.do(change_item_group, code="ROPES", is_top=True)
    assert day.one("SELECT parent_id FROM item_group WHERE code = 'ROPES'") is None


# ---------------------------------------------------------------- partners


def test_a_customer_takes_the_companys_currency_and_a_country_by_name(day: Day) -> None:
    day.runner.do(create_account_group, code="SHOPS", name="Shops")
    made = day.runner.do(
        create_customer,
        customer=NewCustomer(
            number="C-9",
            name="Zoë's Bootsladen",
            group="SHOPS",
            terms="NET30",
            credit_limit=D("500"),
            addresses=(PartnerAddress(street="Am Kai 1", city="Kiel", country="United States"),),
        ),
    )
    assert day.ask(
        "SELECT currency, credit_limit, backorder_policy FROM customer WHERE id = :id",
        id=made.customer_id,
    ) == [("USD", 500, "keep")]
    order = day.draft(("PUMP", 1), customer="C-9")
    assert day.one("SELECT ship_to ->> 'country' FROM sales_order WHERE id = :id", id=order) == "US"


def test_addresses_are_added_changed_and_removed_but_only_their_own(day: Day) -> None:
    mine, other = day.id_of("customer", "C-1"), day.id_of("customer", "C-2")
    theirs = day.one("SELECT id FROM address WHERE customer_id = :id", id=other)
    first = day.one("SELECT id FROM address WHERE customer_id = :id", id=mine)
    refused = _refusals(
        lambda: day.runner.do(change_customer, customer=mine, remove_addresses=(theirs,))
    )
    assert refused == ["AddressNotTheirs"]
    day.runner.do(
        change_customer,
        customer=mine,
        change=CustomerChange(phone="+1 508 555"),
        change_addresses_to=(ChangedAddress(first, PartnerAddress(street="Pier 2")),),
        add_addresses=(PartnerAddress(street="Pier 3", is_bill_to=False),),
    )
    assert day.ask(
        "SELECT street, is_bill_to FROM address WHERE customer_id = :id ORDER BY id", id=mine
    ) == [("Pier 2", True), ("Pier 3", False)]
    day.runner.do(change_customer, customer=mine, remove_addresses=(first,))
    assert day.one("SELECT count(*) FROM address WHERE customer_id = :id", id=mine) == 1


def test_everything_wrong_with_a_customer_is_told_at_once(day: Day) -> None:
    wrong = NewCustomer(
        number="C-1",
        name="",
        email="nobody",
        currency="XYZ",
        terms="NEVER",
        addresses=(PartnerAddress(country="Atlantis"),),
    )
    assert sorted(_refusals(lambda: day.runner.do(create_customer, customer=wrong))) == [
        "EmailNotUsable",
        "NotFound",
        "NumberTaken",
        "TextMissing",
        "UnknownCountry",
        "UnknownCurrency",
    ]


def test_a_supplier_is_made_and_changed_by_purchasing(day: Day, run_as: RunAs) -> None:
    paula = run_as("paula")
    made = paula.do(
        create_supplier,
        supplier=NewSupplier("S-1", "Rope Works", lead_time_days=14, addresses=(PartnerAddress(),)),
    )
    paula.do(
        change_supplier,
        supplier=made.supplier_id,
        change=SupplierChange(name="Rope Works Ltd"),
        clear=("lead_time_days",),
        add_addresses=(PartnerAddress(city="Hull", country="UK"),),
    )
    assert day.ask("SELECT name, lead_time_days FROM supplier WHERE number = 'S-1'") == [
        ("Rope Works Ltd", None)
    ]
    assert day.one("SELECT count(*) FROM address WHERE supplier_id IS NOT NULL") == 2


# ---------------------------------------------------------------- places and people


def test_places_are_made_in_a_warehouse_and_trucks_in_none(day: Day) -> None:
    house = day.runner.do(create_warehouse, code="SOUTH", name="South").warehouse_id
    hall = day.runner.do(
        create_location, code="HALL", kind=LocationKind.STORAGE, warehouse=house, is_pickable=False
    ).location_id
    day.runner.do(
        create_location, code="H-01", kind=LocationKind.STORAGE, warehouse=house, parent=hall
    )
    day.runner.do(create_location, code="TRUCK-9", kind=LocationKind.TRUCK, capacity_kg=D("3500"))
    assert day.ask(
        "SELECT code, is_pickable, walk_sequence FROM location WHERE warehouse_id = :house"
        " ORDER BY code",
        house=house,
    ) == [("H-01", True, 20), ("HALL", False, 10)]
    wrong: dict[str, dict[str, Any]] = {
        "IsAFarEnd": {"kind": LocationKind.CUSTOMER},
        "OutsideTheWarehouses": {"kind": LocationKind.STAGING},
        "NotPickable": {
            "kind": LocationKind.STAGING,
            "warehouse": house,
            "is_pickable": True,
        },
        "ParentElsewhere": {
            "kind": LocationKind.STORAGE,
            "warehouse": day.id_of("warehouse", "MAIN"),
            "parent": hall,
        },
    }
    for refusal, values in wrong.items():
        made = partial(day.runner.do, create_location, code="X", **values)
        assert _refusals(made) == [refusal]


def test_a_place_with_goods_stays_in_use_and_is_never_inside_itself(day: Day) -> None:
    day.stock("PUMP", 3)
    bin_ = day.place("A-01")
    out = LocationChange(is_active=False)
    assert _refusals(lambda: day.runner.do(change_location, location=bin_, change=out)) == [
        "PlaceNotEmpty"
    ]
    inside = LocationChange(parent=bin_)
    assert _refusals(lambda: day.runner.do(change_location, location=bin_, change=inside)) == [
        "PlaceInItself"
    ]
    day.runner.do(change_location, location=day.place("A-02"), change=out)
    assert day.one("SELECT is_active FROM location WHERE code = 'A-02'") is False


def test_a_person_signs_in_with_the_groups_they_were_given_and_without_them_does_nothing(
    day: Day, run_as: RunAs, engine_as: EngineAs
) -> None:
    login = f"nina_{day.owner.url.database}"[:40]
    adam = run_as("adam")
    made = adam.do(
        create_person,
        login=login,
        name="Nina",
        groups=(Group.STOCK,),
        password="correct horse",
        badge="B-9",
    )
    assert "correct horse" not in str(day.ask("SELECT arguments FROM command"))
    run_as(login).do(create_item_group, code="NEW", name="New")
    adam.do(change_person, person=made.person_id, groups=(Group.SALES,))
    assert _refusals(lambda: run_as(login).do(create_item_group, code="MORE", name="More")) == [
        "NotPermitted"
    ]
    adam.do(change_person, person=made.person_id, is_active=False)
    assert day.one("SELECT count(*) FROM login_group WHERE login = :login", login=login) == 0
    # Sessions that were open lose their rights at once; new ones do not get in.
    with engine_as(login).connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("SELECT * FROM item"))


def test_people_and_stations_are_refused_with_all_that_is_wrong(day: Day, run_as: RunAs) -> None:
    adam = run_as("adam")
    assert sorted(
        _refusals(
            lambda: adam.do(
                create_person,
                login="Anna!",
                name="",
                groups=(),
                password="short",
                badge="B-anna",
            )
        )
    ) == ["LoginNotUsable", "NoGroups", "NumberTaken", "PasswordTooShort", "TextMissing"]
    assert sorted(
        _refusals(
            lambda: adam.do(
                create_station,
                code="PACK-1",
                name="Again",
                warehouse=day.id_of("warehouse", "MAIN"),
                login="pack9",
                groups=(Group.MANAGER,),
                packing_location=day.place("A-01"),
            )
        )
    ) == ["NotOfTheWarehouse", "NumberTaken", "StationGroups"]


def test_a_station_gets_its_bench_and_lane(day: Day, run_as: RunAs) -> None:
    adam = run_as("adam")
    made = adam.do(
        create_station,
        code="PACK-2",
        name="Packing 2",
        warehouse=day.id_of("warehouse", "MAIN"),
        packing_location=day.place("P-01"),
    )
    adam.do(change_station, station=made.station_id, lane=day.place("S-02"))
    assert day.ask("SELECT packing_location_id, lane_id FROM station WHERE code = 'PACK-2'") == [
        (day.place("P-01"), day.place("S-02"))
    ]


def test_a_station_gets_another_password_and_out_of_use_its_login_does_nothing(
    day: Day, run_as: RunAs
) -> None:
    adam = run_as("adam")
    station = adam.do(
        create_station,
        code="PACK-7",
        name="Packing 7",
        warehouse=day.id_of("warehouse", "MAIN"),
        login="packing7",
        password="the first secret",
    ).station_id
    groups = "SELECT group_name FROM login_group WHERE login = 'packing7' ORDER BY 1"
    password = "SELECT rolpassword FROM pg_authid WHERE rolname = 'packing7'"
    before = day.one(password)
    adam.do(change_station, station=station, password="another secret")
    assert day.one(password) != before
    assert "another secret" not in str(day.ask("SELECT arguments FROM command"))
    adam.do(change_station, station=station, is_active=False)
    assert day.ask(groups) == []
    adam.do(change_station, station=station, is_active=True)
    assert day.ask(groups) == [("floor",)]
    adam.do(change_station, station=station, groups=(Group.FLOOR, Group.SALES))
    assert day.ask(groups) == [("floor",), ("sales",)]
    assert _refusals(
        lambda: adam.do(change_station, station=station, groups=(Group.MANAGER,), password="short")
    ) == ["StationGroups", "PasswordTooShort"]
    made = adam.do(create_station, code="DESK", name="Desk", warehouse=1)
    assert _refusals(
        lambda: adam.do(change_station, station=made.station_id, password="long enough")
    ) == ["NoLogin"]


def test_the_last_administrator_stays(day: Day, run_as: RunAs) -> None:
    adam = day.one("SELECT id FROM person WHERE login = 'adam'")
    assert _refusals(lambda: run_as("adam").do(change_person, person=adam, is_active=False)) == [
        "LastAdministrator"
    ]


def test_the_companys_settings_change_but_its_currency_stays(day: Day, run_as: RunAs) -> None:
    adam = run_as("adam")
    adam.do(set_company, settings=Settings(phone="+1 508 555", country="Germany", paper="Letter"))
    assert day.ask("SELECT phone, country, paper, currency FROM company") == [
        ("+1 508 555", "DE", "Letter", "USD")
    ]
    assert sorted(
        _refusals(
            lambda: adam.do(
                set_company,
                settings=Settings(
                    currency="EUR",
                    time_zone="Mars/Olympus",
                    gs1_company_prefix="12",
                    paper="A3",
                    scan_prefix="o",
                ),
            )
        )
    ) == [
        "CompanyPrefixWrong",
        "CurrencyStays",
        "PaperUnknown",
        "ScanPrefixWrong",
        "UnknownTimeZone",
    ]


def test_terms_and_delivery_modes_are_made(day: Day, run_as: RunAs) -> None:
    run_as("karl").do(create_payment_terms, code="NET10", name="10 days net", days=10)
    run_as("adam").do(
        create_delivery_mode,
        code="EXPRESS",
        name="Express",
        kind=DeliveryKind.CARRIER,
        transit_days=1,
    )
    assert day.one("SELECT days FROM payment_terms WHERE code = 'NET10'") == 10
    assert day.one("SELECT transit_days FROM delivery_mode WHERE code = 'EXPRESS'") == 1


# ---------------------------------------------------------------- who may

VERBS: dict[str, tuple[Any, dict[str, Any], set[str]]] = {
    "item": (create_item, {"item": NewItem("N", "N")}, {"stefan", "maria"}),
    "item group": (create_item_group, {"code": "N", "name": "N"}, {"stefan", "maria"}),
    "customer": (create_customer, {"customer": NewCustomer("N", "N")}, {"anna", "maria"}),
    "account group": (create_account_group, {"code": "N", "name": "N"}, {"anna", "maria"}),
    "supplier": (create_supplier, {"supplier": NewSupplier("N", "N")}, {"paula", "maria"}),
    "warehouse": (create_warehouse, {"code": "N", "name": "N"}, {"stefan", "maria"}),
    "terms": (create_payment_terms, {"code": "N", "name": "N"}, {"karl", "maria"}),
    "delivery mode": (
        create_delivery_mode,
        {"code": "N", "name": "N", "kind": DeliveryKind.CARRIER},
        {"adam"},
    ),
    "person": (create_person, {"login": "n", "name": "N", "groups": (Group.SALES,)}, {"adam"}),
    "settings": (set_company, {"settings": Settings(phone="1")}, {"adam"}),
}
EVERYBODY = ("anna", "fritz", "doris", "stefan", "paula", "karl", "maria", "adam")


@pytest.mark.parametrize("what", VERBS)
def test_only_those_who_keep_a_record_make_one(day: Day, run_as: RunAs, what: str) -> None:
    verb, arguments, allowed = VERBS[what]
    for login in EVERYBODY:
        if login not in allowed:
            with pytest.raises(NotPermitted):
                run_as(login).do(verb, **arguments)
    run_as(sorted(allowed)[0]).do(verb, **arguments)


WRITES: dict[str, tuple[str, set[str]]] = {
    "a new item": (
        "INSERT INTO item (number, name, name_sort, base_unit) VALUES ('N', 'N', 'n', 'pc')",
        {"stefan", "maria"},
    ),
    "a list price": ("UPDATE item SET list_price = 1", {"stefan", "maria"}),
    "an item's number": ("UPDATE item SET number = 'X' || id", set()),
    "a cost": ("INSERT INTO item_cost (item_id, cost) VALUES (1, 1)", {"paula", "maria"}),
    "a customer's name": ("UPDATE customer SET name = 'X'", {"anna", "maria"}),
    "a credit limit": ("UPDATE customer SET credit_limit = 1", {"karl", "maria"}),
    "a customer's number": ("UPDATE customer SET number = 'X' || id", set()),
    "a supplier": (
        "INSERT INTO supplier (number, name, name_sort, currency) VALUES ('N', 'N', 'n', 'USD')",
        {"paula", "maria"},
    ),
    "a place's kind": ("UPDATE location SET kind = 'counter' WHERE id = 6", set()),
    "a place's name": ("UPDATE location SET name = 'X'", {"stefan", "maria"}),
    "an exchange rate": (
        "INSERT INTO exchange_rate (currency, valid_from, rate) VALUES ('EUR', '2026-01-01', 2)",
        {"karl", "maria"},
    ),
    "a printer": (
        "INSERT INTO printer (code, name, kind, address) VALUES ('N', 'N', 'folder', 'n')",
        {"adam"},
    ),
    "where labels are printed": (
        "INSERT INTO station_printer (station_id, role, printer_id) VALUES (1, 'labels', 1)",
        {"adam"},
    ),
    "a carton type": (
        "INSERT INTO carton_type (code, name, tare_kg) VALUES ('N', 'N', 1)",
        {"stefan", "adam", "maria"},
    ),
    "what a carton weighs": (
        "UPDATE carton_type SET tare_kg = 2",
        {"stefan", "adam", "maria"},
    ),
    "a station's bench": (
        "UPDATE station SET packing_location_id = NULL",
        {"adam"},
    ),
    "the company": ("UPDATE company SET phone = '1'", {"adam"}),
    "the company's currency": ("UPDATE company SET currency = 'EUR'", set()),
    "a person": ("INSERT INTO person (login, name) VALUES ('n', 'N')", {"adam"}),
    "a right": ("INSERT INTO login_group VALUES ('anna', 'manager')", set()),
    "a login": ("SELECT create_login('n', NULL, ARRAY['sales'])", {"adam"}),
    "other rights": ("SELECT set_login_groups('anna', ARRAY['manager'])", {"adam"}),
}


def _may(connection: Connection, statement: str) -> bool:
    """Whether the statement runs; False when it is forbidden. Any other error is raised."""
    try:
        connection.execute(text(statement))
    except DBAPIError as refused:
        if getattr(refused.orig, "sqlstate", None) != "42501":
            raise
        return False
    return True


@pytest.mark.parametrize("what", WRITES)
def test_with_sql_alone_nobody_can_do_more_than_by_the_verbs(
    day: Day, engine_as: EngineAs, what: str
) -> None:
    statement, allowed = WRITES[what]
    may = set()
    for login in EVERYBODY:
        with engine_as(login).connect() as connection:
            claim(connection)
            if _may(connection, statement):
                may.add(login)
            connection.rollback()
    assert may == allowed


def test_sales_keep_addresses_of_customers_and_purchasing_those_of_suppliers(
    day: Day, run_as: RunAs, engine_as: EngineAs
) -> None:
    run_as("paula").do(
        create_supplier, supplier=NewSupplier("S-1", "Rope", addresses=(PartnerAddress(),))
    )
    for login, touched in (("anna", 2), ("paula", 1), ("maria", 3)):
        with engine_as(login).connect() as connection:
            claim(connection)
            done = connection.execute(text("UPDATE address SET city = 'X'"))
            assert done.rowcount == touched, login
            connection.rollback()
            assert connection.execute(text("SELECT count(*) FROM address")).scalar_one() == 3


def test_the_books_are_right_after_all_that(day: Day) -> None:
    day.runner.do(create_item, item=NewItem("N", "N", list_price=D(1)))
    day.stock("N", 5)
    day.order(("N", 2))
    with reading(day.owner) as session:
        assert doctor(session) == ()
    assert _refusals(
        lambda: day.runner.do(change_item, item=10**9, change=ItemChange(name="X"))
    ) == [NotFound.__name__]
