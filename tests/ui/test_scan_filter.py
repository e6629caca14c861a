"""Scanner and person at one keyboard: who typed what, and where it went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShortcut, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.controllers.scanning import ScanQueue
from app.rules.scanning.wedge import LONGEST_READ
from app.views.widgets.scan_filter import ScanFilter, WedgeSettings

GS = "\x1d"
# So patient that no busy machine makes a pause: a test says itself when a person hesitates.
LONG_MS = 60_000
PREFIXED = WedgeSettings(prefix="~", suffix="\r", patience_ms=LONG_MS)
TIMED = WedgeSettings(gap_ms=LONG_MS, shortest=4)
CONTROL = Qt.KeyboardModifier.ControlModifier


class Desk(QWidget):
    """A field, a text and a default-looking button, with the scans that arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.field, self.text, self.button = QLineEdit(), QPlainTextEdit(), QPushButton("Ship")
        self.button.setAutoDefault(True)
        layout = QVBoxLayout(self)
        for each in (self.field, self.text, self.button):
            layout.addWidget(each)
        self.pressed = 0
        self.entered = 0
        self.scans: list[str] = []
        self.button.clicked.connect(self._count_press)
        self.field.returnPressed.connect(self._count_enter)
        self.queue = ScanQueue(self)
        self.queue.scanned.connect(self.scans.append)

    def _count_press(self) -> None:
        self.pressed += 1

    def _count_enter(self) -> None:
        self.entered += 1

    def window_handle(self) -> QWindow:
        handle = self.windowHandle()
        assert handle is not None
        return handle

    def type(self, text: str) -> None:
        """Keys as the platform delivers them: to the window, press and release."""
        for char in text:
            if char == "\r":
                QTest.keyClick(self.window_handle(), Qt.Key.Key_Return)
            elif char == "\t":
                QTest.keyClick(self.window_handle(), Qt.Key.Key_Tab)
            elif char == GS:
                QTest.keyClick(self.window_handle(), Qt.Key.Key_BracketRight, CONTROL)
            else:
                QTest.keyClick(self.window_handle(), cast(int, char))


Start = Callable[[WedgeSettings], Desk]


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication) -> Start:
    """A shown desk with a filter of the given settings in front of it; they go together."""

    def started(settings: WedgeSettings) -> Desk:
        desk = Desk()
        qtbot.addWidget(desk)
        reader = ScanFilter(settings, desk)
        reader.scanned.connect(desk.queue.put)
        reader.install(qapp)
        with qtbot.waitExposed(desk):
            desk.show()
        desk.activateWindow()
        desk.field.setFocus()
        qtbot.waitUntil(desk.field.hasFocus)
        return desk

    return started


def pause(desk: Desk) -> None:
    """The person hesitates longer than a scanner would: the filter's timer runs out."""
    reader = desk.findChild(ScanFilter)
    assert isinstance(reader, ScanFilter)
    if reader.is_reading:
        reader._pause.timeout.emit()
    assert not reader.is_reading


# ---------------------------------------------------------------- with a prefix


@pytest.mark.parametrize("settings", [PREFIXED, TIMED], ids=["prefix", "timing"])
def test_a_scan_reaches_the_queue_and_no_widget(
    qtbot: QtBot, start: Start, settings: WedgeSettings
) -> None:
    desk = start(settings)
    desk.type(f"{settings.prefix}OWOSO-1001\r")
    qtbot.waitUntil(lambda: desk.scans == ["OWOSO-1001"])
    assert desk.field.text() == ""
    assert (desk.entered, desk.pressed) == (0, 0)


@pytest.mark.parametrize("settings", [PREFIXED, TIMED], ids=["prefix", "timing"])
def test_a_thousand_scans_in_a_burst_all_arrive_in_order(
    qtbot: QtBot, start: Start, settings: WedgeSettings
) -> None:
    desk = start(settings)
    codes = [f"OWBA-{number:04d}" for number in range(1000)]
    for code in codes:
        desk.type(f"{settings.prefix}{code}\r")
    qtbot.waitUntil(lambda: len(desk.scans) >= 1000, timeout=20_000)
    assert desk.scans == codes
    assert desk.field.text() == ""
    assert desk.entered == 0


@pytest.mark.parametrize("settings", [PREFIXED, TIMED], ids=["prefix", "timing"])
def test_the_enter_of_a_scan_presses_no_button(
    qtbot: QtBot, start: Start, settings: WedgeSettings
) -> None:
    desk = start(settings)
    desk.button.setFocus()
    shortcuts: list[str] = []
    enter = QShortcut(Qt.Key.Key_Return, desk)
    enter.activated.connect(lambda: shortcuts.append("Enter"))
    letter = QShortcut(Qt.Key.Key_A, desk)
    letter.activated.connect(lambda: shortcuts.append("A"))
    desk.type(f"{settings.prefix}BA A1\r")
    qtbot.waitUntil(lambda: desk.scans == ["BA A1"])
    assert (desk.pressed, shortcuts) == (0, [])


class KeyWitness(QObject):
    """Sees every key event that reaches the widget it watches."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.seen: list[str] = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() != QEvent.Type.ShortcutOverride:
            self.seen.append(f"{event.type().name} {event.text()}")
        return False


@pytest.mark.parametrize("settings", [PREFIXED, TIMED], ids=["prefix", "timing"])
def test_not_even_a_key_release_of_a_scan_reaches_a_widget(
    qtbot: QtBot, start: Start, settings: WedgeSettings
) -> None:
    desk = start(settings)
    witness = KeyWitness(desk.field)
    desk.type(f"{settings.prefix}CODE-1\r")
    qtbot.waitUntil(lambda: desk.scans == ["CODE-1"])
    assert witness.seen == []


def test_handed_on_keys_are_pressed_and_released_once_and_in_order(start: Start) -> None:
    desk = start(TIMED)
    witness = KeyWitness(desk.field)
    desk.type("ab")
    assert witness.seen == []
    pause(desk)
    desk.type("\t")
    assert witness.seen[:4] == ["KeyPress a", "KeyRelease a", "KeyPress b", "KeyRelease b"]
    assert witness.seen[4:] == ["KeyPress \t"]


@pytest.mark.parametrize("settings", [PREFIXED, TIMED], ids=["prefix", "timing"])
def test_a_person_still_presses_the_button(
    qtbot: QtBot, start: Start, settings: WedgeSettings
) -> None:
    desk = start(settings)
    desk.button.setFocus()
    desk.type(" ")
    pause(desk)
    assert desk.pressed == 1
    dialog = QDialog(desk)
    layout = QVBoxLayout(dialog)
    yes = QPushButton("Yes")
    layout.addWidget(yes)
    yes.setDefault(True)
    yes.clicked.connect(dialog.accept)
    with qtbot.waitExposed(dialog):
        dialog.show()
    handle = dialog.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert desk.scans == []


@pytest.mark.parametrize("settings", [PREFIXED, TIMED], ids=["prefix", "timing"])
def test_a_person_types_between_scans_and_loses_nothing(
    qtbot: QtBot, start: Start, settings: WedgeSettings
) -> None:
    desk = start(settings)
    typed = "Lamp 7 ~x"
    for number, char in enumerate(typed):
        desk.type(char)
        pause(desk)
        desk.type(f"{settings.prefix}SCAN-{number}\r")
        pause(desk)
    qtbot.waitUntil(lambda: len(desk.scans) == len(typed))
    assert desk.field.text() == typed
    assert desk.scans == [f"SCAN-{number}" for number in range(len(typed))]
    assert desk.entered == 0
    desk.type("\r")
    assert desk.entered == 1


def test_with_a_prefix_a_persons_keys_arrive_at_once_however_fast(start: Start) -> None:
    desk = start(PREFIXED)
    desk.type("4006381333931\r")
    assert desk.field.text() == "4006381333931"
    assert (desk.entered, desk.scans) == (1, [])


def test_a_prefix_typed_by_a_person_arrives_when_nothing_follows(
    qtbot: QtBot, start: Start
) -> None:
    desk = start(PREFIXED)
    desk.type("a~")
    assert desk.field.text() == "a"
    pause(desk)
    assert desk.field.text() == "a~"
    desk.type("b")
    assert desk.field.text() == "a~b"
    assert desk.scans == []


def test_a_prefix_of_several_characters_is_not_confused_by_its_beginning(
    qtbot: QtBot, start: Start
) -> None:
    desk = start(WedgeSettings(prefix="#*", suffix="\t", patience_ms=LONG_MS))
    desk.type("#1")
    assert desk.field.text() == "#1"
    desk.type("#*CODE\t")
    qtbot.waitUntil(lambda: desk.scans == ["CODE"])
    assert desk.field.text() == "#1"
    assert desk.field.hasFocus()


def test_an_unfinished_scan_is_handed_on_in_order(qtbot: QtBot, start: Start) -> None:
    desk = start(PREFIXED)
    desk.type("~40063")
    assert desk.field.text() == ""
    pause(desk)
    assert desk.field.text() == "~40063"
    assert desk.scans == []


def test_the_pause_comes_by_itself(qtbot: QtBot, start: Start) -> None:
    desk = start(WedgeSettings(prefix="~", patience_ms=5))
    desk.type("~")
    qtbot.waitUntil(lambda: desk.field.text() == "~")
    assert desk.scans == []


def test_without_a_suffix_a_scan_ends_with_the_pause(qtbot: QtBot, start: Start) -> None:
    desk = start(WedgeSettings(prefix="~", suffix="", patience_ms=LONG_MS))
    desk.type("~CODE-1")
    pause(desk)
    qtbot.waitUntil(lambda: desk.scans == ["CODE-1"])
    desk.type("~")
    pause(desk)
    assert desk.field.text() == "~"
    assert desk.scans == ["CODE-1"]


def test_a_prefix_alone_is_an_empty_scan_not_a_pressed_button(qtbot: QtBot, start: Start) -> None:
    desk = start(PREFIXED)
    desk.button.setFocus()
    desk.type("~\r")
    qtbot.waitUntil(lambda: desk.scans == [""])
    assert desk.pressed == 0


def test_two_wedges_are_told_apart_by_their_prefix(
    qtbot: QtBot, qapp: QApplication, start: Start
) -> None:
    desk = start(PREFIXED)
    second: list[str] = []
    other = ScanFilter(WedgeSettings(prefix="^"), desk)
    other.scanned.connect(second.append)
    other.install(qapp)
    desk.type("~ONE\r^TWO\r~T^REE\rx")
    qtbot.waitUntil(lambda: len(desk.scans) == 2)
    qapp.removeEventFilter(other)
    assert (desk.scans, second, desk.field.text()) == (["ONE", "T^REE"], ["TWO"], "x")


# ---------------------------------------------------------------- by timing


def test_fewer_keys_than_a_scan_has_are_a_persons_and_their_enter_counts(
    qtbot: QtBot, start: Start
) -> None:
    desk = start(TIMED)
    desk.type("12\r")
    qtbot.waitUntil(lambda: desk.entered == 1)
    assert desk.field.text() == "12"
    assert desk.scans == []


def strike(desk: Desk, key: int, text: str, at: int, *, repeats: bool = False) -> None:
    """One key struck at a time of the platform's clock, by way of the filter to the field."""
    reader = desk.findChild(ScanFilter)
    assert isinstance(reader, ScanFilter)
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, repeats)
    event.setTimestamp(at)
    if not reader._press(desk.field, event):
        QApplication.sendEvent(desk.field, event)


@pytest.mark.parametrize(("apart_ms", "is_scan"), [(LONG_MS + 1, False), (LONG_MS, True)])
def test_it_counts_when_keys_were_struck_not_when_a_busy_window_saw_them(
    qtbot: QtBot, start: Start, apart_ms: int, is_scan: bool
) -> None:
    desk = start(TIMED)
    for place, char in enumerate("1234\r"):
        key = Qt.Key.Key_Return if char == "\r" else ord(char)
        strike(desk, key, char, 1000 + place * apart_ms)
    qtbot.waitUntil(lambda: desk.entered == 1 or bool(desk.scans))
    assert (desk.field.text(), desk.entered, desk.scans) == (
        ("", 0, ["1234"]) if is_scan else ("1234", 1, [])
    )


def test_other_keys_hand_on_what_is_held_before_they_act(start: Start) -> None:
    desk = start(TIMED)
    desk.type("abc")
    QTest.keyClick(desk.window_handle(), Qt.Key.Key_Home)
    desk.type("\t")
    assert desk.field.text() == "abc"
    assert desk.field.cursorPosition() == 0
    assert desk.text.hasFocus()
    assert desk.scans == []


def test_shortcuts_of_a_person_work(start: Start) -> None:
    desk = start(TIMED)
    saved: list[str] = []
    shortcut = QShortcut("Ctrl+S", desk)
    shortcut.activated.connect(lambda: saved.append(desk.field.text()))
    desk.type("abc")
    QTest.keyClick(desk.window_handle(), Qt.Key.Key_S, CONTROL)
    assert saved == ["abc"]
    assert desk.field.text() == "abc"


def test_a_key_that_is_held_down_repeats_in_its_field(start: Start) -> None:
    desk = start(TIMED)
    desk.type("a")
    for _ in range(3):
        strike(desk, Qt.Key.Key_A, "a", 0, repeats=True)
    desk.type("\r")
    assert desk.field.text() == "aaaa"
    assert desk.scans == []


def test_changed_settings_count_from_the_next_key_and_lose_nothing(
    qtbot: QtBot, start: Start
) -> None:
    desk = start(TIMED)
    reader = desk.findChild(ScanFilter)
    assert isinstance(reader, ScanFilter)
    desk.type("ab")
    reader.change_settings(PREFIXED)
    assert desk.field.text() == "ab"
    desk.type("~CODE\r")
    qtbot.waitUntil(lambda: desk.scans == ["CODE"])


# ---------------------------------------------------------------- FNC1, upper case, floods


@pytest.mark.parametrize("settings", [PREFIXED, TIMED], ids=["prefix", "timing"])
def test_the_group_separator_arrives_as_control_and_bracket(
    qtbot: QtBot, start: Start, settings: WedgeSettings
) -> None:
    desk = start(settings)
    code = f"]C1010950600013435210a-B7{GS}17261231"
    desk.type(f"{settings.prefix}{code}\r")
    qtbot.waitUntil(lambda: desk.scans == [code])
    assert desk.field.text() == ""


@pytest.mark.parametrize("echo", ["", "↔", GS])
def test_the_group_separator_arrives_as_alt_029(qtbot: QtBot, start: Start, echo: str) -> None:
    desk = start(PREFIXED)
    handle = desk.window_handle()
    alt = Qt.KeyboardModifier.AltModifier
    desk.type("~10A7")
    QTest.keyPress(handle, Qt.Key.Key_Alt)
    for digit in (Qt.Key.Key_0, Qt.Key.Key_2, Qt.Key.Key_9):
        QTest.keyClick(handle, digit, alt | Qt.KeyboardModifier.KeypadModifier)
    QTest.keyRelease(handle, Qt.Key.Key_Alt)
    if echo:
        strike(desk, 0, echo, 0)
    desk.type("17261231\r")
    qtbot.waitUntil(lambda: desk.scans == [f"10A7{GS}17261231"])
    assert desk.field.text() == ""


def test_an_enter_inside_a_prefixed_scan_presses_nothing(qtbot: QtBot, start: Start) -> None:
    desk = start(WedgeSettings(prefix="~", suffix="\t", patience_ms=LONG_MS))
    desk.button.setFocus()
    desk.type("~AB\rC\t")
    qtbot.waitUntil(lambda: desk.scans == ["AB\rC"])
    assert desk.pressed == 0
    assert desk.button.hasFocus()


def test_a_flood_is_cut_and_never_typed_into_a_field(qtbot: QtBot, start: Start) -> None:
    desk = start(PREFIXED)
    desk.type("~" + "9" * (LONGEST_READ + 500) + "\r")
    qtbot.waitUntil(lambda: len(desk.scans) == 1)
    assert 4296 < len(desk.scans[0]) <= LONGEST_READ
    assert desk.field.text() == ""
    desk.type("~OK\r")
    qtbot.waitUntil(lambda: len(desk.scans) == 2)
    assert desk.scans[1] == "OK"


def test_keys_whose_field_is_gone_go_where_the_focus_went(qtbot: QtBot, start: Start) -> None:
    desk = start(TIMED)
    desk.type("ab")
    desk.text.setFocus()
    pause(desk)
    assert desk.text.toPlainText() + desk.field.text() == "ab"


# ---------------------------------------------------------------- the queue


@pytest.fixture
def queue(qtbot: QtBot) -> Iterator[ScanQueue]:
    """A queue with nobody else listening."""
    parent = QObject()
    yield ScanQueue(parent)
    parent.deleteLater()


def test_a_paused_queue_keeps_every_scan_and_goes_on_in_order(
    qtbot: QtBot, queue: ScanQueue
) -> None:
    got: list[str] = []
    waiting: list[int] = []
    queue.scanned.connect(got.append)
    queue.waiting_changed.connect(waiting.append)
    queue.put("one")
    queue.pause()
    queue.put("two")
    queue.put("three")
    assert (got, queue.waiting, waiting) == ([], ("one", "two", "three"), [2, 3])
    queue.resume()
    qtbot.waitUntil(lambda: len(got) == 3)
    assert (got, queue.waiting) == (["one", "two", "three"], ())


def test_a_wrong_scan_stops_the_station_until_the_acknowledge_scan(
    qtbot: QtBot, queue: ScanQueue
) -> None:
    got: list[str] = []

    def station(text: str) -> None:
        got.append(text)
        if text == "wrong":
            queue.pause(lambda each: each == "OK")
        if text == "OK":
            queue.resume()

    queue.scanned.connect(station)
    for each in ("wrong", "next", "after"):
        queue.put(each)
    qtbot.waitUntil(lambda: queue.is_paused)
    QApplication.processEvents()
    assert got == ["wrong"]
    queue.put("last")
    queue.put("OK")
    qtbot.waitUntil(lambda: len(got) == 5)
    assert got == ["wrong", "OK", "next", "after", "last"]


def test_the_next_scan_waits_until_the_last_is_answered(qtbot: QtBot, queue: ScanQueue) -> None:
    steps: list[str] = []

    def slow(text: str) -> None:
        steps.append(f"begin {text}")
        QApplication.processEvents()
        steps.append(f"end {text}")

    queue.scanned.connect(slow)
    queue.put("one")
    queue.put("two")
    qtbot.waitUntil(lambda: len(steps) == 4)
    assert steps == ["begin one", "end one", "begin two", "end two"]


def test_a_scan_read_while_one_is_answered_is_neither_lost_nor_doubled(
    qtbot: QtBot, queue: ScanQueue
) -> None:
    got: list[str] = []

    def answering(text: str) -> None:
        got.append(text)
        if text == "one":
            queue.put("two")
            QTimer.singleShot(0, lambda: queue.put("three"))

    queue.scanned.connect(answering)
    queue.put("one")
    qtbot.waitUntil(lambda: len(got) == 3)
    assert got == ["one", "two", "three"]
