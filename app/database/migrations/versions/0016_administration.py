"""Printers, carton types and wrong scans for the administrator; a test page is a paper."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0016/administration.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
