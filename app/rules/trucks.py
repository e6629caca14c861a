"""Trips of the company's own trucks."""

from __future__ import annotations

from enum import StrEnum

from app.core.states import Transitions
from app.rules.stock import LocationKind


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
        (_T.DEPARTED, _T.LOADING),  # a manager takes the departure back
        (_T.PLANNED, _T.CANCELLED),
        (_T.LOADING, _T.CANCELLED),
    }
)


class Outcome(StrEnum):
    """What became of goods that a truck of ours took out."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    DAMAGED = "damaged"
    REDELIVER = "redeliver"


_K = LocationKind
PLACES_FOR: dict[Outcome, tuple[LocationKind, ...]] = {
    Outcome.DELIVERED: (),
    Outcome.REFUSED: (_K.RECEIVING, _K.STORAGE, _K.COUNTER, _K.QUARANTINE),
    Outcome.DAMAGED: (_K.QUARANTINE,),
    Outcome.REDELIVER: (_K.STAGING,),
}
"""Where goods that came back may go, by what became of them; delivered goods go nowhere."""
