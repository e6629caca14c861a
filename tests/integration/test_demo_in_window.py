"""The demo company behind a window: usable at once, whole in the end, never left half made."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from app.cli.window import demo_company
from app.database.databases import drop_database
from app.operations.demo.files import rows_of
from tests.conftest import WORKER

pytestmark = pytest.mark.any_server("the program makes it on the server of this computer only")

NAME = f"owdemo_window_{WORKER}"


@pytest.fixture
def place(server: Any) -> Iterator[Any]:
    """A server on which this demo company is not."""
    drop_database(server.url("postgres"), NAME)
    yield server
    drop_database(server.url("postgres"), NAME)


def _count(server: Any, table: str) -> int:
    engine = create_engine(server.url(NAME))
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return int(found)


def _fillers() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "demo"]


def test_a_window_that_is_closed_early_leaves_one_that_is_made_anew(place: Any) -> None:
    told: list[str] = []
    with demo_company(place, told.append, NAME, behind_the_window=True) as is_filling:
        assert is_filling
        # What a counter needs is there before anything else.
        assert _count(place, "item") == len(rows_of("items"))
        assert _count(place, "customer") == len(rows_of("customers"))
    assert _fillers() == []
    assert _count(place, "sales_order") < len(rows_of("orders"))

    with demo_company(place, told.append, NAME) as is_filling:
        assert not is_filling
        assert _count(place, "sales_order") == len(rows_of("orders"))
        assert _count(place, "print_job") > 0
        assert _count(place, "print_job WHERE state = 'queued'") == 0
        assert _count(place, "pg_trigger WHERE tgname = 'paper_of_the_past'") == 0
    assert told == ["Making the demo company …"] * 2

    with demo_company(place, told.append, NAME, behind_the_window=True) as is_filling:
        assert not is_filling
        assert _fillers() == []
    assert len(told) == 2


def test_two_programs_never_make_it_at_the_same_time(place: Any) -> None:
    told: list[str] = []
    orders: list[int] = []

    def second() -> None:
        with demo_company(place, told.append, NAME):
            orders.append(_count(place, "sales_order"))

    with demo_company(place, told.append, NAME, behind_the_window=True):
        late = threading.Thread(target=second)
        late.start()
        for filler in _fillers():
            filler.join()
    late.join()
    assert told == ["Making the demo company …"]
    assert orders == [len(rows_of("orders"))]
