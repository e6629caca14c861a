"""What things cost a customer: the one question every priced line asks.

`price_lines` answers one request or ten thousand in the same few statements. Today the answer is
the item's list price; price books and trade agreements will stand behind the same question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.rules.orders import PartKind, PriceSource


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """One question: what does so much of this item cost that customer on that day?

    `quantity` is in base units; the date is the order's, not today's.
    """

    key: int
    customer_id: int
    item_id: int
    quantity: Decimal
    on: date
    currency: str


@dataclass(frozen=True, slots=True)
class PricePart:
    """One step of how a price came about, per price unit."""

    kind: PartKind
    source: PriceSource
    label: str
    base: Decimal
    effect: Decimal
    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriceResult:
    """The answer: price per price unit before discounts, the steps, and why.

    `unit_price` is None where there is no price: somebody has to type one.
    """

    key: int
    price_unit: str
    list_price: Decimal | None
    unit_price: Decimal | None
    source: PriceSource
    parts: tuple[PricePart, ...]
    explanation: dict[str, Any]


_LIST_PRICES = text("""
    SELECT i.id, i.base_unit, i.list_price, c.currency
      FROM item i CROSS JOIN company c WHERE i.id = ANY (:items)
""")


def price_lines(session: Session, requests: Sequence[PriceRequest]) -> list[PriceResult]:
    """The price of each request, in the order asked. One statement, however many."""
    rows = session.execute(_LIST_PRICES, {"items": sorted({r.item_id for r in requests})})
    found = {row.id: row for row in rows}
    results = []
    for request in requests:
        row = found[request.item_id]
        price = row.list_price if row.currency == request.currency else None
        parts: tuple[PricePart, ...] = ()
        if price is not None:
            parts = (PricePart(PartKind.PRICE, PriceSource.LIST, "list price", price, price),)
        results.append(
            PriceResult(
                request.key,
                row.base_unit,
                price,
                price,
                PriceSource.LIST,
                parts,
                {
                    "version": 1,
                    "candidates": [
                        {
                            "source": PriceSource.LIST.value,
                            "price": str(row.list_price) if row.list_price is not None else None,
                            "currency": row.currency,
                            "won": price is not None,
                        }
                    ],
                },
            )
        )
    return results
