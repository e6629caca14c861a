"""Posting an invoice for good, or throwing its draft away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import InvoiceRef, Kind
from app.operations.billing.refusals import AlreadyPosted
from app.operations.printing import queue_print
from app.rules.billing import InvoiceState
from app.rules.printing import DocumentKind


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted invoice with the number it was given."""

    invoice_id: int
    number: str
    posted_at: datetime
    changes: Changes


@dataclass(frozen=True, slots=True)
class DraftDeleted:
    """A draft that is no more; what stood on it can be invoiced again."""

    invoice_id: int
    order_id: int
    changes: Changes


def post_invoice(session: Session, actor: Actor, *, invoice: InvoiceRef) -> Posted:
    """Post a draft: the database gives its number, and from now on it never changes.

    A print job for it is queued. Raises: AlreadyPosted, NotFound, NotPermitted.
    """
    actor.require("post_invoice", Group.ACCOUNTING)
    draft = _locked_draft(session, invoice)
    queue_print(session, actor, [(DocumentKind.INVOICE, invoice)])
    # Last, because everybody who posts waits for the row of the number series.
    row = session.execute(
        text("UPDATE invoice SET state = 'posted' WHERE id = :id RETURNING number, posted_at"),
        {"id": invoice},
    ).one()
    touched = changed(Kind.INVOICE, invoice) | changed(Kind.ORDER, draft.order_id)
    return Posted(invoice, row.number, row.posted_at, touched)


def delete_draft_invoice(session: Session, actor: Actor, *, invoice: InvoiceRef) -> DraftDeleted:
    """Throw a draft away; what stood on it can be invoiced again.

    Raises: AlreadyPosted, NotFound, NotPermitted.
    """
    actor.require("delete_draft_invoice", Group.ACCOUNTING)
    order = int(_locked_draft(session, invoice).order_id)
    session.execute(text("SELECT FROM lock_orders(:ids)"), {"ids": [order]})
    session.execute(text("DELETE FROM invoice WHERE id = :id"), {"id": invoice})
    touched = changed(Kind.INVOICE, invoice) | changed(Kind.ORDER, order)
    return DraftDeleted(invoice, order, touched)


def _locked_draft(session: Session, invoice: int) -> Any:
    row = session.execute(
        text("SELECT * FROM lock_invoices(:ids)"), {"ids": [invoice]}
    ).one_or_none()
    if row is None:
        raise NotFound(what="invoice", value=invoice)
    if row.state == InvoiceState.POSTED:
        raise AlreadyPosted(
            invoice=row.number or invoice, who=row.posted_by or "import", when=row.posted_at
        )
    return row
