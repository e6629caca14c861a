"""Taking promises back: released, or given to another order that wants the goods more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import Kind, OrderLineRef, OrderRef
from app.core.messages import plain
from app.core.quantity import check_quantity
from app.models.orders import OrderNote
from app.operations.allocation.promises import promise
from app.operations.allocation.refusals import (
    CannotGoThere,
    MovedAlready,
    NothingAllocated,
    NotInBins,
    NotShortOf,
    ReallocationReasonNeeded,
    SameLine,
)
from app.operations.floor import all_promised
from app.operations.orders.refusals import OnHold, WrongState
from app.operations.stock import lock_stock
from app.rules.orders import Fulfilment, OrderState
from app.rules.stock import SHELVES, Reserve


@dataclass(frozen=True, slots=True)
class Released:
    """What became free again, in base units over so many order lines."""

    released: Decimal
    lines: int
    changes: Changes


@dataclass(frozen=True, slots=True)
class Reallocated:
    """What changed hands, in base units, and between which orders."""

    quantity: Decimal
    item: str
    from_order: str
    to_order: str
    changes: Changes


def release_order(session: Session, actor: Actor, *, order: OrderRef, reason: str = "") -> Released:
    """Take back every promise of an order whose goods still lie in their bins.

    A reason is left on the order as a note. Raises: NothingAllocated, MovedAlready (goods in a
    lane, on a bench or a truck).
    """
    return _release(session, actor, order, None, reason)


def release_line(
    session: Session, actor: Actor, *, line: OrderLineRef, reason: str = ""
) -> Released:
    """Take back the promises of one line whose goods still lie in their bins.

    A reason is left on the order as a note. Raises: NothingAllocated, MovedAlready.
    """
    order = session.execute(
        text("SELECT order_id FROM sales_order_line WHERE id = :line"), {"line": line}
    ).scalar_one_or_none()
    if order is None:
        raise NotFound(what="order line", value=line)
    return _release(session, actor, order, line, reason)


def _release(session: Session, actor: Actor, order: int, line: int | None, reason: str) -> Released:
    actor.require("release", Group.SALES)
    rows = [row for row in all_promised(session, [order]) if line is None or row.line_id == line]
    if not rows:
        number = session.execute(
            text("SELECT number FROM sales_order WHERE id = :id"), {"id": order}
        ).scalar_one_or_none()
        if number is None:
            raise NotFound(what="order", value=order)
        raise NothingAllocated(order=number)
    raise_all(
        [
            MovedAlready(
                quantity=row.quantity,
                item=row.item_number,
                order=row.order_number,
                place=row.location_code,
            )
            for row in rows
            if not _lies_in_bin(row)
        ]
    )
    lock_stock(session, [(row.item_id, row.lot_id, row.location_id) for row in rows])
    session.execute(
        text("DELETE FROM allocation WHERE id = ANY (:ids)"), {"ids": [row.id for row in rows]}
    )
    if reason.strip():
        goods = ", ".join(f"{plain(row.quantity)} {row.item_number}" for row in rows)
        _leave_note(session, actor, [(order, f"Released {goods}: {reason.strip()}")])
    return Released(
        sum((row.quantity for row in rows), Decimal(0)),
        len({row.line_id for row in rows}),
        changed(Kind.ORDER, order) | changed(Kind.STOCK, {row.item_id for row in rows}),
    )


def _leave_note(session: Session, actor: Actor, notes: Sequence[tuple[int, str]]) -> None:
    """Why goods were taken, for whoever opens the order later."""
    session.execute(
        insert(OrderNote),
        [
            {"order_id": order, "text": words, "written_by": actor.operator}
            for order, words in notes
        ],
    )


def reallocate(
    session: Session,
    actor: Actor,
    *,
    line: OrderLineRef,
    to: OrderLineRef,
    quantity: Decimal,
    reason: str,
) -> Reallocated:
    """Give goods promised to one order line to another that is short of them, with a reason.

    `quantity` is in base units. Only goods that still lie in bins change hands; those on no
    open picklist go first, and a picklist line that loses its goods is cancelled. Raises:
    NotInBins, NotShortOf, CannotGoThere, SameLine, ReallocationReasonNeeded, WrongState, OnHold
    and what `check_quantity` raises; all problems at once.
    """
    actor.require("reallocate", Group.SALES)
    ids = _orders_of(session, [line, to])
    rows = [row for row in all_promised(session, sorted(set(ids.values()))) if row.line_id == line]
    source, target = _both_lines(session, line, to)
    _check_reallocation(source, target, rows, quantity, reason)
    lock_stock(session, [(row.item_id, row.lot_id, row.location_id) for row in rows])
    taken = _take_from(session, rows, quantity)
    promise(
        session,
        [Reserve(to, row.item_id, row.lot_id, row.location_id, size) for row, size in taken],
    )
    goods = f"{plain(quantity)} {source.item}"
    why = reason.strip()
    _leave_note(
        session,
        actor,
        [
            (source.order_id, f"{goods} given to {target.number}: {why}"),
            (target.order_id, f"{goods} taken from {source.number}: {why}"),
        ],
    )
    return Reallocated(
        quantity,
        source.item,
        source.number,
        target.number,
        changed(Kind.ORDER, set(ids.values())) | changed(Kind.STOCK, source.item_id),
    )


def _orders_of(session: Session, lines: Sequence[int]) -> dict[int, int]:
    """The orders of lines, which never change. Raises: NotFound."""
    found = session.execute(
        text("SELECT id, order_id FROM sales_order_line WHERE id = ANY (:lines)"),
        {"lines": list(lines)},
    )
    ids: dict[int, int] = {row.id: row.order_id for row in found}
    for line in lines:
        if line not in ids:
            raise NotFound(what="order line", value=line)
    return ids


def _both_lines(session: Session, line: int, to: int) -> tuple[Any, Any]:
    """Source and target as they are, their orders being locked."""
    rows = {
        row.id: row
        for row in session.execute(
            text("""
                SELECT l.id, l.order_id, l.line_no, l.item_id, i.number AS item,
                       i.quantity_decimals, l.backordered, l.fulfilment, o.number, o.state,
                       w.code AS warehouse, o.hold_code, h.stops_allocation
                  FROM sales_order_line l
                  JOIN sales_order o ON o.id = l.order_id
                  JOIN item i ON i.id = l.item_id
                  JOIN warehouse w ON w.id = o.warehouse_id
                  LEFT JOIN hold_code h ON h.code = o.hold_code
                 WHERE l.id = ANY (:lines)"""),
            {"lines": [line, to]},
        )
    }
    return rows[line], rows[to]


def _check_reallocation(
    source: Any, target: Any, rows: Sequence[Any], quantity: Decimal, reason: str
) -> None:
    problems: list[BusinessError] = []
    about = {"order": source.number, "line": source.line_no, "item": source.item}
    to = {"to": target.number, "to_line": target.line_no}
    try:
        check_quantity(source.item, quantity, source.quantity_decimals)
    except BusinessError as problem:
        problems.append(problem)
    if not reason.strip():
        problems.append(ReallocationReasonNeeded(**about, **to))
    if source.id == target.id:
        raise_all([*problems, SameLine(**about)])
    if (source.item_id, source.warehouse) != (target.item_id, target.warehouse):
        elsewhere = {"to_item": target.item, "to_warehouse": target.warehouse}
        raise_all(
            [*problems, CannotGoThere(**about, **to, warehouse=source.warehouse, **elsewhere)]
        )
    if target.state != OrderState.CONFIRMED:
        problems.append(
            WrongState(order=target.number, state=target.state, verb="allocate", needed="confirmed")
        )
    elif target.stops_allocation:
        problems.append(OnHold(order=target.number, hold=target.hold_code))
    short = target.backordered if target.fulfilment == Fulfilment.STOCK else Decimal(0)
    if quantity > short:
        problems.append(NotShortOf(**to, item=source.item, short=short, quantity=quantity))
    free = sum((row.quantity for row in rows if _lies_in_bin(row)), Decimal(0))
    if quantity > free:
        away = ", ".join(
            f"{plain(row.quantity)} in {row.location_code}" for row in rows if not _lies_in_bin(row)
        )
        places = f" ({away})" if away else ""
        problems.append(NotInBins(**about, free=free, quantity=quantity, places=places))
    raise_all(problems)


def _lies_in_bin(row: Any) -> bool:
    return row.location_kind in SHELVES and row.carton_id is None


def _take_from(
    session: Session, rows: Sequence[Any], quantity: Decimal
) -> list[tuple[Any, Decimal]]:
    """Lessen promises in bins by `quantity`, those on no open picklist first."""
    found = session.execute(
        text("""
            SELECT DISTINCT location_id, lot_id FROM picklist_line
             WHERE state = 'open' AND order_line_id = :line"""),
        {"line": rows[0].line_id},
    )
    listed = {(row.location_id, row.lot_id) for row in found}
    bins = sorted(
        (row for row in rows if _lies_in_bin(row)),
        key=lambda row: (row.location_id, row.lot_id) in listed,
    )
    left = quantity
    taken: list[tuple[Any, Decimal]] = []
    for row in bins:
        size = min(left, row.quantity)
        if size > 0:
            taken.append((row, size))
            left -= size
    session.execute(
        text("DELETE FROM allocation WHERE id = ANY (:ids)"),
        {"ids": [row.id for row, size in taken if size == row.quantity]},
    )
    parts = [(row.id, size) for row, size in taken if size < row.quantity]
    if parts:
        session.execute(
            text("UPDATE allocation SET quantity = quantity - :size WHERE id = :id"),
            [{"id": id, "size": size} for id, size in parts],
        )
    return taken
