"""The life of an order: confirm, hold, cancel, reopen. Closing is the database's."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import Kind, OrderLineRef, OrderRef
from app.core.messages import N_, plain
from app.core.quantity import check_quantity
from app.models.orders import SalesOrder
from app.operations.orders.amounts import refresh_totals
from app.operations.orders.notes import leave_note
from app.operations.orders.order import OrderChanged, locked_head, locked_order, order_of_line
from app.operations.orders.prices import follow_less
from app.operations.orders.refusals import (
    BelowDelivered,
    GoodsPromised,
    NothingOrdered,
    NotOnHold,
    ProspectCannotOrder,
)
from app.queries.pricing.differences import stored_prices
from app.rules.orders import OrderState


class NoReason(BusinessError):
    """Something that must be explained was not."""

    about = ("reason",)
    sentence = N_("Say why order {order} is to be {verb}: give a reason.")


def confirm_order(session: Session, actor: Actor, *, order: OrderRef) -> OrderChanged:
    """Confirm a draft: from now on it counts as demand and may be allocated.

    Each line's over-pack tolerance is fixed here: the smaller of the item's and the customer's.
    Raises: NothingOrdered, ProspectCannotOrder, WrongState, NotPermitted.
    """
    actor.require("confirm_order", Group.SALES)
    head, lines = locked_order(session, order, "confirm", (OrderState.DRAFT,))
    if not lines:
        raise NothingOrdered(order=head.number)
    # One statement: tolerances, the state and the check of the customer belong together.
    row = session.execute(
        text("""
            WITH tolerances AS (
              UPDATE sales_order_line l
                 SET tolerance = round(l.ordered * least(i.over_pack_tolerance,
                       coalesce(c.over_pack_tolerance, i.over_pack_tolerance)) / 100,
                       i.quantity_decimals::int)
                FROM item i, sales_order o, customer c
               WHERE l.order_id = :order AND o.id = l.order_id AND c.id = o.customer_id
                 AND i.id = l.item_id AND i.over_pack_tolerance > 0)
            UPDATE sales_order o SET state = 'confirmed', version = o.version + 1
              FROM customer c
             WHERE o.id = :order AND c.id = o.customer_id AND c.kind = 'customer'
            RETURNING o.total_amount"""),
        {"order": order},
    ).one_or_none()
    if row is None:
        name = session.execute(
            text("SELECT name FROM customer WHERE id = :id"), {"id": head.customer_id}
        ).scalar_one()
        raise ProspectCannotOrder(customer=name)
    return OrderChanged(
        order,
        head.number,
        row.total_amount,
        changed(Kind.ORDER, order),
        tuple(line.line_id for line in lines),
    )


def cancel_order(session: Session, actor: Actor, *, order: OrderRef, reason: str) -> OrderChanged:
    """Cancel what is still open; what was packed stays history.

    What is left of an order with deliveries is priced by what is wanted of it now.
    An order with deliveries is not cancelled but closed by the database once they are invoiced.
    Raises: GoodsPromised (release first), NoReason, WrongState.
    """
    actor.require("cancel_order", Group.SALES)
    head, lines = locked_order(session, order, "cancel", (OrderState.DRAFT, OrderState.CONFIRMED))
    if not reason.strip():
        raise NoReason(order=head.number, verb="cancelled")
    raise_all(
        [
            GoodsPromised(
                order=head.number,
                line=line.line_no,
                allocated=line.allocated,
                where=line.item_number,
            )
            for line in lines
            if line.allocated > 0
        ]
    )
    delivered = any(
        line.packed - line.returned + line.drop_ordered + line.performed > 0 for line in lines
    )
    # The state first: with nothing open and nothing delivered the database would close it.
    values: dict[str, object] = {"cancel_reason": reason.strip()}
    if not delivered:
        values["state"] = OrderState.CANCELLED
    session.execute(
        update(SalesOrder)
        .where(SalesOrder.id == order)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        text("""
            UPDATE sales_order_line l SET cancelled = l.cancelled + l.open
             WHERE l.order_id = :order AND l.open > 0"""),
        {"order": order},
    )
    leave_note(session, actor, order, reason.strip())
    if not delivered:
        result = refresh_totals(session, order)
        return OrderChanged(order, head.number, result.total, changed(Kind.ORDER, order))
    return _priced_as_wanted(session, order, head.number)


def cancel_line(
    session: Session,
    actor: Actor,
    *,
    line: OrderLineRef,
    reason: str,
    quantity: Decimal | None = None,
) -> OrderChanged:
    """Cancel a line's open rest, or so much of it (base unit).

    Steps are judged on what is wanted, so a rest that nobody wants any more may re-price what is
    left, as `repriced` tells; only what was cancelled because it came back still counts.
    Raises: GoodsPromised, BelowDelivered, NoReason, WrongState, QuantityTooFine and its kin.
    """
    actor.require("cancel_line", Group.SALES)
    order = order_of_line(session, line)
    head, lines = locked_order(session, order, "cancel a line")
    now = next(each for each in lines if each.line_id == line)
    if not reason.strip():
        raise NoReason(order=head.number, verb="cancelled in part")
    size = now.open
    if quantity is not None:
        size = check_quantity(now.item_number, quantity, now.quantity_decimals)
    if size > now.open:
        raise BelowDelivered(
            line=now.line_no, delivered=now.wanted - now.open, quantity=now.wanted - size
        )
    if size > now.open - now.allocated:
        raise GoodsPromised(
            order=head.number, line=now.line_no, allocated=now.allocated, where=now.item_number
        )
    session.execute(
        text("UPDATE sales_order_line SET cancelled = cancelled + :size WHERE id = :line"),
        {"size": size, "line": line},
    )
    leave_note(session, actor, order, f"{plain(size)} {now.item_number}: {reason.strip()}")
    return _priced_as_wanted(session, order, head.number, (line,))


def _priced_as_wanted(
    session: Session, order: int, number: str, lines: tuple[int, ...] = ()
) -> OrderChanged:
    """Less is wanted: re-price what rests on another rule by it, and reckon the order anew."""
    header = session.execute(select(SalesOrder).where(SalesOrder.id == order)).scalar_one()
    less = [each for each in stored_prices(session, order) if not lines or each.id in lines]
    found, repriced = follow_less(session, header, less)
    result = refresh_totals(session, order, found)
    return OrderChanged(order, number, result.total, changed(Kind.ORDER, order), lines, repriced)


def reopen_order(session: Session, actor: Actor, *, order: OrderRef) -> OrderChanged:
    """Bring a cancelled order back as a draft; what the cancellation took is wanted again."""
    actor.require("reopen_order", Group.SALES)
    head = locked_head(session, order, "reopen", (OrderState.CANCELLED,))
    session.execute(
        text("UPDATE sales_order_line SET cancelled = 0 WHERE order_id = :order"),
        {"order": order},
    )
    session.execute(
        update(SalesOrder)
        .where(SalesOrder.id == order)
        .values(state=OrderState.DRAFT, cancel_reason="")
        .execution_options(synchronize_session=False)
    )
    result = refresh_totals(session, order)
    return OrderChanged(order, head.number, result.total, changed(Kind.ORDER, order))


def hold_order(
    session: Session, actor: Actor, *, order: OrderRef, code: str, reason: str
) -> OrderChanged:
    """Put an order on hold; the code says which steps stop.

    Another hold in its place may stop less: only a manager sets it. Raises: NoReason, NotFound.
    """
    actor.require("hold_order", Group.SALES, Group.ACCOUNTING)
    head = locked_head(session, order, "hold")
    if not reason.strip():
        raise NoReason(order=head.number, verb="held")
    if head.hold_code not in (None, code):
        actor.require("release_hold", Group.MANAGER)
    known = session.execute(
        text("SELECT name FROM hold_code WHERE code = :code"), {"code": code}
    ).scalar_one_or_none()
    if known is None:
        raise NotFound(what="hold code", value=code)
    leave_note(session, actor, order, f"{known}, {reason.strip()}")
    return _set_hold(session, order, head.number, code, reason.strip())


def release_hold(session: Session, actor: Actor, *, order: OrderRef, reason: str) -> OrderChanged:
    """Release a hold; only a manager may, with a reason. Raises: NotOnHold, NoReason."""
    actor.require("release_hold", Group.MANAGER)
    head = locked_head(session, order, "release")
    if head.hold_code is None:
        raise NotOnHold(order=head.number)
    if not reason.strip():
        raise NoReason(order=head.number, verb="released")
    leave_note(session, actor, order, reason.strip())
    return _set_hold(session, order, head.number, None, reason.strip())


def _set_hold(
    session: Session, order: int, number: str, code: str | None, reason: str
) -> OrderChanged:
    total = session.execute(
        update(SalesOrder)
        .where(SalesOrder.id == order)
        .values(hold_code=code, hold_reason=reason, version=SalesOrder.version + 1)
        .returning(SalesOrder.total_amount)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return OrderChanged(order, number, total, changed(Kind.ORDER, order))
