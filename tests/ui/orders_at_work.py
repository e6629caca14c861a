"""The orders desk on a real database, worked at with real keys."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine

from app.controllers.change_feed import ChangeFeed
from app.controllers.tasks import TaskRunner
from app.core.actor import Actor, Group
from app.core.ids import Kind
from app.database.engine import reading
from app.operations.run import Runner
from app.views.desk_context import DeskContext
from app.views.orders.desk import OrdersDesk
from app.views.widgets.asking import Asking

PATIENCE = 10_000
CONTROL = Qt.KeyboardModifier.ControlModifier
EVERYTHING = frozenset(Group)


class AtWork:
    """Somebody at the orders desk: presses keys, and waits until the answers are in."""

    def __init__(
        self,
        qtbot: QtBot,
        engine: Engine,
        login: str = "maria",
        groups: frozenset[Group] = EVERYTHING,
    ) -> None:
        self._qtbot = qtbot
        self.opened: list[tuple[Kind, int]] = []
        self.tasks = TaskRunner(lambda: reading(engine))
        self._feed = ChangeFeed(engine)
        self.desk = OrdersDesk(
            DeskContext(
                tasks=self.tasks,
                runner=Runner(engine),
                feed=self._feed,
                actor=Actor(login, login, None, groups),
                person=login.capitalize(),
                company="Test Trading",
                currency="USD",
                time_zone="UTC",
                scan_prefix="OW",
                open_thing=lambda kind, id: self.opened.append((kind, id)),
            )
        )
        self.desk.resize(1243, 853)
        self.desk.show()
        self.desk.activateWindow()
        qtbot.waitUntil(self.desk.isActiveWindow, timeout=PATIENCE)
        self.desk.list.rows.setFocus()
        self.settle()

    def settle(self) -> None:
        """Until everything asked for is answered and shown."""
        self._qtbot.waitUntil(lambda: not self.tasks.is_busy, timeout=PATIENCE)
        QApplication.processEvents()
        self._qtbot.waitUntil(lambda: not self.tasks.is_busy, timeout=PATIENCE)

    def press(self, key: Qt.Key, control: bool = False, *, at_once: bool = False) -> None:
        """One key, to whatever has the focus."""
        modifier = CONTROL if control else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.focus(), key, modifier)
        if not at_once:
            self.settle()

    def type(self, text: str, *, at_once: bool = False) -> None:
        """Characters, with Tab and Enter among them as such."""
        for character in text:
            key = {"\t": Qt.Key.Key_Tab, "\n": Qt.Key.Key_Return}.get(character)
            if key is not None:
                QTest.keyClick(self.focus(), key)
                if not at_once:
                    self.settle()
            else:
                QTest.keyClicks(self.focus(), character)
        if not at_once:
            self.settle()

    def focus(self) -> QWidget:
        """What has the focus."""
        return QApplication.focusWidget() or self.desk

    @property
    def at(self) -> str:
        """The name of the field that has the focus."""
        return self.focus().objectName()

    @property
    def said(self) -> str:
        """What the message bar says."""
        return self.desk.messages.text

    @property
    def title(self) -> str:
        """What is open at the right."""
        model = self.desk.document.model
        return model.title if model is not None else ""

    def entered(self) -> list[tuple[str, str, str]]:
        """The lines of the entry: item or name, quantity, badge."""
        return [
            (row.title, row.quantity, row.badge.word if row.badge else "")
            for row in self.desk.entry.lines.lines.rows
        ]

    def forms(self) -> list[Asking]:
        """The small forms that are open."""
        return [
            each
            for each in QApplication.topLevelWidgets()
            if isinstance(each, Asking) and each.isVisible()
        ]

    def form(self) -> Asking:
        """The small form that is open."""
        (found,) = self.forms()
        return found

    def answer(self, text: str, *, control: bool = False) -> None:
        """Type into the open form; Enter is a key of the text, Ctrl+Enter on request."""
        form = self.form()
        form.activateWindow()
        self._qtbot.waitUntil(form.isActiveWindow, timeout=PATIENCE)
        self.type(text)
        if control:
            self.press(Qt.Key.Key_Return, control=True)
        self.desk.activateWindow()
        self.settle()

    def close(self) -> None:
        """Finish, and take the window down here: a collector in another thread must not."""
        self.tasks.close()
        self.desk.close()
        for each in (self.desk, self._feed, self.tasks):
            shiboken6.delete(each)
