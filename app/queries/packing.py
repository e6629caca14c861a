"""What a packing station needs: the picture of an order, the orders to pack, who scanned.

The picture holds everything to judge scans by without a round trip (rules/packing/judge).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import BusinessError, NotFound
from app.core.ids import OrderRef, StationRef
from app.core.messages import N_
from app.rules.packing import (
    CartonState,
    Contents,
    Goods,
    KnownUnit,
    Left,
    PackCarton,
    PackItem,
    PackLine,
    PackLot,
    PackOrder,
)
from app.rules.stock import Tracking

COUNT_STOPS_AT = 1_000
ROWS = 40
"""How many orders a station shows at once; it packs one after the other."""


class NoBench(BusinessError):
    """There is nowhere to pack."""

    sentence = N_(
        "There is no packing bench here. Give the station one in Administration, "
        "or add a location of the kind packing."
    )


@dataclass(frozen=True, slots=True)
class PackStation:
    """Where is packed: the station, its bench and how its company reads codes."""

    id: int | None
    name: str
    login: str | None
    bench_id: int
    bench: str
    warehouse_id: int
    prefix: str
    company_prefix: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody with a badge who may work at a station."""

    login: str
    name: str


@dataclass(frozen=True, slots=True)
class PackRow:
    """An order in the station's queue; `done` of `wanted` are boxed or packed, in base units."""

    id: int
    number: str
    customer: str
    requested_date: date
    delivery: str
    wanted: Decimal
    done: Decimal
    lines: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PackCounts:
    """How many orders each view holds; 1,000 means that or more."""

    to_pack: int
    started: int
    done_today: int


def packing_station(session: Session, *, station: str | None = None) -> PackStation:
    """The station with this code, or the login's own, or the first bench there is.

    Raises: NoBench.
    """
    row = session.execute(
        text("""
            SELECT s.id, coalesce(s.name, p.name, '') AS name, s.login, p.id AS bench_id,
                   p.code AS bench, p.warehouse_id, k.scan_prefix, k.gs1_company_prefix,
                   k.time_zone
              FROM company k
              JOIN location p ON p.kind = 'packing' AND p.is_active
              LEFT JOIN station s ON s.packing_location_id = p.id AND s.is_active
               AND (s.code = CAST(:station AS text)
                    OR CAST(:station AS text) IS NULL AND s.login = session_user)
             ORDER BY s.id IS NULL, p.code LIMIT 1"""),
        {"station": station},
    ).one_or_none()
    if row is None:
        raise NoBench()
    return PackStation(
        row.id,
        row.name or row.bench,
        row.login,
        row.bench_id,
        row.bench,
        row.warehouse_id,
        row.scan_prefix,
        row.gs1_company_prefix,
        row.time_zone,
    )


def operator_by_badge(session: Session, *, badge: str) -> Operator:
    """Whose badge this is; also by login, for who forgot it. Raises: NotFound."""
    row = session.execute(
        text("""
            SELECT login, name FROM person
             WHERE is_active AND (badge = :badge OR login = :badge)
             ORDER BY badge = :badge DESC NULLS LAST LIMIT 1"""),
        {"badge": badge},
    ).one_or_none()
    if row is None:
        raise NotFound(what="badge", value=badge)
    return Operator(row.login, row.name)


def order_of_scan(session: Session, *, kind: str, value: str) -> int:
    """The order behind the code of an order, a picklist (its next one to pack) or a carton.

    Raises: NotFound.
    """
    sql = {
        "order": "SELECT id FROM sales_order WHERE number = :value OR number = upper(:value)",
        "picklist": """
            SELECT l.order_id FROM picklist p
              JOIN picklist_line k ON k.picklist_id = p.id
              JOIN sales_order_line l ON l.id = k.order_line_id
             WHERE p.number = :value OR k.id::text = :value
             ORDER BY l.open = 0, k.sequence LIMIT 1""",
        "carton": "SELECT order_id FROM carton WHERE sscc = :value OR id::text = :value",
    }[kind]
    found = session.execute(text(sql), {"value": value}).scalar_one_or_none()
    if found is None:
        raise NotFound(what=kind, value=value)
    return int(found)


_HEAD = text("""
    SELECT o.id, o.number, c.name AS customer, o.customer_po, o.state, d.name AS delivery,
           d.kind AS delivery_kind, lane.code AS lane, o.ship_to, o.comments, o.ship_complete,
           h.name AS hold, o.hold_reason, coalesce(h.stops_packing, false) AS is_stopped,
           k.finish_packs, k.time_zone, o.customer_id, o.warehouse_id,
           b.id AS bench_id, b.code AS bench, t.name AS new_type, t.tare_kg AS new_tare_kg,
           t.max_kg AS new_max_kg, t.volume_l AS new_volume_l,
           s.number AS shipment, s.packed_at, s.packed_by
      FROM sales_order o
      JOIN customer c ON c.id = o.customer_id
      JOIN delivery_mode d ON d.id = o.delivery_mode_id
      CROSS JOIN company k
      LEFT JOIN hold_code h ON h.code = o.hold_code
      LEFT JOIN location lane ON lane.id = o.lane_id
      LEFT JOIN LATERAL (
        SELECT p.id, p.code FROM location p
          LEFT JOIN station g ON g.packing_location_id = p.id AND g.id = CAST(:station AS bigint)
         WHERE p.kind = 'packing' AND p.is_active
         ORDER BY g.id IS NULL, p.warehouse_id <> o.warehouse_id, p.code LIMIT 1) b ON true
      LEFT JOIN LATERAL (
        SELECT x.name, x.tare_kg, x.max_kg, x.volume_l FROM carton_type x WHERE x.is_active
         ORDER BY x.is_default DESC, x.id LIMIT 1) t ON true
      LEFT JOIN LATERAL (
        SELECT x.number, x.packed_at,
               (SELECT coalesce(e.name, m.operator) FROM stock_move v
                  JOIN command m ON m.id = v.command_id
                  LEFT JOIN person e ON e.login = m.operator
                 WHERE v.shipment_id = x.id ORDER BY v.id LIMIT 1) AS packed_by
          FROM shipment x WHERE x.order_id = o.id AND x.state = 'packed'
         ORDER BY x.id DESC LIMIT 1) s ON true
     WHERE o.id = :order""")

_LINES = text("""
    SELECT l.id, l.line_no, l.item_id, l.wanted,
           l.packed - l.returned + l.drop_ordered + l.performed AS gone,
           l.packed - l.returned AS packed, l.boxed, l.tolerance, l.description,
           i.number, i.name, i.base_unit, i.quantity_decimals, i.tracking, i.weight_kg, i.volume_l
      FROM sales_order_line l JOIN item i ON i.id = l.item_id
     WHERE l.order_id = :order AND l.fulfilment = 'stock' ORDER BY l.line_no""")

# Promised goods first, then free ones, each in walk order; expired and blocked lots are left out.
_GOODS = text("""
    SELECT g.*, p.code, p.kind FROM (
        SELECT a.order_line_id AS line_id, a.item_id, a.lot_id, a.location_id,
               sum(a.quantity) AS quantity
          FROM allocation a JOIN sales_order_line l ON l.id = a.order_line_id
         WHERE l.order_id = :order AND a.carton_id IS NULL GROUP BY 1, 2, 3, 4
        UNION ALL
        SELECT NULL, b.item_id, b.lot_id, b.location_id, b.on_hand - b.allocated
          FROM stock_balance b JOIN location p ON p.id = b.location_id
         WHERE b.item_id = ANY (:items) AND b.on_hand > b.allocated AND p.is_active
           AND p.warehouse_id = :warehouse AND (p.is_pickable OR p.id = :bench)) g
      JOIN location p ON p.id = g.location_id
      LEFT JOIN lot t ON t.id = g.lot_id
     WHERE p.kind <> 'truck' AND t.blocked_reason IS NULL
       AND (t.expires_on IS NULL OR t.expires_on >= :today)
     ORDER BY g.line_id IS NULL, p.walk_sequence, p.code, t.expires_on NULLS LAST, g.lot_id""")

_CODES = text("""
    SELECT 'unit' AS sort, item_id, gtin AS code, name, factor FROM item_unit
     WHERE item_id = ANY (:items) AND gtin IS NOT NULL
    UNION ALL
    SELECT 'alias', item_id, code, '', 1 FROM item_alias
     WHERE item_id = ANY (:items) AND (customer_id IS NULL OR customer_id = :customer)""")

_LOTS = text("""
    SELECT t.id, t.item_id, t.code, t.is_serial, t.expires_on, t.blocked_reason,
           (SELECT min(o.number) FROM allocation a
              JOIN sales_order_line l ON l.id = a.order_line_id
              JOIN sales_order o ON o.id = l.order_id
             WHERE a.lot_id = t.id AND a.item_id = t.item_id AND o.id <> :order) AS holder
      FROM lot t
     WHERE t.item_id = ANY (:items)
       AND EXISTS (SELECT FROM stock_balance b JOIN location p ON p.id = b.location_id
                    WHERE b.item_id = t.item_id AND b.lot_id = t.id AND b.on_hand > 0
                      AND p.warehouse_id = :warehouse)""")

_CARTONS = text("""
    SELECT c.id, c.sscc, c.number_in_order, c.state, c.is_label_stale, p.code AS place,
           t.name AS type_name, t.tare_kg, t.max_kg, t.volume_l,
           a.order_line_id, a.item_id, a.lot_id, a.quantity,
           ARRAY(SELECT m.serial FROM stock_move m
                  WHERE m.order_line_id = a.order_line_id AND m.carton_id = c.id
                    AND m.reason = 'box' AND m.serial IS NOT NULL
                    AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses_id = m.id)
                  ORDER BY m.id) AS serials
      FROM carton c
      JOIN carton_type t ON t.id = c.type_id
      JOIN location p ON p.id = c.location_id
      LEFT JOIN allocation a ON a.carton_id = c.id
     WHERE c.order_id = :order ORDER BY c.number_in_order, a.order_line_id, a.id""")


def packing_order(
    session: Session, *, order: OrderRef, station: StationRef | None = None
) -> PackOrder:
    """The picture of an order for a station's bench (without one, the warehouse's first).

    Six statements, however many lines and cartons. Raises: NotFound, NoBench.
    """
    head = session.execute(_HEAD, {"order": order, "station": station}).one_or_none()
    if head is None:
        raise NotFound(what="order", value=order)
    if head.bench_id is None:
        raise NoBench()
    lines = session.execute(_LINES, {"order": order}).all()
    values = {
        "order": order,
        "items": sorted({line.item_id for line in lines}),
        "warehouse": head.warehouse_id,
        "bench": head.bench_id,
        "customer": head.customer_id,
        "today": today(head.time_zone),
    }
    goods = session.execute(_GOODS, values).all()
    codes = session.execute(_CODES, values).all()
    tracked = any(line.tracking in ("lot", "serial") for line in lines)
    lots = session.execute(_LOTS, values).all() if tracked else []
    cartons = session.execute(_CARTONS, {"order": order}).all()
    names = {code.code: code.item_id for code in codes if code.sort == "alias"}
    names |= {line.number: line.item_id for line in lines}
    return PackOrder(
        head.id,
        head.number,
        head.customer,
        head.customer_po,
        head.state,
        head.delivery,
        head.delivery_kind,
        head.lane,
        _address(head.ship_to),
        head.comments,
        head.ship_complete,
        head.hold,
        head.hold_reason,
        head.is_stopped,
        head.finish_packs,
        head.bench_id,
        head.bench,
        head.new_type or "",
        head.new_tare_kg or Decimal(0),
        head.new_max_kg,
        head.new_volume_l,
        _left(head),
        {line.item_id: _item(line) for line in lines},
        tuple(
            PackLine(
                line.id,
                line.line_no,
                line.item_id,
                line.wanted,
                line.gone,
                line.packed,
                line.boxed,
                line.tolerance,
            )
            for line in lines
        ),
        tuple(
            Goods(
                row.line_id,
                row.item_id,
                row.lot_id,
                row.location_id,
                row.code,
                row.kind,
                row.quantity,
            )
            for row in goods
        ),
        {
            code.code: KnownUnit(code.item_id, code.name, code.factor)
            for code in codes
            if code.sort == "unit"
        },
        names,
        {
            (lot.item_id, lot.code): PackLot(
                lot.id,
                lot.item_id,
                lot.code,
                lot.is_serial,
                lot.expires_on,
                lot.blocked_reason,
                lot.holder,
            )
            for lot in lots
        },
        _cartons(cartons),
    )


def _left(head: Any) -> Left | None:
    """The last shipment, at the time of the company's clocks."""
    if head.shipment is None:
        return None
    at = head.packed_at.astimezone(ZoneInfo(head.time_zone))
    return Left(head.shipment, at, head.packed_by or "")


def _address(ship_to: dict[str, Any] | None) -> str:
    parts = [str((ship_to or {}).get(key) or "") for key in ("name", "street", "city", "country")]
    return ", ".join(part for part in parts if part)


def _item(line: Any) -> PackItem:
    return PackItem(
        line.item_id,
        line.number,
        line.name,
        line.base_unit,
        line.quantity_decimals,
        Tracking(line.tracking),
        line.weight_kg,
        line.volume_l,
    )


def _cartons(rows: Any) -> tuple[PackCarton, ...]:
    inside: dict[int, list[Contents]] = {}
    heads = {row.id: row for row in rows}
    for row in rows:
        if row.order_line_id is not None:
            inside.setdefault(row.id, []).append(
                Contents(
                    row.order_line_id, row.item_id, row.lot_id, row.quantity, tuple(row.serials)
                )
            )
    return tuple(
        PackCarton(
            row.id,
            row.sscc,
            row.number_in_order,
            CartonState(row.state),
            row.type_name,
            row.tare_kg,
            row.max_kg,
            row.volume_l,
            row.is_label_stale,
            row.place,
            tuple(inside.get(row.id, ())),
        )
        for row in heads.values()
    )


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
    session: Session, *, warehouse: int, view: str = "to pack", limit: int = ROWS
) -> tuple[PackRow, ...]:
    """The next orders of a view (`to pack`, `started`, `done today`) in a warehouse.

    By priority, then requested date. Orders on a hold that stops packing are left out of
    `to pack`. One statement.
    """
    condition = _VIEWS[view]
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
            SELECT p.id, p.number, c.name, p.requested_date, d.name, q.wanted, q.done, q.lines,
                   (SELECT max(s.packed_at) FROM shipment s
                     WHERE s.order_id = p.id AND s.state = 'packed')
              FROM page p
              JOIN customer c ON c.id = p.customer_id
              JOIN delivery_mode d ON d.id = p.delivery_mode_id
             CROSS JOIN LATERAL (
                SELECT coalesce(sum(l.wanted), 0) AS wanted, count(*) AS lines,
                       coalesce(sum(least(l.wanted, l.packed - l.returned + l.boxed)), 0) AS done
                  FROM sales_order_line l
                 WHERE l.order_id = p.id AND l.fulfilment = 'stock') q
             ORDER BY p.priority DESC, p.requested_date, p.id"""),
        {"warehouse": warehouse, "limit": limit, **_since(session, view)},
    )
    return tuple(PackRow(*row) for row in rows)


def packing_counts(session: Session, *, warehouse: int) -> PackCounts:
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
