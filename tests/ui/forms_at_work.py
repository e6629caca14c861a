"""What the tests of desks with forms share: a form opened by keys, filled, refused, left."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

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


def refused(stage_: FloorStage, because: str) -> None:
    """Try to save; the form says why not and stays."""
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: because in stage_.asking.messages.text)


def saved(stage_: FloorStage, sentence: str = "") -> None:
    """Save; the form closes, and the desk says so where it says anything."""
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.asking is None)
    if sentence:
        stage_.wait(lambda: stage_.said == sentence)
