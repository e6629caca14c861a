"""People and stations: logins of the database, kept as rows too so that a backup has them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Group
from app.models.base import TRUE, ZERO, Base, Id
from app.rules.printing import PrinterRole


class Person(Base):
    """Somebody who signs in, and whose badge says who stands at a station."""

    __tablename__ = "person"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    badge: Mapped[str | None] = mapped_column(unique=True)
    is_active: Mapped[bool] = mapped_column(server_default=TRUE)


class LoginGroup(Base):
    """Which group roles a login has; the database's own role membership is made from it."""

    __tablename__ = "login_group"

    login: Mapped[str] = mapped_column(primary_key=True)
    group: Mapped[Group] = mapped_column("group_name", primary_key=True)


class Station(Base):
    """A workplace with a scanner or a counter desk; it signs in by itself."""

    __tablename__ = "station"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    login: Mapped[str | None] = mapped_column(unique=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    packing_location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    lane_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    sscc_next: Mapped[int] = mapped_column(server_default=ZERO)
    sscc_end: Mapped[int] = mapped_column(server_default=ZERO)
    is_active: Mapped[bool] = mapped_column(server_default=TRUE)


class Printer(Base):
    """A way to paper: a system queue, a raw socket or a folder."""

    __tablename__ = "printer"
    __table_args__ = (
        CheckConstraint("kind IN ('system', 'socket', 'folder')", name="kind_known"),
        CheckConstraint("language IN ('pdf', 'zpl')", name="language_known"),
        CheckConstraint("dots_per_mm IN (6, 8, 12, 24)", name="dots_known"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    address: Mapped[str]
    language: Mapped[str] = mapped_column(server_default=text("'pdf'"))
    dots_per_mm: Mapped[int] = mapped_column(server_default=text("8"))
    is_active: Mapped[bool] = mapped_column(server_default=TRUE)


class StationPrinter(Base):
    """Which printer a station uses for a role; a row without station is everybody's default."""

    __tablename__ = "station_printer"
    __table_args__ = (UniqueConstraint("station_id", "role", postgresql_nulls_not_distinct=True),)

    id: Mapped[Id]
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    role: Mapped[PrinterRole]
    printer_id: Mapped[int] = mapped_column(ForeignKey("printer.id"))
