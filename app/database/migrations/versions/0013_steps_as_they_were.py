"""What a login writes of a step (picked, loaded, posted, printed, cancelled) is what happened."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("commands", "orders", "floor", "papers", "figures"):
        run_sql_file(op.get_bind(), f"0013/{name}.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
