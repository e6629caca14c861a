"""From the text of a cell to its value, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.core.countries import country_code
from app.core.errors import BusinessError
from app.core.messages import N_
from app.core.money import decimals_of
from app.core.quantity import LARGEST
from app.documents.table_file import as_it_was
from app.operations.importing.kinds import Cell, Column
from app.rules.records import (
    LARGEST_AMOUNT,
    NOTE_LENGTH,
    check_number,
    check_percent,
    check_price,
    check_text,
)

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Days that a business record can carry; others are slips or a program's *never*."""


class CellEmpty(BusinessError):
    """A required cell without content."""

    sentence = N_("{column} is required and empty here.")


class CellIsFormula(BusinessError):
    """A formula instead of what it comes to."""

    sentence = N_("This is a formula. Put its value there instead.")


class NotANumber(BusinessError):
    """Text where a number is wanted."""

    sentence = N_(
        "{value} is not a number. Write digits with a decimal point and without separators "
        "of thousands, such as 1234.50."
    )


class NotWhole(BusinessError):
    """A fraction of something that is counted."""

    sentence = N_("{value} is not a whole number of 0 or more.")


class NotARank(BusinessError):
    """A rank between two ranks."""

    sentence = N_("{value} is not a whole number, such as 10, 0 or -1.")


class NotADate(BusinessError):
    """Text where a day is wanted."""

    sentence = N_("{value} is not a day. Write it as year-month-day, such as 2026-03-31.")


class DateNotPlausible(BusinessError):
    """A day in an impossible year."""

    sentence = N_("{value} is not a day from {earliest} to {latest}.")


class NotYesOrNo(BusinessError):
    """A word that is neither."""

    sentence = N_("{value} is neither yes nor no. Write yes or no.")


class NotAChoice(BusinessError):
    """A word that is not among those that mean something."""

    sentence = N_("{value} is not possible here. Use one of: {choices}.")


_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})", re.ASCII)
_YES = {"yes": True, "true": True, "1": True, "y": True}
_NO = {"no": False, "false": False, "0": False, "n": False}


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def is_number(text: str) -> bool:
    """Whether a cell holds a number and nothing else."""
    return _NUMBER.fullmatch(text.strip()) is not None


def read_number(text: str) -> Decimal:
    """The number a cell holds. Raises: NotANumber."""
    if not _NUMBER.fullmatch(text):
        raise NotANumber(value=_shown(text))
    return Decimal(text)


def _whole(text: str) -> int:
    value = read_number(text)
    if value < 0 or value != value.to_integral_value() or value > 10**15:
        raise NotWhole(value=_shown(text))
    return int(value)


def _rank(text: str) -> int:
    value = read_number(text)
    if value != value.to_integral_value() or abs(value) > 10**15:
        raise NotARank(value=_shown(text))
    return int(value)


def _date(text: str) -> date:
    try:
        # A time behind the day (a spreadsheet's midnight) is not part of the day.
        day = datetime.fromisoformat(text).date() if len(text) > 10 else date.fromisoformat(text)
    except ValueError as error:
        raise NotADate(value=_shown(text)) from error
    if not EARLIEST <= day <= LATEST:
        # As days are written in files.
        known = {"value": day, "earliest": EARLIEST, "latest": LATEST}
        raise DateNotPlausible(**{name: each.isoformat() for name, each in known.items()})
    return day


def _yes_no(text: str) -> bool:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise NotYesOrNo(value=_shown(text))


def _currency(text: str) -> str:
    code = text.upper()
    decimals_of(code)
    return code


_READERS: dict[Cell, Callable[[str, str], Any]] = {
    Cell.TEXT: lambda field, text: check_text(field, text, NOTE_LENGTH, lines=True),
    Cell.NUMBER: lambda _field, text: read_number(text),
    Cell.QUANTITY: lambda field, text: check_number(field, read_number(text), most=LARGEST),
    Cell.PRICE: lambda field, text: check_price(field, read_number(text)),
    Cell.AMOUNT: lambda field, text: check_number(field, read_number(text), least=-LARGEST_AMOUNT),
    Cell.PERCENT: lambda field, text: check_percent(field, read_number(text)),
    Cell.FRACTION: lambda field, text: check_number(
        field, read_number(text), most=Decimal(1), decimals=8
    ),
    Cell.WHOLE: lambda _field, text: _whole(text),
    Cell.RANK: lambda _field, text: _rank(text),
    Cell.DATE: lambda _field, text: _date(text),
    Cell.YES_NO: lambda _field, text: _yes_no(text),
    Cell.COUNTRY: lambda _field, text: country_code(text),
    Cell.CURRENCY: lambda _field, text: _currency(text),
}


def read_cell(column: Column, text: str) -> Any:
    """The value of a cell; empty is the column's default.

    What was written with an apostrophe, so that no spreadsheet takes it for a formula, is a text
    as it was before.

    Raises: CellEmpty, CellIsFormula, NotAChoice, and what its type cannot be read from.
    """
    text = text.strip(" \t\r\n\u00a0\ufeff")
    if not text:
        if column.required:
            raise CellEmpty(column=column.name)
        return column.default
    if text[0] == "=":
        raise CellIsFormula()
    text = as_it_was(text)
    if column.choices:
        word = text.casefold().replace("-", "_").replace(" ", "_")
        if word not in column.choices:
            raise NotAChoice(value=_shown(text), choices=list(column.choices))
        return word
    return _READERS[column.cell](column.name.replace("_", " "), text)
