"""Cartons and shipments: states and what may become what."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from app.core.states import Transitions


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


_C = CartonState
CARTON_TRANSITIONS: Transitions = frozenset(
    {
        (_C.OPEN, _C.CLOSED),
        (_C.CLOSED, _C.OPEN),
        (_C.CLOSED, _C.PACKED),
        (_C.PACKED, _C.CLOSED),
    }
)


class ShipmentState(StrEnum):
    """A shipment is made by the packing itself; un-packing all of it cancels it."""

    PACKED = "packed"
    CANCELLED = "cancelled"


def is_weight_right(expected: Decimal, weighed: Decimal) -> bool:
    """Whether a carton weighs what its contents say, in kilograms.

    Paper and filling weigh too: 5 percent or 200 grams are no difference.
    """
    return abs(weighed - expected) <= max(Decimal("0.2"), expected * Decimal("0.05"))
