"""Packing: boxed goods leave inventory for a customer, and come back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.clock import today
from app.core.errors import NotFound
from app.core.ids import Kind, OrderRef, ShipmentRef
from app.models.packing import Shipment
from app.operations.floor import check_holds, move_promised, place, promised
from app.operations.packing.boxing import boxed_of, held, locked_lines
from app.operations.packing.refusals import (
    CartonNotClosed,
    NoLaneToFinish,
    NothingBoxed,
    OrderShipsComplete,
    ShipmentInvoiced,
    UnpackedAlready,
)
from app.operations.picking import queue_print
from app.operations.stock import Move, insert_moves, location_of_kind, lock_stock, places_of
from app.rules.printing import DocumentKind
from app.rules.stock import LocationKind, MoveReason


@dataclass(frozen=True, slots=True)
class Finished:
    """Either packed as a shipment, or brought to a lane for the truck."""

    packed: bool
    shipment_id: int | None
    shipment: str | None
    lane: str | None
    quantity: Decimal
    changes: Changes


def finish(session: Session, actor: Actor, *, order: OrderRef) -> Finished:
    """Finish what is boxed: our own truck's goes to the lane, everything else is packed.

    Raises: NothingBoxed, CartonNotClosed, OrderShipsComplete, NoLaneToFinish, StoppedByHold.
    """
    actor.require("finish", Group.FLOOR)
    cartons = session.execute(
        text("""SELECT * FROM lock_cartons(ARRAY(SELECT id FROM carton
                 WHERE order_id = :order AND state <> 'packed'))"""),
        {"order": order},
    ).all()
    lines = locked_lines(session, order)
    check_holds(session, held(lines), "packing")
    rows = promised(session, [order])
    ready = [r for r in rows if r.carton_id and r.location_kind in ("packing", "staging")]
    used = {r.carton_id for r in ready}
    for carton in cartons:
        if carton.id in used and carton.state == "open":
            raise CartonNotClosed(sscc=carton.sscc, state=carton.state)
    head = lines[0]
    if head.delivery_kind == "own_truck":
        ready = [r for r in ready if r.location_kind == "packing"]
    if not ready:
        raise NothingBoxed(order=head.number)
    if head.delivery_kind == "own_truck":
        if head.lane_id is None:
            raise NoLaneToFinish(order=head.number)
        lane = place(session, head.lane_id, LocationKind.STAGING)
        moved = move_promised(session, ready, lane, MoveReason.STAGE)
        return Finished(False, None, None, lane.code, moved.quantity, moved.changes)
    if head.ship_complete:
        for line in lines:
            missing = (line.wanted or 0) - (line.packed or 0) - boxed_of(rows, line.line_id)
            if line.fulfilment == "stock" and missing > 0:
                raise OrderShipsComplete(order=head.number, item=line.item_number, missing=missing)
    return _pack(session, actor, order, ready)


def _pack(session: Session, actor: Actor, order: int, ready: list[Any]) -> Finished:
    about = session.execute(
        text("""SELECT o.warehouse_id, o.delivery_mode_id, o.ship_to, k.time_zone
                  FROM sales_order o CROSS JOIN company k WHERE o.id = :id"""),
        {"id": order},
    ).one()
    shipment = session.execute(
        insert(Shipment).returning(Shipment.id, Shipment.number),
        [
            {
                "order_id": order,
                "warehouse_id": about.warehouse_id,
                "delivery_mode_id": about.delivery_mode_id,
                "ship_to": about.ship_to,
                "shipped_on": today(about.time_zone),
            }
        ],
    ).one()
    customer = location_of_kind(session, "CUSTOMER")
    moves = [
        Move(
            r.item_id,
            r.lot_id,
            r.location_id,
            customer,
            r.quantity,
            MoveReason.PACK,
            order_line_id=r.line_id,
            allocation_id=r.id,
            carton_id=r.carton_id,
            shipment_id=shipment.id,
        )
        for r in ready
    ]
    lock_stock(session, places_of(moves))
    insert_moves(session, moves)
    cartons = sorted({r.carton_id for r in ready})
    session.execute(
        text("UPDATE carton SET state = 'packed', shipment_id = :id WHERE id = ANY (:cartons)"),
        {"id": shipment.id, "cartons": cartons},
    )
    queue_print(session, actor, DocumentKind.PACKING_SLIP, [shipment.id])
    return Finished(
        True,
        shipment.id,
        shipment.number,
        None,
        sum((m.quantity for m in moves), Decimal(0)),
        changed(Kind.ORDER, order)
        | changed(Kind.SHIPMENT, shipment.id)
        | changed(Kind.CARTON, cartons)
        | changed(Kind.STOCK, {r.item_id for r in ready}),
    )


def unpack(session: Session, actor: Actor, *, shipment: ShipmentRef) -> Finished:
    """Bring a shipment back to the bench, in its closed cartons; the shipment is cancelled.

    Raises: UnpackedAlready, ShipmentInvoiced.
    """
    actor.require("unpack", Group.FLOOR)
    head = session.execute(
        text("SELECT id, number, order_id, state FROM shipment WHERE id = :id FOR NO KEY UPDATE"),
        {"id": shipment},
    ).one_or_none()
    if head is None:
        raise NotFound(what="shipment", value=shipment)
    if head.state != "packed":
        raise UnpackedAlready(shipment=head.number)
    session.execute(
        text("""SELECT FROM lock_cartons(ARRAY(SELECT id FROM carton
                 WHERE shipment_id = :id))"""),
        {"id": shipment},
    )
    promised(session, [head.order_id])
    invoiced = session.execute(
        text("""
            SELECT 1 FROM sales_order_line l
              JOIN (SELECT order_line_id, sum(quantity) AS quantity FROM stock_move
                     WHERE shipment_id = :id AND reason = 'pack' GROUP BY 1) m
                ON m.order_line_id = l.id
             WHERE l.invoiced - l.rebillable
                   > l.packed - m.quantity + l.drop_confirmed + l.performed LIMIT 1"""),
        {"id": shipment},
    ).first()
    if invoiced:
        raise ShipmentInvoiced(shipment=head.number)
    gone = session.execute(
        text("SELECT * FROM stock_move WHERE shipment_id = :id AND reason = 'pack' ORDER BY id"),
        {"id": shipment},
    ).all()
    moves = [
        Move(
            m.item_id,
            m.lot_id,
            m.to_location_id,
            m.from_location_id,
            m.quantity,
            MoveReason.UNPACK,
            order_line_id=m.order_line_id,
            carton_id=m.carton_id,
            shipment_id=shipment,
            reverses_id=m.id,
        )
        for m in gone
    ]
    lock_stock(session, places_of(moves))
    insert_moves(session, moves)
    session.execute(
        text("""
            WITH c AS (UPDATE carton SET state = 'closed', shipment_id = NULL
                        WHERE shipment_id = :id)
            UPDATE shipment SET state = 'cancelled' WHERE id = :id"""),
        {"id": shipment},
    )
    return Finished(
        False,
        shipment,
        head.number,
        None,
        sum((m.quantity for m in moves), Decimal(0)),
        changed(Kind.ORDER, head.order_id)
        | changed(Kind.SHIPMENT, shipment)
        | changed(Kind.CARTON, {m.carton_id for m in moves if m.carton_id})
        | changed(Kind.STOCK, {m.item_id for m in moves}),
    )
