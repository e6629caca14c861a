"""A file of agreements looked at before it is taken in: what would go in, what not, and why."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget

from app.core.messages import N_
from app.operations.importing.verb import Imported
from app.views import theme
from app.views.widgets.asking import Asking
from app.views.widgets.lines_table import LineHeads, LineRow, LinesTable
from app.views.widgets.wording import counted, words

MOST_SHOWN = 200
HEADS = LineHeads(
    item=words(N_("Why not")),
    quantity="",
    extra=(words(N_("Row")), words(N_("Column"))),
    price="",
    amount=words(N_("Typed")),
)


class ImportForm(Asking):
    """Shows what a file would do; with something wrong in it, asks whether to leave that out."""

    def __init__(
        self, path: Path, report: Imported, *, create_missing: bool, parent: QWidget
    ) -> None:
        super().__init__(
            words(N_("Take in {name}"), name=path.name),
            words(N_("Take in")),
            summary(report),
            parent,
        )
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
                    (words(N_("left out")) if number < bad else words(N_("to be minded")),),
                    extra=(str(each.row), each.column),
                    amount=each.value[:30],
                )
                for number, each in enumerate(found)
            ],
            HEADS,
        )
        if report.rejects:
            partly = QCheckBox(words(N_("Leave out the rows something is wrong with")))
            self.add("partly", words(N_("Wrong rows")), partly)
        if found:
            self.form.add("found", words(N_("Found")), self.table, is_wide=True)
            self.table.scroll_beyond(theme.px(320))

    def values(self) -> dict[str, bool]:
        """Whether only the good rows are wanted, and whether groups are made."""
        partly = bool(self.report.rejects) and bool(super().values()["partly"])
        return {"partly": partly, "create_missing": self._create_missing}


def summary(report: Imported) -> str:
    """What the file would do, in a sentence or two."""
    bad = len({each.row for each in report.rejects})
    if bad:
        rows = counted(bad, "row", "rows")
        said = [words(N_("{rows} cannot be taken in; as it is, none is."), rows=rows)]
    else:
        rows = counted(report.imported, "row", "rows")
        said = [words(N_("{rows} can be taken in."), rows=rows)]
    if report.warnings:
        things = counted(len(report.warnings), "thing", "things")
        said.append(words(N_("{things} to be minded."), things=things))
    if report.unknown_columns:
        columns = ", ".join(report.unknown_columns[:8])
        said.append(words(N_("Not read: {columns}."), columns=columns))
    return " ".join(said)
