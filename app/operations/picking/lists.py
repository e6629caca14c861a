"""The stored list of what is to be fetched, from where, in walk order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.ids import Kind, OrderRef
from app.models.picking import Picklist, PicklistLine
from app.operations.floor import (
    NothingToMove,
    check_holds,
    order_number,
    promised,
)
from app.operations.picking.refusals import NothingToList
from app.operations.printing import queue_print
from app.rules.printing import DocumentKind
from app.rules.stock import IN_BINS


@dataclass(frozen=True, slots=True)
class PicklistMade:
    """The new list and how many bins it visits."""

    picklist_id: int
    number: str
    lines: int
    changes: Changes


def make_picklist(
    session: Session, actor: Actor, *, orders: tuple[OrderRef, ...], print_it: bool = True
) -> PicklistMade:
    """Store what is to be fetched for orders and from where, in walk order, and print it.

    Goods already on an open list are not listed twice. Raises: NothingToMove, StoppedByHold.
    """
    actor.require("make_picklist", Group.FLOOR, Group.SALES)
    if not orders:
        raise NothingToList()
    rows = promised(session, orders)
    check_holds(session, rows, "picking")
    listed = {
        (row.order_line_id, row.location_id, row.lot_id): row.quantity
        for row in session.execute(
            text("""
                SELECT k.order_line_id, k.location_id, k.lot_id, sum(k.quantity - k.picked)
                         AS quantity
                  FROM picklist_line k JOIN sales_order_line l ON l.id = k.order_line_id
                 WHERE k.state = 'open' AND l.order_id = ANY (:orders) GROUP BY 1, 2, 3"""),
            {"orders": list(orders)},
        )
    }
    wanted = []
    for row in rows:
        rest = row.quantity - listed.get((row.line_id, row.location_id, row.lot_id), 0)
        if row.location_kind in IN_BINS and rest > 0:
            wanted.append((row, rest))
    if not wanted:
        raise NothingToMove(
            order=order_number(session, orders[0]),
            verb="pick",
            hint="Allocate it first, or look at its open picklist.",
        )
    made = session.execute(
        insert(Picklist).returning(Picklist.id, Picklist.number),
        [{"warehouse_id": wanted[0][0].warehouse_id, "created_by": actor.operator}],
    ).one()
    session.execute(
        insert(PicklistLine),
        [
            {
                "picklist_id": made.id,
                "sequence": sequence,
                "order_line_id": row.line_id,
                "item_id": row.item_id,
                "lot_id": row.lot_id,
                "location_id": row.location_id,
                "quantity": quantity,
            }
            for sequence, (row, quantity) in enumerate(wanted, start=1)
        ],
    )
    if print_it:
        queue_print(session, actor, [(DocumentKind.PICK_LIST, made.id)])
    return PicklistMade(
        made.id,
        made.number,
        len(wanted),
        changed(Kind.PICKLIST, made.id) | changed(Kind.ORDER, orders),
    )
