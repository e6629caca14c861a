"""A bicycle maker brings two years of history: 25,164 orders that left long ago, to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.database.engine import reading
from app.queries.doctor import doctor
from tests.factories.day import Day
from tests.factories.samples import Sample


@pytest.fixture
def adventureworks() -> Sample:
    return Sample("adventureworks")


def test_adventureworks_with_its_stock_and_all_of_its_past(
    day: Day, adventureworks: Sample
) -> None:
    expected = adventureworks.expected()
    reports = adventureworks.bring_in(
        day.runner, "suppliers", "items", "customers", "stock", "orders"
    )
    assert {kind: report.imported for kind, report in reports.items()} == {
        "suppliers": 104,
        "items": 504,
        "customers": 18_148,  # 39 of the 18,187 rows say word for word what another one says
        "stock": 1_069,
        "orders": expected["orders"],
    }
    assert len(reports["customers"].warnings) == 39
    assert [each.reason for each in reports["orders"].warnings] == [
        "Order SO61289 has line 3 twice; this one became line 4."
    ]
    assert day.one("SELECT sum(on_hand) FROM stock_balance") == int(expected["stock_total_on_hand"])
    assert day.ask(
        """SELECT (SELECT sum(goods_amount) FROM sales_order), count(*), sum(ordered)
             FROM sales_order_line"""
    ) == [
        (
            Decimal(expected["net_total"]),
            expected["lines"],
            Decimal(expected["quantity_total"]),
        )
    ]
    by_order = dict(day.ask("SELECT number, goods_amount FROM sales_order"))
    assert {number: by_order[number] for number in expected["order_nets_sample"]} == {
        number: Decimal(net) for number, net in expected["order_nets_sample"].items()
    }
    assert day.ask("SELECT DISTINCT state FROM sales_order") == [("closed",)]
    with reading(day.owner) as session:
        assert doctor(session) == ()
