"""Lists of the stock: by item, by place, what is promised, expires or is blocked, empty places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.ids import Kind
from app.models.base import WORDS_OF_NAME
from app.queries.beginnings import as_typed, beginnings, gtin_typed, words_begun
from app.queries.stock import TODAY, may_be_promised
from app.queries.views import mark_of, view_of
from app.rules.stock import FAR_ENDS, SHELVES, LocationKind

COUNT_STOPS_AT = 1000
EXPIRED_SINCE, EXPIRES_WITHIN = 365, 60
"""Days before and after today whose lots are listed as expiring."""


@dataclass(frozen=True, slots=True)
class StockItemRow:
    """An item of the list, over all places, in base units.

    `available` is what may be promised now: free, where people pick, neither blocked nor expired.
    """

    id: int
    key: tuple[Any, ...]
    number: str
    name: str
    unit: str
    on_hand: Decimal
    allocated: Decimal
    available: Decimal
    places: int
    kind: Kind = Kind.ITEM


@dataclass(frozen=True, slots=True)
class StockPlaceRow:
    """A place of the list: how many items lie in it, of how many some is promised; ≤ 1,000.

    Where one item alone lies there, `item`, `on_hand` and `unit` say which and how much.
    """

    id: int
    key: tuple[Any, ...]
    code: str
    name: str
    place: LocationKind
    warehouse: str
    items: int
    promised: int
    item: str
    on_hand: Decimal
    unit: str
    is_active: bool
    kind: Kind = Kind.LOCATION


@dataclass(frozen=True, slots=True)
class StockLotRow:
    """A lot that expires or is blocked (`blocked_reason`), and how much is there; base units."""

    id: int
    key: tuple[Any, ...]
    lot: str
    number: str
    name: str
    unit: str
    expires_on: date | None
    is_expired: bool
    blocked_reason: str
    on_hand: Decimal
    allocated: Decimal
    kind: Kind = Kind.LOT


StockRow = StockItemRow | StockPlaceRow | StockLotRow


@dataclass(frozen=True, slots=True)
class InventoryCounts:
    """Items that are promised to orders, lots that expire, and blocked; each ≤ `COUNT_STOPS_AT`."""

    promised: int
    expiring: int
    blocked: int


WORDS_FROM, BINS_FROM = 2, 3
"""Letters after which words inside names, and bins of items, are looked for: less is too many."""

_ITEMS_BEGUN = """
    SELECT id FROM item WHERE number >= :code AND number < :code_end
    UNION SELECT id FROM item WHERE name_sort >= :name AND name_sort < :name_end"""
_ITEMS_WITH_WORDS = f"""
    UNION SELECT id FROM item WHERE {WORDS_OF_NAME} @@ to_tsquery('simple', :words)
    UNION SELECT item_id FROM item_unit WHERE gtin = :gtin
    UNION SELECT item_id FROM item_alias WHERE code = :typed"""
_ITEMS_IN_BINS = """
    UNION SELECT b.item_id FROM location p JOIN stock_balance b ON b.location_id = p.id
     WHERE p.code >= :code AND p.code < :code_end AND b.on_hand > 0"""


def _items_named(typed: str) -> str:
    """The ids, in SQL, of the items a filter means by their numbers, names and codes."""
    return _ITEMS_BEGUN + (_ITEMS_WITH_WORDS if len(typed) >= WORDS_FROM else "")


def _items_wanted(typed: str) -> str:
    """The same, and of those that lie in a bin it means."""
    return _items_named(typed) + (_ITEMS_IN_BINS if len(typed) >= BINS_FROM else "")


def _places_wanted(typed: str) -> str:
    """The ids, in SQL, of the places a filter means: by code, or by an item that lies there."""
    return f"""
    SELECT id FROM location WHERE code >= :code AND code < :code_end
    UNION SELECT b.location_id FROM ({_items_named(typed)}) i
            JOIN stock_balance b ON b.item_id = i.id WHERE b.on_hand > 0"""


# Only the rows of one page are added up, and place and lot asked balance by balance: as a join
# all lots there are might be read for each item.
_ITEM_ROWS = f"""
    SELECT i.id, i.number, i.name, i.name_sort, i.base_unit, s.*
      FROM (%s) i, LATERAL (
        SELECT coalesce(sum(b.on_hand), 0) AS on_hand, coalesce(sum(b.allocated), 0) AS allocated,
               coalesce(sum(b.on_hand - b.allocated) FILTER (WHERE b.on_hand > b.allocated AND (
                 SELECT {may_be_promised()}
                   FROM location p LEFT JOIN lot t ON t.id = b.lot_id
                  WHERE p.id = b.location_id)), 0) AS available,
               count(DISTINCT b.location_id) FILTER (WHERE b.on_hand > 0) AS places
          FROM stock_balance b WHERE b.item_id = i.id) s"""

_BY_ITEM = """
    SELECT * FROM item WHERE {wanted}
       AND (CAST(:name_after AS text) IS NULL
            OR (name_sort, id) > (CAST(:name_after AS text), CAST(:id_after AS bigint)))
     ORDER BY name_sort, id LIMIT :limit"""

# From one item to the next in the index of promises: however many promises an item has, it is
# one step; they are few beside the items there are.
_PROMISED = """
    WITH RECURSIVE step AS (
      SELECT (SELECT min(item_id) FROM allocation WHERE item_id > :id_after) AS item_id
      UNION ALL
      SELECT (SELECT min(a.item_id) FROM allocation a WHERE a.item_id > s.item_id)
        FROM step s WHERE s.item_id IS NOT NULL)
    SELECT i.* FROM (SELECT item_id FROM step WHERE item_id IS NOT NULL LIMIT :limit) s
      JOIN item i ON i.id = s.item_id"""
_PROMISED_WANTED = """
    SELECT * FROM item WHERE id IN ({wanted}) AND id > :id_after
       AND EXISTS (SELECT FROM allocation a WHERE a.item_id = item.id)
     ORDER BY id LIMIT :limit"""

_NO_FAR_END = f"kind NOT IN ({', '.join(repr(each.value) for each in FAR_ENDS)})"
_IS_EMPTY = f"""is_active AND kind IN ({", ".join(repr(each.value) for each in SHELVES)})
       AND (SELECT count(*) FROM (SELECT FROM stock_balance b WHERE b.location_id = location.id
                                    AND b.on_hand > 0 LIMIT 1) b) = 0"""
# Asked place by place as the page needs it: as a join all the stock there is would be read.
_PLACE_ROWS = f"""
    SELECT p.id, p.code, p.name, p.kind, coalesce(w.code, ''), s.items, s.promised,
           coalesce(i.name, ''), CASE WHEN i.id IS NULL THEN 0 ELSE s.on_hand END,
           coalesce(i.base_unit, ''), p.is_active
      FROM (SELECT * FROM location WHERE {{wanted}} AND code > :code_after
             ORDER BY code LIMIT :limit) p
      CROSS JOIN LATERAL (
        SELECT count(DISTINCT b.item_id) AS items,
               count(DISTINCT b.item_id) FILTER (WHERE b.allocated > 0) AS promised,
               min(b.item_id) AS item_id, coalesce(sum(b.on_hand), 0) AS on_hand
          FROM (SELECT * FROM stock_balance WHERE location_id = p.id AND on_hand > 0
                 LIMIT {COUNT_STOPS_AT}) b) s
      LEFT JOIN warehouse w ON w.id = p.warehouse_id
      LEFT JOIN item i ON i.id = s.item_id AND s.items = 1
     ORDER BY p.code"""

_EXPIRES = f"""t.expires_on BETWEEN {TODAY} - {EXPIRED_SINCE} AND {TODAY} + {EXPIRES_WITHIN}"""
_LOTS = f"""
    SELECT t.id, t.code, i.number, i.name, i.base_unit, t.expires_on,
           coalesce(t.expires_on < {TODAY}, false), coalesce(t.blocked_reason, ''), s.on_hand,
           s.allocated
      FROM lot t JOIN item i ON i.id = t.item_id
      CROSS JOIN LATERAL (SELECT sum(b.on_hand) AS on_hand, sum(b.allocated) AS allocated
                            FROM stock_balance b WHERE b.lot_id = t.id) s
     WHERE s.on_hand > 0 AND {{wanted}} AND """
_EXPIRING = f"""{_LOTS} {_EXPIRES}
       AND (CAST(:day_after AS date) IS NULL
            OR (t.expires_on, t.id) > (CAST(:day_after AS date), CAST(:id_after AS bigint)))
     ORDER BY t.expires_on, t.id LIMIT :limit"""
_BLOCKED = f"""{_LOTS} t.blocked_reason IS NOT NULL AND t.id > :id_after
     ORDER BY t.id LIMIT :limit"""

_MARKS: dict[str, tuple[type, ...]] = {
    "items": (str, int),
    "places": (str,),
    "promised": (int,),
    "expiring": (date, int),
    "blocked": (int,),
    "empty": (str,),
}
"""What the key of a row is made of, by view."""
VIEWS = {view: view for view in _MARKS}


def inventory(
    session: Session,
    *,
    view: str = "items",
    filter: str = "",
    after: tuple[Any, ...] | None = None,
    limit: int = 100,
) -> tuple[StockRow, ...]:
    """One page of the stock, after the `key` of the last row shown. One statement.

    `items` by name, those without stock too; `places` by code; `promised`: items of which orders
    have some, in the order they were made; `expiring`: lots that are still there, the first to
    expire first, those that expired in the last year too; `blocked` lots that are still there;
    `empty` bins and counters by code (of which as many are looked at as lie before the next empty
    one).

    `filter` is the beginning of an item's number or name, from two letters on of words of the
    name, its GTIN or other code, from three on the beginning of a bin's code (or of a place's or
    lot's, where these are listed). Raises: UnknownView, WrongMark.
    """
    view_of(VIEWS, view)
    typed = as_typed(filter)
    values: dict[str, Any] = {"limit": limit}
    if typed:
        values |= beginnings(typed)
        values |= {"typed": typed, "words": words_begun(typed), "gtin": gtin_typed(typed)}
    mark = mark_of(after, *_MARKS[view])
    if view in ("places", "empty"):
        return _places(session, view, typed, mark, values)
    if view in ("expiring", "blocked"):
        return _lots(session, view, typed, mark, values)
    return _items(session, view, typed, mark, values)


def inventory_counts(session: Session) -> InventoryCounts:
    """How many rows the views of promised, expiring and blocked goods have. One statement."""
    row = session.execute(
        text(f"""
            SELECT (SELECT count(*) FROM (SELECT DISTINCT item_id FROM allocation LIMIT :most) a),
                   (SELECT count(*) FROM (
                      SELECT FROM lot t WHERE {_EXPIRES} AND EXISTS (
                        SELECT FROM stock_balance b WHERE b.lot_id = t.id AND b.on_hand > 0)
                       LIMIT :most) t),
                   (SELECT count(*) FROM (
                      SELECT FROM lot t WHERE t.blocked_reason IS NOT NULL AND EXISTS (
                        SELECT FROM stock_balance b WHERE b.lot_id = t.id AND b.on_hand > 0)
                       LIMIT :most) t)"""),
        {"most": COUNT_STOPS_AT},
    ).one()
    return InventoryCounts(*row)


def _items(
    session: Session,
    view: str,
    typed: str,
    after: tuple[Any, ...] | None,
    values: dict[str, Any],
) -> tuple[StockRow, ...]:
    if view == "promised":
        wanted = _PROMISED_WANTED.format(wanted=_items_wanted(typed))
        page, order = wanted if typed else _PROMISED, "i.id"
        values["id_after"] = after[0] if after else 0
    else:
        page = _BY_ITEM.format(wanted=f"id IN ({_items_wanted(typed)})" if typed else "true")
        order = "i.name_sort, i.id"
        values["name_after"], values["id_after"] = after or (None, None)
    rows = session.execute(text(f"{_ITEM_ROWS % page} ORDER BY {order}"), values)
    return tuple(
        StockItemRow(
            row.id,
            (row.id,) if view == "promised" else (row.name_sort, row.id),
            row.number,
            row.name,
            row.base_unit,
            row.on_hand,
            row.allocated,
            row.available,
            row.places,
        )
        for row in rows
    )


def _places(
    session: Session,
    view: str,
    typed: str,
    after: tuple[Any, ...] | None,
    values: dict[str, Any],
) -> tuple[StockRow, ...]:
    wanted = _NO_FAR_END if view == "places" else _IS_EMPTY
    if typed:
        # An empty bin is found by its code alone.
        found = "code >= :code AND code < :code_end" if view == "empty" else None
        wanted = f"{wanted} AND {found or f'id IN ({_places_wanted(typed)})'}"
    values["code_after"] = after[0] if after else ""
    rows = session.execute(text(_PLACE_ROWS.format(wanted=wanted)), values)
    return tuple(
        StockPlaceRow(row[0], (row[1],), row[1], row[2], LocationKind(row[3]), *row[4:])
        for row in rows
    )


def _lots(
    session: Session,
    view: str,
    typed: str,
    after: tuple[Any, ...] | None,
    values: dict[str, Any],
) -> tuple[StockRow, ...]:
    wanted = "true"
    if typed:
        wanted = f"""(t.code >= :code AND t.code < :code_end OR t.item_id IN ({_items_named(typed)})
            OR EXISTS (SELECT FROM stock_balance b JOIN location p ON p.id = b.location_id
                        WHERE b.lot_id = t.id AND b.on_hand > 0
                          AND p.code >= :code AND p.code < :code_end))"""
    if view == "blocked":
        page, values["id_after"] = _BLOCKED, after[0] if after else 0
    else:
        page = _EXPIRING
        values["day_after"], values["id_after"] = after or (None, None)
    rows = session.execute(text(page.format(wanted=wanted)), values)
    return tuple(
        StockLotRow(
            row.id,
            (row.id,) if view == "blocked" else (row.expires_on, row.id),
            *row[1:],
        )
        for row in rows
    )
