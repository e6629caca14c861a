"""What was done with a record, by whom and at which station: from the command log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.ids import Kind

NEWEST = 20
"""How many commands are told; the log has them all."""


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """One command that touched it; `station` is empty for a person's own window."""

    at: datetime
    who: str
    station: str
    verb: str


def record_history(
    session: Session, *, kind: Kind, ids: Sequence[int], verbs: Sequence[str] = ()
) -> tuple[RecordEvent, ...]:
    """The latest commands that touched any of these, the newest first; of some verbs or all."""
    rows = session.execute(
        text("""
            SELECT c.happened_at, coalesce(p.name, c.operator), coalesce(c.station, ''), c.verb
              FROM (SELECT DISTINCT event_id FROM event_touch
                     WHERE kind = :kind AND subject_id = ANY (:ids)) t
              JOIN event e ON e.id = t.event_id
              JOIN command c ON c.id = e.command_id
              LEFT JOIN person p ON p.login = c.operator
             WHERE CAST(:verbs AS text[]) = '{}' OR c.verb = ANY (CAST(:verbs AS text[]))
             ORDER BY t.event_id DESC LIMIT :newest"""),
        {"kind": kind.value, "ids": list(ids), "verbs": list(verbs), "newest": NEWEST},
    )
    return tuple(RecordEvent(*row) for row in rows)
