"""Prices: one line or ten thousand, explained; agreements as lists and ladders."""

from app.queries.pricing.agreements import (
    AgreementRow,
    agreement_ladder,
    agreement_rows,
    agreements_by_id,
)
from app.queries.pricing.differences import PriceDifference, price_differences
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
)

__all__ = [
    "AgreementRow",
    "DocumentPrices",
    "PriceDifference",
    "PriceExplained",
    "PricePart",
    "PriceRequest",
    "PriceResult",
    "TypedDiscount",
    "agreement_ladder",
    "agreement_rows",
    "agreements_by_id",
    "explain",
    "order_discount",
    "price",
    "price_differences",
    "price_document",
    "price_lines",
]
