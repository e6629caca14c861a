"""Rules for charges are made here: who pays freight and special charges for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import delete, insert, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind
from app.core.messages import N_
from app.core.money import check_used
from app.models.charges import ChargeBracket, ChargeRule
from app.operations.records import Problems, Seen, Subject, given_by, ids_of, own_changes
from app.rules.charges import ChargeBilling, ChargeKind, ChargeLevel, ChargeMethod
from app.rules.orders import DeliveryKind
from app.rules.periods import check_period, overlaps, period
from app.rules.records import check_code, check_name, check_number, check_percent, check_price


class ChargeRuleTwice(BusinessError):
    """Two rules alike at one time."""

    sentence = N_(
        "There is a rule {code} for just these already: {name}, {period}. "
        "End that one first, or make this one more specific."
    )


class OneOrGroup(BusinessError):
    """A side of a rule that is one and a group at once."""

    sentence = N_("A charge rule is for one {side} or for a group of them, not for both.")


class RateOrBrackets(BusinessError):
    """A rule that does not say what it charges, or says it twice."""

    sentence = N_(
        "A charge {method} needs {needed}. Give {needed}, and nothing else to reckon it by."
    )


class BracketTwice(BusinessError):
    """Two amounts from one order amount on."""

    sentence = N_("The order amount {from_amount} has two charges. Keep one of them.")


class NotPerShipment(BusinessError):
    """A charge of a line cannot be one of a shipment."""

    sentence = N_(
        "A charge on each line cannot be charged per shipment. Charge it on the order, or prorated."
    )


class ChargeRuleIs(BusinessError):
    """A rule that is to be switched to what it is."""

    sentence = N_("The charge {name} is switched {state} already. Look at it again.")


@dataclass(frozen=True, slots=True)
class NewBracket:
    """From this goods amount of the order on, the charge is so much."""

    from_amount: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class NewChargeRule:
    """What is charged to whom, on what, by which delivery mode; all by number or code.

    Rules with one `code` (default: the kind) are one charge, of which the most specific stands.
    `rate` is an amount, an amount per base unit, or a percent, as the method says; by bracket
    there are brackets instead. Both days are included. Without a tax class it is taxed like the
    lines it is spread on.
    """

    name: str
    method: ChargeMethod
    rate: Decimal | None = None
    brackets: tuple[NewBracket, ...] = ()
    kind: ChargeKind = ChargeKind.SHIPPING
    code: str = ""
    level: ChargeLevel = ChargeLevel.HEADER
    customer: str | None = None
    account_group: str | None = None
    item: str | None = None
    item_group: str | None = None
    delivery_mode: str | None = None
    delivery_kind: DeliveryKind | None = None
    currency: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    is_taxable: bool = True
    tax_class: str | None = None
    billing: ChargeBilling = ChargeBilling.PRORATED


@dataclass(frozen=True, slots=True)
class ChargeRuleChange:
    """What is to be different; None stays as it is. Whom and what it is for stays."""

    name: str | None = None
    rate: Decimal | None = None
    brackets: tuple[NewBracket, ...] | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    is_taxable: bool | None = None
    tax_class: str | None = None
    billing: ChargeBilling | None = None


@dataclass(frozen=True, slots=True)
class ChargeRulesSaved:
    """The rules that were made or changed."""

    ids: tuple[int, ...]
    changes: Changes


_SIDES = (
    ("customer", "customer", "customer", "number", "customer_id"),
    ("account_group", "account group", "account_group", "code", "account_group_id"),
    ("item", "item", "item", "number", "item_id"),
    ("item_group", "item group", "item_group", "code", "item_group_id"),
    ("delivery_mode", "delivery mode", "delivery_mode", "code", "delivery_mode_id"),
    ("tax_class", "tax class", "tax_class", "code", "tax_class_id"),
)
"""Field, word, table, column of its code, column of the rule."""

_KEY = (
    "code",
    "level",
    "customer_id",
    "account_group_id",
    "item_id",
    "item_group_id",
    "delivery_mode_id",
    "delivery_kind",
    "currency",
)
"""What two rules alike have in common."""


def create_charge_rules(
    session: Session, actor: Actor, *, rules: tuple[NewChargeRule, ...]
) -> ChargeRulesSaved:
    """Make rules for charges, all of them or none; new and changed orders take them.

    Raises: NotPermitted, NotFound, NumberOutOfRange, EndsBeforeStart, ChargeRuleTwice,
    OneOrGroup, RateOrBrackets, BracketTwice, NotPerShipment, UnknownCurrency, CurrencyNotUsed;
    all at once.
    """
    actor.require("create_charge_rules", Group.ACCOUNTING)
    problems, rows = check_charge_rules(session, rules)
    problems.raise_all()
    ids = write_charge_rules(session, rows)
    return ChargeRulesSaved(tuple(ids), changed(Kind.CHARGE_RULE, ids))


def change_charge_rule(
    session: Session,
    actor: Actor,
    *,
    rule: int,
    change: ChargeRuleChange,
    seen: Seen | None = None,
    clear: tuple[Literal["valid_from", "valid_to", "tax_class"], ...] = (),
) -> ChargeRulesSaved:
    """Change a rule, or end it by its last day. What stands on orders stays until they change.

    Raises: NotPermitted, NotFound, ChangedBySomeoneElse, and as `create_charge_rules`.
    """
    actor.require("change_charge_rule", Group.ACCOUNTING)
    stored, is_active = _stored(session, rule)
    subject = Subject(stored.name, Kind.CHARGE_RULE, rule)
    own = own_changes(session, seen, given_by(change, clear), asdict(stored), subject)
    wanted = replace(stored, **own)
    problems, rows = check_charge_rules(session, [wanted], but=rule, is_active=is_active)
    problems.raise_all()
    row = dict(rows[0])
    brackets = row.pop("brackets")
    session.execute(
        update(ChargeRule)
        .where(ChargeRule.id == rule)
        .values(row)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(ChargeBracket)
        .where(ChargeBracket.rule_id == rule)
        .execution_options(synchronize_session=False)
    )
    _write_brackets(session, [(rule, brackets)])
    return ChargeRulesSaved((rule,), changed(Kind.CHARGE_RULE, rule))


def deactivate_charge_rule(session: Session, actor: Actor, *, rule: int) -> ChargeRulesSaved:
    """Switch a rule off: no order takes it any more, whatever its days.

    Orders that have its charge lose it when they are changed next.
    Raises: NotPermitted, NotFound, ChargeRuleIs.
    """
    return _switch(session, actor, rule, "deactivate_charge_rule", is_active=False)


def activate_charge_rule(session: Session, actor: Actor, *, rule: int) -> ChargeRulesSaved:
    """Switch a rule on again. Raises: NotPermitted, NotFound, ChargeRuleIs, ChargeRuleTwice."""
    return _switch(session, actor, rule, "activate_charge_rule", is_active=True)


def _switch(
    session: Session, actor: Actor, rule: int, verb: str, *, is_active: bool
) -> ChargeRulesSaved:
    actor.require(verb, Group.ACCOUNTING)
    stored, was_active = _stored(session, rule)
    if was_active == is_active:
        raise ChargeRuleIs(name=stored.name, state="on" if is_active else "off")
    if is_active:
        problems, _rows = check_charge_rules(session, [stored], but=rule)
        problems.raise_all()
    session.execute(
        text("UPDATE charge_rule SET is_active = :is_active WHERE id = :rule"),
        {"rule": rule, "is_active": is_active},
    )
    return ChargeRulesSaved((rule,), changed(Kind.CHARGE_RULE, rule))


def _stored(session: Session, rule: int) -> tuple[NewChargeRule, bool]:
    """A rule as it would be typed, and whether it is active. Raises: NotFound."""
    row = session.execute(
        text("""
            SELECT r.*, c.number AS customer, a.code AS account_group, i.number AS item,
                   g.code AS item_group, m.code AS delivery_mode, t.code AS tax_class
              FROM charge_rule r
              LEFT JOIN customer c ON c.id = r.customer_id
              LEFT JOIN account_group a ON a.id = r.account_group_id
              LEFT JOIN item i ON i.id = r.item_id
              LEFT JOIN item_group g ON g.id = r.item_group_id
              LEFT JOIN delivery_mode m ON m.id = r.delivery_mode_id
              LEFT JOIN tax_class t ON t.id = r.tax_class_id
             WHERE r.id = :rule FOR UPDATE OF r"""),
        {"rule": rule},
    ).one_or_none()
    if row is None:
        raise NotFound(what="charge rule", value=rule)
    brackets = session.execute(
        text("""SELECT from_amount, amount FROM charge_bracket
                 WHERE rule_id = :rule ORDER BY from_amount"""),
        {"rule": rule},
    )
    stored = NewChargeRule(
        row.name,
        ChargeMethod(row.method),
        row.rate,
        tuple(NewBracket(each.from_amount, each.amount) for each in brackets),
        ChargeKind(row.kind),
        row.code,
        ChargeLevel(row.level),
        row.customer,
        row.account_group,
        row.item,
        row.item_group,
        row.delivery_mode,
        DeliveryKind(row.delivery_kind) if row.delivery_kind else None,
        row.currency,
        row.valid_from,
        row.valid_to,
        row.is_taxable,
        row.tax_class,
        ChargeBilling(row.billing),
    )
    return stored, row.is_active


def check_charge_rules(
    session: Session,
    rules: Sequence[NewChargeRule],
    *,
    but: int | None = None,
    is_active: bool = True,
) -> tuple[Problems, list[dict[str, Any]]]:
    """What is wrong with rules, and their rows; a read for each side that is used, and two.

    Active ones may not stand beside others alike; a wrong one stands in nobody's way.
    """
    problems = Problems()
    used: list[str] = session.execute(  # the company's own first
        text("""SELECT currency || ARRAY(SELECT DISTINCT r.currency FROM exchange_rate r
                                          WHERE r.currency <> k.currency ORDER BY 1)
                  FROM company k""")
    ).scalar_one()
    ids = {
        field: ids_of(session, table, column, [getattr(each, field) for each in rules])
        for field, _, table, column, _ in _SIDES
    }
    rows = [_row(index, rule, used, problems) for index, rule in enumerate(rules)]
    for index, (rule, row) in enumerate(zip(rules, rows, strict=True)):
        for field, what, _, _, column in _SIDES:
            row[column] = problems.named(index, field, what, getattr(rule, field), ids[field])
    alike: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for found in session.execute(
        text("""SELECT * FROM charge_rule
                 WHERE code = ANY (:codes) AND is_active AND :is_active
                   AND id IS DISTINCT FROM :but"""),
        {"codes": sorted({row["code"] for row in rows}), "but": but, "is_active": is_active},
    ).mappings():
        known: dict[str, Any] = dict(found)
        alike.setdefault(_key(known), []).append(known)
    wrong = {each.index for each in problems.found}
    for index, row in enumerate(rows):
        beside = alike.setdefault(_key(row), [])
        other = next((each for each in beside if _meet(each, row)), None)
        if other is not None and index not in wrong:
            when = period(other["valid_from"], other["valid_to"])
            reason = ChargeRuleTwice(code=row["code"], name=other["name"], period=when)
            problems.add(index, "valid_from", reason)
        if index not in wrong:
            beside.append(row)
    return problems, rows


def _row(
    index: int, rule: NewChargeRule, used: Sequence[str], problems: Problems
) -> dict[str, Any]:
    for side, one, group in (
        ("account", rule.customer, rule.account_group),
        ("item", rule.item, rule.item_group),
        ("delivery mode", rule.delivery_mode, rule.delivery_kind),
    ):
        if one and group:
            problems.add(index, side.split()[0], OneOrGroup(side=side))
    if rule.level is ChargeLevel.LINE and rule.billing is ChargeBilling.PER_SHIPMENT:
        problems.add(index, "billing", NotPerShipment())
    what = f"The charge {rule.name}"
    problems.check(index, "valid_to", check_period, what, rule.valid_from, rule.valid_to)
    currency = rule.currency
    if currency is None and rule.method is not ChargeMethod.PERCENT:
        currency = used[0]
    if currency is not None:
        currency = currency.strip().upper()
        problems.check(index, "currency", check_used, currency, used)
    return {
        "code": problems.check(index, "code", check_code, rule.code or rule.kind.value.upper()),
        "name": problems.check(index, "name", check_name, rule.name),
        "kind": rule.kind,
        "level": rule.level,
        "delivery_kind": rule.delivery_kind,
        "method": rule.method,
        "rate": _rate(index, rule, problems),
        "brackets": _brackets(index, rule, problems),
        "currency": currency,
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "is_taxable": rule.is_taxable,
        "billing": rule.billing,
    }


def _rate(index: int, rule: NewChargeRule, problems: Problems) -> Decimal | None:
    if rule.method is ChargeMethod.BRACKET:
        if rule.rate is not None or not rule.brackets:
            reason = RateOrBrackets(method="by order amount", needed="brackets")
            problems.add(index, "brackets", reason)
        return None
    if rule.rate is None or rule.brackets:
        reason = RateOrBrackets(method=rule.method.value.replace("_", " "), needed="a rate")
        problems.add(index, "rate", reason)
        return None
    check = check_percent if rule.method is ChargeMethod.PERCENT else check_price
    field = "percent" if rule.method is ChargeMethod.PERCENT else "rate"
    rate: Decimal = problems.check(index, "rate", check, field, rule.rate)
    return rate


def _brackets(index: int, rule: NewChargeRule, problems: Problems) -> list[NewBracket]:
    seen: set[Decimal] = set()
    for bracket in rule.brackets:
        problems.check(index, "brackets", check_number, "order amount", bracket.from_amount)
        problems.check(index, "brackets", check_number, "charge", bracket.amount)
        if bracket.from_amount in seen:
            problems.add(index, "brackets", BracketTwice(from_amount=bracket.from_amount))
        seen.add(bracket.from_amount)
    return list(rule.brackets)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What the database lets nobody have twice on one day."""
    return tuple(row[each] for each in _KEY)


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return overlaps(one["valid_from"], one["valid_to"], other["valid_from"], other["valid_to"])


def write_charge_rules(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Write checked rules with their brackets; ids in their order."""
    if not rows:
        return []
    plain = [{key: value for key, value in row.items() if key != "brackets"} for row in rows]
    statement = insert(ChargeRule).returning(ChargeRule.id, sort_by_parameter_order=True)
    ids = list(session.execute(statement, plain).scalars())
    _write_brackets(session, [(id, row["brackets"]) for id, row in zip(ids, rows, strict=True)])
    return ids


def _write_brackets(session: Session, of_rules: Sequence[tuple[int, list[NewBracket]]]) -> None:
    rows = [
        {"rule_id": id, "from_amount": each.from_amount, "amount": each.amount}
        for id, brackets in of_rules
        for each in brackets
    ]
    if rows:
        session.execute(insert(ChargeBracket), rows)
