"""What a search found, under section names, painted; used by the finder and by lookup fields."""

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
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
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
EntryRole = Qt.ItemDataRole.UserRole
EXACT = words(N_("Exact match"))
ROW_HEIGHT, SECTION_HEIGHT = 34, 26
"""Pixels at 100 %."""


@dataclass(frozen=True, slots=True)
class FinderRow:
    """One thing found. `target` is handed back when it is chosen."""

    section: str
    title: str
    sub: str = ""
    code: str = ""
    icon: str = "circle"
    target: Any = None
    is_exact: bool = False


def in_sections(rows: Sequence[FinderRow]) -> list[str | FinderRow]:
    """Rows under their section names: exact ones first, then in the order they came."""
    entries: list[str | FinderRow] = []
    exact = [each for each in rows if each.is_exact]
    if exact:
        entries.extend((EXACT, *exact))
    sections = dict.fromkeys(each.section for each in rows if not each.is_exact)
    for section in sections:
        entries.append(section)
        entries.extend(each for each in rows if each.section == section and not each.is_exact)
    return entries


class _Found(QAbstractListModel):
    """Section names and what was found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[str | FinderRow] = []

    def show(self, rows: Sequence[FinderRow]) -> None:
        self.beginResetModel()
        self.entries = in_sections(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self.entries[index.row()], FinderRow):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == EntryRole:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(entry, str):
                return entry
            return ", ".join(each for each in (entry.title, entry.code, entry.sub) if each)
        return None


class _FoundDelegate(QStyledItemDelegate):
    """Paints what was found."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        is_row = isinstance(index.data(EntryRole), FinderRow)
        return QSize(theme.px(100), theme.px(ROW_HEIGHT if is_row else SECTION_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(EntryRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, str):
            painter.setFont(theme.font("badge"))
            painter.setPen(theme.colour("muted"))
            box = option.rect.adjusted(theme.px(12), theme.px(4), -theme.px(12), 0)
            painter.drawText(box, int(LEFT), entry)
        else:
            self._paint_row(painter, option, entry)
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: FinderRow) -> None:
        box = option.rect.adjusted(theme.px(4), 0, -theme.px(4), 0)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if is_chosen else "hover"))
            painter.drawRoundedRect(QRectF(box), theme.px(5), theme.px(5))
        side = theme.px(16)
        top = box.center().y() - side // 2
        ink = "accent" if is_chosen else "muted"
        painter.drawPixmap(box.left() + theme.px(8), top, theme.pixmap(row.icon, ink, side))
        words = box.adjusted(theme.px(34), 0, -theme.px(10), 0)
        strong, small = theme.font("strong"), theme.font("small")
        metrics, small_metrics = QFontMetrics(strong), QFontMetrics(small)
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        code = shortened(row.code, small_metrics, words.width() * 0.4)
        painter.drawText(words, int(RIGHT), code)
        room = words.width() - small_metrics.horizontalAdvance(code) - theme.px(16)
        title = shortened(row.title, metrics, room * (0.7 if row.sub else 1.0))
        painter.setFont(strong)
        painter.setPen(theme.colour("text"))
        painter.drawText(words, int(LEFT), title)
        used = metrics.horizontalAdvance(title) + theme.px(10)
        rest = words.adjusted(used, 0, 0, 0)
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        painter.drawText(rest, int(LEFT), shortened(row.sub, small_metrics, room - used))


class FoundList(QListView):
    """Shows what was found. The focus stays in the field the words are typed into.

    Signals:
        chosen: a row was clicked; arg: FinderRow.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = _Found(self)
        self.was_moved = False
        self.setModel(self._found)
        self.setItemDelegate(_FoundDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(words(N_("Found")))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._clicked)

    def show_rows(self, rows: Sequence[FinderRow]) -> None:
        """Show these, the first one marked."""
        self._found.show(rows)
        self._go(0, 1)
        self.was_moved = False

    def found(self) -> list[FinderRow]:
        """What is shown, in order."""
        return [each for each in self._found.entries if isinstance(each, FinderRow)]

    def current(self) -> FinderRow | None:
        """The marked row."""
        entry = self.currentIndex().data(EntryRole) if self.currentIndex().isValid() else None
        return entry if isinstance(entry, FinderRow) else None

    def step(self, step: int) -> None:
        """Mark the next row (+1) or the one before (-1)."""
        self.was_moved = True
        self._go(self.currentIndex().row() + step, step)

    def height_wanted(self) -> int:
        """The height at which everything is seen, in pixels."""
        return sum(
            theme.px(ROW_HEIGHT if isinstance(each, FinderRow) else SECTION_HEIGHT)
            for each in self._found.entries
        )

    def _go(self, start: int, step: int) -> None:
        number = start
        while 0 <= number < len(self._found.entries):
            if isinstance(self._found.entries[number], FinderRow):
                self.setCurrentIndex(self._found.index(number))
                return
            number += step

    def _clicked(self, index: QModelIndex) -> None:
        entry = index.data(EntryRole)
        if isinstance(entry, FinderRow):
            self.chosen.emit(entry)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.scheduleDelayedItemsLayout()
