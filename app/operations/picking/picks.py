"""Goods going from their bin to a cart, lane, bench or truck."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.errors import NotFound
from app.core.ids import Kind, LocationRef, OrderRef, PicklistLineRef, PicklistRef
from app.core.quantity import check_quantity
from app.operations.floor import (
    Moved,
    NothingToMove,
    Place,
    all_promised,
    check_holds,
    check_lots,
    move_promised,
    order_number,
    place,
    promised,
)
from app.operations.picking.refusals import (
    ListDone,
    NowhereToGo,
    PickTooLittle,
    PickTooMuch,
    StaleCode,
)
from app.rules.stock import IN_BINS, LocationKind, MoveReason

TARGETS = (
    LocationKind.CART,
    LocationKind.STAGING,
    LocationKind.PACKING,
    LocationKind.TRUCK,
)


def pick_order(
    session: Session, actor: Actor, *, order: OrderRef, to: LocationRef | None = None
) -> Moved:
    """Pick everything promised to an order that still lies in bins: to its lane, or to a place.

    Open picklist lines for it are picked too. Raises: NothingToMove, StoppedByHold,
    LotBlocked, LotExpired, NowhereToGo, WrongPlace.
    """
    actor.require("pick_order", Group.FLOOR)
    rows = all_promised(session, [order])
    check_holds(session, rows, "picking")
    mine = [row for row in rows if row.location_kind in IN_BINS and row.carton_id is None]
    if not mine:
        raise NothingToMove(
            order=order_number(session, order), verb="pick", hint="Allocate it first."
        )
    check_lots(session, mine)
    target = target_of(session, mine[0], to)
    lists = session.execute(
        text("""
            WITH done AS (
                UPDATE picklist_line k SET picked = k.quantity, state = 'picked'
                  FROM sales_order_line l
                 WHERE l.id = k.order_line_id AND l.order_id = :order AND k.state = 'open'
                RETURNING k.picklist_id),
            finished AS (
                UPDATE picklist p SET state = 'done'
                 WHERE p.id IN (SELECT picklist_id FROM done) AND p.state = 'open'
                   AND NOT EXISTS (
                     SELECT FROM picklist_line k JOIN sales_order_line l ON l.id = k.order_line_id
                      WHERE k.picklist_id = p.id AND k.state = 'open' AND l.order_id <> :order))
            SELECT DISTINCT picklist_id FROM done"""),
        {"order": order},
    ).scalars()
    listed = changed(Kind.PICKLIST, lists)
    moved = move_promised(session, mine, target, MoveReason.PICK)
    return replace(moved, changes=moved.changes | listed)


def target_of(session: Session, row: Any, to: int | None) -> Place:
    """The place that was said, or else the lane of the order. Raises: NowhereToGo, WrongPlace."""
    location = to if to is not None else row.lane_id
    if location is None:
        raise NowhereToGo(order=row.order_number)
    return place(session, location, *TARGETS)


def locked_line(session: Session, line: int) -> Any:
    """What a picklist line is about, the line as it is with its list locked, how many are open.

    Raises: NotFound, StaleCode.
    """
    found = session.execute(
        text("""
            SELECT k.picklist_id, p.number, l.order_id, i.number AS item,
                   i.quantity_decimals AS decimals
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

    Raises: StaleCode, PickTooMuch, PickTooLittle, StoppedByHold, LotBlocked, LotExpired,
    WrongPlace.
    """
    actor.require("pick_line", Group.FLOOR)
    found, now, still_open = locked_line(session, line)
    size = now.quantity - now.picked if quantity is None else quantity
    if size > now.quantity - now.picked:
        raise PickTooMuch(item=found.item, open=now.quantity - now.picked, quantity=size)
    if size <= 0:
        raise PickTooLittle()
    check_quantity(found.item, size, found.decimals)
    rows = behind(session, found, now)
    check_holds(session, rows, "picking")
    check_lots(session, rows)
    target = target_of(session, rows[0], to)
    done = now.picked + size == now.quantity
    session.execute(
        text("UPDATE picklist_line SET picked = picked + :size, state = :state WHERE id = :line"),
        {"size": size, "state": "picked" if done else "open", "line": line},
    )
    if done and still_open == 1:
        close_list(session, now.picklist_id)
    moved = move_promised(session, rows, target, MoveReason.PICK, quantity_of=lambda _: size)
    return replace(moved, changes=moved.changes | changed(Kind.PICKLIST, now.picklist_id))


def close_list(session: Session, picklist: int) -> None:
    """Nothing is left to pick on this list, which is locked."""
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
    number = session.execute(
        text("SELECT number FROM picklist WHERE id = :id"), {"id": picklist}
    ).scalar_one_or_none()
    if number is None:
        raise NotFound(what="picklist", value=picklist)
    if not lines:
        raise ListDone(picklist=number)
    orders = session.execute(
        text("SELECT DISTINCT order_id FROM sales_order_line WHERE id = ANY (:ids)"),
        {"ids": [line.order_line_id for line in lines]},
    ).scalars()
    wanted: dict[tuple[int, int, int | None], Decimal] = {}
    for line in lines:
        key = (line.order_line_id, line.location_id, line.lot_id)
        wanted[key] = wanted.get(key, Decimal(0)) + line.quantity - line.picked
    rows = [
        row
        for row in promised(session, list(orders))
        if (row.line_id, row.location_id, row.lot_id) in wanted and row.carton_id is None
    ]
    if len(rows) < len(wanted):
        raise StaleCode(picklist=number, state="open", reason="some of its goods are elsewhere now")
    check_holds(session, rows, "picking")
    check_lots(session, rows)
    target = target_of(session, rows[0], to)
    session.execute(
        text("UPDATE picklist_line SET picked = quantity, state = 'picked' WHERE id = ANY (:ids)"),
        {"ids": [line.id for line in lines]},
    )
    close_list(session, picklist)
    moved = move_promised(
        session,
        rows,
        target,
        MoveReason.PICK,
        quantity_of=lambda row: wanted[row.line_id, row.location_id, row.lot_id],
    )
    return replace(moved, changes=moved.changes | changed(Kind.PICKLIST, picklist))


def behind(session: Session, about: Any, now: Any) -> list[Any]:
    """The promise behind an open picklist line, its order locked. Raises: StaleCode."""
    rows = [
        row
        for row in promised(session, [about.order_id])
        if row.line_id == now.order_line_id
        and row.location_id == now.location_id
        and row.lot_id == now.lot_id
        and row.carton_id is None
    ]
    if not rows:
        raise StaleCode(picklist=about.number, state="open", reason="its goods are elsewhere now")
    return rows
