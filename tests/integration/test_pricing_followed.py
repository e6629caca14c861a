"""Whatever is done to an order, each line ends at the price that is found for all of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core.errors import BusinessError
from app.operations.orders import (
    NewLine,
    add_lines,
    cancel_line,
    change_line,
    enter_order,
    remove_line,
)
from app.queries.pricing.differences import prices_now, stored_prices
from tests.factories.day import Day
from tests.factories.prices import Prices

pytestmark = pytest.mark.any_server("random lives, reckoned; each statement has a test of its own")

D = Decimal
MARCH = date(2026, 3, 16)
ITEMS = ("ROPE", "PUMP", "ANCHOR")
CHANGES = 25


def agreed(day: Day) -> None:
    """Steps of one line, of an item, of a group in a group, and of everything; of orders too."""
    prices = Prices(day)
    prices.item_group("DECK", "PUMP")
    prices.item_group("ALL", parent="DECK")
    prices.item_group("HEAVY", "ANCHOR", "PUMP")
    for step, value in ((1, 38), (10, 36), (20, 33)):
        prices.agree("price", value, item="PUMP", from_quantity=step)
    prices.agree("price", 2, item="ROPE", from_quantity=12, across_lines=True)
    prices.agree("percent", 2, item_group="HEAVY", from_quantity=9, across_lines=True)
    prices.agree("percent", 3, item_group="HEAVY", from_quantity=21, across_lines=True)
    prices.agree("percent", 1, from_quantity=25, across_lines=True)
    prices.agree("amount_off", 1, item="ANCHOR", customer="C-1", from_quantity=6)
    prices.agree("percent", 4, level="order", from_amount=700)


def as_found(day: Day, order: int) -> None:
    """Every line that no person priced rests on what is found for the lines together."""
    with Session(day.owner) as session:
        stored = [each for each in stored_prices(session, order) if each.counted > 0]
        found = prices_now(session, stored, 1, MARCH, "USD")
        for line, now in zip(stored, found.lines, strict=True):
            if not line.is_kept:
                assert line.rule == line.keeping_discount(now).rule
                assert line.unit_price == now.unit_price
        head = day.ask("SELECT discount_percent FROM sales_order WHERE id = :id", id=order)[0]
        amounts = sum((each.amount for each in stored), D(0))
        expected = [each.percent for each in found.order_discount(amounts).discounts]
        assert [head.discount_percent] == (expected or [D(0)])


@pytest.mark.parametrize("seed", range(4))
def test_a_line_ends_at_the_price_that_is_found_for_all_of_them(day: Day, seed: int) -> None:
    of = Random(seed)
    agreed(day)

    def new_line() -> NewLine:
        typed = of.random() < 0.15
        return NewLine(
            day.item(of.choice(ITEMS)),
            D(of.randint(1, 12)),
            unit_price=D(5) if typed else None,
            discount_percent=D(7) if of.random() < 0.15 else None,
        )

    order = day.runner.do(
        enter_order,
        customer=1,
        lines=(new_line(), new_line()),
        order_date=MARCH,
        requested_date=MARCH,
    ).order_id
    as_found(day, order)
    done = 0
    for _ in range(CHANGES):
        line = of.choice(day.lines(order))
        changes: list[tuple[Any, dict[str, Any]]] = [
            (add_lines, {"order": order, "lines": (new_line(),)}),
            (change_line, {"line": line.id, "quantity": D(of.randint(1, 25))}),
            (change_line, {"line": line.id, "drop_price": True}),
            (change_line, {"line": line.id, "discount_percent": D(9)}),
            (change_line, {"line": line.id, "drop_discount": True}),
            (cancel_line, {"line": line.id, "reason": "less", "quantity": D(of.randint(1, 5))}),
            (remove_line, {"line": line.id}),
        ]
        verb, arguments = of.choice(changes)
        if verb is remove_line and len(day.lines(order)) < 3:
            continue
        try:
            day.runner.do(verb, **arguments)
            done += 1
        except BusinessError:
            continue
        as_found(day, order)
    assert done > CHANGES // 2


def test_a_line_of_which_nothing_is_wanted_any_more_needs_no_price(day: Day) -> None:
    """Its item has lost its price; the lines beside it follow their steps all the same."""
    Prices(day).agree("percent", 5, from_quantity=10, across_lines=True)
    order = day.order(("PUMP", 4), ("ANCHOR", 2))
    kept, given_up = day.lines(order)
    day.runner.do(cancel_line, line=given_up.id, reason="not needed")
    with day.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE item SET list_price = NULL WHERE number = 'ANCHOR'")
    day.runner.do(change_line, line=kept.id, quantity=D(10))
    assert [each.amount for each in day.lines(order)] == [D("379.05"), D(0)]
