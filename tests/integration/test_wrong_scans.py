"""Scans that led nowhere are history by station and day; a station's scanner has settings."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import DBAPIError

from app.core.errors import NotPermitted, SeveralProblems
from app.database.engine import reading
from app.operations.scanning import ScanNote, note_wrong_scans, set_scanner
from app.queries.scans import station_scanner, wrong_scans
from app.rules.scanning.wedge import WedgeSettings
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day

EVENING = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
NIGHT = datetime(2026, 3, 5, 0, 30, tzinfo=UTC)


def test_wrong_scans_are_counted_by_day_station_and_text(day: Day, run_as: RunAs) -> None:
    packing = run_as("fritz", station="PACK-1")
    twice = tuple(ScanNote(EVENING, "4711", "UNKNOWN CODE", "Nothing here …") for _ in range(2))
    packing.do(note_wrong_scans, desk="packing", scans=twice)
    later = (ScanNote(NIGHT, "ANCHOR", "WRONG ITEM"), ScanNote(NIGHT, "a\x1db", "UNKNOWN CODE"))
    packing.do(note_wrong_scans, desk="packing", scans=later)
    run_as("stefan").do(
        note_wrong_scans, desk="picking", scans=(ScanNote(NIGHT, "x" * 900, "unknown"),)
    )
    with reading(day.owner) as session:
        rows = wrong_scans(session)
        assert [(r.day, r.station, r.count, r.code[:9], r.operators) for r in rows] == [
            (date(2026, 3, 5), "", 1, "xxxxxxxxx", "stefan"),
            *[
                (date(2026, 3, 5), "PACK-1", 1, code, "fritz")
                for code in [r.code for r in rows[1:3]]
            ],
            (date(2026, 3, 4), "PACK-1", 2, "4711", "fritz"),
        ]
        assert {r.code for r in rows[1:3]} == {"ANCHOR", "a<1D>b"}
        assert len(rows[0].code) == 500
        evening = wrong_scans(session, day=date(2026, 3, 4))
        assert [(r.code, r.word, r.reason) for r in evening] == [
            ("4711", "UNKNOWN CODE", "Nothing here …")
        ]
        assert wrong_scans(session, station="PACK-2") == ()


def test_who_does_not_scan_keeps_none_and_nobody_changes_them(
    day: Day, run_as: RunAs, engine_as: EngineAs
) -> None:
    note = (ScanNote(NIGHT, "4711", "unknown"),)
    with pytest.raises(NotPermitted):
        run_as("paula").do(note_wrong_scans, desk="picking", scans=note)
    run_as("fritz").do(note_wrong_scans, desk="picking", scans=note)
    for sql in (
        "UPDATE wrong_scan SET code = ''",
        "DELETE FROM wrong_scan",
        "INSERT INTO wrong_scan (happened_at, desk, code, word) VALUES (now(), '', '', '')",
    ):
        with engine_as("maria").connect() as terminal, pytest.raises(DBAPIError):
            terminal.exec_driver_sql(sql)
    with day.owner.connect() as owner, pytest.raises(DBAPIError, match="append-only"):
        owner.exec_driver_sql("DELETE FROM wrong_scan")
    assert day.one("SELECT count(*) FROM wrong_scan") == 1


def test_a_stations_scanner_keeps_what_was_set(day: Day, run_as: RunAs) -> None:
    station = day.id_of("station", "PACK-1")

    def now(code: str | None = "PACK-1") -> WedgeSettings | None:
        with reading(day.owner) as session:
            found = station_scanner(session, station=code)
        return None if found is None else found.wedge

    assert now() == WedgeSettings()
    assert now("NOWHERE") is None
    run_as("fritz").do(set_scanner, station=station, prefix="~", suffix="\t", gap_ms=20)
    run_as("adam").do(set_scanner, station=station, prefix="\x02", suffix="\x03", patience_ms=400)
    assert now() == WedgeSettings("\x02", "\x03", 50, 400, 4)


def test_settings_no_scanner_could_be_read_with_are_refused_at_once(day: Day) -> None:
    station = day.id_of("station", "PACK-1")
    with pytest.raises(SeveralProblems) as refused:
        day.runner.do(
            set_scanner, station=station, prefix="~" * 11, gap_ms=1, patience_ms=9000, shortest=0
        )
    assert [problem.message() for problem in refused.value.problems] == [
        "The prefix has 11 characters; use at most 10.",
        "Time between keys is 1; use 5 to 1000.",
        "Time to wait is 9000; use 20 to 5000.",
        "Shortest scan is 0; use 1 to 50.",
    ]
    with pytest.raises(SeveralProblems):
        day.runner.do(set_scanner, station=0, prefix="~", suffix="~")
    assert day.one("SELECT count(*) FROM station_scanner") == 0
