"""Prices: trade agreements of both sides, price books, nested groups with several members."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("prices", "groups", "grants"):
        run_sql_file(op.get_bind(), f"0002/{name}.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
