"""Staging: goods wait in a lane, still ours, still that order's. Also back to a bin."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.ids import CartonRef, LocationRef, OrderLineRef, OrderRef
from app.core.messages import N_
from app.operations.floor import (
    Moved,
    NothingToMove,
    check_holds,
    move_promised,
    order_number,
    place,
    promised,
)
from app.rules.stock import LocationKind, MoveReason

BEFORE_THE_LANE = ("storage", "counter", "receiving", "cart", "packing")


class NoLane(BusinessError):
    """No lane was given and the order has none."""

    sentence = N_("Say which lane order {order} goes to: it has none of its own.")


class UnstageReasonNeeded(BusinessError):
    """Going backwards is explained."""

    sentence = N_("Say why the goods of order {order} go back to a bin.")


def stage(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    lane: LocationRef | None = None,
    lines: tuple[OrderLineRef, ...] = (),
    note: str = "",
) -> Moved:
    """Stage what is promised to an order (or to some lines): to its lane, or another one.

    Goods already in that lane stay; goods in other lanes come along. Raises: NothingToMove,
    NoLane, WrongPlace, OtherWarehouse, StoppedByHold.
    """
    actor.require("stage", Group.FLOOR)
    rows = promised(session, [order])
    check_holds(session, rows, "picking")
    target_id = lane if lane is not None else (rows[0].lane_id if rows else None)
    mine = [
        row
        for row in rows
        if (not lines or row.line_id in lines)
        and row.location_kind in (*BEFORE_THE_LANE, "staging")
        and row.location_id != target_id
        and (lane is not None or row.location_kind != "staging")
    ]
    if not mine:
        raise NothingToMove(
            order=order_number(session, order),
            verb="stage",
            hint="Allocate it first; what is in the lane or on a truck stays there.",
        )
    if target_id is None:
        raise NoLane(order=mine[0].order_number)
    target = place(session, target_id, LocationKind.STAGING)
    return move_promised(session, mine, target, MoveReason.STAGE, note=note)


def restage(session: Session, actor: Actor, *, order: OrderRef, lane: LocationRef) -> Moved:
    """Move an order's staged goods to another lane, any number of times.

    Raises: NothingToMove, WrongPlace, OtherWarehouse.
    """
    actor.require("restage", Group.FLOOR)
    rows = [
        row
        for row in promised(session, [order])
        if row.location_kind == "staging" and row.location_id != lane
    ]
    if not rows:
        raise NothingToMove(
            order=order_number(session, order), verb="restage", hint="It is there already."
        )
    target = place(session, lane, LocationKind.STAGING)
    return move_promised(session, rows, target, MoveReason.STAGE)


def unstage(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    to: LocationRef,
    reason: str,
    lines: tuple[OrderLineRef, ...] = (),
) -> Moved:
    """Bring staged, picked or boxed goods back to a bin, out of their cartons; still promised.

    Raises: NothingToMove, UnstageReasonNeeded, WrongPlace, OtherWarehouse.
    """
    actor.require("unstage", Group.FLOOR)
    rows = [
        row
        for row in promised(session, [order])
        if row.location_kind in ("staging", "packing", "cart")
        and (not lines or row.line_id in lines)
    ]
    if not rows:
        raise NothingToMove(
            order=order_number(session, order),
            verb="bring back",
            hint="Nothing of it is in a lane, on a bench or on a cart.",
        )
    if not reason.strip():
        raise UnstageReasonNeeded(order=rows[0].order_number)
    target = place(session, to, LocationKind.STORAGE, LocationKind.COUNTER, LocationKind.RECEIVING)
    return move_promised(
        session, rows, target, MoveReason.UNSTAGE, note=reason.strip(), out_of_carton=True
    )


def stage_carton(
    session: Session, actor: Actor, *, order: OrderRef, carton: CartonRef, lane: LocationRef
) -> Moved:
    """Bring one carton to a lane; scanning it again there changes nothing.

    Raises: NothingToMove, WrongPlace, OtherWarehouse.
    """
    actor.require("stage_carton", Group.FLOOR)
    rows = [row for row in promised(session, [order]) if row.carton_id == carton]
    if not rows:
        raise NothingToMove(
            order=order_number(session, order), verb="stage", hint="The carton is empty."
        )
    target = place(session, lane, LocationKind.STAGING)
    there = [row for row in rows if row.location_id != lane]
    if not there:
        return Moved(Decimal(0), target.code, (order,), Changes())
    return move_promised(session, there, target, MoveReason.STAGE)
