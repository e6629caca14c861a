"""Paper asked for at the bench, and paper that does not come out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from app.core.changes import changed
from app.core.ids import Kind
from app.operations.print_queue import PrintQueue
from app.operations.run import Runner
from tests.factories.day import Day
from tests.ui.packing_station import OK, Open, Station


def print_all(at: Station, day: Day, folder: Path) -> None:
    """What is queued is printed, as the window's own queue does; the station hears of it."""
    PrintQueue(Runner(day.runner.engine, station="PACK-1"), folder=folder).run_once()
    at.controller.hear(changed(Kind.PRINT_JOB, 1))
    at.settle()


def test_the_command_sheet_is_printed_by_key(
    station: Open, qtbot: QtBot, day: Day, tmp_path: Path
) -> None:
    at = station()
    assert dict(at.desk.keys())["F10"] == "Command sheet"
    qtbot.keyClick(at.desk, Qt.Key.Key_F10)
    at.settle()
    assert at.desk.banner.answer.word == "COMMAND SHEET"
    print_all(at, day, tmp_path)
    assert not at.is_stopped
    assert day.ask("SELECT document, subject_id, station, state FROM print_job") == [
        ("command_sheet", 1, "PACK-1", "printed")
    ]


def test_a_label_that_no_printer_takes_stops_the_station_until_it_is_seen(
    station: Open, day: Day, two_lines: int, tmp_path: Path, qtbot: QtBot
) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("DELETE FROM station_printer"))
        connection.execute(  # yesterday's is not told again
            text(
                "INSERT INTO print_job (document, subject_id, station, state, command_id)"
                " VALUES ('carton_label', 1, 'PACK-1', 'failed', NULL)"
            )
        )
    at = station()
    at.answer("OWOSO-1001", "PUMP", "OWXCLOSE-CARTON")
    print_all(at, day, tmp_path)
    assert at.desk.banner.answer.word == "STOP: NO LABEL"
    assert "There is no printer for labels at this station." in at.sentence
    assert "Then print it again with F9." in at.sentence
    assert at.words()[0] == "Carton label: not printed"
    at.answer(OK)
    at.controller.hear(changed(Kind.PRINT_JOB, 1))
    at.settle()
    assert not at.is_stopped  # said once
    assert at.answer("PUMP") == "GOOD"
    with day.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO station_printer (station_id, role, printer_id)"
                " VALUES (NULL, 'labels', 1)"
            )
        )
    qtbot.keyClick(at.desk, Qt.Key.Key_F9)
    at.settle()
    print_all(at, day, tmp_path)
    assert not at.is_stopped
    assert len(list(tmp_path.rglob("*.pdf"))) == 1
