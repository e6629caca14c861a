"""How rows are painted: cards of two lines, and plain table cells. No widget per row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.views import theme
from app.views.theme import Tone
from app.views.widgets.quantity_bar import Bar, paint_bar
from app.views.widgets.row_table_model import Column, RowRole
from app.views.widgets.state_badge import Badge, badge_height, badge_width, paint_badge
from app.views.widgets.text import shortened, tone_of

Index = QModelIndex | QPersistentModelIndex
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Card:
    """A row of two lines: title and amount above; what it is, its bar or badge below."""

    title: str
    amount: str = ""
    sub: tuple[str, ...] = ()
    bar: Bar | None = None
    badge: Badge | None = None
    tone: Tone = Tone.NEUTRAL
    """The tone of the sub-line, for instance attention when it is late."""
    note: str = ""
    """Said quietly at the right of the sub-line, where nothing calls for a badge."""

    def words(self) -> str:
        """The card as it is read aloud."""
        parts = [self.title, self.amount, *self.sub, self.note]
        if self.badge:
            parts.append(self.badge.word)
        if self.bar:
            parts.append(self.bar.words())
        return ", ".join(each for each in parts if each)


def paint_ground(
    painter: QPainter, option: QStyleOptionViewItem, *, ring: bool = True, rule: bool = True
) -> None:
    """The background of a row: selected, under the pointer, focused; a hairline below."""
    t = theme.tokens()
    state = option.state
    box = option.rect
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(box, QColor(t.accent_soft))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(box, QColor(t.hover))
    if rule:
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(t.hairline))
    if ring and state & QStyle.StateFlag.State_HasFocus:
        painter.fillRect(QRect(box.left(), box.top(), theme.px(3), box.height()), QColor(t.accent))


def stands_at_station(option: QStyleOptionViewItem) -> bool:
    """True when the row is painted at a station, in its large type."""
    return option.widget is not None and theme.is_station(option.widget)


class CardDelegate(QStyledItemDelegate):
    """Paints each row as a `Card`."""

    def __init__(self, card: Callable[[Any], Card], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._card = card

    def card_of(self, index: Index) -> Card | None:
        """The card of a row, or None while it is being fetched."""
        row = index.data(RowRole)
        return None if row is None else self._card(row)

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        is_station = stands_at_station(option)
        strong = QFontMetrics(theme.font("strong", station=is_station)).height()
        small = QFontMetrics(theme.font("small", station=is_station)).height()
        return QSize(theme.px(120), strong + small + theme.px(22))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        paint_ground(painter, option)
        card = self.card_of(index)
        if card is not None:
            self._paint_card(painter, option, card)
        painter.restore()

    def _paint_card(self, painter: QPainter, option: QStyleOptionViewItem, card: Card) -> None:
        t = theme.tokens()
        is_station = stands_at_station(option)
        strong = theme.font("strong", station=is_station)
        small = theme.font("small", station=is_station)
        figures = theme.font("strong", station=is_station, figures=True)
        strong_metrics, small_metrics = QFontMetrics(strong), QFontMetrics(small)
        box = option.rect.adjusted(theme.px(16), theme.px(9), -theme.px(16), -theme.px(9))
        upper = QRect(box.left(), box.top(), box.width(), strong_metrics.height())
        painter.setFont(figures)
        painter.setPen(QColor(t.text))
        painter.drawText(upper, int(RIGHT), card.amount)
        room = upper.width() - QFontMetrics(figures).horizontalAdvance(card.amount) - theme.px(12)
        painter.setFont(strong)
        painter.drawText(upper, int(LEFT), shortened(card.title, strong_metrics, room))
        lower = QRect(
            box.left(),
            upper.bottom() + theme.px(4),
            box.width(),
            small_metrics.height(),
        )
        right = lower.right()
        if card.bar is not None:
            width = min(theme.px(110), lower.width() // 3)
            top = lower.center().y() - theme.px(3) + 0.5
            paint_bar(painter, QRectF(right - width + 1, top, width, theme.px(6)), card.bar)
            right -= width + theme.px(12)
        if card.badge is not None:
            wide = badge_width(card.badge, station=is_station)
            width = round(min(wide, lower.width() / 2))
            high = badge_height(station=is_station)
            top = lower.center().y() - high / 2 + 1
            place = QRectF(right - width + 1, top, width, high)
            paint_badge(painter, place, card.badge, station=is_station)
            right -= width + theme.px(12)
        painter.setFont(small)
        if card.note:
            painter.setPen(QColor(t.muted))
            painter.drawText(
                QRect(box.left(), lower.top(), right - box.left() + 1, lower.height()),
                int(RIGHT),
                card.note,
            )
            right -= small_metrics.horizontalAdvance(card.note) + theme.px(12)
        painter.setPen(t.ink(card.tone) if card.tone != Tone.NEUTRAL else QColor(t.muted))
        lower.setRight(right)
        words = "   ".join(each for each in card.sub if each)
        painter.drawText(lower, int(LEFT), shortened(words, small_metrics, lower.width()))


class CellDelegate(QStyledItemDelegate):
    """Paints plain table cells: text, number, code, badge or bar as the column says."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(theme.px(80), row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        is_first = index.column() == 0
        paint_ground(painter, option, ring=False)
        if is_first and option.state & QStyle.StateFlag.State_Selected:
            widget = option.widget
            if widget is not None and widget.hasFocus():
                box = option.rect
                painter.fillRect(
                    QRect(box.left(), box.top(), theme.px(3), box.height()),
                    theme.colour("accent"),
                )
        row = index.data(RowRole)
        columns = getattr(index.model(), "columns", ())
        if row is not None and index.column() < len(columns):
            is_last = index.column() == len(columns) - 1
            edges = (16 if is_first else 8, 16 if is_last else 8)
            self._paint_cell(painter, option.rect, edges, columns[index.column()], row)
        painter.restore()

    def _paint_cell(
        self, painter: QPainter, rect: QRect, edges: tuple[int, int], column: Column, row: Any
    ) -> None:
        left, right = edges
        box = rect.adjusted(theme.px(left), 0, -theme.px(right), -1)
        badge = column.badge(row) if column.badge else None
        if badge is not None:
            width, high = min(badge_width(badge), box.width()), badge_height()
            top = box.center().y() - high / 2 + 1
            paint_badge(painter, QRectF(box.left(), top, width, high), badge)
            return
        shown_bar = column.bar(row) if column.bar else None
        if shown_bar is not None:
            top = box.center().y() - theme.px(3) + 0.5
            paint_bar(painter, QRectF(box.left(), top, box.width(), theme.px(6)), shown_bar)
            return
        role = "code" if column.is_code else "strong" if column.is_strong else "body"
        made = theme.font(role, figures=column.is_number)
        painter.setFont(made)
        tone = tone_of(column.tone(row)) if column.tone else Tone.NEUTRAL
        t = theme.tokens()
        painter.setPen(QPen(QColor(t.text) if tone == Tone.NEUTRAL else t.ink(tone)))
        words = shortened(column.text(row), QFontMetrics(made), box.width())
        painter.drawText(box, int(RIGHT if column.is_number else LEFT), words)


def row_height() -> int:
    """The height of a plain table row: 28 pixels at 100 %, more when the text needs it."""
    return max(theme.px(28), QFontMetrics(theme.font("body")).height() + theme.px(8))


def leave_to_window(event: QKeyEvent) -> bool:
    """True for a letter or figure: no list of rows is searched by one, the window may say why not.

    Qt's own lists swallow them, also where they are the key of a button that cannot be pressed.
    """
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    is_theirs = event.text().isalnum() and held == Qt.KeyboardModifier.NoModifier
    if is_theirs:
        event.ignore()
    return is_theirs
