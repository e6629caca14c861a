"""What every verb on an order that is there shares: the order locked, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.changes import Changes
from app.core.errors import NotFound
from app.models.orders import SalesOrderLine
from app.operations.orders.refusals import WrongState
from app.queries.pricing import PriceDifference
from app.rules.orders import OrderState

CHANGEABLE = (OrderState.DRAFT, OrderState.CONFIRMED, OrderState.CLOSED)
"""A closed order opens again by itself when more is wanted of it."""


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """What the order comes to now, and which lines cost something else by it."""

    order_id: int
    number: str
    total: Decimal
    changes: Changes
    line_ids: tuple[int, ...] = ()
    repriced: tuple[PriceDifference, ...] = ()


def locked_order(
    session: Session, order_id: int, verb: str, needed: Sequence[OrderState] = CHANGEABLE
) -> tuple[Any, list[Any]]:
    """Lock an order and its lines; its facts (of the first row) and its lines as they are now.

    Raises: NotFound, WrongState.
    """
    rows = session.execute(text("SELECT * FROM lock_orders(:ids)"), {"ids": [order_id]}).all()
    return _checked(rows, order_id, verb, needed), [row for row in rows if row.line_id is not None]


def locked_head(
    session: Session, order_id: int, verb: str, needed: Sequence[OrderState] = CHANGEABLE
) -> Any:
    """Lock an order and its lines, as `locked_order`, for whom its facts are enough.

    `last_line` is the highest number of a line, 0 without one. Raises: NotFound, WrongState.
    """
    rows = session.execute(_HEAD, {"ids": [order_id]}).all()
    return _checked(rows, order_id, verb, needed)


_HEAD = text("""
    SELECT l.order_id, l.number, l.state, l.hold_code,
           max(coalesce(l.line_no, 0)) OVER () AS last_line
      FROM lock_orders(:ids) l LIMIT 1
""")


def _checked(rows: Sequence[Any], order_id: int, verb: str, needed: Sequence[OrderState]) -> Any:
    if not rows:
        raise NotFound(what="order", value=order_id)
    if rows[0].state not in needed:
        raise WrongState(
            order=rows[0].number,
            state=rows[0].state,
            verb=verb,
            needed=" or ".join(each.value for each in needed),
        )
    return rows[0]


def order_of_line(session: Session, line_id: int) -> int:
    """The order a line is on. Raises: NotFound."""
    found = session.execute(
        select(SalesOrderLine.order_id).where(SalesOrderLine.id == line_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(what="order line", value=line_id)
    return found
