"""A small proxy between a client and the server's socket, which can cut at a COMMIT."""

from __future__ import annotations

import selectors
import socket
import threading
from enum import Enum
from types import TracebackType
from typing import Self

from sqlalchemy import URL

DEADLINE = 30.0
_COMMIT = b"COMMIT"


class Moment(Enum):
    """When the connection is cut: the server has not seen the COMMIT, has it, has done it."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Proxy:
    """Listens on loopback, passes everything on to the server's Unix socket, cuts when told to.

    `cut_at(moment)` arms it for the next COMMIT; `was_cut` is set when that has happened. After
    the cut connections are let through again.
    """

    def __init__(self, server: URL) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._moment: Moment | None = None
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self.was_cut = threading.Event()
        self._start(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        # Wakes the accepting thread: a listener that is only closed would not.
        socket.create_connection(self._listener.getsockname()).close()
        for thread in self._threads:
            thread.join(DEADLINE)
        self._listener.close()

    @property
    def url(self) -> URL:
        """The address of the same database by way of this proxy."""
        host, port = self._listener.getsockname()
        return self._server.set(host=host, port=port, query={"sslmode": "disable"})

    def cut_at(self, moment: Moment) -> None:
        """Cut the connection that sends the next COMMIT."""
        with self._lock:
            self._moment = moment
        self.was_cut.clear()

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self._closing.is_set():
                client.close()
                return
            self._start(self._pass_on, client)

    def _pass_on(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        folder = self._server.query["host"]
        server.connect(f"{folder}/.s.PGSQL.{self._server.port or 5432}")
        with client, server, selectors.DefaultSelector() as both:
            both.register(client, selectors.EVENT_READ)
            both.register(server, selectors.EVENT_READ)
            while not self._closing.is_set():
                for key, _ in both.select(timeout=0.1):
                    source = key.fileobj
                    assert isinstance(source, socket.socket)
                    data = source.recv(65536)
                    if not data:
                        return
                    moment = self._armed() if source is client and _COMMIT in data else None
                    if moment is not None:
                        self._cut(server, data, moment)
                        return
                    (server if source is client else client).sendall(data)

    def _armed(self) -> Moment | None:
        with self._lock:
            moment, self._moment = self._moment, None
            return moment

    def _cut(self, server: socket.socket, data: bytes, moment: Moment) -> None:
        if moment is not Moment.BEFORE:
            server.sendall(data)
        if moment is Moment.AFTER:
            server.settimeout(DEADLINE)
            server.recv(65536)  # the server's answer, which nobody will ever read
        self.was_cut.set()
