"""Boxing: goods come to the bench and into a carton, still inventory; the last scan finishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.ids import CartonRef, ItemRef, Kind, LocationRef, LotRef, OrderRef
from app.core.quantity import check_quantity
from app.operations.floor import LotBlocked, LotExpired, Place, promised, unusable
from app.operations.packing.bench import (
    ZERO,
    BenchCarton,
    BenchLine,
    BenchOrder,
    Promise,
    cartons_and_bench,
    locked_carton,
    order_at_bench,
    over_promised,
)
from app.operations.packing.refusals import (
    BoxTooLittle,
    CartonElsewhere,
    CartonNotOpen,
    CartonOfOther,
    MoreThanOrdered,
    NothingLeftToTake,
    NothingToUndo,
    NotOnOrder,
    SerialMissing,
)
from app.operations.packing.serials import check_serial
from app.operations.packing.shipping import Finished, close_cartons, nothing_boxed, pack_boxed
from app.operations.stock import Move, insert_moves, lessen_promises, lock_stock, places_of
from app.queries.stock import may_be_promised
from app.rules.packing import CartonState, Goods, Take, in_rounds, plan_takes, room_of, share
from app.rules.stock import MoveReason, Tracking

_BACK = {"staging": MoveReason.STAGE, "cart": MoveReason.TRANSFER, "packing": MoveReason.BOX}
_LEAVES_BY_ITSELF = ("carrier", "pick_up")


@dataclass(frozen=True, slots=True)
class Boxed:
    """What one scan took, from which places, and what the order still wants boxed of the item.

    `closed` are the cartons (their numbers in the order) that the last scan closed; `finished`
    says how the order left, when it did so by itself.
    """

    quantity: Decimal
    sources: tuple[str, ...]
    left: Decimal
    changes: Changes
    closed: tuple[int, ...] = ()
    finished: Finished | None = None


def box(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    item: ItemRef,
    carton: CartonRef,
    location: LocationRef,
    quantity: Decimal = Decimal(1),
    source: LocationRef | None = None,
    lot: LotRef | None = None,
    serial: str | None = None,
) -> Boxed:
    """One scan: goods come to the bench and into the open carton, their promise with them.

    Taken in this order: promised at the bench, in a lane, on a cart, in a bin; then free at the
    bench, then free in pickable places in walk order. `source` and `lot` narrow that. A scan may
    be shared by several lines of the item; up to a line's tolerance may be boxed over what it
    wants. `serial` is the unit's, where serials are recorded when packed.

    When nothing is left to box, the cartons close and their labels are queued; for carrier and
    pick-up the order is then packed too (company setting `finish_packs`). Raises: NotOnOrder,
    MoreThanOrdered, NothingLeftToTake, CartonNotOpen, CartonOfOther, CartonElsewhere, LotExpired,
    LotBlocked, SerialMissing, SerialTaken, ShippedAlready, StoppedByHold and what
    `check_quantity` raises.
    """
    actor.require("box", Group.FLOOR)
    cartons, into, bench = cartons_and_bench(session, order, carton, location)
    now = order_at_bench(session, order)
    if into.order_id == order and now.is_all_gone:
        raise nothing_boxed(session, now)
    _check_carton(now, into, bench)
    lines = now.lines_of(item)
    _check_quantity(now, item, lines, quantity)
    room = room_of(lines)
    if lines[0].tracking is Tracking.SERIAL_OUT:
        if serial is None or quantity != 1:
            raise SerialMissing(item=lines[0].item)
        check_serial(session, item, lines[0].item, serial)
    elif serial is not None:
        serial = None  # a serial in stock is its lot

    own = _own(now, lines, lot)
    shares = share(lines, quantity)
    _, missing = plan_takes(shares, own, item=item, bench=bench.id, source=source, lot=lot)
    last = _with_boxed(now.lines, dict(shares))
    ends = [line for line in last if line.room > 0] == []
    free = _lock(session, now, own, item, bench, source, lot, missing > 0, ends)
    goods = [*own, *free]
    takes, missing = plan_takes(shares, goods, item=item, bench=bench.id, source=source, lot=lot)
    if missing > 0:
        raise _nothing_left(now, lines[0].item, quantity, missing, lot)
    if into.place_id != bench.id:
        # Emptied elsewhere and brought here: if that was a truck, it is on no trip any more.
        session.execute(text("UPDATE carton SET trip_id = NULL WHERE id = :id"), {"id": carton})
    _give_back_surplus(session, now, own, takes, dict(shares))
    for together in in_rounds(takes, {line.id: line.wanted - line.gone for line in lines}):
        promises = _promise_free(session, goods, together)
        insert_moves(
            session,
            [
                Move(
                    goods[take.goods].item_id,
                    goods[take.goods].lot_id,
                    goods[take.goods].location_id,
                    bench.id,
                    take.quantity,
                    MoveReason.BOX,
                    order_line_id=take.line_id,
                    allocation_id=promises[number],
                    carton_id=carton,
                    serial=serial,
                )
                for number, take in enumerate(together)
            ],
        )
    sources = tuple(dict.fromkeys(goods[take.goods].location for take in takes))
    changes = changed(Kind.ORDER, order) | changed(Kind.STOCK, item) | changed(Kind.CARTON, carton)
    result = Boxed(quantity, sources, room - quantity, changes)
    return _ended(session, actor, now, cartons, carton, result) if ends else result


def _check_carton(order: BenchOrder, into: BenchCarton, bench: Place) -> None:
    if into.order_id != order.id:
        raise CartonOfOther(sscc=into.sscc, order=order.number)
    if into.state is not CartonState.OPEN:
        raise CartonNotOpen(sscc=into.sscc, state=into.state.value)
    inside = next((p for p in order.promises if p.carton_id == into.id), None)
    if inside is not None and inside.location_id != bench.id:
        raise CartonElsewhere(sscc=into.sscc, place=inside.location, bench=bench.code)


def _check_quantity(
    order: BenchOrder, item: int, lines: Sequence[BenchLine], quantity: Decimal
) -> None:
    if not lines:
        raise NotOnOrder(item=order.items.get(item, f"Item {item}"), order=order.number)
    if quantity <= 0:
        raise BoxTooLittle(item=lines[0].item)
    room = room_of(lines)
    if quantity > room:
        raise MoreThanOrdered(item=lines[0].item, order=order.number, quantity=quantity, open=room)
    check_quantity(lines[0].item, quantity, lines[0].quantity_decimals)


def _own(order: BenchOrder, lines: Sequence[BenchLine], lot: int | None) -> list[Goods]:
    """What is promised to the lines and not boxed. Raises: LotExpired, LotBlocked."""
    ids = {line.id for line in lines}
    loose = [p for p in order.promises if p.line_id in ids and not p.is_boxed]
    for each in loose:
        if lot is not None and each.lot_id == lot and not order.is_usable(each):
            raise _unusable(each)
    return [
        Goods(
            each.line_id,
            each.item_id,
            each.lot_id,
            each.location_id,
            each.location,
            each.kind,
            each.quantity if order.is_usable(each) else ZERO,
            each.id,
        )
        for each in loose
    ]


def _unusable(promise: Promise) -> LotExpired | LotBlocked:
    return unusable(promise.lot or "", promise.item, promise.blocked_reason, promise.expires_on)


def _nothing_left(
    order: BenchOrder, item: str, quantity: Decimal, missing: Decimal, lot: int | None
) -> NothingLeftToTake | LotExpired | LotBlocked:
    """Why goods are not within reach: often because what is promised is of a bad lot."""
    bad = next(
        (
            each
            for each in order.promises
            if each.item == item
            and not each.is_boxed
            and lot in (None, each.lot_id)
            and not order.is_usable(each)
        ),
        None,
    )
    if bad is not None:
        return _unusable(bad)
    return NothingLeftToTake(item=item, quantity=quantity, found=max(ZERO, quantity - missing))


# Locks what is taken from and put to, with free goods where they are needed, and answers with
# what is free now. Candidates are read before the lock, their quantities after it.
_LOCK = text(f"""
    WITH free AS (
        SELECT b.item_id, b.lot_id, b.location_id
          FROM stock_balance b JOIN location p ON p.id = b.location_id
          LEFT JOIN lot t ON t.id = b.lot_id
         WHERE CAST(:wants_free AS boolean) AND b.item_id = :item AND b.on_hand > b.allocated
           AND p.warehouse_id = :warehouse AND {may_be_promised(":today", or_at=":bench")}
           AND (CAST(:source AS bigint) IS NULL OR p.id = :source)
           AND (CAST(:lot AS bigint) IS NULL OR b.lot_id = :lot)),
    place AS (
        SELECT * FROM unnest(CAST(:items AS bigint[]), CAST(:lots AS bigint[]),
                             CAST(:places AS bigint[])) AS k(item, lot, at)
        UNION SELECT item_id, lot_id, location_id FROM free
        UNION SELECT item_id, lot_id, CAST(:bench AS bigint) FROM free),
    keys AS (
        SELECT array_agg(item ORDER BY item, lot, at) AS items,
               array_agg(lot ORDER BY item, lot, at) AS lots,
               array_agg(at ORDER BY item, lot, at) AS places FROM place)
    SELECT b.item_id, b.lot_id, b.location_id, p.code, p.kind, b.on_hand - b.allocated AS free,
           f.item_id IS NOT NULL AS may_be_taken
      FROM keys
     CROSS JOIN LATERAL lock_stock(keys.items, keys.lots, keys.places) b
      JOIN location p ON p.id = b.location_id
      LEFT JOIN lot t ON t.id = b.lot_id
      LEFT JOIN free f ON f.item_id = b.item_id AND f.location_id = b.location_id
       AND f.lot_id IS NOT DISTINCT FROM b.lot_id
     ORDER BY p.id <> :bench, p.walk_sequence, p.code, t.expires_on NULLS LAST, b.id""")


def _lock(
    session: Session,
    order: BenchOrder,
    own: Sequence[Goods],
    item: int,
    bench: Place,
    source: int | None,
    lot: int | None,
    wants_free: bool,
    ends: bool,
) -> list[Goods]:
    """The one lock on stock of a scan. What of it is free and may be taken, in walk order."""
    keys = {(each.item_id, each.lot_id, each.location_id) for each in own}
    keys |= {(each.item_id, each.lot_id, bench.id) for each in own}
    keys.add((item, lot, bench.id))
    if ends:  # what was boxed before leaves with it
        keys |= {(p.item_id, p.lot_id, p.location_id) for p in order.promises if p.carton_id}
    places = sorted(keys, key=lambda key: (key[0], key[1] or 0, key[2]))
    rows = session.execute(
        _LOCK,
        {
            "wants_free": wants_free,
            "item": item,
            "warehouse": order.warehouse_id,
            "bench": bench.id,
            "source": source,
            "lot": lot,
            "today": order.today,
            "items": [key[0] for key in places],
            "lots": [key[1] for key in places],
            "places": [key[2] for key in places],
        },
    )
    return [
        Goods(None, row.item_id, row.lot_id, row.location_id, row.code, row.kind, row.free)
        for row in rows
        if row.may_be_taken and row.free > 0
    ]


def _give_back_surplus(
    session: Session,
    order: BenchOrder,
    own: Sequence[Goods],
    takes: Sequence[Take],
    shares: dict[int, Decimal],
) -> None:
    """Free goods took the place of promised ones: the least advanced promises are given back."""
    taken = dict.fromkeys(range(len(own)), ZERO)
    fresh = dict.fromkeys(shares, ZERO)
    for take in takes:
        if take.goods < len(own):
            taken[take.goods] += take.quantity
        else:
            fresh[take.line_id] += take.quantity
    if not any(fresh.values()):
        return
    promised_to = {
        line: sum((p.quantity for p in order.promises if p.line_id == line), ZERO)
        for line in shares
    }
    of_line = {line.id: line for line in order.lines}
    by_id = {each.id: each for each in order.promises}
    give: dict[int, Decimal] = {}
    rank = {"packing": 0, "staging": 1, "cart": 2}
    for line, new in fresh.items():
        surplus = promised_to[line] + new + of_line[line].gone - of_line[line].wanted
        spare = [n for n, each in enumerate(own) if each.line_id == line and new > 0]
        for number in sorted(spare, key=lambda n: -rank.get(own[n].kind, 3)):
            promise = by_id[own[number].promise_id or 0]
            back = min(surplus, promise.quantity - taken[number])
            if back > 0:
                give[promise.id] = back
                surplus -= back
    lessen_promises(session, list(give.items()))


def _promise_free(
    session: Session, goods: Sequence[Goods], takes: Sequence[Take]
) -> dict[int, int | None]:
    """Promise the free goods among the takes; the promise of each take, by its place."""
    promises = {number: goods[take.goods].promise_id for number, take in enumerate(takes)}
    new = [(number, take) for number, take in enumerate(takes) if promises[number] is None]
    if new:
        rows = session.execute(
            text("""
                INSERT INTO allocation AS a (order_line_id, item_id, lot_id, location_id, quantity)
                SELECT * FROM unnest(CAST(:lines AS bigint[]), CAST(:items AS bigint[]),
                  CAST(:lots AS bigint[]), CAST(:places AS bigint[]),
                  CAST(:quantities AS numeric[]))
                ON CONFLICT (order_line_id, item_id, location_id, lot_id, carton_id)
                DO UPDATE SET quantity = a.quantity + excluded.quantity
                RETURNING a.id, a.order_line_id, a.lot_id, a.location_id"""),
            {
                "lines": [take.line_id for _, take in new],
                "items": [goods[take.goods].item_id for _, take in new],
                "lots": [goods[take.goods].lot_id for _, take in new],
                "places": [goods[take.goods].location_id for _, take in new],
                "quantities": [take.quantity for _, take in new],
            },
        )
        made = {(row.order_line_id, row.lot_id, row.location_id): row.id for row in rows}
        for number, take in new:
            place = goods[take.goods]
            promises[number] = made[take.line_id, place.lot_id, place.location_id]
    return promises


def _with_boxed(lines: Sequence[BenchLine], shares: dict[int, Decimal]) -> list[BenchLine]:
    return [replace(line, boxed=line.boxed + shares.get(line.id, ZERO)) for line in lines]


def _ended(
    session: Session,
    actor: Actor,
    order: BenchOrder,
    cartons: Sequence[BenchCarton],
    carton: int,
    boxed: Boxed,
) -> Boxed:
    """Nothing is left to box: the cartons close, and the order leaves if it does so by itself."""
    filled = {each.carton_id for each in order.promises if each.carton_id} | {carton}
    used = [each for each in cartons if each.id in filled]
    closing = [each for each in used if each.state is CartonState.OPEN]
    leaves = (
        order.finish_packs
        and order.delivery_kind in _LEAVES_BY_ITSELF
        and not any(each.is_label_stale for each in used)
        and all(p.kind in ("packing", "staging") or not p.is_boxed for p in order.promises)
    )
    if leaves:
        finished = pack_boxed(session, actor, order, used)
    else:
        finished = None
        close_cartons(session, actor, [each.id for each in closing])
    changes = boxed.changes | changed(Kind.CARTON, [each.id for each in used])
    if finished is not None:
        changes |= finished.changes
    numbers = tuple(each.number for each in closing)
    return replace(boxed, changes=changes, closed=numbers, finished=finished)


def undo_box(session: Session, actor: Actor, *, carton: CartonRef) -> Boxed:
    """Take back the last scan into an open carton: the goods go where they came from.

    The promise follows. Raises: CartonNotOpen, NothingToUndo.
    """
    actor.require("undo_box", Group.FLOOR)
    into = locked_carton(session, carton)
    if into.state is not CartonState.OPEN:
        raise CartonNotOpen(sscc=into.sscc, state=into.state.value)
    rows = promised(session, [into.order_id])
    last = _last_scan(session, into)
    in_carton = {(r.line_id, r.lot_id): r for r in rows if r.carton_id == carton}
    taken: dict[tuple[int, int | None], Decimal] = {}
    for m in last:
        taken[m.order_line_id, m.lot_id] = taken.get((m.order_line_id, m.lot_id), ZERO) + m.quantity
    # A correction of the bench may have taken some of it out already.
    if not last or any(
        key not in in_carton or in_carton[key].quantity < quantity
        for key, quantity in taken.items()
    ):
        raise NothingToUndo(sscc=into.sscc)
    over = over_promised(session, [m.order_line_id for m in last])
    freed: set[int] = set()
    for m in reversed(last):  # what went in over the rest goes out first, and was nobody's
        if over.get(m.order_line_id, ZERO) >= m.quantity:
            over[m.order_line_id] -= m.quantity
            freed.add(m.id)
    moves = [
        Move(
            m.item_id,
            m.lot_id,
            m.to_location_id,
            m.from_location_id,
            m.quantity,
            _BACK.get(m.from_kind, MoveReason.UNSTAGE),
            order_line_id=m.order_line_id,
            allocation_id=in_carton[m.order_line_id, m.lot_id].id,
            serial=m.serial,
            reverses_id=m.id,
        )
        for m in last
    ]
    lock_stock(session, places_of(moves))
    give_back = [move for move in moves if move.reverses_id in freed]
    lessen_promises(session, [(move.allocation_id or 0, move.quantity) for move in give_back])
    insert_moves(
        session,
        [replace(move, allocation_id=None) if move in give_back else move for move in moves],
    )
    total = sum((m.quantity for m in moves), ZERO)
    return Boxed(
        -total,
        tuple(m.from_code for m in last),
        total,
        changed(Kind.ORDER, into.order_id)
        | changed(Kind.CARTON, carton)
        | changed(Kind.STOCK, {m.item_id for m in moves}),
    )


def _last_scan(session: Session, into: BenchCarton) -> Sequence[Any]:
    """The moves of the last scan into a carton that was not taken back."""
    return session.execute(
        text("""
            WITH scan AS (
              SELECT x.* FROM stock_move x
               WHERE x.order_line_id IN (SELECT id FROM sales_order_line WHERE order_id = :order)
                 AND x.carton_id = :carton AND x.reason = 'box' AND x.reverses_id IS NULL
                 AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses_id = x.id))
            SELECT m.*, f.kind AS from_kind, f.code AS from_code
              FROM scan m JOIN location f ON f.id = m.from_location_id
             WHERE m.command_id = (SELECT command_id FROM scan ORDER BY id DESC LIMIT 1)
             ORDER BY m.id"""),
        {"order": into.order_id, "carton": into.id},
    ).all()
