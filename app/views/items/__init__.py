"""The items desk: what we sell, in which units, where it lies and who waits for it."""

from app.views.items.desk import desk

__all__ = ["desk"]
