"""Goods boxed, or gone to the customer, without the packing station's steps in between."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.changes import changed
from app.core.ids import Kind, OrderRef
from app.operations.floor import Moved, promised
from app.operations.packing import box, open_carton
from app.operations.picking import pick_order
from app.operations.stock import Move, insert_moves, location_of_kind, lock_stock, places_of
from app.rules.stock import MoveReason
from tests.factories.day import Day


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
    return Moved(packed, len(rows), "CUSTOMER", (order,), changed(Kind.ORDER, order))


def boxed(day: Day, order: int) -> int:
    """A carton on the bench with everything of the order's first line in it."""
    bench = day.place("P-01")
    day.runner.do(pick_order, order=order, to=bench)
    carton = day.runner.do(open_carton, order=order, location=bench).carton_id
    line = day.lines(order)[0]
    day.runner.do(
        box, order=order, carton=carton, location=bench, item=line.item_id, quantity=line.allocated
    )
    return int(carton)
