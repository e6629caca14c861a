"""Choosing orders for a trip, in the order of driving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.core.messages import N_
from app.queries.trips import WaitingOrder
from app.views import theme
from app.views.trucks.showing import kg
from app.views.widgets.row_painting import row_height
from app.views.widgets.wording import counted, words, write_near_day

ROWS_SHOWN = 7


class OrderPicker(QListWidget):
    """Space takes an order onto the trip or off it; Ctrl+Up and Ctrl+Down change the stops.

    What is taken stands on top, in the order in which the truck stops.

    Signals:
        taken_changed: arg: the orders taken, in the order of stops.
    """

    taken_changed = Signal(object)

    def __init__(
        self,
        orders: Sequence[WaitingOrder],
        taken: Sequence[int],
        today: date,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._today = today
        by_id = {each.id: each for each in orders}
        self._taken = [by_id[each] for each in taken if each in by_id]
        self._rest = [each for each in orders if each.id not in taken]
        self._all = tuple(orders)
        self.setAccessibleName(words(N_("Orders")))
        self.setObjectName("rows")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)
        self.itemChanged.connect(self._checked)
        self.itemDoubleClicked.connect(self._toggle)
        self._fill(0)
        shown = min(ROWS_SHOWN, max(3, len(orders)))
        self.setFixedHeight(shown * row_height() + theme.px(2))

    def taken(self) -> tuple[WaitingOrder, ...]:
        """The orders taken, in the order of stops."""
        return tuple(self._taken)

    def _fill(self, current: int) -> None:
        self.blockSignals(True)
        self.clear()
        for place, order in enumerate((*self._taken, *self._rest), start=1):
            is_taken = place <= len(self._taken)
            item = QListWidgetItem(_words(order, place if is_taken else 0, self._today))
            item.setData(Qt.ItemDataRole.UserRole, order.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            state = Qt.CheckState.Checked if is_taken else Qt.CheckState.Unchecked
            item.setCheckState(state)
            item.setToolTip(item.text())
            item.setSizeHint(QSize(0, row_height()))
            self.addItem(item)
        self.blockSignals(False)
        self.setCurrentRow(min(current, self.count() - 1))

    def _checked(self, item: QListWidgetItem) -> None:
        self._toggle(item)

    def _toggle(self, item: QListWidgetItem) -> None:
        row, id = self.row(item), item.data(Qt.ItemDataRole.UserRole)
        order = next(each for each in self._all if each.id == id)
        if order in self._taken:
            self._taken.remove(order)
            self._rest = [each for each in self._all if each not in self._taken]
        else:
            self._taken.append(order)
            self._rest.remove(order)
            row += 1  # what was below moves up to the cursor: on to the next
        self._fill(row)
        self.taken_changed.emit(self.taken())

    def _move(self, by: int) -> None:
        row = self.currentRow()
        if 0 <= row < len(self._taken) and 0 <= row + by < len(self._taken):
            self._taken.insert(row + by, self._taken.pop(row))
            self._fill(row + by)
            self.taken_changed.emit(self.taken())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if is_ctrl and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Space and self.currentItem() is not None:
            self._toggle(self.currentItem())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the form's
        else:
            super().keyPressEvent(event)


def _words(order: WaitingOrder, stop: int, today: date) -> str:
    ready = words(N_("nothing staged"))
    if order.staged:
        lines = counted(order.lines, "line", "lines")
        ready = (
            words(N_("{lines} staged"), lines=lines)
            if order.staged >= order.lines
            else words(N_("{staged} of {lines} staged"), staged=order.staged, lines=lines)
        )
    # The name last: it is the longest, and may be cut.
    weight = words(N_("{weight} kg"), weight=kg(order.kg))
    parts = (order.number, ready, weight, write_near_day(order.requested_date, today))
    said = "   ".join((*parts, ", ".join(part for part in (order.customer, order.city) if part)))
    return f"{stop}.   {said}" if stop else said
