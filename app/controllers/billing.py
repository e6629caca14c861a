"""The state of the invoicing desk: what is open, and what was asked to be done with it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.operations.billing import delete_draft_invoice, invoice_order, post_invoice
from app.operations.printing import request_print
from app.queries.billing import (
    BillingCounts,
    InvoiceDocument,
    OrderToInvoice,
    billing_counts,
    invoice,
    order_to_invoice,
)
from app.rules.printing import DocumentKind


class BillingController(QObject):
    """Loads what is chosen and invoices, posts, deletes and prints it, off the window's thread.

    Signals:
        order_shown: arg: OrderToInvoice.
        invoice_shown: arg: InvoiceDocument.
        nothing_shown: what was open is no more.
        counted: arg: BillingCounts.
        invoiced: a draft was made; arg: its id.
        rows_changed: lists are to be read again.
        refused: arg: BusinessError.
    """

    order_shown = Signal(object)
    invoice_shown = Signal(object)
    nothing_shown = Signal()
    counted = Signal(object)
    invoiced = Signal(int)
    rows_changed = Signal()
    refused = Signal(object)

    def __init__(self, tasks: TaskRunner, runner: RunsVerbs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._runner = runner
        self.chosen: tuple[Kind, int] | None = None
        tasks.changed.connect(self.hear)

    def choose(self, kind: Kind, id: int) -> None:
        """Open an order to invoice, or an invoice."""
        self.chosen = (kind, id)
        self.reload()

    def reload(self) -> None:
        """Read again what is open."""
        if self.chosen is None:
            self.nothing_shown.emit()
            return
        kind, id = self.chosen
        if kind is Kind.ORDER:
            self._tasks.read(
                lambda session: order_to_invoice(session, order=id),
                done=self._show_order,
                failed=self._fail,
                key="billing-document",
            )
        else:
            self._tasks.read(
                lambda session: invoice(session, invoice=id),
                done=self._show_invoice,
                failed=self._fail,
                key="billing-document",
            )

    def count(self) -> None:
        """Count what waits."""
        self._tasks.read(billing_counts, done=self._show_counts, key="billing-counts")

    def hear(self, changes: Changes) -> None:
        """Somebody changed something: read again what it concerns."""
        if changes.mentions(Kind.INVOICE) or changes.mentions(Kind.ORDER):
            self.rows_changed.emit()
            self.count()
            if self.chosen is not None and changes.mentions(*self.chosen):
                self.reload()

    def make_invoice(self) -> None:
        """Invoice all of the open order that can be invoiced."""
        id = self._chosen_id(Kind.ORDER)
        self._tasks.write(
            lambda: self._runner.do(invoice_order, order=id),
            done=self._made,
            refused=self._refuse,
        )

    def post(self) -> None:
        """Post the open draft."""
        id = self._chosen_id(Kind.INVOICE)
        self._tasks.write(lambda: self._runner.do(post_invoice, invoice=id), refused=self._refuse)

    def delete(self) -> None:
        """Throw the open draft away."""
        id = self._chosen_id(Kind.INVOICE)
        self.chosen = None
        self._tasks.write(
            lambda: self._runner.do(delete_draft_invoice, invoice=id),
            done=self._deleted,
            refused=self._refuse,
        )

    def print(self) -> None:
        """Ask for the open invoice on paper."""
        id = self._chosen_id(Kind.INVOICE)
        self._tasks.write(
            lambda: self._runner.do(request_print, document=DocumentKind.INVOICE, subject=id),
            done=self._asked,
            refused=self._refuse,
        )

    def _chosen_id(self, kind: Kind) -> int:
        if self.chosen is None or self.chosen[0] is not kind:
            raise ValueError(f"no {kind.value} is open")
        return self.chosen[1]

    def _show_order(self, order: OrderToInvoice) -> None:
        self.order_shown.emit(order)

    def _show_invoice(self, document: InvoiceDocument) -> None:
        self.invoice_shown.emit(document)

    def _show_counts(self, counts: BillingCounts) -> None:
        self.counted.emit(counts)

    def _made(self, made: Any) -> None:
        self.chosen = (Kind.INVOICE, made.invoice_id)
        self.invoiced.emit(made.invoice_id)

    def _deleted(self, _deleted: Any) -> None:
        self.nothing_shown.emit()

    def _asked(self, _asked: Any) -> None:
        self.reload()

    def _refuse(self, refusal: BusinessError) -> None:
        self.refused.emit(refusal)
        self.reload()

    def _fail(self, error: Exception) -> None:
        if isinstance(error, BusinessError):
            self.chosen = None
            self.nothing_shown.emit()
