"""Databases and connections used before are as good as new ones, or are not used again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, event, text

from app.database.embedded import EmbeddedServer
from app.operations.allocation import allocate_order
from app.operations.run import Runner
from tests.as_new import Shelf
from tests.conftest import WORKER, NetworkedServer
from tests.connections import Connections
from tests.factories.day import Day


@pytest.fixture
def shelf_of_two(
    server: EmbeddedServer | NetworkedServer, template: str
) -> Iterator[tuple[Shelf, str]]:
    """A shelf of the test's own and the first database from it."""
    shelf = Shelf(server.url("postgres"), template, f"as_new_{WORKER}")
    yield shelf, shelf.take()
    shelf.close()


def _work_in(server: EmbeddedServer | NetworkedServer, name: str) -> tuple[int, int]:
    """An order of three pumps, promised: its id, and that of the last stock move."""
    owner = create_engine(server.url(name))
    manager = create_engine(server.url(name))
    with manager.begin() as connection:
        connection.execute(text("SET SESSION AUTHORIZATION maria"))
    day = Day(Runner(manager), owner)
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 3))
    day.runner.do(allocate_order, order=order)
    last = day.one("SELECT max(id) FROM stock_move")
    owner.dispose()
    manager.dispose()
    return order, last


def test_work_done_again_in_the_same_database_gets_the_same_numbers(
    server: EmbeddedServer | NetworkedServer, shelf_of_two: tuple[Shelf, str]
) -> None:
    shelf, name = shelf_of_two
    first = _work_in(server, name)
    shelf.give_back(name)
    assert shelf.take() == name
    assert _work_in(server, name) == first
    shelf.give_back(name)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (x int)",
        "ALTER TABLE sales_order ADD COLUMN mine text",
        "ALTER TABLE sales_order DISABLE TRIGGER USER",
        "ALTER TABLE sales_order DROP CONSTRAINT ck_sales_order_only_numbers",
        "GRANT DELETE ON stock_move TO PUBLIC",
        "ALTER SEQUENCE sales_order_id_seq RENAME TO mine",
        "ALTER FUNCTION role_of(text) SECURITY INVOKER",
        "CREATE SCHEMA mine",
        "SELECT set_config('x.y', 'z', false) FROM generate_series(1, 1)",
    ],
)
def test_a_database_that_was_altered_is_not_used_again(
    server: EmbeddedServer | NetworkedServer, shelf_of_two: tuple[Shelf, str], statement: str
) -> None:
    shelf, name = shelf_of_two
    owner = create_engine(server.url(name))
    with owner.begin() as connection:
        connection.execute(text(statement))
    owner.dispose()
    shelf.give_back(name)
    again = shelf.take()
    # A setting of the session ends with it; everything else would have stayed.
    assert (again == name) == statement.startswith("SELECT")
    shelf.give_back(again)


def test_whoever_is_still_connected_is_cut_off(
    server: EmbeddedServer | NetworkedServer, shelf_of_two: tuple[Shelf, str]
) -> None:
    shelf, name = shelf_of_two
    forgotten = create_engine(server.url(name))
    with forgotten.connect() as connection:
        connection.execute(text("LOCK TABLE item"))
        shelf.give_back(name)
        assert shelf.take() == name
        connection.invalidate()
    forgotten.dispose()
    shelf.give_back(name)


PROCESS = text("SELECT pg_backend_pid()")
LEFT_BEHIND = text("""
    SELECT session_user, current_user, current_setting('lock_timeout'),
           (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'),
           (SELECT count(*) FROM pg_listening_channels()), to_regclass('pg_temp.mine')""")


@pytest.fixture
def kept(
    server: EmbeddedServer | NetworkedServer, shelf_of_two: tuple[Shelf, str]
) -> Iterator[Connections]:
    """Connections of the test's own."""
    connections = Connections(server.url)
    yield connections
    connections.close()


def _process(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(PROCESS).scalar_one())


@pytest.mark.parametrize(
    ("statement", "stays"),
    [
        ("SELECT 1", True),
        ("SET lock_timeout = 1", True),
        ("SELECT pg_advisory_lock(1)", True),
        ("LISTEN something", True),
        ("SET ROLE maria", True),
        ("CREATE TEMPORARY TABLE mine (x int)", True),
        ("SET SESSION AUTHORIZATION maria", False),
    ],
)
def test_a_connection_is_as_it_was_or_is_closed(
    shelf_of_two: tuple[Shelf, str], kept: Connections, statement: str, stays: bool
) -> None:
    shelf, name = shelf_of_two
    owner = kept.sign_in(name)
    with owner.connect() as connection:
        process = connection.execute(PROCESS).scalar_one()
        before = connection.execute(LEFT_BEHIND).one()
        connection.commit()
        connection.execute(text(statement))
        connection.commit()
    stay = kept.put_back()
    assert stay == ({process} if stays else set())
    shelf.give_back(name, stay)
    assert shelf.take() == name

    owner = kept.sign_in(name)
    assert (_process(owner) == process) == stays
    with owner.connect() as connection:
        assert connection.execute(LEFT_BEHIND).one() == before
    shelf.give_back(name)


def test_a_connection_somebody_still_holds_is_not_used_again(
    shelf_of_two: tuple[Shelf, str], kept: Connections
) -> None:
    _shelf, name = shelf_of_two
    with kept.sign_in(name).connect() as forgotten:
        process = forgotten.execute(PROCESS).scalar_one()
        assert kept.put_back() == set()
        assert _process(kept.sign_in(name)) != process
        forgotten.invalidate()


def test_a_connection_that_was_cut_off_is_not_used_again(
    shelf_of_two: tuple[Shelf, str], kept: Connections
) -> None:
    _shelf, name = shelf_of_two
    process = _process(kept.sign_in(name, "maria"))
    with kept.sign_in(name).connect() as owner:
        owner.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": process})
    (staying,) = kept.put_back()
    assert staying not in (process, _process(kept.sign_in(name, "maria")))


def test_whoever_listened_to_a_connection_hears_nothing_of_the_next_test(
    shelf_of_two: tuple[Shelf, str], kept: Connections
) -> None:
    _shelf, name = shelf_of_two
    heard: list[object] = []
    event.listen(kept.sign_in(name), "before_cursor_execute", lambda *said: heard.append(said))
    kept.put_back()
    _process(kept.sign_in(name))
    assert heard == []
