"""A label drawn once and printed in two languages: PDF of the exact media size, and ZPL.

Positions are millimetres from the top left; the printer's density turns them into dots. A
module of a barcode is a whole number of dots in both. Source of the commands: ZPL II
programming guide (^CI, ^FH, ^FT, ^FO, ^BC, ^GB, ^GF).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from app.documents import barcode, fonts
from app.documents.barcode import QUIET_MODULES, Symbol
from app.documents.document import Document
from app.documents.fonts import Face
from app.documents.pen import POINT, Ink, Pen, exclusively, write

DOTS_PER_MM = Decimal(8)
"""The usual density of a label printer: 203 dpi."""

BLACK = (0.0, 0.0, 0.0)
"""A thermal printer knows no grey."""

_PRINTER_FONT_HAS = frozenset("–—‘’“”„…€•·×")
_PLAIN = frozenset(
    " ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-/:()+#&%*=>;'\""
)


@dataclass(frozen=True, slots=True)
class _Text:
    x: float
    y: float
    text: str
    ink: Ink


@dataclass(frozen=True, slots=True)
class _Rule:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Bars:
    x: float
    y: float
    symbol: Symbol
    dots: int
    height: float


@dataclass
class Label:
    """A label under the pen. The sizes of `media` are width and height in millimetres."""

    name: str
    title: str
    media: tuple[float, float]
    dots_per_mm: Decimal = DOTS_PER_MM
    _parts: list[_Text | _Rule | _Bars] = field(default_factory=list)

    def text(
        self, x: float, y: float, text: str, ink: Ink, room: float, smallest: float = 6.0
    ) -> None:
        """One line with its baseline at y: smaller when it must be, then cut with an ellipsis."""
        text = fonts.clean(text).replace("\n", " ").strip()
        if not text:
            return
        size = fonts.fit(text, ink.face, (ink.size, smallest), room / POINT)
        text = fonts.shorten(text, ink.face, size, room / POINT)
        self._parts.append(_Text(x, y, text, Ink(ink.face, size, BLACK)))

    def lines(self, x: float, y: float, text: str, ink: Ink, room: float, most_lines: int) -> float:
        """Text on several lines. Returns the baseline after the last one."""
        found = fonts.wrap(text[:400], ink.face, ink.size, room / POINT)
        if len(found) > most_lines:
            rest = " ".join(found[most_lines - 1 :])
            found = [*found[: most_lines - 1], rest]
        for line in found:
            self.text(x, y, line, ink, room, ink.size)
            y += ink.leading * 0.92
        return y

    def rule(self, x: float, y: float, width: float, thick: float = 0.3) -> None:
        """A horizontal line, `thick` millimetres."""
        self._parts.append(_Rule(x, y, width, thick))

    def bars(self, x: float, y: float, symbol: Symbol, dots: int, height: float) -> None:
        """A barcode hanging from y, its first bar at x, its module so many dots wide."""
        self._parts.append(_Bars(x, y, symbol, dots, height))

    def finish(self, author: str = "") -> Document:
        """The label in both languages."""
        document = exclusively(lambda: write(self.name, self.title, author, self.media, self._draw))
        return Document(self.name, document.pdf, self._zpl(), document.pages)

    # ------------------------------------------------------------ PDF

    def _draw(self, canvas: Canvas) -> int:
        pen = Pen(canvas, *self.media)
        for part in self._parts:
            if isinstance(part, _Text):
                pen.text(part.x, part.y, part.text, part.ink)
            elif isinstance(part, _Rule):
                pen.plate(part.x, part.y, part.width, part.height, BLACK)
            else:
                module = part.dots / float(self.dots_per_mm)
                pen.bars(part.symbol, part.x - QUIET_MODULES * module, part.y, module, part.height)
        return 1

    # ------------------------------------------------------------ ZPL

    def _dots(self, mm: float) -> int:
        return round(mm * float(self.dots_per_mm))

    def _zpl(self) -> str:
        width, height = (self._dots(each) for each in self.media)
        rows = ["^XA", "^CI28", f"^PW{width}", f"^LL{height}", "^LH0,0"]
        for part in self._parts:
            if isinstance(part, _Text):
                rows.append(self._zpl_text(part))
            elif isinstance(part, _Rule):
                thick = max(1, self._dots(part.height))
                rows.append(
                    f"^FO{self._dots(part.x)},{self._dots(part.y)}"
                    f"^GB{self._dots(part.width)},{thick},{thick}^FS"
                )
            else:
                data = escaped(barcode.zpl_data(part.symbol))
                rows.append(
                    f"^FO{self._dots(part.x)},{self._dots(part.y)}^BY{part.dots}"
                    f"^BCN,{self._dots(part.height)},N,N,N,N^FH^FD{data}^FS"
                )
        return "\n".join([*rows, "^XZ", ""])

    def _zpl_text(self, part: _Text) -> str:
        if not all(map(_printer_font_has, part.text)):
            return self._zpl_picture(part)
        # The printer's font 0 is narrower than ours, so what fits on the PDF fits here.
        size = max(10, self._dots(part.ink.size * POINT))
        return (
            f"^FT{self._dots(part.x)},{self._dots(part.y)}"
            f"^A0N,{size},{size}^FH^FD{escaped(part.text)}^FS"
        )

    def _zpl_picture(self, part: _Text) -> str:
        """Text in a script the printer's own font lacks, as a picture of it in our typefaces."""
        picture, baseline = _picture(part.text, part.ink.face, self._dots(part.ink.size * POINT))
        in_row = (picture.width + 7) // 8
        total = in_row * picture.height
        bits = bytes(255 - each for each in picture.tobytes())
        top = max(0, self._dots(part.y) - baseline)
        return f"^FO{self._dots(part.x)},{top}^GFA,{total},{total},{in_row},{bits.hex().upper()}^FS"


def _printer_font_has(character: str) -> bool:
    return ord(character) <= 0x17F or character in _PRINTER_FONT_HAS


def escaped(text: str) -> str:
    """Field data in which nothing can be taken for a command; for use after ^FH.

    Every byte (UTF-8) that is not a plain letter, digit or harmless sign becomes `_` and two
    hexadecimal digits.
    """
    return "".join(
        each
        if each in _PLAIN
        else "".join(f"_{byte:02X}" for byte in each.encode("utf-8", "replace"))
        for each in text
    )


def _picture(text: str, face: Face, size: int) -> tuple[Image.Image, int]:
    """One line in black on white, one bit a dot, width in whole bytes; and its baseline."""
    runs = []
    for run in fonts.runs(text, face):
        file, index = fonts.file_of(run.font)
        basic = ImageFont.Layout.BASIC
        runs.append((run.text, ImageFont.truetype(file, max(size, 8), index, "", basic)))
    width = int(sum(font.getlength(each) for each, font in runs)) + 8
    ascent = max(font.getmetrics()[0] for _, font in runs)
    descent = max(font.getmetrics()[1] for _, font in runs)
    picture = Image.new("1", (width // 8 * 8, ascent + descent), 1)
    pencil = ImageDraw.Draw(picture)
    x = 0.0
    for each, font in runs:
        pencil.text((x, ascent), each, fill=0, font=font, anchor="ls")
        x += font.getlength(each)
    return picture, ascent
