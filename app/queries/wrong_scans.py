"""Scans that led nowhere as the desk shows them: found by day and station, each whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import NotFound
from app.core.ids import Kind
from app.queries.beginnings import as_typed
from app.queries.scans import resolved, scan_settings
from app.rules.records import NUMBER_LENGTH
from app.rules.scanning import ScanKind, parse

DAYS_SHOWN = 90
"""How far the list reaches back when no day is named."""

TODAY, YESTERDAY = "today", "yesterday"
_PLAIN = (ScanKind.UNKNOWN, ScanKind.GTIN)
"""What can be kept as another code of an item; all else names something by its own form."""

_UNWRITABLE = re.compile(r"<[0-9A-F]{2}>")
"""How a character that cannot be shown was kept."""


@dataclass(frozen=True, slots=True)
class WrongScanGroup:
    """One text that led nowhere at a station on a day; `id` is that of its first scan."""

    id: int
    key: tuple[Any, ...]
    day: date
    station: str
    desk: str
    code: str
    word: str
    count: int
    last_at: datetime
    kind: Kind = Kind.WRONG_SCAN


@dataclass(frozen=True, slots=True)
class WrongScanTime:
    """When it was scanned, and by whom."""

    at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class WrongScanWhole:
    """A text that led nowhere, with its latest scans and where else it was scanned lately.

    `number` and `name` are what the code names by now (with its kind), empty while it names
    nothing. `to_learn` is the code as an item would have it, empty where none could: it names
    something already, or has a form of its own (ours, or GS1's).
    """

    scan: WrongScanGroup
    reason: str
    times: tuple[WrongScanTime, ...]
    elsewhere: tuple[WrongScanGroup, ...]
    thing: str
    thing_id: int
    number: str
    name: str
    to_learn: str


_GROUPED = """
    SELECT min(w.id) AS id, d.day, coalesce(c.station, '') AS station, w.desk, w.code, w.word,
           count(*) AS count, max(w.happened_at) AS last_at
      FROM wrong_scan w JOIN command c ON c.id = w.command_id CROSS JOIN company k
     CROSS JOIN LATERAL (SELECT (w.happened_at AT TIME ZONE k.time_zone)::date AS day) d
     WHERE w.happened_at >= CAST(:first AS date)::timestamp AT TIME ZONE k.time_zone
       AND w.happened_at < (CAST(:last AS date) + 1)::timestamp AT TIME ZONE k.time_zone
       {where}
     GROUP BY d.day, coalesce(c.station, ''), w.desk, w.code, w.word
"""


def wrong_scan_groups(
    session: Session,
    *,
    filter: str = "",
    after: tuple[Any, ...] | None = None,
    limit: int = 100,
) -> tuple[WrongScanGroup, ...]:
    """One page, the newest day first; without a day the last 90 days.

    Each word of `filter` is a day (2026-11-24, today, yesterday), or begins a station's code or a
    desk, or is in the text that was scanned. Two statements.
    """
    now = today(_time_zone(session))
    day, words = _read_filter(filter, now)
    where = "".join(
        f" AND (starts_with(lower(coalesce(c.station, '')), :w{number})"
        f" OR starts_with(w.desk, :w{number}) OR strpos(lower(w.code), :w{number}) > 0)"
        for number in range(len(words))
    )
    page = ""
    if after is not None:
        page = "HAVING (d.day, min(w.id)) < (:after_day, :after_id)"
    rows = session.execute(
        text(f"""{_GROUPED.format(where=where)} {page}
             ORDER BY d.day DESC, min(w.id) DESC LIMIT :limit"""),
        {
            "first": day or now - timedelta(days=DAYS_SHOWN),
            "last": day or now,
            "limit": limit,
            **{f"w{number}": word for number, word in enumerate(words)},
            **({} if after is None else {"after_day": after[0], "after_id": after[1]}),
        },
    )
    return tuple(map(_group, rows))


def wrong_scan(session: Session, *, scan: int) -> WrongScanWhole:
    """The text a scan had, with all its scans of that day at that station. Raises: NotFound."""
    first = session.execute(
        text("""
            SELECT w.code, w.word, w.desk, w.reason, coalesce(c.station, '') AS station,
                   (w.happened_at AT TIME ZONE k.time_zone)::date AS day
              FROM wrong_scan w JOIN command c ON c.id = w.command_id CROSS JOIN company k
             WHERE w.id = :id"""),
        {"id": scan},
    ).one_or_none()
    if first is None:
        raise NotFound(what="wrong scan", value=scan)
    now = today(_time_zone(session))
    of_it = {
        "code": first.code,
        "day": first.day,
        "station": first.station,
        "desk": first.desk,
        "word": first.word,
    }
    own, *elsewhere = (
        _group(row)
        for row in session.execute(
            text(f"""{_GROUPED.format(where=" AND w.code = :code")}
                 ORDER BY (d.day, coalesce(c.station, ''), w.desk, w.word)
                          = (:day, :station, :desk, :word) DESC, d.day DESC, min(w.id) DESC
                 LIMIT 50"""),
            of_it
            | {
                "first": min(first.day, now - timedelta(days=DAYS_SHOWN)),
                "last": max(first.day, now),
            },
        )
    )
    times = session.execute(
        text("""
            SELECT w.happened_at, c.operator
              FROM wrong_scan w JOIN command c ON c.id = w.command_id CROSS JOIN company k
             WHERE w.happened_at >= CAST(:day AS date)::timestamp AT TIME ZONE k.time_zone
               AND w.happened_at < (CAST(:day AS date) + 1)::timestamp AT TIME ZONE k.time_zone
               AND w.code = :code AND w.word = :word AND w.desk = :desk
               AND coalesce(c.station, '') = :station
             ORDER BY w.happened_at DESC, w.id DESC LIMIT 20"""),
        of_it,
    )
    thing, to_learn = _known(session, first.code)
    return WrongScanWhole(
        own,
        first.reason,
        tuple(WrongScanTime(*each) for each in times),
        tuple(elsewhere),
        str(thing.get("type", "")),
        int(thing.get("id", 0)),
        str(thing.get("number", "")),
        str(thing.get("label") or ""),
        to_learn,
    )


def _known(session: Session, code: str) -> tuple[dict[str, Any], str]:
    """What a code names by now, and the code as an item could learn it.

    Who may not read items is told neither.
    """
    if not session.execute(text("SELECT has_table_privilege('item', 'SELECT')")).scalar_one():
        return {}, ""
    settings = scan_settings(session)
    found = resolved(session, settings, code).get("resolved")
    if found is not None:
        return found, ""
    scan = parse(
        code,
        prefix=settings.prefix,
        today=settings.today,
        company_prefix=settings.company_prefix,
    )
    is_plain = scan.valid or scan.kind is ScanKind.UNKNOWN
    fits = 0 < len(scan.value) <= NUMBER_LENGTH and not _UNWRITABLE.search(scan.value)
    return {}, scan.value if is_plain and scan.kind in _PLAIN and fits else ""


def _read_filter(typed: str, now: date) -> tuple[date | None, list[str]]:
    day, words = None, []
    for word in as_typed(typed).casefold().split():
        named = {TODAY: now, YESTERDAY: now - timedelta(days=1)}.get(word) or _day(word)
        if named is None:
            words.append(word)
        else:
            day = named
    return day, words


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if len(word) == 10 else None
    except ValueError:
        return None


def _time_zone(session: Session) -> str:
    return str(session.execute(text("SELECT time_zone FROM company")).scalar_one())


def _group(row: Any) -> WrongScanGroup:
    return WrongScanGroup(
        row.id,
        (row.day, row.id),
        row.day,
        row.station,
        row.desk,
        row.code,
        row.word,
        row.count,
        row.last_at,
    )
