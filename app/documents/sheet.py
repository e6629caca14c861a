"""The page of a document: letterhead, title, facts, tables that run over pages, totals.

The address stands where the window of a DL, C5 or #10 envelope is. A table repeats its header
on every page; a row is never torn. The page count is known because a document is drawn twice,
the first time only to count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reportlab.pdfgen.canvas import Canvas

from app.core.messages import N_
from app.documents import fonts
from app.documents.barcode import LEAST_MODULE_MM, BarcodeDoesNotFit, Symbol, module_for
from app.documents.document import Document, Letterhead, Paper, words
from app.documents.fonts import Face
from app.documents.pen import (
    BODY,
    LABEL,
    MUTED,
    POINT,
    SMALL,
    STRONG,
    TEXT,
    Align,
    Ink,
    Pen,
    exclusively,
    scratch,
    write,
)

ADDRESS_X = 20.0
ADDRESS_Y = 45.0
ADDRESS_ROOM = 84.0
"""The window: 20 mm from the left, 45 mm from the top, 85 wide (DIN 5008 form B, DL, C5; the
text block also lies in the window of #10)."""

_TITLE = Ink(Face.SEMIBOLD, 21)
_NAME = Ink(Face.SEMIBOLD, 14)
_NUMBER = Ink(Face.MEDIUM, 11, MUTED)
_RETURN = Ink(Face.REGULAR, 6.5, MUTED)
_ADDRESS = Ink(Face.REGULAR, 10.5)
_FOOT = Ink(Face.REGULAR, 7.2, MUTED)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph in a cell."""

    text: str
    ink: Ink = BODY
    most_lines: int = 6
    indent: float = 0.0


@dataclass(frozen=True, slots=True)
class Bars:
    """A barcode in a cell, with its text under it."""

    symbol: Symbol
    most_module: float = 0.33
    height: float = 9.0
    caption: bool = True


Content = Line | Bars


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its share of the width in mm, its alignment."""

    title: str
    width: float
    align: Align = "left"
    gap: float = 4.0
    """White space at the right of a left-aligned column, at the left of a right-aligned one."""
    inset: float = 0.0
    """White space at the left of a left-aligned column."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of one document repeats."""

    name: str
    paper: Paper
    letterhead: Letterhead
    title: str
    number: str
    language: str
    margin: float = 20.0
    first_page: bool = True
    """Whether the first page has the large letterhead (or draws its own head)."""


@dataclass(slots=True)
class _Placed:
    """One piece of a cell ready to print: where, what, and how high it is."""

    height: float
    print: Callable[[float, float], None]


@dataclass(slots=True)
class _Row:
    cells: list[list[_Placed]] = field(default_factory=list)

    @property
    def height(self) -> float:
        return max((sum(each.height for each in cell) for cell in self.cells), default=0.0)


class Sheet(Pen):
    """A document being drawn, page after page, with a cursor that moves down."""

    def __init__(self, canvas: Canvas, frame: Frame, total: int) -> None:
        super().__init__(canvas, *frame.paper.size_mm)
        self.frame = frame
        self.total = total
        self.page = 1
        self.left = frame.margin
        self.right = self.width - frame.margin
        self.bottom = self.height - 22.0
        self.y = 0.0
        self._foot()
        if frame.first_page:
            self._first_head()

    @property
    def room(self) -> float:
        """The width between the margins."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """Where the right-hand block of title and facts begins."""
        return self.width - self.frame.margin - 70.0

    def words(self, sentence: str, **fields: object) -> str:
        """A label in the document's language."""
        return words(sentence, self.frame.language, **fields)

    # ------------------------------------------------------------ heads and feet

    def _first_head(self) -> None:
        frame = self.frame
        room = self.middle - self.left - 8
        for place, line in enumerate(self.wrap(frame.letterhead.name, _NAME, room, 2)):
            self.text(self.left, 21.0 + place * _NAME.leading, line, _NAME)
        self.one_line(self.middle, 21.0, frame.title, _TITLE, 70.0, 12)
        self.one_line(self.middle, 28.0, frame.number, _NUMBER, 70.0, 7)
        self.y = 36.0

    def _next_head(self) -> None:
        frame = self.frame
        right = f"{frame.title} {frame.number}".strip()
        ink = Ink(Face.MEDIUM, 9, MUTED)
        self.one_line(self.left, 16.0, frame.letterhead.name, ink, self.room / 2 - 4, 7)
        self.one_line(self.right, 16.0, right, ink, self.room / 2 - 4, 7, "right")
        self.rule(self.left, 19.0, self.room)
        self.y = 27.0

    def _foot(self) -> None:
        head = self.frame.letterhead
        tax = self.words(N_("Tax no. {number}"), number=head.tax_number) if head.tax_number else ""
        contact = " · ".join(part for part in (head.phone, head.email, tax) if part)
        of = self.words(N_("Page {page} of {total}"), page=self.page, total=self.total)
        self.rule(self.left, self.height - 18.0, self.room)
        wide = self.room - 32
        self.one_line(self.left, self.height - 13.6, head.one_line, _FOOT, wide, 5)
        self.one_line(self.left, self.height - 10.2, contact, _FOOT, wide, 5)
        self.text(self.right, self.height - 13.6, of, _FOOT, "right")

    def new_page(self) -> None:
        """Go on on the next page, below its head."""
        self.canvas.showPage()
        self.page += 1
        self._foot()
        self._next_head()

    def ensure(self, height: float) -> bool:
        """Go to a new page when less than `height` mm are left; True when it did."""
        if self.y + height <= self.bottom:
            return False
        self.new_page()
        return True

    # ------------------------------------------------------------ blocks

    def address(self, lines: Sequence[str], return_line: str) -> float:
        """The recipient in the envelope's window. Returns where it ends."""
        self.one_line(ADDRESS_X, ADDRESS_Y + 4.0, return_line, _RETURN, ADDRESS_ROOM, 4.5)
        self.rule(ADDRESS_X, ADDRESS_Y + 5.6, ADDRESS_ROOM)
        y = ADDRESS_Y + 11.6
        for text in [each for each in lines if each.strip()][:7]:
            ink = self.fitted(text, _ADDRESS, ADDRESS_ROOM, 8)
            for line in self.wrap(text, ink, ADDRESS_ROOM, 2):
                self.text(ADDRESS_X, y, line, ink)
                y += 4.9
        return y

    def block(self, x: float, y: float, room: float, title: str, lines: Sequence[str]) -> float:
        """A small heading and lines of text under it. Returns where it ends."""
        self.text(x, y, title, LABEL)
        y += 4.9
        for text in [each for each in lines if each.strip()][:8]:
            for line in self.wrap(text, BODY, room, 2):
                self.text(x, y, line, BODY)
                y += BODY.leading
        return y

    def facts(
        self, x: float, y: float, room: float, facts: Sequence[tuple[str, str]], label: float = 27.0
    ) -> float:
        """Label and value pairs, one a line; those without a value are left out."""
        for name, value in facts:
            if not value:
                continue
            self.one_line(x, y, name, SMALL, label - 2, 6)
            for line in self.wrap(value, BODY, room - label, 3):
                self.text(x + label, y, line, BODY)
                y += 5.0
        return y

    def paragraphs(self, text: str, ink: Ink = BODY, room: float | None = None) -> None:
        """Running text from the left margin, over as many pages as it takes."""
        for line in fonts.wrap(text, ink.face, ink.size, (room or self.room) / POINT):
            self.ensure(ink.leading)
            self.y += ink.leading
            self.text(self.left, self.y, line, ink)

    def heading(self, text: str, keep: float = 24.0) -> None:
        """A section's heading that stays with at least `keep` mm of what follows."""
        self.ensure(keep)
        self.y += 11.0
        self.text(self.left, self.y, text, Ink(Face.SEMIBOLD, 12))
        self.y += 3.0

    def barcode(
        self, symbol: Symbol, x: float, room: float, most: float = 0.36, height: float = 11.0
    ) -> None:
        """A barcode hanging from the cursor, its bars beginning at x, its text under it."""
        try:
            module = module_for(symbol, room, most, LEAST_MODULE_MM)
        except BarcodeDoesNotFit:
            self.one_line(x, self.y + 4, symbol.caption, STRONG, room, 5)
            return
        self.bars(symbol, x - 10 * module, self.y, module, height)
        self.text(x, self.y + height + 3.4, symbol.caption, SMALL)

    # ------------------------------------------------------------ tables

    def table(self, columns: Sequence[Column]) -> Table:
        """Begin a table at the cursor. The widths must add up to the room."""
        return Table(self, columns)

    def totals(self, rows: Sequence[tuple[str, str]], last: tuple[str, str]) -> None:
        """Label and amount pairs at the right, the last one large under a rule."""
        label = self.right - 78.0
        self.ensure(5.4 * len(rows) + 14.0)
        self.y += 2.0
        for name, value in rows:
            self.ensure(5.4 + 12.0)
            self.y += 5.4
            self.one_line(label, self.y, name, Ink(Face.REGULAR, 9.5, MUTED), 46, 6)
            self.one_line(self.right, self.y, value, BODY, 36, 5, "right")
        self.y += 3.4
        self.rule(label, self.y, 78.0, TEXT, 0.9)
        self.y += 6.2
        ink = Ink(Face.SEMIBOLD, 12.5)
        self.one_line(label, self.y, last[0], ink, 40, 7)
        self.one_line(self.right, self.y, last[1], ink, 42, 6, "right")
        self.y += 3.0


class Table:
    """A ruled table that runs over pages and repeats its header on each."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column]) -> None:
        self.sheet = sheet
        self.columns = tuple(columns)
        self.ink = BODY
        sheet.ensure(28.0)
        self._header()

    def _header(self) -> None:
        sheet = self.sheet
        sheet.y += 5.0
        x = sheet.left
        for column in self.columns:
            at = x + (column.width if column.align == "right" else column.inset)
            sheet.one_line(at, sheet.y, column.title, LABEL, column.width - 1, 5, column.align)
            x += column.width
        sheet.y += 2.2
        sheet.rule(sheet.left, sheet.y, sheet.room, TEXT, 0.8)

    def row(
        self,
        *cells: Sequence[Content],
        padding: float = 2.2,
        rule: bool = True,
        keep: float = 0.0,
    ) -> bool:
        """Print one row, on the next page when it does not fit here. True when it went there.

        `keep` is the height in mm of what belongs to the row and has to follow on its page.
        """
        sheet = self.sheet
        placed = _Row([self._place(cell, n) for n, cell in enumerate(cells)])
        moved = False
        if sheet.y + placed.height + 2 * padding + keep > sheet.bottom:
            sheet.new_page()
            self._header()
            moved = True
        x = sheet.left
        for column, cell in zip(self.columns, placed.cells, strict=True):
            y = sheet.y + padding
            for piece in cell:
                piece.print(x, y)
                y += piece.height
            x += column.width
        sheet.y += placed.height + 2 * padding
        if rule:
            sheet.rule(sheet.left, sheet.y, sheet.room)
        return moved

    def _place(self, cell: Sequence[Content], n: int) -> list[_Placed]:
        column = self.columns[n]
        found: list[_Placed] = []
        for content in cell:
            if isinstance(content, Bars):
                found.append(self._place_bars(content, column))
            elif content.text:
                found += self._place_line(content, column)
        return found

    def _place_line(self, content: Line, column: Column) -> list[_Placed]:
        sheet, room = self.sheet, column.width - column.gap - column.inset - content.indent
        ink = content.ink
        if column.align == "right":
            ink = sheet.fitted(content.text, ink, room, 6)
        lines = sheet.wrap(content.text, ink, room, content.most_lines)

        def printer(text: str) -> Callable[[float, float], None]:
            def put(x: float, y: float) -> None:
                at = x + (
                    column.width if column.align == "right" else column.inset + content.indent
                )
                sheet.text(at, y + content.ink.size * POINT * 0.98, text, ink, column.align)

            return put

        return [_Placed(content.ink.leading, printer(line)) for line in lines]

    def _place_bars(self, content: Bars, column: Column) -> _Placed:
        sheet, symbol = self.sheet, content.symbol
        try:
            module = module_for(symbol, column.width, content.most_module, LEAST_MODULE_MM)
        except BarcodeDoesNotFit:
            # Too long for its column: the code stands there in full, to be typed.
            lines = self._place_line(Line(symbol.caption, STRONG, 4), column)

            def put_text(x: float, y: float) -> None:
                for piece in lines:
                    piece.print(x, y)
                    y += piece.height

            return _Placed(sum(each.height for each in lines), put_text)

        def put(x: float, y: float) -> None:
            if column.align == "right":
                x += column.width - symbol.width_mm(module) + 10 * module
            sheet.bars(symbol, x - 10 * module, y + 0.8, module, content.height)
            if content.caption:
                sheet.text(x, y + content.height + 4.0, symbol.caption, SMALL)

        return _Placed(content.height + (5.4 if content.caption else 1.6), put)


def render_sheets(frame: Frame, paint: Callable[[Sheet], None]) -> Document:
    """Draw a document of sheets: once to count its pages, once to print them."""
    size = frame.paper.size_mm

    def draw_all() -> Document:
        counted = Sheet(scratch(size), frame, 1)
        paint(counted)

        def draw(canvas: Canvas) -> int:
            sheet = Sheet(canvas, frame, counted.page)
            paint(sheet)
            return sheet.page

        title = f"{frame.title} {frame.number}".strip()
        return write(frame.name, title, frame.letterhead.name, size, draw)

    return exclusively(draw_all)
