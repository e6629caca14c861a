"""Order list and finder: as fast among 100,000 orders with a million lines as among 1,000.

`--big` takes 1,000,000 orders with 10,000,000 lines for the large side.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database.engine import reading
from app.queries.orders.listing import order_counts, order_rows
from app.queries.search import search
from bench.measured import Goal, Measured, middle, percentile
from bench.place import Company, Place

TITLE = "Lists and the finder, few orders against many"
SMALL, LARGE, BIG = 1_000, 100_000, 1_000_000
LINES = 10
WARM_UP, ROUNDS = 8, 40
MOST = 1.5
BOUNDED, SLOWEST_MS = ("finder", "counts"), 100.0
"""The finder has a limit of its own, and counts stop at 1,000: fewer have less to count."""

_FILL = (
    # What the triggers would derive is written as they would: a tenth of the orders is a draft,
    # a tenth is open in each of the states on the floor, the rest is closed.
    "SET LOCAL session_replication_role = replica",
    """INSERT INTO customer (number, name, name_sort, currency, terms_id, delivery_mode_id)
       SELECT 'K-' || lpad(n::text, 7, '0'), w || ' ' || n, lower(w) || ' ' || n, 'USD', 1, 1
         FROM generate_series(1, :orders / 10) n,
              LATERAL (SELECT (ARRAY['Harbour', 'Anchor', 'Beacon', 'Compass', 'Delta', 'Ensign',
                'Fender', 'Galley'])[1 + n % 8] AS w) x""",
    """INSERT INTO item (number, name, name_sort, base_unit, list_price, tax_class_id)
       SELECT 'B-' || lpad(n::text, 7, '0'), w || ' ' || n, lower(w) || ' ' || n, 'pc', 10, 1
         FROM generate_series(1, :orders / 2) n,
              LATERAL (SELECT (ARRAY['Rope', 'Pump', 'Flare', 'Radio', 'Shackle', 'Winch',
                'Cleat', 'Buoy'])[1 + n % 8] AS w) x""",
    """INSERT INTO sales_order (number, state, status, is_short, customer_id, warehouse_id,
                                delivery_mode_id, currency, order_date, requested_date,
                                goods_amount, total_amount)
       SELECT 'SO-' || lpad((1000000 + n)::text, 8, '0'),
              (ARRAY['draft', 'confirmed', 'confirmed', 'confirmed', 'closed', 'closed', 'closed',
                'closed', 'closed', 'closed'])[1 + n % 10],
              (ARRAY['draft', 'waiting', 'allocated', 'staged', 'closed', 'closed', 'closed',
                'closed', 'closed', 'closed'])[1 + n % 10],
              n % 10 = 1, c.first + (n * 7) % (:orders / 10), 1, 1, 'USD',
              date '2024-01-01' + (n * 700 / :orders)::int,
              date '2024-01-05' + (n * 700 / :orders)::int, 100, 100
         FROM generate_series(1, :orders) n,
              (SELECT min(id) AS first FROM customer WHERE number LIKE 'K-%') c""",
    """INSERT INTO sales_order_line (order_id, line_no, item_id, description, unit, unit_quantity,
                                     ordered, price_unit, unit_price, price_source, amount,
                                     allocated, staged, packed, invoiced)
       SELECT o.id, k, i.first + (o.id * 13 + k) % (:orders / 2), 'Bench', 'pc', 1, 1, 'pc', 10,
              'list', 10, (o.status IN ('allocated', 'staged'))::int, (o.status = 'staged')::int,
              (o.status = 'closed')::int, (o.status = 'closed')::int
         FROM sales_order o, generate_series(1, :lines) k,
              (SELECT min(id) AS first FROM item WHERE number LIKE 'B-%') i""",
)


def _fill(company: Company, orders: int) -> float:
    began = time.perf_counter()
    with company.owner.begin() as connection:
        for sql in _FILL:
            connection.execute(text(sql), {"orders": orders, "lines": LINES})
    with company.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    return time.perf_counter() - began


def _deep(session: Session) -> Any:
    """Where the page in the middle of the open orders begins: both sizes have it on this day."""
    return session.execute(
        text("""SELECT requested_date, id FROM sales_order WHERE state = 'confirmed'
                 ORDER BY requested_date, id
                OFFSET (SELECT count(*) / 2 FROM sales_order WHERE state = 'confirmed') LIMIT 1""")
    ).one()


Asks = dict[str, Callable[[Session], Any]]


def _asks(session: Session) -> Asks:
    after = tuple(_deep(session))
    number, name = session.execute(
        text("SELECT (SELECT max(number) FROM sales_order), (SELECT max(name) FROM customer)")
    ).one()
    return {
        "open orders, first page": lambda s: order_rows(s),
        "open orders, a page in the middle": lambda s: order_rows(s, after=after),
        "not moving": lambda s: order_rows(s, view="not moving"),
        "drafts": lambda s: order_rows(s, view="drafts"),
        "all orders": lambda s: order_rows(s, view="all"),
        "filtered by customer": lambda s: order_rows(s, view="all", filter=name),
        "filtered by number": lambda s: order_rows(s, view="all", filter=number[:-1]),
        "counts of the views": lambda s: order_counts(s),
        "finder, whole number": lambda s: search(s, wanted=number),
        "finder, beginning of a name": lambda s: search(s, wanted="anch"),
        "finder, words of a name": lambda s: search(s, wanted=" ".join(reversed(name.split()))),
        "finder, a word of very many names": lambda s: search(s, wanted="99"),
        "finder, nothing there": lambda s: search(s, wanted="zzz"),
    }


def times_of(
    companies: Sequence[Company], asks_of: Callable[[Session], Asks]
) -> list[dict[str, list[float]]]:
    """Seconds by question for each company; they take turns, so that all have the same weather."""
    engines = [company.engine_as("maria", pool_size=1) for company in companies]
    try:
        with ExitStack() as stack:
            sessions = [stack.enter_context(reading(engine)) for engine in engines]
            asks = [asks_of(session) for session in sessions]
            found: list[dict[str, list[float]]] = [{name: [] for name in asks[0]} for _ in asks]
            for name in asks[0]:
                for turn in range(WARM_UP + ROUNDS):
                    for session, ask, times in zip(sessions, asks, found, strict=True):
                        began = time.perf_counter()
                        ask[name](session)
                        if turn >= WARM_UP:
                            times[name].append(time.perf_counter() - began)
            return found
    finally:
        for engine in engines:
            engine.dispose()


def beside_each_other(
    small: dict[str, list[float]], large: dict[str, list[float]]
) -> dict[str, dict[str, float]]:
    """By question: the middle time on either side in ms, the 95th percent, the ratio."""
    return {
        name: {
            "small_ms": round(middle(small[name]) * 1000, 2),
            "large_ms": round(middle(large[name]) * 1000, 2),
            "large_p95_ms": round(percentile(large[name], 95) * 1000, 2),
            "ratio": round(middle(large[name]) / middle(small[name]), 2),
        }
        for name in small
    }


def compared(
    about: dict[str, Any],
    questions: dict[str, Any],
    large: str,
    bounded: tuple[str, ...],
) -> Measured:
    """Questions among few rows and among `large`: each has a ratio to reach.

    Those whose names begin as `bounded` have a time of their own instead. `about` is what was
    measured.
    """
    lists = {name: each for name, each in questions.items() if not name.startswith(bounded)}
    ratio = max(each["ratio"] for each in lists.values())
    return Measured(
        {**about, "ratio": ratio, "questions": questions},
        (
            *(
                Goal(f"{name}, {large} / {SMALL:,}", each["ratio"], MOST)
                for name, each in lists.items()
            ),
            *(
                Goal(f"{name}, p95 ms", each["large_p95_ms"], SLOWEST_MS)
                for name, each in questions.items()
                if name not in lists
            ),
        ),
        (
            f"{'question':36}{f'ms of {SMALL:,}':>12}{f'of {large}':>18}{'p95':>8}{'ratio':>7}",
            *(
                f"{name:36}{each['small_ms']:>12.2f}{each['large_ms']:>18.2f}"
                f"{each['large_p95_ms']:>8.2f}{each['ratio']:>7.2f}"
                for name, each in questions.items()
            ),
        ),
    )


def measure(place: Place) -> Measured:
    """The same questions among few and among many orders."""
    large = BIG if place.big else LARGE
    with place.company() as few, place.company() as many:
        _fill(few, SMALL)
        filled = _fill(many, large)
        small_times, large_times = times_of([few, many], _asks)
    return compared(
        {
            "orders": [SMALL, large],
            "lines": [SMALL * LINES, large * LINES],
            "filled_s": round(filled, 1),
        },
        beside_each_other(small_times, large_times),
        f"{large:,} orders",
        BOUNDED,
    )
