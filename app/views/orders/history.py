"""What happened to an order, as it is to be read: what one sitting did stands in one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.messages import N_
from app.queries.orders.progress import Said
from app.queries.orders.timeline import Happening
from app.views.widgets.timeline import TimelineEntry
from app.views.widgets.wording import few, words, write_near_day

SITTING = timedelta(minutes=30)
"""Longer between two deeds, and they are of two sittings."""
_AGAIN_AND_AGAIN = frozenset(
    (
        "add_lines",
        "change_line",
        "remove_line",
        "cancel_line",
        "pick_line",
        "stage",
        "stage_carton",
        "load",
        "box",
    )
)
"""What one does line by line, or scan by scan."""
_WHAT = ("note", "goods")
"""The fields that say of what it was done; everything else must be the same to be told at once."""


def entries(
    timeline: Sequence[Happening], zone: ZoneInfo, today: date
) -> tuple[TimelineEntry, ...]:
    """The rows of a timeline; `timeline` has the newest first."""
    return tuple(_entry(each, zone, today) for each in _sittings(timeline))


def when(moment: datetime, zone: ZoneInfo, today: date) -> str:
    """A moment: the time today, else the day and the time."""
    there = moment.astimezone(zone)
    if there.date() == today:
        return f"{there:%H:%M}"
    return f"{write_near_day(there.date(), today)} {there:%H:%M}"


def _sittings(timeline: Sequence[Happening]) -> list[list[Happening]]:
    """What belongs into one row, the newest first inside it too."""
    found: list[list[Happening]] = []
    for each in timeline:
        if found and _is_one_sitting(found[-1][-1], each):
            found[-1].append(each)
        else:
            found.append([each])
    return found


def _is_one_sitting(later: Happening, earlier: Happening) -> bool:
    return (
        later.verb in _AGAIN_AND_AGAIN
        and _same(later) == _same(earlier)
        and later.at - earlier.at <= SITTING
    )


def _same(each: Happening) -> tuple[object, ...]:
    rest = {name: value for name, value in each.said.fields.items() if name not in _WHAT}
    return each.who, each.station, each.verb, each.said.sentence, sorted(rest.items())


def _entry(sitting: list[Happening], zone: ZoneInfo, today: date) -> TimelineEntry:
    newest = sitting[0]
    who = f"{newest.who}, {newest.station}" if newest.station else newest.who
    if len(sitting) == 1:
        return TimelineEntry(when(newest.at, zone, today), who, _line(newest.said))
    first, last = (when(each.at, zone, today) for each in (sitting[-1], newest))
    return TimelineEntry(
        last if first == last else f"{first} – {newest.at.astimezone(zone):%H:%M}",
        who,
        _line(_together(sitting)),
        parts=tuple(f"{when(each.at, zone, today)}  {_line(each.said)}" for each in sitting),
    )


def _together(sitting: list[Happening]) -> Said:
    """What was done again and again in one sentence, the first first."""
    said = sitting[0].said
    name = next((each for each in _WHAT if each in said.fields), None)
    if name is None:
        return said
    done = Counter(str(each.said.fields[name]) for each in reversed(sitting))
    told = [_times(what, many) for what, many in done.items()]
    return Said(said.sentence, said.fields | {name: few(told)})


def _times(what: str, many: int) -> str:
    return what if many == 1 else words(N_("{many} times {what}"), many=many, what=what)


def _line(said: Said) -> str:
    return " ".join(said.message().split())
