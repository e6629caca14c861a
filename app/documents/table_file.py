"""Rows as a file that a spreadsheet opens: CSV or an Excel workbook.

A text that a spreadsheet would take for a formula is written with an apostrophe before it, so
that opening a file never runs what somebody typed as a name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from app.core.messages import plain

CellValue = str | Decimal | int | bool | date | None
_DIGITS_OF_EXCEL = 15
"""Its numbers have no more; a longer one is written as a text, which is read as it is."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula. Source: OWASP, CSV injection.

    One that begins with such an apostrophe itself gets another, so that it comes back as it was.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_SIGNS) else text


def as_it_was(text: str) -> str:
    """The text of a cell, without the apostrophe that made it harmless."""
    is_marked = text.startswith("'") and text.lstrip("'").startswith(_FORMULA_SIGNS)
    return text[1:] if is_marked else text


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> bytes:
    """The table as CSV, in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_csv_cell(each) for each in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> bytes:
    """The table as an Excel workbook of one sheet; numbers and days stay numbers and days."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    heads = []
    for column in columns:
        head = WriteOnlyCell(sheet, value=column)
        head.font = Font(bold=True)
        heads.append(head)
    sheet.append(heads)
    for row in rows:
        sheet.append([_xlsx_cell(each) for each in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv_cell(value: CellValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return harmless(value) if isinstance(value, str) else plain(value)


def _xlsx_cell(value: CellValue) -> CellValue:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return harmless(ILLEGAL_CHARACTERS_RE.sub("", value))
    if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) > _DIGITS_OF_EXCEL:
        return plain(value)
    return value
