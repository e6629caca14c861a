"""Laws that hold for whatever agreements a company makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.pricing.agreements import Agreement, Cell, DiscountRule, EffectKind, Membership, Side
from app.rules.pricing.decision import Decision, decide
from app.rules.pricing.explaining import explanation_of, nearest_miss
from app.rules.pricing.question import Asked
from tests.factories.agreements import DAY, GROUP, ITEM_GROUP, agreement, asked

D = Decimal
LAW = settings(derandomize=True, deadline=None, max_examples=300)
GROUPS = (GROUP, Membership(22, 0, 1), Membership(23, 1, 2))
ITEM_GROUPS = (ITEM_GROUP, Membership(32, 0, 1))
PERIODS = [(None, None)] * 6 + [
    (DAY, DAY),
    (None, DAY - timedelta(1)),
    (DAY - timedelta(3), None),
    (DAY + timedelta(1), None),
]


def record(
    kind: EffectKind,
    cell: Cell,
    groups: tuple[int, int],
    period: tuple[date | None, date | None],
    **more: Any,
) -> Agreement:
    """A record that might concern the customer and the item; a price is about the item."""
    if kind is EffectKind.PRICE:
        cell = Cell(cell - cell % 3)
    made = agreement(kind, more.pop("value"), cell, **more)
    party = made.party_key if made.party_key >= 0 else -groups[0]
    items = made.item_key if made.item_key >= 0 else -groups[1]
    return made._replace(party_key=party, item_key=items, valid_from=period[0], valid_to=period[1])


# Most count, many are alike: laws that nothing comes near hold by themselves.
RECORDS = st.builds(
    record,
    kind=st.sampled_from(EffectKind),
    cell=st.sampled_from(Cell),
    groups=st.tuples(st.sampled_from([GROUP, 22, 23]), st.sampled_from([ITEM_GROUP, 32])),
    period=st.sampled_from(PERIODS),
    value=st.sampled_from(["0", "5", "10", "33.33", "60", "99.999999"]),
    from_quantity=st.sampled_from([0, 0, 0, 1, 5, 50]),
    priority=st.sampled_from([0, 0, 0, 1]),
    stop=st.sampled_from([False, False, True]),
    any_unit=st.booleans(),
    unit=st.sampled_from([""] * 6 + ["case", "pallet"]),
    currency=st.sampled_from(["USD"] * 9 + ["EUR"]),
)
MANY = st.lists(RECORDS, min_size=1, max_size=12)


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    """Any question of the small customer."""
    return asked(
        draw(st.sampled_from([1, 4, 5, 12, 60, 120])),
        groups=GROUPS,
        item_groups=ITEM_GROUPS,
        unit=draw(st.sampled_from(["", "", "case"])),
        list_price=draw(st.sampled_from([0, 20, 60, 100])),
        discount_rule=draw(st.sampled_from(DiscountRule)),
        has_item_floor=draw(st.booleans()),
    )


def qualified(decision: Decision, *, prices: bool) -> list[Agreement]:
    """The records whose date, currency, unit and quantity were right."""
    return [
        verdict.agreement
        for verdict in decision.verdicts
        if verdict.qualified and (verdict.agreement.kind is EffectKind.PRICE) == prices
    ]


@LAW
@given(questions(), MANY)
def test_under_first_the_more_specific_never_loses_but_to_the_floor(
    question: Asked, candidates: list[Agreement]
) -> None:
    decision = decide(question, candidates)
    prices = qualified(decision, prices=True)
    if prices:
        chosen = decision.winner or decision.beaten
        assert chosen is not None
        assert chosen.cell == min(each.cell for each in prices)
        alone = decide(replace(question, has_item_floor=False), [chosen])
        own = question.own_list_price
        assert alone.price is not None
        is_beaten = question.has_item_floor and question.unit == "" and own and own < alone.price
        assert decision.price == (own if is_beaten else alone.price)
        assert (decision.beaten is not None) == bool(is_beaten)
    discounts = qualified(decision, prices=False)
    if question.discount_rule is DiscountRule.FIRST and discounts and decision.price is not None:
        first = min(each.cell for each in discounts)
        assert [each.agreement.cell for each in decision.discounts] == [first]


@LAW
@given(questions(), MANY)
def test_under_largest_nothing_before_a_stop_is_larger_and_combine_takes_all_of_it(
    question: Asked, candidates: list[Agreement]
) -> None:
    """Before a stop: the cells up to the first whose hit says stop, that cell included."""
    prices = _prices(candidates)
    before_stop: list[Decision] = []
    for cell in Cell:
        of_cell = [each for each in candidates if each not in prices and each.cell is cell]
        # Alone, the cell's hit is what `first` gives.
        hit = decide(replace(question, discount_rule=DiscountRule.FIRST), [*prices, *of_cell])
        if hit.discounts:
            before_stop.append(hit)
            if hit.discounts[0].agreement.stop:
                break
    if not before_stop:
        return
    hits = [each.discounts[0] for each in before_stop]
    largest = decide(replace(question, discount_rule=DiscountRule.LARGEST), candidates)
    (taken,) = largest.discounts
    assert taken.effect == min(each.effect for each in hits)
    assert taken.agreement == next(each.agreement for each in hits if each.effect == taken.effect)
    combined = decide(replace(question, discount_rule=DiscountRule.COMBINE), candidates)
    assert {each.agreement.id for each in combined.discounts} == {
        each.agreement.id for each in hits
    }


def _prices(candidates: list[Agreement]) -> list[Agreement]:
    return [each for each in candidates if each.kind is EffectKind.PRICE]


@LAW
@given(questions(), MANY)
def test_every_candidate_has_one_verdict_and_winners_are_what_the_line_gets(
    question: Asked, candidates: list[Agreement]
) -> None:
    decision = decide(question, candidates)
    assert sorted(v.agreement.id for v in decision.verdicts) == sorted(c.id for c in candidates)
    won = {verdict.agreement.id for verdict in decision.verdicts if verdict.won}
    got = {each.agreement.id for each in decision.discounts}
    if decision.winner is not None:
        got.add(decision.winner.id)
    assert won == got
    if decision.winner is not None:
        assert decision.price == decide(question, [decision.winner]).price
    told = explanation_of(decision)
    assert {each["agreement"] for each in told["candidates"] if each["won"]} == got


@LAW
@given(questions(), MANY, st.randoms(use_true_random=False))
def test_the_order_in_which_records_are_read_decides_nothing(
    question: Asked, candidates: list[Agreement], random: Any
) -> None:
    shuffled = list(candidates)
    random.shuffle(shuffled)
    one, other = decide(question, candidates), decide(question, shuffled)
    assert (one.price, one.rule, one.net) == (other.price, other.rule, other.net)


@LAW
@given(questions(), MANY)
def test_the_price_after_discounts_is_never_below_nothing_nor_above_the_price(
    question: Asked, candidates: list[Agreement]
) -> None:
    decision = decide(question, candidates)
    if decision.price is not None and decision.net is not None:
        assert 0 <= decision.net <= decision.price
        left = decision.price
        for each in decision.discounts:
            assert (each.base, each.effect <= 0) == (left, True)
            left += each.effect
        assert left == decision.net


@LAW
@given(questions(), MANY)
def test_both_sides_obey_the_same_laws(question: Asked, candidates: list[Agreement]) -> None:
    sold = Asked(
        Side.SELL, question.party, question.item, question.quantity, question.on,
        question.currency, question.unit, listed=question.listed, has_item_floor=False,
        discount_rule=question.discount_rule,
    )  # fmt: skip
    bought = Asked(
        Side.BUY, question.party, question.item, question.quantity, question.on,
        question.currency, question.unit, listed=question.listed, has_item_floor=False,
        discount_rule=question.discount_rule,
    )  # fmt: skip
    selling = decide(sold, candidates)
    buying = decide(bought, [each._replace(side=Side.BUY) for each in candidates])
    assert (selling.price, selling.rule, selling.net) == (buying.price, buying.rule, buying.net)


@LAW
@given(questions(), MANY)
def test_the_nearest_miss_keeps_its_promise(question: Asked, candidates: list[Agreement]) -> None:
    decision = decide(question, candidates)
    miss = nearest_miss(decision)
    if miss is None:
        return
    more = D(miss["more"])
    assert more > 0
    then = decide(question.and_more(more), candidates)
    assert then.net is not None
    assert decision.net is not None
    assert then.net / then.price_factor < decision.net / decision.price_factor
