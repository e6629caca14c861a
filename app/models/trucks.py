"""Trips of the company's trucks: stops in order, and which orders go on them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import EMPTY, Base, Id, Json
from app.rules.trucks import TripState


class Trip(Base):
    """One truck going out once. A truck is a location; what is on it belongs to its trip."""

    __tablename__ = "trip"
    __table_args__ = (
        Index(
            "uq_trip_one_loading", "truck_id", unique=True, postgresql_where=text("state='loading'")
        ),
        Index("ix_trip_planned_date_id", "planned_date", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(
        unique=True, server_default=text("'TR-' || nextval('trip_number')")
    )
    state: Mapped[TripState] = mapped_column(server_default=text("'planned'"))
    truck_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    driver: Mapped[str] = mapped_column(server_default=EMPTY)
    dock: Mapped[str] = mapped_column(server_default=EMPTY)
    planned_date: Mapped[date]
    departed_at: Mapped[datetime | None]
    departed_by: Mapped[str | None]


class TripStop(Base):
    """A place the truck stops at; 1 is the first to be delivered, the last to be loaded."""

    __tablename__ = "trip_stop"
    __table_args__ = (UniqueConstraint("trip_id", "sequence"),)

    id: Mapped[Id]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id"))
    sequence: Mapped[int]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    address: Mapped[Json] = mapped_column(server_default=text("'{}'"))


class TripOrder(Base):
    """An order that is to go on a trip, at one of its stops."""

    __tablename__ = "trip_order"
    __table_args__ = (Index("ix_trip_order_order_id", "order_id"),)

    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id"), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("trip_stop.id"))
