"""A database that was used before is as good as a new one, or is not used again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from app.database.embedded import EmbeddedServer
from app.operations.allocation import allocate_order
from app.operations.run import Runner
from tests.as_new import Shelf
from tests.conftest import WORKER, NetworkedServer
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
