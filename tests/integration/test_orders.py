"""Orders: entered with prices in parts and taxes, confirmed, changed, cancelled."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.errors import SeveralProblems
from app.core.quantity import QuantityNotPositive
from app.operations.orders import NewLine, change_line, enter_order
from app.rules.records import NumberTooFine
from tests.factories.day import Day


def test_an_order_is_priced_taxed_and_totalled(day: Day) -> None:
    order = day.draft(("ROPE", "10.5"), ("PUMP", 2))
    assert [(line.unit_price, line.amount) for line in day.lines(order)] == [
        (Decimal("2.10"), Decimal("22.05")),
        (Decimal("39.90"), Decimal("79.80")),
    ]
    assert day.ask("SELECT goods_amount, tax_amount, total_amount FROM sales_order") == [
        (Decimal("101.85"), Decimal("8.14"), Decimal("109.99"))
    ]
    assert day.status(order) == "draft"


def test_all_problems_of_all_lines_are_reported_and_nothing_is_written(day: Day) -> None:
    with pytest.raises(SeveralProblems) as refused:
        day.draft(("PUMP", 0), ("PUMP", "1.5"), ("ROPE", 10**13))
    assert [problem.name for problem in refused.value.problems] == [
        "QuantityNotPositive",
        "QuantityTooFine",
        "QuantityTooLarge",
    ]
    assert day.one("SELECT count(*) FROM sales_order") == 0
    assert day.one("SELECT count(*) FROM command") == 0


def test_a_typed_price_survives_a_change_of_quantity(day: Day) -> None:
    entered = day.runner.do(
        enter_order,
        customer=day.id_of("customer", "C-1"),
        lines=(NewLine(day.item("PUMP"), Decimal(2), unit_price=Decimal("35")),),
    )
    day.runner.do(change_line, line=entered.line_ids[0], quantity=Decimal(4))
    line = day.lines(entered.order_id)[0]
    assert (line.ordered, line.unit_price, line.price_source, line.amount) == (
        Decimal(4),
        Decimal(35),
        "manual",
        Decimal(140),
    )


def test_a_confirmed_order_waits_for_stock_and_is_short(day: Day) -> None:
    order = day.order(("PUMP", 3))
    assert day.status(order) == "waiting"
    assert day.one("SELECT is_short FROM sales_order WHERE id = :id", id=order) is True


def test_quantity_zero_is_refused(day: Day) -> None:
    with pytest.raises(QuantityNotPositive):
        day.draft(("PUMP", 0))


def test_a_price_finer_than_it_is_kept_is_refused_not_rounded(day: Day) -> None:
    pump, many = day.item("PUMP"), Decimal(1_000_000)
    for line in (
        NewLine(pump, many, unit_price=Decimal("1.2345675")),
        NewLine(pump, many, discount_percent=Decimal("1e-20")),
    ):
        with pytest.raises(NumberTooFine, match="more than 6 decimals"):
            day.runner.do(enter_order, customer=1, lines=(line,))
    order = day.draft(("PUMP", 1_000_000))
    changed = day.lines(order)[0].id
    day.runner.do(change_line, line=changed, unit_price=Decimal("1.2345670"))
    assert day.lines(order)[0].amount == Decimal("1234567.00")
