"""What every document shares: the finished document, the letterhead, and how values read.

A document is data in, bytes out. The same data gives the same bytes, always: there is no
clock and no random identity in them, so that an archived invoice can be compared by its hash.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from app.core.messages import render
from app.core.money import decimals_of, round_amount


@dataclass(frozen=True, slots=True)
class Document:
    """A finished document: its file name without ending, the PDF, and for labels the ZPL."""

    name: str
    pdf: bytes
    zpl: str | None = None
    pages: int = 1

    @property
    def sha256(self) -> str:
        """The hash under which the exact PDF is archived, in hexadecimal."""
        return hashlib.sha256(self.pdf).hexdigest()


class Paper(StrEnum):
    """Sheet sizes for documents."""

    A4 = "A4"
    LETTER = "Letter"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height in millimetres."""
        return (210.0, 297.0) if self is Paper.A4 else (215.9, 279.4)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The company that sends the document. Printed as text; an empty field is left out."""

    name: str
    address_lines: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    tax_number: str = ""

    @property
    def one_line(self) -> str:
        """Name and address in one line, as the return address in an envelope's window."""
        return " · ".join(part for part in (self.name, *self.address_lines) if part)


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en")


def words(sentence: str, language: str, **fields: object) -> str:
    """A label or sentence in the document's language."""
    return render(sentence, fields or None, language)


def day(value: date | None, language: str) -> str:
    """A date with the month as a word, so that nobody takes the day for the month."""
    return "" if value is None else str(format_date(value, "d MMM y", locale=_locale(language)))


def moment(value: datetime | None, language: str) -> str:
    """A date and a time of day, in the time zone the value carries."""
    if value is None:
        return ""
    plain = value.replace(tzinfo=None)
    return str(format_datetime(plain, "d MMM y, HH:mm", locale=_locale(language)))


def amount(value: Decimal, currency: str, language: str) -> str:
    """Money with the currency's own decimals and grouping, without the currency's name.

    Raises: UnknownCurrency.
    """
    pattern = "#,##0" + ("." + "0" * decimals_of(currency) if decimals_of(currency) else "")
    rounded = round_amount(value, currency)
    return str(
        format_decimal(rounded, pattern, locale=_locale(language), decimal_quantization=False)
    )


def unit_price(value: Decimal | None, currency: str, language: str) -> str:
    """A price: at least the currency's decimals, and further ones (up to 6) when it has them.

    No price reads as a dash. Raises: UnknownCurrency.
    """
    if value is None:
        return "–"
    least = decimals_of(currency)
    pattern = "#,##0." + "0" * least + "#" * (6 - least)
    return str(format_decimal(value, pattern, locale=_locale(language)))


def quantity(value: Decimal, language: str) -> str:
    """A quantity with grouping and no trailing zeros, at most 4 decimals."""
    return str(format_decimal(value, "#,##0.####", locale=_locale(language)))


def percent(value: Decimal, language: str) -> str:
    """A percentage with its sign: 8.25 reads `8.25 %` in most languages, `8.25%` in English."""
    number = format_decimal(value, "#,##0.######", locale=_locale(language))
    return f"{number}%" if _locale(language).language == "en" else f"{number} %"


def tax_title(name: str, rate: Decimal, language: str) -> str:
    """A tax with its rate, said once: a name that says the rate already is enough."""
    shown = percent(rate, language)
    is_said = shown.replace(" ", "") in name.replace(" ", "").replace("\u00a0", "")
    return name if is_said else f"{name} {shown}"
