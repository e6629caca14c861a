"""The ladder a record joins: what it would overlap, and steps at which more costs more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from app.operations.pricing.records import Names, ReadyAgreement, period_of
from app.operations.pricing.refusals import AgreementsOverlap, OverlapsInList
from app.operations.records import Problems
from app.rules.pricing.agreements import EffectKind, Step, rising_step


@dataclass(frozen=True, slots=True)
class RisingStep:
    """A warning: from this step on a unit costs more, or the discount is smaller, than below it."""

    what: str
    kind: EffectKind
    step: Decimal
    value: Decimal
    lower_step: Decimal
    lower_value: Decimal


@dataclass(frozen=True, slots=True)
class _Neighbour:
    """An active record of the same ladder."""

    id: int
    kind: EffectKind
    step: Decimal
    value: Decimal
    valid_from: date | None
    valid_to: date | None
    name: str


_NEIGHBOURS = text("""
    SELECT r.n, t.id, t.kind, t.from_quantity + t.from_amount AS step, t.value, t.valid_from,
           t.valid_to, t.name
      FROM jsonb_to_recordset(:ladders) AS r(
             n bigint, side text, level text, is_price boolean, party_key bigint,
             item_key bigint, currency text, unit text, priority bigint)
      CROSS JOIN LATERAL (
        SELECT * FROM trade_agreement t
         WHERE t.party_key = r.party_key AND t.item_key = r.item_key AND t.side = r.side
           AND t.level = r.level AND t.currency = r.currency AND t.unit = r.unit
           AND t.priority = r.priority AND (t.kind = 'price') = r.is_price
           AND t.state = 'active' AND t.id <> ALL (:leaving)
        OFFSET 0) t
     ORDER BY r.n, t.id
""").bindparams(bindparam("ladders", type_=JSONB))


def check_ladders(
    session: Session,
    problems: Problems,
    records: Sequence[ReadyAgreement],
    names: Names,
    leaving: Sequence[int] = (),
) -> dict[RisingStep, int]:
    """Note every overlap with active records and inside the list.

    Answers the rising steps, each with the place in the list of its record, or of the one that
    makes it rise where the step is there already. `leaving` are records that will not be active any
    more. One statement, however many.
    """
    ladders: dict[tuple[Any, ...], list[int]] = {}
    for index, record in enumerate(records):
        ladders.setdefault(record.ladder, []).append(index)
    if not ladders:
        return {}
    neighbours: dict[int, list[_Neighbour]] = {}
    keys = [_key(n, records[indexes[0]]) for n, indexes in enumerate(ladders.values())]
    for row in session.execute(_NEIGHBOURS, {"ladders": keys, "leaving": list(leaving)}):
        n, id, kind, *rest = row
        neighbours.setdefault(n, []).append(_Neighbour(id, EffectKind(kind), *rest))
    rising: dict[RisingStep, int] = {}
    for n, indexes in enumerate(ladders.values()):
        there = neighbours.get(n, [])
        before = len(problems.found)
        _overlaps(problems, records, indexes, there, names)
        wrong = {each.index for each in problems.found[before:]}
        stand = [index for index in indexes if index not in wrong]
        # Records of one period are on one ladder, and are told the same.
        by_period: dict[tuple[Any, ...], RisingStep | None] = {}
        for index in stand:
            record = records[index]
            period = (record.kind, record.valid_from, record.valid_to)
            if period not in by_period:
                by_period[period] = _rising(records, index, stand, there, names)
            found = by_period[period]
            if found is not None and (found not in rising or records[index].step == found.step):
                rising[found] = index
    return rising


def _key(n: int, record: ReadyAgreement) -> dict[str, Any]:
    account = record.customer_id or record.supplier_id
    return {
        "n": n,
        "side": record.side.value,
        "level": record.level.value,
        "is_price": record.kind is EffectKind.PRICE,
        "party_key": account or -(record.account_group_id or 0),
        "item_key": record.item_id or -(record.item_group_id or 0),
        "currency": record.currency,
        "unit": record.unit,
        "priority": record.priority,
    }


def _overlaps(
    problems: Problems,
    records: Sequence[ReadyAgreement],
    indexes: Sequence[int],
    there: Sequence[_Neighbour],
    names: Names,
) -> None:
    by_step: dict[Decimal, list[int]] = {}
    on_step: dict[Decimal, list[_Neighbour]] = {}
    for other in there:
        on_step.setdefault(other.step, []).append(other)
    for index in indexes:
        record = records[index]
        by_step.setdefault(record.step, []).append(index)
        for other in on_step.get(record.step, ()):
            if record.meets(other.valid_from, other.valid_to):
                problems.add(
                    index,
                    "valid_from",
                    AgreementsOverlap(
                        what=names.what(record),
                        step=record.step,
                        name=f"{other.name} ({other.id})" if other.name else str(other.id),
                        period=period_of(other.valid_from, other.valid_to),
                        other=other.id,
                    ),
                )
                break
    for step, same in by_step.items():
        same.sort(key=lambda index: records[index].valid_from or date.min)
        last = same[0]
        for index in same[1:]:
            if records[last].meets(records[index].valid_from, records[index].valid_to):
                problems.add(
                    index,
                    "valid_from",
                    OverlapsInList(
                        one=last + 1,
                        other=index + 1,
                        what=names.what(records[index]),
                        step=step,
                    ),
                )
            ends = records[index].valid_to or date.max
            if ends >= (records[last].valid_to or date.max):
                last = index


def _rising(
    records: Sequence[ReadyAgreement],
    index: int,
    indexes: Sequence[int],
    there: Sequence[_Neighbour],
    names: Names,
) -> RisingStep | None:
    """The step at which the ladder, as it stands on a day of this record, goes the wrong way."""
    record = records[index]
    beside: list[_Neighbour | ReadyAgreement] = [*there, *(records[each] for each in indexes)]
    ladder = [
        each
        for each in beside
        if each.kind is record.kind and record.meets(each.valid_from, each.valid_to)
    ]
    # A ladder only changes on the days its records start: steps of two years never meet.
    first = record.valid_from or date.min
    for day in sorted({max(first, each.valid_from or date.min) for each in ladder}):
        steps = [
            Step(each.step, each.value)
            for each in ladder
            if (each.valid_from or date.min) <= day <= (each.valid_to or date.max)
        ]
        found = rising_step(record.kind, steps)
        if found is not None:
            lower = max(step for step in steps if step < found)
            return RisingStep(
                names.what(record), record.kind, found.from_quantity, found.value, *lower
            )
    return None
