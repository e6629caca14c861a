"""The bin label, 100 × 50 mm: the place in letters to be read from the aisle, and its code."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.core.messages import N_
from app.documents.barcode import code128, widest_dots
from app.documents.document import Document, words
from app.documents.fonts import Face
from app.documents.label import DOTS_PER_MM, Label
from app.documents.pen import LABEL, Ink

MEDIA = (100.0, 50.0)

_LEFT, _ROOM = 6.0, 88.0
_PLACE = Ink(Face.SEMIBOLD, 58)
_NOTE = Ink(Face.MEDIUM, 9)


@dataclass(frozen=True, slots=True)
class BinLabelData:
    """A location's label: the code a person reads, the text its barcode carries."""

    bin: str
    code: str
    warehouse: str = ""
    description: str = ""


def render_bin_label(
    data: BinLabelData, language: str = "en", dots_per_mm: Decimal = DOTS_PER_MM
) -> Document:
    """The label as PDF and ZPL.

    Raises: CannotBeBarcode, BarcodeDoesNotFit, ModuleIsNoWholeDots.
    """
    title = words(N_("Bin label {bin}"), language, bin=data.bin)
    symbol = code128(data.code)
    dots = widest_dots(title, symbol, Decimal(100), dots_per_mm, Decimal("0.5"))
    label = Label(f"bin-{data.bin}", title, MEDIA, dots_per_mm)
    label.text(_LEFT, 7.0, data.warehouse, _NOTE, 42)
    label.text(52.0, 7.0, data.description, _NOTE, 42)
    label.text(_LEFT, 26.5, data.bin, _PLACE, _ROOM, 18)
    module = dots / float(dots_per_mm)
    left = max(10 * module, min(_LEFT, (MEDIA[0] - len(symbol.modules) * module) / 2))
    label.bars(left, 30.0, symbol, dots, 13.5)
    label.text(left, 47.3, symbol.caption, LABEL, _ROOM)
    return label.finish(data.warehouse)
