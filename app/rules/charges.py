"""Charges: which rules fit an order, and what they come to.

The rules in words: docs/money.md. Rules with one code are one charge, of which the most specific
rule stands: by account, then by item, then by delivery mode (one, group, all). Different codes
add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.core.money import HUNDRED, ZERO, round_amount
from app.rules.taxes import TaxRateOf


class ChargeKind(StrEnum):
    """What a charge is for."""

    SHIPPING = "shipping"
    SPECIAL = "special"


class ChargeLevel(StrEnum):
    """Once for the order, or once for each line."""

    HEADER = "header"
    LINE = "line"


class ChargeMethod(StrEnum):
    """How a charge is reckoned.

    `per_quantity` counts base units, `percent` is of the goods after all discounts, `bracket`
    looks up the goods amount of the whole order.
    """

    FIXED = "fixed"
    PER_QUANTITY = "per_quantity"
    PERCENT = "percent"
    BRACKET = "bracket"


class ChargeBilling(StrEnum):
    """How a charge falls on partial invoices; `per_shipment` is no part of the order's total."""

    PRORATED = "prorated"
    FIRST = "first"
    PER_SHIPMENT = "per_shipment"


class ChargeSource(StrEnum):
    """Whether a rule made it, or a person, whom no rule overrules."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Bracket:
    """From so much goods amount on, the charge is so much."""

    from_amount: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ChargeRule:
    """A rule that fits the account, the delivery mode, the currency and the day.

    `items` are those of the order that it is about (None: all). `rank` orders rules of one code:
    the greater, the more specific.
    """

    id: int
    code: str
    name: str
    kind: ChargeKind
    level: ChargeLevel
    method: ChargeMethod
    rate: Decimal | None
    billing: ChargeBilling = ChargeBilling.PRORATED
    is_taxable: bool = True
    tax_class_id: int | None = None
    brackets: tuple[Bracket, ...] = ()
    items: frozenset[int] | None = None
    rank: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChargedLine:
    """A line as charges see it; `net` is its amount after all discounts."""

    key: int
    item_id: int
    quantity: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class FittingCharge:
    """A rule that stands, the line it is on (None: the order), and what it comes to."""

    rule: ChargeRule
    line_key: int | None
    amount: Decimal


def reached(brackets: Sequence[Bracket], goods: Decimal) -> Decimal:
    """The amount of the highest bracket that a goods amount reaches; nothing below the first."""
    below = [each for each in brackets if each.from_amount <= goods]
    return max(below, key=lambda each: each.from_amount, default=Bracket(ZERO, ZERO)).amount


def amount_of(
    method: ChargeMethod,
    rate: Decimal | None,
    brackets: Sequence[Bracket],
    on: Sequence[ChargedLine],
    goods: Decimal,
    currency: str,
) -> Decimal:
    """What a charge comes to on these lines; `goods` is the goods amount of the whole order."""
    if method is ChargeMethod.BRACKET:
        return round_amount(reached(brackets, goods), currency)
    amount = rate or ZERO
    if method is ChargeMethod.PER_QUANTITY:
        amount *= sum((line.quantity for line in on), ZERO)
    elif method is ChargeMethod.PERCENT:
        amount *= sum((line.net for line in on), ZERO) / HUNDRED
    return round_amount(amount, currency)


def fitting_charges(
    rules: Sequence[ChargeRule], lines: Sequence[ChargedLine], currency: str
) -> list[FittingCharge]:
    """The charges that stand on an order, by code; lines of which nothing is wanted bear none."""
    lines = [line for line in lines if line.quantity > 0]
    goods = sum((line.net for line in lines), ZERO)
    best: dict[tuple[str, int | None], tuple[ChargeRule, list[ChargedLine]]] = {}
    for rule in sorted(rules, key=lambda each: each.id):
        on = [line for line in lines if rule.items is None or line.item_id in rule.items]
        if not on:
            continue
        places = [(None, on)] if rule.level is ChargeLevel.HEADER else [(x.key, [x]) for x in on]
        for line_key, covered in places:
            key = (rule.code, line_key)
            if key not in best or best[key][0].rank < rule.rank:
                best[key] = (rule, covered)
    found = [
        FittingCharge(
            rule,
            line_key,
            amount_of(rule.method, rule.rate, rule.brackets, covered, goods, currency),
        )
        for (_, line_key), (rule, covered) in best.items()
    ]
    return sorted(
        found, key=lambda each: (-1 if each.line_key is None else each.line_key, each.rule.code)
    )


@dataclass(frozen=True, slots=True)
class StandingCharge:
    """A charge of an order, stored (with its `id`) or about to be.

    Rates of its own go before those of its class or of the lines. One that is charged per shipment
    has no amount here: its method and rate are applied to each shipment, to goods of `items`
    (None: all).
    """

    description: str
    amount: Decimal
    kind: ChargeKind = ChargeKind.SHIPPING
    is_taxable: bool = True
    tax_class_id: int | None = None
    line_key: int | None = None
    billing: ChargeBilling = ChargeBilling.PRORATED
    source: ChargeSource = ChargeSource.MANUAL
    code: str = ""
    rule_id: int | None = None
    method: ChargeMethod | None = None
    rate: Decimal | None = None
    items: frozenset[int] | None = None
    id: int | None = None
    is_invoiced: bool = False
    invoiced: Decimal = ZERO
    rates: tuple[TaxRateOf, ...] | None = None


def _automatic(found: FittingCharge, goods: Decimal, id: int | None) -> StandingCharge:
    rule, amount, rate = found.rule, found.amount, found.rule.rate
    if rule.method is ChargeMethod.BRACKET:
        rate = reached(rule.brackets, goods)
    if rule.billing is ChargeBilling.PER_SHIPMENT:
        amount = ZERO
    return StandingCharge(
        rule.name,
        amount,
        rule.kind,
        rule.is_taxable,
        rule.tax_class_id,
        found.line_key,
        rule.billing,
        ChargeSource.AUTOMATIC,
        rule.code,
        rule.id,
        rule.method,
        rate,
        rule.items,
        id,
    )


def charges_now(
    standing: Sequence[StandingCharge],
    waived: Sequence[tuple[str, int | None]],
    fitting: Sequence[FittingCharge],
    goods: Decimal,
) -> list[StandingCharge]:
    """The charges an order bears now: a person's, then those of the rules that fit.

    A charge that a person typed or changed stays as it is, one that a person took off (`waived`:
    code and line) stays away, and one of which a part is invoiced is not reckoned anew. Freight
    typed for the order stands in place of all automatic freight of the order.
    """
    kept = [each for each in standing if each.source is ChargeSource.MANUAL or each.is_invoiced]
    taken = {(each.code, each.line_key) for each in kept if each.code} | set(waived)
    has_typed_freight = any(
        each.kind is ChargeKind.SHIPPING and not each.code and each.line_key is None
        for each in kept
    )
    ids = {(each.code, each.line_key): each.id for each in standing}
    for found in fitting:
        key = (found.rule.code, found.line_key)
        replaced = (
            has_typed_freight
            and found.rule.kind is ChargeKind.SHIPPING
            and found.rule.level is ChargeLevel.HEADER
        )
        is_nothing = found.amount == 0 and found.rule.billing is not ChargeBilling.PER_SHIPMENT
        if key not in taken and not replaced and not is_nothing:
            kept.append(_automatic(found, goods, ids.get(key)))
    return kept
