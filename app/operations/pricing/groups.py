"""Which groups customers, suppliers and items are in beside their main one, and resting groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import CustomerRef, ItemRef, Kind, SupplierRef
from app.operations.pricing.refusals import GroupTwice
from app.operations.records import Problems, ids_of

GroupTable = Literal["account_group", "item_group"]


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
        raise NotFound(what=kind.replace("_", " "), value=code)
    touched = Kind.ITEM_GROUP if kind == "item_group" else Kind.ACCOUNT_GROUP
    return GroupsSet((code,), changed(touched, int(id)))


def _set(
    session: Session, table: GroupTable, owner: str, id: int, groups: Sequence[InGroup]
) -> None:
    codes = [each.group for each in groups]
    ids = ids_of(session, table, "code", codes)
    problems = Problems()
    what = table.replace("_", " ")
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
