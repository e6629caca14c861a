"""Trips as a list, how many there are, and what a trip can be planned with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.beginnings import as_typed
from app.queries.views import view_of

COUNT_STOPS_AT = 1_000

_VIEWS: dict[str, str] = {
    "open": "t.state IN ('planned', 'loading')",
    "planned": "t.state = 'planned'",
    "loading": "t.state = 'loading'",
    "departed today": "t.state IN ('departed', 'returned') AND t.departed_at >= "
    "((now() AT TIME ZONE k.time_zone)::date)::timestamp AT TIME ZONE k.time_zone",
    "all": "true",
}
VIEWS = tuple(_VIEWS)


@dataclass(frozen=True, slots=True)
class TripRow:
    """A trip in a list. Quantities are sums over its orders' lines in base units: shares.

    `on_truck`, `on_dock` (in lanes, on benches and carts) and `not_ready` do not overlap.
    `loaded` orders are on the truck with all that is open of them; `sent` orders left with it
    and did not come back whole.
    """

    id: int
    number: str
    state: str
    truck: str
    driver: str
    dock: str
    planned_date: date
    departed_at: datetime | None
    stops: int
    orders: int
    loaded: int
    on_truck: Decimal
    on_dock: Decimal
    not_ready: Decimal
    sent: int

    @property
    def key(self) -> tuple[date, int]:
        """Where the next page begins."""
        return self.planned_date, self.id


@dataclass(frozen=True, slots=True)
class TripCounts:
    """How many trips are in each view; 1,000 means that or more."""

    planned: int
    loading: int
    departed_today: int


def trips(
    session: Session,
    *,
    view: str = "open",
    filter: str = "",
    after: tuple[date, int] | None = None,
    limit: int = 100,
) -> tuple[TripRow, ...]:
    """One page of a view by planned date: `open`, `planned` and `loading` the next one first,
    `departed today` and `all` the newest first.

    `filter` is the beginning of a trip number, a truck's code or name, or a driver's name;
    `after` is the `key` of the last row shown. One statement.
    """
    is_ahead = view in ("open", "planned", "loading")
    conditions = [view_of(_VIEWS, view)]
    values: dict[str, Any] = {"limit": limit}
    if after is not None:
        conditions.append(
            f"(t.planned_date, t.id) {'>' if is_ahead else '<'} (:after_date, :after_id)"
        )
        values["after_date"], values["after_id"] = after
    if wanted := as_typed(filter):
        conditions.append(
            "(starts_with(t.number, upper(:filter)) OR starts_with(p.code, upper(:filter))"
            " OR starts_with(lower(p.name), lower(:filter))"
            " OR starts_with(lower(t.driver), lower(:filter)))"
        )
        values["filter"] = wanted
    order = "ASC" if is_ahead else "DESC"
    rows = session.execute(
        text(f"""
            WITH page AS MATERIALIZED (
              SELECT t.*, coalesce(nullif(p.name, ''), p.code) AS truck
                FROM trip t JOIN location p ON p.id = t.truck_id CROSS JOIN company k
               WHERE {" AND ".join(conditions)}
               ORDER BY t.planned_date {order}, t.id {order} LIMIT :limit)
            SELECT p.id, p.number, p.state, p.truck, p.driver, p.dock, p.planned_date,
                   p.departed_at,
                   (SELECT count(*) FROM trip_stop s WHERE s.trip_id = p.id), q.orders, q.loaded,
                   q.on_truck, q.on_dock, greatest(0, q.open - q.on_truck - q.on_dock),
                   CASE WHEN p.state IN ('departed', 'returned') THEN (
                     SELECT count(*) FROM (
                       SELECT FROM shipment h JOIN stock_move m ON m.shipment_id = h.id
                          AND m.reason IN ('pack', 'unpack', 'return', 'unreturn')
                        WHERE h.trip_id = p.id GROUP BY h.order_id
                       HAVING sum(CASE WHEN m.reason IN ('pack', 'unreturn')
                                       THEN m.quantity ELSE -m.quantity END) > 0) left_with)
                     ELSE 0 END
              FROM page p
             CROSS JOIN LATERAL (
               SELECT count(*) AS orders,
                      count(*) FILTER (WHERE g.open > 0 AND g.on_truck >= g.open) AS loaded,
                      coalesce(sum(g.open), 0) AS open,
                      coalesce(sum(g.on_truck), 0) AS on_truck,
                      coalesce(sum(g.on_dock), 0) AS on_dock
                 FROM (
                   SELECT coalesce(sum(l.open), 0) AS open,
                          coalesce(sum(a.on_truck), 0) AS on_truck,
                          coalesce(sum(a.on_dock), 0) AS on_dock
                     FROM trip_order x
                     LEFT JOIN sales_order_line l ON l.order_id = x.order_id
                     LEFT JOIN LATERAL (
                       SELECT sum(a.quantity) FILTER (WHERE a.location_id = p.truck_id)
                                AS on_truck,
                              sum(a.quantity) FILTER (
                                WHERE w.kind IN ('staging', 'packing', 'cart')) AS on_dock
                         FROM allocation a JOIN location w ON w.id = a.location_id
                        WHERE a.order_line_id = l.id) a ON true
                    WHERE x.trip_id = p.id GROUP BY x.order_id) g) q
             ORDER BY p.planned_date {order}, p.id {order}"""),
        values,
    )
    return tuple(TripRow(*row) for row in rows)


def trip_counts(session: Session) -> TripCounts:
    """How many trips are planned, loading, and departed today; counted no further than 1,000."""
    counts = ", ".join(
        "(SELECT count(*) FROM (SELECT 1 FROM trip t CROSS JOIN company k"
        f" WHERE {_VIEWS[view]} LIMIT {COUNT_STOPS_AT}) few)"
        for view in ("planned", "loading", "departed today")
    )
    return TripCounts(*session.execute(text(f"SELECT {counts}")).one())


@dataclass(frozen=True, slots=True)
class TruckRow:
    """A truck of ours; `trip` is the one it is being loaded for, if any."""

    id: int
    code: str
    name: str
    capacity_kg: Decimal | None
    trip: str | None


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order our own truck is to bring and that no open trip has yet. `kg` of what is open.

    `lines` are those of which something is to go, `staged` those of which something is staged.
    """

    id: int
    number: str
    customer: str
    city: str
    requested_date: date
    lines: int
    staged: int
    kg: Decimal


def trucks(session: Session) -> tuple[TruckRow, ...]:
    """The trucks in use, by code."""
    rows = session.execute(
        text("""
            SELECT p.id, p.code, coalesce(nullif(p.name, ''), p.code), p.capacity_kg,
                   (SELECT t.number FROM trip t WHERE t.truck_id = p.id AND t.state = 'loading')
              FROM location p WHERE p.kind = 'truck' AND p.is_active ORDER BY p.code""")
    )
    return tuple(TruckRow(*row) for row in rows)


def orders_for_trips(
    session: Session, *, filter: str = "", limit: int = 200
) -> tuple[WaitingOrder, ...]:
    """Confirmed orders for our own truck that no open trip has: those staged first, then by date.

    `filter` is the beginning of an order number, a customer's name or a city.
    """
    rows = session.execute(
        text("""
            SELECT o.id, o.number, c.name, coalesce(o.ship_to ->> 'city', ''), o.requested_date,
                   q.lines, q.staged, q.kg
              FROM sales_order o
              JOIN customer c ON c.id = o.customer_id
              JOIN delivery_mode d ON d.id = o.delivery_mode_id AND d.kind = 'own_truck'
              CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE l.open > 0) AS lines,
                       count(*) FILTER (WHERE l.staged > 0) AS staged,
                       coalesce(sum(l.open * i.weight_kg), 0) AS kg
                  FROM sales_order_line l JOIN item i ON i.id = l.item_id
                 WHERE l.order_id = o.id AND l.fulfilment = 'stock') q
             WHERE o.state = 'confirmed' AND q.lines > 0
               AND NOT EXISTS (
                 SELECT FROM trip_order x JOIN trip t ON t.id = x.trip_id
                  WHERE x.order_id = o.id AND t.state IN ('planned', 'loading'))
               AND (:filter = '' OR starts_with(o.number, upper(:filter))
                 OR starts_with(lower(c.name), lower(:filter))
                 OR starts_with(lower(o.ship_to ->> 'city'), lower(:filter)))
             ORDER BY q.staged = 0, o.requested_date, o.id LIMIT :limit"""),
        {"filter": as_typed(filter), "limit": limit},
    )
    return tuple(WaitingOrder(*row) for row in rows)


def order_of_carton(session: Session, *, carton: int) -> int:
    """The order a carton belongs to; 0 when there is no such carton."""
    found = session.execute(
        text("SELECT order_id FROM carton WHERE id = :id"), {"id": carton}
    ).scalar_one_or_none()
    return int(found or 0)
