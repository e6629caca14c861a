"""The company, its currencies, terms, delivery modes: what every document leans on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import EMPTY, FALSE, TRUE, ZERO, Base, Id, Rate
from app.rules.billing import TaxRounding
from app.rules.orders import DeliveryKind
from app.rules.pricing.agreements import DiscountRule


class Company(Base):
    """The one company of this database and its settings."""

    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, server_default=text("1"))
    name: Mapped[str]
    address: Mapped[str] = mapped_column(server_default=EMPTY)
    phone: Mapped[str] = mapped_column(server_default=EMPTY)
    email: Mapped[str] = mapped_column(server_default=EMPTY)
    tax_number: Mapped[str] = mapped_column(server_default=EMPTY)
    country: Mapped[str]
    currency: Mapped[str]
    time_zone: Mapped[str]
    locale: Mapped[str] = mapped_column(server_default=text("'en_US'"))
    paper: Mapped[str] = mapped_column(server_default=text("'A4'"))
    gs1_company_prefix: Mapped[str]
    scan_prefix: Mapped[str] = mapped_column(server_default=text("'OW'"))
    tax_rounding: Mapped[TaxRounding] = mapped_column(server_default=text("'line'"))
    prices_include_tax: Mapped[bool] = mapped_column(server_default=FALSE)
    untaxed_is_normal: Mapped[bool] = mapped_column(
        server_default=FALSE,
        comment="Goods of a tax class go untaxed where no rate is set; otherwise that is refused.",
    )
    item_floor: Mapped[bool] = mapped_column(
        server_default=TRUE, comment="An item's own lower list price goes before an agreement's."
    )
    discount_rule: Mapped[DiscountRule] = mapped_column(server_default=text("'first'"))
    finish_packs: Mapped[bool] = mapped_column(
        server_default=TRUE,
        comment="Carrier and pick-up shipments are packed when the last open quantity is boxed.",
    )
    is_demo: Mapped[bool] = mapped_column(server_default=FALSE)


class ExchangeRate(Base):
    """One unit of `currency` is `rate` units of the base currency from this date on."""

    __tablename__ = "exchange_rate"
    __table_args__ = (CheckConstraint("rate > 0", name="rate_positive"),)

    currency: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    rate: Mapped[Rate]


class PaymentTerms(Base):
    """When an invoice is due."""

    __tablename__ = "payment_terms"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    days: Mapped[int] = mapped_column(server_default=ZERO)


class DeliveryMode(Base):
    """How goods reach the customer, and how long that takes in days."""

    __tablename__ = "delivery_mode"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[DeliveryKind]
    transit_days: Mapped[int] = mapped_column(server_default=ZERO)
