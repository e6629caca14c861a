"""What an order says it comes to is added up by the database before a command is answered."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0019/totals_of_orders.sql")
    run_sql_file(op.get_bind(), "0019/floor.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
