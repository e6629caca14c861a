"""Paper is asked for by a row, printed after the commit, and the row says how it went."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind, PrinterRef, PrintJobRef, StationRef
from app.core.messages import N_
from app.models.printing import ArchivedDocument, PrintJob
from app.operations.run import Secret
from app.rules.printing import DocumentKind, PrintJobState

MOST_COPIES = 99

_SUBJECTS: dict[DocumentKind, tuple[str, str]] = {
    DocumentKind.PICK_LIST: ("picklist", "SELECT 1 FROM picklist WHERE id = :id"),
    DocumentKind.PACKING_SLIP: ("shipment", "SELECT 1 FROM shipment WHERE id = :id"),
    DocumentKind.CARTON_LABEL: ("carton", "SELECT 1 FROM carton WHERE id = :id"),
    DocumentKind.BIN_LABEL: ("location", "SELECT 1 FROM location WHERE id = :id"),
    DocumentKind.MANIFEST: ("trip", "SELECT 1 FROM trip WHERE id = :id"),
    DocumentKind.LOAD_SHEET: ("trip", "SELECT 1 FROM trip WHERE id = :id"),
    DocumentKind.INVOICE: ("invoice", "SELECT 1 FROM invoice WHERE id = :id"),
    DocumentKind.ORDER_CONFIRMATION: ("order", "SELECT 1 FROM sales_order WHERE id = :id"),
    DocumentKind.COMMAND_SHEET: ("station", "SELECT 1 FROM station WHERE id = :id"),
    DocumentKind.TEST_PAGE: ("printer", "SELECT 1 FROM printer WHERE id = :id"),
}


class CopiesOutOfRange(BusinessError):
    """No copies, or more than anybody means."""

    sentence = N_("{copies} copies cannot be printed at once. Ask for 1 to {most}.")


class NotQueued(BusinessError):
    """The job is finished; a failed one is asked for again."""

    sentence = N_("Print job {job} is {state} already. Ask for the paper again.")


class NotAResult(BusinessError):
    """A job ends printed or failed."""

    sentence = N_("A print job ends printed or failed, not {state}.")


class NotFailed(BusinessError):
    """Only what failed is tried again."""

    sentence = N_("Print job {job} is {state}; only a failed one is tried again.")


class StaysAtItsPrinter(BusinessError):
    """A test page tells of one printer."""

    sentence = N_("A test page is about its own printer. Ask for one of the other printer instead.")


@dataclass(frozen=True, slots=True)
class PrintAsked:
    """A queued print job."""

    job_id: int
    changes: Changes


def queue_print(session: Session, actor: Actor, papers: Sequence[tuple[DocumentKind, int]]) -> None:
    """Queue papers, each by its kind and what it is about, with what causes them. One statement.

    They are printed after the commit.
    """
    session.execute(
        text("""
            INSERT INTO print_job (document, subject_id, station, operator)
            SELECT document, subject, :station, :operator
              FROM unnest(CAST(:documents AS text[]), CAST(:subjects AS bigint[]))
                   WITH ORDINALITY AS p(document, subject, n)
             ORDER BY n"""),
        {
            "documents": [document.value for document, _ in papers],
            "subjects": [subject for _, subject in papers],
            "station": actor.station,
            "operator": actor.operator,
        },
    )


def request_print(
    session: Session,
    actor: Actor,
    *,
    document: DocumentKind,
    subject: int,
    copies: int = 1,
    printer: PrinterRef | None = None,
) -> PrintAsked:
    """Ask for a paper; without `printer` the station's for that kind of paper prints it.

    `subject` is the id of what it is about. Raises: NotFound, CopiesOutOfRange.
    """
    if not 1 <= copies <= MOST_COPIES:
        raise CopiesOutOfRange(copies=copies, most=MOST_COPIES)
    if document not in _SUBJECTS:
        raise NotFound(what="paper", value=document.value)
    what, exists = _SUBJECTS[document]
    if document is DocumentKind.INVOICE:
        actor.require("print invoices", Group.SALES, Group.ACCOUNTING)
    if session.execute(text(exists), {"id": subject}).first() is None:
        raise NotFound(what=what, value=subject)
    job = session.execute(
        insert(PrintJob).returning(PrintJob.id),
        [
            {
                "document": document,
                "subject_id": subject,
                "copies": copies,
                "printer_id": printer,
                "station": actor.station,
                "operator": actor.operator,
            }
        ],
    ).scalar_one()
    return PrintAsked(job, changed(Kind.PRINT_JOB, job))


def print_command_sheet(
    session: Session,
    actor: Actor,
    *,
    station: StationRef,
    copies: int = 1,
    printer: PrinterRef | None = None,
) -> PrintAsked:
    """Ask for the sheet with the barcodes of a station's commands.

    Raises: NotFound, CopiesOutOfRange.
    """
    return request_print(
        session,
        actor,
        document=DocumentKind.COMMAND_SHEET,
        subject=station,
        copies=copies,
        printer=printer,
    )


def print_test_page(
    session: Session, actor: Actor, *, printer: PrinterRef, copies: int = 1
) -> PrintAsked:
    """Ask for a page (for a label printer, a label) that shows how a printer is set up.

    Raises: NotFound, CopiesOutOfRange.
    """
    return request_print(
        session,
        actor,
        document=DocumentKind.TEST_PAGE,
        subject=printer,
        copies=copies,
        printer=printer,
    )


def record_print(
    session: Session,
    actor: Actor,
    *,
    job: int,
    state: PrintJobState,
    result: str,
    pdf: Annotated[bytes | None, Secret()] = None,
) -> PrintAsked:
    """Write down how a job went: printed where, or why not.

    `pdf` is archived with its SHA-256 when it is an invoice's first paper; only accounting
    archives. Raises: NotFound, NotQueued, NotAResult.
    """
    if state is PrintJobState.QUEUED:
        raise NotAResult(state=state.value)
    row = session.execute(
        text("""
            UPDATE print_job SET state = :state, result = :result, finished_at = now()
             WHERE id = :id AND state = 'queued' RETURNING document, subject_id"""),
        {"id": job, "state": state.value, "result": result},
    ).one_or_none()
    if row is None:
        raise _refusal(session, job, NotQueued)
    if pdf is not None and actor.is_any(Group.ACCOUNTING):
        _archive(session, row.document, row.subject_id, pdf)
    return PrintAsked(job, changed(Kind.PRINT_JOB, job))


def retry_print(
    session: Session, actor: Actor, *, job: PrintJobRef, printer: PrinterRef | None = None
) -> PrintAsked:
    """Queue a failed job again, at another printer when one is named.

    A test page belongs to its printer and does not move. Raises: NotFound, NotFailed,
    StaysAtItsPrinter, NotPermitted.
    """
    row = session.execute(
        text("SELECT document, subject_id FROM print_job WHERE id = :id"), {"id": job}
    ).one_or_none()
    if row is None:
        raise NotFound(what="print job", value=job)
    if row.document == DocumentKind.INVOICE:
        actor.require("print invoices", Group.SALES, Group.ACCOUNTING)
    if printer is not None:
        found = session.execute(text("SELECT 1 FROM printer WHERE id = :id"), {"id": printer})
        if found.first() is None:
            raise NotFound(what="printer", value=printer)
        if row.document == DocumentKind.TEST_PAGE and row.subject_id != printer:
            raise StaysAtItsPrinter
    done = session.execute(
        text("""
            UPDATE print_job SET state = 'queued', result = '', finished_at = NULL,
                                 printer_id = coalesce(CAST(:printer AS bigint), printer_id)
             WHERE id = :id AND state = 'failed' RETURNING id"""),
        {"id": job, "printer": printer},
    ).one_or_none()
    if done is None:
        raise _refusal(session, job, NotFailed)
    return PrintAsked(job, changed(Kind.PRINT_JOB, job))


def _refusal(session: Session, job: int, refusal: type[BusinessError]) -> BusinessError:
    state = session.execute(
        text("SELECT state FROM print_job WHERE id = :id"), {"id": job}
    ).scalar_one_or_none()
    if state is None:
        return NotFound(what="print job", value=job)
    return refusal(job=job, state=state)


def _archive(session: Session, document: str, subject: int, pdf: bytes) -> None:
    known = session.execute(
        text("SELECT 1 FROM archived_document WHERE document = :document AND subject_id = :id"),
        {"document": document, "id": subject},
    ).first()
    if known is None:
        session.execute(
            insert(ArchivedDocument),
            [
                {
                    "document": DocumentKind(document),
                    "subject_id": subject,
                    "pdf": pdf,
                    "sha256": hashlib.sha256(pdf).hexdigest(),
                }
            ],
        )
