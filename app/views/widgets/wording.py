"""Days, moments, counts and short lists, as people read them; numbers are next door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.core.actor import Group


def write_day(value: date) -> str:
    """A day of about now: 4 Nov."""
    return f"{value.day} {value:%b}"


def write_full_day(value: date) -> str:
    """A day of any year: 4 Nov 2026."""
    return f"{write_day(value)} {value.year}"


def write_moment(value: datetime, time_zone: str | ZoneInfo) -> str:
    """A moment of about now by the company's clock: 4 Nov 09:15."""
    there = value.astimezone(ZoneInfo(time_zone) if isinstance(time_zone, str) else time_zone)
    return f"{write_day(there)} {there:%H:%M}"


def counted(many: int, one: str, several: str) -> str:
    """So many of them: 1 order, 3 orders."""
    return f"{many} {one if many == 1 else several}"


def few(names: Sequence[str], most: int = 2) -> str:
    """The first names; of the others only how many they are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def needs(*groups: Group) -> str:
    """Why somebody of another role sees a button they cannot press."""
    return f"this needs the role {' or '.join(group.value for group in groups)}"
