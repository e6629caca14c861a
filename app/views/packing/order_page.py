"""The open order: what to count at the left, the carton and the last scans at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QSpacerItem, QVBoxLayout, QWidget

from app.controllers.packing import Bench, ScanEntry
from app.core.messages import N_
from app.rules.packing import PackOrder
from app.views import theme
from app.views.packing import showing
from app.views.widgets.counting_list import CountingList
from app.views.widgets.quantity_bar import QuantityBar
from app.views.widgets.text import ElidedText, Text
from app.views.widgets.timeline import Timeline, TimelineEntry
from app.views.widgets.wording import words


class CartonPanel(QWidget):
    """The carton that takes the goods, and the last ten scans under it."""

    def __init__(self, time_zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._time_zone = time_zone
        self._rows: tuple[TimelineEntry, ...] = ()
        self.title = Text("", "strong")
        self.words = ElidedText("", "small", "muted")
        self.bar = QuantityBar()
        self.scans = Timeline()
        layout = QVBoxLayout(self)
        theme.pad(layout, gap=8)
        for each in (self.title, self.words, self.bar):
            layout.addWidget(each)
        self._gap = QSpacerItem(0, theme.px(16))
        layout.addItem(self._gap)
        layout.addWidget(Text(words(N_("Last scans")), "strong"))
        self._nothing = Text(words(N_("Nothing was scanned yet.")), "small", "muted")
        layout.addWidget(self._nothing)
        layout.addWidget(self.scans)
        layout.addStretch(1)

    def minimumSizeHint(self) -> QSize:
        """Of the last scans the oldest may be out of sight: the keys below never are."""
        return QSize(theme.px(160), 0)

    def show_bench(self, bench: Bench, scans: tuple[ScanEntry, ...]) -> None:
        """Show the carton at hand and the last scans."""
        order, carton, is_open = bench.order, bench.carton, bench.is_open
        for each in (self.title, self.words, self.bar):
            each.setVisible(is_open)
        self._gap.changeSize(0, theme.px(16) if is_open else 0)
        if order is not None and is_open:
            self.title.setText(showing.carton_title(carton))
            words, tone = showing.carton_words(bench, order)
            self.words.setText(words)
            self.words.set_tone("muted" if tone == theme.Tone.NEUTRAL else tone.value)
            self.bar.show_bar(showing.carton_bar(order, carton))
        self._nothing.setVisible(not scans)
        rows = showing.scan_rows(scans, self._time_zone)
        if rows != self._rows:
            self._rows = rows
            self.scans.show_entries(rows)


class OrderPage(QWidget):
    """The order with its progress, and its lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order: PackOrder | None = None
        self._item: int | None = None
        self._cards = showing.LineCards()
        self.number = Text("", "title")
        self.customer = ElidedText("", "body", "muted")
        self.progress = Text("", "title")
        self.bar = QuantityBar()
        self.counting = CountingList()
        head = QHBoxLayout()
        theme.pad(head, gap=16)
        head.addWidget(self.number)
        head.addWidget(self.customer, 1)
        head.addWidget(self.progress)
        layout = QVBoxLayout(self)
        theme.pad(layout, gap=8)
        layout.addLayout(head)
        layout.addWidget(self.bar)
        layout.addSpacing(theme.px(4))
        layout.addWidget(self.counting, 1)

    def show_bench(self, bench: Bench) -> None:
        """Show the open order, if there is one."""
        order = bench.order
        # The picture is immutable: the same one, with the same item, looks the same.
        if order is None or (order is self._order and bench.item_id == self._item):
            return
        self._order, self._item = order, bench.item_id
        self.number.setText(order.number)
        how = order.delivery
        if order.delivery_kind == "own_truck":
            how = words(N_("lane {place}"), place=order.lane)
        self.customer.setText(f"{order.customer}   {how}")
        self.progress.setText(showing.progress_words(order))
        self.bar.show_bar(showing.progress_bar(order))
        # Once a line is full the eye belongs to what is left, at the top.
        mine = (line.id for line in order.lines if line.item_id == bench.item_id and line.room > 0)
        current = next(mine, None)
        self.counting.show_rows(self._cards.of(order), current)
