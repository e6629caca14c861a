"""Who sets a company up gives it the usual carton types too."""

from __future__ import annotations

from alembic import op

from app.database.migrate import run_sql_file

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0012/first_settings.sql")


def downgrade() -> None:
    raise NotImplementedError("a company's data only ever moves forward; restore a backup instead")
