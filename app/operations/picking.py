"""Picking: the stored list, and goods going from bin to cart, lane, bench or truck."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind, LocationRef, OrderRef, PicklistLineRef, PicklistRef
from app.core.messages import N_
from app.models.picking import Picklist, PicklistLine
from app.models.printing import PrintJob
from app.operations.floor import (
    Moved,
    NothingToMove,
    Place,
    check_holds,
    move_promised,
    order_number,
    place,
    promised,
)
from app.rules.printing import DocumentKind
from app.rules.stock import LocationKind, MoveReason

IN_BINS = ("storage", "counter", "receiving")
TARGETS = (
    LocationKind.CART,
    LocationKind.STAGING,
    LocationKind.PACKING,
    LocationKind.TRUCK,
)


class StaleCode(BusinessError):
    """A picklist line that is no longer to be picked."""

    sentence = N_(
        "This line of picklist {picklist} is {state} ({reason}). "
        "Print the list again to see what is still to be picked."
    )


class PickTooMuch(BusinessError):
    """More than the line asks for."""

    sentence = N_("Only {open} of {item} are left to pick here, not {quantity}.")


class PickTooLittle(BusinessError):
    """A pick of nothing."""

    sentence = N_("Pick more than 0, or say the line is short.")


class NowhereToGo(BusinessError):
    """No target was given and the order has none."""

    sentence = N_("Say where the goods of order {order} go: a cart, lane, bench or truck.")


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
        queue_print(session, actor, DocumentKind.PICK_LIST, [made.id])
    return PicklistMade(
        made.id,
        made.number,
        len(wanted),
        changed(Kind.PICKLIST, made.id) | changed(Kind.ORDER, orders),
    )


def queue_print(
    session: Session, actor: Actor, document: DocumentKind, subjects: list[int]
) -> None:
    """Queue paper in the transaction that causes it; it is printed after the commit."""
    session.execute(
        insert(PrintJob),
        [
            {
                "document": document,
                "subject_id": subject,
                "station": actor.station,
                "operator": actor.operator,
            }
            for subject in subjects
        ],
    )


def pick_order(
    session: Session, actor: Actor, *, order: OrderRef, to: LocationRef | None = None
) -> Moved:
    """Pick everything promised to an order that still lies in bins: to its lane, or to a place.

    Open picklist lines for it are picked too. Raises: NothingToMove, NowhereToGo, WrongPlace.
    """
    actor.require("pick_order", Group.FLOOR)
    rows = promised(session, [order])
    check_holds(session, rows, "picking")
    mine = [row for row in rows if row.location_kind in IN_BINS and row.carton_id is None]
    if not mine:
        raise NothingToMove(
            order=order_number(session, order), verb="pick", hint="Allocate it first."
        )
    target = _target(session, mine[0], to)
    session.execute(
        text("""
            UPDATE picklist_line k SET picked = k.quantity, state = 'picked'
              FROM sales_order_line l
             WHERE l.id = k.order_line_id AND l.order_id = :order AND k.state = 'open'"""),
        {"order": order},
    )
    return move_promised(session, mine, target, MoveReason.PICK)


def _target(session: Session, row: Any, to: int | None) -> Place:
    location = to if to is not None else row.lane_id
    if location is None:
        raise NowhereToGo(order=row.order_number)
    return place(session, location, *TARGETS)


def _locked_line(session: Session, line: int) -> Any:
    found = session.execute(
        text("""
            SELECT k.picklist_id, p.number, l.order_id, i.number AS item
              FROM picklist_line k JOIN picklist p ON p.id = k.picklist_id
              JOIN sales_order_line l ON l.id = k.order_line_id
              JOIN item i ON i.id = k.item_id WHERE k.id = :line"""),
        {"line": line},
    ).one_or_none()
    if found is None:
        raise NotFound(what="picklist line", value=line)
    lines = session.execute(
        text("SELECT * FROM lock_picklists(:ids)"), {"ids": [found.picklist_id]}
    ).all()
    now = next(each for each in lines if each.id == line)
    if now.state != "open":
        raise StaleCode(
            picklist=found.number, state=now.state, reason=now.reason or "picked already"
        )
    return found, now, sum(1 for each in lines if each.state == "open")


def pick_line(
    session: Session,
    actor: Actor,
    *,
    line: PicklistLineRef,
    quantity: Decimal | None = None,
    to: LocationRef | None = None,
) -> Moved:
    """Pick one line of a list (all of it, or so much): from its bin to the lane or a place.

    Raises: StaleCode, PickTooMuch, PickTooLittle, StoppedByHold, WrongPlace.
    """
    actor.require("pick_line", Group.FLOOR)
    found, now, still_open = _locked_line(session, line)
    size = now.quantity - now.picked if quantity is None else quantity
    if size > now.quantity - now.picked:
        raise PickTooMuch(item=found.item, open=now.quantity - now.picked, quantity=size)
    if size <= 0:
        raise PickTooLittle()
    rows = [
        row
        for row in promised(session, [found.order_id])
        if row.line_id == now.order_line_id
        and row.location_id == now.location_id
        and row.lot_id == now.lot_id
        and row.carton_id is None
    ]
    check_holds(session, rows, "picking")
    target = _target(session, rows[0], to)
    done = now.picked + size == now.quantity
    session.execute(
        text("UPDATE picklist_line SET picked = picked + :size, state = :state WHERE id = :line"),
        {"size": size, "state": "picked" if done else "open", "line": line},
    )
    if done and still_open == 1:
        _close_list(session, now.picklist_id)
    moved = move_promised(session, rows, target, MoveReason.PICK, quantity_of=lambda _: size)
    return Moved(
        moved.quantity,
        moved.place,
        moved.orders,
        moved.changes | changed(Kind.PICKLIST, now.picklist_id),
    )


def _close_list(session: Session, picklist: int) -> None:
    session.execute(text("UPDATE picklist SET state = 'done' WHERE id = :id"), {"id": picklist})


def pick_all(
    session: Session, actor: Actor, *, picklist: PicklistRef, to: LocationRef | None = None
) -> Moved:
    """Pick every open line of a list in one go, for who picks by paper and confirms at the end."""
    actor.require("pick_all", Group.FLOOR)
    lines = [
        row
        for row in session.execute(
            text("SELECT * FROM lock_picklists(:ids)"), {"ids": [picklist]}
        ).all()
        if row.state == "open"
    ]
    if not lines:
        raise NothingToMove(order="on this list", verb="pick", hint="Every line of it is done.")
    orders = session.execute(
        text("SELECT DISTINCT order_id FROM sales_order_line WHERE id = ANY (:ids)"),
        {"ids": [line.order_line_id for line in lines]},
    ).scalars()
    wanted = {
        (line.order_line_id, line.location_id, line.lot_id): line.quantity - line.picked
        for line in lines
    }
    rows = [
        row
        for row in promised(session, list(orders))
        if (row.line_id, row.location_id, row.lot_id) in wanted and row.carton_id is None
    ]
    check_holds(session, rows, "picking")
    target = _target(session, rows[0], to)
    session.execute(
        text("UPDATE picklist_line SET picked = quantity, state = 'picked' WHERE id = ANY (:ids)"),
        {"ids": [line.id for line in lines]},
    )
    _close_list(session, picklist)
    moved = move_promised(
        session,
        rows,
        target,
        MoveReason.PICK,
        quantity_of=lambda row: wanted[row.line_id, row.location_id, row.lot_id],
    )
    return Moved(
        moved.quantity,
        moved.place,
        moved.orders,
        moved.changes | changed(Kind.PICKLIST, picklist),
    )


@dataclass(frozen=True, slots=True)
class PickedShort:
    """What was not there, and what happens to it."""

    missing: Decimal
    redirected: Decimal
    changes: Changes


def short_pick(
    session: Session, actor: Actor, *, line: PicklistLineRef, found: Decimal, reason: str
) -> PickedShort:
    """The bin holds less than the list says: pick what is there (0 is valid) and say why.

    The rest is released from that bin, so the line is short again and can be allocated from
    another one. Raises: StaleCode, PickTooMuch, StoppedByHold.
    """
    actor.require("short_pick", Group.FLOOR)
    about, now, still_open = _locked_line(session, line)
    left = now.quantity - now.picked
    if found >= left or found < 0:
        raise PickTooMuch(item=about.item, open=left, quantity=found)
    rows = [
        row
        for row in promised(session, [about.order_id])
        if row.line_id == now.order_line_id
        and row.location_id == now.location_id
        and row.lot_id == now.lot_id
        and row.carton_id is None
    ]
    check_holds(session, rows, "picking")
    target = _target(session, rows[0], None)
    session.execute(
        text("""UPDATE picklist_line SET picked = picked + :found, state = 'short',
                  reason = :reason WHERE id = :line"""),
        {"found": found, "reason": reason.strip() or "short", "line": line},
    )
    if still_open == 1:
        _close_list(session, now.picklist_id)
    changes = changed(Kind.ORDER, about.order_id) | changed(Kind.PICKLIST, now.picklist_id)
    if found > 0:
        moved = move_promised(session, rows, target, MoveReason.PICK, quantity_of=lambda _: found)
        changes |= moved.changes
    missing = left - found
    session.execute(
        text("""
            WITH gone AS (DELETE FROM allocation
                           WHERE order_line_id = :line AND location_id = :place
                             AND lot_id IS NOT DISTINCT FROM CAST(:lot AS bigint)
                             AND carton_id IS NULL AND quantity <= :missing RETURNING 1)
            UPDATE allocation SET quantity = quantity - :missing
             WHERE order_line_id = :line AND location_id = :place
               AND lot_id IS NOT DISTINCT FROM CAST(:lot AS bigint) AND carton_id IS NULL
               AND quantity > :missing"""),
        {
            "line": now.order_line_id,
            "place": now.location_id,
            "lot": now.lot_id,
            "missing": missing,
        },
    )
    return PickedShort(missing, Decimal(0), changes | changed(Kind.STOCK, now.item_id))
