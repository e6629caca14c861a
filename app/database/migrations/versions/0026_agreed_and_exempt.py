"""What was agreed once stays in the books; no order has a certificate its customer has not."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0026/agreed_and_exempt.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
