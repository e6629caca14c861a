"""The command behind every import: rows of a table become records, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.changes import Changes
from app.core.clock import today
from app.core.errors import BusinessError
from app.core.messages import N_
from app.operations.importing.kinds import Finding, ImportKind, Intake, Rejected, plan_anew
from app.operations.importing.parsing import Parsed, parse
from app.operations.importing.registry import KINDS
from app.operations.importing.tables import Table
from app.operations.run import Secret

SHOWN = 20
"""How many rejects stand in the sentence; all of them are in its data."""


class UnknownImport(BusinessError):
    """Nothing of that name can be imported."""

    sentence = N_("{kind} cannot be imported. What can: {known}.")


class NoCompanyYet(BusinessError):
    """A database without its company."""

    sentence = N_("The company has no settings yet. Set its name, country and currency first.")


class LinesNeeded(BusinessError):
    """A kind of two files, given as one."""

    sentence = N_("{kind} come in two files: give the one with their lines with --lines.")


class LinesNotNeeded(BusinessError):
    """A second file for a kind that has one."""

    sentence = N_("{kind} come in one file; leave --lines out.")


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong, or odd, with one cell: its row in the file, its column, the text, why."""

    row: int
    column: str
    value: str
    reason: str
    is_of_lines: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: how many rows went in, which did not and why."""

    kind: str
    imported: int
    rejects: tuple[Found, ...]
    warnings: tuple[Found, ...]
    unknown_columns: tuple[str, ...]
    left_out: tuple[tuple[int, bool], ...]
    """Rows that did not go in though nothing is wrong with them: (row, is of the lines)."""
    file: str
    sha256: str
    changes: Changes


class ImportRefused(BusinessError):
    """Some rows cannot be imported, so none was."""

    sentence = N_("{count} of {rows} rows of {kind} cannot be imported, so none was:\n{reasons}")

    def __init__(self, report: Imported, rows: int) -> None:
        bad = {(each.row, each.is_of_lines) for each in report.rejects}
        super().__init__(kind=report.kind, count=len(bad), rows=rows, reasons=_told(report.rejects))
        self.report = report

    def heading(self, language: str | None = None) -> str:
        """What happened, without the reasons."""
        return self.message(language).split(":\n", 1)[0] + "."


class DryRun(BusinessError):
    """A dry run came to its end; everything it did was taken back."""

    sentence = N_("{imported} rows of {kind} could be imported. This was a dry run.")

    def __init__(self, report: Imported) -> None:
        super().__init__(kind=report.kind, imported=report.imported)
        self.report = report


def kind_of(name: str) -> ImportKind:
    """What the name names. Raises: UnknownImport."""
    kind = KINDS.get(name)
    if kind is None:
        raise UnknownImport(kind=name, known=list(KINDS))
    return kind


def import_rows(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    table: Annotated[Table, Secret()],
    lines: Annotated[Table | None, Secret()] = None,
    file: str = "",
    sha256: str = "",
    create_missing: bool = False,
    partly: bool = False,
    dry_run: bool = False,
) -> Imported:
    """Import a table of text in the columns of its kind: all rows or, with `partly`, the good ones.

    The log keeps the file's name and fingerprint, not its rows. `create_missing` makes the
    groups, warehouses and bins that rows name.
    Raises: ImportRefused, DryRun, UnknownImport, ColumnMissing, NotPermitted, LinesNeeded.
    """
    chosen = kind_of(kind)
    for group in chosen.groups:
        actor.require(f"import_{kind}", group)
    plan_anew(session)
    # Files are as long as they are: no time limits for this transaction.
    company = session.execute(
        text("""SELECT currency, time_zone, set_config('statement_timeout', '0', true),
                       set_config('idle_in_transaction_session_timeout', '0', true)
                  FROM company""")
    ).one_or_none()
    if company is None:
        raise NoCompanyYet
    parsed, parsed_lines = read_rows(chosen, table, lines)
    intake = Intake(
        session,
        actor,
        company.currency,
        today(company.time_zone),
        create_missing=create_missing,
        is_partly=partly,
        lines=parsed_lines.rows if parsed_lines else (),
        rejects=[*parsed.rejects, *(parsed_lines.rejects if parsed_lines else ())],
        warnings=[*parsed.left_out, *(parsed_lines.left_out if parsed_lines else ())],
    )

    def report(changes: Changes) -> Imported:
        return Imported(
            kind,
            intake.taken,
            tuple(map(found, intake.rejects)),
            tuple(map(found, intake.warnings)),
            parsed.unknown_columns,
            tuple(sorted(intake.left_out)),
            file,
            sha256,
            changes,
        )

    try:
        changes = chosen.write(intake, parsed.rows)
    except Rejected:
        rows = len(table.rows) + (len(lines.rows) if lines else 0)
        raise ImportRefused(report(Changes()), rows) from None
    done = report(changes)
    if dry_run:
        raise DryRun(done)
    return done


def read_rows(
    kind: ImportKind, table: Table, lines: Table | None = None
) -> tuple[Parsed, Parsed | None]:
    """The typed rows of one or two tables: what preview and import both start from.

    Raises: ColumnMissing, LinesNeeded, LinesNotNeeded.
    """
    if kind.line_columns and lines is None and not kind.may_lack_lines:
        raise LinesNeeded(kind=kind.name)
    if lines is not None and not kind.line_columns:
        raise LinesNotNeeded(kind=kind.name)
    return (
        parse(kind.name, kind.columns, table),
        parse(kind.name, kind.line_columns, lines, is_of_lines=True) if lines else None,
    )


def found(finding: Finding) -> Found:
    """A finding with its reason as a sentence."""
    return Found(
        finding.line, finding.column, finding.value, finding.reason.message(), finding.is_of_lines
    )


def _told(rejects: Sequence[Found]) -> str:
    told = [
        f"{'line ' if each.is_of_lines else ''}row {each.row}"
        f"{', ' + each.column if each.column else ''}: {each.reason}"
        for each in rejects[:SHOWN]
    ]
    more: list[Any] = [f"… and {len(rejects) - SHOWN} more"] if len(rejects) > SHOWN else []
    return "\n".join([*told, *more])
