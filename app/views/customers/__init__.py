"""The customers desk: who buys, where they are, what is open."""

from app.views.customers.desk import desk

__all__ = ["desk"]
