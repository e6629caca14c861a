"""What others changed since the last look.

Events become visible out of order: one with a smaller id may be committed later. So a look
remembers the oldest transaction that was still running (`pg_snapshot_xmin`), reads all events
from that transaction on, and drops those it has seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.changes import Changes
from app.core.ids import Kind


@dataclass(frozen=True, slots=True)
class FeedMark:
    """Up to where a reader has looked: a transaction id, and the events seen from there on."""

    xid: str | None = None
    seen: frozenset[int] = frozenset()


_KINDS = frozenset(kind.value for kind in Kind)

_EVENTS = text("""
    WITH look AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin)
    SELECT look.xmin::text AS xmin, e.id, e.touched, e.xid >= look.xmin AS comes_again
      FROM look
      LEFT JOIN event e ON e.xid >= coalesce(CAST(:mark AS xid8), look.xmin)
     ORDER BY e.id
""")


def changes_since(session: Session, mark: FeedMark) -> tuple[FeedMark, Changes]:
    """The next mark, and everything touched since the last one; nothing on the first look."""
    rows = session.execute(_EVENTS, {"mark": mark.xid}).all()
    events = [row for row in rows if row.id is not None]
    fresh = [row for row in events if mark.xid is not None and row.id not in mark.seen]
    # A kind that only newer programs know is no news for this one.
    touched = frozenset(
        (Kind(kind), int(id)) for row in fresh for kind, id in row.touched if kind in _KINDS
    )
    seen = frozenset(row.id for row in events if row.comes_again)
    return FeedMark(rows[0].xmin, seen), Changes(touched)
