"""While no order is open: scan one, or choose one of those that wait."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.controllers.packing.waiting import OrdersToPack
from app.core.clock import today
from app.core.messages import N_
from app.queries.packing import COUNT_STOPS_AT
from app.views import theme
from app.views.packing import showing
from app.views.widgets.counting_list import CountingList
from app.views.widgets.empty_state import Empty, EmptyState
from app.views.widgets.pages import Pages
from app.views.widgets.wording import words

_EMPTY = {
    "to pack": Empty(
        words(N_("Nothing waits to be packed")),
        words(
            N_(
                "An order appears here when goods are allocated to it. "
                "Scan its number to open any order."
            )
        ),
        "package",
    ),
    "started": Empty(
        words(N_("No order is started")), words(N_("Scan an order to begin.")), "package"
    ),
    "done today": Empty(
        words(N_("Nothing was packed today yet")), words(N_("Scan an order to begin.")), "package"
    ),
}


class _View(QPushButton):
    """One of the lists. Takes no focus, so that a scanner's Enter can never press it."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Polish, QEvent.Type.StyleChange):
            wanted = theme.font("strong", station=True, times=0.85)
            if self.font() != wanted:
                self.setFont(wanted)
        return super().event(event)


class QueuePage(QWidget):
    """To pack, Started, Done today.

    Signals:
        view_chosen: another list; arg: its key.
        order_chosen: an order was touched, or chosen with Up, Down and Enter; arg: its id.
    """

    view_chosen = Signal(str)
    order_chosen = Signal(int)

    def __init__(self, time_zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._time_zone = time_zone
        self._ids: list[int] = []
        self._chosen: int | None = None
        self._view = "to pack"
        self._queue: OrdersToPack | None = None
        self._buttons: dict[str, QPushButton] = {}
        views = QHBoxLayout()
        theme.pad(views, gap=8)
        for key, title in showing.VIEWS:
            button = _View(title)
            button.clicked.connect(partial(self.view_chosen.emit, key))
            self._buttons[key] = button
            views.addWidget(button)
        views.addStretch(1)
        self.rows = CountingList()
        self.rows.clicked.connect(self._touched)
        self.empty = EmptyState(_EMPTY["to pack"])
        self._stack = Pages()
        self._stack.addWidget(self.rows)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        theme.pad(layout, gap=8)
        layout.addLayout(views)
        layout.addWidget(self._stack, 1)

    def show_queue(self, queue: OrdersToPack) -> None:
        """Show what there is to pack."""
        self._queue = queue
        self._view = queue.view
        counts = showing.counts_of(queue.counts)
        for key, title in showing.VIEWS:
            count = counts[key]
            words = "1,000+" if count >= COUNT_STOPS_AT else str(count)
            self._buttons[key].setText(f"{title}  {words}")
            self._buttons[key].setChecked(key == queue.view)
        self._ids = [row.id for row in queue.rows]
        if self._chosen not in self._ids:
            self._chosen = None
        self.empty.show_empty(_EMPTY[queue.view])
        self._stack.setCurrentWidget(self.rows if queue.rows else self.empty)
        self._repaint()

    def next_view(self) -> None:
        """The list after the one shown."""
        keys = [key for key, _ in showing.VIEWS]
        self.view_chosen.emit(keys[(keys.index(self._view) + 1) % len(keys)])

    def step(self, by: int) -> None:
        """Choose the order above or below, by key."""
        if not self._ids:
            return
        at = self._ids.index(self._chosen) if self._chosen in self._ids else -1 if by > 0 else 0
        self._chosen = self._ids[max(0, min(len(self._ids) - 1, at + by))]
        self._repaint()

    def open_chosen(self) -> bool:
        """Open the order that was chosen by key; False when none was."""
        if self._chosen is None:
            return False
        self.order_chosen.emit(self._chosen)
        return True

    def _repaint(self) -> None:
        rows = self._queue.rows if self._queue else ()
        day = today(self._time_zone)
        self.rows.show_rows(tuple(showing.queue_row(row, day) for row in rows), self._chosen)

    def _touched(self, index: QModelIndex) -> None:
        self.order_chosen.emit(self._ids[index.row()])
