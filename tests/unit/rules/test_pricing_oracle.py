"""Prices against a slow second reckoning of them, written from the rules alone (docs/money.md).

The second one compares records pair by pair and reckons in exact fractions: it shares nothing
with the decision it judges but the shape of question and record.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from app.rules.pricing.agreements import (
    Agreement,
    AgreementState,
    Cell,
    DiscountRule,
    EffectKind,
    Membership,
    Side,
)
from app.rules.pricing.decision import decide
from app.rules.pricing.explaining import explanation_of
from app.rules.pricing.question import Asked
from tests.factories.agreements import CUSTOMER, DAY, ITEM, agreement, asked

CASES = 4000
DAYS = [None, *(DAY + timedelta(days) for days in (-1, 0, 0, 1))]
LEVELS = [Membership(21, 0, 0), Membership(22, 0, 1), Membership(23, 1, 2), Membership(24, 0, 1)]
AROUND = [Membership(31, 0, 0), Membership(32, 0, 1), Membership(33, 0, 0)]


def case(seed: int) -> tuple[Asked, list[Agreement]]:
    """A line of a document, and agreements of which many are about it and some alike."""
    of = Random(seed)
    is_active = {each.group_id: of.random() < 0.9 for each in LEVELS + AROUND}
    side = of.choice([Side.SELL, Side.SELL, Side.SELL, Side.BUY])
    groups, around = (
        [each._replace(is_active=is_active[each.group_id]) for each in those]
        for those in (LEVELS, AROUND)
    )
    quantity = of.choice([1, 4, 5, 12, 60, 120])
    more = of.choice([0, 0, 6, 45])
    basket = {
        key: Decimal(quantity + more) for key in (ITEM, *(-each.group_id for each in around), 0)
    }
    listed = of.choice([None, "0", "0.05", "20", "39.99", "100"])
    question = asked(
        quantity,
        list_price=listed,
        groups=groups,
        item_groups=around,
        units={"case": 12, "pallet": 480, "dozen": 12},
        side=side,
        unit=of.choice(["", "", "case", "dozen"]),
        basket=basket if of.random() < 0.5 else {},
        discount_rule=of.choice(list(DiscountRule)),
        has_item_floor=of.random() < 0.5,
    )
    parties = [CUSTOMER, CUSTOMER, *(-each.group_id for each in groups), 0, 9, -9]
    items = [ITEM, ITEM, *(-each.group_id for each in around), 0, 8, -8]
    # Some cases are about one cell, where records meet.
    if of.random() < 0.5:
        parties, items = [of.choice([CUSTOMER, 0]), -21, -24], [of.choice([ITEM, 0]), -31, -33]
    return question, [record(of, id, side, parties, items) for id in range(1, of.randint(2, 16))]


def record(of: Random, id: int, side: Side, parties: list[int], items: list[int]) -> Agreement:
    """Any record; most count."""
    kind = of.choice(list(EffectKind))
    start, end = of.choice(DAYS), of.choice(DAYS)
    if start is not None and end is not None and end < start:
        start, end = end, start
    return agreement(
        kind,
        of.choice(["0", "0.05", "5", "5", "10", "33.33", "99.999999"]),
        Cell.ACCOUNT_ITEM,
        id=id,
        side=of.choice([side] * 14 + list(Side)),
        party_key=of.choice(parties),
        item_key=ITEM if kind is EffectKind.PRICE else of.choice(items),
        currency=of.choice(["USD"] * 9 + ["EUR"]),
        unit=of.choice([""] * 8 + ["case", "dozen", "pallet", "keg"]),
        from_quantity=of.choice([0, 0, "0.5", 1, 5, 10, 12, 60]),
        valid_from=start,
        valid_to=end,
        priority=of.choice([0, 0, 0, 1]),
        stop=of.random() < 0.3,
        across_lines=of.random() < 0.3,
        any_unit=of.random() < 0.4,
        state=of.choice([AgreementState.ACTIVE] * 9 + list(AgreementState)),
    )


# ---------------------------------------------------------------- the second reckoning


def base_units(line: Asked, unit: str) -> Fraction | None:
    """Base units in one unit; None for a unit the item does not have."""
    if unit in ("", line.item.base_unit):
        return Fraction(1)
    factor = line.item.units.get(unit)
    return None if factor is None else Fraction(factor)


def concerns(line: Asked, record: Agreement) -> bool:
    """Whether it is with this party (or an active group of its, or all) about this item."""
    party, item = line.party, line.item
    for key, id, keys in (
        (record.party_key, party.id, party.keys),
        (record.item_key, item.id, item.keys),
    ):
        is_one = key > 0 and key == id
        is_group = key < 0 and key in keys and keys[key].is_active
        if not (key == 0 or is_one or is_group):
            return False
    return True


def qualifies(line: Asked, record: Agreement) -> bool:
    """Whether it may count at all: side, state, days, currency, unit and step."""
    if not concerns(line, record) or record.side != line.side:
        return False
    if record.state != "active" or record.currency != line.currency:
        return False
    if record.valid_from and line.on < record.valid_from:
        return False
    if record.valid_to and record.valid_to < line.on:
        return False
    factor = base_units(line, record.unit)
    if factor is None:
        return False
    is_for_every_unit = record.kind is EffectKind.PERCENT and record.unit == ""
    is_for_this_unit = (record.unit or line.item.base_unit) == line.line_unit
    if not (is_for_every_unit or is_for_this_unit or record.any_unit):
        return False
    counted = line.quantity
    if record.across_lines:
        counted = line.basket.get(record.item_key, counted)
    return counted >= Fraction(record.from_quantity) * factor


def cell(record: Agreement) -> int:
    """Its place among the nine, 0 the most specific."""
    by_key = {1: 0, -1: 1, 0: 2}
    sign = lambda key: (key > 0) - (key < 0)  # noqa: E731
    return 3 * by_key[sign(record.party_key)] + by_key[sign(record.item_key)]


def is_better(
    line: Asked, one: Agreement, other: Agreement, worth: Callable[[Agreement], Fraction]
) -> bool:
    """Whether of two qualifying records of a cell the first goes before the second."""
    same_ladder = (one.party_key, one.item_key) == (other.party_key, other.item_key)
    if one.priority != other.priority:
        return one.priority > other.priority
    if same_ladder:
        steps = [
            Fraction(each.from_quantity) * (base_units(line, each.unit) or 0)
            for each in (one, other)
        ]
        if steps[0] != steps[1]:
            return steps[0] > steps[1]
        own = [
            not (each.kind is EffectKind.PERCENT and each.unit == "")
            and (each.unit or line.item.base_unit) == line.line_unit
            for each in (one, other)
        ]
        return own[0] if own[0] != own[1] else one.id < other.id
    for groups, key, other_key in (
        (line.party.keys, one.party_key, other.party_key),
        (line.item.keys, one.item_key, other.item_key),
    ):
        if key == other_key:
            continue
        mine, theirs = groups[key], groups[other_key]
        if mine.priority != theirs.priority:
            return mine.priority > theirs.priority
        if mine.depth != theirs.depth:
            return mine.depth < theirs.depth
    if worth(one) != worth(other):
        return worth(one) > worth(other)
    return one.id < other.id


def best(
    line: Asked, found: list[Agreement], worth: Callable[[Agreement], Fraction]
) -> Agreement | None:
    """The record of a cell that counts: the best of each ladder, then the best of those."""
    ladders: dict[tuple[int, int], list[Agreement]] = {}
    for each in found:
        ladders.setdefault((each.party_key, each.item_key), []).append(each)
    tops: list[Agreement] = []
    for ladder in (*ladders.values(), tops):
        for each in ladder:
            if all(o is each or is_better(line, each, o, worth) for o in ladder):
                if ladder is tops:
                    return each
                tops.append(each)
    return None


def second_price(
    line: Asked, records: list[Agreement]
) -> tuple[Fraction | None, Fraction, int | None]:
    """Price per price unit, base units in that unit, and the agreement it is from."""
    own = base_units(line, line.unit)
    assert own is not None

    def in_line_unit(record: Agreement) -> Fraction:
        factor = base_units(line, record.unit)
        assert factor is not None
        exact = Fraction(record.value) * own / factor
        return sixth(exact)

    prices = [each for each in records if each.kind is EffectKind.PRICE and qualifies(line, each)]
    for wanted in (0, 3, 6):
        here = [each for each in prices if cell(each) == wanted]
        hit = best(line, here, lambda each: -in_line_unit(each))
        if hit is None:
            continue
        price = in_line_unit(hit)
        floor = line.own_list_price
        if (
            line.side == "sell"
            and line.has_item_floor
            and line.line_unit == line.item.base_unit
            and floor
            and floor < price
        ):
            return Fraction(floor), own, None
        return price, own, hit.id
    if not line.listed:
        return None, Fraction(1), None
    first = line.listed[0]
    return Fraction(first.price), base_units(line, first.unit) or Fraction(1), None


def sixth(value: Fraction) -> Fraction:
    """Rounded to the six decimals of a unit price, halves away from zero."""
    return Fraction(int(value * 10**6 + Fraction(1, 2)), 10**6)


def second_discounts(
    line: Asked, records: list[Agreement], price: Fraction, factor: Fraction
) -> list[tuple[int, Fraction]]:
    """(agreement, what it takes off a price unit), amounts before percentages."""

    def amount(record: Agreement) -> Fraction:
        of = base_units(line, record.unit)
        assert of is not None
        return sixth(Fraction(record.value) * factor / of)

    def worth(record: Agreement) -> Fraction:
        if record.kind is EffectKind.PERCENT:
            return price * Fraction(record.value) / 100
        return min(price, amount(record))

    hits: list[Agreement] = []
    for wanted in range(9):
        here = [
            each
            for each in records
            if each.kind is not EffectKind.PRICE and qualifies(line, each) and cell(each) == wanted
        ]
        if hit := best(line, here, worth):
            hits.append(hit)
    if line.discount_rule is DiscountRule.FIRST:
        hits = hits[:1]
    else:
        stops = [index for index, hit in enumerate(hits) if hit.stop]
        hits = hits[: stops[0] + 1] if stops else hits
        if line.discount_rule is DiscountRule.LARGEST and hits:
            most = max(worth(hit) for hit in hits)
            hits = [next(hit for hit in hits if worth(hit) == most)]
    taken = []
    left = price
    for kind in (EffectKind.AMOUNT_OFF, EffectKind.PERCENT):
        for hit in hits:
            if hit.kind is kind:
                is_percent = kind is EffectKind.PERCENT
                off = left * Fraction(hit.value) / 100 if is_percent else min(left, amount(hit))
                taken.append((hit.id, off))
                left -= off
    return taken


def test_price_and_discounts_are_what_a_second_reckoning_finds() -> None:
    agreed = discounted = 0
    for seed in range(CASES):
        question, records = case(seed)
        decision = decide(question, records)
        price, factor, winner = second_price(question, records)
        assert decision.price == price, seed
        assert (decision.winner.id if decision.winner else None) == winner, seed
        agreed += winner is not None
        if price is None:
            assert decision.discounts == (), seed
            continue
        assert decision.price_factor == factor, seed
        found = [(each.agreement.id, Fraction(-each.effect)) for each in decision.discounts]
        assert found == second_discounts(question, records, price, factor), seed
        discounted += len(found) > 1
        told = explanation_of(decision)["candidates"]
        won = {each["agreement"] for each in told if each["won"]}
        assert won == {id for id, _ in found} | ({winner} if winner else set()), seed
    assert min(agreed, discounted) > CASES // 30
