"""Boxing and packing: two things; only packing takes goods out of inventory."""

from __future__ import annotations

from app.operations.packing.boxing import (
    Boxed,
    CartonChanged,
    CartonOpened,
    box,
    close_carton,
    open_carton,
    reopen_carton,
    undo_box,
)
from app.operations.packing.refusals import (
    BoxTooLittle,
    CartonEmpty,
    CartonNotClosed,
    CartonNotOpen,
    CartonOfOther,
    MoreThanOrdered,
    NoLaneToFinish,
    NothingBoxed,
    NothingLeftToTake,
    NothingToUndo,
    NotOnOrder,
    OrderNotToBox,
    OrderShipsComplete,
    ShipmentInvoiced,
    UnpackedAlready,
)
from app.operations.packing.shipping import (
    Finished,
    finish,
    unpack,
)

__all__ = [
    "BoxTooLittle",
    "Boxed",
    "CartonChanged",
    "CartonEmpty",
    "CartonNotClosed",
    "CartonNotOpen",
    "CartonOfOther",
    "CartonOpened",
    "Finished",
    "MoreThanOrdered",
    "NoLaneToFinish",
    "NotOnOrder",
    "NothingBoxed",
    "NothingLeftToTake",
    "NothingToUndo",
    "OrderNotToBox",
    "OrderShipsComplete",
    "ShipmentInvoiced",
    "UnpackedAlready",
    "box",
    "close_carton",
    "finish",
    "open_carton",
    "reopen_carton",
    "undo_box",
    "unpack",
]
