"""The orders that wait to be packed, were begun or done today, and the rests to be asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.ids import WarehouseRef
from app.queries.views import view_of

COUNT_STOPS_AT = 1_000
ROWS = 40
"""How many orders a station shows at once; it packs one after the other."""


@dataclass(frozen=True, slots=True)
class PackRow:
    """An order in the station's queue; `done` of `wanted` are boxed or packed, in `unit`.

    Where its lines are counted in several units that is no sum, and `unit` is empty:
    `lines_done` of its `lines` are boxed or packed whole.
    """

    id: int
    number: str
    customer: str
    requested_date: date
    delivery: str
    wanted: Decimal
    done: Decimal
    unit: str
    lines: int
    lines_done: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PackCounts:
    """How many orders each view holds; 1,000 means that or more."""

    to_pack: int
    started: int
    done_today: int


_VIEWS = {
    "to pack": """o.state = 'confirmed' AND EXISTS (
        SELECT FROM sales_order_line l WHERE l.order_id = o.id AND l.fulfilment = 'stock'
           AND l.allocated - l.boxed > 0)
      AND NOT EXISTS (SELECT FROM carton c WHERE c.order_id = o.id AND c.state <> 'packed')""",
    "started": """o.state = 'confirmed' AND EXISTS (
        SELECT FROM carton c WHERE c.order_id = o.id AND c.state <> 'packed'
           AND (c.state = 'open' OR EXISTS (SELECT FROM location p WHERE p.id = c.location_id
                                               AND p.kind = 'packing')))""",
    "done today": """EXISTS (
        SELECT FROM shipment s WHERE s.order_id = o.id AND s.state = 'packed'
           AND s.packed_at >= :since)""",
}
PACK_VIEWS = tuple(_VIEWS)


def packing_queue(
    session: Session, *, warehouse: WarehouseRef, view: str = "to pack", limit: int = ROWS
) -> tuple[PackRow, ...]:
    """The next orders of a view (`to pack`, `started`, `done today`) in a warehouse.

    By priority, then requested date. Orders on a hold that stops packing are left out of
    `to pack`. One statement.
    """
    condition = view_of(_VIEWS, view)
    if view == "to pack":
        condition += " AND NOT coalesce(h.stops_packing, false)"
    rows = session.execute(
        text(f"""
            WITH page AS MATERIALIZED (
                SELECT o.id, o.number, o.customer_id, o.delivery_mode_id, o.requested_date,
                       o.priority
                  FROM sales_order o LEFT JOIN hold_code h ON h.code = o.hold_code
                 WHERE o.warehouse_id = :warehouse AND {condition}
                 ORDER BY o.priority DESC, o.requested_date, o.id LIMIT :limit)
            SELECT p.id, p.number, c.name, p.requested_date, d.name, q.wanted, q.done, q.unit,
                   q.lines, q.lines_done,
                   (SELECT max(s.packed_at) FROM shipment s
                     WHERE s.order_id = p.id AND s.state = 'packed')
              FROM page p
              JOIN customer c ON c.id = p.customer_id
              JOIN delivery_mode d ON d.id = p.delivery_mode_id
             CROSS JOIN LATERAL (
                SELECT coalesce(sum(l.wanted), 0) AS wanted,
                       coalesce(sum(least(l.wanted, l.packed - l.returned + l.boxed)), 0) AS done,
                       CASE WHEN min(i.base_unit) = max(i.base_unit) THEN min(i.base_unit)
                            ELSE '' END AS unit,
                       count(*) FILTER (WHERE l.wanted > 0) AS lines,
                       count(*) FILTER (WHERE l.wanted > 0
                         AND l.packed - l.returned + l.boxed >= l.wanted) AS lines_done
                  FROM sales_order_line l JOIN item i ON i.id = l.item_id
                 WHERE l.order_id = p.id AND l.fulfilment = 'stock') q
             ORDER BY p.priority DESC, p.requested_date, p.id"""),
        {"warehouse": warehouse, "limit": limit, **_since(session, view)},
    )
    return tuple(PackRow(*row) for row in rows)


def packing_counts(session: Session, *, warehouse: WarehouseRef) -> PackCounts:
    """How many orders each view holds, counted no further than 1,000."""
    counts = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM sales_order o"
        f" LEFT JOIN hold_code h ON h.code = o.hold_code"
        f" WHERE o.warehouse_id = :warehouse AND {condition}"
        f"{' AND NOT coalesce(h.stops_packing, false)' if view == 'to pack' else ''}"
        f" LIMIT {COUNT_STOPS_AT}) AS few)"
        for view, condition in _VIEWS.items()
    )
    values = {"warehouse": warehouse, **_since(session, "done today")}
    return PackCounts(*session.execute(text(f"SELECT {counts}"), values).one())


@dataclass(frozen=True, slots=True)
class BackorderToAsk:
    """An order, packed in part, whose customer is to be asked what to do with the rest."""

    id: int
    number: str
    customer: str
    packed_at: datetime
    open: Decimal


def backorders_to_ask(session: Session, *, limit: int = 100) -> tuple[BackorderToAsk, ...]:
    """Orders with the backorder policy *ask* that were packed with something still open.

    They leave the list when the rest is packed or cancelled, or the policy is changed. Oldest
    shipment first.
    """
    rows = session.execute(
        text("""
            SELECT o.id, o.number, c.name, s.packed_at, q.open
              FROM sales_order o
              JOIN customer c ON c.id = o.customer_id
              JOIN LATERAL (SELECT max(x.packed_at) AS packed_at FROM shipment x
                             WHERE x.order_id = o.id AND x.state = 'packed') s
                ON s.packed_at IS NOT NULL
              JOIN LATERAL (SELECT coalesce(sum(l.open), 0) AS open FROM sales_order_line l
                             WHERE l.order_id = o.id AND l.fulfilment = 'stock') q ON q.open > 0
             WHERE o.state = 'confirmed' AND o.backorder_policy = 'ask'
             ORDER BY s.packed_at, o.id LIMIT :limit"""),
        {"limit": limit},
    )
    return tuple(BackorderToAsk(*row) for row in rows)


def _since(session: Session, view: str) -> dict[str, datetime]:
    """The beginning of the company's day, for what was done today."""
    if view != "done today":
        return {}
    start = session.execute(
        text("""SELECT date_trunc('day', now() AT TIME ZONE k.time_zone)
                       AT TIME ZONE k.time_zone FROM company k""")
    ).scalar_one()
    return {"since": start}
