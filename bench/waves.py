"""Much at once: a wave of allocations, a full truck, a day's invoices, a long order being typed.

Each is done small and large; statements are counted, and time is told per line, as a ratio of the
large to the small.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from app.operations.allocation import allocate_wave
from app.operations.billing import invoice_orders
from app.operations.orders import NewLine, add_lines
from app.operations.run import Runner
from app.operations.staging import stage
from app.operations.stock import Receipt, receive
from app.operations.trucks import depart, load, plan_trip, start_loading
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
TURNS = 20


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


def _step(runner: Runner, function: Callable[..., Any], **arguments: Any) -> tuple[int, float]:
    """Statements and milliseconds of one command."""
    with wire(runner.engine) as sent:
        began = time.perf_counter()
        runner.do(function, **arguments)
        taken = (time.perf_counter() - began) * 1000
    return sent.statements, taken


def _wave(place: Place, orders: int) -> tuple[int, float]:
    with place.company() as company:
        runner, _ = _company(company, orders)
        try:
            return _step(runner, allocate_wave)
        finally:
            runner.engine.dispose()


def _truck(place: Place, orders: int) -> dict[str, tuple[int, float]]:
    """A truck's departure, and the invoices of all that left with it."""
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
                "depart": _step(runner, depart, trip=trip),
                "invoice": _step(runner, invoice_orders, orders=tuple(made)),
            }
        finally:
            runner.engine.dispose()


def _typing(place: Place, lines: int) -> tuple[int, float]:
    """The next line typed at the end of an order of so many: statements, p95 milliseconds."""
    with place.company() as company:
        with company.owner.begin() as connection:
            items = new_items(connection, "LONG", 20)
            (order,) = draft_orders(connection, 1, items, lines=lines, quantity=QUANTITY)
        runner = Runner(company.engine_as("maria"))
        try:
            line = (NewLine(items[0], Decimal(QUANTITY)),)
            runner.do(add_lines, order=order, lines=line)  # the connection is no longer new
            taken = [_step(runner, add_lines, order=order, lines=line) for _ in range(TURNS)]
        finally:
            runner.engine.dispose()
    return max(count for count, _ in taken), percentile([ms for _, ms in taken], 95)


def measure(place: Place) -> Measured:
    """All four, small and large."""
    waves = {orders: _wave(place, orders) for orders in WAVE}
    trucks = {orders: _truck(place, orders) for orders in TRUCK}
    typed = {lines: _typing(place, lines) for lines in TYPED}

    def growth(small: tuple[int, float], large: tuple[int, float], times: int) -> float:
        return round(large[1] / (small[1] * times), 2)

    few, many = (waves[orders] for orders in WAVE)
    times = WAVE[1] // WAVE[0]
    little, full = (trucks[orders] for orders in TRUCK)
    more = TRUCK[1] // TRUCK[0]
    short, long = (typed[lines] for lines in TYPED)
    return Measured(
        {
            "wave": {
                "lines": WAVE[1] * LINES,
                "statements": many[0],
                "ms": round(many[1], 1),
                "growth": growth(few, many, times),
            },
            **{
                name: {
                    "lines": TRUCK[1] * LINES,
                    "statements": full[name][0],
                    "ms": round(full[name][1], 1),
                    "growth": growth(little[name], full[name], more),
                }
                for name in full
            },
            "typing": {
                "statements": long[0],
                "p95_ms": round(long[1], 1),
                "ratio": round(long[1] / short[1], 2),
            },
        },
        (
            Goal("statements of a wave of 5,000 lines", many[0], 12 + 5),
            Goal("wave, time a line, 5,000 / 500 lines", growth(few, many, times), 1.5),
            Goal("statements of a departure of 200 orders", full["depart"][0], 30),
            Goal(
                "departure, time a line, 2,000 / 200 lines",
                growth(little["depart"], full["depart"], more),
                1.5,
            ),
            Goal(
                "statements of 200 orders' invoices more than of 20",
                full["invoice"][0] - little["invoice"][0],
                0,
            ),
            Goal(
                "invoices, time a line, 2,000 / 200 lines",
                growth(little["invoice"], full["invoice"], more),
                1.5,
            ),
            Goal("typing, p95 of line 501 / line 2", round(long[1] / short[1], 2), 1.5),
        ),
        (
            f"a wave of {WAVE[1] * LINES} lines: {many[0]} statements, {many[1]:.0f} ms",
            f"a truck of {TRUCK[1]} orders: {full['depart'][0]} statements,"
            f" {full['depart'][1]:.0f} ms; their invoices: {full['invoice'][0]} statements,"
            f" {full['invoice'][1]:.0f} ms",
            f"the line after {TYPED[1]}: {long[0]} statements, p95 {long[1]:.1f} ms",
        ),
    )
