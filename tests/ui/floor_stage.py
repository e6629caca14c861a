"""What the tests of desks share: a desk on a real database, driven by keys."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine

from app.controllers.change_feed import ChangeFeed
from app.controllers.serial_scanners import SerialScanners
from app.controllers.tasks import TaskRunner
from app.core.actor import Actor, Group
from app.core.ids import Kind
from app.database.engine import reading
from app.operations.run import Runner
from app.views.desk_context import DeskContext
from app.views.widgets.document_frame import DocumentModel

PATIENCE = 10_000
AnyDesk = TypeVar("AnyDesk", bound=QWidget)


class FloorStage:
    """Opens desks for somebody and presses the keys they would press."""

    def __init__(self, qtbot: QtBot, engine: Engine, runner: Runner) -> None:
        self._qtbot, self._engine, self._runner = qtbot, engine, runner
        self.opened: list[tuple[Kind, int]] = []
        self.tasks = TaskRunner(lambda: reading(engine))
        self.scanners: SerialScanners | None = None
        self.backed_up_by: Callable[[Path], Any] | None = None
        self.desk: Any = None

    def open(
        self, make: Callable[[DeskContext], AnyDesk], *groups: Group, station: str | None = None
    ) -> AnyDesk:
        """The desk, shown, its first rows read."""
        desk = make(
            DeskContext(
                tasks=self.tasks,
                runner=self._runner,
                feed=ChangeFeed(self._engine),
                actor=Actor("maria", "maria", station, frozenset(groups)),
                person="Maria",
                company="Test Trading",
                currency="USD",
                time_zone="UTC",
                scan_prefix="OW",
                open_thing=lambda kind, id: self.opened.append((kind, id)),
                scanners=self.scanners,
                back_up=self.backed_up_by,
            )
        )
        self._qtbot.addWidget(desk)
        desk.resize(1200, 760)
        desk.show()
        desk.activateWindow()
        desk.setFocus()
        self.desk = desk
        self.settle()
        return desk

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self._qtbot.waitUntil(lambda: not self.tasks.is_busy, timeout=PATIENCE)

    def wait(self, comes_true: Callable[[], object]) -> None:
        """Wait until something is so, and nothing is under way."""
        self._qtbot.waitUntil(lambda: bool(comes_true()), timeout=PATIENCE)
        self.settle()

    def view(self, key: str) -> None:
        """Switch the list to another view."""
        self.desk.list.choose_view(key)
        self.settle()

    def press(self, keys: str, times: int = 1) -> None:
        """Press a key (or several at once, as on a button) where the focus is."""
        combination: QKeyCombination = QKeySequence(keys)[0]  # type: ignore[index]  # stubs forget it
        for _ in range(times):
            QTest.keyClick(self._focus(), combination.key(), combination.keyboardModifiers())
            QApplication.processEvents()
            self.settle()

    def type(self, text: str) -> None:
        """Type text where the focus is."""
        QTest.keyClicks(self._focus(), text)
        self.settle()

    def scan(self, code: str) -> None:
        """What a keyboard wedge does into the scan field."""
        field = self.desk.scan_field
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        QTest.keyClicks(field, code)
        QTest.keyClick(field, Qt.Key.Key_Return)
        QApplication.processEvents()
        self.settle()

    @property
    def model(self) -> DocumentModel:
        """The document as it is shown."""
        model = self.desk.document.model
        assert model is not None
        return model

    @property
    def said(self) -> str:
        """The answer to the last action."""
        return str(self.desk.messages.text)

    @property
    def asking(self) -> Any:
        """The small form that is open."""
        return self.desk.findChild(QWidget, "asking")

    def wrong(self, field: str) -> str:
        """What stands beside a field of the open form; the focus is there, the bar says nothing."""
        asking = self.asking
        told = str(asking.form.problem(field))
        if told:
            assert asking.field(field).hasFocus()
            assert asking.messages.text == ""
        return told

    def picture(self, name: str) -> None:
        """Draw the desk into the folder ORDERWRIGHT_PICTURES names; without one, nothing."""
        self.picture_of(self.desk, name)

    def picture_of(self, widget: QWidget, name: str) -> None:
        """The same of one widget."""
        folder = os.environ.get("ORDERWRIGHT_PICTURES")
        if folder:
            QApplication.processEvents()
            widget.grab().save(str(Path(folder) / f"{name}.png"))

    def _focus(self) -> QWidget:
        popup = QApplication.activeModalWidget()
        window = popup if popup is not None else self.desk.window()
        if QApplication.activeWindow() is not window:
            window.activateWindow()  # a desktop does this by itself when a form closes
            self._qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
        return window.focusWidget() or window
