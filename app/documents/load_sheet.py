"""The load sheet: what goes onto the truck, the last stop first, each piece to be ticked off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.messages import N_
from app.documents.barcode import code128
from app.documents.document import Document, Letterhead, Paper, quantity, words
from app.documents.fonts import Face
from app.documents.pen import BODY, MUTED, STRONG, UNIT, Ink
from app.documents.sheet import Column, Frame, Line, Sheet, render_sheets
from app.documents.trip_papers import sign, trip_head

_STOP = Ink(Face.SEMIBOLD, 15)
_PLACE = Ink(Face.SEMIBOLD, 11)
_QUIET = Ink(Face.REGULAR, 9, MUTED)
_CODE = 52.0
"""How wide the order's number and code at the right are, in mm."""
_BOX = 4.2
"""The side of the box to tick, in mm."""


@dataclass(frozen=True, slots=True)
class PieceToLoad:
    """A carton, or loose goods of one item in one place.

    `number` is the SSCC or the item number; `place` is where it stands now, empty when it is
    not there yet; `is_loaded` when it is on the truck already.
    """

    number: str
    what: str
    quantity: Decimal
    unit: str
    place: str
    weight: str = ""
    is_loaded: bool = False


@dataclass(frozen=True, slots=True)
class StopToLoad:
    """One order at one stop; `code` is the order's own, scanned to load all that is ready."""

    stop: int
    customer: str
    town: str
    order_number: str
    code: str
    pieces: tuple[PieceToLoad, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class LoadSheetData:
    """All a load sheet says. Stops print in the order given, which is the order of loading."""

    letterhead: Letterhead
    number: str
    code: str
    truck: str
    trip_date: date
    stops: tuple[StopToLoad, ...]
    paper: Paper = Paper.A4
    driver: str = ""
    origin: str = ""
    dock: str = ""
    weight: str = ""
    capacity: str = ""


def render_load_sheet(data: LoadSheetData, language: str = "en") -> Document:
    """The load sheet as PDF. Raises: CannotBeBarcode."""
    title = words(N_("Load sheet"), language)
    frame = Frame(
        data.number, data.paper, data.letterhead, title, data.number, language, margin=16.0
    )
    return render_sheets(frame, lambda sheet: _paint(sheet, data))


def _paint(sheet: Sheet, data: LoadSheetData) -> None:
    trip_head(
        sheet,
        code=data.code,
        truck=data.truck,
        driver=data.driver,
        trip_date=data.trip_date,
        origin=data.origin,
        dock=data.dock,
        stops=[each.stop for each in data.stops],
        more=(
            (sheet.words(N_("To load")), data.weight),
            (sheet.words(N_("May carry")), data.capacity),
        ),
    )
    sheet.y += 3.0
    if data.stops:
        sheet.paragraphs(sheet.words(N_("Load from top to bottom: the last stop first.")), _QUIET)
    else:
        sheet.paragraphs(sheet.words(N_("There is nothing to load for this trip.")), _STOP)
    for stop in data.stops:
        _stop(sheet, stop)
    sheet.y += 4.0
    sign(sheet, (N_("Loaded by"), N_("Checked by"), N_("Date and time")))


def _stop(sheet: Sheet, stop: StopToLoad) -> None:
    sheet.ensure(44.0)
    sheet.y += 12.0
    head = sheet.words(N_("Stop {stop}"), stop=stop.stop)
    sheet.text(sheet.left, sheet.y, head, _STOP)
    sheet.one_line(sheet.right, sheet.y, stop.order_number, _STOP, _CODE, 8, "right")
    top, indent = sheet.y, 26.0
    sheet.y += 3.0
    sheet.barcode(code128(stop.code), sheet.right - _CODE, _CODE, height=8.0)
    below, sheet.y = sheet.y + 12.0, top
    for n, line in enumerate(
        sheet.wrap(stop.customer, _STOP, sheet.room - indent - _CODE - 6.0, 2)
    ):
        sheet.y += _STOP.leading if n else 0.0
        sheet.text(sheet.left + indent, sheet.y, line, _STOP)
    for text, ink in ((stop.town, BODY), (stop.note, STRONG)):
        if text:
            for line in sheet.wrap(text, ink, sheet.room - indent - _CODE - 6.0, 3):
                sheet.y += ink.leading
                sheet.text(sheet.left + indent, sheet.y, line, ink)
    sheet.y = max(sheet.y, below)
    table = sheet.table(
        (
            Column(sheet.words(N_("Stands in")), 24.0),
            Column(sheet.words(N_("Carton or item")), 46.0),
            Column(
                sheet.words(N_("Contents")), sheet.room - 24.0 - 46.0 - 22.0 - 12.0 - 22.0 - 16.0
            ),
            Column(sheet.words(N_("Quantity")), 22.0, "right"),
            Column("", 12.0, "left", 0.0),
            Column(sheet.words(N_("Weight")), 22.0, "right"),
            Column(sheet.words(N_("Loaded")), 16.0, "right"),
        )
    )
    for piece in stop.pieces:
        where = sheet.words(N_("on the truck") if piece.is_loaded else N_("not there yet"))
        table.row(
            [Line(piece.place or where, _PLACE if piece.place else _QUIET, 2)],
            [Line(piece.number, STRONG, 2)],
            [Line(piece.what, BODY, 3)],
            [Line(quantity(piece.quantity, sheet.frame.language))],
            [Line(piece.unit, UNIT, 2, 1.6)],
            [Line(piece.weight)],
            [Line("")],
            padding=1.8,
        )
        _box(sheet, piece.is_loaded)


def _box(sheet: Sheet, is_ticked: bool) -> None:
    """The box of the row just drawn: empty, or ticked when the piece is on the truck."""
    left, top = sheet.right - _BOX - 1.0, sheet.y - _BOX - 1.4
    sheet.box(left, top, _BOX, _BOX)
    if is_ticked:
        sheet.text(left + _BOX / 2, top + _BOX - 0.8, "×", _PLACE, "center")
