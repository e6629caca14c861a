"""Departing: what is on the truck is packed and leaves, and the way back for a manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, raise_all
from app.core.ids import Kind, TripRef
from app.core.messages import plain
from app.operations.floor import StoppedByHold
from app.operations.packing.backorders import cancel_rest
from app.operations.printing import queue_print
from app.operations.stock import Move, insert_moves, lock_stock, places_of
from app.operations.trucks.planning import require_free_truck
from app.operations.trucks.refusals import (
    CartonStillOpen,
    LeftBehind,
    LotNotToSell,
    NotGone,
    NothingShipped,
    NotLoading,
    Overweight,
    SerialsMissing,
    ShipComplete,
    SomeCameBack,
    StaleLabels,
    TripInvoiced,
    TripReturned,
    TruckEmpty,
)
from app.operations.trucks.trip import TripChanged, lock_trip, locked_trip, set_state
from app.queries.departure import Check, CheckKind, departure_checks
from app.rules.printing import DocumentKind
from app.rules.stock import IN_BINS, MoveReason
from app.rules.trucks import TripState


@dataclass(frozen=True, slots=True)
class LeftOnDock:
    """What a departed trip left behind."""

    order: str
    item: str
    quantity: Decimal
    place: str


@dataclass(frozen=True, slots=True)
class Departed:
    """The shipments that left, and what stayed."""

    trip_id: int
    number: str
    shipments: tuple[str, ...]
    quantity: Decimal
    left_behind: tuple[LeftOnDock, ...]
    changes: Changes


def depart(
    session: Session,
    actor: Actor,
    *,
    trip: TripRef,
    leave_behind: bool = False,
    overweight: bool = False,
    without_serials: bool = False,
) -> Departed:
    """Close the doors: everything on the truck is packed, in one transaction.

    Inventory is reduced, one shipment per order is made, packing slips and the manifest are
    queued. Serials written down when boxing leave with their units; where the order's policy
    says so its open rest is cancelled. What stayed on the dock keeps its place and its promise,
    and is listed; it must be said (`leave_behind`) that this is meant. Stops, all at once:
    StoppedByHold, ShipComplete, StaleLabels, CartonStillOpen, LotNotToSell. Questions:
    LeftBehind, Overweight, SerialsMissing. Raises besides: TripGone, NotLoading, TruckEmpty.
    """
    actor.require("depart", Group.DISPATCH)
    now = locked_trip(session, trip)
    if now.state != TripState.LOADING:
        raise NotLoading(trip=now.number, state=now.state)
    rows = session.execute(
        text("""SELECT * FROM lock_goods(ARRAY(SELECT order_id FROM trip_order
                 WHERE trip_id = :trip))"""),
        {"trip": trip},
    ).all()
    on_truck = [row for row in rows if row.location_id == now.truck_id]
    if not on_truck:
        raise TruckEmpty(trip=now.number)
    checks = departure_checks(session, trip=trip)
    raise_all([_stop(check) for check in checks if check.is_stop])
    left = [check for check in checks if check.kind is CheckKind.LEFT]
    _ask(now, checks, left_is_meant=leave_behind, overweight=overweight, serials=without_serials)

    leaving = {row.order_id for row in on_truck}
    cancelling = {each.order_id for each in left if each.what == "cancel"} & leaving
    released = [
        row
        for row in rows
        if row.order_id in cancelling and row.carton_id is None and row.location_kind in IN_BINS
    ]
    touched = [(row.item_id, row.lot_id, row.location_id) for row in (*on_truck, *released)]
    lock_stock(session, touched)
    shipments = session.execute(
        text("""
            INSERT INTO shipment (order_id, warehouse_id, delivery_mode_id, trip_id, ship_to,
                                  shipped_on)
            SELECT o.id, t.warehouse_id, o.delivery_mode_id, t.id, o.ship_to,
                   (now() AT TIME ZONE k.time_zone)::date
              FROM sales_order o CROSS JOIN trip t CROSS JOIN company k
             WHERE o.id = ANY (:orders) AND t.id = :trip ORDER BY o.id
            RETURNING id, number, order_id,
              (SELECT p.id FROM location p WHERE p.code = 'CUSTOMER') AS customer_id,
              (SELECT o.backorder_policy = 'cancel' FROM sales_order o
                WHERE o.id = order_id) AS cancels_rest"""),
        {"orders": sorted(leaving), "trip": trip},
    ).all()
    shipment_of = {row.order_id: row for row in shipments}
    serials = _serials(session, [row.id for row in on_truck])
    moves = [move for row in on_truck for move in _leaves(row, shipment_of[row.order_id], serials)]
    insert_moves(session, moves)
    session.execute(
        text("""
            WITH cartons AS (
              UPDATE carton c SET state = 'packed', shipment_id = s.id
                FROM shipment s
               WHERE s.id = ANY (:shipments) AND s.order_id = c.order_id AND c.trip_id = :trip
                 AND c.shipment_id IS NULL)
            UPDATE trip SET state = 'departed' WHERE id = :trip"""),
        {"trip": trip, "shipments": [row.id for row in shipments]},
    )
    slips = [(DocumentKind.PACKING_SLIP, row.id) for row in shipments]
    queue_print(session, actor, [*slips, (DocumentKind.MANIFEST, trip)])
    for row in shipments:
        if row.cancels_rest:
            back = [each.id for each in released if each.order_id == row.order_id]
            cancel_rest(session, actor, row.order_id, back, row.number)
    free = {(row.order_number, row.location_code) for row in released}
    return Departed(
        trip,
        now.number,
        tuple(row.number for row in shipments),
        sum((move.quantity for move in moves), Decimal(0)),
        tuple(
            LeftOnDock(each.order, each.item, each.quantity, each.place)
            for each in left
            if (each.order, each.place) not in free
        ),
        changed(Kind.TRIP, trip)
        | changed(Kind.ORDER, {row.order_id for row in rows})
        | changed(Kind.SHIPMENT, {row.id for row in shipments})
        | changed(Kind.CARTON, {row.carton_id for row in on_truck if row.carton_id})
        | changed(Kind.STOCK, {row.item_id for row in (*on_truck, *released)}),
    )


def _serials(session: Session, promises: Sequence[int]) -> dict[int, list[str]]:
    """The serials that were written down when the goods of these promises were boxed."""
    found: dict[int, list[str]] = {}
    for row in session.execute(
        text("""
            SELECT a.id, m.serial FROM allocation a
              JOIN stock_move m ON m.order_line_id = a.order_line_id
               AND m.carton_id = a.carton_id AND m.reason = 'box' AND m.serial IS NOT NULL
             WHERE a.id = ANY (:ids)
               AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses_id = m.id)
             ORDER BY a.id, m.id DESC"""),
        {"ids": list(promises)},
    ):
        found.setdefault(row.id, []).append(row.serial)
    return found


def _leaves(row: Any, shipment: Any, serials: Mapping[int, Sequence[str]]) -> list[Move]:
    """The moves of one promise: one a unit where serials are known, and the rest in one."""
    known = list(serials.get(row.id, ()))[: int(row.quantity)]
    rest = row.quantity - len(known)
    parts: list[tuple[Decimal, str | None]] = [(Decimal(1), serial) for serial in known]
    if rest > 0:
        parts.append((rest, None))
    return [
        Move(
            row.item_id,
            row.lot_id,
            row.location_id,
            shipment.customer_id,
            quantity,
            MoveReason.PACK,
            order_line_id=row.line_id,
            allocation_id=row.id,
            carton_id=row.carton_id,
            shipment_id=shipment.id,
            serial=serial,
        )
        for quantity, serial in parts
    ]


def _stop(check: Check) -> BusinessError:
    """The refusal for something the truck does not leave with."""
    if check.kind is CheckKind.HOLD:
        return StoppedByHold(order=check.order, hold=check.what)
    if check.kind is CheckKind.STALE_LABEL:
        return StaleLabels(sscc=check.what, order=check.order)
    if check.kind is CheckKind.OPEN_CARTON:
        return CartonStillOpen(sscc=check.what, order=check.order)
    if check.kind is CheckKind.LOT:
        return LotNotToSell(
            item=check.item,
            quantity=check.quantity,
            order=check.order,
            lot=check.place,
            why=check.what,
        )
    return ShipComplete(order=check.order, item=check.item, missing=check.quantity)


def _ask(
    trip: Any, checks: Sequence[Check], *, left_is_meant: bool, overweight: bool, serials: bool
) -> None:
    """The questions not yet answered. Raises: LeftBehind, Overweight, SerialsMissing."""
    left = [check for check in checks if check.kind is CheckKind.LEFT]
    if left and not left_is_meant:
        listed = "; ".join(
            f"{each.order} {plain(each.quantity)} {each.item} ({each.place})" for each in left
        )
        raise LeftBehind(trip=trip.number, left=listed)
    for check in checks:
        if check.kind is CheckKind.WEIGHT and not overweight:
            raise Overweight(truck=trip.truck, allowed=check.limit, loaded=check.quantity)
    missing = [check for check in checks if check.kind is CheckKind.SERIALS]
    if missing and not serials:
        items = ", ".join(f"{plain(each.quantity)} {each.item}" for each in missing)
        raise SerialsMissing(items=items)


_LEFT_WITH = text("""
    SELECT s.id, s.number, s.order_id, o.number AS order_number, m.order_line_id,
           sum(CASE m.reason WHEN 'return' THEN m.quantity WHEN 'unreturn' THEN -m.quantity
                             ELSE 0 END) > 0 AS came_back,
           l.invoiced - l.rebillable > l.packed + l.drop_confirmed + l.performed
             - sum(CASE m.reason WHEN 'pack' THEN m.quantity WHEN 'unpack' THEN -m.quantity
                   ELSE 0 END)
           OR EXISTS (SELECT FROM shipment_charge c WHERE c.shipment_id = s.id AND c.is_invoiced)
             AS is_invoiced
      FROM shipment s
      JOIN sales_order o ON o.id = s.order_id
      JOIN stock_move m ON m.shipment_id = s.id
      JOIN sales_order_line l ON l.id = m.order_line_id
     WHERE s.trip_id = :trip AND s.state = 'packed'
     GROUP BY s.id, o.id, l.id, m.order_line_id
     ORDER BY s.id, l.line_no
""")


def undepart(session: Session, actor: Actor, *, trip: TripRef) -> TripChanged:
    """Take a departure back: the goods are on the truck again and the trip is loading.

    Only a manager, while nothing of its shipments is invoiced or booked as come back, and the
    truck is not being loaded for another trip. The shipments are cancelled. Raises: NotGone,
    TripReturned, TruckBusy, TripInvoiced, SomeCameBack, NothingShipped; all at once.
    """
    actor.require("undepart", Group.MANAGER)
    now = lock_trip(session, trip)
    if now.state == TripState.RETURNED:
        raise TripReturned(trip=now.number)
    if now.state != TripState.DEPARTED:
        raise NotGone(trip=now.number, state=now.state, verb="take back")
    require_free_truck(session, now)
    session.execute(
        text("""SELECT FROM lock_cartons(ARRAY(SELECT c.id FROM carton c
                  JOIN shipment s ON s.id = c.shipment_id WHERE s.trip_id = :trip))"""),
        {"trip": trip},
    )
    session.execute(
        text("""SELECT FROM lock_orders(ARRAY(SELECT order_id FROM shipment
                 WHERE trip_id = :trip AND state = 'packed'))"""),
        {"trip": trip},
    )
    left_with = session.execute(_LEFT_WITH, {"trip": trip}).all()
    if not left_with:
        raise NothingShipped(trip=now.number)
    shipments = {row.id: row for row in left_with}
    invoiced = {row.id for row in left_with if row.is_invoiced}
    back = {row.id for row in left_with if row.came_back}
    problems: list[BusinessError] = [
        TripInvoiced(shipment=row.number, order=row.order_number)
        for row in shipments.values()
        if row.id in invoiced
    ]
    problems += [
        SomeCameBack(shipment=row.number, order=row.order_number)
        for row in shipments.values()
        if row.id in back
    ]
    raise_all(problems)
    gone = session.execute(
        text("""
            SELECT m.* FROM stock_move m
             WHERE m.shipment_id = ANY (:ids) AND m.reason = 'pack'
               AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses_id = m.id)
             ORDER BY m.id"""),
        {"ids": list(shipments)},
    ).all()
    moves = [
        Move(
            row.item_id,
            row.lot_id,
            row.to_location_id,
            row.from_location_id,
            row.quantity,
            MoveReason.UNPACK,
            order_line_id=row.order_line_id,
            carton_id=row.carton_id,
            shipment_id=row.shipment_id,
            serial=row.serial,
            reverses_id=row.id,
        )
        for row in gone
    ]
    lock_stock(session, places_of(moves))
    # First the doors, then the goods: nothing goes onto a truck that is not loading.
    answer = set_state(session, now, TripState.LOADING)
    insert_moves(session, moves)
    session.execute(
        text("""
            WITH cartons AS (
              UPDATE carton SET state = 'closed', shipment_id = NULL
               WHERE shipment_id = ANY (:ids))
            UPDATE shipment SET state = 'cancelled' WHERE id = ANY (:ids)"""),
        {"ids": list(shipments)},
    )
    return TripChanged(
        trip,
        now.number,
        answer.changes
        | changed(Kind.SHIPMENT, shipments)
        | changed(Kind.ORDER, {row.order_id for row in left_with})
        | changed(Kind.CARTON, {row.carton_id for row in gone if row.carton_id})
        | changed(Kind.STOCK, {row.item_id for row in gone}),
    )
