"""A window that asks and answers, again and again: Enter asks, Esc closes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import BusinessError
from app.core.messages import N_
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.form import Form
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.over_desk import OverDesk
from app.views.widgets.text import Text, hairline
from app.views.widgets.wording import words


class AnswerWindow(OverDesk):
    """A form, and under it the answer to what is typed; what is wrong stands beside its field."""

    def __init__(self, title: str, deed: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self._deed = deed
        self.form = Form()
        self.messages = MessageBar()

    def ask(self) -> None:
        """Read the answer to what is typed."""
        raise NotImplementedError

    def do_deed(self) -> None:
        self.ask()

    def begin(self) -> None:
        """Nothing is said to be wrong any more."""
        self.messages.clear()
        self.form.clear_problems()

    def refuse(self, error: Exception) -> None:
        """Say why there is no answer."""
        if isinstance(error, BusinessError):
            rest = self.form.refuse(error)
            if rest is not None:
                self.messages.show_refusal(rest)

    def lay_out(self, sentence: str, answers: Sequence[QWidget]) -> None:
        """Put the window together; `answers` scroll under the form."""
        page = QWidget()
        page.setProperty("surface", "clear")
        told = QVBoxLayout(page)
        theme.pad(told, 0, 4, 8, 4, 10)
        for each in answers:
            told.addWidget(each)
            each.hide()
        told.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        layout = QVBoxLayout(self)
        theme.pad(layout, 24, 20, 24, 16, 12)
        layout.addWidget(Text(self.windowTitle(), "title"))
        if sentence:
            layout.addWidget(Text(sentence, "body", "muted", wraps=True))
        layout.addWidget(self.messages)
        layout.addWidget(self.form)
        layout.addWidget(hairline())
        layout.addWidget(scroll, 1)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        ask = ActionButton(Action("ask", self._deed, "Ctrl+Return"), "prominent")
        leave = ActionButton(Action("leave", words(N_("Close")), "Esc"))
        ask.clicked.connect(self.ask)
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        theme.pad(buttons, gap=10)
        buttons.addStretch(1)
        for each in (leave, ask):
            each.setAutoDefault(False)
            buttons.addWidget(each)
        return buttons
