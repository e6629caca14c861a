"""The administrator sets how the cells of line discounts are combined, like every setting."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0011/discount_rule.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
