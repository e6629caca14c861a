"""Planning trips: truck, driver, date, dock, which orders, and in which order it stops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.clock import today
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import Kind, LocationRef, OrderRef, TripRef
from app.core.states import check_transition
from app.models.trucks import Trip, TripOrder, TripStop
from app.operations.floor import place
from app.operations.trucks.refusals import (
    LastOrder,
    NoOrders,
    NoSuchStop,
    NotToSend,
    OnAnotherTrip,
    OnTheTruck,
    OtherWarehouseOfTrip,
    TruckBusy,
    TruckFixed,
)
from app.operations.trucks.trip import (
    TripChanged,
    locked_trip,
    not_planned_for,
    require_empty_truck,
    set_state,
)
from app.rules.stock import LocationKind
from app.rules.trucks import TRIP_TRANSITIONS, TripState


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

    Raises: NoOrders, OnAnotherTrip, OtherWarehouseOfTrip, NotToSend, WrongPlace, NotFound.
    """
    actor.require("plan_trip", Group.DISPATCH)
    if not orders:
        raise NoOrders()
    lorry = place(session, truck, LocationKind.TRUCK)
    rows = _orders_for_trip(session, orders, None)
    made = session.execute(
        insert(Trip).returning(Trip.id, Trip.number),
        [
            {
                "truck_id": lorry.id,
                "warehouse_id": rows[0].warehouse_id,
                "driver": driver.strip(),
                "dock": dock.strip(),
                "planned_date": planned_date or today(rows[0].time_zone),
            }
        ],
    ).one()
    _add_stops(session, made.id, rows)
    return TripChanged(
        made.id, made.number, changed(Kind.TRIP, made.id) | changed(Kind.ORDER, orders)
    )


def add_to_trip(
    session: Session, actor: Actor, *, trip: TripRef, orders: tuple[OrderRef, ...]
) -> TripChanged:
    """Add orders to a trip that has not left: at their customer's stop, or at a new last one.

    Raises: NoOrders, TripGone, OnAnotherTrip, OtherWarehouseOfTrip, NotFound.
    """
    actor.require("add_to_trip", Group.DISPATCH)
    if not orders:
        raise NoOrders()
    now = locked_trip(session, trip)
    return put_on_trip(session, now, orders)


def put_on_trip(session: Session, trip: Any, orders: Sequence[int]) -> TripChanged:
    """Put orders on a locked trip. Raises: OnAnotherTrip, OtherWarehouseOfTrip, NotFound."""
    rows = _orders_for_trip(session, orders, trip.warehouse_id)
    _add_stops(session, trip.id, rows)
    return TripChanged(
        trip.id, trip.number, changed(Kind.TRIP, trip.id) | changed(Kind.ORDER, orders)
    )


def _orders_for_trip(session: Session, orders: Sequence[int], warehouse: int | None) -> list[Any]:
    """The orders, locked so that nobody plans them for another trip meanwhile."""
    session.execute(text("SELECT FROM lock_orders(:ids)"), {"ids": list(orders)})
    rows = {
        row.id: row
        for row in session.execute(
            text("""
                SELECT o.id, o.number, o.state, o.customer_id, o.warehouse_id, o.ship_to,
                       k.time_zone,
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
    found = [rows[order] for order in dict.fromkeys(orders) if order in rows]
    home = warehouse or (found[0].warehouse_id if found else None)
    problems += [
        OtherWarehouseOfTrip(order=row.number) for row in found if row.warehouse_id != home
    ]
    problems += [
        NotToSend(order=row.number, state=row.state)
        for row in found
        if row.state in ("closed", "cancelled")
    ]
    raise_all(problems)
    return found


def _add_stops(session: Session, trip: int, rows: Sequence[Any]) -> None:
    """Stops for customers who have none on this trip yet, and each order at its stop."""
    before = session.execute(
        text("SELECT id, customer_id, sequence FROM trip_stop WHERE trip_id = :trip"),
        {"trip": trip},
    ).all()
    stop_of = {row.customer_id: row.id for row in before}
    first = max((row.sequence for row in before), default=0) + 1
    customers = [
        customer
        for customer in dict.fromkeys(row.customer_id for row in rows)
        if customer not in stop_of
    ]
    address = {row.customer_id: row.ship_to for row in reversed(rows)}
    if customers:
        made = session.execute(
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
        stop_of.update(zip(customers, made, strict=True))
    session.execute(
        insert(TripOrder),
        [
            {"trip_id": trip, "order_id": row.id, "stop_id": stop_of[row.customer_id]}
            for row in rows
        ],
    )


def remove_from_trip(
    session: Session, actor: Actor, *, trip: TripRef, order: OrderRef
) -> TripChanged:
    """Take an order off a trip that has not left; a stop without orders goes too.

    Raises: TripGone, NotOnTrip, OnAnotherTrip, OnTheTruck (unload it first), LastOrder.
    """
    actor.require("remove_from_trip", Group.DISPATCH)
    now = locked_trip(session, trip)
    session.execute(text("SELECT FROM lock_orders(:ids)"), {"ids": [order]})
    found = session.execute(
        text("""
            SELECT o.number, (SELECT count(*) FROM trip_order y WHERE y.trip_id = :trip) AS orders,
                   EXISTS (SELECT FROM sales_order_line l
                      JOIN allocation a ON a.order_line_id = l.id AND a.location_id = :truck
                     WHERE l.order_id = o.id) AS is_on_truck
              FROM trip_order x JOIN sales_order o ON o.id = x.order_id
             WHERE x.trip_id = :trip AND x.order_id = :order"""),
        {"trip": trip, "order": order, "truck": now.truck_id},
    ).one_or_none()
    if found is None:
        raise not_planned_for(session, now, order)
    if found.is_on_truck:
        raise OnTheTruck(order=found.number, truck=now.truck)
    if found.orders == 1:
        raise LastOrder(order=found.number, trip=now.number)
    session.execute(
        text("DELETE FROM trip_order WHERE trip_id = :trip AND order_id = :order"),
        {"trip": trip, "order": order},
    )
    _drop_empty_stops(session, trip)
    return TripChanged(trip, now.number, changed(Kind.TRIP, trip) | changed(Kind.ORDER, order))


def _drop_empty_stops(session: Session, trip: int) -> None:
    session.execute(
        text("""DELETE FROM trip_stop s WHERE s.trip_id = :trip
                   AND NOT EXISTS (SELECT FROM trip_order x WHERE x.stop_id = s.id)"""),
        {"trip": trip},
    )
    stops = session.execute(
        text("SELECT id FROM trip_stop WHERE trip_id = :trip ORDER BY sequence"), {"trip": trip}
    ).scalars()
    _number_stops(session, trip, list(stops))


def _number_stops(session: Session, trip: int, stops: Sequence[int]) -> None:
    """Number the stops 1, 2, 3 … as given: by way of negative numbers, for each is unique."""
    session.execute(
        text("UPDATE trip_stop SET sequence = -sequence WHERE trip_id = :trip"), {"trip": trip}
    )
    session.execute(
        text("""UPDATE trip_stop s SET sequence = n.place
                  FROM unnest(CAST(:stops AS bigint[])) WITH ORDINALITY AS n(id, place)
                 WHERE s.id = n.id"""),
        {"stops": list(stops)},
    )


def move_stop(session: Session, actor: Actor, *, trip: TripRef, stop: int, to: int) -> TripChanged:
    """Put a stop (its number now) at another place; 1 is delivered first and loaded last.

    A place past the last one is the last. Raises: TripGone, NoSuchStop.
    """
    actor.require("move_stop", Group.DISPATCH)
    now = locked_trip(session, trip)
    stops = list(
        session.execute(
            text("SELECT id FROM trip_stop WHERE trip_id = :trip ORDER BY sequence"),
            {"trip": trip},
        ).scalars()
    )
    if not 1 <= stop <= len(stops) or to < 1:
        raise NoSuchStop(trip=now.number, stop=stop if to >= 1 else to, stops=len(stops))
    stops.insert(min(to, len(stops)) - 1, stops.pop(stop - 1))
    _number_stops(session, trip, stops)
    return TripChanged(trip, now.number, changed(Kind.TRIP, trip))


def change_trip(
    session: Session,
    actor: Actor,
    *,
    trip: TripRef,
    truck: LocationRef | None = None,
    driver: str | None = None,
    planned_date: date | None = None,
    dock: str | None = None,
) -> TripChanged:
    """Change truck (only while planned), driver, date or dock; only what is given changes.

    Raises: TripGone, TruckFixed, WrongPlace, NotFound.
    """
    actor.require("change_trip", Group.DISPATCH)
    now = locked_trip(session, trip)
    lorry = now.truck_id
    if truck is not None and truck != now.truck_id:
        if now.state != TripState.PLANNED:
            raise TruckFixed(trip=now.number, state=now.state, truck=now.truck)
        lorry = place(session, truck, LocationKind.TRUCK).id
    session.execute(
        text("""
            UPDATE trip SET truck_id = :truck, driver = coalesce(:driver, driver),
                   planned_date = coalesce(:date, planned_date), dock = coalesce(:dock, dock)
             WHERE id = :id"""),
        {
            "id": trip,
            "truck": lorry,
            "driver": None if driver is None else driver.strip(),
            "date": planned_date,
            "dock": None if dock is None else dock.strip(),
        },
    )
    return TripChanged(trip, now.number, changed(Kind.TRIP, trip))


def start_loading(session: Session, actor: Actor, *, trip: TripRef) -> TripChanged:
    """Open the truck's doors for this trip. Raises: TruckBusy, TripGone, IllegalTransition."""
    actor.require("start_loading", Group.DISPATCH)
    row = locked_trip(session, trip)
    check_transition(
        f"Trip {row.number}", TRIP_TRANSITIONS, TripState(row.state), TripState.LOADING
    )
    require_free_truck(session, row)
    return set_state(session, row, TripState.LOADING)


def require_free_truck(session: Session, trip: Any) -> None:
    """Raise `TruckBusy` while another trip of the truck is loading."""
    busy = session.execute(
        text("SELECT number FROM trip WHERE truck_id = :truck AND state = 'loading'"),
        {"truck": trip.truck_id},
    ).scalar_one_or_none()
    if busy:
        raise TruckBusy(truck=trip.truck, trip=busy)


def stop_loading(session: Session, actor: Actor, *, trip: TripRef) -> TripChanged:
    """Close the doors of an empty truck again: the trip is planned, the truck free for another.

    Raises: StillOnTruck, TripGone, IllegalTransition.
    """
    actor.require("stop_loading", Group.DISPATCH)
    row = locked_trip(session, trip)
    check_transition(
        f"Trip {row.number}", TRIP_TRANSITIONS, TripState(row.state), TripState.PLANNED
    )
    require_empty_truck(session, row)
    return set_state(session, row, TripState.PLANNED)


def cancel_trip(session: Session, actor: Actor, *, trip: TripRef) -> TripChanged:
    """Cancel a trip; only while its truck is empty. Raises: StillOnTruck, TripGone."""
    actor.require("cancel_trip", Group.DISPATCH)
    row = locked_trip(session, trip)
    check_transition(
        f"Trip {row.number}", TRIP_TRANSITIONS, TripState(row.state), TripState.CANCELLED
    )
    require_empty_truck(session, row)
    return set_state(session, row, TripState.CANCELLED)
