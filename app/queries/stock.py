"""What lies where, and how much of it is promised."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.ids import ItemRef


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
