"""Counts what really goes over the wire: statements and round trips, as libpq saw them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SET ", "SAVEPOINT", "RELEASE")


@dataclass
class Wire:
    """What went over the wire inside the block."""

    statements: int = 0
    """Without BEGIN, COMMIT and SET."""
    round_trips: int = 0
    """All of them: each time the client waited for the server, BEGIN and COMMIT included."""


@contextmanager
def wire(engine: Engine) -> Iterator[Wire]:
    """Trace every connection this engine uses inside the block (libpq's own trace, Unix only).

    Every execution counts, also each of an `executemany`, which SQLAlchemy's events do not see.
    """
    counted = Wire()
    with tempfile.TemporaryFile() as trace:
        traced: list[Any] = []

        def begin(connection: Any, _record: object, _proxy: object) -> None:
            connection.pgconn.trace(trace.fileno())
            traced.append(connection)

        event.listen(engine, "checkout", begin)
        try:
            yield counted
        finally:
            event.remove(engine, "checkout", begin)
            for connection in traced:
                if not connection.closed:
                    connection.pgconn.untrace()
        os.lseek(trace.fileno(), 0, os.SEEK_SET)
        _read(trace.read().decode("utf-8", "replace"), counted)


def _read(trace: str, counted: Wire) -> None:
    """Lines are `time F length Message …`: F is what we sent, and we wait after Query and Sync.

    What opens and closes transactions and sets parameters goes as Query, all else as Execute.
    """
    for line in trace.splitlines():
        fields = line.split("\t")
        if len(fields) < 4 or fields[1] != "F":
            continue
        message, rest = fields[3], " ".join(fields[4:]).lstrip(' "').upper()
        counted.round_trips += message in ("Query", "Sync")
        counted.statements += message == "Execute" or (
            message == "Query" and not rest.startswith(_NOT_COUNTED)
        )
