"""Groups of accounts; they nest, and prices may be agreed with them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.ids import Kind
from app.operations.groups import GroupSaved, change_group, create_group


def create_account_group(
    session: Session, actor: Actor, *, code: str, name: str, parent: str | None = None
) -> GroupSaved:
    """Make a group of accounts, inside another (`parent`, its code) or on its own.

    Raises: NumberTaken, NotFound, TextMissing.
    """
    actor.require("create_account_group", Group.SALES)
    id, code = create_group(session, "account_group", code, name, parent)
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
    id = change_group(session, "account_group", code, name, parent, is_top=is_top)
    return GroupSaved(id, code, changed(Kind.ACCOUNT_GROUP, id))
