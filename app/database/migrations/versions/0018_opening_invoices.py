"""Bringing in a history takes time with its orders, not with their square."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0018/opening_invoices.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
