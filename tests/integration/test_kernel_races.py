"""Several clients at once: the last unit is given once, no deadlock, nothing is lost.

Clients are processes: threads of one program wait for each other before the database can.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from sqlalchemy import URL, Engine, text

from app.core.actor import Actor, Group
from app.core.errors import BusinessError
from app.database.embedded import EmbeddedServer
from app.database.engine import connect, transaction
from app.operations.allocation import NotEnoughStock, allocate_order
from app.operations.refusals import TookTooLong
from app.operations.run import Command, Runner
from app.operations.staging import stage
from app.operations.verbs import VERBS
from tests.factories.audit import broken
from tests.factories.day import Day

PATIENCE = 120.0
Call = dict[str, Any]
"""The arguments of one command."""


@pytest.fixture
def client(server: Any, database: str) -> Iterator[Callable[..., Runner]]:
    """Runners of this process that share nothing: each has an engine of its own."""
    engines: list[Engine] = []

    def sign_in(login: str, **limits: Any) -> Runner:
        engine = connect(server.url(database), login=login, pool_size=1, **limits)
        engines.append(engine)
        return Runner(engine)

    yield sign_in
    for engine in engines:
        engine.dispose()


def _work(
    url: URL, login: str, verb: str, calls: list[Call], start: Barrier, answers: Queue[Any], id: int
) -> None:
    """One client, a process of its own: gives its commands once all clients are connected."""
    engine = connect(url, login=login, pool_size=1, lock_timeout_ms=60_000)
    try:
        engine.connect().close()
        start.wait(PATIENCE)
        found: list[Any] = []
        for call in calls:
            try:
                answer = Runner(engine).run(Command(VERBS[verb], VERBS[verb].arguments(**call)))
                found.append(VERBS[verb].result.dump_python(answer, mode="json"))
            except BusinessError as refused:
                found.append(f"{refused.name}: {refused}")
        answers.put((id, found))
    except BaseException as error:
        start.abort()
        answers.put((id, error))
    finally:
        engine.dispose()


def _together(url: URL, login: str, verb: str, work: Sequence[list[Call]]) -> list[list[Any]]:
    """As many processes as there is work, all at the same moment; their answers in order.

    An answer is a command's result as JSON, or its refusal in words.
    """
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.integration.test_kernel_races"])
    start, answers = processes.Barrier(len(work)), processes.Queue()
    clients = [
        processes.Process(target=_work, args=(url, login, verb, calls, start, answers, id))
        for id, calls in enumerate(work)
    ]
    for each in clients:
        each.start()
    found = dict(answers.get(timeout=PATIENCE) for _ in clients)
    for each in clients:
        each.join(PATIENCE)
    for answer in found.values():
        if isinstance(answer, BaseException):
            raise answer
    return [found[id] for id in range(len(work))]


def _deadlocks(day: Day, server: Any) -> int:
    """How many the server has had: in its log, or, of a networked one, in its statistics.

    A retry hides a deadlock from the clients, but not from these.
    """
    if isinstance(server, EmbeddedServer):
        return server.log.read_bytes().count(b"deadlock detected")
    return int(day.one("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))


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


def _assert_nothing_is_broken(day: Day) -> None:
    with day.owner.connect() as connection:
        assert broken(connection) == []


def test_eight_clients_get_exactly_the_stock_there_is(day: Day, server: Any, database: str) -> None:
    before = _deadlocks(day, server)
    day.stock("PUMP", 10, "A-01")
    day.stock("PUMP", 3, "A-02")
    orders = [day.order(("PUMP", 2)) for _ in range(8)]
    answers = _together(
        server.url(database), "anna", "allocate_order", [[{"order": order}] for order in orders]
    )
    assert [each for (each,) in answers if isinstance(each, str)] == []
    given = [Decimal(answer["allocated"]) for (answer,) in answers]
    assert sum(given) == 13
    assert sorted(given) == [0, 1, 2, 2, 2, 2, 2, 2]
    assert _deadlocks(day, server) == before
    assert day.one("SELECT sum(quantity) FROM allocation") == 13
    assert day.free("PUMP", "A-01") == day.free("PUMP", "A-02") == 0
    _assert_books_are_right(day, "PUMP", 13)
    _assert_nothing_is_broken(day)


def test_eight_clients_fight_over_the_last_of_several_items_without_deadlock(
    day: Day, server: Any, database: str
) -> None:
    """Lines in opposite orders want what is not enough for all; every unit is given once."""
    before = _deadlocks(day, server)
    stock = {"PUMP": 11, "ANCHOR": 7, "ROPE": 9}
    for item, quantity in stock.items():
        day.stock(item, quantity - 2, "A-01")
        day.stock(item, 2, "A-02")
    names = list(stock)
    orders = [
        [
            day.order(*((item, 1) for item in (names if turn % 2 else reversed(names))))
            for turn in range(4)
        ]
        for _ in range(8)
    ]
    answers = _together(
        server.url(database),
        "anna",
        "allocate_order",
        [[{"order": order} for order in each] for each in orders],
    )
    assert _deadlocks(day, server) == before
    assert [one for each in answers for one in each if isinstance(one, str)] == []
    given = [Decimal(answer["allocated"]) for each in answers for answer in each]
    assert sum(given) == sum(stock.values())
    for item, quantity in stock.items():
        assert day.free(item, "A-01") == day.free(item, "A-02") == 0
        _assert_books_are_right(day, item, quantity)
    _assert_nothing_is_broken(day)


def test_restaging_in_opposite_directions_never_deadlocks(
    day: Day, server: Any, database: str
) -> None:
    before = _deadlocks(day, server)
    day.stock("PUMP", 20)
    day.stock("ANCHOR", 20, "A-02")
    orders = [day.order(("PUMP", 4), ("ANCHOR", 3)), day.order(("ANCHOR", 5), ("PUMP", 2))]
    for order, lane in zip(orders, ("S-01", "S-02"), strict=True):
        day.runner.do(allocate_order, order=order)
        day.runner.do(stage, order=order, lane=day.place(lane))
    lanes = [day.place("S-01"), day.place("S-02")]
    work = [
        [
            {"order": order, "lane": lanes[(first + turn) % 2]}
            for turn in range(6)
            for order in (orders if first else reversed(orders))
        ]
        for first in (0, 1) * 4
    ]
    answers = _together(server.url(database), "fritz", "restage", work)
    # Who finds the goods there already is refused; nobody is refused for anything else.
    refused = {each.split(":")[0] for found in answers for each in found if isinstance(each, str)}
    assert refused <= {"NothingToMove"}
    assert sum(isinstance(each, dict) for found in answers for each in found) >= 8
    assert _deadlocks(day, server) == before
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
    _assert_nothing_is_broken(day)


def test_who_comes_second_waits_and_is_refused_what_the_first_took(
    day: Day, client: Callable[..., Runner]
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
        session.execute(text("SELECT finish_command(current_command_id(), '{}', '[]')"))
    with pytest.raises(NotEnoughStock):
        quick.do(allocate_order, order=second, all_or_nothing=True)
    assert day.ask("SELECT order_id, allocated FROM sales_order_line ORDER BY 1") == [
        (first, 2),
        (second, 0),
    ]
    _assert_books_are_right(day, "PUMP", 2)
