"""The picklist: what must be picked, and where it lies, in walk order.

The document, every bin and every line carry a scannable code. Bins and lines print in the
order they are given, which is the walk order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.core.messages import N_
from app.documents.barcode import code128
from app.documents.document import Document, Letterhead, Paper, day, moment, quantity, words
from app.documents.fonts import Face
from app.documents.pen import BODY, SMALL, STRONG, UNIT, Ink
from app.documents.sheet import Bars, Column, Content, Frame, Line, Sheet, Table, render_sheets

_BIN = Ink(Face.SEMIBOLD, 17)
_QUANTITY = Ink(Face.SEMIBOLD, 19)
_BIN_WIDTH, _QUANTITY_WIDTH, _CODE_WIDTH = 52.0, 27.0, 44.0


@dataclass(frozen=True, slots=True)
class PickItem:
    """What must be picked: one item over all its bins."""

    number: str
    name: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class PickLine:
    """Where: one line of the picklist. `code` and `bin_code` are what the barcodes carry."""

    code: str
    bin: str
    bin_code: str
    item_number: str
    item_name: str
    quantity: Decimal
    unit: str
    lot: str = ""
    order_number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PickListData:
    """All a picklist says. `about` names the order, wave or truck it is for."""

    letterhead: Letterhead
    number: str
    code: str
    warehouse: str
    items: tuple[PickItem, ...]
    lines: tuple[PickLine, ...]
    paper: Paper = Paper.A4
    about: str = ""
    customer: str = ""
    destination: str = ""
    """The staging lane, bench or truck the goods go to."""
    needed_by: date | None = None
    picker: str = ""
    printed_at: datetime | None = None
    note: str = ""


def render_pick_list(data: PickListData, language: str = "en") -> Document:
    """The picklist as PDF.

    Raises: CannotBeBarcode.
    """
    title = words(N_("Picklist"), language)
    frame = Frame(
        data.number, data.paper, data.letterhead, title, data.number, language, margin=14.0
    )
    return render_sheets(frame, lambda sheet: _paint(sheet, data))


def _paint(sheet: Sheet, data: PickListData) -> None:
    language = sheet.frame.language
    sheet.y = 30.0
    sheet.barcode(code128(data.code), sheet.left, 80.0)
    facts = [
        (sheet.words(N_("For")), data.about),
        (sheet.words(N_("Customer")), data.customer),
        (sheet.words(N_("Warehouse")), data.warehouse),
        (sheet.words(N_("Take to")), data.destination),
        (sheet.words(N_("Needed by")), day(data.needed_by, language)),
        (sheet.words(N_("Picker")), data.picker),
        (sheet.words(N_("Printed")), moment(data.printed_at, language)),
    ]
    end = sheet.facts(sheet.middle, 36.0, 70.0, facts, 24.0)
    sheet.y = max(end, 48.0)
    if data.note:
        sheet.y += 2.0
        sheet.paragraphs(data.note, STRONG)
    if not data.lines:
        sheet.y += 10.0
        sheet.paragraphs(sheet.words(N_("There is nothing to pick.")), Ink(Face.SEMIBOLD, 12))
        return
    _what(sheet, data)
    _where(sheet, data)


def _what(sheet: Sheet, data: PickListData) -> None:
    sheet.heading(sheet.words(N_("What: {count} items"), count=len(data.items)), 40.0)
    table = sheet.table(
        (
            Column(sheet.words(N_("Item")), 42.0),
            Column(sheet.words(N_("Name")), sheet.room - 42.0 - 34.0 - 22.0),
            Column(sheet.words(N_("Quantity")), 34.0, "right"),
            Column("", 22.0, "left", 0.0),
        )
    )
    for item in data.items:
        table.row(
            [Line(item.number, STRONG, 3)],
            [Line(item.name)],
            [Line(quantity(item.quantity, sheet.frame.language), STRONG)],
            [Line(item.unit, UNIT, 2, 1.6)],
            padding=1.4,
        )


def _where(sheet: Sheet, data: PickListData) -> None:
    bins = len({line.bin for line in data.lines})
    sheet.heading(
        sheet.words(
            N_("Where: {lines} lines in {bins} bins, in walk order"),
            lines=len(data.lines),
            bins=bins,
        ),
        50.0,
    )
    fixed = _BIN_WIDTH + _QUANTITY_WIDTH + _CODE_WIDTH
    table = sheet.table(
        (
            Column(sheet.words(N_("Bin")), _BIN_WIDTH),
            Column(sheet.words(N_("Quantity")), _QUANTITY_WIDTH, "right"),
            Column(sheet.words(N_("Item")), sheet.room - fixed, inset=7.0),
            Column(sheet.words(N_("Line")), _CODE_WIDTH, "right"),
        )
    )
    for line in data.lines:
        _line(table, line, sheet.frame.language)


def _line(table: Table, line: PickLine, language: str) -> None:
    place: list[Content] = [
        Line(line.bin, table.sheet.fitted(line.bin, _BIN, _BIN_WIDTH - 4, 9), 2),
        Bars(code128(line.bin_code), 0.25, 6.5, caption=False),
    ]
    item: list[Content] = [
        Line(line.item_number, STRONG, 2),
        Line(line.item_name, BODY, 4),
    ]
    if line.lot:
        item.append(Line(words(N_("Lot {lot}"), language, lot=line.lot), STRONG, 2))
    item += [Line(line.order_number, SMALL, 1), Line(line.note, SMALL, 3)]
    table.row(
        place,
        [Line(quantity(line.quantity, language), _QUANTITY), Line(line.unit, UNIT)],
        item,
        [Bars(code128(line.code), 0.25, 9.0)],
        padding=1.8,
    )
