"""What every step of a trip shares: the trip locked, what a change answers, its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import Kind
from app.operations.trucks.refusals import (
    NotOnTrip,
    OnAnotherTrip,
    StillOnTruck,
    TripCancelled,
    TripGone,
)
from app.rules.trucks import TripState

MOST_NAMED = 3
"""Orders a sentence names; a truck of thirty would bury what it says."""


@dataclass(frozen=True, slots=True)
class TripChanged:
    """A trip after a change."""

    trip_id: int
    number: str
    changes: Changes


def lock_trip(session: Session, trip: int) -> Any:
    """Lock a trip in whatever state it is; with `truck`, the truck's code. Raises: NotFound."""
    row = session.execute(
        text("""SELECT t.*, p.code AS truck FROM lock_trips(:ids) t
                  JOIN location p ON p.id = t.truck_id"""),
        {"ids": [trip]},
    ).one_or_none()
    if row is None:
        raise NotFound(what="trip", value=trip)
    return row


def locked_trip(session: Session, trip: int) -> Any:
    """Lock a trip that is to leave. Raises: NotFound, TripGone, TripCancelled."""
    row = lock_trip(session, trip)
    if row.state == TripState.CANCELLED:
        raise TripCancelled(trip=row.number)
    if row.state in (TripState.DEPARTED, TripState.RETURNED):
        raise TripGone(trip=row.number, when=row.departed_at, who=row.departed_by)
    return row


def set_state(session: Session, trip: Any, state: TripState) -> TripChanged:
    """Write the state down; the database refuses what may not follow."""
    session.execute(
        text("UPDATE trip SET state = :state WHERE id = :id"), {"state": state, "id": trip.id}
    )
    return TripChanged(trip.id, trip.number, changed(Kind.TRIP, trip.id))


def named(orders: Sequence[str]) -> str:
    """Orders in a sentence: the first few, and whether there are more."""
    return ", ".join((*orders[:MOST_NAMED], *("…" for _ in orders[MOST_NAMED : MOST_NAMED + 1])))


def require_empty_truck(session: Session, trip: Any) -> None:
    """Raise `StillOnTruck` while goods are on the truck of a trip that is loading."""
    if trip.state != TripState.LOADING:
        return
    orders = session.execute(
        text("""
            SELECT DISTINCT o.number FROM allocation a
              JOIN sales_order_line l ON l.id = a.order_line_id
              JOIN sales_order o ON o.id = l.order_id
             WHERE a.location_id = :truck ORDER BY o.number"""),
        {"truck": trip.truck_id},
    ).scalars()
    if on_it := named(list(orders)):
        raise StillOnTruck(trip=trip.number, orders=on_it)


def not_planned_for(session: Session, trip: Any, order: int) -> NotOnTrip | OnAnotherTrip:
    """The refusal for an order that is not on this trip: where it is planned instead, if it is.

    Raises: NotFound.
    """
    row = session.execute(
        text("""
            SELECT o.number, (SELECT t.number FROM trip_order x JOIN trip t ON t.id = x.trip_id
                               WHERE x.order_id = o.id AND t.state IN ('planned', 'loading')
                               LIMIT 1) AS other
              FROM sales_order o WHERE o.id = :id"""),
        {"id": order},
    ).one_or_none()
    if row is None:
        raise NotFound(what="order", value=order)
    if row.other is not None:
        return OnAnotherTrip(order=row.number, trip=row.other)
    return NotOnTrip(order=row.number, trip=trip.number)
