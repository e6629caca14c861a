"""The command log and its events: who did what, when, with which result."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from app.core.ids import Kind
from app.models.base import NOW, Base, Id, Json


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's xid8: the identity of a transaction."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        return "xid8"


class Installation(Base):
    """How this database is set up: the prefix of its group roles."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, server_default=text("1"))
    role_prefix: Mapped[str]


class Command(Base):
    """Something somebody asked for. Claimed first, answered last, exactly once."""

    __tablename__ = "command"
    __table_args__ = (
        UniqueConstraint("station", "station_sequence"),
        Index("ix_command_entered_at", "entered_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    verb: Mapped[str]
    arguments: Mapped[Json]
    login: Mapped[str]
    operator: Mapped[str]
    station: Mapped[str | None]
    station_sequence: Mapped[int | None]
    happened_at: Mapped[datetime]
    entered_at: Mapped[datetime] = mapped_column(server_default=NOW)
    xid: Mapped[int] = mapped_column(
        TransactionId, server_default=text("pg_current_xact_id()"), index=True
    )
    result: Mapped[dict[str, object] | None] = mapped_column(JSONB)


class Event(Base):
    """One command's touched things, in the order of ids; readers follow by transaction id."""

    __tablename__ = "event"

    id: Mapped[Id]
    command_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("command.id"))
    xid: Mapped[int] = mapped_column(
        TransactionId, server_default=text("pg_current_xact_id()"), index=True
    )
    touched: Mapped[list[object]] = mapped_column(JSONB)


class EventTouch(Base):
    """Which event touched what: the timeline of every document."""

    __tablename__ = "event_touch"

    kind: Mapped[Kind] = mapped_column(Text, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)


class NumberSeries(Base):
    """A gapless series. Only triggers take numbers from it; nobody may call or change it."""

    __tablename__ = "number_series"

    code: Mapped[str] = mapped_column(primary_key=True)
    prefix: Mapped[str]
    next: Mapped[int] = mapped_column(server_default=text("1"))
