"""A list written into a file that a spreadsheet opens, off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.controllers.files import write_whole
from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.documents.table_file import CellValue

MOST_WRITTEN = 100_000
"""Rows of one file; a workbook of more is nothing to look through."""


@dataclass(frozen=True, slots=True)
class Table:
    """What is to be written; `is_cut` when there was more than fits."""

    columns: Sequence[str]
    rows: Sequence[Sequence[CellValue]]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written; `is_cut` when there were more rows than fit."""

    path: Path
    rows: int
    is_cut: bool


def table_of(rows: Iterable[Any], most: int = MOST_WRITTEN) -> Table:
    """The rows of a query as a table, by the names that `orderwright show` gives their fields.

    What is no single value (a list, a part with fields of its own) stays out, and so do the
    database's own ids and what only a list needs to sort by.
    """
    found = list(islice(rows, most + 1))
    kinds = dict.fromkeys(type(row) for row in found)
    named = dict.fromkeys(each.name for kind in kinds for each in fields(kind))
    names = [
        name
        for name in named
        if not (name == "id" or name.startswith("sorted_") or name.endswith(("_id", "_sort")))
        and any(_is_value(getattr(row, name, None)) for row in found)
    ]
    cells = [[_cell(getattr(row, name, None)) for name in names] for row in found[:most]]
    return Table(names, cells, len(found) > most)


def _is_value(value: object) -> bool:
    return isinstance(value, (str, Decimal, int, date, Enum))


def _cell(value: Any) -> CellValue:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return value if _is_value(value) else None


def write_table(path: Path, title: str, table: Table) -> Written:
    """Write a table: a workbook for .xlsx, else CSV; as `write_whole`."""
    # Here, so that a window does not load what writes workbooks before somebody wants one.
    from app.documents.table_file import as_csv, as_xlsx

    is_workbook = path.suffix.lower() == ".xlsx"
    content = (
        as_xlsx(title, table.columns, table.rows)
        if is_workbook
        else as_csv(table.columns, table.rows)
    )
    write_whole(path, content)
    return Written(path, len(table.rows), table.is_cut)


class ListFiles(QObject):
    """Writes files while the window goes on.

    Signals:
        written: arg: Written.
        refused: arg: BusinessError.
    """

    written = Signal(object)
    refused = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks

    def write(self, path: Path, title: str, read: Callable[[Session], Table]) -> None:
        """Read a table and write it."""
        self._tasks.read(
            lambda session: write_table(path, title, read(session)),
            done=self._tell,
            failed=self._fail,
            owner=self,
        )

    def _tell(self, written: Written) -> None:
        self.written.emit(written)

    def _fail(self, error: Exception) -> None:
        if isinstance(error, BusinessError):
            self.refused.emit(error)
