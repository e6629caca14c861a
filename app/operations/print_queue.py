"""The print queue: takes queued jobs, renders them, sends them, writes down how it went.

Without Qt, so that the window, the command line and tests run the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import BusinessError
from app.core.messages import N_
from app.database.engine import transaction
from app.documents.bin_label import BinLabelData, render_bin_label
from app.documents.carton_label import CartonLabelData, render_carton_label
from app.documents.command_sheet import CommandSheetData, render_command_sheet
from app.documents.document import Document
from app.documents.invoice import InvoiceData, render_invoice
from app.documents.load_sheet import LoadSheetData, render_load_sheet
from app.documents.manifest import ManifestData, render_manifest
from app.documents.order_confirmation import OrderConfirmationData, render_order_confirmation
from app.documents.packing_slip import PackingSlipData, render_packing_slip
from app.documents.pick_list import PickListData, render_pick_list
from app.documents.printer_test import PrinterTestData, render_printer_test
from app.gateways.printers import PrinterKind, PrinterLanguage, PrinterTarget, Sent, send
from app.operations.printing import record_print
from app.operations.run import Runner
from app.queries.paper import PaperData, PaperOf, paper
from app.rules.printing import ROLE_OF, DocumentKind, PrinterRole, PrintJobState


class NoPrinter(BusinessError):
    """Nobody said where this kind of paper is printed."""

    sentence = N_(
        "There is no printer for {role} at this station. "
        "Choose one at the Administration desk, or name a printer when asking for the paper."
    )


class PrinterSwitchedOff(BusinessError):
    """A printer that is no longer used."""

    sentence = N_("The printer {printer} is not in use any more. Choose another one.")


@dataclass(frozen=True, slots=True)
class Printed:
    """How one job ended: `result` says where the paper went, or why there is none."""

    job_id: int
    document: DocumentKind
    is_printed: bool
    result: str
    paths: tuple[Path, ...] = ()


_QUEUED = text("""
    SELECT j.id FROM print_job j
     WHERE j.state = 'queued'
       AND (CAST(:station AS text) IS NULL OR j.station IS NULL OR j.station = :station)
       AND has_table_privilege(CASE j.document WHEN 'invoice' THEN 'invoice'
                                               WHEN 'test_page' THEN 'printer'
                                               ELSE 'sales_order' END, 'SELECT')
     ORDER BY j.id
""")

_PRINTING = 60221
"""The advisory lock of a job being printed is (this, its id): another queue passes it by."""

_TAKE = text("SELECT pg_try_advisory_xact_lock(:what, CAST(:id % 2147483647 AS int))")
_JOB = text("""
    SELECT j.id, j.document, j.subject_id, j.copies, j.printer_id, j.station
      FROM print_job j WHERE j.id = :id AND j.state = 'queued'
""")

_PRINTER = text("""
    SELECT p.id, p.code, p.name, p.kind, p.address, p.language, p.dots_per_mm, p.is_active
      FROM printer p
      LEFT JOIN station_printer r ON r.printer_id = p.id AND r.role = :role
      LEFT JOIN station s ON s.id = r.station_id
     WHERE CASE WHEN CAST(:printer AS bigint) IS NOT NULL THEN p.id = :printer
                ELSE r.id IS NOT NULL AND (r.station_id IS NULL OR s.code = :station) END
     ORDER BY r.station_id NULLS LAST LIMIT 1
""")


def render_paper(paper_of: PaperOf[PaperData], dots_per_mm: Decimal = Decimal(8)) -> Document:
    """The document of a paper's data, labels for a printer of this density."""
    data, language = paper_of.data, paper_of.language
    if isinstance(data, InvoiceData):
        return render_invoice(data, language)
    if isinstance(data, PickListData):
        return render_pick_list(data, language)
    if isinstance(data, PackingSlipData):
        return render_packing_slip(data, language)
    if isinstance(data, CartonLabelData):
        return render_carton_label(data, language, dots_per_mm)
    if isinstance(data, BinLabelData):
        return render_bin_label(data, language, dots_per_mm)
    if isinstance(data, ManifestData):
        return render_manifest(data, language)
    if isinstance(data, LoadSheetData):
        return render_load_sheet(data, language)
    if isinstance(data, CommandSheetData):
        return render_command_sheet(data, language)
    if isinstance(data, PrinterTestData):
        return render_printer_test(data, language, dots_per_mm)
    assert isinstance(data, OrderConfirmationData)
    return render_order_confirmation(data, language)


class PrintQueue:
    """Prints what is queued in one database, as the runner's login at the runner's station.

    What this login may not read is left to a window of somebody who may.

    Folder printers with a relative address write below `folder`.
    """

    def __init__(
        self,
        runner: Runner,
        *,
        folder: Path | None = None,
        send_to: Callable[[PrinterTarget, Document, int], Sent] = send,
    ) -> None:
        self._runner = runner
        self._folder = folder or Path.cwd()
        self._send = send_to

    def run_once(self) -> tuple[Printed, ...]:
        """Print everything that is queued now; a job that fails stays, with its reason.

        A job being printed is taken by an advisory lock until its end is written down, so that
        two queues never print it twice.
        """
        with transaction(self._runner.engine) as session:
            jobs = list(session.execute(_QUEUED, {"station": self._runner.station}).scalars())
        done = [self._run(job) for job in jobs]
        return tuple(each for each in done if each is not None)

    def _run(self, job_id: int) -> Printed | None:
        with transaction(self._runner.engine) as session:
            if not session.execute(_TAKE, {"what": _PRINTING, "id": job_id}).scalar_one():
                return None
            job = session.execute(_JOB, {"id": job_id}).one_or_none()
            if job is None:
                return None
            printed, pdf = self._print(session, job)
            # By its own connection: the answer is kept even if this one is lost meanwhile.
            self._runner.do(
                record_print,
                job=job.id,
                state=PrintJobState.PRINTED if printed.is_printed else PrintJobState.FAILED,
                result=printed.result,
                pdf=pdf,
            )
            return printed

    def _print(self, session: Session, job: Any) -> tuple[Printed, bytes | None]:
        kind = DocumentKind(job.document)
        try:
            printer, density = self._printer(session, job, kind)
            document = self._document(session, kind, job.subject_id, density)
            sent = self._send(printer, document, job.copies)
        except BusinessError as refused:
            return Printed(job.id, kind, False, refused.message()), None
        pdf = document.pdf if kind is DocumentKind.INVOICE else None
        return Printed(job.id, kind, True, f"{printer.name}: {sent.receipt}", sent.paths), pdf

    def _document(
        self, session: Session, kind: DocumentKind, subject: int, density: Decimal
    ) -> Document:
        """The paper; an invoice that went out before is the very same bytes again."""
        document = render_paper(paper(session, document=kind, subject=subject), density)
        if kind is not DocumentKind.INVOICE:
            return document
        archived = session.execute(
            text("""SELECT pdf FROM archived_document
                     WHERE document = 'invoice' AND subject_id = :id ORDER BY id LIMIT 1"""),
            {"id": subject},
        ).scalar_one_or_none()
        return document if archived is None else replace(document, pdf=bytes(archived))

    def _printer(
        self, session: Session, job: Any, kind: DocumentKind
    ) -> tuple[PrinterTarget, Decimal]:
        role = ROLE_OF.get(kind, PrinterRole.DOCUMENTS)
        row = session.execute(
            _PRINTER, {"printer": job.printer_id, "role": role.value, "station": job.station}
        ).one_or_none()
        if row is None:
            raise NoPrinter(role=role.value)
        if not row.is_active:
            raise PrinterSwitchedOff(printer=row.name)
        address = row.address
        if row.kind == PrinterKind.FOLDER and not Path(address).is_absolute():
            folder = self._folder / address
            folder.mkdir(parents=True, exist_ok=True)
            address = str(folder)
        target = PrinterTarget(
            row.name, PrinterKind(row.kind), address, PrinterLanguage(row.language)
        )
        return target, Decimal(row.dots_per_mm)
