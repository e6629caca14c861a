"""Packing: boxed goods leave inventory for a customer, and come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind, OrderRef, ShipmentRef
from app.operations.floor import place, promised
from app.operations.packing.backorders import act_on_rest, to_be_released
from app.operations.packing.bench import (
    ZERO,
    BenchCarton,
    BenchOrder,
    locked_cartons,
    order_at_bench,
)
from app.operations.packing.refusals import (
    CartonNotClosed,
    LabelWrong,
    LeftByTruck,
    NoLaneToFinish,
    NothingBoxed,
    OrderShipsComplete,
    ShipmentInvoiced,
    ShippedAlready,
    UnpackedAlready,
)
from app.operations.stock import Move, insert_moves, lock_stock, places_of
from app.rules.packing import CartonState
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


def close_cartons(
    session: Session, actor: Actor, cartons: Sequence[int], weight: Decimal | None = None
) -> None:
    """Close locked cartons and queue their labels: one statement."""
    if not cartons:
        return
    session.execute(
        text("""
            WITH closed AS (
              UPDATE carton SET state = 'closed', weight_kg = :weight, is_label_stale = false
               WHERE id = ANY (:cartons) RETURNING id)
            INSERT INTO print_job (document, subject_id, station, operator)
            SELECT 'carton_label', id, :station, :operator FROM closed ORDER BY id"""),
        {
            "cartons": list(cartons),
            "weight": weight,
            "station": actor.station,
            "operator": actor.operator,
        },
    )


def finish(session: Session, actor: Actor, *, order: OrderRef) -> Finished:
    """Finish what is boxed: our own truck's goes to the lane, everything else is packed.

    What is still open then is kept, cancelled or asked about, by the order's backorder policy.
    Raises: NothingBoxed, ShippedAlready, CartonNotClosed, LabelWrong, OrderShipsComplete,
    NoLaneToFinish, StoppedByHold.
    """
    actor.require("finish", Group.FLOOR)
    cartons = locked_cartons(session, order)
    now = order_at_bench(session, order)
    own_truck = now.delivery_kind == "own_truck"
    places = ("packing",) if own_truck else ("packing", "staging")
    ready = [p for p in now.promises if p.carton_id and p.kind in places]
    used = [each for each in cartons if each.id in {p.carton_id for p in ready}]
    if not ready:
        raise nothing_boxed(session, now)
    for carton in used:
        if carton.state is CartonState.OPEN:
            raise CartonNotClosed(sscc=carton.sscc, state=carton.state.value)
        if carton.is_label_stale:
            raise LabelWrong(sscc=carton.sscc, order=now.number)
    if own_truck:
        return _to_lane(session, now, {each.id for each in used})
    if now.ship_complete:
        missing = next((line for line in now.lines if line.room > 0), None)
        if missing is not None:
            raise OrderShipsComplete(order=now.number, item=missing.item, missing=missing.room)
    touched = [*ready, *to_be_released(now)]
    lock_stock(session, [(p.item_id, p.lot_id, p.location_id) for p in touched])
    packed = pack_boxed(session, actor, now, used)
    act_on_rest(session, actor, now, str(packed.shipment))
    return packed


def nothing_boxed(session: Session, order: BenchOrder) -> BusinessError:
    """Nothing is boxed: because all of it has left, and with which shipment, or not yet."""
    last = session.execute(
        text("""
            SELECT s.number, s.packed_at AT TIME ZONE k.time_zone AS at,
                   (SELECT m.operator FROM stock_move v JOIN command m ON m.id = v.command_id
                     WHERE v.shipment_id = s.id ORDER BY v.id LIMIT 1) AS who
              FROM shipment s CROSS JOIN company k
             WHERE s.order_id = :order AND s.state = 'packed' ORDER BY s.id DESC LIMIT 1"""),
        {"order": order.id},
    ).one_or_none()
    if last is None or not order.is_all_gone:
        return NothingBoxed(order=order.number)
    return ShippedAlready(order=order.number, shipment=last.number, who=last.who, at=last.at)


def _to_lane(session: Session, order: BenchOrder, cartons: set[int]) -> Finished:
    if order.lane_id is None:
        raise NoLaneToFinish(order=order.number)
    lane = place(session, order.lane_id, LocationKind.STAGING)
    going = [p for p in order.promises if p.carton_id in cartons]
    moves = [
        Move(
            p.item_id,
            p.lot_id,
            p.location_id,
            lane.id,
            p.quantity,
            MoveReason.STAGE,
            order_line_id=p.line_id,
            allocation_id=p.id,
            carton_id=p.carton_id,
        )
        for p in going
    ]
    lock_stock(session, places_of(moves))
    insert_moves(session, moves)
    return Finished(
        False,
        None,
        None,
        lane.code,
        sum((move.quantity for move in moves), ZERO),
        changed(Kind.ORDER, order.id)
        | changed(Kind.STOCK, {p.item_id for p in going})
        | changed(Kind.CARTON, cartons),
    )


# One statement, so that the last scan stays quick: the shipment, the moves out (one a unit where
# serials are recorded), the cartons, the labels of those that were open, the packing slip.
_PACK = text("""
    WITH made AS (
        INSERT INTO shipment (order_id, warehouse_id, delivery_mode_id, ship_to, shipped_on)
        SELECT o.id, o.warehouse_id, o.delivery_mode_id, o.ship_to, :today
          FROM sales_order o WHERE o.id = :order RETURNING id, number),
    inside AS (
        SELECT a.*, (i.tracking = 'serial_out') AS by_serial
          FROM allocation a
          JOIN sales_order_line l ON l.id = a.order_line_id
          JOIN item i ON i.id = a.item_id
         WHERE l.order_id = :order AND a.carton_id = ANY (:cartons)),
    serials AS (
        SELECT n.id AS promise_id, m.serial
          FROM inside n
         CROSS JOIN LATERAL (
            SELECT x.serial FROM stock_move x
             WHERE x.order_line_id = n.order_line_id AND x.carton_id = n.carton_id
               AND x.reason = 'box' AND x.serial IS NOT NULL
               AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses_id = x.id)
             ORDER BY x.id DESC LIMIT n.quantity::int) m
         WHERE n.by_serial),
    going AS (
        SELECT n.*, n.quantity - coalesce(s.units, 0) AS size, CAST(NULL AS text) AS serial
          FROM inside n
          LEFT JOIN (SELECT promise_id, count(*) AS units FROM serials GROUP BY 1) s
            ON s.promise_id = n.id
        UNION ALL
        SELECT n.*, 1, s.serial FROM inside n JOIN serials s ON s.promise_id = n.id),
    gone AS (
        INSERT INTO stock_move (item_id, lot_id, from_location_id, to_location_id, quantity,
                                reason, order_line_id, allocation_id, carton_id, shipment_id,
                                serial)
        SELECT g.item_id, g.lot_id, g.location_id, c.id, g.size, 'pack', g.order_line_id, g.id,
               g.carton_id, made.id, g.serial
          FROM going g CROSS JOIN made JOIN location c ON c.code = 'CUSTOMER'
         WHERE g.size > 0 ORDER BY g.id, g.serial
        RETURNING quantity),
    boxes AS (
        UPDATE carton SET state = 'packed', shipment_id = made.id
          FROM made WHERE carton.id = ANY (:cartons)),
    papers AS (
        INSERT INTO print_job (document, subject_id, station, operator)
        SELECT 'carton_label', label, :station, :operator
          FROM unnest(CAST(:labels AS bigint[])) label
        UNION ALL SELECT 'packing_slip', made.id, :station, :operator FROM made)
    SELECT made.id, made.number, (SELECT coalesce(sum(quantity), 0) FROM gone) AS quantity
      FROM made""")


def pack_boxed(
    session: Session, actor: Actor, order: BenchOrder, cartons: Sequence[BenchCarton]
) -> Finished:
    """The goods in these locked cartons leave in one shipment; their stock is locked already."""
    ids = sorted(each.id for each in cartons)
    made = session.execute(
        _PACK,
        {
            "order": order.id,
            "today": order.today,
            "cartons": ids,
            "labels": [each.id for each in cartons if each.state is CartonState.OPEN],
            "station": actor.station,
            "operator": actor.operator,
        },
    ).one()
    return Finished(
        True,
        made.id,
        made.number,
        None,
        made.quantity,
        changed(Kind.ORDER, order.id)
        | changed(Kind.SHIPMENT, made.id)
        | changed(Kind.CARTON, ids)
        | changed(Kind.STOCK, {p.item_id for p in order.promises if p.carton_id in ids}),
    )


def unpack(session: Session, actor: Actor, *, shipment: ShipmentRef) -> Finished:
    """Bring a shipment back to the bench, in its closed cartons; the shipment is cancelled.

    It bears no charges any more; once these are invoiced, it is invoiced.
    Raises: UnpackedAlready, LeftByTruck (its trip is un-departed), ShipmentInvoiced.
    """
    actor.require("unpack", Group.FLOOR)
    head = session.execute(
        text("""SELECT s.id, s.number, s.order_id, s.state,
                       (SELECT t.number FROM trip t WHERE t.id = s.trip_id) AS trip
                  FROM shipment s WHERE s.id = :id FOR NO KEY UPDATE"""),
        {"id": shipment},
    ).one_or_none()
    if head is None:
        raise NotFound(what="shipment", value=shipment)
    if head.state != "packed":
        raise UnpackedAlready(shipment=head.number)
    if head.trip is not None:
        raise LeftByTruck(shipment=head.number, trip=head.trip)
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
                   > l.packed - m.quantity + l.drop_confirmed + l.performed
            UNION ALL
            SELECT 1 FROM shipment_charge WHERE shipment_id = :id AND is_invoiced LIMIT 1"""),
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
            serial=m.serial,
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
        sum((m.quantity for m in moves), ZERO),
        changed(Kind.ORDER, head.order_id)
        | changed(Kind.SHIPMENT, shipment)
        | changed(Kind.CARTON, {m.carton_id for m in moves if m.carton_id})
        | changed(Kind.STOCK, {m.item_id for m in moves}),
    )
