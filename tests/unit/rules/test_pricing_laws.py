"""Laws that hold for whatever agreements a company makes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.rules.pricing.agreements import Agreement, Cell, DiscountRule, EffectKind, Membership, Side
from app.rules.pricing.decision import Decision, decide
from app.rules.pricing.explaining import explanation_of, nearest_miss
from app.rules.pricing.question import Asked, Reason
from tests.factories.agreements import DAY, GROUP, ITEM_GROUP, agreement, asked

D = Decimal
GROUPS = (GROUP, Membership(22, 0, 1), Membership(23, 1, 2))
VALUES = st.decimals(0, 100, places=2)
DATES = st.one_of(st.none(), st.integers(-3, 3).map(lambda days: DAY + timedelta(days)))
ANOTHER_GROUP = {-GROUP: (-GROUP, -22, -23), -ITEM_GROUP: (-ITEM_GROUP, -32)}


@st.composite
def records(draw: Any, kinds: tuple[EffectKind, ...] = tuple(EffectKind)) -> Agreement:
    """Any record that might concern the customer and the item."""
    kind = draw(st.sampled_from(kinds))
    cells = (0, 3, 6) if kind is EffectKind.PRICE else range(9)
    made = agreement(
        kind,
        draw(VALUES),
        Cell(draw(st.sampled_from(list(cells)))),
        from_quantity=draw(st.sampled_from([0, 0, 1, 5, 10, 50])),
        priority=draw(st.sampled_from([0, 0, 1])),
        stop=draw(st.booleans()),
        any_unit=draw(st.booleans()),
        unit=draw(st.sampled_from(["", "", "case", "pallet"])),
        currency=draw(st.sampled_from(["USD", "USD", "USD", "EUR"])),
    )
    start, end = draw(DATES), draw(DATES)
    if start is not None and end is not None and end < start:
        start, end = end, start
    return made._replace(
        party_key=draw(
            st.sampled_from(ANOTHER_GROUP.get(made.party_key, (made.party_key,))),
        ),
        item_key=draw(st.sampled_from(ANOTHER_GROUP.get(made.item_key, (made.item_key,)))),
        valid_from=start,
        valid_to=end,
    )


@st.composite
def questions(draw: Any) -> Asked:
    """Any question of the small customer."""
    return asked(
        draw(st.sampled_from([1, 4, 5, 12, 60, 120])),
        groups=GROUPS,
        item_groups=(ITEM_GROUP, Membership(32, 0, 1)),
        unit=draw(st.sampled_from(["", "case"])),
        list_price=draw(st.sampled_from([0, 20, 60, 100])),
        discount_rule=draw(st.sampled_from(list(DiscountRule))),
        has_item_floor=draw(st.booleans()),
    )


MANY = st.lists(records(), max_size=12)


def qualified(decision: Decision, *, prices: bool) -> list[Agreement]:
    """The records whose date, currency, unit and quantity were right."""
    return [
        verdict.agreement
        for verdict in decision.verdicts
        if verdict.qualified and (verdict.agreement.kind is EffectKind.PRICE) == prices
    ]


@given(questions(), MANY)
def test_under_first_the_more_specific_never_loses_but_to_the_floor(
    question: Asked, candidates: list[Agreement]
) -> None:
    decision = decide(question, candidates)
    prices = qualified(decision, prices=True)
    if prices:
        first = min(each.cell for each in prices)
        assert (decision.winner or decision.beaten) is not None
        chosen = decision.winner or decision.beaten
        assert chosen is not None
        assert chosen.cell == first
    discounts = qualified(decision, prices=False)
    if question.discount_rule is DiscountRule.FIRST and discounts and decision.price is not None:
        first = min(each.cell for each in discounts)
        assert [each.agreement.cell for each in decision.discounts] == [first]


@given(questions(), MANY)
def test_under_largest_no_cells_choice_before_a_stop_is_larger(
    question: Asked, candidates: list[Agreement]
) -> None:
    decision = decide(question, candidates)
    if question.discount_rule is not DiscountRule.LARGEST or not decision.discounts:
        return
    rivals = [
        verdict.agreement
        for verdict in decision.verdicts
        if verdict.reason is Reason.LARGER_DISCOUNT
    ]
    for rival in rivals:
        alone = decide(question, [*_prices(candidates), rival])
        assert alone.discounts[0].effect >= decision.discounts[0].effect
    assert len(decision.discounts) == 1


def _prices(candidates: list[Agreement]) -> list[Agreement]:
    return [each for each in candidates if each.kind is EffectKind.PRICE]


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
    told = explanation_of(decision)
    assert {each["agreement"] for each in told["candidates"] if each["won"]} == got


@given(questions(), MANY, st.randoms(use_true_random=False))
def test_the_order_in_which_records_are_read_decides_nothing(
    question: Asked, candidates: list[Agreement], random: Any
) -> None:
    shuffled = list(candidates)
    random.shuffle(shuffled)
    one, other = decide(question, candidates), decide(question, shuffled)
    assert (one.price, one.rule, one.net) == (other.price, other.rule, other.net)


@given(questions(), MANY)
def test_the_price_after_discounts_is_never_below_nothing_nor_above_the_price(
    question: Asked, candidates: list[Agreement]
) -> None:
    decision = decide(question, candidates)
    if decision.price is not None and decision.net is not None:
        assert 0 <= decision.net <= decision.price


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
