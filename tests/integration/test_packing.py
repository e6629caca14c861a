"""From the bin into the carton, out to the customer, and the ways back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.operations.allocation import allocate_order
from app.operations.packing import (
    CartonEmpty,
    CartonNotClosed,
    CartonNotOpen,
    CartonOfOther,
    MoreThanOrdered,
    NothingBoxed,
    NothingLeftToTake,
    NotOnOrder,
    ShippedAlready,
    UnpackedAlready,
    box,
    close_carton,
    finish,
    open_carton,
    reopen_carton,
    undo_box,
    unpack,
)
from app.operations.picking import pick_order
from app.operations.staging import stage
from tests.factories.day import Day

BENCH = "P-01"


def _carton(day: Day, order: int) -> int:
    return int(day.runner.do(open_carton, order=order, location=day.place(BENCH)).carton_id)


def _box(day: Day, order: int, item: str, carton: int, quantity: int = 1, **more: Any) -> Any:
    return day.runner.do(
        box,
        order=order,
        item=day.item(item),
        carton=carton,
        location=day.place(BENCH),
        quantity=Decimal(quantity),
        **more,
    )


@pytest.fixture
def by_hand(day: Day) -> None:
    """The company's setting: orders are finished by a key, not by their last scan."""
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET finish_packs = false"))


def test_boxed_goods_stay_inventory_and_finish_packs_them(day: Day, by_hand: None) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton)
    assert day.on_hand("PUMP", "A-01") == 4
    assert day.on_hand("PUMP", BENCH) == 1
    with pytest.raises(CartonNotClosed):
        day.runner.do(finish, order=order)
    last = _box(day, order, "PUMP", carton)
    assert (last.left, last.closed, last.finished) == (0, (1,), None)
    assert day.lines(order)[0].packed == 0
    done = day.runner.do(finish, order=order)
    assert (done.packed, done.quantity) == (True, Decimal(2))
    assert day.on_hand("PUMP", BENCH) == 0
    assert day.status(order) == "packed"
    assert day.ask("SELECT document FROM print_job ORDER BY id") == [
        ("carton_label",),
        ("packing_slip",),
    ]


def test_the_last_scan_closes_the_carton_and_packs_what_a_carrier_takes(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2), ("PUMP", 1))
    carton = _carton(day, order)
    assert _box(day, order, "PUMP", carton, 2).finished is None
    last = _box(day, order, "PUMP", carton)
    assert last.closed == (1,)
    assert last.finished is not None
    assert (last.finished.packed, last.finished.shipment, last.finished.quantity) == (
        True,
        "SH-1001",
        Decimal(3),
    )
    assert [line.packed for line in day.lines(order)] == [2, 1]
    assert day.on_hand("PUMP", BENCH) == 0
    assert day.ask("SELECT document FROM print_job ORDER BY document") == [
        ("carton_label",),
        ("packing_slip",),
    ]
    assert day.one("SELECT state FROM carton") == "packed"
    with pytest.raises(ShippedAlready, match="was packed as SH-1001 by maria on 20"):
        day.runner.do(finish, order=order)
    assert day.ask("SELECT number FROM shipment") == [("SH-1001",)]


def test_the_lane_comes_before_the_bin_and_free_goods_come_last(day: Day, by_hand: None) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    lane = day.one("SELECT min(id) FROM location WHERE kind = 'staging'")
    day.runner.do(stage, order=order, lane=lane)
    day.stock("PUMP", 4)
    carton = _carton(day, order)
    assert _box(day, order, "PUMP", carton, 2).sources[1] == "A-01"
    assert day.on_hand("PUMP", "A-01") == 3
    assert day.free("PUMP", "A-01") == 3


def test_refused_scans_move_nothing(day: Day) -> None:
    day.stock("PUMP", 1)
    order, other = day.order(("PUMP", 2)), day.order(("PUMP", 1))
    carton, foreign = _carton(day, order), _carton(day, other)
    with pytest.raises(NotOnOrder):
        _box(day, order, "ANCHOR", carton)
    with pytest.raises(MoreThanOrdered):
        _box(day, order, "PUMP", carton, 3)
    with pytest.raises(NothingLeftToTake):
        _box(day, order, "PUMP", carton, 2)
    with pytest.raises(CartonOfOther):
        _box(day, order, "PUMP", foreign)
    with pytest.raises(NothingBoxed):
        day.runner.do(finish, order=order)
    assert day.on_hand("PUMP", "A-01") == 1
    assert day.free("PUMP", "A-01") == 1


def test_undo_brings_the_goods_and_their_promise_back(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton)
    day.runner.do(undo_box, carton=carton)
    assert day.on_hand("PUMP", "A-01") == 5
    assert day.free("PUMP", "A-01") == 4
    assert day.lines(order)[0].boxed == 0


@pytest.mark.parametrize("place", ["CART-1", "S-01"])
def test_undo_brings_goods_back_to_the_cart_or_lane_they_came_from(day: Day, place: str) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place(place))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton)
    day.runner.do(undo_box, carton=carton)
    assert day.on_hand("PUMP", place) == 2
    assert day.free("PUMP", place) == 0
    assert day.on_hand("PUMP", BENCH) == 0


def test_a_closed_carton_takes_nothing_until_it_is_reopened(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton)
    day.runner.do(close_carton, carton=carton)
    with pytest.raises(CartonNotOpen):
        _box(day, order, "PUMP", carton)
    day.runner.do(reopen_carton, carton=carton)
    assert _box(day, order, "PUMP", carton).left == 0


def test_unpack_restores_the_promise_in_its_closed_carton_once(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 2)
    shipment = day.one("SELECT id FROM shipment")
    day.runner.do(unpack, shipment=shipment)
    assert day.on_hand("PUMP", BENCH) == 2
    assert (day.lines(order)[0].packed, day.lines(order)[0].boxed) == (0, 2)
    assert day.one("SELECT state FROM carton WHERE id = :id", id=carton) == "closed"
    with pytest.raises(UnpackedAlready):
        day.runner.do(unpack, shipment=shipment)


def test_our_own_trucks_cartons_go_to_the_lane_and_are_not_packed(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2), customer="C-2")
    carton = _carton(day, order)
    with pytest.raises(CartonEmpty):
        day.runner.do(close_carton, carton=carton)
    assert _box(day, order, "PUMP", carton, 2).closed == (1,)
    done = day.runner.do(finish, order=order)
    assert (done.packed, done.shipment) == (False, None)
    assert day.on_hand("PUMP", str(done.lane)) == 2
    assert day.lines(order)[0].packed == 0
    assert day.ask("SELECT id FROM shipment") == []
