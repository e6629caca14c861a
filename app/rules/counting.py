"""The states of a count, and the places that are counted."""

from __future__ import annotations

from enum import StrEnum

from app.rules.stock import LocationKind


class CountState(StrEnum):
    """Where the count of an item in a bin stands: it is closed once."""

    OPEN = "open"
    COUNTED = "counted"
    CANCELLED = "cancelled"


COUNTED_IN = (
    LocationKind.STORAGE,
    LocationKind.COUNTER,
    LocationKind.RECEIVING,
    LocationKind.QUARANTINE,
)
"""Kinds of place where goods lie still enough to be counted."""
