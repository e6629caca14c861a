"""Boxing: goods come to the bench and into cartons, still inventory."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import CartonRef, ItemRef, Kind, LocationRef, OrderRef
from app.models.packing import Carton
from app.operations.floor import check_holds, place, promised
from app.operations.packing.refusals import (
    BoxTooLittle,
    CartonEmpty,
    CartonNotClosed,
    CartonNotOpen,
    CartonOfOther,
    MoreThanOrdered,
    NothingLeftToTake,
    NothingToUndo,
    NotOnOrder,
    OrderNotToBox,
)
from app.operations.picking import queue_print
from app.operations.stock import Move, insert_moves, lock_stock, places_of
from app.rules.gs1 import sscc
from app.rules.printing import DocumentKind
from app.rules.stock import LocationKind, MoveReason

_RANK = {"packing": 1, "staging": 2, "cart": 3}
_BACK = {"staging": MoveReason.STAGE, "cart": MoveReason.TRANSFER, "packing": MoveReason.BOX}


@dataclass(frozen=True, slots=True)
class CartonOpened:
    """The new carton."""

    carton_id: int
    sscc: str
    number_in_order: int
    changes: Changes


@dataclass(frozen=True, slots=True)
class Boxed:
    """What one scan took, from which places, and what the order still wants boxed of the item."""

    quantity: Decimal
    sources: tuple[str, ...]
    left: Decimal
    changes: Changes


@dataclass(frozen=True, slots=True)
class CartonChanged:
    """The carton as it is now."""

    carton_id: int
    state: str
    changes: Changes


def locked_carton(session: Session, carton: int) -> Any:
    """A carton, locked, as it is now. Raises: NotFound."""
    row = session.execute(text("SELECT * FROM lock_cartons(:ids)"), {"ids": [carton]}).one_or_none()
    if row is None:
        raise NotFound(what="carton", value=carton)
    return row


def locked_lines(session: Session, order: int) -> list[Any]:
    """A confirmed order's lines, locked, as they are now. Raises: NotFound, OrderNotToBox."""
    rows = list(session.execute(text("SELECT * FROM lock_orders(:ids)"), {"ids": [order]}))
    if not rows:
        raise NotFound(what="order", value=order)
    if rows[0].state != "confirmed":
        raise OrderNotToBox(order=rows[0].number, state=rows[0].state)
    return rows


def open_carton(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    location: LocationRef,
    carton_type: int | None = None,
) -> CartonOpened:
    """Open a carton with a new SSCC on a bench. Raises: OrderNotToBox, WrongPlace."""
    actor.require("open_carton", Group.FLOOR)
    locked_lines(session, order)
    bench = place(session, location, LocationKind.PACKING)
    row = session.execute(
        text("""
            SELECT k.gs1_company_prefix AS prefix, take_sscc_serial(:station) AS serial,
                   coalesce(CAST(:type AS bigint), (SELECT id FROM carton_type WHERE is_active
                     ORDER BY is_default DESC, id LIMIT 1)) AS type_id,
                   (SELECT coalesce(max(number_in_order), 0) + 1 FROM carton
                     WHERE order_id = :order) AS number
              FROM company k"""),
        {"station": actor.station, "type": carton_type, "order": order},
    ).one()
    if row.type_id is None:
        raise NotFound(what="carton type", value="(any)")
    code = sscc(row.prefix, row.serial)
    carton = session.execute(
        insert(Carton).returning(Carton.id),
        [
            {
                "sscc": code,
                "order_id": order,
                "number_in_order": row.number,
                "type_id": row.type_id,
                "location_id": bench.id,
            }
        ],
    ).scalar_one()
    return CartonOpened(
        carton, code, row.number, changed(Kind.CARTON, carton) | changed(Kind.ORDER, order)
    )


def box(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    item: ItemRef,
    carton: CartonRef,
    location: LocationRef,
    quantity: Decimal = Decimal(1),
    source: LocationRef | None = None,
    lot: int | None = None,
) -> Boxed:
    """One scan: goods come to the bench and into the open carton, their promise with them.

    Taken in this order: promised at the bench, in a lane, on a cart, in a bin; then free at the
    bench, then free in pickable places in walk order. `source` and `lot` narrow that. Raises:
    NotOnOrder, MoreThanOrdered, NothingLeftToTake, CartonNotOpen, CartonOfOther, StoppedByHold.
    """
    actor.require("box", Group.FLOOR)
    into = locked_carton(session, carton)
    lines = locked_lines(session, order)
    number = lines[0].number
    if into.order_id != order:
        raise CartonOfOther(sscc=into.sscc, order=number)
    if into.state != "open":
        raise CartonNotOpen(sscc=into.sscc, state=into.state)
    bench = place(session, location, LocationKind.PACKING)
    rows = promised(session, [order])
    check_holds(session, held(lines), "packing")
    line, room = _line_to_box(lines, rows, item, quantity)

    reach = _within_reach(rows, line, bench.id, source, lot)
    missing = quantity - sum((row.quantity for row in reach), Decimal(0))
    if missing > 0:
        _promise_free(session, line, rows, reach, bench.id, source, lot, missing, quantity)
        reach = _within_reach(promised(session, [order]), line, bench.id, source, lot)
    moves, codes, left = [], [], quantity
    for row in reach:
        take = min(left, row.quantity)
        if take <= 0:
            break
        moves.append(
            Move(
                row.item_id,
                row.lot_id,
                row.location_id,
                bench.id,
                take,
                MoveReason.BOX,
                order_line_id=row.line_id,
                allocation_id=row.id,
                carton_id=carton,
            )
        )
        codes.append(row.location_code)
        left -= take
    lock_stock(session, places_of(moves))
    insert_moves(session, moves)
    return Boxed(
        quantity,
        tuple(codes),
        room - quantity,
        changed(Kind.ORDER, order) | changed(Kind.STOCK, item) | changed(Kind.CARTON, carton),
    )


@dataclass(frozen=True, slots=True)
class _Held:
    hold_code: str | None
    order_number: str


def held(lines: list[Any]) -> list[_Held]:
    """The order as `check_holds` wants to see it."""
    return [_Held(lines[0].hold_code, lines[0].number)]


def boxed_of(rows: list[Any], line: int) -> Decimal:
    """How much of a line is in cartons or on a truck."""
    return sum(
        (
            r.quantity
            for r in rows
            if r.line_id == line and (r.carton_id is not None or r.location_kind == "truck")
        ),
        Decimal(0),
    )


def _line_to_box(
    lines: list[Any], rows: list[Any], item: int, quantity: Decimal
) -> tuple[Any, Decimal]:
    mine = [line for line in lines if line.item_id == item and line.fulfilment == "stock"]
    if not mine:
        other = next((line.item_number for line in lines if line.item_id == item), None)
        raise NotOnOrder(item=other or f"Item {item}", order=lines[0].number)
    if quantity <= 0:
        raise BoxTooLittle(item=mine[0].item_number)
    rooms = [(line, line.wanted - line.packed - boxed_of(rows, line.line_id)) for line in mine]
    fitting = [pair for pair in rooms if pair[1] >= quantity]
    if not fitting:
        raise MoreThanOrdered(
            item=mine[0].item_number,
            order=lines[0].number,
            quantity=quantity,
            open=max(room for _, room in rooms),
        )
    return fitting[0]


def _within_reach(
    rows: list[Any], line: Any, bench: int, source: int | None, lot: int | None
) -> list[Any]:
    mine = [
        row
        for row in rows
        if row.line_id == line.line_id
        and row.carton_id is None
        and row.location_kind != "truck"
        and source in (None, row.location_id)
        and lot in (None, row.lot_id)
    ]
    return sorted(
        mine, key=lambda r: 0 if r.location_id == bench else _RANK.get(r.location_kind, 4)
    )


def _promise_free(
    session: Session,
    line: Any,
    rows: list[Any],
    reach: list[Any],
    bench: int,
    source: int | None,
    lot: int | None,
    missing: Decimal,
    quantity: Decimal,
) -> None:
    """Promise free goods to the line, giving back its least advanced surplus promises."""
    free = session.execute(
        text("""
            SELECT b.item_id, b.lot_id, b.location_id, b.on_hand - b.allocated AS free
              FROM stock_balance b JOIN location p ON p.id = b.location_id
              LEFT JOIN lot t ON t.id = b.lot_id CROSS JOIN company k
             WHERE b.item_id = :item AND b.on_hand > b.allocated AND p.is_active
               AND p.warehouse_id = :warehouse AND (p.is_pickable OR p.id = :bench)
               AND (CAST(:source AS bigint) IS NULL OR p.id = :source)
               AND (CAST(:lot AS bigint) IS NULL OR b.lot_id = :lot)
               AND t.blocked_reason IS NULL
               AND (t.expires_on IS NULL
                    OR t.expires_on >= (now() AT TIME ZONE k.time_zone)::date)
             ORDER BY p.id <> :bench, p.walk_sequence, p.code, t.expires_on NULLS LAST"""),
        {
            "item": line.item_id,
            "warehouse": line.warehouse_id,
            "bench": bench,
            "source": source,
            "lot": lot,
        },
    ).all()
    found = sum((row.free for row in free), Decimal(0))
    if found < missing:
        raise NothingLeftToTake(
            item=line.item_number, quantity=quantity, found=quantity - missing + found
        )
    promises, rest = [], missing
    for row in free:
        take = min(rest, row.free)
        if take > 0:
            promises.append((row.item_id, row.lot_id, row.location_id, take))
            rest -= take
    lock_stock(session, [p[:3] for p in promises])
    mine = [row for row in rows if row.line_id == line.line_id]
    surplus = sum((r.quantity for r in mine), missing) + line.packed - line.wanted
    kept = {row.id for row in reach}
    spare = [r for r in mine if r.carton_id is None and r.id not in kept]
    for row in sorted(spare, key=lambda r: -_RANK.get(r.location_kind, 4)):
        give = min(surplus, row.quantity)
        if give <= 0:
            break
        sql = (
            "DELETE FROM allocation WHERE id = :id"
            if give == row.quantity
            else "UPDATE allocation SET quantity = quantity - :give WHERE id = :id"
        )
        session.execute(
            text(sql), {"id": row.id, "give": give} if "give" in sql else {"id": row.id}
        )
        surplus -= give
    for item_id, lot_id, location_id, take in promises:
        session.execute(
            text("""
                INSERT INTO allocation AS a (order_line_id, item_id, lot_id, location_id, quantity)
                VALUES (:line, :item, :lot, :location, :quantity)
                ON CONFLICT (order_line_id, item_id, location_id, lot_id, carton_id)
                DO UPDATE SET quantity = a.quantity + excluded.quantity"""),
            {
                "line": line.line_id,
                "item": item_id,
                "lot": lot_id,
                "location": location_id,
                "quantity": take,
            },
        )


def undo_box(session: Session, actor: Actor, *, carton: CartonRef) -> Boxed:
    """Take back the last scan into an open carton: the goods go where they came from.

    The promise follows. Raises: CartonNotOpen, NothingToUndo.
    """
    actor.require("undo_box", Group.FLOOR)
    into = locked_carton(session, carton)
    if into.state != "open":
        raise CartonNotOpen(sscc=into.sscc, state=into.state)
    rows = promised(session, [into.order_id])
    last = session.execute(
        text("""
            SELECT m.*, f.kind AS from_kind, f.code AS from_code FROM stock_move m
              JOIN location f ON f.id = m.from_location_id
             WHERE m.command_id = (
               SELECT x.command_id FROM stock_move x
                WHERE x.carton_id = :carton AND x.reason = 'box' AND x.reverses_id IS NULL
                  AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses_id = x.id)
                ORDER BY x.id DESC LIMIT 1)
               AND m.carton_id = :carton AND m.reason = 'box'"""),
        {"carton": carton},
    ).all()
    in_carton = {(r.line_id, r.lot_id): r for r in rows if r.carton_id == carton}
    if not last or any((m.order_line_id, m.lot_id) not in in_carton for m in last):
        raise NothingToUndo(sscc=into.sscc)
    moves = [
        Move(
            m.item_id,
            m.lot_id,
            m.to_location_id,
            m.from_location_id,
            m.quantity,
            _BACK.get(m.from_kind, MoveReason.UNSTAGE),
            order_line_id=m.order_line_id,
            allocation_id=in_carton[m.order_line_id, m.lot_id].id,
            reverses_id=m.id,
        )
        for m in last
    ]
    lock_stock(session, places_of(moves))
    insert_moves(session, moves)
    total = sum((m.quantity for m in moves), Decimal(0))
    return Boxed(
        -total,
        tuple(m.from_code for m in last),
        total,
        changed(Kind.ORDER, into.order_id)
        | changed(Kind.CARTON, carton)
        | changed(Kind.STOCK, {m.item_id for m in moves}),
    )


def close_carton(
    session: Session, actor: Actor, *, carton: CartonRef, weight: Decimal | None = None
) -> CartonChanged:
    """Close a carton and queue its label; this never packs.

    Raises: CartonNotOpen, CartonEmpty.
    """
    actor.require("close_carton", Group.FLOOR)
    row = locked_carton(session, carton)
    if row.state != "open":
        raise CartonNotOpen(sscc=row.sscc, state=row.state)
    if not any(r.carton_id == carton for r in promised(session, [row.order_id])):
        raise CartonEmpty(sscc=row.sscc)
    session.execute(
        text("UPDATE carton SET state = 'closed', weight_kg = :weight WHERE id = :id"),
        {"id": carton, "weight": weight},
    )
    queue_print(session, actor, DocumentKind.CARTON_LABEL, [carton])
    return CartonChanged(
        carton, "closed", changed(Kind.CARTON, carton) | changed(Kind.ORDER, row.order_id)
    )


def reopen_carton(session: Session, actor: Actor, *, carton: CartonRef) -> CartonChanged:
    """Open a closed carton again. Raises: CartonNotClosed."""
    actor.require("reopen_carton", Group.FLOOR)
    row = locked_carton(session, carton)
    if row.state != "closed":
        raise CartonNotClosed(sscc=row.sscc, state=row.state)
    session.execute(text("UPDATE carton SET state = 'open' WHERE id = :id"), {"id": carton})
    return CartonChanged(
        carton, "open", changed(Kind.CARTON, carton) | changed(Kind.ORDER, row.order_id)
    )
