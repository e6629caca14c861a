"""Picking: the stored list, and goods going from bin to cart, lane, bench or truck."""

from app.operations.picking.lists import (
    PicklistMade,
    make_picklist,
)
from app.operations.picking.picks import (
    pick_all,
    pick_line,
    pick_order,
)
from app.operations.picking.refusals import (
    ListDone,
    NotShort,
    NowhereToGo,
    PickTooLittle,
    PickTooMuch,
    ShortReasonNeeded,
    StaleCode,
)
from app.operations.picking.shortage import (
    PickedShort,
    short_pick,
)

__all__ = [
    "ListDone",
    "NotShort",
    "NowhereToGo",
    "PickTooLittle",
    "PickTooMuch",
    "PickedShort",
    "PicklistMade",
    "ShortReasonNeeded",
    "StaleCode",
    "make_picklist",
    "pick_all",
    "pick_line",
    "pick_order",
    "short_pick",
]
