"""Rows of item and quantity from a spreadsheet: looked up and shown before they join the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.controllers.order_entry import OrderEntryController, TypedLine
from app.core.errors import BusinessError
from app.core.messages import N_
from app.queries.orders.entry import ItemOffer
from app.views import theme
from app.views.orders.typing_row import read_quantity
from app.views.theme import Tone
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.lines_table import LineHeads, LineRow, LinesTable
from app.views.widgets.over_desk import OverDesk
from app.views.widgets.screen import fit_screen
from app.views.widgets.state_badge import Badge
from app.views.widgets.text import Text
from app.views.widgets.wording import counted, words

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One row as it was pasted; with `line` it can join the order, else `problem` says why not."""

    number: int
    item: str
    quantity: str
    name: str = ""
    line: TypedLine | None = None
    problem: str = ""


def split_rows(text: str) -> list[PastedRow]:
    """The rows of what was pasted: item and quantity, apart by a tab (or ; without tabs)."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = line.split("\t") if "\t" in line else line.split(";")
        item, quantity = cells[0].strip(), cells[1].strip() if len(cells) > 1 else ""
        rows.append(PastedRow(number, item, quantity))
    return rows[:MOST_ROWS]


def judge_rows(rows: Sequence[PastedRow], found: dict[str, ItemOffer]) -> list[PastedRow]:
    """Each row with its line, or with what is wrong with it."""
    return [_judge(row, found.get(row.item)) for row in rows]


def _judge(row: PastedRow, offer: ItemOffer | None) -> PastedRow:
    if offer is None:
        problem = (
            words(N_("Nothing is called {typed}."), typed=row.item)
            if row.item
            else words(N_("There is no item in this row."))
        )
        return replace(row, problem=problem)
    try:
        typed = read_quantity(row.quantity)
        line = TypedLine(row.item, row.quantity, typed.quantity, typed.unit, item_id=offer.item_id)
        OrderEntryController.check(line, offer)
    except BusinessError as error:
        return replace(row, name=offer.name, problem=error.message())
    return replace(row, name=offer.name, line=line)


class PastePreview(OverDesk):
    """Shows pasted rows, the misses first; Enter adds those that can be added.

    Signals:
        chosen: add these; arg: list of TypedLine.
    """

    chosen = Signal(list)

    def __init__(self, rows: Sequence[PastedRow], parent: QWidget | None = None) -> None:
        super().__init__(words(N_("Pasted rows")), parent)
        self.setObjectName("pasted")
        self.rows = tuple(rows)
        good = [row.line for row in rows if row.line is not None]
        missed = [row for row in rows if row.line is None]
        title = words(N_("{many} of {all} rows can be added"), many=len(good), all=len(rows))
        table = LinesTable()
        table.setAccessibleName(words(N_("Pasted rows")))
        table.show_lines(
            [_shown(row) for row in (*missed, *(row for row in rows if row.line is not None))],
            LineHeads(quantity=words(N_("Quantity"))),
        )
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(table)
        self.add = ActionButton(
            Action(
                "add",
                words(N_("Add {lines}"), lines=counted(len(good), "line", "lines")),
                "Ctrl+Return",
                why_not="" if good else words(N_("no row can be added")),
            ),
            "prominent",
        )
        self.add.clicked.connect(lambda: self._add(good))
        leave = ActionButton(Action("leave", words(N_("Not now")), "Esc"))
        leave.clicked.connect(self.reject)
        for button in (self.add, leave):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        theme.pad(buttons, gap=10)
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self.add)
        layout = QVBoxLayout(self)
        theme.pad(layout, 24, 20, 24, 16, 12)
        layout.addWidget(Text(title, "title"))
        if missed:
            hint = words(
                N_("The rows that cannot be added come first; mend them where you copied them.")
            )
            layout.addWidget(Text(hint, "body", "muted", wraps=True))
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)
        fit_screen(self, 640, 520)
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, lines: Sequence[TypedLine]) -> None:
        self.chosen.emit(list(lines))
        self.accept()

    def do_deed(self) -> None:
        self.add.click()


def _shown(row: PastedRow) -> LineRow:
    badge = None if row.line is not None else Badge(words(N_("Not added")), Tone.WRONG)
    return LineRow(
        row.number,
        row.name or row.item or "(empty)",
        (
            words(N_("row {number}"), number=row.number),
            row.item if row.line is not None else row.problem,
        ),
        row.quantity,
        badge=badge,
        source=row,
    )
