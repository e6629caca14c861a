"""Giving lines that are already there the prices that were found for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from app.core.errors import BusinessError, Question
from app.core.messages import N_, plain, render
from app.models.orders import SalesOrder
from app.operations.orders.parts import INSERT_PARTS, part_values
from app.operations.orders.refusals import NoPrice
from app.queries.orders.price_changes import PriceDifferences
from app.queries.pricing import DocumentPrices, PriceRequest, PriceResult
from app.queries.pricing.differences import (
    PriceDifference,
    StoredPrice,
    difference,
    is_another_rule,
    prices_now,
    stored_prices,
)


class PriceAnswer(StrEnum):
    """What to do with prices when customer or date of an order change."""

    KEEP = "keep"
    REPRICE = "reprice"
    REPRICE_TYPED_TOO = "reprice_typed_too"


class PricesWouldChange(Question):
    """Another customer or date means other prices, or another discount on the whole order.

    `differences` holds the prices line by line, `discount` that on the whole.
    """

    answer = "prices"
    sentence = N_(
        "On order {order} {count} lines would cost something else: {lines}. Keep the prices "
        "(keep), take the new ones (reprice), or those of typed lines too (reprice_typed_too)?"
    )
    with_discount: ClassVar[str] = N_(
        "On order {order} {count} lines would cost something else: {lines}. The discount on the "
        "whole order would be {discount_after}, not {discount_before}. Keep the prices (keep), "
        "take the new ones (reprice), or those of typed lines too (reprice_typed_too)?"
    )
    discount_alone: ClassVar[str] = N_(
        "On order {order} the discount on the whole order would be {discount_after}, not "
        "{discount_before}. Keep the prices (keep) or take the new ones (reprice)?"
    )

    def message(self, language: str | None = None) -> str:
        """The sentence for what would change."""
        if self.data["discount"] is None:
            return super().message(language)
        sentence = self.with_discount if self.data["count"] else self.discount_alone
        return render(sentence, self.data, language)


class OtherCurrency(BusinessError):
    """A customer who trades in another currency."""

    about = ("customer",)
    sentence = N_(
        "{customer} trades in {currency}, order {order} is in {ordered}. "
        "Enter a new order for {customer}."
    )


class AlreadyDelivered(BusinessError):
    """Goods went to the customer the order is for."""

    about = ("customer",)
    sentence = N_(
        "Goods of order {order} have gone to its customer, so it cannot change to another. "
        "Cancel the rest and enter a new order."
    )


# Parts that stood before go first: the count waits for them.
_APPLY = text(f"""
    WITH d AS (
      SELECT * FROM jsonb_to_recordset(:rows) AS r(
             id bigint, price_unit text, price_factor numeric, list_price numeric,
             unit_price numeric, price_source text, price_explanation jsonb)
    ), priced AS (
      UPDATE sales_order_line l
         SET price_unit = d.price_unit, price_factor = d.price_factor, list_price = d.list_price,
             unit_price = d.unit_price, price_source = d.price_source,
             price_explanation = d.price_explanation
        FROM d WHERE l.id = d.id
    ), gone AS (
      DELETE FROM line_price_part p USING d WHERE p.line_id = d.id RETURNING p.line_id
    )
    {INSERT_PARTS} WHERE (SELECT count(*) FROM gone) >= 0
""").bindparams(bindparam("rows", type_=JSONB))


def give_prices(session: Session, found: Sequence[PriceResult]) -> None:
    """Store what was found with the lines whose ids are the keys. One statement, or none.

    Raises: NoPrice for a line for which nothing was found.
    """
    if not found:
        return
    rows = []
    for each in found:
        if each.unit_price is None:
            asked = each.decision.asked
            raise NoPrice(item=asked.item.number, currency=asked.currency)
        rows.append(
            {
                "id": each.key,
                "price_unit": each.price_unit,
                "price_factor": str(each.price_factor),
                "list_price": None if each.list_price is None else str(each.list_price),
                "unit_price": str(each.unit_price),
                "price_source": each.source.value,
                "price_explanation": each.explanation,
            }
        )
    parts = part_values((each.key, each.parts) for each in found)
    session.execute(_APPLY, {"rows": rows, **parts})


def follow_rules(
    session: Session,
    stored: Sequence[StoredPrice],
    found: Sequence[PriceResult],
    currency: str,
) -> tuple[PriceDifference, ...]:
    """Re-price the lines whose price rests on another rule now; kept prices stay as they are.

    So do prices at which all that is wanted is invoiced.
    A typed discount stays, off the new price. Answers what changed in money, and which step was
    crossed.
    """
    moved = [
        (line, result)
        for line, result in _keeping_discounts(stored, found)
        if not (line.is_kept or line.is_settled) and is_another_rule(line, result)
    ]
    give_prices(session, [result for _, result in moved])
    pairs = (difference(line, result, currency) for line, result in moved)
    return tuple(each for each in pairs if each is not None)


class LinesBeside:
    """The other lines of an order, for when they count together with those that change.

    Only then are they read, and only those that do count together are re-priced: what an agreement
    says by now reaches no other stored line (`reprice_order` is for that).
    """

    def __init__(self, session: Session, order: SalesOrder, but: Collection[int] = ()) -> None:
        """`but` are the lines that change."""
        self._session, self._order, self._but = session, order, but
        self._stored: dict[int, StoredPrice] = {}

    def read(self) -> list[PriceRequest]:
        """The questions what they would cost now."""
        order = self._order
        self._stored = {
            each.id: each
            for each in stored_prices(self._session, order.id)
            if each.id not in self._but and each.counted > 0
        }
        return [
            each.request(order.customer_id, order.order_date, order.currency)
            for each in self._stored.values()
        ]

    def follow(self, found: Sequence[PriceResult]) -> tuple[PriceDifference, ...]:
        """Re-price those that rest on another rule by it; what changed in money."""
        stored = [self._stored[each.key] for each in found]
        return follow_rules(self._session, stored, found, self._order.currency)


def follow_less(
    session: Session, order: SalesOrder, lines: Sequence[StoredPrice]
) -> tuple[DocumentPrices, tuple[PriceDifference, ...]]:
    """Less is wanted of some lines, or nothing: re-price what rests on another rule by it.

    `lines` are as they are now. Answers what was found, for the order's discount, and what
    changed in money.
    """
    beside = LinesBeside(session, order, [each.id for each in lines])
    found = prices_now(
        session, lines, order.customer_id, order.order_date, order.currency, beside.read
    )
    left = [pair for pair in zip(lines, found.lines, strict=True) if pair[0].counted > 0]
    repriced = follow_rules(
        session, [line for line, _ in left], [result for _, result in left], order.currency
    )
    return found, repriced + beside.follow(found.beside)


def _keeping_discounts(
    stored: Sequence[StoredPrice], found: Sequence[PriceResult]
) -> list[tuple[StoredPrice, PriceResult]]:
    """Each line with what was found for it, less what a typed discount stands in place of."""
    return [
        (line, line.keeping_discount(result)) for line, result in zip(stored, found, strict=True)
    ]


def ask_about_prices(order: str, changes: PriceDifferences) -> PricesWouldChange:
    """The question with its before/after list."""
    discount = changes.discount
    return PricesWouldChange(
        order=order,
        count=len(changes.lines),
        lines="; ".join(
            f"{each.line_no} {each.item} {plain(each.before)} → "
            f"{plain(each.after) if each.after is not None else '?'}"
            for each in changes.lines
        ),
        discount_before=None if discount is None else plain(discount.before.amount),
        discount_after=None if discount is None else plain(discount.after.amount),
        discount=None
        if discount is None
        else {
            when: {
                "label": each.label,
                "percent": plain(each.percent),
                "amount_off": plain(each.amount_off),
                "amount": plain(each.amount),
            }
            for when, each in (("before", discount.before), ("after", discount.after))
        },
        differences=[
            {
                "line": each.line_id,
                "line_no": each.line_no,
                "item": each.item,
                "is_typed": each.is_typed,
                "before": plain(each.before),
                "before_unit": each.before_unit,
                "before_amount": plain(each.before_amount),
                "after": None if each.after is None else plain(each.after),
                "after_unit": each.after_unit,
                "after_amount": None if each.after_amount is None else plain(each.after_amount),
            }
            for each in changes.lines
        ],
    )


def take_prices(
    session: Session,
    stored: Sequence[StoredPrice],
    found: DocumentPrices,
    currency: str,
    *,
    typed_too: bool = False,
    only: frozenset[int] = frozenset(),
) -> tuple[list[PriceResult], tuple[PriceDifference, ...]]:
    """Give the lines (or `only` some) what was found; what was given, and what changed in money.

    Lines of which all that is wanted is invoiced stay at the price they were invoiced at.
    """
    pairs_found = (
        list(zip(stored, found.lines, strict=True))
        if typed_too
        else [
            (line, result)
            for line, result in _keeping_discounts(stored, found.lines)
            if not line.is_kept
        ]
    )
    chosen = [
        (line, result)
        for line, result in pairs_found
        if not line.is_settled and (not only or line.id in only)
    ]
    pairs = [(line, result, difference(line, result, currency)) for line, result in chosen]
    given = [
        result
        for line, result, change in pairs
        if change is not None or (typed_too and line.is_typed) or is_another_rule(line, result)
    ]
    give_prices(session, given)
    return given, tuple(change for _, _, change in pairs if change is not None)
