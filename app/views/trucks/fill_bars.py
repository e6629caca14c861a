"""How full a truck is: a bar for each thing it may carry only so much of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from app.views import theme
from app.views.trucks.showing import FillLine
from app.views.widgets.quantity_bar import QuantityBar
from app.views.widgets.text import ElidedText, Text


class FillBars(QWidget):
    """Weight, volume and pallets, one under the other; nothing where there is no limit to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        theme.pad(self._grid, 0, 4, 0, 12, 8)
        self._grid.setColumnStretch(1, 3)
        self._grid.setColumnStretch(2, 2)
        self._rows: list[tuple[Text, QuantityBar, ElidedText]] = []
        self.lines: tuple[FillLine, ...] = ()
        self.hide()

    def show_lines(self, lines: Sequence[FillLine]) -> None:
        """Show these."""
        self.lines = tuple(lines)
        while len(self._rows) < len(lines):
            row = (Text("", "small", "muted"), QuantityBar(), ElidedText("", "small", "muted"))
            for column, part in enumerate(row):
                self._grid.addWidget(part, len(self._rows), column)
            self._rows.append(row)
        for number, (title, shown, words) in enumerate(self._rows):
            is_used = number < len(lines)
            for part in (title, shown, words):
                part.setVisible(is_used)
            if is_used:
                line = lines[number]
                title.setText(line.title)
                shown.show_bar(line.shown)
                shown.setAccessibleName(f"{line.title}: {line.words}")
                words.setText(line.words)
                words.set_tone("wrong" if line.is_over else "muted")
        self.setVisible(bool(lines))
