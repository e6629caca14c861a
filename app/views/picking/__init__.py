"""The picking desk."""

from app.views.picking.desk import desk

__all__ = ["desk"]
