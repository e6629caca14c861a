"""Tells the screens what others changed, soon after they did."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot
from sqlalchemy import Engine

from app.core.changes import Changes
from app.core.errors import BusinessError
from app.database.notices import NoticeListener
from app.queries.changes import FeedMark, changes_since

LOOK_EVERY = 5.0
"""Seconds after which the feed looks although no notice came."""

_SLICE = 0.25  # seconds of listening after which a closing window is noticed


class ChangeFeed(QObject):
    """Reads the events of all programs on a thread and a connection of its own.

    Where the database does not answer, `bring_back` is called before it is tried again: a server
    of this computer that was killed is started anew by it.

    Signals:
        changed: somebody touched something; arg: `Changes`.
        connection_lost: the database does not answer; arg: the refusal. Tried again by itself.
        connection_found: it answers (again).
    """

    changed = Signal(object)
    connection_lost = Signal(object)
    connection_found = Signal()
    _looked = Signal(object)

    def __init__(
        self,
        engine: Engine,
        parent: QObject | None = None,
        *,
        bring_back: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._bring_back = bring_back
        self._stop = threading.Event()
        self._mark = FeedMark()
        self._looked.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name="change-feed", daemon=True)

    def start(self) -> None:
        """Begin to listen; what was changed before is not told."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening; nothing is told any more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        is_back = False
        while not self._stop.is_set():
            try:
                with NoticeListener(self._engine) as listener:
                    is_back = False
                    self._looked.emit(None)
                    self._listen(listener)
            except BusinessError as error:
                self._looked.emit(error)
                # Brought back, it is tried at once; if that fails too, something else is wrong.
                is_back = not is_back and self._is_brought_back()
                if not is_back:
                    self._stop.wait(LOOK_EVERY)

    def _is_brought_back(self) -> bool:
        """Whether the server is there again because it was started anew."""
        if self._bring_back is None or self._stop.is_set():
            return False
        try:
            self._bring_back()
        except BusinessError as error:
            self._looked.emit(error)
            return False
        return True

    def _listen(self, listener: NoticeListener) -> None:
        while not self._stop.is_set():
            with listener.session() as session:
                self._mark, changes = changes_since(session, self._mark)
            if changes.touched:
                self._looked.emit(changes)
            until = time.monotonic() + LOOK_EVERY
            while not self._stop.is_set() and time.monotonic() < until:
                if listener.wait(_SLICE):
                    break

    @Slot(object)
    def _tell(self, news: object) -> None:
        if self._stop.is_set():
            return
        if isinstance(news, Changes):
            self.changed.emit(news)
        elif news is None:
            self.connection_found.emit()
        else:
            self.connection_lost.emit(news)
