"""The scanner command sheet: a barcode for everything the station's keys do, with its word."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.messages import N_
from app.documents.barcode import code128, module_for
from app.documents.document import Document, Letterhead, Paper, words
from app.documents.fonts import Face
from app.documents.pen import SMALL, Ink
from app.documents.sheet import Frame, Sheet, render_sheets

_WORD = Ink(Face.SEMIBOLD, 14)
_ROW = 34.0


@dataclass(frozen=True, slots=True)
class Command:
    """One command: the text its barcode carries, its word, what it does."""

    code: str
    word: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class CommandSheetData:
    """The commands, printed in pairs in the order given."""

    letterhead: Letterhead
    commands: tuple[Command, ...]
    paper: Paper = Paper.A4
    station: str = ""


def render_command_sheet(data: CommandSheetData, language: str = "en") -> Document:
    """The command sheet as PDF, two codes side by side and far enough apart.

    Raises: CannotBeBarcode, BarcodeDoesNotFit.
    """
    title = words(N_("Scanner commands"), language)
    frame = Frame("command-sheet", data.paper, data.letterhead, title, data.station, language)
    return render_sheets(frame, lambda sheet: _paint(sheet, data))


def _paint(sheet: Sheet, data: CommandSheetData) -> None:
    sheet.y = 38.0
    half = sheet.room / 2
    for place, command in enumerate(data.commands):
        if place % 2 == 0:
            if place and not sheet.ensure(2 * _ROW - 2.0):
                sheet.y += _ROW
            sheet.rule(sheet.left, sheet.y - 5.5, sheet.room)
        x = sheet.left + half * (place % 2)
        symbol = code128(command.code)
        module = module_for(symbol, half - 12.0, 0.4, 0.19)
        sheet.one_line(x, sheet.y + 1.5, command.word, _WORD, half - 10.0, 9)
        sheet.one_line(x, sheet.y + 6.2, command.explanation, SMALL, half - 10.0, 6)
        sheet.bars(symbol, x - 10 * module, sheet.y + 9.0, module, 13.0)
        sheet.text(x, sheet.y + 25.8, symbol.caption, SMALL)
