"""Taxes by jurisdiction with dated rates and exemptions; rules for freight and other charges."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("taxes", "charges", "documents", "lookups", "grants"):
        run_sql_file(op.get_bind(), f"0003/{name}.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
