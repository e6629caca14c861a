"""Which price and which discounts a line gets: one decision for lookup and explanation.

`decide` takes a question with everything known about item, party and document, and the
agreements that might concern it; it answers with price and discounts. What became of each
candidate is reckoned for those who ask (`Decision.verdicts`). It asks nothing and changes
nothing. The rules in words: docs/money.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.money import HUNDRED, ZERO, round_half_away
from app.rules.orders import PriceSource
from app.rules.pricing.agreements import Agreement, DiscountRule, EffectKind, Side
from app.rules.pricing.choosing import (
    PRICE_DECIMALS,
    Cells,
    Worth,
    cheapness,
    discount_records,
    effect_on,
    in_cells,
    in_unit,
    missing,
    obstacle,
    price_record,
    rank,
    standing,
    tops,
)
from app.rules.pricing.question import ONE, Asked, Discount, ListedPrice, Reason, Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: price per `price_unit` before discounts, and the discounts.

    `price` and `net` are None where there is no price. `beaten` is the agreement whose price
    lost to the item's own list price; `smaller` are discounts of other cells that lost to the
    largest. `candidates` are all that might have concerned the line.
    """

    asked: Asked
    candidates: tuple[Agreement, ...]
    price: Decimal | None
    price_unit: str
    price_factor: Decimal
    list_price: Decimal | None
    source: PriceSource
    label: str
    winner: Agreement | None
    beaten: Agreement | None
    discounts: tuple[Discount, ...]
    smaller: tuple[Agreement, ...]

    @property
    def net(self) -> Decimal | None:
        """The price after discounts, not rounded."""
        if self.price is None:
            return None
        return self.price + sum((each.effect for each in self.discounts), ZERO)

    @property
    def rule(self) -> tuple[str, ...]:
        """What the price rests on; while it stays the same, a stored price stays as it is."""
        if self.price is None:
            price = "none"
        elif self.winner is not None:
            price = f"agreement {self.winner.id}"
        else:
            price = f"{self.source.value} {self.label} {self.price_unit}".strip()
        return (price, *(f"discount {each.agreement.id}" for each in self.discounts))

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What became of each candidate, reckoned when asked for."""
        return tuple(_verdicts(self))


def decide(asked: Asked, candidates: Iterable[Agreement]) -> Decision:
    """The price and discounts of a line."""
    known = tuple(candidates)
    prices, reductions = in_cells(known)
    listed = asked.listed[0] if asked.listed else None
    price, unit, factor, winner, beaten = _price(asked, prices, listed)
    source, label = PriceSource.LIST, ""
    if winner is not None:
        source, label = PriceSource.AGREEMENT, winner.name
    elif listed is not None and beaten is None:
        source, label = listed.source, listed.label
    discounts, smaller = _discounts(asked, reductions, price, factor)
    return Decision(
        asked,
        known,
        price,
        unit,
        factor,
        _converted(asked, listed, factor),
        source,
        label,
        winner,
        beaten,
        discounts,
        smaller,
    )


def _price(
    asked: Asked, prices: Cells, listed: ListedPrice | None
) -> tuple[Decimal | None, str, Decimal, Agreement | None, Agreement | None]:
    """Price, its unit and factor, the agreement it is from, the one the item floor beat."""
    best = price_record(asked, prices)
    if best is not None:
        price, own = in_unit(asked, best, asked.line_factor), asked.own_list_price
        if (
            asked.side is Side.SELL
            and asked.has_item_floor
            and asked.line_unit == asked.item.base_unit
            and own
            and own < price
        ):
            return own, asked.line_unit, asked.line_factor, None, best
        return price, asked.line_unit, asked.line_factor, best, None
    if listed is not None:
        unit = listed.unit or asked.item.base_unit
        return listed.price, unit, asked.factor(unit) or ONE, None, None
    return None, asked.item.base_unit, ONE, None, None


def _discounts(
    asked: Asked, reductions: Cells, price: Decimal | None, factor: Decimal
) -> tuple[tuple[Discount, ...], tuple[Agreement, ...]]:
    """The discounts of the line by the company's rule, amounts off before percentages.

    Beside them, what is smaller than the largest when only that counts.
    """
    if price is None:
        return (), ()
    effect = effect_on(asked, price, factor)
    chosen = discount_records(asked, reductions, effect)
    smaller: tuple[Agreement, ...] = ()
    if chosen and asked.discount_rule is DiscountRule.LARGEST:
        # max() keeps the first of equals: ties go to the earlier cell.
        largest = max(chosen, key=effect)
        smaller = tuple(each for each in chosen if each is not largest)
        chosen = [largest]
    chosen.sort(key=lambda each: each.kind is EffectKind.PERCENT)
    discounts: list[Discount] = []
    left = price
    for each in chosen:
        if each.kind is EffectKind.PERCENT:
            discounts.append(Discount(each, left, -left * each.value / HUNDRED, each.value, None))
        else:
            amount = in_unit(asked, each, factor)
            discounts.append(Discount(each, left, -min(left, amount), None, amount))
        left += discounts[-1].effect
    return tuple(discounts), smaller


def _converted(asked: Asked, listed: ListedPrice | None, factor: Decimal) -> Decimal | None:
    """The list price per price unit."""
    if listed is None:
        return None
    own = asked.factor(listed.unit) or ONE
    if own == factor:
        return listed.price
    return round_half_away(listed.price * factor / own, PRICE_DECIMALS)


def _verdicts(decision: Decision) -> Iterator[Verdict]:
    """What became of each candidate."""
    asked = decision.asked
    qualified = []
    for each in decision.candidates:
        reason = obstacle(asked, each)
        if reason is None:
            qualified.append(each)
        elif reason is Reason.BELOW_STEP:
            yield Verdict(each, reason, missing(asked, each))
        else:
            yield Verdict(each, reason)
    prices, reductions = in_cells(qualified)
    yield from _on_prices(decision, prices)
    yield from _on_reductions(decision, reductions)


def _on_prices(decision: Decision, prices: Cells) -> Iterator[Verdict]:
    """The verdicts on prices that qualify."""
    best = decision.winner or decision.beaten
    if best is not None:
        yield Verdict(best, None if decision.winner else Reason.ITEM_FLOOR)
        asked = decision.asked
        yield from _beside(asked, prices, (best,), cheapness(asked), Reason.EARLIER_CELL)


def _on_reductions(decision: Decision, reductions: Cells) -> Iterator[Verdict]:
    """The verdicts on discounts that qualify."""
    asked = decision.asked
    if decision.price is None:
        for found in reductions.values():
            yield from (Verdict(each, Reason.NO_PRICE) for each in found)
        return
    given = tuple(each.agreement for each in decision.discounts)
    yield from (Verdict(each, None) for each in given)
    yield from (Verdict(each, Reason.LARGER_DISCOUNT) for each in decision.smaller)
    is_first = asked.discount_rule is DiscountRule.FIRST
    over = Reason.EARLIER_CELL if is_first else Reason.STOPPED
    effect = effect_on(asked, decision.price, decision.price_factor)
    yield from _beside(asked, reductions, given + decision.smaller, effect, over)


def _beside(
    asked: Asked, cells: Cells, chosen: Sequence[Agreement], worth: Worth, over: Reason
) -> Iterator[Verdict]:
    """Why the others of the chosen records' cells do not count; `over` is for the cells after."""
    best_of = {each.cell: each for each in chosen}
    for cell, found in cells.items():
        best = best_of.get(cell)
        if best is None:
            yield from (Verdict(each, over) for each in found)
            continue
        top_of = {each.ladder: each for each in tops(asked, found)}
        for each in found:
            if each is best:
                continue
            top = top_of[each.ladder]
            if each is top:
                yield Verdict(each, _why_another_ladder(asked, each, best, worth))
            else:
                yield Verdict(each, _why_lower(asked, each, top))


def _why_lower(asked: Asked, each: Agreement, top: Agreement) -> Reason:
    """Why another record of its ladder counts."""
    its, highest = rank(asked, each), rank(asked, top)
    for reason, mine, other in zip(
        (Reason.LOWER_PRIORITY, Reason.HIGHER_STEP, Reason.OTHER_UNIT_FIRST),
        its,
        highest,
        strict=False,
    ):
        if mine != other:
            return reason
    return Reason.OLDER_RECORD


def _why_another_ladder(asked: Asked, each: Agreement, best: Agreement, worth: Worth) -> Reason:
    """Why a record of another ladder of its cell counts."""
    if each.priority != best.priority:
        return Reason.LOWER_PRIORITY
    if standing(asked, each) != standing(asked, best):
        return Reason.NEARER_GROUP
    return Reason.BETTER_GROUP if worth(each) != worth(best) else Reason.OLDER_RECORD
