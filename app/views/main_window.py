"""The one window: desks at the left, the finder on top, the open desk in the middle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app.controllers.tasks import TaskRunner
from app.core.messages import N_
from app.views import theme
from app.views.finder import Finder, FinderField, FinderRow, Search
from app.views.theme import Tone
from app.views.widgets.action_button import ActionButton, MoreButton, key_text
from app.views.widgets.key_sheet import KeyHint, KeySheet, keys_of
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.pages import Pages
from app.views.widgets.rail import Desk, Rail
from app.views.widgets.screen import fit_screen
from app.views.widgets.text import ElidedText, Text, hairline, upright_hairline
from app.views.widgets.wording import words

__all__ = ["Desk", "MainWindow", "Offer"]

SLIM_BELOW = 1080
"""Under this width, in pixels at 100 %, the rail shows icons only."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something of the program itself that can be done at every desk, by key or by the finder."""

    title: str
    do: Callable[[], object]
    keys: tuple[str, ...] = ()
    """Any of them does it; the first one is shown."""
    icon: str = "circle"
    section: str = ""


def _press(button: ActionButton) -> None:
    """Press a button of the desk, unless it is gone by now."""
    if isValid(button) and button.isVisible():
        button.click()


class _ConnectionLine(QWidget):
    """A dot and a few words at the foot of the rail: which workplace, how fast the answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dot = Text("●", "small", "good")
        self._words = ElidedText("", "small", "muted")
        layout = QHBoxLayout(self)
        theme.pad(layout, 16, 8, 8, 12, 6)
        layout.addWidget(self._dot)
        layout.addWidget(self._words, 1)

    def say(self, words: str, tone: Tone) -> None:
        """Show the state of the connection."""
        self._words.setText(words)
        self._dot.set_tone(tone.value)
        self.setAccessibleName(words)
        self.setToolTip(words)

    def set_slim(self, is_slim: bool) -> None:
        """The dot alone, or with words."""
        self._words.setVisible(not is_slim)


class MainWindow(QMainWindow):
    """Shows the desks a person may see; each is made when it is first opened.

    Ctrl+K opens the finder, F1 the keys, each desk its own shortcut.

    Signals:
        desk_opened: another desk is in front; arg: its key.
        found: something was chosen in the finder; arg: the row's target.
        closing: the person closes the window.
    """

    desk_opened = Signal(str)
    found = Signal(object)
    closing = Signal()

    def __init__(
        self,
        desks: Sequence[Desk],
        tasks: TaskRunner,
        *,
        search: Search = lambda _session, _text: (),
        who: str = "",
        role: str = "",
        commands: Callable[[], Sequence[FinderRow]] = tuple,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Orderwright")
        desks = [
            replace(each, shortcut=each.shortcut or (f"Alt+{number}" if number < 10 else ""))
            for number, each in enumerate(desks, 1)
        ]
        self._desks = {each.key: each for each in desks}
        self._made: dict[str, QWidget] = {}
        self._commands = commands
        self._offers: list[Offer] = []
        self.messages = MessageBar()
        self.rail = Rail(desks)
        self.rail.desk_chosen.connect(self.open_desk)
        self.finder_field = FinderField()
        self._build(who, role)
        self.finder = Finder(
            self.finder_field, tasks, search, self._finder_commands, self.centralWidget()
        )
        self.finder.chosen.connect(self._found)
        tasks.refused.connect(self.messages.show_refusal)
        self._bind("Ctrl+K", self.finder.open)
        self._bind("F1", self.show_keys)
        for each in desks:
            if each.shortcut:
                self._bind(each.shortcut, partial(self.open_desk, each.key))
        fit_screen(self, 1280, 800)

    # What the program calls

    def open_desk(self, key: str) -> QWidget:
        """Bring a desk to the front, making it when it is not there yet.

        Raises: KeyError for a desk this person does not have.
        """
        desk = self._desks[key]
        if key not in self._made:
            self._made[key] = desk.factory()
            self._pages.addWidget(self._made[key])
        page = self._made[key]
        left = self._pages.currentWidget()
        if left is not page:
            self.messages.clear()
            said_there = getattr(left, "messages", None)
            if isinstance(said_there, MessageBar):
                said_there.clear()  # it would be old when one comes back
        was_at: QWidget | None = page.focusWidget()  # Qt itself would go to the first button
        self._pages.setCurrentWidget(page)
        self.rail.mark(key)
        self.setWindowTitle(f"{desk.title} – Orderwright")
        here: QWidget | None = self.focusWidget()
        if left is not page or here is None or not page.isAncestorOf(here):
            # Where one was at this desk, else where it begins: its keys work at once.
            (page if was_at is None else was_at).setFocus(Qt.FocusReason.OtherFocusReason)
        self.desk_opened.emit(key)
        return page

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key of a button that cannot be pressed now says why."""
        pressed = QKeySequence(event.keyCombination())
        page = self._pages.currentWidget()
        for button in () if page is None else page.findChildren(ActionButton):
            shortcut, why_not = button.action.shortcut, button.action.why_not
            if button.isVisible() and why_not and pressed == QKeySequence(shortcut):
                why = why_not.rstrip(".")
                self.messages.show_info(
                    words(N_("{action}: {why}."), action=button.action.title, why=why)
                )
                return
        super().keyPressEvent(event)

    def show_alone(self, key: str) -> QWidget:
        """One desk and nothing around it, for a station. Raises: KeyError as `open_desk`."""
        for each in (self._side, self._side_rule, self._top, self._top_rule):
            each.hide()
        return self.open_desk(key)

    def desk(self, key: str) -> QWidget | None:
        """A desk's widget when it was made already."""
        return self._made.get(key)

    @property
    def desks(self) -> tuple[Desk, ...]:
        """The desks there are, in the order of the rail."""
        return tuple(self._desks.values())

    @property
    def open_key(self) -> str:
        """The key of the desk in front."""
        front = self._pages.currentWidget()
        return next((key for key, page in self._made.items() if page is front), "")

    def show_counts(self, counts: Mapping[str, str]) -> None:
        """Put counts beside desks, by key."""
        self.rail.entries.show_counts(counts)

    def show_connection(self, words: str, tone: Tone = Tone.GOOD) -> None:
        """The line at the foot: workplace, and how fast the database answers."""
        self._connection.say(words, tone)

    def offer(self, offers: Sequence[Offer]) -> None:
        """Let these be done at every desk."""
        self._offers += offers
        for each in offers:
            for keys in each.keys:
                self._bind(keys, each.do)

    def show_keys(self) -> None:
        """The sheet with every key that works here now."""
        sheet = KeySheet(self._keys(), self)
        sheet.open()

    # Building

    def _build(self, who: str, role: str) -> None:
        self._side = QFrame()
        self._side.setProperty("surface", "ground")
        self._name = Text("Orderwright", "strong")
        side = QVBoxLayout(self._side)
        theme.pad(side)
        name_row = QHBoxLayout()
        theme.pad(name_row, 17, 14, 8, 8)
        name_row.addWidget(self._name)
        side.addLayout(name_row)
        side.addWidget(self.rail, 1)
        self._connection = _ConnectionLine()
        side.addWidget(self._connection)

        self._top = QFrame()
        top = QHBoxLayout(self._top)
        theme.pad(top, 16, 8, 16, 8, 12)
        top.addWidget(self.finder_field)
        top.addStretch(1)
        top.addWidget(Text(who, "strong"))
        top.addWidget(Text(role, "body", "muted"))

        self._pages = Pages()
        right = QVBoxLayout()
        theme.pad(right)
        self._top_rule, self._side_rule = hairline(), upright_hairline()
        right.addWidget(self._top)
        right.addWidget(self._top_rule)
        self.messages.setProperty("edge", True)  # from edge to edge, so without corners
        right.addWidget(self.messages)
        right.addWidget(self._pages, 1)

        whole = QWidget()
        layout = QHBoxLayout(whole)
        theme.pad(layout)
        layout.addWidget(self._side)
        layout.addWidget(self._side_rule)
        layout.addLayout(right, 1)
        self.setCentralWidget(whole)
        self._fit()

    def _fit(self) -> None:
        is_slim = self.width() < theme.px(SLIM_BELOW)
        self._side.setFixedWidth(theme.px(52 if is_slim else 197))
        self._name.setText("O" if is_slim else "Orderwright")
        self.rail.set_slim(is_slim)
        self._connection.set_slim(is_slim)
        self.finder_field.setFixedWidth(theme.px(300 if is_slim else 420))

    def _bind(self, keys: str, slot: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(slot)

    def _finder_commands(self) -> list[FinderRow]:
        desks = [
            FinderRow(
                words(N_("Desks")),
                each.title,
                icon=each.icon,
                code=key_text(each.shortcut),
                target=each,
            )
            for each in self._desks.values()
        ]
        offers = [
            FinderRow(
                each.section,
                each.title,
                icon=each.icon,
                code=key_text(each.keys[0]) if each.keys else "",
                target=each,
            )
            for each in self._offers
        ]
        return [*self._commands(), *self._done_here(), *desks, *offers]

    def _done_here(self) -> list[FinderRow]:
        """What can be done now at the desk in front: its buttons, and what is under More."""
        page = self._pages.currentWidget()
        if not self.open_key:
            return []
        section = self._desks[self.open_key].title
        offers = []
        for button in page.findChildren(ActionButton):
            if button.isVisible() and button.isEnabled():
                press = partial(_press, button)
                offers.append(Offer(button.action.title, press, (button.action.shortcut,)))
        for more in page.findChildren(MoreButton):
            if more.isVisible():
                offers += [
                    Offer(each.title, partial(more.chosen.emit, each.key), (each.shortcut,))
                    for each in more.actions_shown
                    if not each.why_not
                ]
        return [
            FinderRow(
                section, each.title, code=key_text(each.keys[0]), icon="lightning", target=each
            )
            for each in offers
        ]

    def _found(self, target: object) -> None:
        if isinstance(target, Desk):
            self.open_desk(target.key)
        elif isinstance(target, Offer):
            target.do()
        else:
            self.found.emit(target)

    def _keys(self) -> list[KeyHint]:
        hints = [KeyHint("Ctrl+K", words(N_("Find anything")), words(N_("Everywhere")))]
        hints.append(KeyHint("F1", words(N_("Show these keys")), words(N_("Everywhere"))))
        hints += [
            KeyHint(each.keys[0], each.title, words(N_("Everywhere")))
            for each in self._offers
            if each.keys
        ]
        hints += [
            KeyHint(each.shortcut, each.title, words(N_("Desks")))
            for each in self._desks.values()
            if each.shortcut
        ]
        page = self._pages.currentWidget()
        if page is not None:
            title = self._desks[self.open_key].title
            hints = [*keys_of(page, title), *hints]
        return hints

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_side"):
            self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)
