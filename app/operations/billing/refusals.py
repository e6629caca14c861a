"""What can be wrong with an invoice, as sentences."""

from __future__ import annotations

from app.core.errors import BusinessError
from app.core.messages import N_


class NothingToInvoice(BusinessError):
    """Nothing of the order is delivered and not yet invoiced."""

    sentence = N_("Order {order} has nothing to invoice: {why}.")


class InvoiceBelowNothing(BusinessError):
    """An invoice that would give money back: earlier ones took more than that much costs now."""

    sentence = N_(
        "The invoice of order {order} would come to {total} {currency}, and an invoice gives "
        "nothing back: earlier ones took more than so much of the order costs now. Delete those "
        "that are still drafts, invoice it together with more of the order, or raise its prices "
        "again. What the customer is to get back is a credit."
    )


class MoreThanInvoiceable(BusinessError):
    """More than was delivered and not yet invoiced."""

    sentence = N_(
        "Order {order} line {line}: only {invoiceable} of {item} can be invoiced, "
        "not {quantity}. Invoice that many, or pack the rest first."
    )


class InvoicingOnHold(BusinessError):
    """A hold whose code stops invoicing."""

    sentence = N_(
        "Order {order} is on hold ({hold}), which stops invoicing. A manager can release it."
    )


class LineOfAnotherOrder(BusinessError):
    """A line that is not on the order."""

    sentence = N_("Line {line} is not on order {order}.")


class AlreadyPosted(BusinessError):
    """A posted invoice is posted once and never changes."""

    sentence = N_(
        "Invoice {invoice} was posted by {who} at {when}. A posted invoice never changes."
    )
