"""The inventory desk: as fast with 100,000 items, lots and a million moves as with 1,000.

`--big` takes 1,000,000 items with 10,000,000 moves for the large side.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.inventory import inventory, inventory_counts
from app.queries.inventory_document import item_stock, lot_stock, place_stock
from bench.lists import SMALL, Asks, beside_each_other, compared, times_of
from bench.measured import Measured
from bench.place import Company, Place

TITLE = "The inventory desk, few items against many"
LARGE, BIG = 100_000, 1_000_000
MOVES = 10
BOUNDED = ("counts", "nothing there")
"""Counts stop at 1,000: fewer have less to count. Where no bin is empty each is looked at."""

_FILL = (
    # As the triggers would leave it. Every item has a bin with some, one where it once lay, and a
    # lot; one lot in ten is still there, and those of 600 items are of about now, the others of
    # years ago; one item in twenty is promised, one bin in ten is empty.
    "SET LOCAL session_replication_role = replica",
    """INSERT INTO item (number, name, name_sort, base_unit, list_price, tax_class_id)
       SELECT 'B-' || lpad(n::text, 7, '0'), w || ' ' || n, lower(w) || ' ' || n, 'pc', 10, 1
         FROM generate_series(1, :items) n,
              LATERAL (SELECT (ARRAY['Rope', 'Pump', 'Flare', 'Radio', 'Shackle', 'Winch',
                'Cleat', 'Buoy'])[1 + n % 8] AS w) x""",
    """INSERT INTO location (warehouse_id, kind, code, is_pickable, walk_sequence)
       SELECT 1, 'storage', 'Z-' || lpad(n::text, 7, '0'), true, n
         FROM generate_series(1, :items / 2) n""",
    """INSERT INTO lot (item_id, code, expires_on)
       SELECT i.id, 'L-' || i.id, current_date + 30 - (i.id % 60)::int
              - CASE WHEN i.number <= 'B-0000600' THEN 0 ELSE 1000 END
         FROM item i WHERE i.number LIKE 'B-%'""",
    """INSERT INTO stock_balance (item_id, lot_id, location_id, on_hand, allocated)
       SELECT i.id, CASE WHEN k = 2 THEN t.id END, p.first + x + x / 9,
              CASE WHEN k = 0 THEN 12 WHEN k = 2 AND i.id % 10 = 0 THEN 3 ELSE 0 END,
              CASE WHEN k = 0 AND i.id % 20 = 0 THEN 2 ELSE 0 END
         FROM item i JOIN lot t ON t.item_id = i.id, generate_series(0, 2) k,
              LATERAL (SELECT (i.id * 7 + k) % (:items * 9 / 20) AS x) x,
              (SELECT min(id) AS first FROM location WHERE code LIKE 'Z-%') p
        WHERE i.number LIKE 'B-%'""",
    """INSERT INTO command (id, verb, arguments, login, operator, happened_at)
       SELECT '00000000-0000-0000-0000-000000000001', 'receive', '{}', 'maria', 'maria', now()""",
    """INSERT INTO allocation (order_line_id, item_id, location_id, quantity, command_id)
       SELECT 1, b.item_id, b.location_id, b.allocated, '00000000-0000-0000-0000-000000000001'
         FROM stock_balance b WHERE b.allocated > 0""",
    """INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity, reason,
                               command_id)
       SELECT b.item_id, s.id, b.location_id, 1, 'receive', '00000000-0000-0000-0000-000000000001'
         FROM generate_series(1, :moves) n, stock_balance b, location s
        WHERE s.code = 'SUPPLIER' AND b.on_hand = 12""",
)


def _fill(company: Company, items: int) -> float:
    began = time.perf_counter()
    with company.owner.begin() as connection:
        for sql in _FILL:
            connection.execute(text(sql), {"items": items, "moves": MOVES})
    with company.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    return time.perf_counter() - began


def _asks(session: Session) -> Asks:
    item, number, lot, place, code = session.execute(
        text("""SELECT i.id, i.number, t.id, p.id, p.code FROM item i
                  JOIN lot t ON t.item_id = i.id JOIN stock_balance b ON b.item_id = i.id
                  JOIN location p ON p.id = b.location_id
                 WHERE i.number LIKE 'B-%' AND b.on_hand > 0 AND i.id % 10 = 0
                 ORDER BY i.id DESC LIMIT 1""")
    ).one()
    middle: Any = session.execute(
        text(
            "SELECT name_sort, id FROM item ORDER BY name_sort OFFSET"
            " (SELECT count(*) / 2 FROM item) LIMIT 1"
        )
    ).one()
    return {
        "by item, first page": lambda s: inventory(s),
        "by item, a page in the middle": lambda s: inventory(s, after=tuple(middle)),
        "by place": lambda s: inventory(s, view="places"),
        "promised": lambda s: inventory(s, view="promised", limit=40),
        "expiring": lambda s: inventory(s, view="expiring", limit=40),
        "nothing there": lambda s: inventory(s, view="empty", limit=40),
        "items filtered by number": lambda s: inventory(s, filter=number[:-1]),
        "items filtered by bin": lambda s: inventory(s, filter=code),
        "places filtered by item": lambda s: inventory(s, view="places", filter=number),
        "an item's stock": lambda s: item_stock(s, item=item),
        "a lot's stock": lambda s: lot_stock(s, lot=lot),
        "a bin's stock": lambda s: place_stock(s, place=place),
        "counts of the views": lambda s: inventory_counts(s),
    }


def measure(place: Place) -> Measured:
    """The same questions among few and among many items."""
    large = BIG if place.big else LARGE
    with place.company() as few, place.company() as many:
        _fill(few, SMALL)
        filled = _fill(many, large)
        questions = beside_each_other(*times_of([few, many], _asks))
    return compared(
        {
            "items": [SMALL, large],
            "moves": [SMALL * MOVES, large * MOVES],
            "filled_s": round(filled, 1),
        },
        questions,
        f"{large:,} items",
        BOUNDED,
    )
