"""Cartons and picklists that come while the order is waited for are locked before it too."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0014/locks.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
