"""Rows as columns, for set-based statements: `unnest(:items, :lots, …)`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def columns(rows: Sequence[object], *names: str) -> dict[str, list[Any]]:
    """One list per name, taken from the attributes of the rows.

    >>> columns([Move(item=1, lot=None)], "item", "lot")  # {"item": [1], "lot": [None]}
    """
    return {name: [getattr(row, name) for row in rows] for name in names}


def distinct(values: Iterable[int]) -> list[int]:
    """Ids once each, ascending: the order in which everything is locked."""
    return sorted(set(values))
