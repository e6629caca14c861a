"""Customers, suppliers and their addresses."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import EMPTY, FALSE, TRUE, WORDS_OF_NAME, Amount, Base, Id, Percent
from app.rules.orders import AccountKind, BackorderPolicy
from app.rules.taxes import AccountTaxClass


class AccountGroup(Base):
    """Customers or suppliers that are treated alike; groups nest."""

    __tablename__ = "account_group"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("account_group.id"))
    is_active: Mapped[bool] = mapped_column(
        server_default=TRUE, comment="Agreements with an inactive group rest."
    )


class Customer(Base):
    """An account we sell to."""

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_name_sort_id", "name_sort", "id"),
        Index("ix_customer_words", text(WORDS_OF_NAME), postgresql_using="gin"),
        CheckConstraint("credit_limit >= 0", name="credit_limit_not_negative"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[AccountKind] = mapped_column(server_default=text("'customer'"))
    name: Mapped[str]
    name_sort: Mapped[str]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("account_group.id"))
    contact: Mapped[str] = mapped_column(server_default=EMPTY)
    phone: Mapped[str] = mapped_column(server_default=EMPTY)
    email: Mapped[str] = mapped_column(server_default=EMPTY)
    currency: Mapped[str]
    language: Mapped[str] = mapped_column(server_default=text("'en'"))
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("payment_terms.id"))
    delivery_mode_id: Mapped[int | None] = mapped_column(ForeignKey("delivery_mode.id"))
    credit_limit: Mapped[Amount | None]
    backorder_policy: Mapped[BackorderPolicy] = mapped_column(server_default=text("'keep'"))
    over_pack_tolerance: Mapped[Percent | None]
    ship_complete: Mapped[bool] = mapped_column(server_default=FALSE)
    account_tax_class: Mapped[AccountTaxClass | None]
    price_book_id: Mapped[int | None] = mapped_column(ForeignKey("price_book.id"))
    is_active: Mapped[bool] = mapped_column(server_default=TRUE)


class Supplier(Base):
    """An account we buy from."""

    __tablename__ = "supplier"
    __table_args__ = (Index("ix_supplier_name_sort_id", "name_sort", "id"),)

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_sort: Mapped[str]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("account_group.id"))
    contact: Mapped[str] = mapped_column(server_default=EMPTY)
    phone: Mapped[str] = mapped_column(server_default=EMPTY)
    email: Mapped[str] = mapped_column(server_default=EMPTY)
    currency: Mapped[str]
    lead_time_days: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(server_default=TRUE)


class Address(Base):
    """Where a customer or supplier is billed or supplied."""

    __tablename__ = "address"
    __table_args__ = (
        CheckConstraint("num_nonnulls(customer_id, supplier_id) = 1", name="one_owner"),
        Index("ix_address_customer_id", "customer_id"),
        Index("ix_address_supplier_id", "supplier_id"),
    )

    id: Mapped[Id]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    name: Mapped[str] = mapped_column(server_default=EMPTY)
    street: Mapped[str] = mapped_column(server_default=EMPTY)
    city: Mapped[str] = mapped_column(server_default=EMPTY)
    region: Mapped[str] = mapped_column(server_default=EMPTY)
    postal_code: Mapped[str] = mapped_column(server_default=EMPTY)
    country: Mapped[str] = mapped_column(server_default=EMPTY)
    is_bill_to: Mapped[bool] = mapped_column(server_default=FALSE)
    is_ship_to: Mapped[bool] = mapped_column(server_default=FALSE)
