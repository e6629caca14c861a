"""The connection breaks at any statement of a departure: tried again, it departed exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.changes import Changes
from app.core.errors import BusinessError
from app.operations.allocation import allocate_order
from app.operations.run import Command, Runner, verb_of
from app.operations.staging import stage
from app.operations.trucks import depart, load, plan_trip, start_loading
from tests.conftest import RunAs
from tests.factories.day import Day

STATEMENTS = 11
"""What a departure sends; `test_statement_counts` holds it to that."""


def _ready_to_leave(day: Day) -> tuple[int, list[int]]:
    """A trip with two loaded orders."""
    day.stock("PUMP", 5)
    orders = [day.order(("PUMP", 2), customer="C-2"), day.order(("PUMP", 3), customer="C-2")]
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=tuple(orders)).trip_id
    day.runner.do(start_loading, trip=trip)
    for order in orders:
        day.runner.do(allocate_order, order=order)
        day.runner.do(stage, order=order, lane=day.place("S-01"))
        day.runner.do(load, trip=trip, order=order)
    return trip, orders


def _departure(trip: int) -> Command:
    verb = verb_of(depart)
    return Command(verb, verb.arguments(trip=trip))


@contextmanager
def _cut(day: Day, engine: Engine, moment: str, number: int) -> Iterator[list[str]]:
    """Once: the server ends the session before (or after) the n-th statement of a connection."""
    sent: list[str] = []
    cuts: list[int] = []

    def heard(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not cuts:
            sent.append(statement)
            if len(sent) == number:
                raw = connection.connection.dbapi_connection
                cuts.append(raw.info.backend_pid)
                # Waits until the session is really gone.
                day.ask("SELECT pg_terminate_backend(:pid, 10000)", pid=cuts[0])

    event.listen(engine, moment, heard)
    try:
        yield sent
    finally:
        event.remove(engine, moment, heard)
    assert len(cuts) == 1, "nothing was cut"


def _assert_departed_once(day: Day, trip: int, orders: list[int], command: Command) -> None:
    assert day.ask("SELECT state FROM trip WHERE id = :id", id=trip) == [("departed",)]
    assert day.ask("SELECT order_id, count(*) FROM shipment GROUP BY 1 ORDER BY 1") == [
        (order, 1) for order in sorted(orders)
    ]
    assert day.ask("SELECT id FROM command WHERE verb = 'depart'") == [(command.id,)]
    assert day.one("SELECT count(*) FROM event WHERE command_id = :id", id=command.id) == 1
    assert day.one("SELECT sum(quantity) FROM stock_move WHERE reason = 'pack'") == 5
    assert day.one("SELECT sum(on_hand) FROM stock_balance") == 0
    assert day.one("SELECT count(*) FROM allocation") == 0
    assert [day.status(order) for order in orders] == ["packed", "packed"]


@pytest.mark.parametrize("moment", ["before_cursor_execute", "after_cursor_execute"])
@pytest.mark.parametrize("number", range(1, STATEMENTS + 1))
def test_a_cut_at_any_statement_departs_exactly_once(
    day: Day, run_as: RunAs, moment: str, number: int
) -> None:
    trip, orders = _ready_to_leave(day)
    runner = run_as("doris", wait=lambda _seconds: None)
    command = _departure(trip)
    with _cut(day, runner.engine, moment, number) as sent:
        answer = runner.run(command)
    assert len(sent) == number
    assert answer.trip_id == trip
    assert len(answer.shipments) == 2
    _assert_departed_once(day, trip, orders, command)


def test_a_cut_after_the_commit_gives_the_first_answer_again(day: Day, run_as: RunAs) -> None:
    trip, orders = _ready_to_leave(day)
    runner = run_as("doris", wait=lambda _seconds: None)
    command = _departure(trip)
    engine, dialect = runner.engine, runner.engine.dialect
    commit = dialect.do_commit
    lost: list[int] = []

    def commit_without_answer(connection: Any) -> None:
        commit(connection)
        if not lost:
            lost.append(connection.dbapi_connection.info.backend_pid)
            day.ask("SELECT pg_terminate_backend(:pid, 10000)", pid=lost[0])
            connection.execute("SELECT 'the answer never comes'")

    dialect.do_commit = commit_without_answer  # type: ignore[method-assign,assignment]
    try:
        answer = runner.run(command)
    finally:
        dialect.do_commit = commit  # type: ignore[method-assign]
    assert len(lost) == 1
    assert answer == Runner(engine).run(command)
    assert answer.trip_id == trip
    _assert_departed_once(day, trip, orders, command)


def test_the_same_id_for_something_else_is_refused_and_changes_nothing(
    day: Day, run_as: RunAs
) -> None:
    trip, orders = _ready_to_leave(day)
    command = _departure(trip)
    runner = run_as("doris")
    runner.run(command)
    verb = verb_of(depart)
    for other in (
        Command(verb, verb.arguments(trip=trip, leave_behind=True), id=command.id),
        Command(verb_of(start_loading), verb_of(start_loading).arguments(trip=trip), id=command.id),
    ):
        with pytest.raises(BusinessError, match="used for something else"):
            runner.run(other)
    with pytest.raises(BusinessError, match="used for something else"):
        run_as("maria").run(command)
    _assert_departed_once(day, trip, orders, command)


def test_two_programs_at_one_station_count_their_commands_together(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 5)
    orders = [day.order(("PUMP", 1)) for _ in range(4)]
    engine = run_as("maria").engine
    window, terminal = Runner(engine, station="PACK-1"), Runner(engine, station="PACK-1")
    for runner, order in zip((window, terminal, terminal, window), orders, strict=True):
        runner.do(allocate_order, order=order)
    numbers = day.ask("SELECT station_sequence FROM command WHERE station = 'PACK-1' ORDER BY 1")
    assert [row.station_sequence for row in numbers] == [1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class Told:
    """How often the server was asked until it agreed."""

    attempts: int
    changes: Changes


@pytest.mark.parametrize(
    ("state", "attempts"), [("40001", 3), ("40P01", 3), ("22012", 1), ("57014", 1)]
)
def test_what_the_server_asks_to_try_again_is_tried_again_and_nothing_else(
    day: Day, run_as: RunAs, state: str, attempts: int
) -> None:
    asked: list[int] = []

    def insist(session: Session, actor: Actor, *, code: str) -> Told:
        """Refused twice by the server."""
        asked.append(len(asked))
        if len(asked) < 3:
            session.execute(text(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$"))
        return Told(len(asked), Changes())

    runner = Runner(run_as("maria").engine, wait=lambda _seconds: None)
    if attempts == 3:
        assert runner.do(insist, code=state).attempts == 3
    else:
        with pytest.raises((BusinessError, DBAPIError)):
            runner.do(insist, code=state)
    assert len(asked) == attempts
    assert day.one("SELECT count(*) FROM command") == (1 if attempts == 3 else 0)
