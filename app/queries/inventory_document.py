"""The stock of one item, one lot or one place: what lies there, whose it is, what moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import CartonRef, ItemRef, Kind, LocationRef, LotRef
from app.queries.record_history import RecordEvent, record_history
from app.queries.stock import TODAY, may_be_promised
from app.rules.stock import FAR_ENDS, LocationKind, MoveReason, Tracking

MOST_LINES = 200
"""Places of an item, or goods of a place, that a document lists; its sums are of all."""
MOST_PROMISES = 10
"""Orders that a line names, those who have most of it first."""
MOST_ORDERS = 24
"""Orders that a document leads to; a lane or a dear item has hundreds."""
LAST_MOVES = 20
LOOK_BACK = 100
"""Moves of each item that are looked through for those of one place, the newest first."""
LOOK_BACK_FOR_LOT = 2_000
JUDGING = ("block_lots", "unblock_lots")
"""Verbs that say whether a lot may be sold."""


@dataclass(frozen=True, slots=True)
class PromisedTo:
    """So much of the goods belongs to that order; in `carton` when boxed. Base units."""

    order_id: int
    order: str
    customer: str
    quantity: Decimal
    carton: str


@dataclass(frozen=True, slots=True)
class OrderWithSome:
    """An order that has some of what a document is about: so much in all, in base units.

    In a place that is of everything there, so no sum of one unit.
    """

    order_id: int
    order: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class StockLine:
    """An item, and its lot, in one place. `available` is what of `free` may be promised.

    `why_not` says why the free goods may not be promised: the lot is blocked (its reason) or
    `expired`, or nobody picks from such a place (its kind).
    """

    id: int
    item_id: int
    item: str
    name: str
    unit: str
    decimals: int
    tracking: Tracking
    lot_id: int | None
    lot: str
    expires_on: date | None
    blocked_reason: str
    place_id: int
    place: str
    place_kind: LocationKind
    warehouse_id: int | None
    warehouse: str
    on_hand: Decimal
    allocated: Decimal
    available: Decimal
    why_not: str
    promises: tuple[PromisedTo, ...]

    @property
    def free(self) -> Decimal:
        """What is promised to nobody, and can be moved."""
        return self.on_hand - self.allocated


@dataclass(frozen=True, slots=True)
class MovedGoods:
    """One move of the ledger; `station` is empty for a person's own desk. Base units."""

    id: int
    happened_at: datetime
    who: str
    station: str
    item: str
    lot: str
    quantity: Decimal
    unit: str
    origin: str
    target: str
    reason: MoveReason
    note: str
    order: str


@dataclass(frozen=True, slots=True)
class ItemStock:
    """An item, or one lot of it (`lot`), over all places; sums are of all, lines the first.

    `orders` are those who have most of it, the most first. `judged` says who blocked the lot and
    let it go, the newest first.
    """

    kind: Kind
    id: int
    item_id: int
    number: str
    name: str
    unit: str
    decimals: int
    tracking: Tracking
    group: str
    is_active: bool
    lot: str
    expires_on: date | None
    is_expired: bool
    blocked_reason: str
    on_hand: Decimal
    allocated: Decimal
    available: Decimal
    backordered: Decimal
    places: int
    orders: tuple[OrderWithSome, ...]
    lines: tuple[StockLine, ...]
    moves: tuple[MovedGoods, ...]
    judged: tuple[RecordEvent, ...]


@dataclass(frozen=True, slots=True)
class PlaceStock:
    """A place and what lies in it; `there` counts item and lot, `lines` are the first of them.

    `orders` are the first that have some of it, the oldest first.
    """

    kind: Kind
    id: int
    code: str
    name: str
    place: LocationKind
    warehouse: str
    is_pickable: bool
    is_active: bool
    items: int
    there: int
    promised: int
    to_count: int
    orders: tuple[OrderWithSome, ...]
    lines: tuple[StockLine, ...]
    moves: tuple[MovedGoods, ...]


@dataclass(frozen=True, slots=True)
class StandsIn:
    """Where a carton stands, or a place itself: somewhere goods lie and can be looked at."""

    place_id: int
    code: str


_LINE = f"""
    SELECT b.id, i.id, i.number, i.name, i.base_unit, i.quantity_decimals, i.tracking,
           t.id, coalesce(t.code, ''), t.expires_on, coalesce(t.blocked_reason, ''), p.id,
           p.code, p.kind, p.warehouse_id, coalesce(w.code, ''), b.on_hand, b.allocated,
           CASE WHEN {may_be_promised()} THEN b.on_hand - b.allocated ELSE 0 END,
           CASE WHEN t.blocked_reason IS NOT NULL THEN t.blocked_reason
                WHEN t.expires_on < {TODAY} THEN 'expired'
                WHEN NOT (p.is_pickable AND p.is_active) THEN p.kind
                ELSE '' END,
           CASE WHEN b.allocated > 0 THEN (
             SELECT jsonb_agg(jsonb_build_array(a.id, a.number, a.name, a.quantity::text, a.sscc))
               FROM (SELECT o.id, o.number, c.name, sum(a.quantity) AS quantity,
                            coalesce(max(k.sscc), '') AS sscc
                       FROM allocation a JOIN sales_order_line l ON l.id = a.order_line_id
                       JOIN sales_order o ON o.id = l.order_id
                       JOIN customer c ON c.id = o.customer_id
                       LEFT JOIN carton k ON k.id = a.carton_id
                      WHERE a.item_id = b.item_id AND a.location_id = b.location_id
                        AND a.lot_id IS NOT DISTINCT FROM b.lot_id
                      GROUP BY o.id, o.number, c.name, a.carton_id
                      ORDER BY sum(a.quantity) DESC, o.id, a.carton_id
                      LIMIT {MOST_PROMISES}) a) END
      FROM stock_balance b JOIN item i ON i.id = b.item_id
      JOIN location p ON p.id = b.location_id
      LEFT JOIN warehouse w ON w.id = p.warehouse_id
      LEFT JOIN lot t ON t.id = b.lot_id
     WHERE b.on_hand > 0 AND """
_LINES_OF_ITEM = text(f"""{_LINE} b.item_id = :item
       AND (CAST(:lot AS bigint) IS NULL OR b.lot_id = :lot)
     ORDER BY w.code NULLS LAST, p.walk_sequence, p.code, t.expires_on, t.code
     LIMIT {MOST_LINES}""")
_LINES_OF_PLACE = text(f"""{_LINE} b.location_id = :place
     ORDER BY i.number, t.expires_on, t.code LIMIT {MOST_LINES}""")

# The few moves first; what they name is looked up move by move, which takes less planning than
# one join of so many tables.
_MOVES = """
    SELECT m.id, m.happened_at,
           coalesce((SELECT o.name FROM person o WHERE o.login = c.operator), c.operator),
           coalesce((SELECT s.name FROM station s WHERE s.code = c.station), c.station, ''),
           i.number,
           coalesce((SELECT t.code FROM lot t WHERE t.id = m.lot_id), m.serial, ''), m.quantity,
           i.base_unit, (SELECT f.code FROM location f WHERE f.id = m.from_location_id),
           (SELECT g.code FROM location g WHERE g.id = m.to_location_id), m.reason, m.note,
           coalesce((SELECT o.number FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
                      WHERE l.id = m.order_line_id), '')
      FROM ({moves}) m JOIN command c ON c.id = m.command_id JOIN item i ON i.id = m.item_id
     ORDER BY m.id DESC"""
_MOVES_OF_ITEM = text(
    _MOVES.format(
        moves=f"""SELECT * FROM stock_move WHERE item_id = :item
                   ORDER BY id DESC LIMIT {LAST_MOVES}"""
    )
)
_MOVES_OF_LOT = text(
    _MOVES.format(
        moves=f"""SELECT * FROM (SELECT * FROM stock_move WHERE item_id = :item
                                  ORDER BY id DESC LIMIT {LOOK_BACK_FOR_LOT}) n
                   WHERE n.lot_id = :lot ORDER BY n.id DESC LIMIT {LAST_MOVES}"""
    )
)
# The ledger is found by item. Of a place those are looked through that lie or lay there: their
# balances stay, at nothing.
_MOVES_OF_PLACE = text(
    _MOVES.format(
        moves=f"""
        SELECT n.* FROM (SELECT DISTINCT b.item_id FROM (
            SELECT item_id FROM stock_balance WHERE location_id = :place
             ORDER BY on_hand > 0 DESC, id DESC LIMIT {MOST_LINES}) b) b,
          LATERAL (SELECT * FROM stock_move WHERE item_id = b.item_id
                    ORDER BY id DESC LIMIT {LOOK_BACK}) n
         WHERE :place IN (n.from_location_id, n.to_location_id)
         ORDER BY n.id DESC LIMIT {LAST_MOVES}"""
    )
)

_ORDERS = f"""
           (SELECT jsonb_agg(jsonb_build_array(a.id, a.number, a.quantity::text)
                             ORDER BY {{order}})
              FROM (SELECT o.id, o.number, sum(a.quantity) AS quantity
                      FROM allocation a JOIN sales_order_line l ON l.id = a.order_line_id
                      JOIN sales_order o ON o.id = l.order_id
                     WHERE {{wanted}} GROUP BY o.id, o.number
                     ORDER BY {{order}} LIMIT {MOST_ORDERS}) a) AS orders"""
_WITH_MOST = _ORDERS.format(
    wanted="a.item_id = i.id AND (CAST(:lot AS bigint) IS NULL OR a.lot_id = :lot)",
    order="quantity DESC, id",
)
_OLDEST = _ORDERS.format(wanted="a.location_id = p.id", order="id")

_ITEM_HEAD = text(f"""
    SELECT i.id, i.number, i.name, i.base_unit, i.quantity_decimals, i.tracking,
           coalesce(g.name, '') AS group, i.is_active, s.on_hand, s.allocated, s.available,
           s.places, n.code AS lot, n.expires_on, n.blocked_reason,
           coalesce(n.expires_on < {TODAY}, false) AS is_expired,
           (SELECT coalesce(sum(l.backordered), 0)
              FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
             WHERE l.item_id = i.id AND l.open > 0 AND o.state = 'confirmed') AS backordered,
           {_WITH_MOST}
      FROM item i LEFT JOIN item_group g ON g.id = i.group_id
      LEFT JOIN lot n ON n.id = :lot
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(b.on_hand), 0) AS on_hand, coalesce(sum(b.allocated), 0) AS allocated,
               coalesce(sum(b.on_hand - b.allocated) FILTER (WHERE {may_be_promised()}), 0)
                 AS available,
               count(*) FILTER (WHERE b.on_hand > 0) AS places
          FROM stock_balance b JOIN location p ON p.id = b.location_id
          LEFT JOIN lot t ON t.id = b.lot_id
         WHERE b.item_id = i.id AND (CAST(:lot AS bigint) IS NULL OR b.lot_id = :lot)) s
     WHERE i.id = :item""")

_PLACE_HEAD = text(f"""
    SELECT p.id, p.code, p.name, p.kind, coalesce(w.name, '') AS warehouse, p.is_pickable,
           p.is_active, s.*,
           (SELECT count(*) FROM bin_count c
             WHERE c.location_id = p.id AND c.state = 'open') AS to_count,
           {_OLDEST}
      FROM location p LEFT JOIN warehouse w ON w.id = p.warehouse_id
      CROSS JOIN LATERAL (
        SELECT count(DISTINCT b.item_id) AS items, count(*) AS there,
               count(*) FILTER (WHERE b.allocated > 0) AS promised
          FROM stock_balance b WHERE b.location_id = p.id AND b.on_hand > 0) s
     WHERE p.id = :place AND p.kind <> ALL (CAST(:ends AS text[]))""")


def item_stock(session: Session, *, item: ItemRef) -> ItemStock:
    """Where an item lies, whose it is, and its last moves. Three statements. Raises: NotFound."""
    return _stock_of(session, Kind.ITEM, item, item, None)


def lot_stock(session: Session, *, lot: LotRef) -> ItemStock:
    """The same of one lot or serial, and who judged it. Five statements. Raises: NotFound."""
    item = session.execute(
        text("SELECT item_id FROM lot WHERE id = :id"), {"id": lot}
    ).scalar_one_or_none()
    if item is None:
        raise NotFound(what="lot", value=lot)
    return _stock_of(session, Kind.LOT, lot, item, lot)


def place_stock(session: Session, *, place: LocationRef) -> PlaceStock:
    """What lies in a place, whose it is, and its last moves. Three statements.

    Its moves are those of the goods that lie or lay there. Raises: NotFound; also for the far
    ends, where nothing lies.
    """
    head = session.execute(
        _PLACE_HEAD, {"place": place, "ends": [each.value for each in FAR_ENDS]}
    ).one_or_none()
    if head is None:
        raise NotFound(what="location", value=place)
    return PlaceStock(
        Kind.LOCATION,
        head.id,
        head.code,
        head.name,
        LocationKind(head.kind),
        head.warehouse,
        head.is_pickable,
        head.is_active,
        head.items,
        head.there,
        head.promised,
        head.to_count,
        _orders(head.orders),
        _lines(session.execute(_LINES_OF_PLACE, {"place": place})),
        _moves(session.execute(_MOVES_OF_PLACE, {"place": place})),
    )


def carton_stands_in(session: Session, *, carton: CartonRef) -> StandsIn | None:
    """The place a carton stands in; None when it has left for the customer."""
    row = session.execute(
        text("""SELECT p.id, p.code FROM carton c JOIN location p ON p.id = c.location_id
                 WHERE c.id = :carton AND c.state <> 'packed'"""),
        {"carton": carton},
    ).one_or_none()
    return None if row is None else StandsIn(*row)


def place_of_goods(session: Session, *, place: LocationRef) -> StandsIn | None:
    """A place, when goods lie in such places; None for the far ends."""
    row = session.execute(
        text(
            "SELECT id, code FROM location WHERE id = :id AND kind <> ALL (CAST(:ends AS text[]))"
        ),
        {"id": place, "ends": [each.value for each in FAR_ENDS]},
    ).one_or_none()
    return None if row is None else StandsIn(*row)


def _stock_of(session: Session, kind: Kind, id: int, item: int, lot: int | None) -> ItemStock:
    values = {"item": item, "lot": lot}
    head = session.execute(_ITEM_HEAD, values).one_or_none()
    if head is None:
        raise NotFound(what="item", value=item)
    return ItemStock(
        kind,
        id,
        head.id,
        head.number,
        head.name,
        head.base_unit,
        head.quantity_decimals,
        Tracking(head.tracking),
        head.group,
        head.is_active,
        head.lot or "",
        head.expires_on,
        head.is_expired,
        head.blocked_reason or "",
        head.on_hand,
        head.allocated,
        head.available,
        head.backordered,
        head.places,
        _orders(head.orders),
        _lines(session.execute(_LINES_OF_ITEM, values)),
        _moves(
            session.execute(_MOVES_OF_ITEM, {"item": item})
            if lot is None
            else session.execute(_MOVES_OF_LOT, values)
        ),
        () if lot is None else record_history(session, kind=Kind.LOT, ids=(lot,), verbs=JUDGING),
    )


def _orders(read: Any) -> tuple[OrderWithSome, ...]:
    return tuple(OrderWithSome(id, order, Decimal(many)) for id, order, many in read or ())


def _lines(rows: Any) -> tuple[StockLine, ...]:
    return tuple(_line(*row) for row in rows)


def _line(*values: Any) -> StockLine:
    """A row of `_LINE` with its words as what they stand for."""
    read = list(values)
    read[6], read[13] = Tracking(read[6]), LocationKind(read[13])
    read[20] = tuple(
        PromisedTo(id, order, customer, Decimal(quantity), carton)
        for id, order, customer, quantity, carton in read[20] or ()
    )
    return StockLine(*read)


def _moves(rows: Any) -> tuple[MovedGoods, ...]:
    found = ([*row[:10], MoveReason(row[10]), *row[11:]] for row in rows)
    return tuple(MovedGoods(*each) for each in found)
