"""The window hears of the database going and coming, and brings this computer's server back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import create_engine, text

from app.controllers.change_feed import ChangeFeed
from app.core.errors import DatabaseUnreachable, NotFound
from app.database.embedded import EmbeddedServer
from app.database.engine import connect, reading
from app.database.roles import create_company_database

PATIENCE = 30_000


@pytest.fixture
def server(short_folder: Path) -> Iterator[EmbeddedServer]:
    """A server of the test's own, to be killed, with a company on it."""
    with EmbeddedServer.start(short_folder / "home", for_tests=True) as running:
        admin = create_engine(running.url("postgres"))
        create_company_database(admin, "shop")
        admin.dispose()
        yield running


def _kill(server: EmbeddedServer) -> None:
    """All of the server at once; waits until it is gone."""
    written = (server.log.parent.parent / "data" / "postmaster.pid").read_text()
    first = psutil.Process(int(written.split()[0]))
    every = [first, *first.children(recursive=True)]
    for process in every:
        process.kill()
    _, alive = psutil.wait_procs(every, timeout=10)
    assert not alive


def test_a_killed_server_of_this_computer_is_brought_back(
    qtbot: QtBot, server: EmbeddedServer
) -> None:
    engine = connect(server.url("shop"))
    feed = ChangeFeed(engine, bring_back=server.ensure_running)
    try:
        with qtbot.waitSignal(feed.connection_found, timeout=PATIENCE):
            feed.start()
        found = qtbot.waitSignal(feed.connection_found, timeout=PATIENCE)
        with qtbot.waitSignal(feed.connection_lost, timeout=PATIENCE) as lost, found:
            _kill(server)
        assert lost.args is not None
        assert isinstance(lost.args[0], DatabaseUnreachable)
        with reading(engine) as session:
            assert session.execute(text("SELECT count(*) FROM company")).scalar_one() == 0
    finally:
        feed.close()
        engine.dispose()


def test_a_server_that_cannot_be_brought_back_is_told_and_tried_again_later(
    qtbot: QtBot, tmp_path: Path
) -> None:
    engine = connect(f"postgresql:///shop?host={tmp_path}")
    asked: list[str] = []

    def bring_back() -> None:
        asked.append("once")
        raise NotFound(what="server", value="here")

    feed = ChangeFeed(engine, bring_back=bring_back)
    lost: list[object] = []
    feed.connection_lost.connect(lost.append)
    try:
        feed.start()
        qtbot.waitUntil(lambda: len(lost) == 2, timeout=PATIENCE)
        assert [type(each) for each in lost] == [DatabaseUnreachable, NotFound]
        assert asked == ["once"]
    finally:
        feed.close()
        engine.dispose()
