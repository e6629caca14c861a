"""A state as a small badge: an icon, a word and a colour, never the colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import theme
from app.views.theme import Tone

_USUAL_ICON = {
    Tone.NEUTRAL: "circle",
    Tone.ACCENT: "circle",
    Tone.INFO: "info",
    Tone.GOOD: "check-circle",
    Tone.ATTENTION: "warning",
    Tone.WRONG: "warning-circle",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with its tone; `icon` is a Phosphor name, else the tone's usual one."""

    word: str
    tone: Tone = Tone.NEUTRAL
    icon: str = ""

    @property
    def icon_name(self) -> str:
        """The icon that is drawn."""
        return self.icon or _USUAL_ICON[self.tone]


def badge_font(*, station: bool = False) -> QFont:
    """Small and a little heavier."""
    return theme.font("badge", station=station)


def badge_width(badge: Badge, *, station: bool = False) -> float:
    """How wide a badge is drawn, in pixels."""
    metrics = QFontMetricsF(badge_font(station=station))
    return metrics.horizontalAdvance(badge.word) + theme.px(8) * 2 + theme.px(13) + theme.px(4)


def badge_height(*, station: bool = False) -> int:
    """How high a badge is drawn, in pixels."""
    return round(QFontMetricsF(badge_font(station=station)).height()) + theme.px(4)


def paint_badge(painter: QPainter, box: QRectF, badge: Badge, *, station: bool = False) -> None:
    """Paint a badge into a box; too long a word is cut with …."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.tokens().soft(badge.tone))
    painter.drawRoundedRect(box, theme.px(5), theme.px(5))
    side = theme.px(13)
    ink = theme.tokens().ink(badge.tone)
    left = box.left() + theme.px(8)
    top = round(box.center().y() - side / 2)
    painter.drawPixmap(round(left), top, theme.pixmap(badge.icon_name, ink, side))
    made = badge_font(station=station)
    painter.setFont(made)
    painter.setPen(ink)
    words = QRectF(box)
    words.setLeft(left + side + theme.px(4))
    words.setRight(box.right() - theme.px(6))
    shown = QFontMetricsF(made).elidedText(
        badge.word, Qt.TextElideMode.ElideRight, words.width() + 1
    )
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
    painter.restore()


class StateBadge(QWidget):
    """A badge as a widget of its own."""

    def __init__(self, badge: Badge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = badge
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_badge(badge)

    @property
    def badge(self) -> Badge:
        """What is shown."""
        return self._badge

    def show_badge(self, badge: Badge) -> None:
        """Show another state."""
        self._badge = badge
        self.setAccessibleName(badge.word)
        self.setToolTip(badge.word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        station = theme.is_station(self)
        width = round(badge_width(self._badge, station=station)) + 1
        return QSize(min(width, theme.px(220)), badge_height(station=station))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_badge(painter, QRectF(self.rect()), self._badge, station=theme.is_station(self))
        painter.end()
