"""The orders that wait to be packed, were begun, or were done today."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from app.controllers.packing.bench import Bench
from app.controllers.tasks import TaskRunner
from app.queries.packing import PackCounts, PackRow, packing_counts, packing_queue


class OrdersToPack(QObject):
    """What the station offers while no order is open.

    Signals:
        shown: rows and counts were read; they are in `rows` and `counts`.
    """

    shown = Signal()

    def __init__(self, tasks: TaskRunner, bench: Bench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._bench = bench
        self.view = "to pack"
        self.rows: tuple[PackRow, ...] = ()
        self.counts = PackCounts(0, 0, 0)

    def show(self, view: str) -> None:
        """To pack, started or done today."""
        self.view = view
        self.load()

    def load(self) -> None:
        """Read which orders there are."""
        station = self._bench.station
        if station is None:
            return
        warehouse, view = station.warehouse_id, self.view

        def read(session: Any) -> tuple[tuple[PackRow, ...], PackCounts]:
            return (
                packing_queue(session, warehouse=warehouse, view=view),
                packing_counts(session, warehouse=warehouse),
            )

        self._tasks.read(read, done=self._read, key="packing-queue", owner=self)

    def _read(self, found: tuple[tuple[PackRow, ...], PackCounts]) -> None:
        self.rows, self.counts = found
        self.shown.emit()
