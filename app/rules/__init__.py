"""Pure decisions and states; no SQLAlchemy, no Qt."""
