"""Fields: numbers of the locale, lookups that never surprise, forms that say what is wrong."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError
from app.core.money import UnknownCurrency
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField, DayMissing
from app.views.widgets.form import Form
from app.views.widgets.lookup_field import LookupField, Suggestion
from app.views.widgets.number_field import MoneyField, NumberField, QuantityField
from app.views.widgets.numbers import NotANumber, read_number, write_number

PATIENCE = 5000
ENGLISH, GERMAN, FRENCH = QLocale("en_US"), QLocale("de_DE"), QLocale("fr_FR")
SWISS = QLocale("de_CH")


@pytest.mark.parametrize(
    ("typed", "locale", "value"),
    [
        ("12", ENGLISH, "12"),
        (" 1,234.5 ", ENGLISH, "1234.5"),
        (".5", ENGLISH, "0.5"),
        ("5.", ENGLISH, "5"),
        ("-3", ENGLISH, "-3"),
        ("\u22123", ENGLISH, "-3"),
        ("1.234,50", GERMAN, "1234.50"),
        ("0,25", GERMAN, "0.25"),
        ("1 234,5", FRENCH, "1234.5"),
        ("1\u202f234,5", FRENCH, "1234.5"),
        ("1'234.5", SWISS, "1234.5"),
        ("１２", ENGLISH, "12"),
    ],
)
def test_numbers_are_read_as_they_are_written_here(typed: str, locale: QLocale, value: str) -> None:
    assert read_number(typed, locale) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "locale"),
    [
        ("", ENGLISH),
        ("abc", ENGLISH),
        ("1,5", ENGLISH),
        ("1.5", GERMAN),
        ("1,2345", ENGLISH),
        ("12,34,567", ENGLISH),
        ("1e5", ENGLISH),
        ("NaN", ENGLISH),
        ("Infinity", ENGLISH),
        ("1.2.3", ENGLISH),
        ("--1", ENGLISH),
        (".", ENGLISH),
        ("0x10", ENGLISH),
        ("1" * 41, ENGLISH),
        ("12\x00", ENGLISH),
        ("½", ENGLISH),
    ],
)
def test_what_is_no_number_here_is_refused_and_not_guessed(typed: str, locale: QLocale) -> None:
    with pytest.raises(NotANumber):
        read_number(typed, locale)


def test_the_refusal_shows_how_a_number_is_written_here() -> None:
    with pytest.raises(NotANumber) as refused:
        read_number("1.5", GERMAN)
    assert refused.value.message() == "1.5 is not a number. Write it like 1.234,50."


@pytest.mark.parametrize(
    ("value", "locale", "decimals", "written"),
    [
        ("1234567.8900", ENGLISH, None, "1,234,567.89"),
        ("1234.5", GERMAN, 2, "1.234,50"),
        ("-999", ENGLISH, None, "-999"),
        ("1E+3", ENGLISH, None, "1,000"),
        ("0.0001", ENGLISH, None, "0.0001"),
        ("999999999999.9999", ENGLISH, None, "999,999,999,999.9999"),
    ],
)
def test_numbers_are_written_exactly(
    value: str, locale: QLocale, decimals: int | None, written: str
) -> None:
    assert write_number(Decimal(value), locale, decimals) == written


def quantity(qtbot: QtBot, locale: QLocale = ENGLISH) -> NumberField:
    field = QuantityField(unit="m", decimals=2)
    field.setLocale(locale)
    qtbot.addWidget(field)
    field.show()
    return field


def test_enter_commits_a_number_once(dressed: QApplication, qtbot: QtBot) -> None:
    field = quantity(qtbot)
    heard: list[Decimal | None] = []
    field.committed.connect(heard.append)
    qtbot.keyClicks(field, "1234.5")
    assert heard == []
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard == [Decimal("1234.5")]
    assert field.text() == "1,234.5"


def test_the_keypad_separator_is_the_decimal_sign_everywhere(
    dressed: QApplication, qtbot: QtBot
) -> None:
    field = quantity(qtbot, GERMAN)
    keypad = Qt.KeyboardModifier.KeypadModifier
    qtbot.keyClicks(field, "12", keypad)
    qtbot.keyClick(field, ".", keypad)
    qtbot.keyClicks(field, "5", keypad)
    assert field.text() == "12,5"
    assert field.value() == Decimal("12.5")


def test_what_cannot_be_read_stays_as_typed_with_the_reason(
    dressed: QApplication, qtbot: QtBot
) -> None:
    field = quantity(qtbot)
    committed: list[object] = []
    refused: list[str] = []
    field.committed.connect(committed.append)
    field.refused.connect(refused.append)
    qtbot.keyClicks(field, "12x")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (field.text(), committed) == ("12x", [])
    assert refused == ["12x is not a number. Write it like 1,234.50."]
    assert field.accessibleDescription() == refused[0]
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert field.problem == ""


def test_more_decimals_than_the_item_has_are_refused(dressed: QApplication, qtbot: QtBot) -> None:
    field = quantity(qtbot)
    qtbot.keyClicks(field, "1.125")
    assert field.commit() is False
    assert field.problem == "1.125 has too many decimals. Enter at most 2."
    field.setText("1.1200")
    assert field.commit() is True


def test_less_than_the_least_is_refused(dressed: QApplication, qtbot: QtBot) -> None:
    field = NumberField("Copies", decimals=0, least=Decimal(1))
    field.setLocale(ENGLISH)
    qtbot.addWidget(field)
    field.setText("0")
    assert field.commit() is False
    assert field.problem == "0 is too little. Enter 1 or more."


@pytest.mark.parametrize(("currency", "text"), [("USD", "71.90"), ("JPY", "72"), ("BHD", "71.900")])
def test_money_has_the_decimals_of_its_currency(
    dressed: QApplication, qtbot: QtBot, currency: str, text: str
) -> None:
    field = MoneyField("Price", currency)
    field.setLocale(ENGLISH)
    qtbot.addWidget(field)
    field.set_value(Decimal("72") if currency == "JPY" else Decimal("71.9"))
    assert field.text() == text


def test_an_unknown_currency_is_refused(dressed: QApplication) -> None:
    with pytest.raises(UnknownCurrency):
        MoneyField("Price", "XQX")


ITEMS = (
    Suggestion("Items", "Bilge pump", code="BL-0075", target=75),
    Suggestion("Items", "Bilge hose", code="BL-0071", target=71),
    Suggestion("Items", "Bilge", code="BIL", target=1),
)


class Shop:
    """A search that can be held up."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def find(self, _session: Any, text: str) -> Sequence[Suggestion]:
        self.asked.append(text)
        self.gate.wait(PATIENCE / 1000)
        words = text.casefold()
        found = [
            each
            for each in ITEMS
            if words in each.title.casefold() or words in each.code.casefold()
        ]
        return [
            Suggestion(each.section, each.title, code=each.code, target=each.target, is_exact=True)
            if each.code.casefold() == words
            else each
            for each in found
        ]


class Entry(QWidget):
    """A lookup and a field after it, as in an order line."""

    def __init__(self, tasks: TaskRunner, shop: Shop) -> None:
        super().__init__()
        self.item = LookupField(tasks, shop.find, "Item")
        self.quantity = QLineEdit()
        layout = QVBoxLayout(self)
        layout.addWidget(self.item)
        layout.addWidget(self.quantity)
        layout.addStretch(1)
        self.resize(500, 500)
        self.committed: list[int] = []
        self.item.committed.connect(lambda each: self.committed.append(each.target))


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def entry(dressed: QApplication, qtbot: QtBot, tasks: TaskRunner, shop: Shop) -> Entry:
    made = Entry(tasks, shop)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.isActiveWindow, timeout=PATIENCE)
    made.item.setFocus()
    return made


def settle(qtbot: QtBot, tasks: TaskRunner) -> None:
    qtbot.waitUntil(lambda: not tasks.is_busy, timeout=PATIENCE)


def test_nothing_is_taken_without_a_commit_key(
    entry: Entry, qtbot: QtBot, tasks: TaskRunner
) -> None:
    qtbot.keyClicks(entry.item, "BL-0075")
    settle(qtbot, tasks)
    assert entry.committed == []
    assert entry.item.text() == "BL-0075"


def test_the_exact_one_is_taken_although_others_fit_too(
    entry: Entry, qtbot: QtBot, tasks: TaskRunner
) -> None:
    qtbot.keyClicks(entry.item, "bil")
    settle(qtbot, tasks)
    qtbot.keyClick(entry.item, Qt.Key.Key_Tab)
    assert entry.committed == [1]
    assert entry.item.text() == "BIL"
    assert entry.quantity.hasFocus()


def test_tab_before_the_answer_moves_on_and_decides_when_it_comes(
    entry: Entry, qtbot: QtBot, tasks: TaskRunner, shop: Shop
) -> None:
    shop.gate.clear()
    qtbot.keyClicks(entry.item, "hose")
    qtbot.keyClick(entry.item, Qt.Key.Key_Tab)
    assert entry.quantity.hasFocus()
    assert entry.committed == []
    shop.gate.set()
    settle(qtbot, tasks)
    assert entry.committed == [71]
    assert entry.item.text() == "BL-0071"
    assert entry.quantity.hasFocus()


def test_a_late_answer_never_overwrites_newer_typing(
    entry: Entry, qtbot: QtBot, tasks: TaskRunner, shop: Shop
) -> None:
    shop.gate.clear()
    qtbot.keyClicks(entry.item, "hose")
    qtbot.keyClick(entry.item, Qt.Key.Key_Return)
    qtbot.keyClicks(entry.item, "x")
    shop.gate.set()
    settle(qtbot, tasks)
    assert entry.item.text() == "hosex"
    assert entry.committed == []


def test_of_several_one_must_be_chosen_and_the_focus_stays(
    entry: Entry, qtbot: QtBot, tasks: TaskRunner
) -> None:
    undecided: list[int] = []
    entry.item.undecided.connect(undecided.append)
    qtbot.keyClicks(entry.item, "BL-")
    settle(qtbot, tasks)
    qtbot.keyClick(entry.item, Qt.Key.Key_Tab)
    assert (undecided, entry.committed) == ([2], [])
    assert entry.item.hasFocus()
    qtbot.keyClick(entry.item, Qt.Key.Key_Down)
    qtbot.keyClick(entry.item, Qt.Key.Key_Return)
    assert entry.committed == [71]


def test_what_does_not_exist_is_said_and_stays_as_typed(
    entry: Entry, qtbot: QtBot, tasks: TaskRunner
) -> None:
    missed: list[str] = []
    entry.item.not_found.connect(missed.append)
    qtbot.keyClicks(entry.item, "zzz")
    qtbot.keyClick(entry.item, Qt.Key.Key_Return)
    settle(qtbot, tasks)
    assert missed == ["zzz"]
    assert entry.item.text() == "zzz"
    assert entry.item.accessibleDescription() == "Nothing is called zzz."


def test_where_nothing_fits_the_whole_sentence_is_seen(
    entry: Entry, qtbot: QtBot, tasks: TaskRunner
) -> None:
    qtbot.keyClicks(entry.item, "zzz")
    settle(qtbot, tasks)
    note = entry.item._note
    assert (note.isVisible(), note.text()) == (True, "Nothing fits. Check the spelling.")
    assert note.height() >= note.sizeHint().height()
    assert not entry.item._list.isVisible()


def test_f4_opens_the_list_and_escape_closes_it_then_restores(
    entry: Entry, qtbot: QtBot, tasks: TaskRunner, shop: Shop
) -> None:
    entry.item.set_chosen(ITEMS[0])
    qtbot.keyClick(entry.item, Qt.Key.Key_F4)
    settle(qtbot, tasks)
    assert shop.asked == ["BL-0075"]
    assert entry.item._popup_is_open()
    qtbot.keyClicks(entry.item, "9")
    qtbot.keyClick(entry.item, Qt.Key.Key_Escape)
    assert not entry.item._popup_is_open()
    qtbot.keyClick(entry.item, Qt.Key.Key_Escape)
    assert entry.item.text() == "BL-0075"
    assert entry.committed == []


def test_committing_twice_takes_it_once(entry: Entry, qtbot: QtBot, tasks: TaskRunner) -> None:
    qtbot.keyClicks(entry.item, "hose")
    settle(qtbot, tasks)
    qtbot.keyClick(entry.item, Qt.Key.Key_Return)
    qtbot.keyClick(entry.item, Qt.Key.Key_Tab)
    assert entry.committed == [71]
    assert entry.quantity.hasFocus()


def test_an_emptied_field_says_so(entry: Entry, qtbot: QtBot, tasks: TaskRunner) -> None:
    entry.item.set_chosen(ITEMS[0])
    entry.item.selectAll()
    qtbot.keyClick(entry.item, Qt.Key.Key_Backspace)
    with qtbot.waitSignal(entry.item.emptied, timeout=PATIENCE):
        qtbot.keyClick(entry.item, Qt.Key.Key_Tab)
    assert entry.item.chosen is None


def test_a_form_says_beside_the_field_what_is_wrong_and_goes_there(
    dressed: QApplication, qtbot: QtBot
) -> None:
    form = Form()
    qtbot.addWidget(form)
    first, second = QLineEdit(), QLineEdit()
    form.add("name", "&Name", first)
    form.add("place", "&Place", second, hint="A town")
    form.show()
    qtbot.waitUntil(form.isActiveWindow, timeout=PATIENCE)
    form.show_problems({"place": "Enter a town."})
    assert second.hasFocus()
    assert form.problem("place") == "Enter a town."
    assert form.problem("name") == ""
    assert second.accessibleDescription() == "Enter a town."
    assert (first.accessibleName(), second.accessibleName()) == ("Name", "Place")
    form.clear_problems()
    assert form.problem("place") == ""
    assert second.accessibleDescription() == "A town"


def test_tab_goes_through_a_form_in_the_order_of_its_fields(
    dressed: QApplication, qtbot: QtBot
) -> None:
    form = Form()
    qtbot.addWidget(form)
    fields = [QLineEdit() for _ in range(4)]
    for number, field in enumerate(fields):
        form.add(str(number), str(number), field, is_wide=number == 2)
    form.resize(600, 300)
    form.show()
    qtbot.waitUntil(form.isActiveWindow, timeout=PATIENCE)
    fields[0].setFocus()
    for each in fields[1:]:
        qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        assert each.hasFocus()


def test_up_and_down_take_the_next_day_and_the_one_before(
    dressed: QApplication, qtbot: QtBot
) -> None:
    field = DayField("Requested", date(2026, 12, 31), missing="requested day")
    qtbot.addWidget(field)
    field.show()
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert (field.text(), field.day()) == ("1 Jan 2027", date(2027, 1, 1))
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.day() == date(2026, 12, 30)
    field.setText("soon")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == "soon"


def test_a_day_that_is_needed_is_asked_for_by_its_name(dressed: QApplication, qtbot: QtBot) -> None:
    field = DayField("Requested", missing="requested day")
    qtbot.addWidget(field)
    with pytest.raises(DayMissing) as refused:
        field.day()
    assert refused.value.message() == "Type the requested day, like 31 Dec 2026."
    assert DayField("Last day").day() is None


def test_fields_beside_each_other_are_equally_high(dressed: QApplication, qtbot: QtBot) -> None:
    fields = (QLineEdit(), DayField("Day"), QuantityField(), ChoiceField([(1, "one")]))
    for each in fields:
        qtbot.addWidget(each)
        each.ensurePolished()
    assert len({each.sizeHint().height() for each in fields}) == 1


def test_what_is_chosen_does_not_move_when_the_focus_comes(
    dressed: QApplication, qtbot: QtBot
) -> None:
    field = ChoiceField([(1, "one")])
    qtbot.addWidget(field)
    field.show()
    qtbot.waitUntil(field.isActiveWindow, timeout=PATIENCE)

    def left() -> int:
        option = QStyleOptionComboBox()
        field.initStyleOption(option)
        kind, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return field.style().subControlRect(kind, option, part, field).left()

    field.clearFocus()
    before = left()
    field.setFocus()
    assert (field.hasFocus(), left()) == (True, before)


def test_field_errors_are_business_errors() -> None:
    assert issubclass(NotANumber, BusinessError)
