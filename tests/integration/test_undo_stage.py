"""A staging is taken back: each move by one of its own, to where the goods came from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.errors import NotPermitted
from app.operations.allocation import allocate_order
from app.operations.packing import box, close_carton, open_carton
from app.operations.picking import pick_order
from app.operations.staging import (
    NothingStaged,
    restage,
    stage,
    stage_carton,
    undo_stage,
    unstage,
)
from tests.conftest import RunAs
from tests.factories.day import Day

D = Decimal


def _picked(day: Day, *lines: tuple[str, object], to: str = "CART-1") -> int:
    order = day.order(*lines)
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place(to))
    return order


def _promises(day: Day) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in day.ask(
            """SELECT p.code, a.quantity, a.carton_id IS NOT NULL FROM allocation a
                 JOIN location p ON p.id = a.location_id ORDER BY 1, 3"""
        )
    ]


def test_what_came_off_a_cart_goes_back_onto_it_and_stays_promised(day: Day) -> None:
    day.stock("PUMP", 5)
    order, lane = _picked(day, ("PUMP", 5)), day.place("S-01")
    (line,) = day.lines(order)
    day.runner.do(stage, order=order, lane=lane, lines=(line.id,), quantity=D(2))
    day.runner.do(stage, order=order, lane=lane, lines=(line.id,), quantity=D(3))
    back = day.runner.do(undo_stage, order=order, lane=lane)
    assert (back.quantity, back.lines, back.place) == (D(3), 1, "CART-1")
    assert _promises(day) == [("CART-1", D(3), False), ("S-01", D(2), False)]
    with pytest.raises(NothingStaged, match="brought to S-01 for order SO-1001"):
        day.runner.do(undo_stage, order=order, lane=lane)
    assert _promises(day) == [("CART-1", D(3), False), ("S-01", D(2), False)]
    assert day.ask(
        """SELECT m.reason, m.quantity, r.reason FROM stock_move m
             LEFT JOIN stock_move r ON r.id = m.reverses_id ORDER BY m.id DESC LIMIT 2"""
    ) == [("unstage", D(3), "stage"), ("stage", D(3), None)]
    # From there it goes on as it came: to the lane again, with all that is on the cart.
    day.runner.do(stage, order=order, lane=lane)
    assert _promises(day) == [("S-01", D(5), False)]


def test_a_cart_whose_picks_came_from_several_bins_has_all_of_them_back(day: Day) -> None:
    day.stock("PUMP", 2)
    day.stock("ROPE", "1.5", "A-02")
    order, lane = _picked(day, ("PUMP", 2), ("ROPE", "1.5")), day.place("S-01")
    day.runner.do(stage, order=order, lane=lane)
    assert day.runner.do(undo_stage, order=order, lane=lane).lines == 2
    assert sorted(_promises(day)) == [("CART-1", D("1.5"), False), ("CART-1", D(2), False)]


def test_another_lane_a_bench_and_a_carton_have_theirs_back(day: Day) -> None:
    day.stock("PUMP", 4)
    order = day.order(("PUMP", 4))
    day.runner.do(allocate_order, order=order)
    carton = day.runner.do(open_carton, order=order, location=day.place("P-01"))
    day.runner.do(
        box,
        order=order,
        location=day.place("P-01"),
        carton=carton.carton_id,
        item=day.item("PUMP"),
        quantity=D(3),
    )
    day.runner.do(close_carton, carton=carton.carton_id)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    first, second = day.place("S-01"), day.place("S-02")
    day.runner.do(stage_carton, order=order, carton=carton.carton_id, lane=first)
    day.runner.do(undo_stage, order=order, lane=first)
    assert _promises(day) == [("P-01", D(1), False), ("P-01", D(3), True)]
    day.runner.do(stage, order=order, lane=first)
    assert _promises(day) == [("S-01", D(1), False), ("S-01", D(3), True)]
    day.runner.do(restage, order=order, lane=second)
    day.runner.do(undo_stage, order=order, lane=second)
    assert _promises(day) == [("S-01", D(1), False), ("S-01", D(3), True)]
    with pytest.raises(NothingStaged):
        day.runner.do(undo_stage, order=order, lane=second)
    with pytest.raises(NothingStaged):  # once: what stood there before is nobody's mistake
        day.runner.do(undo_stage, order=order, lane=first)
    assert day.ask(
        """SELECT r.reason, m.reason, m.quantity FROM stock_move m
             JOIN stock_move r ON r.id = m.reverses_id ORDER BY m.id"""
    ) == [
        ("stage", "box", D(3)),
        ("stage", "stage", D(3)),
        ("stage", "stage", D(1)),
    ]


def test_what_has_gone_on_is_not_taken_back(day: Day) -> None:
    day.stock("PUMP", 4)
    order, lane = _picked(day, ("PUMP", 4)), day.place("S-01")
    day.runner.do(stage, order=order, lane=lane)
    day.runner.do(unstage, order=order, to=day.place("A-02"), reason="counted")
    with pytest.raises(NothingStaged):
        day.runner.do(undo_stage, order=order, lane=lane)
    assert _promises(day) == [("A-02", D(4), False)]


def test_the_floor_takes_back(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 4)
    order, lane = _picked(day, ("PUMP", 4)), day.place("S-01")
    day.runner.do(stage, order=order, lane=lane)
    with pytest.raises(NotPermitted):
        run_as("karl").do(undo_stage, order=order, lane=lane)
    assert _promises(day) == [("S-01", D(4), False)]
    assert run_as("fritz").do(undo_stage, order=order, lane=lane).place == "CART-1"
