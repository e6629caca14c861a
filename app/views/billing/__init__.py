"""The invoicing desk."""

from app.views.billing.desk import desk

__all__ = ["desk"]
