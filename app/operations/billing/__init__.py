"""Invoices: made of what was delivered and is not yet invoiced, then posted for good.

Partial invoices take every amount from the order's stored figures by quantity, so that they sum
to the order (docs/money.md). The number is given by the database at posting.
"""

from app.operations.billing.drafts import Invoiced, InvoicesMade, invoice_order, invoice_orders
from app.operations.billing.posting import (
    DraftDeleted,
    Posted,
    delete_draft_invoice,
    post_invoice,
)
from app.operations.billing.refusals import (
    AlreadyPosted,
    InvoiceBelowNothing,
    InvoicingOnHold,
    LineOfAnotherOrder,
    MoreThanInvoiceable,
    NothingToInvoice,
)

__all__ = [
    "AlreadyPosted",
    "DraftDeleted",
    "InvoiceBelowNothing",
    "Invoiced",
    "InvoicesMade",
    "InvoicingOnHold",
    "LineOfAnotherOrder",
    "MoreThanInvoiceable",
    "NothingToInvoice",
    "Posted",
    "delete_draft_invoice",
    "invoice_order",
    "invoice_orders",
    "post_invoice",
]
