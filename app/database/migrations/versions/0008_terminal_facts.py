"""At a terminal too: days are days, figures have their sign, rows get their ids from us."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("days", "figures", "ids", "items", "orders"):
        run_sql_file(op.get_bind(), f"0008/{name}.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
