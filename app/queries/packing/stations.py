"""Where is packed and by whom: stations with their benches, badges, the codes that open orders."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import BusinessError, NotFound
from app.core.messages import N_
from app.rules.printing import DocumentKind


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
    last_paper: int = 0
    """The newest print job so far; those that come after it are this shift's."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody with a badge who may work at a station."""

    login: str
    name: str


def packing_station(session: Session, *, station: str | None = None) -> PackStation:
    """The station with this code, or the login's own, or the first bench there is.

    Raises: NoBench.
    """
    row = session.execute(
        text("""
            SELECT s.id, coalesce(s.name, p.name, '') AS name, s.login, p.id AS bench_id,
                   p.code AS bench, p.warehouse_id, k.scan_prefix, k.gs1_company_prefix,
                   k.time_zone, (SELECT coalesce(max(j.id), 0) FROM print_job j) AS last_paper
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
        row.last_paper,
    )


@dataclass(frozen=True, slots=True)
class PaperFailed:
    """A paper that a station asked for and did not get, and why."""

    job_id: int
    document: DocumentKind
    why: str


def failed_papers(session: Session, *, station: str, after: int) -> tuple[PaperFailed, ...]:
    """What a station asked for after this job and did not get, oldest first."""
    rows = session.execute(
        text("""SELECT id, document, result FROM print_job
                 WHERE station = :station AND state = 'failed' AND id > :after ORDER BY id"""),
        {"station": station, "after": after},
    )
    return tuple(PaperFailed(row.id, DocumentKind(row.document), row.result) for row in rows)


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
