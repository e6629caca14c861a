"""The question a price answers, and the shape of the answer: what is known, then the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.core.money import ZERO
from app.rules.orders import PriceSource
from app.rules.pricing.agreements import Agreement, DiscountRule, Membership, Side

ONE = Decimal(1)
NO_GROUP = Membership(0, 0, 0)
"""How near the account or item itself stands, and what is for all."""


class ListedPrice(NamedTuple):
    """A list price: from a book or the item. `unit` is '' for the base unit."""

    source: PriceSource
    label: str
    unit: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What pricing knows of an item: the keys it is meant by, its units with their factors."""

    id: int
    number: str
    base_unit: str
    keys: Mapping[int, Membership]
    units: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """What pricing knows of a customer or supplier: the keys it is meant by."""

    id: int
    keys: Mapping[int, Membership]


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

    @property
    def line_factor(self) -> Decimal:
        """Base units in one of the line's unit."""
        return self.factor(self.unit) or ONE

    def factor(self, unit: str) -> Decimal | None:
        """Base units in one `unit` of the item; None when the item has no such unit."""
        if unit in ("", self.item.base_unit):
            return ONE
        return self.item.units.get(unit)

    def is_own_unit(self, unit: str) -> bool:
        """Whether it is the line's unit ('' is the base unit)."""
        base = self.item.base_unit
        return (unit or base) == (self.unit or base)

    def and_more(self, more: Decimal) -> Asked:
        """The same question for so many base units more."""
        basket = {key: self.basket[key] + more for key in self.item.keys if key in self.basket}
        return replace(self, quantity=self.quantity + more, basket=basket)


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


def keys_of(id: int, memberships: Iterable[Membership] = ()) -> dict[int, Membership]:
    """The keys that mean an account or an item: its id, minus a group's id, 0 for all.

    Of several ways into a group the best counts: higher priority, then nearer. Nobody in
    particular (id 0) is meant by what is for all.
    """
    keys = {id: NO_GROUP, 0: NO_GROUP}
    for each in memberships:
        best = keys.get(-each.group_id)
        if best is None or (each.priority, -each.depth) > (best.priority, -best.depth):
            keys[-each.group_id] = each
    return keys


def basket_of(lines: Iterable[tuple[ItemFacts, Decimal]]) -> dict[int, Decimal]:
    """A document's base quantities by everything a record's item side may cover."""
    sums: dict[int, Decimal] = {}
    for item, quantity in lines:
        for key in item.keys:
            sums[key] = sums.get(key, ZERO) + quantity
    return sums
