"""A form: labels above fields, two columns at most, what is wrong beside the field in words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.views import theme
from app.views.widgets.text import Text, repolish

ONE_COLUMN_BELOW = 460
"""Pixels at 100 %."""


class _Block(QWidget):
    """A label, its field, and under it a hint or what is wrong."""

    def __init__(self, label: str, field: QWidget, hint: str, is_wide: bool) -> None:
        super().__init__()
        self.field, self.is_wide, self._hint = field, is_wide, hint
        self.is_left_out = False
        self.label = Text(label, "small", "muted")
        self.label.setBuddy(field)
        self._note = Text(hint, "small", "muted", wraps=True)
        self._note.setVisible(bool(hint))
        if not field.accessibleName():
            field.setAccessibleName(label.replace("&", ""))
        layout = QVBoxLayout(self)
        theme.pad(layout, gap=4)
        layout.addWidget(self.label)
        layout.addWidget(field)
        layout.addWidget(self._note)
        layout.addStretch(1)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong; an empty sentence brings the hint back."""
        self._note.setText(f"⚠ {sentence}" if sentence else self._hint)
        self._note.set_tone("wrong" if sentence else "muted")
        self._note.setVisible(bool(sentence or self._hint))
        self.field.setProperty("wrong", bool(sentence))
        self.field.setAccessibleDescription(sentence or self._hint)
        repolish(self.field)

    @property
    def problem(self) -> str:
        """What is said to be wrong."""
        return self._note.text().removeprefix("⚠ ") if self.field.property("wrong") else ""


class Form(QWidget):
    """Fields by name, in the order they are added; Tab follows that order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._blocks: dict[str, _Block] = {}
        self._columns = 2
        self._grid = QGridLayout(self)
        theme.pad(self._grid, gap=16)

    def add(
        self, name: str, label: str, field: QWidget, *, hint: str = "", is_wide: bool = False
    ) -> None:
        """Put a field at the end; a wide one takes both columns."""
        self._blocks[name] = _Block(label, field, hint, is_wide)
        self._lay_out()

    def field(self, name: str) -> QWidget:
        """A field by name."""
        return self._blocks[name].field

    def leave_out(self, name: str, is_left_out: bool) -> None:
        """A field that means nothing now is not there; the others close up."""
        if self._blocks[name].is_left_out != is_left_out:
            self._blocks[name].is_left_out = is_left_out
            self._lay_out()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say beside each named field what is wrong with it; the focus goes to the first."""
        for name, block in self._blocks.items():
            block.show_problem(problems.get(name, ""))
        first = next((name for name in self._blocks if name in problems), None)
        if first is not None:
            self._blocks[first].field.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_problems(self) -> None:
        """Nothing is wrong any more."""
        self.show_problems({})

    def problem(self, name: str) -> str:
        """What is said to be wrong with a field."""
        return self._blocks[name].problem

    def _lay_out(self) -> None:
        row, column = 0, 0
        previous: QWidget | None = None
        for block in self._blocks.values():
            self._grid.removeWidget(block)
            block.setVisible(not block.is_left_out)
            if block.is_left_out:
                continue
            is_wide = block.is_wide or self._columns == 1
            if is_wide and column:
                row, column = row + 1, 0
            self._grid.addWidget(block, row, column, 1, 2 if is_wide else 1)
            column = 0 if is_wide else column + 1
            if is_wide or column == 2:
                row, column = row + 1, 0
            if previous is not None:
                QWidget.setTabOrder(previous, block.field)
            previous = block.field
        for each in range(2):
            self._grid.setColumnStretch(each, 1)
        for each in range(self._grid.rowCount()):
            self._grid.setRowStretch(each, 0)
        self._grid.setRowStretch(row + 1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = 1 if event.size().width() < theme.px(ONE_COLUMN_BELOW) else 2
        if columns != self._columns:
            self._columns = columns
            self._lay_out()
