"""Much at once: a wave of allocations, a full truck, a day's invoices, a long order being typed.

Each is done small and large; statements are counted, and time is told per line, as a ratio of the
large to the small.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from app.database.engine import reading
from app.operations.allocation import allocate_wave
from app.operations.billing import invoice_orders
from app.operations.orders import NewLine, add_lines
from app.operations.run import Runner
from app.operations.staging import stage
from app.operations.stock import Receipt, receive
from app.operations.trucks import depart, load, plan_trip, start_loading
from app.queries.orders.entry import item_offer
from bench.counting import wire
from bench.measured import Goal, Measured, percentile
from bench.orders import draft_orders, new_items
from bench.place import Company, Place

TITLE = "Waves, full trucks, a day's invoices, long orders"
ITEMS, LINES, QUANTITY = 200, 10, 2
WAVE = (50, 500)
"""Orders in a wave; with ten lines each the larger has 5,000 lines."""
TRUCK = (20, 200)
"""Orders on a truck: the larger departs with 2,000 lines, and all of them are invoiced."""
TYPED = (1, 500)
"""Lines an order has when the next is typed."""
WARM_UP, TURNS = 6, 40


def _company(company: Company, orders: int) -> tuple[Runner, list[int]]:
    """Confirmed orders and goods for all of them."""
    with company.owner.begin() as connection:
        items = new_items(connection, "WAVE", ITEMS)
        bins = list(
            connection.execute(
                text("SELECT id FROM location WHERE code IN ('A-01', 'A-02') ORDER BY code")
            ).scalars()
        )
        made = draft_orders(connection, orders, items, lines=LINES, quantity=QUANTITY)
        connection.execute(text("UPDATE sales_order SET state = 'confirmed'"))
    runner = Runner(company.engine_as("maria"))
    enough = Decimal(orders * LINES * QUANTITY // ITEMS + QUANTITY)
    runner.do(
        receive,
        receipts=tuple(
            Receipt(item, enough, bins[index % len(bins)]) for index, item in enumerate(items)
        ),
    )
    with company.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return runner, made


@dataclass(frozen=True, slots=True)
class Step:
    """What a command takes, from two runs: the wire is traced in one, the other is timed."""

    statements: int
    ms: float


def _step(runner: Runner, traced: bool, function: Callable[..., Any], **arguments: Any) -> float:
    """Statements of one command, or else its milliseconds: tracing rows takes time itself."""
    if traced:
        with wire(runner.engine) as sent:
            runner.do(function, **arguments)
        return sent.statements
    began = time.perf_counter()
    runner.do(function, **arguments)
    return (time.perf_counter() - began) * 1000


def _twice(run: Callable[[bool], float]) -> Step:
    return Step(int(run(True)), run(False))


def _wave(place: Place, orders: int) -> Step:
    def run(traced: bool) -> float:
        with place.company() as company:
            runner, _ = _company(company, orders)
            try:
                return _step(runner, traced, allocate_wave)
            finally:
                runner.engine.dispose()

    return _twice(run)


def _truck(place: Place, orders: int) -> dict[str, Step]:
    """A truck's departure, and the invoices of all that left with it."""

    def run(traced: bool) -> dict[str, float]:
        with place.company() as company:
            runner, made = _company(company, orders)
            try:
                runner.do(allocate_wave)
                with company.owner.connect() as connection:
                    truck = connection.execute(
                        text("SELECT id FROM location WHERE code = 'TRUCK-1'")
                    ).scalar_one()
                trip = runner.do(plan_trip, truck=truck, orders=tuple(made)).trip_id
                runner.do(start_loading, trip=trip)
                for order in reversed(made):
                    runner.do(stage, order=order)
                    runner.do(load, trip=trip, order=order)
                return {
                    "depart": _step(runner, traced, depart, trip=trip),
                    "invoice": _step(runner, traced, invoice_orders, orders=tuple(made)),
                }
            finally:
                runner.engine.dispose()

    counted, timed = run(True), run(False)
    return {name: Step(int(counted[name]), timed[name]) for name in counted}


def _typing(place: Place, lines: int) -> tuple[Step, Step]:
    """The next line of an order of so many: its price, which a person waits for, and its save.

    The save goes on behind while the next line is typed. Milliseconds are p95.
    """
    with place.company() as company:
        with company.owner.begin() as connection:
            items = new_items(connection, "LONG", 20)
            (order,) = draft_orders(connection, 1, items, lines=lines, quantity=QUANTITY)
            customer = connection.execute(
                text("SELECT customer_id FROM sales_order WHERE id = :id"), {"id": order}
            ).scalar_one()
        runner = Runner(company.engine_as("maria"))
        line = (NewLine(items[0], Decimal(QUANTITY)),)

        def price() -> float:
            began = time.perf_counter()
            with reading(runner.engine) as session:
                item_offer(
                    session, customer=customer, item=items[0], quantity=Decimal(1), order=order
                )
            return (time.perf_counter() - began) * 1000

        try:
            for _ in range(WARM_UP):
                price()
                runner.do(add_lines, order=order, lines=line)
            with wire(runner.engine) as asked:
                price()
            written = _step(runner, True, add_lines, order=order, lines=line)
            priced, saved = [], []
            for _ in range(TURNS):
                priced.append(price())
                saved.append(_step(runner, False, add_lines, order=order, lines=line))
            return (
                Step(asked.statements, percentile(priced, 95)),
                Step(int(written), percentile(saved, 95)),
            )
        finally:
            runner.engine.dispose()


def measure(place: Place) -> Measured:
    """All four, small and large."""
    waves = {orders: _wave(place, orders) for orders in WAVE}
    trucks = {orders: _truck(place, orders) for orders in TRUCK}
    typed = {lines: _typing(place, lines) for lines in TYPED}

    def growth(small: Step, large: Step, times: int) -> float:
        return round(large.ms / (small.ms * times), 2)

    few, many = (waves[orders] for orders in WAVE)
    times = WAVE[1] // WAVE[0]
    little, full = (trucks[orders] for orders in TRUCK)
    more = TRUCK[1] // TRUCK[0]
    (short, saved_short), (long, saved_long) = (typed[lines] for lines in TYPED)
    return Measured(
        {
            "wave": {
                "lines": WAVE[1] * LINES,
                "statements": many.statements,
                "ms": round(many.ms, 1),
                "growth": growth(few, many, times),
            },
            **{
                name: {
                    "lines": TRUCK[1] * LINES,
                    "statements": full[name].statements,
                    "ms": round(full[name].ms, 1),
                    "growth": growth(little[name], full[name], more),
                }
                for name in full
            },
            "typing": {
                "price_statements": long.statements,
                "price_p95_ms": round(long.ms, 1),
                "price_ratio": round(long.ms / short.ms, 2),
                "save_statements": saved_long.statements,
                "save_p95_ms": round(saved_long.ms, 1),
                "save_ratio": round(saved_long.ms / saved_short.ms, 2),
            },
        },
        (
            Goal("statements of a wave of 5,000 lines", many.statements, 12 + 5),
            Goal("wave, time a line, 5,000 / 500 lines", growth(few, many, times), 1.5),
            Goal("statements of a departure of 200 orders", full["depart"].statements, 30),
            Goal(
                "departure, time a line, 2,000 / 200 lines",
                growth(little["depart"], full["depart"], more),
                1.5,
            ),
            Goal(
                "statements of 200 orders' invoices more than of 20",
                full["invoice"].statements - little["invoice"].statements,
                0,
            ),
            Goal(
                "invoices, time a line, 2,000 / 200 lines",
                growth(little["invoice"], full["invoice"], more),
                1.5,
            ),
            Goal("its price on typing line 501 / line 2", round(long.ms / short.ms, 2), 1.5),
            Goal(
                "saving line 501 / line 2, behind the typing",
                round(saved_long.ms / saved_short.ms, 2),
                1.5,
            ),
        ),
        (
            f"a wave of {WAVE[1] * LINES} lines: {many.statements} statements, {many.ms:.0f} ms",
            f"a truck of {TRUCK[1]} orders: {full['depart'].statements} statements,"
            f" {full['depart'].ms:.0f} ms; their invoices: {full['invoice'].statements} statements,"
            f" {full['invoice'].ms:.0f} ms",
            f"the line after {TYPED[1]}: its price {long.statements} statements,"
            f" p95 {long.ms:.1f} ms; its save {saved_long.statements} statements,"
            f" p95 {saved_long.ms:.1f} ms",
        ),
    )
