"""The working server is lost in the middle of a departure and the standby takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event

from app.database.engine import connect, database_url
from app.database.roles import create_company_database
from app.operations.run import Runner
from tests.factories.company import write_small_company
from tests.factories.day import Day
from tests.faults.pair import Pair
from tests.faults.scenes import Scene, departure, statements_of

COMPANY = "failover"


@pytest.fixture
def pair(short_folder: Path) -> Iterator[Pair]:
    made = Pair(short_folder)
    admin = create_engine(database_url(made.address("postgres")))
    create_company_database(admin, COMPANY)
    admin.dispose()
    owner = connect(made.address(COMPANY))
    with owner.begin() as connection:
        write_small_company(connection)
    owner.dispose()
    yield made
    made.close()


@pytest.fixture
def day(pair: Pair) -> Iterator[Day]:
    """Maria's day in it, by an address that names both servers."""
    address = pair.address(COMPANY)
    owner, manager = connect(address), connect(address, login="maria")
    yield Day(Runner(manager), owner)
    owner.dispose()
    manager.dispose()


def _assert_done_once(day: Day, scene: Scene, engine: Engine, answer: Any) -> None:
    """On the server that took over: one departure, the same answer, right books, work goes on."""
    day.owner.dispose()
    day.runner.engine.dispose()
    scene.assert_happened_once(day)
    assert Runner(engine).run(scene.command) == answer
    day.runner.run(departure(day).command)
    scene.assert_happened_once(day)
    engine.dispose()


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_a_departure_cut_off_by_the_loss_of_the_server_is_made_on_the_standby(
    pair: Pair, day: Day, part: float
) -> None:
    rehearsal = departure(day)
    engine = connect(pair.address(COMPANY), login=rehearsal.login, pool_size=1)
    moment = max(1, round(statements_of(day, engine, rehearsal) * part))
    scene = departure(day)
    sent: list[int] = []

    def heard(*_: Any) -> None:
        sent.append(1)
        if len(sent) == moment:
            pair.kill_first()

    event.listen(engine, "before_cursor_execute", heard)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:  # The first time again nobody answers yet.
            pair.promote_second()

    answer = Runner(engine, wait=wait).run(scene.command)
    assert len(waits) == 2
    _assert_done_once(day, scene, engine, answer)


def test_a_departure_whose_answer_was_lost_is_found_on_the_standby(pair: Pair, day: Day) -> None:
    scene = departure(day)
    engine = connect(pair.address(COMPANY), login=scene.login, pool_size=1)
    commit = engine.dialect.do_commit
    lost: list[bool] = []

    def commit_and_lose(connection: Any) -> None:
        commit(connection)
        if not lost:
            lost.append(True)
            pair.kill_first()
            connection.execute("SELECT 'the answer never comes'")

    engine.dialect.do_commit = commit_and_lose  # type: ignore[method-assign,assignment]
    answer = Runner(engine, wait=lambda _: pair.promote_second()).run(scene.command)
    assert lost == [True]
    _assert_done_once(day, scene, engine, answer)
