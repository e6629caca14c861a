"""Agreements as a list with filters, and the ladder that one of them stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.ids import AgreementRef, CustomerRef, ItemRef, SupplierRef
from app.rules.pricing.agreements import AgreementLevel, AgreementState, EffectKind, Side

PAGE = 200


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One record. `party` is a number or a group's code, '' for everybody; `item` likewise.

    `party_kind` is account, group or all; `item_kind` is item, group or all.
    """

    id: int
    side: Side
    level: AgreementLevel
    kind: EffectKind
    party_kind: str
    party: str
    party_name: str
    item_kind: str
    item: str
    item_name: str
    currency: str
    unit: str
    from_quantity: Decimal
    from_amount: Decimal
    value: Decimal
    valid_from: date | None
    valid_to: date | None
    priority: int
    stop: bool
    across_lines: bool
    any_unit: bool
    name: str
    reference: str
    state: AgreementState
    replaces_id: int | None


_ROW = """
    SELECT t.id, t.side, t.level, t.kind,
           CASE WHEN t.party_key > 0 THEN 'account' WHEN t.party_key < 0 THEN 'group'
                ELSE 'all' END AS party_kind,
           coalesce(c.number, s.number, ag.code, '') AS party,
           coalesce(c.name, s.name, ag.name, '') AS party_name,
           CASE WHEN t.item_key > 0 THEN 'item' WHEN t.item_key < 0 THEN 'group'
                ELSE 'all' END AS item_kind,
           coalesce(i.number, ig.code, '') AS item, coalesce(i.name, ig.name, '') AS item_name,
           t.currency, t.unit, t.from_quantity, t.from_amount, t.value, t.valid_from, t.valid_to,
           t.priority, t.stop, t.across_lines, t.any_unit, t.name, t.reference, t.state,
           t.replaces_id
      FROM ({found}) t
      LEFT JOIN customer c ON c.id = t.customer_id
      LEFT JOIN supplier s ON s.id = t.supplier_id
      LEFT JOIN account_group ag ON ag.id = t.account_group_id
      LEFT JOIN item i ON i.id = t.item_id
      LEFT JOIN item_group ig ON ig.id = t.item_group_id
"""


def agreement_rows(
    session: Session,
    *,
    side: Side | None = None,
    state: AgreementState | None = None,
    level: AgreementLevel | None = None,
    kind: EffectKind | None = None,
    customer: CustomerRef | None = None,
    supplier: SupplierRef | None = None,
    account_group: str | None = None,
    item: ItemRef | None = None,
    item_group: str | None = None,
    name: str | None = None,
    valid_on: date | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> tuple[AgreementRow, ...]:
    """Agreements, the newest first; `after` is the last id of the page before.

    `name` finds names that begin with it; groups are given by their codes.
    """
    party = "(SELECT -id FROM account_group WHERE code = :account_group)"
    items = "(SELECT -id FROM item_group WHERE code = :item_group)"
    filters: list[tuple[object, str]] = [
        (side, "t.side = :side"),
        (state, "t.state = :state"),
        (level, "t.level = :level"),
        (kind, "t.kind = :kind"),
        (customer, "t.party_key = :customer AND t.side = 'sell'"),
        (supplier, "t.party_key = :supplier AND t.side = 'buy'"),
        (account_group, f"t.party_key = {party}"),
        (item, "t.item_key = :item"),
        (item_group, f"t.item_key = {items}"),
        (name, "t.name >= :name AND t.name < :name || chr(1114111)"),
        (valid_on, "coalesce(t.valid_from, '-infinity') <= :valid_on"),
        (valid_on, "coalesce(t.valid_to, 'infinity') >= :valid_on"),
        (after, "t.id < :after"),
    ]
    where = " AND ".join(clause for given, clause in filters if given is not None) or "true"
    found = f"SELECT * FROM trade_agreement t WHERE {where} ORDER BY t.id DESC LIMIT :limit"
    rows = session.execute(
        text(_ROW.format(found=found) + " ORDER BY t.id DESC"),
        {
            "side": side,
            "state": state,
            "level": level,
            "kind": kind,
            "customer": customer,
            "supplier": supplier,
            "account_group": account_group,
            "item": item,
            "item_group": item_group,
            "name": name,
            "valid_on": valid_on,
            "after": after,
            "limit": limit,
        },
    )
    return tuple(map(_row, rows))


def agreement_ladder(session: Session, *, agreement: AgreementRef) -> tuple[AgreementRow, ...]:
    """All records with the same party, item side, currency, unit and kind, step by step.

    Also drafts, other priorities and what has ended, so that a desk can draw them over time.
    """
    found = """
        SELECT t.* FROM trade_agreement a
          JOIN trade_agreement t
            ON t.party_key = a.party_key AND t.item_key = a.item_key AND t.side = a.side
           AND t.level = a.level AND t.currency = a.currency AND t.unit = a.unit
           AND (t.kind = 'price') = (a.kind = 'price')
         WHERE a.id = :agreement"""
    rows = session.execute(
        text(
            _ROW.format(found=found)
            + " ORDER BY t.priority DESC, t.from_quantity, t.from_amount, t.valid_from, t.id"
        ),
        {"agreement": agreement},
    )
    return tuple(map(_row, rows))


def agreements_by_id(session: Session, ids: Sequence[int]) -> tuple[AgreementRow, ...]:
    """The records with these ids, the oldest first. One statement, however many."""
    found = "SELECT t.* FROM trade_agreement t WHERE t.id = ANY (:ids)"
    rows = session.execute(text(_ROW.format(found=found) + " ORDER BY t.id"), {"ids": list(ids)})
    return tuple(map(_row, rows))


def _row(row: Any) -> AgreementRow:
    values = row._asdict()
    return AgreementRow(
        **{
            **values,
            "side": Side(row.side),
            "level": AgreementLevel(row.level),
            "kind": EffectKind(row.kind),
            "state": AgreementState(row.state),
        }
    )
