"""A file of agreements looked at before it is taken in: what would go in, what not, and why."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget

from app.operations.importing.verb import Imported
from app.views import theme
from app.views.widgets.asking import Asking
from app.views.widgets.lines_table import LineHeads, LineRow, LinesTable
from app.views.widgets.wording import counted

MOST_SHOWN = 200
HEADS = LineHeads(item="Why not", quantity="", extra=("Row", "Column"), price="", amount="Typed")


class ImportForm(Asking):
    """Shows what a file would do; with something wrong in it, asks whether to leave that out."""

    def __init__(
        self, path: Path, report: Imported, *, create_missing: bool, parent: QWidget
    ) -> None:
        super().__init__(f"Take in {path.name}", "Take in", summary(report), parent)
        self.setMinimumWidth(theme.px(720))
        self.report = report
        self._create_missing = create_missing
        self.table = LinesTable()
        found = (*report.rejects, *report.warnings)[:MOST_SHOWN]
        bad = len(report.rejects)
        self.table.show_lines(
            [
                LineRow(
                    number,
                    each.reason,
                    ("left out" if number < bad else "to be minded",),
                    extra=(str(each.row), each.column),
                    amount=each.value[:30],
                )
                for number, each in enumerate(found)
            ],
            HEADS,
        )
        if report.rejects:
            partly = QCheckBox("Leave out the rows something is wrong with")
            self.add("partly", "Wrong rows", partly)
        if found:
            self.form.add("found", "Found", self.table, is_wide=True)
            self.table.scroll_beyond(theme.px(320))

    def values(self) -> dict[str, bool]:
        """Whether only the good rows are wanted, and whether groups are made."""
        partly = bool(self.report.rejects) and bool(super().values()["partly"])
        return {"partly": partly, "create_missing": self._create_missing}


def summary(report: Imported) -> str:
    """What the file would do, in a sentence or two."""
    bad = len({each.row for each in report.rejects})
    if bad:
        words = f"{counted(bad, 'row', 'rows')} cannot be taken in; as it is, none is."
    else:
        words = f"{counted(report.imported, 'row', 'rows')} can be taken in."
    if report.warnings:
        words += f" {counted(len(report.warnings), 'thing', 'things')} to be minded."
    if report.unknown_columns:
        words += f" Not read: {', '.join(report.unknown_columns[:8])}."
    return words
