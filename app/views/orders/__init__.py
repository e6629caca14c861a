"""The orders desk."""

from app.views.orders.desk import desk

__all__ = ["desk"]
