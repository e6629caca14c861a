"""The allocation desk."""

from app.views.allocation.desk import desk

__all__ = ["desk"]
