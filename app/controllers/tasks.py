"""Runs work off the window's thread and brings the answers back to it.

One writer thread keeps a person's own changes in the order they were made; up to three
readers serve the screens. A session lives inside one read and never leaves its thread.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from app.core.changes import Changes
from app.core.errors import BusinessError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

T = TypeVar("T")
READERS = 3
"""With the writer and the change feed's own, a window stays within its connections."""


class RunsVerbs(Protocol):
    """Runs an operation with arguments by name, as one command."""

    def do(self, function: Callable[..., Any], /, **arguments: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one piece of work came to, on its way back to the window's thread."""

    value: Any
    error: Exception | None
    done: Callable[[Any], None] | None
    failed: Callable[[Any], None] | None
    owner: QObject | None
    key: str | None
    turn: int
    is_write: bool


class TaskRunner(QObject):
    """Runs database work off the window's thread; calls back on it.

    A callback bound to (or closing over) a widget that is gone by then is not called.

    Signals:
        changed: after a write that changed something; arg: Changes.
        refused: a rule said no and nobody else was told; arg: BusinessError.
        failed: an unexpected error, for the crash report; arg: the exception.
        busy: work is under way or no longer; arg: bool.
    """

    changed = Signal(object)
    refused = Signal(object)
    failed = Signal(object)
    busy = Signal(bool)
    _answered = Signal(object)

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Session]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._reading = reading
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._turns: dict[str, int] = {}
        self._waiting: dict[str, Future[None]] = {}
        self._pending = 0
        self._is_closed = False
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """True while any work is under way or its answer not yet delivered."""
        return self._pending > 0

    def read(
        self,
        work: Callable[[Session], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        key: str | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run `work` with a session on a reader thread, then `done` with what it returned.

        A newer read with the same `key` replaces an older one, also one already running:
        its late answer is dropped. `failed` hears every error of this read; a business
        error that has no `failed` goes to the signal `refused`, anything unexpected always
        to the signal `failed`. `owner` is a widget without which there is no point in
        calling back (found by itself for bound methods and plain closures).
        """

        def attempt() -> T:
            with self._reading() as session:
                return work(session)

        turn = 0
        if key is not None:
            turn = self._turns[key] = self._turns.get(key, 0) + 1
            older = self._waiting.pop(key, None)
            if older is not None and older.cancel():
                self._count(-1)
        answer = functools.partial(
            _Answer, done=done, failed=failed, owner=owner, key=key, turn=turn, is_write=False
        )
        future = self._submit(self._readers, attempt, answer)
        if key is not None and future is not None:
            self._waiting[key] = future

    def forget(self, key: str) -> None:
        """Drop the answer of the read with this key, if one is still to come."""
        self._turns[key] = self._turns.get(key, 0) + 1

    def write(
        self,
        work: Callable[[], T],
        *,
        done: Callable[[T], None] | None = None,
        refused: Callable[[BusinessError], None] | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run `work` after all writes given before it, then `done` with what it returned.

        A business error goes to `refused`, or without one to the signal of that name; any
        other error to the signal `failed`. When the result has `.changes`, the signal
        `changed` follows `done`.
        """
        answer = functools.partial(
            _Answer, done=done, failed=refused, owner=owner, key=None, turn=0, is_write=True
        )
        self._submit(self._writer, work, answer)

    def close(self) -> None:
        """Finish the writes already given, drop waiting reads, call nobody back any more."""
        self._is_closed = True
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[[], Any],
        answer: Callable[..., _Answer],
    ) -> Future[None] | None:
        if self._is_closed:
            return None

        def run() -> None:
            try:
                finished = answer(value=work(), error=None)
            except Exception as error:
                finished = answer(value=None, error=error)
            if not self._is_closed:
                self._answered.emit(finished)

        self._count(+1)
        return pool.submit(run)

    def _count(self, by: int) -> None:
        was_busy = self.is_busy
        self._pending += by
        if was_busy != self.is_busy:
            self.busy.emit(self.is_busy)

    @Slot(object)
    def _deliver(self, answer: _Answer) -> None:
        if self._is_closed:
            return
        try:
            if answer.key is None or self._turns[answer.key] == answer.turn:
                if answer.key is not None:
                    self._waiting.pop(answer.key, None)
                self._call_back(answer)
            elif answer.error is not None and not isinstance(answer.error, BusinessError):
                self.failed.emit(answer.error)
        finally:
            self._count(-1)

    def _call_back(self, answer: _Answer) -> None:
        if answer.error is None:
            if answer.done is not None and _is_alive(answer.done, answer.owner):
                answer.done(answer.value)
            changes = getattr(answer.value, "changes", None)
            if answer.is_write and isinstance(changes, Changes) and changes.touched:
                self.changed.emit(changes)
            return
        is_expected = isinstance(answer.error, BusinessError)
        tell_caller = answer.failed is not None and (is_expected or not answer.is_write)
        if tell_caller and answer.failed is not None and _is_alive(answer.failed, answer.owner):
            answer.failed(answer.error)
        if not is_expected:
            self.failed.emit(answer.error)
        elif answer.failed is None:
            self.refused.emit(answer.error)


def _is_alive(callback: Callable[..., None], owner: QObject | None) -> bool:
    """False when something the callback would speak to has been deleted by Qt."""
    if owner is not None and not isValid(owner):
        return False
    return all(isValid(each) for each in _objects_behind(callback))


def _objects_behind(callback: object) -> Iterator[QObject]:
    if isinstance(callback, functools.partial):
        yield from _objects_behind(callback.func)
        yield from (each for each in callback.args if isinstance(each, QObject))
        return
    bound_to = getattr(callback, "__self__", None)
    if isinstance(bound_to, QObject):
        yield bound_to
    for cell in getattr(callback, "__closure__", None) or ():
        try:
            held = cell.cell_contents
        except ValueError:  # a name of the enclosing function that was never set
            continue
        if isinstance(held, QObject):
            yield held
