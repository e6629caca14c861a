"""Corrections of stock: below what is promised they ask, and say whose it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.core.errors import NotPermitted, Question
from app.operations.allocation import allocate_order
from app.operations.orders import change_order
from app.operations.packing import box, open_carton
from app.operations.picking import make_picklist
from app.operations.stock import (
    NotAPlaceForIt,
    NotEnoughThere,
    PromisedThere,
    ReasonNeeded,
    TakenBack,
    adjust,
)
from app.rules.stock import PUT_AWAY, RECEIVED_INTO
from tests.conftest import RunAs
from tests.factories.day import Day


def _correct(day: Day, quantity: int, place: str = "A-01", **more: Any) -> Any:
    return day.runner.do(
        adjust,
        item=day.item("PUMP"),
        location=day.place(place),
        quantity=Decimal(quantity),
        reason="counted",
        **more,
    )


def _allocated(day: Day, *wants: int) -> list[int]:
    """Orders of pumps, each with all it wants."""
    orders = [day.order(("PUMP", wanted)) for wanted in wants]
    for order in orders:
        day.runner.do(allocate_order, order=order)
    return orders


def _number(day: Day, order: int) -> str:
    return str(day.one("SELECT number FROM sales_order WHERE id = :id", id=order))


def test_free_goods_are_corrected_without_a_question(day: Day) -> None:
    day.stock("PUMP", 5)
    _allocated(day, 3)
    answer = _correct(day, -2)
    assert answer.taken_back == ()
    assert day.on_hand("PUMP", "A-01") == 3
    assert day.free("PUMP", "A-01") == 0
    assert _correct(day, 4).quantity == 4
    assert day.free("PUMP", "A-01") == 4


def test_below_what_is_promised_is_a_question_that_lists_whose(day: Day) -> None:
    day.stock("PUMP", 6)
    first, second = _allocated(day, 3, 2)
    with pytest.raises(PromisedThere) as asked:
        _correct(day, -2)
    assert isinstance(asked.value, Question)
    assert asked.value.answer == "release"
    message = asked.value.message()
    assert f"{_number(day, first)} (3)" in message
    assert f"{_number(day, second)} (2)" in message
    assert "Only 1 of PUMP is free in A-01, not 2" in message
    assert day.on_hand("PUMP", "A-01") == 6
    assert day.one("SELECT sum(quantity) FROM allocation") == 5
    assert day.one("SELECT count(*) FROM command WHERE verb = 'adjust'") == 0


def test_answered_yes_the_least_urgent_gives_up_just_what_is_missing(day: Day) -> None:
    day.stock("PUMP", 6)
    low, late, urgent = _allocated(day, 2, 2, 2)
    day.runner.do(change_order, order=low, priority=-1)
    day.runner.do(change_order, order=late, requested_date=date(2099, 1, 1))
    day.runner.do(change_order, order=urgent, priority=5)
    answer = _correct(day, -3, release=True)
    assert answer.taken_back == (
        TakenBack(day.lines(low)[0].id, _number(day, low), 1, Decimal(2)),
        TakenBack(day.lines(late)[0].id, _number(day, late), 1, Decimal(1)),
    )
    assert [day.lines(order)[0].allocated for order in (low, late, urgent)] == [0, 1, 2]
    assert [day.status(order) for order in (low, late, urgent)] == [
        "waiting",
        "part_allocated",
        "allocated",
    ]
    assert day.one("SELECT is_short FROM sales_order WHERE id = :id", id=low)
    assert day.on_hand("PUMP", "A-01") == 3
    assert day.free("PUMP", "A-01") == 0


def test_goods_on_a_picklist_are_given_up_after_those_on_none(day: Day) -> None:
    day.stock("PUMP", 4)
    listed, plain = _allocated(day, 2, 2)
    day.runner.do(change_order, order=plain, priority=9)
    day.runner.do(make_picklist, orders=(listed,))
    _correct(day, -2, release=True)
    assert [day.lines(order)[0].allocated for order in (listed, plain)] == [2, 0]
    assert day.ask("SELECT state FROM picklist_line") == [("open",)]
    _correct(day, -1, release=True)
    assert day.lines(listed)[0].allocated == 1
    assert day.ask("SELECT state, reason FROM picklist_line") == [("cancelled", "released")]


def test_boxed_goods_are_given_up_last(day: Day) -> None:
    day.stock("PUMP", 5)
    boxed, loose = _allocated(day, 2, 3)
    bench = day.place("P-01")
    carton = day.runner.do(open_carton, order=boxed, location=bench).carton_id
    day.runner.do(
        box,
        order=boxed,
        item=day.item("PUMP"),
        carton=carton,
        location=bench,
        quantity=Decimal(1),
    )
    with pytest.raises(NotEnoughThere):
        _correct(day, -2, "P-01", release=True)
    _correct(day, -3, release=True)
    assert [day.lines(order)[0].allocated for order in (boxed, loose)] == [2, 0]
    assert day.one("SELECT quantity FROM allocation WHERE carton_id = :id", id=carton) == 1
    _correct(day, -1, "P-01", release=True)
    assert day.one("SELECT count(*) FROM allocation WHERE carton_id = :id", id=carton) == 0
    assert day.on_hand("PUMP", "P-01") == 0


def test_more_than_lies_there_is_refused_whatever_is_answered(day: Day) -> None:
    day.stock("PUMP", 2)
    _allocated(day, 2)
    with pytest.raises(NotEnoughThere, match="Only 2 of PUMP"):
        _correct(day, -3, release=True)
    assert day.on_hand("PUMP", "A-01") == 2
    assert day.one("SELECT sum(quantity) FROM allocation") == 2


def test_a_correction_needs_a_reason_and_the_right(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 2)
    values = {"item": day.item("PUMP"), "location": day.place("A-01"), "quantity": Decimal(-1)}
    with pytest.raises(ReasonNeeded):
        day.runner.do(adjust, **values, reason=" ")
    with pytest.raises(NotPermitted):
        run_as("fritz").do(adjust, **values, reason="counted", release=True)
    assert run_as("stefan").do(adjust, **values, reason="counted").quantity == -1
    assert day.on_hand("PUMP", "A-01") == 1


@pytest.mark.parametrize("place", ["S-01", "P-01", "CART-1", "TRUCK-1", "CUSTOMER"])
def test_goods_are_received_into_bins_alone(day: Day, place: str) -> None:
    with pytest.raises(NotAPlaceForIt, match=f"{place} is a"):
        day.stock("PUMP", 1, place)
    assert day.one("SELECT count(*) FROM stock_move") == 0


def test_where_goods_may_go_is_what_the_database_says(day: Day) -> None:
    rules: dict[str, set[str]] = {"receive": set(), "opening": set(), "transfer": set()}
    for reason, kind in day.ask("SELECT reason, to_kind FROM move_rule"):
        rules.get(reason, set()).add(kind)
    for reason, kinds in RECEIVED_INTO.items():
        assert {kind.value for kind in kinds} == rules[reason.value]
    assert {kind.value for kind in PUT_AWAY} == rules["transfer"]
