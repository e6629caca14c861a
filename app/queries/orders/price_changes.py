"""What another customer or date, or prices found anew, would change on an order: before, after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.ids import CustomerRef, OrderRef
from app.core.money import ZERO
from app.queries.orders.standing import StandingOrder, standing_order
from app.queries.pricing.differences import (
    PriceDifference,
    StoredPrice,
    differences,
    prices_now,
)
from app.queries.pricing.lookup import DocumentPrices
from app.rules.totals import TotalsRequest, goods_of, sum_of_lines


@dataclass(frozen=True, slots=True)
class DiscountRate:
    """A discount on a whole order: its agreement, a percentage or an amount, what it comes to."""

    label: str
    percent: Decimal
    amount_off: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DiscountDifference:
    """The discount on a whole order, and what it would be at the prices found now."""

    before: DiscountRate
    after: DiscountRate

    @property
    def more(self) -> Decimal:
        """By how much the order would cost more for it; less is below 0."""
        return self.before.amount - self.after.amount


@dataclass(frozen=True, slots=True)
class PriceDifferences:
    """The lines that would cost something else, and the discount on the whole if it would change.

    Of typed lines the discount counts what they cost now: they stay, unless somebody says so.
    """

    lines: tuple[PriceDifference, ...]
    discount: DiscountDifference | None

    def __bool__(self) -> bool:
        return bool(self.lines) or self.discount is not None


def order_lines(order: StandingOrder) -> list[StoredPrice]:
    """The lines that have a price of their own: not the parts of others."""
    return [each for each in order.prices if not each.is_part]


def would_change(order: StandingOrder, found: DocumentPrices) -> PriceDifferences:
    """What the order would cost at what was found for `order_lines`; nothing is changed."""
    stored = order_lines(order)
    return PriceDifferences(
        tuple(differences(stored, found.lines, order.currency)),
        _discount(order, stored, found),
    )


def _discount(
    order: StandingOrder, stored: Sequence[StoredPrice], found: DocumentPrices
) -> DiscountDifference | None:
    """None where it would come to the same."""
    given = [
        line.keeping_discount(result)
        for line, result in zip(stored, found.lines, strict=True)
        if not (line.is_kept or line.is_settled) and result.unit_price is not None
    ]
    lines = [
        line.goods.totals
        if line.invoiced == 0 or not line.is_invoiced
        else replace(line.goods.totals, invoiced=(line.amount, line.discount))
        for line in order.at_prices(given).lines
    ]
    amount = sum_of_lines(lines, order.currency)
    decided = next(iter(found.order_discount(amount).discounts), None)
    now: dict[str, Any] = next(iter(order.discount_explanation.get("discounts", ())), {})
    before = DiscountRate(
        now.get("label", ""),
        order.discount_percent,
        order.discount_amount,
        sum((line.discount for line in order.lines), ZERO),
    )
    after = DiscountRate("", ZERO, ZERO, ZERO)
    if decided is not None:
        after = DiscountRate(
            decided.agreement.name, decided.percent or ZERO, decided.amount or ZERO, ZERO
        )
    goods = goods_of(
        TotalsRequest(
            order.currency,
            tuple(lines),
            discount_percent=after.percent,
            discount_amount=after.amount_off,
        )
    )
    after = replace(after, amount=sum((line.discount for line in goods), ZERO))
    return None if after.amount == before.amount else DiscountDifference(before, after)


def price_differences(
    session: Session,
    *,
    order: OrderRef,
    customer: CustomerRef | None = None,
    order_date: date | None = None,
) -> PriceDifferences:
    """What re-pricing an order would change, also for another customer or date.

    Typed prices are listed too: nothing is changed by looking. Two statements. Raises: NotFound.
    """
    stands = standing_order(session, order, with_prices=True)
    found = prices_now(
        session,
        order_lines(stands),
        customer or stands.customer_id,
        order_date or stands.order_date,
        stands.currency,
    )
    return would_change(stands, found)
