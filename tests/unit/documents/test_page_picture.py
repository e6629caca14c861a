"""A paper drawn for the screen: its pages' sizes, their pictures, and what cannot be drawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import zxingcpp
from PIL import Image

from app.documents.bin_label import BinLabelData, render_bin_label
from app.documents.page_picture import PagePicture, PaperUnreadable, draw_page, page_sizes
from tests.unit.documents.reading import CODE_128, size_mm

LABEL = render_bin_label(BinLabelData("A-01", "OWBA-01"), "en")


def _image(drawn: PagePicture) -> Image.Image:
    size = (drawn.width, drawn.height)
    return Image.frombuffer("RGB", size, drawn.pixels, "raw", "BGRX", drawn.bytes_per_row, 1)


def test_a_page_is_drawn_at_its_size_and_what_is_on_it_can_be_scanned() -> None:
    (size,) = page_sizes(LABEL.pdf, LABEL.name)
    assert size == pytest.approx(size_mm(LABEL), abs=0.1)
    drawn = draw_page(LABEL.pdf, LABEL.name, 0, 203)
    assert (drawn.width, drawn.height) == pytest.approx(
        tuple(each / 25.4 * 203 for each in size), abs=1
    )
    (code,) = zxingcpp.read_barcodes(_image(drawn).convert("L"), formats=CODE_128)
    assert code.text == "OWBA-01"
    assert _image(drawn).getpixel((1, 1)) == (255, 255, 255)


def test_pages_drawn_on_several_threads_are_the_same() -> None:
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda _n: draw_page(LABEL.pdf, LABEL.name, 0, 120), range(12)))
    assert len({each.pixels for each in drawn}) == 1


@pytest.mark.parametrize("pdf", [b"", b"no paper", LABEL.pdf[: len(LABEL.pdf) // 4]])
def test_a_damaged_paper_is_told_in_a_sentence(pdf: bytes) -> None:
    with pytest.raises(PaperUnreadable, match="INV-1001 cannot be drawn"):
        page_sizes(pdf, "INV-1001")
