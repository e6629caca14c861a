"""What a packing station needs: the picture of an order, the orders to pack, who scanned."""

from __future__ import annotations

from app.queries.packing.picture import packing_order
from app.queries.packing.stations import (
    NoBench,
    Operator,
    PackStation,
    PaperFailed,
    failed_papers,
    operator_by_badge,
    order_of_scan,
    packing_station,
)
from app.queries.packing.waiting import (
    COUNT_STOPS_AT,
    PACK_VIEWS,
    BackorderToAsk,
    PackCounts,
    PackRow,
    backorders_to_ask,
    packing_counts,
    packing_queue,
)

__all__ = [
    "COUNT_STOPS_AT",
    "PACK_VIEWS",
    "BackorderToAsk",
    "NoBench",
    "Operator",
    "PackCounts",
    "PackRow",
    "PackStation",
    "PaperFailed",
    "backorders_to_ask",
    "failed_papers",
    "operator_by_badge",
    "order_of_scan",
    "packing_counts",
    "packing_order",
    "packing_queue",
    "packing_station",
]
