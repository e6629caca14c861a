"""Drawing in millimetres from the top left corner: the pen that sheets and labels share."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from app.documents import barcode, fonts
from app.documents.barcode import Symbol
from app.documents.document import Document
from app.documents.fonts import Face

POINT = 25.4 / 72
"""One typographic point in millimetres."""

LEADING = 1.36
"""Distance between the baselines of a paragraph, in multiples of the type size."""

TEXT = (0x1D / 255, 0x1F / 255, 0x24 / 255)
MUTED = (0x5A / 255, 0x5F / 255, 0x67 / 255)
HAIRLINE = (0xD2 / 255, 0xD5 / 255, 0xDA / 255)
ACCENT = (0x2F / 255, 0x5F / 255, 0xD0 / 255)

Colour = tuple[float, float, float]
Align = Literal["left", "right", "center"]

# ReportLab's font objects share one file position, so only one document is drawn at a time.
_DRAWING = threading.RLock()


@dataclass(frozen=True, slots=True)
class Ink:
    """How a piece of text looks: weight, size in points, colour."""

    face: Face = Face.REGULAR
    size: float = 9.5
    colour: Colour = TEXT

    @property
    def leading(self) -> float:
        """Baseline to baseline, in millimetres."""
        return self.size * LEADING * POINT


BODY = Ink()
STRONG = Ink(Face.SEMIBOLD)
SMALL = Ink(Face.REGULAR, 8, MUTED)
UNIT = Ink(Face.REGULAR, 9.5, MUTED)
LABEL = Ink(Face.MEDIUM, 7.5, MUTED)


class Pen:
    """Draws on one canvas. Lengths are millimetres, y counts from the top edge down."""

    def __init__(self, canvas: Canvas, width: float, height: float) -> None:
        self.canvas = canvas
        self.width = width
        self.height = height

    def text(self, x: float, y: float, text: str, ink: Ink = BODY, align: Align = "left") -> None:
        """Print one line with its baseline at y; x is its left end, right end or middle."""
        if align != "left":
            wide = self.measure(text, ink)
            x -= wide if align == "right" else wide / 2
        self.canvas.setFillColorRGB(*ink.colour)
        fonts.draw(self.canvas, x / POINT, (self.height - y) / POINT, text, ink.face, ink.size)

    def measure(self, text: str, ink: Ink) -> float:
        """The width of one line, in millimetres."""
        return fonts.width(text, ink.face, ink.size) * POINT

    def wrap(self, text: str, ink: Ink, room: float, most_lines: int = 8) -> list[str]:
        """The text in at most so many lines of `room` millimetres; an ellipsis says it is cut."""
        some = text[: int(room * most_lines) + 40]
        lines = fonts.wrap(some, ink.face, ink.size, room / POINT)
        if len(lines) > most_lines or len(some) < len(text):
            rest = " ".join([*lines[most_lines - 1 :], fonts.ELLIPSIS])
            cut = fonts.shorten(rest, ink.face, ink.size, room / POINT)
            lines = [*lines[: most_lines - 1], cut]
        return lines

    def fitted(self, text: str, ink: Ink, room: float, smallest: float) -> Ink:
        """The same ink, as large as one line allows, but not below `smallest` points."""
        size = fonts.fit(text, ink.face, (ink.size, smallest), room / POINT)
        return Ink(ink.face, size, ink.colour)

    def one_line(
        self,
        x: float,
        y: float,
        text: str,
        ink: Ink,
        room: float,
        smallest: float,
        align: Align = "left",
    ) -> None:
        """Print one line smaller when it must be, and cut with an ellipsis below `smallest`."""
        ink = self.fitted(text, ink, room, smallest)
        self.text(x, y, fonts.shorten(text, ink.face, ink.size, room / POINT), ink, align)

    def rule(
        self, x: float, y: float, length: float, colour: Colour = HAIRLINE, points: float = 0.6
    ) -> None:
        """A horizontal line."""
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setLineWidth(points)
        level = (self.height - y) / POINT
        self.canvas.line(x / POINT, level, (x + length) / POINT, level)

    def box(self, x: float, y: float, width: float, height: float, points: float = 0.8) -> None:
        """An empty rectangle, to be ticked or written in."""
        self.canvas.setStrokeColorRGB(*TEXT)
        self.canvas.setLineWidth(points)
        self.canvas.rect(
            x / POINT,
            (self.height - y - height) / POINT,
            width / POINT,
            height / POINT,
            stroke=1,
            fill=0,
        )

    def plate(self, x: float, y: float, width: float, height: float, colour: Colour = TEXT) -> None:
        """A filled rectangle, to print light text on."""
        self.canvas.setFillColorRGB(*colour)
        self.canvas.rect(
            x / POINT,
            (self.height - y - height) / POINT,
            width / POINT,
            height / POINT,
            stroke=0,
            fill=1,
        )

    def bars(self, symbol: Symbol, x: float, y: float, module: float, height: float) -> None:
        """A barcode whose left quiet zone begins at x and whose bars hang from y."""
        barcode.draw(
            self.canvas,
            symbol,
            x / POINT,
            (self.height - y - height) / POINT,
            module / POINT,
            height / POINT,
        )


def write(
    name: str, title: str, author: str, size: tuple[float, float], draw: Callable[[Canvas], int]
) -> Document:
    """A finished document of pages of the given size (mm); `draw` returns how many it drew.

    The same drawing gives the same bytes: no time and no random identity is written.
    """
    buffer = io.BytesIO()
    with _DRAWING:
        canvas = Canvas(
            buffer,
            pagesize=(size[0] / POINT, size[1] / POINT),
            invariant=1,
            pageCompression=1,
        )
        canvas.setTitle(fonts.clean(title)[:200])
        canvas.setAuthor(fonts.clean(author)[:200])
        canvas.setCreator("Orderwright")
        canvas.setProducer("Orderwright")
        pages = draw(canvas)
        canvas.save()
    return Document(name=name, pdf=buffer.getvalue(), pages=pages)


def scratch(size: tuple[float, float]) -> Canvas:
    """A canvas whose drawing is thrown away, to count the pages before the real drawing."""
    return Canvas(
        io.BytesIO(), pagesize=(size[0] / POINT, size[1] / POINT), invariant=1, pageCompression=0
    )


def exclusively(work: Callable[[], Document]) -> Document:
    """Run the drawing of one document while no other is being drawn."""
    with _DRAWING:
        return work()
