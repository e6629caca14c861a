"""Linear barcodes: Code 128 and GS1-128, drawn as vector bars, and the same symbol for ZPL.

The symbol's code words come from python-barcode; printing keeps every bar a whole number of
modules wide. Sources: ISO/IEC 15417 (Code 128), GS1 General Specifications (GS1-128, SSCC).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

from barcode.charsets import code128 as tables
from barcode.codex import Code128, Gs1_128

from app.core.errors import BusinessError
from app.core.messages import N_

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

QUIET_MODULES = 10
"""White space a scanner needs on both sides, in modules (ISO/IEC 15417)."""

LEAST_MODULE_MM = 0.19
"""The narrowest module common scanners read from paper (7.5 mil)."""

FNC1 = Gs1_128.FNC1_CHAR

_START_A, _START_C, _CODE_C, _CODE_B, _CODE_A = 103, 105, 99, 100, 101


class CannotBeBarcode(BusinessError):
    """Text that Code 128 cannot carry."""

    sentence = N_(
        "{text} cannot be printed as a barcode: a code is 1 to 80 letters, digits and signs of "
        "plain ASCII. Change the code."
    )


class NotAnSscc(BusinessError):
    """Not 18 digits with a right check digit."""

    sentence = N_(
        "{sscc} is not an SSCC: that is 18 digits, the last of which is the check digit. "
        "Open the carton again to give it a new number."
    )


class BarcodeDoesNotFit(BusinessError):
    """At no printable module width does the symbol fit."""

    sentence = N_(
        "The barcode {text} needs {needed} mm, but there are {room} mm for it. "
        "Use a shorter code or a wider label."
    )


class ModuleIsNoWholeDots(BusinessError):
    """The printer's dots cannot draw the module exactly."""

    sentence = N_(
        "The label {label} is drawn with bars of {module} mm, which is {dots} dots on a printer "
        "with {density} dots per mm, not a whole number. "
        "Use a printer with 6, 8, 12 or 24 dots per mm."
    )


@dataclass(frozen=True, slots=True)
class Symbol:
    """A barcode: the text it reads as, the text under it, and its code words.

    `text` is what a scanner reports (a GS1 symbol without FNC1 signs).
    """

    text: str
    caption: str
    values: tuple[int, ...]

    @property
    def modules(self) -> str:
        """The bars and spaces, one sign a module, `1` for a bar; without quiet zones."""
        codes = [str(tables.CODES[value]) for value in self._with_check()]
        return "".join(codes) + str(tables.STOP) + "11"

    def _with_check(self) -> tuple[int, ...]:
        check = self.values[0] + sum(
            place * value for place, value in enumerate(self.values[1:], start=1)
        )
        return (*self.values, check % 103)

    def width_mm(self, module_mm: float) -> float:
        """The width with both quiet zones."""
        return (len(self.modules) + 2 * QUIET_MODULES) * module_mm

    def bars(self) -> Iterator[tuple[int, int]]:
        """(first module, width in modules) of every bar."""
        start = None
        for place, sign in enumerate(self.modules + "0"):
            if sign == "1" and start is None:
                start = place
            elif sign == "0" and start is not None:
                yield start, place - start
                start = None


def code128(text: str) -> Symbol:
    """The Code 128 symbol of a text.

    Raises: CannotBeBarcode for an empty or overlong text or one that is not printable ASCII.
    """
    if not 1 <= len(text) <= 80 or not (text.isascii() and text.isprintable()):
        raise CannotBeBarcode(text=text[:80])
    values = tuple(Code128(text).encoded)
    if text.startswith("99"):
        # python-barcode takes a leading 99 for the switch to subset C and drops it.
        values = (_START_C, 99, *values[1:])
    return Symbol(text, text, values)


def check_digit(digits: str) -> str:
    """The GS1 check digit that follows these digits (weights 3, 1, 3 … from the right)."""
    total = sum(int(each) * (3 if n % 2 == 0 else 1) for n, each in enumerate(reversed(digits)))
    return str(-total % 10)


def sscc(digits: str) -> Symbol:
    """The GS1-128 symbol of a carton: (00) and the 18 digits of its SSCC.

    Raises: NotAnSscc.
    """
    wrong = len(digits) != 18 or not (digits.isascii() and digits.isdigit())
    if wrong or check_digit(digits[:-1]) != digits[-1]:
        raise NotAnSscc(sscc=digits)
    pairs = tuple(int(digits[at : at + 2]) for at in range(0, 18, 2))
    values = (_START_C, int(tables.C[FNC1]), 0, *pairs)
    if tuple(Gs1_128("00" + digits).encoded) != values:
        raise AssertionError("python-barcode encodes an SSCC in another way than GS1 asks for")
    caption = f"(00) {digits[0]} {digits[1:8]} {digits[8:17]} {digits[17]}"
    return Symbol("00" + digits, caption, values)


def module_for(symbol: Symbol, room_mm: float, most: float, least: float) -> float:
    """The widest module (mm, in hundredths) with which the symbol and quiet zones fit.

    Raises: BarcodeDoesNotFit.
    """
    module = int(min(most, room_mm / symbol.width_mm(1)) * 100) / 100
    if module < least:
        raise BarcodeDoesNotFit(
            text=symbol.text,
            needed=Decimal(str(round(symbol.width_mm(least), 1))),
            room=Decimal(str(round(room_mm, 1))),
        )
    return module


def dots_of(label: str, module_mm: Decimal, dots_per_mm: Decimal) -> int:
    """A module in printer dots.

    Raises: ModuleIsNoWholeDots unless it is a whole number of at least one.
    """
    dots = module_mm * dots_per_mm
    if dots < 1 or dots != dots.to_integral_value():
        raise ModuleIsNoWholeDots(label=label, module=module_mm, dots=dots, density=dots_per_mm)
    return int(dots)


def widest_dots(
    label: str, symbol: Symbol, room_mm: Decimal, dots_per_mm: Decimal, most_mm: Decimal
) -> int:
    """The most whole dots a module may have so that the symbol and its quiet zones fit.

    Raises: BarcodeDoesNotFit, ModuleIsNoWholeDots (no density at all).
    """
    if dots_per_mm <= 0 or dots_per_mm != dots_per_mm.to_integral_value():
        raise ModuleIsNoWholeDots(
            label=label, module=most_mm, dots=most_mm * dots_per_mm, density=dots_per_mm
        )
    modules = len(symbol.modules) + 2 * QUIET_MODULES
    dots = min(int(most_mm * dots_per_mm), int(room_mm * dots_per_mm) // modules)
    least = Decimal(str(LEAST_MODULE_MM))
    if dots < 1 or dots / dots_per_mm < least:
        fewest = max(ceil(least * dots_per_mm), 1)
        needed = (modules * fewest / dots_per_mm).quantize(Decimal("0.1"))
        raise BarcodeDoesNotFit(text=symbol.text, needed=needed, room=room_mm)
    return dots


def draw(canvas: Canvas, symbol: Symbol, x: float, y: float, module: float, height: float) -> None:
    """Draw the bars with the left quiet zone beginning at x, standing on y; all in points."""
    canvas.saveState()
    canvas.setFillGray(0)
    for first, modules in symbol.bars():
        left = x + (QUIET_MODULES + first) * module
        canvas.rect(left, y, modules * module, height, stroke=0, fill=1)
    canvas.restoreState()


# What stands in ^BC data for a sign that has a meaning there.
# Source: ZPL II programming guide, ^BC, invocation characters.
_ZPL_SIGNS = {">": ">0", "^": "><", "~": ">="}
_ZPL_STARTS = {"A": ">9", "B": ">:", "C": ">;"}
_ZPL_SWITCHES = {_CODE_A: (">7", "A"), _CODE_B: (">6", "B"), _CODE_C: (">5", "C")}


def zpl_data(symbol: Symbol) -> str:
    """The symbol's code words as ^BC field data (mode N), so that label and PDF are one symbol.

    The text still has to be escaped as any field data.
    """
    subset = "ABC"[symbol.values[0] - _START_A]
    parts = [_ZPL_STARTS[subset]]
    for value in symbol.values[1:]:
        switch = _ZPL_SWITCHES.get(value)
        if value == int(tables.C[FNC1]):
            parts.append(">8")
        elif switch is not None and switch[1] != subset:
            parts.append(switch[0])
            subset = switch[1]
        elif subset == "C":
            parts.append(f"{value:02d}")
        else:
            sign = chr(value + 32)
            parts.append(_ZPL_SIGNS.get(sign, sign))
    return "".join(parts)
