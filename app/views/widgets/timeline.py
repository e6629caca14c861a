"""What happened to a document: when, by whom and where, what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.messages import N_
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.row_painting import LEFT
from app.views.widgets.text import shortened
from app.views.widgets.wording import words

MOST_PARTS = 40
"""So many single deeds fit on a screen."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, newest first in a timeline; `parts` are told when it is pointed at.

    They are the single deeds of a row that stands for several.
    """

    when: str
    who: str
    what: str
    tone: Tone = Tone.NEUTRAL
    parts: tuple[str, ...] = ()


class Timeline(QWidget):
    """Paints entries in three columns; as high as its entries."""

    def __init__(self, entries: Sequence[TimelineEntry] = (), parent: QWidget | None = None):
        super().__init__(parent)
        self._entries: tuple[TimelineEntry, ...] = tuple(entries)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_entries(entries)

    def show_entries(self, entries: Sequence[TimelineEntry]) -> None:
        """Show another history."""
        self._entries = tuple(entries)
        self.setAccessibleName(words(N_("Timeline")))
        self.setAccessibleDescription(
            "\n".join(f"{each.when} {each.who}: {each.what}" for each in self._entries[:50])
        )
        self.updateGeometry()
        self.update()

    def _row_height(self) -> int:
        return QFontMetrics(self._fonts()[0]).height() + theme.px(7)

    def _fonts(self) -> tuple[QFont, QFont]:
        small = theme.font("small", station=theme.is_station(self))
        return small, theme.weighted(QFont(small), QFont.Weight.Medium)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(300), self._row_height() * len(self._entries))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        plain_font, who_font = self._fonts()
        metrics, who_metrics = QFontMetrics(plain_font), QFontMetrics(who_font)
        high = self._row_height()
        when_width = max(
            (metrics.horizontalAdvance(each.when) for each in self._entries), default=0
        ) + theme.px(20)
        who_width = min(
            max((who_metrics.horizontalAdvance(each.who) for each in self._entries), default=0)
            + theme.px(28),
            max(theme.px(80), (self.width() - when_width) * 2 // 5),
        )
        first = max(0, event.rect().top() // high)
        for number in range(first, min(len(self._entries), event.rect().bottom() // high + 1)):
            entry, top = self._entries[number], number * high
            self._cell(painter, plain_font, "muted", QRect(0, top, when_width, high), entry.when)
            place = QRect(when_width, top, who_width - theme.px(8), high)
            self._cell(painter, who_font, "text", place, entry.who)
            left = when_width + who_width
            place = QRect(left, top, self.width() - left, high)
            tone = "muted" if entry.tone == Tone.NEUTRAL else entry.tone.value
            self._cell(painter, plain_font, tone, place, entry.what)
        painter.end()

    @staticmethod
    def _cell(painter: QPainter, made: QFont, ink: str, box: QRect, words: str) -> None:
        painter.setFont(made)
        painter.setPen(QColor(theme.colour("accent" if ink == "info" else ink)))
        painter.drawText(box, int(LEFT), shortened(words, QFontMetrics(made), box.width()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._entries:
            number = event.pos().y() // self._row_height()  # type: ignore[attr-defined]
            if 0 <= number < len(self._entries):
                entry = self._entries[number]
                told = "\n".join(entry.parts[:MOST_PARTS]) or entry.what
                if len(entry.parts) > MOST_PARTS:
                    told += "\n…"
                self.setToolTip(f"{entry.when}  {entry.who}\n{told}")
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
