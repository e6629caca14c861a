"""Invoices. Posted ones never change; the database gives the number."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    CURRENT_COMMAND,
    EMPTY,
    NOW,
    ZERO,
    Amount,
    Base,
    Id,
    Json,
    Percent,
    Quantity,
    Rate,
    UnitPrice,
)
from app.rules.billing import InvoiceKind, InvoiceState


class Invoice(Base):
    """What a customer owes for what was delivered."""

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint(
            "(number IS NOT NULL) = (state = 'posted' AND kind = 'invoice')",
            name="number_only_when_posted",
        ),
        CheckConstraint("(posted_at IS NOT NULL) = (state = 'posted')", name="posted_has_time"),
        # What a customer gets back is a credit.
        CheckConstraint("total_amount >= 0", name="asks_for_money"),
        Index("ix_invoice_customer_id_id", "customer_id", "id"),
        Index("ix_invoice_order_id", "order_id"),
        Index("ix_invoice_draft", "id", postgresql_where=text("state = 'draft'")),
    )

    id: Mapped[Id]
    number: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[InvoiceKind] = mapped_column(server_default=text("'invoice'"))
    state: Mapped[InvoiceState] = mapped_column(server_default=text("'draft'"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    bill_to: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    ship_to: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    customer_po: Mapped[str] = mapped_column(server_default=EMPTY)
    invoice_date: Mapped[date]
    due_date: Mapped[date]
    terms: Mapped[str] = mapped_column(server_default=EMPTY)
    currency: Mapped[str]
    exchange_rate: Mapped[Rate] = mapped_column(server_default=text("1"))
    prices_include_tax: Mapped[bool]
    tax_rounding: Mapped[str]
    tax_certificate: Mapped[str] = mapped_column(
        server_default=EMPTY, comment="The exemption for which it bears no tax; empty: none."
    )
    goods_amount: Mapped[Amount] = mapped_column(server_default=ZERO)
    charges_amount: Mapped[Amount] = mapped_column(server_default=ZERO)
    tax_amount: Mapped[Amount] = mapped_column(server_default=ZERO)
    total_amount: Mapped[Amount] = mapped_column(server_default=ZERO)
    base_total_amount: Mapped[Amount] = mapped_column(
        server_default=ZERO, comment="In the company's currency, at the document's rate."
    )
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    posted_at: Mapped[datetime | None]
    posted_by: Mapped[str | None]
    command_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("command.id"), server_default=CURRENT_COMMAND
    )


class InvoiceLine(Base):
    """So much of one order line; amounts are taken from the order's stored figures."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_invoice_line_invoice_id", "invoice_id"),
        Index("ix_invoice_line_order_line_id", "order_line_id"),
    )

    id: Mapped[Id]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("sales_order_line.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    description: Mapped[str]
    quantity: Mapped[Quantity] = mapped_column(comment="In the item's base unit.")
    unit: Mapped[str]
    unit_quantity: Mapped[Quantity]
    unit_price: Mapped[UnitPrice]
    discount_percent: Mapped[Percent] = mapped_column(
        server_default=ZERO, comment="Derived, for the reader."
    )
    amount: Mapped[Amount]
    order_discount: Mapped[Amount] = mapped_column(server_default=ZERO)


class InvoiceCharge(Base):
    """A charge of the order or its share on this invoice, or what one shipment bears."""

    __tablename__ = "invoice_charge"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(order_charge_id, shipment_charge_id) = 1", name="of_order_or_shipment"
        ),
        Index("ix_invoice_charge_invoice_id", "invoice_id"),
    )

    id: Mapped[Id]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"))
    order_charge_id: Mapped[int | None] = mapped_column(ForeignKey("order_charge.id"))
    shipment_charge_id: Mapped[int | None] = mapped_column(
        ForeignKey("shipment_charge.id"),
        unique=True,
        comment="What a shipment bears, when it is that.",
    )
    description: Mapped[str]
    amount: Mapped[Amount]


class InvoiceTax(Base):
    """Tax rows of an invoice, taken from the order's by quantity."""

    __tablename__ = "invoice_tax"
    __table_args__ = (Index("ix_invoice_tax_invoice_id", "invoice_id"),)

    id: Mapped[Id]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"))
    jurisdiction: Mapped[str] = mapped_column(server_default=EMPTY)
    sequence: Mapped[int] = mapped_column(server_default=text("1"))
    shipment_id: Mapped[int | None] = mapped_column(
        ForeignKey("shipment.id"), comment="Of a charge for one shipment."
    )
    name: Mapped[str]
    percent: Mapped[Percent]
    base: Mapped[Amount]
    amount: Mapped[Amount]
