"""What picking, staging and loading share: promised goods that move with their promise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.stock import Move, insert_moves, lock_stock, places_of
from app.queries.stock import TODAY
from app.rules.stock import LocationKind, MoveReason


class WrongPlace(BusinessError):
    """A place of the wrong kind, or of another warehouse."""

    about = ("place",)
    sentence = N_("{place} is a {kind} place, not {needed}. Choose another.")


class OtherWarehouse(BusinessError):
    """Goods do not change warehouse on their way to a customer."""

    about = ("place",)
    sentence = N_("{place} is in another warehouse than order {order}. Choose a place there.")


class NothingToMove(BusinessError):
    """There is nothing of the order in the places this step takes from."""

    sentence = N_("Order {order} has nothing to {verb}. {hint}")


class StoppedByHold(BusinessError):
    """A hold whose code stops this step."""

    sentence = N_(
        "Order {order} is on hold ({hold}), which stops you from doing this. "
        "A manager can release it."
    )


class LotExpired(BusinessError):
    """A lot past its last day."""

    sentence = N_("Lot {lot} of {item} expired on {on}. Put it into quarantine, take another.")


class LotBlocked(BusinessError):
    """A lot that nobody may use."""

    sentence = N_("Lot {lot} of {item} is blocked: {reason}. Put it aside, take another.")


@dataclass(frozen=True, slots=True)
class Place:
    """A location as the floor operations need it."""

    id: int
    code: str
    kind: LocationKind
    warehouse_id: int | None


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved (base units, over so many order lines), where to, for which orders."""

    quantity: Decimal
    lines: int
    place: str
    orders: tuple[int, ...]
    changes: Changes


def place(session: Session, location: int, *needed: LocationKind) -> Place:
    """The place, of one of the kinds needed. Raises: NotFound, WrongPlace."""
    row = session.execute(
        text("SELECT id, code, kind, warehouse_id FROM location WHERE id = :id AND is_active"),
        {"id": location},
    ).one_or_none()
    if row is None:
        raise NotFound(what="location", value=location)
    found = Place(row.id, row.code, LocationKind(row.kind), row.warehouse_id)
    if needed and found.kind not in needed:
        raise WrongPlace(
            place=found.code, kind=found.kind.value, needed=" or ".join(k.value for k in needed)
        )
    return found


def promised(session: Session, orders: Sequence[int]) -> list[Any]:
    """Lock orders; their promises as they are now, in walk order."""
    rows = session.execute(
        text("SELECT * FROM lock_allocations(:ids)"), {"ids": sorted(set(orders))}
    ).all()
    return list(rows)


def all_promised(session: Session, orders: Sequence[int]) -> list[Any]:
    """As `promised`, with the orders' open picklists and cartons locked before the orders.

    For steps that may end picklist lines or carry cartons along, and hold no carton yet.
    """
    rows = session.execute(
        text("SELECT * FROM lock_goods(:ids)"), {"ids": sorted(set(orders))}
    ).all()
    return list(rows)


def check_holds(session: Session, rows: Sequence[Any], step: Literal["picking", "packing"]) -> None:
    """Refuse every order that is on a hold which stops this step. One read, only if any is held.

    `rows` are rows of `promised`. Raises: StoppedByHold.
    """
    held = {row.order_number: row.hold_code for row in rows if row.hold_code}
    if not held:
        return
    stopping = set(
        session.execute(
            text(f"SELECT code FROM hold_code WHERE stops_{step} AND code = ANY (:codes)"),
            {"codes": sorted(set(held.values()))},
        ).scalars()
    )
    raise_all(
        [
            StoppedByHold(order=order, hold=code)
            for order, code in sorted(held.items())
            if code in stopping
        ]
    )


def check_lots(session: Session, rows: Sequence[Any]) -> None:
    """Refuse goods of lots that nobody may sell. One read, only if any is of a lot.

    `rows` are rows of `promised`. Raises: LotBlocked, LotExpired; all of them.
    """
    lots = {row.lot_id for row in rows if row.lot_id is not None}
    if not lots:
        return
    bad = session.execute(
        text(f"""
            SELECT t.code, i.number, t.blocked_reason, t.expires_on
              FROM lot t JOIN item i ON i.id = t.item_id
             WHERE t.id = ANY (:lots)
               AND (t.blocked_reason IS NOT NULL OR t.expires_on < {TODAY})
             ORDER BY i.number, t.code"""),
        {"lots": sorted(lots)},
    )
    raise_all([unusable(*row) for row in bad])


def unusable(
    lot: str, item: str, blocked_reason: str | None, expires_on: date | None
) -> LotBlocked | LotExpired:
    """Why goods of a lot that is blocked or has expired are not to be sold."""
    if blocked_reason is not None:
        return LotBlocked(lot=lot, item=item, reason=blocked_reason)
    return LotExpired(lot=lot, item=item, on=expires_on)


def order_number(session: Session, order: int) -> str:
    """The number of an order. Raises: NotFound."""
    number = session.execute(
        text("SELECT number FROM sales_order WHERE id = :id"), {"id": order}
    ).scalar_one_or_none()
    if number is None:
        raise NotFound(what="order", value=order)
    return str(number)


def require_warehouse(rows: Sequence[Any], target: Place) -> None:
    """The place is in the warehouse of the goods' orders. Raises: OtherWarehouse."""
    raise_all(
        [
            OtherWarehouse(place=target.code, order=number)
            for number in sorted(
                {
                    row.order_number
                    for row in rows
                    if target.warehouse_id not in (None, row.warehouse_id)
                }
            )
        ]
    )


def move_promised(
    session: Session,
    rows: Sequence[Any],
    target: Place,
    reason: MoveReason,
    *,
    note: str = "",
    quantity_of: Callable[[Any], Decimal] = lambda row: row.quantity,
    out_of_carton: bool = False,
) -> Moved:
    """Move promised goods to a place, cartons and promises with them: two statements.

    `rows` are rows of `promised`, locked. Raises: OtherWarehouse.
    """
    require_warehouse(rows, target)
    moves = [
        Move(
            row.item_id,
            row.lot_id,
            row.location_id,
            target.id,
            quantity_of(row),
            reason,
            note,
            order_line_id=row.line_id,
            allocation_id=row.id,
            carton_id=None if out_of_carton else row.carton_id,
        )
        for row in rows
    ]
    lock_stock(session, places_of(moves))
    insert_moves(session, moves)
    orders = tuple(sorted({row.order_id for row in rows}))
    return Moved(
        sum((move.quantity for move in moves), Decimal(0)),
        len({row.line_id for row in rows}),
        target.code,
        orders,
        changed(Kind.ORDER, orders)
        | changed(Kind.STOCK, {row.item_id for row in rows})
        | changed(Kind.CARTON, {row.carton_id for row in rows if row.carton_id}),
    )
