"""Prints what was asked for while the window is open, on a thread of its own."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal

from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.ids import Kind
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

    def __init__(self, queue: PrintQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._news = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="printing", daemon=True)

    def start(self) -> None:
        """Print what is waiting, and whatever comes from now on."""
        self._news.set()
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
        while True:
            self._news.wait(LOOK_EVERY)
            if self._stop.is_set():
                return
            self._news.clear()
            try:
                for each in self._queue.run_once():
                    self.printed.emit(each)
            except BusinessError:
                continue  # the database is away; the jobs are still there when it comes back
            except Exception as error:
                self.broke.emit(error)
