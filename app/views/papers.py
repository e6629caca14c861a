"""What papers are called, and how they are printed and looked at everywhere."""

from __future__ import annotations

from app.core.messages import N_
from app.rules.printing import DocumentKind
from app.views.widgets.action_button import Action
from app.views.widgets.wording import words

PAPERS = {
    DocumentKind.PICK_LIST: words(N_("Picklist")),
    DocumentKind.PACKING_SLIP: words(N_("Packing slip")),
    DocumentKind.CARTON_LABEL: words(N_("Carton label")),
    DocumentKind.BIN_LABEL: words(N_("Bin label")),
    DocumentKind.MANIFEST: words(N_("Manifest")),
    DocumentKind.LOAD_SHEET: words(N_("Load sheet")),
    DocumentKind.INVOICE: words(N_("Invoice")),
    DocumentKind.ORDER_CONFIRMATION: words(N_("Order confirmation")),
    DocumentKind.COMMAND_SHEET: words(N_("Command sheet")),
    DocumentKind.TEST_PAGE: words(N_("Test page")),
}
PRINT = Action("print", words(N_("Print")), "Ctrl+P")
PREVIEW = Action("preview", words(N_("Preview")), "Ctrl+Shift+P")
"""Shift with the key that prints shows the paper first."""


def paper_name(document: DocumentKind) -> str:
    """What a paper is called; one that a newer program makes by its own name."""
    return PAPERS.get(document) or document.value.replace("_", " ")
