"""What stands on each paper, read from the database by the id of its subject.

Barcode texts come from the same tables the scanner's parser reads, so what is printed is what
is understood.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.documents.bin_label import BinLabelData
from app.documents.carton_label import CartonLabelData
from app.documents.command_sheet import CommandSheetData
from app.documents.invoice import InvoiceData
from app.documents.load_sheet import LoadSheetData
from app.documents.manifest import ManifestData
from app.documents.order_confirmation import OrderConfirmationData
from app.documents.packing_slip import PackingSlipData
from app.documents.pick_list import PickListData
from app.documents.printer_test import PrinterTestData
from app.queries.paper.commands import command_sheet, scanner_commands
from app.queries.paper.floor import bin_label, carton_label, packing_slip, pick_list
from app.queries.paper.priced import invoice, order_confirmation
from app.queries.paper.printers import printer_test
from app.queries.paper.sources import Company, PaperOf, company_of
from app.queries.paper.trucks import load_sheet, manifest
from app.rules.printing import DocumentKind

__all__ = ["PaperData", "PaperOf", "paper", "scanner_commands"]

PaperData = (
    PickListData
    | PackingSlipData
    | CartonLabelData
    | BinLabelData
    | ManifestData
    | LoadSheetData
    | InvoiceData
    | OrderConfirmationData
    | CommandSheetData
    | PrinterTestData
)


def paper(session: Session, *, document: DocumentKind, subject: int) -> PaperOf[PaperData]:
    """The data of one paper.

    `subject` is the id of a picklist, shipment, carton, location, trip, invoice, order, station or
    printer.
    Raises: NotFound.
    """
    company = company_of(session)
    make = _PAPERS.get(document)
    if make is None:
        raise NotFound(what="paper", value=document.value)
    return make(session, company, subject)


_PAPERS: dict[DocumentKind, Callable[[Session, Company, int], PaperOf[PaperData]]] = {
    DocumentKind.PICK_LIST: pick_list,
    DocumentKind.PACKING_SLIP: packing_slip,
    DocumentKind.CARTON_LABEL: carton_label,
    DocumentKind.BIN_LABEL: bin_label,
    DocumentKind.MANIFEST: manifest,
    DocumentKind.LOAD_SHEET: load_sheet,
    DocumentKind.INVOICE: invoice,
    DocumentKind.ORDER_CONFIRMATION: order_confirmation,
    DocumentKind.COMMAND_SHEET: command_sheet,
    DocumentKind.TEST_PAGE: printer_test,
}
