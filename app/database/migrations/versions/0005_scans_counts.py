"""Scans that led nowhere are kept, each station's scanner is set up, bins are counted."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0005/scans_counts.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
