"""Groups of items; they nest."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.ids import Kind
from app.operations.groups import GroupSaved, change_group, create_group


def create_item_group(
    session: Session, actor: Actor, *, code: str, name: str, parent: str | None = None
) -> GroupSaved:
    """Make a group of items, inside another (`parent`, its code) or on its own.

    Raises: NumberTaken, NotFound, TextMissing.
    """
    actor.require("create_item_group", Group.STOCK)
    id, code = create_group(session, "item_group", code, name, parent)
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
    id = change_group(session, "item_group", code, name, parent, is_top=is_top)
    return GroupSaved(id, code, changed(Kind.ITEM_GROUP, id))
