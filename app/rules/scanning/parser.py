"""Scanned text to typed scan. Pure, quick, and never an exception, whatever the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from biip import ParseError
from biip.upc import Upc

from app.core.messages import N_
from app.rules.gs1 import (
    SSCC_LENGTH,
    check_digit,
    has_right_check_digit,
    is_digits,
    is_gtin,
    is_sscc,
    parse_sscc,
)
from app.rules.scanning.elements import (
    FNC1,
    Elements,
    read_digital_link,
    read_elements,
    read_typed,
)
from app.rules.scanning.measures import MeasurePattern, read_measure
from app.rules.scanning.own_codes import DEFAULT_PREFIX, parse_own_code
from app.rules.scanning.scan import (
    TRADE_ITEM_SYMBOLOGIES,
    Element,
    Remark,
    Scan,
    ScanKind,
    remark,
)

LONGEST_SCAN = 4296
"""The most characters a QR code holds; nothing longer comes out of a scanner."""

LONGEST_KEPT = 80
"""How much of an unusably long text is kept in the answer."""

_SYMBOLOGY = re.compile(r"\][A-Zc-eopsz][0-9A-Za-z]")
_GS1_SYMBOLOGIES = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
_ADD_ON_LENGTHS = (2, 5)
_STAND_INS = ("\u2194", "\u241d", "{GS}", "{FNC1}", "^]")
"""What keyboards make of FNC1: Alt+029 on Windows, the symbol for GS, and spelled forms."""

_URL = re.compile(r"https?://", re.IGNORECASE)
_URL_WITH_NUMBER = re.compile(r"/0[01]/[0-9]{8,18}(?:[/?#]|\Z)")
_TYPED_ELEMENT = re.compile(r"\(([0-9]{2,4})\) ?([^ ()][^ ]*?) ?(?=\([0-9]{2,4}\)|\Z)")
_PICTURES = (range(0x2600, 0x27C0), range(0x1F000, 0x20000), range(0xE0000, 0xE1000))

EMPTY = N_("The scan is empty. Scan the code again.")
TOO_LONG = N_(
    "The scan has {length} characters; no code holds more than {longest}. Scan one code at a time."
)
CONTROL_CHARACTER = N_(
    "The scan contains the control character {character}, which no code here has. "
    "Check the scanner's settings with the set-up sheet, then scan again."
)
ODD_CHARACTER = N_(
    "The scan contains {character}, which no code here has. Scan the code again, or type it."
)
NOTHING_BEHIND = N_("Nothing follows the symbology identifier {symbology}. Scan the code again.")
NOT_AN_ARTICLE = N_(
    "The scanner read {value} as the number of a trade item, but that has 8, 12, 13 or 14 digits. "
    "Scan it again."
)
CHECK_DIGIT_WRONG = N_(
    "{value} ends in the check digit {found}, but it should end in {expected}. Scan it again."
)
NOT_UPC_E = N_("{value} is not a UPC-E number with a right check digit. Scan it again.")
NOT_ASCII = N_("The GS1 code contains {character}, which GS1 does not allow. Scan it again.")


def parse(
    text: str,
    *,
    prefix: str = DEFAULT_PREFIX,
    gs_stand_in: str | None = None,
    today: date,
    company_prefix: str | None = None,
    measure_patterns: Sequence[MeasurePattern] = (),
) -> Scan:
    """What a scanned (or typed) text is.

    `prefix` is the reserved beginning of our own codes; `gs_stand_in` what this station's
    scanner sends in place of FNC1; `today` the company's date, around which the century of
    GS1 dates slides; `company_prefix` tells our SSCCs from other people's.
    """
    if len(text) > LONGEST_SCAN:
        return _unusable(
            text[:LONGEST_KEPT], remark(TOO_LONG, length=len(text), longest=LONGEST_SCAN)
        )
    scan = _parsed(text, prefix, gs_stand_in, today, measure_patterns)
    ours = bool(scan.sscc) and parse_sscc(str(scan.sscc)).is_of(company_prefix)
    return replace(scan, text=text, sscc_is_ours=ours)


def _parsed(
    text: str,
    prefix: str,
    gs_stand_in: str | None,
    today: date,
    patterns: Sequence[MeasurePattern],
) -> Scan:
    stripped = text.strip(" \t\r\n")
    if not stripped:
        return _unusable(text, remark(EMPTY))
    symbology, body = _without_symbology(stripped)
    if symbology and not body:
        return _unusable(text, remark(NOTHING_BEHIND, symbology=symbology))
    own = parse_own_code(body, prefix, symbology)
    if own is not None:
        return own
    is_marked_gs1 = symbology in _GS1_SYMBOLOGIES
    if not _URL.match(body):
        message = _with_separators(body, gs_stand_in)
        if is_marked_gs1 or FNC1 in message:
            return _gs1(message, symbology, today)
    fault = _character_fault(body)
    if fault is not None:
        return _unusable(body, fault, symbology)
    if symbology in TRADE_ITEM_SYMBOLOGIES:
        return _trade_item(str(symbology), body, patterns)
    return (
        _digital_link(body, symbology, today, is_marked_gs1=is_marked_gs1)
        or _sscc(body, symbology)
        or _bare_gtin(body, symbology, patterns)
        or _unmarked_gs1(body, symbology, today)
        or Scan(body, ScanKind.UNKNOWN, True, body, symbology=symbology)
    )


def _unusable(text: str, why: Remark, symbology: str | None = None) -> Scan:
    return Scan(text, ScanKind.UNKNOWN, False, text, reason=why, symbology=symbology)


def _without_symbology(text: str) -> tuple[str | None, str]:
    found = _SYMBOLOGY.match(text)
    return (None, text) if found is None else (found[0], text[found.end() :])


def _with_separators(body: str, gs_stand_in: str | None) -> str:
    for each in (gs_stand_in, *_STAND_INS):
        if each:
            body = body.replace(each, FNC1)
    return body


def _character_fault(body: str) -> Remark | None:
    for each in body:
        category = unicodedata.category(each)
        if category in ("Cc", "Cf", "Zl", "Zp"):
            return remark(CONTROL_CHARACTER, character=f"U+{ord(each):04X}")
        if category in ("Cs", "Co", "Cn") or any(ord(each) in block for block in _PICTURES):
            return remark(ODD_CHARACTER, character=f"U+{ord(each):04X}")
    return None


# ---------------------------------------------------------------- GS1


def _gs1(message: str, symbology: str | None, today: date) -> Scan:
    strange = next((each for each in message if not (" " <= each <= "~" or each == FNC1)), None)
    if strange is not None:
        fault = remark(NOT_ASCII, character=f"U+{ord(strange):04X}")
        return _of_elements(message, symbology, Elements(fault=fault, today=today))
    return _of_elements(message, symbology, read_elements(message, today))


def _of_elements(value: str, symbology: str | None, elements: Elements) -> Scan:
    if elements.fault is not None:  # what was read before the fault is shown, but never used
        return Scan(
            text=value,
            kind=ScanKind.GS1,
            valid=False,
            value=value,
            elements=elements.found,
            reason=elements.fault,
            symbology=symbology,
        )
    sscc = elements.first("00")
    is_sscc_alone = sscc is not None and len(elements.found) == 1
    amount, currency = elements.price
    return Scan(
        text=value,
        kind=ScanKind.SSCC if is_sscc_alone else ScanKind.GS1,
        valid=True,
        value=str(sscc) if is_sscc_alone else value,
        elements=elements.found,
        warnings=elements.warnings,
        quantity=elements.count,
        gtin=elements.first("01", "02"),
        sscc=sscc,
        lot=elements.first("10"),
        serial=elements.first("21"),
        expiry=elements.day("17", "7003"),
        best_before=elements.day("15"),
        produced=elements.day("11", "8008"),
        weight=elements.weight,
        amount=amount,
        currency=currency,
        part_number=elements.first("241"),
        symbology=symbology,
    )


def _digital_link(
    body: str, symbology: str | None, today: date, *, is_marked_gs1: bool
) -> Scan | None:
    """A GS1 Digital Link; other addresses have no form of their own."""
    if not _URL.match(body):
        return None
    elements = read_digital_link(body, today)
    is_meant = is_marked_gs1 or _URL_WITH_NUMBER.search(body) is not None
    if elements.fault is not None and not is_meant:
        return None
    # A link is always `gs1`, also when an SSCC is all it carries.
    return replace(_of_elements(body, symbology, elements), kind=ScanKind.GS1, value=body)


def _unmarked_gs1(body: str, symbology: str | None, today: date) -> Scan | None:
    """GS1 data without symbology identifier or FNC1: a right (01) or (02) up front, all readable.

    Scanners that are not set up to send either still read such labels; text typed with the
    identifiers in parentheses counts too.
    """
    if body.startswith("("):
        typed = _TYPED_ELEMENT.findall(body)
        if typed and _TYPED_ELEMENT.sub("", body) == "":
            return _of_elements(body, symbology, read_typed(typed, today))
    if body[:2] in ("01", "02") and body.isascii() and has_right_check_digit(body[2:16]):
        elements = read_elements(body, today)
        if len(body) >= 16 and elements.fault is None:
            return _of_elements(body, symbology, elements)
    return None


# ---------------------------------------------------------------- numbers


def _sscc(body: str, symbology: str | None) -> Scan | None:
    marked = body.startswith("00") and len(body) == SSCC_LENGTH + 2
    number = body[2:] if marked else body
    if not is_sscc(number):
        return None
    elements = (Element("00", number),) if marked else ()
    return Scan(
        body,
        ScanKind.SSCC,
        True,
        number,
        elements=elements,
        sscc=number,
        symbology=symbology,
    )


def _bare_gtin(body: str, symbology: str | None, patterns: Sequence[MeasurePattern]) -> Scan | None:
    return _gtin(body, body, symbology, patterns) if is_gtin(body) else None


def _gtin(
    value: str, number: str, symbology: str | None, patterns: Sequence[MeasurePattern]
) -> Scan:
    measured = read_measure(number, patterns)
    if measured is None:
        return Scan(value, ScanKind.GTIN, True, number, gtin=number.zfill(14), symbology=symbology)
    return Scan(
        value,
        ScanKind.GTIN,
        measured.fault is None,
        number,
        reason=measured.fault,
        gtin=measured.gtin,
        weight=measured.weight,
        amount=measured.amount,
        symbology=symbology,
    )


def _trade_item(symbology: str, body: str, patterns: Sequence[MeasurePattern]) -> Scan:
    """A number whose symbology identifier says EAN, UPC or ITF-14: right, or refused."""
    number = _without_add_on(body) if symbology == "]E3" else body
    if not is_digits(number):
        return _no_gtin(symbology, body, remark(NOT_AN_ARTICLE, value=body))
    if symbology in ("]E0", "]E3") and len(number) in (6, 7, 8):
        try:
            number = Upc.parse(number).as_upc_a()
        except ParseError:
            return _no_gtin(symbology, body, remark(NOT_UPC_E, value=body))
    if len(number) not in {"]E4": (8,), "]I1": (14,)}.get(symbology, (12, 13)):
        return _no_gtin(symbology, body, remark(NOT_AN_ARTICLE, value=body))
    expected = check_digit(number[:-1])
    if int(number[-1]) != expected:
        wrong = remark(CHECK_DIGIT_WRONG, value=number, found=number[-1], expected=expected)
        return _no_gtin(symbology, body, wrong)
    return _gtin(body, number, symbology, patterns)


def _no_gtin(symbology: str, body: str, why: Remark) -> Scan:
    return Scan(body, ScanKind.GTIN, False, body, reason=why, symbology=symbology)


def _without_add_on(body: str) -> str:
    """The number without the two or five digits of an add-on symbol (issue, price)."""
    for length in (13, 12):
        if len(body) - length in _ADD_ON_LENGTHS and is_gtin(body[:length]):
            return body[:length]
    return body
