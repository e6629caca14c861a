"""Two desks at the agreements at once: who waits for whom, and who is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.core.errors import BusinessError
from app.operations.groups import change_account_group, change_item_group
from app.operations.pricing import (
    activate_agreements,
    deactivate_agreements,
    mass_change_agreements,
)
from app.operations.refusals import AgreementMeanwhile, GroupInsideItself
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.integration.test_floor_locks import Waiting
from tests.integration.test_pricing_verbs import costs, make, price, stored

D = Decimal


def replacing(day: Day, id: int, percent: int, start: date) -> int:
    """A draft in place of a record."""
    made = day.runner.do(
        mass_change_agreements, agreements=(id,), percent=D(percent), valid_from=start
    )
    return int(made.agreement_ids[0])


def _told(run_as: RunAs) -> Any:
    """A runner that answers with what was refused."""

    class Told:
        def do(self, verb: Any, **arguments: Any) -> Any:
            try:
                return run_as("maria").do(verb, **arguments)
            except BusinessError as refused:
                return refused

    return Told()


def test_a_draft_waits_for_what_it_replaces_before_it_is_taken_itself(
    day: Day, run_as: RunAs
) -> None:
    """Records are taken by their ids: who has the older one may still ask for the draft."""
    (old,) = make(day, price(30, valid_from=date(2026, 1, 1)))
    draft = replacing(day, old, 10, date(2026, 4, 1))
    with day.owner.begin() as other:
        other.exec_driver_sql(f"SELECT FROM trade_agreement WHERE id = {old} FOR NO KEY UPDATE")
        waiting = Waiting(day, run_as("maria"), activate_agreements, {"agreements": (draft,)})
        other.exec_driver_sql(
            f"SELECT FROM trade_agreement WHERE id = {draft} FOR NO KEY UPDATE NOWAIT"
        )
    assert waiting.finish().agreement_ids == (draft,)
    assert (stored(day, old).valid_to, stored(day, draft).state) == (date(2026, 3, 31), "active")


def test_of_two_drafts_for_one_thing_activated_at_once_one_counts(day: Day, run_as: RunAs) -> None:
    (one,) = make(day, price(30), draft=True)
    (other,) = make(day, price(31), draft=True)
    with day.owner.begin() as desk:
        desk.exec_driver_sql(f"UPDATE trade_agreement SET state = 'active' WHERE id = {one}")
        waiting = Waiting(day, _told(run_as), activate_agreements, {"agreements": (other,)})
    assert isinstance(waiting.finish(), AgreementMeanwhile)
    assert (stored(day, one).state, stored(day, other).state) == ("active", "draft")
    assert costs(day) == 30


@pytest.mark.parametrize(
    ("table", "verb"),
    [("account_group", change_account_group), ("item_group", change_item_group)],
)
def test_two_groups_are_not_put_into_each_other_at_once(
    day: Day, run_as: RunAs, table: str, verb: Any
) -> None:
    prices = Prices(day)
    make_group = prices.account_group if table == "account_group" else prices.item_group
    one, other = make_group("ONE"), make_group("OTHER")
    with day.owner.begin() as desk:
        desk.exec_driver_sql(f"UPDATE {table} SET parent_id = {other} WHERE id = {one}")
        waiting = Waiting(day, _told(run_as), verb, {"code": "OTHER", "parent": "ONE"})
    refused = waiting.finish()
    assert isinstance(refused, GroupInsideItself)
    assert str(refused).endswith("would stand inside itself. Choose another group above it.")
    assert day.one(f"SELECT parent_id FROM {table} WHERE id = {other}") is None


def test_a_record_switched_off_meanwhile_does_not_come_back_ended(day: Day) -> None:
    (old,) = make(day, price(30, valid_from=date(2026, 1, 1)))
    draft = replacing(day, old, 10, date(2026, 4, 1))
    day.runner.do(deactivate_agreements, agreements=(old,))
    day.runner.do(activate_agreements, agreements=(draft,))
    assert (stored(day, old).state, stored(day, old).valid_to) == ("inactive", None)
    assert [costs(day), costs(day, on=date(2026, 4, 1))] == [D("39.9"), 33]


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_active_is_activated_again_without_effect(day: Day, times: int) -> None:
    (old,) = make(day, price(30, valid_from=date(2026, 1, 1)))
    draft = replacing(day, old, 10, date(2026, 4, 1))
    for _ in range(times):
        day.runner.do(activate_agreements, agreements=(draft, draft))
    assert stored(day, old).valid_to == date(2026, 3, 31)
    assert stored(day, draft).valid_to is None
