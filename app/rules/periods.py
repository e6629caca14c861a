"""Times between two days, both included; a day that is not given leaves that end open.

Agreements, tax rates, certificates and charge rules count for such a time, and stand on a day
before it, in it, near its end, or after it.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from app.core.errors import BusinessError
from app.core.messages import N_, written_day

SOON_DAYS = 30
"""What ends within so many days is to be renewed or let go."""


class Standing(StrEnum):
    """What something that counts for a time is on a day."""

    DRAFT = "draft"
    COMING = "coming"
    ACTIVE = "active"
    ENDING = "ending"
    ENDED = "ended"
    INACTIVE = "inactive"


class EndsBeforeStart(BusinessError):
    """A time that ends before it starts."""

    sentence = N_("{what} would end on {valid_to}, before it starts on {valid_from}.")


def overlaps(
    start: date | None, end: date | None, other_start: date | None, other_end: date | None
) -> bool:
    """Whether two times share a day; both ends count, None is open."""
    return (start or date.min) <= (other_end or date.max) and (other_start or date.min) <= (
        end or date.max
    )


def period(valid_from: date | None, valid_to: date | None) -> str:
    """A time in words."""
    if valid_from is None and valid_to is None:
        return "at any time"
    first = "" if valid_from is None else written_day(valid_from)
    last = "" if valid_to is None else written_day(valid_to)
    if not last:
        return f"from {first}"
    return f"from {first} to {last}" if first else f"until {last}"


def check_period(what: str, valid_from: date | None, valid_to: date | None) -> date | None:
    """The last day, when the time ends on or after the day it starts. Raises: EndsBeforeStart."""
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        raise EndsBeforeStart(what=what, valid_from=valid_from, valid_to=valid_to)
    return valid_to


def standing_in(
    today: date, valid_from: date | None, valid_to: date | None, *, is_active: bool = True
) -> Standing:
    """How something that counts for a time stands on a day; never a draft."""
    if not is_active:
        return Standing.INACTIVE
    if valid_to is not None and valid_to < today:
        return Standing.ENDED
    if valid_from is not None and valid_from > today:
        return Standing.COMING
    if valid_to is not None and valid_to <= today + timedelta(days=SOON_DAYS):
        return Standing.ENDING
    return Standing.ACTIVE
