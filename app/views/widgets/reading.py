"""What is typed in a field, whatever kind of field it is, and when it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.core.errors import BusinessError
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField
from app.views.widgets.lookup_field import FormLookup
from app.views.widgets.number_field import NumberField
from app.views.widgets.steps_field import StepsField


def read_field(field: QWidget) -> Any:
    """What is typed. Raises: what the field cannot be read for, naming the field."""
    if isinstance(field, NumberField):
        return field.value()
    if isinstance(field, DayField):
        return field.day()
    if isinstance(field, FormLookup):
        chosen = field.taken(field.what)
        return None if chosen is None else chosen.target
    if isinstance(field, QLineEdit):
        return field.text().strip()
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText().strip()
    if isinstance(field, ChoiceField):
        return field.code
    if isinstance(field, QCheckBox):
        return field.isChecked()
    raise TypeError(f"no value is read from a {type(field).__name__}")


def when_changed(field: QWidget, then: Callable[[], None]) -> None:
    """Call `then` whenever something else is in the field, typed or chosen."""

    def changed(*_what: object) -> None:
        then()

    if isinstance(field, NumberField):
        before = _number(field)

        def typed() -> None:
            nonlocal before
            before, then_was = _number(field), before
            if before != then_was:  # written anew when it is left, it is the same number
                then()

        field.textChanged.connect(typed)
    elif isinstance(field, (QLineEdit, QPlainTextEdit)):
        field.textChanged.connect(changed)
    elif isinstance(field, QComboBox):
        field.currentIndexChanged.connect(changed)
    elif isinstance(field, QCheckBox):
        field.toggled.connect(changed)
    elif isinstance(field, StepsField):
        field.itemChanged.connect(changed)


def _number(field: NumberField) -> object:
    """The number that is typed; what is none, as it is typed."""
    try:
        return field.value()
    except BusinessError:
        return field.text()
