"""The invoicing desk: what waits and what was invoiced beside the document, one next step."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import Any

from PySide6.QtWidgets import QWidget

from app.controllers.billing import BillingController
from app.core.actor import Group
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.billing import DraftDeleted, Invoiced, InvoicesMade, Posted
from app.operations.printing import PrintAsked
from app.queries.billing import (
    COUNT_STOPS_AT,
    BillingCounts,
    BillingRow,
    InvoiceDocument,
    OrderToInvoice,
    invoices,
    orders_to_invoice,
)
from app.rules.printing import DocumentKind
from app.views.billing.showing import card, invoice_model, order_model
from app.views.desk_context import DeskContext
from app.views.document_desk import DocumentDesk, count_words
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView
from app.views.widgets.row_painting import Card
from app.views.widgets.row_table_model import Page, PageRequest
from app.views.widgets.wording import counted, words

VIEWS = (
    SavedView("to invoice", words(N_("To invoice"))),
    SavedView("drafts", words(N_("Drafts"))),
    SavedView("posted", words(N_("Posted"))),
    SavedView("all", words(N_("All"))),
)
NOTHING = Empty(
    words(N_("Nothing here")),
    words(N_("An order appears here as soon as something of it is packed.")),
    "receipt",
)
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")),
    words(N_("Choose an order to invoice it, or an invoice.")),
    "receipt",
)


def fetch(session: Any, request: PageRequest) -> Page:
    """One page of the list."""
    view = request.view or "to invoice"
    if view == "to invoice":
        return request.page(orders_to_invoice(session, **request.asked), attrgetter("id"))
    return request.page(invoices(session, view=view, **request.asked), attrgetter("id"))


class InvoicingDesk(DocumentDesk):
    """What waits and what was invoiced, and beside it the order or the invoice with its step.

    Orders marked with Space are invoiced together, a draft each.
    """

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        self._may_invoice = context.actor.is_any(Group.ACCOUNTING)
        self._control = BillingController(context.tasks, context.runner)
        super().__init__(
            context,
            self._control,
            title=words(N_("Invoicing")),
            fetch=fetch,
            row_id=lambda row: (row.kind, row.id),
            cards=self._card,
            views=VIEWS,
            empty=NOTHING,
            nothing_open=NOTHING_OPEN,
            filter_hint=words(N_("Filter by number or customer")),
            parent=parent,
        )

    def show_thing(self, invoice: int) -> None:
        """Show an invoice, from elsewhere in the window."""
        self.list.choose_view("all")
        self.list.select((Kind.INVOICE, invoice))
        self.controller.choose(Kind.INVOICE, invoice)

    def model_of(self, document: Any) -> DocumentModel:
        if isinstance(document, OrderToInvoice):
            return order_model(document, self._may_invoice, len(self._orders_marked()))
        return invoice_model(document, self._may_invoice, self._context.time_zone)

    def act(self, action: str) -> None:
        control, shown = self._control, self.shown
        if isinstance(shown, OrderToInvoice):
            if action == "open-order":
                self._context.open_thing(Kind.ORDER, shown.id)
            elif action == "invoice" and len(self._orders_marked()) > 1:
                control.make_invoices(self._orders_marked())
            elif action == "invoice":
                control.make_invoice(shown.id)
        elif isinstance(shown, InvoiceDocument):
            if action == "post":
                control.post(shown.id)
            elif action == "delete":
                control.delete(shown.id)
            elif action == "print":
                control.print(shown.id)
            elif action == "preview":
                self.preview(DocumentKind.INVOICE, shown.id, partial(control.print, shown.id))
            elif action == "open-order":
                self._context.open_thing(Kind.ORDER, shown.order_id)

    def sentence_of(self, result: Any) -> str:
        if isinstance(result, Invoiced):
            return words(N_("A draft for {order} is made."), order=result.order_number)
        if isinstance(result, InvoicesMade):
            return counted(len(result.invoices), "draft is made.", "drafts are made.")
        if isinstance(result, Posted):
            return words(N_("{number} is posted."), number=result.number)
        if isinstance(result, DraftDeleted):
            return words(N_("The draft is gone; what stood on it can be invoiced again."))
        assert isinstance(result, PrintAsked)
        return words(N_("It is being printed."))

    def show_counts(self, counts: BillingCounts) -> None:
        self.list.show_counts(
            {
                "to invoice": count_words(counts.to_invoice, COUNT_STOPS_AT),
                "drafts": count_words(counts.drafts, COUNT_STOPS_AT),
            }
        )

    # Within

    def _card(self, row: BillingRow) -> Card:
        return card(row, (row.kind, row.id) in self.rows_marked)

    def _orders_marked(self) -> tuple[int, ...]:
        marked: Any = self.rows_marked.all()
        return tuple(id for kind, id in marked if kind is Kind.ORDER)

    def _tell(self, result: Any) -> None:
        super()._tell(result)
        if isinstance(result, Invoiced):
            self.controller.choose(Kind.INVOICE, result.invoice_id)
        elif isinstance(result, DraftDeleted):
            self.controller.forget()
