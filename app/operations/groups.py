"""Groups, of items and of accounts alike: a code, a name, and what they are inside of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.changes import Changes
from app.core.errors import BusinessError, NotFound
from app.core.messages import N_
from app.operations.records import Problems, ids_of
from app.rules.records import check_code, check_name

GroupTable = Literal["item_group", "account_group"]


class GroupInItself(BusinessError):
    """A group below itself."""

    sentence = N_("{group} cannot be inside {parent}, which is inside {group} itself.")


@dataclass(frozen=True, slots=True)
class GroupSaved:
    """A group as it is now."""

    group_id: int
    code: str
    changes: Changes


def _what(table: GroupTable) -> str:
    return table.replace("_", " ")


def create_group(
    session: Session, table: GroupTable, code: str, name: str, parent: str | None
) -> tuple[int, str]:
    """Make a group; its id and code. Raises: NumberTaken, NotFound, TextMissing; all at once."""
    problems = Problems()
    code = problems.check(0, "code", check_code, code)
    name = problems.check(0, "name", check_name, name)
    problems.numbers(session, _what(table), table, [code], "code")
    parents = ids_of(session, table, "code", [parent])
    if parent and parent not in parents:
        problems.add(0, "parent", NotFound(what=_what(table), value=parent))
    problems.raise_all()
    id = session.execute(
        text(
            f"INSERT INTO {table} (code, name, parent_id) VALUES (:code, :name, :parent)"
            " RETURNING id"
        ),
        {"code": code, "name": name, "parent": parents.get(parent) if parent else None},
    ).scalar_one()
    return int(id), code


def change_group(
    session: Session,
    table: GroupTable,
    code: str,
    name: str | None,
    parent: str | None,
    *,
    is_top: bool,
) -> int:
    """Rename a group or move it; its id. Raises: NotFound, GroupInItself."""
    ids = ids_of(session, table, "code", [code, parent])
    for wanted in (code, parent or code):
        if wanted not in ids:
            raise NotFound(what=_what(table), value=wanted)
    if parent:
        above = session.execute(
            text(f"""
                WITH RECURSIVE above AS (
                  SELECT id, parent_id FROM {table} WHERE id = :parent
                  UNION SELECT g.id, g.parent_id FROM {table} g JOIN above a ON g.id = a.parent_id)
                SELECT id FROM above"""),
            {"parent": ids[parent]},
        ).scalars()
        if ids[code] in set(above):
            raise GroupInItself(group=code, parent=parent)
    session.execute(
        text(f"""
            UPDATE {table} SET name = coalesce(:name, name),
              parent_id = CASE WHEN :is_top THEN NULL ELSE coalesce(:parent, parent_id) END
             WHERE id = :id"""),
        {
            "id": ids[code],
            "name": None if name is None else check_name(name),
            "parent": ids[parent] if parent else None,
            "is_top": is_top,
        },
    )
    return ids[code]
