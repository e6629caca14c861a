"""What is to be picked: open picklists, orders that have none, and a list in walk order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import Kind, OrderRef, PicklistRef
from app.queries.beginnings import as_typed

COUNT_STOPS_AT = 1_000

PicklistView = Literal["open", "done"]
_STATES: dict[PicklistView, str] = {"open": "p.state = 'open'", "done": "p.state <> 'open'"}

# Promised goods that lie in bins and stand on no open picklist, by order line, place and lot.
_UNLISTED = """
    SELECT a.order_line_id, a.item_id, a.lot_id, a.location_id,
           a.quantity - coalesce((
             SELECT sum(k.quantity - k.picked) FROM picklist_line k
              WHERE k.state = 'open' AND k.order_line_id = a.order_line_id
                AND k.item_id = a.item_id AND k.location_id = a.location_id
                AND k.lot_id IS NOT DISTINCT FROM a.lot_id), 0) AS quantity
      FROM allocation a JOIN location p ON p.id = a.location_id
     WHERE p.kind IN ('storage', 'counter', 'receiving') AND a.carton_id IS NULL"""


@dataclass(frozen=True, slots=True)
class PickingRow:
    """A picklist, or an order with goods to pick and no list; `kind` says which `id` it is.

    `lines` are bins to visit, `done` how many of them are picked or short.
    """

    kind: Kind
    id: int
    number: str
    title: str
    day: date
    lines: int
    done: int
    state: str
    lane: str
    hold: str | None


@dataclass(frozen=True, slots=True)
class PickingCounts:
    """How many lists are open and how many orders have none; 1,000 means that or more."""

    open: int
    to_list: int


@dataclass(frozen=True, slots=True)
class PickStop:
    """One bin to visit for one order line; quantities in base units.

    `id` is the picklist line's, or 0 while there is no list.
    """

    id: int
    item: str
    name: str
    unit: str
    decimals: int
    lot: str
    expires_on: date | None
    bin: str
    location_id: int
    item_id: int
    lot_id: int | None
    quantity: Decimal
    picked: Decimal
    state: str
    reason: str
    order_id: int
    order_number: str
    customer: str
    lane_id: int | None
    lane: str

    @property
    def left(self) -> Decimal:
        """What is still to be picked here."""
        return self.quantity - self.picked if self.state in ("open", "") else Decimal(0)


@dataclass(frozen=True, slots=True)
class PickingDocument:
    """A picklist, or what an order without one would send a picker for; stops in walk order.

    `kind` says which `id` it is; `holds` are the names of holds that stop picking.
    """

    kind: Kind
    id: int
    number: str
    state: str
    warehouse_id: int
    warehouse: str
    created_at: datetime | None
    created_by: str
    trip: str
    printed: str
    stops: tuple[PickStop, ...]
    holds: tuple[str, ...]

    @property
    def orders(self) -> tuple[str, ...]:
        """The numbers of its orders."""
        return tuple(dict.fromkeys(stop.order_number for stop in self.stops))

    @property
    def open_stops(self) -> tuple[PickStop, ...]:
        """Where the picker still has to go."""
        return tuple(stop for stop in self.stops if stop.left > 0)

    @property
    def lane(self) -> str:
        """The lane all its goods go to, or nothing when they go to several."""
        lanes = {stop.lane for stop in self.stops}
        return lanes.pop() if len(lanes) == 1 else ""


@dataclass(frozen=True, slots=True)
class StaleLine:
    """A picklist line that is scanned: its list, and where the same goods are listed now."""

    picklist_id: int
    picklist: str
    line_id: int
    state: str
    reason: str
    new_picklist_id: int | None
    new_picklist: str | None


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place goods may go to."""

    id: int
    code: str
    name: str
    kind: str
    is_exact: bool


def picklists(
    session: Session,
    *,
    view: PicklistView = "open",
    filter: str = "",
    after: int | None = None,
    limit: int = 100,
) -> tuple[PickingRow, ...]:
    """One page of picklists: `open`, the oldest first, or `done`, the newest first.

    `filter` is the beginning of a picklist's or order's number or of a customer's name; `after`
    the id of the last row shown. One statement.
    """
    way, beyond = ("ASC", ">") if view == "open" else ("DESC", "<")
    rows = session.execute(
        text(f"""
            WITH page AS MATERIALIZED (
                SELECT p.id, p.number, p.state, p.created_at FROM picklist p
                 WHERE {_STATES[view]}
                   AND (CAST(:after AS bigint) IS NULL OR p.id {beyond} :after)
                   AND (:filter = '' OR starts_with(p.number, upper(:filter)) OR EXISTS (
                     SELECT FROM picklist_line k
                       JOIN sales_order_line l ON l.id = k.order_line_id
                       JOIN sales_order o ON o.id = l.order_id
                       JOIN customer c ON c.id = o.customer_id
                      WHERE k.picklist_id = p.id AND (starts_with(o.number, upper(:filter))
                        OR starts_with(c.name_sort, lower(:filter)))))
                 ORDER BY p.id {way} LIMIT :limit)
            SELECT p.id, p.number, q.title, q.day, q.lines, q.done, p.state, q.lane, q.hold
              FROM page p
             CROSS JOIN LATERAL (
                SELECT CASE WHEN count(DISTINCT o.id) = 1 THEN min(c.name)
                            ELSE count(DISTINCT o.id) || ' orders' END AS title,
                       coalesce(min(o.requested_date), p.created_at::date) AS day,
                       count(*) FILTER (WHERE k.state <> 'cancelled') AS lines,
                       count(*) FILTER (WHERE k.state IN ('picked', 'short')) AS done,
                       CASE WHEN count(DISTINCT o.lane_id) = 1 THEN min(s.code)
                            ELSE '' END AS lane,
                       min(h.name) FILTER (WHERE h.stops_picking) AS hold
                  FROM picklist_line k
                  JOIN sales_order_line l ON l.id = k.order_line_id
                  JOIN sales_order o ON o.id = l.order_id
                  JOIN customer c ON c.id = o.customer_id
                  LEFT JOIN location s ON s.id = o.lane_id
                  LEFT JOIN hold_code h ON h.code = o.hold_code
                 WHERE k.picklist_id = p.id) q
             ORDER BY p.id {way}"""),
        {"filter": as_typed(filter), "after": after, "limit": limit},
    )
    return tuple(PickingRow(Kind.PICKLIST, *row) for row in rows)


def orders_to_list(
    session: Session,
    *,
    filter: str = "",
    after: tuple[date, int] | None = None,
    limit: int = 100,
) -> tuple[PickingRow, ...]:
    """One page of orders with goods allocated in bins that stand on no open picklist.

    By requested date; `after` is the date and id of the last row shown. One statement.
    """
    beyond, values = "", {"filter": as_typed(filter), "limit": limit}
    if after is not None:
        beyond = "AND (o.requested_date, o.id) > (:after_date, :after_id)"
        values |= {"after_date": after[0], "after_id": after[1]}
    rows = session.execute(
        text(f"""
            SELECT o.id, o.number, c.name, o.requested_date, u.stops, 0, 'to list',
                   coalesce(s.code, ''), CASE WHEN h.stops_picking THEN h.name END
              FROM (SELECT l.order_id, count(*) AS stops
                      FROM ({_UNLISTED}) a JOIN sales_order_line l ON l.id = a.order_line_id
                     WHERE a.quantity > 0 GROUP BY 1) u
              JOIN sales_order o ON o.id = u.order_id
              JOIN customer c ON c.id = o.customer_id
              LEFT JOIN location s ON s.id = o.lane_id
              LEFT JOIN hold_code h ON h.code = o.hold_code
             WHERE (:filter = '' OR starts_with(o.number, upper(:filter))
                 OR starts_with(c.name_sort, lower(:filter))) {beyond}
             ORDER BY o.requested_date, o.id LIMIT :limit"""),
        values,
    )
    return tuple(PickingRow(Kind.ORDER, *row) for row in rows)


def picking_counts(session: Session) -> PickingCounts:
    """How many lists are open and how many orders have none, counted no further than 1,000."""
    row = session.execute(
        text(f"""
            SELECT (SELECT count(*) FROM (SELECT FROM picklist WHERE state = 'open'
                      LIMIT :most) p),
                   (SELECT count(*) FROM (
                      SELECT DISTINCT l.order_id FROM ({_UNLISTED}) a
                        JOIN sales_order_line l ON l.id = a.order_line_id
                       WHERE a.quantity > 0 LIMIT :most) u)"""),
        {"most": COUNT_STOPS_AT},
    ).one()
    return PickingCounts(row[0], row[1])


_STOP_COLUMNS = """i.number, i.name, i.base_unit, i.quantity_decimals, coalesce(t.code, ''),
    t.expires_on, p.code, p.id, i.id, t.id, k.quantity, k.picked, k.state, k.reason, o.id,
    o.number, c.name, s.id, coalesce(s.code, '')"""
_STOP_JOINS = """
    JOIN location p ON p.id = k.location_id
    JOIN item i ON i.id = k.item_id
    LEFT JOIN lot t ON t.id = k.lot_id
    JOIN sales_order_line l ON l.id = k.order_line_id
    JOIN sales_order o ON o.id = l.order_id
    JOIN customer c ON c.id = o.customer_id
    LEFT JOIN location s ON s.id = o.lane_id"""
_STOPPED = """ARRAY(SELECT DISTINCT h.name FROM sales_order o
    JOIN hold_code h ON h.code = o.hold_code AND h.stops_picking WHERE o.id IN ({orders}))"""


def picklist(session: Session, *, picklist: PicklistRef) -> PickingDocument:
    """A picklist with its lines in walk order, cancelled ones last. Raises: NotFound."""
    listed = """SELECT l.order_id FROM picklist_line k
        JOIN sales_order_line l ON l.id = k.order_line_id WHERE k.picklist_id = p.id"""
    head = session.execute(
        text(f"""
            SELECT p.id, p.number, p.state, w.id AS warehouse_id, w.name AS warehouse,
                   p.created_at,
                   coalesce((SELECT e.name FROM person e WHERE e.login = p.created_by),
                            p.created_by) AS created_by,
                   coalesce(r.number, '') AS trip,
                   coalesce((SELECT j.state || CASE WHEN j.result = '' THEN ''
                                               ELSE ': ' || j.result END
                               FROM print_job j
                              WHERE j.document = 'pick_list' AND j.subject_id = p.id
                              ORDER BY j.id DESC LIMIT 1), '') AS printed,
                   {_STOPPED.format(orders=listed)} AS holds
              FROM picklist p
              JOIN warehouse w ON w.id = p.warehouse_id
              LEFT JOIN trip r ON r.id = p.trip_id
             WHERE p.id = :id"""),
        {"id": picklist},
    ).one_or_none()
    if head is None:
        raise NotFound(what=Kind.PICKLIST.value, value=picklist)
    rows = session.execute(
        text(f"""
            SELECT k.id, {_STOP_COLUMNS} FROM picklist_line k {_STOP_JOINS}
             WHERE k.picklist_id = :id
             ORDER BY k.state = 'cancelled', p.walk_sequence, p.code, k.sequence, k.id"""),
        {"id": picklist},
    )
    known: Any = head._asdict()
    known["holds"] = tuple(known["holds"])
    return PickingDocument(Kind.PICKLIST, **known, stops=tuple(PickStop(*row) for row in rows))


def order_to_list(session: Session, *, order: OrderRef) -> PickingDocument:
    """What of an order lies in bins and stands on no list, in walk order. Raises: NotFound."""
    head = session.execute(
        text(f"""
            SELECT o.id, o.number, 'to list' AS state, w.id AS warehouse_id,
                   w.name AS warehouse, CAST(NULL AS timestamptz) AS created_at,
                   '' AS created_by, coalesce((
                     SELECT r.number FROM trip_order x JOIN trip r ON r.id = x.trip_id
                      WHERE x.order_id = o.id AND r.state IN ('planned', 'loading')
                      ORDER BY r.id DESC LIMIT 1), '') AS trip,
                   '' AS printed, {_STOPPED.format(orders=":id")} AS holds
              FROM sales_order o JOIN warehouse w ON w.id = o.warehouse_id WHERE o.id = :id"""),
        {"id": order},
    ).one_or_none()
    if head is None:
        raise NotFound(what=Kind.ORDER.value, value=order)
    rows = session.execute(
        text(f"""
            SELECT 0, {_STOP_COLUMNS}
              FROM (SELECT u.*, 0 AS picked, '' AS state, '' AS reason
                      FROM ({_UNLISTED} AND a.order_line_id IN (
                              SELECT id FROM sales_order_line WHERE order_id = :id)) u
                     WHERE u.quantity > 0) k {_STOP_JOINS}
             ORDER BY p.walk_sequence, p.code, l.line_no"""),
        {"id": order},
    )
    known: Any = head._asdict()
    known["holds"] = tuple(known["holds"])
    return PickingDocument(Kind.ORDER, **known, stops=tuple(PickStop(*row) for row in rows))


def scanned_line(session: Session, *, line: int) -> StaleLine:
    """The picklist line behind a scanned code, and the open list its goods stand on now.

    Raises: NotFound.
    """
    row = session.execute(
        text("""
            SELECT p.id, p.number, k.id, k.state, k.reason, n.id, n.number
              FROM picklist_line k
              JOIN picklist p ON p.id = k.picklist_id
              LEFT JOIN LATERAL (
                SELECT q.id, q.number FROM picklist_line m JOIN picklist q ON q.id = m.picklist_id
                 WHERE m.order_line_id = k.order_line_id AND m.state = 'open' AND m.id <> k.id
                 ORDER BY q.id DESC LIMIT 1) n ON true
             WHERE k.id = :id"""),
        {"id": line},
    ).one_or_none()
    if row is None:
        raise NotFound(what="picklist line", value=line)
    return StaleLine(*row)


def list_of_order(session: Session, *, order: OrderRef) -> int | None:
    """The id of the newest open picklist an order stands on."""
    found: int | None = session.execute(
        text("""
            SELECT k.picklist_id FROM picklist_line k
              JOIN sales_order_line l ON l.id = k.order_line_id
             WHERE l.order_id = :id AND k.state = 'open'
             ORDER BY k.picklist_id DESC LIMIT 1"""),
        {"id": order},
    ).scalar_one_or_none()
    return found


def find_places(
    session: Session,
    *,
    wanted: str,
    kinds: tuple[str, ...],
    warehouse: int | None = None,
    limit: int = 12,
) -> tuple[PlaceFound, ...]:
    """Places of some kinds whose code begins with what is typed; trucks are of every warehouse."""
    typed = as_typed(wanted).upper()
    rows = session.execute(
        text("""
            SELECT id, code, name, kind, upper(code) = :typed FROM location
             WHERE kind = ANY (:kinds) AND is_active AND starts_with(upper(code), :typed)
               AND (CAST(:warehouse AS bigint) IS NULL OR warehouse_id = :warehouse
                 OR warehouse_id IS NULL)
             ORDER BY upper(code) <> :typed, walk_sequence, code LIMIT :limit"""),
        {"typed": typed, "kinds": list(kinds), "warehouse": warehouse, "limit": limit},
    )
    return tuple(PlaceFound(*row) for row in rows)
