"""The states of a count: asked for, then counted or given up."""

from __future__ import annotations

from enum import StrEnum


class CountState(StrEnum):
    """Where the count of an item in a bin stands."""

    OPEN = "open"
    COUNTED = "counted"
    CANCELLED = "cancelled"


COUNT_TRANSITIONS = frozenset(
    {(CountState.OPEN, CountState.COUNTED), (CountState.OPEN, CountState.CANCELLED)}
)
"""A count is closed once; what was found out later is a count of its own."""
