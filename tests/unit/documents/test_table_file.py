"""Tables as files: what comes out is what went in, and never a formula."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from app.documents.table_file import CellValue, as_csv, as_it_was, as_xlsx, harmless

ROW: tuple[CellValue, ...] = (
    "Käthe, “Müller”\nGmbH",
    Decimal("-12.50"),
    7,
    True,
    date(2026, 3, 31),
    None,
)
COLUMNS = ("name", "price", "count", "stop", "day", "nothing")


def test_csv_is_read_back_as_it_was() -> None:
    content = as_csv(COLUMNS, [ROW])
    assert content.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert found == [
        list(COLUMNS),
        ["Käthe, “Müller”\nGmbH", "-12.5", "7", "yes", "2026-03-31", ""],
    ]


def test_a_workbook_keeps_numbers_and_days() -> None:
    sheet = load_workbook(io.BytesIO(as_xlsx("Agreements", COLUMNS, [ROW]))).active
    assert sheet is not None
    head, row = sheet.iter_rows(values_only=True)
    assert head == COLUMNS
    assert row[:4] == ("Käthe, “Müller”\nGmbH", -12.5, 7, "yes")
    assert row[4].date() == date(2026, 3, 31)
    assert row[5] is None


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_what_looks_like_a_formula_is_only_text(text: str) -> None:
    assert harmless(text) == f"'{text}"
    sheet = load_workbook(io.BytesIO(as_xlsx("x", ["name"], [[text]]))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"
    content = as_csv(["name"], [[text]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline="")))[1] == [f"'{text}"]


def test_what_a_workbook_cannot_hold_is_left_out() -> None:
    sheet = load_workbook(io.BytesIO(as_xlsx("x", ["name"], [["a\x00b\x1fc"]]))).active
    assert sheet is not None
    assert sheet["A2"].value == "abc"
    assert harmless("A-1 = fine") == "A-1 = fine"


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''-5", "'quoted'", "'", "-", "plain", ""])
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert as_it_was(harmless(text)) == text


def test_a_number_of_more_digits_than_a_workbook_has_is_written_as_text() -> None:
    long, short = Decimal("999999999999.999999"), Decimal("123456789.123456")
    sheet = load_workbook(io.BytesIO(as_xlsx("x", ["price"], [[long], [short]]))).active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["A3"].value) == ("999999999999.999999", 123456789.123456)
