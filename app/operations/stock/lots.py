"""Lots that nobody may sell: blocked for a reason, until somebody lets them go again."""

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
from app.core.ids import Kind, LotRef
from app.core.messages import N_
from app.operations.stock.ledger import lock_stock


class BlockReasonNeeded(BusinessError):
    """A lot taken out of sale, and nobody knows why."""

    about = ("reason",)
    sentence = N_("Say why the lot is blocked, for whoever has it in hand and may not pack it.")


class BlockedAlready(BusinessError):
    """A lot that is blocked for another reason, which stays."""

    sentence = N_("Lot {lot} of {item} is blocked already: {reason}. Unblock it first.")


class NotBlocked(BusinessError):
    """A lot that may be sold."""

    sentence = N_("Lot {lot} of {item} is not blocked.")


@dataclass(frozen=True, slots=True)
class StillPromised:
    """So much of a blocked lot, in base units, that an order line was promised and keeps."""

    order_line_id: int
    order: str
    line_no: int
    quantity: Decimal
    place: str


@dataclass(frozen=True, slots=True)
class LotsJudged:
    """The lots that were blocked or let go, and which of their goods are promised."""

    lots: tuple[str, ...]
    promised: tuple[StillPromised, ...]
    changes: Changes


def block_lots(
    session: Session, actor: Actor, *, lots: tuple[LotRef, ...], reason: str
) -> LotsJudged:
    """Take lots or serials out of sale, wherever they lie: nobody allocates, picks or packs them.

    What is promised of them stays promised, and is told: it is released, or goes when they are
    let go again. Raises: NotPermitted, BlockReasonNeeded, NotFound, BlockedAlready; all at once.
    """
    actor.require("block_lots", Group.STOCK)
    found = _locked(session, lots)
    problems = _unknown(lots, found)
    if not reason.strip():
        problems.append(BlockReasonNeeded())
    problems += [
        BlockedAlready(lot=lot.code, item=lot.item, reason=lot.blocked_reason)
        for lot in found
        if lot.blocked_reason is not None
    ]
    raise_all(problems)
    return _judge(session, found, reason.strip())


def unblock_lots(session: Session, actor: Actor, *, lots: tuple[LotRef, ...]) -> LotsJudged:
    """Let blocked lots be sold again. Raises: NotPermitted, NotFound, NotBlocked; all at once."""
    actor.require("unblock_lots", Group.STOCK)
    found = _locked(session, lots)
    problems = _unknown(lots, found)
    problems += [
        NotBlocked(lot=lot.code, item=lot.item) for lot in found if lot.blocked_reason is None
    ]
    raise_all(problems)
    return _judge(session, found, None)


def _locked(session: Session, lots: Sequence[int]) -> list[Any]:
    """The lots with all their stock locked, as they are then; in the order of their numbers.

    Who promises goods locks their stock too: what was promised a moment before is told.
    """
    there = session.execute(
        text("""SELECT item_id, lot_id, location_id FROM stock_balance
                 WHERE lot_id = ANY (:lots) AND on_hand > 0"""),
        {"lots": list(lots)},
    )
    lock_stock(session, [(item, lot, place) for item, lot, place in there])
    found = session.execute(
        text("""
            SELECT t.id, t.item_id, t.code, t.blocked_reason, i.number AS item
              FROM lot t JOIN item i ON i.id = t.item_id
             WHERE t.id = ANY (:lots) ORDER BY t.id FOR NO KEY UPDATE OF t"""),
        {"lots": list(lots)},
    )
    return sorted(found, key=lambda lot: (lot.item, lot.code))


def _unknown(lots: Sequence[int], found: Sequence[Any]) -> list[BusinessError]:
    known = {lot.id for lot in found}
    return [NotFound(what="lot", value=lot) for lot in dict.fromkeys(lots) if lot not in known]


def _judge(session: Session, lots: Sequence[Any], reason: str | None) -> LotsJudged:
    """Write on locked lots why they are blocked, or that they are not."""
    ids = [lot.id for lot in lots]
    session.execute(
        text("UPDATE lot SET blocked_reason = :reason WHERE id = ANY (:lots)"),
        {"lots": ids, "reason": reason},
    )
    rows = session.execute(
        text("""
            SELECT o.id AS order_id, l.id, o.number, l.line_no, a.quantity, p.code
              FROM allocation a
              JOIN sales_order_line l ON l.id = a.order_line_id
              JOIN sales_order o ON o.id = l.order_id
              JOIN location p ON p.id = a.location_id
             WHERE a.lot_id = ANY (:lots) ORDER BY o.id, l.line_no, p.code, a.id"""),
        {"lots": ids},
    ).all()
    return LotsJudged(
        tuple(lot.code for lot in lots),
        tuple(StillPromised(*row[1:]) for row in rows),
        changed(Kind.LOT, ids)
        | changed(Kind.STOCK, {lot.item_id for lot in lots})
        | changed(Kind.ORDER, {row.order_id for row in rows}),
    )
