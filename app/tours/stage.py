"""Hands and eyes of a tour: keys and scans go in as a person's do, pictures come out."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.core.errors import BusinessError
from app.core.messages import N_

PATIENCE = 120.0
"""Seconds to wait for a screen to show what it was asked for."""


class TourStuck(BusinessError):
    """A screen did not come to show what the tour waits for."""

    sentence = N_("The tour waited {seconds} s for: {what}. The last picture is {picture}.")


class Stage:
    """Hands and eyes: keys and scans go in as a person's do, pictures come out, numbered."""

    def __init__(self, folder: Path, looks: tuple[str, ...]) -> None:
        self.folder = folder
        self.looks = looks
        self.pictures: list[Path] = []
        self.broken: list[BaseException] = []
        folder.mkdir(parents=True, exist_ok=True)

    # Hands

    def press(self, keys: str, times: int = 1) -> None:
        """Press a key or a combination, such as `Ctrl+Return`, where the focus is."""
        from PySide6.QtCore import QCoreApplication
        from PySide6.QtGui import QKeySequence
        from PySide6.QtTest import QTest

        combination = QKeySequence(keys)[0]  # type: ignore[index]  # the stubs forget it
        for _ in range(times):
            QTest.keyClick(self._focus(), combination.key(), combination.keyboardModifiers())
            QCoreApplication.processEvents()

    def type(self, text: str) -> None:
        """Type text where the focus is."""
        from PySide6.QtTest import QTest

        QTest.keyClicks(self._focus(), text)

    def scan(self, code: str) -> None:
        """What a scanner on the keyboard's line does: the code as fast as keys go, then Enter."""
        self.type(code)
        self.press("Return")

    # Eyes

    def wait(self, comes_true: Callable[[], object], what: str) -> None:
        """Let the window work until something is so. What breaks meanwhile is raised here.

        Raises: TourStuck, with a picture of what is on the screen instead.
        """
        from PySide6.QtCore import QCoreApplication, QEventLoop

        until = time.monotonic() + PATIENCE
        while not comes_true():
            if self.broken:
                raise self.broken[0]
            if time.monotonic() > until:
                self.picture("stuck")
                raise TourStuck(seconds=int(PATIENCE), what=what, picture=self.pictures[-1].name)
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)

    def picture(self, name: str) -> None:
        """Photograph the window in front, in each look; the last look stays."""
        from PySide6.QtWidgets import QApplication

        from app.views import theme

        app = QApplication.instance()
        assert isinstance(app, QApplication)
        number = len(self.pictures) // len(self.looks) + 1
        for look in self.looks:
            if theme.name() != look:
                theme.apply(app, look, theme.scale())
            for _ in range(3):
                app.processEvents()
            path = self.folder / f"{number:02d}-{name}-{look}.png"
            self._front().grab().save(str(path))
            self.pictures.append(path)

    def _front(self) -> Any:
        from PySide6.QtWidgets import QApplication

        front = QApplication.activeModalWidget() or QApplication.activeWindow()
        if front is None:
            shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
            front = next(each for each in reversed(shown) if each.isWindow())
        return front

    def _focus(self) -> Any:
        from PySide6.QtCore import QCoreApplication
        from PySide6.QtWidgets import QApplication

        front = self._front()
        if not front.isActiveWindow():  # no window manager does it where there is no screen
            front.activateWindow()
            QCoreApplication.processEvents()
        return QApplication.focusWidget() or front
