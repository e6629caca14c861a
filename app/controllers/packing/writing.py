"""The station's writes: one after the other, behind the answers, none lost and none done twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from app.controllers.tasks import TaskRunner
from app.core.clock import now
from app.core.errors import BusinessError, DatabaseUnreachable
from app.core.messages import N_
from app.operations.run import Command, verb_of


class RunsCommands(Protocol):
    """Runs a command with its identity; given again it repeats the answer, not the act."""

    def run(self, command: Command) -> Any: ...


class NotWritten(BusinessError):
    """A fault of the program stood in the way; the crash report has the details."""

    sentence = N_("This could not be written because of a fault of the program ({error}).")


class CartonNeverOpened(BusinessError):
    """The carton the goods went into was refused before."""

    sentence = N_("The carton for this was not opened. Take the goods out and scan them again.")


@dataclass(slots=True, eq=False)
class Write:
    """One change to be written. `arguments` is asked when its turn comes.

    `only_after_good`: left out when a write before it was refused (closing, finishing).
    `operator`: the login of who did it, None for the window's own.
    """

    verb: Callable[..., Any]
    arguments: Callable[[], dict[str, Any]]
    done: Callable[[Any], None]
    refused: Callable[[BusinessError], None]
    operator: str | None = None
    only_after_good: bool = False
    at: datetime = field(default_factory=now)
    command: Command | None = None


@dataclass(frozen=True, slots=True)
class _Fault:
    error: Exception


class WriteQueue(QObject):
    """Writes in the order of the scans.

    A lost connection keeps everything: `retry` gives the same command again, and what was
    written already is not written twice.

    Signals:
        drained: nothing is left to write.
        lost: the database does not answer; arg: the refusal. `retry` goes on.
    """

    drained = Signal()
    lost = Signal(object)

    def __init__(
        self, tasks: TaskRunner, runner: RunsCommands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._runner = runner
        self._waiting: deque[Write] = deque()
        self._is_sent = False
        self._is_going_on = False
        self._was_refused = False
        self.given = 0
        """How many writes were ever given; tells whether a picture read meanwhile is stale."""

    @property
    def pending(self) -> int:
        """How many are not yet written."""
        return len(self._waiting)

    def add(self, write: Write) -> None:
        """Write this after all that were given before."""
        self.given += 1
        self._waiting.append(write)
        self._go_on()

    def retry(self) -> None:
        """Go on after a lost connection."""
        self._go_on()

    def _go_on(self) -> None:
        """Send the next; answers and refusals may give more to write meanwhile."""
        if self._is_sent or self._is_going_on or not self._waiting:
            return
        self._is_going_on = True
        try:
            while self._waiting and not self._is_sent:
                self._send_first()
        finally:
            self._is_going_on = False
        if not self._waiting:
            self._was_refused = False
            self.drained.emit()

    def _send_first(self) -> None:
        write = self._waiting[0]
        if write.only_after_good and self._was_refused:
            self._waiting.popleft()
            return
        if write.command is None:
            try:
                verb = verb_of(write.verb)
                arguments = verb.arguments(**write.arguments())
            except BusinessError as error:
                self._refuse_first(error)
                return
            write.command = Command(verb, arguments, happened_at=write.at, operator=write.operator)
        self._is_sent = True
        command = write.command
        self._tasks.write(lambda: self._run(command), done=self._done, refused=self._refused)

    def _run(self, command: Command) -> Any:
        """On the writer's thread."""
        try:
            return self._runner.run(command)
        except BusinessError:
            raise
        except Exception as error:
            return _Fault(error)

    def _done(self, result: Any) -> None:
        self._is_sent = False
        if isinstance(result, _Fault):
            self._tasks.failed.emit(result.error)
            self._refuse_first(NotWritten(error=type(result.error).__name__))
        else:
            self._waiting.popleft().done(result)
        self._end_of_turn()

    def _refused(self, error: BusinessError) -> None:
        self._is_sent = False
        if isinstance(error, DatabaseUnreachable):
            self.lost.emit(error)
            return
        self._refuse_first(error)
        self._end_of_turn()

    def _refuse_first(self, error: BusinessError) -> None:
        self._was_refused = True
        self._waiting.popleft().refused(error)

    def _end_of_turn(self) -> None:
        if self._waiting:
            self._go_on()
        else:
            self._was_refused = False
            self.drained.emit()
