"""Lines of an order that is there: added, changed with their typed prices, taken off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.ids import Kind, OrderLineRef, OrderRef
from app.core.messages import plain
from app.models.orders import LinePricePart, SalesOrder, SalesOrderLine
from app.operations.orders.amounts import refresh_totals
from app.operations.orders.context import order_context
from app.operations.orders.notes import how_much, leave_note, listed
from app.operations.orders.order import OrderChanged, locked_head, locked_order, order_of_line
from app.operations.orders.parts import insert_parts
from app.operations.orders.prices import LinesBeside, follow_less, follow_rules
from app.operations.orders.refusals import BelowDelivered, GoodsPromised, PriceInvoiced
from app.operations.orders.typed_lines import (
    NewLine,
    PricedLine,
    insert_lines,
    price_new_lines,
)
from app.queries.pricing import PriceDifference, TypedDiscount
from app.queries.pricing.differences import StoredPrice, stored_prices
from app.rules.orders import OrderState, PartKind
from app.rules.totals import TotalsRequest, goods_of


def add_lines(
    session: Session, actor: Actor, *, order: OrderRef, lines: tuple[NewLine, ...]
) -> OrderChanged:
    """Add lines to an order, priced like all others."""
    actor.require("add_lines", Group.SALES)
    head = locked_head(session, order, "add lines")
    row = session.execute(select(SalesOrder).where(SalesOrder.id == order)).scalar_one()
    context = order_context(session, row.customer_id, row.warehouse_id, None)
    beside = LinesBeside(session, row)
    found = price_new_lines(session, actor, context, lines, row.order_date, beside=beside.read)
    first = head.last_line + 1
    amounts = goods_of(
        TotalsRequest(row.currency, tuple(p.for_totals(i) for i, p in enumerate(found.lines)))
    )
    ids = insert_lines(session, order, first, found.lines, amounts)
    added = [
        how_much(each.typed.quantity, each.typed.unit or each.item.base_unit, each.item.number)
        for each in found.lines
    ]
    leave_note(session, actor, order, listed(added))
    repriced = beside.follow(found.document.beside)
    result = refresh_totals(session, order, found.document)
    return OrderChanged(
        order, head.number, result.total, changed(Kind.ORDER, order), tuple(ids), repriced
    )


def change_line(
    session: Session,
    actor: Actor,
    *,
    line: OrderLineRef,
    quantity: Decimal | None = None,
    unit: str | None = None,
    unit_price: Decimal | None = None,
    discount_percent: Decimal | None = None,
    drop_price: bool = False,
    drop_discount: bool = False,
    requested_date: date | None = None,
    description: str | None = None,
) -> OrderChanged:
    """Change what a line wants, its typed price or its date; only what is given changes.

    `quantity` is the wanted one, in `unit`; a typed price is for the unit the price was for. A
    typed price or discount is kept whatever else changes, until it is dropped: then what is found
    now counts again. A typed discount leaves the price its source. A found price changes when it
    rests on another rule now (a step was crossed), as `repriced` tells.
    Raises: BelowDelivered, GoodsPromised, PriceInvoiced, WrongState, and what entering a line
    raises.
    """
    actor.require("change_line", Group.SALES)
    order = order_of_line(session, line)
    head, lines = locked_order(session, order, "change it")
    now = next(each for each in lines if each.line_id == line)
    header = session.execute(select(SalesOrder).where(SalesOrder.id == order)).scalar_one()
    (mine,) = stored_prices(session, order, line)
    beside = LinesBeside(session, header, (line,))
    discount = mine.typed_discount if not drop_discount else None
    if discount_percent is not None:
        discount = TypedDiscount(discount_percent, actor.operator)
    typed = NewLine(
        item=mine.item_id,
        quantity=quantity if quantity is not None else mine.in_unit,
        unit=unit or mine.unit,
        unit_price=unit_price if unit_price is not None or drop_price else mine.typed_price,
        discount_percent=None if discount is None else discount.percent,
        description=description or mine.name,
        price_unit=mine.price_unit,
    )
    context = order_context(session, header.customer_id, header.warehouse_id, None)
    found = price_new_lines(
        session,
        actor,
        context,
        [typed],
        header.order_date,
        allow_discontinued=True,
        came_back=mine.counted - mine.wanted,
        beside=beside.read,
    )
    priced = found.lines[0]
    is_typed = unit_price is not None or discount_percent is not None
    is_more = priced.quantity > mine.invoiced
    if (is_typed or drop_price or drop_discount) and mine.is_settled and not is_more:
        raise PriceInvoiced(order=head.number, line=now.line_no, item=now.item_number)
    _check_room(head.number, now, priced.quantity)
    session.execute(
        update(SalesOrderLine)
        .where(SalesOrderLine.id == line)
        .values(
            unit=typed.unit,
            unit_quantity=typed.quantity,
            unit_factor=priced.unit_factor,
            ordered=priced.quantity + SalesOrderLine.cancelled,
            requested_date=func.coalesce(requested_date, SalesOrderLine.requested_date),
            description=typed.description,
        )
        .execution_options(synchronize_session=False)
    )
    repriced: tuple[PriceDifference, ...] = ()
    drops_found = drop_discount and not mine.is_kept and mine.typed_discount is not None
    if unit_price is not None or (drop_price and mine.typed_price is not None) or drops_found:
        _type_price(session, line, priced)
    else:
        if discount != mine.typed_discount:
            mine = _type_discount(session, mine, discount)
        asked = replace(mine, wanted=priced.quantity)
        result = replace(priced.price, key=line)
        repriced = follow_rules(session, [asked], [result], header.currency)
    repriced += beside.follow(found.document.beside)
    words = [
        _resized(mine, priced),
        "" if unit_price is None else f"price {plain(unit_price)} typed",
        "the price that is found" if drop_price and unit_price is None else "",
        "" if discount_percent is None else f"{plain(discount_percent)} % off",
        "no discount typed" if drop_discount and discount_percent is None else "",
        "" if requested_date is None else f"for {requested_date}",
        "" if description is None else "its description",
    ]
    done = ", ".join(each for each in words if each)
    leave_note(session, actor, order, ": ".join(each for each in (now.item_number, done) if each))
    new = refresh_totals(session, order, found.document)
    return OrderChanged(
        order, head.number, new.total, changed(Kind.ORDER, order), (line,), repriced
    )


def _check_room(order: str, line: Any, quantity: Decimal) -> None:
    """Less may be wanted of a line only as far as nothing was delivered or promised of it.

    Raises: BelowDelivered, GoodsPromised.
    """
    delivered = line.packed - line.returned + line.drop_ordered + line.performed
    if quantity < delivered:
        raise BelowDelivered(line=line.line_no, delivered=delivered, quantity=quantity)
    if quantity < delivered + line.allocated:
        raise GoodsPromised(
            order=order, line=line.line_no, allocated=line.allocated, where=line.item_number
        )


def _resized(before: StoredPrice, now: PricedLine) -> str:
    """What is wanted now and was before, as it was typed; empty when it is as it was."""
    unit = now.typed.unit or now.item.base_unit
    if (now.typed.quantity, unit) == (before.in_unit, before.unit):
        return ""
    was = plain(before.in_unit) if unit == before.unit else f"{plain(before.in_unit)} {before.unit}"
    return f"{plain(now.typed.quantity)} {unit} instead of {was}"


def _type_price(session: Session, line: int, priced: PricedLine) -> None:
    """Store a price with what a person typed over it."""
    session.execute(
        update(SalesOrderLine)
        .where(SalesOrderLine.id == line)
        .values(
            price_unit=priced.price_unit,
            price_factor=priced.price_factor,
            list_price=priced.list_price,
            unit_price=priced.unit_price,
            price_source=priced.source,
            price_explanation=priced.price.explanation,
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(LinePricePart)
        .where(LinePricePart.line_id == line)
        .execution_options(synchronize_session=False)
    )
    insert_parts(session, [(line, priced.parts)])


def _type_discount(
    session: Session, line: StoredPrice, discount: TypedDiscount | None
) -> StoredPrice:
    """Store a typed discount, or none, off a price that stays as it is; the line as it is then."""
    prices = [part for part in line.parts if part.kind in (PartKind.PRICE, PartKind.EXTRA)]
    session.execute(
        delete(LinePricePart)
        .where(
            LinePricePart.line_id == line.id,
            LinePricePart.kind.in_((PartKind.PERCENT_OFF, PartKind.AMOUNT_OFF)),
        )
        .execution_options(synchronize_session=False)
    )
    if discount is None:
        return replace(line, parts=tuple(prices))
    part = discount.part(line.unit_price)
    insert_parts(session, [(line.id, [part])], first=len(prices) + 1)
    return replace(line, parts=(*prices, part))


def remove_line(session: Session, actor: Actor, *, line: OrderLineRef) -> OrderChanged:
    """Take a line off a draft. On a confirmed order a line is cancelled instead.

    Raises: WrongState.
    """
    actor.require("remove_line", Group.SALES)
    order = order_of_line(session, line)
    head, lines = locked_order(session, order, "remove a line", (OrderState.DRAFT,))
    gone = next(each for each in lines if each.line_id == line)
    header = session.execute(select(SalesOrder).where(SalesOrder.id == order)).scalar_one()
    nothing = [
        replace(each, wanted=Decimal(0), counted=Decimal(0))
        for each in stored_prices(session, order, line)
    ]
    session.execute(text("DELETE FROM sales_order_line WHERE id = :line"), {"line": line})
    leave_note(session, actor, order, f"{plain(gone.wanted)} {gone.item_number}")
    found, repriced = follow_less(session, header, nothing)
    result = refresh_totals(session, order, found)
    return OrderChanged(
        order, head.number, result.total, changed(Kind.ORDER, order), repriced=repriced
    )
