"""What can be imported: a kind is its columns and a function that takes typed rows.

To add a kind, write a module beside this one and put its kind into `registry.py`:

    AGREEMENTS = ImportKind(
        name="agreements",
        meaning="prices and discounts with a party, item, quantity step and time",
        groups=(Group.SALES,),
        columns=(
            Column("item", Cell.TEXT, "item number; empty: every item"),
            Column("from_quantity", Cell.QUANTITY, "from this quantity on", default=ZERO),
            Column("price", Cell.PRICE, "per base unit"),
            Column("valid_from", Cell.DATE, "first day, inclusive"),
        ),
        write=write_agreements,
    )

    def write_agreements(intake: Intake, rows: Sequence[Row]) -> Changes:
        items = intake.ids_of("item", "number", (row["item"] for row in rows))
        for row in rows:
            if row["item"] and row["item"] not in items:
                intake.reject(row, "item", NotFound(what="item", value=row["item"]))
        rows = intake.accepted(rows)        # all or nothing: ends here when a row was rejected
        …                                   # write in sets, with intake.session
        return changed(Kind.AGREEMENT, ids)

Cells arrive typed (`cells.py`): an empty cell is the column's default, a cell that cannot be read
was rejected before. Every row is checked before the first is written; reasons are BusinessErrors,
the same that the verb for one such record raises. `write` runs inside the command `import_rows`,
in one transaction; a dry run does everything and takes it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.messages import N_
from app.operations.records import ids_of

SHOWN = 200
"""How much of a rejected cell is shown; all of it stands in the rejects file."""


class Cell(StrEnum):
    """How a cell is written, and what it is once read."""

    TEXT = "text"
    """As it stands, without blanks around it; no control characters."""
    NUMBER = "number"
    """Decimal point, no thousands separators; a Decimal of any sign."""
    QUANTITY = "quantity"
    """A Decimal of at least 0, at most 12 digits before and 4 behind the point."""
    PRICE = "price"
    """A Decimal of at least 0, at most 6 digits behind the point. Empty is no price."""
    AMOUNT = "amount"
    """A Decimal of any sign, at most 4 digits behind the point."""
    PERCENT = "percent"
    """A Decimal from 0 to 100."""
    FRACTION = "fraction"
    """A Decimal from 0 to 1."""
    WHOLE = "whole number"
    """An int of at least 0."""
    RANK = "rank"
    """An int of any sign; the higher goes first."""
    DATE = "date"
    """YYYY-MM-DD, from 1900 to 2199."""
    YES_NO = "yes/no"
    """yes, no, true, false, 1 or 0."""
    COUNTRY = "country"
    """An ISO 3166 code (DE) or the country's name in English (Germany); read as the code."""
    CURRENCY = "currency"
    """An ISO 4217 code."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file. `choices` lists the words allowed, when only some are."""

    name: str
    cell: Cell
    meaning: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, typed. `line` is its number there, the header being 1."""

    line: int
    values: Mapping[str, Any]
    is_of_lines: bool = False

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong (or, as a warning, odd) with one cell of the file."""

    line: int
    column: str
    value: str
    reason: BusinessError
    is_of_lines: bool = False


class SameAsBefore(BusinessError):
    """A row that stands in the file twice."""

    sentence = N_("{number} stands in row {row} already, word for word; it is read once.")


class Rejected(Exception):
    """Ends an all-or-nothing import that has rejected rows; the findings are with the intake."""


@dataclass(slots=True)
class Intake:
    """One import under way: who does it, what is allowed, and what was found so far.

    `lines` are the rows of the second file of a kind that has one (an order's lines).
    """

    session: Session
    actor: Actor
    company_currency: str
    today: date
    create_missing: bool = False
    is_partly: bool = False
    lines: Sequence[Row] = ()
    rejects: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    left_out: set[tuple[int, bool]] = field(default_factory=set)
    taken: int = 0
    """How many rows of the first file go in; kept by `accepted`."""

    def reject(self, row: Row, column: str, reason: BusinessError) -> None:
        """This cell is why the row cannot be imported."""
        self.rejects.append(self._finding(row, column, reason))

    def warn(self, row: Row, column: str, reason: BusinessError) -> None:
        """The row is imported, but somebody should look at this."""
        self.warnings.append(self._finding(row, column, reason))

    def without_repeats(self, rows: Sequence[Row], column: str) -> list[Row]:
        """The rows, without those that say again, word for word, what an earlier one says.

        `column` is the number that tells records apart; the repeats are warned about.
        """
        first: dict[str, Row] = {}
        kept: list[Row] = []
        for row in rows:
            before = first.setdefault(row[column], row)
            if before is not row and before.values == row.values:
                self.warn(row, column, SameAsBefore(number=row[column], row=before.line))
            else:
                kept.append(row)
        return kept

    def leave_out(self, row: Row) -> None:
        """Nothing is wrong with this row, but what it belongs to was rejected."""
        self.left_out.add((row.line, row.is_of_lines))

    def accepted(self, rows: Sequence[Row]) -> list[Row]:
        """The rows nobody rejected. All or nothing: with any reject at all the import ends here.

        Raises: Rejected.
        """
        if self.rejects and not self.is_partly:
            raise Rejected
        bad = {(each.line, each.is_of_lines) for each in self.rejects} | self.left_out
        good = [row for row in rows if (row.line, row.is_of_lines) not in bad]
        if not (rows and rows[0].is_of_lines):
            self.taken = len(good)
        return good

    def ids_of(self, table: str, column: str, values: Iterable[str | None]) -> dict[str, int]:
        """The ids behind these numbers or codes; what is unknown is not in the answer."""
        return ids_of(self.session, table, column, values)

    def _finding(self, row: Row, column: str, reason: BusinessError) -> Finding:
        value = row.values.get(column)
        shown = "" if value is None else str(value)[:SHOWN]
        return Finding(row.line, column, shown, reason, row.is_of_lines)


@dataclass(frozen=True, slots=True)
class ImportKind:
    """Something that can be imported: its columns, who may, and how typed rows are taken in."""

    name: str
    meaning: str
    groups: tuple[Group, ...]
    columns: tuple[Column, ...]
    write: Callable[[Intake, Sequence[Row]], Changes]
    line_columns: tuple[Column, ...] = ()
    """The columns of the second file (`--lines`), for kinds that have one."""
    may_lack_lines: bool = False
    """Whether the second file may be left out."""


def plan_anew(session: Session) -> None:
    """Let triggers plan their look-ups again, now that there is more in the tables.

    What they planned while the tables were empty would read all that came since for every row.
    """
    session.execute(text("DISCARD PLANS"))
