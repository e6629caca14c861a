"""Sharing out what is free: to an order, to a selection, to a wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import Kind, OrderRef
from app.operations.allocation.promises import promise
from app.operations.allocation.refusals import NotEnoughStock, NothingToAllocate, NothingWaits
from app.operations.orders.refusals import OnHold, WrongState
from app.queries.allocation import orders_in_wave
from app.rules.orders import Fulfilment, OrderState
from app.rules.stock import Available, Demand, Reserve, plan_allocation


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
    """Promise goods to several orders together; who stands first in the order given goes first.

    The statements do not grow with lines. Raises: as `allocate_order`; orders that cannot be
    allocated are refused together.
    """
    actor.require("allocate_order", Group.SALES)
    if not orders:
        raise NothingWaits()
    rows = _lock(session, orders)
    _check_may_allocate(session, rows, orders)
    return _share_out(session, rows, orders, all_or_nothing=all_or_nothing)


def allocate_wave(
    session: Session, actor: Actor, *, filter: str = "", ship_complete_only: bool = False
) -> Allocated:
    """Promise what is free to every order that can use it: priority, requested, order date.

    `filter` is the beginning of an order number or of a customer's name, as in the list. Orders
    that left the wave while it began (held, cancelled) are passed over. At most 5,000 orders
    at a time. Raises: NothingWaits.
    """
    actor.require("allocate_wave", Group.SALES)
    wave = orders_in_wave(session, filter=filter, ship_complete_only=ship_complete_only)
    if not wave:
        raise NothingWaits()
    rows = _lock(session, wave)
    stopped = _stopped_codes(session, rows)
    ready = [
        row for row in rows if row.state == OrderState.CONFIRMED and row.hold_code not in stopped
    ]
    if not any(_is_waiting(row) for row in ready):
        raise NothingWaits()
    return _share_out(session, ready, wave, all_or_nothing=False)


def _is_waiting(row: Any) -> bool:
    return bool(row.line_id and row.backordered > 0 and row.fulfilment == Fulfilment.STOCK)


def _share_out(
    session: Session, rows: Sequence[Any], orders: Sequence[int], *, all_or_nothing: bool
) -> Allocated:
    """Plan and promise what locked lines want, in the order of `orders`."""
    rank = {order: index for index, order in enumerate(orders)}
    waiting = sorted(
        (row for row in rows if _is_waiting(row)),
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
    promise(session, reserves)
    return Allocated(
        sum((each.quantity for each in reserves), Decimal(0)),
        len({each.line_id for each in reserves}),
        tuple(short),
        changed(Kind.ORDER, {row.order_id for row in rows})
        | changed(Kind.STOCK, {row.item_id for row in waiting}),
    )


def _lock(session: Session, orders: Sequence[int]) -> list[Any]:
    rows = session.execute(
        text("SELECT * FROM lock_orders(:ids)"), {"ids": sorted(set(orders))}
    ).all()
    missing = set(orders) - {row.order_id for row in rows}
    if missing:
        raise NotFound(what="order", value=min(missing))
    return list(rows)


def _stopped_codes(session: Session, rows: Sequence[Any]) -> set[str]:
    """The hold codes among these orders that stop allocation. One read, only if any is held."""
    held = sorted({row.hold_code for row in rows if row.hold_code})
    if not held:
        return set()
    codes = session.execute(
        text("SELECT code FROM hold_code WHERE stops_allocation AND code = ANY (:codes)"),
        {"codes": held},
    )
    return set(codes.scalars())


def _check_may_allocate(session: Session, rows: Sequence[Any], orders: Sequence[int]) -> None:
    problems: list[BusinessError] = []
    stopped = _stopped_codes(session, rows)
    for order in orders:
        head = next(row for row in rows if row.order_id == order)
        if head.state != OrderState.CONFIRMED:
            problems.append(
                WrongState(order=head.number, state=head.state, verb="allocate", needed="confirmed")
            )
        elif head.hold_code in stopped:
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
