"""Items: what we sell, in which units, under which codes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    EMPTY,
    FALSE,
    TRUE,
    WORDS_OF_NAME,
    ZERO,
    Base,
    Id,
    Measure,
    Percent,
    Quantity,
    UnitPrice,
)
from app.rules.stock import Tracking


class ItemGroup(Base):
    """Items that are treated alike; groups nest."""

    __tablename__ = "item_group"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("item_group.id"))
    is_active: Mapped[bool] = mapped_column(
        server_default=TRUE, comment="Agreements about an inactive group rest."
    )


class Item(Base):
    """Something we sell, counted in its base unit.

    `list_price` is per base unit in the company's currency; null is *no price*, 0 is a price.
    """

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("quantity_decimals BETWEEN 0 AND 4", name="decimals_in_range"),
        CheckConstraint(
            "tracking NOT IN ('serial', 'serial_out') OR quantity_decimals = 0",
            name="serials_are_whole",
        ),
        CheckConstraint("list_price >= 0", name="list_price_not_negative"),
        Index("ix_item_name_sort_id", "name_sort", "id"),
        Index("ix_item_words", text(WORDS_OF_NAME), postgresql_using="gin"),
        Index("ix_item_supplier_id", "supplier_id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_sort: Mapped[str]
    description: Mapped[str] = mapped_column(server_default=EMPTY)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("item_group.id"))
    base_unit: Mapped[str]
    quantity_decimals: Mapped[int] = mapped_column(server_default=ZERO)
    tracking: Mapped[Tracking] = mapped_column(server_default=text("'none'"))
    list_price: Mapped[UnitPrice | None]
    tax_class_id: Mapped[int | None] = mapped_column(ForeignKey("tax_class.id"))
    weight_kg: Mapped[Measure] = mapped_column(server_default=ZERO)
    volume_l: Mapped[Measure] = mapped_column(server_default=ZERO)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    supplier_item_number: Mapped[str] = mapped_column(server_default=EMPTY)
    allow_drop_ship: Mapped[bool] = mapped_column(server_default=FALSE)
    over_pack_tolerance: Mapped[Percent] = mapped_column(server_default=ZERO)
    reorder_level: Mapped[Quantity | None]
    is_discontinued: Mapped[bool] = mapped_column(
        server_default=FALSE, comment="No longer sold to new orders; still ships."
    )
    is_active: Mapped[bool] = mapped_column(server_default=TRUE)


class ItemUnit(Base):
    """A unit of an item: so many base units, with its own GTIN (14 digits)."""

    __tablename__ = "item_unit"
    __table_args__ = (
        UniqueConstraint("item_id", "name"),
        UniqueConstraint("gtin"),
        CheckConstraint("factor > 0", name="factor_positive"),
        CheckConstraint("gtin ~ '^[0-9]{14}$'", name="gtin_14_digits"),
    )

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    name: Mapped[str]
    factor: Mapped[Quantity] = mapped_column(server_default=text("1"))
    gtin: Mapped[str | None]


class ItemAlias(Base):
    """Another code for an item: a customer's or supplier's part number, an old label."""

    __tablename__ = "item_alias"
    __table_args__ = (
        UniqueConstraint("code", "customer_id", "item_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    code: Mapped[str]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))


class ItemCost(Base):
    """What an item costs, company currency per base unit. Its own table, its own grants."""

    __tablename__ = "item_cost"
    __table_args__ = (CheckConstraint("cost >= 0", name="cost_not_negative"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    cost: Mapped[UnitPrice]
