"""What can be done: an action, and the button that shows it with its key."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QStyle, QStyleOptionButton, QWidget

from app.core.messages import N_
from app.views import theme
from app.views.widgets.wording import words


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done here.

    `key` names it to the controller, `shortcut` is a key sequence ("Ctrl+Return"), `why_not`
    says why it cannot be done now (then it is shown but cannot be pressed).
    """

    key: str
    title: str
    shortcut: str = ""
    icon: str = ""
    why_not: str = ""


def key_text(shortcut: str) -> str:
    """A key sequence as it is written on a button: Ctrl+Return is Ctrl ⏎."""
    text = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText) or shortcut
    for name, sign in (("Return", "⏎"), ("Enter", "⏎"), ("Ins", "Ins")):
        text = text.replace(name, sign)
    return re.sub(r"\+(?=.)", " ", text)


def as_it_is(title: str) -> str:
    """A title with its `&` doubled: Qt would underline what follows a single one."""
    return title.replace("&", "&&")


class ActionButton(QPushButton):
    """A button with its title and, quieter, its key. Its shortcut works while it is shown.

    Signals:
        chosen: pressed by mouse, keyboard or shortcut; arg: the action's key.
    """

    chosen = Signal(str)

    def __init__(self, action: Action, kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", kind)
        self._shortcut: QShortcut | None = None
        self.action = action
        self.clicked.connect(lambda: self.chosen.emit(self.action.key))
        self.show_action(action)

    def show_action(self, action: Action) -> None:
        """Become another action."""
        self.action = action
        self.setText(as_it_is(action.title))
        self.setEnabled(not action.why_not)
        self.setToolTip(action.why_not)
        self.setAccessibleName(action.title)
        self.setAccessibleDescription(action.why_not or key_text(action.shortcut))
        # One shortcut for the button's life: a second one with the same key, even when it is
        # about to be deleted, would make the key ambiguous, and then neither works.
        if self._shortcut is None and action.shortcut:
            self._shortcut = QShortcut(self)
            self._shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            self._shortcut.activated.connect(self.click)
        if self._shortcut is not None:
            self._shortcut.setKey(QKeySequence(action.shortcut))
        self._redress()

    def _ink(self) -> str:
        if self.property("kind") == "prominent" and self.isEnabled():
            return "on_accent"
        return "text" if self.isEnabled() else "muted"

    def _redress(self) -> None:
        is_strong = self.property("kind") in ("prominent", "link")
        theme.set_role(self, "strong" if is_strong else "button")
        if self.action.icon:
            self.setIcon(theme.icon(self.action.icon, self._ink()))
            self.setIconSize(theme.icon_size(15))
        self.updateGeometry()
        self.update()

    def _key_width(self) -> int:
        if not self.action.shortcut:
            return 0
        metrics = QFontMetrics(theme.font("small", station=theme.is_station(self)))
        return metrics.horizontalAdvance(key_text(self.action.shortcut)) + theme.px(8)

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        return QSize(size.width() + self._key_width(), size.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        key_width = self._key_width()
        if not key_width:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QPainter(self)
        style = self.style()
        style.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        label = QStyleOptionButton(option)
        label.rect = QRect(0, 0, self.width() - key_width, self.height())
        style.drawControl(QStyle.ControlElement.CE_PushButtonLabel, label, painter, self)
        painter.setFont(theme.font("small", station=theme.is_station(self)))
        is_prominent = self.property("kind") == "prominent" and self.isEnabled()
        painter.setPen(theme.colour("on_accent" if is_prominent else "muted"))
        inset = 0 if self.property("kind") == "link" else theme.px(13)  # a link has no border
        painter.drawText(
            QRect(0, 0, self.width() - inset, self.height()),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
            key_text(self.action.shortcut),
        )
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.EnabledChange) and hasattr(
            self, "action"
        ):
            self._redress()


MORE = "Ctrl+."
"""Opens the menu with the rest of the actions."""


class MoreButton(QPushButton):
    """The rest of the actions, in a menu that a key opens.

    Signals:
        chosen: one was picked; arg: the action's key.
    """

    chosen = Signal(str)

    def __init__(self, title: str = words(N_("More")), parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setAccessibleName(words(N_("More actions")))
        self.actions_shown: tuple[Action, ...] = ()
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.setToolTip(key_text(MORE))
        QShortcut(QKeySequence(MORE), self).activated.connect(self.showMenu)

    def show_actions(self, actions: tuple[Action, ...]) -> None:
        """Offer these; with none the button is hidden."""
        self.actions_shown = actions
        self._menu.clear()
        for each in actions:
            entry = QAction(as_it_is(each.title), self._menu)
            entry.setEnabled(not each.why_not)
            entry.setToolTip(each.why_not)
            if each.why_not:
                entry.setText(as_it_is(f"{each.title}  ({each.why_not})"))
            if each.shortcut:
                entry.setShortcut(QKeySequence(each.shortcut))
            if each.icon:
                entry.setIcon(theme.icon(each.icon, "text"))
            entry.triggered.connect(lambda _=False, key=each.key: self.chosen.emit(key))
            self._menu.addAction(entry)
        self.setVisible(bool(actions))
