"""The lines of a document: two lines of text each, one bar, price and amount at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.core.messages import N_
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.quantity_bar import Bar, Part, paint_bar
from app.views.widgets.row_painting import LEFT, RIGHT, leave_to_window, stands_at_station
from app.views.widgets.row_table_model import RowRole
from app.views.widgets.state_badge import Badge, badge_height, badge_width, paint_badge
from app.views.widgets.text import shortened
from app.views.widgets.wording import words

Index = QModelIndex | QPersistentModelIndex
LEAST_NAME = 160
"""Pixels at 100 % a name keeps before the columns between bar and price are put under it."""
ITEM, QUANTITY, BAR, EXTRA = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line, every value already written as it is to be read."""

    id: Any
    title: str
    sub: tuple[str, ...] = ()
    quantity: str = ""
    bar: Bar | None = None
    bar_words: str = ""
    """Under the bar; empty writes the bar's own words."""
    bar_tone: Tone = Tone.NEUTRAL
    extra: tuple[str, ...] = ()
    price: str = ""
    amount: str = ""
    badge: Badge | None = None
    source: object = None

    @property
    def words_under_bar(self) -> str:
        """What is written under the bar."""
        return self.bar_words or (self.bar.words() if self.bar else "")

    @property
    def is_short(self) -> bool:
        """True when a part of the bar is short; its words are then written as wrong."""
        return self.bar is not None and any(
            each.part == Part.SHORT and each.quantity for each in self.bar.segments
        )


@dataclass(frozen=True, slots=True)
class LineHeads:
    """The column heads; `extra` are columns between bar and price."""

    item: str = words(N_("Item"))
    quantity: str = words(N_("Ordered"))
    bar: str = ""
    extra: tuple[str, ...] = ()
    price: str = words(N_("Price"))
    amount: str = words(N_("Amount"))

    def all(self) -> tuple[str, ...]:
        """Every head in order."""
        return (self.item, self.quantity, self.bar, *self.extra, self.price, self.amount)


class LinesModel(QAbstractTableModel):
    """The lines of one document."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[LineRow, ...] = ()
        self.heads = LineHeads()

    def show(self, rows: Sequence[LineRow], heads: LineHeads) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.rows, self.heads = tuple(rows), heads
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads.all())

    def cell(self, row: LineRow, column: int) -> str:
        """The words of one cell."""
        extras = len(self.heads.extra)
        if column == ITEM:
            return row.title
        if column == QUANTITY:
            return row.quantity
        if column == BAR:
            return row.words_under_bar
        if column < EXTRA + extras:
            number = column - EXTRA
            return row.extra[number] if number < len(row.extra) else ""
        return row.price if column == EXTRA + extras else row.amount

    def is_used(self, column: int) -> bool:
        """True when any line has something in a column."""
        if column == BAR:
            return any(each.bar is not None or each.bar_words for each in self.rows)
        return column == ITEM or any(self.cell(each, column) for each in self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(row, index.column())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = self.cell(row, index.column())
            return ", ".join((words, *row.sub)) if index.column() == ITEM else words
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heads.all()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_left = section in (ITEM, BAR)
            side = Qt.AlignmentFlag.AlignLeft if is_left else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


def line_height(*, station: bool = False) -> int:
    """The height of one line, in pixels at the present scale."""
    body = QFontMetrics(theme.font("strong", station=station)).height()
    small = QFontMetrics(theme.font("small", station=station)).height()
    return body + small + theme.px(21)


def last_shown(option: QStyleOptionViewItem, index: Index) -> int:
    """The column that ends at the right edge."""
    table, columns = option.widget, range(index.model().columnCount())
    if not isinstance(table, LinesTable):
        return columns[-1]
    return max(each for each in columns if not table.isColumnHidden(each))


def put_away(option: QStyleOptionViewItem, row: LineRow) -> tuple[str, ...]:
    """What stands under the name because its column has no room."""
    table = option.widget
    return row.extra if isinstance(table, LinesTable) and table.has_extra_under_names else ()


class LineDelegate(QStyledItemDelegate):
    """Paints the cells of one line."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(theme.px(60), line_height(station=stands_at_station(option)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: LineRow = index.data(RowRole)
        station = stands_at_station(option)
        painter.save()
        self._paint_ground(painter, option, index.row())
        column = index.column()
        inset = option.widget.inset if isinstance(option.widget, LinesTable) else 0
        pad_left = theme.px(inset if column == ITEM else 8)
        is_last = column == last_shown(option, index)
        box = option.rect.adjusted(
            pad_left, theme.px(8), -theme.px(inset if is_last else 8), -theme.px(9)
        )
        if column == ITEM:
            self._paint_item(painter, box, row, (*row.sub, *put_away(option, row)), station)
        elif column == BAR:
            self._paint_bar(painter, box, row, station)
        else:
            words = index.data(Qt.ItemDataRole.DisplayRole)
            role = "strong" if is_last or column == QUANTITY else "body"
            made = theme.font(role, figures=True, station=station)
            painter.setFont(made)
            painter.setPen(theme.colour("text"))
            painter.drawText(box, int(RIGHT), shortened(words, QFontMetrics(made), box.width()))
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, row: int) -> None:
        box, table = option.rect, option.widget
        has_focus = table is not None and table.hasFocus()
        if option.state & QStyle.StateFlag.State_Selected and has_focus:
            painter.fillRect(box, theme.colour("accent_soft"))
        elif isinstance(table, LinesTable) and table.row_under_mouse == row:
            painter.fillRect(box, theme.colour("hover"))
        hairline = QRect(box.left(), box.bottom(), box.width(), 1)
        painter.fillRect(hairline, theme.colour("hairline"))

    def _paint_item(
        self, painter: QPainter, box: QRect, row: LineRow, sub: tuple[str, ...], station: bool
    ) -> None:
        strong, small = theme.font("strong", station=station), theme.font("small", station=station)
        metrics, small_metrics = QFontMetrics(strong), QFontMetrics(small)
        width = box.width()
        if row.badge is not None:
            wide = min(badge_width(row.badge, station=station), width / 2)
            high = badge_height(station=station)
            place = QRectF(box.right() - wide, box.center().y() - high / 2, wide, high)
            paint_badge(painter, place, row.badge, station=station)
            width -= round(wide) + theme.px(8)
        painter.setFont(strong)
        painter.setPen(theme.colour("text"))
        upper = QRect(box.left(), box.top(), width, metrics.height())
        painter.drawText(upper, int(LEFT), shortened(row.title, metrics, width))
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        lower = QRect(box.left(), upper.bottom() + theme.px(3), width, small_metrics.height())
        words = "   ".join(each for each in sub if each)
        painter.drawText(lower, int(LEFT), shortened(words, small_metrics, width))

    def _paint_bar(self, painter: QPainter, box: QRect, row: LineRow, station: bool) -> None:
        small: QFont = theme.font("small", station=station)
        metrics = QFontMetrics(small)
        if row.bar is not None:
            place = QRectF(box.left(), box.top() + theme.px(4), box.width(), theme.px(8))
            paint_bar(painter, place, row.bar)
        tone = Tone.WRONG if row.is_short else row.bar_tone
        painter.setFont(small)
        ink = theme.colour("muted") if tone == Tone.NEUTRAL else theme.tokens().ink(tone)
        painter.setPen(QColor(ink))
        lower = QRect(
            box.left(), box.bottom() - metrics.height() + theme.px(1), box.width(), metrics.height()
        )
        painter.drawText(lower, int(LEFT), shortened(row.words_under_bar, metrics, box.width()))


class LinesTable(QTableView):
    """The lines of a document, painted; as high as its lines, so that the page alone scrolls.

    Signals:
        line_chosen: the current line changed; arg: LineRow.
        line_opened: Enter or double click on a line; arg: LineRow.
    """

    line_chosen = Signal(object)
    line_opened = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, inset: int = 0) -> None:
        """`inset` is how far its text stands from its edges, in pixels at 100 %."""
        super().__init__(parent)
        self.inset = inset
        self.setProperty("inset", inset > 0)
        self.row_under_mouse = -1
        self.has_extra_under_names = False
        self._highest: int | None = None
        self.lines = LinesModel(self)
        self.setModel(self.lines)
        self.setItemDelegate(LineDelegate(self))
        self.setObjectName("lines")
        self.setAccessibleName(words(N_("Lines")))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        self.entered.connect(lambda index: self._mouse_at(index.row()))
        self.doubleClicked.connect(lambda index: self.line_opened.emit(index.data(RowRole)))
        self.selectionModel().currentRowChanged.connect(self._current_changed)

    def show_lines(self, rows: Sequence[LineRow], heads: LineHeads | None = None) -> None:
        """Show these lines; the line that was chosen stays chosen when it is still there."""
        chosen = self.current_line()
        self.lines.show(rows, heads or LineHeads())
        self._lay_out()
        if chosen is not None:
            for number, row in enumerate(self.lines.rows):
                if row.id == chosen.id:
                    self.selectionModel().blockSignals(True)
                    self.selectRow(number)
                    self.selectionModel().blockSignals(False)

    def current_line(self) -> LineRow | None:
        """The chosen line."""
        index = self.currentIndex()
        return self.lines.rows[index.row()] if index.isValid() else None

    def scroll_beyond(self, height: int) -> None:
        """Be no higher than this, in pixels: more lines scroll within the table."""
        self._highest = height
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._fit()

    def _lay_out(self) -> None:
        self.verticalHeader().setMinimumSectionSize(theme.px(16))
        self.verticalHeader().setDefaultSectionSize(line_height(station=theme.is_station(self)))
        header = self.horizontalHeader()
        header.setMinimumSectionSize(theme.px(24))
        width = self.viewport().width()
        is_narrow = width < theme.px(430)
        last = self.lines.columnCount() - 1
        left = width
        extras = range(EXTRA, EXTRA + len(self.lines.heads.extra))
        wanted = sum(
            self._widest(each) + theme.px(20) for each in range(1, last + 1) if each != BAR
        )
        self.has_extra_under_names = is_narrow and width - wanted < theme.px(LEAST_NAME)
        for column in range(last + 1):
            is_hidden = not self.lines.is_used(column)
            if is_narrow and column == last - 1:
                is_hidden = True
            if column in extras and self.has_extra_under_names:
                is_hidden = True
            self.setColumnHidden(column, is_hidden)
            if column == ITEM:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
                continue
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            if column != BAR and not is_hidden:
                wide = min(self._widest(column) + theme.px(20), theme.px(180))
                header.resizeSection(column, wide)
                left -= wide
        most = min(theme.px(228), round(width * (0.22 if is_narrow else 0.31)))
        header.resizeSection(BAR, self._bar_width(most, left))
        self._fit()

    def _bar_width(self, most: int, left: int) -> int:
        """At most so much of what is left: a bar gives way to the names, not to its own words."""
        least = min(most, max(theme.px(112), self._widest(BAR, "small") + theme.px(16)))
        names = max(self._widest(ITEM), self._widest_sub())
        return max(least, min(most, left - names - theme.px(16)))

    def _widest_sub(self) -> int:
        """The longest of the words under the names."""
        metrics = QFontMetrics(theme.font("small", station=theme.is_station(self)))
        subs = ("   ".join(filter(None, each.sub)) for each in self.lines.rows[:200])
        return max((metrics.horizontalAdvance(each) for each in subs), default=0)

    def _widest(self, column: int, role: str = "strong") -> int:
        """The longest of a column's words; measured once per document, not per repaint."""
        station = theme.is_station(self)
        metrics = QFontMetrics(theme.font(role, figures=True, station=station))
        words = [self.lines.cell(each, column) for each in self.lines.rows[:200]]
        words.append(self.lines.heads.all()[column])
        return max(metrics.horizontalAdvance(each) for each in words)

    def _fit(self) -> None:
        header = self.horizontalHeader().sizeHint().height()
        each = line_height(station=theme.is_station(self))
        height = header + len(self.lines.rows) * each + 1
        self.setFixedHeight(height if self._highest is None else min(height, self._highest))

    def _page(self) -> QScrollArea | None:
        """The page that scrolls with this table in it."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        return above

    def _reveal(self, row: int) -> None:
        """Scroll the page to a line; with the first line come the heads."""
        page = self._page()
        whole = page.widget() if page is not None else None
        if page is None or whole is None:
            return
        box = self.visualRect(self.lines.index(row, ITEM))
        top = 0 if row == 0 else self.viewport().y() + box.top()
        bottom = self.viewport().y() + box.bottom()
        middle = self.mapTo(whole, QPoint(0, (top + bottom) // 2))
        page.ensureVisible(0, middle.y(), 0, (bottom - top) // 2 + theme.px(8))

    def _lines_a_page(self) -> int:
        page = self._page()
        height = self.height() if page is None else page.viewport().height()
        return max(1, height // line_height(station=theme.is_station(self)) - 1)

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.line_chosen.emit(current.data(RowRole))
            if self.hasFocus():
                self._reveal(current.row())

    def _mouse_at(self, row: int) -> None:
        self.row_under_mouse = row
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse_at(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.current_line()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            if line is not None:
                self.line_opened.emit(line)
            event.accept()
            return
        if leave_to_window(event):
            return
        count, row = len(self.lines.rows), self.currentIndex().row()
        going = {
            Qt.Key.Key_PageDown: row + self._lines_a_page(),
            Qt.Key.Key_PageUp: row - self._lines_a_page(),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: count - 1,
        }.get(Qt.Key(event.key()))
        if going is not None and count:
            self.selectRow(max(0, min(going, count - 1)))
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "lines"):
            self._lay_out()
