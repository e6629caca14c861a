"""The state of a desk that shows records: which one is open, and that it stays true."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.controllers.tasks import TaskRunner
from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.ids import Kind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LoadRecord = Callable[["Session", int], Any]
"""Reads one record whole; runs on a reader thread. Raises: NotFound."""


class RecordController(QObject):
    """Loads the record that is chosen, and again when somebody changes it.

    Signals:
        shown: arg: what `load` answered.
        nothing_shown: what was open is no more.
        rows_changed: the list is to be read again.
        choices_known: what forms offer was read; arg: what `choices` answered.
        saved: a verb was done; arg: the record's id.
        refused: arg: BusinessError.
    """

    shown = Signal(object)
    nothing_shown = Signal()
    rows_changed = Signal()
    choices_known = Signal(object)
    saved = Signal(int)
    refused = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        kind: Kind,
        load: LoadRecord,
        *,
        touched_by: tuple[Kind, ...] = (),
        parent: QObject | None = None,
    ) -> None:
        """`touched_by` are other kinds whose changes show on an open record."""
        super().__init__(parent)
        self._tasks = tasks
        self._kind = kind
        self._load = load
        self._touched_by = touched_by
        self._choices: Callable[[Session], Any] | None = None
        self._choices_touched_by: tuple[Kind, ...] = ()
        self.chosen: int | None = None
        tasks.changed.connect(self.hear)

    def choose(self, id: int) -> None:
        """Open a record."""
        self.chosen = id
        self.reload()

    def reload(self) -> None:
        """Read again what is open."""
        id = self.chosen
        if id is None:
            self.nothing_shown.emit()
            return
        self._tasks.read(
            lambda session: self._load(session, id),
            done=self._show,
            failed=self._fail,
            key=f"{self._kind.value}-record",
            owner=self,
        )

    def learn(self, choices: Callable[[Session], Any], touched_by: tuple[Kind, ...] = ()) -> None:
        """Read what forms offer to choose from, and again when one of these kinds changes."""
        self._choices, self._choices_touched_by = choices, touched_by
        self._tasks.read(choices, done=self._know, key=f"{self._kind.value}-choices", owner=self)

    def save(self, work: Callable[[], Any], id_of: Callable[[Any], int]) -> None:
        """Run a verb that makes or changes a record, and open it."""

        def saved(result: Any) -> None:
            self.choose(id_of(result))
            self.saved.emit(id_of(result))

        self._tasks.write(work, done=saved, refused=self._refuse, owner=self)

    def hear(self, changes: Changes) -> None:
        """Somebody changed something: read again what it concerns."""
        if changes.mentions(self._kind):
            self.rows_changed.emit()
        if self._choices is not None and any(map(changes.mentions, self._choices_touched_by)):
            self.learn(self._choices, self._choices_touched_by)
        touched = any(changes.mentions(kind) for kind in self._touched_by)
        if self.chosen is not None and (touched or changes.mentions(self._kind, self.chosen)):
            self.reload()

    def _show(self, record: Any) -> None:
        self.shown.emit(record)

    def _know(self, choices: Any) -> None:
        self.choices_known.emit(choices)

    def _refuse(self, refusal: BusinessError) -> None:
        self.refused.emit(refusal)

    def _fail(self, error: Exception) -> None:
        if isinstance(error, BusinessError):
            self.chosen = None
            self.nothing_shown.emit()
            self.refused.emit(error)
