"""A form says beside its fields what is wrong with them, until they change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import BusinessError, NotFound, SeveralProblems
from app.core.messages import N_
from app.views.widgets.asking import Asking, long_text
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField
from app.views.widgets.form import Form
from app.views.widgets.number_field import NumberField
from app.views.widgets.steps_field import StepsField

Key = Qt.Key


class RangeUnclear(BusinessError):
    """About two arguments at once."""

    about = ("first", "last")
    sentence = N_("From {first} to {last} is no range.")


class NobodyKnows(BusinessError):
    """About nothing that is asked for."""

    sentence = N_("The moon is full. Wait until it is not.")


class Wrong(BusinessError):
    """About what it is told to be about."""

    sentence = N_("That is wrong.")


@pytest.fixture
def desk(qtbot: QtBot, dressed: QApplication) -> QWidget:
    desk = QWidget()
    desk.resize(900, 700)
    qtbot.addWidget(desk)
    return desk


@pytest.fixture
def asking(qtbot: QtBot, desk: QWidget) -> Asking:
    form = Asking("Something new", "Save", parent=desk)
    form.add("name", "Name", QLineEdit("Quay"), hint="As it is printed")
    form.add("first", "From", QLineEdit("9"), is_wide=False)
    form.add("last", "To", QLineEdit("1"), is_wide=False)
    form.add("party", "Who", QLineEdit(), gives=("customer", "supplier"))
    form.add("days", "Days", NumberField("Days", decimals=0))
    desk.show()
    form.ask()
    qtbot.waitUntil(form.isActiveWindow)
    return form


def test_each_problem_stands_beside_its_field_and_only_the_rest_in_the_bar(asking: Asking) -> None:
    asking.refuse(
        SeveralProblems(
            [
                NobodyKnows(),
                RangeUnclear(first=9, last=1),
                NotFound(what="customer", value="C-9"),
                Wrong().naming("name"),
                Wrong().naming("name"),
            ]
        )
    )
    assert asking.messages.text == "The moon is full. Wait until it is not."
    assert asking.form.problems == {
        "name": "That is wrong.",
        "first": "From 9 to 1 is no range.",
        "party": "There is no customer C-9. Check the number, or search with Ctrl+K.",
    }
    assert asking.field("name").hasFocus()
    wrong = [name for name in ("name", "first", "last", "party", "days") if _is_wrong(asking, name)]
    assert wrong == ["name", "first", "last", "party"]  # `last` too, though it is said once
    assert asking.field("last").accessibleDescription() == "From 9 to 1 is no range."


def test_what_is_said_goes_when_its_field_changes_and_the_hint_comes_back(asking: Asking) -> None:
    asking.refuse(SeveralProblems([Wrong().naming("name"), RangeUnclear(first=9, last=1)]))
    assert asking.messages.text == ""
    QTest.keyClicks(asking.field("name"), "s")
    assert asking.form.problems == {"first": "From 9 to 1 is no range."}
    assert asking.field("name").accessibleDescription() == "As it is printed"
    QTest.keyClicks(asking.field("last"), "0")
    assert asking.form.problems == {}
    assert not _is_wrong(asking, "first")


def test_a_field_that_is_not_asked_for_now_has_no_words_beside_it(asking: Asking) -> None:
    block = asking.field("party").parentWidget()
    assert block is not None
    block.hide()
    asking.refuse(NotFound(what="customer", value="C-9"))
    assert asking.form.problems == {}
    assert asking.messages.text.startswith("There is no customer C-9.")


def test_all_that_cannot_be_read_is_told_at_once_and_nothing_is_asked_for(
    qtbot: QtBot, asking: Asking
) -> None:
    other = NumberField("Weight", decimals=0)
    asking.add("weight", "Weight", other)
    QTest.keyClicks(asking.field("days"), "1.5")
    QTest.keyClicks(other, "heavy")
    with qtbot.assertNotEmitted(asking.answered):
        QTest.keyClick(asking.field("name"), Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asking.form.problems == {
        "days": "1.5 has too many decimals. Enter at most 0.",
        "weight": "heavy is not a number. Write it like 1,234.50.",
    }
    assert asking.field("days").hasFocus()
    assert (asking.field("days").property("text"), other.text()) == ("1.5", "heavy")


def test_a_number_that_cannot_be_read_is_told_when_its_field_is_left(asking: Asking) -> None:
    days = asking.field("days")
    days.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(days, "many")
    QTest.keyClick(days, Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert asking.form.problem("days") == "many is not a number. Write it like 1,234.50."
    assert asking.field("party").hasFocus()  # nobody is held where they do not want to be
    QTest.keyClick(days, Key.Key_Backspace)
    assert asking.form.problem("days") == ""


def test_a_number_written_anew_when_it_is_left_is_no_change(asking: Asking) -> None:
    days = asking.field("days")
    assert isinstance(days, NumberField)
    QTest.keyClicks(days, "9999")
    asking.refuse(Wrong().naming("days"))
    QTest.keyClick(days, Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert days.text() == "9,999"
    assert asking.form.problem("days") == "That is wrong."
    days.set_value(Decimal(5))
    assert asking.form.problem("days") == ""


CHANGES = {
    "line": (lambda: QLineEdit("a"), lambda field: QTest.keyClicks(field, "b")),
    "long": (lambda: long_text("a"), lambda field: QTest.keyClicks(field, "b")),
    "choice": (
        lambda: ChoiceField([(1, "one"), (2, "two")], 1),
        lambda field: QTest.keyClick(field, Key.Key_Down),
    ),
    "tick": (lambda: QCheckBox("yes"), lambda field: QTest.keyClick(field, Key.Key_Space)),
    "date": (
        lambda: DayField("Day", date(2026, 5, 1)),
        lambda field: QTest.keyClick(field, Key.Key_Up),
    ),
    "steps": (StepsField, lambda field: field.paste("10\t5")),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_every_kind_of_field_forgets_what_was_wrong_when_it_changes(
    qtbot: QtBot, dressed: QApplication, kind: str
) -> None:
    make: Any
    change: Any
    make, change = CHANGES[kind]
    form, field = Form(), make()
    qtbot.addWidget(form)
    form.add("it", "It", field)
    form.show()
    assert form.refuse(Wrong().naming("it")) is None
    assert (form.problems, field.property("wrong")) == ({"it": "That is wrong."}, True)
    change(field)
    assert (form.problems, field.property("wrong")) == ({}, False)


def _is_wrong(asking: Asking, name: str) -> bool:
    return bool(asking.field(name).property("wrong"))
