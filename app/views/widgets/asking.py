"""Small forms: an action asks for what it needs, and keeps what was typed when it is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import BusinessError
from app.core.messages import N_
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField
from app.views.widgets.form import Form
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.number_field import NumberField
from app.views.widgets.text import Text
from app.views.widgets.wording import words


class Asking(QDialog):
    """A form over the desk: Enter (Ctrl+Enter in long text) does it, Esc puts it away.

    It stays open until the deed is done, so that a refusal loses nothing that was typed;
    afterwards the focus is where it was before.

    Signals:
        answered: the person wants it done; arg: the values by name.
    """

    answered = Signal(object)  # a dict; told so, Qt would make bare texts of enumerations

    def __init__(self, title: str, deed: str, sentence: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setObjectName("asking")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._before = parent.window().focusWidget() if parent is not None else None
        self.form = Form()
        self.messages = MessageBar()
        self.do_it = ActionButton(Action("do", deed, "Ctrl+Return"), "prominent")
        self.do_it.setAutoDefault(False)
        self.do_it.clicked.connect(self._answer)
        leave = ActionButton(Action("leave", words(N_("Not now")), "Esc"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        theme.pad(buttons, gap=10)
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self.do_it)
        layout = QVBoxLayout(self)
        theme.pad(layout, 24, 20, 24, 16, 16)
        layout.addWidget(Text(title, "title"))
        if sentence:
            layout.addWidget(Text(sentence, "body", "muted", wraps=True))
        layout.addWidget(self.messages)
        layout.addWidget(self.form)
        layout.addLayout(buttons)
        self.setMinimumWidth(theme.px(460))
        self._fields: dict[str, QWidget] = {}
        self.finished.connect(self._give_back_focus)

    def add(
        self, name: str, label: str, field: QWidget, *, hint: str = "", is_wide: bool = True
    ) -> None:
        """Put a field at the end."""
        field.setObjectName(name)
        self._fields[name] = field
        self.form.add(name, label, field, hint=hint, is_wide=is_wide)

    def field(self, name: str) -> QWidget:
        """A field by name."""
        return self._fields[name]

    def ask(self) -> None:
        """Open, with the cursor in the first field."""
        self.open()
        self._make_room()
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(first, QLineEdit):
            first.selectAll()

    def refuse(self, error: BusinessError) -> None:
        """Say why not; everything typed stays."""
        self.messages.show_refusal(error)
        self._make_room()

    def values(self) -> dict[str, Any]:
        """What is typed, by name. Raises: NotANumber and its kin."""
        return {name: _value(field) for name, field in self._fields.items()}

    def _make_room(self) -> None:
        """High enough that hints and sentences over several lines do not squeeze the fields."""
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            layout.activate()
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    def _answer(self) -> None:
        self.messages.clear()
        try:
            values = self.values()
        except BusinessError as error:
            self.refuse(error)
            return
        self.answered.emit(values)

    def _give_back_focus(self) -> None:
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            pressed = self.focusWidget()
            if isinstance(pressed, QPushButton):
                pressed.click()
            else:
                self._answer()
            return
        super().keyPressEvent(event)


def date_field(day: date) -> QDateEdit:
    """A date, changed by typing or with the arrow keys."""
    field = QDateEdit(QDate(day.year, day.month, day.day))
    field.setDisplayFormat("d MMM yyyy")
    field.setButtonSymbols(QDateEdit.ButtonSymbols.NoButtons)
    return field


def _value(field: QWidget) -> Any:
    if isinstance(field, NumberField):
        return field.value()
    if isinstance(field, DayField):
        return field.day()
    if isinstance(field, QLineEdit):
        return field.text().strip()
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText().strip()
    if isinstance(field, ChoiceField):
        return field.code
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QDateEdit):
        return field.date().toPython()
    raise TypeError(f"no value is read from a {type(field).__name__}")
