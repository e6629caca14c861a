"""A lot is blocked for a reason, and blocked ones are found at once."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0025/lots.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
