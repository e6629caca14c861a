"""The schema's history, run by Alembic: one transaction each, under a lock of its own."""
