"""The state of the administrator's desk: what is open, what is done, which printers answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.controllers.document_desk import DocumentController, Load
from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.gateways.printers import PrinterKind, PrinterLanguage, PrinterTarget, check
from app.operations.company import set_company
from app.queries.administration import administration_choices
from app.queries.carton_types import carton_type
from app.queries.company import CompanySettings, company, currency
from app.queries.people import person, station
from app.queries.places import place, warehouse
from app.queries.printers import PrinterWhole, print_job, printer
from app.queries.record_history import RecordEvent, record_history
from app.queries.terms import delivery_mode, terms
from app.queries.wrong_scans import wrong_scan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class SettingsShown:
    """One group of the company's settings, with the settings as they are."""

    group: str
    company: CompanySettings


class BackupDiffers(BusinessError):
    """A backup in which something does not add up, as in the company itself then."""

    sentence = N_(
        "The backup {file} is made, but {many} numbers in it are not what the facts say, the "
        "first: {first}. Run orderwright doctor to see all of them."
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What is open, and what was done with it, the newest first."""

    document: Any
    history: tuple[RecordEvent, ...]


_LOADS: dict[Kind, Load] = {
    Kind.COMPANY: lambda session, id: SettingsShown(id, company(session)),
    Kind.CURRENCY: lambda session, id: currency(session, currency=id),
    Kind.PAYMENT_TERMS: lambda session, id: terms(session, code=id),
    Kind.DELIVERY_MODE: lambda session, id: delivery_mode(session, code=id),
    Kind.PRINTER: lambda session, id: printer(session, printer=id),
    Kind.PRINT_JOB: lambda session, id: print_job(session, job=id),
    Kind.CARTON_TYPE: lambda session, id: carton_type(session, carton_type=id),
    Kind.WRONG_SCAN: lambda session, id: wrong_scan(session, scan=id),
    Kind.WAREHOUSE: lambda session, id: warehouse(session, warehouse=id),
    Kind.LOCATION: lambda session, id: place(session, place=id),
    Kind.PERSON: lambda session, id: person(session, person=id),
    Kind.STATION: lambda session, id: station(session, station=id),
}


PLACE_VERBS = ("create_warehouse", "change_warehouse", "create_location", "change_location")
"""What is told of places; what goods did there stands in the ledger."""

_TOLD = (Kind.PRINTER, Kind.PRINT_JOB, Kind.CARTON_TYPE, Kind.PERSON, Kind.STATION)
"""What the log tells the history of by its id."""


def _history(session: Session, kind: Kind, id: Any) -> tuple[RecordEvent, ...]:
    if kind in _TOLD:
        return record_history(session, kind=kind, ids=(id,))
    if kind in (Kind.WAREHOUSE, Kind.LOCATION):
        return record_history(session, kind=kind, ids=(id,), verbs=PLACE_VERBS)
    if kind is Kind.COMPANY:
        return record_history(session, kind=kind, ids=(1,), verbs=(set_company.__name__,))
    return ()


def _with_history(kind: Kind, load: Load) -> Load:
    return lambda session, id: Kept(load(session, id), _history(session, kind, id))


class AdministrationController(DocumentController):
    """Loads what the desk shows (`Kept`) and runs the verbs of administration.

    `counted` tells what the forms offer. `words` says what the last command does; `goal` tells
    from its result what it made, as the list shows it.

    Signals:
        answered: a printer was tried; args: its id, and why it is not ready (empty when it is).
    """

    answered = Signal(int, str)

    def __init__(self, tasks: TaskRunner, runner: RunsVerbs, parent: QObject | None = None) -> None:
        super().__init__(
            tasks,
            runner,
            name="administration",
            loads={kind: _with_history(kind, load) for kind, load in _LOADS.items()},
            counts=administration_choices,
            touched_by=(
                Kind.COMPANY,
                Kind.PRINTER,
                Kind.PRINT_JOB,
                Kind.CARTON_TYPE,
                Kind.WAREHOUSE,
                Kind.LOCATION,
                Kind.PERSON,
                Kind.STATION,
                Kind.ITEM,
            ),
            parent=parent,
        )
        self.words = ""
        self.goal: Callable[[Any], tuple[Kind, Any]] | None = None

    def carry_out(
        self,
        words: str,
        verb: Callable[..., Any],
        /,
        *,
        goal: Callable[[Any], tuple[Kind, Any]] | None = None,
        **arguments: Any,
    ) -> None:
        """Run a verb; `words` is what is said when it is done."""
        self.words, self.goal = words, goal
        self.do(verb, **arguments)

    def carry_out_each(
        self, words: str, verb: Callable[..., Any], calls: Sequence[Mapping[str, Any]]
    ) -> None:
        """Run a verb several times, each its own command."""
        self.words, self.goal = words, None
        self.do_each(verb, calls)

    def back_up(self, run: Callable[[Path], Any], file: Path, words: str) -> None:
        """Keep the company in a file and try it; `words` is what is said when all adds up."""

        def tell(kept: Any) -> None:
            if kept.differences:
                first = kept.differences[0]
                told = f"{first.what} {first.id}, {first.field}"
                self._refuse(BackupDiffers(file=file, many=len(kept.differences), first=told))
                return
            self.words, self.goal = words, None
            self._tell(kept)

        def attempt(_session: object) -> Any:
            try:
                return run(file)
            except BusinessError as refused:
                return refused

        self._tasks.read(
            attempt,
            done=lambda came: self._refuse(came) if isinstance(came, BusinessError) else tell(came),
            key="administration-backup",
            owner=self,
        )

    def try_printer(self, shown: PrinterWhole) -> None:
        """See whether a printer could print now. A folder told by half is every computer's own."""
        kind = PrinterKind(shown.way)
        if kind is PrinterKind.FOLDER and not Path(shown.address).is_absolute():
            self.answered.emit(shown.id, "")
            return
        target = PrinterTarget(shown.name, kind, shown.address, PrinterLanguage(shown.language))

        def attempt(_session: object) -> str:
            try:
                check(target)
            except BusinessError as refused:
                return refused.message()
            return ""

        self._tasks.read(
            attempt,
            done=lambda why_not: self.answered.emit(shown.id, why_not),
            key="administration-printer",
            owner=self,
        )
