"""The truck manifest: what is on the truck, stop by stop, each to be signed for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.messages import N_
from app.documents.document import Document, Letterhead, Paper, quantity, words
from app.documents.fonts import Face
from app.documents.pen import BODY, STRONG, UNIT, Ink
from app.documents.sheet import Column, Frame, Line, Sheet, render_sheets
from app.documents.trip_papers import SIGN_ROOM, sign, trip_head

_STOP = Ink(Face.SEMIBOLD, 13)


@dataclass(frozen=True, slots=True)
class LoadedPiece:
    """A carton, or loose goods of one item. `number` is the SSCC or the item number."""

    number: str
    what: str
    quantity: Decimal
    unit: str
    weight: str = ""


@dataclass(frozen=True, slots=True)
class ManifestStop:
    """One shipment at one stop."""

    stop: int
    customer: str
    address: tuple[str, ...]
    order_number: str
    shipment_number: str = ""
    pieces: tuple[LoadedPiece, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ManifestData:
    """All a manifest says. Stops print in the order given, which is the order of driving."""

    letterhead: Letterhead
    number: str
    code: str
    truck: str
    trip_date: date
    stops: tuple[ManifestStop, ...]
    paper: Paper = Paper.A4
    driver: str = ""
    origin: str = ""
    dock: str = ""
    cartons: int = 0
    weight: str = ""
    note: str = ""


def render_manifest(data: ManifestData, language: str = "en") -> Document:
    """The manifest as PDF.

    Raises: CannotBeBarcode.
    """
    title = words(N_("Truck manifest"), language)
    frame = Frame(
        data.number, data.paper, data.letterhead, title, data.number, language, margin=16.0
    )
    return render_sheets(frame, lambda sheet: _paint(sheet, data))


def _paint(sheet: Sheet, data: ManifestData) -> None:
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
            (sheet.words(N_("Cartons")), str(data.cartons) if data.cartons else ""),
            (sheet.words(N_("Weight")), data.weight),
        ),
    )
    if data.note:
        sheet.y += 2.0
        sheet.paragraphs(data.note, STRONG)
    if not data.stops:
        sheet.y += 10.0
        sheet.paragraphs(sheet.words(N_("There is nothing on this truck.")), _STOP)
    for stop in data.stops:
        _stop(sheet, stop)
    _signatures(sheet)


def _stop(sheet: Sheet, stop: ManifestStop) -> None:
    sheet.ensure(58.0)
    sheet.y += 13.0
    head = sheet.words(N_("Stop {stop}"), stop=stop.stop)
    sheet.text(sheet.left, sheet.y, head, _STOP)
    numbers = " · ".join(part for part in (stop.order_number, stop.shipment_number) if part)
    sheet.one_line(sheet.right, sheet.y, numbers, STRONG, 56.0, 7, "right")
    for n, line in enumerate(sheet.wrap(stop.customer, _STOP, sheet.room - 84.0, 2)):
        sheet.y += _STOP.leading if n else 0.0
        sheet.text(sheet.left + 24.0, sheet.y, line, _STOP)
    place = ", ".join(line for line in stop.address if line.strip())
    for text, ink in ((place, BODY), (stop.note, STRONG)):
        if text:
            for line in sheet.wrap(text, ink, sheet.room - 24.0, 3):
                sheet.y += ink.leading
                sheet.text(sheet.left + 24.0, sheet.y, line, ink)
    table = sheet.table(
        (
            Column(sheet.words(N_("Carton or item")), 54.0),
            Column(sheet.words(N_("Contents")), sheet.room - 54.0 - 26.0 - 14.0 - 26.0),
            Column(sheet.words(N_("Quantity")), 26.0, "right"),
            Column("", 14.0, "left", 0.0),
            Column(sheet.words(N_("Weight")), 26.0, "right"),
        )
    )
    for n, piece in enumerate(stop.pieces, 1):
        table.row(
            [Line(piece.number, STRONG, 2)],
            [Line(piece.what, BODY, 3)],
            [Line(quantity(piece.quantity, sheet.frame.language))],
            [Line(piece.unit, UNIT, 2, 1.6)],
            [Line(piece.weight)],
            padding=1.4,
            keep=SIGN_ROOM if n == len(stop.pieces) else 0.0,  # never signed for on a page alone
        )
    sign(sheet, (N_("Received by"), N_("Date and time"), N_("Remarks")))


def _signatures(sheet: Sheet) -> None:
    sheet.y += 6.0
    sign(sheet, (N_("Loaded by"), N_("Driver"), N_("Departed")))
