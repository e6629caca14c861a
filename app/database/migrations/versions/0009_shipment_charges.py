"""What a shipment bears is agreed when its goods leave, and stays so."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0009/shipment_charges.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
