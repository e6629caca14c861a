"""Prints what was asked for while the window is open, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.ids import Kind

if TYPE_CHECKING:
    from app.operations.print_queue import PrintQueue

LOOK_EVERY = 5.0
"""Seconds after which the queue is looked at although nobody said anything."""


class Printing(QObject):
    """Runs the print queue whenever a job was added.

    Signals:
        printed: a job ended, well or not; arg: `Printed`.
        broke: something nobody expected; arg: the exception. The queue goes on.
    """

    printed = Signal(object)
    broke = Signal(object)

    def __init__(self, make_queue: Callable[[], PrintQueue], parent: QObject | None = None) -> None:
        """`make_queue` is called on the queue's own thread: what draws paper loads slowly."""
        super().__init__(parent)
        self._make_queue = make_queue
        self._news = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="printing", daemon=True)

    def start(self) -> None:
        """Print what is waiting after a moment, and whatever comes from now on."""
        self._thread.start()

    def hear(self, changes: Changes) -> None:
        """Somebody changed something: look when it was a print job."""
        if changes.mentions(Kind.PRINT_JOB):
            self._news.set()

    def close(self) -> None:
        """Finish the job in hand and end the thread."""
        self._stop.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        queue: PrintQueue | None = None
        while True:
            self._news.wait(LOOK_EVERY)
            if self._stop.is_set():
                return
            self._news.clear()
            try:
                queue = queue or self._make_queue()
                for each in queue.run_once():
                    self.printed.emit(each)
            except BusinessError:
                continue  # the database is away; the jobs are still there when it comes back
            except Exception as error:
                self.broke.emit(error)
