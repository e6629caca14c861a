"""When each record counts: one bar per record over time, today marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.messages import N_
from app.rules.periods import Standing
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.row_painting import LEFT
from app.views.widgets.state_badge import Badge
from app.views.widgets.text import shortened
from app.views.widgets.wording import words, write_full_day, write_month

STANDINGS = {
    Standing.DRAFT: Badge(words(N_("Draft")), Tone.ATTENTION, "pencil-simple"),
    Standing.COMING: Badge(words(N_("Coming")), Tone.INFO, "calendar-blank"),
    Standing.ACTIVE: Badge(words(N_("Active")), Tone.GOOD),
    Standing.ENDING: Badge(words(N_("Ends soon")), Tone.ATTENTION, "hourglass"),
    Standing.ENDED: Badge(words(N_("Ended")), Tone.NEUTRAL, "clock-counter-clockwise"),
    Standing.INACTIVE: Badge(words(N_("Out of use")), Tone.NEUTRAL, "x-circle"),
}
"""How a record stands, as a badge."""
STANDING_WORDS = {
    Standing.DRAFT: N_("draft"),
    Standing.COMING: N_("coming"),
    Standing.ACTIVE: N_("active"),
    Standing.ENDING: N_("ending"),
    Standing.ENDED: N_("ended"),
    Standing.INACTIVE: N_("inactive"),
}
"""How a record stands, inside a sentence."""
TODAY = words(N_("today"))
MOST_BARS = 60
_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


def open_day(value: date | None) -> str:
    """A day of a period."""
    return words(N_("open")) if value is None else write_full_day(value)


@dataclass(frozen=True, slots=True)
class PeriodBar:
    """A record's period, both ends counting, None open; `label` stands before its bar."""

    label: str
    start: date | None
    end: date | None
    standing: Standing

    def words(self) -> str:
        """The bar as it is read aloud."""
        sentence = N_("{label}, {standing}, from {start} to {end}")
        if not self.start:
            sentence = N_("{label}, {standing}, from always to {end}")
        if not self.end:
            sentence = N_("{label}, {standing}, from {start} without end")
        if not self.start and not self.end:
            sentence = N_("{label}, {standing}, from always without end")
        return words(
            sentence,
            label=self.label,
            standing=words(STANDING_WORDS[self.standing]),
            start=write_full_day(self.start) if self.start else "",
            end=write_full_day(self.end) if self.end else "",
        )


class PeriodBars(QWidget):
    """Paints bars under a scale of months or years; as high as its bars.

    What counts is filled, a draft is dashed, what is over is grey; an open end is an arrow.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars: tuple[PeriodBar, ...] = ()
        self._left_out = 0
        self._today = date(2000, 1, 1)
        self._first = self._last = self._today
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words(N_("When each record counts")))

    def show_bars(self, bars: Sequence[PeriodBar], today: date) -> None:
        """Show other records."""
        self.bars, self._today = tuple(bars[:MOST_BARS]), today
        self._left_out = max(0, len(bars) - MOST_BARS)
        days = [day for bar in self.bars for day in (bar.start, bar.end) if day is not None]
        first, last = min([*days, today]), max([*days, today])
        margin = timedelta(days=max(30, (last - first).days // 8))
        self._first = first - min(margin, first - date.min)
        self._last = last + min(margin, date.max - last)
        self.setAccessibleDescription("\n".join(each.words() for each in self.bars))
        self.updateGeometry()
        self.update()

    def _row_height(self) -> int:
        return QFontMetrics(theme.font("small")).height() + theme.px(8)

    def sizeHint(self) -> QSize:
        rows = len(self.bars) + 1 + bool(self._left_out)
        return QSize(theme.px(300), self._row_height() * rows)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(160), self.sizeHint().height())

    def _label_width(self) -> int:
        metrics = QFontMetrics(theme.font("small", figures=True))
        widest = max((metrics.horizontalAdvance(each.label) for each in self.bars), default=0)
        return min(widest + theme.px(16), max(theme.px(70), self.width() * 2 // 5))

    def _at(self, day: date, scale: QRectF) -> float:
        span = max(1, (self._last - self._first).days)
        return scale.left() + scale.width() * (day - self._first).days / span

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = self._row_height()
        left = self._label_width()
        scale = QRectF(left, 0, max(1, self.width() - left), self.height())
        self._paint_scale(painter, scale, high)
        small = theme.font("small", figures=True)
        metrics = QFontMetrics(small)
        for number, bar in enumerate(self.bars):
            top = (number + 1) * high
            if top > event.rect().bottom() or top + high < event.rect().top():
                continue
            painter.setFont(small)
            is_over = bar.standing in (Standing.ENDED, Standing.INACTIVE)
            painter.setPen(theme.colour("muted" if is_over else "text"))
            box = QRect(0, top, left - theme.px(8), high)
            painter.drawText(box, int(LEFT), shortened(bar.label, metrics, box.width()))
            self._paint_bar(painter, scale, top, high, bar)
        if self._left_out:
            painter.setFont(small)
            painter.setPen(theme.colour("muted"))
            box = QRect(0, (len(self.bars) + 1) * high, self.width(), high)
            painter.drawText(
                box, int(LEFT), words(N_("… and {left_out} more"), left_out=self._left_out)
            )
        self._paint_today(painter, scale, high)
        painter.end()

    def _paint_scale(self, painter: QPainter, scale: QRectF, high: int) -> None:
        painter.setFont(theme.font("small"))
        today = self._at(self._today, scale)
        metrics = QFontMetrics(painter.font())
        keep_out = metrics.horizontalAdvance(TODAY) / 2 + theme.px(6)
        for day, tick in ticks(self._first, self._last):
            at = self._at(day, scale)
            painter.setPen(QPen(theme.colour("hairline"), 1))
            bottom = (len(self.bars) + 1) * high
            painter.drawLine(QPointF(at, high - theme.px(3)), QPointF(at, bottom))
            half = metrics.horizontalAdvance(tick) / 2
            is_free = abs(at - today) > keep_out + half
            if is_free and at - half >= scale.left() - theme.px(8) and at + half <= scale.right():
                painter.setPen(theme.colour("muted"))
                painter.drawText(QRectF(at - half - 2, 0, 2 * half + 4, high), int(_CENTRE), tick)

    def _paint_bar(
        self, painter: QPainter, scale: QRectF, top: int, high: int, bar: PeriodBar
    ) -> None:
        start = scale.left() if bar.start is None else self._at(bar.start, scale)
        end = scale.right() if bar.end is None else self._at(bar.end + timedelta(days=1), scale)
        end = min(max(end, start + theme.px(4)), scale.right())
        thick = theme.px(9)
        middle = top + high / 2
        box = QRectF(start, middle - thick / 2, end - start, thick)
        fill, line, style = _DRESS[bar.standing]
        painter.setBrush(theme.colour(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.colour(line)), max(1, theme.px(1)), style))
        round_by = theme.px(4)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), round_by, round_by)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("panel" if fill in ("accent", "line") else line))
        for is_open, tip, back in (
            (bar.start is None, box.left() + theme.px(3), box.left() + theme.px(8)),
            (bar.end is None, box.right() - theme.px(3), box.right() - theme.px(8)),
        ):
            if is_open:
                half = theme.px(3)
                painter.drawPolygon(
                    QPolygonF(
                        [
                            QPointF(tip, middle),
                            QPointF(back, middle - half),
                            QPointF(back, middle + half),
                        ]
                    )
                )

    def _paint_today(self, painter: QPainter, scale: QRectF, high: int) -> None:
        at = self._at(self._today, scale)
        painter.setPen(QPen(theme.colour("wrong"), max(1, theme.px(1))))
        bottom = (len(self.bars) + 1) * high
        painter.drawLine(QPointF(at, high - theme.px(2)), QPointF(at, bottom))
        painter.setFont(theme.font("badge"))
        wide = QFontMetrics(painter.font()).horizontalAdvance(TODAY) + 4
        left = min(max(at - wide / 2, scale.left()), scale.right() - wide)
        painter.drawText(QRectF(left, 0, wide, high), int(_CENTRE), TODAY)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            number = event.pos().y() // self._row_height() - 1  # type: ignore[attr-defined]
            is_bar = 0 <= number < len(self.bars)
            self.setToolTip(self.bars[number].words() if is_bar else "")
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()


_SOLID, _DASHED = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine
_DRESS = {
    Standing.ACTIVE: ("accent", "accent", _SOLID),
    Standing.ENDING: ("accent", "accent", _SOLID),
    Standing.COMING: ("accent_soft", "accent", _SOLID),
    Standing.DRAFT: ("", "accent", _DASHED),
    Standing.ENDED: ("line", "line", _SOLID),
    Standing.INACTIVE: ("", "line", _SOLID),
}
"""How a record's bar is filled and outlined."""


def ticks(first: date, last: date) -> list[tuple[date, str]]:
    """The days a scale names: months, quarters or years, ten of them at most."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((each for each in (1, 3, 12, 60) if months <= each * 10), 120)
    found = []
    month = first.year * 12 + first.month - 1
    month -= month % step
    while month <= last.year * 12 + last.month - 1:
        year = month // 12
        if 1 <= year <= 9999:
            day = date(year, month % 12 + 1, 1)
            is_year = step >= 12 or month % 12 == 0
            if first <= day <= last:
                found.append((day, str(year) if is_year else write_month(day)))
        month += step
    return found
