"""Labels: the exact media, codes in whole dots, and ZPL in which nothing can be injected."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal

import pytest
from PIL import Image

from app.documents.barcode import BarcodeDoesNotFit, ModuleIsNoWholeDots, NotAnSscc
from app.documents.bin_label import render_bin_label
from app.documents.carton_label import render_carton_label
from app.documents.label import escaped
from tests.unit.documents import samples
from tests.unit.documents.reading import (
    barcodes,
    in_order,
    pages_as_words,
    pictures,
    read_bc,
    size_mm,
    texts,
    zpl_of,
)

USUAL_DENSITIES = ["6", "8", "12", "24"]


@pytest.mark.parametrize("density", USUAL_DENSITIES)
def test_the_carton_label_scans_from_both_languages(density):
    document = render_carton_label(samples.carton(), dots_per_mm=Decimal(density))
    (code,) = barcodes(document)
    assert code.symbology_identifier == "]C1"
    assert code.text == f"(00){samples.SSCC}"
    dots = Decimal("0.5") * Decimal(density)
    assert read_bc(zpl_of(document)) == [("00" + samples.SSCC, int(dots))]
    assert f"^PW{100 * int(density)}\n^LL{150 * int(density)}" in zpl_of(document)


def test_the_carton_label_is_100_by_150_mm_and_one_page():
    document = render_carton_label(samples.carton())
    assert size_mm(document) == (100.0, 150.0)
    assert document.pages == 1


def test_the_carton_label_says_where_it_goes_and_which_it_is():
    (page,) = pages_as_words(render_carton_label(samples.carton()))
    assert in_order(
        page,
        "From",
        "Northgate Supply Company",
        "DHL Freight",
        "Ship to",
        "Fairmont Lakeside",
        "Chicago, IL 60605",
        "SO-1001",
        "PO 4711",
        "12.4 kg",
        "2 of 3",
        "S-03",
        "D2",
        "(00) 0 0614141 123456789 0",
    )


def test_a_carton_of_unknown_many_says_only_which_it_is():
    data = dataclasses.replace(samples.carton(), of=None)
    document = render_carton_label(data)
    assert " of " not in pages_as_words(document)[0]
    assert "^FD2^FS" in zpl_of(document)


def test_the_quiet_zones_of_the_carton_label_are_white():
    (page,) = pictures(render_carton_label(samples.carton()), 8)
    row = page.crop((0, 125 * 8, page.width, 125 * 8 + 1))
    bars = row.point(lambda level: 255 if level < 128 else 0).getbbox()
    assert bars is not None
    assert bars[0] >= 10 * 4
    assert page.width - bars[2] >= 10 * 4
    assert abs(bars[2] - bars[0] - 156 * 4) <= 1


@pytest.mark.parametrize("density", ["7", "11.811", "1"])
def test_a_printer_that_cannot_draw_the_module_is_refused(density):
    with pytest.raises(ModuleIsNoWholeDots):
        render_carton_label(samples.carton(), dots_per_mm=Decimal(density))


def test_a_wrong_sscc_is_refused():
    with pytest.raises(NotAnSscc):
        render_carton_label(dataclasses.replace(samples.carton(), sscc="1" * 18))


@pytest.mark.parametrize("density", USUAL_DENSITIES)
@pytest.mark.parametrize("code", ["OWB1", "OWBA-01-02-03", "OWB~^>_&<"])
def test_the_bin_label_scans_from_both_languages(density, code):
    data = dataclasses.replace(samples.bin_label(), code=code)
    document = render_bin_label(data, dots_per_mm=Decimal(density))
    assert size_mm(document) == (100.0, 50.0)
    assert texts(document) == [code]
    ((text, dots),) = read_bc(zpl_of(document))
    assert text == code
    assert 1 <= dots <= int(density) / 2


def test_the_bin_label_names_the_place():
    (page,) = pages_as_words(render_bin_label(samples.bin_label()))
    assert in_order(page, "Main warehouse", "Aisle A", "A-01-02-03", "OWBA-01-02-03")


def test_a_code_too_long_for_the_label_is_refused():
    with pytest.raises(BarcodeDoesNotFit) as refusal:
        render_bin_label(dataclasses.replace(samples.bin_label(), code="OWB" + "X" * 60))
    assert "Use a shorter code or a wider label." in str(refusal.value)


NAUGHTY = [
    "^XZ^XA^FDhacked^FS",
    "~JA~JR",
    "a_41b",
    "back\\slash\\&",
    "quote \" ' `",
    "line\nbreak\r\n^XZ",
    "NUL \x00 and ESC \x1b",
    "é ü ß Ł €",
    "日本語 مرحبا שלום 😀",
    "x" * 5000,
]


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_text_can_become_a_command(text):
    data = dataclasses.replace(
        samples.carton(),
        ship_to=(text, text),
        order_number=text,
        customer_po=text,
        lane=text,
        dock=text,
        sender=(text,),
        delivery=text,
        weight=text,
    )
    document = render_carton_label(data)
    commands = {each[:2] for each in re.findall(r"[\^~]([A-Z0-9]{1,3})", zpl_of(document))}
    assert commands <= {"XA", "CI", "PW", "LL", "LH", "FT", "FO", "A0", "FH", "FD", "FS", "GB"} | {
        "BY",
        "BC",
        "GF",
        "XZ",
    }
    assert zpl_of(document).count("^XA") == zpl_of(document).count("^XZ") == 1
    assert zpl_of(document).isascii()
    assert texts(document) == ["00" + samples.SSCC]


def test_escaped_text_comes_back_as_utf_8():
    text = "A^B~C_D\\E é 日本"
    back = re.sub(
        rb"_([0-9A-F]{2})", lambda match: bytes([int(match[1], 16)]), escaped(text).encode()
    )
    assert back.decode() == text


def test_a_script_the_printer_lacks_is_sent_as_a_picture():
    data = dataclasses.replace(samples.bin_label(), warehouse="日本の倉庫")
    zpl = zpl_of(render_bin_label(data))
    ((total, in_row, bits),) = re.findall(r"\^GFA,(\d+),\1,(\d+),([0-9A-F]+)\^FS", zpl)
    assert len(bits) == 2 * int(total)
    picture = Image.frombytes(
        "1", (int(in_row) * 8, int(total) // int(in_row)), bytes.fromhex(bits)
    )
    black = picture.convert("L").histogram()[255]
    assert 0.02 < black / (picture.width * picture.height) < 0.6
    assert "^FDMain" not in zpl


def test_labels_are_the_same_bytes_for_the_same_data():
    first, second = render_carton_label(samples.carton()), render_carton_label(samples.carton())
    assert first == second
