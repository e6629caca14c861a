"""What any basket comes to, with every line, share, rate and total."""

from app.queries.totals.answer import BasketTotals
from app.queries.totals.noun import totals
from app.queries.totals.question import (
    BasketCharge,
    BasketExemption,
    BasketLine,
    BasketPlace,
    BasketRate,
)

__all__ = [
    "BasketCharge",
    "BasketExemption",
    "BasketLine",
    "BasketPlace",
    "BasketRate",
    "BasketTotals",
    "totals",
]
