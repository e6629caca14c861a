"""Promising goods to orders, and taking promises back. Hard: what is promised is nobody else's."""

from app.operations.allocation.promises import (
    insert_promise,
    promise,
)
from app.operations.allocation.refusals import (
    CannotGoThere,
    MovedAlready,
    NotEnoughStock,
    NothingAllocated,
    NothingToAllocate,
    NothingWaits,
    NotInBins,
    NotShortOf,
    ReallocationReasonNeeded,
    SameLine,
)
from app.operations.allocation.sharing import (
    Allocated,
    Short,
    allocate_order,
    allocate_orders,
    allocate_wave,
)
from app.operations.allocation.taking_back import (
    Reallocated,
    Released,
    reallocate,
    release_line,
    release_order,
)

__all__ = [
    "Allocated",
    "CannotGoThere",
    "MovedAlready",
    "NotEnoughStock",
    "NotInBins",
    "NotShortOf",
    "NothingAllocated",
    "NothingToAllocate",
    "NothingWaits",
    "Reallocated",
    "ReallocationReasonNeeded",
    "Released",
    "SameLine",
    "Short",
    "allocate_order",
    "allocate_orders",
    "allocate_wave",
    "insert_promise",
    "promise",
    "reallocate",
    "release_line",
    "release_order",
]
