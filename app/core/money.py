"""Money: Decimal amounts in an ISO 4217 currency, rounded half away from zero.

Unit price numeric(18,6), amount numeric(18,4) rounded to the currency's own decimals,
percent numeric(9,6), exchange rate numeric(18,10).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import cache

from babel.numbers import get_currency_precision, list_currencies

from app.core.errors import BusinessError
from app.core.messages import N_

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class CurrencyNotUsed(BusinessError):
    """A currency nothing here is in."""

    sentence = N_(
        "The company does not use {currency}. Enter an exchange rate for it first, or use one of: "
        "{known}."
    )


class UnknownCurrency(BusinessError):
    """A currency code that ISO 4217 does not know."""

    sentence = N_("{currency} is not an ISO 4217 currency code. Use three letters, such as USD.")


class NumberTooLarge(BusinessError):
    """A quantity, price or amount, typed or reckoned, that no column holds."""

    sentence = N_(
        "A quantity, price or amount here comes to more than can be kept. Nothing was changed; "
        "look for a digit too many."
    )


@cache
def decimals_of(currency: str) -> int:
    """How many decimals amounts in this currency have (JPY 0, USD 2, BHD 3).

    Raises: UnknownCurrency. Source: ISO 4217 by way of the Unicode CLDR.
    """
    if currency not in list_currencies():
        raise UnknownCurrency(currency=currency)
    return get_currency_precision(currency)


def check_used(currency: str, used: Sequence[str]) -> str:
    """The currency, when it is one of those the company uses.

    Raises: UnknownCurrency, CurrencyNotUsed.
    """
    decimals_of(currency)
    if currency not in used:
        raise CurrencyNotUsed(currency=currency, known=sorted(used))
    return currency


_MEANT = Decimal("1E-15")
"""No price, rate or quantity is as fine as this: what differs by less came of dividing."""
_WIDE = Context(prec=60)


@cache
def _last_place(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def round_half_away(value: Decimal, decimals: int) -> Decimal:
    """Round to `decimals` places, halves away from zero. Raises: NumberTooLarge.

    Half a cent that a division missed by its last digit (0.075 as 0.0749…97) is half a cent.
    """
    try:
        meant = value.quantize(_MEANT, context=_WIDE)
        return meant.quantize(_last_place(decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:  # more digits than are reckoned with
        raise NumberTooLarge() from None


def round_amount(value: Decimal, currency: str) -> Decimal:
    """An amount rounded to the currency's own decimals, halves away from zero."""
    return round_half_away(value, decimals_of(currency))
