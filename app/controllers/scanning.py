"""Scans: the queue between scanners and a desk, and what desks that answer scans share."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.controllers.document_desk import DocumentController


class ScanQueue(QObject):
    """Hands scans to one station, one at a time, in the order in which they were read.

    A scan that arrives while another is being answered, or while the queue is paused, waits.
    Each serial scanner has a queue of its own; keyboard wedges share their window's.
    """

    scanned = Signal(str)
    """The next scan. The following one comes only after its receivers have returned."""

    waiting_changed = Signal(int)
    """How many scans wait while the queue is paused."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[str] = deque()
        self._is_paused = False
        self._is_delivering = False
        self._lets_through: Callable[[str], bool] | None = None
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._deliver_next)

    @property
    def is_paused(self) -> bool:
        """True between `pause` and `resume`."""
        return self._is_paused

    @property
    def waiting(self) -> tuple[str, ...]:
        """The scans not yet handed over, oldest first."""
        return tuple(self._waiting)

    @Slot(str)
    def put(self, text: str) -> None:
        """Take in a scan. Connect a scanner's signal here; from another thread it is queued."""
        if self._is_paused and self._lets_through is not None and self._lets_through(text):
            self.scanned.emit(text)
            return
        self._waiting.append(text)
        if self._is_paused:
            self.waiting_changed.emit(len(self._waiting))
        else:
            self._turn.start()

    def pause(self, lets_through: Callable[[str], bool] | None = None) -> None:
        """Stop handing over: the station shows a wrong scan until it is acknowledged.

        A scan for which `lets_through` is true (the acknowledge command), new or read already,
        is handed over ahead of those waiting; the station then calls `resume`.
        """
        self._is_paused = True
        self._lets_through = lets_through
        if self._let_through() is not None:
            self._turn.start()
        else:
            self._turn.stop()

    def resume(self) -> None:
        """Go on with the scans that waited."""
        self._is_paused = False
        self._lets_through = None
        if self._waiting:
            self._turn.start()

    @Slot()
    def _deliver_next(self) -> None:
        number = self._let_through() if self._is_paused else 0
        if self._is_delivering or not self._waiting or number is None:
            return
        scan = self._waiting[number]
        del self._waiting[number]
        self._is_delivering = True
        try:
            self.scanned.emit(scan)
        finally:
            self._is_delivering = False
        if self._waiting and not self._is_paused:
            self._turn.start()

    def _let_through(self) -> int | None:
        """Which of the waiting scans may pass while the queue is paused."""
        if self._lets_through is None:
            return None
        passing = self._lets_through
        return next((n for n, each in enumerate(self._waiting) if passing(each)), None)


class ScanningController(DocumentController):
    """A desk of documents at which codes are scanned; each scan gets one of these answers.

    Signals:
        scan_good: a scan did what it should; arg: a sentence.
        scan_asks: a scan is to be repeated if it is meant; args: a word, a sentence.
        scan_wrong: a scan that leads nowhere; args: a word, a sentence.
        command_scanned: arg: StationCommand.
    """

    scan_good = Signal(str)
    scan_asks = Signal(str, str)
    scan_wrong = Signal(str, str)
    command_scanned = Signal(object)

    def scan(self, code: str) -> None:
        """Answer one scanned code."""
        raise NotImplementedError

    def _fail_scan(self, error: Exception) -> None:
        self.scan_wrong.emit("unknown", str(error))
