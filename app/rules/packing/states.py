"""Cartons and shipments: their states, and whether a carton weighs what it should."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum


class CartonKind(StrEnum):
    """A tote is a carton that comes back."""

    BOX = "box"
    TOTE = "tote"
    PALLET = "pallet"


class CartonState(StrEnum):
    """Closing never packs; `packed` means its goods have left inventory."""

    OPEN = "open"
    CLOSED = "closed"
    PACKED = "packed"


class ShipmentState(StrEnum):
    """A shipment is made by the packing itself; un-packing all of it cancels it."""

    PACKED = "packed"
    CANCELLED = "cancelled"


def is_weight_right(expected: Decimal, weighed: Decimal) -> bool:
    """Whether a carton weighs what its contents say, in kilograms.

    Paper and filling weigh too: 5 percent or 200 grams are no difference.
    """
    return abs(weighed - expected) <= max(Decimal("0.2"), expected * Decimal("0.05"))
