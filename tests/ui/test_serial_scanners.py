"""Serial scanners at a station: heard by the desk in view, set up and tried in the form."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.controllers.serial_scanners import SerialScanners
from app.controllers.tasks import TaskRunner
from app.core.actor import Group
from app.core.errors import BusinessError
from app.database.door import Door
from app.gateways.serial_ports import NotPluggedIn, keep_ports, kept_ports
from app.gateways.sound import RecordedSounds
from app.main import Workplace, build_window, enter
from app.rules.scanning.serial import SerialPort
from app.views import theme
from app.views.inventory.asking import ReceiptForm
from app.views.inventory.desk import InventoryDesk
from app.views.packing.desk import PackingDesk
from app.views.paper_preview import PreviewWindow
from app.views.picking.desk import PickingDesk
from app.views.scanner import ScannerForm
from app.views.scanning_desk import ScanningDesk
from app.views.serial_ports import PortList
from tests.factories.day import Day
from tests.factories.plugged import PluggedScanner
from tests.ui.floor_stage import PATIENCE, FloorStage

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are POSIX")


@pytest.fixture
def scanner(tmp_path: Path) -> PluggedScanner:
    return PluggedScanner(tmp_path / "scanner")


@pytest.fixture
def file(tmp_path: Path, scanner: PluggedScanner) -> Path:
    """The scanner is kept for the station PACK-1."""
    kept = tmp_path / "scanners.json"
    keep_ports(kept, "PACK-1", [SerialPort(str(scanner.path))])
    return kept


@pytest.fixture
def scanners(tasks: TaskRunner, file: Path) -> Iterator[SerialScanners]:
    made = SerialScanners(tasks, file)
    yield made
    made.close()


@pytest.fixture
def at_station(stage_: FloorStage, file: Path) -> Iterator[FloorStage]:
    """Desks with this computer's serial scanners."""
    stage_.scanners = SerialScanners(stage_.tasks, file)
    yield stage_
    stage_.scanners.close()


def _is_read(scanners: SerialScanners | None, scanner: PluggedScanner) -> bool:
    assert scanners is not None
    return scanners.states.get(str(scanner.path), "not yet") is None


def test_a_thousand_codes_come_to_whoever_listens_in_their_order(
    scanners: SerialScanners, scanner: PluggedScanner, qtbot: QtBot
) -> None:
    heard: list[str] = []
    unheard: list[str] = []
    scanners.unheard.connect(unheard.append)
    scanners.begin("PACK-1")
    scanners.listen(heard.append)
    qtbot.waitUntil(lambda: _is_read(scanners, scanner), timeout=PATIENCE)
    codes = [f"OWOSO-{number}" for number in range(1000)]
    scanner.send("".join(f"{each}\r" for each in codes).encode())
    qtbot.waitUntil(lambda: len(heard) >= 1000, timeout=PATIENCE)
    assert heard == codes
    assert unheard == []


def test_whoever_listened_last_hears_and_what_nobody_hears_is_said(
    scanners: SerialScanners, scanner: PluggedScanner, qtbot: QtBot
) -> None:
    first: list[str] = []
    second: list[str] = []
    unheard: list[str] = []
    scanners.unheard.connect(unheard.append)
    scanners.begin("PACK-1")
    scanners.listen(first.append)
    scanners.listen(second.append)
    qtbot.waitUntil(lambda: _is_read(scanners, scanner), timeout=PATIENCE)
    scanner.send(b"A\r")
    qtbot.waitUntil(lambda: second == ["A"], timeout=PATIENCE)
    scanners.leave(second.append)
    scanner.send(b"B\r")
    qtbot.waitUntil(lambda: first == ["B"], timeout=PATIENCE)
    scanners.leave(first.append)
    scanner.send(b"C\r")
    qtbot.waitUntil(lambda: unheard == ["C"], timeout=PATIENCE)
    assert (first, second) == (["B"], ["A"])


def test_a_trouble_waits_for_somebody_who_is_told_once(
    scanners: SerialScanners, scanner: PluggedScanner, qtbot: QtBot
) -> None:
    told: list[BusinessError] = []
    scanners.told.connect(told.append)
    scanner.pull()
    scanners.begin("PACK-1")
    path = str(scanner.path)
    qtbot.waitUntil(lambda: scanners.states.get(path) is not None, timeout=PATIENCE)
    assert told == []
    scanners.listen(print)
    assert [type(each) for each in told] == [NotPluggedIn]
    scanners.leave(print)
    scanners.listen(print)
    assert len(told) == 1


def test_a_damaged_file_is_told(tasks: TaskRunner, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "scanners.json").write_text("damaged")
    made = SerialScanners(tasks, tmp_path / "scanners.json")
    told: list[str] = []
    made.told.connect(lambda trouble: told.append(str(trouble)))
    made.listen(print)
    made.begin("PACK-1")
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert told[0].endswith("Set the scanners up again.")
    assert made.ports == ()
    made.close()


def test_a_desk_answers_what_is_scanned_and_says_when_the_scanner_is_gone(
    at_station: FloorStage, scanner: PluggedScanner
) -> None:
    desk = at_station.open(PickingDesk, Group.FLOOR, station="PACK-1")
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    scanner.send(b"4711\r")
    at_station.wait(lambda: desk.answer.answer.word == "STOP: UNKNOWN")
    assert desk.answer.answer.sentence.startswith("Nothing here has the code 4711.")
    assert desk.scan_field.text() == ""
    scanner.send(b"4712\r")  # waits, like any scan behind a stop
    at_station.wait(lambda: desk.scans.waiting == ("4712",))
    at_station.press("Esc")
    at_station.wait(
        lambda: desk.answer.answer.sentence.startswith("Nothing here has the code 4712")
    )
    scanner.pull()
    at_station.wait(lambda: "is not plugged in" in at_station.said)
    assert at_station.said.endswith("it is found again by itself.")
    scanner.plug()
    at_station.wait(lambda: at_station.said == f"The scanner at {scanner.path} is read again.")


def test_a_desk_that_is_not_in_view_hears_nothing(
    at_station: FloorStage, scanner: PluggedScanner
) -> None:
    assert at_station.scanners is not None
    unheard: list[str] = []
    at_station.scanners.unheard.connect(unheard.append)
    desk = at_station.open(PickingDesk, Group.FLOOR, station="PACK-1")
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    desk.hide()
    scanner.send(b"4711\r")
    at_station.wait(lambda: unheard == ["4711"])
    assert desk.answer.answer.word != "STOP: UNKNOWN"
    desk.show()
    scanner.send(b"4712\r")
    at_station.wait(lambda: desk.answer.answer.word == "STOP: UNKNOWN")


def test_a_window_says_what_was_scanned_at_a_desk_that_takes_no_codes(
    qtbot: QtBot, dressed: QApplication, day: Day, scanner: PluggedScanner, file: Path
) -> None:
    place = Workplace(enter(Door(day.owner.url, login="pack1", station="PACK-1", scanners=file)))
    try:
        window = build_window(place)
        qtbot.addWidget(window)
        window.show()
        picking = window.open_desk("picking")
        assert isinstance(picking, PickingDesk)
        qtbot.waitUntil(lambda: _is_read(place.scanners, scanner), timeout=PATIENCE)
        scanner.send(b"4711\r")
        qtbot.waitUntil(lambda: picking.answer.answer.word == "STOP: UNKNOWN", timeout=PATIENCE)
        window.open_desk("items")
        scanner.send(b"4712\r")
        said = "4712 was scanned, but this desk takes no codes."
        qtbot.waitUntil(lambda: window.messages.text == said, timeout=PATIENCE)
        counting = window.open_desk("counting")
        assert isinstance(counting, ScanningDesk)
        scanner.send(b"4713\r")
        qtbot.waitUntil(lambda: "4713" in counting.answer.answer.sentence, timeout=PATIENCE)
        assert picking.scans.waiting == ()
        qtbot.waitUntil(lambda: not place.tasks.is_busy, timeout=PATIENCE)
    finally:
        place.close()


def test_at_the_bench_scans_are_answered_and_a_lost_scanner_is_said(
    at_station: FloorStage, scanner: PluggedScanner, day: Day, two_lines: int, qtbot: QtBot
) -> None:
    desk = at_station.open(
        lambda context: PackingDesk(context, sounds=RecordedSounds()), Group.FLOOR, station="PACK-1"
    )
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    scanner.send(b"OWOSO-1001\rPUMP\rPUMP\r")
    at_station.wait(lambda: desk.controller.is_quiet and desk.controller.bench.order is not None)
    at_station.wait(lambda: len(desk.controller.voice.last.entries) >= 3)
    codes = [each.code for each in desk.controller.voice.last.entries]
    assert [each for each in codes if not each.startswith("Carton")] == ["PUMP", "PUMP", "SO-1001"]
    scanner.pull()
    at_station.wait(lambda: desk.banner.answer.word == "NO SCANNER")
    assert "is not plugged in" in desk.banner.answer.sentence
    at_station.picture("serial-bench-no-scanner")
    scanner.plug()
    at_station.wait(lambda: desk.banner.answer.word == "SCANNER")


def test_a_scan_puts_a_preview_away(
    at_station: FloorStage, scanner: PluggedScanner, day: Day
) -> None:
    desk = at_station.open(
        lambda context: PackingDesk(context, sounds=RecordedSounds()), Group.FLOOR, station="PACK-1"
    )
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    at_station.press("Shift+F9")
    at_station.wait(lambda: desk.findChild(PreviewWindow) is not None)
    scanner.send(b"4711\r")
    at_station.wait(lambda: desk.findChild(PreviewWindow) is None)
    assert desk.banner.answer.word.startswith("STOP")


def _form(stage: FloorStage) -> ScannerForm:
    stage.press("Shift+F12")
    stage.wait(lambda: stage.desk.findChild(ScannerForm) is not None)
    form = stage.desk.findChild(ScannerForm)
    assert isinstance(form, ScannerForm)
    stage.wait(form.isActiveWindow)
    return form


def _ports(form: QObject) -> PortList:
    found = form.findChild(PortList)
    assert isinstance(found, PortList)
    return found


def test_a_scanner_is_set_up_tried_and_kept(
    at_station: FloorStage, scanner: PluggedScanner, file: Path, tmp_path: Path, day: Day
) -> None:
    path = str(scanner.path)
    desk = at_station.open(PickingDesk, Group.FLOOR, station="PACK-1")
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    form = _form(at_station)
    row = _ports(form).rows[path]
    box, baud, ending, state = row.box, row.baud, row.ending, row.state
    assert (box.isChecked(), baud.code, ending.code) == (True, 9600, "\r")
    assert state.text() == "It is read: scan something."
    scanner.send(b"4711\r")
    at_station.wait(lambda: form.test.text() == "4711")
    assert form.said.text().startswith("Read as a scan of 4 characters.")
    assert desk.answer.answer.word != "STOP: UNKNOWN"  # the desk heard nothing
    baud.choose(115200)
    ending.choose("\t")
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    scanner.send(b"4712\t")
    at_station.wait(lambda: form.test.text() == "4712")
    at_station.picture_of(form, "serial-form")
    at_station.press("Ctrl+Return")
    at_station.wait(lambda: kept_ports(file, "PACK-1") == (SerialPort(path, 115200, "\t"),))
    at_station.wait(lambda: desk.findChild(ScannerForm) is None)
    scanner.send(b"4713\t")
    at_station.wait(lambda: desk.answer.answer.word == "STOP: UNKNOWN")


def test_what_was_tried_and_not_kept_is_as_before(
    at_station: FloorStage, scanner: PluggedScanner, file: Path, qtbot: QtBot
) -> None:
    path = str(scanner.path)
    desk = at_station.open(PickingDesk, Group.FLOOR, station="PACK-1")
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    form = _form(at_station)
    row = _ports(form).rows[path]
    box, state = row.box, row.state
    box.setFocus(Qt.FocusReason.TabFocusReason)
    at_station.press("Space")
    at_station.wait(lambda: not box.isChecked())
    assert not state.isVisible()
    assert at_station.scanners is not None
    assert path not in at_station.scanners.states
    at_station.press("Esc")
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    assert kept_ports(file, "PACK-1") == (SerialPort(path),)
    scanner.send(b"4713\r")
    at_station.wait(lambda: desk.answer.answer.word == "STOP: UNKNOWN")


def test_an_unplugged_scanner_stays_in_the_list_and_says_so(
    at_station: FloorStage, scanner: PluggedScanner
) -> None:
    scanner.pull()
    at_station.open(PickingDesk, Group.FLOOR, station="PACK-1")
    path = str(scanner.path)
    assert at_station.scanners is not None
    states = at_station.scanners.states
    at_station.wait(lambda: states.get(path) is not None)
    form = _form(at_station)
    row = _ports(form).rows[path]
    box, state = row.box, row.state
    assert box.isChecked()
    assert "is not plugged in" in state.text()
    scanner.plug()
    at_station.wait(lambda: state.text() == "It is read: scan something.")
    at_station.press("Esc")


@pytest.mark.parametrize(("look", "scale"), [("light", 1.0), ("dark", 1.0), ("light", 2.0)])
def test_the_pictures(
    at_station: FloorStage,
    scanner: PluggedScanner,
    dressed: QApplication,
    look: str,
    scale: float,
) -> None:
    """Drawn where ORDERWRIGHT_PICTURES says; all the same they must draw."""
    theme.apply(dressed, look, scale)
    at_station.open(PickingDesk, Group.FLOOR, station="PACK-1")
    form = _form(at_station)
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    QTest.qWaitForWindowExposed(form)
    at_station.picture_of(form, f"serial-form-{look}-{scale}")
    at_station.picture_of(_ports(form), f"serial-ports-{look}-{scale}")
    scanner.pull()
    at_station.wait(lambda: not _is_read(at_station.scanners, scanner))
    at_station.picture_of(_ports(form), f"serial-ports-gone-{look}-{scale}")
    at_station.press("Esc")
    theme.apply(dressed, "light", 1.0)


def test_what_is_scanned_while_a_form_is_open_goes_into_the_form(
    at_station: FloorStage, scanner: PluggedScanner, day: Day
) -> None:
    desk = at_station.open(InventoryDesk, Group.FLOOR, station="PACK-1")
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    desk.act("receive-any")
    scanner.send(b"RADIO\r")
    at_station.wait(lambda: isinstance(at_station.asking, ReceiptForm))
    form = at_station.asking
    at_station.wait(form.serials.hasFocus)
    scanner.send(b"SN-1\r21SN-2\x1d10L-7\r")
    at_station.wait(lambda: form.serials.toPlainText().count("\n") == 2)
    form.field("place").setFocus()
    scanner.send(b"OWBA-02\r")
    at_station.wait(lambda: form.field("place").text() == "A-02")
    at_station.press("Ctrl+Return")
    at_station.wait(lambda: at_station.said == "2 pc of RADIO received into A-02.")
    assert day.ask("SELECT code FROM lot ORDER BY code") == [("SN-1",), ("SN-2",)]
    assert desk.scans.waiting == ()
    assert desk.answer.answer.word == "Scan"  # the desk behind the form heard none of it


def test_no_code_becomes_a_quantity(
    at_station: FloorStage, scanner: PluggedScanner, day: Day
) -> None:
    desk = at_station.open(InventoryDesk, Group.FLOOR, station="PACK-1")
    at_station.wait(lambda: _is_read(at_station.scanners, scanner))
    desk.act("receive-any")
    desk.scanner.filter.scanned.emit("PUMP")  # the scanner that types goes the same way
    at_station.wait(lambda: isinstance(at_station.asking, ReceiptForm))
    form = at_station.asking
    form.quantity.setFocus()
    scanner.send(b"19520001000024\r")
    said = "19520001000024 was scanned, but no code belongs where the cursor is."
    at_station.wait(lambda: form.messages.text == said)
    assert form.quantity.text() == ""
    assert form.isVisible()
