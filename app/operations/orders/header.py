"""The head of an order: what is changed there, and what that means for its prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.errors import NotFound
from app.core.ids import CustomerRef, Kind, LocationRef, OrderLineRef, OrderRef
from app.models.orders import SalesOrder
from app.operations.orders.amounts import store_totals
from app.operations.orders.context import OrderContext, order_context
from app.operations.orders.entry import NewAddress
from app.operations.orders.notes import leave_note
from app.operations.orders.order import OrderChanged, locked_head, locked_order
from app.operations.orders.prices import (
    AlreadyDelivered,
    OtherCurrency,
    PriceAnswer,
    ask_about_prices,
    take_prices,
)
from app.operations.orders.refusals import AnotherOrderLine, DateBefore
from app.operations.orders.texts import check_texts
from app.operations.records import Seen, Subject, own_changes, those_given
from app.queries.orders.document import one_line
from app.queries.orders.price_changes import order_lines, would_change
from app.queries.orders.standing import standing_order
from app.queries.pricing import DocumentPrices, PriceDifference
from app.queries.pricing.differences import prices_now
from app.rules.records import NOTE_LENGTH, check_text

_WORDS = {
    "customer": "the customer",
    "order_date": "the order date",
    "customer_po": "the customer's PO",
    "requested_date": "the requested date",
    "promised_date": "the promised date",
    "delivery_mode_id": "the delivery",
    "lane_id": "the lane",
    "ship_to": "where it goes",
    "ship_complete": "whether it goes in parts",
    "priority": "the priority",
    "comments": "the comments",
    "internal_notes": "the internal notes",
}
"""What of the head was changed, for the order's history."""


def change_order(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    seen: Seen | None = None,
    customer: CustomerRef | None = None,
    order_date: date | None = None,
    prices: PriceAnswer | None = None,
    customer_po: str | None = None,
    requested_date: date | None = None,
    promised_date: date | None = None,
    delivery_mode: str | None = None,
    lane: LocationRef | None = None,
    ship_to: NewAddress | None = None,
    ship_complete: bool | None = None,
    priority: int | None = None,
    comments: str | None = None,
    internal_notes: str | None = None,
) -> OrderChanged:
    """Change the header; only what is given changes.

    With `seen` (of the ship-to on one line) a field that somebody else gave another value
    meanwhile is refused; what only one of the two changed goes together. A new ship-to or delivery
    mode makes the labels of closed cartons stale. A new customer brings terms, delivery mode,
    contact and addresses along. Where another customer or order date means other prices, the
    before/after list is asked about once and `prices` is the answer.
    Raises: ChangedBySomeoneElse, WrongState, NotFound, PricesWouldChange, OtherCurrency,
    AlreadyDelivered, DateBefore, CustomerNotActive.
    """
    actor.require("change_order", Group.SALES)
    check_texts(
        customer_po=customer_po,
        comments=comments,
        internal_notes=internal_notes,
        **asdict(ship_to or NewAddress()),
    )
    head, lines = locked_order(session, order, "change it")
    values: dict[str, Any] = {
        "customer_po": customer_po,
        "requested_date": requested_date,
        "promised_date": promised_date,
        "lane_id": lane,
        "ship_to": ship_to.as_kept() if ship_to else None,
        "ship_complete": ship_complete,
        "priority": priority,
        "comments": comments,
        "internal_notes": internal_notes,
    }
    if delivery_mode is not None:
        values["delivery_mode_id"] = session.execute(
            text("SELECT id FROM delivery_mode WHERE code = :code"), {"code": delivery_mode}
        ).scalar_one_or_none()
        if values["delivery_mode_id"] is None:
            raise NotFound(what="delivery mode", value=delivery_mode)
    given = {name: value for name, value in values.items() if value is not None}
    row = session.execute(select(SalesOrder).where(SalesOrder.id == order)).scalar_one()
    if seen is not None:
        others = those_given(customer=customer, order_date=order_date, delivery_mode=delivery_mode)
        where = {"ship_to": one_line(given["ship_to"])} if ship_to else {}
        own = _own_changes(session, order, head.number, seen, given | others | where)
        customer, order_date = own.get("customer"), own.get("order_date")
        if "delivery_mode" not in own:
            given.pop("delivery_mode_id", None)
        given = {name: value for name, value in given.items() if name in own}
    is_new_customer = customer is not None and customer != row.customer_id
    is_new_date = order_date is not None and order_date != row.order_date
    named = given.keys() | {
        name
        for name, is_new in (("customer", is_new_customer), ("order_date", is_new_date))
        if is_new
    }
    repriced: tuple[PriceDifference, ...] = ()
    found: DocumentPrices | None = None
    if is_new_customer or is_new_date:
        context = order_context(session, customer or row.customer_id, row.warehouse_id, None)
        on = order_date or row.order_date
        requested = given.get("requested_date")
        _check_new(head, lines, row, context, on, requested, is_new_customer)
        moved = {"order_date": on, "exchange_rate": context.exchange_rate_on(session, on)}
        if is_new_customer:
            moved |= _from_customer(context)
        given = {**moved, **given}
        found, repriced = _reprice(session, head.number, row, context, on, prices)
    total = row.total_amount
    session.execute(
        update(SalesOrder)
        .where(SalesOrder.id == order)
        .values(**given, version=row.version + 1)
        .execution_options(synchronize_session=False)
    )
    # Taxes depend on customer, date and ship-to; charges on how the goods get there.
    if is_new_customer or is_new_date or {"ship_to", "delivery_mode_id"} & given.keys():
        session.expire_all()
        follows = prices not in (None, PriceAnswer.KEEP)
        stands = standing_order(session, order)
        total = store_totals(session, stands, found, follows_discount=follows).total
    if named:
        words = [words for name, words in _WORDS.items() if name in named]
        leave_note(session, actor, order, ", ".join(words))
    if {"ship_to", "delivery_mode_id", "customer_po"} & given.keys():
        session.execute(text("SELECT mark_labels_stale(:order)"), {"order": order})
    return OrderChanged(
        order,
        head.number,
        total,
        changed(Kind.ORDER, order),
        tuple(each.line_id for each in repriced),
        repriced,
    )


def _check_new(
    head: Any,
    lines: Sequence[Any],
    row: SalesOrder,
    context: OrderContext,
    on: date,
    requested: date | None,
    is_new_customer: bool,
) -> None:
    if (requested or row.requested_date) < on:
        raise DateBefore(requested=requested or row.requested_date, ordered=on)
    if not is_new_customer:
        return
    if context.currency != row.currency:
        raise OtherCurrency(
            customer=context.customer_name,
            currency=context.currency,
            order=head.number,
            ordered=row.currency,
        )
    if any(line.packed or line.performed or line.drop_ordered for line in lines):
        raise AlreadyDelivered(order=head.number)


def _from_customer(context: OrderContext) -> dict[str, Any]:
    """What a customer brings to an order."""
    return {
        "customer_id": context.customer_id,
        "terms_id": context.terms_id,
        "delivery_mode_id": context.delivery_mode_id,
        "contact": context.contact,
        "bill_to": context.bill_to,
        "ship_to": context.ship_to,
        "ship_complete": context.ship_complete,
        "backorder_policy": context.backorder_policy,
    }


def _reprice(
    session: Session,
    number: str,
    row: SalesOrder,
    context: OrderContext,
    on: date,
    prices: PriceAnswer | None,
) -> tuple[DocumentPrices | None, tuple[PriceDifference, ...]]:
    """Ask about the prices, or do as was answered. Raises: PricesWouldChange."""
    stands = standing_order(session, row.id, with_prices=True)
    stored = order_lines(stands)
    found = prices_now(session, stored, context.customer_id, on, row.currency)
    changes = would_change(stands, found)
    if changes and prices is None:
        raise ask_about_prices(number, changes)
    if prices is PriceAnswer.KEEP:
        return None, ()
    _, repriced = take_prices(
        session, stored, found, row.currency, typed_too=prices is PriceAnswer.REPRICE_TYPED_TOO
    )
    return found, repriced


_HEAD_NOW = text("""
    SELECT o.customer_id AS customer, o.order_date, o.customer_po, o.requested_date,
           o.promised_date, d.code AS delivery_mode, o.ship_to, o.ship_complete, o.priority,
           o.comments, o.internal_notes, c.name AS customer_name
      FROM sales_order o
      JOIN customer c ON c.id = o.customer_id
      LEFT JOIN delivery_mode d ON d.id = o.delivery_mode_id
     WHERE o.id = :order
""")


def _own_changes(
    session: Session, order: int, number: str, seen: Seen, wanted: dict[str, Any]
) -> dict[str, Any]:
    """Of what is sent, what the person changed.

    Raises: ChangedBySomeoneElse for the fields that two people changed to two values.
    """
    row = session.execute(_HEAD_NOW, {"order": order}).one()
    now = row._asdict() | {"ship_to": one_line(row.ship_to)}
    shown = {
        "customer": row.customer_name,
        "ship_complete": "no" if row.ship_complete else "yes",
    }
    names = _WORDS | {"delivery_mode": _WORDS["delivery_mode_id"]}
    subject = Subject(f"Order {number}", Kind.ORDER, order)
    return own_changes(session, seen, wanted, now, subject, names, shown)


def add_note(session: Session, actor: Actor, *, order: OrderRef, text: str) -> OrderChanged:
    """Leave a note on an order for colleagues; it is never printed."""
    actor.require("add_note", *Group)
    check_text("note", text, NOTE_LENGTH, required=True, lines=True)
    row = session.execute(
        select(SalesOrder.number, SalesOrder.total_amount).where(SalesOrder.id == order)
    ).one_or_none()
    if row is None:
        raise NotFound(what="order", value=order)
    leave_note(session, actor, order, text)
    return OrderChanged(order, row.number, row.total_amount, changed(Kind.ORDER, order))


def reprice_order(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    lines: tuple[OrderLineRef, ...] = (),
    typed_too: bool = False,
) -> OrderChanged:
    """Find the prices of an order anew by today's agreements, for its own date and customer.

    All lines unless some are named; typed and quoted prices only with `typed_too`. What an
    agreement says now reaches a stored line in no other way. Raises: WrongState, NotFound,
    AnotherOrderLine, NoPrice.
    """
    actor.require("reprice_order", Group.SALES)
    head = locked_head(session, order, "re-price it")
    stands = standing_order(session, order, with_prices=True)
    stored = order_lines(stands)
    strangers = set(lines) - {line.id for line in stored}
    if strangers:
        raise AnotherOrderLine(line=min(strangers), order=head.number)
    found = prices_now(session, stored, stands.customer_id, stands.order_date, stands.currency)
    given, repriced = take_prices(
        session, stored, found, stands.currency, typed_too=typed_too, only=frozenset(lines)
    )
    total = store_totals(session, stands.at_prices(given), found, follows_discount=True).total
    return OrderChanged(
        order,
        head.number,
        total,
        changed(Kind.ORDER, order),
        tuple(each.line_id for each in repriced),
        repriced,
    )
