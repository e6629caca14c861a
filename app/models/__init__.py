"""Tables and constraints (SQLAlchemy 2, typed)."""
