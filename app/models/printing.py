"""Print jobs, and the exact bytes of what was sent."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import CURRENT_COMMAND, EMPTY, NOW, Base, Id
from app.rules.printing import DocumentKind, PrintJobState


class PrintJob(Base):
    """Something to print: queued in the transaction that caused it, printed after the commit."""

    __tablename__ = "print_job"
    __table_args__ = (
        Index("ix_print_job_queued", "id", postgresql_where=text("state = 'queued'")),
        Index("ix_print_job_failed", "id", postgresql_where=text("state = 'failed'")),
        Index("ix_print_job_document_subject_id", "document", "subject_id"),
    )

    id: Mapped[Id]
    document: Mapped[DocumentKind]
    subject_id: Mapped[int] = mapped_column(comment="The id of what it is about.")
    copies: Mapped[int] = mapped_column(server_default=text("1"))
    printer_id: Mapped[int | None] = mapped_column(ForeignKey("printer.id"))
    station: Mapped[str | None]
    operator: Mapped[str] = mapped_column(server_default=EMPTY)
    state: Mapped[PrintJobState] = mapped_column(server_default=text("'queued'"))
    result: Mapped[str] = mapped_column(server_default=EMPTY)
    queued_at: Mapped[datetime] = mapped_column(server_default=NOW)
    finished_at: Mapped[datetime | None]
    command_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("command.id"), server_default=CURRENT_COMMAND
    )


class ArchivedDocument(Base):
    """The exact PDF that went out, with its SHA-256."""

    __tablename__ = "archived_document"
    __table_args__ = (Index("ix_archived_document_document_subject_id", "document", "subject_id"),)

    id: Mapped[Id]
    document: Mapped[DocumentKind]
    subject_id: Mapped[int]
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    archived_at: Mapped[datetime] = mapped_column(server_default=NOW)
