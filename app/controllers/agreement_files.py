"""Agreements written into a file and read from one: the columns are those of the importer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from app.controllers.list_files import MOST_WRITTEN, Table
from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.errors import BusinessError
from app.operations.importing import import_files, read_files
from app.operations.importing.verb import DryRun, Imported, ImportRefused
from app.queries.agreements import AgreementRow, records_of_list
from app.rules.pricing.agreements import EffectKind, Side

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.documents.table_file import CellValue
    from app.operations.run import Runner

KIND = "agreements"


def agreement_table(session: Session, *, view: str, filter: str) -> Table:
    """The records behind the list, in the columns of the importer."""
    records = records_of_list(session, view=view, filter=filter, limit=MOST_WRITTEN + 1)
    rows = [list(_cells(each).values()) for each in records[:MOST_WRITTEN]]
    return Table(COLUMNS, rows, len(records) > MOST_WRITTEN)


COLUMNS = (
    "side",
    "level",
    "customer",
    "supplier",
    "account_group",
    "item",
    "item_group",
    "price",
    "percent",
    "amount_off",
    "currency",
    "unit",
    "from_quantity",
    "from_amount",
    "valid_from",
    "valid_to",
    "priority",
    "stop",
    "across_lines",
    "any_unit",
    "name",
    "reference",
    "state",
)
_EFFECTS = {
    EffectKind.PRICE: "price",
    EffectKind.PERCENT: "percent",
    EffectKind.AMOUNT_OFF: "amount_off",
}


def _cells(record: AgreementRow) -> dict[str, CellValue]:
    """A record as a row of the importer's columns."""
    cells: dict[str, CellValue] = dict.fromkeys(COLUMNS)
    for name in COLUMNS:
        if hasattr(record, name):
            cells[name] = getattr(record, name)
    account = "customer" if record.side is Side.SELL else "supplier"
    party = {"account": account, "group": "account_group"}.get(record.party_kind)
    cells["item"] = None
    if party is not None:
        cells[party] = record.party
    item = {"item": "item", "group": "item_group"}.get(record.item_kind)
    if item is not None:
        cells[item] = record.item
    cells[_EFFECTS[record.kind]] = record.value
    for name in ("side", "level", "state"):
        cells[name] = str(getattr(record, name).value)
    return cells


class AgreementFiles(QObject):
    """Reads files off the window's thread.

    Signals:
        looked_at: a file was tried; arg: (path, Imported).
        imported: arg: Imported.
        refused: arg: BusinessError.
    """

    looked_at = Signal(object, object)
    imported = Signal(object)
    refused = Signal(object)

    def __init__(self, tasks: TaskRunner, runner: RunsVerbs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._runner = tasks, runner

    def look_at(self, path: Path, *, create_missing: bool) -> None:
        """Try a file: nothing is kept."""

        def attempt() -> Imported:
            try:
                return self._import(path, create_missing=create_missing, dry_run=True)
            except (DryRun, ImportRefused) as told:
                return told.report

        def tell(report: Imported) -> None:
            self.looked_at.emit(path, report)

        self._tasks.write(attempt, done=tell, refused=self._fail, owner=self)

    def take_in(self, path: Path, *, create_missing: bool, partly: bool) -> None:
        """Import a file; with `partly`, without the rows something is wrong with."""

        def work() -> Imported:
            return self._import(path, create_missing=create_missing, partly=partly)

        self._tasks.write(work, done=self._tell_imported, refused=self._fail, owner=self)

    def _import(
        self,
        path: Path,
        *,
        create_missing: bool,
        partly: bool = False,
        dry_run: bool = False,
    ) -> Imported:
        # The importer only needs what runs verbs, which the window's runner does.
        return import_files(
            cast("Runner", self._runner),
            read_files(KIND, path),
            create_missing=create_missing,
            partly=partly,
            dry_run=dry_run,
        )

    def _tell_imported(self, report: Imported) -> None:
        self.imported.emit(report)

    def _fail(self, error: Exception) -> None:
        if isinstance(error, BusinessError):
            self.refused.emit(error)
