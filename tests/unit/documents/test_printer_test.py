"""The test page and the test label: what is on them, and that what they promise is true."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.documents.document import Document, Paper
from app.documents.printer_test import CODE, MEDIA, PrinterTestData, render_printer_test
from tests.unit.documents.reading import in_order, pages_as_words, read_bc, size_mm, texts, zpl_of
from tests.unit.documents.samples import LETTERHEAD, LONG_NAME


def printed(*, is_label: bool, density: int = 8, name: str = "Bench 1") -> Document:
    data = PrinterTestData(
        LETTERHEAD,
        "ZEBRA-1",
        name,
        "the network",
        "10.0.0.9:9100",
        "ZPL" if is_label else "PDF",
        density,
        is_label,
        Paper.LETTER,
    )
    return render_printer_test(data, dots_per_mm=Decimal(density))


def test_the_page_tells_how_the_printer_is_set_up_and_carries_a_code() -> None:
    document = printed(is_label=False)
    assert (document.pages, document.zpl) == (1, None)
    assert size_mm(document) == (215.9, 279.4)
    assert texts(document) == [CODE]
    assert in_order(
        pages_as_words(document)[0],
        "Test page",
        "Bench 1 (ZEBRA-1)",
        "the network",
        "10.0.0.9:9100",
        "PDF",
        "8 dots a millimetre",
        "The line below is 100 mm long.",
    )


@pytest.mark.parametrize("density", [6, 8, 12, 24])
def test_the_label_scans_from_both_languages_at_every_density(density: int) -> None:
    document = printed(is_label=True, density=density)
    assert size_mm(document) == MEDIA
    assert texts(document) == [CODE]
    assert [code for code, _dots in read_bc(zpl_of(document))] == [CODE]
    assert f"^PW{100 * density}\n^LL{50 * density}" in zpl_of(document)
    assert in_order(pages_as_words(document)[0], "Bench 1", "ZEBRA-1", "the network")


@pytest.mark.parametrize("is_label", [False, True])
def test_a_long_name_stays_on_the_paper(is_label: bool) -> None:
    document = printed(is_label=is_label, name=LONG_NAME)
    assert document.pages == 1
    assert "…" in pages_as_words(document)[0]
    assert texts(document) == [CODE]
