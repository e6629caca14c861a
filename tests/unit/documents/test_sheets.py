"""The sheets: the right words in the right order, codes that scan, pages that hold together."""

from __future__ import annotations

import dataclasses
import hashlib
from decimal import Decimal

import pytest

from app.core.money import UnknownCurrency
from app.documents.barcode import CannotBeBarcode
from app.documents.command_sheet import render_command_sheet
from app.documents.document import Letterhead, Paper, amount, percent, quantity, unit_price
from app.documents.invoice import render_invoice
from app.documents.load_sheet import render_load_sheet
from app.documents.manifest import LoadedPiece, render_manifest
from app.documents.order_confirmation import render_order_confirmation
from app.documents.packing_slip import render_packing_slip
from app.documents.pick_list import render_pick_list
from tests.unit.documents import samples
from tests.unit.documents.reading import in_order, pages_as_words, pictures, size_mm, texts

LINED = (
    (render_pick_list, samples.pick_list),
    (render_packing_slip, samples.packing_slip),
    (render_manifest, samples.manifest),
    (render_load_sheet, samples.load_sheet),
    (render_invoice, samples.invoice),
    (render_order_confirmation, samples.confirmation),
)
every_lined_paper = pytest.mark.parametrize(
    ("render", "data"), LINED, ids=[render.__name__ for render, _ in LINED]
)


@every_lined_paper
@pytest.mark.parametrize("lines", [0, 1, 60])
@pytest.mark.parametrize("paper", list(Paper))
def test_every_page_has_the_paper_size_and_its_number(render, data, lines, paper):
    document = render(dataclasses.replace(data(lines), paper=paper))
    pages = pages_as_words(document)
    assert size_mm(document) == tuple(round(each, 1) for each in paper.size_mm)
    assert document.pages == len(pages)
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Northgate Supply Company" in page


@every_lined_paper
def test_the_same_data_gives_the_same_bytes(render, data):
    first, second = render(data(5)), render(data(5))
    assert first.pdf == second.pdf
    assert first.sha256 == hashlib.sha256(second.pdf).hexdigest()
    assert first.zpl is None


@every_lined_paper
def test_markup_in_a_name_is_printed_as_it_was_typed(render, data):
    assert "<b>Bold & Sons</b>" in " ".join(pages_as_words(render(data(2))))


@every_lined_paper
def test_a_name_without_end_is_cut_visibly_and_stays_on_its_page(render, data):
    document = render(data(10))
    assert "…" in " ".join(pages_as_words(document))
    assert document.pages <= 5


@every_lined_paper
def test_nothing_is_printed_into_the_margins(render, data):
    for page in pictures(render(data(10)), 4):
        ink = page.point(lambda level: 255 if level < 200 else 0).getbbox()
        assert ink is not None
        assert ink[0] >= 10 * 4
        assert ink[2] <= page.width - 10 * 4
        assert ink[1] >= 8 * 4
        assert ink[3] <= page.height - 8 * 4


@every_lined_paper
def test_the_table_header_is_repeated_on_each_page_with_lines(render, data):
    pages = pages_as_words(render(data(60)))
    of_a_truck = (render_manifest, render_load_sheet)
    header = "Carton or item" if render in of_a_truck else "Item"
    assert len(pages) > 2
    assert all(header in page for page in pages[:-1])


def test_the_invoice_says_everything_in_reading_order():
    (page,) = pages_as_words(render_invoice(samples.invoice(1)))
    assert in_order(
        page,
        "Northgate Supply Company",
        "Invoice",
        "INV-10021",
        "Fairmont Hotels",
        "Accounts Payable",
        "88 Lakeshore Boulevard",
        "Date 9 Mar 2026",
        "Due 8 Apr 2026",
        "Your order PO 4711",
        "Our order SO-1001",
        "Item Quantity Price Discount Amount USD",
        "Hex bolt M8 × 40",
        "1 · AB-0",
        "1,234.5 pcs 12.50 10% + 5% 1,234.50",
        "Subtotal 3,703.50",
        "Freight 49.00",
        "Sales tax 8.25% on 3,752.50 309.58",
        "Total USD 4,056.04",
    )


def test_where_nothing_has_a_discount_there_is_no_column_for_it():
    with_one = samples.invoice(1)
    (line,) = (dataclasses.replace(each, discount="") for each in with_one.lines)
    (page,) = pages_as_words(render_invoice(dataclasses.replace(with_one, lines=(line,))))
    assert in_order(page, "Item Quantity Price Amount USD", "1,234.5 pcs 12.50 1,234.50")
    assert "Discount" not in page
    confirmation = samples.confirmation(2)
    plain = tuple(
        dataclasses.replace(each, discount="", amount_off=Decimal(0)) for each in confirmation.lines
    )
    (page,) = pages_as_words(
        render_order_confirmation(dataclasses.replace(confirmation, lines=plain))
    )
    assert "Discount" not in page
    one_off = (dataclasses.replace(plain[0], amount_off=Decimal(1)), plain[1])
    (page,) = pages_as_words(
        render_order_confirmation(dataclasses.replace(confirmation, lines=one_off))
    )
    assert "Discount" in page


def test_the_address_stands_in_the_envelope_window():
    document = render_invoice(samples.invoice(1))
    (page,) = pictures(document, 4)
    window = page.crop((20 * 4, 45 * 4, 105 * 4, 90 * 4))
    dark = window.point(lambda level: 255 if level < 128 else 0).getbbox()
    assert dark is not None
    above = page.crop((20 * 4, 35 * 4, 105 * 4, 45 * 4))
    assert above.getextrema() == (255, 255)
    below = page.crop((20 * 4, 90 * 4, 105 * 4, 94 * 4))
    assert below.getextrema() == (255, 255)


def test_an_unknown_currency_is_refused():
    with pytest.raises(UnknownCurrency):
        render_invoice(dataclasses.replace(samples.invoice(1), currency="XX1"))


def test_the_picklist_says_what_then_where_in_the_order_given():
    data = samples.pick_list(3)
    data = dataclasses.replace(data, lines=(data.lines[2], data.lines[0], data.lines[1]))
    text = " ".join(pages_as_words(render_pick_list(data)))
    assert in_order(
        text,
        "Picklist",
        "PL-1001",
        "For Order SO-1001",
        "Take to Lane S-03",
        "Needed by 10 Mar 2026",
        "Printed 9 Mar 2026, 14:05",
        "What: 3 items",
        "AB-0 Hex bolt M8 × 40 10 pcs",
        "Where: 3 lines in 3 bins, in walk order",
        "A-02-01",
        "A-00-01",
        "Lot LOT-7",
        "A-01-01",
    )


def test_every_document_bin_and_line_of_a_picklist_scans():
    data = samples.pick_list(12)
    expected = [data.code]
    for line in data.lines:
        expected += [line.bin_code, line.code]
    assert texts(render_pick_list(data)) == sorted(expected)


def test_a_bin_code_too_long_for_bars_stands_there_to_be_typed():
    data = samples.pick_list(1)
    long = "OWB" + "WAREHOUSE-AISLE-RACK-SHELF-BIN-00001"
    data = dataclasses.replace(data, lines=(dataclasses.replace(data.lines[0], bin_code=long),))
    document = render_pick_list(data)
    assert long in "".join(pages_as_words(document)).replace(" ", "")
    assert texts(document) == ["OWL5000", "OWP1001"]


def test_a_code_that_no_scanner_can_read_is_refused():
    with pytest.raises(CannotBeBarcode):
        render_pick_list(dataclasses.replace(samples.pick_list(1), code="日本"))


def test_an_empty_picklist_says_so():
    (page,) = pages_as_words(render_pick_list(samples.pick_list(0)))
    assert "There is nothing to pick." in page


def test_the_packing_slip_shows_what_follows_and_no_price():
    document = render_packing_slip(samples.packing_slip(2))
    (page,) = pages_as_words(document)
    assert in_order(
        page,
        "Packing slip",
        "SH-2001",
        "Fairmont Lakeside",
        "Order SO-1001",
        "Item Ordered Shipped To follow",
        "Hex bolt M8 × 40",
        "SN-1, SN-2",
        "20 pcs 15 5",
        "Cartons",
        "1 of 1",
        samples.SSCC,
        "Please count on receipt.",
    )
    assert "USD" not in page
    assert texts(document) == ["OWS2001"]


def test_the_manifest_lists_stop_by_stop_with_room_to_sign():
    document = render_manifest(samples.manifest(2))
    text = " ".join(pages_as_words(document))
    assert in_order(
        text,
        "Truck manifest",
        "TR-3001",
        "Truck Truck 7",
        "Driver Jon Berg",
        "Dock D2",
        "Stops 2",
        "Stop 1",
        samples.SSCC,
        "Received by",
        "Stop 2",
        "Received by",
        "Loaded by",
    )
    assert texts(document) == ["OWT3001"]


def test_goods_are_signed_for_on_the_page_they_stand_on():
    pieces = LoadedPiece("ANCHOR", "Plough anchor 20 kg", Decimal(2), "pc", "40 kg")
    for many in range(1, 24):
        stops = (dataclasses.replace(samples.manifest(1).stops[0], pieces=(pieces,) * many),)
        for page in pages_as_words(
            render_manifest(dataclasses.replace(samples.manifest(1), stops=stops))
        ):
            assert ("Received by" in page) <= ("ANCHOR" in page), many


def test_the_load_sheet_begins_with_the_last_stop_and_says_where_everything_stands():
    document = render_load_sheet(samples.load_sheet(2))
    text = " ".join(pages_as_words(document))
    assert in_order(
        text,
        "Load sheet",
        "TR-3001",
        "To load 32.8 kg",
        "May carry 1200 kg",
        "Stop 2",
        "S-03",
        samples.SSCC,
        "not there yet",
        "on the truck",
        "Stop 1",
        "Loaded by",
    )
    assert sorted(texts(document)) == ["OWOSO-0", "OWOSO-1", "OWTTR-3001"]


def test_the_order_confirmation_shows_promises_in_the_currencys_own_decimals():
    text = " ".join(pages_as_words(render_order_confirmation(samples.confirmation(1))))
    assert in_order(
        text,
        "Order confirmation",
        "Deliver to",
        "Fairmont Lakeside",
        "Amount JPY",
        "Promised 12 Mar 2026",
        "3 pcs 1,234.5 3,704",
        "Total JPY 12,223",
    )


def test_every_command_scans_and_has_its_word():
    document = render_command_sheet(samples.command_sheet())
    assert texts(document) == ["OWC-FINISH", "OWC-NEW", "OWC-UNDO"]
    (page,) = pages_as_words(document)
    assert in_order(page, "Undo last", "OWC-UNDO", "New carton", "OWC-NEW", "Finish")


def test_values_read_as_people_of_the_language_write_them():
    assert amount(Decimal("1234567.5"), "EUR", "de") == "1.234.567,50"
    assert amount(Decimal("-0.005"), "USD", "en") == "-0.01"
    assert amount(Decimal("12.34"), "JPY", "en") == "12"
    assert unit_price(Decimal("0.012345"), "USD", "en") == "0.012345"
    assert unit_price(None, "USD", "en") == "–"
    assert unit_price(Decimal(0), "USD", "en") == "0.00"
    assert quantity(Decimal("999999999999.9999"), "en") == "999,999,999,999.9999"
    assert percent(Decimal("8.250"), "en") == "8.25%"
    assert percent(Decimal("8.250"), "de") == "8,25 %"


def test_the_largest_amounts_print_in_full():
    data = samples.invoice(1)
    huge = Decimal("99999999999999.9999")
    data = dataclasses.replace(
        data, lines=(dataclasses.replace(data.lines[0], amount=huge, quantity=huge),), total=huge
    )
    (page,) = pages_as_words(render_invoice(data))
    assert page.count("100,000,000,000,000.00") == 2


def test_a_language_nobody_knows_prints_in_english():
    assert render_invoice(samples.invoice(1), "xx_nonsense").pages == 1


def test_an_empty_letterhead_prints():
    data = dataclasses.replace(samples.invoice(1), letterhead=Letterhead(""))
    assert render_invoice(data).pages == 1
