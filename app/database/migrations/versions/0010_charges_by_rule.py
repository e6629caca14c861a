"""Who only cancels a rest lets charges follow their rules, and raises none."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0010/charges_by_rule.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
