"""What a station has to count: large cards with "6 / 12", the current one framed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.core.messages import N_
from app.views import theme
from app.views.widgets.row_painting import LEFT, RIGHT
from app.views.widgets.text import shortened
from app.views.widgets.wording import words

Index = QModelIndex | QPersistentModelIndex
RowRole = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class CountRow:
    """One thing to count; quantities written as they are to be read."""

    id: Any
    title: str
    sub: tuple[str, ...] = ()
    done: str = "0"
    wanted: str = ""
    is_complete: bool = False


class _Counts(QAbstractListModel):
    """The rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[CountRow, ...] = ()
        self.current: Any = None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == RowRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return words(
                N_("{title}, {done} of {wanted}"), title=row.title, done=row.done, wanted=row.wanted
            )
        return None


class _CountDelegate(QStyledItemDelegate):
    """Paints a card."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        title = QFontMetrics(theme.font("strong", station=True)).height()
        sub = QFontMetrics(theme.font("small", station=True)).height()
        return QSize(theme.px(300), title + sub + theme.px(40))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: CountRow = index.data(RowRole)
        model = index.model()
        is_current = isinstance(model, _Counts) and row.id == model.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect.adjusted(2, 2, -2, -theme.px(8))
        painter.setBrush(theme.colour("panel"))
        frame = QPen(theme.colour("accent" if is_current else "hairline"))
        frame.setWidth(theme.px(2) if is_current else 1)
        painter.setPen(frame)
        painter.drawRoundedRect(QRectF(box), theme.px(7), theme.px(7))
        inner = box.adjusted(theme.px(22), theme.px(13), -theme.px(22), -theme.px(13))
        count_font = theme.font("title", station=True, times=1.15, figures=True)
        count = f"{row.done} / {row.wanted}" if row.wanted else row.done
        ink = "good" if row.is_complete else "accent" if is_current else "text"
        painter.setFont(count_font)
        painter.setPen(theme.colour(ink))
        painter.drawText(inner, int(RIGHT), count)
        room = inner.width() - QFontMetrics(count_font).horizontalAdvance(count) - theme.px(16)
        title_font = theme.font("strong", station=True)
        sub_font = theme.font("small", station=True, times=0.85)
        painter.setFont(title_font)
        painter.setPen(theme.colour("muted" if row.is_complete else "text"))
        metrics = QFontMetrics(title_font)
        upper = QRect(inner.left(), inner.top(), room, metrics.height())
        painter.drawText(upper, int(LEFT), shortened(row.title, metrics, room))
        painter.setFont(sub_font)
        painter.setPen(theme.colour("muted"))
        lower = QRect(inner.left(), upper.bottom(), room, inner.bottom() - upper.bottom())
        words = "   ".join(each for each in row.sub if each)
        painter.drawText(lower, int(LEFT), shortened(words, QFontMetrics(sub_font), room))
        painter.restore()


class CountingList(QListView):
    """Shows what is to be counted and how far it is. Takes no focus: the scanner works."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = _Counts(self)
        self.setModel(self._counts)
        self.setItemDelegate(_CountDelegate(self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("surface", "ground")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setAccessibleName(words(N_("To count")))

    def show_rows(self, rows: Sequence[CountRow], current: Any = None) -> None:
        """Show these; `current` is the id of the one just scanned, which scrolls into view."""
        counts, before, was_current = self._counts, self._counts.rows, self._counts.current
        is_same = [each.id for each in rows] == [each.id for each in before]
        if not is_same:
            counts.beginResetModel()
        counts.rows, counts.current = tuple(rows), current
        if not is_same:
            counts.endResetModel()
        for number, row in enumerate(rows):
            # Only what is another is painted again: the answer to a scan must not wait for it.
            is_marked_anew = current != was_current and row.id in (current, was_current)
            if is_same and (is_marked_anew or row != before[number]):
                counts.dataChanged.emit(counts.index(number), counts.index(number))
            if row.id == current and not (is_same and current == was_current):
                self.scrollTo(counts.index(number))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.scheduleDelayedItemsLayout()
