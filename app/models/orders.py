"""Sales orders: what was ordered, at what price, and how far each line is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    EMPTY,
    FALSE,
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
from app.models.commands import TransactionId
from app.rules.charges import ChargeBilling, ChargeKind, ChargeMethod, ChargeSource
from app.rules.orders import (
    BackorderPolicy,
    Fulfilment,
    OrderState,
    OrderStatus,
    PartKind,
    PriceSource,
)


class HoldCode(Base):
    """A reason to stop an order, and which steps it stops."""

    __tablename__ = "hold_code"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    stops_allocation: Mapped[bool] = mapped_column(server_default=FALSE)
    stops_picking: Mapped[bool] = mapped_column(server_default=FALSE)
    stops_packing: Mapped[bool] = mapped_column(server_default=FALSE)
    stops_invoicing: Mapped[bool] = mapped_column(server_default=FALSE)


class SalesOrder(Base):
    """An order. Its `state` is what people did, its `status` what the database derives."""

    __tablename__ = "sales_order"
    __table_args__ = (
        Index("ix_sales_order_customer_id_id", "customer_id", "id"),
        Index("ix_sales_order_order_date_id", "order_date", "id"),
        Index(
            "ix_sales_order_open",
            "requested_date",
            "id",
            postgresql_where=text("state IN ('draft', 'confirmed')"),
        ),
        Index("ix_sales_order_status_id", "status", "id"),
        Index(
            "ix_sales_order_short",
            "requested_date",
            "id",
            postgresql_where=text("is_short AND state = 'confirmed'"),
        ),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True, server_default=text("next_order_number()"))
    state: Mapped[OrderState] = mapped_column(server_default=text("'draft'"))
    status: Mapped[OrderStatus] = mapped_column(server_default=text("'draft'"))
    is_short: Mapped[bool] = mapped_column(
        server_default=FALSE, comment="Some confirmed line is backordered. Derived."
    )
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    lane_id: Mapped[int | None] = mapped_column(
        ForeignKey("location.id"), comment="The staging lane its goods go to by default."
    )
    delivery_mode_id: Mapped[int] = mapped_column(ForeignKey("delivery_mode.id"))
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("payment_terms.id"))
    currency: Mapped[str]
    exchange_rate: Mapped[Rate] = mapped_column(server_default=text("1"))
    customer_po: Mapped[str] = mapped_column(server_default=EMPTY)
    contact: Mapped[str] = mapped_column(server_default=EMPTY)
    bill_to: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    ship_to: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    order_date: Mapped[date]
    requested_date: Mapped[date]
    promised_date: Mapped[date | None]
    ship_complete: Mapped[bool] = mapped_column(server_default=FALSE)
    priority: Mapped[int] = mapped_column(server_default=ZERO)
    backorder_policy: Mapped[BackorderPolicy] = mapped_column(server_default=text("'keep'"))
    hold_code: Mapped[str | None] = mapped_column(ForeignKey("hold_code.code"))
    hold_reason: Mapped[str] = mapped_column(server_default=EMPTY)
    comments: Mapped[str] = mapped_column(server_default=EMPTY)
    internal_notes: Mapped[str] = mapped_column(server_default=EMPTY)
    cancel_reason: Mapped[str] = mapped_column(server_default=EMPTY)
    prices_include_tax: Mapped[bool] = mapped_column(server_default=FALSE)
    tax_rounding: Mapped[str] = mapped_column(server_default=text("'line'"))
    tax_certificate: Mapped[str] = mapped_column(
        server_default=EMPTY, comment="The exemption for which it bears no tax; empty: none."
    )
    discount_percent: Mapped[Percent] = mapped_column(
        server_default=ZERO, comment="Order discount, on the sum of line amounts."
    )
    discount_amount: Mapped[Amount] = mapped_column(server_default=ZERO)
    discount_explanation: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    goods_amount: Mapped[Amount] = mapped_column(server_default=ZERO)
    charges_amount: Mapped[Amount] = mapped_column(server_default=ZERO)
    tax_amount: Mapped[Amount] = mapped_column(server_default=ZERO)
    total_amount: Mapped[Amount] = mapped_column(server_default=ZERO)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    version: Mapped[int] = mapped_column(server_default=text("1"))


_PACKED = "packed - returned + drop_ordered + performed"
_OPEN = "greatest(0, ordered - cancelled - (packed - returned) - drop_ordered - performed)"


class SalesOrderLine(Base):
    """One line: what was entered, its price in parts, and its quantities.

    From `allocated` on, the quantities are derived by the database; no role may write them.
    """

    __tablename__ = "sales_order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "line_no"),
        CheckConstraint("ordered > 0", name="ordered_positive"),
        CheckConstraint("cancelled >= 0 AND cancelled <= ordered", name="cancelled_within_ordered"),
        CheckConstraint(
            "came_back >= 0 AND came_back <= cancelled", name="came_back_within_cancelled"
        ),
        CheckConstraint("unit_price >= 0", name="unit_price_not_negative"),
        CheckConstraint("price_factor > 0", name="price_factor_positive"),
        CheckConstraint(
            f"allocated + {_PACKED} <= ordered - cancelled + tolerance",
            name="not_more_than_wanted_and_tolerance",
        ),
        CheckConstraint(
            f"allocated - boxed + {_PACKED} <= ordered - cancelled"
            " OR (allocated - boxed = 0 AND"
            f" {_PACKED} <= ordered - cancelled + tolerance)",
            name="not_more_than_wanted_unless_boxed",
        ),
        CheckConstraint(
            "allocated >= 0 AND boxed >= 0 AND staged >= 0 AND loaded >= 0",
            name="promises_not_negative",
        ),
        CheckConstraint(
            "packed >= 0 AND returned >= 0 AND returned <= packed", name="returned_within_packed"
        ),
        CheckConstraint(
            "invoiced - rebillable <= packed + drop_confirmed + performed",
            name="invoiced_within_delivered",
        ),
        CheckConstraint("credited <= invoiced", name="credited_within_invoiced"),
        Index(
            "ix_sales_order_line_open",
            "item_id",
            "id",
            postgresql_where=text("open > 0"),
        ),
        Index(
            "ix_sales_order_line_invoiceable",
            "order_id",
            postgresql_where=text("invoiceable > 0"),
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    line_no: Mapped[int]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    description: Mapped[str]
    unit: Mapped[str]
    unit_quantity: Mapped[Quantity] = mapped_column(comment="As entered, in `unit`.")
    unit_factor: Mapped[Quantity] = mapped_column(server_default=text("1"))
    ordered: Mapped[Quantity] = mapped_column(comment="In the item's base unit.")
    cancelled: Mapped[Quantity] = mapped_column(server_default=ZERO)
    came_back: Mapped[Quantity] = mapped_column(
        server_default=ZERO,
        comment="What of `cancelled` was cancelled because it came back. Derived.",
    )
    tolerance: Mapped[Quantity] = mapped_column(server_default=ZERO)
    fulfilment: Mapped[Fulfilment] = mapped_column(server_default=text("'stock'"))
    requested_date: Mapped[date | None]
    promised_date: Mapped[date | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order_line.id"))
    substitute_of_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    price_unit: Mapped[str]
    price_factor: Mapped[Quantity] = mapped_column(
        server_default=text("1"), comment="Base units in one price unit."
    )
    list_price: Mapped[UnitPrice | None]
    unit_price: Mapped[UnitPrice] = mapped_column(
        comment="Per price unit, before discounts; the parts say how it came about."
    )
    price_source: Mapped[PriceSource]
    price_explanation: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    amount: Mapped[Amount] = mapped_column(comment="Net of line discounts, for `wanted`.")
    order_discount: Mapped[Amount] = mapped_column(
        server_default=ZERO, comment="Its share of the order discount."
    )
    tax_class_id: Mapped[int | None] = mapped_column(ForeignKey("tax_class.id"))

    allocated: Mapped[Quantity] = mapped_column(server_default=ZERO)
    staged: Mapped[Quantity] = mapped_column(server_default=ZERO)
    loaded: Mapped[Quantity] = mapped_column(server_default=ZERO)
    boxed: Mapped[Quantity] = mapped_column(
        server_default=ZERO, comment="Allocated in a carton or on a truck."
    )
    packed: Mapped[Quantity] = mapped_column(server_default=ZERO)
    returned: Mapped[Quantity] = mapped_column(server_default=ZERO)
    performed: Mapped[Quantity] = mapped_column(server_default=ZERO)
    drop_ordered: Mapped[Quantity] = mapped_column(server_default=ZERO)
    drop_confirmed: Mapped[Quantity] = mapped_column(server_default=ZERO)
    invoiced: Mapped[Quantity] = mapped_column(server_default=ZERO)
    credited: Mapped[Quantity] = mapped_column(server_default=ZERO)
    rebillable: Mapped[Quantity] = mapped_column(server_default=ZERO)
    wanted: Mapped[Quantity] = mapped_column(Computed("ordered - cancelled", persisted=True))
    open: Mapped[Quantity] = mapped_column(Computed(_OPEN, persisted=True))
    backordered: Mapped[Quantity] = mapped_column(
        Computed(f"greatest(0, {_OPEN} - allocated)", persisted=True)
    )
    invoiceable: Mapped[Quantity] = mapped_column(
        Computed(
            "greatest(0, packed + drop_confirmed + performed - returned - (invoiced - rebillable))",
            persisted=True,
        )
    )


class LinePricePart(Base):
    """One step of how a line's price came about, in order."""

    __tablename__ = "line_price_part"

    line_id: Mapped[int] = mapped_column(
        ForeignKey("sales_order_line.id", ondelete="CASCADE"), primary_key=True
    )
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PartKind]
    source: Mapped[PriceSource]
    label: Mapped[str] = mapped_column(comment="Agreement, price book or person.")
    percent: Mapped[Percent | None]
    amount: Mapped[UnitPrice | None] = mapped_column(comment="Per price unit.")
    base: Mapped[UnitPrice] = mapped_column(comment="What it was reckoned on, per price unit.")
    effect: Mapped[UnitPrice] = mapped_column(comment="What it changed, per price unit.")


class OrderCharge(Base):
    """Freight or a special charge on an order or on one of its lines."""

    __tablename__ = "order_charge"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("billing <> 'per_shipment' OR amount = 0", name="shipments_bear_their_own"),
        Index("ix_order_charge_order_id", "order_id"),
        Index("ix_order_charge_rest", "order_id", postgresql_where=text("amount > invoiced")),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    line_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales_order_line.id", ondelete="CASCADE")
    )
    kind: Mapped[ChargeKind] = mapped_column(server_default=text("'shipping'"))
    code: Mapped[str] = mapped_column(
        server_default=EMPTY, comment="Of the rule it came from; empty: a person's own."
    )
    source: Mapped[ChargeSource] = mapped_column(server_default=text("'manual'"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("charge_rule.id"))
    billing: Mapped[ChargeBilling] = mapped_column(server_default=text("'prorated'"))
    method: Mapped[ChargeMethod | None]
    rate: Mapped[UnitPrice | None] = mapped_column(comment="What the method was reckoned with.")
    item_ids: Mapped[list[int] | None] = mapped_column(
        ARRAY(BigInteger), comment="The items it is about; null: all."
    )
    description: Mapped[str]
    amount: Mapped[Amount] = mapped_column(
        comment="Nothing when per shipment: each shipment bears its own."
    )
    invoiced: Mapped[Amount] = mapped_column(
        server_default=ZERO, comment="What of it stands on invoices. Derived."
    )
    is_taxable: Mapped[bool] = mapped_column(server_default=text("true"))
    tax_class_id: Mapped[int | None] = mapped_column(ForeignKey("tax_class.id"))


class OrderTax(Base):
    """Tax of one line or charge at one rate; `base` is net of tax also when it is included."""

    __tablename__ = "order_tax"
    __table_args__ = (Index("ix_order_tax_order_id", "order_id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    line_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales_order_line.id", ondelete="CASCADE")
    )
    charge_id: Mapped[int | None] = mapped_column(ForeignKey("order_charge.id", ondelete="CASCADE"))
    jurisdiction_id: Mapped[int | None] = mapped_column(ForeignKey("tax_jurisdiction.id"))
    jurisdiction: Mapped[str] = mapped_column(server_default=EMPTY, comment="Its name then.")
    sequence: Mapped[int] = mapped_column(server_default=text("1"))
    name: Mapped[str]
    percent: Mapped[Percent]
    is_compound: Mapped[bool] = mapped_column(server_default=FALSE)
    base: Mapped[Amount]
    amount: Mapped[Amount]


class OrderToAddUp(Base):
    """An order whose amounts the command at work has written; gone when the command is answered."""

    __tablename__ = "order_to_add_up"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    xid: Mapped[int] = mapped_column(
        TransactionId, server_default=text("pg_current_xact_id()"), primary_key=True
    )
    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class OrderNote(Base):
    """Somebody's words on an order, with the time."""

    __tablename__ = "order_note"
    __table_args__ = (Index("ix_order_note_order_id", "order_id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    text: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=NOW)
