"""Files as tables of text: CSV (also gzipped) and XLSX, read whole or refused in a sentence."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.core.errors import BusinessError
from app.core.messages import N_, plain

DELIMITERS = ",;\t"
"""What may part the cells of a CSV file; the header says which one does."""


class FileNotThere(BusinessError):
    """No such file, or one that may not be read."""

    sentence = N_("The file {file} cannot be read: {reason}.")


class FileEmpty(BusinessError):
    """Nothing in it, not even a header."""

    sentence = N_("The file {file} is empty. Its first row must name the columns.")


class FileDamaged(BusinessError):
    """Cut off or not what its name says."""

    sentence = N_("The file {file} is damaged or cut off ({reason}). Get it anew.")


class WrongEncoding(BusinessError):
    """Text that is not UTF-8."""

    sentence = N_(
        "The file {file} is not UTF-8 text (row {row}). "
        "Save it as CSV UTF-8, or as an Excel workbook (.xlsx)."
    )


class NotATable(BusinessError):
    """Neither CSV nor XLSX."""

    sentence = N_(
        "{file} is not a table this can read. Save it as CSV UTF-8 (.csv, .csv.gz) "
        "or as an Excel workbook (.xlsx)."
    )


class CellsUnclear(BusinessError):
    """Quotes that do not fit, or a cell larger than any record."""

    sentence = N_("The file {file} cannot be cut into cells at row {row}: {reason}.")


class ColumnTwice(BusinessError):
    """Two columns of one name."""

    sentence = N_("The file {file} has the column {column} twice. Rename or remove one.")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of the file that a mapping leaves out, for what a column of the file says in it."""

    number: int
    column: str
    value: str
    mapping: str


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows, all text. `numbers` are the rows' places in the file, header 1.

    `left_out` are rows of the file that are not among them.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def numbered(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each row with its place in the file."""
        return zip(self.numbers or range(2, len(self.rows) + 2), self.rows, strict=True)


def read_table(path: Path) -> Table:
    """The table in a file, every cell as text; empty rows are left out.

    Raises: FileNotThere, FileEmpty, FileDamaged, WrongEncoding, NotATable, CellsUnclear,
    ColumnTwice.
    """
    name = path.name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileNotThere(file=str(path), reason=error.strerror or error) from error
    kind = path.suffix.lower()
    if kind == ".gz":
        content, kind = _unzipped(name, content), Path(path.stem).suffix.lower()
    if kind == ".xlsx" or content.startswith(b"PK\x03\x04"):
        return _table(name, _workbook_rows(name, content))
    if kind in (".xls", ".ods", ".pdf", ".json", ".xml"):
        raise NotATable(file=name)
    return _table(name, _csv_rows(name, content))


def header_key(column: str) -> str:
    """A column's name as names are compared: `Item number` is `item_number`."""
    return "_".join(column.strip().casefold().replace("-", " ").split())


def _unzipped(name: str, content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise FileDamaged(file=name, reason=error) from error


def _csv_rows(name: str, content: bytes) -> Iterator[Sequence[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise WrongEncoding(file=name, row=row) from error
    header = text[:10_000].split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 1
    try:
        for cells in reader:
            row += 1
            yield cells
    except csv.Error as error:
        raise CellsUnclear(file=name, row=row, reason=error) from error


def _workbook_rows(name: str, content: bytes) -> Iterator[Sequence[str]]:
    """The first sheet. A formula stays a formula: the cell's text then begins with `=`."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(values_only=True):
            yield [_cell_text(value) for value in row]
        book.close()
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        ParseError,
        EOFError,
        zlib.error,
    ) as error:
        raise FileDamaged(file=name, reason="it is not an Excel workbook") from error


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return plain(Decimal(repr(value)))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _table(name: str, rows: Iterable[Sequence[str]]) -> Table:
    columns: tuple[str, ...] | None = None
    found: list[tuple[str, ...]] = []
    numbers: list[int] = []
    for number, row in enumerate(rows, start=1):
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = tuple(header_key(cell) for cell in row)
            while columns and not columns[-1]:
                columns = columns[:-1]
            twice = next((c for c in columns if c and columns.count(c) > 1), None)
            if twice is not None:
                raise ColumnTwice(file=name, column=twice)
            continue
        found.append(tuple(row))
        numbers.append(number)
    if columns is None:
        raise FileEmpty(file=name)
    return Table(columns, tuple(found), tuple(numbers))
