"""Lines as people type them: checked, priced in parts, written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import ItemRef
from app.core.money import round_half_away
from app.models.orders import SalesOrderLine
from app.operations.orders.context import OrderContext
from app.operations.orders.parts import insert_parts
from app.operations.orders.refusals import (
    DiscountOutOfRange,
    ItemNotSold,
    NoPrice,
    PriceNegative,
)
from app.operations.orders.texts import check_texts
from app.operations.stock import ItemFacts
from app.queries.pricing import (
    DocumentPrices,
    PricePart,
    PriceRequest,
    PriceResult,
    TypedDiscount,
    price_document,
    reductions,
)
from app.rules.orders import PartKind, PriceSource
from app.rules.pricing.choosing import PRICE_DECIMALS
from app.rules.reckoning import GoodsLine
from app.rules.records import check_fineness
from app.rules.stock import Tracking
from app.rules.totals import LineTotal, TotalsLine

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line as typed. A typed price is *manual*; under a typed discount it keeps its source.

    A typed price is for one `price_unit` (None: the unit the found price is for).
    """

    item: ItemRef
    quantity: Decimal
    unit: str | None = None
    unit_price: Decimal | None = None
    discount_percent: Decimal | None = None
    requested_date: date | None = None
    description: str | None = None
    price_unit: str | None = None


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A typed line with everything known about it."""

    item: ItemFacts
    tax_class_id: int | None
    typed: NewLine
    quantity: Decimal
    unit_factor: Decimal
    price: PriceResult
    price_unit: str
    price_factor: Decimal
    list_price: Decimal | None
    unit_price: Decimal
    source: PriceSource
    parts: tuple[PricePart, ...]

    def for_totals(self, key: int) -> TotalsLine:
        """The line as the totals function wants it."""
        return TotalsLine(
            key,
            self.quantity,
            self.unit_price,
            *reductions(self.parts),
            price_factor=self.price_factor,
        )

    def goods_line(self, key: int) -> GoodsLine:
        """The line as charges and taxes want it."""
        return GoodsLine(
            self.for_totals(key), self.item.id, self.item.number, self.tax_class_id, self.quantity
        )


@dataclass(frozen=True, slots=True)
class PricedLines:
    """Typed lines with their prices, and what was found for the document they are on."""

    lines: list[PricedLine]
    document: DocumentPrices


_SOLD = text("""
    SELECT i.id, i.number, i.name, i.base_unit, i.quantity_decimals, i.tracking, i.is_active,
           i.is_discontinued, i.tax_class_id,
           (SELECT coalesce(jsonb_object_agg(u.name, u.factor::text), '{}')
              FROM item_unit u WHERE u.item_id = i.id) AS units
      FROM item i WHERE i.id = ANY (:items)
""")


def price_new_lines(
    session: Session,
    actor: Actor,
    context: OrderContext,
    lines: Sequence[NewLine],
    on: date,
    *,
    allow_discontinued: bool = False,
    came_back: Decimal = Decimal(0),
    beside: Callable[[], Sequence[PriceRequest]] = tuple,
) -> PricedLines:
    """Check and price typed lines, all of them at once; two reads, however many.

    `came_back` also counts for the steps of a line that is changed. `beside` reads the lines that
    are already there. It is asked only when an agreement counts the typed ones together with
    others; those are priced anew, as no other line of the order is.
    Raises: every problem of every line at once.
    """
    rows = {row.id: row for row in session.execute(_SOLD, {"items": [line.item for line in lines]})}
    problems: list[BusinessError] = []
    ready: list[tuple[NewLine, ItemFacts, Any, Decimal]] = []
    for line in lines:
        row = rows.get(line.item)
        if row is None:
            problems.append(NotFound(what="item", value=line.item))
            continue
        facts = ItemFacts(
            row.id,
            row.number,
            row.name,
            row.base_unit,
            row.quantity_decimals,
            Tracking(row.tracking),
            {name: Decimal(factor) for name, factor in row.units.items()},
        )
        try:
            ready.append((line, facts, row, facts.base_quantity(line.quantity, line.unit)))
            _check_typed(line, facts, row, allow_discontinued)
        except BusinessError as problem:
            problems.append(problem)
    raise_all(problems)
    document = price_document(
        session,
        [
            PriceRequest(
                index,
                context.customer_id,
                facts.id,
                quantity + came_back,
                on,
                context.currency,
                line.unit,
            )
            for index, (line, facts, _, quantity) in enumerate(ready)
        ],
        party_id=context.customer_id,
        on=on,
        currency=context.currency,
        beside=beside,
    )
    priced: list[PricedLine] = []
    for (line, facts, row, quantity), price in zip(ready, document.lines, strict=True):
        unit_price = line.unit_price if line.unit_price is not None else price.unit_price
        if unit_price is None:
            problems.append(NoPrice(item=facts.number, currency=context.currency))
            continue
        price_unit, price_factor = price.price_unit, price.price_factor
        if line.unit_price is not None and line.price_unit is not None:
            price_unit = line.price_unit
            price_factor = facts.base_quantity(Decimal(1), price_unit)
        scale = price_factor / price.price_factor
        source, parts = parts_of(line, price, actor.operator, scale)
        factor = quantity / line.quantity
        priced.append(
            PricedLine(
                facts,
                row.tax_class_id,
                line,
                quantity,
                factor,
                price,
                price_unit,
                price_factor,
                None if price.list_price is None else _scaled(price.list_price, scale),
                unit_price,
                source,
                parts,
            )
        )
    raise_all(problems)
    return PricedLines(priced, document)


def _check_typed(line: NewLine, facts: ItemFacts, row: Any, allow_discontinued: bool) -> None:
    if not row.is_active or (row.is_discontinued and not allow_discontinued):
        raise ItemNotSold(item=facts.number)
    if line.unit_price is not None:
        if not (line.unit_price.is_finite() and line.unit_price >= 0):
            raise PriceNegative(item=facts.number, price=line.unit_price)
        check_fineness("price", line.unit_price, PRICE_DECIMALS)
    if line.discount_percent is not None:
        if not 0 <= line.discount_percent <= 100:
            raise DiscountOutOfRange(item=facts.number, percent=line.discount_percent)
        check_fineness("discount", line.discount_percent, PRICE_DECIMALS)
    check_texts(description=line.description)


def parts_of(
    line: NewLine, price: PriceResult, person: str, scale: Decimal = ONE
) -> tuple[PriceSource, tuple[PricePart, ...]]:
    """The price in parts: what was found, then what a person typed over it.

    A typed price or discount takes the place of the discounts that were found: what a person
    typed is what the customer pays. Only a typed price is a person's price; under a typed
    discount the price is still the agreement's or the list's. `scale` is how many of the found
    price's units are in one of the typed price's.
    """
    discount = (
        None if line.discount_percent is None else TypedDiscount(line.discount_percent, person)
    )
    if line.unit_price is None:
        return price.source, replace(price, typed=discount).parts
    found = tuple(
        replace(part, base=_scaled(part.base, scale), effect=_scaled(part.effect, scale))
        for part in price.parts
        if part.kind is PartKind.PRICE
    )
    base = _scaled(price.unit_price or Decimal(0), scale)
    effect = line.unit_price - base
    manual = PriceSource.MANUAL
    typed = PricePart(PartKind.PRICE, manual, person, base, effect, amount=line.unit_price)
    off = () if discount is None else (discount.part(line.unit_price),)
    return manual, (*found, typed, *off)


def _scaled(price: Decimal, scale: Decimal) -> Decimal:
    return price if scale == ONE else round_half_away(price * scale, PRICE_DECIMALS)


def insert_lines(
    session: Session,
    order_id: int,
    first_no: int,
    priced: Sequence[PricedLine],
    lines: Sequence[LineTotal],
) -> list[int]:
    """Write lines and their price parts; ids come in the order of `priced`."""
    if not priced:
        return []
    rows = [
        {
            "order_id": order_id,
            "line_no": first_no + index,
            "item_id": line.item.id,
            "description": line.typed.description or line.item.name,
            "unit": line.typed.unit or line.item.base_unit,
            "unit_quantity": line.typed.quantity,
            "unit_factor": line.unit_factor,
            "ordered": line.quantity,
            "requested_date": line.typed.requested_date,
            "price_unit": line.price_unit,
            "price_factor": line.price_factor,
            "list_price": line.list_price,
            "unit_price": line.unit_price,
            "price_source": line.source,
            "price_explanation": line.price.explanation,
            "tax_class_id": line.tax_class_id,
            "amount": amounts.amount,
            "order_discount": amounts.discount,
        }
        for index, (line, amounts) in enumerate(zip(priced, lines, strict=True))
    ]
    # Empty cells are written too: rows with and without them go in together.
    statement = insert(SalesOrderLine).returning(SalesOrderLine.id, sort_by_parameter_order=True)
    ids = list(session.execute(statement, rows, execution_options={"render_nulls": True}).scalars())
    insert_parts(session, zip(ids, (line.parts for line in priced), strict=True))
    return ids
