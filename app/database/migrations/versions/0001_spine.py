"""The spine: tables, the stock kernel, orders, billing, grants, and what every database has."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in (
        "tables",
        "commands",
        "stock",
        "orders",
        "billing",
        "packing",
        "trips",
        "reference",
        "grants",
        "records",
    ):
        run_sql_file(op.get_bind(), f"0001/{name}.sql")
    run_sql_file(op.get_bind(), "0001/people.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
