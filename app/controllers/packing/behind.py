"""Writing behind: what was answered is written in order, as the operator of that moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.controllers.packing.answers import Answer, Mood, ScanEntry, word_of
from app.controllers.packing.gate import ScanGate
from app.controllers.packing.people import PeopleAtStation
from app.controllers.packing.voice import StationVoice
from app.controllers.packing.writing import (
    CartonNeverOpened,
    RunsCommands,
    Write,
    WriteQueue,
)
from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError
from app.core.messages import N_, render

_KEPT = N_("{count} to be written are kept and will be tried again. {why}")
_TAKE_OUT = N_("Take {code} of {order} out again: {why}")


class WritesBehind(QObject):
    """Gives the station's changes to the queue of writes, and says when one is refused."""

    def __init__(
        self,
        tasks: TaskRunner,
        runner: RunsCommands,
        voice: StationVoice,
        gate: ScanGate,
        people: PeopleAtStation,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._voice = voice
        self._gate = gate
        self._people = people
        self.is_connected = True
        self.queue = WriteQueue(tasks, runner, self)
        self.queue.lost.connect(self._lost)

    def write(
        self,
        verb: Callable[..., Any],
        arguments: Callable[[], dict[str, Any]],
        done: Callable[[Any], None],
        refused: Callable[[BusinessError], None],
        *,
        only_after_good: bool = False,
    ) -> None:
        """Write it; scans go on meanwhile."""
        operator = self._people.written_as
        self.queue.add(Write(verb, arguments, done, refused, operator, only_after_good))

    def write_first(
        self,
        verb: Callable[..., Any],
        arguments: Callable[[], dict[str, Any]],
        done: Callable[[Any], None],
        name: str,
        *,
        only_after_good: bool = False,
    ) -> None:
        """Write it before the next scan is judged, because it may change what is right."""

        def refused(error: BusinessError) -> None:
            self._voice.note(render(name), word_of(error).lower(), Mood.WRONG)
            self._voice.halt(Answer(f"STOP: {word_of(error)}", error.message(), Mood.WRONG))

        self._gate.hold("writing")
        self.write(verb, arguments, done, refused, only_after_good=only_after_good)

    def refused(self, order: str, error: BusinessError, entry: ScanEntry) -> None:
        """The database said no to what was answered good: the goods come out again."""
        entry.is_pending, entry.mood = False, Mood.WRONG
        entry.words = word_of(error).lower()
        if isinstance(error, CartonNeverOpened) and self._voice.is_refused:
            self._voice.changed.emit()  # why it was not opened stands there already
            return
        fields = {"code": entry.code, "order": order, "why": error.message()}
        word = f"STOP: {word_of(error)}"
        self._voice.refuse(Answer(word, render(_TAKE_OUT, fields), Mood.WRONG))

    def reconnect(self) -> None:
        """After a lost connection: try what was kept."""
        if not self.is_connected:
            self.is_connected = True
            self.queue.retry()

    def _lost(self, error: BusinessError) -> None:
        self.is_connected = False
        fields = {"count": self.queue.pending, "why": error.message()}
        self._voice.halt(Answer(f"STOP: {word_of(error)}", render(_KEPT, fields), Mood.WRONG))
