"""A bicycle maker's quantity discounts, imported as they are, priced over its 56,047 order lines.

The data are the AdventureWorks sample as CSV, in the folder `adventureworks` of
ORDERWRIGHT_SAMPLE_DATA, with the figures this must come to in its `expected.json`.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.operations.importing import import_files, read_files
from app.queries.pricing import PriceRequest, price_lines
from app.rules.totals import TotalsLine, line_amount
from tests.factories.day import Day

BATCH = 10_000
BACK, TIMES = timedelta(days=1200), 20
"""Each line is priced as if bought that long before, in that many times the quantity."""


@pytest.fixture
def folder() -> Path:
    """Where the sample is."""
    given = os.environ.get("ORDERWRIGHT_SAMPLE_DATA")
    found = Path(given or "") / "adventureworks"
    if given is None or not (found / "expected.json").is_file():
        pytest.skip("ORDERWRIGHT_SAMPLE_DATA names no folder with adventureworks/expected.json")
    return found


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a gzipped CSV file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_the_discount_trial_comes_out_to_the_cent(day: Day, folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["discount_trial"]
    items = read_files("items", folder / "items.csv", mapping="adventureworks")
    import_files(day.runner, items, create_missing=True)
    offers = read_files(
        "agreements",
        folder / "quantity_discounts.csv",
        lines=folder / "quantity_discount_items.csv",
        mapping="adventureworks",
    )
    report = import_files(day.runner, offers, create_missing=True)
    assert report.rejects == ()
    told: dict[str, set[str]] = {}
    for each in report.warnings:
        told.setdefault(each.column, set()).add(each.reason)
    assert told["discount"] == {
        "The mapping adventureworks leaves out rows whose discount is 0.",
    }
    # Volume discounts begin where a sale is better than they are: told, not refused.
    assert all("worse than" in reason for reason in told["from_quantity"])
    assert told["offer"] == {
        "The first file has no row to take for offer 1; the 295 rows of its items are left out.",
        "The file of items names none of offer 6; it is left out.",
    }
    assert told.keys() == {"discount", "from_quantity", "offer"}
    with day.owner.begin() as connection:
        connection.execute(
            text("""UPDATE customer SET group_id = g.id FROM account_group g
                     WHERE g.code = 'Reseller' AND customer.number = 'C-1'""")
        )

    days = {
        row["order_id"]: date.fromisoformat(row["order_date"]) - BACK
        for row in rows_of(folder / "orders.csv.gz")
    }
    numbers = dict(day.ask("SELECT number, id FROM item"))
    requests = [
        PriceRequest(
            key,
            1,
            numbers[row["item_id"]],
            Decimal(row["quantity"]) * TIMES,
            days[row["order_id"]],
            "USD",
        )
        for key, row in enumerate(rows_of(folder / "order_lines.csv.gz"))
    ]
    offer_of = {
        row["description"]: row["offer_id"]
        for row in csv.DictReader(
            (folder / "quantity_discounts.csv").read_text(encoding="utf-8").splitlines()
        )
    }
    found = _priced(day, requests, offer_of)
    assert found == {
        "lines": expected["lines"],
        "hits_by_offer": expected["hits_by_offer"],
        "lines_discounted": expected["lines_discounted"],
        "total_without": expected["total_without"],
        "total": expected["total"],
    }


def _priced(day: Day, requests: list[PriceRequest], offer_of: dict[str, str]) -> dict[str, Any]:
    """All lines through the one question, some thousands at a time."""
    hits: Counter[str] = Counter()
    total = without = Decimal(0)
    lines = 0
    with Session(day.owner) as session:
        for start in range(0, len(requests), BATCH):
            batch = requests[start : start + BATCH]
            for request, result in zip(batch, price_lines(session, batch), strict=True):
                price = result.unit_price
                assert price is not None
                percents = tuple(
                    each.percent for each in result.decision.discounts if each.percent is not None
                )
                hits.update(offer_of[each.agreement.name] for each in result.decision.discounts)
                lines += 1
                line = TotalsLine(0, request.quantity, price, percents_off=percents)
                total += line_amount(line, "USD")
                without += line_amount(TotalsLine(0, request.quantity, price), "USD")
    return {
        "lines": lines,
        "hits_by_offer": dict(sorted(hits.items(), key=lambda hit: int(hit[0]))),
        "lines_discounted": sum(hits.values()),
        "total_without": f"{without:.2f}",
        "total": f"{total:.2f}",
    }
