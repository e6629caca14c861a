"""One bar that shows at a glance how far a quantity has come: packed, staged, allocated, short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.messages import N_
from app.views import theme
from app.views.widgets.wording import words


class Part(StrEnum):
    """What has become of a part of the quantity, furthest along first."""

    PACKED = "packed"
    LOADED = "loaded"
    STAGED = "staged"
    ALLOCATED = "allocated"
    SHORT = "short"


PART_WORDS = {
    Part.PACKED: N_("packed {quantity}"),
    Part.LOADED: N_("loaded {quantity}"),
    Part.STAGED: N_("staged {quantity}"),
    Part.ALLOCATED: N_("allocated {quantity}"),
    Part.SHORT: N_("short {quantity}"),
}
"""What has become of how much, in words."""

_INK = {
    Part.PACKED: "good",
    Part.LOADED: "loaded",
    Part.STAGED: "accent",
    Part.ALLOCATED: "attention",
    Part.SHORT: "wrong",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the quantity, in the same unit as the whole."""

    part: Part
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """A whole quantity and its parts; what is left over is drawn as empty track."""

    whole: Decimal
    segments: tuple[Segment, ...] = ()

    def words(self) -> str:
        """The bar in words, as written under it and read to people who cannot see it."""
        return " · ".join(
            words(PART_WORDS[each.part], quantity=each.quantity)
            for each in self.segments
            if each.quantity
        )


def bar(whole: Decimal, **parts: Decimal) -> Bar:
    """A bar from named parts: `bar(Decimal(6), staged=Decimal(4), allocated=Decimal(2))`."""
    order = [each.value for each in Part]
    return Bar(
        whole,
        tuple(
            Segment(Part(name), quantity)
            for name, quantity in sorted(parts.items(), key=lambda each: order.index(each[0]))
            if quantity > 0
        ),
    )


def ink_of(part: Part) -> QColor:
    """The colour a part is drawn in."""
    return theme.colour(_INK[part])


def paint_bar(painter: QPainter, box: QRectF, shown: Bar) -> None:
    """Paint a bar into a box. A part that is there is always seen, however small."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    clip = QPainterPath()
    radius = box.height() / 2 if box.height() <= 6 else theme.px(3)
    clip.addRoundedRect(box, radius, radius)
    painter.setClipPath(clip)
    painter.fillRect(box, theme.colour("track"))
    parts: Sequence[Segment] = [each for each in shown.segments if each.quantity > 0]
    total = max(float(shown.whole), float(sum(each.quantity for each in parts)))
    left = box.left()
    gap = max(1.0, theme.px(1) * 1.5)
    least = theme.px(3)
    for each in parts:
        width = max(box.width() * float(each.quantity) / total, float(least))
        width = min(width, box.right() - left)
        is_last = each is parts[-1]
        shown_width = width if is_last else max(1.0, width - gap)
        painter.fillRect(
            QRectF(left, box.top(), shown_width, box.height()),
            ink_of(each.part),
        )
        if not is_last:
            painter.fillRect(
                QRectF(left + shown_width, box.top(), gap, box.height()), theme.colour("panel")
            )
        left += width
    painter.restore()


class QuantityBar(QWidget):
    """A bar as a widget of its own."""

    def __init__(self, shown: Bar | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = shown or Bar(Decimal(0))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_bar(self._bar)

    def show_bar(self, shown: Bar) -> None:
        """Draw another quantity."""
        self._bar = shown
        self.setAccessibleName(shown.words() or words(N_("nothing yet")))
        self.setToolTip(shown.words())
        self.update()

    def _thickness(self) -> int:
        return theme.px(12 if theme.is_station(self) else 8)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), self._thickness())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(40), self._thickness())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_bar(painter, QRectF(self.rect()), self._bar)
        painter.end()
