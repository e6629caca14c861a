"""Picklists: what to fetch and from where, stored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import EMPTY, NOW, ZERO, Base, Id, Quantity
from app.rules.picking import PicklistLineState, PicklistState


class Picklist(Base):
    """A walk through the warehouse for one order, a wave, or a truck."""

    __tablename__ = "picklist"
    __table_args__ = (Index("ix_picklist_open", "id", postgresql_where=text("state = 'open'")),)

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(
        unique=True, server_default=text("'PL-' || nextval('picklist_number')")
    )
    state: Mapped[PicklistState] = mapped_column(server_default=text("'open'"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trip.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    created_by: Mapped[str] = mapped_column(server_default=EMPTY)


class PicklistLine(Base):
    """One bin to visit for one order line; its id is its own scannable code."""

    __tablename__ = "picklist_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("picked >= 0 AND picked <= quantity", name="picked_within_quantity"),
        Index("ix_picklist_line_picklist_id", "picklist_id"),
        Index(
            "ix_picklist_line_open",
            "order_line_id",
            "item_id",
            "location_id",
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[Id]
    picklist_id: Mapped[int] = mapped_column(ForeignKey("picklist.id"))
    sequence: Mapped[int]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("sales_order_line.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    quantity: Mapped[Quantity]
    picked: Mapped[Quantity] = mapped_column(server_default=ZERO)
    state: Mapped[PicklistLineState] = mapped_column(server_default=text("'open'"))
    reason: Mapped[str] = mapped_column(server_default=EMPTY)
