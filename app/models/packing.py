"""Cartons and shipments. A shipment's lines are its stock moves."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import EMPTY, FALSE, NOW, TRUE, ZERO, Base, Id, Json, Measure
from app.rules.packing import CartonKind, CartonState, ShipmentState


class CartonType(Base):
    """A box we have: how heavy, how large inside, how much it holds."""

    __tablename__ = "carton_type"
    __table_args__ = (
        CheckConstraint(
            "'NaN' <> ALL (ARRAY[tare_kg, max_kg, volume_l, length_mm, width_mm, height_mm])"
            " AND tare_kg >= 0 AND max_kg > 0 AND volume_l > 0"
            " AND length_mm > 0 AND width_mm > 0 AND height_mm > 0",
            name="measures_positive",
        ),
        CheckConstraint(
            "num_nulls(length_mm, width_mm, height_mm) IN (0, 3)", name="size_is_whole"
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[CartonKind] = mapped_column(server_default=text("'box'"))
    tare_kg: Mapped[Measure] = mapped_column(server_default=ZERO)
    max_kg: Mapped[Measure | None]
    volume_l: Mapped[Measure | None]
    length_mm: Mapped[Measure | None]
    width_mm: Mapped[Measure | None]
    height_mm: Mapped[Measure | None]
    is_default: Mapped[bool] = mapped_column(server_default=FALSE)
    is_active: Mapped[bool] = mapped_column(server_default=TRUE)


class Carton(Base):
    """A handling unit with an SSCC. Where it is follows from the goods in it."""

    __tablename__ = "carton"
    __table_args__ = (
        UniqueConstraint("order_id", "number_in_order"),
        CheckConstraint("sscc ~ '^[0-9]{18}$'", name="sscc_18_digits"),
        Index("ix_carton_shipment_id", "shipment_id"),
        Index("ix_carton_trip_id", "trip_id"),
        Index("ix_carton_location_id", "location_id"),
    )

    id: Mapped[Id]
    sscc: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    number_in_order: Mapped[int]
    type_id: Mapped[int] = mapped_column(ForeignKey("carton_type.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("carton.id"))
    state: Mapped[CartonState] = mapped_column(server_default=text("'open'"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"))
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trip.id"))
    weight_kg: Mapped[Measure | None]
    tracking_number: Mapped[str] = mapped_column(server_default=EMPTY)
    is_label_stale: Mapped[bool] = mapped_column(server_default=FALSE)
    opened_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Shipment(Base):
    """Goods of one order that left together for the customer."""

    __tablename__ = "shipment"
    __table_args__ = (
        Index("ix_shipment_order_id", "order_id"),
        Index("ix_shipment_trip_id", "trip_id"),
        Index("ix_shipment_packed_at_id", "packed_at", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(
        unique=True, server_default=text("'SH-' || nextval('shipment_number')")
    )
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    delivery_mode_id: Mapped[int] = mapped_column(ForeignKey("delivery_mode.id"))
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trip.id"))
    state: Mapped[ShipmentState] = mapped_column(server_default=text("'packed'"))
    ship_to: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    shipped_on: Mapped[date]
    packed_at: Mapped[datetime] = mapped_column(server_default=NOW)
    is_brought_forward: Mapped[bool] = mapped_column(server_default=FALSE)
