"""What may stand in a record: texts of sensible length, prices and measures that fit.

The same checks serve the forms, the command line and the importers, so a cell of a file is
refused with the sentence a person at the desk would read.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from app.core.errors import BusinessError
from app.core.messages import N_

NUMBER_LENGTH = 40
"""Longest number or code of a record, in characters: it is indexed, scanned and printed."""
NAME_LENGTH = 200
"""Longest name or line of an address."""
NOTE_LENGTH = 10_000
"""Longest description or note."""

LARGEST_PRICE = Decimal("999999999999.999999")
LARGEST_AMOUNT = Decimal("99999999999999.9999")
LARGEST_MEASURE = Decimal("9999999999.9999")

_LINE_BREAKS = "\n\t"


class TextMissing(BusinessError):
    """Something that must be said was not."""

    sentence = N_("The {field} is empty. Enter one.")


class TextTooLong(BusinessError):
    """A text that cannot be meant as this."""

    sentence = N_("The {field} is {length} characters long; at most {longest} fit. Shorten it.")


class ControlCharacter(BusinessError):
    """A character that is no writing: NUL, escape, a line break where one line is meant."""

    sentence = N_("The {field} contains the character {code}, which cannot be shown. Remove it.")


class NumberOutOfRange(BusinessError):
    """A price, weight or count that cannot be."""

    sentence = N_("The {field} must be from {least} to {most}, not {value}.")


class NumberTooFine(BusinessError):
    """More decimals than are kept; nothing is rounded silently."""

    sentence = N_("The {field} {value} has more than {decimals} decimals. Round it first.")


class EmailNotUsable(BusinessError):
    """Something that no letter can be sent to."""

    sentence = N_("{value} is not an e-mail address: it needs one @ with text on both sides.")


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def check_text(
    field: str,
    value: str,
    longest: int = NAME_LENGTH,
    *,
    required: bool = False,
    lines: bool = False,
) -> str:
    """The text without blanks around it. `lines` allows line breaks and tabs.

    Raises: TextMissing, TextTooLong, ControlCharacter.
    """
    text = value.strip()
    if required and not text:
        raise TextMissing(field=field)
    if len(text) > longest:
        raise TextTooLong(field=field, length=len(text), longest=longest)
    if not text.isprintable():
        for character in text:
            if lines and character in _LINE_BREAKS:
                continue
            if unicodedata.category(character) in ("Cc", "Cs"):
                raise ControlCharacter(field=field, code=f"U+{ord(character):04X}")
    return text


def check_code(value: str) -> str:
    """The code of a record: one line, not empty, short enough to be a barcode."""
    return check_text("code", value, NUMBER_LENGTH, required=True)


def check_name(value: str) -> str:
    """The name of a record: one line, not empty."""
    return check_text("name", value, required=True)


def check_email(value: str) -> str:
    """An address that could be written to, or none. Raises: EmailNotUsable, TextTooLong."""
    text = check_text("e-mail address", value)
    if text and not _EMAIL.fullmatch(text):
        raise EmailNotUsable(value=text)
    return text


def check_number(
    field: str,
    value: Decimal,
    *,
    least: Decimal = Decimal(0),
    most: Decimal = LARGEST_AMOUNT,
    decimals: int = 4,
) -> Decimal:
    """The number, when it is in range and no finer than it is kept.

    Raises: NumberOutOfRange (also for NaN and infinity), NumberTooFine.
    """
    if not value.is_finite() or not least <= value <= most:
        raise NumberOutOfRange(field=field, least=least, most=most, value=value)
    return check_fineness(field, value, decimals)


def check_fineness(field: str, value: Decimal, decimals: int) -> Decimal:
    """The number, when it is no finer than it is kept. Raises: NumberTooFine."""
    _, digits, exponent = value.as_tuple()
    finer = -exponent - decimals if isinstance(exponent, int) else 0
    if finer > 0 and any(digits[-finer:]):
        raise NumberTooFine(field=field, value=value, decimals=decimals)
    return value


def check_price(field: str, value: Decimal) -> Decimal:
    """A price per unit: 0 or more, at most 6 decimals."""
    return check_number(field, value, most=LARGEST_PRICE, decimals=6)


def check_measure(field: str, value: Decimal) -> Decimal:
    """Kilograms or litres: 0 or more, at most 4 decimals."""
    return check_number(field, value, most=LARGEST_MEASURE, decimals=4)


def check_percent(field: str, value: Decimal) -> Decimal:
    """A percentage from 0 to 100, at most 6 decimals."""
    return check_number(field, value, most=Decimal(100), decimals=6)
