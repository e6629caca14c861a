"""The server is killed (SIGKILL, all of it) at several moments of a departure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine, create_engine, event

from app.database.embedded import EmbeddedServer
from app.database.engine import connect
from app.database.roles import create_company_database
from app.operations.run import Runner
from tests.factories.company import write_small_company
from tests.factories.day import Day
from tests.faults.scenes import departure, statements_of

COMPANY = "killed"
DEADLINE = 60.0


class Company:
    """The small company on a durable server of its own, which a test may kill."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.owner = connect(server.url(COMPANY))
        self.manager = connect(server.url(COMPANY), login="maria")
        self.day = Day(Runner(self.manager), self.owner)

    def kill(self) -> None:
        """All of the server at once, as a power cut would; waits until it is gone."""
        folder = self.server.log.parent.parent / "data"
        first = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        every = [first, *first.children(recursive=True)]
        for process in every:
            process.kill()
        _, alive = psutil.wait_procs(every, timeout=DEADLINE)
        assert not alive

    def bring_back(self, _seconds: float = 0) -> None:
        """What a person does: start the program again; the server recovers by itself."""
        self.server.ensure_running()

    def close(self) -> None:
        self.owner.dispose()
        self.manager.dispose()


@pytest.fixture
def company(short_folder: Path) -> Iterator[Company]:
    with EmbeddedServer.start(short_folder / "home") as server:
        admin = create_engine(server.url("postgres"))
        create_company_database(admin, COMPANY)
        admin.dispose()
        owner = create_engine(server.url(COMPANY))
        with owner.begin() as connection:
            write_small_company(connection)
        owner.dispose()
        made = Company(server)
        yield made
        made.close()


def _kill_before(company: Company, engine: Engine, number: int) -> list[int]:
    """Kill the server before the n-th statement sent on this engine, once."""
    sent: list[int] = []

    def heard(*_: Any) -> None:
        sent.append(1)
        if len(sent) == number:
            company.kill()

    event.listen(engine, "before_cursor_execute", heard)
    return sent


def test_a_departure_survives_the_death_of_the_server_at_any_moment(company: Company) -> None:
    day = company.day
    scene = departure(day)
    engine = connect(company.server.url(COMPANY), login="doris", pool_size=1)
    statements = statements_of(day, engine, scene)
    engine.dispose()
    moments = sorted({1, 3, statements // 2, statements - 1, statements})
    for number in moments:
        scene = departure(day)
        engine = connect(company.server.url(COMPANY), login=scene.login, pool_size=1)
        sent = _kill_before(company, engine, number)
        answer = Runner(engine, wait=company.bring_back).run(scene.command)
        assert len(sent) > number, "it was not tried again"
        engine.dispose()
        company.owner.dispose()
        company.manager.dispose()
        scene.assert_happened_once(day)
        again = connect(company.server.url(COMPANY), login=scene.login, pool_size=1)
        assert Runner(again).run(scene.command) == answer
        again.dispose()
        scene.assert_happened_once(day)


def test_a_departure_that_was_committed_outlives_the_server(company: Company) -> None:
    """Killed after the COMMIT and before its answer is read: done once, the answer is kept."""
    day = company.day
    scene = departure(day)
    engine = connect(company.server.url(COMPANY), login=scene.login, pool_size=1)
    commit = engine.dialect.do_commit
    killed: list[bool] = []

    def commit_and_die(connection: Any) -> None:
        commit(connection)
        if not killed:
            killed.append(True)
            company.kill()
            connection.execute("SELECT 'the answer never comes'")

    engine.dialect.do_commit = commit_and_die  # type: ignore[method-assign,assignment]
    answer = Runner(engine, wait=company.bring_back).run(scene.command)
    engine.dispose()
    assert killed == [True]
    assert answer.trip_id == scene.command.arguments.model_dump()["trip"]
    company.owner.dispose()
    company.manager.dispose()
    scene.assert_happened_once(day)
