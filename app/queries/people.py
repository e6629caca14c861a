"""People and stations: who signs in, in which groups, and who stands where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Group
from app.core.errors import NotFound
from app.core.ids import Kind, PersonRef, StationRef
from app.queries.beginnings import as_typed, beginnings
from app.rules.printing import PrinterRole
from app.rules.scanning.wedge import WedgeSettings


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who signs in; who is not active has no group and can do nothing."""

    id: int
    key: tuple[Any, ...]
    login: str
    name: str
    badge: str
    groups: tuple[Group, ...]
    is_active: bool
    kind: Kind = Kind.PERSON


@dataclass(frozen=True, slots=True)
class StationRow:
    """A workplace; `login` is empty where nobody signs in as the station."""

    id: int
    key: tuple[Any, ...]
    code: str
    name: str
    login: str
    groups: tuple[Group, ...]
    warehouse_id: int
    warehouse: str
    bench_id: int | None
    bench: str
    lane_id: int | None
    lane: str
    is_active: bool
    kind: Kind = Kind.STATION


@dataclass(frozen=True, slots=True)
class StationPrinterRow:
    """Where a station prints something; `is_own` when it was told so, not all stations."""

    role: PrinterRole
    printer_id: int
    printer: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class StationWhole:
    """A station, where it prints what, and how its scanner is set up."""

    station: StationRow
    printers: tuple[StationPrinterRow, ...]
    wedge: WedgeSettings


_GROUPS = """ARRAY(SELECT g.group_name FROM login_group g WHERE g.login = {of}.login
                    ORDER BY g.group_name) AS groups"""
_PERSON = f"""SELECT p.id, p.login, p.name, coalesce(p.badge, '') AS badge, p.is_active,
                     {_GROUPS.format(of="p")}
                FROM person p"""
_STATION = f"""
    SELECT s.id, s.code, s.name, coalesce(s.login, '') AS login, s.is_active,
           {_GROUPS.format(of="s")}, s.warehouse_id, w.code AS warehouse,
           s.packing_location_id AS bench_id, coalesce(b.code, '') AS bench,
           s.lane_id, coalesce(l.code, '') AS lane
      FROM station s JOIN warehouse w ON w.id = s.warehouse_id
      LEFT JOIN location b ON b.id = s.packing_location_id
      LEFT JOIN location l ON l.id = s.lane_id"""


def people(
    session: Session,
    *,
    filter: str = "",
    after: tuple[bool, str] | None = None,
    limit: int = 100,
) -> tuple[PersonRow, ...]:
    """One page of people by login, those who work here first. One statement.

    `filter` begins a login or is in a name.
    """
    rows = session.execute(
        text(f"""{_PERSON}
             WHERE (starts_with(p.login, :name) OR strpos(lower(p.name), :name) > 0)
               AND (CAST(:after AS text) IS NULL OR (NOT p.is_active, p.login) > (:off, :after))
             ORDER BY NOT p.is_active, p.login LIMIT :limit"""),
        _page(filter, after, limit),
    )
    return tuple(map(_person, rows))


def person(session: Session, *, person: PersonRef) -> PersonRow:
    """Somebody who signs in. Raises: NotFound."""
    row = session.execute(text(f"{_PERSON} WHERE p.id = :id"), {"id": person}).one_or_none()
    if row is None:
        raise NotFound(what="person", value=person)
    return _person(row)


def stations(
    session: Session,
    *,
    filter: str = "",
    after: tuple[bool, str] | None = None,
    limit: int = 100,
) -> tuple[StationRow, ...]:
    """One page of stations by code, those in use first; `filter` as for people. One statement."""
    rows = session.execute(
        text(f"""{_STATION}
             WHERE (starts_with(lower(s.code), :name) OR strpos(lower(s.name), :name) > 0)
               AND (CAST(:after AS text) IS NULL OR (NOT s.is_active, s.code) > (:off, :after))
             ORDER BY NOT s.is_active, s.code LIMIT :limit"""),
        _page(filter, after, limit),
    )
    return tuple(map(_station, rows))


def station(session: Session, *, station: StationRef) -> StationWhole:
    """A station with its printers and its scanner. Raises: NotFound."""
    row = session.execute(text(f"{_STATION} WHERE s.id = :id"), {"id": station}).one_or_none()
    if row is None:
        raise NotFound(what="station", value=station)
    printers = session.execute(
        text("""
            SELECT DISTINCT ON (u.role) u.role, p.id, p.name, u.station_id IS NOT NULL
              FROM station_printer u JOIN printer p ON p.id = u.printer_id
             WHERE u.station_id IS NULL OR u.station_id = :id
             ORDER BY u.role, u.station_id NULLS LAST"""),
        {"id": station},
    )
    scanner = session.execute(
        text("""SELECT prefix, suffix, gap_ms, patience_ms, shortest FROM station_scanner
                 WHERE station_id = :id"""),
        {"id": station},
    ).one_or_none()
    return StationWhole(
        _station(row),
        tuple(StationPrinterRow(PrinterRole(role), *told) for role, *told in printers),
        WedgeSettings() if scanner is None else WedgeSettings(*scanner),
    )


def _page(filter: str, after: tuple[bool, str] | None, limit: int) -> dict[str, Any]:
    return {
        "name": beginnings(as_typed(filter))["name"],
        "off": after[0] if after else False,
        "after": after[1] if after else None,
        "limit": limit,
    }


def _person(row: Any) -> PersonRow:
    groups = tuple(Group(each) for each in row.groups)
    key = (not row.is_active, row.login)
    return PersonRow(row.id, key, row.login, row.name, row.badge, groups, row.is_active)


def _station(row: Any) -> StationRow:
    return StationRow(
        row.id,
        (not row.is_active, row.code),
        row.code,
        row.name,
        row.login,
        tuple(Group(each) for each in row.groups),
        row.warehouse_id,
        row.warehouse,
        row.bench_id,
        row.bench,
        row.lane_id,
        row.lane,
        row.is_active,
    )
