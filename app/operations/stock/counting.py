"""Bins are counted: because somebody found less there than the books say, or asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import CountRef, ItemRef, Kind, LocationRef, LotRef
from app.core.messages import N_, plain
from app.core.quantity import check_quantity
from app.operations.stock.correcting import correct, lock_orders_of
from app.operations.stock.ledger import (
    LotNeeded,
    TakenBack,
    balance_of,
    item_facts,
    known_items,
    lock_stock,
)
from app.rules.counting import COUNTED_IN, CountState
from app.rules.stock import LocationKind, Tracking


class CountClosed(BusinessError):
    """A count that somebody closed already."""

    sentence = N_(
        "The count of {item} in {place} is {state} by {who}. Ask for a new count if it is wrong."
    )


class CountNegative(BusinessError):
    """Fewer than nothing."""

    about = ("counted",)
    sentence = N_("{counted} of {item} cannot lie anywhere. Enter 0 or more.")


class NotToCount(BusinessError):
    """A place whose goods are on their way."""

    about = ("place",)
    sentence = N_("{place} is a {kind} place; bins are counted. Choose one of: {kinds}.")


class CountReasonNeeded(BusinessError):
    """A count nobody explained."""

    about = ("reason",)
    sentence = N_("Say why {item} in {place} is to be counted, or is not.")


class PlaceReasonNeeded(BusinessError):
    """A count of a whole place nobody explained."""

    about = ("reason",)
    sentence = N_("Say why {place} is to be counted.")


@dataclass(frozen=True, slots=True)
class ToCount:
    """An item, and its lot, in a bin that is to be counted."""

    item_id: int
    lot_id: int | None
    location_id: int
    picklist_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class CountAsked:
    """The counts that are open now; an older one where somebody asked before."""

    count_ids: tuple[int, ...]
    item: str
    place: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class PlaceCountAsked:
    """The counts of a place that are open now, older ones too."""

    count_ids: tuple[int, ...]
    place: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class BinCounted:
    """What was found and what the books said, in base units; whose promises went with it."""

    count_id: int
    item: str
    place: str
    books: Decimal
    counted: Decimal
    taken_back: tuple[TakenBack, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class CountCancelled:
    """A count that is not needed."""

    count_id: int
    item: str
    place: str
    changes: Changes


def queue_counts(
    session: Session, actor: Actor, things: Sequence[ToCount], reason: str
) -> tuple[int, ...]:
    """Ask for counts, in the transaction that found the reason; the ids of those made now.

    What is to be counted already is not asked for twice. Where the stock of these places is
    locked, two who ask for the same do not wait for each other in circles.
    """
    if not things:
        return ()
    made = session.execute(
        text("""
            INSERT INTO bin_count (item_id, lot_id, location_id, picklist_line_id, reason, asked_by)
            SELECT t.item, t.lot, t.place, t.line, :reason, :who
              FROM unnest(CAST(:items AS bigint[]), CAST(:lots AS bigint[]),
                          CAST(:places AS bigint[]), CAST(:lines AS bigint[]))
                AS t(item, lot, place, line)
             ORDER BY 1, 3, 2 ON CONFLICT DO NOTHING RETURNING id"""),
        {
            "items": [each.item_id for each in things],
            "lots": [each.lot_id for each in things],
            "places": [each.location_id for each in things],
            "lines": [each.picklist_line_id for each in things],
            "reason": reason.strip(),
            "who": actor.operator,
        },
    )
    return tuple(made.scalars())


def ask_count(
    session: Session,
    actor: Actor,
    *,
    item: ItemRef,
    location: LocationRef,
    reason: str,
    lot: LotRef | None = None,
) -> CountAsked:
    """Ask for a count of an item in a bin; of one lot, or of all the books know there.

    Raises: NotFound, NotToCount, CountReasonNeeded, LotNeeded (the books know none there).
    """
    actor.require("ask_count", Group.FLOOR)
    place, problems = _place_to_count(session, location)
    fact = known_items(session, [item]).get(item)
    if fact is None:
        problems.append(NotFound(what="item", value=item))
    if not reason.strip() and place is not None and fact is not None:
        problems.append(CountReasonNeeded(item=fact.number, place=place.code))
    raise_all(problems)
    assert place is not None
    assert fact is not None
    lots = [lot]
    if lot is None and fact.tracking in (Tracking.LOT, Tracking.SERIAL):
        lots = _lots_there(session, item, location)
        if not lots:
            raise LotNeeded(item=fact.number, tracking=fact.tracking.value)
    things = [ToCount(item, each, location) for each in lots]
    lock_stock(session, [(item, each, location) for each in lots])
    queue_counts(session, actor, things, reason)
    asked = session.execute(
        text("""SELECT id FROM bin_count WHERE state = 'open' AND item_id = :item
                   AND location_id = :place AND coalesce(lot_id, 0) = ANY (:lots) ORDER BY id"""),
        {"item": item, "place": location, "lots": [each or 0 for each in lots]},
    )
    ids = tuple(asked.scalars())
    return CountAsked(ids, fact.number, place.code, changed(Kind.COUNT, ids))


def ask_place_count(
    session: Session,
    actor: Actor,
    *,
    location: LocationRef,
    reason: str,
    items: tuple[ItemRef, ...] = (),
) -> PlaceCountAsked:
    """Ask for a count of all that the books know in a bin, or of these items there.

    Raises: NotFound, NotToCount, PlaceReasonNeeded.
    """
    actor.require("ask_place_count", Group.FLOOR)
    place, problems = _place_to_count(session, location)
    if not reason.strip() and place is not None:
        problems.append(PlaceReasonNeeded(place=place.code))
    raise_all(problems)
    assert place is not None
    there = session.execute(
        text("""SELECT item_id, lot_id FROM stock_balance
                 WHERE location_id = :place AND on_hand > 0
                   AND (:all OR item_id = ANY (CAST(:items AS bigint[])))"""),
        {"place": location, "all": not items, "items": list(items)},
    ).all()
    lock_stock(session, [(item, lot, location) for item, lot in there])
    queue_counts(session, actor, [ToCount(item, lot, location) for item, lot in there], reason)
    asked = session.execute(
        text("""SELECT id FROM bin_count WHERE state = 'open' AND location_id = :place
                   AND (:all OR item_id = ANY (CAST(:items AS bigint[]))) ORDER BY id"""),
        {"place": location, "all": not items, "items": list(items)},
    )
    ids = tuple(asked.scalars())
    return PlaceCountAsked(ids, place.code, changed(Kind.COUNT, ids))


def _place_to_count(session: Session, location: int) -> tuple[Any, list[BusinessError]]:
    """A place in use, and what speaks against counting there."""
    place = session.execute(
        text("SELECT code, kind FROM location WHERE id = :id AND is_active"), {"id": location}
    ).one_or_none()
    if place is None:
        return None, [NotFound(what="location", value=location)]
    if LocationKind(place.kind) in COUNTED_IN:
        return place, []
    kinds = ", ".join(kind.value for kind in COUNTED_IN)
    return place, [NotToCount(place=place.code, kind=place.kind, kinds=kinds)]


def _lots_there(session: Session, item: int, location: int) -> list[int | None]:
    """The lots of an item that the books know in a place."""
    found = session.execute(
        text("""SELECT lot_id FROM stock_balance WHERE item_id = :item AND location_id = :place
                   AND on_hand > 0 AND lot_id IS NOT NULL ORDER BY lot_id"""),
        {"item": item, "place": location},
    )
    return list(found.scalars())


def count_bin(
    session: Session, actor: Actor, *, count: CountRef, counted: Decimal, note: str = ""
) -> BinCounted:
    """Write down what lies in the bin, in base units; the books follow in the same transaction.

    Where less is there than is promised, promises are taken back: those no picklist names before
    those on one, boxed goods last, and of these the least urgent order first.
    Raises: NotFound, CountClosed, CountNegative, PromisesChanged, what `check_quantity` raises.
    """
    actor.require("count_bin", Group.STOCK)
    now = _open_count(session, count)
    if counted < 0:
        raise CountNegative(counted=counted, item=now.item)
    if counted > 0:
        check_quantity(now.item, counted, now.decimals)
    there = (now.item_id, now.lot_id, now.location_id)
    orders = lock_orders_of(session, there)
    lock_stock(session, [there])
    _, books, _ = balance_of(session, *there)
    taken: tuple[TakenBack, ...] = ()
    changes = changed(Kind.COUNT, count) | changed(Kind.STOCK, now.item_id)
    if counted != books:
        fact = item_facts(session, [now.item_id])[now.item_id]
        said = f"counted {plain(counted)}, the books said {plain(books)}"
        why = "; ".join(part for part in (said, now.reason, note.strip()) if part)
        corrected = correct(session, fact, there, counted - books, why, orders, release=True)
        taken = corrected.taken_back
        changes |= corrected.changes
    session.execute(
        text("""
            UPDATE bin_count SET state = 'counted', counted = :counted, books = :books,
                   closed_at = now(), closed_by = :who, note = :note WHERE id = :id"""),
        {
            "id": count,
            "counted": counted,
            "books": books,
            "who": actor.operator,
            "note": note.strip(),
        },
    )
    return BinCounted(count, now.item, now.place, books, counted, taken, changes)


def cancel_count(session: Session, actor: Actor, *, count: CountRef, reason: str) -> CountCancelled:
    """The bin need not be counted. Raises: NotFound, CountClosed, CountReasonNeeded."""
    actor.require("cancel_count", Group.STOCK)
    now = _open_count(session, count)
    if not reason.strip():
        raise CountReasonNeeded(item=now.item, place=now.place)
    session.execute(
        text("""UPDATE bin_count SET state = 'cancelled', closed_at = now(), closed_by = :who,
                   note = :note WHERE id = :id"""),
        {"id": count, "who": actor.operator, "note": reason.strip()},
    )
    return CountCancelled(count, now.item, now.place, changed(Kind.COUNT, count))


def _open_count(session: Session, count: int) -> Any:
    """The count, locked. Raises: NotFound, CountClosed."""
    now = session.execute(
        text("""
            SELECT c.*, i.number AS item, i.quantity_decimals AS decimals, p.code AS place
              FROM bin_count c JOIN item i ON i.id = c.item_id
              JOIN location p ON p.id = c.location_id
             WHERE c.id = :id FOR NO KEY UPDATE OF c"""),
        {"id": count},
    ).one_or_none()
    if now is None:
        raise NotFound(what="count", value=count)
    if now.state != CountState.OPEN:
        raise CountClosed(item=now.item, place=now.place, state=now.state, who=now.closed_by)
    return now
