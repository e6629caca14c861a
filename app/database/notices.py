"""Wake-up calls between programs: *something was committed, have a look*.

A notice carries the last event's id and nothing else, and is sent outside the transaction, at
most one per 50 ms and process: a notify inside each transaction queues all commits behind one
lock. A lost notice costs seconds, never truth; whoever listens also looks every few seconds.
"""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Any, Self

import psycopg
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from app.core.errors import BusinessError

CHANNEL = "orderwright"
SPACING = 0.05
"""Seconds between two notices of one process."""

_log = logging.getLogger(__name__)


class NoticeSender:
    """Sends notices from a thread and a connection of its own; `send` never waits."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last: int | None = None
        self._news = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="notices", daemon=True)
        self._thread.start()

    def send(self, event: int) -> None:
        """Tell everybody that this event was committed, soon."""
        self._last = event
        self._news.set()

    def close(self) -> None:
        """Send what is waiting and end the thread."""
        self._stop.set()
        self._news.set()
        self._thread.join()

    def _work(self) -> None:
        engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        while True:
            self._news.wait()
            self._news.clear()
            event, self._last = self._last, None
            if event is not None:
                try:
                    with engine.connect() as connection:
                        connection.execute(
                            text("SELECT pg_notify(:channel, :event)"),
                            {"channel": CHANNEL, "event": str(event)},
                        )
                except BusinessError as error:  # the others look for themselves every few seconds
                    _log.info("notice %s was not sent: %s", event, error)
            if self._stop.is_set() and self._last is None:
                return
            self._stop.wait(SPACING)


class NoticeListener:
    """Hears the notices of one database on a connection of its own. Use it in one thread.

    Raises: DatabaseUnreachable, when entered and from `wait`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        self._connection = self._engine.connect()
        try:
            self._connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        except BaseException:
            self._connection.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # it listens; nobody else should get it from the pool
            self._connection.close()
            self._connection = None

    def session(self) -> Session:
        """A session for queries on the listening connection itself, so one connection is enough."""
        return Session(self._connection, expire_on_commit=False, autoflush=False)

    def wait(self, seconds: float) -> bool:
        """True when a notice came within so many seconds."""
        assert self._connection is not None
        driver: psycopg.Connection[Any] | None = self._connection.connection.driver_connection
        assert driver is not None
        try:
            return any(True for _ in driver.notifies(timeout=seconds, stop_after=1))
        except psycopg.OperationalError:
            self._connection.exec_driver_sql("SELECT 1")  # says what is wrong, as a sentence
            raise
