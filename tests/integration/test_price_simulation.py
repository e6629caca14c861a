"""Drafts tried on past orders: the difference by customer, and nothing stored."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.core.errors import BusinessError, NotFound
from app.operations.orders import cancel_order
from app.operations.pricing import activate_agreements, mass_change_agreements
from app.queries.price_simulation import (
    NothingToTry,
    OnlySellingIsTried,
    PeriodBackwards,
    PriceSimulation,
    price_simulation,
)
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.prices import Prices

D = Decimal


def tried(day: Day, today: date, *drafts: int, **more: Any) -> Any:
    """The trial over the last days."""
    wanted = {"since": today - timedelta(days=5), "until": today, **more}
    with Session(day.owner) as session:
        return price_simulation(session, drafts=drafts, **wanted)


def _by_customer(found: PriceSimulation) -> dict[str, tuple[Decimal, Decimal]]:
    return {each.number: (each.before, each.after) for each in found.customers}


def test_a_price_change_is_tried_on_what_was_ordered(day: Day, today: date) -> None:
    prices = Prices(day)
    agreed = prices.agree("price", 30, customer="C-1", item="PUMP")
    day.order(("PUMP", 10), ("ROPE", 100))
    day.order(("PUMP", 2))
    day.order(("PUMP", 5), customer="C-2")
    draft = day.runner.do(
        mass_change_agreements, agreements=(agreed,), percent=D(10)
    ).agreement_ids[0]
    before = day.ask("SELECT * FROM trade_agreement ORDER BY id")
    found = tried(day, today, draft)
    assert _by_customer(found) == {"C-1": (D(570), D(606))}
    (one,) = found.customers
    assert (one.orders, one.lines, one.difference) == (2, 2, D(36))
    assert (found.orders, found.lines, found.drafts, found.currency) == (2, 3, 1, "USD")
    assert (found.total.before, found.total.after) == (D(570), D(606))
    assert day.ask("SELECT * FROM trade_agreement ORDER BY id") == before


def test_what_was_tried_is_what_new_orders_then_get(day: Day, today: date) -> None:
    prices = Prices(day)
    prices.item_group("DECK", "PUMP", "ROPE")
    day.order(("PUMP", 10), ("ROPE", 100))
    draft = prices.agree("percent", 5, item_group="DECK", state="draft")
    found = tried(day, today, draft)
    day.runner.do(activate_agreements, agreements=(draft,))
    again = day.order(("PUMP", 10), ("ROPE", 100))
    assert found.total.after == day.one(
        "SELECT goods_amount FROM sales_order WHERE id = :id", id=again
    )
    assert found.total.difference == D("-30.45")


def test_a_discount_on_whole_orders_follows_the_lines(day: Day, today: date) -> None:
    prices = Prices(day)
    prices.agree("percent", 10, level="order")
    day.order(("PUMP", 10))  # 399, less 10 % is 359.10
    draft = prices.agree("price", 30, item="PUMP", state="draft")
    assert _by_customer(tried(day, today, draft)) == {"C-1": (D("359.1"), D(270))}
    more = prices.agree("percent", 20, level="order", priority=1, state="draft")
    assert _by_customer(tried(day, today, more)) == {"C-1": (D("359.1"), D("319.2"))}
    assert _by_customer(tried(day, today, draft, more)) == {"C-1": (D("359.1"), D(240))}


def test_lines_that_count_together_are_tried_together(day: Day, today: date) -> None:
    prices = Prices(day)
    prices.item_group("DECK", "PUMP", "ANCHOR")
    day.order(("PUMP", 6), ("ANCHOR", 4))
    draft = prices.agree(
        "percent", 50, item_group="DECK", from_quantity=10, across_lines=True, state="draft"
    )
    assert tried(day, today, draft).total.difference == -(D("239.4") + 592) / 2


def test_a_typed_price_stays(day: Day, today: date) -> None:
    prices = Prices(day)
    day.order(("PUMP", 1))
    with day.owner.begin() as owner:
        owner.execute(text("UPDATE sales_order_line SET price_source = 'manual'"))
    draft = prices.agree("price", 30, item="PUMP", state="draft")
    found = tried(day, today, draft)
    assert (found.customers, found.orders, found.lines) == ((), 1, 1)


def test_drafts_orders_cancelled_ones_and_other_days_are_not_tried(day: Day, today: date) -> None:
    draft = Prices(day).agree("price", 30, item="PUMP", state="draft")
    day.draft(("PUMP", 1))
    day.order(("ROPE", 1))
    day.order(("PUMP", 1))
    day.runner.do(cancel_order, order=day.order(("PUMP", 1)), reason="went elsewhere")
    long_ago = {"since": today - timedelta(days=9), "until": today - timedelta(days=1)}
    assert tried(day, today, draft).orders == 1
    assert tried(day, today, draft, **long_ago).orders == 0


def test_margin_is_for_those_who_may_read_costs(day: Day, today: date, engine_as: EngineAs) -> None:
    with day.owner.begin() as owner:
        owner.execute(text("INSERT INTO item_cost (item_id, cost) VALUES (2, 20)"))
    day.order(("PUMP", 10), ("ROPE", 10))
    draft = Prices(day).agree("price", 30, item="PUMP", state="draft")
    seen = {}
    for login in ("anna", "maria"):
        with Session(engine_as(login)) as session:
            found = price_simulation(session, drafts=(draft,), since=today, until=today)
            (one,) = found.customers
            seen[login] = one.margin_before, one.margin_after, found.without_cost
            assert (one.before, one.after) == (D(420), D(321))
    assert seen == {"anna": (None, None, 0), "maria": (D(220), D(121), 1)}


@pytest.mark.parametrize("refusal", [NothingToTry, NotFound, OnlySellingIsTried, PeriodBackwards])
def test_what_cannot_be_tried(day: Day, today: date, refusal: type[BusinessError]) -> None:
    bought = Prices(day).agree("price", 20, side="buy", item="PUMP", state="draft")
    drafts = {NothingToTry: (), NotFound: (999,)}.get(refusal, (bought,))
    until = today - timedelta(days=90) if refusal is PeriodBackwards else today
    with pytest.raises(refusal):
        tried(day, today, *drafts, until=until)


def test_a_draft_about_buying_is_refused_with_what_is_missing(day: Day, today: date) -> None:
    bought = Prices(day).agree("price", 20, side="buy", item="PUMP", state="draft")
    with pytest.raises(OnlySellingIsTried) as refused:
        tried(day, today, bought)
    assert str(refused.value) == (
        f"Record {bought} is about buying, and there are no purchase orders to try it on. "
        "Only what we sell for can be tried: leave it out."
    )


def test_it_takes_as_many_statements_for_many_orders(day: Day, today: date) -> None:
    draft = Prices(day).agree("price", 30, item="PUMP", state="draft")
    day.order(("PUMP", 1))
    counts = []
    for _ in range(2):
        said: list[str] = []

        def hear(_c: Any, _cur: Any, statement: str, *_rest: Any, said: list[str] = said) -> None:
            said.append(statement)

        event.listen(day.owner, "before_cursor_execute", hear)
        tried(day, today, draft)
        event.remove(day.owner, "before_cursor_execute", hear)
        counts.append(len(said))
        for number in range(3):
            day.order(("PUMP", number + 1), customer="C-2")
    assert counts == [5, 5]
