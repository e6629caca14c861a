"""At a terminal a login does what its verbs do: in commands, with numbers, step by step."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


_FILES = (
    "claims",
    "people",
    "orders",
    "stock",
    "packing",
    "trips",
    "billing",
    "prices",
    "charge_rules",
    "numbers",
    "commands",
    "steps",
)


def upgrade() -> None:
    for name in _FILES:
        run_sql_file(op.get_bind(), f"0004/{name}.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
