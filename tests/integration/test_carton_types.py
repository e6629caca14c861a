"""Carton types made, changed and retired; what a station packs into afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from app.core.errors import NotFound, NotPermitted, SeveralProblems
from app.operations.allocation import allocate_order
from app.operations.carton_types import (
    CartonMeasures,
    LastCartonType,
    MoreThanInside,
    RetiredType,
    SizeNotWhole,
    UsualTypeStays,
    create_carton_type,
    redefine_carton_type,
)
from app.operations.packing import open_carton
from app.operations.records import NumberTaken
from app.rules.packing import CartonKind
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.terminal import answer, claim

D = Decimal
LARGE = CartonMeasures(D("0.9"), D(30), None, D(600), D(400), D(300))


def kept(day: Day) -> list[tuple[Any, ...]]:
    """Every type: code, empty weight, greatest weight, litres, usual one, in use."""
    return [
        tuple(row)
        for row in day.ask(
            "SELECT code, tare_kg, max_kg, volume_l, is_default, is_active"
            " FROM carton_type ORDER BY id"
        )
    ]


AT_FIRST = [
    ("BOX-M", D("0.4"), D(20), D(40), True, True),
    ("TOTE", D("1.5"), D(25), D(60), False, True),
]


@pytest.mark.parametrize("login", ["stefan", "adam"])
def test_a_new_type_is_as_large_as_its_size_says_and_becomes_the_usual_one(
    day: Day, run_as: RunAs, login: str
) -> None:
    made = run_as(login).do(
        create_carton_type, code="BOX-L", name="Box L", measures=LARGE, is_default=True
    )
    assert kept(day) == [
        (*AT_FIRST[0][:4], False, True),
        AT_FIRST[1],
        ("BOX-L", D("0.9"), D(30), D(72), True, True),
    ]
    assert day.ask(
        "SELECT kind, length_mm, width_mm, height_mm FROM carton_type WHERE id = :id",
        id=made.carton_type_id,
    ) == [("box", 600, 400, 300)]
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=order)
    day.runner.do(open_carton, order=order, location=day.place("P-01"))
    assert day.one("SELECT type_id FROM carton") == made.carton_type_id


def test_what_cannot_be_a_type_is_told_all_at_once(day: Day, run_as: RunAs) -> None:
    adam = run_as("adam")
    bad = CartonMeasures(D(-1), D(0), D("0.00001"), D(600), None, D("NaN"))
    with pytest.raises(SeveralProblems) as refused:
        adam.do(create_carton_type, code="TOTE", name=" ", measures=bad)
    assert [each.name for each in refused.value.problems] == [
        "TextMissing",
        "NumberOutOfRange",
        "NumberOutOfRange",
        "NumberOutOfRange",
        "NumberOutOfRange",
        "SizeNotWhole",
        "NumberTaken",
    ]
    with pytest.raises(SizeNotWhole):
        adam.do(create_carton_type, code="B", name="B", measures=CartonMeasures(length_mm=D(10)))
    with pytest.raises(MoreThanInside) as inside:
        adam.do(
            create_carton_type,
            code="B",
            name="B",
            measures=CartonMeasures(D(0), None, D(80), D(600), D(400), D(300)),
        )
    assert str(inside.value) == (
        "80 litres do not go into 600 × 400 × 300 mm: that is 72 litres. "
        "Correct one of them, or leave the litres empty."
    )
    with pytest.raises(NotFound):
        adam.do(redefine_carton_type, carton_type=99, name="x")
    assert kept(day) == AT_FIRST


def test_two_types_have_no_barcode_in_common(day: Day, run_as: RunAs) -> None:
    adam = run_as("adam")
    with pytest.raises(NumberTaken, match="carton type BOX-M"):
        adam.do(create_carton_type, code="box-m", name="Another M")
    assert adam.do(create_carton_type, code="crate", name="Crate").code == "CRATE"
    assert [row[0] for row in kept(day)] == ["BOX-M", "TOTE", "CRATE"]


def test_a_type_is_changed_its_limits_emptied_and_it_is_retired_and_brought_back(
    day: Day, run_as: RunAs
) -> None:
    stefan, tote = run_as("stefan"), day.id_of("carton_type", "TOTE")
    stefan.do(
        redefine_carton_type,
        carton_type=tote,
        name="Grey tote",
        measures=CartonMeasures(D("1.6"), None, D(55)),
    )
    stefan.do(redefine_carton_type, carton_type=tote, is_active=False)
    assert kept(day)[1] == ("TOTE", D("1.6"), None, D(55), False, False)
    with pytest.raises(RetiredType):
        stefan.do(redefine_carton_type, carton_type=tote, is_default=True)
    stefan.do(redefine_carton_type, carton_type=tote, is_active=True, is_default=True)
    assert [row[4:] for row in kept(day)] == [(False, True), (True, True)]


def test_the_usual_type_and_the_last_one_stay(day: Day, run_as: RunAs) -> None:
    stefan = run_as("stefan")
    box, tote = (day.id_of("carton_type", code) for code in ("BOX-M", "TOTE"))
    with pytest.raises(UsualTypeStays):
        stefan.do(redefine_carton_type, carton_type=box, is_active=False)
    stefan.do(redefine_carton_type, carton_type=tote, is_active=False)
    with pytest.raises(LastCartonType):
        stefan.do(redefine_carton_type, carton_type=box, is_active=False)
    assert [row[4:] for row in kept(day)] == [(True, True), (False, False)]


def test_who_packs_defines_no_cartons(day: Day, run_as: RunAs, engine_as: EngineAs) -> None:
    for login in ("fritz", "anna", "karl"):
        with pytest.raises(NotPermitted):
            run_as(login).do(create_carton_type, code="X", name="X", kind=CartonKind.TOTE)
        with pytest.raises(NotPermitted):
            run_as(login).do(redefine_carton_type, carton_type=1, name="X")
        for sql in (
            "INSERT INTO carton_type (code, name) VALUES ('X', 'X')",
            "UPDATE carton_type SET tare_kg = 0",
            "UPDATE carton_type SET is_active = false",
        ):
            with engine_as(login).connect() as terminal:
                claim(terminal)
                with pytest.raises(DBAPIError) as refused:
                    terminal.exec_driver_sql(sql)
            assert getattr(refused.value.orig, "sqlstate", "") == "42501"
    assert kept(day) == AT_FIRST


def test_at_a_terminal_a_type_keeps_its_code_and_measures_that_can_be(
    day: Day, engine_as: EngineAs
) -> None:
    for login in ("stefan", "adam"):
        with engine_as(login).connect() as terminal:
            for sql, state in (
                ("UPDATE carton_type SET code = 'OTHER'", "42501"),
                ("UPDATE carton_type SET kind = 'pallet'", "42501"),
                ("DELETE FROM carton_type", "42501"),
                ("UPDATE carton_type SET tare_kg = 'NaN'", "23514"),
                ("UPDATE carton_type SET tare_kg = -1", "23514"),
                ("UPDATE carton_type SET max_kg = 0", "23514"),
                ("UPDATE carton_type SET length_mm = 10", "23514"),
            ):
                with terminal.begin() as transaction:
                    claim(terminal)
                    with pytest.raises(DBAPIError) as refused:
                        terminal.exec_driver_sql(sql)
                    assert getattr(refused.value.orig, "sqlstate", "") == state, sql
                    transaction.rollback()
            with terminal.begin():
                claim(terminal)
                terminal.exec_driver_sql("UPDATE carton_type SET name = 'Box of size M'")
                answer(terminal)
