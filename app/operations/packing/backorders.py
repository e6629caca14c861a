"""What happens to the open rest of an order when a shipment of it is packed.

*keep* leaves it open; *cancel* cancels it in the same transaction, but for what is drop-shipped
and what already left its bin; *ask* puts the order on the list of questions
(`queries.packing.backorders_to_ask`).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.messages import plain
from app.operations.orders.amounts import refresh_totals
from app.operations.orders.notes import leave_note
from app.operations.packing.bench import BenchOrder, Promise
from app.rules.stock import IN_BINS


def to_be_released(order: BenchOrder) -> list[Promise]:
    """The promises that cancelling the rest gives back: goods that still lie in their bins."""
    if order.backorder_policy != "cancel":
        return []
    return [each for each in order.promises if not each.is_boxed and each.kind in IN_BINS]


def act_on_rest(session: Session, actor: Actor, order: BenchOrder, shipment: str) -> None:
    """Cancel the open rest when the order's policy says so.

    The stock of `to_be_released` is locked already; the goods of the shipment have left.
    """
    if order.backorder_policy == "cancel":
        released = [each.id for each in to_be_released(order)]
        cancel_rest(session, actor, order.id, released, shipment)


def cancel_rest(
    session: Session, actor: Actor, order: int, release: Sequence[int], shipment: str
) -> None:
    """Give these promises back, cancel what no goods are promised for, and leave a note.

    The stock of the promises is locked already.
    """
    if release:
        session.execute(
            text("DELETE FROM allocation WHERE id = ANY (:ids)"), {"ids": list(release)}
        )
    rest = session.execute(
        text("""
            WITH rest AS (
              SELECT l.id, i.number, l.backordered FROM sales_order_line l
                JOIN item i ON i.id = l.item_id
               WHERE l.order_id = :order AND l.fulfilment = 'stock' AND l.backordered > 0),
            less AS (
              UPDATE sales_order_line l SET cancelled = l.cancelled + r.backordered
                FROM rest r WHERE r.id = l.id)
            SELECT number, backordered FROM rest ORDER BY id"""),
        {"order": order},
    ).all()
    if not rest:
        return
    refresh_totals(session, order)
    cancelled = ", ".join(f"{plain(row.backordered)} {row.number}" for row in rest)
    leave_note(session, actor, order, f"Rest cancelled when {shipment} was packed: {cancelled}")
