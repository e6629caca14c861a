"""The print queue: takes queued jobs, renders them, sends them, writes down how it went.

Without Qt, so that the window, the command line and tests run the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import BusinessError
from app.database.engine import transaction
from app.documents.document import Document
from app.gateways.printers import PrinterKind, PrinterLanguage, PrinterTarget, Sent, send
from app.operations.printing import record_print
from app.operations.run import Runner
from app.queries.paper.printed import PrinterOfPaper, paper_as_printed, printer_of_paper
from app.rules.printing import DocumentKind, PrintJobState


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
            printer = printer_of_paper(
                session, document=kind, station=job.station, printer=job.printer_id
            )
            printer.check()
            document = paper_as_printed(
                session, document=kind, subject=job.subject_id, dots_per_mm=printer.dots_per_mm
            )
            sent = self._send(self._target(printer), document, job.copies)
        except BusinessError as refused:
            return Printed(job.id, kind, False, refused.message()), None
        pdf = document.pdf if kind is DocumentKind.INVOICE else None
        return Printed(job.id, kind, True, f"{printer.name}: {sent.receipt}", sent.paths), pdf

    def _target(self, printer: PrinterOfPaper) -> PrinterTarget:
        address = printer.address
        if printer.way == PrinterKind.FOLDER and not Path(address).is_absolute():
            folder = self._folder / address
            folder.mkdir(parents=True, exist_ok=True)
            address = str(folder)
        return PrinterTarget(
            printer.name, PrinterKind(printer.way), address, PrinterLanguage(printer.language)
        )
