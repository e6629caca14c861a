"""What a fast packer does wrong: nothing goes into a wrong box, nothing is lost or doubled."""

from __future__ import annotations

import random
import threading

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from app.controllers.packing import Mood
from app.gateways.sound import Sound
from app.operations.packing import close_carton
from app.views.main_window import Desk, MainWindow
from app.views.widgets.key_sheet import KeySheet
from tests.factories.day import Day
from tests.ui.packing_station import OK, PATIENCE, Open, number_of

SCANS, SECONDS = 1_000, 50


def wrong_codes(day: Day, other_label: str) -> list[str]:
    """Codes that are wrong on an order of pumps, each in its own way."""
    return [
        "ANCHOR",
        "nonsense",
        "",
        "OWXDANCE",
        "OWQ-1",
        "OWQ0",
        "OWOSO-9999",
        "OWTTR-1",
        "OWBA-03",
        other_label,
        "OWUB-nobody",
        "]C10109520001000010",
        "4006381333932",
        "OWXTYPE-CRATE",
        "PUMP\x00",
    ]


def test_a_thousand_scans_in_fifty_seconds_with_wrong_ones_among_them(
    station: Open, day: Day, qtbot: QtBot
) -> None:
    """Twenty scans a second, every tenth wrong; the packer scans OK only when it has stopped."""
    day.stock("PUMP", 2_000)
    other = day.order(("PUMP", 2))
    order = day.order(("PUMP", 1_500))
    at = station()
    at.put(f"OWO{number_of(day, other)}", "PUMP")
    label = str(day.one("SELECT sscc FROM carton"))
    at.put("OWOSO-1002", "PUMP")
    chosen = random.Random(7)
    wrong = wrong_codes(day, label)
    codes = [chosen.choice(wrong) if n % 10 == 9 else "PUMP" for n in range(SCANS)]
    waiting = list(reversed(codes))
    stops: list[str] = []

    def scan() -> None:
        if at.is_stopped:
            if at.desk.banner.answer.word not in stops:
                stops.append(at.desk.banner.answer.word)
            at.desk.scan(OK)
        if waiting:
            at.desk.scan(waiting.pop())

    pace = QTimer(at.desk, interval=SECONDS * 1000 // SCANS // 10)  # ten times as fast
    pace.timeout.connect(scan)
    pace.start()

    def is_through() -> bool:
        return not (waiting or at.is_stopped or at.controller.waiting) and at.controller.is_quiet

    qtbot.waitUntil(is_through, timeout=PATIENCE)
    pace.stop()
    right = codes.count("PUMP") + 1
    assert day.lines(order)[0].boxed == right
    assert day.lines(other)[0].boxed == 1
    assert day.one("SELECT count(*) FROM command WHERE verb = 'box'") == right + 1
    assert day.one("SELECT count(DISTINCT carton_id) FROM allocation") == 2
    assert at.sounds.heard.count(Sound.WRONG) >= codes.count("ANCHOR")
    assert {"STOP: WRONG ITEM", "STOP: NOT READABLE", "STOP: NOT A QUANTITY"} <= set(stops)


def test_what_is_scanned_while_a_dialog_is_open_reaches_the_station_and_not_the_dialog(
    station: Open, day: Day, two_lines: int, qtbot: QtBot
) -> None:
    at = station()
    at.answer("OWOSO-1001")
    dialog = QDialog(at.desk)
    typed, pressed = QLineEdit(), QPushButton("Delete everything")
    layout = QVBoxLayout(dialog)
    layout.addWidget(typed)
    layout.addWidget(pressed)
    pressed.setDefault(True)
    clicks: list[bool] = []
    pressed.clicked.connect(clicks.append)
    dialog.open()
    qtbot.waitExposed(dialog)
    typed.setFocus()
    handle = dialog.windowHandle()
    at.scan("PUMP", to=handle)
    at.settle()
    assert (typed.text(), clicks) == ("", [])
    assert dialog.isVisible()
    assert day.lines(two_lines)[0].boxed == 1
    dialog.close()


def test_the_key_sheet_does_not_keep_scans_from_the_station(
    station: Open, day: Day, two_lines: int, qtbot: QtBot
) -> None:
    at = station()
    window = MainWindow([Desk("packing", "Floor", "Packing", "package", lambda: at.desk)], at.tasks)
    qtbot.addWidget(window)
    window.show_alone("packing")
    with qtbot.waitExposed(window):
        window.show()
    at.settle()
    at.answer("OWOSO-1001")
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_F1)
    (sheet,) = window.findChildren(KeySheet)
    at.scan("PUMP", "ANCHOR", to=sheet.windowHandle())
    at.settle()
    assert sheet.isVisible()
    assert at.desk.banner.answer.word == "STOP: WRONG ITEM"
    assert day.lines(two_lines)[0].boxed == 1
    sheet.close()
    assert at.answer(OK, "PUMP") == "GOOD"


def test_the_label_of_another_orders_carton_stops_and_takes_no_goods(
    station: Open, day: Day, two_lines: int
) -> None:
    other = day.order(("PUMP", 2))
    at = station()
    at.answer(f"OWO{number_of(day, other)}", "PUMP")
    foreign = day.one("SELECT sscc FROM carton")
    at.answer("OWOSO-1001", "PUMP")
    for label in (
        foreign,
        f"00{foreign}",
        f"]C100{foreign}",
        f"OWC{day.one('SELECT id FROM carton LIMIT 1')}",
    ):
        assert at.answer(label, "PUMP") == "STOP: WRONG CARTON"
        assert at.answer(OK) == "GOOD"
    assert (day.lines(two_lines)[0].boxed, day.lines(other)[0].boxed) == (5, 1)


def test_the_same_label_scanned_twice_stays_with_its_carton(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001", "PUMP", "OWXNEW-CARTON", "PUMP")
    first, second = (row.sscc for row in day.ask("SELECT sscc FROM carton ORDER BY id"))
    assert at.answer(second, second) == "Carton 2"
    assert at.answer("PUMP") == "GOOD"
    assert at.answer(first) == "STOP: CARTON CLOSED"
    assert at.answer("PUMP", OK) == "GOOD"
    assert day.ask("SELECT count(*) AS n FROM allocation WHERE carton_id IS NOT NULL") == [(2,)]
    # Between the two scans of its label something else was done: it is asked about anew.
    assert at.answer(first) == "STOP: CARTON CLOSED"
    at.answer(OK, "PUMP")
    assert at.answer(first) == "STOP: CARTON CLOSED"
    assert day.ask("SELECT state FROM carton ORDER BY id") == [("closed",), ("open",)]


def test_scanning_on_after_the_finish_packs_nothing_twice(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station()
    at.scan("OWOSO-1001", "OWQ12", "PUMP", "OWQ3", "ROPE", "ROPE", "OWXFINISH", "OWXFINISH")
    at.settle()
    assert at.desk.banner.answer.word == "STOP: ALREADY SHIPPED"
    assert at.answer(OK, OK, OK) == "Scan an order"
    assert [line.packed for line in day.lines(two_lines)] == [12, 3]
    assert day.one("SELECT count(*) FROM shipment") == 1


def test_a_carton_closed_at_another_place_takes_nothing_more(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001", "PUMP")
    day.runner.do(close_carton, carton=day.one("SELECT id FROM carton"))
    assert at.answer("PUMP") == "STOP: CARTON CLOSED"
    assert "Take PUMP of SO-1001 out again" in at.sentence
    assert day.lines(two_lines)[0].boxed == 1
    assert at.answer(OK, "PUMP") == "GOOD"
    assert day.ask("SELECT state FROM carton ORDER BY id") == [("closed",), ("open",)]


def test_keys_pressed_faster_than_they_are_written_wait_their_turn(
    station: Open, day: Day, two_lines: int, qtbot: QtBot
) -> None:
    at = station()
    at.answer("OWOSO-1001", "PUMP", "PUMP")
    for _ in range(5):
        qtbot.keyClick(at.desk, Qt.Key.Key_F2)
    at.settle()
    assert at.desk.banner.answer.word == "NOTHING TO UNDO"
    assert not at.is_stopped
    assert day.lines(two_lines)[0].boxed == 0
    assert day.one("SELECT count(*) FROM command WHERE verb = 'undo_box'") == 2
    at.answer("PUMP")
    for key in (Qt.Key.Key_F6, Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F7):
        qtbot.keyClick(at.desk, key)
    at.settle()
    assert day.ask("SELECT state FROM carton ORDER BY id") == [("closed",), ("open",)]


@pytest.mark.parametrize(
    "key",
    [Qt.Key.Key_F2, Qt.Key.Key_F5, Qt.Key.Key_F7, Qt.Key.Key_F10, Qt.Key.Key_F11, Qt.Key.Key_F12],
)
def test_no_key_but_the_acknowledgement_does_anything_while_the_station_stands(
    station: Open, day: Day, two_lines: int, qtbot: QtBot, key: Qt.Key
) -> None:
    at = station()
    at.answer("OWOSO-1001", "PUMP", "ANCHOR")
    said = at.desk.banner.answer
    qtbot.keyClick(at.desk, key)
    at.settle()
    assert at.desk.banner.answer == said
    assert at.is_stopped
    assert at.controller.people.operator is not None
    assert day.lines(two_lines)[0].boxed == 1
    assert day.one("SELECT count(*) FROM carton") == 1


def test_a_badge_in_the_middle_of_a_burst_changes_the_name_at_its_place(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station("pack1")
    at.answer(
        "OWUB-fritz", "OWOSO-1001", "PUMP", "PUMP", "OWUB-doris", "PUMP", "OWUB-fritz", "PUMP"
    )
    assert [
        row.operator
        for row in day.ask(
            "SELECT operator FROM command WHERE verb = 'box' ORDER BY station_sequence"
        )
    ] == ["fritz", "fritz", "doris", "fritz"]


def test_the_reason_a_carton_could_not_be_opened_stays_on_the_screen(
    station: Open, day: Day, two_lines: int, qtbot: QtBot
) -> None:
    at = station()
    at.answer("OWOSO-1001")
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE carton_type SET is_active = false"))
    gate = threading.Event()
    at.tasks.write(gate.wait)  # both are answered before the carton is written
    at.scan("PUMP", "PUMP")
    qtbot.waitUntil(lambda: not at.controller.scans.waiting, timeout=PATIENCE)
    gate.set()
    at.settle()
    assert at.desk.banner.answer.word == "STOP: REFUSED"
    assert "Take Carton 1 of SO-1001 out again: There is no carton type" in at.sentence
    assert [each.mood for each in at.controller.voice.last.entries[:3]] == [Mood.WRONG] * 3
    assert day.lines(two_lines)[0].boxed == 0
