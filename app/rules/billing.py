"""Invoices: states and kinds."""

from __future__ import annotations

from enum import StrEnum


class InvoiceState(StrEnum):
    """A posted invoice never changes; its number is given by posting."""

    DRAFT = "draft"
    POSTED = "posted"


class InvoiceKind(StrEnum):
    """`opening` stands for what was invoiced before Orderwright: no number, no journal."""

    INVOICE = "invoice"
    OPENING = "opening"


class TaxRounding(StrEnum):
    """Per line and rate, or once per rate over the whole document."""

    LINE = "line"
    DOCUMENT = "document"
