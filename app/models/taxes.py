"""Taxes: where they are taken, at which rates, and who is exempt."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import EMPTY, FALSE, Base, Id, Percent
from app.rules.taxes import AccountTaxClass


class TaxClass(Base):
    """What kind of goods for tax: standard, reduced, …"""

    __tablename__ = "tax_class"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class TaxJurisdiction(Base):
    """A country, a region of it, or a range of postal codes, that takes taxes.

    No two cover the same place at the same level: the database refuses it (an exclusion
    constraint over country, region and the range of postal codes, both ends included).
    """

    __tablename__ = "tax_jurisdiction"
    __table_args__ = (
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_is_a_code"),
        CheckConstraint("region = upper(btrim(region))", name="region_is_capital"),
        CheckConstraint(
            "(postal_from = '') = (postal_to = '') AND postal_from <= postal_to",
            name="postal_range",
        ),
        CheckConstraint(
            "postal_from ~ '^[0-9A-Z]*$' AND postal_to ~ '^[0-9A-Z]*$'", name="postal_is_plain"
        ),
        Index(
            "uq_tax_jurisdiction_country_region",
            "country",
            "region",
            unique=True,
            postgresql_where=text("postal_from = ''"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    country: Mapped[str] = mapped_column(comment="ISO 3166, two letters.")
    region: Mapped[str] = mapped_column(server_default=EMPTY, comment="Empty: all of them.")
    postal_from: Mapped[str] = mapped_column(server_default=EMPTY)
    postal_to: Mapped[str] = mapped_column(
        server_default=EMPTY, comment="Codes that begin with it are inside."
    )


class TaxRate(Base):
    """A rate of a jurisdiction for a class of goods, between two days (both included).

    Two rates of one jurisdiction, class of goods, class of account and sequence number never
    overlap in time, nor do two of one name: the database refuses it (exclusion constraints).
    """

    __tablename__ = "tax_rate"
    __table_args__ = (
        CheckConstraint("percent >= 0 AND percent <= 100", name="percent_in_range"),
        CheckConstraint("valid_to >= valid_from", name="ends_after_start"),
        CheckConstraint("sequence >= 1", name="sequence_positive"),
        Index("ix_tax_rate_jurisdiction_id", "jurisdiction_id"),
    )

    id: Mapped[Id]
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("tax_jurisdiction.id"))
    tax_class_id: Mapped[int] = mapped_column(ForeignKey("tax_class.id"))
    account_tax_class: Mapped[AccountTaxClass | None] = mapped_column(comment="Null: for all.")
    sequence: Mapped[int] = mapped_column(server_default=text("1"))
    name: Mapped[str]
    percent: Mapped[Percent]
    is_compound: Mapped[bool] = mapped_column(
        server_default=FALSE, comment="Taken on the base and the taxes before it in sequence."
    )
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class TaxExemption(Base):
    """A certificate with which a customer pays no tax, between two days (both included)."""

    __tablename__ = "tax_exemption"
    __table_args__ = (
        CheckConstraint("btrim(certificate) <> ''", name="has_certificate"),
        CheckConstraint("valid_to >= valid_from", name="ends_after_start"),
        Index("ix_tax_exemption_customer_id", "customer_id"),
    )

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    certificate: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
