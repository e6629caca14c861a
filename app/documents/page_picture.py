"""A finished paper, page by page, as pictures for the screen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.core.errors import BusinessError
from app.core.messages import N_

POINTS_PER_INCH = 72
MM_PER_POINT = 25.4 / POINTS_PER_INCH

_ONE_AT_A_TIME = threading.Lock()
"""PDFium serves one thread at a time."""


class PaperUnreadable(BusinessError):
    """A PDF that cannot be drawn: an archive that was damaged."""

    sentence = N_(
        "{paper} cannot be drawn ({reason}). Save it as PDF and look at it with another program."
    )


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page: rows of `bytes_per_row`, four bytes a pixel (blue, green, red, one unused)."""

    width: int
    height: int
    bytes_per_row: int
    pixels: bytes


def page_sizes(pdf: bytes, name: str) -> tuple[tuple[float, float], ...]:
    """Width and height of every page in millimetres. Raises: PaperUnreadable."""
    with _opened(pdf, name) as paper:
        sizes = [paper.get_page_size(number) for number in range(len(paper))]
    return tuple((wide * MM_PER_POINT, high * MM_PER_POINT) for wide, high in sizes)


def draw_page(pdf: bytes, name: str, page: int, dots_per_inch: float) -> PagePicture:
    """One page as it comes out of a printer; the first page is 0. Raises: PaperUnreadable."""
    with _opened(pdf, name) as paper:
        drawn = paper[page].render(
            scale=dots_per_inch / POINTS_PER_INCH, force_bitmap_format=_bgrx()
        )
        return PagePicture(drawn.width, drawn.height, drawn.stride, bytes(drawn.buffer))


def _bgrx() -> int:
    from pypdfium2.raw import FPDFBitmap_BGRx

    return int(FPDFBitmap_BGRx)


@contextmanager
def _opened(pdf: bytes, name: str) -> Iterator[Any]:
    # Loaded with the first paper that is looked at, not with the window.
    from pypdfium2 import PdfDocument, PdfiumError

    with _ONE_AT_A_TIME:
        try:
            paper = PdfDocument(pdf)
            try:
                yield paper
            finally:
                paper.close()
        except PdfiumError as error:
            raise PaperUnreadable(paper=name, reason=str(error)) from error
