"""A station's scanner: read as it was set up, and set up with a live test."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.actor import Group
from app.gateways.sound import RecordedSounds
from app.operations.scanning import set_scanner
from app.rules.scanning.wedge import WedgeSettings
from app.views import theme
from app.views.packing.desk import PackingDesk
from app.views.picking.desk import PickingDesk
from app.views.scanner import ScannerForm
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage

PATIENT = {"prefix": "~", "suffix": "\t", "patience_ms": 5000}


def _keys(widget: QWidget, text: str) -> None:
    """Keys as the platform delivers them: to the window."""
    handle = widget.window().windowHandle()
    assert handle is not None
    named = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}
    for char in text:
        QTest.keyClick(handle, named.get(char, cast(Qt.Key, char)))


@pytest.fixture
def form(stage_: FloorStage, qtbot: QtBot) -> ScannerForm:
    desk = stage_.open(PickingDesk, Group.FLOOR, station="PACK-1")
    stage_.press("Shift+F12")
    stage_.wait(lambda: desk.findChild(ScannerForm) is not None)
    found = desk.findChild(ScannerForm)
    assert isinstance(found, ScannerForm)
    qtbot.waitUntil(found.isActiveWindow)
    return found


def test_a_station_reads_its_scanner_as_it_was_set_up(stage_: FloorStage, day: Day) -> None:
    day.runner.do(set_scanner, station=day.id_of("station", "PACK-1"), **PATIENT)
    desk = stage_.open(PickingDesk, Group.FLOOR, station="PACK-1")
    _keys(desk, "~4711\t")
    stage_.wait(lambda: desk.answer.answer.word == "STOP: UNKNOWN")
    assert desk.answer.answer.sentence.startswith("Nothing here has the code 4711.")
    assert desk.scan_field.text() == ""
    assert desk.scan_field.hasFocus()


def test_settings_changed_elsewhere_are_used_at_once(stage_: FloorStage, day: Day) -> None:
    desk = stage_.open(PickingDesk, Group.FLOOR, station="PACK-1")
    made = day.runner.do(set_scanner, station=day.id_of("station", "PACK-1"), **PATIENT)
    stage_.tasks.changed.emit(made.changes)
    stage_.settle()
    _keys(desk, "~4712\t")
    stage_.wait(lambda: desk.answer.answer.sentence.startswith("Nothing here has the code 4712."))


def test_the_test_field_says_how_a_scan_is_read_and_what_arrives_otherwise(
    stage_: FloorStage, day: Day, form: ScannerForm
) -> None:
    assert form.values() == WedgeSettings()
    assert form.test.hasFocus()
    form.prefix.setText("<02>")
    form.suffix.choose("\t")
    form.patience.setText("5000")
    form.prefix.setFocus()
    form.test.setFocus()
    _keys(form, "AB\r")
    assert form.said.text().startswith("Keys: AB⏎, at most ")
    assert form.said.text().endswith("With these settings it is no scan.")
    assert form.isVisible()
    form.prefix.setText("~")
    form.prefix.setFocus()
    form.test.setFocus()
    _keys(form, "~AB12\t")
    assert form.said.text().startswith("Read as a scan of 4 characters.\n")
    assert form.test.text() == "AB12"
    stage_.picture_of(form, "scanner-form")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: day.one("SELECT count(*) FROM station_scanner"))
    assert day.ask("SELECT prefix, suffix, gap_ms, patience_ms, shortest FROM station_scanner") == [
        ("~", "\t", 50, 5000, 4)
    ]
    _keys(stage_.desk, "~4713\t")
    stage_.wait(
        lambda: stage_.desk.answer.answer.sentence.startswith("Nothing here has the code 4713.")
    )


def test_what_cannot_be_is_said_in_the_form(
    stage_: FloorStage, day: Day, form: ScannerForm
) -> None:
    form.gap.setText("2")
    form.gap.setFocus()
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: form.form.problem("gap") == "Time between keys is 2; use 5 to 1000.")
    assert form.isVisible()
    assert day.one("SELECT count(*) FROM station_scanner") == 0


def test_a_window_that_is_no_station_says_so(stage_: FloorStage) -> None:
    desk = stage_.open(PickingDesk, Group.FLOOR, station="NOWHERE")
    stage_.press("Shift+F12")
    stage_.wait(lambda: desk.messages.text.startswith("Scanners are set up for each station"))


@pytest.mark.parametrize("station", ["PACK-1", None])
def test_at_the_bench_too(stage_: FloorStage, day: Day, station: str | None) -> None:
    """A window that is no station says so, where it says everything else."""
    desk = stage_.open(
        lambda context: PackingDesk(context, sounds=RecordedSounds()), Group.FLOOR, station=station
    )
    stage_.press("Shift+F12")
    if station is None:
        stage_.wait(lambda: desk.banner.answer.word == "NO STATION")
        return
    stage_.wait(lambda: desk.findChild(ScannerForm) is not None)
    stage_.press("Esc")
    day.runner.do(set_scanner, station=day.id_of("station", "PACK-1"), **PATIENT)
    again = stage_.open(
        lambda context: PackingDesk(context, sounds=RecordedSounds()), Group.FLOOR, station=station
    )
    _keys(again, "~4711\t")
    stage_.wait(lambda: again.banner.answer.word.startswith("STOP"))


@pytest.mark.parametrize(("look", "scale"), [("light", 1.0), ("dark", 1.0), ("light", 2.0)])
def test_the_pictures(stage_: FloorStage, dressed: QApplication, look: str, scale: float) -> None:
    """Drawn where ORDERWRIGHT_PICTURES says; all the same they must draw."""
    theme.apply(dressed, look, scale)
    desk = stage_.open(PickingDesk, Group.FLOOR, station="PACK-1")
    stage_.press("Shift+F12")
    stage_.wait(lambda: desk.findChild(ScannerForm) is not None)
    form = desk.findChild(ScannerForm)
    assert isinstance(form, ScannerForm)
    form._show_keys("~4711⏎", 12)
    stage_.picture_of(form, f"scanner-{look}-{scale}")
    theme.apply(dressed, "light", 1.0)
