"""What was cancelled because it came back is told apart from what nobody wants any more."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0006/came_back.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
