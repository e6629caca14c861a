"""Importing orders with their lines: open ones as confirmed orders, shipped ones as history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.core.actor import Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, SeveralProblems
from app.core.ids import Kind
from app.core.messages import N_
from app.core.money import HUNDRED
from app.operations.importing.history import HistoryLine, HistoryOrder, write_history
from app.operations.importing.kinds import Cell, Column, ImportKind, Intake, Row
from app.operations.importing.missing import create_warehouses
from app.operations.orders import NewAddress, NewCharge, NewLine, confirm_order, enter_order
from app.operations.orders.refusals import DateBefore, NothingOrdered
from app.operations.records import NumberTaken, NumberTwice
from app.operations.stock import ItemFacts, item_facts

ADDRESS_FIELDS = ("name", "street", "city", "region", "postal_code", "country")

COLUMNS = (
    Column("number", Cell.TEXT, "the order's number", required=True),
    Column("customer", Cell.TEXT, "number of the customer", required=True),
    Column("order_date", Cell.DATE, "day it was ordered", required=True),
    Column("requested_date", Cell.DATE, "day the customer wants it; empty: the order date"),
    Column("shipped_date", Cell.DATE, "day it left; empty: still to be delivered"),
    Column("currency", Cell.CURRENCY, "of shipped orders; empty: the customer's"),
    Column("warehouse", Cell.TEXT, "code of the warehouse it leaves from; empty: the first"),
    Column("delivery_mode", Cell.TEXT, "code of the delivery mode; empty: the customer's"),
    Column("customer_po", Cell.TEXT, "the customer's order number", default=""),
    Column("comments", Cell.TEXT, "printed on its papers", default=""),
    Column("freight", Cell.AMOUNT, "freight charged, in the order's currency"),
    *(
        Column(
            f"ship_to_{name}",
            Cell.COUNTRY if name == "country" else Cell.TEXT,
            f"{name.replace('_', ' ')} of the ship-to; all empty: the customer's",
            default="",
        )
        for name in ADDRESS_FIELDS
    ),
)

LINE_COLUMNS = (
    Column("order", Cell.TEXT, "number of the order", required=True),
    Column("line_no", Cell.WHOLE, "its place in the order; empty: the next"),
    Column("item", Cell.TEXT, "number of the item", required=True),
    Column("quantity", Cell.QUANTITY, "ordered, more than 0", required=True),
    Column("unit", Cell.TEXT, "unit of the quantity; empty: the base unit"),
    Column("unit_price", Cell.PRICE, "per base unit; shipped orders need it, open ones may ask"),
    Column("discount", Cell.FRACTION, "discount as a fraction: 0.1 is 10 %"),
    Column("discount_percent", Cell.PERCENT, "discount in percent"),
    Column("description", Cell.TEXT, "instead of the item's name"),
)


class LineNumberTwice(BusinessError):
    """Two lines of one number; both are meant."""

    sentence = N_("Order {order} has line {line} twice; this one became line {became}.")


class OrderNotInFile(BusinessError):
    """A line without its order."""

    sentence = N_("There is no order {order} in the file of orders. Add it, or leave the line out.")


class LineIsWrong(BusinessError):
    """An order that cannot be imported because one of its lines cannot."""

    sentence = N_("Line row {line} of this order cannot be imported; see there.")


class ShippedBeforeOrdered(BusinessError):
    """Dates in the wrong order."""

    sentence = N_("Order {order} cannot have left on {shipped}: it was ordered on {ordered}.")


class ShippedInFuture(BusinessError):
    """A delivery that has not been yet."""

    sentence = N_("Order {order} cannot have left on {shipped}, which is still to come.")


class PriceOfHistory(BusinessError):
    """A shipped order was sold for something."""

    sentence = N_("Order {order} was shipped, so this line needs the price it was sold at.")


class TwoDiscounts(BusinessError):
    """One discount said in two ways."""

    sentence = N_("Give the discount as a fraction or in percent, not both.")


@dataclass(slots=True)
class _Order:
    """A row of the file with the rows of its lines."""

    row: Row
    customer: int | None = None
    lines: list[tuple[Row, NewLine, Decimal]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    @property
    def is_shipped(self) -> bool:
        return self.row["shipped_date"] is not None


def import_orders(intake: Intake, rows: Sequence[Row]) -> Changes:
    """Make the orders, prices as in the file.

    Open ones are entered and confirmed as at the desk (the price becomes *manual*); shipped ones
    become history: moves brought forward, a shipment and an opening document each.
    """
    rows = intake.without_repeats(rows, "number")
    if any(row["shipped_date"] is not None for row in rows):
        for group in (Group.STOCK, Group.ACCOUNTING):
            intake.actor.require("import shipped orders", group)
    if intake.create_missing:
        create_warehouses(intake, rows)
    orders = _orders(intake, rows)
    _join_lines(intake, orders)
    _settle(intake, orders)
    history = [each for each in orders.values() if each.is_shipped]
    still_open = [each for each in orders.values() if not each.is_shipped]
    warehouses = intake.ids_of("warehouse", "code", (row["warehouse"] for row in rows))
    rejected = _rejected(intake)
    entered = [
        id
        for order in still_open
        if order.row.line not in rejected and (id := _enter(intake, order, warehouses)) is not None
    ]
    ready = [_history(order, warehouses) for order in history if order.row.line not in rejected]
    made = write_history(intake, ready, lambda: _accept(intake, rows, orders))
    return changed(Kind.ORDER, [*entered, *made])


def _rejected(intake: Intake) -> set[int]:
    return {each.line for each in intake.rejects if not each.is_of_lines}


def _accept(intake: Intake, rows: Sequence[Row], orders: dict[str, _Order]) -> set[str]:
    """The numbers of the orders that go in; the lines of the others stay out with them."""
    good = {row.line for row in intake.accepted(rows)}
    for order in orders.values():
        if order.row.line not in good:
            for row, _, _ in order.lines:
                intake.leave_out(row)
    return {row["number"] for row in rows if row.line in good}


def _orders(intake: Intake, rows: Sequence[Row]) -> dict[str, _Order]:
    customers = intake.ids_of("customer", "number", (row["customer"] for row in rows))
    modes = intake.ids_of("delivery_mode", "code", (row["delivery_mode"] for row in rows))
    warehouses = intake.ids_of("warehouse", "code", (row["warehouse"] for row in rows))
    taken = intake.ids_of("sales_order", "number", (row["number"] for row in rows))
    orders: dict[str, _Order] = {}
    for row in rows:
        number, shipped = row["number"], row["shipped_date"]
        if number in taken:
            intake.reject(row, "number", NumberTaken(what="order", number=number))
        elif number in orders:
            intake.reject(row, "number", NumberTwice(what="order", number=number))
            continue
        for column, what, known in (
            ("customer", "customer", customers),
            ("delivery_mode", "delivery mode", modes),
            ("warehouse", "warehouse", warehouses),
        ):
            if row[column] and row[column] not in known:
                intake.reject(row, column, NotFound(what=what, value=row[column]))
        ordered, requested = row["order_date"], row["requested_date"]
        if requested is not None and requested < ordered:
            intake.reject(row, "requested_date", DateBefore(requested=requested, ordered=ordered))
        if shipped is not None and shipped < ordered:
            reason = ShippedBeforeOrdered(order=number, shipped=shipped, ordered=ordered)
            intake.reject(row, "shipped_date", reason)
        if shipped is not None and shipped > intake.today:
            intake.reject(row, "shipped_date", ShippedInFuture(order=number, shipped=shipped))
        orders[number] = _Order(row, customers.get(row["customer"]))
    return orders


def _join_lines(intake: Intake, orders: dict[str, _Order]) -> None:
    """Each line to its order; what is wrong with a line is wrong with its order, too."""
    items = intake.ids_of("item", "number", (row["item"] for row in intake.lines))
    facts = item_facts(intake.session, list(items.values()))
    for row in intake.lines:
        order = orders.get(row["order"])
        if order is None:
            intake.reject(row, "order", OrderNotInFile(order=row["order"]))
            continue
        item = items.get(row["item"])
        if item is None:
            intake.reject(row, "item", NotFound(what="item", value=row["item"]))
            intake.reject(order.row, "number", LineIsWrong(line=row.line))
            continue
        line = _line(intake, order, row, facts[item])
        if line is not None:
            order.lines.append(line)


def _line(
    intake: Intake, order: _Order, row: Row, facts: ItemFacts
) -> tuple[Row, NewLine, Decimal] | None:
    try:
        if row["discount"] is not None and row["discount_percent"] is not None:
            raise TwoDiscounts
        if order.is_shipped and row["unit_price"] is None:
            raise PriceOfHistory(order=order.row["number"])
        quantity = facts.base_quantity(row["quantity"], row["unit"])
    except BusinessError as reason:
        column = "quantity" if reason.name.startswith("Quantity") else "unit_price"
        intake.reject(row, column, reason)
        intake.reject(order.row, "number", LineIsWrong(line=row.line))
        return None
    percent = row["discount_percent"]
    if row["discount"] is not None:
        percent = row["discount"] * HUNDRED
    new = NewLine(
        facts.id,
        row["quantity"],
        row["unit"],
        row["unit_price"],
        percent or None,
        description=row["description"],
        price_unit=facts.base_unit,
    )
    return row, new, quantity


def _settle(intake: Intake, orders: dict[str, _Order]) -> None:
    """Lines in the order of their numbers; of two with one number the second gets the next free."""
    rejected = _rejected(intake)
    for number, order in orders.items():
        if not order.lines and order.row.line not in rejected:
            intake.reject(order.row, "number", NothingOrdered(order=number))
        taken = {row["line_no"] for row, _, _ in order.lines if row["line_no"]}
        seen: set[int] = set()
        free = max(taken, default=0) + 1
        numbered: list[tuple[int, tuple[Row, NewLine, Decimal]]] = []
        for each in order.lines:
            row = each[0]
            no = row["line_no"]
            if not no or no in seen:
                if no:
                    reason = LineNumberTwice(order=number, line=no, became=free)
                    intake.warn(row, "line_no", reason)
                no, free = free, free + 1
            seen.add(no)
            numbered.append((no, each))
        numbered.sort(key=lambda pair: pair[0])
        order.lines = [each for _, each in numbered]
        order.numbers = [no for no, _ in numbered]


def _enter(intake: Intake, order: _Order, warehouses: dict[str, int]) -> int | None:
    """An open order, entered and confirmed as at the desk; None when it is refused."""
    row = order.row
    ship_to = _ship_to(row)
    try:
        with intake.session.begin_nested():
            entered = enter_order(
                intake.session,
                intake.actor,
                customer=order.customer or 0,
                lines=tuple(new for _, new, _ in order.lines),
                charges=() if row["freight"] is None else (NewCharge("Freight", row["freight"]),),
                number=row["number"],
                warehouse=warehouses.get(row["warehouse"]),
                delivery_mode=row["delivery_mode"],
                order_date=row["order_date"],
                requested_date=row["requested_date"],
                customer_po=row["customer_po"],
                ship_to=NewAddress(**ship_to) if ship_to else None,
                comments=row["comments"],
                allow_discontinued=True,
                prices_stand=any(new.unit_price is not None for _, new, _ in order.lines),
            )
            confirm_order(intake.session, intake.actor, order=entered.order_id)
    except SeveralProblems as several:
        for each in several.problems:
            intake.reject(row, "number", each)
        return None
    except BusinessError as reason:
        intake.reject(row, "number", reason)
        return None
    return entered.order_id


def _ship_to(row: Row) -> dict[str, Any]:
    fields = {name: row[f"ship_to_{name}"] for name in ADDRESS_FIELDS}
    return fields if any(fields.values()) else {}


def _history(order: _Order, warehouses: dict[str, int]) -> HistoryOrder:
    row = order.row
    return HistoryOrder(
        row=row,
        number=row["number"],
        customer_id=order.customer or 0,
        warehouse_id=warehouses.get(row["warehouse"]),
        delivery_mode=row["delivery_mode"],
        currency=row["currency"],
        order_date=row["order_date"],
        requested_date=row["requested_date"] or row["order_date"],
        shipped_date=row["shipped_date"],
        customer_po=row["customer_po"],
        comments=row["comments"],
        ship_to=_ship_to(row),
        freight=row["freight"],
        lines=tuple(
            HistoryLine(no, new, quantity)
            for no, (_, new, quantity) in zip(order.numbers, order.lines, strict=True)
        ),
    )


ORDERS = ImportKind(
    "orders",
    "orders and, in a second file, their lines; shipped ones become history",
    (Group.SALES,),
    COLUMNS,
    import_orders,
    LINE_COLUMNS,
)
