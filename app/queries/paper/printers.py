"""The test page of a printer: what it is set up to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.messages import N_
from app.documents.document import words
from app.documents.printer_test import PrinterTestData
from app.queries.paper.sources import Company, PaperOf, one

WAYS = {
    "system": N_("a print queue of the computer"),
    "socket": N_("the network"),
    "folder": N_("a folder"),
}
"""How a printer is reached, by its kind."""


def printer_test(session: Session, company: Company, subject: int) -> PaperOf[PrinterTestData]:
    """A printer as it is set up; a label when it prints labels alone. Raises: NotFound."""
    row = one(session, "SELECT * FROM printer WHERE id = :id", "printer", subject)
    data = PrinterTestData(
        company.letterhead,
        row.code,
        row.name,
        words(WAYS[row.kind], company.language),
        row.address,
        row.language.upper(),
        row.dots_per_mm,
        row.language == "zpl",
        company.paper,
    )
    return PaperOf(data, company.language)
