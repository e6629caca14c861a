"""More and more clients allocate the same hot items, of which there is half of what they want.

Clients are processes with a connection each; the work is the same for every number of them. Each
has allocated a few orders of another item before, so that no connection is new when time starts.
"""

from __future__ import annotations

import multiprocessing
import time
from decimal import Decimal
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import URL, text

from app.database.engine import connect
from app.operations.allocation import allocate_order
from app.operations.run import Runner
from app.operations.stock import Receipt, receive
from bench.measured import Goal, Measured
from bench.orders import draft_orders, new_items
from bench.place import Company, Place

TITLE = "Many clients allocate the same hot items"
CLIENTS = (1, 4, 16, 50)
ITEMS, LINES, ORDERS, QUANTITY = 20, 4, 1_600, 2
"""Each of the orders wants some of four of the items; each item is wanted equally often."""
WANTED = ORDERS * LINES * QUANTITY
WARM_UP, TURNS = 6, 2
PATIENCE = 120.0


def _client(
    url: URL, before: list[int], orders: list[int], barrier: Barrier, answers: Queue[Any]
) -> None:
    """One client: connects, warms up, waits for the others, allocates its orders."""
    engine = connect(url, login="anna", pool_size=1, lock_timeout_ms=60_000)
    try:
        runner = Runner(engine)
        for order in before:
            runner.do(allocate_order, order=order)
        barrier.wait(PATIENCE)
        given = Decimal(0)
        for order in orders:
            given += runner.do(allocate_order, order=order).allocated
        answers.put((time.monotonic(), given, None))
    except BaseException as error:
        answers.put((time.monotonic(), Decimal(0), f"{type(error).__name__}: {error}"))
    finally:
        engine.dispose()


def _prepare(company: Company, clients: int) -> tuple[list[int], list[int]]:
    """Goods for half of what will be wanted; the orders to warm up with, and the real ones."""
    with company.owner.begin() as connection:
        warm, *items = new_items(connection, "HOT", ITEMS + 1)
        bins = list(
            connection.execute(
                text("SELECT id FROM location WHERE code IN ('A-01', 'A-02') ORDER BY code")
            ).scalars()
        )
        before = draft_orders(
            connection, WARM_UP * clients, [warm] * ITEMS, lines=LINES, quantity=QUANTITY
        )
        orders = draft_orders(connection, ORDERS, items, lines=LINES, quantity=QUANTITY)
        connection.execute(text("UPDATE sales_order SET state = 'confirmed'"))
    engine = company.engine_as("maria")
    each = Decimal(WANTED // ITEMS // 4)  # two bins hold a quarter each
    receipts = [Receipt(item, each, bin_) for item in items for bin_ in bins]
    plenty = Receipt(warm, Decimal(LINES * QUANTITY * len(before)), bins[0])
    Runner(engine).do(receive, receipts=(plenty, *receipts))
    engine.dispose()
    return before, orders


def _deadlocks(log: Path, size: int) -> int:
    with log.open("rb") as file:
        file.seek(size)
        return file.read().count(b"deadlock detected")


def _run(company: Company, clients: int) -> dict[str, Any]:
    before, orders = _prepare(company, clients)
    log = company.server.log
    size = log.stat().st_size
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload(["bench.contention"])
    barrier, answers = start.Barrier(clients + 1), start.Queue()
    url = company.server.url(company.database)
    processes = [
        start.Process(
            target=_client,
            args=(url, before[n::clients], orders[n::clients], barrier, answers),
        )
        for n in range(clients)
    ]
    for process in processes:
        process.start()
    barrier.wait(PATIENCE)
    began = time.monotonic()
    found = [answers.get(timeout=PATIENCE) for _ in processes]
    for process in processes:
        process.join(PATIENCE)
    failed = [error for _, _, error in found if error]
    if failed:
        raise AssertionError(f"{len(failed)} of {clients} clients failed: {failed[0]}")
    seconds = max(ended for ended, _, _ in found) - began
    with company.owner.connect() as connection:
        promised, stock = connection.execute(
            text("""SELECT (SELECT sum(a.quantity) FROM allocation a JOIN item i
                              ON i.id = a.item_id AND i.number LIKE 'HOT-%' AND number <> 'HOT-0'),
                           (SELECT sum(b.on_hand) FROM stock_balance b JOIN item i
                              ON i.id = b.item_id AND i.number LIKE 'HOT-%' AND number <> 'HOT-0'
                             WHERE b.on_hand = b.allocated)""")
        ).one()
    return {
        "clients": clients,
        "seconds": round(seconds, 2),
        "orders_per_second": round(ORDERS / seconds, 1),
        "given": int(sum(given for _, given, _ in found)),
        "promised": int(promised),
        "stock": int(stock),
        "deadlocks": _deadlocks(log, size),
    }


def measure(place: Place) -> Measured:
    """The same orders by 1, 4, 16 and 50 clients in turns, each on a company of its own."""
    every: dict[int, list[dict[str, Any]]] = {clients: [] for clients in CLIENTS}
    for _ in range(TURNS):
        for clients in CLIENTS:
            with place.company() as company:
                every[clients].append(_run(company, clients))
    tries = [run for runs in every.values() for run in runs]
    # What else the machine did meanwhile can only make a turn slower.
    runs = [max(each, key=lambda run: run["orders_per_second"]) for each in every.values()]
    speed = {run["clients"]: run["orders_per_second"] for run in runs}
    wrong = sum(
        abs(run[number] - WANTED // 2) for run in tries for number in ("given", "promised", "stock")
    )
    return Measured(
        {
            "items": ITEMS,
            "orders": ORDERS,
            "wanted": WANTED,
            "in_stock": WANTED // 2,
            "deadlocks": sum(run["deadlocks"] for run in tries),
            "ratio": round(speed[CLIENTS[-1]] / speed[1], 2),
            "runs": runs,
        },
        (
            Goal("units given too many or too few", wrong, 0),
            Goal("deadlocks in the server's log", sum(run["deadlocks"] for run in tries), 0),
            Goal("throughput of 50 clients / 1", speed[50] / speed[1], 1, at_least=True),
        ),
        tuple(
            f"{run['clients']:>3} clients: {run['orders_per_second']:>7.1f} orders/s, "
            f"{run['given']} of {WANTED} given ({run['stock']} there), "
            f"{run['deadlocks']} deadlocks"
            for run in runs
        ),
    )
