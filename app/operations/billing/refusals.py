"""What can be wrong with an invoice, as sentences."""

from __future__ import annotations

from app.core.errors import BusinessError
from app.core.messages import N_


class NothingToInvoice(BusinessError):
    """Nothing of the order is delivered and not yet invoiced."""

    sentence = N_("Order {order} has nothing to invoice: {why}.")


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
