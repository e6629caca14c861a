"""Bins to be counted, and what was found in them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import CURRENT_COMMAND, EMPTY, NOW, Base, Id, Quantity
from app.rules.counting import CountState


class BinCount(Base):
    """An item (and lot) in a bin that is to be counted: asked for, then counted or given up.

    `books` is what the ledger said at the moment of the count, in base units.
    """

    __tablename__ = "bin_count"
    __table_args__ = (
        CheckConstraint("counted >= 0", name="counted_not_negative"),
        CheckConstraint(
            "(state = 'counted') = (counted IS NOT NULL AND books IS NOT NULL)",
            name="counted_with_figures",
        ),
        Index(
            "uq_bin_count_open",
            "item_id",
            "location_id",
            "lot_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[Id]
    command_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("command.id"), server_default=CURRENT_COMMAND
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    picklist_line_id: Mapped[int | None] = mapped_column(ForeignKey("picklist_line.id"))
    reason: Mapped[str] = mapped_column(server_default=EMPTY)
    state: Mapped[CountState] = mapped_column(server_default=text("'open'"))
    asked_at: Mapped[datetime] = mapped_column(server_default=NOW)
    asked_by: Mapped[str] = mapped_column(server_default=EMPTY)
    books: Mapped[Quantity | None]
    counted: Mapped[Quantity | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default=EMPTY)
