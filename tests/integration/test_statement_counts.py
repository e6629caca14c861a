"""How many statements the life of an order takes: exact, and flat in the number of lines.

Counted is what goes over the wire, each execution of an `executemany` too, without BEGIN, COMMIT
and SET, and without what triggers do.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.orders import NewLine, confirm_order, enter_order
from app.operations.picking import pick_order
from app.operations.run import Runner
from app.operations.staging import restage, stage
from app.operations.trucks import depart, load, plan_trip, start_loading
from bench.counting import wire
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day

SENT = {
    "enter": 9,
    "confirm": 4,
    "allocate": 5,
    "pick": 7,
    "stage": 6,
    "load": 7,
    "depart": 11,
    "invoice": 6,
    "post": 5,
}
"""Exactly what each command sends; together they may take 60."""


def _life(day: Day, runner: Runner, lines: int) -> dict[str, int]:
    for _ in range(2):
        day.stock("PUMP", 100)
    counts: dict[str, int] = {}

    def step(name: str, function: Any, **arguments: Any) -> Any:
        with wire(runner.engine) as sent:
            answer = runner.do(function, **arguments)
        counts[name] = sent.statements
        return answer

    typed = tuple(NewLine(day.item("PUMP"), Decimal(1)) for _ in range(lines))
    order = step("enter", enter_order, customer=day.id_of("customer", "C-2"), lines=typed).order_id
    step("confirm", confirm_order, order=order)
    step("allocate", allocate_order, order=order)
    step("pick", pick_order, order=order, to=day.place("CART-1"))
    step("stage", stage, order=order)
    trip = runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(order,)).trip_id
    runner.do(start_loading, trip=trip)
    step("load", load, trip=trip, order=order)
    step("depart", depart, trip=trip)
    invoice = step("invoice", invoice_order, order=order).invoice_id
    step("post", post_invoice, invoice=invoice)
    return counts


def test_the_life_of_an_order_stays_within_its_statements(
    day: Day, engine_as: EngineAs, run_as: RunAs
) -> None:
    counts = _life(day, run_as("maria"), 10)
    assert counts.keys() == SENT.keys()
    assert counts == SENT
    assert sum(counts.values()) <= 60


def test_statements_do_not_grow_with_lines(day: Day, run_as: RunAs) -> None:
    assert _life(day, run_as("maria"), 2) == _life(day, run_as("maria"), 40)


def test_a_lane_to_lane_move_is_six_statements(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=order)
    day.runner.do(stage, order=order)
    runner = run_as("maria")
    with wire(runner.engine) as sent:
        runner.do(restage, order=order, lane=day.place("S-02"))
    assert sent.statements <= 6


@pytest.mark.parametrize("lines", [1, 30])
def test_a_departure_is_at_most_thirty_statements(day: Day, run_as: RunAs, lines: int) -> None:
    assert _life(day, run_as("maria"), lines)["depart"] <= 30
