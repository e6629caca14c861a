"""A field that finds what is meant: an item, a customer, a location. Exact match first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError, NotFound
from app.core.messages import N_
from app.views import theme
from app.views.widgets.found_list import FinderRow, FoundList
from app.views.widgets.row_painting import LEFT
from app.views.widgets.text import Text, repolish, shortened
from app.views.widgets.wording import words

Suggestion = FinderRow
Lookup = Callable[[Any, str], Sequence[Suggestion]]
"""(session, text) → suggestions; runs on a reader thread."""
LONGEST = 200
WIDE = 480
"""Pixels at 100 % below which the list is not narrowed: an item's whole name and its number."""


class NotChosen(BusinessError):
    """Something is typed that may be several things, or is still being looked for."""

    sentence = N_("{typed} is not chosen yet. Choose it with ↓ and ⏎, then try again.")


class LookupField(QLineEdit):
    """Typed text becomes one of the suggestions when Tab or Enter commits it.

    Nothing is taken without such a key. Committed is, in this order: the suggestion marked
    with Up and Down, the only exact one, the only one. Otherwise the list stays open and
    says that one must be chosen. Text committed before its answer has come is decided when
    it comes, unless something else was typed meanwhile. F4 opens the list, Esc closes it
    and, pressed again, brings back what was committed before.

    Signals:
        committed: a suggestion was taken; arg: Suggestion (its `target` is yours).
        not_found: nothing fits what was committed; arg: the text.
        undecided: several fit, one must be chosen; arg: how many.
        emptied: the field was committed empty.
    """

    committed = Signal(object)
    not_found = Signal(str)
    undecided = Signal(int)
    emptied = Signal()

    def __init__(
        self,
        tasks: TaskRunner,
        lookup: Lookup,
        name: str,
        *,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._lookup = tasks, lookup
        self._key = f"lookup-{id(self)}"
        self._chosen: Suggestion | None = None
        self._answered: str | None = None
        self._is_commit_waiting = False
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setMaxLength(LONGEST)
        self._popup: QFrame | None = None
        self._list = FoundList()
        self._list.chosen.connect(self._take)
        self._note = Text("", "small", "muted")
        self.textEdited.connect(self._typed)

    @property
    def chosen(self) -> Suggestion | None:
        """What was committed last."""
        return self._chosen

    @property
    def is_deciding(self) -> bool:
        """True while something is committed whose answer has not come yet."""
        return self._is_commit_waiting

    def set_chosen(self, suggestion: Suggestion | None) -> None:
        """Show something as committed, without telling."""
        self._chosen = suggestion
        self.setText(_words(suggestion))
        self._forget()
        self._mark("")
        self.update()

    def take_code(self, code: str) -> None:
        """Commit a scanned code, in place of what is typed."""
        if code != _words(self._chosen):
            self.setText(code)
            self._typed(code)
            self._commit()

    def show_problem(self, sentence: str) -> None:
        """Mark the field as wrong, with the reason."""
        self._mark(sentence)

    def _typed(self, text: str) -> None:
        self._mark("")
        self._is_commit_waiting = False
        if text.strip():
            self._ask(text.strip())
        else:
            self._forget()

    def _ask(self, text: str) -> None:
        self._answered = None
        self._tasks.read(
            lambda session: self._lookup(session, text),
            done=lambda rows: self._answer(text, rows),
            failed=self._failed,
            key=self._key,
            owner=self,
        )

    def _answer(self, text: str, rows: Sequence[Suggestion]) -> None:
        if text != self.text().strip():
            return  # newer typing has overtaken this answer
        self._answered = text
        self._list.show_rows(rows)
        self._note.setText("" if rows else words(N_("Nothing fits. Check the spelling.")))
        if self._is_commit_waiting:
            self._is_commit_waiting = False
            self._decide()
        elif self.hasFocus():
            self._open_popup()

    def _failed(self, _error: Exception) -> None:
        self._is_commit_waiting = False

    def _is_settled(self) -> bool:
        return self.text().strip() == _words(self._chosen)

    def _commit(self) -> bool:
        """Commit what is typed. False when one of several must be chosen first."""
        text = self.text().strip()
        if self._is_settled() and not (self._popup_is_open() and self._list.was_moved):
            self._close_popup()
            return True
        if not text:
            self._chosen = None
            self._forget()
            self.emptied.emit()
            return True
        if self._answered != text:
            self._is_commit_waiting = True
            return True
        return self._decide()

    def _decide(self) -> bool:
        rows = self._list.found()
        exact = [each for each in rows if each.is_exact]
        marked = self._list.current() if self._list.was_moved else None
        if marked is not None:
            self._take(marked)
        elif len(exact) == 1:
            self._take(exact[0])
        elif len(rows) == 1:
            self._take(rows[0])
        elif not rows:
            self._close_popup()
            self._mark(words(N_("Nothing is called {typed}."), typed=self.text().strip()))
            self.not_found.emit(self.text().strip())
        else:
            self._note.setText(words(N_("{many} fit. Choose one with ↓ and ⏎."), many=len(rows)))
            self.undecided.emit(len(rows))
            if self.hasFocus():
                self._open_popup()
            return False
        return True

    def _take(self, suggestion: Suggestion) -> None:
        self._chosen = suggestion
        self.setText(_words(suggestion))
        self._forget()
        self._mark("")
        self.committed.emit(suggestion)

    def _forget(self) -> None:
        self._tasks.forget(self._key)
        self._answered = None
        self._is_commit_waiting = False
        self._close_popup()

    def _mark(self, problem: str) -> None:
        self.setProperty("wrong", bool(problem))
        self.setToolTip(problem)
        self.setAccessibleDescription(problem)
        repolish(self)

    # The list below the field

    def _popup_is_open(self) -> bool:
        return self._popup is not None and self._popup.isVisible()

    def _open_popup(self) -> None:
        host = self.window()
        if self._popup is None or self._popup.parentWidget() is not host:
            self._popup = QFrame(host)
            self._popup.setProperty("surface", "popup")
            layout = QVBoxLayout(self._popup)
            theme.pad(layout, 1, 4, 1, 4, 2)
            layout.addWidget(self._list, 1)
            layout.addWidget(self._note)
            self._note.setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(2))
        where = theme.below(self, 2)
        note = self._note.sizeHint().height() if self._note.text() else 0
        self._note.setVisible(bool(note))
        self._list.setVisible(bool(self._list.found()))  # alone, the note has the room
        wanted = self._list.height_wanted() + note + theme.px(14)
        high = min(wanted, theme.px(320), max(theme.px(60), host.height() - where.y() - 4))
        room = host.width() - where.x() - theme.px(8)
        wide = min(max(self.width(), theme.px(WIDE)), max(self.width(), room))
        self._popup.setGeometry(where.x(), where.y(), wide, high)
        self._popup.show()
        self._popup.raise_()

    def _close_popup(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # While there is something to put away here, Esc is no shortcut of the window's.
            is_ours = self._popup_is_open() or not self._is_settled()
            if event.key() == Qt.Key.Key_Escape and is_ours:
                event.accept()
                return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_tab = event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
            if is_tab and not self._commit():
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
        elif key == Qt.Key.Key_F4 or (key == Qt.Key.Key_Down and not self._popup_is_open()):
            self._ask(self.text().strip())
        elif key == Qt.Key.Key_Down:
            self._list.step(1)
        elif key == Qt.Key.Key_Up and self._popup_is_open():
            self._list.step(-1)
        elif key == Qt.Key.Key_Escape and self._popup_is_open():
            self._close_popup()
        elif key == Qt.Key.Key_Escape and not self._is_settled():
            self.set_chosen(self._chosen)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._close_popup()


class FormLookup(LookupField):
    """A look-up in a form: what is typed must be chosen; Enter chooses and goes on to what follows.

    Enter in one that is empty or chosen already does the form's deed. `what` is the word in the
    refusal of something unknown.
    """

    what = "thing"
    _is_entered = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Behind the code of what is chosen stands, quieter, what it is called."""
        super().paintEvent(event)
        name = self.chosen_name
        if not name:
            return
        left = theme.px(10) + self.fontMetrics().horizontalAdvance(self.text()) + theme.px(10)
        box = self.rect().adjusted(left, 0, -theme.px(10), 0)
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.colour("muted")))
        painter.drawText(box, int(LEFT), shortened(name, self.fontMetrics(), box.width()))
        painter.end()

    @property
    def chosen_name(self) -> str:
        """What the chosen one is called, where its code stands in the field; else empty."""
        chosen = self._chosen
        is_by_code = chosen is not None and bool(chosen.code) and self._is_settled()
        return chosen.title if chosen is not None and is_by_code else ""

    def take_code(self, code: str) -> None:
        self._is_entered = True
        super().take_code(code)

    def _take(self, suggestion: Suggestion) -> None:
        super()._take(suggestion)
        if self._is_entered and self.hasFocus():
            self._is_entered = False
            if not isinstance(self._following(), QPushButton):  # Enter again would press it
                self.focusNextChild()

    def _following(self) -> QWidget | None:
        """Where Tab goes from here."""
        following = self.nextInFocusChain()
        while following is not None and following is not self:
            takes_focus = following.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes_focus and following.isVisible() and following.isEnabled():
                break
            following = following.nextInFocusChain()
        return following

    def taken(self, what: str) -> Suggestion | None:
        """What was chosen, None when nothing is typed.

        What only one thing fits is chosen by this too. Raises: NotFound, of a `what`; NotChosen.
        """
        typed = self.text().strip()
        if not typed:
            return None
        if self._is_settled():
            return self._chosen
        if self._answered != typed:
            raise NotChosen(typed=typed).naming(self.objectName())
        rows = self._list.found()
        fits = [each for each in rows if each.is_exact] or rows
        if not fits:
            raise NotFound(what=what, value=typed).naming(self.objectName())
        if len(fits) > 1:
            raise NotChosen(typed=typed).naming(self.objectName())
        self.set_chosen(fits[0])
        return fits[0]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_settled = not self.text().strip() or self._is_settled()
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        self._is_entered = is_enter and not is_settled
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and is_settled:
            event.ignore()  # so that the form hears it


def _words(suggestion: Suggestion | None) -> str:
    if suggestion is None:
        return ""
    return suggestion.code or suggestion.title
