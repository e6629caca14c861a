"""Trade agreements as the rules see them: the words, one record, and the cells they stand in.

A record binds a party (one account, a group of accounts, or all) to an item side (one item, a
group of items, or all) in a currency, from a quantity on, for a time. The rules in words:
docs/money.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from itertools import pairwise
from typing import NamedTuple

from app.rules.periods import Standing, standing_in


class Side(StrEnum):
    """Whether we sell to the party or buy from it."""

    SELL = "sell"
    BUY = "buy"


class AgreementLevel(StrEnum):
    """What a record works on: a line, or the sum of an order's lines."""

    LINE = "line"
    ORDER = "order"


class EffectKind(StrEnum):
    """What a record gives: a unit price, a percentage off, or an amount off per price unit."""

    PRICE = "price"
    PERCENT = "percent"
    AMOUNT_OFF = "amount_off"


class AgreementState(StrEnum):
    """Only active records price anything."""

    DRAFT = "draft"
    ACTIVE = "active"
    INACTIVE = "inactive"


def standing_on(
    today: date, state: AgreementState, valid_from: date | None, valid_to: date | None
) -> Standing:
    """How a record stands on a day; both ends of its period count."""
    if state is AgreementState.DRAFT:
        return Standing.DRAFT
    return standing_in(today, valid_from, valid_to, is_active=state is AgreementState.ACTIVE)


class DiscountRule(StrEnum):
    """How the nine cells of line discounts are combined (company setting)."""

    FIRST = "first"
    LARGEST = "largest"
    COMBINE = "combine"


class BookKind(StrEnum):
    """The standard book is everybody's; a custom one belongs to the customers who have it."""

    STANDARD = "standard"
    CUSTOM = "custom"


class Cell(IntEnum):
    """The nine cells, from the most specific to the most general; prices use every third."""

    ACCOUNT_ITEM = 0
    ACCOUNT_ITEM_GROUP = 1
    ACCOUNT_ALL = 2
    GROUP_ITEM = 3
    GROUP_ITEM_GROUP = 4
    GROUP_ALL = 5
    ALL_ITEM = 6
    ALL_ITEM_GROUP = 7
    ALL_ALL = 8

    @property
    def word(self) -> str:
        """As it is written in explanations: `account+item group`."""
        return _WORDS[self]


_WORDS = {
    cell: f"{party}+{items}"
    for cell, (party, items) in zip(
        Cell,
        [
            (party, items)
            for party in ("account", "group", "all")
            for items in ("item", "item group", "all")
        ],
        strict=True,
    )
}


class Agreement(NamedTuple):
    """One record.

    `party_key` and `item_key` are an account's or item's id, minus a group's id, or 0 for all.
    `unit` is '' for the base unit (of a percentage: for every unit). `value` is a price or an
    amount off per `unit` in `currency`, or a percentage. `from_quantity` counts in `unit`.
    """

    id: int
    side: Side
    level: AgreementLevel
    kind: EffectKind
    state: AgreementState
    party_key: int
    item_key: int
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
    reference: str = ""

    @property
    def cell(self) -> Cell:
        """The cell it stands in."""
        party, item = self.party_key, self.item_key
        row = 0 if party > 0 else (3 if party < 0 else 6)
        column = 0 if item > 0 else (1 if item < 0 else 2)
        return _CELLS[row + column]

    @property
    def is_for_every_unit(self) -> bool:
        """Whether it counts whatever the line's unit: a percentage that names none."""
        return not self.unit and self.kind is EffectKind.PERCENT

    @property
    def ladder(self) -> tuple[int, int]:
        """Its party and item side: the records of one pair are a ladder."""
        return self.party_key, self.item_key


_CELLS = tuple(Cell)


class Membership(NamedTuple):
    """How far a group is above an account or item: `depth` 0 is a group it is in itself."""

    group_id: int
    priority: int
    depth: int
    is_active: bool = True


class Step(NamedTuple):
    """One rung of a ladder: from this quantity on, this value."""

    from_quantity: Decimal
    value: Decimal


def rising_step(kind: EffectKind, ladder: Sequence[Step]) -> Step | None:
    """The first step at which buying more costs more; None for a ladder as it should be.

    A price should fall with the quantity, a discount should rise.
    """
    ordered = sorted(ladder)
    for below, above in pairwise(ordered):
        worse = above.value > below.value if kind is EffectKind.PRICE else above.value < below.value
        if worse:
            return above
    return None
