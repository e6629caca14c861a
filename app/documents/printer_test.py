"""The test page of a printer, or its test label: how it is reached, a rule to measure, a code.

What must be right on paper can be seen on it: that 100 mm are 100 mm, that nothing is cut at
the edges, that a scanner reads the code, that every script prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.core.messages import N_
from app.documents.barcode import code128, module_for, widest_dots
from app.documents.document import Document, Letterhead, Paper, words
from app.documents.fonts import Face
from app.documents.label import DOTS_PER_MM, Label
from app.documents.pen import BODY, LABEL, SMALL, Ink
from app.documents.sheet import Frame, Sheet, render_sheets

CODE = "TEST-0123456789"
"""The text of the code on it; at a station it names nothing."""

SCRIPTS = "Ää Éé Łł Øø · Привет · Ελληνικά · 日本語 · 한국어 · العربية · עברית · ไทย · € £ ¥"
MEDIA = (100.0, 50.0)
RULE = 100
"""Millimetres."""

_PLACE = Ink(Face.SEMIBOLD, 20)
_NOTE = Ink(Face.MEDIUM, 8.5)


@dataclass(frozen=True, slots=True)
class PrinterTestData:
    """A printer as it is set up: `way` says how it is reached, `language` what it understands."""

    letterhead: Letterhead
    code: str
    name: str
    way: str
    address: str
    language: str
    dots_per_mm: int
    is_label: bool
    paper: Paper = Paper.A4


def render_printer_test(
    data: PrinterTestData, language: str = "en", dots_per_mm: Decimal = DOTS_PER_MM
) -> Document:
    """A page as PDF; for a printer of labels a label of 100 × 50 mm, as PDF and ZPL."""
    if data.is_label:
        return _label(data, language, dots_per_mm)
    title = words(N_("Test page"), language)
    frame = Frame(f"test-{data.code}", data.paper, data.letterhead, title, data.code, language)
    return render_sheets(frame, lambda sheet: _paint(sheet, data))


def _facts(data: PrinterTestData, language: str) -> tuple[tuple[str, str], ...]:
    return (
        (words(N_("Printer"), language), f"{data.name} ({data.code})"),
        (words(N_("Reached by"), language), data.way),
        (words(N_("Address"), language), data.address),
        (words(N_("Understands"), language), data.language),
        (
            words(N_("Density"), language),
            words(N_("{dots} dots a millimetre"), language, dots=data.dots_per_mm),
        ),
    )


def _paint(sheet: Sheet, data: PrinterTestData) -> None:
    sheet.y = 52.0
    for label, value in _facts(data, sheet.frame.language):
        sheet.one_line(sheet.left, sheet.y, label, LABEL, 36.0, 6)
        sheet.one_line(sheet.left + 38.0, sheet.y, value, BODY, sheet.room - 38.0, 6)
        sheet.y += 7.0
    sheet.y += 8.0
    sentence = N_("The line below is {length} mm long. When yours is not, switch off scaling.")
    sheet.one_line(sheet.left, sheet.y, sheet.words(sentence, length=RULE), BODY, sheet.room, 6)
    sheet.y += 6.0
    sheet.rule(sheet.left, sheet.y, RULE)
    for millimetre in range(0, RULE + 1, 10):
        sheet.plate(sheet.left + millimetre, sheet.y, 0.2, 4.0 if millimetre % 50 else 7.0)
    sheet.y += 22.0
    sheet.one_line(sheet.left, sheet.y, sheet.words(N_("A scanner reads:")), BODY, sheet.room, 6)
    symbol = code128(CODE)
    module = module_for(symbol, 120.0, 0.4, 0.19)
    sheet.bars(symbol, sheet.left - 10 * module, sheet.y + 4.0, module, 16.0)
    sheet.text(sheet.left, sheet.y + 25.0, symbol.caption, SMALL)
    sheet.y += 40.0
    sheet.one_line(sheet.left, sheet.y, SCRIPTS, BODY, sheet.room, 6)


def _label(data: PrinterTestData, language: str, dots_per_mm: Decimal) -> Document:
    title = words(N_("Test label"), language)
    symbol = code128(CODE)
    dots = widest_dots(title, symbol, Decimal(100), dots_per_mm, Decimal("0.5"))
    label = Label(f"test-{data.code}", title, MEDIA, dots_per_mm)
    label.text(4.0, 8.5, data.name, _PLACE, 92.0)
    density = words(N_("{dots} dots a millimetre"), language, dots=data.dots_per_mm)
    label.text(4.0, 13.5, " · ".join((data.code, data.way, data.address, density)), _NOTE, 92.0)
    label.rule(0.0, 17.0, 100.0, 0.3)
    for centimetre in range(1, 10):
        label.rule(centimetre * 10.0 - 0.15, 17.0, 0.3, 3.0)
    label.text(4.0, 25.0, SCRIPTS, _NOTE, 92.0)
    module = dots / float(dots_per_mm)
    label.bars(max(10 * module, 4.0), 29.0, symbol, dots, 13.0)
    label.text(4.0, 46.5, symbol.caption, LABEL, 92.0)
    return label.finish(data.letterhead.name)
