"""What expires, and what is left of a lot, are found at once; purchasing takes goods in."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0021/inventory.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
