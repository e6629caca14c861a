"""What the administrator's desk lists: page by page, filtered, with whatever is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Group
from app.core.errors import NotFound
from app.core.ids import Kind
from app.database.engine import reading
from app.gateways.printers import PrinterKind
from app.operations.carton_types import create_carton_type, redefine_carton_type
from app.operations.company import (
    NewExchangeRate,
    create_payment_terms,
    set_exchange_rates,
)
from app.operations.people import change_person, create_person, create_station
from app.operations.printers import change_printer, create_printer
from app.operations.printing import request_print
from app.operations.scanning import ScanNote, note_wrong_scans
from app.queries.administration import administration_choices, administration_rows
from app.queries.carton_types import carton_type
from app.queries.company import currency
from app.queries.people import person, station
from app.queries.places import place, places, warehouse
from app.queries.printers import print_job, print_jobs, printer
from app.queries.record_history import record_history
from app.queries.terms import delivery_mode, terms
from app.queries.wrong_scans import wrong_scan, wrong_scan_groups
from app.rules.printing import DocumentKind
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.statements import hearing

D = Decimal
NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
VIEWS = (
    "company",
    "rates",
    "terms",
    "delivery",
    "printers",
    "paper",
    "cartons",
    "scans",
    "people",
    "stations",
)
NAUGHTY = [
    "%",
    "_",
    "'",
    "\\",
    "\u202eevil",
    "😀",
    "x" * 10_000,
    "0000-00-00",
    "9999-12-31",
    "0001-01-01",
]


@pytest.fixture
def full(day: Day, run_as: RunAs) -> Day:
    """A company with five of everything, one of each out of use."""
    adam = run_as("adam")
    for number in range(1, 5):
        adam.do(
            create_printer,
            code=f"P-{number}",
            name=f"Printer {number}",
            kind=PrinterKind.SOCKET,
            address="127.0.0.1",
        )
        adam.do(create_carton_type, code=f"T-{number}", name=f"Type {number}")
        adam.do(create_station, code=f"S-{number}", name=f"Station {number}", warehouse=1)
        run_as("fritz").do(
            request_print, document=DocumentKind.BIN_LABEL, subject=day.place("A-01")
        )
        run_as("fritz").do(
            note_wrong_scans,
            desk="packing",
            scans=(ScanNote(datetime.now(UTC) - timedelta(days=number), f"C{number}", "UNKNOWN"),),
        )
    adam.do(change_printer, printer=day.id_of("printer", "P-1"), is_active=False)
    adam.do(redefine_carton_type, carton_type=day.id_of("carton_type", "T-1"), is_active=False)
    login = f"zoe_{day.owner.url.database}"[:40]
    gone = adam.do(create_person, login=login, name="Zoe", groups=(Group.SALES,))
    adam.do(change_person, person=gone.person_id, is_active=False)
    for days in (7, 14, 60):
        run_as("karl").do(create_payment_terms, code=f"T{days}", name=f"T {days}", days=days)
    currencies = ("EUR", "JPY", "CHF", "GBP", "BHD")
    rates = tuple(NewExchangeRate(each, D(1), date(2026, 1, 1)) for each in currencies)
    run_as("karl").do(set_exchange_rates, rates=rates)
    return day


@pytest.mark.parametrize("view", VIEWS)
def test_pages_of_two_come_to_the_whole_list_and_nothing_twice(full: Day, view: str) -> None:
    with reading(full.owner) as session:
        whole = list(administration_rows(session, view=view))
        found: list[Any] = []
        after = None
        while page := administration_rows(session, view=view, after=after, limit=2):
            assert len(page) <= 2 or view == "company"
            found += page
            after = page[-1].key
    assert found == whole
    assert len(whole) >= (3 if view == "company" else 4)


@pytest.mark.parametrize("view", VIEWS)
def test_whatever_is_typed_finds_nothing_and_breaks_nothing(full: Day, view: str) -> None:
    with reading(full.owner) as session:
        for typed in NAUGHTY:
            assert tuple(administration_rows(session, view=view, filter=typed)) == (), typed
        nothing_typed = administration_rows(session, view=view, filter="\0")
        assert nothing_typed == administration_rows(session, view=view)


@pytest.mark.parametrize(
    ("view", "typed", "finds"),
    [
        ("company", "time", ["floor"]),
        ("company", "p", ["prices", "papers", "floor"]),
        ("rates", "e", ["EUR"]),
        ("terms", "net", ["NET30"]),
        ("terms", "30 d", ["NET30"]),
        ("delivery", "truck", ["TRUCK"]),
        ("delivery", "pick", ["PICKUP"]),
        ("warehouses", "nor", ["NORTH"]),
        ("places", "a-0", ["A-01", "A-02", "A-03"]),
        ("places", "truck", ["TRUCK-1", "TRUCK-2"]),
        ("places", "staging", ["S-01", "S-02"]),
        ("printers", "p-", ["P-2", "P-3", "P-4", "P-1"]),
        ("printers", "folder", ["FOLDER"]),
        ("printers", "printer 3", ["P-3"]),
        ("cartons", "type", ["T-2", "T-3", "T-4", "T-1"]),
        ("cartons", "tote", ["TOTE"]),
        ("people", "mar", ["maria"]),
        ("people", "Zo", ["zoe"]),
        ("stations", "packing", ["PACK-1"]),
        ("stations", "s-2", ["S-2"]),
    ],
)
def test_lists_are_filtered_by_code_and_name_and_what_is_out_of_use_comes_last(
    full: Day, view: str, typed: str, finds: list[str]
) -> None:
    with reading(full.owner) as session:
        rows = administration_rows(session, view=view, filter=typed)
    codes = [getattr(row, "code", None) or getattr(row, "login", None) or row.id for row in rows]
    assert [code.partition("_")[0] for code in codes] == finds


def test_who_only_administers_reads_every_view_and_is_told_no_number_they_may_not_read(
    full: Day, engine_as: EngineAs, run_as: RunAs
) -> None:
    with full.owner.begin() as owner:
        owner.exec_driver_sql(
            "INSERT INTO print_job (document, subject_id) VALUES ('pick_list', 1)"
        )
    with reading(engine_as("adam")) as session:
        for view in VIEWS:
            assert len(administration_rows(session, view=view)) >= 3
        told = [(job.document, job.about) for job in print_jobs(session)]
        assert told[:2] == [(DocumentKind.PICK_LIST, ""), (DocumentKind.BIN_LABEL, "A-01")]
        assert administration_choices(session).failed == 0


def test_nothing_is_found_under_an_id_that_is_not_there(day: Day) -> None:
    asked: list[Callable[[Session], Any]] = [
        lambda s: printer(s, printer=99),
        lambda s: print_job(s, job=99),
        lambda s: carton_type(s, carton_type=99),
        lambda s: person(s, person=99),
        lambda s: station(s, station=99),
        lambda s: wrong_scan(s, scan=99),
        lambda s: currency(s, currency="EUR"),
        lambda s: place(s, place=9999),
        lambda s: warehouse(s, warehouse=99),
        lambda s: terms(s, code="NET99"),
        lambda s: delivery_mode(s, code="BALLOON"),
    ]
    with reading(day.owner) as session:
        for each in asked:
            with pytest.raises(NotFound):
                each(session)


def test_a_currency_knows_what_counts_today_and_what_comes(day: Day, today: date) -> None:
    days = (today - timedelta(days=9), today, today + timedelta(days=5), today + timedelta(days=9))
    rates = tuple(NewExchangeRate("EUR", D(number + 1), on) for number, on in enumerate(days))
    day.runner.do(set_exchange_rates, rates=rates)
    with reading(day.owner) as session:
        (row,) = administration_rows(session, view="rates")
        assert (row.rate, row.valid_from, row.coming) == (2, today, days[2])
        found = currency(session, currency="EUR")
    assert [each.rate for each in found.rates] == [4, 3, 2, 1]
    assert found.current is not None
    assert found.current.rate == 2


def test_an_old_wrong_scan_is_found_by_its_day_alone(day: Day, run_as: RunAs) -> None:
    old = datetime(2020, 5, 1, 12, 0, tzinfo=UTC)
    run_as("fritz", station="PACK-1").do(
        note_wrong_scans, desk="packing", scans=(ScanNote(old, "4711", "UNKNOWN CODE"),) * 3
    )
    with reading(day.owner) as session:
        assert wrong_scan_groups(session) == ()
        (row,) = wrong_scan_groups(session, filter="2020-05-01 PACK")
        found = wrong_scan(session, scan=row.id)
    assert (row.day, row.count, row.station) == (date(2020, 5, 1), 3, "PACK-1")
    assert found.scan == row
    assert len(found.times) == 3
    assert (found.elsewhere, found.number, found.to_learn) == ((), "", "4711")


def test_history_tells_the_verbs_that_were_asked_for(full: Day) -> None:
    with reading(full.owner) as session:
        p1 = full.id_of("printer", "P-1")
        told = record_history(session, kind=Kind.PRINTER, ids=(p1,))
        assert [(each.verb, each.who) for each in told] == [
            ("change_printer", "Adam"),
            ("create_printer", "Adam"),
        ]
        made = record_history(session, kind=Kind.PRINTER, ids=(p1,), verbs=("create_printer",))
        assert [each.verb for each in made] == ["create_printer"]


@pytest.mark.parametrize(("view", "most"), [(view, 2) for view in VIEWS])
def test_a_page_is_one_statement_or_two(full: Day, view: str, most: int) -> None:
    with reading(full.owner) as session, hearing(full.owner) as sent:
        administration_rows(session, view=view)
    assert len(sent) <= most


def test_places_come_page_by_page_without_the_far_ends(day: Day) -> None:
    with reading(day.owner) as session:
        whole = places(session)
        found: list[Any] = []
        after = None
        while page := places(session, after=after, limit=4):
            found += page
            after = page[-1].key
        assert tuple(found) == whole
        assert {"A-01", "TRUCK-1", "RECV"} <= {each.code for each in whole}
        assert not {"SUPPLIER", "CUSTOMER", "SCRAP"} & {each.code for each in whole}
        assert places(session, filter="x" * 9_000) == places(session, filter="%") == ()
