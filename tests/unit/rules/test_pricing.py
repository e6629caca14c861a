"""Which price and which discount a line gets: every cell, every edge, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.rules.orders import PriceSource
from app.rules.pricing.agreements import (
    Agreement,
    AgreementState,
    Cell,
    DiscountRule,
    EffectKind,
    Membership,
    Side,
    Step,
    rising_step,
)
from app.rules.pricing.decision import Decision, decide
from app.rules.pricing.order_discount import decide_order_discount
from app.rules.pricing.question import (
    Asked,
    ItemFacts,
    ListedPrice,
    PartyFacts,
    Reason,
    basket_of,
    keys_of,
)
from tests.factories.agreements import (
    CUSTOMER,
    DAY,
    GROUP,
    ITEM,
    ITEM_GROUP,
    amount_off,
    asked,
    membership,
    percent,
    price,
)

D = Decimal
PRICE_CELLS = (Cell.ACCOUNT_ITEM, Cell.GROUP_ITEM, Cell.ALL_ITEM)


def reasons(decision: Decision) -> dict[int, Reason | None]:
    """The verdict on each record by its id."""
    return {verdict.agreement.id: verdict.reason for verdict in decision.verdicts}


def off(decision: Decision) -> list[Decimal]:
    """The values of the discounts the line got, in order."""
    return [each.agreement.value for each in decision.discounts]


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize("cell", PRICE_CELLS)
def test_a_price_of_each_cell_wins_alone_and_beats_all_cells_after_it(cell: Cell) -> None:
    mine = price(50, cell)
    assert decide(asked(), [mine]).price == 50
    later = [price(1, each) for each in PRICE_CELLS if each > cell]
    decision = decide(asked(), [*later, mine])
    assert decision.price == 50
    assert decision.source is PriceSource.AGREEMENT
    assert all(reasons(decision)[each.id] is Reason.EARLIER_CELL for each in later)


@pytest.mark.parametrize("cell", Cell)
def test_a_discount_of_each_cell_wins_alone_and_beats_all_cells_after_it(cell: Cell) -> None:
    mine = percent(5, cell)
    assert off(decide(asked(), [mine])) == [5]
    later = [percent(50, each) for each in Cell if each > cell]
    earlier = [percent(1, each) for each in Cell if each < cell][:1]
    decision = decide(asked(), [*later, mine])
    assert off(decision) == [5]
    assert off(decide(asked(), [*later, mine, *earlier])) == ([1] if earlier else [5])
    assert {reasons(decision)[each.id] for each in later} <= {Reason.EARLIER_CELL}


def test_without_a_hit_the_first_list_price_counts() -> None:
    book = ListedPrice(PriceSource.PRICE_BOOK, "B-EXPORT", "", D(90))
    own = ListedPrice(PriceSource.LIST, "list price", "", D(100))
    decision = decide(asked(listed=(book, own)), [])
    assert (decision.price, decision.source, decision.label) == (
        D(90),
        PriceSource.PRICE_BOOK,
        "B-EXPORT",
    )


def test_nothing_says_what_it_costs() -> None:
    decision = decide(asked(list_price=None), [percent(10)])
    assert decision.price is None
    assert decision.discounts == ()
    assert [verdict.reason for verdict in decision.verdicts] == [Reason.NO_PRICE]


def test_a_price_of_nothing_is_a_price() -> None:
    decision = decide(asked(), [price(0), price(50, Cell.ALL_ITEM)])
    assert decision.price == 0
    assert decision.source is PriceSource.AGREEMENT


# ---------------------------------------------------------------- qualifying


STEPS = [(9, 100), (10, 80), (11, 80), (49, 80), (50, 70), (1000, 70)]


@pytest.mark.parametrize(("quantity", "expected"), STEPS)
def test_a_step_reaches_to_the_next_step(quantity: int, expected: int) -> None:
    ladder = [price(80, from_quantity=10), price(70, from_quantity=50)]
    assert decide(asked(quantity), ladder).price == expected


def test_a_step_not_reached_says_how_many_are_missing() -> None:
    step = price(80, from_quantity=10)
    verdict = decide(asked(6), [step]).verdicts[0]
    assert (verdict.reason, verdict.missing, verdict.qualified) == (
        Reason.BELOW_STEP,
        D(4),
        False,
    )


DAYS: list[tuple[dict[str, Any], int, Reason | None]] = [
    ({"valid_from": DAY}, 0, None),
    ({"valid_from": DAY}, -1, Reason.NOT_YET),
    ({"valid_to": DAY}, 0, None),
    ({"valid_to": DAY}, 1, Reason.EXPIRED),
    ({"valid_from": DAY, "valid_to": DAY}, 0, None),
    ({}, -40_000, None),
    ({}, 40_000, None),
    ({"valid_from": DAY}, 40_000, None),
    ({"valid_to": DAY}, -40_000, None),
]


@pytest.mark.parametrize(("validity", "days", "reason"), DAYS)
def test_both_ends_count_and_may_be_open(
    validity: dict[str, Any], days: int, reason: Reason | None
) -> None:
    decision = decide(asked(on=DAY + timedelta(days)), [price(50)._replace(**validity)])
    assert decision.verdicts[0].reason is reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"currency": "EUR"}, Reason.OTHER_CURRENCY),
        ({"state": AgreementState.DRAFT}, Reason.NOT_ACTIVE),
        ({"state": AgreementState.INACTIVE}, Reason.NOT_ACTIVE),
        ({"side": Side.BUY}, Reason.NOT_CONCERNED),
        ({"party_key": 2}, Reason.NOT_CONCERNED),
        ({"item_key": 12}, Reason.NOT_CONCERNED),
        ({"party_key": -99}, Reason.NOT_CONCERNED),
        ({"item_key": -99}, Reason.NOT_CONCERNED),
        ({"unit": "case"}, Reason.OTHER_UNIT),
        ({"unit": "pallet", "any_unit": True}, Reason.OTHER_UNIT),
    ],
)
def test_what_keeps_a_record_from_counting(change: dict[str, Any], reason: Reason) -> None:
    decision = decide(asked(), [price(50)._replace(**change)])
    assert decision.price == 100
    assert decision.verdicts[0].reason is reason


def test_an_inactive_group_gives_nothing_and_the_group_above_it_still_does() -> None:
    resting, above = Membership(GROUP, 0, 0, is_active=False), Membership(22, 0, 1)
    theirs = percent(50, Cell.GROUP_ITEM)
    higher = percent(5, Cell.GROUP_ITEM)._replace(party_key=-22)
    decision = decide(asked(groups=(resting, above)), [theirs, higher])
    assert off(decision) == [5]
    assert reasons(decision)[theirs.id] is Reason.GROUP_INACTIVE


# ---------------------------------------------------------------- units


def test_a_box_price_is_for_boxes() -> None:
    box = price(900, unit="case")
    boxed = decide(asked(24, unit="case"), [box])
    assert (boxed.price, boxed.price_unit, boxed.price_factor) == (D(900), "case", D(12))
    assert boxed.list_price == 1200
    assert decide(asked(24), [box]).price == 100


def test_a_list_price_of_a_box_is_per_box_and_amounts_off_follow_it() -> None:
    book = ListedPrice(PriceSource.PRICE_BOOK, "B-BOXES", "case", D(1080))
    off_a_piece = amount_off(1, any_unit=True)
    decision = decide(asked(24, unit="case", listed=(book,)), [off_a_piece])
    assert (decision.price, decision.price_unit, decision.price_factor) == (D(1080), "case", D(12))
    assert (decision.list_price, decision.net) == (D(1080), D(1068))
    assert decision.discounts[0].amount == 12
    assert decide(asked(listed=(ListedPrice(PriceSource.LIST, "", "", D(0)),)), []).price == 0


def test_a_price_for_any_unit_is_converted() -> None:
    box = price(900, unit="case", any_unit=True)
    single = decide(asked(1), [box])
    assert (single.price, single.price_unit) == (D(75), "pc")
    piece = price(80, any_unit=True)
    boxed = decide(asked(24, unit="case"), [piece])
    assert (boxed.price, boxed.price_unit, boxed.price_factor) == (D(960), "case", D(12))


def test_a_price_per_piece_does_not_price_a_line_in_boxes() -> None:
    decision = decide(asked(24, unit="case"), [price(80)])
    assert (decision.price, decision.price_unit, decision.price_factor) == (D(100), "pc", D(1))
    assert decision.verdicts[0].reason is Reason.OTHER_UNIT


def test_a_step_in_boxes_is_compared_in_pieces() -> None:
    step = price(80, unit="case", from_quantity=2, any_unit=True)
    assert decide(asked(23), [step]).verdicts[0].missing == 1
    assert decide(asked(24), [step]).winner == step


def test_a_percentage_without_unit_is_for_every_unit() -> None:
    tenth = percent(10, from_quantity=12)
    assert off(decide(asked(12, unit="case"), [tenth])) == [10]
    assert off(decide(asked(11), [tenth])) == []
    assert off(decide(asked(12), [percent(10, unit="case")])) == []
    assert off(decide(asked(12, unit="case"), [percent(10, unit="case")])) == [10]


def test_an_amount_off_a_box_is_shared_by_its_pieces() -> None:
    decision = decide(asked(24, unit="case"), [amount_off(6, unit="case")])
    assert decision.price_unit == "pc"
    assert [each.amount for each in decision.discounts] == [D("0.5")]
    assert decision.net == D("99.5")


def test_between_units_the_lines_own_goes_first_then_the_older_record() -> None:
    piece = price(80, any_unit=True)
    box = price(900, unit="case")
    assert decide(asked(12, unit="case"), [piece, box]).winner == box
    older, newer = price(80), price(70)
    decision = decide(asked(), [newer, older])
    assert decision.winner == older
    assert reasons(decision)[newer.id] is Reason.OLDER_RECORD


# ---------------------------------------------------------------- inside a cell


def test_priority_goes_before_the_step_inside_a_cell_and_never_across_cells() -> None:
    promotion = price(90, priority=1)
    ladder = [price(80, from_quantity=10), price(70, from_quantity=50)]
    decision = decide(asked(100), [*ladder, promotion])
    assert decision.winner == promotion
    assert reasons(decision)[ladder[0].id] is Reason.LOWER_PRIORITY
    general = price(10, Cell.ALL_ITEM, priority=99)
    assert decide(asked(100), [general, *ladder]).price == 70


def test_of_two_groups_the_better_for_the_customer() -> None:
    first, second = percent(5, Cell.GROUP_ITEM), percent(7, Cell.GROUP_ITEM)
    second = second._replace(party_key=-22)
    question = asked(groups=(GROUP, 22))
    decision = decide(question, [first, second])
    assert off(decision) == [7]
    assert reasons(decision)[first.id] is Reason.BETTER_GROUP
    cheap, dear = price(70, Cell.GROUP_ITEM)._replace(party_key=-22), price(80, Cell.GROUP_ITEM)
    assert decide(question, [dear, cheap]).price == 70
    assert decide(as_a_buyer(question), [buying(dear), buying(cheap)]).price == 70


def as_a_buyer(question: Asked) -> Asked:
    """The same question on the buy side."""
    return Asked(
        Side.BUY, question.party, question.item, question.quantity, question.on, question.currency
    )


def buying(record: Agreement) -> Agreement:
    """The same record on the buy side."""
    return record._replace(side=Side.BUY)


def test_the_nearer_group_goes_first_whatever_its_step_and_value() -> None:
    question = asked(100, groups=(GROUP, Membership(22, 0, 1)))
    near = percent(5, Cell.GROUP_ITEM)
    far = percent(20, Cell.GROUP_ITEM, from_quantity=50)._replace(party_key=-22)
    decision = decide(question, [far, near])
    assert off(decision) == [5]
    assert reasons(decision)[far.id] is Reason.NEARER_GROUP


def test_a_lower_priority_is_why_another_groups_record_loses_though_it_is_nearer() -> None:
    question = asked(100, groups=(GROUP, Membership(22, 0, 1)))
    near = percent(5, Cell.GROUP_ITEM)
    far = percent(20, Cell.GROUP_ITEM, priority=1)._replace(party_key=-22)
    decision = decide(question, [far, near])
    assert off(decision) == [20]
    assert reasons(decision)[near.id] is Reason.LOWER_PRIORITY


def test_a_memberships_priority_goes_before_nearness_and_a_records_before_both() -> None:
    question = asked(groups=(GROUP, Membership(22, 5, 1)))
    near = percent(5, Cell.GROUP_ITEM)
    far = percent(3, Cell.GROUP_ITEM)._replace(party_key=-22)
    assert off(decide(question, [near, far])) == [3]
    assert off(decide(question, [near._replace(priority=1), far])) == [5]


def test_nested_item_groups_work_the_same_way() -> None:
    question = asked(item_groups=(ITEM_GROUP, Membership(32, 0, 1)))
    near = percent(5, Cell.ALL_ITEM_GROUP)
    far = percent(20, Cell.ALL_ITEM_GROUP)._replace(item_key=-32)
    assert off(decide(question, [near, far])) == [5]
    assert off(decide(question, [far])) == [20]


def test_in_the_cell_of_two_groups_the_accounts_group_counts_before_the_items() -> None:
    question = asked(
        groups=(GROUP, Membership(22, 0, 1)), item_groups=(ITEM_GROUP, Membership(32, 0, 1))
    )
    near_account = percent(5, Cell.GROUP_ITEM_GROUP)._replace(item_key=-32)
    near_item = percent(20, Cell.GROUP_ITEM_GROUP)._replace(party_key=-22)
    assert off(decide(question, [near_item, near_account])) == [5]


def test_each_groups_ladder_is_climbed_before_groups_are_compared() -> None:
    question = asked(60, groups=(GROUP, 22))
    first = [percent(5, Cell.GROUP_ITEM), percent(8, Cell.GROUP_ITEM, from_quantity=50)]
    second = [percent(7, Cell.GROUP_ITEM), percent(6, Cell.GROUP_ITEM, from_quantity=60)]
    second = [each._replace(party_key=-22) for each in second]
    decision = decide(question, [*first, *second])
    assert off(decision) == [8]
    assert reasons(decision)[second[0].id] is Reason.HIGHER_STEP


# ---------------------------------------------------------------- the three settings


def chain(rule: DiscountRule, *records: Agreement, **more: Any) -> Decision:
    """What a company with this setting decides."""
    return decide(asked(discount_rule=rule, **more), records)


def test_first_takes_the_first_cell_with_a_hit() -> None:
    decision = chain(DiscountRule.FIRST, percent(5), percent(50, Cell.ALL_ALL))
    assert decision.net == 95


@pytest.mark.parametrize("nothing", [percent(0), amount_off(0)], ids=["percent", "amount off"])
def test_a_discount_of_nothing_is_a_hit(nothing: Agreement) -> None:
    general = percent(50, Cell.ALL_ALL)
    assert off(chain(DiscountRule.FIRST, nothing, general)) == [0]
    assert off(chain(DiscountRule.LARGEST, nothing, general)) == [50]
    assert sorted(off(chain(DiscountRule.COMBINE, nothing, general))) == [0, 50]
    ending = nothing._replace(stop=True)
    for rule in DiscountRule:
        assert off(chain(rule, ending, general)) == [0]


def test_largest_takes_the_largest_effect_in_money() -> None:
    decision = chain(DiscountRule.LARGEST, percent(5), amount_off(30, Cell.ALL_ALL))
    assert decision.net == 70
    equal = [percent(30), amount_off(30, Cell.ALL_ALL)]
    assert chain(DiscountRule.LARGEST, *equal).discounts[0].agreement == equal[0]


def test_combine_chains_one_hit_of_each_cell() -> None:
    decision = chain(DiscountRule.COMBINE, percent(10), percent(5, Cell.ALL_ALL))
    assert decision.net == D("85.5")
    assert [each.base for each in decision.discounts] == [100, 90]
    assert [each.effect for each in decision.discounts] == [-10, D("-4.5")]


def test_amounts_come_off_before_percentages_whatever_their_cells() -> None:
    decision = chain(DiscountRule.COMBINE, percent(10), amount_off(20, Cell.ALL_ALL))
    assert decision.net == 72


def test_stop_ends_combine_and_largest_at_its_cell() -> None:
    records = [percent(5, stop=True), percent(50, Cell.ALL_ALL)]
    for rule in (DiscountRule.COMBINE, DiscountRule.LARGEST):
        decision = chain(rule, *records)
        assert decision.net == 95
        assert reasons(decision)[records[1].id] is Reason.STOPPED
    assert chain(DiscountRule.LARGEST, percent(2), records[0], records[1]).net != 50


def test_nothing_goes_below_nothing() -> None:
    decision = chain(DiscountRule.COMBINE, amount_off(70), amount_off(70, Cell.ALL_ALL))
    assert decision.net == 0
    assert [each.effect for each in decision.discounts] == [-70, -30]


# ---------------------------------------------------------------- the item floor


def test_the_items_lower_list_price_wins_and_discounts_follow_it() -> None:
    agreed = price(120)
    decision = decide(asked(), [agreed, percent(10)])
    assert (decision.price, decision.source, decision.net) == (D(100), PriceSource.LIST, D(90))
    assert decision.beaten == agreed
    assert reasons(decision)[agreed.id] is Reason.ITEM_FLOOR


@pytest.mark.parametrize(
    "question",
    [
        asked(has_item_floor=False),
        asked(list_price=None),
        asked(list_price=0),
        asked(own_list_price=None),
        asked(24, unit="case"),
    ],
    ids=["turned off", "no list price", "list price 0", "another currency", "another unit"],
)
def test_where_there_is_no_floor(question: Asked) -> None:
    record = price(120, unit=question.unit)
    assert decide(question, [record]).price == 120


def test_there_is_no_floor_on_the_buy_side() -> None:
    question = replace(as_a_buyer(asked()), has_item_floor=True, own_list_price=D(100))
    assert decide(question, [buying(price(120))]).price == 120


def test_a_list_price_that_is_just_the_agreements_is_no_floor() -> None:
    agreed = price(100)
    decision = decide(asked(), [agreed])
    assert (decision.price, decision.winner, decision.beaten) == (D(100), agreed, None)


def test_what_the_floor_gives_is_the_items_list_price_whatever_book_there_is() -> None:
    book = ListedPrice(PriceSource.PRICE_BOOK, "B-EXPORT", "", D(110))
    decision = decide(asked(listed=(book,)), [price(120)])
    assert (decision.price, decision.source, decision.label) == (D(100), PriceSource.LIST, "")
    assert decision.rule == ("list  pc",)


def test_a_floor_ends_the_search_as_a_hit_does() -> None:
    later = price(10, Cell.ALL_ITEM)
    decision = decide(asked(), [price(120), later])
    assert decision.price == 100
    assert reasons(decision)[later.id] is Reason.EARLIER_CELL


# ---------------------------------------------------------------- across lines


def across(*lines: tuple[ItemFacts, object], **more: Any) -> Asked:
    """A line of 5 in a document with other lines."""
    mine = asked(5)
    basket = basket_of([(mine.item, D(5)), *((item, D(str(q))) for item, q in lines)])
    return asked(5, basket=basket, **more)


SIBLING = ItemFacts(12, "RP-4411", "pc", keys_of(12, membership(ITEM_GROUP)))
NESTED = ItemFacts(13, "RP-4412", "pc", keys_of(13, membership(33, Membership(ITEM_GROUP, 0, 1))))
STRANGER = ItemFacts(14, "XX-1", "pc", keys_of(14))
TWIN = asked(1).item


@pytest.mark.parametrize(
    ("cell", "other", "counts"),
    [
        (Cell.ACCOUNT_ITEM, TWIN, True),
        (Cell.ACCOUNT_ITEM, SIBLING, False),
        (Cell.ACCOUNT_ITEM_GROUP, SIBLING, True),
        (Cell.ACCOUNT_ITEM_GROUP, NESTED, True),
        (Cell.ACCOUNT_ITEM_GROUP, STRANGER, False),
        (Cell.ACCOUNT_ALL, STRANGER, True),
    ],
)
def test_across_lines_counts_what_the_records_item_side_covers(
    cell: Cell, other: ItemFacts, counts: bool
) -> None:
    step = percent(10, cell, from_quantity=10, across_lines=True)
    assert off(decide(across((other, 5)), [step])) == ([10] if counts else [])
    alone = step._replace(across_lines=False)
    assert off(decide(across((other, 5)), [alone])) == []


# ---------------------------------------------------------------- orders


def order_discount(amount: object, *records: Agreement, **more: Any) -> Decision:
    """The discount on an order of this amount."""
    party = PartyFacts(CUSTOMER, keys_of(CUSTOMER, membership(GROUP)))
    return decide_order_discount(Side.SELL, party, D(str(amount)), DAY, "USD", records, **more)


def test_an_orders_discount_comes_from_the_first_of_three_cells() -> None:
    mine, group, everybody = (
        percent(p, cell)
        for p, cell in ((2, Cell.ACCOUNT_ALL), (5, Cell.GROUP_ALL), (9, Cell.ALL_ALL))
    )
    assert off(order_discount(1000, everybody, group, mine)) == [2]
    assert off(order_discount(1000, everybody, group)) == [5]
    assert off(order_discount(1000, everybody)) == [9]


@pytest.mark.parametrize(
    ("amount", "expected"), [("499.99", []), ("500", [3]), ("999.99", [3]), ("1000", [20])]
)
def test_an_orders_amount_decides_its_step(amount: str, expected: list[int]) -> None:
    ladder = [
        percent(3, Cell.ACCOUNT_ALL, from_amount=500),
        amount_off(20, Cell.ACCOUNT_ALL, from_amount=1000),
    ]
    assert off(order_discount(amount, *ladder)) == expected


def test_a_promotion_on_orders_goes_before_a_higher_step_of_its_cell_alone() -> None:
    promotion = percent(1, Cell.GROUP_ALL, priority=1)
    step = percent(5, Cell.GROUP_ALL, from_amount=500)
    assert off(order_discount(1000, step, promotion)) == [1]
    mine = percent(2, Cell.ACCOUNT_ALL)
    assert off(order_discount(1000, step, promotion, mine)) == [2]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"valid_from": DAY, "valid_to": DAY}, None),
        ({"valid_from": DAY + timedelta(1)}, Reason.NOT_YET),
        ({"valid_to": DAY - timedelta(1)}, Reason.EXPIRED),
        ({"currency": "EUR"}, Reason.OTHER_CURRENCY),
        ({"state": AgreementState.DRAFT}, Reason.NOT_ACTIVE),
        ({"side": Side.BUY}, Reason.NOT_CONCERNED),
        ({"from_amount": D("1000.01")}, Reason.BELOW_STEP),
    ],
)
def test_what_keeps_an_order_discount_from_counting(
    change: dict[str, Any], reason: Reason | None
) -> None:
    decision = order_discount(1000, percent(5, Cell.ALL_ALL)._replace(**change))
    assert decision.verdicts[0].reason is reason
    assert off(decision) == ([5] if reason is None else [])


def test_an_order_discount_is_never_more_than_the_order() -> None:
    assert order_discount(15, amount_off(20, Cell.ALL_ALL)).net == 0


# ---------------------------------------------------------------- ladders


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (EffectKind.PRICE, (10, 9, 8), None),
        (EffectKind.PRICE, (10, 10), None),
        (EffectKind.PRICE, (10, 11, 8), 2),
        (EffectKind.PERCENT, (1, 2, 3), None),
        (EffectKind.PERCENT, (1, 5, 3), 3),
        (EffectKind.AMOUNT_OFF, (2, 1), 2),
    ],
)
def test_a_ladder_where_more_costs_more_is_found(
    kind: EffectKind, values: tuple[int, ...], expected: int | None
) -> None:
    steps = [Step(D(number), D(value)) for number, value in enumerate(values, start=1)]
    found = rising_step(kind, steps[::-1])
    assert (found.from_quantity if found else None) == expected


def test_the_keys_of_the_tests_are_those_of_the_rules() -> None:
    assert [percent(1, cell).cell for cell in Cell] == list(Cell)
    assert Cell.GROUP_ITEM_GROUP.word == "group+item group"
    assert (CUSTOMER, ITEM) == (1, 11)


def test_the_accounts_nearer_group_goes_before_an_item_group_of_higher_priority() -> None:
    near, far = GROUP, GROUP + 1
    usual, preferred = ITEM_GROUP, ITEM_GROUP + 1
    question = asked(
        groups=(Membership(near, 0, 0), Membership(far, 0, 1)),
        item_groups=(Membership(usual, 0, 0), Membership(preferred, 9, 0)),
    )
    nearer = percent(5, Cell.GROUP_ITEM_GROUP, party_key=-near, item_key=-usual)
    farther = percent(9, Cell.GROUP_ITEM_GROUP, party_key=-far, item_key=-preferred)
    decision = decide(question, [farther, nearer])
    assert off(decision) == [5]
    assert reasons(decision)[farther.id] is Reason.NEARER_GROUP
