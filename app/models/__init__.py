"""Tables and constraints (SQLAlchemy 2, typed)."""

from app.models import (
    billing,
    catalog,
    charges,
    commands,
    company,
    counting,
    orders,
    packing,
    partners,
    picking,
    pricing,
    printing,
    scanning,
    stock,
    taxes,
    trucks,
    users,
)
from app.models.base import Base

__all__ = [
    "Base",
    "billing",
    "catalog",
    "charges",
    "commands",
    "company",
    "counting",
    "orders",
    "packing",
    "partners",
    "picking",
    "pricing",
    "printing",
    "scanning",
    "stock",
    "taxes",
    "trucks",
    "users",
]
