"""Trade agreements made, changed, activated, ended, copied and changed in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.changes import Changes, changed
from app.core.clock import today
from app.core.errors import NotFound
from app.core.ids import AgreementRef, CustomerRef, ItemRef, Kind, SupplierRef
from app.core.money import HUNDRED, decimals_of, round_half_away
from app.operations.pricing.ladders import RisingStep, check_ladders
from app.operations.pricing.records import (
    LONGEST_NAME,
    Names,
    NewAgreement,
    ReadyAgreement,
    check_agreements,
    may_agree,
    write_agreements,
)
from app.operations.pricing.refusals import (
    EndsBeforeItStarted,
    NoPercentage,
    NotADraft,
    NothingToCopyTo,
)
from app.operations.records import Problems
from app.rules.pricing.agreements import AgreementLevel, AgreementState, EffectKind, Side
from app.rules.records import check_number, check_text

MOST_PERCENT = Decimal(10_000)
"""A mass change a hundredfold is a digit too many."""
FINEST = 6
"""Decimals of a unit price or a percentage."""
USUAL_OF_PERCENT = 2


@dataclass(frozen=True, slots=True)
class AgreementsSaved:
    """The records as they were written; `rising` warns of ladders where more costs more."""

    agreement_ids: tuple[int, ...]
    rising: tuple[RisingStep, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class _Stored:
    """A record as it is, with its id."""

    id: int
    record: ReadyAgreement


def create_agreements(
    session: Session,
    actor: Actor,
    *,
    agreements: tuple[NewAgreement, ...],
    draft: bool = False,
) -> AgreementsSaved:
    """Make agreements, active at once or as drafts; a whole ladder or a thousand together.

    Raises: what is wrong with every record, at once: AgreementsOverlap (naming the other),
    EndBeforeStart, NumberOutOfRange, PriceNeedsItem, CurrencyNotUsed, UnitNotOfItem, NotFound …
    """
    may_agree(actor, "create_agreements", [each.side for each in agreements])
    problems, ready, names = check_agreements(session, agreements)
    problems.raise_all()
    state = AgreementState.DRAFT if draft else AgreementState.ACTIVE
    ready = [replace(each, state=state) for each in ready]
    rising = _check_active(session, problems, ready, names)
    ids = write_agreements(session, ready)
    return AgreementsSaved(tuple(ids), rising, changed(Kind.AGREEMENT, ids))


def _check_active(
    session: Session,
    problems: Problems,
    records: Sequence[ReadyAgreement],
    names: Names,
    leaving: Sequence[int] = (),
) -> tuple[RisingStep, ...]:
    """Overlaps and rising steps of what is or becomes active. Raises: all overlaps at once."""
    active = [each for each in records if each.state is AgreementState.ACTIVE]
    rising = check_ladders(session, problems, active, names, leaving)
    problems.raise_all()
    return tuple(rising)


def change_agreement(
    session: Session,
    actor: Actor,
    *,
    agreement: AgreementRef,
    value: Decimal | None = None,
    from_quantity: Decimal | None = None,
    from_amount: Decimal | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    open_start: bool = False,
    open_end: bool = False,
    priority: int | None = None,
    stop: bool | None = None,
    across_lines: bool | None = None,
    any_unit: bool | None = None,
    name: str | None = None,
    reference: str | None = None,
) -> AgreementsSaved:
    """Change a record; only what is given changes. Stored order lines keep their prices.

    Whom and what it is with stays: end it and make another. Raises: as `create_agreements`.
    """
    (stored,) = _stored(session, [agreement])
    may_agree(actor, "change_agreement", [stored.record.side])
    given: dict[str, Any] = {
        "value": value,
        "from_quantity": from_quantity,
        "from_amount": from_amount,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "priority": priority,
        "stop": stop,
        "across_lines": across_lines,
        "any_unit": any_unit,
        "name": name,
        "reference": reference,
    }
    new = replace(stored.record, **{k: v for k, v in given.items() if v is not None})
    if open_start:
        new = replace(new, valid_from=None)
    if open_end:
        new = replace(new, valid_to=None)
    problems, (ready,), names = check_agreements(session, [_as_typed(session, new)])
    problems.raise_all()
    new = replace(ready, state=new.state, replaces_id=new.replaces_id)
    rising = _check_active(session, problems, [new], names, [agreement])
    _update(session, [(agreement, new)])
    return AgreementsSaved((agreement,), rising, changed(Kind.AGREEMENT, agreement))


def activate_agreements(
    session: Session, actor: Actor, *, agreements: tuple[AgreementRef, ...]
) -> AgreementsSaved:
    """Make drafts (and inactive records) count, all of them at once or none.

    A record that one of them replaces ends the day before it starts. Raises: AgreementsOverlap
    for each, NotFound, NotPermitted.
    """
    known = _stored(session, agreements, and_replaced=True)
    stored = [each for each in known if each.id in agreements]
    may_agree(actor, "activate_agreements", [each.record.side for each in stored])
    becoming = [each for each in stored if each.record.state is not AgreementState.ACTIVE]
    replaced = _ended_by([each.record for each in becoming], known)
    names = _names(session, [each.record for each in becoming])
    active = [replace(each.record, state=AgreementState.ACTIVE) for each in becoming]
    problems = Problems()
    # What stays of a replaced record ends before its draft starts: the two cannot meet.
    rising = _check_active(session, problems, active, names, [id for id, _ in replaced])
    _update(session, replaced)
    _update(
        session,
        [(each.id, record) for each, record in zip(becoming, active, strict=True)],
    )
    ids = [*(each.id for each in becoming), *(id for id, _ in replaced)]
    return AgreementsSaved(
        tuple(each.id for each in becoming), rising, changed(Kind.AGREEMENT, ids)
    )


def deactivate_agreements(
    session: Session, actor: Actor, *, agreements: tuple[AgreementRef, ...]
) -> AgreementsSaved:
    """Take records out of use, as if they had never been; `end_agreement` keeps their past."""
    stored = _stored(session, agreements)
    may_agree(actor, "deactivate_agreements", [each.record.side for each in stored])
    _update(
        session,
        [(each.id, replace(each.record, state=AgreementState.INACTIVE)) for each in stored],
    )
    return AgreementsSaved(tuple(agreements), (), changed(Kind.AGREEMENT, agreements))


def end_agreement(
    session: Session,
    actor: Actor,
    *,
    agreement: AgreementRef,
    last_day: date | None = None,
) -> AgreementsSaved:
    """Let a record end: `last_day` (today unless given) is the last on which it counts.

    Raises: EndsBeforeItStarted.
    """
    (stored,) = _stored(session, [agreement])
    may_agree(actor, "end_agreement", [stored.record.side])
    last = last_day or _today(session)
    start = stored.record.valid_from
    if start is not None and last < start:
        raise EndsBeforeItStarted(agreement=agreement, valid_from=start, last_day=last)
    new = replace(stored.record, valid_to=last)
    names = _names(session, [new])
    _check_active(session, Problems(), [new], names, [agreement])
    _update(session, [(agreement, new)])
    return AgreementsSaved((agreement,), (), changed(Kind.AGREEMENT, agreement))


def copy_agreements(
    session: Session,
    actor: Actor,
    *,
    agreements: tuple[AgreementRef, ...],
    customer: CustomerRef | None = None,
    supplier: SupplierRef | None = None,
    account_group: str | None = None,
    item: ItemRef | None = None,
    item_group: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    priority: int | None = None,
    name: str | None = None,
) -> AgreementsSaved:
    """Copy records, as drafts, to another party, item, period or priority.

    Raises: NothingToCopyTo, and as `create_agreements`.
    """
    stored = _stored(session, agreements)
    may_agree(actor, "copy_agreements", [each.record.side for each in stored])
    is_other_party = customer is not None or supplier is not None or bool(account_group)
    is_other_item = item is not None or bool(item_group)
    if not (is_other_party or is_other_item) and valid_from is None and priority is None:
        raise NothingToCopyTo()
    typed = []
    for each in _all_as_typed(session, [each.record for each in stored]):
        copy = each
        if is_other_party:
            copy = replace(copy, customer=customer, supplier=supplier, account_group=account_group)
        if is_other_item:
            copy = replace(copy, item=item, item_group=item_group)
        if valid_from is not None or valid_to is not None:
            copy = replace(copy, valid_from=valid_from, valid_to=valid_to)
        typed.append(
            replace(
                copy,
                priority=copy.priority if priority is None else priority,
                name=copy.name if name is None else name,
            )
        )
    return create_agreements(session, actor, agreements=tuple(typed), draft=True)


def mass_change_agreements(
    session: Session,
    actor: Actor,
    *,
    agreements: tuple[AgreementRef, ...],
    percent: Decimal,
    valid_from: date | None = None,
    decimals: int | None = None,
    name: str | None = None,
) -> AgreementsSaved:
    """Raise or lower (`percent` below 0) what records say, as drafts that replace them.

    Values are rounded to the currency's decimals, or to those they have where these are more,
    unless `decimals` (0 to 6) says otherwise; a percentage off never passes 100. The drafts start
    on `valid_from` (tomorrow unless given); activated together, they end the records they replace
    the day before. Raises: NoPercentage, NumberOutOfRange, NotFound, and for the name.
    """
    if not percent.is_finite() or percent == 0 or not -HUNDRED < percent <= MOST_PERCENT:
        raise NoPercentage(percent=percent, most=MOST_PERCENT)
    if decimals is not None:
        check_number("decimals", Decimal(decimals), most=Decimal(FINEST), decimals=0)
    if name is not None:
        name = check_text("name", name, LONGEST_NAME)
    stored = _stored(session, agreements)
    may_agree(actor, "mass_change_agreements", [each.record.side for each in stored])
    start = valid_from or _today(session) + timedelta(days=1)
    drafts = []
    for each in stored:
        record = each.record
        if record.valid_to is not None and record.valid_to < start:
            continue
        exact = record.value * (HUNDRED + percent) / HUNDRED
        value = round_half_away(exact, _decimals_of(record) if decimals is None else decimals)
        if record.kind is EffectKind.PERCENT:
            value = min(HUNDRED, value)
        drafts.append(
            replace(
                record,
                value=value,
                valid_from=max(start, record.valid_from or start),
                state=AgreementState.DRAFT,
                name=record.name if name is None else name,
                replaces_id=each.id,
            )
        )
    ids = write_agreements(session, drafts)
    return AgreementsSaved(tuple(ids), (), changed(Kind.AGREEMENT, ids))


def _decimals_of(record: ReadyAgreement) -> int:
    """As fine as its currency (a percentage: 2), or as it is: 0.0042 a screw stays a price."""
    is_percent = record.kind is EffectKind.PERCENT
    usual = USUAL_OF_PERCENT if is_percent else decimals_of(record.currency)
    exponent = record.value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(usual, -exponent)


def delete_draft_agreements(
    session: Session, actor: Actor, *, agreements: tuple[AgreementRef, ...]
) -> AgreementsSaved:
    """Throw drafts away; what once counted is deactivated or ended instead. Raises: NotADraft."""
    stored = _stored(session, agreements)
    may_agree(actor, "delete_draft_agreements", [each.record.side for each in stored])
    for each in stored:
        if each.record.state is not AgreementState.DRAFT:
            raise NotADraft(agreement=each.id, state=each.record.state.value)
    session.execute(
        text("DELETE FROM trade_agreement WHERE id = ANY (:ids) AND state = 'draft'"),
        {"ids": list(agreements)},
    )
    return AgreementsSaved(tuple(agreements), (), changed(Kind.AGREEMENT, agreements))


# ---------------------------------------------------------------- what is stored

_COLUMNS = [each.name for each in fields(ReadyAgreement)]
_READ = text(f"""
    SELECT id, {", ".join(_COLUMNS)} FROM trade_agreement
     WHERE id = ANY (CAST(:ids AS bigint[]) || ARRAY(
             SELECT d.replaces_id FROM trade_agreement d
              WHERE d.id = ANY (:ids) AND d.replaces_id IS NOT NULL AND :and_replaced))
     ORDER BY id FOR NO KEY UPDATE
""")


def _stored(session: Session, ids: Iterable[int], *, and_replaced: bool = False) -> list[_Stored]:
    """The records with these ids (and those they replace), locked by id. Raises: NotFound."""
    wanted = sorted(set(ids))
    found = [
        _Stored(
            row.id,
            ReadyAgreement(
                **{
                    **{name: getattr(row, name) for name in _COLUMNS},
                    "side": Side(row.side),
                    "level": AgreementLevel(row.level),
                    "kind": EffectKind(row.kind),
                    "state": AgreementState(row.state),
                }
            ),
        )
        for row in session.execute(_READ, {"ids": wanted, "and_replaced": and_replaced})
    ]
    missing = set(wanted) - {each.id for each in found}
    if missing:
        raise NotFound(what="agreement", value=min(missing))
    return found


_UPDATE = text("""
    UPDATE trade_agreement t
       SET value = d.value, from_quantity = d.from_quantity, from_amount = d.from_amount,
           valid_from = d.valid_from, valid_to = d.valid_to, priority = d.priority,
           stop = d.stop, across_lines = d.across_lines, any_unit = d.any_unit, name = d.name,
           reference = d.reference, state = d.state
      FROM unnest(CAST(:id AS bigint[]), CAST(:value AS numeric[]),
                  CAST(:from_quantity AS numeric[]), CAST(:from_amount AS numeric[]),
                  CAST(:valid_from AS date[]), CAST(:valid_to AS date[]),
                  CAST(:priority AS bigint[]), CAST(:stop AS boolean[]),
                  CAST(:across_lines AS boolean[]), CAST(:any_unit AS boolean[]),
                  CAST(:name AS text[]), CAST(:reference AS text[]), CAST(:state AS text[]))
        AS d(id, value, from_quantity, from_amount, valid_from, valid_to, priority, stop,
             across_lines, any_unit, name, reference, state)
     WHERE t.id = d.id
""")
_CHANGEABLE = (
    "value",
    "from_quantity",
    "from_amount",
    "valid_from",
    "valid_to",
    "priority",
    "stop",
    "across_lines",
    "any_unit",
    "name",
    "reference",
    "state",
)


def _update(session: Session, records: Sequence[tuple[int, ReadyAgreement]]) -> None:
    """Write changed records. One statement, however many."""
    if not records:
        return
    values: dict[str, list[Any]] = {
        name: [getattr(record, name) for _, record in records] for name in _CHANGEABLE
    }
    values["state"] = [record.state.value for _, record in records]
    session.execute(_UPDATE, {"id": [id for id, _ in records], **values})


def _ended_by(
    drafts: Sequence[ReadyAgreement], known: Sequence[_Stored]
) -> list[tuple[int, ReadyAgreement]]:
    """The active records that drafts replace, as they are from then on."""
    starts: dict[int, date | None] = {}
    # Of several drafts in place of one record, each for its time, the first ends it.
    for draft in sorted(drafts, key=lambda each: each.valid_from or date.min):
        if draft.replaces_id:
            starts.setdefault(draft.replaces_id, draft.valid_from)
    found = []
    for each in known:
        if each.id not in starts or each.record.state is not AgreementState.ACTIVE:
            continue
        start = starts[each.id]
        if start is None or (each.record.valid_from or date.min) >= start:
            found.append((each.id, replace(each.record, state=AgreementState.INACTIVE)))
        else:
            end = min(start - timedelta(days=1), each.record.valid_to or date.max)
            found.append((each.id, replace(each.record, valid_to=end)))
    return found


_CODES = text("""
    SELECT (SELECT jsonb_object_agg(g.id::text, g.code) FROM account_group g
             WHERE g.id = ANY (:account_groups)) AS account_groups,
           (SELECT jsonb_object_agg(g.id::text, g.code) FROM item_group g
             WHERE g.id = ANY (:item_groups)) AS item_groups
""")


def _all_as_typed(session: Session, records: Sequence[ReadyAgreement]) -> list[NewAgreement]:
    """Stored records as somebody would type them. One statement."""
    row = session.execute(
        _CODES,
        {
            "account_groups": [e.account_group_id for e in records if e.account_group_id],
            "item_groups": [e.item_group_id for e in records if e.item_group_id],
        },
    ).one()
    accounts, items = row.account_groups or {}, row.item_groups or {}
    return [
        NewAgreement(
            each.kind,
            each.value,
            each.side,
            each.level,
            each.customer_id,
            each.supplier_id,
            accounts.get(str(each.account_group_id)),
            each.item_id,
            items.get(str(each.item_group_id)),
            each.currency,
            each.unit or None,
            each.from_quantity,
            each.from_amount,
            each.valid_from,
            each.valid_to,
            each.priority,
            each.stop,
            each.across_lines,
            each.any_unit,
            each.name,
            each.reference,
        )
        for each in records
    ]


def _as_typed(session: Session, record: ReadyAgreement) -> NewAgreement:
    return _all_as_typed(session, [record])[0]


def _names(session: Session, records: Sequence[ReadyAgreement]) -> Names:
    """What the records' ids are called; two statements."""
    return check_agreements(session, _all_as_typed(session, records))[2] if records else Names()


def _today(session: Session) -> date:
    return today(session.execute(text("SELECT time_zone FROM company")).scalar_one())
