"""The staging desk."""

from app.views.staging.desk import desk

__all__ = ["desk"]
