"""The program's own codes: a reserved prefix, one letter for the type, then the text.

Paper and parser share the table below, so that what is printed is what is read. Commands and
quantities exist in this form alone, so a bare number is never a quantity. The codes we choose
ourselves use capital letters, digits and hyphens, which keyboards of most countries agree on.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

from app.core.errors import BusinessError
from app.core.messages import N_, plain
from app.core.quantity import LARGEST
from app.rules.scanning.scan import Remark, Scan, ScanKind, StationCommand, remark

DEFAULT_PREFIX = "OW"
LONGEST_VALUE = 60
"""More does not fit on a label as a Code 128 that a scanner still reads."""


class OwnCode(StrEnum):
    """The letter behind the prefix."""

    ORDER = "O"
    PICKLIST = "P"
    PICKLIST_LINE = "K"
    TRIP = "T"
    BIN = "B"
    CARTON = "C"
    BADGE = "U"
    COMMAND = "X"
    QUANTITY = "Q"


KIND_OF: dict[OwnCode, ScanKind] = {
    OwnCode.ORDER: ScanKind.ORDER,
    OwnCode.PICKLIST: ScanKind.PICKLIST,
    OwnCode.PICKLIST_LINE: ScanKind.PICKLIST,
    OwnCode.TRIP: ScanKind.TRIP,
    OwnCode.BIN: ScanKind.BIN,
    OwnCode.CARTON: ScanKind.CARTON,
    OwnCode.BADGE: ScanKind.BADGE,
    OwnCode.COMMAND: ScanKind.COMMAND,
    OwnCode.QUANTITY: ScanKind.QUANTITY,
}

_PREFIX = re.compile(r"[A-Z0-9]{1,8}\Z")
_PRINTABLE = re.compile(r"[!-~](?:[ -~]*[!-~])?\Z")
_QUANTITY = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,4})?\Z")

NOTHING_BEHIND = N_("The code {code} names no {kind}: nothing follows its type. Print it again.")
TOO_LONG = N_("The code {code} is too long for a {kind}: at most {longest} characters may follow.")
ODD_CHARACTERS = N_(
    "The code {code} contains characters that our {kind} codes never have. "
    "Check the scanner's keyboard layout with the set-up sheet, then scan again."
)
UNKNOWN_COMMAND = N_(
    "{code} is not a command of this program. Scan a command from the current command sheet."
)
NOT_A_QUANTITY = N_(
    "{code} is not a quantity: digits must follow, with at most 4 decimals behind a point. "
    "Scan a quantity from the command sheet."
)


class CodeNotPrintable(BusinessError):
    """The value cannot stand in one of our barcodes."""

    sentence = N_(
        "{value} cannot be printed as a {kind} code. Use 1 to 60 letters A to Z, digits, hyphens "
        "and other plain characters, with no space at either end."
    )


class PrefixWrong(BusinessError):
    """A prefix for own codes that keyboards and scanners would not carry."""

    sentence = N_(
        "{prefix} cannot be the prefix of our own codes. Use 1 to 8 capital letters and digits, "
        "such as OW."
    )


def check_prefix(prefix: str) -> str:
    """The prefix itself. Raises: PrefixWrong."""
    if not _PREFIX.match(prefix):
        raise PrefixWrong(prefix=prefix)
    return prefix


def own_code(
    kind: OwnCode, value: str | Decimal | StationCommand, *, prefix: str = DEFAULT_PREFIX
) -> str:
    """The text to print for one thing; `parse` reads it back as the same kind and value.

    Raises: CodeNotPrintable, PrefixWrong.
    """
    check_prefix(prefix)
    text = plain(value) if isinstance(value, Decimal) else str(value)
    if kind is OwnCode.COMMAND:
        text = text.upper()
    code = f"{prefix}{kind.value}{text}"
    if own_code_fault(kind, text, code) is not None:
        raise CodeNotPrintable(value=text[:LONGEST_VALUE], kind=kind.name.lower())
    return code


def own_code_fault(kind: OwnCode, value: str, code: str) -> Remark | None:
    """Why `value` cannot stand behind this letter, or None."""
    name = KIND_OF[kind].value
    if not value:
        return remark(NOTHING_BEHIND, code=code, kind=name)
    if len(value) > LONGEST_VALUE:
        return remark(TOO_LONG, code=code, kind=name, longest=LONGEST_VALUE)
    if not _PRINTABLE.match(value):
        return remark(ODD_CHARACTERS, code=code, kind=name)
    if kind is OwnCode.COMMAND and _command_of(value) is None:
        return remark(UNKNOWN_COMMAND, code=code)
    if kind is OwnCode.QUANTITY and not (_QUANTITY.match(value) and Decimal(value) <= LARGEST):
        return remark(NOT_A_QUANTITY, code=code)
    return None


_COMMANDS = {command.value.upper(): command for command in StationCommand}
_TYPE = f"{StationCommand.CARTON_TYPE.value.upper()}-"
"""A carton type's code follows: TYPE-BOX-L chooses the type BOX-L, TYPE alone asks for one."""


def carton_type_command(code: str) -> str:
    """The command that chooses a carton type, as `own_code` wants it."""
    return f"{_TYPE}{code.upper()}"


def _command_of(value: str) -> StationCommand | None:
    if _carton_type_of(value) is not None:
        return StationCommand.CARTON_TYPE
    return _COMMANDS.get(value)


def _carton_type_of(value: str) -> str | None:
    """The carton type that a command names, or None."""
    return value[len(_TYPE) :] or None if value.startswith(_TYPE) else None


def parse_own_code(text: str, prefix: str, symbology: str | None) -> Scan | None:
    """The scan when `text` has the reserved prefix and a letter of the table, otherwise None."""
    letter = text[len(prefix) : len(prefix) + 1]
    if not prefix or not text.startswith(prefix) or letter not in _LETTERS:
        return None
    own, value = OwnCode(letter), text[len(prefix) + 1 :]
    fault = own_code_fault(own, value, text)
    return Scan(
        text=text,
        kind=KIND_OF[own],
        valid=fault is None,
        value=value,
        reason=fault,
        command=_command_of(value) if own is OwnCode.COMMAND and fault is None else None,
        quantity=Decimal(value) if own is OwnCode.QUANTITY and fault is None else None,
        symbology=symbology,
        is_picklist_line=own is OwnCode.PICKLIST_LINE,
        carton_type=_carton_type_of(value) if own is OwnCode.COMMAND and fault is None else None,
    )


_LETTERS = frozenset(each.value for each in OwnCode)

KEYBOARD_TEST = "KEYBOARD-TEST-AMQWYZ-0123456789"
"""Printed on the set-up sheet; its letters, digits and hyphen sit elsewhere on other layouts."""


def keyboard_fault(scanned: str, *, prefix: str = DEFAULT_PREFIX) -> Remark | None:
    """What the scan of the set-up sheet's test code says about the scanner's settings.

    None when it arrived as printed.
    """
    expected = f"{prefix}-{KEYBOARD_TEST}"
    if scanned == expected:
        return None
    if scanned.swapcase() == expected:
        return remark(CAPS_LOCK_IS_ON)
    return remark(LAYOUT_WRONG, scanned=scanned, expected=expected)


def keyboard_test_code(*, prefix: str = DEFAULT_PREFIX) -> str:
    """The text of the test code on the scanner set-up sheet."""
    return f"{check_prefix(prefix)}-{KEYBOARD_TEST}"


CAPS_LOCK_IS_ON = N_("Capital and small letters arrive swapped. Turn Caps Lock off and scan again.")
LAYOUT_WRONG = N_(
    "The test code arrived as {scanned} instead of {expected}. Set the scanner to the keyboard "
    "layout of this computer, with the code for your country on the set-up sheet."
)
