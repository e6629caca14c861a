"""Who waits for whom on the floor: lists and cartons before orders, so that nobody deadlocks."""

from __future__ import annotations

import time
from threading import Thread
from typing import Any

import pytest

from app.operations.allocation import allocate_order, release_order
from app.operations.picking import make_picklist, pick_order
from app.operations.run import Runner
from app.operations.staging import restage, stage, unstage
from app.operations.trucks import depart, load
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.shipping import boxed
from tests.factories.statements import hearing
from tests.factories.trips import planned_trip, staged


class Waiting:
    """A verb in a thread of its own, seen to wait for a lock before the test goes on."""

    def __init__(self, day: Day, runner: Runner, verb: Any, arguments: dict[str, Any]) -> None:
        self.answers: list[Any] = []
        self._thread = Thread(target=lambda: self.answers.append(runner.do(verb, **arguments)))
        self._thread.start()
        until = time.monotonic() + 30
        while not day.one(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ):
            assert time.monotonic() < until, "the verb waits for nothing"

    def finish(self) -> Any:
        """Its answer, now that nothing stands in its way."""
        self._thread.join(30)
        return self.answers[0]


@pytest.mark.parametrize("verb", [release_order, pick_order, stage])
def test_a_step_waits_for_the_picklist_before_it_takes_the_order(
    day: Day, run_as: RunAs, verb: Any
) -> None:
    """Who picks a line has the list and then asks for the order: it must still be there to have."""
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    listed = day.runner.do(make_picklist, orders=(order,)).picklist_id
    with day.owner.begin() as picker:
        picker.exec_driver_sql(f"SELECT FROM lock_picklists(ARRAY[{listed}])")
        waiting = Waiting(day, run_as("maria"), verb, {"order": order})
        picker.exec_driver_sql(
            f"SELECT FROM sales_order WHERE id = {order} FOR NO KEY UPDATE NOWAIT"
        )
    assert waiting.finish().changes.touched
    assert day.one("SELECT state FROM picklist") in ("done", "cancelled")


@pytest.mark.parametrize("verb", [stage, restage, unstage])
def test_a_step_waits_for_the_carton_before_it_takes_the_order(
    day: Day, run_as: RunAs, verb: Any
) -> None:
    """Who boxes has the carton and then asks for the order."""
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 2), ("PUMP", 3))
    day.runner.do(allocate_order, order=order)
    carton = boxed(day, order)
    asked: dict[str, Any] = {"order": order}
    if verb is restage:
        day.runner.do(stage, order=order)
        asked["lane"] = day.place("S-02")
    if verb is unstage:
        asked |= {"to": day.place("A-03"), "reason": "wrong size"}
    with day.owner.begin() as packer:
        packer.exec_driver_sql(f"SELECT FROM lock_cartons(ARRAY[{carton}])")
        waiting = Waiting(day, run_as("fritz"), verb, asked)
        packer.exec_driver_sql(
            f"SELECT FROM sales_order WHERE id = {order} FOR NO KEY UPDATE NOWAIT"
        )
    assert waiting.finish().quantity > 0


def test_a_departure_locks_all_its_stock_before_it_writes_anything(day: Day) -> None:
    """Also what it gives back in bins, for an order whose open rest is cancelled."""
    with day.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE customer SET backorder_policy = 'cancel'")
    day.stock("PUMP", 2)
    day.stock("ROPE", 5)
    order = staged(day, ("PUMP", 2), ("ROPE", 9))
    day.stock("ROPE", 4)
    day.runner.do(allocate_order, order=order)
    trip = planned_trip(day, order)
    day.runner.do(load, trip=trip, order=order)
    with hearing(day.runner.engine) as sent:
        gone = day.runner.do(depart, trip=trip, leave_behind=True)
    steps = [
        "lock" if "lock_stock" in statement else "write"
        for statement, _ in sent
        if "lock_stock" in statement or statement.strip().startswith(("INSERT INTO", "DELETE"))
    ]
    # The first write is the runner's claim of the command.
    assert steps[: steps.index("lock")] == ["write"] * sum("INTO command" in s for s, _ in sent)
    assert steps.count("lock") == 1
    assert gone.quantity == 7
    assert [(line.packed, line.allocated, line.cancelled) for line in day.lines(order)] == [
        (2, 0, 0),
        (5, 0, 4),
    ]


def test_what_came_while_the_order_was_waited_for_is_locked_before_it_too(
    day: Day, run_as: RunAs
) -> None:
    """A carton filled and a list made by others meanwhile: whoever holds those is waited for."""
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 2), ("PUMP", 3))
    day.runner.do(allocate_order, order=order)
    with day.owner.connect() as first, day.owner.connect() as second:
        first.exec_driver_sql(f"SELECT FROM sales_order WHERE id = {order} FOR NO KEY UPDATE")
        waiting = Waiting(day, run_as("fritz"), stage, {"order": order})
        # Not by the verbs, which ask for the order first: somebody has it.
        second.exec_driver_sql(
            f"""INSERT INTO carton (sscc, order_id, number_in_order, type_id, location_id)
                SELECT '095200010000000010', {order}, 1, 1, id FROM location WHERE code = 'P-01'"""
        )
        second.commit()
        carton = day.one("SELECT id FROM carton")
        second.exec_driver_sql(f"SELECT FROM lock_cartons(ARRAY[{carton}])")
        first.commit()
        # The verb lets the order go again and waits for the carton: who has that has both now.
        second.exec_driver_sql("SET LOCAL lock_timeout = '20s'")
        second.exec_driver_sql(f"SELECT FROM sales_order WHERE id = {order} FOR NO KEY UPDATE")
        assert (waiting.answers, day.lines(order)[0].staged) == ([], 0)
        second.commit()
    assert waiting.finish().quantity == 5
