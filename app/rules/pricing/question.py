"""The question a price answers, and the shape of the answer: what is known, then the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.core.money import ZERO
from app.rules.orders import PriceSource
from app.rules.pricing.agreements import Agreement, DiscountRule, Membership, Side

ONE = Decimal(1)


class ListedPrice(NamedTuple):
    """A list price: from a book or the item. `unit` is '' for the base unit."""

    source: PriceSource
    label: str
    unit: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What pricing knows of an item: its units with their factors, its groups."""

    id: int
    number: str
    base_unit: str
    units: Mapping[str, Decimal] = field(default_factory=dict)
    groups: Mapping[int, Membership] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """What pricing knows of a customer or supplier."""

    id: int
    groups: Mapping[int, Membership] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `quantity` is in base units, `unit` the line's ('' is the base unit).

    `basket` sums the document's lines, this one included, by what a record's item side may be:
    an item's id, minus a group's id, 0 for all. `listed` holds list prices in search order,
    `own_list_price` the item's own per base unit, when it is in the asked currency.
    """

    side: Side
    party: PartyFacts
    item: ItemFacts
    quantity: Decimal
    on: date
    currency: str
    unit: str = ""
    basket: Mapping[int, Decimal] = field(default_factory=dict)
    listed: Sequence[ListedPrice] = ()
    own_list_price: Decimal | None = None
    discount_rule: DiscountRule = DiscountRule.FIRST
    has_item_floor: bool = True

    @property
    def line_unit(self) -> str:
        """The line's unit by its name."""
        return self.unit or self.item.base_unit

    def factor(self, unit: str) -> Decimal | None:
        """Base units in one `unit` of the item; None when the item has no such unit."""
        if unit in ("", self.item.base_unit):
            return ONE
        return self.item.units.get(unit)


class Reason(StrEnum):
    """Why a candidate did not price the line."""

    NOT_CONCERNED = "not_concerned"
    NOT_ACTIVE = "not_active"
    GROUP_INACTIVE = "group_inactive"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    OTHER_CURRENCY = "other_currency"
    OTHER_UNIT = "other_unit"
    BELOW_STEP = "below_step"
    LOWER_PRIORITY = "lower_priority"
    HIGHER_STEP = "higher_step"
    OTHER_UNIT_FIRST = "other_unit_first"
    NEARER_GROUP = "nearer_group"
    BETTER_GROUP = "better_group"
    OLDER_RECORD = "older_record"
    EARLIER_CELL = "earlier_cell"
    LARGER_DISCOUNT = "larger_discount"
    STOPPED = "stopped"
    ITEM_FLOOR = "item_floor"
    NO_PRICE = "no_price"


class Verdict(NamedTuple):
    """What became of a candidate. `missing` is in base units, for a step not reached."""

    agreement: Agreement
    reason: Reason | None
    missing: Decimal = ZERO

    @property
    def qualified(self) -> bool:
        """Whether date, currency, unit and quantity were right, whoever won."""
        return self.reason is None or self.reason not in _UNQUALIFIED

    @property
    def won(self) -> bool:
        """Whether it priced the line."""
        return self.reason is None


_UNQUALIFIED = frozenset(
    {
        Reason.NOT_CONCERNED,
        Reason.NOT_ACTIVE,
        Reason.GROUP_INACTIVE,
        Reason.NOT_YET,
        Reason.EXPIRED,
        Reason.OTHER_CURRENCY,
        Reason.OTHER_UNIT,
        Reason.BELOW_STEP,
    }
)


class Discount(NamedTuple):
    """One discount the line gets, per price unit: on which price, and what it takes off it.

    `percent` or `amount` is what to hand on; `effect` is negative.
    """

    agreement: Agreement
    base: Decimal
    effect: Decimal
    percent: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: price per `price_unit` before discounts, the discounts, the verdicts.

    `price` and `net` are None where there is no price. `beaten` is the agreement whose price
    lost to the item's own list price.
    """

    asked: Asked
    price: Decimal | None
    price_unit: str
    price_factor: Decimal
    list_price: Decimal | None
    source: PriceSource
    label: str
    winner: Agreement | None
    beaten: Agreement | None
    discounts: tuple[Discount, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def net(self) -> Decimal | None:
        """The price after discounts, not rounded."""
        if self.price is None:
            return None
        return self.price + sum((each.effect for each in self.discounts), ZERO)

    @property
    def rule(self) -> tuple[str, ...]:
        """What the price rests on; while it stays the same, a stored price stays as it is."""
        if self.price is None:
            price = "none"
        elif self.winner is not None:
            price = f"agreement {self.winner.id}"
        else:
            price = f"{self.source.value} {self.label} {self.price_unit}".strip()
        return (price, *(f"discount {each.agreement.id}" for each in self.discounts))


def keys_of(id: int, groups: Mapping[int, Membership]) -> tuple[int, ...]:
    """The keys that concern an account or an item: itself, its groups, all; of nobody: all."""
    return (id, *(-group for group in groups), 0) if id else (0,)


def basket_of(lines: Iterable[tuple[ItemFacts, Decimal]]) -> dict[int, Decimal]:
    """A document's base quantities by everything a record's item side may cover."""
    sums: dict[int, Decimal] = {}
    for item, quantity in lines:
        for key in keys_of(item.id, item.groups):
            sums[key] = sums.get(key, ZERO) + quantity
    return sums
