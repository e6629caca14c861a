"""Quantities: Decimal in the item's base unit, numeric(16,4), never rounded silently."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.core.errors import BusinessError
from app.core.messages import N_

LARGEST = Decimal("999999999999.9999")
"""The largest quantity numeric(16,4) can hold."""


class QuantityNotPositive(BusinessError):
    """Zero, negative, or not a number."""

    about = ("quantity",)
    sentence = N_("The quantity of {item} must be more than 0, not {quantity}.")


class QuantityTooFine(BusinessError):
    """More decimals than the item may be split into."""

    about = ("quantity",)
    sentence = N_(
        "{quantity} is too fine for {item}, which is counted with {decimals} decimals. "
        "Enter a quantity with at most {decimals} decimals."
    )


class QuantityTooLarge(BusinessError):
    """More than a quantity can be."""

    about = ("quantity",)
    sentence = N_("{quantity} of {item} is more than can be handled (at most {largest}).")


class ConversionNotExact(BusinessError):
    """The unit's factor does not give a whole number of the item's smallest parts."""

    sentence = N_(
        "{quantity} {unit} of {item} is {base} in its base unit, finer than its {decimals} "
        "decimals allow. Enter it in the base unit."
    )


@dataclass(frozen=True, slots=True)
class AsPriced:
    """A quantity as it reads beside its price, so that the one times the other is the amount."""

    quantity: Decimal
    unit: str
    price_divisor: Decimal
    """What a price per price unit is divided by to be one for `unit`."""


def as_priced(quantity: Decimal, base_unit: str, price_unit: str, factor: Decimal) -> AsPriced:
    """A base quantity in the unit its price is for; in base units where that is not exact.

    `factor` is how many base units are in one price unit.
    """
    counted = quantity / factor
    if counted == round(counted, 4):
        return AsPriced(counted, price_unit or base_unit, Decimal(1))
    return AsPriced(quantity, base_unit, factor)


def check_quantity(item: str, quantity: Decimal, decimals: int) -> Decimal:
    """The quantity itself, when it is positive, fine enough and not too large.

    Raises: QuantityNotPositive, QuantityTooFine, QuantityTooLarge.
    """
    if not quantity.is_finite() or quantity <= 0:
        raise QuantityNotPositive(item=item, quantity=quantity)
    if quantity > LARGEST:
        raise QuantityTooLarge(item=item, quantity=quantity, largest=LARGEST)
    if quantity != quantity.quantize(Decimal(1).scaleb(-decimals)):
        raise QuantityTooFine(item=item, quantity=quantity, decimals=decimals)
    return quantity


def to_base(item: str, quantity: Decimal, unit: str, factor: Decimal, decimals: int) -> Decimal:
    """A quantity in `unit` as base quantity (quantity × factor), exact or refused.

    Raises: QuantityNotPositive, QuantityTooLarge, ConversionNotExact, QuantityTooFine.
    """
    if factor == 1:
        return check_quantity(item, quantity, decimals)
    if not quantity.is_finite() or quantity <= 0:
        raise QuantityNotPositive(item=item, quantity=quantity)
    base = quantity * factor
    if base > LARGEST:
        raise QuantityTooLarge(item=item, quantity=base, largest=LARGEST)
    if base != base.quantize(Decimal(1).scaleb(-decimals)):
        raise ConversionNotExact(
            item=item, quantity=quantity, unit=unit, base=base, decimals=decimals
        )
    return base
