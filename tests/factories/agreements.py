"""Agreements and questions about prices, in one line each, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.rules.orders import PriceSource
from app.rules.pricing.agreements import (
    Agreement,
    AgreementLevel,
    AgreementState,
    Cell,
    EffectKind,
    Membership,
    Side,
)
from app.rules.pricing.question import Asked, ItemFacts, ListedPrice, PartyFacts, keys_of

CUSTOMER, ITEM, GROUP, ITEM_GROUP = 1, 11, 21, 31
DAY = date(2026, 3, 16)

KEYS = {
    cell: (party, item)
    for cell, (party, item) in zip(
        Cell,
        [(p, i) for p in (CUSTOMER, -GROUP, 0) for i in (ITEM, -ITEM_GROUP, 0)],
        strict=True,
    )
}
"""The keys of each cell as this customer and item stand in it."""


def decimal(value: object) -> Decimal:
    """A number as it is typed."""
    return Decimal(str(value))


_ids = iter(range(1, 1_000_000))


def agreement(kind: EffectKind, value: object, cell: Cell, **more: Any) -> Agreement:
    """A record in a cell of this customer and item; ids rise from one to the next."""
    party, item = KEYS[cell]
    values: dict[str, Any] = {
        "id": next(_ids),
        "side": Side.SELL,
        "level": AgreementLevel.LINE,
        "kind": kind,
        "party_key": party,
        "item_key": item,
        "currency": "USD",
        "unit": "",
        "from_quantity": 0,
        "from_amount": 0,
        "valid_from": None,
        "valid_to": None,
        "value": decimal(value),
        "priority": 0,
        "stop": False,
        "across_lines": False,
        "any_unit": False,
        "state": AgreementState.ACTIVE,
        "name": "",
        **more,
    }
    values["from_quantity"] = decimal(values["from_quantity"])
    values["from_amount"] = decimal(values["from_amount"])
    return Agreement(**values)


def price(value: object, cell: Cell = Cell.ACCOUNT_ITEM, **more: Any) -> Agreement:
    """A unit price."""
    return agreement(EffectKind.PRICE, value, cell, **more)


def percent(value: object, cell: Cell = Cell.ACCOUNT_ITEM, **more: Any) -> Agreement:
    """A percentage off."""
    return agreement(EffectKind.PERCENT, value, cell, **more)


def amount_off(value: object, cell: Cell = Cell.ACCOUNT_ITEM, **more: Any) -> Agreement:
    """An amount off per price unit."""
    return agreement(EffectKind.AMOUNT_OFF, value, cell, **more)


def membership(*groups: int | Membership) -> list[Membership]:
    """Groups one is in; a plain number is a group at depth 0 with priority 0."""
    return [each if isinstance(each, Membership) else Membership(each, 0, 0) for each in groups]


def asked(
    quantity: object = 1,
    *,
    list_price: object | None = 100,
    groups: Sequence[int | Membership] = (GROUP,),
    item_groups: Sequence[int | Membership] = (ITEM_GROUP,),
    units: dict[str, object] | None = None,
    **more: Any,
) -> Asked:
    """The small customer asks for an item counted in pieces, with a case of 12."""
    listed = None if list_price is None else decimal(list_price)
    item = ItemFacts(
        ITEM,
        "RP-4410",
        "pc",
        keys_of(ITEM, membership(*item_groups)),
        {name: decimal(factor) for name, factor in (units or {"case": 12}).items()},
    )
    values: dict[str, Any] = {
        "side": Side.SELL,
        "on": DAY,
        "currency": "USD",
        "listed": ()
        if listed is None
        else (ListedPrice(PriceSource.LIST, "list price", "", listed),),
        "own_list_price": listed,
        **more,
    }
    return Asked(
        party=PartyFacts(CUSTOMER, keys_of(CUSTOMER, membership(*groups))),
        item=item,
        quantity=decimal(quantity),
        **values,
    )
