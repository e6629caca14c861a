"""Groups of items and of accounts: made, moved inside each other, filled, and put to rest.

Prices are agreed with them; items and accounts have a main group, and may be in others beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import CustomerRef, ItemRef, Kind, SupplierRef
from app.core.messages import N_
from app.operations.records import Problems, ids_of
from app.rules.records import check_code, check_name

GroupTable = Literal["item_group", "account_group"]
"""What is grouped, by the table its groups stand in."""


class GroupInItself(BusinessError):
    """A group below itself."""

    sentence = N_("{group} cannot be inside {parent}, which is inside {group} itself.")


class GroupTwice(BusinessError):
    """A group with two priorities."""

    sentence = N_("The {what} {group} stands here twice. Keep the one with the right priority.")


@dataclass(frozen=True, slots=True)
class GroupSaved:
    """A group as it is now."""

    group_id: int
    code: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class InGroup:
    """A group by its code; of several, the one of higher priority goes first."""

    group: str
    priority: int = 0


@dataclass(frozen=True, slots=True)
class GroupsSet:
    """The groups somebody or something is in now, beside the main one."""

    groups: tuple[str, ...]
    changes: Changes


def create_item_group(
    session: Session, actor: Actor, *, code: str, name: str, parent: str | None = None
) -> GroupSaved:
    """Make a group of items, inside another (`parent`, its code) or on its own.

    Raises: NumberTaken, NotFound, TextMissing.
    """
    actor.require("create_item_group", Group.STOCK)
    id, code = _create(session, "item_group", code, name, parent)
    return GroupSaved(id, code, changed(Kind.ITEM_GROUP, id))


def change_item_group(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str | None = None,
    parent: str | None = None,
    is_top: bool = False,
) -> GroupSaved:
    """Rename a group of items, or move it inside another (`is_top`: out of all others).

    Raises: NotFound, GroupInItself.
    """
    actor.require("change_item_group", Group.STOCK)
    id = _change(session, "item_group", code, name, parent, is_top=is_top)
    return GroupSaved(id, code, changed(Kind.ITEM_GROUP, id))


def create_account_group(
    session: Session, actor: Actor, *, code: str, name: str, parent: str | None = None
) -> GroupSaved:
    """Make a group of accounts, inside another (`parent`, its code) or on its own.

    Raises: NumberTaken, NotFound, TextMissing.
    """
    actor.require("create_account_group", Group.SALES)
    id, code = _create(session, "account_group", code, name, parent)
    return GroupSaved(id, code, changed(Kind.ACCOUNT_GROUP, id))


def change_account_group(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str | None = None,
    parent: str | None = None,
    is_top: bool = False,
) -> GroupSaved:
    """Rename a group of accounts, or move it inside another (`is_top`: out of all others).

    Raises: NotFound, GroupInItself.
    """
    actor.require("change_account_group", Group.SALES)
    id = _change(session, "account_group", code, name, parent, is_top=is_top)
    return GroupSaved(id, code, changed(Kind.ACCOUNT_GROUP, id))


def set_customer_groups(
    session: Session, actor: Actor, *, customer: CustomerRef, groups: tuple[InGroup, ...]
) -> GroupsSet:
    """Say all groups a customer is in beside the main one. Raises: NotFound, GroupTwice."""
    actor.require("set_customer_groups", Group.MANAGER)
    _set(session, "account_group", "customer_id", customer, groups)
    return GroupsSet(tuple(each.group for each in groups), changed(Kind.CUSTOMER, customer))


def set_supplier_groups(
    session: Session, actor: Actor, *, supplier: SupplierRef, groups: tuple[InGroup, ...]
) -> GroupsSet:
    """Say all groups a supplier is in beside the main one. Raises: NotFound, GroupTwice."""
    actor.require("set_supplier_groups", Group.MANAGER, Group.PURCHASING)
    _set(session, "account_group", "supplier_id", supplier, groups)
    return GroupsSet(tuple(each.group for each in groups), changed(Kind.SUPPLIER, supplier))


def set_item_groups(
    session: Session, actor: Actor, *, item: ItemRef, groups: tuple[InGroup, ...]
) -> GroupsSet:
    """Say all groups an item is in beside the main one. Raises: NotFound, GroupTwice."""
    actor.require("set_item_groups", Group.MANAGER)
    _set(session, "item_group", "item_id", item, groups)
    return GroupsSet(tuple(each.group for each in groups), changed(Kind.ITEM, item))


def rest_group(
    session: Session, actor: Actor, *, kind: GroupTable, code: str, resting: bool = True
) -> GroupsSet:
    """Let the agreements of a group rest, or count again; groups above it are not touched.

    Raises: NotFound.
    """
    actor.require("rest_group", Group.MANAGER)
    id = session.execute(
        text(f"UPDATE {kind} SET is_active = :is_active WHERE code = :code RETURNING id"),
        {"code": code, "is_active": not resting},
    ).scalar_one_or_none()
    if id is None:
        raise NotFound(what=_what(kind), value=code)
    touched = Kind.ITEM_GROUP if kind == "item_group" else Kind.ACCOUNT_GROUP
    return GroupsSet((code,), changed(touched, int(id)))


def _what(table: GroupTable) -> str:
    return table.replace("_", " ")


def _create(
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


def _change(
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


def _set(
    session: Session, table: GroupTable, owner: str, id: int, groups: Sequence[InGroup]
) -> None:
    codes = [each.group for each in groups]
    ids = ids_of(session, table, "code", codes)
    problems = Problems()
    what = _what(table)
    for index, code in enumerate(codes):
        if code not in ids:
            problems.add(index, "group", NotFound(what=what, value=code))
        elif code in codes[:index]:
            problems.add(index, "group", GroupTwice(what=what, group=code))
    problems.raise_all()
    session.execute(
        text(f"""
            DELETE FROM {table}_member WHERE {owner} = :id AND NOT {table}_id = ANY (:groups)"""),
        {"id": id, "groups": list(ids.values())},
    )
    priorities = {ids[each.group]: each.priority for each in groups}
    session.execute(
        text(f"""
            WITH given AS (
              SELECT * FROM unnest(CAST(:groups AS bigint[]), CAST(:priorities AS bigint[]))
                AS g(id, priority)
            ), known AS (
              UPDATE {table}_member m SET priority = g.priority FROM given g
               WHERE m.{owner} = :id AND m.{table}_id = g.id RETURNING m.{table}_id AS id
            )
            INSERT INTO {table}_member ({table}_id, {owner}, priority)
            SELECT g.id, :id, g.priority FROM given g
             WHERE g.id NOT IN (SELECT id FROM known)"""),
        {
            "id": id,
            "groups": list(priorities),
            "priorities": list(priorities.values()),
        },
    )
