"""Today and now. The one place that asks the operating system for the time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, with time zone."""
    return datetime.now(UTC)


def today(time_zone: str) -> date:
    """Today's date in a company's or warehouse's time zone (an IANA name)."""
    return datetime.now(ZoneInfo(time_zone)).date()
