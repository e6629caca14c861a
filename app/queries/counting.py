"""Bins to be counted, and what counts came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import LocationRef
from app.queries.beginnings import as_typed

COUNT_STOPS_AT = 1000
LAST_COUNTS = 20
"""How many closed counts of a bin its document tells of."""


@dataclass(frozen=True, slots=True)
class BinRow:
    """A bin of the list: how much is to be counted in it, since when; or counted last, when."""

    id: int
    code: str
    name: str
    walk_sequence: int
    to_count: int
    since: datetime

    @property
    def key(self) -> tuple[int, str]:
        """Where the next page begins."""
        return (self.walk_sequence, self.code)


@dataclass(frozen=True, slots=True)
class CountLine:
    """An item (and lot) to be counted. What the books say is not told before it is counted."""

    id: int
    item_id: int
    item: str
    name: str
    unit: str
    decimals: int
    lot_id: int | None
    lot: str
    reason: str
    asked_at: datetime
    asked_by: str


@dataclass(frozen=True, slots=True)
class ClosedCount:
    """A count that was made (`counted`, `books` in base units) or found not needed."""

    id: int
    item: str
    lot: str
    unit: str
    books: Decimal | None
    counted: Decimal | None
    closed_at: datetime
    closed_by: str
    note: str


@dataclass(frozen=True, slots=True)
class BinDocument:
    """A bin with what is to be counted in it, and its last counts."""

    id: int
    code: str
    name: str
    warehouse: str
    lines: tuple[CountLine, ...]
    closed: tuple[ClosedCount, ...]


@dataclass(frozen=True, slots=True)
class CountingCounts:
    """How many bins wait; stops at `COUNT_STOPS_AT`."""

    open: int


@dataclass(frozen=True, slots=True)
class CountRow:
    """A count as the command line shows it; quantities in base units."""

    id: int
    state: str
    place: str
    item: str
    lot: str | None
    reason: str
    asked_at: datetime
    asked_by: str
    books: Decimal | None
    counted: Decimal | None
    closed_at: datetime | None
    closed_by: str | None


def bins_to_count(
    session: Session,
    *,
    view: str = "open",
    filter: str = "",
    after: tuple[int, str] | None = None,
    limit: int = 100,
) -> tuple[BinRow, ...]:
    """Bins in walk order: `open`, where something is to be counted, or `done`, where it was.

    `filter` is the beginning of a bin's code, or of an item's number or name.
    """
    rows = session.execute(
        text(f"""
            SELECT p.id, p.code, p.name, p.walk_sequence,
                   count(*) FILTER (WHERE c.state = 'open'),
                   {"min(c.asked_at)" if view == "open" else "max(c.closed_at)"}
              FROM bin_count c JOIN location p ON p.id = c.location_id
              JOIN item i ON i.id = c.item_id
             WHERE c.state {"=" if view == "open" else "<>"} 'open'
               AND (:filter = '' OR starts_with(upper(p.code), upper(:filter))
                    OR starts_with(upper(i.number), upper(:filter))
                    OR starts_with(i.name_sort, lower(:filter)))
               AND (CAST(:code AS text) IS NULL
                    OR (p.walk_sequence, p.code) > (CAST(:walk AS bigint), CAST(:code AS text)))
             GROUP BY p.id ORDER BY p.walk_sequence, p.code LIMIT :limit"""),
        {
            "filter": as_typed(filter),
            "walk": None if after is None else after[0],
            "code": None if after is None else after[1],
            "limit": limit,
        },
    )
    return tuple(BinRow(*row) for row in rows)


def counting_counts(session: Session) -> CountingCounts:
    """How many bins wait to be counted."""
    found = session.execute(
        text("""SELECT count(*) FROM (SELECT DISTINCT location_id FROM bin_count
                 WHERE state = 'open' LIMIT :most) b"""),
        {"most": COUNT_STOPS_AT},
    ).scalar_one()
    return CountingCounts(found)


def bin_to_count(session: Session, *, bin: LocationRef) -> BinDocument:
    """A bin, what is to be counted in it and its last counts. Raises: NotFound."""
    head = session.execute(
        text("""SELECT p.id, p.code, p.name, coalesce(w.name, '') AS warehouse
                  FROM location p LEFT JOIN warehouse w ON w.id = p.warehouse_id
                 WHERE p.id = :id"""),
        {"id": bin},
    ).one_or_none()
    if head is None:
        raise NotFound(what="location", value=bin)
    lines = session.execute(
        text("""
            SELECT c.id, i.id, i.number, i.name, i.base_unit, i.quantity_decimals, t.id,
                   coalesce(t.code, ''), c.reason, c.asked_at,
                   coalesce((SELECT p.name FROM person p WHERE p.login = c.asked_by), c.asked_by)
              FROM bin_count c JOIN item i ON i.id = c.item_id LEFT JOIN lot t ON t.id = c.lot_id
             WHERE c.location_id = :id AND c.state = 'open' ORDER BY i.number, t.code, c.id"""),
        {"id": bin},
    )
    closed = session.execute(
        text("""
            SELECT c.id, i.number, coalesce(t.code, ''), i.base_unit, c.books, c.counted,
                   c.closed_at,
                   coalesce((SELECT p.name FROM person p WHERE p.login = c.closed_by), c.closed_by),
                   c.note
              FROM bin_count c JOIN item i ON i.id = c.item_id LEFT JOIN lot t ON t.id = c.lot_id
             WHERE c.location_id = :id AND c.state <> 'open'
             ORDER BY c.closed_at DESC, c.id DESC LIMIT :most"""),
        {"id": bin, "most": LAST_COUNTS},
    )
    return BinDocument(
        head.id,
        head.code,
        head.name,
        head.warehouse,
        tuple(CountLine(*row) for row in lines),
        tuple(ClosedCount(*row) for row in closed),
    )


def counts(
    session: Session, *, state: str = "open", bin: LocationRef | None = None, limit: int = 200
) -> tuple[CountRow, ...]:
    """Counts that are `open`, `counted` or `cancelled`, of all bins or one, the newest first."""
    rows = session.execute(
        text("""
            SELECT c.id, c.state, p.code, i.number, t.code, c.reason, c.asked_at, c.asked_by,
                   c.books, c.counted, c.closed_at, c.closed_by
              FROM bin_count c JOIN item i ON i.id = c.item_id
              JOIN location p ON p.id = c.location_id LEFT JOIN lot t ON t.id = c.lot_id
             WHERE c.state = :state AND (CAST(:bin AS bigint) IS NULL OR c.location_id = :bin)
             ORDER BY c.id DESC LIMIT :limit"""),
        {"state": state, "bin": bin, "limit": limit},
    )
    return tuple(CountRow(*row) for row in rows)
