"""Which of the records that might concern a line count for it; in words: docs/money.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from app.core.money import HUNDRED, round_half_away
from app.rules.pricing.agreements import (
    Agreement,
    AgreementState,
    Cell,
    DiscountRule,
    EffectKind,
)
from app.rules.pricing.question import NO_GROUP, ONE, Asked, Reason

PRICE_DECIMALS = 6

Cells = dict[Cell, list[Agreement]]
"""Records by the cells they stand in."""
Standing = tuple[int, int, int, int, int]
Worth = Callable[[Agreement], Decimal]
"""What a record is worth to whoever buys: greater is better."""


def in_cells(candidates: Iterable[Agreement]) -> tuple[Cells, Cells]:
    """The records cell by cell: prices, and what takes something off a price."""
    prices: Cells = {}
    reductions: Cells = {}
    for each in candidates:
        cells = prices if each.kind is EffectKind.PRICE else reductions
        cells.setdefault(each.cell, []).append(each)
    return prices, reductions


def obstacle(asked: Asked, agreement: Agreement) -> Reason | None:
    """Why a record does not qualify: party, item, state, currency, day, unit, quantity."""
    party = asked.party.keys.get(agreement.party_key)
    if party is None:
        return Reason.NOT_CONCERNED
    if not party.is_active:
        return Reason.GROUP_INACTIVE
    item = asked.item.keys.get(agreement.item_key)
    if item is None:
        return Reason.NOT_CONCERNED
    if not item.is_active:
        return Reason.GROUP_INACTIVE
    if agreement.side is not asked.side:
        return Reason.NOT_CONCERNED
    if agreement.state is not AgreementState.ACTIVE:
        return Reason.NOT_ACTIVE
    if agreement.currency != asked.currency:
        return Reason.OTHER_CURRENCY
    first, last = agreement.valid_from, agreement.valid_to
    if first is not None and asked.on < first:
        return Reason.NOT_YET
    if last is not None and asked.on > last:
        return Reason.EXPIRED
    unit = agreement.unit
    if not agreement.is_for_every_unit and (
        asked.factor(unit) is None or not (agreement.any_unit or asked.is_own_unit(unit))
    ):
        return Reason.OTHER_UNIT
    if agreement.from_quantity and missing(asked, agreement) > 0:
        return Reason.BELOW_STEP
    return None


def missing(asked: Asked, agreement: Agreement) -> Decimal:
    """How many base units more reach the record's step; 0 or less when it is reached."""
    counted = asked.quantity
    if agreement.across_lines:
        counted = asked.basket.get(agreement.item_key, asked.quantity)
    return _step(asked, agreement) - counted


def price_record(asked: Asked, prices: Cells) -> Agreement | None:
    """The record that gives the price: of the first cell with a hit."""
    for cell in sorted(prices):
        best = _best_of_cell(asked, prices[cell], cheapness(asked))
        if best is not None:
            return best
    return None


def discount_records(asked: Asked, reductions: Cells, effect: Worth) -> list[Agreement]:
    """The best record of each cell, up to where the company's rule or a record says stop.

    They come in the order of their cells.
    """
    chosen: list[Agreement] = []
    for cell in sorted(reductions):
        best = _best_of_cell(asked, reductions[cell], effect)
        if best is not None:
            chosen.append(best)
            if asked.discount_rule is DiscountRule.FIRST or best.stop:
                break
    return chosen


def cheapness(asked: Asked) -> Worth:
    """Of prices the lowest is worth most."""
    return lambda each: -in_unit(asked, each, asked.line_factor)


def effect_on(asked: Asked, price: Decimal, factor: Decimal) -> Worth:
    """Of discounts the one is worth most that takes most off a price per `factor` base units."""

    def effect(each: Agreement) -> Decimal:
        if each.kind is EffectKind.PERCENT:
            return price * each.value / HUNDRED
        return min(price, in_unit(asked, each, factor))

    return effect


def in_unit(asked: Asked, agreement: Agreement, factor: Decimal) -> Decimal:
    """The value of a price or amount off, for a unit of `factor` base units."""
    own = asked.factor(agreement.unit) or ONE
    if own == factor:
        return agreement.value
    return round_half_away(agreement.value * factor / own, PRICE_DECIMALS)


def _best_of_cell(asked: Asked, records: Sequence[Agreement], worth: Worth) -> Agreement | None:
    """The one record of a cell that counts; None when none qualifies.

    The highest standing with a hit decides. What stands there is one ladder, or the ladders of
    several groups: of each the step that is reached, and of those the better for whoever buys,
    then the older record.
    """
    standings: dict[Standing, list[Agreement]] = {}
    for each in records:
        standings.setdefault(standing(asked, each), []).append(each)
    for highest in sorted(standings, reverse=True):
        found = [each for each in standings[highest] if obstacle(asked, each) is None]
        if found:
            reached = tops(asked, found)
            if len(reached) == 1:
                return reached[0]
            return max(reached, key=lambda each: (worth(each), -each.id))
    return None


def tops(asked: Asked, found: Sequence[Agreement]) -> Sequence[Agreement]:
    """Of each ladder (a party and an item side) the one record that counts."""
    if len(found) == 1:
        return found
    ladders: dict[tuple[int, int], list[Agreement]] = {}
    for each in found:
        ladders.setdefault(each.ladder, []).append(each)
    return [max(ladder, key=lambda each: rank(asked, each)) for ladder in ladders.values()]


def rank(asked: Asked, agreement: Agreement) -> tuple[int, Decimal, bool, int]:
    """Inside a ladder: priority, the step, the line's own unit, the older record."""
    is_own_unit = not agreement.is_for_every_unit and asked.is_own_unit(agreement.unit)
    return agreement.priority, _step(asked, agreement), is_own_unit, -agreement.id


def standing(asked: Asked, agreement: Agreement) -> Standing:
    """Priority, then how near the groups are, the account's first; of a group too, priority first.

    Greater goes before. What does not concern the line stands anywhere: it does not qualify.
    """
    party = asked.party.keys.get(agreement.party_key, NO_GROUP)
    item = asked.item.keys.get(agreement.item_key, NO_GROUP)
    return agreement.priority, party.priority, -party.depth, item.priority, -item.depth


def _step(asked: Asked, agreement: Agreement) -> Decimal:
    """The quantity it starts at, in base units."""
    if not agreement.unit:
        return agreement.from_quantity
    return agreement.from_quantity * (asked.factor(agreement.unit) or ONE)
