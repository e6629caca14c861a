"""Text that knows its step of the type scale and shortens itself instead of pushing others away."""

from __future__ import annotations

import re
from math import ceil

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from app.views import theme
from app.views.theme import Tone

DOT = "  ·  "


LONGEST_WORD = 24
"""A word with more characters than this may be broken where a text wraps."""
MAY_BREAK = "\u200b"
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")


def breakable(text: str) -> str:
    """The text with places at which words may be broken that no line would hold."""
    return _LONG_WORD.sub(rf"\g<0>{MAY_BREAK}", text)


class Text(QLabel):
    """A label with a role (small, body, strong, title, display) and a tone."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: str = "",
        parent: QWidget | None = None,
        *,
        wraps: bool = False,
    ) -> None:
        super().__init__(breakable(text) if wraps else text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._role = role
        self.setProperty("tone", tone)
        self.setWordWrap(wraps)
        theme.set_role(self, role)

    def setText(self, text: str) -> None:
        super().setText(breakable(text) if self.wordWrap() else text)

    def text(self) -> str:
        return super().text().replace(MAY_BREAK, "")

    def set_role(self, role: str) -> None:
        """Change the step of the type scale."""
        self._role = role
        theme.set_role(self, role)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.ParentChange):
            theme.set_role(self, self._role)
        return super().event(event)

    def set_tone(self, tone: str) -> None:
        """Change the colour the words are written in."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            repolish(self)


class ElidedText(Text):
    """So many lines, one unless told, ending in … when there is no room; the tool tip has all."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: str = "",
        parent: QWidget | None = None,
        *,
        most_lines: int = 1,
    ) -> None:
        super().__init__(text, role, tone, parent)
        self._most_lines = most_lines
        upright = QSizePolicy.Policy.Minimum if most_lines > 1 else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, upright)
        policy.setHeightForWidth(most_lines > 1)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(32), super().minimumSizeHint().height())

    def hasHeightForWidth(self) -> bool:
        return self._most_lines > 1

    def heightForWidth(self, width: int) -> int:
        many = len(self._lines(width))
        if many < 2:
            return self.fontMetrics().height()
        exact = QFontMetricsF(self.font())  # of several, each takes whole pixels up and down
        return many * (ceil(exact.ascent()) + ceil(exact.descent()))

    def _lines(self, width: int) -> list[str]:
        """The text in lines of a width, broken between words; the last one ends in … if it must."""
        text, metrics = self.text(), self.fontMetrics()
        lines: list[str] = []
        if self._most_lines > 1 and metrics.horizontalAdvance(text) > width:
            layout = QTextLayout(text, self.font())
            option = QTextOption()
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            layout.setTextOption(option)
            layout.beginLayout()
            end = 0
            while len(lines) < self._most_lines - 1 and (line := layout.createLine()).isValid():
                line.setLineWidth(max(1, width))
                end = line.textStart() + line.textLength()
                lines.append(text[line.textStart() : end].rstrip())
            layout.endLayout()
            text = text[end:]
        return [*lines, shortened(text, metrics, width)] if text else lines

    def paintEvent(self, _event: QPaintEvent) -> None:
        box, lines = self.contentsRect(), self._lines(self.contentsRect().width())
        is_whole = "".join("".join(lines).split()) == "".join(self.text().split())
        self.setToolTip("" if is_whole else self.text())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(box, int(self.alignment()), "\n".join(lines))
        painter.end()


def repolish(widget: QWidget) -> None:
    """Let the style sheet look at a widget's properties again; its font stays."""
    font = widget.font()
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    if widget.font() != font:  # a station's large type, say
        widget.setFont(font)
    widget.update()


def hairline(parent: QWidget | None = None) -> QFrame:
    """A one-pixel line across."""
    line = QFrame(parent)
    line.setObjectName("hairline")
    line.setFixedHeight(1)
    return line


def upright_hairline(parent: QWidget | None = None) -> QFrame:
    """A one-pixel line from top to bottom."""
    line = QFrame(parent)
    line.setObjectName("hairline")
    line.setFixedWidth(1)
    return line


def shortened(text: str, metrics: QFontMetrics, width: float) -> str:
    """The text, cut with … to fit."""
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, int(width)))


def tone_of(tone: Tone | str) -> Tone:
    """A tone by name; an unknown or empty name is neutral."""
    try:
        return Tone(tone)
    except ValueError:
        return Tone.NEUTRAL
