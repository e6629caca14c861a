"""A paper as it leaves: on which printer, and the finished document.

The print queue sends what is made here and a preview shows it, so both are the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import BusinessError
from app.core.ids import PrinterRef
from app.documents.bin_label import BinLabelData, render_bin_label
from app.documents.carton_label import CartonLabelData, render_carton_label
from app.documents.command_sheet import CommandSheetData, render_command_sheet
from app.documents.document import Document
from app.documents.invoice import InvoiceData, render_invoice
from app.documents.label import DOTS_PER_MM
from app.documents.load_sheet import LoadSheetData, render_load_sheet
from app.documents.manifest import ManifestData, render_manifest
from app.documents.order_confirmation import OrderConfirmationData, render_order_confirmation
from app.documents.packing_slip import PackingSlipData, render_packing_slip
from app.documents.pick_list import PickListData, render_pick_list
from app.documents.printer_test import PrinterTestData, render_printer_test
from app.queries.paper import PaperData, PaperOf, paper
from app.rules.printing import (
    ROLE_OF,
    DocumentKind,
    NoPrinter,
    NotALabel,
    PrinterRole,
    PrinterSwitchedOff,
)

ZPL = "zpl"
"""The language of label printers, as it stands in a printer's record."""


@dataclass(frozen=True, slots=True)
class PrinterOfPaper:
    """The printer a paper goes to; `way` is system, socket or folder."""

    name: str
    way: str
    address: str
    language: str
    dots_per_mm: Decimal
    is_active: bool

    def check(self) -> None:
        """Refuse what is no longer used. Raises: PrinterSwitchedOff."""
        if not self.is_active:
            raise PrinterSwitchedOff(printer=self.name)


@dataclass(frozen=True, slots=True)
class PaperPreview:
    """A paper to look at: the PDF a print job would send, and where it would go.

    A printer `printer` that `takes_zpl` gets the same label in its own language. `why_not` says
    why it would not be printed now; None when it would.
    """

    document: DocumentKind
    name: str
    pdf: bytes
    printer: str
    takes_zpl: bool
    why_not: BusinessError | None


_PRINTER = text("""
    SELECT p.name, p.kind, p.address, p.language, p.dots_per_mm, p.is_active
      FROM printer p
      LEFT JOIN station_printer r ON r.printer_id = p.id AND r.role = :role
      LEFT JOIN station s ON s.id = r.station_id
     WHERE CASE WHEN CAST(:printer AS bigint) IS NOT NULL THEN p.id = :printer
                ELSE r.id IS NOT NULL AND (r.station_id IS NULL OR s.code = :station) END
     ORDER BY r.station_id NULLS LAST LIMIT 1
""")


def printer_of_paper(
    session: Session,
    *,
    document: DocumentKind,
    station: str | None,
    printer: PrinterRef | None = None,
) -> PrinterOfPaper:
    """The printer that was named, else the one on which the station prints this kind of paper.

    Raises: NoPrinter.
    """
    role = ROLE_OF.get(document, PrinterRole.DOCUMENTS)
    row = session.execute(
        _PRINTER, {"printer": printer, "role": role.value, "station": station}
    ).one_or_none()
    if row is None:
        raise NoPrinter(role=role.value)
    return PrinterOfPaper(
        row.name, row.kind, row.address, row.language, Decimal(row.dots_per_mm), row.is_active
    )


def paper_as_printed(
    session: Session, *, document: DocumentKind, subject: int, dots_per_mm: Decimal = DOTS_PER_MM
) -> Document:
    """The finished paper; an invoice that went out before is the very same bytes again.

    Raises: NotFound.
    """
    made = render_paper(paper(session, document=document, subject=subject), dots_per_mm)
    if document is not DocumentKind.INVOICE:
        return made
    archived = session.execute(
        text("""SELECT pdf FROM archived_document
                 WHERE document = 'invoice' AND subject_id = :id ORDER BY id LIMIT 1"""),
        {"id": subject},
    ).scalar_one_or_none()
    return made if archived is None else replace(made, pdf=bytes(archived))


def paper_preview(
    session: Session,
    *,
    document: DocumentKind,
    subject: int,
    station: str | None = None,
    printer: PrinterRef | None = None,
) -> PaperPreview:
    """What would be printed if it were asked for now. Asks for nothing. Raises: NotFound."""
    goes_to: PrinterOfPaper | None = None
    why_not: BusinessError | None = None
    try:
        goes_to = printer_of_paper(session, document=document, station=station, printer=printer)
        goes_to.check()
    except (NoPrinter, PrinterSwitchedOff) as refused:
        why_not = refused
    density = DOTS_PER_MM if goes_to is None else goes_to.dots_per_mm
    made = paper_as_printed(session, document=document, subject=subject, dots_per_mm=density)
    is_zpl = goes_to is not None and goes_to.language == ZPL
    if goes_to is not None and is_zpl and made.zpl is None and why_not is None:
        why_not = NotALabel(document=made.name, printer=goes_to.name, address=goes_to.address)
    return PaperPreview(
        document,
        made.name,
        made.pdf,
        "" if goes_to is None else goes_to.name,
        is_zpl and made.zpl is not None,
        why_not,
    )


def render_paper(paper_of: PaperOf[PaperData], dots_per_mm: Decimal = DOTS_PER_MM) -> Document:
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
