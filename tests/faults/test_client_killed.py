"""A client is killed (SIGKILL) before any of its statements: whole or not at all, then once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import uuid
from typing import Any

import pytest
from sqlalchemy import URL, event

from app.database.engine import connect
from app.operations.run import Command, Runner
from app.operations.verbs import VERBS
from tests.factories.day import Day
from tests.faults.scenes import SCENES, statements_of

DEADLINE = 60.0


def _give_and_die(
    url: URL, login: str, verb: str, arguments: dict[str, Any], id: uuid.UUID, number: int
) -> None:
    """In another process: give the command, and die before its n-th statement."""
    engine = connect(url, login=login, pool_size=1)
    sent: list[str] = []

    def heard(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)
        if len(sent) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", heard)
    Runner(engine).run(Command(VERBS[verb], VERBS[verb].arguments(**arguments), id=id))


@pytest.mark.parametrize("name", list(SCENES))
def test_killed_before_any_statement_it_did_nothing_and_happens_once_when_given_again(
    day: Day, server: Any, database: str, name: str
) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.faults.test_client_killed"])
    make = SCENES[name]
    first = make(day)
    engine = connect(server.url(database), login=first.login, pool_size=1)
    try:
        statements = statements_of(day, engine, first)
        assert statements >= 5
        for number in range(1, statements + 1):
            scene = make(day)
            before = scene.facts()
            child = processes.Process(
                target=_give_and_die,
                args=(
                    server.url(database),
                    scene.login,
                    scene.command.verb.name,
                    scene.command.arguments.model_dump(),
                    scene.command.id,
                    number,
                ),
            )
            child.start()
            child.join(DEADLINE)
            assert child.exitcode == -signal.SIGKILL, number
            assert scene.facts() == before, number
            # Given again under the same id it waits until the dead one's locks are gone.
            Runner(engine).run(scene.command)
            scene.assert_happened_once(day)
    finally:
        engine.dispose()
