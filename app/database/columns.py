"""Rows as columns, for set-based statements: `unnest(:items, :lots, …)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def columns(rows: Sequence[object], *names: str) -> dict[str, list[Any]]:
    """One list per name, taken from the attributes of the rows.

    >>> columns([Move(item=1, lot=None)], "item", "lot")  # {"item": [1], "lot": [None]}
    """
    return {name: [getattr(row, name) for row in rows] for name in names}
