"""Long files of prices, taxes and charges: each row is held against those it could meet alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.operations import charges
from app.operations.importing import DryRun, ImportRefused, import_files, read_files
from app.operations.pricing import ladders
from app.operations.taxes import jurisdictions, rates
from tests.factories.day import Day

ROWS = 300
PLACES = "country,name,percent,tax_class,postal_from,postal_to\n" + "".join(
    f"DE,VAT,19,STD,{number:05d},{number:05d}\n" for number in range(ROWS)
)
RULES = "name,method,rate,code\n" + "".join(f"Fee,fixed,5,FEE-{number}\n" for number in range(ROWS))
LADDER = "customer,item,price,from_quantity\n" + "".join(
    f"C-1,PUMP,5,{number}\n" for number in range(ROWS)
)
DOUBLES = "customer,item,price\n" + "C-1,PUMP,5\n" * ROWS


def _counting(module: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often a function of a module is called from now on."""
    function, calls = getattr(module, name), [0]

    def counted(*given: Any) -> Any:
        calls[0] += 1
        return function(*given)

    monkeypatch.setattr(module, name, counted)
    return lambda: calls[0]


@pytest.mark.parametrize(
    ("kind", "content", "module", "name"),
    [
        ("taxes", PLACES, rates, "_meet"),
        ("taxes", PLACES, jurisdictions, "_first_code"),
        ("charges", RULES, charges, "_meet"),
        ("agreements", LADDER, ladders, "rising_step"),
        ("agreements", DOUBLES, ladders, "rising_step"),
    ],
)
def test_rows_are_compared_with_few_others(
    day: Day,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    content: str,
    module: Any,
    name: str,
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(content)
    compared = _counting(module, name, monkeypatch)
    with pytest.raises((DryRun, ImportRefused)):
        import_files(day.runner, read_files(kind, file), dry_run=True)
    assert compared() <= 30 * ROWS
