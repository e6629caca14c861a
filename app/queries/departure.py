"""What stands in the way of a truck's departure: stops, and what is asked about first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.ids import TripRef


class CheckKind(StrEnum):
    """What may be wrong before a truck leaves."""

    HOLD = "hold"
    STALE_LABEL = "stale label"
    OPEN_CARTON = "open carton"
    LOT = "lot"
    INCOMPLETE = "incomplete"
    SERIALS = "serials"
    WEIGHT = "weight"
    LEFT = "left"


WARNINGS = frozenset({CheckKind.SERIALS, CheckKind.WEIGHT, CheckKind.LEFT})
"""These are asked about; all others stop the truck."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing found before departure.

    `what` is the hold's code, the carton's SSCC, why a lot may not be sold, or the backorder
    policy of whose goods stay behind; `place` is where those lie, or the lot. `quantity` is in
    base units, or kilograms for the weight, whose `limit` the truck may carry.
    """

    kind: CheckKind
    order_id: int | None
    order: str
    item: str
    quantity: Decimal
    place: str
    what: str
    limit: Decimal | None

    @property
    def is_stop(self) -> bool:
        """True when the truck does not leave with it; else it is asked about."""
        return self.kind not in WARNINGS


WEIGHT_ON_TRUCK = """
    SELECT sum(CASE WHEN c.weight_kg IS NOT NULL THEN c.weight_kg
                    ELSE g.weight + coalesce(y.tare_kg, 0) END)
      FROM (SELECT a.carton_id, sum(a.quantity * i.weight_kg) AS weight
              FROM allocation a JOIN item i ON i.id = a.item_id
             WHERE a.location_id = {truck} GROUP BY 1) g
      LEFT JOIN carton c ON c.id = g.carton_id
      LEFT JOIN carton_type y ON y.id = c.type_id
"""
"""Kilograms on a truck: cartons as they were weighed, else contents and tare; loose by item."""

_CHECKS = text(f"""
    WITH mine AS (
      SELECT o.id, o.number, o.hold_code, o.ship_complete, o.backorder_policy, t.truck_id,
             s.sequence
        FROM trip t
        JOIN trip_order x ON x.trip_id = t.id
        JOIN trip_stop s ON s.id = x.stop_id
        JOIN sales_order o ON o.id = x.order_id
       WHERE t.id = :trip),
    goods AS (
      SELECT m.id AS order_id, m.number, m.sequence, m.backorder_policy, l.id AS line_id,
             l.line_no, a.quantity,
             i.number AS item, i.tracking, a.lot_id, a.carton_id, p.code AS place,
             p.kind,
             a.location_id = m.truck_id AS on_truck
        FROM mine m
        JOIN sales_order_line l ON l.order_id = m.id
        JOIN allocation a ON a.order_line_id = l.id
        JOIN item i ON i.id = a.item_id
        JOIN location p ON p.id = a.location_id),
    found AS (
      SELECT 'hold' AS kind, m.sequence, m.id AS order_id, m.number, '' AS item,
             0::numeric AS quantity, '' AS place, h.code AS what, NULL::numeric AS most,
             0::bigint AS line_no
        FROM mine m JOIN hold_code h ON h.code = m.hold_code AND h.stops_packing
       WHERE EXISTS (SELECT FROM goods g WHERE g.order_id = m.id AND g.on_truck)
      UNION ALL
      SELECT CASE WHEN c.state = 'open' THEN 'open carton' ELSE 'stale label' END, m.sequence,
             m.id, m.number, '', 0, '', c.sscc, NULL, 0
        FROM mine m JOIN carton c ON c.order_id = m.id AND c.trip_id = :trip
       WHERE c.shipment_id IS NULL AND (c.state = 'open' OR c.is_label_stale)
      UNION ALL
      SELECT 'lot', g.sequence, g.order_id, g.number, g.item, g.quantity, t.code,
             CASE WHEN t.blocked_reason IS NOT NULL THEN 'blocked: ' || t.blocked_reason
                  ELSE 'expired' END, NULL, g.line_no
        FROM goods g JOIN lot t ON t.id = g.lot_id CROSS JOIN company k
       WHERE g.on_truck AND (t.blocked_reason IS NOT NULL
         OR t.expires_on < (now() AT TIME ZONE k.time_zone)::date)
      UNION ALL
      SELECT 'incomplete', m.sequence, m.id, m.number, i.number, l.open - w.loaded, '', '', NULL,
             l.line_no
        FROM mine m
        JOIN sales_order_line l ON l.order_id = m.id AND l.fulfilment = 'stock'
        JOIN item i ON i.id = l.item_id
        CROSS JOIN LATERAL (SELECT coalesce(sum(g.quantity), 0) AS loaded FROM goods g
                             WHERE g.line_id = l.id AND g.on_truck) w
       WHERE m.ship_complete AND l.open > w.loaded
         AND EXISTS (SELECT FROM goods g WHERE g.order_id = m.id AND g.on_truck)
      UNION ALL
      SELECT 'left', sequence, order_id, number, item, quantity, place, backorder_policy, NULL,
             line_no
        FROM goods WHERE NOT on_truck AND kind <> 'truck'
      UNION ALL
      SELECT 'weight', 0, NULL, '', '', w.kg, '', '', p.capacity_kg, 0
        FROM trip t JOIN location p ON p.id = t.truck_id
        CROSS JOIN LATERAL ({WEIGHT_ON_TRUCK.format(truck="t.truck_id")}) AS w(kg)
       WHERE t.id = :trip AND w.kg > p.capacity_kg
      UNION ALL
      SELECT 'serials', min(g.sequence), NULL, '', g.item, sum(g.quantity - w.known), '', '',
             NULL, 0
        FROM goods g
        CROSS JOIN LATERAL (
          SELECT least(g.quantity, count(*)) AS known FROM stock_move m
           WHERE m.order_line_id = g.line_id AND m.carton_id = g.carton_id AND m.reason = 'box'
             AND m.serial IS NOT NULL
             AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses_id = m.id)) w
       WHERE g.on_truck AND g.tracking = 'serial_out' AND g.quantity > w.known
       GROUP BY g.item)
    SELECT kind, order_id, number, item, quantity, place, what, most FROM found
     ORDER BY array_position(ARRAY['hold', 'stale label', 'open carton', 'lot', 'incomplete',
                                   'left', 'weight', 'serials'], kind),
              sequence, order_id, line_no, place
""")


def departure_checks(session: Session, *, trip: TripRef) -> tuple[Check, ...]:
    """All that a departure would stop on or ask about now, stops first. One statement."""
    rows = session.execute(_CHECKS, {"trip": trip})
    return tuple(Check(CheckKind(row[0]), *row[1:]) for row in rows)
