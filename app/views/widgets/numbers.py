"""Numbers as people here write them, read and written without ever being a float."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from PySide6.QtCore import QLocale

from app.core.errors import BusinessError
from app.core.messages import N_
from app.core.money import decimals_of
from app.views.widgets.wording import words

LONGEST = 40
_SPACES = {" ", "\u00a0", "\u202f", "\u2009"}
_APOSTROPHES = {"'", "\u2019"}


class NotANumber(BusinessError):
    """What was typed cannot be read as a number."""

    sentence = N_("{typed} is not a number. Write it like {example}.")


def read_number(typed: str, locale: QLocale | None = None) -> Decimal:
    """The number somebody typed with the locale's own separators.

    Thousands separators are accepted where they belong, in groups of three, and refused
    elsewhere: 1,5 is not silently 15 where the comma separates thousands.
    Raises: NotANumber.
    """
    here = locale or QLocale()
    text = unicodedata.normalize("NFKC", typed.strip()).replace("\u2212", "-")
    sign = ""
    if text[:1] in ("-", "+"):
        sign, text = text[0], text[1:].lstrip()
    whole, point, decimals = text.partition(here.decimalPoint())
    grouping = here.groupSeparator()
    marks = _SPACES if grouping in _SPACES else _APOSTROPHES | {grouping}
    for mark in marks | _SPACES:
        whole = whole.replace(mark, "\x00")
    groups = whole.split("\x00")
    is_grouped_well = len(groups) == 1 or (
        1 <= len(groups[0]) <= 3 and all(len(each) == 3 for each in groups[1:])
    )
    digits = "".join(groups)
    is_number = (
        len(text) <= LONGEST
        and is_grouped_well
        and all(each.isdecimal() for each in digits + decimals)
        and bool(digits + decimals)
        and (not point or bool(decimals) or bool(digits))
    )
    if not is_number:
        shown = typed.strip()[:LONGEST] or words(N_("Nothing"))
        raise NotANumber(typed=shown, example=write_number(Decimal("1234.5"), here, 2))
    return Decimal(f"{sign}{digits or '0'}.{decimals or '0'}" if point else f"{sign}{digits}")


def write_number(value: Decimal, locale: QLocale | None = None, decimals: int | None = None) -> str:
    """A number with the locale's separators; `decimals` fixes how many, else none too many."""
    here = locale or QLocale()
    text = f"{value:.{decimals}f}" if decimals is not None else format(value, "f")
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, rest = text.partition(".")
    if decimals is None:
        rest = rest.rstrip("0")
    first = len(whole) % 3
    groups = [whole[:first]] if first else []
    groups += [whole[at : at + 3] for at in range(first, len(whole), 3)]
    written = sign + here.groupSeparator().join(groups)
    return f"{written}{here.decimalPoint()}{rest}" if rest else written


def write_money(amount: Decimal, currency: str) -> str:
    """An amount with the currency's own decimals; the currency itself is not written."""
    return write_number(amount, decimals=decimals_of(currency))


def write_price(price: Decimal, currency: str, locale: QLocale | None = None) -> str:
    """A unit price with the currency's own decimals, and more when it has more."""
    own = decimals_of(currency)
    return write_number(price, locale, None if price != round(price, own) else own)


def tax_name(name: str, percent: Decimal) -> str:
    """A tax with its rate, said once."""
    rate = f"{write_number(percent)} %"
    return name if rate in name else f"{name} {rate}"
