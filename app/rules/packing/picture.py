"""The picture of one order that a packing station works on, until the next one is loaded.

It holds what is needed to answer a scan without asking the database. Quantities are in the
item's base unit. `with_…` give the picture as it will be once a scan is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from app.rules.packing.plan import ZERO, Take
from app.rules.packing.states import CartonState
from app.rules.stock import Tracking


@dataclass(frozen=True, slots=True)
class PackItem:
    """An item of the order."""

    id: int
    number: str
    name: str
    unit: str
    decimals: int
    tracking: Tracking
    weight_kg: Decimal
    volume_l: Decimal

    @property
    def is_serial(self) -> bool:
        """Each unit is told apart by a serial of its own."""
        return self.tracking in (Tracking.SERIAL, Tracking.SERIAL_OUT)


@dataclass(frozen=True, slots=True)
class PackLine:
    """A line from stock. `gone` has left or will never be boxed; `boxed` is in cartons."""

    id: int
    line_no: int
    item_id: int
    wanted: Decimal
    gone: Decimal
    packed: Decimal
    boxed: Decimal
    tolerance: Decimal

    @property
    def room(self) -> Decimal:
        """What is still to be boxed."""
        return max(ZERO, self.wanted - self.gone - self.boxed)

    @property
    def tolerance_left(self) -> Decimal:
        """What may be boxed beyond what is wanted; nothing once all of it has left."""
        if self.gone >= self.wanted:
            return ZERO
        over = max(ZERO, self.gone + self.boxed - self.wanted)
        return max(ZERO, self.tolerance - over)

    @property
    def done(self) -> Decimal:
        """What is in cartons or has left."""
        return self.packed + self.boxed


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods within reach in one place: promised to a line, or free (`line_id` None).

    `promise_id` is known to the operation alone.
    """

    line_id: int | None
    item_id: int
    lot_id: int | None
    location_id: int
    location: str
    kind: str
    quantity: Decimal
    promise_id: int | None = None


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of an item: so many base units."""

    item_id: int
    name: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class PackLot:
    """A lot or serial of an item of this order. `holder` is another order it is promised to."""

    id: int
    item_id: int
    code: str
    is_serial: bool
    expires_on: date | None
    blocked_reason: str | None
    holder: str | None

    def is_expired(self, today: date) -> bool:
        """Past its last day."""
        return self.expires_on is not None and self.expires_on < today


@dataclass(frozen=True, slots=True)
class Contents:
    """So much of a line in a carton."""

    line_id: int
    item_id: int
    lot_id: int | None
    quantity: Decimal
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackType:
    """A kind of carton that goods can be packed into: kilograms and litres, None for any."""

    id: int
    code: str
    name: str
    tare_kg: Decimal
    max_kg: Decimal | None
    volume_l: Decimal | None


@dataclass(frozen=True, slots=True)
class PackCarton:
    """A carton of this order. One that is still to be made has a negative id and no SSCC."""

    id: int
    sscc: str
    number: int
    state: CartonState
    type: PackType
    is_label_stale: bool
    place: str
    contents: tuple[Contents, ...] = ()

    @property
    def quantity(self) -> Decimal:
        """Everything in it, in base units."""
        return sum((each.quantity for each in self.contents), ZERO)


@dataclass(frozen=True, slots=True)
class Left:
    """The last shipment of the order: its number, when it was packed and by whom."""

    shipment: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PackOrder:
    """The whole picture."""

    id: int
    number: str
    customer: str
    customer_po: str
    state: str
    delivery: str
    delivery_kind: str
    lane: str | None
    ship_to: str
    comments: str
    ship_complete: bool
    hold: str | None
    hold_reason: str
    is_stopped: bool
    finish_packs: bool
    other_warehouse: str | None
    """The order's warehouse, when the bench is in another one."""
    bench_id: int
    bench: str
    types: tuple[PackType, ...]
    """The carton types in use, the usual one first."""
    left: Left | None
    items: Mapping[int, PackItem] = field(default_factory=dict)
    lines: tuple[PackLine, ...] = ()
    goods: tuple[Goods, ...] = ()
    units: Mapping[str, KnownUnit] = field(default_factory=dict)
    """By GTIN, 14 digits."""
    names: Mapping[str, int] = field(default_factory=dict)
    """Item numbers and aliases: the item they mean."""
    lots: Mapping[tuple[int, str], PackLot] = field(default_factory=dict)
    """By item and code."""
    cartons: tuple[PackCarton, ...] = ()

    @property
    def wanted(self) -> Decimal:
        """All that its lines from stock want."""
        return sum((line.wanted for line in self.lines), ZERO)

    @property
    def done(self) -> Decimal:
        """What of it is boxed or has left, at most what is wanted."""
        return sum((min(line.wanted, line.done) for line in self.lines), ZERO)

    @property
    def unit(self) -> str:
        """The unit everything of it is counted in; "" where they differ and there is no sum."""
        units = {self.items[line.item_id].unit for line in self.lines}
        return units.pop() if len(units) == 1 else ""

    @property
    def lines_wanted(self) -> int:
        """How many lines are to be boxed, or were."""
        return sum(1 for line in self.lines if line.wanted > 0)

    @property
    def lines_left(self) -> int:
        """How many lines have something left to box."""
        return sum(1 for line in self.lines if line.room > 0)

    @property
    def is_all_boxed(self) -> bool:
        """Nothing is left to box."""
        return all(line.room == 0 for line in self.lines)

    @property
    def is_all_gone(self) -> bool:
        """Everything has left inventory."""
        return self.left is not None and all(line.gone >= line.wanted for line in self.lines)

    def lines_of(self, item: int) -> list[PackLine]:
        """The lines of an item, in their order."""
        return [line for line in self.lines if line.item_id == item]

    def carton(self, id: int | None) -> PackCarton | None:
        """A carton of this order."""
        return next((each for each in self.cartons if each.id == id), None)

    def carton_named(self, value: str) -> PackCarton | None:
        """A carton by its SSCC or by the id on our own label."""
        return next(
            (each for each in self.cartons if value and value in (each.sscc, str(each.id))), None
        )

    def type_named(self, code: str) -> PackType | None:
        """A carton type by its code, in capitals or not."""
        return next((each for each in self.types if each.code.upper() == code.upper()), None)

    def weight_of(self, carton: PackCarton) -> Decimal:
        """What the carton should weigh, tare included, in kilograms."""
        goods = (each.quantity * self.items[each.item_id].weight_kg for each in carton.contents)
        return carton.type.tare_kg + sum(goods, ZERO)

    def volume_of(self, carton: PackCarton) -> Decimal:
        """What the goods in it take up, in litres."""
        return sum(
            (each.quantity * self.items[each.item_id].volume_l for each in carton.contents), ZERO
        )

    def serials(self) -> set[tuple[int, str]]:
        """The serials in its cartons: item and text."""
        return {
            (each.item_id, serial)
            for carton in self.cartons
            for each in carton.contents
            for serial in each.serials
        }

    def with_carton(self, carton: PackCarton) -> PackOrder:
        """With this carton, new or in place of the one with its id."""
        others = tuple(each for each in self.cartons if each.id != carton.id)
        return replace(self, cartons=tuple(sorted((*others, carton), key=lambda c: c.number)))

    def with_boxed(
        self, carton: int, item: int, takes: Sequence[Take], serial: str = ""
    ) -> PackOrder:
        """With goods taken into a carton of this order."""
        goods = list(self.goods)
        boxed: dict[int, Decimal] = {}
        inside = next(each for each in self.cartons if each.id == carton)
        contents = {(each.line_id, each.lot_id): each for each in inside.contents}
        for take in takes:
            place = goods[take.goods]
            goods[take.goods] = replace(place, quantity=place.quantity - take.quantity)
            boxed[take.line_id] = boxed.get(take.line_id, ZERO) + take.quantity
            key = (take.line_id, place.lot_id)
            now = contents.get(key) or Contents(take.line_id, item, place.lot_id, ZERO)
            contents[key] = replace(
                now,
                quantity=now.quantity + take.quantity,
                serials=(*now.serials, serial) if serial else now.serials,
            )
        lines = tuple(
            replace(line, boxed=line.boxed + boxed[line.id]) if line.id in boxed else line
            for line in self.lines
        )
        return replace(self, goods=tuple(goods), lines=lines).with_carton(
            replace(inside, contents=tuple(contents.values()))
        )
