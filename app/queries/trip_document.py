"""A trip as a document: how full the truck is, what waits, what left, what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import TripRef
from app.queries.departure import WEIGHT_ON_TRUCK, Check, departure_checks


@dataclass(frozen=True, slots=True)
class TripCarton:
    """A carton of an order on the trip that has not left; `place` is where it stands."""

    id: int
    order_id: int
    sscc: str
    number: int
    state: str
    place: str
    is_on_truck: bool
    is_label_stale: bool


@dataclass(frozen=True, slots=True)
class OrderLines:
    """How many lines of an order are still to go, and of how many something is where.

    A line that is partly on the truck and partly on the dock counts at both.
    """

    open: int
    on_truck: int
    on_dock: int
    not_ready: int


@dataclass(frozen=True, slots=True)
class TripOrder:
    """An order on a trip. Quantities over its lines in base units, so only their shares say much;
    `lines` counts the lines instead.

    `on_dock` is in a lane, on a bench or cart (`dock_places` says where), `not_ready` is still
    in the bins or not there at all, `shipped` left with this trip, `returned` came back of it.
    `kg` is the weight of what is on the truck or left with it, `open_kg` and `open_litres` of
    all that is still to go, on the truck or not; goods alone.
    """

    id: int
    stop_id: int
    number: str
    customer: str
    status: str
    hold_code: str | None
    is_stopped: bool
    ship_complete: bool
    lane_id: int | None
    lines: OrderLines
    on_truck: Decimal
    on_dock: Decimal
    dock_places: str
    not_ready: Decimal
    shipped: Decimal
    returned: Decimal
    kg: Decimal
    open_kg: Decimal
    open_litres: Decimal
    other_trip: str | None
    cartons: tuple[TripCarton, ...]


@dataclass(frozen=True, slots=True)
class TripStop:
    """A place the truck stops at; 1 is delivered first and loaded last."""

    id: int
    sequence: int
    customer: str
    city: str
    street: str
    orders: tuple[TripOrder, ...]


@dataclass(frozen=True, slots=True)
class Fill:
    """What is on the truck and what it may carry: kilograms, litres, pallets. None: no limit."""

    kg: Decimal
    litres: Decimal
    pallets: int
    cartons: int
    most_kg: Decimal | None
    most_litres: Decimal | None
    most_pallets: int | None


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """What left of one order line (and lot) with a shipment, and what of it came back."""

    line_id: int
    line_no: int
    item: str
    name: str
    unit: str
    lot_id: int | None
    lot: str
    shipped: Decimal
    returned: Decimal

    @property
    def out(self) -> Decimal:
        """What is with the customer, or on the road."""
        return self.shipped - self.returned


@dataclass(frozen=True, slots=True)
class TripShipment:
    """A shipment that left with the trip."""

    id: int
    number: str
    order_id: int
    order_number: str
    customer: str
    is_invoiced: bool
    lines: tuple[ShipmentLine, ...]

    @property
    def shipped(self) -> Decimal:
        """How much left, over all lines."""
        return sum((line.shipped for line in self.lines), Decimal(0))

    @property
    def returned(self) -> Decimal:
        """How much of it came back."""
        return sum((line.returned for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class TripEvent:
    """Something done to the trip; `station` is empty for a person's own desk.

    `orders` are those it concerned, at most three of them, and then "…".
    """

    happened_at: datetime
    who: str
    station: str
    verb: str
    orders: str


@dataclass(frozen=True, slots=True)
class TripDocument:
    """A trip with its stops, what fills the truck, what stands in its way, what left with it."""

    id: int
    number: str
    state: str
    truck_id: int
    truck: str
    truck_name: str
    warehouse_id: int
    warehouse: str
    driver: str
    dock: str
    planned_date: date
    departed_at: datetime | None
    departed_by: str | None
    fill: Fill
    stops: tuple[TripStop, ...]
    checks: tuple[Check, ...]
    shipments: tuple[TripShipment, ...]
    timeline: tuple[TripEvent, ...]
    printed: str

    @property
    def orders(self) -> tuple[TripOrder, ...]:
        """Its orders, in the order of driving."""
        return tuple(order for stop in self.stops for order in stop.orders)

    @property
    def left_behind(self) -> tuple[TripOrder, ...]:
        """After departure: orders of which something still waits on the dock."""
        if self.state not in ("departed", "returned"):
            return ()
        return tuple(order for order in self.orders if order.on_dock > 0)


_HEAD = text(f"""
    SELECT t.id, t.number, t.state, t.truck_id, p.code AS truck,
           coalesce(nullif(p.name, ''), p.code) AS truck_name, t.warehouse_id,
           w.name AS warehouse, t.driver, t.dock, t.planned_date, t.departed_at,
           coalesce((SELECT e.name FROM person e WHERE e.login = t.departed_by), t.departed_by)
             AS departed_by,
           coalesce(({WEIGHT_ON_TRUCK.format(truck="t.truck_id")}), 0) AS kg,
           f.litres, f.pallets, f.cartons, p.capacity_kg, p.capacity_l, p.capacity_pallets,
           coalesce((SELECT j.state || CASE WHEN j.result = '' THEN '' ELSE ': ' || j.result END
                       FROM print_job j WHERE j.document = 'manifest' AND j.subject_id = t.id
                      ORDER BY j.id DESC LIMIT 1), '') AS printed
      FROM trip t
      JOIN location p ON p.id = t.truck_id
      JOIN warehouse w ON w.id = t.warehouse_id
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(a.quantity * i.volume_l), 0) AS litres,
               count(DISTINCT c.id) FILTER (WHERE y.kind = 'pallet') AS pallets,
               count(DISTINCT c.id) AS cartons
          FROM allocation a
          JOIN item i ON i.id = a.item_id
          LEFT JOIN carton c ON c.id = a.carton_id
          LEFT JOIN carton_type y ON y.id = c.type_id
         WHERE a.location_id = t.truck_id) f
     WHERE t.id = :trip
""")

_ORDERS = text("""
    SELECT s.id AS stop_id, s.sequence, c.name AS customer, s.address, o.id, o.number, o.status,
           o.hold_code, coalesce(h.stops_packing, false) AS is_stopped, o.ship_complete,
           o.lane_id, w.open AS lines_open, w.on_truck AS lines_on_truck,
           w.on_dock AS lines_on_dock, w.not_ready AS lines_not_ready,
           coalesce(q.on_truck, 0) AS on_truck, coalesce(q.on_dock, 0) AS on_dock,
           coalesce(q.places, '') AS places,
           greatest(0, coalesce(n.open, 0) - coalesce(q.on_truck, 0) - coalesce(q.on_dock, 0))
             AS not_ready,
           coalesce(g.shipped, 0) AS shipped, coalesce(g.returned, 0) AS returned,
           coalesce(q.kg, 0) + coalesce(g.kg, 0) AS kg,
           coalesce(n.kg, 0) AS open_kg, coalesce(n.litres, 0) AS open_litres,
           (SELECT y.number FROM trip_order z JOIN trip y ON y.id = z.trip_id
             WHERE z.order_id = o.id AND y.id <> t.id AND y.state IN ('planned', 'loading')
             LIMIT 1) AS other_trip
      FROM trip t
      JOIN trip_order x ON x.trip_id = t.id
      JOIN trip_stop s ON s.id = x.stop_id
      JOIN sales_order o ON o.id = x.order_id
      JOIN customer c ON c.id = s.customer_id
      LEFT JOIN hold_code h ON h.code = o.hold_code
      LEFT JOIN LATERAL (
        SELECT sum(l.open) AS open, sum(l.open * i.weight_kg) AS kg,
               sum(l.open * i.volume_l) AS litres
          FROM sales_order_line l JOIN item i ON i.id = l.item_id
         WHERE l.order_id = o.id AND l.fulfilment = 'stock') n ON true
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE l.open > 0) AS open,
               count(*) FILTER (WHERE b.on_truck > 0) AS on_truck,
               count(*) FILTER (WHERE b.on_dock > 0) AS on_dock,
               count(*) FILTER (WHERE l.open > b.on_truck + b.on_dock) AS not_ready
          FROM sales_order_line l
         CROSS JOIN LATERAL (
           SELECT coalesce(sum(a.quantity) FILTER (WHERE p.id = t.truck_id), 0) AS on_truck,
                  coalesce(sum(a.quantity) FILTER (
                    WHERE p.kind IN ('staging', 'packing', 'cart')), 0) AS on_dock
             FROM allocation a JOIN location p ON p.id = a.location_id
            WHERE a.order_line_id = l.id) b
         WHERE l.order_id = o.id AND l.fulfilment = 'stock') w
      LEFT JOIN LATERAL (
        SELECT sum(a.quantity) FILTER (WHERE p.id = t.truck_id) AS on_truck,
               sum(a.quantity) FILTER (WHERE p.kind IN ('staging', 'packing', 'cart')) AS on_dock,
               string_agg(DISTINCT p.code, ', ')
                 FILTER (WHERE p.kind IN ('staging', 'packing', 'cart')) AS places,
               sum(a.quantity * i.weight_kg) FILTER (WHERE p.id = t.truck_id) AS kg
          FROM sales_order_line l
          JOIN allocation a ON a.order_line_id = l.id
          JOIN location p ON p.id = a.location_id
          JOIN item i ON i.id = a.item_id
         WHERE l.order_id = o.id) q ON true
      LEFT JOIN LATERAL (
        SELECT sum(m.quantity) FILTER (WHERE m.reason = 'pack') AS shipped,
               sum(CASE m.reason WHEN 'return' THEN m.quantity ELSE -m.quantity END)
                 FILTER (WHERE m.reason IN ('return', 'unreturn')) AS returned,
               sum(m.quantity * i.weight_kg) FILTER (WHERE m.reason = 'pack') AS kg
          FROM shipment v
          JOIN stock_move m ON m.shipment_id = v.id
          JOIN item i ON i.id = m.item_id
         WHERE v.trip_id = t.id AND v.order_id = o.id AND v.state = 'packed') g ON true
     WHERE t.id = :trip
     ORDER BY s.sequence, o.id
""")

_CARTONS = text("""
    SELECT c.id, c.order_id, c.sscc, c.number_in_order, c.state, p.code, p.id = t.truck_id,
           c.is_label_stale
      FROM trip t
      JOIN trip_order x ON x.trip_id = t.id
      JOIN carton c ON c.order_id = x.order_id AND c.shipment_id IS NULL AND c.state <> 'packed'
      JOIN location p ON p.id = c.location_id
     WHERE t.id = :trip ORDER BY c.order_id, c.number_in_order
""")

_SHIPPED = text("""
    SELECT v.id, v.number, v.order_id, o.number AS order_number, c.name AS customer,
           l.id AS line_id, l.line_no, i.number AS item, l.description, i.base_unit, m.lot_id,
           coalesce(b.code, '') AS lot, m.shipped, m.returned,
           l.invoiced - l.rebillable
             > l.packed + l.drop_confirmed + l.performed - m.shipped AS is_invoiced
      FROM shipment v
      JOIN sales_order o ON o.id = v.order_id
      JOIN customer c ON c.id = o.customer_id
      JOIN LATERAL (
        SELECT order_line_id, lot_id,
               coalesce(sum(quantity) FILTER (WHERE reason = 'pack'), 0) AS shipped,
               coalesce(sum(CASE reason WHEN 'return' THEN quantity ELSE -quantity END)
                 FILTER (WHERE reason IN ('return', 'unreturn')), 0) AS returned
          FROM stock_move WHERE shipment_id = v.id AND reason IN ('pack', 'return', 'unreturn')
         GROUP BY 1, 2) m ON true
      JOIN sales_order_line l ON l.id = m.order_line_id
      JOIN item i ON i.id = l.item_id
      LEFT JOIN lot b ON b.id = m.lot_id
     WHERE v.trip_id = :trip AND v.state = 'packed'
     ORDER BY v.id, l.line_no, b.code
""")

_TIMELINE = text("""
    SELECT c.happened_at, coalesce(o.name, c.operator), coalesce(s.name, c.station, ''), c.verb,
           coalesce((SELECT string_agg(n.number, ', ') FROM (
             SELECT CASE WHEN row_number() OVER (ORDER BY r.id) > 3 THEN '…' ELSE r.number END
                      AS number
               FROM event_touch y JOIN sales_order r ON r.id = y.subject_id
              WHERE y.event_id = e.id AND y.kind = 'order' ORDER BY r.id LIMIT 4) n), '')
      FROM event_touch x
      JOIN event e ON e.id = x.event_id
      JOIN command c ON c.id = e.command_id
      LEFT JOIN person o ON o.login = c.operator
      LEFT JOIN station s ON s.code = c.station
     WHERE x.kind = 'trip' AND x.subject_id = :trip
     ORDER BY e.id DESC LIMIT 200
""")


def trip(session: Session, *, trip: TripRef) -> TripDocument:
    """A trip as a document: at most seven statements, however many orders. Raises: NotFound."""
    head = session.execute(_HEAD, {"trip": trip}).one_or_none()
    if head is None:
        raise NotFound(what="trip", value=trip)
    has_left = head.state in ("departed", "returned")
    cartons: dict[int, list[TripCarton]] = {}
    for row in session.execute(_CARTONS, {"trip": trip}):
        cartons.setdefault(row[1], []).append(TripCarton(*row))
    return TripDocument(
        id=head.id,
        number=head.number,
        state=head.state,
        truck_id=head.truck_id,
        truck=head.truck,
        truck_name=head.truck_name,
        warehouse_id=head.warehouse_id,
        warehouse=head.warehouse,
        driver=head.driver,
        dock=head.dock,
        planned_date=head.planned_date,
        departed_at=head.departed_at,
        departed_by=head.departed_by,
        fill=_fill(head),
        stops=_stops(session, trip, cartons),
        checks=departure_checks(session, trip=trip) if head.state == "loading" else (),
        shipments=_shipments(session, trip) if has_left else (),
        timeline=tuple(TripEvent(*row) for row in session.execute(_TIMELINE, {"trip": trip})),
        printed=head.printed,
    )


def _fill(head: Any) -> Fill:
    """How full the truck is; only while it is loading is what is on it this trip's."""
    is_loading = head.state == "loading"
    return Fill(
        head.kg if is_loading else Decimal(0),
        head.litres if is_loading else Decimal(0),
        head.pallets if is_loading else 0,
        head.cartons if is_loading else 0,
        head.capacity_kg,
        head.capacity_l,
        head.capacity_pallets,
    )


def _stops(
    session: Session, trip: int, cartons: dict[int, list[TripCarton]]
) -> tuple[TripStop, ...]:
    stops: dict[int, tuple[Any, list[TripOrder]]] = {}
    for row in session.execute(_ORDERS, {"trip": trip}):
        stops.setdefault(row.stop_id, (row, []))[1].append(
            TripOrder(
                row.id,
                row.stop_id,
                row.number,
                row.customer,
                row.status,
                row.hold_code,
                row.is_stopped,
                row.ship_complete,
                row.lane_id,
                OrderLines(
                    row.lines_open, row.lines_on_truck, row.lines_on_dock, row.lines_not_ready
                ),
                row.on_truck,
                row.on_dock,
                row.places,
                row.not_ready,
                row.shipped,
                row.returned,
                row.kg,
                row.open_kg,
                row.open_litres,
                row.other_trip,
                tuple(cartons.get(row.id, ())),
            )
        )
    return tuple(
        TripStop(
            id,
            first.sequence,
            first.customer,
            str(first.address.get("city") or ""),
            str(first.address.get("street") or ""),
            tuple(orders),
        )
        for id, (first, orders) in stops.items()
    )


def _shipments(session: Session, trip: int) -> tuple[TripShipment, ...]:
    found: dict[int, tuple[Any, list[ShipmentLine], list[bool]]] = {}
    for row in session.execute(_SHIPPED, {"trip": trip}):
        _, lines, invoiced = found.setdefault(row.id, (row, [], []))
        invoiced.append(row.is_invoiced)
        lines.append(
            ShipmentLine(
                row.line_id,
                row.line_no,
                row.item,
                row.description,
                row.base_unit,
                row.lot_id,
                row.lot,
                row.shipped,
                row.returned,
            )
        )
    return tuple(
        TripShipment(
            id,
            row.number,
            row.order_id,
            row.order_number,
            row.customer,
            any(invoiced),
            tuple(lines),
        )
        for id, (row, lines, invoiced) in found.items()
    )
