"""What stands on the bench, locked: cartons first, then the order, its lines and its promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import NotFound
from app.operations.floor import Place, StoppedByHold, WrongPlace
from app.operations.packing.refusals import OrderNotToBox
from app.rules.packing import CartonState
from app.rules.stock import LocationKind, Tracking

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BenchCarton:
    """A carton as it is now. `place_id` is where its goods are."""

    id: int
    sscc: str
    order_id: int
    number: int
    state: CartonState
    place_id: int
    is_label_stale: bool


@dataclass(frozen=True, slots=True)
class BenchLine:
    """A line as it is now, in base units; see `rules.packing.LineRoom`."""

    id: int
    item_id: int
    item: str
    quantity_decimals: int
    tracking: Tracking
    wanted: Decimal
    gone: Decimal
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
        return max(ZERO, self.tolerance - max(ZERO, self.gone + self.boxed - self.wanted))


@dataclass(frozen=True, slots=True)
class Promise:
    """Goods promised to a line, in one place; the names are those `plan_takes` reads."""

    id: int
    line_id: int
    item_id: int
    item: str
    lot_id: int | None
    location_id: int
    location: str
    kind: str
    carton_id: int | None
    quantity: Decimal
    lot: str | None
    blocked_reason: str | None
    expires_on: date | None

    @property
    def is_boxed(self) -> bool:
        """In a carton or on a truck."""
        return self.carton_id is not None or self.kind == LocationKind.TRUCK


@dataclass(frozen=True, slots=True)
class BenchOrder:
    """A confirmed order as it is now, locked."""

    id: int
    number: str
    warehouse_id: int
    lane_id: int | None
    delivery_kind: str
    ship_complete: bool
    finish_packs: bool
    backorder_policy: str
    today: date
    lines: tuple[BenchLine, ...]
    promises: tuple[Promise, ...]
    items: dict[int, str] = field(default_factory=dict)
    """The numbers of its items, services and drop-shipped ones too."""

    @property
    def is_all_gone(self) -> bool:
        """Everything it wants from stock has left."""
        return bool(self.lines) and all(line.gone >= line.wanted for line in self.lines)

    def lines_of(self, item: int) -> list[BenchLine]:
        """The lines from stock of an item, in their order."""
        return [line for line in self.lines if line.item_id == item]

    def is_usable(self, promise: Promise) -> bool:
        """Its lot is neither blocked nor expired."""
        late = promise.expires_on is not None and promise.expires_on < self.today
        return promise.blocked_reason is None and not late


def locked_cartons(session: Session, order: int) -> list[BenchCarton]:
    """The order's cartons that are not packed, locked."""
    rows = session.execute(
        text("SELECT * FROM lock_bench(:order, '{}')"),
        {"order": order},
    )
    return [_carton(row) for row in rows]


def locked_carton(session: Session, carton: int) -> BenchCarton:
    """One carton, locked. Raises: NotFound."""
    row = session.execute(text("SELECT * FROM lock_cartons(:ids)"), {"ids": [carton]}).one_or_none()
    if row is None:
        raise NotFound(what="carton", value=carton)
    return _carton(row)


def cartons_and_bench(
    session: Session, order: int, carton: int, location: int
) -> tuple[list[BenchCarton], BenchCarton, Place]:
    """The order's cartons, locked; the one that was scanned; the bench.

    Raises: NotFound, WrongPlace.
    """
    rows = session.execute(
        text("""
            SELECT c.*, p.id AS bench_id, p.code AS bench, p.kind AS bench_kind,
                   p.warehouse_id AS bench_warehouse_id
              FROM lock_bench(:order, ARRAY[CAST(:carton AS bigint)]) c
              LEFT JOIN location p ON p.id = :location AND p.is_active"""),
        {"order": order, "carton": carton, "location": location},
    ).all()
    into = next((_carton(row) for row in rows if row.id == carton), None)
    if into is None:
        raise NotFound(what="carton", value=carton)
    first = rows[0]
    if first.bench_id is None:
        raise NotFound(what="location", value=location)
    bench = Place(
        first.bench_id, first.bench, LocationKind(first.bench_kind), first.bench_warehouse_id
    )
    if bench.kind is not LocationKind.PACKING:
        needed = LocationKind.PACKING.value
        raise WrongPlace(place=bench.code, kind=bench.kind.value, needed=needed)
    return [_carton(row) for row in rows if row.order_id == order], into, bench


def _carton(row: Any) -> BenchCarton:
    return BenchCarton(
        row.id,
        row.sscc,
        row.order_id,
        row.number_in_order,
        CartonState(row.state),
        row.location_id,
        row.is_label_stale,
    )


# Both functions lock before they read, each with a snapshot of its own: what they answer is now.
_ORDER = text("""
    SELECT l.*, i.tracking, coalesce(x.tolerance, 0) AS tolerance, o.backorder_policy,
           coalesce(h.stops_packing, false) AS is_stopped, k.finish_packs, k.time_zone,
           a.id AS promise_id, a.lot_id, a.location_id, a.location_code, a.location_kind,
           a.carton_id, a.quantity, t.code AS lot, t.blocked_reason, t.expires_on
      FROM lock_orders(:orders) l
      LEFT JOIN lock_allocations(:orders) WITH ORDINALITY a ON a.line_id = l.line_id
      LEFT JOIN sales_order_line x ON x.id = l.line_id
      LEFT JOIN item i ON i.id = l.item_id
      LEFT JOIN lot t ON t.id = a.lot_id
      JOIN sales_order o ON o.id = l.order_id
      LEFT JOIN hold_code h ON h.code = l.hold_code
      CROSS JOIN company k
     ORDER BY l.line_no, a.ordinality""")


def order_at_bench(session: Session, order: int) -> BenchOrder:
    """A confirmed order with lines and promises, locked: one statement.

    Raises: NotFound, OrderNotToBox, StoppedByHold.
    """
    rows = session.execute(_ORDER, {"orders": [order]}).all()
    if not rows:
        raise NotFound(what="order", value=order)
    head = rows[0]
    if head.state != "confirmed":
        raise OrderNotToBox(order=head.number, state=head.state)
    if head.is_stopped:
        raise StoppedByHold(order=head.number, hold=head.hold_code)
    promises = tuple(
        Promise(
            row.promise_id,
            row.line_id,
            row.item_id,
            row.item_number,
            row.lot_id,
            row.location_id,
            row.location_code,
            row.location_kind,
            row.carton_id,
            row.quantity,
            row.lot,
            row.blocked_reason,
            row.expires_on,
        )
        for row in rows
        if row.promise_id is not None
    )
    lines = {row.line_id: row for row in rows if row.line_id is not None}
    return BenchOrder(
        head.order_id,
        head.number,
        head.warehouse_id,
        head.lane_id,
        head.delivery_kind,
        head.ship_complete,
        head.finish_packs,
        head.backorder_policy,
        today(head.time_zone),
        tuple(
            BenchLine(
                row.line_id,
                row.item_id,
                row.item_number,
                row.quantity_decimals,
                Tracking(row.tracking),
                row.wanted,
                row.packed - row.returned + row.drop_ordered + row.performed,
                boxed_of(promises, row.line_id),
                row.tolerance,
            )
            for row in lines.values()
            if row.fulfilment == "stock"
        ),
        promises,
        {row.item_id: row.item_number for row in lines.values()},
    )


def boxed_of(promises: Sequence[Promise], line: int) -> Decimal:
    """How much of a line is in cartons or on a truck."""
    return sum((each.quantity for each in promises if each.line_id == line and each.is_boxed), ZERO)


def over_promised(session: Session, lines: Sequence[int]) -> dict[int, Decimal]:
    """How much more of these locked lines is promised than they want: boxed in their tolerance."""
    rows = session.execute(
        text("""
            SELECT id, allocated + packed - returned + drop_ordered + performed - wanted
              FROM sales_order_line
             WHERE id = ANY (:lines)
               AND allocated + packed - returned + drop_ordered + performed > wanted"""),
        {"lines": list(lines)},
    )
    return {row[0]: row[1] for row in rows}
