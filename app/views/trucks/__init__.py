"""The trucks desk."""

from app.views.trucks.desk import desk

__all__ = ["desk"]
