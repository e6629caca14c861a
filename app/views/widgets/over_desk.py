"""What stands over a desk for a moment: Enter does its deed, Esc puts it away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QPushButton, QWidget


class OverDesk(QDialog):
    """A window over the desk. Afterwards the focus is where it was before."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._before = parent.window().focusWidget() if parent is not None else None
        self.finished.connect(self._give_back_focus)

    def do_deed(self) -> None:
        """What Enter does, unless the focus is on another button."""
        raise NotImplementedError

    def _give_back_focus(self) -> None:
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            pressed = self.focusWidget()
            if isinstance(pressed, QPushButton):
                pressed.click()
            else:
                self.do_deed()
            return
        super().keyPressEvent(event)
