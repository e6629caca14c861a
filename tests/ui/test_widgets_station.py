"""Parts of a station, the first window, and the window for when things went wrong."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import DatabaseUnreachable
from app.views import theme
from app.views.crash_report import CrashReport, report_text, without_secrets
from app.views.sign_in import SignIn
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.answer_banner import Answer, AnswerBanner
from app.views.widgets.counting_list import CountingList, CountRow
from app.views.widgets.key_strip import KeyStrip
from app.views.widgets.text import Text

PATIENCE = 5000


def test_the_answer_is_a_word_a_colour_and_a_sentence(dressed: QApplication, qtbot: QtBot) -> None:
    banner = AnswerBanner()
    qtbot.addWidget(banner)
    banner.show_good("Case of 6 counted.")
    assert banner.answer == Answer("GOOD", "Case of 6 counted.", Tone.GOOD)
    banner.show_stop("WRONG ITEM", "BL-0076 is not on this order.")
    assert banner.answer.tone == Tone.WRONG
    assert banner.accessibleName() == "STOP: WRONG ITEM. BL-0076 is not on this order."


def test_the_word_is_five_times_body_text_and_shrinks_rather_than_being_cut(
    dressed: QApplication, qtbot: QtBot
) -> None:
    banner = AnswerBanner()
    qtbot.addWidget(banner)
    banner.show_good("")
    assert banner._word_font(1000).pixelSize() == 65
    banner.show_stop("ALREADY SHIPPED BY SOMEBODY ELSE", "")
    assert 20 < banner._word_font(600).pixelSize() < 65


def test_a_long_sentence_is_written_smaller_rather_than_being_cut(
    dressed: QApplication, qtbot: QtBot
) -> None:
    banner = AnswerBanner()
    qtbot.addWidget(banner)
    banner.show_stop("ON HOLD", "Scan the next.")
    short, _ = banner._sentence_font(700, 100)
    banner.show_stop("ON HOLD", "Take PUMP of SO-1001 out again: the order is on hold. " * 4)
    long, needed = banner._sentence_font(700, 100)
    assert long.pixelSize() < short.pixelSize()
    assert needed < 100
    banner.show_stop("ON HOLD", "Nothing fits here. " * 100)
    assert banner._sentence_font(700, 100)[1] == 100  # cut at last, inside its place


@pytest.mark.parametrize("look", theme.THEMES)
def test_the_answer_fills_its_place_with_its_colour(
    dressed: QApplication, qtbot: QtBot, look: str
) -> None:
    theme.apply(dressed, look)
    banner = AnswerBanner()
    qtbot.addWidget(banner)
    banner.resize(800, 210)
    banner.show_stop("WRONG ITEM", "Put it aside.")
    image = banner.grab().toImage()
    assert image.pixelColor(790, 5).name() == theme.tokens().wrong_soft


def test_keys_at_the_bottom_work_by_key_and_touch_but_take_no_focus(
    dressed: QApplication, qtbot: QtBot
) -> None:
    host = QWidget()
    strip = KeyStrip(
        (Action("undo", "Undo last", "F2"), Action("x", "Finish", "F12", why_not="no"))
    )
    QVBoxLayout(host).addWidget(strip)
    qtbot.addWidget(host)
    host.show()
    qtbot.waitUntil(host.isActiveWindow, timeout=PATIENCE)
    heard: list[str] = []
    strip.chosen.connect(heard.append)
    qtbot.keyClick(host, Qt.Key.Key_F2)
    qtbot.keyClick(host, Qt.Key.Key_F12)
    keys = strip.findChildren(QPushButton)
    qtbot.mouseClick(keys[0], Qt.MouseButton.LeftButton)
    assert heard == ["undo", "undo"]
    assert {each.focusPolicy() for each in keys} == {Qt.FocusPolicy.NoFocus}
    strip.show_actions((Action("again", "Print again", "F9"),))
    qtbot.keyClick(host, Qt.Key.Key_F2)
    qtbot.keyClick(host, Qt.Key.Key_F9)
    assert heard == ["undo", "undo", "again"]


def test_where_large_type_meets_a_small_screen_the_answer_gives_way_and_no_key_is_cut(
    dressed: QApplication, qtbot: QtBot
) -> None:
    host = QWidget()
    banner = AnswerBanner()
    strip = KeyStrip([Action(f"key {n}", "Print it again", f"F{n}") for n in range(2, 9)])
    strip.show_status("Packing 2  ·  Ana Trujillo  ·  38 packed today")
    layout = QVBoxLayout(host)
    layout.addWidget(banner)
    layout.addStretch(1)
    layout.addWidget(strip)
    qtbot.addWidget(host)
    theme.apply(dressed, "light", 2.0)
    banner.fit(800)
    host.resize(1280, 800)
    host.show()
    qtbot.waitUntil(host.isActiveWindow, timeout=PATIENCE)
    assert (host.width(), host.height()) == (1280, 800)
    assert banner.height() == 208
    assert banner._word_font(3000).pixelSize() < 5 * 26
    for key in strip.findChildren(QPushButton):
        corner = key.mapTo(host, key.rect().bottomRight())
        assert host.rect().contains(corner)
        assert key.width() >= key.sizeHint().width()
    assert strip._status.width() >= strip._status.sizeHint().width()
    host.resize(4400, 1600)
    banner.fit(1600)
    qtbot.waitUntil(lambda: banner.height() == 416, timeout=PATIENCE)
    qtbot.waitUntil(  # beside them again
        lambda: strip._status.y() < strip._keys[0].geometry().bottom(), timeout=PATIENCE
    )


def test_everything_put_into_a_station_is_written_large(
    dressed: QApplication, qtbot: QtBot
) -> None:
    station = QWidget()
    qtbot.addWidget(station)
    early = Text("early", parent=station)
    theme.station(station)
    late = Text("late")
    late.setParent(station)
    assert early.font().pixelSize() == late.font().pixelSize() == round(13 * 1.6)


def test_counting_shows_the_current_one_and_takes_no_focus(
    dressed: QApplication, qtbot: QtBot
) -> None:
    counting = CountingList()
    qtbot.addWidget(counting)
    rows = (CountRow(1, "Bilge pump", done="6", wanted="12"), CountRow(2, "Rope", wanted="3"))
    counting.show_rows(rows, current=1)
    model = counting.model()
    assert model.index(0, 0).data() == "Bilge pump, 6 of 12"
    assert counting.focusPolicy() == Qt.FocusPolicy.NoFocus
    counting.show_rows((CountRow(1, "Bilge pump", done="7", wanted="12"), rows[1]), current=1)
    assert model.index(0, 0).data() == "Bilge pump, 7 of 12"


def test_signing_in_hands_over_what_was_typed_once(dressed: QApplication, qtbot: QtBot) -> None:
    sign_in = SignIn("maria", "warehouse.local")
    qtbot.addWidget(sign_in)
    asked: list[tuple[str, str, str]] = []
    sign_in.asked.connect(lambda *each: asked.append(each))
    sign_in.show()
    qtbot.keyClicks(sign_in.password, "s3cret ")
    sign_in.button.click()
    sign_in.button.click()
    assert asked == [("maria", "s3cret ", "warehouse.local")]
    assert "s3cret" not in sign_in.accessibleName()


def test_a_refused_sign_in_says_why_and_can_be_tried_again(
    dressed: QApplication, qtbot: QtBot
) -> None:
    sign_in = SignIn("maria", "nowhere")
    qtbot.addWidget(sign_in)
    sign_in.show()
    qtbot.keyClicks(sign_in.password, "x")
    sign_in.button.click()
    sign_in.show_refusal(DatabaseUnreachable(address="nowhere", reason="no such host"))
    assert sign_in.refusal.startswith("The database at nowhere does not answer (no such host).")
    assert sign_in.password.text() == ""
    assert (sign_in.name.text(), sign_in.address.text()) == ("maria", "nowhere")
    assert (sign_in.button.text(), sign_in.button.isEnabled()) == ("Try again", True)
    assert sign_in.isVisible()


def test_a_name_is_needed_to_sign_in(dressed: QApplication, qtbot: QtBot) -> None:
    sign_in = SignIn()
    qtbot.addWidget(sign_in)
    asked: list[object] = []
    sign_in.asked.connect(lambda *each: asked.append(each))
    sign_in.button.click()
    assert asked == []
    assert sign_in.form.problem("name") == "Enter your name as your administrator set it up."


@pytest.mark.parametrize(
    "text",
    [
        "postgresql+psycopg://maria:hunter2@db/x",
        "password=hunter2 host=db",
        "{'password': 'hunter2', 'user': 'maria'}",
        'api_key: "hunter2"',
        "Authorization: hunter2",
        "[parameters: {'pin': 'hunter2'}]",
    ],
)
def test_secrets_are_blacked_out(text: str) -> None:
    assert "hunter2" not in without_secrets(text)
    assert "•••" in without_secrets(text)


def failure() -> Exception:
    try:
        secret_value = "value of a variable"
        raise RuntimeError("lost postgresql://maria:hunter2@db" + secret_value[:0])
    except RuntimeError as error:
        return error


def test_a_report_says_where_in_the_program_but_no_values(dressed: QApplication) -> None:
    text = report_text(failure(), doing="stage SO-1", version="1.0")
    assert "Orderwright 1.0" in text
    assert "While: stage SO-1" in text
    assert "in failure" in text
    assert "hunter2" not in text
    assert "RuntimeError: lost postgresql://maria:•••@db" in text


def test_the_report_can_be_copied_and_work_goes_on(dressed: QApplication, qtbot: QtBot) -> None:
    crash = CrashReport(failure(), version="1.0")
    qtbot.addWidget(crash)
    crash.show()
    assert not crash._details.isVisible()
    crash._show.click()
    assert crash._details.isVisible()
    crash._copy.click()
    assert QGuiApplication.clipboard().text() == crash.report
    summary = crash.findChildren(Text)[-1].text()
    assert summary.startswith("RuntimeError: ")
    assert "\n" not in summary
    quits: list[None] = []
    crash.quit_asked.connect(lambda: quits.append(None))
    qtbot.keyClick(crash, Qt.Key.Key_Return)
    assert not crash.isVisible()
    assert quits == []


def test_only_the_cards_that_changed_are_painted_again(dressed: QApplication, qtbot: QtBot) -> None:
    rows = [CountRow(n, f"Item {n}", (), done="0", wanted="9") for n in range(4)]
    counting = CountingList()
    qtbot.addWidget(counting)
    counting.show_rows(rows, 0)
    changed: list[int] = []
    counting.model().dataChanged.connect(lambda first, _last, *_: changed.append(first.row()))
    counting.show_rows(rows, 0)
    assert changed == []
    rows[2] = CountRow(2, "Item 2", (), done="1", wanted="9")
    counting.show_rows(rows, 2)
    assert changed == [0, 2]  # the mark goes from the first to the third
