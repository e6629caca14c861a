"""The stock kernel: places, lots, the ledger of moves, balances, allocations.

The database keeps balances, allocations and the quantities on order lines in step with the
ledger (migrations/sql/stock.sql); no client can make them disagree.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    CURRENT_COMMAND,
    EMPTY,
    FALSE,
    NOW,
    TRUE,
    ZERO,
    Base,
    Id,
    Measure,
    Quantity,
)
from app.rules.stock import LocationKind, MoveReason


class Warehouse(Base):
    """A building with bins, lanes and benches."""

    __tablename__ = "warehouse"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(server_default=EMPTY)
    time_zone: Mapped[str | None]


class Location(Base):
    """A place goods can be: bin, lane, bench, cart, truck, or a far end."""

    __tablename__ = "location"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('truck', 'transit', 'supplier', 'customer', 'adjustment', 'dropship',"
            " 'scrap') = (warehouse_id IS NULL)",
            name="warehouse_where_physical",
        ),
        CheckConstraint("NOT is_pickable OR kind IN ('storage', 'counter')", name="pickable_kinds"),
        Index("ix_location_warehouse_id_kind_code", "warehouse_id", "kind", "code"),
    )

    id: Mapped[Id]
    warehouse_id: Mapped[int | None] = mapped_column(ForeignKey("warehouse.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    kind: Mapped[LocationKind]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(server_default=EMPTY)
    is_pickable: Mapped[bool] = mapped_column(server_default=FALSE)
    walk_sequence: Mapped[int] = mapped_column(server_default=ZERO)
    capacity_kg: Mapped[Measure | None]
    capacity_l: Mapped[Measure | None]
    capacity_pallets: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(server_default=TRUE)


class Lot(Base):
    """One batch (lot number, expiry) or one serial of an item."""

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("item_id", "code"),
        CheckConstraint("btrim(blocked_reason) <> ''", name="blocked_for_a_reason"),
        Index("ix_lot_code", "code"),
        Index("ix_lot_blocked", "id", postgresql_where=text("blocked_reason IS NOT NULL")),
        Index(
            "ix_lot_expires_on_id",
            "expires_on",
            "id",
            postgresql_where=text("expires_on IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    code: Mapped[str]
    is_serial: Mapped[bool] = mapped_column(server_default=FALSE)
    expires_on: Mapped[date | None]
    blocked_reason: Mapped[str | None]


class MoveRule(Base):
    """Which move reason may go between which kinds of place, and for which groups."""

    __tablename__ = "move_rule"

    reason: Mapped[MoveReason] = mapped_column(primary_key=True)
    from_kind: Mapped[str] = mapped_column(primary_key=True)
    to_kind: Mapped[str] = mapped_column(primary_key=True)
    group_name: Mapped[str] = mapped_column(primary_key=True)


class StockMove(Base):
    """Goods that went from one place to another. Never changed, never deleted.

    `allocation_id` names the promise that travels with the goods; `carton_id` the carton they
    are in afterwards; `shipment_id` is set when they leave for a customer (and on the reversal).
    """

    __tablename__ = "stock_move"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(
            "from_location_id <> to_location_id OR reason = 'box'", name="really_moves"
        ),
        Index("ix_stock_move_item_id_id", "item_id", "id"),
        Index("ix_stock_move_order_line_id", "order_line_id"),
        Index("ix_stock_move_shipment_id", "shipment_id"),
        Index("ix_stock_move_command_id", "command_id"),
        Index(
            "ix_stock_move_serial",
            "item_id",
            "serial",
            postgresql_where=text("serial IS NOT NULL"),
        ),
        Index(
            "uq_stock_move_reverses",
            "reverses_id",
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    from_location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    to_location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    quantity: Mapped[Quantity]
    reason: Mapped[MoveReason]
    note: Mapped[str] = mapped_column(server_default=EMPTY)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order_line.id"))
    allocation_id: Mapped[int | None]
    carton_id: Mapped[int | None] = mapped_column(ForeignKey("carton.id"))
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"))
    serial: Mapped[str | None] = mapped_column(comment="For items of tracking serial_out.")
    happened_at: Mapped[datetime] = mapped_column(server_default=NOW)
    entered_at: Mapped[datetime] = mapped_column(server_default=NOW)
    command_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("command.id"), server_default=CURRENT_COMMAND
    )
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("stock_move.id"))


class StockBalance(Base):
    """What lies in one place, and how much of it is promised. Kept by the database alone."""

    __tablename__ = "stock_balance"
    __table_args__ = (
        UniqueConstraint("item_id", "location_id", "lot_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("allocated >= 0", name="allocated_not_negative"),
        CheckConstraint("allocated <= on_hand", name="allocated_within_on_hand"),
        Index("ix_stock_balance_location_id", "location_id"),
        Index("ix_stock_balance_lot_id", "lot_id", postgresql_where=text("lot_id IS NOT NULL")),
    )

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    on_hand: Mapped[Quantity] = mapped_column(server_default=ZERO)
    allocated: Mapped[Quantity] = mapped_column(server_default=ZERO)


class Allocation(Base):
    """Goods in one place that belong to one order line; one row follows the goods."""

    __tablename__ = "allocation"
    __table_args__ = (
        UniqueConstraint(
            "order_line_id",
            "item_id",
            "location_id",
            "lot_id",
            "carton_id",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_allocation_location_id_item_id", "location_id", "item_id"),
        Index("ix_allocation_carton_id", "carton_id"),
        Index("ix_allocation_item_id", "item_id"),
    )

    id: Mapped[Id]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("sales_order_line.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    carton_id: Mapped[int | None] = mapped_column(ForeignKey("carton.id"))
    quantity: Mapped[Quantity]
    since: Mapped[datetime] = mapped_column(server_default=NOW)
    command_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("command.id"), server_default=CURRENT_COMMAND
    )
