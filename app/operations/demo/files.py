"""The files of the demo company (resources/demo, described in its README)."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "demo"

Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    """The rows of one file, in its order."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def company() -> dict[str, Any]:
    """The company, its terms, delivery modes and customer groups."""
    found: dict[str, Any] = json.loads((FOLDER / "company.json").read_text(encoding="utf-8"))
    return found


def number(value: str) -> Decimal | None:
    """A quantity or amount; empty is none."""
    return Decimal(value) if value else None


def whole(value: str) -> int | None:
    """A count or a day; empty is none."""
    return int(value) if value else None


def yes(value: str) -> bool:
    """Whether the file says yes."""
    return value == "yes"
