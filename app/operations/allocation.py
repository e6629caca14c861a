"""Promising goods to orders, and taking promises back. Hard: what is promised is nobody else's."""

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
from app.core.messages import N_
from app.models.stock import Allocation
from app.operations.orders.refusals import OnHold, WrongState
from app.rules.orders import Fulfilment, OrderState
from app.rules.stock import Available, Demand, Reserve, plan_allocation

DONE_MOVING = ("storage", "counter")
"""Kinds of place where a promise can simply be released; elsewhere goods go back first."""


class NotEnoughStock(BusinessError):
    """All or nothing was asked for, and something is missing."""

    sentence = N_(
        "Order {order}: {missing} of {item} are missing (wanted {wanted}). Nothing was allocated. "
        "Allocate in part, wait for goods, or take them from another order."
    )


class NothingToAllocate(BusinessError):
    """Every line has what it wants."""

    sentence = N_("Order {order} has everything it wants already; there is nothing to allocate.")


class NothingAllocated(BusinessError):
    """There is no promise to take back."""

    sentence = N_("Nothing is allocated to order {order}; there is nothing to release.")


class MovedAlready(BusinessError):
    """Goods that are on their way cannot just be released."""

    sentence = N_(
        "{quantity} of {item} for order {order} are in {place}. "
        "Bring them back to a bin (un-stage) first; that releases nothing by itself."
    )


@dataclass(frozen=True, slots=True)
class Short:
    """What a line still misses, in base units."""

    order_line_id: int
    line_no: int
    item: str
    wanted: Decimal
    missing: Decimal


@dataclass(frozen=True, slots=True)
class Allocated:
    """What was promised, and everything that is short, at once."""

    allocated: Decimal
    lines: int
    short: tuple[Short, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class Released:
    """What became free again."""

    released: Decimal
    changes: Changes


def allocate_order(
    session: Session, actor: Actor, *, order: OrderRef, all_or_nothing: bool = False
) -> Allocated:
    """Promise goods to every open line of a confirmed order; partly is normal.

    Raises: NotEnoughStock (only when all or nothing), NothingToAllocate, OnHold, WrongState.
    """
    return allocate_orders(session, actor, orders=(order,), all_or_nothing=all_or_nothing)


def allocate_orders(
    session: Session,
    actor: Actor,
    *,
    orders: tuple[OrderRef, ...],
    all_or_nothing: bool = False,
) -> Allocated:
    """Promise goods to several orders in one wave: higher priority first, then in the order given.

    The statements do not grow with lines. Raises: as `allocate_order`; in a wave, orders that
    cannot be allocated are refused together.
    """
    actor.require("allocate_order", Group.SALES, Group.FLOOR)
    rows = _lock(session, orders)
    _check_may_allocate(rows, orders)
    rank = {order: index for index, order in enumerate(orders)}
    waiting = sorted(
        (
            row
            for row in rows
            if row.line_id and row.backordered > 0 and row.fulfilment == Fulfilment.STOCK
        ),
        key=lambda row: (rank[row.order_id], row.line_no),
    )
    if not waiting:
        raise NothingToAllocate(order=rows[0].number)
    reserves: list[Reserve] = []
    short: list[Short] = []
    by_line = {row.line_id: row for row in waiting}
    for warehouse in sorted({row.warehouse_id for row in waiting}):
        demands = [
            Demand(row.line_id, row.item_id, row.backordered)
            for row in waiting
            if row.warehouse_id == warehouse
        ]
        given, missing = plan_allocation(demands, _available(session, warehouse, demands))
        reserves += given
        short += [
            Short(
                each.line_id,
                by_line[each.line_id].line_no,
                by_line[each.line_id].item_number,
                each.wanted,
                each.missing,
            )
            for each in missing
        ]
    if all_or_nothing and short:
        raise_all(
            [
                NotEnoughStock(
                    order=by_line[each.order_line_id].number,
                    item=each.item,
                    wanted=each.wanted,
                    missing=each.missing,
                )
                for each in short
            ]
        )
    _promise(session, reserves)
    return Allocated(
        sum((each.quantity for each in reserves), Decimal(0)),
        len({each.line_id for each in reserves}),
        tuple(short),
        changed(Kind.ORDER, orders) | changed(Kind.STOCK, {row.item_id for row in waiting}),
    )


def _lock(session: Session, orders: Sequence[int]) -> list[Any]:
    rows = session.execute(
        text("SELECT * FROM lock_orders(:ids)"), {"ids": sorted(set(orders))}
    ).all()
    missing = set(orders) - {row.order_id for row in rows}
    if missing:
        raise NotFound(what="order", value=min(missing))
    return list(rows)


def _check_may_allocate(rows: Sequence[Any], orders: Sequence[int]) -> None:
    problems: list[BusinessError] = []
    for order in orders:
        head = next(row for row in rows if row.order_id == order)
        if head.state != OrderState.CONFIRMED:
            problems.append(
                WrongState(order=head.number, state=head.state, verb="allocate", needed="confirmed")
            )
        elif head.hold_code:
            problems.append(OnHold(order=head.number, hold=head.hold_code))
    raise_all(problems)


def _available(session: Session, warehouse: int, demands: Sequence[Demand]) -> list[Available]:
    """Lock and read what is free of these items: the only lock on stock this operation takes."""
    rows = session.execute(
        text("SELECT * FROM lock_available(:warehouse, :items)"),
        {"warehouse": warehouse, "items": sorted({each.item_id for each in demands})},
    )
    return [
        Available(
            row.item_id,
            row.lot_id,
            row.location_id,
            row.available,
            row.walk_sequence,
            row.expires_on,
        )
        for row in rows
    ]


def _promise(session: Session, reserves: Sequence[Reserve]) -> None:
    """Write promises; one already there for the same goods grows."""
    if not reserves:
        return
    session.execute(
        text("""
            INSERT INTO allocation (order_line_id, item_id, lot_id, location_id, quantity)
            SELECT * FROM unnest(CAST(:lines AS bigint[]), CAST(:items AS bigint[]),
              CAST(:lots AS bigint[]), CAST(:places AS bigint[]), CAST(:quantities AS numeric[]))
            ON CONFLICT (order_line_id, item_id, location_id, lot_id, carton_id)
            DO UPDATE SET quantity = allocation.quantity + excluded.quantity"""),
        {
            "lines": [each.line_id for each in reserves],
            "items": [each.item_id for each in reserves],
            "lots": [each.lot_id for each in reserves],
            "places": [each.location_id for each in reserves],
            "quantities": [each.quantity for each in reserves],
        },
    )


def release_order(session: Session, actor: Actor, *, order: OrderRef) -> Released:
    """Take back every promise of an order whose goods still lie in their bins.

    Raises: NothingAllocated, MovedAlready (goods in a lane, on a bench or a truck).
    """
    return _release(session, actor, order, None)


def release_line(session: Session, actor: Actor, *, line: OrderLineRef) -> Released:
    """Take back the promises of one line whose goods still lie in their bins.

    Raises: NothingAllocated, MovedAlready.
    """
    order = session.execute(
        text("SELECT order_id FROM sales_order_line WHERE id = :line"), {"line": line}
    ).scalar_one_or_none()
    if order is None:
        raise NotFound(what="order line", value=line)
    return _release(session, actor, order, line)


def _release(session: Session, actor: Actor, order: int, line: int | None) -> Released:
    actor.require("release", Group.SALES, Group.FLOOR)
    rows = [
        row
        for row in session.execute(
            text("SELECT * FROM lock_allocations(:ids)"), {"ids": [order]}
        ).all()
        if line is None or row.line_id == line
    ]
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
            if row.location_kind not in DONE_MOVING or row.carton_id is not None
        ]
    )
    session.execute(
        text("SELECT FROM lock_stock(:items, CAST(:lots AS bigint[]), :places)"),
        {
            "items": [row.item_id for row in rows],
            "lots": [row.lot_id for row in rows],
            "places": [row.location_id for row in rows],
        },
    )
    session.execute(
        text("DELETE FROM allocation WHERE id = ANY (:ids)"), {"ids": [row.id for row in rows]}
    )
    return Released(
        sum((row.quantity for row in rows), Decimal(0)),
        changed(Kind.ORDER, order) | changed(Kind.STOCK, {row.item_id for row in rows}),
    )


def insert_promise(session: Session, reserve: Reserve) -> int:
    """One promise, its id: for goods promised and moved in the same breath."""
    statement = insert(Allocation).returning(Allocation.id)
    values = {
        "order_line_id": reserve.line_id,
        "item_id": reserve.item_id,
        "lot_id": reserve.lot_id,
        "location_id": reserve.location_id,
        "quantity": reserve.quantity,
    }
    return session.execute(statement, [values]).scalar_one()
