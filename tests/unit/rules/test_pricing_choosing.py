"""What a line is meant by, and which standing of a cell decides."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.rules.pricing.agreements import Agreement, Cell, Membership
from app.rules.pricing.decision import decide
from app.rules.pricing.question import NO_GROUP, Reason, basket_of, keys_of
from tests.factories.agreements import GROUP, ITEM, ITEM_GROUP, asked, percent, price

D = Decimal
NEAR, FAR = Membership(GROUP, 0, 0), Membership(22, 0, 1)


def test_a_party_is_meant_by_its_own_key_its_groups_and_all() -> None:
    assert keys_of(7, [NEAR, FAR]) == {7: NO_GROUP, -GROUP: NEAR, -22: FAR, 0: NO_GROUP}
    assert keys_of(0) == {0: NO_GROUP}


@pytest.mark.parametrize(
    ("ways", "best"),
    [
        ([Membership(22, 0, 2), Membership(22, 0, 1)], Membership(22, 0, 1)),
        ([Membership(22, 0, 0), Membership(22, 3, 2)], Membership(22, 3, 2)),
        ([Membership(22, 3, 2), Membership(22, 0, 0)], Membership(22, 3, 2)),
    ],
)
def test_of_several_ways_into_a_group_priority_counts_then_nearness(
    ways: list[Membership], best: Membership
) -> None:
    assert keys_of(7, ways)[-22] == best


def test_more_of_a_line_is_more_of_all_that_its_item_counts_in() -> None:
    line = asked(5)
    together = asked(5, basket={**basket_of([(line.item, D(8))]), 99: D(3)})
    more = together.and_more(D(2))
    assert more.quantity == 7
    assert more.basket == {ITEM: 10, -ITEM_GROUP: 10, 0: 10}
    assert asked(5).and_more(D(2)).basket == {}


def of_group(group: int, value: object, **more: object) -> Agreement:
    """A percentage for a group of accounts and the item."""
    return percent(value, Cell.GROUP_ITEM, **more)._replace(party_key=-group)


def test_the_farther_group_counts_while_nothing_of_the_nearer_one_qualifies() -> None:
    near, far = of_group(GROUP, 9, from_quantity=10), of_group(22, 4)
    small = decide(asked(9, groups=(NEAR, FAR)), [near, far])
    assert [each.agreement.id for each in small.discounts] == [far.id]
    assert {each.agreement.id: each.reason for each in small.verdicts} == {
        near.id: Reason.BELOW_STEP,
        far.id: None,
    }
    enough = decide(asked(10, groups=(NEAR, FAR)), [near, far])
    assert [each.agreement.id for each in enough.discounts] == [near.id]
    assert {each.agreement.id: each.reason for each in enough.verdicts} == {
        near.id: None,
        far.id: Reason.NEARER_GROUP,
    }


def test_what_does_not_concern_the_line_stands_in_nobodys_way() -> None:
    stranger = price(1, priority=9)._replace(party_key=-77)
    mine = price(50, Cell.GROUP_ITEM)
    decision = decide(asked(), [stranger, mine])
    assert decision.price == 50
    assert {each.agreement.id: each.reason for each in decision.verdicts} == {
        stranger.id: Reason.NOT_CONCERNED,
        mine.id: None,
    }
