"""Which statements an engine sends, for tests that hold a cost flat or an order of locks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def hearing(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements sent on this engine inside the block, with their values."""
    sent: list[tuple[str, Any]] = []

    def heard(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    event.listen(engine, "before_cursor_execute", heard)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", heard)
