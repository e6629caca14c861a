"""GS1 element strings: application identifiers and their values, read through `biip`.

A variable-length element ends at FNC1 (here the group separator, 1D) or at its maximum.
Source: GS1 General Specifications, sections 3, 4.13-4.14 (companions), 7.8 (FNC1) and
7.12 (dates).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from biip import ParseConfig, ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString

from app.core.messages import N_
from app.rules.gs1 import check_digit, has_right_check_digit, is_digits
from app.rules.scanning.scan import Element, Remark, remark

FNC1 = "\x1d"

_CONFIG = ParseConfig(gs1_element_strings_verify_date=False)
"""Dates are read here, because the century depends on the company's today."""

_DATES = frozenset({"11", "12", "13", "15", "16", "17", "7003", "7006", "7007", "8008"})
_DELIVERY_DATES = frozenset({"4324", "4325", "4326", "7011"})
_SSCC_AND_GTIN = frozenset({"00", "01", "02", "03"})
_POUND = Decimal("0.45359237")
_NET_WEIGHT_UNITS = {
    "310": Decimal(1),
    "320": _POUND,
    "356": Decimal("0.0311034768"),
    "357": _POUND / 16,
}
"""Kilograms in the unit of each net-weight identifier: kg, pound, troy ounce, ounce."""

NOTHING_THERE = N_("The code holds no GS1 data. Scan it again.")
NO_IDENTIFIER = N_(
    "GS1 has no application identifier at the start of {rest}. Scan again; if it stays so, the "
    "label is wrong."
)
SEPARATOR_MISSING = N_(
    "The value of ({ai}), {value}, is too long: at most {longest} characters are allowed. The "
    "separator (FNC1) behind it is missing. Check that the scanner sends FNC1, or report the label."
)
WRONG_VALUE = N_(
    "({ai}) must be followed by {format} (N for digits, X for characters), not by {value}. "
    "The label is wrong."
)
CHARACTERS_WRONG = N_(
    "({ai}) is followed by {value}, which GS1 does not allow there: a separator (FNC1) is "
    "missing, or the scanner has the wrong keyboard layout. Check it with the set-up sheet."
)
CHECK_DIGIT_WRONG = N_(
    "({ai}) {value} ends in the check digit {found}, but it should end in {expected}. "
    "Scan it again."
)
NO_SUCH_DAY = N_("({ai}) {value} is not a date: GS1 writes year, month, day, such as 261231.")
TWO_VALUES = N_("({ai}) stands in this code twice, as {first} and as {second}. The label is wrong.")
TOO_FEW_DIGITS = N_("({ai}) {value} has fewer digits than the decimals it announces.")
URL_WRONG = N_("{address} is not a GS1 Digital Link that can be read. The label is wrong.")

AT_ITS_MAXIMUM = N_(
    "No separator (FNC1) follows ({ai}) {value}; it was taken to end at its maximum length."
)
COMPANION_MISSING = N_("({ai}) should come with {needed}, which this code does not have.")
NOT_TOGETHER = N_("({ai}) and ({other}) should not stand in one code.")


class NotReadable(Exception):
    """The element string breaks a rule; carries the remark and what was read before."""

    def __init__(self, why: Remark) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of one code in their order, the fault that ended them, and warnings."""

    found: tuple[Element, ...] = ()
    fault: Remark | None = None
    warnings: tuple[Remark, ...] = ()
    today: date = field(kw_only=True)

    def first(self, *ais: str) -> str | None:
        """The value of the first of these identifiers that is there."""
        return next((each.value for ai in ais for each in self.found if each.ai == ai), None)

    def day(self, *ais: str) -> date | None:
        """The same as a date; None when it is absent or no date."""
        value = self.first(*ais)
        return None if value is None else gs1_date(value[:6], self.today)

    @property
    def weight(self) -> Decimal | None:
        """Net weight in kilograms (310n, and 320n 356n 357n converted)."""
        for each in self.found:
            factor = _NET_WEIGHT_UNITS.get(each.ai[:3])
            if factor is not None and len(each.ai) == 4:
                return with_decimals(each) * factor
        return None

    @property
    def price(self) -> tuple[Decimal | None, str | None]:
        """Amount payable for the piece (392n, 393n) and its ISO 4217 number, if given."""
        for each in self.found:
            if each.ai[:3] == "392":
                return with_decimals(each), None
            if each.ai[:3] == "393":
                return with_decimals(Element(each.ai, each.value[3:])), each.value[:3]
        return None, None

    @property
    def count(self) -> Decimal | None:
        """Pieces (30) or units in the logistic unit (37)."""
        value = self.first("30", "37")
        return None if value is None else Decimal(value)


def with_decimals(element: Element) -> Decimal:
    """A value whose identifier's fourth digit says how many decimals it has."""
    return Decimal(element.value).scaleb(-int(element.ai[3]))


def gs1_date(value: str, today: date) -> date | None:
    """YYMMDD as a date: day 00 is the last of the month, the century slides around `today`.

    None when there is no such day. Source: GS1 General Specifications, section 7.12.
    """
    year, month, day = int(value[:2]), int(value[2:4]), int(value[4:6])
    distance = year - today.year % 100
    century = today.year - today.year % 100
    if distance >= 51:
        century -= 100
    elif distance <= -50:
        century += 100
    try:
        return date(century + year, month, day or calendar.monthrange(century + year, month)[1])
    except ValueError:  # also calendar's own complaint about month 13
        return None


def read_elements(message: str, today: date) -> Elements:
    """The elements of a message whose separators are already 1D characters."""
    found: list[Element] = []
    warnings: list[Remark] = []
    fault: Remark | None = None
    try:
        for segment in message.split(FNC1):
            _read_segment(segment, today, found, warnings)
    except NotReadable as problem:
        fault = problem.why
    if fault is None and not found:
        fault = remark(NOTHING_THERE)
    return _judged(found, fault, warnings, today)


def read_digital_link(address: str, today: date) -> Elements:
    """The elements of a GS1 Digital Link address. Source: GS1 Digital Link, URI Syntax."""
    found: list[Element] = []
    try:
        link = GS1DigitalLinkURI.parse(address, config=_CONFIG)
        for each in link.element_strings:
            _add(_checked(each, today), found)
    except NotReadable as problem:
        return _judged(found, problem.why, [], today)
    except (ParseError, ValueError):
        return Elements(fault=remark(URL_WRONG, address=address), today=today)
    return _judged(found, None, [], today)


def read_typed(parts: Iterable[tuple[str, str]], today: date) -> Elements:
    """The elements of a text typed as people read it: (01)09506000134352(10)A7."""
    found: list[Element] = []
    fault: Remark | None = None
    try:
        for ai, value in parts:
            before = len(found)
            _read_segment(ai + value, today, found, [])
            if found[before:] != [Element(ai, value)]:
                raise NotReadable(remark(NO_IDENTIFIER, rest=f"({ai}){value}"))
    except NotReadable as problem:
        fault = problem.why
    return _judged(found, fault, [], today)


def _read_segment(segment: str, today: date, found: list[Element], warnings: list[Remark]) -> None:
    rest = segment
    unended: tuple[GS1ElementString, str] | None = None
    while rest:
        try:
            element = _extracted(rest)
            _add(_checked(element, today), found)
        except NotReadable:
            if unended is None:
                raise
            element, text = unended
            raise NotReadable(_overrun(element, text)) from None
        text, rest = rest, rest[len(element) :]
        if rest and element.ai.separator_required and not _is_of_fixed_length(element.ai):
            warnings.append(remark(AT_ITS_MAXIMUM, ai=element.ai.ai, value=element.value))
            unended = element, text


def _extracted(rest: str) -> GS1ElementString:
    try:
        identifier = GS1ApplicationIdentifier.extract(rest)
    except ParseError:
        raise NotReadable(remark(NO_IDENTIFIER, rest=rest)) from None
    try:
        element: GS1ElementString = GS1ElementString.extract(rest, config=_CONFIG)
    except (ParseError, ValueError, ArithmeticError):
        raise NotReadable(_misfit(identifier, rest)) from None
    if not element.value:
        raise NotReadable(_misfit(identifier, rest))
    return element


def _misfit(identifier: GS1ApplicationIdentifier, rest: str) -> Remark:
    """Why what follows an identifier does not fit it."""
    ai, value = identifier.ai, rest[len(identifier.ai) :]
    if ai in _DATES and is_digits(value[:6]) and len(value) >= 6:
        return remark(NO_SUCH_DAY, ai=ai, value=value[:6])
    return remark(WRONG_VALUE, ai=ai, format=_format(identifier), value=value or "∅")


def _overrun(element: GS1ElementString, text: str) -> Remark:
    """Why the text behind a variable-length element could not be read on."""
    value = text[len(element.ai.ai) :]
    longest = _longest(element.ai)
    if len(element.value) < longest:
        return remark(CHARACTERS_WRONG, ai=element.ai.ai, value=value)
    return remark(SEPARATOR_MISSING, ai=element.ai.ai, value=value, longest=longest)


def _format(identifier: Any) -> str:
    return str(identifier.format).partition("+")[2]


def _longest(identifier: Any) -> int:
    """The maximum length in a format such as `N2+X..20` or `N3+N13[+X..17]`."""
    return sum(int(each) for each in re.findall(r"\d+", _format(identifier)))


def _is_of_fixed_length(identifier: Any) -> bool:
    return ".." not in identifier.format and "[" not in identifier.format


def _checked(raw: GS1ElementString, today: date) -> Element:
    ai, value = raw.ai.ai, raw.value
    if ai in _SSCC_AND_GTIN and not has_right_check_digit(value):
        expected = check_digit(value[:-1])
        raise NotReadable(
            remark(CHECK_DIGIT_WRONG, ai=ai, value=value, found=value[-1], expected=expected)
        )
    if ai in _DATES or ai in _DELIVERY_DATES:
        dates = (value[:6], value[6:12]) if ai == "7007" else (value[:6],)
        if any(gs1_date(each, today) is None for each in dates if each):
            raise NotReadable(remark(NO_SUCH_DAY, ai=ai, value=value))
    if ai[:3] in ("390", "392", "391", "393"):
        digits = value[3:] if ai[:3] in ("391", "393") else value
        if int(ai[3]) >= len(digits):
            raise NotReadable(remark(TOO_FEW_DIGITS, ai=ai, value=value))
    return Element(ai, value)


def _add(element: Element, found: list[Element]) -> None:
    for earlier in found:
        if earlier.ai == element.ai and earlier.value != element.value:
            raise NotReadable(
                remark(TWO_VALUES, ai=element.ai, first=earlier.value, second=element.value)
            )
    if element not in found:
        found.append(element)


def _judged(
    found: Sequence[Element], fault: Remark | None, warnings: Sequence[Remark], today: date
) -> Elements:
    companions = companion_warnings(found) if fault is None else ()
    return Elements(tuple(found), fault, (*warnings, *companions), today=today)


_ARTICLE = ("01", "02", "03", "8006", "8026")
_NEEDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("02", ("37",)),
    ("02", ("00",)),
    ("37", ("02", "8026")),
    ("10", _ARTICLE),
    ("21", ("01", "03", "8006")),
    ("11", _ARTICLE),
    ("13", _ARTICLE),
    ("15", _ARTICLE),
    ("16", _ARTICLE),
    ("17", (*_ARTICLE, "255")),
    ("30", ("01", "02")),
    ("31", ("01", "02")),
    ("32", ("01", "02")),
    ("35", ("01", "02")),
    ("36", ("01", "02")),
    ("392", ("01",)),
    ("393", ("01",)),
    ("241", _ARTICLE),
)
_APART: tuple[tuple[str, str], ...] = (("01", "02"), ("01", "37"), ("01", "03"), ("21", "235"))


def companion_warnings(found: Sequence[Element]) -> tuple[Remark, ...]:
    """Identifiers that stand without the ones they belong to, or beside ones they must not.

    Warnings only: labels in the field often leave them out.
    """
    there = [each.ai for each in found]
    missing = [
        remark(COMPANION_MISSING, ai=ai, needed=" / ".join(f"({each})" for each in needed))
        for start, needed in _NEEDS
        for ai in there
        if ai.startswith(start) and not any(each in there for each in needed)
    ]
    apart = [
        remark(NOT_TOGETHER, ai=one, other=other)
        for one, other in _APART
        if one in there and other in there
    ]
    return (*missing, *apart)
