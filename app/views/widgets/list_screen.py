"""The list every desk begins with: title, count, saved views, filter, and the rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSpacerItem,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.controllers.tasks import TaskRunner
from app.core.messages import N_
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.empty_state import Empty, EmptyState
from app.views.widgets.flow_box import FlowBox
from app.views.widgets.row_painting import (
    Card,
    CardDelegate,
    CellDelegate,
    leave_to_window,
    row_height,
)
from app.views.widgets.row_table_model import Column, Fetch, PageRequest, RowTableModel
from app.views.widgets.text import ElidedText, hairline
from app.views.widgets.wording import words

HEAD_HIGH = 30
"""Pixels at 100 % of the row with the title."""
TYPING_PAUSE = 120
"""Milliseconds without a key after which the filter is asked."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A question somebody asks often, as a chip above the list."""

    key: str
    title: str
    count: str = ""


Cards = Callable[[Any], Card]
NOTHING = Empty(
    words(N_("Nothing here yet")), words(N_("What belongs here will appear by itself."))
)
NO_MATCH = Empty(
    words(N_("No match")),
    words(N_("Nothing fits this filter. Press Esc to clear it.")),
    "magnifying-glass",
)


class _Cards(QListView):
    """A list of cards."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not leave_to_window(event):
            super().keyPressEvent(event)


class _Rows(QTableView):
    """A plain table whose focus is a whole row."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not leave_to_window(event):
            super().keyPressEvent(event)


class ListScreen(QWidget):
    """A windowed list over pages fetched by key; give it cards or columns.

    It asks nothing before it is first shown; a `reload` while hidden waits until then.

    Signals:
        row_selected: the current row changed (by key, mouse or reload); arg: the row.
        row_opened: Enter or double click; arg: the row.
        action_chosen: the button beside the title; arg: the action's key.
        view_chosen: another saved view; arg: its key.
        answered: rows for the present question are shown.
    """

    row_selected = Signal(object)
    row_opened = Signal(object)
    action_chosen = Signal(str)
    view_chosen = Signal(str)
    answered = Signal()

    def __init__(
        self,
        tasks: TaskRunner,
        *,
        title: str,
        fetch: Fetch,
        row_id: Callable[[Any], Hashable],
        cards: Cards | None = None,
        columns: Sequence[Column] = (),
        views: Sequence[SavedView] = (),
        action: Action | None = None,
        empty: Empty = NOTHING,
        filter_hint: str = words(N_("Filter")),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = title
        self._row_id = row_id
        self._empty = empty
        self._cards = cards
        self._selected_id: Hashable | None = None
        self._is_asked_for = False
        self._is_stale = True
        self._is_restoring = False
        self.model = RowTableModel(tasks, fetch, columns, row_id, self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE)
        self._pause.timeout.connect(self._ask)
        self._build_head(title, views, action, filter_hint)
        self.rows: QAbstractItemView = self._build_rows()
        self._build_body()
        self.model.answered.connect(self._show_answer)
        self.model.rowsInserted.connect(self._look_ahead)
        # From everywhere in the window: only the list in view hears it.
        for keys, answer in (
            ("Ctrl+F", self.focus_filter),
            ("Ctrl+PgDown", lambda: self._step_view(1)),
            ("Ctrl+PgUp", lambda: self._step_view(-1)),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(answer)

    # What a desk calls

    def reload(self) -> None:
        """Fetch again what is in view; the selected row stays selected."""
        if not self.isVisible():
            self._is_stale = True
            return
        first, last = self._visible_rows()
        self.model.reload(first, last)

    def current(self) -> Any | None:
        """The selected row."""
        index = self.rows.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def select(self, row_id: Hashable) -> None:
        """Select a row by id now, or as soon as it arrives; until then no other is."""
        self._selected_id = row_id
        self._is_asked_for = True
        self._restore_selection()

    def choose_view(self, key: str) -> None:
        """Switch to a saved view."""
        for chip in self._chips.buttons():
            if chip.property("view") == key:
                chip.click()

    def _step_view(self, by: int) -> None:
        """The saved view after (or before) this one, and the cursor in its rows."""
        chips, checked = self._chips.buttons(), self._chips.checkedButton()
        if checked is not None:
            chips[(chips.index(checked) + by) % len(chips)].click()
            self.rows.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def let_go(self) -> None:
        """Show no row as selected: what is open beside the list does not stand in it."""
        self.rows.clearSelection()

    def show_counts(self, counts: Mapping[str, str]) -> None:
        """Put counts on the saved views, by key."""
        for chip in self._chips.buttons():
            key = chip.property("view")
            if key in counts:
                self._name_chip(chip, chip.property("title"), counts[key])

    def say_when_empty(self, empty: Empty) -> None:
        """What the list says from now on when nothing is in it."""
        self._empty = empty

    def filter_by(self, text: str) -> None:
        """Ask for what fits a text, as if it were typed into the filter."""
        self._filter.setText(text)
        self._ask()

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    # Building

    def _build_head(
        self, title: str, views: Sequence[SavedView], action: Action | None, hint: str
    ) -> None:
        self._head = QWidget()
        head = QVBoxLayout(self._head)
        theme.pad(head, 16, 12, 16, 10, 8)
        first = QHBoxLayout()
        theme.pad(first, gap=8)
        # As high as with a button, so that heads of lists stand alike at every desk.
        first.addSpacerItem(QSpacerItem(0, theme.px(HEAD_HIGH)))
        first.addWidget(ElidedText(title, "title"))
        self._count = ElidedText("", "small", "muted")
        # Where there is little room the count goes first, then the title is shortened.
        self._count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        first.addWidget(self._count, 1, Qt.AlignmentFlag.AlignVCenter)
        if action is not None:
            button = ActionButton(action)
            button.chosen.connect(self.action_chosen)
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            first.addWidget(button)
        head.addLayout(first)
        self._filter = QLineEdit()
        self._filter.setProperty("kind", "filter")
        self._filter.setPlaceholderText(hint)
        self._filter.setAccessibleName(words(N_("Filter {title}"), title=title))
        self._filter.setClearButtonEnabled(True)
        self._dress_filter()
        self._filter.setMaxLength(200)
        self._filter.textChanged.connect(lambda: self._pause.start())
        self._filter.installEventFilter(self)
        head.addWidget(self._filter)
        self._chips = QButtonGroup(self)
        self._chips.setExclusive(True)
        if views:
            row = FlowBox(6)
            for each in views:
                row.add(self._chip(each))
            self._chips.buttons()[0].setChecked(True)
            head.addWidget(row)
        self._chips.buttonClicked.connect(self._change_view)

    def _chip(self, view: SavedView) -> QPushButton:
        chip = QPushButton()
        chip.setCheckable(True)
        theme.set_role(chip, "small")
        chip.setProperty("kind", "chip")
        chip.setProperty("view", view.key)
        chip.setProperty("title", view.title)
        self._name_chip(chip, view.title, view.count)
        self._chips.addButton(chip)
        return chip

    @staticmethod
    def _name_chip(chip: QAbstractButton, title: str, count: str) -> None:
        chip.setText(f"{title}  {count}" if count else title)
        chip.setAccessibleName(f"{title}, {count}" if count else title)

    def _build_rows(self) -> QAbstractItemView:
        rows: QAbstractItemView
        if self._cards is not None:
            cards = _Cards()
            cards.setUniformItemSizes(True)
            cards.setItemDelegate(CardDelegate(self._cards, cards))
            rows = cards
        else:
            rows = self._build_table()
        rows.setModel(self.model)
        rows.setFrameShape(QFrame.Shape.NoFrame)
        rows.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows.setMouseTracking(True)
        rows.setTabKeyNavigation(False)
        rows.setSizeAdjustPolicy(QAbstractScrollArea.SizeAdjustPolicy.AdjustIgnored)
        rows.setAccessibleName(self.title)
        rows.installEventFilter(self)
        rows.doubleClicked.connect(self._open_index)
        rows.selectionModel().currentRowChanged.connect(self._current_changed)
        rows.verticalScrollBar().valueChanged.connect(self._look_ahead)
        rows.verticalScrollBar().rangeChanged.connect(self._look_ahead)
        if isinstance(rows, QTableView):
            self._lay_out_columns(rows)
        return rows

    def _build_table(self) -> QTableView:
        table = _Rows()
        table.setObjectName("rows")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.setItemDelegate(CellDelegate(table))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort_by)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)
        return table

    def _lay_out_columns(self, table: QTableView) -> None:
        heights = table.verticalHeader()
        heights.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heights.setMinimumSectionSize(theme.px(16))
        heights.setDefaultSectionSize(row_height())
        header = table.horizontalHeader()
        header.setMinimumSectionSize(theme.px(40))
        for number, column in enumerate(self.model.columns):
            if column.width:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(number, theme.px(column.width))
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def _build_body(self) -> None:
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._nothing = EmptyState(self._empty)
        self._nothing.action_chosen.connect(self.action_chosen)
        self._stack.addWidget(self.rows)
        self._stack.addWidget(self._nothing)
        layout = QVBoxLayout(self)
        theme.pad(layout)
        layout.addWidget(self._head)
        layout.addWidget(hairline())
        layout.addWidget(place, 1)
        self.setMinimumWidth(theme.px(240))
        self.setFocusProxy(self.rows)

    # Asking and showing

    def _ask(self) -> None:
        self._pause.stop()
        checked = self._chips.checkedButton()
        view = checked.property("view") if checked is not None else ""
        before = self.model.request
        self.model.ask(replace(before, view=view, text=self._filter.text().strip()))

    def _change_view(self, chip: QPushButton) -> None:
        self.rows.scrollToTop()
        self._is_asked_for = False
        self._ask()
        self.view_chosen.emit(chip.property("view"))

    def _sort_by(self, section: int) -> None:
        column = self.model.columns[section]
        if not column.sort:
            return
        before = self.model.request
        down = before.sort == column.sort and not before.descending
        assert isinstance(self.rows, QTableView)
        header = self.rows.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSortIndicator(
            section, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        )
        self.model.ask(PageRequest(before.view, before.text, sort=column.sort, descending=down))

    def _offer_columns(self, where: QPoint) -> None:
        assert isinstance(self.rows, QTableView)
        table = self.rows
        menu = QMenu(table)
        for number, column in enumerate(self.model.columns):
            entry = menu.addAction(column.title or words(N_("State")))
            entry.setCheckable(True)
            entry.setChecked(not table.isColumnHidden(number))
            entry.toggled.connect(lambda on, n=number: table.setColumnHidden(n, not on))
        menu.popup(table.horizontalHeader().mapToGlobal(where))

    def _show_answer(self, count_text: str) -> None:
        self._count.setText(count_text)
        is_empty = self.model.rowCount() == 0
        if is_empty:
            self._nothing.stand_under(self._head.height())
            self._nothing.show_empty(NO_MATCH if self.model.request.text else self._empty)
        self._stack.setCurrentIndex(1 if is_empty else 0)
        if not is_empty:
            self._restore_selection()
        self.answered.emit()
        self._look_ahead()

    def _restore_selection(self) -> None:
        number = self.model.find(self._selected_id) if self._selected_id is not None else None
        if number is None and self._is_asked_for:
            self.rows.setCurrentIndex(QModelIndex())  # what was asked for is further down
            return
        index = self.model.index(number or 0, 0)
        chosen = self.rows.selectionModel()
        if self.rows.currentIndex() == index and not chosen.isSelected(index):
            # Current by focus alone: let go of it, so that choosing it is heard.
            chosen.setCurrentIndex(QModelIndex(), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.rows.setCurrentIndex(index)

    def _visible_rows(self) -> tuple[int, int]:
        first = self.rows.indexAt(QPoint(4, 4)).row()
        last = self.rows.indexAt(QPoint(4, self.rows.viewport().height() - 4)).row()
        return max(0, first), last if last >= 0 else self.model.rowCount()

    def _look_ahead(self, *_: object) -> None:
        """Fetch the next page before the eye gets there."""
        bar = self.rows.verticalScrollBar()
        if self.isVisible() and bar.maximum() - bar.value() < 2 * max(bar.pageStep(), 1):
            self.model.fetch_next()

    # Choosing

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self.model.row(current.row()) if current.isValid() else None
        # A view that gets the focus makes its first row current without selecting it.
        if row is None or not self.rows.selectionModel().isSelected(current):
            return
        id = self._row_id(row)
        if id != self._selected_id:
            self._selected_id, self._is_asked_for = id, False
        self.row_selected.emit(row)

    def _open_index(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if row is not None:
            self.row_opened.emit(row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if watched is self._filter and self._filter_key(event.key()):
                return True
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if watched is self.rows and is_enter and not event.modifiers() & ~_KEYPAD:
                self._open_index(self.rows.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _filter_key(self, key: int) -> bool:
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._pause.isActive():
                self._ask()
            self.rows.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if key == Qt.Key.Key_Escape and self._filter.text():
            self._filter.clear()
            self._ask()
            return True
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._is_stale = False
            if self.model.rowCount():
                self.model.reload(*self._visible_rows())
            else:
                self._ask()

    def _dress_filter(self) -> None:
        """The button that clears it is drawn like everything else."""
        for button in self._filter.findChildren(QToolButton):
            button.setIcon(theme.icon("x", "muted"))

    def _dress_chips(self) -> None:
        for chip in self._chips.buttons():
            theme.set_role(chip, "small")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_stack"):
            self.setMinimumWidth(theme.px(240))
            self._dress_filter()
            # Later: the style still goes on to the chips and would give them their old type back.
            QTimer.singleShot(0, self, self._dress_chips)
            if isinstance(self.rows, QTableView):
                self._lay_out_columns(self.rows)
            self.rows.scheduleDelayedItemsLayout()


_KEYPAD = Qt.KeyboardModifier.KeypadModifier
