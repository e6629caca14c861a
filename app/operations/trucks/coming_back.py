"""A truck comes back: what was delivered, what was not, and where that goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import Kind, LocationRef, LotRef, OrderLineRef, ShipmentRef, TripRef
from app.core.quantity import check_quantity
from app.core.states import check_transition
from app.operations.floor import place
from app.operations.orders.amounts import refresh_totals
from app.operations.stock import Move, insert_moves, lock_stock, places_of
from app.operations.trucks.planning import put_on_trip
from app.operations.trucks.refusals import (
    MoreThanShipped,
    NotByTruck,
    NothingCameBack,
    NotOnShipment,
    SayWhereTo,
    SayWhy,
)
from app.operations.trucks.trip import TripChanged, lock_trip, locked_trip, set_state
from app.rules.stock import MoveReason
from app.rules.trucks import PLACES_FOR, TRIP_TRANSITIONS, Outcome, TripState


@dataclass(frozen=True, slots=True)
class LineBack:
    """What became of so much of one line of a shipment (base unit).

    `reason` is needed for refused and damaged goods; `lot` where the line left in several,
    `serial` where it matters which unit came back.
    `to` overrides the usual place. `is_replaced`: the customer gets others for them, so the
    quantity stays wanted; otherwise what is refused or damaged is wanted no more.
    """

    line: OrderLineRef
    outcome: Outcome
    quantity: Decimal
    reason: str = ""
    lot: LotRef | None = None
    serial: str | None = None
    to: LocationRef | None = None
    is_replaced: bool = False


@dataclass(frozen=True, slots=True)
class CameBack:
    """What came back of a shipment (base units, over `lines`), and what is wanted no more of it."""

    shipment_id: int
    shipment: str
    returned: Decimal
    lines: int
    cancelled: Decimal
    changes: Changes


_SHIPMENT = text("""
    SELECT s.id, s.number, s.state, s.order_id, o.number AS order_number, o.warehouse_id,
           o.lane_id, t.id AS trip_id, t.state AS trip_state,
           (SELECT p.id FROM location p WHERE p.warehouse_id = o.warehouse_id AND p.is_active
               AND p.kind = 'quarantine' ORDER BY p.code LIMIT 1) AS quarantine_id,
           (SELECT p.id FROM location p WHERE p.warehouse_id = o.warehouse_id AND p.is_active
               AND p.kind = 'receiving' ORDER BY p.code LIMIT 1) AS receiving_id
      FROM shipment s
      JOIN sales_order o ON o.id = s.order_id
      LEFT JOIN trip t ON t.id = s.trip_id
     WHERE s.id = :id
""")

_OUT = text("""
    SELECT m.order_line_id AS line_id, m.lot_id, m.carton_id, m.serial, i.id AS item_id,
           i.number AS item, i.quantity_decimals, c.location_id AS customer_id,
           sum(CASE WHEN m.reason IN ('pack', 'unreturn') THEN m.quantity
                    ELSE -m.quantity END) AS quantity
      FROM stock_move m
      JOIN item i ON i.id = m.item_id
      CROSS JOIN (SELECT id AS location_id FROM location WHERE code = 'CUSTOMER') c
     WHERE m.shipment_id = :id AND m.reason IN ('pack', 'unpack', 'return', 'unreturn')
     GROUP BY m.order_line_id, m.lot_id, m.carton_id, m.serial, i.id, c.location_id
     ORDER BY m.order_line_id, m.lot_id NULLS FIRST, m.carton_id NULLS FIRST, m.serial
""")


@dataclass(slots=True)
class _Out:
    """Goods of one line (lot, carton, serial) that left and are not back."""

    line_id: int
    lot_id: int | None
    carton_id: int | None
    serial: str | None
    item_id: int
    item: str
    quantity_decimals: int
    customer_id: int
    quantity: Decimal


def _still_out(session: Session, shipment: int) -> list[_Out]:
    """What of a shipment is still out.

    Goods that came back out of their carton were booked without it: they are taken off what
    left loose, then off the cartons.
    """
    rows = [_Out(*row) for row in session.execute(_OUT, {"id": shipment})]
    for back in [row for row in rows if row.quantity < 0]:
        for row in rows:
            is_same = (row.line_id, row.lot_id) == (back.line_id, back.lot_id)
            if is_same and back.serial in (None, row.serial) and row.quantity > 0:
                take = min(row.quantity, -back.quantity)
                row.quantity -= take
                back.quantity += take
    return [row for row in rows if row.quantity > 0]


def come_back(
    session: Session,
    actor: Actor,
    *,
    shipment: ShipmentRef,
    lines: tuple[LineBack, ...],
    next_trip: TripRef | None = None,
) -> CameBack:
    """Write down what became of a shipment that a truck of ours took out.

    *Delivered* moves nothing. *Refused* goes to receiving or a bin, *damaged* to quarantine;
    both count as returned and, unless replaced, as cancelled, and the order comes to less.
    *Redeliver* goes to the order's lane, still promised to it and still wanted, a carton that
    comes back whole as that carton; with `next_trip` the order is put on that trip. Raises:
    NotByTruck, NotOnShipment, MoreThanShipped, SayWhy, SayWhereTo, NothingCameBack, WrongPlace,
    and what adding to a trip raises; problems of the lines all at once.
    """
    actor.require("come_back", Group.DISPATCH)
    onward = locked_trip(session, next_trip) if next_trip is not None else None
    head = session.execute(_SHIPMENT, {"id": shipment}).one_or_none()
    if head is None:
        raise NotFound(what="shipment", value=shipment)
    if head.state != "packed" or head.trip_id is None:
        raise NotByTruck(shipment=head.number)
    if not any(line.quantity for line in lines):
        raise NothingCameBack(shipment=head.number)
    session.execute(
        text("SELECT FROM lock_cartons(ARRAY(SELECT id FROM carton WHERE shipment_id = :id))"),
        {"id": shipment},
    )
    numbers = {
        row.line_id: row.line_no
        for row in session.execute(
            text("SELECT line_id, line_no FROM lock_orders(:ids)"), {"ids": [head.order_id]}
        )
    }
    out = _still_out(session, shipment)
    moves, emptied = _moves(session, head, lines, numbers, out)
    lock_stock(session, places_of(moves))
    if emptied:
        # Before the goods move: a packed carton is nowhere, a closed one is where they go.
        session.execute(
            text("""UPDATE carton SET state = 'closed', shipment_id = NULL, trip_id = NULL
                     WHERE id = ANY (:ids)"""),
            {"ids": sorted(emptied)},
        )
    insert_moves(session, moves)
    cancelled = _cancel(session, head.order_id, lines, numbers)
    touched = changed(Kind.SHIPMENT, shipment) | changed(Kind.TRIP, head.trip_id)
    touched |= changed(Kind.ORDER, head.order_id) | changed(Kind.CARTON, emptied)
    touched |= changed(Kind.STOCK, {move.item_id for move in moves})
    if onward is not None and not _is_on_trip(session, onward.id, head.order_id):
        touched |= put_on_trip(session, onward, [head.order_id]).changes
    return CameBack(
        shipment,
        head.number,
        sum((move.quantity for move in moves), Decimal(0)),
        len({move.order_line_id for move in moves}),
        cancelled,
        touched,
    )


def _moves(
    session: Session,
    head: Any,
    lines: Sequence[LineBack],
    numbers: dict[int, int],
    out: Sequence[_Out],
) -> tuple[list[Move], set[int]]:
    """The moves of all lines, and the cartons that come back whole to be delivered again."""
    problems: list[BusinessError] = []
    inside = _in_cartons(out)
    taken: list[tuple[LineBack, _Out, Decimal, int | None]] = []
    for line in lines:
        mine = [
            row
            for row in out
            if row.line_id == line.line
            and line.lot in (None, row.lot_id)
            and line.serial in (None, row.serial)
        ]
        if not mine:
            problems.append(
                NotOnShipment(line=numbers.get(line.line, line.line), shipment=head.number)
            )
            continue
        try:
            check_quantity(mine[0].item, line.quantity, mine[0].quantity_decimals)
            target = _target(session, head, line)
        except BusinessError as problem:
            problems.append(problem)
            continue
        if line.outcome in (Outcome.REFUSED, Outcome.DAMAGED) and not line.reason.strip():
            problems.append(SayWhy(item=mine[0].item))
        rest = line.quantity
        for row in mine:
            take = min(rest, row.quantity)
            if take > 0:
                row.quantity -= take
                rest -= take
                taken.append((line, row, take, target))
        if rest > 0:
            problems.append(
                MoreThanShipped(
                    item=mine[0].item,
                    shipped=line.quantity - rest,
                    shipment=head.number,
                    quantity=line.quantity,
                )
            )
    raise_all(problems)
    whole = _whole_cartons(inside, taken)
    return [
        Move(
            row.item_id,
            row.lot_id,
            row.customer_id,
            target,
            quantity,
            MoveReason.RETURN,
            ": ".join(part for part in (line.outcome.value, line.reason.strip()) if part),
            order_line_id=row.line_id,
            carton_id=row.carton_id if row.carton_id in whole else None,
            shipment_id=head.id,
            serial=row.serial,
        )
        for line, row, quantity, target in taken
        if target is not None
    ], whole


def _in_cartons(out: Sequence[_Out]) -> dict[int, Decimal]:
    """How much is out in each carton."""
    inside: dict[int, Decimal] = {}
    for row in out:
        if row.carton_id is not None:
            inside[row.carton_id] = inside.get(row.carton_id, Decimal(0)) + row.quantity
    return inside


def _whole_cartons(
    inside: Mapping[int, Decimal], taken: Sequence[tuple[LineBack, _Out, Decimal, int | None]]
) -> set[int]:
    """Cartons all of whose goods come back into one lane to be delivered again."""
    again: dict[int, dict[int | None, Decimal]] = {}
    for line, row, quantity, target in taken:
        if row.carton_id is not None and line.outcome is Outcome.REDELIVER:
            places = again.setdefault(row.carton_id, {})
            places[target] = places.get(target, Decimal(0)) + quantity
    return {
        carton
        for carton, places in again.items()
        if len(places) == 1 and sum(places.values()) == inside[carton]
    }


def _target(session: Session, head: Any, line: LineBack) -> int | None:
    """Where the goods go; none for delivered. Raises: SayWhereTo, WrongPlace."""
    kinds = PLACES_FOR[line.outcome]
    if not kinds:
        return None
    usual = {
        Outcome.REFUSED: head.receiving_id,
        Outcome.DAMAGED: head.quarantine_id,
        Outcome.REDELIVER: head.lane_id,
    }[line.outcome]
    chosen = line.to if line.to is not None else usual
    if chosen is None:
        raise SayWhereTo(
            outcome=line.outcome.value,
            kinds=" or ".join(kind.value for kind in kinds),
            order=head.order_number,
        )
    return place(session, chosen, *kinds).id


def _cancel(
    session: Session, order: int, lines: Sequence[LineBack], numbers: dict[int, int]
) -> Decimal:
    """Refused and damaged goods are wanted no more, unless others replace them.

    What had been packed beyond the wanted quantity cancels nothing.
    """
    gone: dict[int, Decimal] = {}
    for line in lines:
        if line.outcome in (Outcome.REFUSED, Outcome.DAMAGED) and not line.is_replaced:
            gone[line.line] = gone.get(line.line, Decimal(0)) + line.quantity
    if not gone:
        return Decimal(0)
    cancelled = session.execute(
        text("""
            WITH size AS (
              SELECT l.id, least(d.quantity, l.open - l.allocated) AS quantity
                FROM unnest(CAST(:ids AS bigint[]), CAST(:sizes AS numeric[])) AS d(id, quantity)
                JOIN sales_order_line l ON l.id = d.id AND l.open > l.allocated),
            done AS (
              UPDATE sales_order_line l SET cancelled = l.cancelled + s.quantity
                FROM size s WHERE l.id = s.id
              RETURNING s.quantity)
            SELECT coalesce(sum(quantity), 0) FROM done"""),
        {
            "ids": [line for line in numbers if line in gone],
            "sizes": [gone[line] for line in numbers if line in gone],
        },
    ).scalar_one()
    refresh_totals(session, order)
    return Decimal(cancelled)


def _is_on_trip(session: Session, trip: int, order: int) -> bool:
    return (
        session.execute(
            text("SELECT 1 FROM trip_order WHERE trip_id = :trip AND order_id = :order"),
            {"trip": trip, "order": order},
        ).first()
        is not None
    )


def return_trip(session: Session, actor: Actor, *, trip: TripRef) -> TripChanged:
    """The truck is back: what was not booked as come back was delivered.

    Raises: IllegalTransition, NotFound.
    """
    actor.require("return_trip", Group.DISPATCH)
    now = lock_trip(session, trip)
    check_transition(
        f"Trip {now.number}", TRIP_TRANSITIONS, TripState(now.state), TripState.RETURNED
    )
    return set_state(session, now, TripState.RETURNED)
