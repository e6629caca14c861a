"""The papers of a truck: the manifest in the order of driving, the load sheet in the other."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from app.documents.load_sheet import LoadSheetData, PieceToLoad, StopToLoad
from app.documents.manifest import LoadedPiece, ManifestData, ManifestStop
from app.queries.paper.sources import (
    Company,
    PaperOf,
    kg,
    one,
    rows_of,
    without_name,
)
from app.rules.scanning import OwnCode

_PIECES = """
    SELECT k.order_id, k.sscc AS number, k.number_in_order, '' AS name, 1 AS quantity,
           '' AS unit, k.weight_kg AS weight
      FROM carton k
     WHERE k.trip_id = :id OR k.id IN (
       SELECT m.carton_id FROM shipment s JOIN stock_move m ON m.shipment_id = s.id
        WHERE s.trip_id = :id AND s.state = 'packed' AND m.reason = 'pack')
    UNION ALL
    SELECT l.order_id, i.number, NULL, i.name, sum(g.quantity), i.base_unit,
           sum(g.quantity) * i.weight_kg
      FROM (
        SELECT m.order_line_id, m.quantity
          FROM shipment s JOIN stock_move m ON m.shipment_id = s.id
         WHERE s.trip_id = :id AND s.state = 'packed' AND m.carton_id IS NULL
           AND m.reason = 'pack'
        UNION ALL
        SELECT a.order_line_id, a.quantity
          FROM trip t
          JOIN trip_order r ON r.trip_id = t.id
          JOIN sales_order_line o ON o.order_id = r.order_id
          JOIN allocation a ON a.order_line_id = o.id AND a.location_id = t.truck_id
         WHERE t.id = :id AND t.state = 'loading' AND a.carton_id IS NULL) g
      JOIN sales_order_line l ON l.id = g.order_line_id
      JOIN item i ON i.id = l.item_id
     GROUP BY l.order_id, i.id
     ORDER BY 1, 3 NULLS LAST, 2
"""
"""What is on the truck or left with it: cartons, and loose goods by item."""

_HEAD = """
    SELECT t.number, t.driver, t.dock, t.planned_date, t.departed_at, p.capacity_kg,
           coalesce(nullif(p.name, ''), p.code) AS truck, w.name AS origin,
           t.state IN ('departed', 'returned') AS has_left
      FROM trip t JOIN location p ON p.id = t.truck_id JOIN warehouse w ON w.id = t.warehouse_id
     WHERE t.id = :id
"""

_TO_LOAD = """
    WITH goods AS (
      SELECT l.order_id, l.line_no, a.carton_id, a.item_id, a.quantity,
             CASE WHEN p.kind = 'truck' THEN '' ELSE p.code END AS place,
             a.location_id = t.truck_id AS is_loaded
        FROM trip t
        JOIN trip_order r ON r.trip_id = t.id
        JOIN sales_order_line l ON l.order_id = r.order_id
        JOIN allocation a ON a.order_line_id = l.id
        JOIN location p ON p.id = a.location_id
       WHERE t.id = :id)
    SELECT g.order_id, k.sscc AS number, '#' || k.number_in_order AS what, 1 AS quantity,
           '' AS unit, g.place, g.is_loaded,
           coalesce(k.weight_kg, sum(g.quantity * i.weight_kg) + y.tare_kg) AS weight,
           0 AS line_no, k.number_in_order AS sequence
      FROM goods g
      JOIN item i ON i.id = g.item_id
      JOIN carton k ON k.id = g.carton_id
      JOIN carton_type y ON y.id = k.type_id
     GROUP BY g.order_id, k.id, y.tare_kg, g.place, g.is_loaded
    UNION ALL
    SELECT g.order_id, i.number, i.name, sum(g.quantity), i.base_unit, g.place, g.is_loaded,
           sum(g.quantity * i.weight_kg), min(g.line_no), 0
      FROM goods g JOIN item i ON i.id = g.item_id
     WHERE g.carton_id IS NULL
     GROUP BY g.order_id, i.id, g.place, g.is_loaded
    UNION ALL
    SELECT l.order_id, i.number, i.name, l.backordered, i.base_unit, '', false,
           l.backordered * i.weight_kg, l.line_no, 1
      FROM trip_order r
      JOIN sales_order_line l ON l.order_id = r.order_id AND l.backordered > 0
      JOIN item i ON i.id = l.item_id
     WHERE r.trip_id = :id AND l.fulfilment = 'stock'
     ORDER BY 1, 9, 10, 6
"""
"""What is to go onto the truck and where it stands; what is not there yet has no place."""


def manifest(session: Session, company: Company, subject: int) -> PaperOf[ManifestData]:
    """What is on a truck, in the order of driving. Raises: NotFound.

    Once it has left, stops of which everything stayed behind are not driven to and not listed.
    """
    head = one(session, _HEAD, "trip", subject)
    stops = rows_of(
        session,
        """
        SELECT s.sequence, c.name AS customer, o.ship_to, o.id AS order_id, o.number, o.comments,
               coalesce((SELECT string_agg(h.number, ', ' ORDER BY h.id) FROM shipment h
                          WHERE h.trip_id = r.trip_id AND h.order_id = o.id
                            AND h.state = 'packed'), '') AS shipments
          FROM trip_order r
          JOIN trip_stop s ON s.id = r.stop_id
          JOIN sales_order o ON o.id = r.order_id
          JOIN customer c ON c.id = o.customer_id
         WHERE r.trip_id = :id ORDER BY s.sequence, o.id""",
        subject,
    )
    pieces: dict[int, list[LoadedPiece]] = {}
    cartons, weight = 0, Decimal(0)
    for row in rows_of(session, _PIECES, subject):
        is_carton = row.number_in_order is not None
        cartons += is_carton
        weight += row.weight or 0
        pieces.setdefault(row.order_id, []).append(
            LoadedPiece(
                row.number,
                f"#{row.number_in_order}" if is_carton else row.name,
                Decimal(row.quantity),
                row.unit,
                kg(row.weight),
            )
        )
    data = ManifestData(
        company.letterhead,
        head.number,
        company.code(OwnCode.TRIP, head.number),
        head.truck,
        head.planned_date,
        tuple(
            ManifestStop(
                row.sequence,
                row.customer,
                without_name(company.address(row.ship_to, row.customer), row.customer),
                row.number,
                row.shipments,
                tuple(pieces.get(row.order_id, ())),
                row.comments,
            )
            for row in stops
            if row.order_id in pieces or not head.has_left
        ),
        company.paper,
        head.driver,
        head.origin,
        head.dock,
        cartons,
        kg(weight),
    )
    return PaperOf(data, company.language)


def load_sheet(session: Session, company: Company, subject: int) -> PaperOf[LoadSheetData]:
    """What goes onto a truck and where it stands, the last stop first. Raises: NotFound."""
    head = one(session, _HEAD, "trip", subject)
    stops = rows_of(
        session,
        """
        SELECT s.sequence, c.name AS customer, o.id AS order_id, o.number, o.comments,
               coalesce(o.ship_to ->> 'city', '') AS town
          FROM trip_order r
          JOIN trip_stop s ON s.id = r.stop_id
          JOIN sales_order o ON o.id = r.order_id
          JOIN customer c ON c.id = o.customer_id
         WHERE r.trip_id = :id ORDER BY s.sequence DESC, o.id DESC""",
        subject,
    )
    pieces: dict[int, list[PieceToLoad]] = {}
    weight = Decimal(0)
    for order, piece, weighs in (
        _left(session, subject) if head.has_left else _waiting(session, subject)
    ):
        pieces.setdefault(order, []).append(piece)
        weight += weighs
    data = LoadSheetData(
        company.letterhead,
        head.number,
        company.code(OwnCode.TRIP, head.number),
        head.truck,
        head.planned_date,
        tuple(
            StopToLoad(
                row.sequence,
                row.customer,
                row.town,
                row.number,
                company.code(OwnCode.ORDER, row.number),
                tuple(pieces.get(row.order_id, ())),
                row.comments,
            )
            for row in stops
        ),
        company.paper,
        head.driver,
        head.origin,
        head.dock,
        kg(weight),
        kg(head.capacity_kg),
    )
    return PaperOf(data, company.language)


def _waiting(session: Session, subject: int) -> list[tuple[int, PieceToLoad, Decimal]]:
    """What is to be loaded or is on the truck, with its order and weight."""
    return [
        (
            row.order_id,
            PieceToLoad(
                row.number,
                row.what,
                Decimal(row.quantity),
                row.unit,
                "" if row.is_loaded else row.place,
                kg(row.weight),
                row.is_loaded,
            ),
            row.weight or Decimal(0),
        )
        for row in rows_of(session, _TO_LOAD, subject)
    ]


def _left(session: Session, subject: int) -> list[tuple[int, PieceToLoad, Decimal]]:
    """What left with the truck, with its order and weight."""
    return [
        (
            row.order_id,
            PieceToLoad(
                row.number,
                f"#{row.number_in_order}" if row.number_in_order is not None else row.name,
                Decimal(row.quantity),
                row.unit,
                "",
                kg(row.weight),
                True,
            ),
            row.weight or Decimal(0),
        )
        for row in rows_of(session, _PIECES, subject)
    ]
