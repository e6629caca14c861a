"""The connection is cut before, during and after COMMIT: each command happens exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from app.core.errors import DatabaseUnreachable
from app.database.embedded import EmbeddedServer
from app.database.engine import connect
from app.operations.run import Runner
from tests.factories.day import Day
from tests.faults.proxy import DEADLINE, Moment, Proxy
from tests.faults.scenes import SCENES


@pytest.fixture
def proxy(server: Any, database: str) -> Iterator[Proxy]:
    if not isinstance(server, EmbeddedServer):
        pytest.skip("the proxy stands before the embedded server's socket")
    with Proxy(server.url(database)) as between:
        yield between


def _connected(proxy: Proxy, login: str) -> Engine:
    """An engine whose one connection is there, so that the next COMMIT is the command's."""
    engine = connect(proxy.url, login=login, pool_size=1)
    engine.connect().close()
    return engine


@pytest.mark.parametrize("moment", list(Moment), ids=lambda moment: moment.value)
@pytest.mark.parametrize("name", list(SCENES))
def test_a_cut_at_commit_leaves_the_command_done_once(
    day: Day, proxy: Proxy, name: str, moment: Moment
) -> None:
    scene = SCENES[name](day)
    engine = _connected(proxy, scene.login)
    try:
        runner = Runner(engine, wait=lambda _seconds: None)
        proxy.cut_at(moment)
        answer = runner.run(scene.command)
        assert proxy.was_cut.wait(DEADLINE)
        scene.assert_happened_once(day)
        # The answer that was lost and the answer given instead are the same.
        assert runner.run(scene.command) == answer
        scene.assert_happened_once(day)
    finally:
        engine.dispose()


@pytest.mark.parametrize("moment", list(Moment), ids=lambda moment: moment.value)
def test_a_line_that_breaks_while_signing_in_refuses_nobody(proxy: Proxy, moment: Moment) -> None:
    engine = connect(proxy.url, login="doris", pool_size=1)
    proxy.cut_at(moment)
    with pytest.raises(DatabaseUnreachable):
        engine.connect()
    assert proxy.was_cut.is_set()
    engine.connect().close()
    engine.dispose()


@pytest.mark.parametrize("name", list(SCENES))
def test_what_the_server_did_before_the_cut_is_not_done_again(
    day: Day, proxy: Proxy, name: str
) -> None:
    """After the COMMIT is answered, the second attempt must find the first one's result."""
    scene = SCENES[name](day)
    engine = _connected(proxy, scene.login)
    seen: list[tuple[Any, ...]] = []

    def before_the_second_attempt(_seconds: float) -> None:
        seen.append(scene.facts())

    try:
        proxy.cut_at(Moment.AFTER)
        Runner(engine, wait=before_the_second_attempt).run(scene.command)
    finally:
        engine.dispose()
    assert seen == [scene.once]
    scene.assert_happened_once(day)
