"""Goods that left for the customer, without the packing station's steps in between."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.changes import changed
from app.core.ids import Kind, OrderRef
from app.operations.floor import Moved, promised
from app.operations.stock import Move, insert_moves, location_of_kind, lock_stock, places_of
from app.rules.stock import MoveReason


def pack(session: Session, actor: Actor, *, order: OrderRef) -> Moved:
    """All of the order's goods that lie on a bench or in a lane leave in one shipment."""
    rows = [
        row
        for row in promised(session, [order])
        if row.location_kind in ("packing", "staging", "cart")
    ]
    shipment = session.execute(
        text("""
            INSERT INTO shipment (order_id, warehouse_id, delivery_mode_id, ship_to, shipped_on)
            SELECT o.id, o.warehouse_id, o.delivery_mode_id, o.ship_to, current_date
              FROM sales_order o WHERE o.id = :order RETURNING id"""),
        {"order": order},
    ).scalar_one()
    customer = location_of_kind(session, "CUSTOMER")
    moves = [
        Move(
            row.item_id,
            row.lot_id,
            row.location_id,
            customer,
            row.quantity,
            MoveReason.PACK,
            order_line_id=row.line_id,
            allocation_id=row.id,
            carton_id=row.carton_id,
            shipment_id=shipment,
        )
        for row in rows
    ]
    lock_stock(session, places_of(moves))
    insert_moves(session, moves)
    packed = sum((move.quantity for move in moves), Decimal(0))
    return Moved(packed, "CUSTOMER", (order,), changed(Kind.ORDER, order))
