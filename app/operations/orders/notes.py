"""What a verb leaves in an order's history in words: what exactly, and why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.messages import plain
from app.models.orders import OrderNote

MOST_NAMED = 3
"""So many lines are named in one note."""


def listed(words: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(words) - MOST_NAMED
    return ", ".join([*words[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])])


def how_much(quantity: Decimal, unit: str, item: str) -> str:
    """So much of an item, as it is read: *4 pc of PUMP*."""
    return f"{plain(quantity)} {unit} of {item}"


def leave_note(session: Session, actor: Actor, order: int, words: str) -> None:
    """Store words of a person, or of what the person did, with an order."""
    session.execute(
        insert(OrderNote), [{"order_id": order, "text": words, "written_by": actor.operator}]
    )
