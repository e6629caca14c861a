"""Carton types: what they weigh empty, how large they are inside, what they may hold."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import CartonTypeRef, Kind
from app.queries.beginnings import as_typed, beginnings
from app.rules.packing import CartonKind


@dataclass(frozen=True, slots=True)
class CartonTypeRow:
    """A carton type; kilograms, litres and millimetres inside, None for any or not told."""

    id: int
    key: tuple[Any, ...]
    code: str
    name: str
    shape: CartonKind
    tare_kg: Decimal
    max_kg: Decimal | None
    volume_l: Decimal | None
    length_mm: Decimal | None
    width_mm: Decimal | None
    height_mm: Decimal | None
    is_default: bool
    is_active: bool
    kind: Kind = Kind.CARTON_TYPE


_COLUMNS = """id, code, name, kind, tare_kg, max_kg, volume_l, length_mm, width_mm, height_mm,
              is_default, is_active"""


def carton_types(
    session: Session,
    *,
    filter: str = "",
    after: tuple[bool, str] | None = None,
    limit: int = 100,
) -> tuple[CartonTypeRow, ...]:
    """One page of carton types, those in use first; `filter` begins a code or is in a name."""
    rows = session.execute(
        text(f"""
            SELECT {_COLUMNS} FROM carton_type
             WHERE (upper(code) >= :code AND upper(code) < :code_end
                    OR strpos(lower(name), :name) > 0)
               AND (CAST(:after AS text) IS NULL OR (NOT is_active, code) > (:off, :after))
             ORDER BY NOT is_active, code LIMIT :limit"""),
        {
            **beginnings(as_typed(filter)),
            "off": after[0] if after else False,
            "after": after[1] if after else None,
            "limit": limit,
        },
    )
    return tuple(map(_row, rows))


def carton_type(session: Session, *, carton_type: CartonTypeRef) -> CartonTypeRow:
    """One carton type. Raises: NotFound."""
    row = session.execute(
        text(f"SELECT {_COLUMNS} FROM carton_type WHERE id = :id"), {"id": carton_type}
    ).one_or_none()
    if row is None:
        raise NotFound(what="carton type", value=carton_type)
    return _row(row)


def _row(row: Any) -> CartonTypeRow:
    return CartonTypeRow(
        row.id,
        (not row.is_active, row.code),
        row.code,
        row.name,
        CartonKind(row.kind),
        row.tare_kg,
        row.max_kg,
        row.volume_l,
        row.length_mm,
        row.width_mm,
        row.height_mm,
        row.is_default,
        row.is_active,
    )
