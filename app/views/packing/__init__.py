"""The packing station."""

from app.views.packing.desk import PackingDesk, desk

__all__ = ["PackingDesk", "desk"]
