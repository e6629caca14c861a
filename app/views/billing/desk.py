"""The invoicing desk: what waits and what was invoiced beside the document, one next step."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.controllers.billing import BillingController
from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.queries.billing import (
    COUNT_STOPS_AT,
    BillingCounts,
    BillingRow,
    InvoiceDocument,
    OrderToInvoice,
    invoices,
    orders_to_invoice,
)
from app.views import theme
from app.views.billing.showing import card, invoice_model, order_model
from app.views.desk_context import DeskContext
from app.views.widgets.document_frame import DocumentFrame
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_and_document import ListAndDocument
from app.views.widgets.list_screen import ListScreen, SavedView
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.row_table_model import Page, PageRequest

VIEWS = (
    SavedView("to invoice", "To invoice"),
    SavedView("drafts", "Drafts"),
    SavedView("posted", "Posted"),
    SavedView("all", "All"),
)
NOTHING = Empty(
    "Nothing here", "An order appears here as soon as something of it is packed.", "receipt"
)
NOTHING_OPEN = Empty("Nothing chosen", "Choose an order to invoice it, or an invoice.", "receipt")


def fetch(session: Any, request: PageRequest) -> Page:
    """One page of the list."""
    view = request.view or "to invoice"
    if view == "to invoice":
        rows = orders_to_invoice(
            session, filter=request.text, after=request.after, limit=request.limit
        )
    else:
        rows = invoices(
            session, view=view, filter=request.text, after=request.after, limit=request.limit
        )
    is_full = len(rows) == request.limit
    return Page(rows, rows[-1].id if is_full else None)


class InvoicingDesk(QWidget):
    """The list of what waits and what was invoiced, and the document beside it."""

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._may_invoice = context.actor.is_any(Group.ACCOUNTING)
        self.controller = BillingController(context.tasks, context.runner, self)
        self.messages = MessageBar()
        self.list = ListScreen(
            context.tasks,
            title="Invoicing",
            fetch=fetch,
            row_id=lambda row: (row.kind, row.id),
            cards=card,
            views=VIEWS,
            empty=NOTHING,
            filter_hint="Filter by number or customer",
        )
        self.document = DocumentFrame(NOTHING_OPEN)
        layout = QVBoxLayout(self)
        theme.pad(layout)
        layout.addWidget(self.messages)
        layout.addWidget(ListAndDocument(self.list, self.document), 1)
        self.setFocusProxy(self.list)
        self._connect(context)
        self.controller.count()

    def show_thing(self, invoice: int) -> None:
        """Show an invoice, from elsewhere in the window."""
        self.list.choose_view("all")
        self.list.select((Kind.INVOICE, invoice))
        self.controller.choose(Kind.INVOICE, invoice)

    def _connect(self, context: DeskContext) -> None:
        self.list.row_selected.connect(self._choose)
        self.document.action_chosen.connect(self._act)
        context.feed.changed.connect(self.controller.hear)
        self.controller.order_shown.connect(self._show_order)
        self.controller.invoice_shown.connect(self._show_invoice)
        self.controller.nothing_shown.connect(self.document.clear)
        self.controller.counted.connect(self._show_counts)
        self.controller.rows_changed.connect(self.list.reload)
        self.controller.invoiced.connect(self._go_to_draft)
        self.controller.refused.connect(self._show_refusal)

    def _choose(self, row: BillingRow | None) -> None:
        if row is not None and self.controller.chosen != (row.kind, row.id):
            self.messages.clear()
            self.controller.choose(row.kind, row.id)

    def _act(self, action: str) -> None:
        self.messages.clear()
        if action == "invoice":
            self.controller.make_invoice()
        elif action == "post":
            self.controller.post()
        elif action == "delete":
            self.controller.delete()
        elif action == "print":
            self.controller.print()
        elif action == "open-order":
            self._open_order()

    def _open_order(self) -> None:
        source = self._shown
        if isinstance(source, InvoiceDocument):
            self._context.open_thing(Kind.ORDER, source.order_id)
        elif isinstance(source, OrderToInvoice):
            self._context.open_thing(Kind.ORDER, source.id)

    _shown: InvoiceDocument | OrderToInvoice | None = None

    def _show_order(self, order: OrderToInvoice) -> None:
        self._shown = order
        self.document.show(order_model(order, self._may_invoice))

    def _show_invoice(self, document: InvoiceDocument) -> None:
        self._shown = document
        self.document.show(invoice_model(document, self._may_invoice, self._context.time_zone))

    def _show_counts(self, counts: BillingCounts) -> None:
        def words(count: int) -> str:
            return "1,000+" if count >= COUNT_STOPS_AT else str(count)

        self.list.show_counts(
            {"to invoice": words(counts.to_invoice), "drafts": words(counts.drafts)}
        )

    def _go_to_draft(self, invoice: int) -> None:
        self.controller.choose(Kind.INVOICE, invoice)

    def _show_refusal(self, refusal: BusinessError) -> None:
        self.messages.show_refusal(refusal)
