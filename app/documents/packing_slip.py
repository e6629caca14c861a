"""The packing slip: what is in the shipment, what follows later. No prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.messages import N_
from app.documents.barcode import code128
from app.documents.document import Document, Letterhead, Paper, day, quantity, words
from app.documents.pen import BODY, SMALL, STRONG, UNIT, Ink
from app.documents.sheet import Column, Content, Frame, Line, Sheet, render_sheets


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One order line in this shipment. A `part_of_kit` stands under its kit."""

    number: str
    item_number: str
    item_name: str
    ordered: Decimal
    packed: Decimal
    backordered: Decimal
    unit: str
    customer_item: str = ""
    lots: tuple[str, ...] = ()
    """Lot numbers or serials, as they are printed."""
    part_of_kit: bool = False


@dataclass(frozen=True, slots=True)
class SlipCarton:
    """One carton of the shipment."""

    label: str
    sscc: str
    weight: str = ""
    tracking: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class PackingSlipData:
    """All a packing slip says."""

    letterhead: Letterhead
    number: str
    code: str
    ship_to: tuple[str, ...]
    order_number: str
    lines: tuple[SlipLine, ...]
    paper: Paper = Paper.A4
    ship_date: date | None = None
    order_date: date | None = None
    customer_number: str = ""
    customer_po: str = ""
    delivery: str = ""
    cartons: tuple[SlipCarton, ...] = ()
    weight: str = ""
    comments: str = ""


def render_packing_slip(data: PackingSlipData, language: str = "en") -> Document:
    """The packing slip as PDF.

    Raises: CannotBeBarcode.
    """
    title = words(N_("Packing slip"), language)
    frame = Frame(data.number, data.paper, data.letterhead, title, data.number, language)
    return render_sheets(frame, lambda sheet: _paint(sheet, data))


def _paint(sheet: Sheet, data: PackingSlipData) -> None:
    language = sheet.frame.language
    end = sheet.address(data.ship_to, data.letterhead.one_line)
    facts = [
        (sheet.words(N_("Shipped")), day(data.ship_date, language)),
        (sheet.words(N_("Order")), data.order_number),
        (sheet.words(N_("Order date")), day(data.order_date, language)),
        (sheet.words(N_("Your order")), data.customer_po),
        (sheet.words(N_("Customer")), data.customer_number),
        (sheet.words(N_("Delivery")), data.delivery),
        (sheet.words(N_("Cartons")), str(len(data.cartons)) if data.cartons else ""),
        (sheet.words(N_("Weight")), data.weight),
    ]
    sheet.y = sheet.facts(sheet.middle, 45.0, 70.0, facts)
    sheet.barcode(code128(data.code), sheet.middle, 70.0, height=9.0)
    sheet.y = max(sheet.y + 16.0, end, 92.0)
    if data.lines:
        _lines(sheet, data)
    else:
        sheet.paragraphs(sheet.words(N_("There is nothing in this shipment.")), STRONG)
    if data.cartons:
        _cartons(sheet, data)
    if data.comments:
        sheet.y += 5.0
        sheet.paragraphs(data.comments)


def _lines(sheet: Sheet, data: PackingSlipData) -> None:
    language = sheet.frame.language
    table = sheet.table(
        (
            Column(sheet.words(N_("Item")), sheet.room - 84.0),
            Column(sheet.words(N_("Ordered")), 24.0, "right", 2.0),
            Column("", 12.0, "left", 0.0),
            Column(sheet.words(N_("Shipped")), 24.0, "right", 2.0),
            Column(sheet.words(N_("To follow")), 24.0, "right", 2.0),
        )
    )
    for line in data.lines:
        name: list[Content] = []
        indent = 6.0 if line.part_of_kit else 0.0
        name.append(Line(line.item_name, BODY if line.part_of_kit else STRONG, indent=indent))
        first = [line.number, line.item_number]
        if line.customer_item:
            first.append(words(N_("your no. {number}"), language, number=line.customer_item))
        name.append(Line(" · ".join(part for part in first if part), SMALL, indent=indent))
        if line.lots:
            name.append(Line(", ".join(line.lots), SMALL, 12, indent))
        ink = BODY if line.backordered == 0 else STRONG
        table.row(
            name,
            [Line(quantity(line.ordered, language))],
            [Line(line.unit, UNIT, 2, 1.6)],
            [Line(quantity(line.packed, language), STRONG)],
            [Line(quantity(line.backordered, language) if line.backordered else "–", ink)],
        )


def _cartons(sheet: Sheet, data: PackingSlipData) -> None:
    sheet.heading(sheet.words(N_("Cartons")), 40.0)
    table = sheet.table(
        (
            Column(sheet.words(N_("Carton")), 18.0),
            Column(sheet.words(N_("Type")), 34.0),
            Column(sheet.words(N_("SSCC")), 46.0),
            Column(sheet.words(N_("Tracking")), sheet.room - 18.0 - 34.0 - 46.0 - 28.0),
            Column(sheet.words(N_("Weight")), 28.0, "right"),
        )
    )
    plain = Ink(size=9)
    for carton in data.cartons:
        table.row(
            [Line(carton.label, plain, 2)],
            [Line(carton.type, plain, 2)],
            [Line(carton.sscc, plain, 2)],
            [Line(carton.tracking, plain, 2)],
            [Line(carton.weight, plain)],
            padding=1.4,
        )
