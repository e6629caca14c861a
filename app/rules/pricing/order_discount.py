"""The discount on a whole order: three cells, the first with a hit (docs/money.md).

It is decided like a discount on one line whose price and quantity are both the sum of the
order's line amounts, so that priorities, groups and steps mean the same at both levels.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from app.rules.orders import PriceSource
from app.rules.pricing.agreements import Agreement, DiscountRule, Side
from app.rules.pricing.decision import Decision, decide
from app.rules.pricing.question import Asked, ItemFacts, ListedPrice, PartyFacts, keys_of


def decide_order_discount(
    side: Side,
    party: PartyFacts,
    amount: Decimal,
    on: date,
    currency: str,
    candidates: Iterable[Agreement],
) -> Decision:
    """At most one discount on `amount`, the sum of line amounts after line discounts.

    Of a verdict on a step not reached, `missing` is an amount.
    """
    order = Asked(
        side,
        party,
        ItemFacts(0, "", currency, keys_of(0)),
        amount,
        on,
        currency,
        listed=(ListedPrice(PriceSource.LIST, "", "", amount),),
        discount_rule=DiscountRule.FIRST,
        has_item_floor=False,
    )
    steps = (each._replace(from_quantity=each.from_amount) for each in candidates)
    return decide(order, steps)
