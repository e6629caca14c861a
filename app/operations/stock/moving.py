"""Free goods moved from place to place in the warehouse: put away, tidied up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import ItemRef, Kind, LocationRef
from app.core.messages import N_
from app.core.quantity import check_quantity
from app.operations.stock.ledger import (
    ItemFacts,
    Move,
    NotEnoughThere,
    Place,
    StockChanged,
    check_lot,
    insert_moves,
    known_items,
    known_lots,
    known_places,
    lock_stock,
    places_of,
    wrong_places,
)
from app.rules.stock import PUT_AWAY, MoveReason


class SamePlace(BusinessError):
    """A move from a place to itself."""

    about = ("place",)
    sentence = N_("{item} lies in {place} already. Choose another place.")


@dataclass(frozen=True, slots=True)
class ToMove:
    """So much of an item, in base units, out of a place into another; `lot` is its number."""

    item: ItemRef
    quantity: Decimal
    from_location: LocationRef
    to_location: LocationRef
    lot: str | None = None


def transfer(session: Session, actor: Actor, *, goods: tuple[ToMove, ...]) -> StockChanged:
    """Move free goods from place to place in the warehouse: all of them, or none.

    What one of them brings to a place is not yet there for another to take away.
    Raises: NotPermitted, NotFound, NotAPlaceForIt, LotNeeded, LotNotTracked, SamePlace,
    NotEnoughThere and what `check_quantity` raises; all problems at once.
    """
    actor.require("transfer", Group.FLOOR)
    facts = known_items(session, [each.item for each in goods])
    ends = [place for each in goods for place in (each.from_location, each.to_location)]
    places = known_places(session, ends)
    lots = known_lots(session, [(each.item, each.lot) for each in goods if each.lot])
    problems = wrong_places(ends, places, PUT_AWAY)
    moves = []
    for each in goods:
        try:
            moves.append(_move(each, facts, places, lots))
        except BusinessError as problem:
            problems.append(problem)
    raise_all(problems)
    lock_stock(session, places_of(moves))
    raise_all(_not_free(session, moves, facts, places))
    return StockChanged(
        tuple(insert_moves(session, moves)),
        sum((move.quantity for move in moves), Decimal(0)),
        changed(Kind.STOCK, [move.item_id for move in moves]),
    )


def _move(
    wanted: ToMove,
    facts: dict[int, ItemFacts],
    places: dict[int, Place],
    lots: dict[tuple[int, str], int],
) -> Move:
    """The row of the ledger. Raises: what is wrong with the goods."""
    item, lot = wanted.item, wanted.lot
    fact = facts.get(item)
    if fact is None:
        raise NotFound(what="item", value=item)
    check_lot(fact, lot)
    if lot and (item, lot) not in lots:
        raise NotFound(what="lot", value=lot)
    origin, target = wanted.from_location, wanted.to_location
    if origin == target and target in places:
        raise SamePlace(item=fact.number, place=places[target].code)
    size = check_quantity(fact.number, wanted.quantity, fact.quantity_decimals)
    lot_id = lots[item, lot] if lot else None
    return Move(item, lot_id, origin, target, size, MoveReason.TRANSFER)


def _not_free(
    session: Session,
    moves: Sequence[Move],
    facts: dict[int, ItemFacts],
    places: dict[int, Place],
) -> list[BusinessError]:
    """What is to be taken of locked balances beyond what is promised to nobody there."""
    taken: dict[tuple[int, int | None, int], Decimal] = defaultdict(Decimal)
    for move in moves:
        taken[move.item_id, move.lot_id, move.from_location_id] += move.quantity
    rows = session.execute(
        text("""
            SELECT b.item_id, b.lot_id, b.location_id, b.on_hand - b.allocated
              FROM stock_balance b
              JOIN unnest(CAST(:items AS bigint[]), CAST(:lots AS bigint[]),
                          CAST(:places AS bigint[])) AS t(item, lot, place)
                ON b.item_id = t.item AND b.location_id = t.place
               AND b.lot_id IS NOT DISTINCT FROM t.lot"""),
        {
            "items": [item for item, _, _ in taken],
            "lots": [lot for _, lot, _ in taken],
            "places": [place for _, _, place in taken],
        },
    )
    free = {(item, lot, place): quantity for item, lot, place, quantity in rows}
    return [
        NotEnoughThere(
            item=facts[there[0]].number,
            location=places[there[2]].code,
            free=free[there],
            quantity=quantity,
        )
        for there, quantity in taken.items()
        if free[there] < quantity
    ]
