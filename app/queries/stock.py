"""What lies where, and how much of it is promised."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.ids import ItemRef

TODAY = "(now() AT TIME ZONE (SELECT time_zone FROM company))::date"
"""The company's day, in SQL."""


def may_be_promised(today: str = TODAY, *, or_at: str = "") -> str:
    """The condition, in SQL, under which free goods at place `p` of lot `t` may be promised.

    The place is in use and people pick from it (or it is the place `or_at`), and the lot, if
    there is one, is neither blocked nor expired. The database's function lock_available judges
    alike when it promises.
    """
    place = f"(p.is_pickable OR p.id = {or_at})" if or_at else "p.is_pickable"
    return f"""{place} AND p.is_active AND t.blocked_reason IS NULL
               AND (t.expires_on IS NULL OR t.expires_on >= {today})"""


def free_goods(item: str, warehouse: str, today: str = TODAY) -> str:
    """The rows, in SQL, of what may be promised of an item in a warehouse: FROM and WHERE.

    `item` and `warehouse` are columns or values in SQL; a row is a balance `b` with free goods.
    """
    return f"""
      FROM stock_balance b
      JOIN location p ON p.id = b.location_id
      LEFT JOIN lot t ON t.id = b.lot_id
     WHERE b.item_id = {item} AND p.warehouse_id = {warehouse} AND b.on_hand > b.allocated
       AND {may_be_promised(today)}"""


def waits_to_be_allocated(line: str, warehouse: str) -> str:
    """How much a line misses, in SQL, only because nobody has allocated it yet: as much is free.

    Of two lines that want the same free goods each counts them.
    """
    free = f"SELECT sum(b.on_hand - b.allocated) {free_goods(f'{line}.item_id', warehouse)}"
    return f"""CASE WHEN {line}.backordered > 0 AND {line}.fulfilment = 'stock'
                    THEN least({line}.backordered, coalesce(({free}), 0)) ELSE 0 END"""


@dataclass(frozen=True, slots=True)
class StockRow:
    """An item in one place, in base units."""

    item: str
    location: str
    kind: str
    lot: str | None
    on_hand: Decimal
    allocated: Decimal
    free: Decimal


def stock(session: Session, *, item: ItemRef) -> tuple[StockRow, ...]:
    """Where an item lies: every place that holds any, in walk order."""
    rows = session.execute(
        text("""
            SELECT i.number, p.code, p.kind, t.code, b.on_hand, b.allocated,
                   b.on_hand - b.allocated
              FROM stock_balance b
              JOIN item i ON i.id = b.item_id
              JOIN location p ON p.id = b.location_id
              LEFT JOIN lot t ON t.id = b.lot_id
             WHERE b.item_id = :item AND b.on_hand > 0
             ORDER BY p.walk_sequence, p.code, t.code"""),
        {"item": item},
    )
    return tuple(StockRow(*row) for row in rows)
