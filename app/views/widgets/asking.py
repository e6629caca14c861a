"""Small forms: an action asks for what it needs, and keeps what was typed when it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import BusinessError, ChangedBySomeoneElse, raise_all
from app.core.messages import N_, plain
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.form import Form
from app.views.widgets.lookup_field import LookupField
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.over_desk import OverDesk
from app.views.widgets.reading import read_field
from app.views.widgets.screen import keep_on_screen, room_on_screen
from app.views.widgets.text import Text
from app.views.widgets.wording import words


class Asking(OverDesk):
    """A form over the desk: Enter (Ctrl+Enter in long text) does it, Esc puts it away.

    It stays open until the deed is done, so that a refusal loses nothing that was typed;
    afterwards the focus is where it was before.

    Signals:
        answered: the person wants it done; arg: the values by name.
    """

    answered = Signal(object)  # a dict; told so, Qt would make bare texts of enumerations

    def __init__(self, title: str, deed: str, sentence: str = "", parent: QWidget | None = None):
        super().__init__(title, parent)
        self.setObjectName("asking")
        self.form = Form()
        self.form.said.connect(self._make_room)
        self.messages = MessageBar()
        self.do_it = ActionButton(Action("do", deed, "Ctrl+Return"), "prominent")
        self.do_it.setAutoDefault(False)
        self.do_it.clicked.connect(self.do_deed)
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
        layout.addWidget(Text(title, "title", wraps=True))
        if sentence:
            layout.addWidget(Text(sentence, "body", "muted", wraps=True))
        layout.addWidget(self.messages)
        self._page = QScrollArea()
        self._page.setWidgetResizable(True)
        self._page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.form.setProperty("surface", "clear")
        self._page.setWidget(self.form)
        layout.addWidget(self._page, 1)
        layout.addLayout(buttons)
        self.setMinimumWidth(theme.px(460))
        self._fields: dict[str, QWidget] = {}
        self.seen: dict[str, str] = {}
        """What the fields said when the form was opened, by the verb's arguments; what somebody
        else wrote meanwhile is seen once it was told."""

    def add(
        self,
        name: str,
        label: str,
        field: QWidget,
        *,
        hint: str = "",
        is_wide: bool = True,
        gives: Sequence[str] = (),
    ) -> None:
        """Put a field at the end; `gives` as in `Form.add`."""
        self._fields[name] = field
        self.form.add(name, label, field, hint=hint, is_wide=is_wide, gives=gives)

    def field(self, name: str) -> QWidget:
        """A field by name."""
        return self._fields[name]

    def leave_out(self, **left_out: bool) -> None:
        """By name, whether a field means nothing now; the form closes up or makes room."""
        for name, is_left_out in left_out.items():
            self.form.leave_out(name, is_left_out)
        if self.isVisible():
            self._make_room()

    def ask(self) -> None:
        """Open, with the cursor in the first field."""
        self.seen = self._said()
        self.open()
        self._make_room()
        self.resize(self.width(), self.minimumHeight())
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(first, QLineEdit):
            first.selectAll()

    def take_code(self, code: str) -> None:
        """Put a scanned code where the cursor is; no number, day or choice becomes one."""
        field = self.focusWidget()
        if isinstance(field, LookupField):
            field.take_code(code)
        elif isinstance(field, QPlainTextEdit):
            field.insertPlainText(f"{code}\n")
        elif type(field) is QLineEdit:
            field.setText(code)
        else:
            sentence = N_("{code} was scanned, but no code belongs where the cursor is.")
            self.messages.show_info(words(sentence, code=code))
            self._make_room()

    def refuse(self, error: BusinessError) -> None:
        """Say why not, beside the fields it is about; everything typed stays."""
        for each in error.each():
            if isinstance(each, ChangedBySomeoneElse):
                self.seen |= each.now
        rest = self.form.refuse(error)
        if rest is not None:
            self.messages.show_refusal(rest)
        self._make_room()
        wrong = self.form.first_wrong
        if wrong is not None:
            layout = self.form.layout()
            assert layout is not None
            layout.activate()
            self._page.ensureWidgetVisible(wrong)

    def values(self) -> dict[str, Any]:
        """What is typed, by name. Raises: NotANumber and its kin, of all fields at once."""
        read, problems = {}, []
        for name, field in self._fields.items():
            try:
                read[name] = read_field(field)
            except BusinessError as problem:
                problems.append(problem)
        raise_all(problems)
        return read

    def _said(self) -> dict[str, str]:
        """What the fields say, by the one argument that each gives."""
        read: dict[str, str] = {}
        for name, field in self._fields.items():
            if isinstance(field, QLineEdit) and field.echoMode() is QLineEdit.EchoMode.Password:
                continue
            try:
                value = plain(read_field(field))
            except (BusinessError, TypeError):
                continue  # nothing that can be read, and so nothing anybody saw
            gives = self.form.gives(name)
            read |= dict.fromkeys(gives if len(gives) <= 2 else (name,), value)
        return read

    def _make_room(self) -> None:
        """High enough for all that is said and asked; what no screen would hold scrolls."""
        layout, form = self.layout(), self.form.layout()
        if layout is None or form is None:
            return
        self._page.setMinimumHeight(0)
        layout.activate()
        margins = layout.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        wanted = _height(form, width)
        others = _height(layout, self.width()) - self._page.sizeHint().height()
        room = room_on_screen(self) - others
        self._page.setMinimumHeight(max(theme.px(80), min(wanted, room)))
        self.setMinimumHeight(others + self._page.minimumHeight())
        keep_on_screen(self)

    def do_deed(self) -> None:
        self.messages.clear()
        self.form.clear_problems()
        try:
            values = self.values()
        except BusinessError as error:
            self.refuse(error)
            return
        self.answered.emit(values)


def _height(layout: QLayout, width: int) -> int:
    """How high a layout wants to be at a width."""
    if layout.hasHeightForWidth():
        return layout.totalHeightForWidth(width)
    return layout.totalSizeHint().height()


def long_text(text: str = "", *, high: int = 64) -> QPlainTextEdit:
    """A field of some lines, `high` pixels at 100 %; Tab leaves it."""
    field = QPlainTextEdit(text)
    field.setTabChangesFocus(True)
    field.setFixedHeight(theme.px(high))
    return field
