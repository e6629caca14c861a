"""Importing a file: read it, map its columns, give the command, write down what was rejected."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.errors import BusinessError
from app.core.messages import N_
from app.documents.table_file import harmless
from app.operations.importing.cells import is_number
from app.operations.importing.kinds import ImportKind
from app.operations.importing.mappings import load_mapping, mapped
from app.operations.importing.parsing import REJECT_COLUMNS, Parsed
from app.operations.importing.tables import Table, read_table
from app.operations.importing.verb import (
    DryRun,
    Found,
    Imported,
    ImportRefused,
    import_rows,
    kind_of,
    read_rows,
)
from app.operations.run import Runner


class RejectsNotWritten(BusinessError):
    """Nowhere to put the rows that are left out."""

    sentence = N_(
        "The rejected rows cannot be written to {file}: {reason}. Name another file for them."
    )


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it is, and as the columns of its kind."""

    path: Path
    original: Table
    table: Table
    unread: tuple[str, ...]
    """Columns of the file that no entry of the mapping takes and the kind does not know."""


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """What was asked for at the command line or in the window."""

    kind: ImportKind
    rows: Source
    lines: Source | None


def read_files(
    kind: str, file: Path, *, lines: Path | None = None, mapping: str | None = None
) -> ImportFiles:
    """Read the file (and that of the lines) into the columns of the kind.

    Raises: what `read_table`, `load_mapping` and `mapped` raise, and UnknownImport.
    """
    chosen = kind_of(kind)
    entries = load_mapping(mapping).get(kind, {}) if mapping else {}
    return ImportFiles(
        chosen,
        _source(file, entries, mapping, [each.name for each in chosen.columns]),
        _source(
            lines, entries.get("lines", {}), mapping, [each.name for each in chosen.line_columns]
        )
        if lines
        else None,
    )


def _source(path: Path, entries: Any, mapping: str | None, known: Sequence[str]) -> Source:
    original = read_table(path)
    table = mapped(original, entries, mapping)[0] if mapping and entries else original
    unread = [
        each for each in table.columns if each and each not in known and each not in REJECT_COLUMNS
    ]
    return Source(path, original, table, tuple(unread))


def preview(files: ImportFiles) -> tuple[Parsed, Parsed | None]:
    """The rows as they would be imported, read by the same parser; needs no database."""
    return read_rows(files.kind, files.rows.table, files.lines.table if files.lines else None)


def import_files(
    runner: Runner,
    files: ImportFiles,
    *,
    create_missing: bool = False,
    partly: bool = False,
    dry_run: bool = False,
    rejects: Path | None = None,
) -> Imported:
    """Import what was read; rejected rows are written to `rejects`, if given.

    Raises: ImportRefused (nothing was written), DryRun (nothing was to be written),
    RejectsNotWritten (before anything is), and what `import_rows` raises.
    """
    if rejects is not None:
        _check_rejects(files, rejects)
    digest = hashlib.sha256(files.rows.path.read_bytes())
    if files.lines:
        digest.update(files.lines.path.read_bytes())
    try:
        report = runner.do(
            import_rows,
            kind=files.kind.name,
            table=files.rows.table,
            lines=files.lines.table if files.lines else None,
            file=files.rows.path.name,
            sha256=digest.hexdigest(),
            create_missing=create_missing,
            partly=partly,
            dry_run=dry_run,
        )
    except (ImportRefused, DryRun) as told:
        _write_rejects(files, told.report, rejects)
        raise
    _write_rejects(files, report, rejects)
    return report


def lines_rejects(path: Path) -> Path:
    """Where the rejected rows of the second file go: `bad.csv` and `bad-lines.csv`."""
    return path.with_name(f"{path.stem}-lines{path.suffix}")


def _check_rejects(files: ImportFiles, path: Path) -> None:
    """Whether a file may be made there, asked before the good rows go in without the others."""
    read = [source.path.resolve() for source in (files.rows, files.lines) if source is not None]
    for target in (path, lines_rejects(path)) if files.lines else (path,):
        if target.resolve() in read:
            raise RejectsNotWritten(file=str(target), reason="it is the file to be imported")
        is_new = not target.exists()
        try:
            target.open("a").close()
            if is_new:
                target.unlink()
        except OSError as error:
            raise RejectsNotWritten(file=str(target), reason=error.strerror or error) from error


def _write_rejects(files: ImportFiles, report: Imported, path: Path | None) -> None:
    """The rejected rows as they came, behind what is wrong with each.

    Mended, the file can be imported again as it is: its own columns are read past.
    """
    if path is None:
        return
    for source, is_of_lines, target in (
        (files.rows, False, path),
        (files.lines, True, lines_rejects(path)),
    ):
        if source is None:
            continue
        found: dict[int, list[Found]] = {
            number: [] for number, of_lines in report.left_out if of_lines == is_of_lines
        }
        for each in report.rejects:
            if each.is_of_lines == is_of_lines:
                found.setdefault(each.row, []).append(each)
        if found:
            _write_table(target, source.original, found)


def _write_table(path: Path, original: Table, found: dict[int, list[Found]]) -> None:
    names: tuple[Callable[[Found], object], ...] = (
        lambda each: each.row,
        lambda each: each.column,
        lambda each: each.value,
        lambda each: each.reason,
    )
    kept = [index for index, name in enumerate(original.columns) if name not in REJECT_COLUMNS]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*REJECT_COLUMNS, *(original.columns[index] for index in kept)])
        for number, cells in original.numbered():
            if number in found:
                told = ["; ".join(str(name(each)) for each in found[number]) for name in names]
                told[0] = str(number)
                rest = [cells[index] if index < len(cells) else "" for index in kept]
                row = [*told, *rest, *cells[len(original.columns) :]]
                writer.writerow(each if is_number(each) else harmless(each) for each in row)
