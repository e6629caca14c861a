"""New agreements checked and written, set by set: what verbs and importers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from app.core.actor import Actor, Group
from app.core.errors import BusinessError, NotFound
from app.core.ids import CustomerRef, ItemRef, SupplierRef
from app.core.messages import written_day
from app.operations.pricing.known import KNOWN, checked_currency, checked_unit
from app.operations.pricing.refusals import (
    AmountStepOfOrders,
    EndBeforeStart,
    ItemSideUnclear,
    OrderLevelUnclear,
    PartyUnclear,
    PriceNeedsItem,
    SellSideIsTheManagers,
)
from app.operations.records import Problems
from app.rules.pricing.agreements import AgreementLevel, AgreementState, EffectKind, Side
from app.rules.records import check_number, check_percent, check_price, check_text

ZERO = Decimal(0)
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """One record as typed. No party is everybody, no item is everything, no date is open.

    `value` is a price or amount off per `unit` (none: the base unit), or a percentage; groups
    are named by their codes; the currency is the company's unless given.
    """

    kind: EffectKind
    value: Decimal
    side: Side = Side.SELL
    level: AgreementLevel = AgreementLevel.LINE
    customer: CustomerRef | None = None
    supplier: SupplierRef | None = None
    account_group: str | None = None
    item: ItemRef | None = None
    item_group: str | None = None
    currency: str | None = None
    unit: str | None = None
    from_quantity: Decimal = ZERO
    from_amount: Decimal = ZERO
    valid_from: date | None = None
    valid_to: date | None = None
    priority: int = 0
    stop: bool = False
    across_lines: bool = False
    any_unit: bool = False
    name: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ReadyAgreement:
    """A checked record: ids for what was named, the unit '' where it is the base unit."""

    side: Side
    level: AgreementLevel
    kind: EffectKind
    customer_id: int | None
    supplier_id: int | None
    account_group_id: int | None
    item_id: int | None
    item_group_id: int | None
    currency: str
    unit: str
    from_quantity: Decimal
    from_amount: Decimal
    valid_from: date | None
    valid_to: date | None
    value: Decimal
    priority: int
    stop: bool
    across_lines: bool
    any_unit: bool
    name: str
    reference: str
    state: AgreementState = AgreementState.ACTIVE
    replaces_id: int | None = None

    @property
    def ladder(self) -> tuple[Any, ...]:
        """What records of one ladder share; their steps differ."""
        return (
            self.side,
            self.level,
            self.kind is EffectKind.PRICE,
            self.customer_id,
            self.supplier_id,
            self.account_group_id,
            self.item_id,
            self.item_group_id,
            self.currency,
            self.unit,
            self.priority,
        )

    @property
    def step(self) -> Decimal:
        """The quantity, or of an order the amount, from which it counts."""
        return self.from_quantity or self.from_amount

    def meets(self, start: date | None, end: date | None) -> bool:
        """Whether it counts on some day of that period; both ends count, None is open."""
        return (self.valid_to is None or start is None or start <= self.valid_to) and (
            end is None or self.valid_from is None or self.valid_from <= end
        )


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids are called, for sentences."""

    accounts: dict[tuple[Side, int], str] = field(default_factory=dict)
    account_groups: dict[int, str] = field(default_factory=dict)
    items: dict[int, str] = field(default_factory=dict)
    item_groups: dict[int, str] = field(default_factory=dict)

    def what(self, record: ReadyAgreement) -> str:
        """Party and item side in words: `C-1, RP-4410`."""
        account = record.customer_id or record.supplier_id
        party = "everybody"
        if account is not None:
            party = self.accounts.get((record.side, account), str(account))
        elif record.account_group_id is not None:
            party = self.account_groups.get(record.account_group_id, "")
        thing = "orders" if record.level is AgreementLevel.ORDER else "everything"
        if record.item_id is not None:
            thing = self.items.get(record.item_id, str(record.item_id))
        elif record.item_group_id is not None:
            thing = self.item_groups.get(record.item_group_id, "")
        return f"{party}, {thing}"


_KNOWN = text(f"""
    SELECT {KNOWN},
           (SELECT jsonb_object_agg(c.id::text, c.number) FROM customer c
             WHERE c.id = ANY (:customers)) AS customers,
           (SELECT jsonb_object_agg(s.id::text, s.number) FROM supplier s
             WHERE s.id = ANY (:suppliers)) AS suppliers,
           (SELECT jsonb_object_agg(g.code, g.id) FROM account_group g
             WHERE g.code = ANY (:account_groups)) AS account_groups,
           (SELECT jsonb_object_agg(g.code, g.id) FROM item_group g
             WHERE g.code = ANY (:item_groups)) AS item_groups
      FROM company k
""")


def may_agree(actor: Actor, verb: str, sides: Sequence[Side]) -> None:
    """A manager agrees on both sides, purchasing on the buy side. Raises: NotPermitted."""
    actor.require(verb, Group.MANAGER, Group.PURCHASING)
    if Side.SELL in sides and not actor.is_any(Group.MANAGER):
        raise SellSideIsTheManagers(verb=verb.replace("_", " "))


def check_agreements(
    session: Session, given: Sequence[NewAgreement]
) -> tuple[Problems, list[ReadyAgreement], Names]:
    """What is wrong with each, and the records with ids. One statement, however many."""
    known = session.execute(
        _KNOWN,
        {
            "items": sorted({each.item for each in given if each.item is not None}),
            "customers": sorted({each.customer for each in given if each.customer is not None}),
            "suppliers": sorted({each.supplier for each in given if each.supplier is not None}),
            "account_groups": sorted({e.account_group for e in given if e.account_group}),
            "item_groups": sorted({e.item_group for e in given if e.item_group}),
        },
    ).one()
    names = Names(
        {
            **{(Side.SELL, int(id)): number for id, number in (known.customers or {}).items()},
            **{(Side.BUY, int(id)): number for id, number in (known.suppliers or {}).items()},
        },
        {id: code for code, id in (known.account_groups or {}).items()},
        {int(id): item["number"] for id, item in known.items.items()},
        {id: code for code, id in (known.item_groups or {}).items()},
    )
    problems = Problems()
    ready = [_check(problems, index, each, known) for index, each in enumerate(given)]
    return problems, ready, names


def _check(problems: Problems, index: int, new: NewAgreement, known: Any) -> ReadyAgreement:
    def wrong(name: str, reason: BusinessError) -> None:
        problems.add(index, name, reason)

    if new.kind is EffectKind.PERCENT:
        problems.check(index, "value", check_percent, "percentage", new.value)
    else:
        what = "price" if new.kind is EffectKind.PRICE else "amount off"
        problems.check(index, "value", check_price, what, new.value)
    problems.check(index, "from_quantity", check_number, "step", new.from_quantity)
    problems.check(index, "from_amount", check_number, "step", new.from_amount)
    if new.valid_from and new.valid_to and new.valid_to < new.valid_from:
        wrong("valid_to", EndBeforeStart(valid_from=new.valid_from, valid_to=new.valid_to))
    name = problems.check(index, "name", _check_words, "name", new.name)
    reference = problems.check(index, "reference", _check_words, "reference", new.reference)

    account, other = (
        (new.customer, new.supplier) if new.side is Side.SELL else (new.supplier, new.customer)
    )
    party = "customer" if new.side is Side.SELL else "supplier"
    if other is not None or (account is not None and new.account_group):
        wrong(party, PartyUnclear(side=new.side.value, party=party))
    accounts = known.customers if new.side is Side.SELL else known.suppliers
    if account is not None and str(account) not in (accounts or {}):
        wrong(party, NotFound(what=party, value=account))
    if new.item is not None and new.item_group:
        wrong("item", ItemSideUnclear())
    if new.level is AgreementLevel.ORDER:
        if new.kind is EffectKind.PRICE:
            wrong("kind", PriceNeedsItem())
        elif (
            new.item is not None
            or new.item_group
            or new.unit
            or new.from_quantity
            or new.across_lines
            or new.any_unit
        ):
            wrong("level", OrderLevelUnclear())
    else:
        if new.from_amount:
            wrong("from_amount", AmountStepOfOrders())
        if new.kind is EffectKind.PRICE and new.item is None:
            wrong("item", PriceNeedsItem())

    currency = checked_currency(problems, index, new.currency, known)
    unit = (new.unit or "").strip()
    if new.item is not None:
        is_percent = new.kind is EffectKind.PERCENT
        unit = checked_unit(problems, index, new.item, unit, known, keeps_base=is_percent)
    return ReadyAgreement(
        new.side,
        new.level,
        new.kind,
        new.customer,
        new.supplier,
        problems.named(
            index,
            "account_group",
            "account group",
            new.account_group,
            known.account_groups or {},
        ),
        new.item,
        problems.named(index, "item_group", "item group", new.item_group, known.item_groups or {}),
        currency,
        unit,
        new.from_quantity,
        new.from_amount,
        new.valid_from,
        new.valid_to,
        new.value,
        new.priority,
        new.stop,
        new.across_lines,
        new.any_unit,
        name,
        reference,
    )


def _check_words(field: str, value: str) -> str:
    return check_text(field, value, LONGEST_NAME)


_WRITE = text("""
    INSERT INTO trade_agreement
      (side, level, kind, customer_id, supplier_id, account_group_id, item_id, item_group_id,
       currency, unit, from_quantity, from_amount, valid_from, valid_to, value, priority, stop,
       across_lines, any_unit, name, reference, state, replaces_id)
    SELECT r.side, r.level, r.kind, r.customer_id, r.supplier_id, r.account_group_id, r.item_id,
           r.item_group_id, r.currency, r.unit, r.from_quantity, r.from_amount, r.valid_from,
           r.valid_to, r.value, r.priority, r.stop, r.across_lines, r.any_unit, r.name,
           r.reference, r.state, r.replaces_id
      FROM jsonb_to_recordset(:rows) AS r(
             n bigint, side text, level text, kind text, customer_id bigint, supplier_id bigint,
             account_group_id bigint, item_id bigint, item_group_id bigint, currency text,
             unit text, from_quantity numeric, from_amount numeric, valid_from date,
             valid_to date, value numeric, priority bigint, stop boolean, across_lines boolean,
             any_unit boolean, name text, reference text, state text, replaces_id bigint)
     ORDER BY r.n
    RETURNING id
""").bindparams(bindparam("rows", type_=JSONB))


def write_agreements(session: Session, records: Sequence[ReadyAgreement]) -> list[int]:
    """Write checked records; ids come in their order. One statement, however many."""
    if not records:
        return []
    rows = [{"n": n, **_plain(asdict(record))} for n, record in enumerate(records)]
    # Identities rise in the order of insertion, which is that of `n`.
    return sorted(session.execute(_WRITE, {"rows": rows}).scalars())


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: str(value)
        if isinstance(value, Decimal)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for name, value in values.items()
    }


def period_of(start: date | None, end: date | None) -> str:
    """A period as it stands in a sentence."""
    if start is None and end is None:
        return "without end"
    return f"{written_day(start) if start else '…'} to {written_day(end) if end else '…'}"
