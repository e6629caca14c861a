"""A form: labels above fields, two columns at most, what is wrong beside the field in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.core.errors import BusinessError, SeveralProblems
from app.views import theme
from app.views.widgets.lookup_field import LookupField
from app.views.widgets.number_field import NumberField
from app.views.widgets.reading import when_changed
from app.views.widgets.text import Text, repolish

ONE_COLUMN_BELOW = 460
"""Pixels at 100 %."""


class _Block(QWidget):
    """A label, its field, and under it a hint or what is wrong."""

    def __init__(
        self, label: str, field: QWidget, hint: str, is_wide: bool, gives: frozenset[str]
    ) -> None:
        super().__init__()
        self.field, self.is_wide, self.gives, self._hint = field, is_wide, gives, hint
        self.is_left_out = False
        self.label = Text(label, "small", "muted")
        self.label.setBuddy(field)
        self._sign = QLabel()
        self._note = Text(hint, "small", "muted", wraps=True)
        if not field.accessibleName():
            field.setAccessibleName(label.replace("&", ""))
        note = QHBoxLayout()
        theme.pad(note, gap=4)
        note.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        note.addWidget(self._note, 1)
        layout = QVBoxLayout(self)
        theme.pad(layout, gap=4)
        layout.addWidget(self.label)
        layout.addWidget(field)
        layout.addLayout(note)
        layout.addStretch(1)
        self._say("")

    def show_problem(self, told: str, under: str) -> None:
        """Mark the field as wrong for what is told, and say `under` it what stands nowhere else.

        Empty texts bring the hint back.
        """
        self.field.setProperty("wrong", bool(told))
        self.field.setAccessibleDescription(told or self._hint)
        repolish(self.field)
        self._say(under)

    @property
    def problem(self) -> str:
        """What is said under the field to be wrong."""
        return "" if self._sign.isHidden() else self._note.text()

    def _say(self, sentence: str) -> None:
        self._note.setText(sentence or self._hint)
        self._note.set_tone("wrong" if sentence else "muted")
        self._note.setVisible(bool(sentence or self._hint))
        self._sign.setVisible(bool(sentence))
        self._redress()

    def _redress(self) -> None:
        side = self._note.fontMetrics().height()
        self._sign.setPixmap(theme.pixmap("warning-circle", "wrong", side))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_sign"):
            self._redress()


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong with some fields, in the order of the form; it is said under the first."""

    fields: tuple[str, ...]
    sentence: str


class Form(QWidget):
    """Fields by name, in the order they are added; Tab follows that order.

    What is wrong is said beside its field until that field changes.

    Signals:
        said: something more or less is said under a field, so the form has another height.
    """

    said = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._blocks: dict[str, _Block] = {}
        self._problems: list[_Problem] = []
        self._columns = 2
        self._grid = QGridLayout(self)
        theme.pad(self._grid, gap=16)

    def add(
        self,
        name: str,
        label: str,
        field: QWidget,
        *,
        hint: str = "",
        is_wide: bool = False,
        gives: Sequence[str] = (),
    ) -> None:
        """Put a field at the end; a wide one takes both columns.

        `gives` are the arguments of the verb that come from this field, where they are not called
        as it is: a refusal about one of them is said here.
        """
        field.setObjectName(name)
        self._blocks[name] = _Block(label, field, hint, is_wide, frozenset((name, *gives)))
        when_changed(field, lambda: self.forget_problem(name))
        if isinstance(field, NumberField):
            field.refused.connect(lambda sentence: self._add(_Problem((name,), sentence)))
        if isinstance(field, LookupField):
            field.not_found.connect(
                lambda _typed: self._add(_Problem((name,), field.accessibleDescription()))
            )
        self._lay_out()

    def field(self, name: str) -> QWidget:
        """A field by name."""
        return self._blocks[name].field

    def gives(self, name: str) -> frozenset[str]:
        """The arguments of the verb that come from a field, its own name among them."""
        return self._blocks[name].gives

    def call(self, name: str, label: str) -> None:
        """Give a field another label, as what it asks for depends on another field."""
        block = self._blocks[name]
        block.label.setText(label)
        block.field.setAccessibleName(label.replace("&", ""))

    def leave_out(self, name: str, is_left_out: bool) -> None:
        """A field that means nothing now is not there; the others close up."""
        if self._blocks[name].is_left_out != is_left_out:
            self._blocks[name].is_left_out = is_left_out
            self._lay_out()

    def refuse(self, refusal: BusinessError) -> BusinessError | None:
        """Say each problem beside the fields it is about, and go to the first of them.

        What is about no field that is asked for is handed back, as one refusal.
        """
        beside: list[_Problem] = []
        rest: list[BusinessError] = []
        for problem in refusal.each():
            fields = self._about(problem)
            if fields:
                beside.append(_Problem(fields, problem.message()))
            else:
                rest.append(problem)
        self._show(beside)
        self._go_to_first()
        if not rest:
            return None
        return rest[0] if len(rest) == 1 else SeveralProblems(rest)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say beside each named field what is wrong with it; the focus goes to the first."""
        self._show([_Problem((name,), sentence) for name, sentence in problems.items()])
        self._go_to_first()

    def clear_problems(self) -> None:
        """Nothing is wrong any more."""
        self._show([])

    def forget_problem(self, name: str) -> None:
        """A field has changed: what was wrong with it may be right now."""
        if any(name in each.fields for each in self._problems):
            self._show([each for each in self._problems if name not in each.fields])

    def problem(self, name: str) -> str:
        """What is said under a field to be wrong."""
        return self._blocks[name].problem

    @property
    def problems(self) -> dict[str, str]:
        """What is said to be wrong, by the fields under which it stands."""
        return {name: each.problem for name, each in self._blocks.items() if each.problem}

    @property
    def first_wrong(self) -> QWidget | None:
        """The first field that is wrong, with its label and what is said of it."""
        names = {name for each in self._problems for name in each.fields}
        return next((block for name, block in self._blocks.items() if name in names), None)

    def _about(self, problem: BusinessError) -> tuple[str, ...]:
        """The fields in view that give what a problem is about."""
        return tuple(
            name
            for name, block in self._blocks.items()
            if not block.gives.isdisjoint(problem.about) and not block.isHidden()
        )

    def _add(self, problem: _Problem) -> None:
        others = [each for each in self._problems if each.fields != problem.fields]
        self._show([*others, problem])

    def _show(self, problems: list[_Problem]) -> None:
        if problems == self._problems == []:
            return
        self._problems = problems
        for name, block in self._blocks.items():
            about = [each for each in problems if name in each.fields]
            told = dict.fromkeys(each.sentence for each in about)
            under = dict.fromkeys(each.sentence for each in about if each.fields[0] == name)
            block.show_problem("\n".join(told), "\n".join(under))
        self.said.emit()

    def _go_to_first(self) -> None:
        block = self.first_wrong
        if not isinstance(block, _Block):
            return
        block.field.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(block.field, QLineEdit):
            block.field.selectAll()
        # Read aloud at once by screen readers, also where the focus stays where it is.
        QAccessible.updateAccessibility(QAccessibleEvent(block.field, QAccessible.Event.Alert))

    def _lay_out(self) -> None:
        row, column = 0, 0
        previous: QWidget | None = None
        for block in self._blocks.values():
            self._grid.removeWidget(block)
            if block.is_left_out:
                block.hide()
                continue
            is_wide = block.is_wide or self._columns == 1
            if is_wide and column:
                row, column = row + 1, 0
            self._grid.addWidget(block, row, column, 1, 2 if is_wide else 1)
            block.show()  # here, not before: without a parent it would be a window
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
