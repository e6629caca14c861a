"""Writing promises: so much from here for that line."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.models.stock import Allocation
from app.rules.stock import Reserve


def promise(session: Session, reserves: Sequence[Reserve]) -> None:
    """Write promises; one already there for the same goods grows."""
    if not reserves:
        return
    session.execute(
        text("""
            INSERT INTO allocation (order_line_id, item_id, lot_id, location_id, quantity)
            SELECT * FROM unnest(CAST(:lines AS bigint[]), CAST(:items AS bigint[]),
              CAST(:lots AS bigint[]), CAST(:places AS bigint[]), CAST(:quantities AS numeric[]))
            ON CONFLICT (order_line_id, item_id, location_id, lot_id, carton_id)
            DO UPDATE SET quantity = allocation.quantity + excluded.quantity"""),
        {
            "lines": [each.line_id for each in reserves],
            "items": [each.item_id for each in reserves],
            "lots": [each.lot_id for each in reserves],
            "places": [each.location_id for each in reserves],
            "quantities": [each.quantity for each in reserves],
        },
    )


def insert_promise(session: Session, reserve: Reserve) -> int:
    """One promise, its id: for goods promised and moved in the same breath."""
    statement = insert(Allocation).returning(Allocation.id)
    values = {
        "order_line_id": reserve.line_id,
        "item_id": reserve.item_id,
        "lot_id": reserve.lot_id,
        "location_id": reserve.location_id,
        "quantity": reserve.quantity,
    }
    return session.execute(statement, [values]).scalar_one()
