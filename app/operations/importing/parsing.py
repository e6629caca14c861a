"""From a table of text to typed rows; preview and import both read it here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import BusinessError
from app.core.messages import N_
from app.operations.importing.cells import read_cell
from app.operations.importing.kinds import SHOWN, Column, Finding, Row
from app.operations.importing.tables import Table

REJECT_COLUMNS = ("rejected_row", "rejected_column", "rejected_value", "reason")
"""What a rejects file has besides the columns of the file it came from; read past."""


class ColumnMissing(BusinessError):
    """A table without a column that must be there."""

    sentence = N_(
        "Missing columns: {columns}. The file has: {found}. "
        "See: orderwright import {kind} --columns"
    )


class TooManyCells(BusinessError):
    """More cells than the header names."""

    sentence = N_("This row has {cells} cells, the header only {columns}.")


class LeftOutByMapping(BusinessError):
    """A row that is none of the kind."""

    sentence = N_("The mapping {mapping} leaves out rows whose {column} is {value}.")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The rows that could be read, why others could not or are not, and the columns nobody reads.

    `left_out` are the rows that the mapping leaves out.
    """

    rows: tuple[Row, ...]
    rejects: tuple[Finding, ...]
    unknown_columns: tuple[str, ...]
    left_out: tuple[Finding, ...] = ()


def parse(
    kind: str, columns: Sequence[Column], table: Table, *, is_of_lines: bool = False
) -> Parsed:
    """Every row of the table, typed; a row with a cell that cannot be read is rejected.

    Raises: ColumnMissing.
    """
    place = {name: index for index, name in enumerate(table.columns) if name}
    missing = [each.name for each in columns if each.required and each.name not in place]
    if missing:
        raise ColumnMissing(columns=missing, found=list(place), kind=kind)
    absent = {each.name: each.default for each in columns if each.name not in place}
    present = [(each, place[each.name]) for each in columns if each.name in place]
    width = len(table.columns)
    rows: list[Row] = []
    rejects: list[Finding] = []
    for number, cells in table.numbered():
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            reason = TooManyCells(cells=len(cells), columns=width)
            rejects.append(Finding(number, "", cells[width][:SHOWN], reason, is_of_lines))
            continue
        values = dict(absent)
        is_good = True
        for column, index in present:
            text = cells[index] if index < len(cells) else ""
            try:
                values[column.name] = read_cell(column, text)
            except BusinessError as reason:
                rejects.append(Finding(number, column.name, text[:SHOWN], reason, is_of_lines))
                is_good = False
        if is_good:
            rows.append(Row(number, values, is_of_lines))
    known = {each.name for each in columns} | set(REJECT_COLUMNS)
    unknown = tuple(name for name in place if name not in known)
    left_out = tuple(
        Finding(
            each.number,
            each.column,
            each.value,
            LeftOutByMapping(mapping=each.mapping, column=each.column, value=each.value),
            is_of_lines,
        )
        for each in table.left_out
    )
    return Parsed(tuple(rows), tuple(rejects), unknown, left_out)
