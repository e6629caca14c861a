"""Staging: goods wait in a lane, still ours, still that order's. Also back to a bin."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, raise_all
from app.core.ids import CartonRef, Kind, LocationRef, OrderLineRef, OrderRef
from app.core.messages import N_
from app.core.quantity import check_quantity
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
from app.operations.stock import Move, insert_moves, item_facts, lock_stock, places_of
from app.rules.stock import IN_BINS, LocationKind, MoveReason

BEFORE_THE_LANE = (*IN_BINS, LocationKind.CART, LocationKind.PACKING)


class NoLane(BusinessError):
    """No lane was given and the order has none."""

    about = ("lane",)
    sentence = N_("Say which lane order {order} goes to: it has none of its own.")


class PartOfOneLine(BusinessError):
    """A quantity without the one line it is of."""

    sentence = N_("Say which one line of order {order} the quantity {quantity} is of.")


class NotSoMuchLoose(BusinessError):
    """Less is there outside of cartons than is to be brought."""

    about = ("quantity",)
    sentence = N_(
        "Only {there} of {item} for order {order} can be brought there, not {quantity}. "
        "What is in a carton goes with its carton."
    )


class WhichLot(BusinessError):
    """A part of a line whose goods are of several lots."""

    sentence = N_("{item} for order {order} is of several lots. Say which: {lots}.")


class UnstageReasonNeeded(BusinessError):
    """Going backwards is explained."""

    about = ("reason",)
    sentence = N_("Say why the goods of order {order} go back to a bin.")


class NothingStaged(BusinessError):
    """No staging of the order into that lane is left to take back."""

    sentence = N_("Nothing that was brought to {lane} for order {order} can be taken back.")


class NotAsItWasBrought(BusinessError):
    """What was staged last has gone on since."""

    sentence = N_(
        "Of order {order}, {quantity} of {item} no longer stand in {lane} as they were brought. "
        "Open the order to see where they are, and bring them back from there."
    )


def stage(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    lane: LocationRef | None = None,
    lines: tuple[OrderLineRef, ...] = (),
    quantity: Decimal | None = None,
    lot: str | None = None,
    from_place: LocationRef | None = None,
    picked: bool = False,
    note: str = "",
) -> Moved:
    """Stage what is promised to an order (or to some lines): to its lane, or another one.

    Goods already in that lane stay; goods in other lanes come along. `quantity` in base units
    brings only so much of one line's loose goods; of an item in lots (or serials) it is said of
    which, unless there is only one. With `lot` or `from_place` only what is of it, or is there;
    with `picked` nothing that still lies in a bin.
    Raises: NothingToMove, NoLane, WrongPlace, OtherWarehouse, StoppedByHold, PartOfOneLine,
    WhichLot, NotSoMuchLoose and what `check_quantity` raises.
    """
    actor.require("stage", Group.FLOOR)
    rows = all_promised(session, [order])
    check_holds(session, rows, "picking")
    target_id = lane if lane is not None else (rows[0].lane_id if rows else None)
    lots = _lots_named(session, rows, lot)
    mine = _with_their_cartons(
        [
            row
            for row in rows
            if (lots is None or row.lot_id in lots)
            and from_place in (None, row.location_id)
            and row.location_kind in (*BEFORE_THE_LANE, "staging")
            and row.location_id != target_id
            and (lane is not None or row.location_kind != "staging")
            and not (picked and row.location_kind in IN_BINS)
        ],
        lines,
    )
    if not mine:
        raise NothingToMove(
            order=order_number(session, order),
            verb="stage",
            hint="Allocate it first; what is in the lane or on a truck stays there.",
        )
    if target_id is None:
        raise NoLane(order=mine[0].order_number)
    target = place(session, target_id, LocationKind.STAGING)
    sizes = {row.id: row.quantity for row in mine}
    if quantity is not None:
        sizes = _part(session, mine, lines, quantity)
    return move_promised(
        session,
        [row for row in mine if row.id in sizes],
        target,
        MoveReason.STAGE,
        note=note,
        quantity_of=lambda row: sizes[row.id],
    )


def _part(
    session: Session, rows: Sequence[Any], lines: Sequence[int], quantity: Decimal
) -> dict[int, Decimal]:
    """How much of which promise makes up a quantity of one line's loose goods."""
    order = rows[0].order_number
    if len(lines) != 1:
        raise PartOfOneLine(order=order, quantity=quantity)
    fact = item_facts(session, [rows[0].item_id])[rows[0].item_id]
    check_quantity(fact.number, quantity, fact.quantity_decimals)
    loose = [row for row in rows if row.carton_id is None]
    if quantity < sum((row.quantity for row in loose), Decimal(0)):
        _require_one_lot(session, fact.number, order, loose)
    sizes: dict[int, Decimal] = {}
    left = quantity
    for row in loose:
        size = min(left, row.quantity)
        if size > 0:
            sizes[row.id] = size
            left -= size
    if left > 0:
        there = quantity - left
        raise NotSoMuchLoose(item=fact.number, order=order, there=there, quantity=quantity)
    return sizes


def _require_one_lot(session: Session, item: str, order: str, rows: Sequence[Any]) -> None:
    """Of several lots somebody says which one goes. Raises: WhichLot."""
    lots = {row.lot_id for row in rows}
    if len(lots) > 1:
        codes = session.execute(
            text("SELECT code FROM lot WHERE id = ANY (:ids) ORDER BY expires_on, code"),
            {"ids": sorted(lots)},
        ).scalars()
        raise WhichLot(item=item, order=order, lots=", ".join(codes))


def _lots_named(session: Session, rows: Sequence[Any], lot: str | None) -> set[int] | None:
    """The lots of the order's items that have this number; None when none is asked for."""
    if lot is None:
        return None
    found = session.execute(
        text("SELECT id FROM lot WHERE code = :code AND item_id = ANY (:items)"),
        {"code": lot, "items": sorted({row.item_id for row in rows})},
    )
    return set(found.scalars())


def _with_their_cartons(rows: Sequence[Any], lines: Sequence[int]) -> list[Any]:
    """The rows of these lines (of all, when none is named), and what shares a carton with them.

    A carton stands in one place, so what is in it goes together.
    """
    if not lines:
        return list(rows)
    cartons = {row.carton_id for row in rows if row.carton_id and row.line_id in lines}
    return [row for row in rows if row.line_id in lines or row.carton_id in cartons]


def restage(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    lane: LocationRef,
    lines: tuple[OrderLineRef, ...] = (),
    from_lane: LocationRef | None = None,
) -> Moved:
    """Move an order's staged goods (or some lines' of it) to another lane, any number of times.

    With `from_lane` only what stands there; a carton goes with all that is in it. Raises:
    NothingToMove, WrongPlace, OtherWarehouse.
    """
    actor.require("restage", Group.FLOOR)
    rows = _with_their_cartons(
        [
            row
            for row in all_promised(session, [order])
            if row.location_kind == "staging"
            and row.location_id != lane
            and from_lane in (None, row.location_id)
        ],
        lines,
    )
    if not rows:
        raise NothingToMove(
            order=order_number(session, order),
            verb="restage",
            hint="It is there already, or stands in no lane.",
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
    from_place: LocationRef | None = None,
) -> Moved:
    """Bring staged, picked or boxed goods back to a bin, out of their cartons; still promised.

    With `from_place` only what is there. Raises: NothingToMove, UnstageReasonNeeded, WrongPlace,
    OtherWarehouse.
    """
    actor.require("unstage", Group.FLOOR)
    rows = [
        row
        for row in all_promised(session, [order])
        if row.location_kind in ("staging", "packing", "cart")
        and (not lines or row.line_id in lines)
        and from_place in (None, row.location_id)
    ]
    if not rows:
        raise NothingToMove(
            order=order_number(session, order),
            verb="bring back",
            hint="Nothing of it is in a lane, on a bench or on a cart.",
        )
    if not reason.strip():
        raise UnstageReasonNeeded(order=rows[0].order_number)
    target = place(session, to, *IN_BINS)
    return move_promised(
        session, rows, target, MoveReason.UNSTAGE, note=reason.strip(), out_of_carton=True
    )


def stage_carton(
    session: Session, actor: Actor, *, order: OrderRef, carton: CartonRef, lane: LocationRef
) -> Moved:
    """Bring one carton to a lane; scanning it again there changes nothing.

    Raises: NothingToMove, StoppedByHold, WrongPlace, OtherWarehouse.
    """
    actor.require("stage_carton", Group.FLOOR)
    rows = [row for row in all_promised(session, [order]) if row.carton_id == carton]
    check_holds(session, rows, "picking")
    hint = "The carton is empty."
    if rows and rows[0].location_kind == LocationKind.TRUCK:
        rows, hint = [], "The carton is on a truck: unload it first."
    if not rows:
        raise NothingToMove(order=order_number(session, order), verb="stage", hint=hint)
    target = place(session, lane, LocationKind.STAGING)
    there = [row for row in rows if row.location_id != lane]
    if not there:
        return Moved(Decimal(0), 0, target.code, (order,), Changes())
    return move_promised(session, there, target, MoveReason.STAGE)


_LAST_STAGED = text("""
    WITH there AS (
      SELECT m.* FROM stock_move m
       WHERE m.order_line_id IN (SELECT id FROM sales_order_line WHERE order_id = :order)
         AND :lane IN (m.from_location_id, m.to_location_id))
    SELECT m.id, m.item_id, i.number AS item, m.lot_id, m.from_location_id, f.code AS from_code,
           f.kind AS from_kind, m.quantity, m.order_line_id, m.carton_id
      FROM there m JOIN location f ON f.id = m.from_location_id JOIN item i ON i.id = m.item_id
     WHERE m.command_id = (SELECT command_id FROM there ORDER BY id DESC LIMIT 1)
       AND m.to_location_id = :lane AND m.reason = 'stage' AND m.reverses_id IS NULL
     ORDER BY m.id""")
"""What the last step of an order at a lane brought there; nothing when that was another step."""
_BACK = {LocationKind.STAGING: MoveReason.STAGE, LocationKind.PACKING: MoveReason.BOX}
"""How goods go back from a lane; to bins and carts they are un-staged."""


def undo_stage(session: Session, actor: Actor, *, order: OrderRef, lane: LocationRef) -> Moved:
    """Take back the last step of an order at a lane, a staging: goods go where they came from.

    Cartons stay whole and promises stay. Raises: NothingStaged, NotAsItWasBrought; of goods that
    have gone on, all at once.
    """
    actor.require("undo_stage", Group.FLOOR)
    promises = all_promised(session, [order])
    number = order_number(session, order)
    from_lane = place(session, lane, LocationKind.STAGING)
    staged = session.execute(_LAST_STAGED, {"order": order, "lane": lane}).all()
    if not staged:
        raise NothingStaged(order=number, lane=from_lane.code)
    behind = _behind(promises, staged, number, from_lane)
    moves = [
        Move(
            row.item_id,
            row.lot_id,
            lane,
            row.from_location_id,
            row.quantity,
            _BACK.get(LocationKind(row.from_kind), MoveReason.UNSTAGE),
            order_line_id=row.order_line_id,
            allocation_id=behind[row.id],
            carton_id=row.carton_id,
            reverses_id=row.id,
        )
        for row in staged
    ]
    lock_stock(session, places_of(moves))
    insert_moves(session, moves)
    return Moved(
        sum((move.quantity for move in moves), Decimal(0)),
        len({move.order_line_id for move in moves}),
        ", ".join(dict.fromkeys(row.from_code for row in staged)),
        (order,),
        changed(Kind.ORDER, order)
        | changed(Kind.STOCK, {move.item_id for move in moves})
        | changed(Kind.CARTON, {move.carton_id for move in moves if move.carton_id}),
    )


def _behind(
    promises: Sequence[Any], staged: Sequence[Any], order: str, lane: Place
) -> dict[int, int]:
    """The promise under which each staged move's goods stand. Raises: NotAsItWasBrought."""
    there = {
        (row.line_id, row.lot_id, row.carton_id): row
        for row in promises
        if row.location_id == lane.id
    }
    left = {key: row.quantity for key, row in there.items()}
    found: dict[int, int] = {}
    problems: list[BusinessError] = []
    for row in staged:
        key = (row.order_line_id, row.lot_id, row.carton_id)
        if left.get(key, Decimal(0)) < row.quantity:
            problems.append(
                NotAsItWasBrought(order=order, quantity=row.quantity, item=row.item, lane=lane.code)
            )
            continue
        left[key] -= row.quantity
        found[row.id] = there[key].id
    raise_all(problems)
    return found
