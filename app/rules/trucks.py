"""Trips of the company's own trucks."""

from __future__ import annotations

from enum import StrEnum

from app.core.states import Transitions


class TripState(StrEnum):
    """A truck has at most one trip *loading*; goods are loaded only then."""

    PLANNED = "planned"
    LOADING = "loading"
    DEPARTED = "departed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


_T = TripState
TRIP_TRANSITIONS: Transitions = frozenset(
    {
        (_T.PLANNED, _T.LOADING),
        (_T.LOADING, _T.PLANNED),
        (_T.LOADING, _T.DEPARTED),
        (_T.DEPARTED, _T.RETURNED),
        (_T.PLANNED, _T.CANCELLED),
        (_T.LOADING, _T.CANCELLED),
    }
)
