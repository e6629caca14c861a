"""A bicycle maker brings its history: every 25th of 25,164 orders that left long ago, to the cent.

All of them come in `make faults`; there the figures are those that the sample brings along.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from app.database.engine import reading
from app.queries.doctor import doctor
from tests.factories.day import Day
from tests.factories.samples import Sample

NTH = 25


def net_of(row: dict[str, str]) -> Decimal:
    """What a line comes to by the sample's rule, in cents rounded half up."""
    exact = Decimal(row["quantity"]) * Decimal(row["unit_price"]) * (1 - Decimal(row["discount"]))
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_adventureworks_with_its_stock_and_a_part_of_its_past(day: Day, tmp_path: Path) -> None:
    sample = Sample("adventureworks")
    sample.keep_every(NTH, tmp_path)
    nets: dict[str, Decimal] = {}
    for row in sample.rows("order_lines"):
        nets[row["order_id"]] = nets.get(row["order_id"], Decimal(0)) + net_of(row)
    reports = sample.bring_in(day.runner, "suppliers", "items", "customers", "stock", "orders")
    assert {kind: report.imported for kind, report in reports.items()} == {
        "suppliers": 104,
        "items": 504,
        "customers": 18_148,  # 39 of the 18,187 rows say word for word what another one says
        "stock": 1_069,
        "orders": 1_007,
    }
    assert len(reports["customers"].warnings) == 39
    assert reports["orders"].warnings == ()
    assert dict(day.ask("SELECT number, goods_amount FROM sales_order")) == nets
    assert day.ask("SELECT count(*), sum(ordered) FROM sales_order_line") == [
        (
            len(sample.rows("order_lines")),
            sum(Decimal(row["quantity"]) for row in sample.rows("order_lines")),
        )
    ]
    assert day.one("SELECT sum(on_hand) FROM stock_balance") == int(
        sample.expected()["stock_total_on_hand"]
    )
    assert day.ask("SELECT DISTINCT state FROM sales_order") == [("closed",)]
    with reading(day.owner) as session:
        assert doctor(session) == ()
