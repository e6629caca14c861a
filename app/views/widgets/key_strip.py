"""The keys of a station along the bottom of the screen, and who works there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QWidget

from app.views import theme
from app.views.theme import Tone
from app.views.widgets.action_button import Action, key_text
from app.views.widgets.flow_box import FlowBox
from app.views.widgets.text import ElidedText, Text


class _Key(QPushButton):
    """A key and its word. Takes no focus, so that a scanner's Enter can never press it."""

    def __init__(self, action: Action, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.action = action
        self.setProperty("kind", "quiet")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEnabled(not action.why_not)
        self.setToolTip(action.why_not)
        self.setAccessibleName(f"{action.title} ({action.shortcut})")

    def _widths(self) -> tuple[int, int]:
        key = QFontMetrics(theme.font("strong", station=True))
        word = QFontMetrics(theme.font("body", station=True, times=0.85))
        return (
            key.horizontalAdvance(key_text(self.action.shortcut)),
            word.horizontalAdvance(self.action.title),
        )

    def sizeHint(self) -> QSize:
        key, word = self._widths()
        high = QFontMetrics(theme.font("strong", station=True)).height()
        return QSize(key + word + theme.px(10 + 16), high + theme.px(16))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._widths()[0] + theme.px(16), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isDown() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(self.rect(), theme.px(6), theme.px(6))
        key_width = self._widths()[0]
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.setFont(theme.font("strong", station=True, times=0.85))
        painter.setPen(theme.colour("accent" if self.isEnabled() else "muted"))
        left = theme.px(8)
        painter.drawText(
            QRect(left, 0, key_width, self.height()), middle, key_text(self.action.shortcut)
        )
        left += key_width + theme.px(10)
        painter.setFont(theme.font("body", station=True, times=0.85))
        painter.setPen(theme.colour("text" if self.isEnabled() else "muted"))
        room = QRect(left, 0, self.width() - left, self.height())
        painter.drawText(room, middle, self.action.title)
        painter.end()


class KeyStrip(QFrame):
    """F-keys with their words, and at the right the station, its operator and the connection.

    Signals:
        chosen: a key was pressed or touched; arg: the action's key.
    """

    chosen = Signal(str)

    def __init__(self, actions: Sequence[Action] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        theme.station(self)
        self._keys: list[_Key] = []
        self._shortcuts: list[QShortcut] = []
        self._keys_place = FlowBox(8)
        self._dot = Text("●", "small", "good")
        self._status = ElidedText("", "small", "muted")
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        theme.pad(self._sides, 40, 8, 40, 8, 10)
        self._sides.addWidget(self._keys_place)
        self._sides.addStretch(1)
        status = QHBoxLayout()
        theme.pad(status, gap=10)
        status.addWidget(self._dot)
        status.addWidget(self._status, 1)
        self._sides.addLayout(status)
        self.show_actions(actions)

    def show_actions(self, actions: Sequence[Action]) -> None:
        """Offer these keys."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)  # at once; deleting happens later
            shortcut.deleteLater()
        for key in self._keys:
            key.hide()
            key.deleteLater()
        self._keys, self._shortcuts = [], []
        for each in actions:
            key = _Key(each, self._keys_place)
            key.clicked.connect(lambda _=False, name=each.key: self.chosen.emit(name))
            key.setVisible(True)
            self._keys.append(key)
            if each.shortcut and not each.why_not:
                shortcut = QShortcut(QKeySequence(each.shortcut), self)
                shortcut.activated.connect(lambda name=each.key: self.chosen.emit(name))
                self._shortcuts.append(shortcut)
        self._keys_place.arrange(self._keys)
        self._fit()

    def show_status(self, words: str, tone: Tone = Tone.GOOD) -> None:
        """The words at the right, with the state of the connection as a dot."""
        self._status.setText(words)
        self._dot.set_tone(tone.value)
        self.setAccessibleName(words)
        self._fit()

    def _fit(self) -> None:
        """The station's name goes under the keys when it does not fit beside them."""
        beside = self._keys_place.sizeHint().width() + self._dot.sizeHint().width()
        beside += self._status.sizeHint().width() + theme.px(40 * 2 + 10 * 3)
        is_narrow = self.width() < beside
        self._sides.setDirection(
            QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_keys"):
            for key in self._keys:
                key.updateGeometry()
