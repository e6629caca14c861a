"""What was booked as come back by mistake goes back to the customer in the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import Kind, ShipmentRef
from app.operations.floor import promised
from app.operations.orders.amounts import refresh_totals
from app.operations.stock import Move, insert_moves, lock_stock, places_of
from app.operations.trucks.refusals import MovedOn, NotByTruck, NothingToTakeBack
from app.rules.stock import LocationKind, MoveReason
from app.rules.trucks import Outcome


@dataclass(frozen=True, slots=True)
class ReturnTakenBack:
    """What is with the customer again (over `lines`), and what of it is wanted again."""

    shipment_id: int
    shipment: str
    quantity: Decimal
    lines: int
    wanted_again: Decimal
    changes: Changes


_LAST_RETURN = text("""
    SELECT m.*, i.number AS item, p.code AS place, p.kind AS place_kind, c.arguments, c.result
      FROM stock_move m
      JOIN item i ON i.id = m.item_id
      JOIN location p ON p.id = m.to_location_id
      JOIN command c ON c.id = m.command_id
     WHERE m.shipment_id = :id AND m.reason = 'return' AND m.command_id = (
       SELECT b.command_id FROM stock_move b
        WHERE b.shipment_id = :id AND b.reason = 'return'
          AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses_id = b.id)
        ORDER BY b.id DESC LIMIT 1)
     ORDER BY m.id
""")


def undo_come_back(session: Session, actor: Actor, *, shipment: ShipmentRef) -> ReturnTakenBack:
    """Take back what was last booked as come back of a shipment: it stayed with the customer.

    Only a manager. Each move of the mistake is reversed by one of its own; what it cancelled is
    wanted again, a carton that was to be delivered once more has left again. The goods must
    still be where they came to, free or promised as they were. An order put on another trip for
    it stays there. Raises: NotFound, NotByTruck, NothingToTakeBack, MovedOn; all goods at once.
    """
    actor.require("undo_come_back", Group.MANAGER)
    head = session.execute(
        text("SELECT id, number, state, order_id, trip_id FROM shipment WHERE id = :id"),
        {"id": shipment},
    ).one_or_none()
    if head is None:
        raise NotFound(what="shipment", value=shipment)
    if head.state != "packed" or head.trip_id is None:
        raise NotByTruck(shipment=head.number)
    session.execute(
        text("""SELECT FROM lock_cartons(ARRAY(SELECT carton_id FROM stock_move
                 WHERE shipment_id = :id AND reason = 'return' AND carton_id IS NOT NULL))"""),
        {"id": shipment},
    )
    promises = promised(session, [head.order_id])
    mistake = session.execute(_LAST_RETURN, {"id": shipment}).all()
    if not mistake:
        raise NothingToTakeBack(shipment=head.number)
    moves = [_reversed(row, promises) for row in mistake]
    lock_stock(session, places_of(moves))
    _check_there(session, mistake, moves, promises)
    wanted = _want_again(session, head.order_id, mistake[0])
    insert_moves(session, moves)
    cartons = sorted({row.carton_id for row in mistake if row.carton_id})
    if cartons:
        session.execute(
            text("""UPDATE carton SET state = 'packed', shipment_id = :shipment, trip_id = :trip
                     WHERE id = ANY (:ids)"""),
            {"ids": cartons, "shipment": shipment, "trip": head.trip_id},
        )
    return ReturnTakenBack(
        shipment,
        head.number,
        sum((move.quantity for move in moves), Decimal(0)),
        len({move.order_line_id for move in moves}),
        wanted,
        changed(Kind.SHIPMENT, shipment)
        | changed(Kind.TRIP, head.trip_id)
        | changed(Kind.ORDER, head.order_id)
        | changed(Kind.CARTON, cartons)
        | changed(Kind.STOCK, {row.item_id for row in mistake}),
    )


def _reversed(row: Any, promises: Sequence[Any]) -> Move:
    """The move that undoes one of the mistake, with the promise its goods stand under."""
    return Move(
        row.item_id,
        row.lot_id,
        row.to_location_id,
        row.from_location_id,
        row.quantity,
        MoveReason.UNRETURN,
        order_line_id=row.order_line_id,
        allocation_id=next((each.id for each in promises if _is_behind(each, row)), None),
        carton_id=row.carton_id,
        shipment_id=row.shipment_id,
        serial=row.serial,
        reverses_id=row.id,
    )


def _is_behind(promise: Any, row: Any) -> bool:
    """Goods to be delivered once more came back promised to their line."""
    return row.place_kind == LocationKind.STAGING and (
        promise.line_id,
        promise.lot_id,
        promise.location_id,
        promise.carton_id,
    ) == (row.order_line_id, row.lot_id, row.to_location_id, row.carton_id)


def _check_there(
    session: Session, mistake: Sequence[Any], moves: Sequence[Move], promises: Sequence[Any]
) -> None:
    """The goods are where they came to. Raises: MovedOn."""
    free = {
        (row.item_id, row.lot_id, row.location_id): row.free
        for row in session.execute(
            text("""SELECT item_id, lot_id, location_id, on_hand - allocated AS free
                      FROM stock_balance WHERE location_id = ANY (:places)
                       AND item_id = ANY (:items)"""),
            {
                "places": [move.from_location_id for move in moves],
                "items": [move.item_id for move in moves],
            },
        )
    }
    there_for: dict[Any, Decimal] = {promise.id: promise.quantity for promise in promises}
    there_for |= free
    needed: dict[Any, Decimal] = defaultdict(Decimal)
    problems: list[BusinessError] = []
    for row, move in zip(mistake, moves, strict=True):
        is_promised = row.place_kind == LocationKind.STAGING
        key = move.allocation_id if is_promised else (row.item_id, row.lot_id, row.to_location_id)
        there = there_for.get(key, Decimal(0))
        needed[key] += row.quantity
        if needed[key] > there:
            problems.append(
                MovedOn(quantity=needed[key], item=row.item, place=row.place, there=there)
            )
    raise_all(problems)


def _want_again(session: Session, order: int, row: Any) -> Decimal:
    """What the mistake cancelled is wanted again: never more than it cancelled in all."""
    cancelled = Decimal(str(row.result["cancelled"]))
    back = _cancelled_by(row.arguments["lines"])
    if not cancelled or not back:
        return Decimal(0)
    again = session.execute(
        text("""
            WITH size AS (
              SELECT l.id, least(d.quantity, l.cancelled,
                       :most - coalesce(sum(d.quantity) OVER (
                         ORDER BY l.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))
                       AS quantity
                FROM unnest(CAST(:ids AS bigint[]), CAST(:sizes AS numeric[])) AS d(id, quantity)
                JOIN sales_order_line l ON l.id = d.id),
            done AS (
              UPDATE sales_order_line l SET cancelled = l.cancelled - s.quantity
                FROM size s WHERE l.id = s.id AND s.quantity > 0
              RETURNING s.quantity)
            SELECT coalesce(sum(quantity), 0) FROM done"""),
        {"ids": list(back), "sizes": list(back.values()), "most": cancelled},
    ).scalar_one()
    refresh_totals(session, order)
    return Decimal(again)


def _cancelled_by(lines: Sequence[Mapping[str, Any]]) -> dict[int, Decimal]:
    """What the lines of a `come_back` told to cancel, by order line."""
    back: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line["outcome"] in (Outcome.REFUSED, Outcome.DAMAGED) and not line["is_replaced"]:
            back[int(line["line"])] += Decimal(str(line["quantity"]))
    return dict(back)
