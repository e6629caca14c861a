"""The books put right: by a correction with a reason, or by what was counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.errors import BusinessError, Question, raise_all
from app.core.ids import ItemRef, Kind, LocationRef
from app.core.messages import N_, plain
from app.core.quantity import check_quantity
from app.operations.stock.ledger import (
    ItemFacts,
    Move,
    NotEnoughThere,
    Receipt,
    StockChanged,
    TakenBack,
    balance_of,
    check_lot,
    insert_moves,
    item_facts,
    known_places,
    lessen_promises,
    location_of_kind,
    lock_stock,
    lots_of,
    wrong_places,
)
from app.rules.stock import FAR_ENDS, LocationKind, MoveReason

_WITH_STOCK = tuple(kind for kind in LocationKind if kind not in FAR_ENDS)


class PromisedThere(Question):
    """A correction would leave less than is promised in that place."""

    answer = "release"
    sentence = N_(
        "Only {free} of {item} is free in {location}, not {quantity}: the rest is promised to "
        "{whose}. Release what is missing, the least urgent first, and correct the stock?"
    )


class PromisesChanged(BusinessError):
    """Somebody promised or moved goods of that place at the same moment."""

    sentence = N_(
        "What is promised of {item} in {location} changed a moment ago. "
        "Nothing was changed; look at it again."
    )


class ReasonNeeded(BusinessError):
    """A correction nobody explained."""

    about = ("reason",)
    sentence = N_("Say why the stock of {item} is corrected, for whoever reads the ledger later.")


def adjust(
    session: Session,
    actor: Actor,
    *,
    item: ItemRef,
    location: LocationRef,
    quantity: Decimal,
    reason: str,
    lot: str | None = None,
    release: bool = False,
) -> StockChanged:
    """Correct what the books say lies in a place by `quantity` (negative: less is there).

    Below what is promised there is a question that lists whose; answered yes (`release`), what
    is missing is taken back in the same transaction: goods no picklist names before those on one,
    boxed goods last, and of these the least urgent order first.
    Raises: NotPermitted, NotAPlaceForIt, ReasonNeeded, PromisedThere, NotEnoughThere,
    PromisesChanged, LotNeeded, and what `check_quantity` raises.
    """
    actor.require("adjust", Group.STOCK)
    raise_all(wrong_places([location], known_places(session, [location]), _WITH_STOCK))
    fact = item_facts(session, [item])[item]
    if not reason.strip():
        raise ReasonNeeded(item=fact.number)
    size = check_quantity(fact.number, abs(quantity), fact.quantity_decimals)
    check_lot(fact, lot)
    lots = lots_of(session, [Receipt(item, size, location, lot=lot)], {item: fact})
    there = (item, lots[item, lot] if lot else None, location)
    # Orders are locked before balances, in this program as a whole.
    orders = lock_orders_of(session, there) if quantity < 0 else set()
    lock_stock(session, [there])
    return correct(session, fact, there, quantity, reason.strip(), orders, release=release)


def correct(
    session: Session,
    fact: ItemFacts,
    there: tuple[int, int | None, int],
    quantity: Decimal,
    note: str,
    orders: set[int],
    *,
    release: bool,
) -> StockChanged:
    """Write a correction of a locked balance; for less than there is, `orders` are locked too.

    Raises: PromisedThere, NotEnoughThere, PromisesChanged.
    """
    item, lot_id, location = there
    size = abs(quantity)
    taken = _make_room(session, fact, there, size, orders, release) if quantity < 0 else ()
    nowhere = location_of_kind(session, "ADJUSTMENT")
    origin, target = (nowhere, location) if quantity > 0 else (location, nowhere)
    ids = insert_moves(session, [Move(item, lot_id, origin, target, size, MoveReason.ADJUST, note)])
    return StockChanged(
        tuple(ids),
        quantity,
        changed(Kind.STOCK, item) | changed(Kind.ORDER, {row.order_id for row, _ in taken}),
        tuple(TakenBack(row.order_line_id, row.number, row.line_no, given) for row, given in taken),
    )


_PROMISED_THERE = text("""
    SELECT a.id, a.order_line_id, a.quantity, o.id AS order_id, o.number, l.line_no
      FROM allocation a
      JOIN sales_order_line l ON l.id = a.order_line_id
      JOIN sales_order o ON o.id = l.order_id
     WHERE a.item_id = :item AND a.location_id = :location
       AND a.lot_id IS NOT DISTINCT FROM CAST(:lot AS bigint)
     ORDER BY a.carton_id IS NOT NULL,
              EXISTS (SELECT FROM picklist_line k
                       WHERE k.state = 'open' AND k.order_line_id = a.order_line_id
                         AND k.item_id = a.item_id AND k.location_id = a.location_id
                         AND k.lot_id IS NOT DISTINCT FROM a.lot_id),
              o.priority, o.requested_date DESC, o.id DESC, l.line_no DESC
""")
"""Promises of one balance, those that are given up first at the top."""


def _promised_there(session: Session, there: tuple[int, int | None, int]) -> list[Any]:
    item, lot, location = there
    values = {"item": item, "lot": lot, "location": location}
    return list(session.execute(_PROMISED_THERE, values))


def lock_orders_of(session: Session, there: tuple[int, int | None, int]) -> set[int]:
    """Lock the orders that have promises on this balance, with their lists and cartons; their ids.

    What is taken back may end the line of a picklist.
    """
    orders = {row.order_id for row in _promised_there(session, there)}
    if orders:
        session.execute(text("SELECT FROM lock_goods(:ids)"), {"ids": sorted(orders)})
    return orders


def _make_room(
    session: Session,
    fact: ItemFacts,
    there: tuple[int, int | None, int],
    quantity: Decimal,
    locked: set[int],
    release: bool,
) -> tuple[tuple[Any, Decimal], ...]:
    """See to it that so much of a locked balance is free; the promises taken back, and how much."""
    code, on_hand, free = balance_of(session, *there)
    missing = quantity - free
    if missing <= 0:
        return ()
    if quantity > on_hand:
        raise NotEnoughThere(item=fact.number, location=code, free=on_hand, quantity=quantity)
    rows = _promised_there(session, there)
    if not release:
        whose = ", ".join(f"{row.number} ({plain(row.quantity)})" for row in rows)
        raise PromisedThere(
            item=fact.number, location=code, free=free, quantity=quantity, whose=whose
        )
    taken = []
    for row in rows:
        if missing <= 0:
            break
        if row.order_id not in locked:
            raise PromisesChanged(item=fact.number, location=code)
        given = min(missing, row.quantity)
        taken.append((row, given))
        missing -= given
    lessen_promises(session, [(row.id, given) for row, given in taken])
    return tuple(taken)
