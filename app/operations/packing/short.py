"""Short at the bench: the rest of a line is not there to be boxed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import Kind, OrderLineRef
from app.core.messages import plain
from app.operations.orders.notes import leave_note
from app.operations.packing.bench import ZERO, locked_cartons, order_at_bench
from app.operations.packing.refusals import NothingShort
from app.operations.stock import ToCount, lock_stock, queue_counts
from app.rules.stock import IN_BINS


@dataclass(frozen=True, slots=True)
class SaidShort:
    """What stays open of the line, and what of its promises was given back."""

    missing: Decimal
    released: Decimal
    changes: Changes


def say_short(session: Session, actor: Actor, *, line: OrderLineRef, reason: str = "") -> SaidShort:
    """The rest of a line cannot be boxed: its promises in bins are given back, it stays open.

    Goods in lanes and on carts stay the order's. The order's notes say who missed what, and
    the bins are put among those to be counted.
    Raises: NotFound, NothingShort, OrderNotToBox, StoppedByHold.
    """
    actor.require("say_short", Group.FLOOR)
    order = session.execute(
        text("SELECT order_id FROM sales_order_line WHERE id = :line"), {"line": line}
    ).scalar_one_or_none()
    if order is None:
        raise NotFound(what="order line", value=line)
    locked_cartons(session, order)
    now = order_at_bench(session, order)
    mine = next((each for each in now.lines if each.id == line), None)
    if mine is None or mine.room <= 0:
        raise NothingShort(order=now.number)
    back = [
        each
        for each in now.promises
        if each.line_id == line and not each.is_boxed and each.kind in IN_BINS
    ]
    if back:
        lock_stock(session, [(each.item_id, each.lot_id, each.location_id) for each in back])
        session.execute(
            text("DELETE FROM allocation WHERE id = ANY (:ids)"),
            {"ids": [each.id for each in back]},
        )
    counts = queue_counts(
        session,
        actor,
        [ToCount(mine.item_id, each.lot_id, each.location_id) for each in back],
        f"short at packing of {now.number}",
    )
    note = f"Short at packing: {plain(mine.room)} {mine.item}"
    words = f"{note} ({reason.strip()})" if reason.strip() else note
    leave_note(session, actor, order, words)
    return SaidShort(
        mine.room,
        sum((each.quantity for each in back), ZERO),
        changed(Kind.ORDER, order)
        | changed(Kind.STOCK, mine.item_id)
        | changed(Kind.COUNT, counts),
    )
