"""A desk of documents: what is open, what is asked to be done with it, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.ids import Kind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Load = Callable[["Session", Any], Any]
"""Reads the document of a kind by id: a number, or the code of what has no other."""


@dataclass(frozen=True, slots=True)
class Together:
    """What several commands given at once came to."""

    results: tuple[Any, ...]
    changes: Changes

    @classmethod
    def of(cls, results: Sequence[Any]) -> Together:
        """Results with all that they touched."""
        touched = Changes()
        for each in results:
            touched |= each.changes
        return cls(tuple(results), touched)


class DocumentController(QObject):
    """Loads what is chosen and runs verbs on it, off the window's thread.

    Signals:
        shown: a document was read; arg: the query's row.
        nothing_shown: what was open is no more.
        counted: how many rows each view holds; arg: the query's row.
        rows_changed: lists are to be read again.
        done: a verb was done; arg: its result, or `Together` for several.
        refused: arg: BusinessError.
    """

    shown = Signal(object)
    nothing_shown = Signal()
    counted = Signal(object)
    rows_changed = Signal()
    done = Signal(object)
    refused = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        runner: RunsVerbs,
        *,
        name: str,
        loads: Mapping[Kind, Load],
        counts: Callable[[Session], Any],
        touched_by: Sequence[Kind],
        parent: QObject | None = None,
    ) -> None:
        """`touched_by` are the kinds whose changes make lists and documents stale."""
        super().__init__(parent)
        self._tasks, self._runner, self._name = tasks, runner, name
        self._loads, self._counts, self._touched_by = loads, counts, touched_by
        self.chosen: tuple[Kind, Any] | None = None
        tasks.changed.connect(self.hear)

    def choose(self, kind: Kind, id: Any) -> None:
        """Open a document."""
        self.chosen = (kind, id)
        self.reload()

    def forget(self) -> None:
        """Nothing is open any more."""
        self.chosen = None
        self._tasks.forget(f"{self._name}-document")
        self.nothing_shown.emit()

    def reload(self) -> None:
        """Read again what is open."""
        if self.chosen is None:
            self.nothing_shown.emit()
            return
        kind, id = self.chosen
        load = self._loads[kind]
        self._tasks.read(
            lambda session: load(session, id),
            done=self._show,
            failed=self._fail,
            key=f"{self._name}-document",
        )

    def count(self) -> None:
        """Count what each view holds."""
        self._tasks.read(self._counts, done=self._show_counts, key=f"{self._name}-counts")

    def hear(self, changes: Changes) -> None:
        """Somebody changed something: read again what it concerns."""
        if any(changes.mentions(kind) for kind in self._touched_by):
            self.rows_changed.emit()
            self.count()
            if self.chosen is not None:
                self.reload()

    def do(self, function: Callable[..., Any], /, **arguments: Any) -> None:
        """Run one verb."""
        self._tasks.write(
            lambda: self._runner.do(function, **arguments), done=self._tell, refused=self._refuse
        )

    def do_each(self, function: Callable[..., Any], calls: Sequence[Mapping[str, Any]]) -> None:
        """Run one verb several times, each its own command, up to the first that is refused."""
        self._tasks.write(
            lambda: self._run_each(function, calls), done=self._tell, refused=self._refuse
        )

    def _run_each(
        self, function: Callable[..., Any], calls: Sequence[Mapping[str, Any]]
    ) -> Together:
        return Together.of([self._runner.do(function, **call) for call in calls])

    def _show(self, document: Any) -> None:
        self.shown.emit(document)

    def _show_counts(self, counts: Any) -> None:
        self.counted.emit(counts)

    def _tell(self, result: Any) -> None:
        self.done.emit(result)

    def _refuse(self, refusal: BusinessError) -> None:
        self.refused.emit(refusal)
        self.rows_changed.emit()
        if self.chosen is not None:
            self.reload()

    def _fail(self, error: Exception) -> None:
        if isinstance(error, BusinessError):
            self.forget()
