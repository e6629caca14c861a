"""The picture of an order that a packing station judges scans by, without a round trip."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import NotFound
from app.core.ids import OrderRef, StationRef
from app.queries.packing.stations import NoBench
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
    PackType,
)
from app.rules.stock import Tracking

_HEAD = text("""
    SELECT o.id, o.number, c.name AS customer, o.customer_po, o.state, d.name AS delivery,
           d.kind AS delivery_kind, lane.code AS lane, o.ship_to, o.comments, o.ship_complete,
           h.name AS hold, o.hold_reason, coalesce(h.stops_packing, false) AS is_stopped,
           k.finish_packs, k.time_zone, o.customer_id, o.warehouse_id,
           b.id AS bench_id, b.code AS bench,
           CASE WHEN b.warehouse_id <> o.warehouse_id THEN w.name END AS other_warehouse,
           s.number AS shipment, s.packed_at, s.packed_by
      FROM sales_order o
      JOIN customer c ON c.id = o.customer_id
      JOIN delivery_mode d ON d.id = o.delivery_mode_id
      JOIN warehouse w ON w.id = o.warehouse_id
      CROSS JOIN company k
      LEFT JOIN hold_code h ON h.code = o.hold_code
      LEFT JOIN location lane ON lane.id = o.lane_id
      LEFT JOIN LATERAL (
        SELECT p.id, p.code, p.warehouse_id FROM location p
          LEFT JOIN station g ON g.packing_location_id = p.id AND g.id = CAST(:station AS bigint)
         WHERE p.kind = 'packing' AND p.is_active
         ORDER BY g.id IS NULL, p.warehouse_id <> o.warehouse_id, p.code LIMIT 1) b ON true
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
     ORDER BY g.line_id IS NULL, p.walk_sequence, p.code, t.expires_on NULLS LAST, g.lot_id,
              g.line_id, g.item_id""")

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

_TYPES = text("""
    SELECT id, code, name, tare_kg, max_kg, volume_l, is_active FROM carton_type
     ORDER BY is_default DESC, id""")

_CARTONS = text("""
    SELECT c.id, c.sscc, c.number_in_order, c.state, c.is_label_stale, p.code AS place, c.type_id,
           a.order_line_id, a.item_id, a.lot_id, a.quantity,
           ARRAY(SELECT m.serial FROM stock_move m
                  WHERE m.order_line_id = a.order_line_id AND m.carton_id = c.id
                    AND m.reason = 'box' AND m.serial IS NOT NULL
                    AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses_id = m.id)
                  ORDER BY m.id) AS serials
      FROM carton c
      JOIN location p ON p.id = c.location_id
      LEFT JOIN allocation a ON a.carton_id = c.id
     WHERE c.order_id = :order ORDER BY c.number_in_order, a.order_line_id, a.id""")


def packing_order(
    session: Session, *, order: OrderRef, station: StationRef | None = None
) -> PackOrder:
    """The picture of an order for a station's bench (without one, the warehouse's first).

    Seven statements, however many lines and cartons. Raises: NotFound, NoBench.
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
    kinds = session.execute(_TYPES).all()
    types = {row.id: _type(row) for row in kinds}
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
        head.other_warehouse,
        head.bench_id,
        head.bench,
        tuple(types[row.id] for row in kinds if row.is_active),
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
        _cartons(cartons, types),
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


def _type(row: Any) -> PackType:
    return PackType(row.id, row.code, row.name, row.tare_kg, row.max_kg, row.volume_l)


def _cartons(rows: Any, types: dict[int, PackType]) -> tuple[PackCarton, ...]:
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
            types[row.type_id],
            row.is_label_stale,
            row.place,
            tuple(inside.get(row.id, ())),
        )
        for row in heads.values()
    )
