"""The state of the agreements desk: which ladder is open, and what is done with its records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.controllers.document_desk import DocumentController
from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.ids import Kind
from app.operations.pricing import (
    NewAgreement,
    activate_agreements,
    change_agreement,
    copy_agreements,
    create_agreements,
    deactivate_agreements,
    delete_draft_agreements,
    end_agreement,
    mass_change_agreements,
)
from app.queries.agreements import active_records, agreement_choices, ladder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class AgreementsController(DocumentController):
    """Loads ladders and runs the verbs of agreements on their records.

    `counted` tells what the forms offer: the currencies and today.
    """

    def __init__(self, tasks: TaskRunner, runner: RunsVerbs, parent: QObject | None = None) -> None:
        super().__init__(
            tasks,
            runner,
            name="agreements",
            loads={Kind.AGREEMENT: _load},
            counts=agreement_choices,
            touched_by=(Kind.AGREEMENT,),
            parent=parent,
        )
        self._last: Callable[..., Any] | None = None

    def do(self, function: Callable[..., Any], /, **arguments: Any) -> None:
        """Run one verb, and remember which it was."""
        self._last = function
        super().do(function, **arguments)

    def did(self, function: Callable[..., Any]) -> bool:
        """True when this verb was the last one asked for."""
        return self._last is function

    def create(self, agreements: Sequence[NewAgreement], *, draft: bool) -> None:
        """Make records, active at once or as drafts."""
        self.do(create_agreements, agreements=tuple(agreements), draft=draft)

    def change(self, record: int, values: dict[str, Any]) -> None:
        """Change one record."""
        self.do(change_agreement, agreement=record, **values)

    def activate(self, drafts: Sequence[int]) -> None:
        """Let drafts count."""
        self.do(activate_agreements, agreements=tuple(drafts))

    def copy(self, records: Sequence[int], values: dict[str, Any]) -> None:
        """Copy records, as drafts."""
        self.do(copy_agreements, agreements=tuple(records), **values)

    def raise_by(self, records: Sequence[int], percent: Decimal, valid_from: date | None) -> None:
        """Raise or lower what records say, as drafts that replace them."""
        self.do(
            mass_change_agreements,
            agreements=tuple(records),
            percent=percent,
            valid_from=valid_from,
        )

    def end(self, records: Sequence[int], last_day: date | None) -> None:
        """Let records end on a day."""
        self.do_each(end_agreement, [{"agreement": each, "last_day": last_day} for each in records])

    def take_out(self, records: Sequence[int]) -> None:
        """Take records out of use, as if they had never been."""
        self.do(deactivate_agreements, agreements=tuple(records))

    def delete(self, drafts: Sequence[int]) -> None:
        """Throw drafts away."""
        self.do(delete_draft_agreements, agreements=tuple(drafts))

    def read_records(self, ladders: Sequence[int], then: Callable[[tuple[int, ...]], None]) -> None:
        """Find the records that count in ladders that were marked in the list."""
        self._tasks.read(
            lambda session: active_records(session, ladders=ladders),
            done=then,
            key="agreements-marked",
            owner=self,
        )

    def read(self, work: Callable[[Session], Any], then: Callable[[Any], None], key: str) -> None:
        """Ask something for a window of this desk; a refusal is told."""
        self._tasks.read(work, done=then, failed=self._told, key=f"agreements-{key}", owner=self)

    def _told(self, error: Exception) -> None:
        self.refused.emit(error)


def _load(session: Session, record: int) -> Any:
    return ladder(session, agreement=record)
