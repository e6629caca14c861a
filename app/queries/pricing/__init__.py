"""Prices: one line or ten thousand, and why they are what they are."""

from app.queries.pricing.differences import PriceDifference
from app.queries.pricing.explain import PriceExplained, explain, price
from app.queries.pricing.lookup import (
    DocumentPrices,
    PricePart,
    PriceRequest,
    PriceResult,
    TypedDiscount,
    order_discount,
    price_document,
    price_lines,
    reductions,
)

__all__ = [
    "DocumentPrices",
    "PriceDifference",
    "PriceExplained",
    "PricePart",
    "PriceRequest",
    "PriceResult",
    "TypedDiscount",
    "explain",
    "order_discount",
    "price",
    "price_document",
    "price_lines",
    "reductions",
]
