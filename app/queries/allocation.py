"""Who wants goods: orders that are short, what is free for them, and all who want one item.

The order of every list here is the order in which goods are given: priority, requested date,
order date, number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import ItemRef, Kind, OrderRef
from app.queries.beginnings import as_typed
from app.queries.stock import free_goods, waits_to_be_allocated

COUNT_STOPS_AT = 1_000
LARGEST_WAVE = 5_000
"""Orders in one wave."""

AllocationView = Literal["short", "now", "allocated"]
WaveKey = tuple[int, date, date, int]
"""Where a row stands: −priority, requested date, order date, id."""

_CAN_BE_GIVEN = f"""o.is_short AND NOT coalesce(h.stops_allocation, false) AND EXISTS (
    SELECT FROM sales_order_line l
     WHERE l.order_id = o.id AND l.backordered > 0 AND l.fulfilment = 'stock'
       AND EXISTS (SELECT {free_goods("l.item_id", "o.warehouse_id")}))"""
_VIEWS: dict[AllocationView, str] = {
    "short": "o.is_short",
    "now": _CAN_BE_GIVEN,
    "allocated": "NOT o.is_short AND EXISTS (SELECT FROM sales_order_line l"
    " WHERE l.order_id = o.id AND l.allocated > 0)",
}
_MATCHES = """(:filter = '' OR starts_with(o.number, upper(:filter))
    OR starts_with(c.name_sort, lower(:filter)))"""
_ORDER = "-o.priority, o.requested_date, o.order_date, o.id"


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """An order that wants goods. Quantities are sums over its lines, for the bar alone.

    `packed`, `loaded`, `staged`, `allocated` (the rest of it, in bins and on carts) and `short`
    do not overlap. Of what is short, `waits` is free and only waits to be allocated.
    """

    id: int
    number: str
    customer: str
    requested_date: date
    order_date: date
    priority: int
    hold: str | None
    ship_complete: bool
    wanted: Decimal
    packed: Decimal
    loaded: Decimal
    staged: Decimal
    allocated: Decimal
    short: Decimal
    waits: Decimal

    @property
    def key(self) -> WaveKey:
        """Where the next page begins."""
        return -self.priority, self.requested_date, self.order_date, self.id


@dataclass(frozen=True, slots=True)
class WantedItemRow:
    """An item that orders are short of. Quantities in base units, over all warehouses."""

    id: int
    number: str
    name: str
    unit: str
    orders: int
    short: Decimal
    available: Decimal


@dataclass(frozen=True, slots=True)
class AllocationCounts:
    """How many orders are short, can be given something, and have all they want; ≤ 1,000."""

    short: int
    now: int
    allocated: int


@dataclass(frozen=True, slots=True)
class AllocationLine:
    """An order line and what could be given to it now; base units.

    `in_bins` is what is allocated and still lies in bins: it can be released. `elsewhere` is
    promised to other orders and lies in bins: it could be taken.
    """

    id: int
    line_no: int
    item_id: int
    item: str
    name: str
    unit: str
    fulfilment: str
    wanted: Decimal
    packed: Decimal
    loaded: Decimal
    staged: Decimal
    allocated: Decimal
    in_bins: Decimal
    short: Decimal
    available: Decimal
    elsewhere: Decimal


@dataclass(frozen=True, slots=True)
class AllocationDocument:
    """An order as who shares out goods sees it."""

    id: int
    number: str
    customer: str
    state: str
    requested_date: date
    promised_date: date | None
    priority: int
    ship_complete: bool
    warehouse: str
    hold: str | None
    is_stopped: bool
    lines: tuple[AllocationLine, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """An order line that wants an item or has it; base units. `in_bins` can change hands."""

    line_id: int
    order_id: int
    order_number: str
    line_no: int
    customer: str
    priority: int
    requested_date: date
    promised_date: date | None
    hold: str | None
    warehouse: str
    wanted: Decimal
    allocated: Decimal
    in_bins: Decimal
    staged: Decimal
    loaded: Decimal
    short: Decimal


@dataclass(frozen=True, slots=True)
class ItemClaims:
    """An item, what is free of it, and every order line that wants it, who goes first first."""

    id: int
    number: str
    name: str
    unit: str
    decimals: int
    available: Decimal
    claims: tuple[Claim, ...]


def allocation_rows(
    session: Session,
    *,
    view: AllocationView = "short",
    filter: str = "",
    after: WaveKey | None = None,
    limit: int = 100,
) -> tuple[AllocationRow, ...]:
    """One page of confirmed orders that are short, can be given goods now, or have them all.

    `filter` is the beginning of an order number or of a customer's name; `after` the `key` of
    the last row shown. One statement.
    """
    beyond, values = "", {"filter": as_typed(filter), "limit": limit}
    if after is not None:
        beyond = f"AND ({_ORDER}) > (:after_priority, :after_date, :after_ordered, :after_id)"
        names = ("after_priority", "after_date", "after_ordered", "after_id")
        values |= dict(zip(names, after, strict=True))
    rows = session.execute(
        text(f"""
            WITH page AS MATERIALIZED (
                SELECT o.id, o.number, c.name, o.requested_date, o.order_date, o.priority,
                       h.name AS hold, o.ship_complete, o.warehouse_id
                  FROM sales_order o
                  JOIN customer c ON c.id = o.customer_id
                  LEFT JOIN hold_code h ON h.code = o.hold_code
                 WHERE o.state = 'confirmed' AND {_VIEWS[view]} AND {_MATCHES} {beyond}
                 ORDER BY {_ORDER} LIMIT :limit)
            SELECT o.id, o.number, o.name, o.requested_date, o.order_date, o.priority, o.hold,
                   o.ship_complete, q.*
              FROM page o
             CROSS JOIN LATERAL (
                SELECT coalesce(sum(l.wanted), 0),
                       coalesce(sum(l.packed - l.returned), 0),
                       coalesce(sum(l.loaded), 0), coalesce(sum(l.staged), 0),
                       coalesce(sum(l.allocated - l.staged - l.loaded), 0),
                       coalesce(sum(l.backordered), 0),
                       coalesce(sum({waits_to_be_allocated("l", "o.warehouse_id")}), 0)
                  FROM sales_order_line l
                 WHERE l.order_id = o.id AND l.fulfilment = 'stock') q
             ORDER BY {_ORDER}"""),
        values,
    )
    return tuple(AllocationRow(*row) for row in rows)


def orders_in_wave(
    session: Session, *, filter: str = "", ship_complete_only: bool = False
) -> tuple[int, ...]:
    """The ids of the orders that can be given goods now, who goes first first; at most 5,000."""
    rows = session.execute(
        text(f"""
            SELECT o.id FROM sales_order o
              JOIN customer c ON c.id = o.customer_id
              LEFT JOIN hold_code h ON h.code = o.hold_code
             WHERE o.state = 'confirmed' AND {_VIEWS["now"]} AND {_MATCHES}
               AND (o.ship_complete OR NOT :complete)
             ORDER BY {_ORDER} LIMIT :limit"""),
        {"filter": as_typed(filter), "complete": ship_complete_only, "limit": LARGEST_WAVE},
    )
    return tuple(rows.scalars())


def wanted_items(
    session: Session, *, filter: str = "", after: str | None = None, limit: int = 100
) -> tuple[WantedItemRow, ...]:
    """One page of the items that confirmed orders are short of, by number.

    `filter` is the beginning of an item's number or name; `after` the last number shown.
    """
    rows = session.execute(
        text(f"""
            WITH page AS MATERIALIZED (
                SELECT i.id, i.number, i.name, i.base_unit, count(DISTINCT o.id) AS orders,
                       sum(l.backordered) AS short
                  FROM sales_order_line l
                  JOIN sales_order o ON o.id = l.order_id AND o.state = 'confirmed' AND o.is_short
                  JOIN item i ON i.id = l.item_id
                 WHERE l.open > 0 AND l.backordered > 0 AND l.fulfilment = 'stock'
                   AND i.number > coalesce(:after, '')
                   AND (:filter = '' OR starts_with(i.number, upper(:filter))
                     OR starts_with(i.name_sort, lower(:filter)))
                 GROUP BY i.id ORDER BY i.number LIMIT :limit)
            SELECT i.id, i.number, i.name, i.base_unit, i.orders, i.short, coalesce(
                     (SELECT sum(b.on_hand - b.allocated)
                      {free_goods("i.id", "p.warehouse_id")}), 0)
              FROM page i ORDER BY i.number"""),
        {"filter": as_typed(filter), "after": after, "limit": limit},
    )
    return tuple(WantedItemRow(*row) for row in rows)


def allocation_counts(session: Session) -> AllocationCounts:
    """How many orders each view holds, counted no further than 1,000. One statement."""
    views: tuple[AllocationView, ...] = ("short", "now", "allocated")
    counts = ", ".join(
        f"""(SELECT count(*) FROM (
               SELECT FROM sales_order o LEFT JOIN hold_code h ON h.code = o.hold_code
                WHERE o.state = 'confirmed' AND {_VIEWS[view]} LIMIT {COUNT_STOPS_AT}) few)"""
        for view in views
    )
    return AllocationCounts(*session.execute(text(f"SELECT {counts}")).one())


def allocation_document(session: Session, *, order: OrderRef) -> AllocationDocument:
    """An order's lines with what they want, have, and could be given. Raises: NotFound."""
    head = session.execute(
        text("""
            SELECT o.id, o.number, c.name AS customer, o.state, o.requested_date,
                   o.promised_date, o.priority, o.ship_complete, w.code AS warehouse,
                   h.name AS hold, coalesce(h.stops_allocation, false) AS is_stopped
              FROM sales_order o
              JOIN customer c ON c.id = o.customer_id
              JOIN warehouse w ON w.id = o.warehouse_id
              LEFT JOIN hold_code h ON h.code = o.hold_code
             WHERE o.id = :id"""),
        {"id": order},
    ).one_or_none()
    if head is None:
        raise NotFound(what="order", value=order)
    rows = session.execute(
        text(f"""
            WITH line AS MATERIALIZED (
                SELECT l.*, o.warehouse_id FROM sales_order_line l
                  JOIN sales_order o ON o.id = l.order_id WHERE l.order_id = :id),
            free AS MATERIALIZED (
                SELECT k.item_id,
                       coalesce((SELECT sum(b.on_hand - b.allocated)
                         {free_goods("k.item_id", "k.warehouse_id")}), 0)
                           AS available,
                       coalesce((SELECT sum(a.quantity) FROM allocation a
                         JOIN location p ON p.id = a.location_id
                         JOIN sales_order_line x ON x.id = a.order_line_id
                        WHERE a.item_id = k.item_id AND p.warehouse_id = k.warehouse_id
                          AND p.kind IN ('storage', 'counter') AND a.carton_id IS NULL
                          AND x.order_id <> :id), 0) AS elsewhere
                  FROM (SELECT DISTINCT item_id, warehouse_id FROM line) k)
            SELECT l.id, l.line_no, l.item_id, i.number, l.description, i.base_unit,
                   l.fulfilment, l.wanted, l.packed - l.returned, l.loaded, l.staged,
                   l.allocated - l.staged - l.loaded,
                   coalesce((SELECT sum(a.quantity) FROM allocation a
                      JOIN location p ON p.id = a.location_id
                     WHERE a.order_line_id = l.id AND p.kind IN ('storage', 'counter')
                       AND a.carton_id IS NULL), 0),
                   CASE WHEN l.fulfilment = 'stock' THEN l.backordered ELSE 0 END,
                   f.available, f.elsewhere
              FROM line l
              JOIN item i ON i.id = l.item_id
              JOIN free f ON f.item_id = l.item_id
             ORDER BY l.line_no"""),
        {"id": order},
    )
    known: Any = head._asdict()
    return AllocationDocument(**known, lines=tuple(AllocationLine(*row) for row in rows))


def allocation(session: Session, *, item: ItemRef, limit: int = 200) -> ItemClaims:
    """Every confirmed order line that wants an item, with dates and what is promised to it.

    Who goes first stands first; at most `limit` lines. Raises: NotFound.
    """
    head = session.execute(
        text(f"""
            SELECT i.id, i.number, i.name, i.base_unit AS unit, i.quantity_decimals AS decimals,
                   coalesce((SELECT sum(b.on_hand - b.allocated)
                      {free_goods("i.id", "p.warehouse_id")}), 0) AS available
              FROM item i WHERE i.id = :id"""),
        {"id": item},
    ).one_or_none()
    if head is None:
        raise NotFound(what=Kind.ITEM.value, value=item)
    rows = session.execute(
        text(f"""
            SELECT l.id, o.id, o.number, l.line_no, c.name, o.priority, o.requested_date,
                   coalesce(l.promised_date, o.promised_date), h.name, w.code, l.wanted,
                   l.allocated,
                   coalesce((SELECT sum(a.quantity) FROM allocation a
                      JOIN location p ON p.id = a.location_id
                     WHERE a.order_line_id = l.id AND p.kind IN ('storage', 'counter')
                       AND a.carton_id IS NULL), 0),
                   l.staged, l.loaded, l.backordered
              FROM sales_order_line l
              JOIN sales_order o ON o.id = l.order_id AND o.state = 'confirmed'
              JOIN customer c ON c.id = o.customer_id
              JOIN warehouse w ON w.id = o.warehouse_id
              LEFT JOIN hold_code h ON h.code = o.hold_code
             WHERE l.item_id = :id AND l.open > 0 AND l.fulfilment = 'stock'
             ORDER BY {_ORDER}, l.line_no LIMIT :limit"""),
        {"id": item, "limit": limit},
    )
    known: Any = head._asdict()
    return ItemClaims(**known, claims=tuple(Claim(*row) for row in rows))
