"""A field for steps: a small grid of from where each counts, and what it gives."""

from __future__ import annotations

import re
from decimal import Decimal

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)
from shiboken6 import isValid

from app.core.errors import BusinessError
from app.core.messages import N_
from app.views import theme
from app.views.widgets.numbers import LONGEST, read_number
from app.views.widgets.wording import words

ROWS_SHOWN = 4
MOST_ROWS = 500
FROM, WORTH = 0, 1
_GO_ON = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class NoSteps(BusinessError):
    """Nothing was typed where the steps belong."""

    sentence = N_("Type at least one step: {step} and {worth}, or just {worth}.")


class StepUnreadable(BusinessError):
    """A row of the steps is not a step and a value."""

    sentence = N_("Row {row}, {typed}: type {step} and {worth}, with Tab or ; between.")


class _Cells(QStyledItemDelegate):
    """The cell that is being typed into: Enter and Tab go on to the next one."""

    def __init__(self, grid: StepsField) -> None:
        super().__init__(grid)
        self._grid = grid
        self.editor: QLineEdit | None = None

    def createEditor(
        self,
        parent: QWidget,
        _option: QStyleOptionViewItem,
        _index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        self.editor = QLineEdit(parent)
        self.editor.setProperty("kind", "cell")
        self.editor.setMaxLength(LONGEST)
        self.editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        return self.editor

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in _GO_ON and not has_control:
            self._grid.finish_typing()
            self._grid.go_on()
            return True
        if event.matches(QKeySequence.StandardKey.Paste) and _is_table(_copied()):
            self._grid.finish_typing()
            self._grid.paste(_copied())
            return True
        return super().eventFilter(watched, event)


class StepsField(QTableWidget):
    """Steps, one a row: from where, then what it gives; a value alone counts from nothing on.

    Typing begins in the cell; Enter or Tab goes on, from the last cell to a new row; Tab in the
    empty row leaves the grid; Delete takes a row out. Rows are pasted from a table as they are.
    """

    def __init__(
        self,
        step: str = words(N_("a quantity")),
        worth: str = words(N_("what it gives")),
        *,
        heads: tuple[str, str] = (words(N_("From quantity")), words(N_("Gives"))),
        parent: QWidget | None = None,
    ) -> None:
        """`step` and `worth` are the words for the two columns in sentences."""
        super().__init__(0, 2, parent)
        self._words = {"step": step, "worth": worth}
        self._cells = _Cells(self)
        self.setItemDelegate(self._cells)
        self.setProperty("kind", "grid")
        self.setFont(theme.font("body", figures=True))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(theme.px(16))
        self.verticalHeader().setDefaultSectionSize(theme.px(26))
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_heads(*heads)
        self.setFixedHeight(header.sizeHint().height() + ROWS_SHOWN * theme.px(26) + 4)
        self.itemChanged.connect(lambda _item: self._grow())
        self._grow()
        self.setCurrentCell(0, FROM)

    def set_heads(self, step: str, worth: str) -> None:
        """What stands over the two columns."""
        self.setHorizontalHeaderLabels([step, worth])

    def show_text(self, text: str) -> None:
        """Show rows as they are pasted: from where and value, apart by a tab."""
        self.setRowCount(0)
        self._fill(0, text)
        self.setCurrentCell(0, FROM)

    def text(self) -> str:
        """The rows as they could be pasted elsewhere."""
        self.finish_typing()
        rows = (self._row(number) for number in range(self.rowCount()))
        return "\n".join("\t".join(row) for row in rows if any(row))

    def steps(self) -> list[tuple[Decimal, Decimal]]:
        """The steps as typed. Raises: NoSteps, StepUnreadable, NotANumber; they name the field."""
        self.finish_typing()
        try:
            return self._steps()
        except BusinessError as error:
            raise error.naming(self.objectName()) from None

    # What the cells call

    def finish_typing(self) -> None:
        """Take what stands in the cell that is being typed into."""
        editor = self._cells.editor
        self._cells.editor = None
        if editor is not None and isValid(editor) and editor.isVisible():
            self.commitData(editor)
            self.closeEditor(editor, QStyledItemDelegate.EndEditHint.NoHint)

    def go_on(self) -> None:
        """To the next cell, from the last one of a row to the next row."""
        row, column = self.currentRow(), self.currentColumn()
        if column == FROM:
            self.setCurrentCell(row, WORTH)
        else:
            self.setCurrentCell(min(row + 1, self.rowCount() - 1), FROM)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def paste(self, text: str) -> None:
        """Rows from a table: over everything when all is chosen, else from this row on."""
        is_all = len(self.selectedIndexes()) == self.rowCount() * self.columnCount()
        if is_all:
            self.show_text(text)
        else:
            self._fill(max(0, self.currentRow()), text)

    # Its own

    def _steps(self) -> list[tuple[Decimal, Decimal]]:
        found = []
        for number in range(self.rowCount()):
            row = self._row(number)
            if any(row):
                found.append(self._step(number + 1, row))
        if not found:
            raise NoSteps(**self._words)
        return found

    def _row(self, number: int) -> tuple[str, str]:
        cells = [self.item(number, column) for column in (FROM, WORTH)]
        first, second = (each.text().strip() if each is not None else "" for each in cells)
        return first, second

    def _step(self, number: int, row: tuple[str, str]) -> tuple[Decimal, Decimal]:
        start, worth = (each.removesuffix("%").strip() for each in row)
        if start and not worth:
            raise StepUnreadable(row=number, typed=start[:40], **self._words)
        return read_number(start or "0", self.locale()), read_number(worth, self.locale())

    def _fill(self, row: int, text: str) -> None:
        for line in text.splitlines()[:MOST_ROWS]:
            if not line.strip():
                continue
            while self.rowCount() <= row:
                self.insertRow(self.rowCount())
            for column, cell in enumerate(_split(line.strip())):
                self.setItem(row, column, _cell(cell))
            row += 1
        self._grow()

    def _grow(self) -> None:
        """There is always one empty row to type the next step into."""
        last = self.rowCount() - 1
        if last < 0 or (any(self._row(last)) and last < MOST_ROWS):
            self.insertRow(last + 1)
            for column in (FROM, WORTH):
                self.setItem(last + 1, column, _cell(""))

    def _is_in_empty_row(self) -> bool:
        return not any(self._row(self.currentRow()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(_copied())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            row = self.currentRow()
            self.removeRow(row)
            self._grow()
            self.setCurrentCell(min(row, self.rowCount() - 1), FROM)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._is_in_empty_row():
                self.focusNextChild()
            else:
                self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_cells"):
            self.verticalHeader().setDefaultSectionSize(theme.px(26))
            header = self.horizontalHeader().sizeHint().height()
            self.setFixedHeight(header + ROWS_SHOWN * theme.px(26) + 4)


def _cell(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def _copied() -> str:
    return QGuiApplication.clipboard().text()


def _is_table(text: str) -> bool:
    return "\t" in text or "\n" in text.strip()


def _split(row: str) -> tuple[str, str]:
    """A pasted row: a value alone stands in the second cell; what is no pair stays as it is."""
    between = r"[\t;]" if re.search(r"[\t;]", row) else r"\s+"
    cells = [each.strip() for each in re.split(between, row.replace(" %", "%"))]
    cells = [each for each in cells if each]
    if len(cells) == 1:
        return "", cells[0]
    return (cells[0], cells[1]) if len(cells) == 2 else (row, "")
