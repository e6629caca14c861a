"""The currencies, items and units that prices are agreed in: asked once, checked alike."""

from __future__ import annotations

from typing import Any

from app.core.errors import NotFound
from app.core.money import CurrencyNotUsed
from app.operations.pricing.refusals import UnitNotOfItem
from app.operations.records import Problems

KNOWN = """k.currency, ARRAY(SELECT DISTINCT currency FROM exchange_rate) AS currencies,
           (SELECT coalesce(jsonb_object_agg(i.id::text, jsonb_build_object('number', i.number,
                     'base_unit', i.base_unit,
                     'units', ARRAY(SELECT u.name FROM item_unit u WHERE u.item_id = i.id))), '{}')
              FROM item i WHERE i.id = ANY (:items)) AS items"""
"""Columns of a read from the company `k`: what the functions here are given as `known`."""


def checked_currency(problems: Problems, index: int, currency: str | None, known: Any) -> str:
    """The currency, or none the company's; one that the company does not use is noted."""
    wanted = (currency or known.currency).upper()
    used = {known.currency, *known.currencies}
    if wanted not in used:
        problems.add(index, "currency", CurrencyNotUsed(currency=wanted, known=sorted(used)))
    return wanted


def checked_unit(
    problems: Problems, index: int, item_id: int, unit: str, known: Any, *, keeps_base: bool = False
) -> str:
    """The item's unit, '' for its base unit (unless `keeps_base`); what it has not is noted."""
    item = known.items.get(str(item_id))
    if item is None:
        problems.add(index, "item", NotFound(what="item", value=item_id))
        return unit
    if unit == item["base_unit"] and not keeps_base:
        return ""
    units = sorted({item["base_unit"], *item["units"]})
    if unit and unit not in units:
        problems.add(index, "unit", UnitNotOfItem(item=item["number"], unit=unit, units=units))
    return unit
