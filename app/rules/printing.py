"""Paper: what can be printed, on what, and how a job ends."""

from __future__ import annotations

from enum import StrEnum

from app.core.errors import BusinessError
from app.core.messages import N_


class DocumentKind(StrEnum):
    """The papers the program makes."""

    PICK_LIST = "pick_list"
    PACKING_SLIP = "packing_slip"
    CARTON_LABEL = "carton_label"
    BIN_LABEL = "bin_label"
    MANIFEST = "manifest"
    LOAD_SHEET = "load_sheet"
    INVOICE = "invoice"
    ORDER_CONFIRMATION = "order_confirmation"
    COMMAND_SHEET = "command_sheet"
    TEST_PAGE = "test_page"


class PrinterRole(StrEnum):
    """What a workstation prints where."""

    DOCUMENTS = "documents"
    PICKLISTS = "picklists"
    LABELS = "labels"


class PrintJobState(StrEnum):
    """A job is a row: queued in the transaction that caused it, printed after the commit."""

    QUEUED = "queued"
    PRINTED = "printed"
    FAILED = "failed"


ROLE_OF = {
    DocumentKind.PICK_LIST: PrinterRole.PICKLISTS,
    DocumentKind.CARTON_LABEL: PrinterRole.LABELS,
    DocumentKind.BIN_LABEL: PrinterRole.LABELS,
}
"""The printer role of each document; all others go to `documents`."""


class NoPrinter(BusinessError):
    """Nobody said where this kind of paper is printed."""

    sentence = N_(
        "There is no printer for {role} at this station. "
        "Choose one at the Administration desk, or name a printer when asking for the paper."
    )


class PrinterSwitchedOff(BusinessError):
    """A printer that is no longer used."""

    sentence = N_("The printer {printer} is not in use any more. Choose another one.")


class NotALabel(BusinessError):
    """A page for a label printer."""

    sentence = N_(
        "{document} is a page, and the printer {printer} ({address}) prints labels only (ZPL). "
        "Choose a printer for pages."
    )
