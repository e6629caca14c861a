"""Trips: planned, loaded, departed. Leaving is what packs what is on the truck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.clock import today
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import CartonRef, Kind, LocationRef, OrderRef, TripRef
from app.core.states import check_transition
from app.models.packing import Shipment
from app.models.trucks import Trip, TripOrder, TripStop
from app.operations.floor import (
    Moved,
    NothingToMove,
    Place,
    check_holds,
    move_promised,
    order_number,
    place,
    promised,
)
from app.operations.stock import Move, insert_moves, location_of_kind, lock_stock, places_of
from app.operations.trucks.refusals import (
    LeftBehind,
    NoOrders,
    NotLoading,
    NotOnTrip,
    OnAnotherTrip,
    Overweight,
    ShipComplete,
    StaleLabels,
    StillOnTruck,
    TripGone,
    TruckBusy,
    TruckEmpty,
)
from app.rules.stock import LocationKind, MoveReason
from app.rules.trucks import TRIP_TRANSITIONS, TripState


@dataclass(frozen=True, slots=True)
class TripChanged:
    """A trip after a change."""

    trip_id: int
    number: str
    changes: Changes


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


def plan_trip(
    session: Session,
    actor: Actor,
    *,
    truck: LocationRef,
    orders: tuple[OrderRef, ...],
    planned_date: date | None = None,
    driver: str = "",
    dock: str = "",
) -> TripChanged:
    """Plan a trip: stops in the order in which the orders are given, one per customer.

    Raises: NoOrders, OnAnotherTrip, WrongPlace, NotFound.
    """
    actor.require("plan_trip", Group.DISPATCH)
    if not orders:
        raise NoOrders()
    lorry = place(session, truck, LocationKind.TRUCK)
    rows = _orders_for_trip(session, orders)
    made = session.execute(
        insert(Trip).returning(Trip.id, Trip.number),
        [
            {
                "truck_id": lorry.id,
                "warehouse_id": rows[0].warehouse_id,
                "driver": driver,
                "dock": dock,
                "planned_date": planned_date or today(rows[0].time_zone),
            }
        ],
    ).one()
    _add_stops(session, made.id, rows, 1)
    return TripChanged(
        made.id, made.number, changed(Kind.TRIP, made.id) | changed(Kind.ORDER, orders)
    )


def add_to_trip(
    session: Session, actor: Actor, *, trip: TripRef, orders: tuple[OrderRef, ...]
) -> TripChanged:
    """Add orders to a trip that has not left. Raises: TripGone, OnAnotherTrip."""
    actor.require("add_to_trip", Group.DISPATCH)
    now = _locked_trip(session, trip)
    rows = _orders_for_trip(session, orders)
    last = session.execute(
        text("SELECT coalesce(max(sequence), 0) FROM trip_stop WHERE trip_id = :trip"),
        {"trip": trip},
    ).scalar_one()
    _add_stops(session, trip, rows, last + 1)
    return TripChanged(trip, now.number, changed(Kind.TRIP, trip) | changed(Kind.ORDER, orders))


def _orders_for_trip(session: Session, orders: Sequence[int]) -> list[Any]:
    rows = {
        row.id: row
        for row in session.execute(
            text("""
                SELECT o.id, o.number, o.customer_id, o.warehouse_id, o.ship_to, k.time_zone,
                       (SELECT t.number FROM trip_order x JOIN trip t ON t.id = x.trip_id
                         WHERE x.order_id = o.id AND t.state IN ('planned', 'loading')
                         LIMIT 1) AS other
                  FROM sales_order o CROSS JOIN company k WHERE o.id = ANY (:ids)"""),
            {"ids": list(orders)},
        )
    }
    problems: list[BusinessError] = [
        NotFound(what="order", value=order) for order in orders if order not in rows
    ]
    problems += [
        OnAnotherTrip(order=row.number, trip=row.other) for row in rows.values() if row.other
    ]
    raise_all(problems)
    return [rows[order] for order in dict.fromkeys(orders)]


def _add_stops(session: Session, trip: int, rows: Sequence[Any], first: int) -> None:
    customers = list(dict.fromkeys(row.customer_id for row in rows))
    address = {row.customer_id: row.ship_to for row in reversed(rows)}
    stops = session.execute(
        insert(TripStop).returning(TripStop.id, sort_by_parameter_order=True),
        [
            {
                "trip_id": trip,
                "sequence": sequence,
                "customer_id": customer,
                "address": address[customer],
            }
            for sequence, customer in enumerate(customers, start=first)
        ],
    ).scalars()
    stop_of = dict(zip(customers, stops, strict=True))
    session.execute(
        insert(TripOrder),
        [
            {"trip_id": trip, "order_id": row.id, "stop_id": stop_of[row.customer_id]}
            for row in rows
        ],
    )


def _locked_trip(session: Session, trip: int) -> Any:
    """Lock a trip that has not left. Raises: NotFound, TripGone."""
    row = session.execute(
        text("""SELECT t.*, p.code AS truck FROM lock_trips(:ids) t
                  JOIN location p ON p.id = t.truck_id"""),
        {"ids": [trip]},
    ).one_or_none()
    if row is None:
        raise NotFound(what="trip", value=trip)
    if row.state in (TripState.DEPARTED, TripState.RETURNED):
        raise TripGone(trip=row.number, when=row.departed_at, who=row.departed_by)
    return row


def start_loading(session: Session, actor: Actor, *, trip: TripRef) -> TripChanged:
    """Open the truck's doors for this trip. Raises: TruckBusy, TripGone, IllegalTransition."""
    actor.require("start_loading", Group.DISPATCH, Group.FLOOR)
    row = _locked_trip(session, trip)
    check_transition(
        f"Trip {row.number}", TRIP_TRANSITIONS, TripState(row.state), TripState.LOADING
    )
    busy = session.execute(
        text("SELECT number FROM trip WHERE truck_id = :truck AND state = 'loading'"),
        {"truck": row.truck_id},
    ).scalar_one_or_none()
    if busy:
        raise TruckBusy(truck=row.truck, trip=busy)
    return _set_state(session, row, TripState.LOADING)


def cancel_trip(session: Session, actor: Actor, *, trip: TripRef) -> TripChanged:
    """Cancel a trip; only while its truck is empty. Raises: StillOnTruck, TripGone."""
    actor.require("cancel_trip", Group.DISPATCH)
    row = _locked_trip(session, trip)
    check_transition(
        f"Trip {row.number}", TRIP_TRANSITIONS, TripState(row.state), TripState.CANCELLED
    )
    if row.state == TripState.LOADING:
        on_it = session.execute(
            text("SELECT coalesce(sum(quantity), 0) FROM allocation WHERE location_id = :truck"),
            {"truck": row.truck_id},
        ).scalar_one()
        if on_it:
            raise StillOnTruck(trip=row.number, quantity=on_it)
    return _set_state(session, row, TripState.CANCELLED)


def _set_state(session: Session, trip: Any, state: TripState) -> TripChanged:
    session.execute(
        text("UPDATE trip SET state = :state WHERE id = :id"), {"state": state, "id": trip.id}
    )
    return TripChanged(trip.id, trip.number, changed(Kind.TRIP, trip.id))


def load(
    session: Session,
    actor: Actor,
    *,
    trip: TripRef,
    order: OrderRef,
    carton: CartonRef | None = None,
) -> Moved:
    """Load an order's staged, picked or boxed goods (or one carton) onto the trip's truck.

    Scanning a carton that is on the truck already changes nothing. Raises: TripGone,
    NotLoading, NotOnTrip, NothingToMove, StoppedByHold.
    """
    actor.require("load", Group.FLOOR)
    now = _locked_trip(session, trip)
    if now.state != TripState.LOADING:
        raise NotLoading(trip=now.number, state=now.state)
    rows = promised(session, [order])
    check_holds(session, rows, "packing")
    _require_on_trip(session, now, order)
    truck = Place(now.truck_id, now.truck, LocationKind.TRUCK, None)
    mine = [row for row in rows if carton is None or row.carton_id == carton]
    ready = [row for row in mine if row.location_kind in ("staging", "packing", "cart")]
    if not ready:
        if mine and all(row.location_id == truck.id for row in mine):
            return Moved(Decimal(0), truck.code, (order,), Changes())
        raise NothingToMove(
            order=order_number(session, order), verb="load", hint="Pick and stage it first."
        )
    moved = move_promised(session, ready, truck, MoveReason.LOAD)
    cartons = sorted({row.carton_id for row in ready if row.carton_id})
    if cartons:
        session.execute(
            text("UPDATE carton SET trip_id = :trip WHERE id = ANY (:ids)"),
            {"trip": trip, "ids": cartons},
        )
    return Moved(
        moved.quantity, moved.place, moved.orders, moved.changes | changed(Kind.TRIP, trip)
    )


def _require_on_trip(session: Session, trip: Any, order: int) -> None:
    found = session.execute(
        text("SELECT 1 FROM trip_order WHERE trip_id = :trip AND order_id = :order"),
        {"trip": trip.id, "order": order},
    ).first()
    if found is None:
        raise NotOnTrip(order=order_number(session, order), trip=trip.number)


def unload(
    session: Session, actor: Actor, *, trip: TripRef, order: OrderRef, lane: LocationRef
) -> Moved:
    """Take an order's goods off the truck again, into a lane. Raises: TripGone, NothingToMove."""
    actor.require("unload", Group.FLOOR)
    now = _locked_trip(session, trip)
    rows = [row for row in promised(session, [order]) if row.location_id == now.truck_id]
    if not rows:
        raise NothingToMove(
            order=order_number(session, order), verb="unload", hint="None of it is on the truck."
        )
    target = place(session, lane, LocationKind.STAGING)
    moved = move_promised(session, rows, target, MoveReason.UNLOAD)
    session.execute(
        text("UPDATE carton SET trip_id = NULL WHERE trip_id = :trip AND id = ANY (:ids)"),
        {"trip": trip, "ids": [row.carton_id for row in rows if row.carton_id]},
    )
    return Moved(
        moved.quantity, moved.place, moved.orders, moved.changes | changed(Kind.TRIP, trip)
    )


def depart(
    session: Session,
    actor: Actor,
    *,
    trip: TripRef,
    leave_behind: bool = False,
    overweight: bool = False,
) -> Departed:
    """Close the doors: everything on the truck is packed, in one transaction.

    Inventory is reduced, one shipment per order is made, packing slips and the manifest are
    queued. What stayed on the dock keeps its place and its promise, and is listed; it must be
    said (`leave_behind`) that this is meant. Raises: TripGone, NotLoading, TruckEmpty,
    LeftBehind, ShipComplete, Overweight, StaleLabels, StoppedByHold.
    """
    actor.require("depart", Group.DISPATCH)
    now = _locked_trip(session, trip)
    if now.state != TripState.LOADING:
        raise NotLoading(trip=now.number, state=now.state)
    about = _orders_of(session, trip)
    rows = promised(session, [row.order_id for row in about])
    check_holds(session, rows, "packing")
    on_truck = [row for row in rows if row.location_id == now.truck_id]
    if not on_truck:
        raise TruckEmpty(trip=now.number)
    left = [row for row in rows if row.location_id != now.truck_id]
    _check_departure(session, now, about, on_truck, left, leave_behind, overweight)

    customer = location_of_kind(session, "CUSTOMER")
    leaving = sorted({row.order_id for row in on_truck})
    by_order = {row.order_id: row for row in about}
    shipments = session.execute(
        insert(Shipment).returning(
            Shipment.id, Shipment.number, Shipment.order_id, sort_by_parameter_order=True
        ),
        [
            {
                "order_id": order,
                "warehouse_id": now.warehouse_id,
                "delivery_mode_id": by_order[order].delivery_mode_id,
                "trip_id": trip,
                "ship_to": by_order[order].ship_to,
                "shipped_on": today(by_order[order].time_zone),
            }
            for order in leaving
        ],
    ).all()
    shipment_of = {row.order_id: row.id for row in shipments}
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
            shipment_id=shipment_of[row.order_id],
        )
        for row in on_truck
    ]
    lock_stock(session, places_of(moves))
    insert_moves(session, moves)
    session.execute(
        text("""
            WITH cartons AS (
              UPDATE carton c SET state = 'packed', shipment_id = s.id
                FROM shipment s
               WHERE s.trip_id = :trip AND s.order_id = c.order_id AND c.trip_id = :trip
                 AND c.shipment_id IS NULL)
            UPDATE trip SET state = 'departed', departed_at = now(), departed_by = :who
             WHERE id = :trip"""),
        {"trip": trip, "who": actor.operator},
    )
    _queue_papers(session, actor, trip, [row.id for row in shipments])
    return Departed(
        trip,
        now.number,
        tuple(row.number for row in shipments),
        sum((move.quantity for move in moves), Decimal(0)),
        tuple(
            LeftOnDock(row.order_number, row.item_number, row.quantity, row.location_code)
            for row in left
        ),
        changed(Kind.TRIP, trip)
        | changed(Kind.ORDER, by_order)
        | changed(Kind.SHIPMENT, shipment_of.values())
        | changed(Kind.STOCK, {row.item_id for row in on_truck}),
    )


def _orders_of(session: Session, trip: int) -> list[Any]:
    return list(
        session.execute(
            text("""
                SELECT o.id AS order_id, o.number, o.delivery_mode_id, o.ship_to,
                       o.ship_complete, k.time_zone, p.capacity_kg,
                       (SELECT coalesce(sum(a.quantity * i.weight_kg), 0) FROM allocation a
                          JOIN item i ON i.id = a.item_id WHERE a.location_id = t.truck_id)
                         AS loaded_kg,
                       (SELECT min(c.sscc) FROM carton c WHERE c.order_id = o.id
                           AND c.trip_id = t.id AND c.is_label_stale) AS stale
                  FROM trip t
                  JOIN trip_order x ON x.trip_id = t.id
                  JOIN trip_stop s ON s.id = x.stop_id
                  JOIN sales_order o ON o.id = x.order_id
                  JOIN location p ON p.id = t.truck_id
                  CROSS JOIN company k
                 WHERE t.id = :trip ORDER BY s.sequence, o.id"""),
            {"trip": trip},
        )
    )


def _check_departure(
    session: Session,
    trip: Any,
    about: Sequence[Any],
    on_truck: Sequence[Any],
    left: Sequence[Any],
    leave_behind: bool,
    overweight: bool,
) -> None:
    problems: list[BusinessError] = [
        StaleLabels(sscc=row.stale, order=row.number) for row in about if row.stale
    ]
    whole = {row.order_id for row in about if row.ship_complete}
    leaving = {row.order_id for row in on_truck} & whole
    if leaving:
        loaded: dict[int, Decimal] = {}
        for row in on_truck:
            loaded[row.line_id] = loaded.get(row.line_id, Decimal(0)) + row.quantity
        for line in session.execute(
            text("SELECT * FROM lock_orders(:ids)"), {"ids": sorted(leaving)}
        ):
            missing = (line.open or 0) - loaded.get(line.line_id, Decimal(0))
            if line.line_id and missing > 0:
                problems.append(
                    ShipComplete(order=line.number, item=line.item_number, missing=missing)
                )
    raise_all(problems)
    if left and not leave_behind:
        listed = "; ".join(
            f"{row.order_number} {row.quantity.normalize():f} {row.item_number}"
            f" ({row.location_code})"
            for row in left
        )
        raise LeftBehind(trip=trip.number, left=listed)
    first = about[0]
    if first.capacity_kg is not None and first.loaded_kg > first.capacity_kg and not overweight:
        raise Overweight(truck=trip.truck, allowed=first.capacity_kg, loaded=first.loaded_kg)


def _queue_papers(session: Session, actor: Actor, trip: int, shipments: list[int]) -> None:
    session.execute(
        text("""
            INSERT INTO print_job (document, subject_id, station, operator)
            SELECT 'packing_slip', s, :station, :operator FROM unnest(CAST(:ids AS bigint[])) s
            UNION ALL SELECT 'manifest', :trip, :station, :operator"""),
        {"ids": shipments, "trip": trip, "station": actor.station, "operator": actor.operator},
    )
