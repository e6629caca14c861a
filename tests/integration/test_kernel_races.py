"""Several clients at once: the last unit is given once, no deadlock, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.core.actor import Actor, Group
from app.database.embedded import EmbeddedServer
from app.database.engine import connect, transaction
from app.operations.allocation import NotEnoughStock, allocate_order
from app.operations.floor import NothingToMove
from app.operations.refusals import TookTooLong
from app.operations.run import Runner
from app.operations.staging import restage, stage
from tests.factories.day import Day

Client = Callable[..., Runner]


@pytest.fixture
def client(server: Any, database: str) -> Iterator[Client]:
    """Runners that share nothing: each has an engine of its own."""
    engines: list[Engine] = []

    def sign_in(login: str, **limits: Any) -> Runner:
        engine = connect(server.url(database), login=login, pool_size=1, **limits)
        engines.append(engine)
        return Runner(engine)

    yield sign_in
    for engine in engines:
        engine.dispose()


def _together(work: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all at the same moment; answers, or the first error, in their order."""
    barrier = Barrier(len(work))

    def start(each: Callable[[], Any]) -> Any:
        barrier.wait(timeout=60)
        return each()

    with ThreadPoolExecutor(len(work)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(start, w) for w in work]]


def _log_since(log: Path, size: int) -> str:
    with log.open("rb") as file:
        file.seek(size)
        return file.read().decode("utf-8", "replace")


def _log_of(server: Any) -> Path:
    if not isinstance(server, EmbeddedServer):
        pytest.skip("the log of a networked server cannot be read from here")
    return server.log


def _assert_books_are_right(day: Day, item: str, quantity: int) -> None:
    assert day.one(
        """SELECT sum(b.on_hand) FROM stock_balance b JOIN item i ON i.id = b.item_id
            WHERE i.number = :item""",
        item=item,
    ) == Decimal(quantity)
    assert (
        day.ask(
            """SELECT b.item_id, b.location_id FROM stock_balance b
            LEFT JOIN (SELECT item_id, location_id, lot_id, sum(quantity) AS quantity
                         FROM allocation GROUP BY 1, 2, 3) a
              ON a.item_id = b.item_id AND a.location_id = b.location_id
             AND a.lot_id IS NOT DISTINCT FROM b.lot_id
            WHERE b.allocated <> coalesce(a.quantity, 0) OR b.allocated > b.on_hand"""
        )
        == []
    )


def test_eight_clients_get_exactly_the_stock_there_is(
    day: Day, client: Client, server: Any
) -> None:
    day.stock("PUMP", 10, "A-01")
    day.stock("PUMP", 3, "A-02")
    orders = [day.order(("PUMP", 2)) for _ in range(8)]
    clients = [client("anna") for _ in orders]
    answers = _together(
        [
            partial(runner.do, allocate_order, order=order)
            for runner, order in zip(clients, orders, strict=True)
        ]
    )
    assert sum(answer.allocated for answer in answers) == 13
    assert sorted(answer.allocated for answer in answers) == [0, 1, 2, 2, 2, 2, 2, 2]
    assert day.one("SELECT sum(quantity) FROM allocation") == 13
    assert day.free("PUMP", "A-01") == day.free("PUMP", "A-02") == 0
    _assert_books_are_right(day, "PUMP", 13)


def test_restaging_in_opposite_directions_never_deadlocks(
    day: Day, client: Client, server: Any
) -> None:
    log = _log_of(server)
    before = log.stat().st_size
    day.stock("PUMP", 20)
    day.stock("ANCHOR", 20, "A-02")
    orders = [day.order(("PUMP", 4), ("ANCHOR", 3)), day.order(("ANCHOR", 5), ("PUMP", 2))]
    for order, lane in zip(orders, ("S-01", "S-02"), strict=True):
        day.runner.do(allocate_order, order=order)
        day.runner.do(stage, order=order, lane=day.place(lane))
    lanes = [day.place("S-01"), day.place("S-02")]

    def to_and_fro(runner: Runner, order: int, first: int) -> None:
        for turn in range(5):
            with suppress(NothingToMove):  # the other one of the pair was faster
                runner.do(restage, order=order, lane=lanes[(first + turn) % 2])

    work = [
        partial(to_and_fro, client("fritz"), order, first)
        for first in (0, 1, 0, 1)
        for order in (orders if first else reversed(orders))
    ]
    _together(work)
    assert "deadlock detected" not in _log_since(log, before)
    assert [day.status(order) for order in orders] == ["staged", "staged"]
    lines: list[dict[str, int]] = [{"PUMP": 4, "ANCHOR": 3}, {"PUMP": 2, "ANCHOR": 5}]
    for order, wanted in zip(orders, lines, strict=True):
        found = day.ask(
            """SELECT i.number, sum(a.quantity) FROM allocation a
                 JOIN sales_order_line l ON l.id = a.order_line_id JOIN item i ON i.id = a.item_id
                 JOIN location p ON p.id = a.location_id AND p.kind = 'staging'
                WHERE l.order_id = :order GROUP BY 1""",
            order=order,
        )
        assert {number: int(quantity) for number, quantity in found} == wanted
    _assert_books_are_right(day, "PUMP", 20)
    _assert_books_are_right(day, "ANCHOR", 20)


def test_who_comes_second_waits_and_is_refused_what_the_first_took(
    day: Day, client: Client, server: Any
) -> None:
    day.stock("PUMP", 2)
    first, second = day.order(("PUMP", 2)), day.order(("PUMP", 2))
    slow, quick = client("anna"), client("anna", lock_timeout_ms=100)

    actor = Actor(login="anna", operator="anna", station=None, groups=frozenset({Group.SALES}))
    with transaction(slow.engine) as session:
        session.execute(
            text(
                "SELECT FROM claim_command(gen_random_uuid(), 'allocate_order', '{}', NULL, NULL,"
                " NULL, NULL)"
            )
        )
        allocate_order(session, actor, order=first)
        with pytest.raises(TookTooLong):
            quick.do(allocate_order, order=second, all_or_nothing=True)
    with pytest.raises(NotEnoughStock):
        quick.do(allocate_order, order=second, all_or_nothing=True)
    assert day.ask("SELECT order_id, allocated FROM sales_order_line ORDER BY 1") == [
        (first, 2),
        (second, 0),
    ]
    _assert_books_are_right(day, "PUMP", 2)
