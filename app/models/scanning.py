"""Scans that led nowhere, and how each station's scanner is set up."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import CURRENT_COMMAND, EMPTY, Base, Id


class WrongScan(Base):
    """A scan that was answered with a stop; its command says who scanned it, and where."""

    __tablename__ = "wrong_scan"
    __table_args__ = (
        CheckConstraint("length(code) <= 500", name="code_short"),
        CheckConstraint("length(reason) <= 1000", name="reason_short"),
        Index("ix_wrong_scan_happened_at", "happened_at"),
    )

    id: Mapped[Id]
    command_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("command.id"), server_default=CURRENT_COMMAND
    )
    happened_at: Mapped[datetime]
    desk: Mapped[str]
    code: Mapped[str]
    word: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default=EMPTY)


class StationScanner(Base):
    """How a station's keyboard wedge is told from a person; times in milliseconds."""

    __tablename__ = "station_scanner"
    __table_args__ = (
        CheckConstraint("length(prefix) <= 10 AND length(suffix) <= 10", name="ends_short"),
        CheckConstraint(
            "gap_ms BETWEEN 5 AND 1000 AND patience_ms BETWEEN 20 AND 5000", name="times_in_reason"
        ),
        CheckConstraint("shortest BETWEEN 1 AND 50", name="shortest_in_reason"),
    )

    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), primary_key=True)
    prefix: Mapped[str] = mapped_column(server_default=EMPTY)
    suffix: Mapped[str] = mapped_column(server_default=text(r"E'\r'"))
    gap_ms: Mapped[int] = mapped_column(server_default=text("50"))
    patience_ms: Mapped[int] = mapped_column(server_default=text("250"))
    shortest: Mapped[int] = mapped_column(server_default=text("4"))
