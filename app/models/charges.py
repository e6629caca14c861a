"""Charges: the rules by which orders get them, and what each shipment bears."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import EMPTY, FALSE, NOW, TRUE, Amount, Base, Id, UnitPrice
from app.rules.charges import ChargeBilling, ChargeKind, ChargeLevel, ChargeMethod
from app.rules.orders import DeliveryKind


class ChargeRule(Base):
    """What is charged to whom, on what, by which delivery mode, between two days.

    Each of the three sides is one (account, item, mode), a group (account group, item group,
    kind of delivery) or, with both empty, all. Two active rules alike never overlap in time: the
    database refuses it (an exclusion constraint over code, level, all sides and currency).
    """

    __tablename__ = "charge_rule"
    __table_args__ = (
        CheckConstraint("num_nonnulls(customer_id, account_group_id) <= 1", name="one_account"),
        CheckConstraint("num_nonnulls(item_id, item_group_id) <= 1", name="one_item"),
        CheckConstraint("num_nonnulls(delivery_mode_id, delivery_kind) <= 1", name="one_mode"),
        CheckConstraint("rate >= 0", name="rate_not_negative"),
        CheckConstraint("method <> 'percent' OR rate <= 100", name="percent_in_range"),
        CheckConstraint("(method = 'bracket') = (rate IS NULL)", name="brackets_or_rate"),
        CheckConstraint("method = 'percent' OR currency IS NOT NULL", name="money_has_currency"),
        CheckConstraint("valid_to >= valid_from", name="ends_after_start"),
        CheckConstraint(
            "level = 'header' OR billing <> 'per_shipment'", name="shipments_have_no_lines"
        ),
        CheckConstraint("btrim(code) <> ''", name="has_code"),
        Index("ix_charge_rule_customer_id", "customer_id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(comment="Rules with one code are one charge.")
    name: Mapped[str] = mapped_column(comment="As it is printed.")
    kind: Mapped[ChargeKind]
    level: Mapped[ChargeLevel]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    account_group_id: Mapped[int | None] = mapped_column(ForeignKey("account_group.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    item_group_id: Mapped[int | None] = mapped_column(ForeignKey("item_group.id"))
    delivery_mode_id: Mapped[int | None] = mapped_column(ForeignKey("delivery_mode.id"))
    delivery_kind: Mapped[DeliveryKind | None]
    method: Mapped[ChargeMethod]
    rate: Mapped[UnitPrice | None] = mapped_column(
        comment="The amount, the amount per base unit, or the percent; null with brackets."
    )
    currency: Mapped[str | None] = mapped_column(comment="Null: a percentage in any currency.")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    is_taxable: Mapped[bool] = mapped_column(server_default=TRUE)
    tax_class_id: Mapped[int | None] = mapped_column(
        ForeignKey("tax_class.id"), comment="Null: taxed like the lines it is spread on."
    )
    billing: Mapped[ChargeBilling]
    is_active: Mapped[bool] = mapped_column(
        server_default=TRUE, comment="No: switched off, no order takes it."
    )


class ChargeBracket(Base):
    """One step of a rule by order amount."""

    __tablename__ = "charge_bracket"
    __table_args__ = (
        CheckConstraint("from_amount >= 0 AND amount >= 0", name="amounts_not_negative"),
    )

    rule_id: Mapped[int] = mapped_column(
        ForeignKey("charge_rule.id", ondelete="CASCADE"), primary_key=True
    )
    from_amount: Mapped[Amount] = mapped_column(primary_key=True)
    amount: Mapped[Amount]


class WaivedCharge(Base):
    """An automatic charge that a person took off an order; no rule brings it back."""

    __tablename__ = "waived_charge"
    __table_args__ = (
        Index(
            "uq_waived_charge",
            "order_id",
            "code",
            "line_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    code: Mapped[str]
    line_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales_order_line.id", ondelete="CASCADE")
    )
    waived_by: Mapped[str] = mapped_column(server_default=EMPTY)
    waived_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ShipmentCharge(Base):
    """What a shipment bears: a charge per shipment as its order had it when the goods left.

    The database writes it with the goods, nobody else; un-packing takes it back.
    """

    __tablename__ = "shipment_charge"
    __table_args__ = (
        UniqueConstraint("shipment_id", "order_charge_id"),
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("ix_shipment_charge_order_charge_id", "order_charge_id"),
        Index("ix_shipment_charge_rest", "shipment_id", postgresql_where=text("NOT is_invoiced")),
    )

    id: Mapped[Id]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    order_charge_id: Mapped[int | None] = mapped_column(
        ForeignKey("order_charge.id", ondelete="SET NULL"),
        comment="What it was agreed by; null: taken off the order since.",
    )
    code: Mapped[str] = mapped_column(server_default=EMPTY)
    description: Mapped[str]
    method: Mapped[ChargeMethod]
    rate: Mapped[UnitPrice] = mapped_column(comment="What the method was reckoned with.")
    item_ids: Mapped[list[int] | None] = mapped_column(
        ARRAY(BigInteger), comment="The items it is about; null: all."
    )
    amount: Mapped[Amount]
    is_taxable: Mapped[bool]
    tax_class_id: Mapped[int | None] = mapped_column(ForeignKey("tax_class.id"))
    is_invoiced: Mapped[bool] = mapped_column(
        server_default=FALSE, comment="Whether it stands on an invoice. Derived."
    )
