"""Free goods moved from place to place: all that is asked for in one command, or nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from app.core.errors import NotFound, NotPermitted, SeveralProblems
from app.core.ids import Kind
from app.core.quantity import QuantityTooFine
from app.operations.allocation import allocate_order
from app.operations.refusals import RefusedByDatabase
from app.operations.stock import (
    LotNeeded,
    NotAPlaceForIt,
    NotEnoughThere,
    SamePlace,
    StockChanged,
    ToMove,
    transfer,
)
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.statements import hearing
from tests.factories.trips import doctor_finds


def _goods(
    day: Day, item: str, quantity: object, origin: str, target: str, lot: str | None = None
) -> ToMove:
    size = Decimal(str(quantity))
    return ToMove(day.item(item), size, day.place(origin), day.place(target), lot)


def _move(day: Day, *goods: ToMove) -> StockChanged:
    return day.runner.do(transfer, goods=goods)


def _moves(day: Day) -> Any:
    return day.one("SELECT count(*) FROM stock_move WHERE reason = 'transfer'")


def test_several_goods_are_put_away_by_one_command(day: Day, owner: Engine) -> None:
    day.stock("PUMP", 3, "RECV")
    day.stock("ROPE", "7.5", "RECV")
    day.stock("FLARE", 4, "RECV", lot="L-1")
    moved = _move(
        day,
        _goods(day, "PUMP", 3, "RECV", "A-01"),
        _goods(day, "ROPE", "7.5", "RECV", "A-02"),
        _goods(day, "FLARE", 1, "RECV", "A-02", "L-1"),
    )
    assert len(moved.move_ids) == 3
    assert moved.changes.touched == {
        (Kind.STOCK, day.item(item)) for item in ("PUMP", "ROPE", "FLARE")
    }
    assert [
        day.on_hand(*each)
        for each in (("PUMP", "A-01"), ("ROPE", "A-02"), ("FLARE", "A-02"), ("FLARE", "RECV"))
    ] == [3, Decimal("7.5"), 1, 3]
    assert day.one("SELECT count(*) FROM command WHERE verb = 'transfer'") == 1
    assert doctor_finds(owner) == ()


def test_one_that_is_not_free_keeps_all_where_they_are(day: Day) -> None:
    day.stock("PUMP", 3)
    day.stock("ROPE", 5)
    day.runner.do(allocate_order, order=day.order(("PUMP", 2)))
    with pytest.raises(NotEnoughThere, match=r"Only 1 of PUMP is free in A-01, not 3\."):
        _move(day, _goods(day, "ROPE", 5, "A-01", "A-02"), _goods(day, "PUMP", 3, "A-01", "A-02"))
    assert _moves(day) == 0
    assert day.on_hand("ROPE", "A-01") == 5
    assert day.one("SELECT sum(quantity) FROM allocation") == 2


def test_the_same_goods_named_twice_are_added_up(day: Day) -> None:
    day.stock("PUMP", 3)
    twice = [_goods(day, "PUMP", 2, "A-01", place) for place in ("A-02", "A-03")]
    with pytest.raises(NotEnoughThere, match=r"Only 3 of PUMP is free in A-01, not 4\."):
        _move(day, *twice)
    _move(day, *(_goods(day, "PUMP", n, "A-01", to) for n, to in ((2, "A-02"), (1, "A-03"))))
    assert [day.on_hand("PUMP", place) for place in ("A-01", "A-02", "A-03")] == [0, 2, 1]


def test_what_one_brings_the_next_cannot_take_in_the_same_breath(day: Day) -> None:
    day.stock("PUMP", 3)
    with pytest.raises(NotEnoughThere, match=r"Only 0 of PUMP is free in A-02, not 3\."):
        _move(day, _goods(day, "PUMP", 3, "A-01", "A-02"), _goods(day, "PUMP", 3, "A-02", "A-03"))
    assert _moves(day) == 0


def test_two_places_change_their_goods(day: Day) -> None:
    day.stock("PUMP", 3, "A-01")
    day.stock("ROPE", 2, "A-02")
    _move(day, _goods(day, "PUMP", 3, "A-01", "A-02"), _goods(day, "ROPE", 2, "A-02", "A-01"))
    assert [day.on_hand("PUMP", "A-02"), day.on_hand("ROPE", "A-01")] == [3, 2]


def test_everything_that_is_wrong_is_said_at_once(day: Day) -> None:
    for item, quantity in (("PUMP", 3), ("ROPE", 5)):
        day.stock(item, quantity)
    day.stock("FLARE", 4, lot="L-1")
    with pytest.raises(SeveralProblems) as refused:
        _move(
            day,
            _goods(day, "PUMP", 1, "A-01", "S-01"),
            _goods(day, "PUMP", "0.5", "A-01", "A-02"),
            _goods(day, "ROPE", 1, "A-01", "A-01"),
            _goods(day, "FLARE", 1, "A-01", "A-02"),
            _goods(day, "FLARE", 1, "A-01", "A-02", "L-2"),
            ToMove(0, Decimal(1), day.place("A-01"), 0),
        )
    assert [type(each) for each in refused.value.each()] == [
        NotAPlaceForIt,
        NotFound,
        QuantityTooFine,
        SamePlace,
        LotNeeded,
        NotFound,
        NotFound,
    ]
    assert "ROPE lies in A-01 already." in refused.value.message()
    assert _moves(day) == 0
    assert day.ask("SELECT code FROM lot") == [("L-1",)]


def test_what_several_lack_is_said_at_once_too(day: Day) -> None:
    day.stock("PUMP", 3)
    with pytest.raises(SeveralProblems) as refused:
        _move(day, *(_goods(day, item, 4, "A-01", "A-02") for item in ("PUMP", "ROPE", "ANCHOR")))
    assert [each.data["free"] for each in refused.value.each()] == [3, 0, 0]


def test_many_goods_take_the_statements_of_one(day: Day) -> None:
    counts = []
    for many in (1, 30):
        lots = [f"L-{many}-{number}" for number in range(many)]
        for lot in lots:
            day.stock("FLARE", 2, lot=lot)
        goods = [_goods(day, "FLARE", 2, "A-01", "A-02", lot) for lot in lots]
        with hearing(day.runner.engine) as sent:
            _move(day, *goods)
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert day.on_hand("FLARE", "A-02") == 62


def test_goods_do_not_leave_their_warehouse_by_the_way(day: Day) -> None:
    day.stock("PUMP", 3)
    with pytest.raises(RefusedByDatabase, match="warehouse"):
        _move(day, _goods(day, "PUMP", 1, "A-01", "A-02"), _goods(day, "PUMP", 1, "A-01", "N-01"))
    assert _moves(day) == 0


def test_a_cart_takes_goods_that_are_free_lanes_and_trucks_do_not(day: Day) -> None:
    day.stock("PUMP", 2)
    for place in ("S-01", "TRUCK-1"):
        with pytest.raises(NotAPlaceForIt, match=place):
            _move(day, _goods(day, "PUMP", 1, "A-01", place))
    _move(day, _goods(day, "PUMP", 1, "A-01", "CART-1"))
    assert day.on_hand("PUMP", "CART-1") == 1


def test_goods_are_moved_by_those_of_the_floor(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 2)
    goods = (_goods(day, "PUMP", 1, "A-01", "A-02"),)
    with pytest.raises(NotPermitted):
        run_as("anna").do(transfer, goods=goods)
    assert run_as("fritz").do(transfer, goods=goods).quantity == 1
