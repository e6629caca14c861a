"""Trade agreements, price books, and the groups that agreements are made with."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import UUID, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import EMPTY, FALSE, NOW, TRUE, ZERO, Amount, Base, Id, Quantity, UnitPrice
from app.rules.pricing.agreements import (
    AgreementLevel,
    AgreementState,
    BookKind,
    EffectKind,
    Side,
)

_PARTY_KEY = "coalesce(customer_id, supplier_id, -account_group_id, 0)"
_ITEM_KEY = "coalesce(item_id, -item_group_id, 0)"
_PLACE = (
    "md5(side || '|' || level || '|' || (kind = 'price')::text"
    f" || '|' || {_PARTY_KEY}::text || '|' || {_ITEM_KEY}::text"
    " || '|' || currency || '|' || unit || '|' || from_quantity::text"
    " || '|' || from_amount::text || '|' || priority::text)::uuid"
)


class TradeAgreement(Base):
    """A price or discount with a party, an item side, a step and a time; for both sides.

    `party_key` and `item_key` are derived: an account's or item's id, minus a group's id, or 0
    for all; a lookup touches only the keys of its own cells. `ladder_place` is derived from all
    parts of the key that two active records may not share at the same time.
    """

    __tablename__ = "trade_agreement"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(customer_id, supplier_id, account_group_id) <= 1", name="one_party"
        ),
        CheckConstraint(
            "CASE side WHEN 'sell' THEN supplier_id IS NULL ELSE customer_id IS NULL END",
            name="party_of_its_side",
        ),
        CheckConstraint("num_nonnulls(item_id, item_group_id) <= 1", name="one_item_side"),
        CheckConstraint(
            "kind <> 'price' OR (level = 'line' AND item_id IS NOT NULL)",
            name="price_of_one_item",
        ),
        CheckConstraint(
            "level = 'line' OR (num_nonnulls(item_id, item_group_id) = 0 AND unit = ''"
            " AND from_quantity = 0 AND NOT across_lines AND NOT any_unit)",
            name="order_level_knows_no_item",
        ),
        CheckConstraint("level = 'order' OR from_amount = 0", name="amount_steps_of_orders_only"),
        CheckConstraint("from_quantity >= 0 AND from_amount >= 0", name="step_not_negative"),
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint("kind <> 'percent' OR value <= 100", name="percent_within_100"),
        CheckConstraint("valid_to >= valid_from", name="ends_after_it_starts"),
        ExcludeConstraint(
            ("ladder_place", "="),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=text("state = 'active'"),
            using="gist",
            name="ex_trade_agreement_overlap",
        ),
        Index(
            "ix_trade_agreement_cell",
            "party_key",
            "item_key",
            "side",
            "level",
            "currency",
            "valid_to",
        ),
        Index("ix_trade_agreement_item_key_id", "item_key", "id"),
        Index("ix_trade_agreement_name_id", "name", "id"),
        Index(
            "ix_trade_agreement_reference_id",
            "reference",
            "id",
            postgresql_where=text("reference <> ''"),
        ),
        Index(
            "ix_trade_agreement_valid_to",
            "valid_to",
            postgresql_where=text("state = 'active' AND valid_to IS NOT NULL"),
        ),
        Index(
            "ix_trade_agreement_replaces_id",
            "replaces_id",
            postgresql_where=text("replaces_id IS NOT NULL"),
        ),
        Index(
            "ix_trade_agreement_draft",
            "id",
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[Id]
    side: Mapped[Side] = mapped_column(server_default=text("'sell'"))
    level: Mapped[AgreementLevel] = mapped_column(server_default=text("'line'"))
    kind: Mapped[EffectKind]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    account_group_id: Mapped[int | None] = mapped_column(ForeignKey("account_group.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    item_group_id: Mapped[int | None] = mapped_column(ForeignKey("item_group.id"))
    currency: Mapped[str]
    unit: Mapped[str] = mapped_column(
        server_default=EMPTY, comment="'' is the base unit; of a percentage, every unit."
    )
    from_quantity: Mapped[Quantity] = mapped_column(
        server_default=ZERO, comment="The step, in `unit`; 0 is no step."
    )
    from_amount: Mapped[Amount] = mapped_column(
        server_default=ZERO, comment="The step of an order discount, in `currency`."
    )
    valid_from: Mapped[date | None] = mapped_column(comment="Inclusive; null is open.")
    valid_to: Mapped[date | None] = mapped_column(comment="Inclusive; null is open.")
    value: Mapped[UnitPrice] = mapped_column(
        comment="Price or amount off per `unit`, or percent; of an order: percent or amount."
    )
    priority: Mapped[int] = mapped_column(server_default=ZERO)
    stop: Mapped[bool] = mapped_column(
        server_default=FALSE, comment="No cell after this one is asked."
    )
    across_lines: Mapped[bool] = mapped_column(
        server_default=FALSE, comment="All lines its item side covers count for the step."
    )
    any_unit: Mapped[bool] = mapped_column(
        server_default=FALSE, comment="Converted for lines in other units."
    )
    name: Mapped[str] = mapped_column(server_default=EMPTY)
    reference: Mapped[str] = mapped_column(server_default=EMPTY)
    state: Mapped[AgreementState] = mapped_column(server_default=text("'active'"))
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("trade_agreement.id", ondelete="SET NULL"),
        comment="Ends when this draft is activated.",
    )
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    party_key: Mapped[int] = mapped_column(Computed(_PARTY_KEY, persisted=True))
    item_key: Mapped[int] = mapped_column(Computed(_ITEM_KEY, persisted=True))
    ladder_place: Mapped[str] = mapped_column(UUID, Computed(_PLACE, persisted=True))


class PriceBook(Base):
    """A list of list prices. One standard book is everybody's, a custom one some customers'."""

    __tablename__ = "price_book"
    __table_args__ = (
        Index(
            "uq_price_book_one_standard",
            "kind",
            unique=True,
            postgresql_where=text("kind = 'standard' AND is_active"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[BookKind] = mapped_column(server_default=text("'custom'"))
    is_active: Mapped[bool] = mapped_column(server_default=TRUE)


class PriceBookEntry(Base):
    """A list price of an item in one currency, per unit ('' is the base unit)."""

    __tablename__ = "price_book_entry"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price_not_negative"),
        Index("ix_price_book_entry_item_id", "item_id"),
    )

    price_book_id: Mapped[int] = mapped_column(ForeignKey("price_book.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True, server_default=EMPTY)
    price: Mapped[UnitPrice]


class AccountGroupMember(Base):
    """Another group of a customer or supplier, beside its main one; higher priority goes first."""

    __tablename__ = "account_group_member"
    __table_args__ = (
        CheckConstraint("num_nonnulls(customer_id, supplier_id) = 1", name="one_account"),
        UniqueConstraint(
            "account_group_id", "customer_id", "supplier_id", postgresql_nulls_not_distinct=True
        ),
        Index("ix_account_group_member_customer_id", "customer_id"),
        Index("ix_account_group_member_supplier_id", "supplier_id"),
    )

    id: Mapped[Id]
    account_group_id: Mapped[int] = mapped_column(ForeignKey("account_group.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    priority: Mapped[int] = mapped_column(server_default=ZERO)


class ItemGroupMember(Base):
    """Another group of an item, beside its main one; higher priority goes first."""

    __tablename__ = "item_group_member"
    __table_args__ = (
        UniqueConstraint("item_group_id", "item_id"),
        Index("ix_item_group_member_item_id", "item_id"),
    )

    id: Mapped[Id]
    item_group_id: Mapped[int] = mapped_column(ForeignKey("item_group.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    priority: Mapped[int] = mapped_column(server_default=ZERO)


class AccountGroupAbove(Base):
    """Every group at or above a group, and how far. Kept by the database."""

    __tablename__ = "account_group_above"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("account_group.id", ondelete="CASCADE"), primary_key=True
    )
    above_id: Mapped[int] = mapped_column(
        ForeignKey("account_group.id", ondelete="CASCADE"), primary_key=True
    )
    depth: Mapped[int]


class ItemGroupAbove(Base):
    """Every group at or above an item group, and how far. Kept by the database."""

    __tablename__ = "item_group_above"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("item_group.id", ondelete="CASCADE"), primary_key=True
    )
    above_id: Mapped[int] = mapped_column(
        ForeignKey("item_group.id", ondelete="CASCADE"), primary_key=True
    )
    depth: Mapped[int]
