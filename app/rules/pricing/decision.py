"""Which price and which discounts a line gets: one decision for lookup and explanation.

`decide` takes a question with everything known about item, party and document, and the
agreements that might concern it; it answers with price, discounts and a verdict on each
candidate. It asks nothing and changes nothing. The rules in words: docs/money.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from app.core.money import HUNDRED, ZERO, round_half_away
from app.rules.orders import PriceSource
from app.rules.pricing.agreements import (
    Agreement,
    AgreementState,
    Cell,
    DiscountRule,
    EffectKind,
    Membership,
    Side,
)
from app.rules.pricing.question import (
    ONE,
    Asked,
    Decision,
    Discount,
    ListedPrice,
    Reason,
    Verdict,
)

PRICE_DECIMALS = 6
_NO_GROUP = Membership(0, 0, 0)


class _Hit(NamedTuple):
    """A candidate that qualifies, with its step in base units."""

    agreement: Agreement
    step: Decimal
    is_own_unit: bool
    factor: Decimal


_Hits = dict[Cell, list[_Hit]]
_Better = Callable[[_Hit], Decimal]
"""What a record is worth to whoever buys: greater is better."""


def decide(asked: Asked, candidates: Iterable[Agreement], *, more: Decimal = ZERO) -> Decision:
    """The price and discounts of a line, and what became of every candidate.

    `more` asks what would be if so many base units more were ordered.
    """
    prices: _Hits = {}
    reductions: _Hits = {}
    verdicts: list[Verdict] = []
    for agreement in candidates:
        judged = _judge(asked, agreement, more)
        if isinstance(judged, Verdict):
            verdicts.append(judged)
            continue
        hits = prices if agreement.kind is EffectKind.PRICE else reductions
        hits.setdefault(agreement.cell, []).append(judged)

    own_factor = asked.factor(asked.unit) or ONE
    listed = next(iter(asked.listed), None)
    price, unit, factor, winner, beaten = _price(asked, prices, own_factor, listed, verdicts)
    source, label = PriceSource.AGREEMENT, winner.name if winner else ""
    if winner is None:
        source = listed.source if listed and beaten is None else PriceSource.LIST
        label = listed.label if listed and beaten is None else ""
    discounts = _discounts(asked, reductions, price, factor, verdicts)
    return Decision(
        asked,
        price,
        unit,
        factor,
        _converted(asked, listed, factor),
        source,
        label,
        winner,
        beaten,
        discounts,
        tuple(verdicts),
    )


def _judge(asked: Asked, agreement: Agreement, more: Decimal) -> Verdict | _Hit:
    """Whether the record qualifies: party, item, state, date, currency, unit, quantity."""
    party, item = asked.party, asked.item
    key = agreement.party_key
    if key and key != party.id and (reason := _concerns(key, party.groups)):
        return Verdict(agreement, reason)
    key = agreement.item_key
    if key and key != item.id and (reason := _concerns(key, item.groups)):
        return Verdict(agreement, reason)
    if agreement.side is not asked.side:
        return Verdict(agreement, Reason.NOT_CONCERNED)
    if agreement.state is not AgreementState.ACTIVE:
        return Verdict(agreement, Reason.NOT_ACTIVE)
    if agreement.currency != asked.currency:
        return Verdict(agreement, Reason.OTHER_CURRENCY)
    if agreement.valid_from is not None and asked.on < agreement.valid_from:
        return Verdict(agreement, Reason.NOT_YET)
    if agreement.valid_to is not None and asked.on > agreement.valid_to:
        return Verdict(agreement, Reason.EXPIRED)
    unit = agreement.unit
    factor = asked.factor(unit) if unit else ONE
    is_every_unit = unit == "" and agreement.kind is EffectKind.PERCENT
    is_own_unit = not is_every_unit and (unit or item.base_unit) == asked.line_unit
    if factor is None or not (is_every_unit or is_own_unit or agreement.any_unit):
        return Verdict(agreement, Reason.OTHER_UNIT)
    step = agreement.from_quantity
    if step:
        step *= factor
        counted = asked.quantity
        if agreement.across_lines:
            counted = asked.basket.get(agreement.item_key, asked.quantity)
        if counted + more < step:
            return Verdict(agreement, Reason.BELOW_STEP, step - counted)
    return _Hit(agreement, step, is_own_unit, factor)


def _concerns(key: int, groups: Mapping[int, Membership]) -> Reason | None:
    """Why a group's key does not mean this account or item; None when it does."""
    membership = groups.get(-key)
    if membership is None:
        return Reason.NOT_CONCERNED
    return None if membership.is_active else Reason.GROUP_INACTIVE


def _price(
    asked: Asked,
    hits: _Hits,
    own_factor: Decimal,
    listed: ListedPrice | None,
    verdicts: list[Verdict],
) -> tuple[Decimal | None, str, Decimal, Agreement | None, Agreement | None]:
    """Price, its unit and factor, the agreement it is from, the one the item floor beat."""
    price, winner, beaten = None, None, None
    unit, factor = asked.line_unit, own_factor
    for cell in (Cell.ACCOUNT_ITEM, Cell.GROUP_ITEM, Cell.ALL_ITEM):
        found = hits.get(cell)
        if not found:
            continue
        if winner is not None or beaten is not None:
            verdicts += [Verdict(hit.agreement, Reason.EARLIER_CELL) for hit in found]
            continue
        hit = _best_of_cell(asked, found, lambda each: -_in_line_unit(each, own_factor), verdicts)
        price = _in_line_unit(hit, own_factor)
        own = asked.own_list_price
        if (
            asked.side is Side.SELL
            and asked.has_item_floor
            and asked.line_unit == asked.item.base_unit
            and own
            and own < price
        ):
            price, beaten = own, hit.agreement
            verdicts.append(Verdict(hit.agreement, Reason.ITEM_FLOOR))
        else:
            winner = hit.agreement
            verdicts.append(Verdict(hit.agreement, None))
    if price is None and listed is not None:
        price = listed.price
        unit = listed.unit or asked.item.base_unit
        factor = asked.factor(listed.unit) or ONE
    elif price is None:
        unit, factor = asked.item.base_unit, ONE
    return price, unit, factor, winner, beaten


def _in_line_unit(hit: _Hit, own_factor: Decimal) -> Decimal:
    """The value of a price or amount off, in the line's unit."""
    if hit.factor == own_factor:
        return hit.agreement.value
    return round_half_away(hit.agreement.value * own_factor / hit.factor, PRICE_DECIMALS)


def _discounts(
    asked: Asked,
    hits: _Hits,
    price: Decimal | None,
    factor: Decimal,
    verdicts: list[Verdict],
) -> tuple[Discount, ...]:
    """The discounts of the line by the company's rule, amounts off before percentages."""
    if price is None:
        for found in hits.values():
            verdicts += [Verdict(hit.agreement, Reason.NO_PRICE) for hit in found]
        return ()

    def effect(hit: _Hit) -> Decimal:
        value = hit.agreement.value
        if hit.agreement.kind is EffectKind.PERCENT:
            return price * value / HUNDRED
        return min(price, _in_line_unit(hit, factor))

    rule = asked.discount_rule
    chosen: list[_Hit] = []
    over: Reason | None = None
    for cell in sorted(hits):
        found = hits[cell]
        if over is not None:
            verdicts += [Verdict(hit.agreement, over) for hit in found]
            continue
        chosen.append(hit := _best_of_cell(asked, found, effect, verdicts))
        if rule is DiscountRule.FIRST:
            over = Reason.EARLIER_CELL
        elif hit.agreement.stop:
            over = Reason.STOPPED
    if rule is DiscountRule.LARGEST and chosen:
        # max() keeps the first of equals: ties go to the earlier cell.
        largest = max(chosen, key=effect)
        verdicts += [
            Verdict(hit.agreement, Reason.LARGER_DISCOUNT) for hit in chosen if hit is not largest
        ]
        chosen = [largest]
    verdicts += [Verdict(hit.agreement, None) for hit in chosen]

    discounts: list[Discount] = []
    left = price
    chosen.sort(key=lambda hit: hit.agreement.kind is EffectKind.PERCENT)
    for hit in chosen:
        value = hit.agreement.value
        if hit.agreement.kind is EffectKind.PERCENT:
            discounts.append(Discount(hit.agreement, left, -left * value / HUNDRED, value, None))
        else:
            amount = _in_line_unit(hit, factor)
            discounts.append(Discount(hit.agreement, left, -min(left, amount), None, amount))
        left += discounts[-1].effect
    return tuple(discounts)


def _best_of_cell(
    asked: Asked,
    found: Sequence[_Hit],
    better: _Better,
    verdicts: list[Verdict],
) -> _Hit:
    """The one record of a cell that counts; the others are told why they do not.

    Each party and item side has its ladder: higher priority, then the highest step reached,
    then the line's own unit, then the older record. Among the ladders of several groups:
    higher priority, then the nearer group, then the better for whoever buys, then the older.
    """
    if len(found) == 1:
        return found[0]
    ladders: dict[tuple[int, int], _Hit] = {}
    for hit in found:
        key = hit.agreement.party_key, hit.agreement.item_key
        best = ladders.get(key)
        if best is None or _rank(hit) > _rank(best):
            ladders[key] = hit
    standings = {key: _standing(asked, hit) for key, hit in ladders.items()}
    highest = max(standings.values())
    level = [ladders[key] for key, standing in standings.items() if standing == highest]
    winner = level[0]
    if len(level) > 1:
        winner = max(level, key=lambda hit: (better(hit), -hit.agreement.id))
    for hit in found:
        if hit is winner:
            continue
        key = hit.agreement.party_key, hit.agreement.item_key
        if hit is not ladders[key]:
            reason = _why_lower(hit, ladders[key])
        elif standings[key] != highest:
            is_lower = hit.agreement.priority != winner.agreement.priority
            reason = Reason.LOWER_PRIORITY if is_lower else Reason.NEARER_GROUP
        else:
            is_worse = better(hit) != better(winner)
            reason = Reason.BETTER_GROUP if is_worse else Reason.OLDER_RECORD
        verdicts.append(Verdict(hit.agreement, reason))
    return winner


def _rank(hit: _Hit) -> tuple[int, Decimal, bool, int]:
    return hit.agreement.priority, hit.step, hit.is_own_unit, -hit.agreement.id


def _why_lower(hit: _Hit, best: _Hit) -> Reason:
    if hit.agreement.priority != best.agreement.priority:
        return Reason.LOWER_PRIORITY
    if hit.step != best.step:
        return Reason.HIGHER_STEP
    if hit.is_own_unit != best.is_own_unit:
        return Reason.OTHER_UNIT_FIRST
    return Reason.OLDER_RECORD


def _standing(asked: Asked, hit: _Hit) -> tuple[int, int, int, int, int]:
    """Priority, then how near the groups are, the account's first; of a group too, priority first.

    Greater goes before.
    """
    party, item = hit.agreement.party_key, hit.agreement.item_key
    above = asked.party.groups[-party] if party < 0 else _NO_GROUP
    around = asked.item.groups[-item] if item < 0 else _NO_GROUP
    return (
        hit.agreement.priority,
        above.priority,
        -above.depth,
        around.priority,
        -around.depth,
    )


def _converted(asked: Asked, listed: ListedPrice | None, factor: Decimal) -> Decimal | None:
    """The list price per price unit."""
    if listed is None:
        return None
    own = asked.factor(listed.unit) or ONE
    if own == factor:
        return listed.price
    return round_half_away(listed.price * factor / own, PRICE_DECIMALS)
