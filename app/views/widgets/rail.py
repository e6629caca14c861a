"""The slim rail of desks at the left edge of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
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
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
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


@dataclass(frozen=True, slots=True)
class Desk:
    """One place to work. Its widget is made by `factory` when it is first opened.

    `shortcut` is a key sequence that opens it from anywhere in the window.
    """

    key: str
    group: str
    title: str
    icon: str
    factory: Callable[[], QWidget]
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class _Heading:
    """The name of a group of desks."""

    title: str


class RailModel(QAbstractListModel):
    """Group names and desks, one under the other."""

    def __init__(self, desks: Sequence[Desk], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Desk | _Heading] = []
        self.counts: dict[str, str] = {}
        for group, members in groupby(desks, key=lambda each: each.group):
            if group:
                self.entries.append(_Heading(group))
            self.entries.extend(members)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self.entries[index.row()], Desk):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == EntryRole:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole and isinstance(entry, Desk):
            count = self.counts.get(entry.key, "")
            return f"{entry.title}, {count}" if count else entry.title
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(entry, Desk):
            return f"{entry.title}  {entry.shortcut}".strip()
        return None

    def row_of(self, key: str) -> int | None:
        """Where a desk is."""
        for number, entry in enumerate(self.entries):
            if isinstance(entry, Desk) and entry.key == key:
                return number
        return None

    def show_counts(self, counts: Mapping[str, str]) -> None:
        """Put counts beside desks, by key; an empty one takes it away."""
        self.counts.update(counts)
        self.dataChanged.emit(self.index(0), self.index(len(self.entries) - 1))


class _RailDelegate(QStyledItemDelegate):
    """Paints headings and desks; icons only when the rail is slim."""

    is_slim = False

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        if isinstance(index.data(EntryRole), Desk):
            return QSize(theme.px(40), theme.px(27))
        return QSize(theme.px(40), theme.px(12 if self.is_slim else 25))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(EntryRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, Desk):
            count = getattr(index.model(), "counts", {}).get(entry.key, "")
            self._paint_desk(painter, option, entry, count)
        elif not self.is_slim:
            made = theme.font("badge")
            made.setPixelSize(max(1, made.pixelSize() - theme.px(1)))
            painter.setFont(made)
            painter.setPen(theme.colour("muted"))
            box = option.rect.adjusted(theme.px(17), theme.px(6), -theme.px(8), 0)
            painter.drawText(box, int(LEFT), entry.title)
        painter.restore()

    def _paint_desk(
        self, painter: QPainter, option: QStyleOptionViewItem, desk: Desk, count: str
    ) -> None:
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        inset = theme.px(10)
        box = option.rect.adjusted(inset, theme.px(1), -inset, -theme.px(1))
        has_focus = option.widget is not None and option.widget.hasFocus()
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.colour("accent_soft" if is_chosen else "hover"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(box), theme.px(5), theme.px(5))
        if is_chosen and has_focus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
            painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), theme.px(5), theme.px(5))
        side = theme.px(15)
        left = box.center().x() - side // 2 if self.is_slim else box.left() + theme.px(8)
        top = box.center().y() - side // 2
        ink = "accent" if is_chosen else "muted"
        painter.drawPixmap(left, top, theme.pixmap(desk.icon, ink, side))
        if self.is_slim:
            return
        made = theme.font("strong" if is_chosen else "body")
        small = theme.font("small")
        words = box.adjusted(theme.px(33), 0, -theme.px(8), 0)
        painter.setFont(small)
        painter.setPen(theme.colour(ink))
        painter.drawText(words, int(RIGHT), count)
        room = words.width() - QFontMetrics(small).horizontalAdvance(count) - theme.px(8)
        painter.setFont(made)
        painter.setPen(theme.colour("accent" if is_chosen else "text"))
        painter.drawText(words, int(LEFT), shortened(desk.title, QFontMetrics(made), room))


class Rail(QListView):
    """The desks a person may see, with counts.

    Signals:
        desk_chosen: by mouse, or by moving and pressing Enter or Space; arg: the desk's key.
    """

    desk_chosen = Signal(str)

    def __init__(self, desks: Sequence[Desk], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries = RailModel(desks, self)
        self._delegate = _RailDelegate(self)
        self.setModel(self.entries)
        self.setItemDelegate(self._delegate)
        self.setProperty("surface", "ground")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(words(N_("Desks")))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._choose)

    def set_slim(self, is_slim: bool) -> None:
        """Icons only, or icons with words."""
        if self._delegate.is_slim != is_slim:
            self._delegate.is_slim = is_slim
            self.scheduleDelayedItemsLayout()

    def mark(self, key: str) -> None:
        """Show a desk as the open one."""
        row = self.entries.row_of(key)
        if row is not None:
            self.setCurrentIndex(self.entries.index(row))

    def _choose(self, index: QModelIndex) -> None:
        entry = index.data(EntryRole)
        if isinstance(entry, Desk):
            self.desk_chosen.emit(entry.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "entries"):
            self.scheduleDelayedItemsLayout()
