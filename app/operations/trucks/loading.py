"""Loading and unloading: an order's staged goods, or one carton, on and off the truck."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.ids import CartonRef, Kind, LocationRef, OrderRef, TripRef
from app.operations.floor import (
    Moved,
    NothingToMove,
    Place,
    all_promised,
    check_holds,
    move_promised,
    order_number,
    place,
)
from app.operations.trucks.refusals import CartonOfOrder, NotLoading, OutOfSequence
from app.operations.trucks.trip import locked_trip, named, not_planned_for
from app.rules.stock import LocationKind, MoveReason
from app.rules.trucks import TripState


def load(
    session: Session,
    actor: Actor,
    *,
    trip: TripRef,
    order: OrderRef,
    carton: CartonRef | None = None,
    out_of_sequence: bool = False,
) -> Moved:
    """Load an order's staged, picked or boxed goods (or one carton) onto the trip's truck.

    The last stop is loaded first: with goods of later stops still waiting, loading the first
    of an earlier stop is asked about once (`out_of_sequence` says yes). Scanning a carton that
    is on the truck already changes nothing. Raises: TripGone, NotLoading, NotOnTrip,
    OnAnotherTrip, CartonOfOrder, OutOfSequence, NothingToMove, StoppedByHold.
    """
    actor.require("load", Group.FLOOR)
    now = locked_trip(session, trip)
    if now.state != TripState.LOADING:
        raise NotLoading(trip=now.number, state=now.state)
    rows = all_promised(session, [order])
    check_holds(session, rows, "packing")
    later = _require_on_trip(session, now, order)
    truck = Place(now.truck_id, now.truck, LocationKind.TRUCK, None)
    mine = [row for row in rows if carton is None or row.carton_id == carton]
    ready = [row for row in mine if row.location_kind in ("staging", "packing", "cart")]
    if not ready:
        if mine and all(row.location_id == truck.id for row in mine):
            return Moved(Decimal(0), 0, truck.code, (order,), Changes())
        _refuse_other_carton(session, order, carton, bool(mine))
        raise NothingToMove(
            order=order_number(session, order), verb="load", hint="Pick and stage it first."
        )
    is_begun = any(row.location_id == truck.id for row in rows)
    if later and not is_begun and not out_of_sequence:
        raise OutOfSequence(order=ready[0].order_number, waiting=later)
    moved = move_promised(session, ready, truck, MoveReason.LOAD)
    cartons = sorted({row.carton_id for row in ready if row.carton_id})
    if cartons:
        session.execute(
            text("UPDATE carton SET trip_id = :trip WHERE id = ANY (:ids)"),
            {"trip": trip, "ids": cartons},
        )
    return replace(moved, changes=moved.changes | changed(Kind.TRIP, trip))


def _require_on_trip(session: Session, trip: Any, order: int) -> str:
    """The orders of later stops that wait in a lane, on a bench or on a cart, as one text.

    What is delivered last is loaded next and named first; of a long trip only the first few.
    Raises: NotOnTrip, OnAnotherTrip.
    """
    found = session.execute(
        text("""
            SELECT ARRAY (SELECT o.number
                            FROM trip_order x
                            JOIN trip_stop later ON later.id = x.stop_id
                             AND later.sequence > mine.sequence
                            JOIN sales_order o ON o.id = x.order_id
                           WHERE x.trip_id = :trip
                             AND EXISTS (
                               SELECT FROM sales_order_line l
                                 JOIN allocation a ON a.order_line_id = l.id
                                 JOIN location p ON p.id = a.location_id
                                  AND p.kind IN ('staging', 'packing', 'cart')
                                WHERE l.order_id = o.id)
                           ORDER BY later.sequence DESC, o.number) AS waiting
              FROM trip_order t JOIN trip_stop mine ON mine.id = t.stop_id
             WHERE t.trip_id = :trip AND t.order_id = :order"""),
        {"trip": trip.id, "order": order},
    ).one_or_none()
    if found is None:
        raise not_planned_for(session, trip, order)
    return named(found.waiting)


def _refuse_other_carton(
    session: Session, order: int, carton: int | None, is_of_order: bool
) -> None:
    """Say whose carton it is when it is not this order's. Raises: CartonOfOrder."""
    if carton is None or is_of_order:
        return
    row = session.execute(
        text("""SELECT c.sscc, o.id, o.number FROM carton c JOIN sales_order o ON o.id = c.order_id
                 WHERE c.id = :id"""),
        {"id": carton},
    ).one_or_none()
    if row is not None and row.id != order:
        raise CartonOfOrder(sscc=row.sscc, other=row.number, order=order_number(session, order))


def unload(
    session: Session,
    actor: Actor,
    *,
    trip: TripRef,
    order: OrderRef,
    lane: LocationRef | None = None,
    carton: CartonRef | None = None,
) -> Moved:
    """Take an order's goods (or one carton) off the truck, into a lane: the order's by default.

    Raises: TripGone, NothingToMove, WrongPlace, OtherWarehouse.
    """
    actor.require("unload", Group.FLOOR)
    now = locked_trip(session, trip)
    rows = [
        row
        for row in all_promised(session, [order])
        if row.location_id == now.truck_id and carton in (None, row.carton_id)
    ]
    to = lane if lane is not None else (rows[0].lane_id if rows else None)
    if not rows or to is None:
        hint = "None of it is on the truck." if not rows else "Say to which lane: it has none."
        raise NothingToMove(order=order_number(session, order), verb="unload", hint=hint)
    target = place(session, to, LocationKind.STAGING)
    moved = move_promised(session, rows, target, MoveReason.UNLOAD)
    session.execute(
        text("UPDATE carton SET trip_id = NULL WHERE trip_id = :trip AND id = ANY (:ids)"),
        {"trip": trip, "ids": [row.carton_id for row in rows if row.carton_id]},
    )
    return replace(moved, changes=moved.changes | changed(Kind.TRIP, trip))
