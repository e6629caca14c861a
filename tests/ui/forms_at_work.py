"""What the tests of desks with forms share: a form opened by keys, filled, refused, left."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.lookup_field import LookupField
from app.views.widgets.steps_field import StepsField
from tests.ui.floor_stage import FloorStage


def ask(stage_: FloorStage, keys: str) -> Any:
    """Press the keys that open a form; the form."""
    stage_.press(keys)
    stage_.wait(lambda: stage_.asking is not None)
    return stage_.asking


def fill(stage_: FloorStage, **texts: str) -> None:
    """Type over what fields of the open form hold; rows are pasted, a lookup is left with Tab."""
    for name, text in texts.items():
        field = stage_.asking.field(name)
        assert isinstance(field, (QLineEdit, QPlainTextEdit, StepsField))
        field.setFocus(Qt.FocusReason.TabFocusReason)
        field.selectAll()
        if isinstance(field, (QPlainTextEdit, StepsField)):
            QApplication.clipboard().setText(text)
            stage_.press("Ctrl+V")
        elif text:
            stage_.type(text)
        else:
            stage_.press("Del")
        if isinstance(field, LookupField):
            stage_.press("Tab")


def choose(stage_: FloorStage, name: str, words: str) -> None:
    """Choose with the arrow keys."""
    field = stage_.asking.field(name)
    assert isinstance(field, ChoiceField)
    field.setFocus(Qt.FocusReason.TabFocusReason)
    stage_.press("Home")
    while not field.currentText().startswith(words):
        assert field.currentIndex() < field.count() - 1
        stage_.press("Down")


def refused(stage_: FloorStage, because: str, beside: str = "") -> None:
    """Try to save; the form says why not, beside that field or in its bar, and stays.

    Nothing that was typed is lost, and the focus is in the first field that is wrong.
    """
    before = typed(stage_)
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: because in told(stage_, beside))
    assert typed(stage_) == before
    if beside:
        first = stage_.asking.field(next(iter(stage_.asking.form.problems)))
        assert first.hasFocus()


def typed(stage_: FloorStage) -> list[str]:
    """What is in the fields of the open form; numbers without the marks between thousands."""
    fields = stage_.asking.form.findChildren(QWidget)
    return [
        each.text().replace(",", "")
        for each in fields
        if isinstance(each, (QLineEdit, StepsField)) and each.property("kind") != "cell"
    ] + [each.toPlainText() for each in fields if isinstance(each, QPlainTextEdit)]


def told(stage_: FloorStage, beside: str = "") -> str:
    """What the open form says beside a field; without one, what stands in its bar."""
    asking = stage_.asking
    return str(asking.form.problem(beside) if beside else asking.messages.text)


def saved(stage_: FloorStage, sentence: str = "") -> None:
    """Save; the form closes, and the desk says so where it says anything."""
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.asking is None)
    if sentence:
        stage_.wait(lambda: stage_.said == sentence)
