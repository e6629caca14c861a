"""Places, reasons and tracking: the words of the stock kernel, and how goods are shared out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class LocationKind(StrEnum):
    """What a location is. Goods lie in them and are counted, but not at the far ends."""

    RECEIVING = "receiving"
    STORAGE = "storage"
    COUNTER = "counter"
    CART = "cart"
    STAGING = "staging"
    PACKING = "packing"
    TRUCK = "truck"
    TRANSIT = "transit"
    QUARANTINE = "quarantine"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    ADJUSTMENT = "adjustment"
    DROPSHIP = "dropship"
    SCRAP = "scrap"


FAR_ENDS = (
    LocationKind.SUPPLIER,
    LocationKind.CUSTOMER,
    LocationKind.ADJUSTMENT,
    LocationKind.DROPSHIP,
    LocationKind.SCRAP,
)
"""Kinds without balances: where goods come from and go to, beyond the warehouse."""

SHELVES = (LocationKind.STORAGE, LocationKind.COUNTER)
"""Kinds people may pick from; a promise there can simply be released, elsewhere goods go back."""

IN_BINS = (*SHELVES, LocationKind.RECEIVING)
"""Kinds in which goods lie until somebody fetches them for an order."""


class MoveReason(StrEnum):
    """Why goods moved. Which reason may go between which kinds, for whom: table `move_rule`."""

    RECEIVE = "receive"
    OPENING = "opening"
    ADJUST = "adjust"
    TRANSFER = "transfer"
    PICK = "pick"
    STAGE = "stage"
    UNSTAGE = "unstage"
    LOAD = "load"
    UNLOAD = "unload"
    BOX = "box"
    PACK = "pack"
    UNPACK = "unpack"
    RETURN = "return"
    UNRETURN = "unreturn"
    SCRAP = "scrap"
    DROP_SHIP = "drop_ship"
    BROUGHT_FORWARD = "brought_forward"


_ARRIVALS = (*IN_BINS, LocationKind.QUARANTINE)
RECEIVED_INTO = {
    MoveReason.RECEIVE: _ARRIVALS,
    MoveReason.OPENING: (
        *_ARRIVALS,
        LocationKind.STAGING,
        LocationKind.PACKING,
        LocationKind.CART,
    ),
}
"""Kinds of place goods are taken into, by why they come; as table `move_rule` says."""

PUT_AWAY = (*_ARRIVALS, LocationKind.CART, LocationKind.PACKING, LocationKind.TRANSIT)
"""Kinds of place between which free goods are moved."""


class Tracking(StrEnum):
    """How units of an item are told apart."""

    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"
    SERIAL_OUT = "serial_out"


@dataclass(frozen=True, slots=True)
class Demand:
    """What one order line still wants of one item, in base units."""

    line_id: int
    item_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Available:
    """Free goods in one place: what lies there and is promised to nobody."""

    item_id: int
    lot_id: int | None
    location_id: int
    quantity: Decimal
    walk_sequence: int = 0
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reserve:
    """A decision: so much from here for that line."""

    line_id: int
    item_id: int
    lot_id: int | None
    location_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Shortage:
    """What could not be given."""

    line_id: int
    item_id: int
    wanted: Decimal
    missing: Decimal


def plan_allocation(
    demands: Sequence[Demand], available: Iterable[Available]
) -> tuple[list[Reserve], list[Shortage]]:
    """Share free goods among demands, in the order the demands are given.

    Of one item the lot that expires first goes first, then the walk order of the bins. Demands
    are never reordered; what is missing is reported for every line at once.
    """
    ordered = sorted(
        available,
        key=lambda a: (a.expires_on or date.max, a.walk_sequence, a.location_id, a.lot_id or 0),
    )
    left: dict[int, list[tuple[Available, Decimal]]] = {}
    for each in ordered:
        left.setdefault(each.item_id, []).append((each, each.quantity))
    reserves: list[Reserve] = []
    shortages: list[Shortage] = []
    for demand in demands:
        missing = demand.quantity
        rest: list[tuple[Available, Decimal]] = []
        for place, free in left.get(demand.item_id, []):
            take = min(missing, free)
            if take > 0:
                reserves.append(
                    Reserve(demand.line_id, place.item_id, place.lot_id, place.location_id, take)
                )
                missing -= take
            if free > take:
                rest.append((place, free - take))
        left[demand.item_id] = rest
        if missing > 0:
            shortages.append(Shortage(demand.line_id, demand.item_id, demand.quantity, missing))
    return reserves, shortages
