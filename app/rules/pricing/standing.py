"""Where an agreement stands on a day: a draft, still to come, counting, about to end, over."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from app.rules.pricing.agreements import AgreementState

SOON_DAYS = 30
"""An agreement that ends within so many days is to be renewed or let go."""


class Standing(StrEnum):
    """What a record is on a day."""

    DRAFT = "draft"
    COMING = "coming"
    ACTIVE = "active"
    ENDING = "ending"
    ENDED = "ended"
    INACTIVE = "inactive"


def standing_on(
    today: date, state: AgreementState, valid_from: date | None, valid_to: date | None
) -> Standing:
    """How a record stands on a day; both ends of its period count."""
    if state is AgreementState.DRAFT:
        return Standing.DRAFT
    if state is AgreementState.INACTIVE:
        return Standing.INACTIVE
    return standing_in(today, valid_from, valid_to)


def standing_in(today: date, valid_from: date | None, valid_to: date | None) -> Standing:
    """How what has nothing but a period (a tax rate, a charge rule) stands on a day."""
    if valid_to is not None and valid_to < today:
        return Standing.ENDED
    if valid_from is not None and valid_from > today:
        return Standing.COMING
    if valid_to is not None and valid_to <= today + timedelta(days=SOON_DAYS):
        return Standing.ENDING
    return Standing.ACTIVE
