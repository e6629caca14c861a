"""Warehouses and the places in them, as they are kept: bins, lanes, benches, carts, trucks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import Kind, LocationRef, WarehouseRef
from app.queries.beginnings import as_typed, beginnings
from app.rules.stock import FAR_ENDS, LocationKind


@dataclass(frozen=True, slots=True)
class WarehouseRow:
    """A warehouse; without a time zone of its own it has the company's."""

    id: int
    key: tuple[Any, ...]
    code: str
    name: str
    address: str
    time_zone: str
    places: int
    kind: Kind = Kind.WAREHOUSE


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place goods can be at; capacities in kilograms, litres and pallets, None for any."""

    id: int
    key: tuple[Any, ...]
    code: str
    name: str
    place: LocationKind
    warehouse: str
    parent: str
    is_pickable: bool
    walk_sequence: int
    capacity_kg: Decimal | None
    capacity_l: Decimal | None
    capacity_pallets: int | None
    is_active: bool
    kind: Kind = Kind.LOCATION


_WAREHOUSE = """
    SELECT w.id, w.code, w.name, w.address, coalesce(w.time_zone, '') AS time_zone,
           (SELECT count(*) FROM location p WHERE p.warehouse_id = w.id AND p.is_active) AS places
      FROM warehouse w"""
_PLACE = """
    SELECT p.id, p.code, p.name, p.kind, coalesce(w.code, '') AS warehouse,
           coalesce(above.code, '') AS parent, p.is_pickable, p.walk_sequence, p.capacity_kg,
           p.capacity_l, p.capacity_pallets, p.is_active
      FROM location p LEFT JOIN warehouse w ON w.id = p.warehouse_id
      LEFT JOIN location above ON above.id = p.parent_id"""


def warehouses(
    session: Session,
    *,
    filter: str = "",
    after: tuple[str] | None = None,
    limit: int = 100,
) -> tuple[WarehouseRow, ...]:
    """One page of warehouses by code; `filter` begins a code or is in a name. One statement."""
    rows = session.execute(
        text(f"""{_WAREHOUSE}
             WHERE w.code > :after
               AND (starts_with(lower(w.code), :name) OR strpos(lower(w.name), :name) > 0)
             ORDER BY w.code LIMIT :limit"""),
        {
            "name": as_typed(filter).casefold(),
            "after": after[0] if after else "",
            "limit": limit,
        },
    )
    return tuple(map(_warehouse, rows))


def warehouse(session: Session, *, warehouse: WarehouseRef) -> WarehouseRow:
    """One warehouse. Raises: NotFound."""
    row = session.execute(text(f"{_WAREHOUSE} WHERE w.id = :id"), {"id": warehouse}).one_or_none()
    if row is None:
        raise NotFound(what="warehouse", value=warehouse)
    return _warehouse(row)


def places(
    session: Session,
    *,
    filter: str = "",
    after: tuple[str] | None = None,
    limit: int = 100,
) -> tuple[PlaceRow, ...]:
    """One page of places by code; `filter` begins a code or is a kind of place. One statement.

    The far ends (suppliers, customers, adjustment, scrap) are no places anybody keeps.
    """
    typed = as_typed(filter)
    rows = session.execute(
        text(f"""{_PLACE}
             WHERE p.code > :after AND p.kind <> ALL (CAST(:ends AS text[]))
               AND (p.code >= :code AND p.code < :code_end OR starts_with(p.kind, :name))
             ORDER BY p.code LIMIT :limit"""),
        {
            **beginnings(typed),
            "ends": [each.value for each in FAR_ENDS],
            "after": after[0] if after else "",
            "limit": limit,
        },
    )
    return tuple(map(_place, rows))


def place(session: Session, *, place: LocationRef) -> PlaceRow:
    """One place. Raises: NotFound."""
    row = session.execute(text(f"{_PLACE} WHERE p.id = :id"), {"id": place}).one_or_none()
    if row is None:
        raise NotFound(what="location", value=place)
    return _place(row)


def _warehouse(row: Any) -> WarehouseRow:
    key = (row.code,)
    return WarehouseRow(row.id, key, row.code, row.name, row.address, row.time_zone, row.places)


def _place(row: Any) -> PlaceRow:
    return PlaceRow(
        row.id,
        (row.code,),
        row.code,
        row.name,
        LocationKind(row.kind),
        row.warehouse,
        row.parent,
        row.is_pickable,
        row.walk_sequence,
        row.capacity_kg,
        row.capacity_l,
        row.capacity_pallets,
        row.is_active,
    )
