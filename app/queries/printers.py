"""Printers, what stations print on them, and paper that is not printed yet or failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import Kind, PrinterRef, PrintJobRef
from app.queries.beginnings import as_typed, beginnings
from app.rules.printing import ROLE_OF, DocumentKind, PrinterRole, PrintJobState


@dataclass(frozen=True, slots=True)
class PrinterRow:
    """A printer in the list; `unprinted` is the paper that failed on it."""

    id: int
    key: tuple[Any, ...]
    code: str
    name: str
    way: str
    address: str
    language: str
    is_active: bool
    unprinted: int
    uses: int
    kind: Kind = Kind.PRINTER


@dataclass(frozen=True, slots=True)
class PrinterUse:
    """What is printed on it, and at which station; all stations without an own when none."""

    role: PrinterRole
    station_id: int | None
    station: str
    station_name: str


@dataclass(frozen=True, slots=True)
class PrinterWhole:
    """A printer with all that is printed on it; `way` is system, socket or folder."""

    id: int
    code: str
    name: str
    way: str
    address: str
    language: str
    dots_per_mm: int
    is_active: bool
    unprinted: int
    uses: tuple[PrinterUse, ...]


@dataclass(frozen=True, slots=True)
class PrintJobRow:
    """A paper that waits or failed.

    `about` is the number of what it is about (`subject_id`), where the reader may know it;
    `printer` the one that was named, or else the one its station prints such paper on (empty for
    none).
    """

    id: int
    key: tuple[Any, ...]
    document: DocumentKind
    subject_id: int
    about: str
    copies: int
    state: PrintJobState
    result: str
    station: str
    operator: str
    printer_id: int | None
    printer: str
    is_named: bool
    queued_at: datetime
    finished_at: datetime | None
    kind: Kind = Kind.PRINT_JOB


_ROLES = " ".join(f"WHEN '{kind.value}' THEN '{role.value}'" for kind, role in ROLE_OF.items())
_ROLE = f"(CASE j.document {_ROLES} ELSE '{PrinterRole.DOCUMENTS.value}' END)"
_USUAL = f"""
    LEFT JOIN LATERAL (
      SELECT u.printer_id FROM station_printer u LEFT JOIN station s ON s.id = u.station_id
       WHERE u.role = {_ROLE} AND (u.station_id IS NULL OR s.code = j.station)
       ORDER BY u.station_id NULLS LAST LIMIT 1) usual ON true"""
"""Where a job is printed when it names no printer, as the print queue finds it."""

_UNPRINTED = f"""
    LEFT JOIN (SELECT coalesce(j.printer_id, usual.printer_id) AS printer_id, count(*) AS many
                 FROM print_job j {_USUAL}
                WHERE j.state = 'failed' GROUP BY 1) failed ON failed.printer_id = p.id"""


def printers(
    session: Session,
    *,
    filter: str = "",
    after: tuple[bool, str] | None = None,
    limit: int = 100,
) -> tuple[PrinterRow, ...]:
    """One page of printers by code; `filter` begins a code or is in a name. One statement."""
    typed = as_typed(filter)
    rows = session.execute(
        text(f"""
            SELECT p.id, p.code, p.name, p.kind, p.address, p.language, p.is_active,
                   coalesce(failed.many, 0) AS unprinted,
                   (SELECT count(*) FROM station_printer u WHERE u.printer_id = p.id) AS uses
              FROM printer p {_UNPRINTED}
             WHERE (upper(p.code) >= :code AND upper(p.code) < :code_end
                    OR strpos(lower(p.name), :name) > 0)
               AND (CAST(:after AS text) IS NULL OR (NOT p.is_active, p.code) > (:off, :after))
             ORDER BY NOT p.is_active, p.code LIMIT :limit"""),
        {
            **beginnings(typed),
            "off": after[0] if after else False,
            "after": after[1] if after else None,
            "limit": limit,
        },
    )
    return tuple(
        PrinterRow(
            row.id,
            (not row.is_active, row.code),
            row.code,
            row.name,
            row.kind,
            row.address,
            row.language,
            row.is_active,
            row.unprinted,
            row.uses,
        )
        for row in rows
    )


def printer(session: Session, *, printer: PrinterRef) -> PrinterWhole:
    """A printer and what is printed on it. Raises: NotFound."""
    row = session.execute(
        text(f"""SELECT p.*, coalesce(failed.many, 0) AS unprinted FROM printer p {_UNPRINTED}
                  WHERE p.id = :id"""),
        {"id": printer},
    ).one_or_none()
    if row is None:
        raise NotFound(what="printer", value=printer)
    uses = session.execute(
        text("""
            SELECT u.role, s.id, coalesce(s.code, ''), coalesce(s.name, '')
              FROM station_printer u LEFT JOIN station s ON s.id = u.station_id
             WHERE u.printer_id = :id ORDER BY s.code NULLS FIRST, u.role"""),
        {"id": printer},
    )
    return PrinterWhole(
        row.id,
        row.code,
        row.name,
        row.kind,
        row.address,
        row.language,
        row.dots_per_mm,
        row.is_active,
        row.unprinted,
        tuple(PrinterUse(PrinterRole(role), *station) for role, *station in uses),
    )


_NUMBERS = {
    DocumentKind.PICK_LIST: ("picklist", "number"),
    DocumentKind.PACKING_SLIP: ("shipment", "number"),
    DocumentKind.CARTON_LABEL: ("carton", "sscc"),
    DocumentKind.BIN_LABEL: ("location", "code"),
    DocumentKind.MANIFEST: ("trip", "number"),
    DocumentKind.LOAD_SHEET: ("trip", "number"),
    DocumentKind.INVOICE: ("invoice", "number"),
    DocumentKind.ORDER_CONFIRMATION: ("sales_order", "number"),
    DocumentKind.COMMAND_SHEET: ("station", "code"),
    DocumentKind.TEST_PAGE: ("printer", "code"),
}
"""Where the number stands of what a paper is about."""


def _about(session: Session) -> str:
    """The number a paper is about, of the kinds of paper whose tables this login may read."""
    tables = sorted({table for table, _column in _NUMBERS.values()})
    answers = session.execute(
        text("SELECT t, has_table_privilege(t, 'SELECT') FROM unnest(CAST(:tables AS text[])) t"),
        {"tables": tables},
    )
    may = dict(tuple(row) for row in answers)
    cases = " ".join(
        f"WHEN '{kind.value}' THEN (SELECT o.{column} FROM {table} o WHERE o.id = j.subject_id)"
        for kind, (table, column) in _NUMBERS.items()
        if may[table]
    )
    return f"(CASE j.document {cases} END)"


def _job_sql(session: Session, where: str) -> str:
    return f"""
        SELECT j.id, j.document, j.subject_id, coalesce({_about(session)}, '') AS about,
               j.copies, j.state, j.result, coalesce(j.station, '') AS station, j.operator,
               p.id AS printer_id,
               coalesce(p.name, '') AS printer, j.printer_id IS NOT NULL AS is_named,
               j.queued_at, j.finished_at
          FROM print_job j {_USUAL}
          LEFT JOIN printer p ON p.id = coalesce(j.printer_id, usual.printer_id)
         WHERE {where}"""


def print_jobs(
    session: Session,
    *,
    filter: str = "",
    after: tuple[int] | None = None,
    limit: int = 100,
) -> tuple[PrintJobRow, ...]:
    """One page of paper that failed or waits, the newest first; two statements.

    `filter` begins the code of a station or printer, or is in the printer's name or the reason.
    """
    where = """j.state IN ('failed', 'queued')
               AND (CAST(:after AS bigint) IS NULL OR j.id < :after)
               AND (:name = '' OR starts_with(lower(coalesce(j.station, '')), :name)
                    OR starts_with(lower(coalesce(p.code, '')), :name)
                    OR strpos(lower(coalesce(p.name, '')), :name) > 0
                    OR strpos(lower(j.result), :name) > 0)
             ORDER BY j.id DESC LIMIT :limit"""
    rows = session.execute(
        text(_job_sql(session, where)),
        {
            "name": as_typed(filter).casefold(),
            "after": after[0] if after else None,
            "limit": limit,
        },
    )
    return tuple(map(_job, rows))


def print_job(session: Session, *, job: PrintJobRef) -> PrintJobRow:
    """One paper that was asked for, in whatever state. Raises: NotFound."""
    row = session.execute(text(_job_sql(session, "j.id = :id")), {"id": job}).one_or_none()
    if row is None:
        raise NotFound(what="print job", value=job)
    return _job(row)


def _job(row: Any) -> PrintJobRow:
    return PrintJobRow(
        row.id,
        (row.id,),
        DocumentKind(row.document),
        row.subject_id,
        row.about,
        row.copies,
        PrintJobState(row.state),
        row.result,
        row.station,
        row.operator,
        row.printer_id,
        row.printer,
        row.is_named,
        row.queued_at,
        row.finished_at,
    )
