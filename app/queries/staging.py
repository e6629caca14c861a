"""What stands in the lanes, for which orders and trips, and what waits to be brought there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import Kind, LocationRef, OrderRef
from app.queries.beginnings import as_typed

COUNT_STOPS_AT = 1_000

LaneView = Literal["in use", "all"]

# The trip an order is on, while it has not left.
_TRIP = """(SELECT r.number FROM trip_order x JOIN trip r ON r.id = x.trip_id
    WHERE x.order_id = o.id AND r.state IN ('planned', 'loading') ORDER BY r.id DESC LIMIT 1)"""


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A staging lane and what stands in it; `since` is when the oldest of it came.

    `loose` counts order lines whose goods stand there outside of any carton.
    """

    id: int
    code: str
    name: str
    orders: int
    cartons: int
    loose: int
    since: datetime | None
    trips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToStageRow:
    """An order with picked goods on a cart or bench; `places` says where."""

    id: int
    number: str
    customer: str
    requested_date: date
    lines: int
    cartons: int
    places: tuple[str, ...]
    lane: str
    trip: str | None
    hold: str | None

    @property
    def key(self) -> tuple[date, int]:
        """Where the next page begins."""
        return self.requested_date, self.id


@dataclass(frozen=True, slots=True)
class StagingCounts:
    """How many lanes are in use and how many orders wait on carts and benches; ≤ 1,000."""

    in_use: int
    to_stage: int


@dataclass(frozen=True, slots=True)
class StandingGoods:
    """So much of an order line in one place, loose or in a carton; base units."""

    id: int
    order_id: int
    order_number: str
    customer: str
    line_id: int
    line_no: int
    item: str
    name: str
    unit: str
    lot: str
    carton_id: int | None
    carton: str
    place_id: int
    place: str
    place_kind: str
    quantity: Decimal
    since: datetime
    trip: str | None
    item_id: int
    lot_id: int | None


@dataclass(frozen=True, slots=True)
class LaneDocument:
    """A lane and everything in it, order by order."""

    id: int
    code: str
    name: str
    warehouse_id: int
    warehouse: str
    goods: tuple[StandingGoods, ...]


@dataclass(frozen=True, slots=True)
class OrderToStage:
    """An order and where its goods are between bin and truck."""

    id: int
    number: str
    customer: str
    requested_date: date
    warehouse_id: int
    lane_id: int | None
    lane: str
    trip: str | None
    hold: str | None
    goods: tuple[StandingGoods, ...]

    @property
    def on_the_way(self) -> tuple[StandingGoods, ...]:
        """What is picked and not in a lane yet."""
        return tuple(each for each in self.goods if each.place_kind in ("cart", "packing"))


@dataclass(frozen=True, slots=True)
class ToBring:
    """What a scanned thing means at the dock: which kind of place it is, or the orders it is for.

    Of an item or a lot they are the orders for which some of it, loose, is on a cart or bench.
    """

    place_kind: str = ""
    orders: tuple[OrderToStage, ...] = ()


MOST_ORDERS = 6
"""Of how many orders at most a scanned item is told to be."""


def lanes(
    session: Session,
    *,
    view: LaneView = "in use",
    filter: str = "",
    after: str | None = None,
    limit: int = 100,
) -> tuple[LaneRow, ...]:
    """One page of staging lanes by code: those in use, or all.

    `filter` is the beginning of a lane's code, or of the number of an order or the name of a
    customer in it; `after` the last code shown. One statement.
    """
    used = "EXISTS (SELECT FROM allocation a WHERE a.location_id = p.id)"
    rows = session.execute(
        text(f"""
            WITH page AS MATERIALIZED (
                SELECT p.id, p.code, p.name FROM location p
                 WHERE p.kind = 'staging' AND p.is_active
                   AND {used if view == "in use" else "true"} AND p.code > coalesce(:after, '')
                   AND (:filter = '' OR starts_with(upper(p.code), upper(:filter)) OR EXISTS (
                     SELECT FROM allocation a
                       JOIN sales_order_line l ON l.id = a.order_line_id
                       JOIN sales_order o ON o.id = l.order_id
                       JOIN customer c ON c.id = o.customer_id
                      WHERE a.location_id = p.id AND (starts_with(o.number, upper(:filter))
                        OR starts_with(c.name_sort, lower(:filter)))))
                 ORDER BY p.code LIMIT :limit)
            SELECT p.id, p.code, p.name, q.*
              FROM page p
             CROSS JOIN LATERAL (
                SELECT count(DISTINCT o.id), count(DISTINCT a.carton_id),
                       count(DISTINCT l.id) FILTER (WHERE a.carton_id IS NULL), min(a.since),
                       coalesce(array_agg(DISTINCT t.number)
                                  FILTER (WHERE t.number IS NOT NULL), '{{}}')
                  FROM allocation a
                  JOIN sales_order_line l ON l.id = a.order_line_id
                  JOIN sales_order o ON o.id = l.order_id
                  LEFT JOIN LATERAL (SELECT {_TRIP} AS number) t ON true
                 WHERE a.location_id = p.id) q
             ORDER BY p.code"""),
        {"filter": as_typed(filter), "after": after, "limit": limit},
    )
    return tuple(LaneRow(*_frozen(row)) for row in rows)


def orders_to_stage(
    session: Session,
    *,
    filter: str = "",
    after: tuple[date, int] | None = None,
    limit: int = 100,
) -> tuple[ToStageRow, ...]:
    """One page of orders with picked goods on carts and benches, by requested date.

    `after` is the `key` of the last row shown. One statement.
    """
    beyond, values = "", {"filter": as_typed(filter), "limit": limit}
    if after is not None:
        beyond = "AND (o.requested_date, o.id) > (:after_date, :after_id)"
        values |= {"after_date": after[0], "after_id": after[1]}
    rows = session.execute(
        text(f"""
            SELECT o.id, o.number, c.name, o.requested_date, g.lines, g.cartons, g.places,
                   coalesce(s.code, ''), {_TRIP}, CASE WHEN h.stops_picking THEN h.name END
              FROM (SELECT l.order_id, count(DISTINCT l.id) AS lines,
                           count(DISTINCT a.carton_id) AS cartons,
                           array_agg(DISTINCT p.code) AS places
                      FROM location p
                      JOIN allocation a ON a.location_id = p.id
                      JOIN sales_order_line l ON l.id = a.order_line_id
                     WHERE p.kind IN ('cart', 'packing') GROUP BY 1) g
              JOIN sales_order o ON o.id = g.order_id
              JOIN customer c ON c.id = o.customer_id
              LEFT JOIN location s ON s.id = o.lane_id
              LEFT JOIN hold_code h ON h.code = o.hold_code
             WHERE (:filter = '' OR starts_with(o.number, upper(:filter))
                 OR starts_with(c.name_sort, lower(:filter))) {beyond}
             ORDER BY o.requested_date, o.id LIMIT :limit"""),
        values,
    )
    return tuple(ToStageRow(*_frozen(row)) for row in rows)


def _frozen(row: Any) -> tuple[Any, ...]:
    """A row whose arrays are tuples."""
    return tuple(tuple(value) if isinstance(value, list) else value for value in row)


def staging_counts(session: Session) -> StagingCounts:
    """How many lanes are in use and how many orders wait on carts and benches."""
    row = session.execute(
        text("""
            SELECT (SELECT count(*) FROM (SELECT FROM location p
                      WHERE p.kind = 'staging'
                        AND EXISTS (SELECT FROM allocation a WHERE a.location_id = p.id)
                      LIMIT :most) u),
                   (SELECT count(*) FROM (SELECT DISTINCT l.order_id FROM location p
                      JOIN allocation a ON a.location_id = p.id
                      JOIN sales_order_line l ON l.id = a.order_line_id
                      WHERE p.kind IN ('cart', 'packing') LIMIT :most) w)"""),
        {"most": COUNT_STOPS_AT},
    ).one()
    return StagingCounts(row[0], row[1])


_GOODS = f"""
    SELECT a.id, o.id, o.number, c.name, l.id, l.line_no, i.number, l.description, i.base_unit,
           coalesce(t.code, ''), a.carton_id, coalesce(k.sscc, ''), p.id, p.code, p.kind,
           a.quantity, a.since, {_TRIP}, a.item_id, a.lot_id
      FROM allocation a
      JOIN location p ON p.id = a.location_id
      JOIN item i ON i.id = a.item_id
      JOIN sales_order_line l ON l.id = a.order_line_id
      JOIN sales_order o ON o.id = l.order_id
      JOIN customer c ON c.id = o.customer_id
      LEFT JOIN lot t ON t.id = a.lot_id
      LEFT JOIN carton k ON k.id = a.carton_id"""


def lane(session: Session, *, lane: LocationRef) -> LaneDocument:
    """A lane and what stands in it, order by order. Raises: NotFound."""
    head = session.execute(
        text("""
            SELECT p.id, p.code, p.name, w.id AS warehouse_id, w.name AS warehouse
              FROM location p JOIN warehouse w ON w.id = p.warehouse_id
             WHERE p.id = :id AND p.kind = 'staging'"""),
        {"id": lane},
    ).one_or_none()
    if head is None:
        raise NotFound(what="lane", value=lane)
    rows = session.execute(
        text(f"""{_GOODS} WHERE a.location_id = :id
             ORDER BY o.requested_date, o.id, k.number_in_order NULLS LAST, l.line_no, a.id"""),
        {"id": lane},
    )
    known: Any = head._asdict()
    return LaneDocument(**known, goods=tuple(StandingGoods(*row) for row in rows))


def order_to_stage(session: Session, *, order: OrderRef) -> OrderToStage:
    """An order and where its goods are. Raises: NotFound."""
    head = session.execute(
        text(f"""
            SELECT o.id, o.number, c.name AS customer, o.requested_date, o.warehouse_id,
                   s.id AS lane_id, coalesce(s.code, '') AS lane, {_TRIP} AS trip,
                   CASE WHEN h.stops_picking THEN h.name END AS hold
              FROM sales_order o
              JOIN customer c ON c.id = o.customer_id
              LEFT JOIN location s ON s.id = o.lane_id
              LEFT JOIN hold_code h ON h.code = o.hold_code
             WHERE o.id = :id"""),
        {"id": order},
    ).one_or_none()
    if head is None:
        raise NotFound(what=Kind.ORDER.value, value=order)
    rows = session.execute(
        text(f"""{_GOODS} WHERE l.order_id = :id AND p.kind IN ('cart', 'packing', 'staging')
             ORDER BY p.kind = 'staging', p.code, k.number_in_order NULLS LAST, l.line_no, a.id"""),
        {"id": order},
    )
    known: Any = head._asdict()
    return OrderToStage(**known, goods=tuple(StandingGoods(*row) for row in rows))


_ORDERS_OF: dict[Kind, str] = {
    Kind.ORDER: "SELECT CAST(:id AS bigint)",
    Kind.CARTON: "SELECT order_id FROM carton WHERE id = :id",
    Kind.PICKLIST: """SELECT DISTINCT l.order_id FROM picklist_line k
                        JOIN sales_order_line l ON l.id = k.order_line_id
                       WHERE k.picklist_id = :id ORDER BY 1""",
    Kind.ITEM: """SELECT DISTINCT l.order_id FROM location p
                    JOIN allocation a ON a.location_id = p.id
                    JOIN sales_order_line l ON l.id = a.order_line_id
                   WHERE p.kind IN ('cart', 'packing') AND a.carton_id IS NULL
                     AND a.item_id = :id ORDER BY 1 LIMIT :most""",
    Kind.LOT: """SELECT DISTINCT l.order_id FROM location p
                   JOIN allocation a ON a.location_id = p.id
                   JOIN sales_order_line l ON l.id = a.order_line_id
                  WHERE p.kind IN ('cart', 'packing') AND a.carton_id IS NULL
                    AND a.lot_id = :id ORDER BY 1 LIMIT :most""",
}


def to_bring(session: Session, *, kind: Kind, id: int, order: int | None = None) -> ToBring:
    """What a scanned thing means at the dock. `order` is the one that is open, if one is.

    An item or a lot is then of that order, whether it is on its way or not.
    """
    if kind is Kind.LOCATION:
        found = session.execute(text("SELECT kind FROM location WHERE id = :id"), {"id": id})
        return ToBring(place_kind=str(found.scalar_one_or_none() or ""))
    if kind not in _ORDERS_OF:
        return ToBring()
    if order is not None and kind in (Kind.ITEM, Kind.LOT):
        ids = [order]
    else:
        rows = session.execute(text(_ORDERS_OF[kind]), {"id": id, "most": MOST_ORDERS})
        ids = list(rows.scalars())
    return ToBring(orders=tuple(order_to_stage(session, order=each) for each in ids))
