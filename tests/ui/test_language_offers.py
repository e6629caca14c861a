"""Another language is offered in the finder, and kept for the next start."""

from __future__ import annotations

import gettext
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.messages import speak
from app.main import speak_qt
from app.settings import load_settings
from app.views import languages
from app.views.languages import language_offers, own_name
from app.views.widgets.day_field import DayField, NotADay
from app.views.widgets.message_bar import MessageBar


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the program had been translated into German."""
    monkeypatch.setattr(languages, "languages", lambda: ("en", "de"))
    monkeypatch.setattr("app.settings.languages", lambda: ("en", "de"))


def test_as_long_as_there_is_one_language_none_is_offered(
    qtbot: QtBot, dressed: QApplication, tmp_path: Path
) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    assert language_offers(tmp_path, bar) == ()


def test_a_language_that_is_chosen_is_spoken_at_the_next_start(
    qtbot: QtBot, dressed: QApplication, german: None, tmp_path: Path
) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    (offer,) = language_offers(tmp_path / "home", bar)
    assert (offer.section, offer.title) == ("Language", "Deutsch")
    offer.do()
    assert bar.text == "Deutsch is spoken from the next start on."
    assert load_settings({"ORDERWRIGHT_HOME": str(tmp_path / "home")}).language == "de"


def test_a_folder_that_does_not_take_the_choice_is_named(
    qtbot: QtBot, dressed: QApplication, german: None, tmp_path: Path
) -> None:
    blocked = tmp_path / "home"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    bar = MessageBar()
    qtbot.addWidget(bar)
    language_offers(blocked, bar)[0].do()
    assert bar.text == f"The language could not be kept in {blocked} (File exists)."


def test_qts_own_words_are_spoken_in_the_same_language(dressed: QApplication) -> None:
    def copy() -> str:
        return QApplication.translate("QWidgetTextControl", "&Copy")

    speak_qt(dressed)
    assert copy() == "&Copy"
    speak("de")
    try:
        speak_qt(dressed)
        assert copy() == "&Kopieren"
    finally:
        speak("en")
        for each in dressed.findChildren(QTranslator):
            dressed.removeTranslator(each)
            each.deleteLater()
    assert copy() == "&Copy"


class _YearFirst(gettext.NullTranslations):
    """A language that writes the year first, and months in figures."""

    def gettext(self, message: str) -> str:
        said = {"{day} {year}": "{year}, {day}", "{day} {month}": "{month} {day}", "Dec": "12M"}
        return said.get(message, message)


def test_a_day_that_a_field_shows_is_read_back_in_every_language(
    qtbot: QtBot, dressed: QApplication
) -> None:
    day = date(2026, 12, 12)
    speak("x-year-first", _YearFirst())
    try:
        field = DayField("Last day", day)
        qtbot.addWidget(field)
        assert field.text() == "2026, 12M 12"
        assert field.day() == day
        field.setText("12 Dec 2026")
        assert field.day() == day
        field.setText("2026, 13M 12")
        with pytest.raises(NotADay):
            field.day()
    finally:
        speak("en")


def test_a_code_that_no_table_knows_is_shown_as_it_is() -> None:
    assert own_name("en") == "English"
    assert own_name("th") == "ไทย"
    assert own_name("x-pseudo") == "x-pseudo"
