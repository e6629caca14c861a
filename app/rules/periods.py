"""Times between two days, both included; a day that is not given leaves that end open."""

from __future__ import annotations

from datetime import date

from app.core.errors import BusinessError
from app.core.messages import N_


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
    if valid_to is None:
        return f"from {valid_from}"
    return f"until {valid_to}" if valid_from is None else f"from {valid_from} to {valid_to}"


def check_period(what: str, valid_from: date | None, valid_to: date | None) -> date | None:
    """The last day, when the time ends on or after the day it starts. Raises: EndsBeforeStart."""
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        raise EndsBeforeStart(what=what, valid_from=valid_from, valid_to=valid_to)
    return valid_to
