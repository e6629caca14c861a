"""The finder: one field for customers, items, orders, cartons and commands. Exact first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError
from app.core.messages import N_
from app.views import theme
from app.views.widgets.action_button import key_text
from app.views.widgets.found_list import FinderRow, FoundList
from app.views.widgets.text import ElidedText, Text
from app.views.widgets.wording import words

__all__ = ["Finder", "FinderField", "FinderRow", "Search"]

MOST_TEXT = 200

Search = Callable[[Any, str], Sequence[FinderRow]]
"""(session, text) → rows; runs on a reader thread."""


class FinderField(QLineEdit):
    """The field at the top of the window; shows its key while it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "finder")
        self.setMaxLength(MOST_TEXT)
        self.setPlaceholderText(words(N_("Find customers, items, orders, cartons, commands")))
        self.setAccessibleName(
            words(N_("Find customers, items, orders, cartons, commands (Ctrl+K)"))
        )
        self._picture = QLabel(self)
        self._picture.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._key = Text(key_text("Ctrl+K"), "small", "muted", self)
        self._key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(lambda text: self._key.setVisible(not text))
        self._redress()

    def _redress(self) -> None:
        side = theme.px(14)
        self._picture.setPixmap(theme.pixmap("magnifying-glass", "muted", side))
        room = self._key.sizeHint().width() + theme.px(8)
        self.setTextMargins(theme.px(22), 0, room, 0)
        self._place()

    def _place(self) -> None:
        side = theme.px(14)
        middle = (self.height() - side) // 2
        self._picture.setGeometry(theme.px(11), middle, side, side)
        size = self._key.sizeHint()
        self._key.setGeometry(
            self.width() - size.width() - theme.px(12),
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_key"):
            self._redress()


class Finder(QFrame):
    """What drops down under a `FinderField`. Typing stays in the field.

    Up and Down move, Enter chooses, Esc puts it away and gives the focus back. An answer
    that comes after newer typing is not shown; Enter pressed before the answer has come
    chooses from that answer when it does, if it holds an exact match or a single row.

    Signals:
        chosen: a row was chosen; arg: its target.
    """

    chosen = Signal(object)

    def __init__(
        self,
        field: FinderField,
        tasks: TaskRunner,
        search: Search,
        commands: Callable[[], Sequence[FinderRow]] = tuple,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._field, self._tasks, self._search = field, tasks, search
        self._commands = commands
        self._answered_text = ""
        self._is_enter_waiting = False
        self._focus_before: QWidget | None = None
        self.setProperty("surface", "popup")
        self.setAccessibleName(words(N_("Found")))
        self._list = FoundList()
        self._list.chosen.connect(self._choose)
        self._status = ElidedText("", "small", "muted")  # what was typed may be long
        self._foot = foot = QHBoxLayout()
        theme.pad(foot, 12, 4, 12, 6)
        foot.addWidget(self._status, 1)
        foot.addWidget(Text(words(N_("↑ ↓ move    ⏎ open    Esc close")), "small", "muted"))
        layout = QVBoxLayout(self)
        theme.pad(layout, 1, 5, 1, 1)
        layout.addWidget(self._list, 1)
        layout.addLayout(foot)
        field.textEdited.connect(self._ask)
        field.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Go to the field, remembering where the focus was."""
        before = self.window().focusWidget()
        if before is not self._field:
            self._focus_before = before
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        if self._field.text():
            self._ask(self._field.text())

    def close_up(self) -> None:
        """Put it away and give the focus back to where it was."""
        self._tasks.forget("finder")
        self._is_enter_waiting = False
        self._field.clear()
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.OtherFocusReason)

    def rows(self) -> list[FinderRow]:
        """What is shown, in order."""
        return self._list.found()

    def _ask(self, text: str) -> None:
        wanted = text.strip()
        self._is_enter_waiting = False
        if not wanted:
            self._tasks.forget("finder")
            self.hide()
            return
        self._status.setText(words(N_("Searching …")))
        self._tasks.read(
            lambda session: self._search(session, wanted),
            done=lambda rows: self._show(wanted, rows),
            failed=self._gave_up,
            key="finder",
            owner=self,
        )

    def _show(self, text: str, rows: Sequence[FinderRow]) -> None:
        wanted = text.casefold()
        commands = [
            replace(each, is_exact=each.title.casefold() == wanted)
            for each in self._commands()
            if wanted in each.title.casefold()
        ]
        self._answered_text = text
        self._list.show_rows([*rows, *commands])
        count = len(rows) + len(commands)
        self._status.setText(
            "" if count else words(N_("Nothing found for {typed}. Check the spelling."), typed=text)
        )
        self._place()
        self.show()
        self.raise_()
        if self._is_enter_waiting:
            self._is_enter_waiting = False
            shown = self.rows()
            if shown and (shown[0].is_exact or len(shown) == 1):
                self._choose(shown[0])

    def _gave_up(self, error: Exception) -> None:
        self._list.show_rows([])
        is_known = isinstance(error, BusinessError)
        self._status.setText(
            str(error) if is_known else words(N_("The search did not work. Try again."))
        )
        self._place()
        self.show()

    def _place(self) -> None:
        host = self.parentWidget()
        if host is None:
            return
        where = host.mapFromGlobal(self._field.mapToGlobal(self._field.rect().bottomLeft()))
        room = host.height() - where.y() - theme.px(24)
        found = self._list.height_wanted()
        self._list.setVisible(found > 0)  # an empty one would take the room of the words
        foot = self._foot.sizeHint().height() + theme.px(16)
        high = min(found + foot, room, theme.px(520))
        wide = min(max(self._field.width(), theme.px(560)), host.width() - where.x() - theme.px(8))
        self.setGeometry(where.x(), where.y() + theme.px(4), wide, max(high, foot))

    def _choose(self, row: FinderRow) -> None:
        self.close_up()
        self.chosen.emit(row.target)

    def _enter(self) -> None:
        if self._field.text().strip() == self._answered_text and self.isVisible():
            row = self._list.current()
            if row is not None:
                self._choose(row)
        else:
            self._is_enter_waiting = bool(self._field.text().strip())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            if self._take_key(event.key()):
                return True
        if watched is self._field and event.type() == QEvent.Type.FocusOut:
            assert isinstance(event, QFocusEvent)
            if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
                self.hide()  # looking at another program for a moment closes nothing
        return super().eventFilter(watched, event)

    def _take_key(self, key: int) -> bool:
        if key == Qt.Key.Key_Down:
            self._list.step(1)
        elif key == Qt.Key.Key_Up:
            self._list.step(-1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Escape:
            self.close_up()
        else:
            return False
        return True
