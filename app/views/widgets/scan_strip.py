"""The line every scan goes through, by scanner or by hand, and the answer to the last one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.core.messages import N_
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.text import ElidedText, Text
from app.views.widgets.wording import words

LONGEST_CODE = 500


class ScanField(QLineEdit):
    """Takes a code with Enter. Up and Down move elsewhere, Esc empties or acknowledges.

    Signals:
        scanned: a code was read; arg: the text.
        went_on: Enter in the empty field.
        stepped: Up or Down; arg: -1 or 1.
        acknowledged: Esc in the empty field.
    """

    scanned = Signal(str)
    went_on = Signal()
    stepped = Signal(int)
    acknowledged = Signal()

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scan")
        self.setProperty("kind", "filter")
        self.setPlaceholderText(hint)
        self.setAccessibleName(words(N_("Scan or type a code")))
        self.setMaxLength(LONGEST_CODE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not is_ctrl:
            code = self.text().strip()
            self.clear()
            if code:
                self.scanned.emit(code)
            else:
                self.went_on.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not is_ctrl:
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape:
            if not self.text():
                self.acknowledged.emit()
            self.clear()
        else:
            super().keyPressEvent(event)


class ScanStrip(QWidget):
    """The scan field with its key, and beside it the answer."""

    def __init__(self, key: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = ScanField(hint)
        self._said = ElidedText("", "small", "muted")
        row = QHBoxLayout(self)
        theme.pad(row, 16, 8, 16, 8, 12)
        row.addWidget(Text(words(N_("Scan  {key}"), key=key), "small", "muted"))
        row.addWidget(self.field, 1)
        row.addWidget(self._said, 1)

    @property
    def said(self) -> str:
        """The answer that is shown."""
        return self._said.text()

    def say(self, words: str, tone: Tone = Tone.NEUTRAL) -> None:
        """Answer the last scan."""
        self._said.setText(words)
        self._said.set_tone("muted" if tone is Tone.NEUTRAL else tone.value)

    def leave_saying(self) -> None:
        """A banner gives the answers; the field has all the room."""
        self._said.hide()
