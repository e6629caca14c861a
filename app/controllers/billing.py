"""The state of the invoicing desk: what is open, and what was asked to be done with it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.controllers.document_desk import DocumentController
from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.ids import Kind
from app.operations.billing import (
    delete_draft_invoice,
    invoice_order,
    invoice_orders,
    post_invoice,
)
from app.operations.printing import request_print
from app.queries.billing import billing_counts, invoice, order_to_invoice
from app.rules.printing import DocumentKind


class BillingController(DocumentController):
    """Invoices orders; posts, deletes and prints invoices."""

    def __init__(self, tasks: TaskRunner, runner: RunsVerbs, parent: QObject | None = None) -> None:
        super().__init__(
            tasks,
            runner,
            name="billing",
            loads={
                Kind.ORDER: lambda session, id: order_to_invoice(session, order=id),
                Kind.INVOICE: lambda session, id: invoice(session, invoice=id),
            },
            counts=billing_counts,
            touched_by=(Kind.INVOICE, Kind.ORDER),
            parent=parent,
        )

    def make_invoice(self, order: int) -> None:
        """Invoice all of an order that can be invoiced."""
        self.do(invoice_order, order=order)

    def make_invoices(self, orders: tuple[int, ...]) -> None:
        """Invoice several orders, a draft each."""
        self.do(invoice_orders, orders=orders)

    def post(self, draft: int) -> None:
        """Post a draft."""
        self.do(post_invoice, invoice=draft)

    def delete(self, draft: int) -> None:
        """Throw a draft away."""
        self.do(delete_draft_invoice, invoice=draft)

    def print(self, invoice_id: int) -> None:
        """Ask for an invoice on paper."""
        self.do(request_print, document=DocumentKind.INVOICE, subject=invoice_id)
