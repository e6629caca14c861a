"""Code 128 and GS1-128, read back by an independent reader."""

from __future__ import annotations

from decimal import Decimal

import pytest
import zxingcpp
from barcode.charsets.code128 import CODES
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.documents import barcode
from app.documents.barcode import (
    BarcodeDoesNotFit,
    CannotBeBarcode,
    ModuleIsNoWholeDots,
    NotAnSscc,
    Symbol,
    code128,
    dots_of,
    module_for,
    sscc,
    widest_dots,
    zpl_data,
)
from app.documents.label import escaped
from tests.unit.documents.reading import CODE_128, read_bc
from tests.unit.documents.samples import SSCC


def scanned(symbol: Symbol) -> zxingcpp.Barcode:
    picture = Image.new("L", ((len(symbol.modules) + 20) * 3, 60), 255)
    for first, modules in symbol.bars():
        picture.paste(0, ((10 + first) * 3, 0, (10 + first + modules) * 3, 60))
    (code,) = zxingcpp.read_barcodes(picture, formats=CODE_128)
    return code


ascii_texts = st.text(
    st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20
) | st.from_regex(r"\A(99)?[0-9]{1,12}[A-Z]?\Z")


@given(ascii_texts)
def test_any_plain_text_reads_as_itself(text):
    assert scanned(code128(text)).text == text


@given(ascii_texts)
def test_the_label_printer_is_told_the_very_same_symbol(text):
    data = escaped(zpl_data(code128(text)))
    assert "^" not in data
    assert "~" not in data
    assert read_bc(f"^BY2^BCN,80,N,N,N,N^FH^FD{data}^FS") == [(text, 2)]


def test_a_leading_99_is_not_lost():
    assert scanned(code128("9912345678")).text == "9912345678"


def test_an_sscc_is_gs1_with_identifier_00_and_its_digits_are_spaced_for_reading():
    symbol = sscc(SSCC)
    code = scanned(symbol)
    assert code.symbology_identifier == "]C1"
    assert code.text == f"(00){SSCC}"
    assert symbol.caption == "(00) 0 0614141 123456789 0"
    assert len(symbol.modules) == 156
    assert all(len(each) == 11 for each in CODES)


@pytest.mark.parametrize(
    "wrong", ["", "123", SSCC[:-1] + "1", SSCC + "0", "٠" * 18, "00614141123456789x"]
)
def test_what_is_no_sscc_is_refused_with_the_digits(wrong):
    with pytest.raises(NotAnSscc) as refusal:
        sscc(wrong)
    assert refusal.value.data == {"sscc": wrong}
    assert f"{wrong} is not an SSCC" in str(refusal.value)


@pytest.mark.parametrize("wrong", ["", "é", "a\nb", "日本", "x" * 81, "\x00"])
def test_what_code_128_cannot_carry_is_refused(wrong):
    with pytest.raises(CannotBeBarcode):
        code128(wrong)


def test_a_module_is_as_wide_as_the_room_allows_and_not_wider_than_asked():
    symbol = code128("OWB1")
    assert module_for(symbol, 1000, 0.33, 0.19) == 0.33
    narrow = module_for(symbol, symbol.width_mm(0.25), 0.33, 0.19)
    assert 0.24 <= narrow <= 0.25
    with pytest.raises(BarcodeDoesNotFit) as refusal:
        module_for(symbol, 10, 0.33, 0.19)
    assert "OWB1" in str(refusal.value)


@pytest.mark.parametrize(("density", "dots"), [("6", 3), ("8", 4), ("12", 6), ("24", 12)])
def test_half_a_millimetre_is_whole_dots_on_the_usual_printers(density, dots):
    assert dots_of("x", Decimal("0.5"), Decimal(density)) == dots


@pytest.mark.parametrize("density", ["7", "11.8", "0", "1", "-8"])
def test_a_module_that_is_no_whole_number_of_dots_is_refused(density):
    with pytest.raises(ModuleIsNoWholeDots) as refusal:
        dots_of("Carton label", Decimal("0.5"), Decimal(density))
    assert "not a whole number" in str(refusal.value)


def test_the_widest_module_in_whole_dots_that_fits():
    symbol = code128("OWBA-01-02-03")
    dots = widest_dots("x", symbol, Decimal(100), Decimal(8), Decimal("0.5"))
    wide = (len(symbol.modules) + 20) * dots
    assert wide <= 800 < (len(symbol.modules) + 20) * (dots + 1) or dots == 4
    with pytest.raises(BarcodeDoesNotFit):
        widest_dots("x", code128("X" * 60), Decimal(100), Decimal(8), Decimal("0.5"))


def test_a_code_that_does_not_fit_says_what_it_needs_in_the_dots_of_the_printer():
    """319 modules of 0.19 mm would be 60.6 mm, but six dots a millimetre make them 0.33 mm."""
    symbol = code128("OWBA-01-LEFT-OF-THE-DOOR")
    with pytest.raises(BarcodeDoesNotFit, match=r"needs 106\.3 mm, but there are 100 mm"):
        widest_dots("x", symbol, Decimal(100), Decimal(6), Decimal("0.5"))


def test_the_check_digit_follows_the_gs1_rule():
    # GS1 General Specifications: the example SSCC 376104250021234569.
    assert barcode.check_digit("37610425002123456") == "9"
