"""Changing an order: lines, quantities, typed prices, charges, header, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import Kind, OrderLineRef, OrderRef
from app.models.orders import (
    LinePricePart,
    OrderCharge,
    OrderTax,
    SalesOrder,
    SalesOrderLine,
)
from app.operations.orders.context import order_context
from app.operations.orders.discount import OrderDiscount, sum_of_lines
from app.operations.orders.entry import (
    DOCUMENT,
    NewCharge,
    NewLine,
    PricedLine,
    header_amounts,
    insert_charges,
    insert_lines,
    insert_taxes,
    price_new_lines,
)
from app.operations.orders.prices import follow_rules, prices_of_order
from app.operations.orders.refusals import BelowDelivered, GoodsPromised, WrongState
from app.queries.pricing import DocumentPrices, PriceDifference
from app.queries.pricing.differences import stored_prices
from app.rules.billing import TaxRounding
from app.rules.orders import OrderState, PartKind
from app.rules.totals import (
    TaxRateOf,
    Totals,
    TotalsCharge,
    TotalsLine,
    TotalsRequest,
    totals,
)

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
    if not rows:
        raise NotFound(what="order", value=order_id)
    if rows[0].state not in needed:
        raise WrongState(
            order=rows[0].number,
            state=rows[0].state,
            verb=verb,
            needed=" or ".join(each.value for each in needed),
        )
    return rows[0], [row for row in rows if row.line_id is not None]


def order_of_line(session: Session, line_id: int) -> int:
    """The order a line is on. Raises: NotFound."""
    found = session.execute(
        select(SalesOrderLine.order_id).where(SalesOrderLine.id == line_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(what="order line", value=line_id)
    return found


def add_lines(
    session: Session, actor: Actor, *, order: OrderRef, lines: tuple[NewLine, ...]
) -> OrderChanged:
    """Add lines to an order, priced like all others."""
    actor.require("add_lines", Group.SALES)
    head, before = locked_order(session, order, "add lines")
    row = session.execute(select(SalesOrder).where(SalesOrder.id == order)).scalar_one()
    context = order_context(session, row.customer_id, row.warehouse_id, None)
    stored = stored_prices(session, order)
    found = price_new_lines(
        session,
        actor,
        context,
        lines,
        row.order_date,
        beside=[
            each.request(row.customer_id, row.order_date, row.currency, DOCUMENT) for each in stored
        ],
    )
    first = max((line.line_no for line in before), default=0) + 1
    amounts = totals(
        TotalsRequest(row.currency, tuple(p.for_totals(i) for i, p in enumerate(found.lines)))
    )
    ids = insert_lines(session, order, first, found.lines, amounts)
    repriced = follow_rules(session, stored, found.beside, row.currency)
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
    requested_date: date | None = None,
    description: str | None = None,
) -> OrderChanged:
    """Change what a line wants, its typed price or its date; only what is given changes.

    `quantity` is the wanted one, in `unit`. A typed price is kept whatever else changes; a found
    one changes when it rests on another rule now (a step was crossed), as `repriced` tells.
    Raises: BelowDelivered, GoodsPromised, WrongState, and what entering a line raises.
    """
    actor.require("change_line", Group.SALES)
    order = order_of_line(session, line)
    head, lines = locked_order(session, order, "change it")
    now = next(each for each in lines if each.line_id == line)
    stored = session.execute(select(SalesOrderLine).where(SalesOrderLine.id == line)).scalar_one()
    header = session.execute(select(SalesOrder).where(SalesOrder.id == order)).scalar_one()
    prices = stored_prices(session, order)
    mine = next(each for each in prices if each.id == line)
    others = [each for each in prices if each.id != line]
    typed = NewLine(
        item=stored.item_id,
        quantity=quantity if quantity is not None else stored.wanted / stored.unit_factor,
        unit=unit or stored.unit,
        unit_price=unit_price if unit_price is not None else mine.typed_price,
        discount_percent=discount_percent if discount_percent is not None else mine.typed_discount,
        description=description or stored.description,
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
        beside=[
            each.request(header.customer_id, header.order_date, header.currency, DOCUMENT)
            for each in others
        ],
    )
    priced = found.lines[0]
    delivered = now.packed - now.returned + now.drop_ordered + now.performed
    if priced.quantity < delivered:
        raise BelowDelivered(line=now.line_no, delivered=delivered, quantity=priced.quantity)
    if priced.quantity < delivered + now.allocated:
        raise GoodsPromised(
            order=head.number, line=now.line_no, allocated=now.allocated, where=now.item_number
        )
    session.execute(
        update(SalesOrderLine)
        .where(SalesOrderLine.id == line)
        .values(
            unit=typed.unit,
            unit_quantity=typed.quantity,
            unit_factor=priced.unit_factor,
            ordered=priced.quantity + stored.cancelled,
            requested_date=requested_date or stored.requested_date,
            description=typed.description,
        )
        .execution_options(synchronize_session=False)
    )
    repriced: tuple[PriceDifference, ...] = ()
    if unit_price is not None or discount_percent is not None:
        _type_price(session, line, priced)
    else:
        asked = replace(mine, wanted=priced.quantity)
        result = replace(priced.price, key=line)
        repriced = follow_rules(session, [asked], [result], header.currency)
    repriced += follow_rules(session, others, found.beside, header.currency)
    session.expire_all()
    new = refresh_totals(session, order, found.document)
    return OrderChanged(
        order, head.number, new.total, changed(Kind.ORDER, order), (line,), repriced
    )


def _type_price(session: Session, line: int, priced: PricedLine) -> None:
    """Store a price with what a person typed over it."""
    session.execute(
        update(SalesOrderLine)
        .where(SalesOrderLine.id == line)
        .values(
            price_unit=priced.price.price_unit,
            price_factor=priced.price.price_factor,
            list_price=priced.price.list_price,
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
    session.execute(
        insert(LinePricePart),
        [
            {"line_id": line, "sequence": sequence, **asdict(part)}
            for sequence, part in enumerate(priced.parts, start=1)
        ],
    )


def remove_line(session: Session, actor: Actor, *, line: OrderLineRef) -> OrderChanged:
    """Take a line off a draft. On a confirmed order a line is cancelled instead.

    Raises: WrongState.
    """
    actor.require("remove_line", Group.SALES)
    order = order_of_line(session, line)
    head, _ = locked_order(session, order, "remove a line", (OrderState.DRAFT,))
    session.execute(text("DELETE FROM sales_order_line WHERE id = :line"), {"line": line})
    header = session.execute(select(SalesOrder).where(SalesOrder.id == order)).scalar_one()
    stored = stored_prices(session, order)
    found = prices_of_order(session, stored, header.customer_id, header.order_date, header.currency)
    repriced = follow_rules(session, stored, found.lines, header.currency)
    result = refresh_totals(session, order, found)
    return OrderChanged(
        order, head.number, result.total, changed(Kind.ORDER, order), repriced=repriced
    )


def add_charge(
    session: Session, actor: Actor, *, order: OrderRef, charge: NewCharge
) -> OrderChanged:
    """Add freight or a special charge."""
    actor.require("add_charge", Group.SALES)
    head, _ = locked_order(session, order, "add a charge")
    currency = session.execute(
        select(SalesOrder.currency).where(SalesOrder.id == order)
    ).scalar_one()
    insert_charges(session, order, [charge], currency)
    result = refresh_totals(session, order)
    return OrderChanged(order, head.number, result.total, changed(Kind.ORDER, order))


def remove_charge(session: Session, actor: Actor, *, order: OrderRef, charge: int) -> OrderChanged:
    """Take a charge off that has not been invoiced."""
    actor.require("remove_charge", Group.SALES)
    head, _ = locked_order(session, order, "remove a charge")
    session.execute(
        text("DELETE FROM order_charge WHERE id = :charge AND order_id = :order"),
        {"charge": charge, "order": order},
    )
    result = refresh_totals(session, order)
    return OrderChanged(order, head.number, result.total, changed(Kind.ORDER, order))


_FOR_TOTALS = text("""
    SELECT l.id, l.wanted, l.price_factor, l.unit_price, o.currency, o.prices_include_tax,
           o.tax_rounding, o.discount_percent, o.discount_amount, o.discount_explanation,
           c.is_tax_exempt,
           (SELECT jsonb_agg(jsonb_build_array(p.kind, p.percent::text, p.amount::text)
                             ORDER BY p.sequence)
              FROM line_price_part p WHERE p.line_id = l.id) AS parts,
           (SELECT jsonb_agg(jsonb_build_array(r.name, r.percent::text)) FROM (
              SELECT DISTINCT ON (t.name) t.name, t.percent FROM tax_rate t
               WHERE t.tax_class_id = l.tax_class_id AND t.valid_from <= o.order_date
               ORDER BY t.name, t.valid_from DESC) r) AS rates
      FROM sales_order o
      JOIN customer c ON c.id = o.customer_id
      LEFT JOIN sales_order_line l ON l.order_id = o.id
     WHERE o.id = :order ORDER BY l.line_no
""")


def refresh_totals(
    session: Session,
    order: int,
    prices: DocumentPrices | None = None,
    *,
    follows_discount: bool = False,
) -> Totals:
    """Reckon the order's amounts and taxes anew from its lines, prices and charges.

    With `prices` the order discount follows when it rests on another agreement or step now;
    `follows_discount` takes what the agreement says now in any case.
    """
    rows = session.execute(_FOR_TOTALS, {"order": order}).all()
    charges = (
        session.execute(
            select(OrderCharge).where(OrderCharge.order_id == order).order_by(OrderCharge.id)
        )
        .scalars()
        .all()
    )
    lines = [row for row in rows if row.id is not None]
    totals_lines = tuple(_totals_line(index, row) for index, row in enumerate(lines))
    discount = OrderDiscount(
        rows[0].discount_percent, rows[0].discount_amount, rows[0].discount_explanation
    )
    if prices is not None:
        found = OrderDiscount.of(
            prices.order_discount(sum_of_lines(totals_lines, rows[0].currency))
        )
        if follows_discount or discount.rule != found.rule:
            discount = found
    result = totals(
        TotalsRequest(
            currency=rows[0].currency,
            lines=totals_lines,
            charges=tuple(
                TotalsCharge(index, charge.amount, charge.is_taxable)
                for index, charge in enumerate(charges)
            ),
            discount_percent=discount.percent,
            discount_amount=discount.amount,
            prices_include_tax=rows[0].prices_include_tax,
            rounding=TaxRounding(rows[0].tax_rounding),
        )
    )
    line_ids = [row.id for row in lines]
    if lines:
        session.execute(
            text("""
                UPDATE sales_order_line l SET amount = d.amount, order_discount = d.discount
                  FROM unnest(CAST(:ids AS bigint[]), CAST(:amounts AS numeric[]),
                              CAST(:discounts AS numeric[])) AS d(id, amount, discount)
                 WHERE l.id = d.id"""),
            {
                "ids": line_ids,
                "amounts": [line.amount for line in result.lines],
                "discounts": [line.discount for line in result.lines],
            },
        )
    session.execute(
        delete(OrderTax)
        .where(OrderTax.order_id == order)
        .execution_options(synchronize_session=False)
    )
    insert_taxes(session, order, result, line_ids, [charge.id for charge in charges])
    session.execute(
        update(SalesOrder)
        .where(SalesOrder.id == order)
        .values(
            # Who only cancels a rest (packing, coming back) has no say in the discount.
            **(discount.columns() if prices is not None else {}),
            **header_amounts(result),
            version=SalesOrder.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return result


def _totals_line(key: int, row: Any) -> TotalsLine:
    parts = row.parts or []
    rates = [] if row.is_tax_exempt else row.rates or []
    return TotalsLine(
        key,
        row.wanted / row.price_factor,
        row.unit_price,
        amounts_off=tuple(
            Decimal(amount) for kind, _, amount in parts if kind == PartKind.AMOUNT_OFF
        ),
        percents_off=tuple(
            Decimal(percent) for kind, percent, _ in parts if kind == PartKind.PERCENT_OFF
        ),
        rates=tuple(TaxRateOf(name, Decimal(percent)) for name, percent in rates),
    )
