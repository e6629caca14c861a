"""The bin holds less than the list says: what is there is picked, the rest fetched elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, raise_all
from app.core.ids import Kind, LocationRef, PicklistLineRef
from app.core.messages import plain
from app.core.quantity import check_quantity
from app.models.picking import PicklistLine
from app.operations.allocation.promises import promise
from app.operations.floor import (
    check_holds,
    check_lots,
    move_promised,
)
from app.operations.picking.picks import behind, close_list, locked_line, target_of
from app.operations.picking.refusals import (
    NotShort,
    ShortReasonNeeded,
)
from app.operations.stock import ToCount, queue_counts
from app.queries.stock import may_be_promised
from app.rules.stock import Available, Demand, MoveReason, Reserve, plan_allocation


@dataclass(frozen=True, slots=True)
class PickedShort:
    """What was not there, how much of it is to be fetched elsewhere and where, in base units.

    `item` is its number; `to_count` is the bin that is to be counted now.
    """

    missing: Decimal
    redirected: Decimal
    places: tuple[str, ...]
    to_count: str
    changes: Changes
    item: str = ""

    @property
    def backordered(self) -> Decimal:
        """What no other bin has either."""
        return self.missing - self.redirected


def short_pick(
    session: Session,
    actor: Actor,
    *,
    line: PicklistLineRef,
    found: Decimal,
    reason: str,
    to: LocationRef | None = None,
) -> PickedShort:
    """The bin holds less than the list says: pick what is there (0 is valid) and say why.

    What is missing is promised from other bins of the warehouse and stands on the same list as
    new lines; what no bin has is backordered. The bin is put among those to be counted.
    Raises: StaleCode, NotShort, ShortReasonNeeded, StoppedByHold; LotBlocked, LotExpired and
    NowhereToGo only when something was found.
    """
    actor.require("short_pick", Group.FLOOR)
    about, now, still_open = locked_line(session, line)
    left = now.quantity - now.picked
    _check_short(about, left, found, reason)
    rows = behind(session, about, now)
    check_holds(session, rows, "picking")
    if found > 0:
        check_lots(session, rows)
    target = target_of(session, rows[0], to) if found > 0 else None
    others = _other_bins(session, rows[0].warehouse_id, now)
    places = [(now.item_id, now.lot_id, now.location_id)]
    if target is not None:
        places.append((now.item_id, now.lot_id, target.id))
    free = _lock_and_read_free(session, places, others)
    missing = left - found
    reserves, _ = plan_allocation([Demand(now.order_line_id, now.item_id, missing)], free)
    session.execute(
        text("""UPDATE picklist_line SET picked = picked + :found, state = 'short',
                  reason = :reason WHERE id = :line"""),
        {"found": found, "reason": reason.strip(), "line": line},
    )
    if still_open == 1 and not reserves:
        close_list(session, now.picklist_id)
    changes = changed(Kind.ORDER, about.order_id) | changed(Kind.PICKLIST, now.picklist_id)
    if target is not None:
        moved = move_promised(session, rows, target, MoveReason.PICK, quantity_of=lambda _: found)
        changes |= moved.changes
    _lessen_promise(session, now, missing)
    promise(session, reserves)
    _add_lines(session, now.picklist_id, reserves)
    short = ToCount(now.item_id, now.lot_id, now.location_id, line)
    counts = queue_counts(session, actor, [short], f"{plain(missing)} missing: {reason.strip()}")
    codes = {bin.location_id: bin.code for bin in others}
    return PickedShort(
        missing,
        sum((each.quantity for each in reserves), Decimal(0)),
        tuple(dict.fromkeys(codes[each.location_id] for each in reserves)),
        rows[0].location_code,
        changes | changed(Kind.STOCK, now.item_id) | changed(Kind.COUNT, counts),
        about.item,
    )


def _check_short(about: Any, left: Decimal, found: Decimal, reason: str) -> None:
    problems: list[BusinessError] = []
    if not 0 <= found < left:
        problems.append(NotShort(item=about.item, open=left, found=found))
    elif found > 0:
        try:
            check_quantity(about.item, found, about.decimals)
        except BusinessError as problem:
            problems.append(problem)
    if not reason.strip():
        problems.append(ShortReasonNeeded(item=about.item))
    raise_all(problems)


def _other_bins(session: Session, warehouse: int, now: Any) -> list[Any]:
    """Bins that may have what one lacks; read before the lock, which reads quantities again.

    Not those that were found short on this list already, whatever the books say of them.
    """
    return list(
        session.execute(
            text(f"""
                SELECT b.location_id, b.lot_id, p.code, p.walk_sequence, t.expires_on
                  FROM stock_balance b
                  JOIN location p ON p.id = b.location_id
                  LEFT JOIN lot t ON t.id = b.lot_id
                 WHERE b.item_id = :item AND p.warehouse_id = :warehouse
                   AND b.on_hand > b.allocated AND {may_be_promised()}
                   AND (b.location_id <> :place
                     OR b.lot_id IS DISTINCT FROM CAST(:lot AS bigint))
                   AND NOT EXISTS (
                     SELECT FROM picklist_line k
                      WHERE k.picklist_id = :list AND k.state = 'short'
                        AND k.item_id = b.item_id AND k.location_id = b.location_id
                        AND k.lot_id IS NOT DISTINCT FROM b.lot_id)"""),
            {
                "list": now.picklist_id,
                "item": now.item_id,
                "warehouse": warehouse,
                "place": now.location_id,
                "lot": now.lot_id,
            },
        )
    )


def _lock_and_read_free(
    session: Session, places: list[tuple[int, int | None, int]], others: list[Any]
) -> list[Available]:
    """Lock all balances of the short pick at once, and say what the other bins have free."""
    item = places[0][0]
    by_key = {(bin.location_id, bin.lot_id): bin for bin in others}
    wanted = [*places, *((item, bin.lot_id, bin.location_id) for bin in others)]
    balances = session.execute(
        text("SELECT * FROM lock_stock(:items, CAST(:lots AS bigint[]), :places)"),
        {
            "items": [item for item, _, _ in wanted],
            "lots": [lot for _, lot, _ in wanted],
            "places": [place for _, _, place in wanted],
        },
    )
    return [
        Available(
            item,
            row.lot_id,
            row.location_id,
            row.on_hand - row.allocated,
            by_key[row.location_id, row.lot_id].walk_sequence,
            by_key[row.location_id, row.lot_id].expires_on,
        )
        for row in balances
        if (row.location_id, row.lot_id) in by_key and row.on_hand > row.allocated
    ]


def _lessen_promise(session: Session, now: Any, missing: Decimal) -> None:
    """The bin does not have what it promised."""
    session.execute(
        text("""
            WITH gone AS (DELETE FROM allocation
                           WHERE order_line_id = :line AND location_id = :place
                             AND lot_id IS NOT DISTINCT FROM CAST(:lot AS bigint)
                             AND carton_id IS NULL AND quantity <= :missing RETURNING 1)
            UPDATE allocation SET quantity = quantity - :missing
             WHERE order_line_id = :line AND location_id = :place
               AND lot_id IS NOT DISTINCT FROM CAST(:lot AS bigint) AND carton_id IS NULL
               AND quantity > :missing"""),
        {
            "line": now.order_line_id,
            "place": now.location_id,
            "lot": now.lot_id,
            "missing": missing,
        },
    )


def _add_lines(session: Session, picklist: int, reserves: Sequence[Reserve]) -> None:
    """Bins to visit besides, at the end of a list that is locked."""
    if not reserves:
        return
    last = session.execute(
        text("SELECT max(sequence) FROM picklist_line WHERE picklist_id = :id"), {"id": picklist}
    ).scalar_one()
    session.execute(
        insert(PicklistLine),
        [
            {
                "picklist_id": picklist,
                "sequence": sequence,
                "order_line_id": each.line_id,
                "item_id": each.item_id,
                "lot_id": each.lot_id,
                "location_id": each.location_id,
                "quantity": each.quantity,
            }
            for sequence, each in enumerate(reserves, start=last + 1)
        ],
    )
