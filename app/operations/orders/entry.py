"""Entering an order: the head, with its lines, charges, taxes and totals."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.countries import UnknownCountry, country_code
from app.core.ids import CustomerRef, Kind, LocationRef, WarehouseRef
from app.models.orders import SalesOrder
from app.operations.orders.amounts import header_amounts, store_charges, store_taxes
from app.operations.orders.context import order_context
from app.operations.orders.discount import OrderDiscount
from app.operations.orders.refusals import DateBefore
from app.operations.orders.texts import check_texts
from app.operations.orders.typed_charges import NewCharge, typed_charges
from app.operations.orders.typed_lines import NewLine, insert_lines, price_new_lines
from app.rules.reckoning import reckon
from app.rules.totals import TotalsRequest, sum_of_lines


@dataclass(frozen=True, slots=True)
class NewAddress:
    """An address typed for this order."""

    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    def as_kept(self) -> dict[str, str]:
        """As an order keeps it, its country by the code by which taxes know it.

        Raises: UnknownCountry.
        """
        try:
            return asdict(self) | {"country": country_code(self.country)}
        except UnknownCountry as unknown:
            raise unknown.naming("country") from None


@dataclass(frozen=True, slots=True)
class OrderEntered:
    """The new draft."""

    order_id: int
    number: str
    line_ids: tuple[int, ...]
    total: Decimal
    changes: Changes


def enter_order(
    session: Session,
    actor: Actor,
    *,
    customer: CustomerRef,
    lines: tuple[NewLine, ...] = (),
    charges: tuple[NewCharge, ...] = (),
    number: str | None = None,
    warehouse: WarehouseRef | None = None,
    lane: LocationRef | None = None,
    delivery_mode: str | None = None,
    order_date: date | None = None,
    requested_date: date | None = None,
    customer_po: str = "",
    ship_to: NewAddress | None = None,
    ship_complete: bool | None = None,
    priority: int = 0,
    comments: str = "",
    internal_notes: str = "",
    allow_discontinued: bool = False,
    prices_stand: bool = False,
) -> OrderEntered:
    """Enter an order as a draft, with all lines priced.

    What is not given comes from the customer. With `prices_stand` the order was agreed elsewhere:
    no agreement puts a discount on it as a whole until it is re-priced.
    Raises: NotPermitted, CustomerNotActive, ItemNotSold, NoPrice, QuantityNotPositive and its
    kin; all problems of all lines at once.
    """
    actor.require("enter_order", Group.SALES)
    check_texts(
        number=number,
        customer_po=customer_po,
        comments=comments,
        internal_notes=internal_notes,
        **asdict(ship_to or NewAddress()),
    )
    context = order_context(
        session,
        customer,
        warehouse,
        delivery_mode,
        ship_to=ship_to.as_kept() if ship_to else None,
        on=order_date,
        items=[line.item for line in lines],
    )
    on = context.on_date
    if requested_date is not None and requested_date < on:
        raise DateBefore(requested=requested_date, ordered=on)
    found = price_new_lines(
        session, actor, context, lines, on, allow_discontinued=allow_discontinued
    )
    priced = found.lines
    totals_lines = tuple(line.for_totals(index) for index, line in enumerate(priced))
    discount = (
        OrderDiscount.none_ever()
        if prices_stand
        else OrderDiscount.of(
            found.document.order_discount(sum_of_lines(totals_lines, context.currency))
        )
    )
    taxes = context.taxes
    numbers = {number: key for key, number in enumerate(range(1, len(priced) + 1))}
    reckoned = reckon(
        TotalsRequest(
            context.currency,
            (),
            discount_percent=discount.percent,
            discount_amount=discount.amount,
            prices_include_tax=context.prices_include_tax,
            rounding=context.tax_rounding,
        ),
        [line.goods_line(key) for key, line in enumerate(priced)],
        taxes,
        context.charge_rules,
        typed_charges(charges, context.currency, numbers, taxes.classes),
    )
    result = reckoned.totals
    header: dict[str, Any] = {
        "customer_id": customer,
        "warehouse_id": context.warehouse_id,
        "lane_id": lane or context.lane_id,
        "delivery_mode_id": context.delivery_mode_id,
        "terms_id": context.terms_id,
        "currency": context.currency,
        "exchange_rate": context.exchange_rate_on(session, on),
        "customer_po": customer_po,
        "contact": context.contact,
        "bill_to": context.bill_to,
        "ship_to": context.ship_to,
        "order_date": on,
        "requested_date": requested_date or on,
        "ship_complete": context.ship_complete if ship_complete is None else ship_complete,
        "priority": priority,
        "backorder_policy": context.backorder_policy,
        "comments": comments,
        "internal_notes": internal_notes,
        "prices_include_tax": context.prices_include_tax,
        "tax_rounding": context.tax_rounding.value,
        "tax_certificate": taxes.certificate or "",
        **discount.columns(),
        **header_amounts(result),
    }
    if number:
        header["number"] = number
    order = session.execute(
        insert(SalesOrder).returning(SalesOrder.id, SalesOrder.number), [header]
    ).one()
    line_ids = insert_lines(session, order.id, 1, priced, result.lines)
    charge_ids = store_charges(session, order.id, (), reckoned.charges, line_ids.__getitem__)
    store_taxes(session, order.id, result, line_ids, charge_ids)
    return OrderEntered(
        order.id,
        order.number,
        tuple(line_ids),
        result.total,
        changed(Kind.ORDER, order.id) | changed(Kind.CUSTOMER, customer),
    )
