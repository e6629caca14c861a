"""Python's cyclic garbage is collected on the window's thread alone.

A cycle that holds a widget would otherwise be collected on whichever thread happens to allocate
next; a widget destroyed on a reader's thread takes the whole program down with it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 500
"""Milliseconds between two looks."""


class GarbageCollector(QObject):
    """Collects on the thread it lives on, as often as Python itself would; `close` ends that."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def close(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.enable()

    def _look(self) -> None:
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return
