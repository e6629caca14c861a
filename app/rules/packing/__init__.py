"""Cartons, shipments, and what a scan at the packing station takes."""

from __future__ import annotations

from app.rules.packing.judge import (
    OTHER_ITEM,
    UNKNOWN_CODE,
    Asked,
    SerialNeeded,
    ToBox,
    Wrong,
    judge_carton,
    judge_goods,
    judge_order,
    judge_type,
)
from app.rules.packing.news import changes_between
from app.rules.packing.picture import (
    Contents,
    Goods,
    KnownUnit,
    Left,
    PackCarton,
    PackItem,
    PackLine,
    PackLot,
    PackOrder,
    PackType,
)
from app.rules.packing.plan import LineRoom, Take, in_rounds, plan_takes, room_of, share
from app.rules.packing.states import (
    CartonKind,
    CartonState,
    ShipmentState,
    is_weight_right,
)

__all__ = [
    "OTHER_ITEM",
    "UNKNOWN_CODE",
    "Asked",
    "CartonKind",
    "CartonState",
    "Contents",
    "Goods",
    "KnownUnit",
    "Left",
    "LineRoom",
    "PackCarton",
    "PackItem",
    "PackLine",
    "PackLot",
    "PackOrder",
    "PackType",
    "SerialNeeded",
    "ShipmentState",
    "Take",
    "ToBox",
    "Wrong",
    "changes_between",
    "in_rounds",
    "is_weight_right",
    "judge_carton",
    "judge_goods",
    "judge_order",
    "judge_type",
    "plan_takes",
    "room_of",
    "share",
]
