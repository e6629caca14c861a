"""A field for steps: from where each counts, and what it gives."""

from __future__ import annotations

import re
from decimal import Decimal

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.core.errors import BusinessError
from app.core.messages import N_
from app.views import theme
from app.views.widgets.numbers import read_number
from app.views.widgets.wording import words


class NoSteps(BusinessError):
    """Nothing was typed where the steps belong."""

    sentence = N_("Type at least one step: {step} and {worth}, or just {worth}.")


class StepUnreadable(BusinessError):
    """A row of the steps is not a step and a value."""

    sentence = N_("Row {row}, {typed}: type {step} and {worth}, with Tab or ; between.")


class StepsField(QPlainTextEdit):
    """Steps, one a row: from where, then what it gives; a value alone counts from nothing on.

    Tab stands between the two when pasted from a table; typed, a blank or ; does. Tab leaves
    the field.
    """

    def __init__(
        self,
        step: str = words(N_("a quantity")),
        worth: str = words(N_("what it gives")),
        *,
        example: str = "1  39.90\n10  36.00\n100  33.50",
        parent: QWidget | None = None,
    ) -> None:
        """`step` and `worth` are the words for the two columns in sentences."""
        super().__init__(parent)
        self._words = {"step": step, "worth": worth}
        self.setTabChangesFocus(True)
        self.setPlaceholderText(example)
        self.setFont(theme.font("body", figures=True))
        self.setFixedHeight(theme.px(96))

    def steps(self) -> list[tuple[Decimal, Decimal]]:
        """The steps as typed. Raises: NoSteps, StepUnreadable, NotANumber."""
        found = []
        for number, row in enumerate(self.toPlainText().splitlines(), 1):
            if row.strip():
                found.append(self._step(number, row.strip()))
        if not found:
            raise NoSteps(**self._words)
        return found

    def _step(self, number: int, row: str) -> tuple[Decimal, Decimal]:
        between = r"[\t;]" if re.search(r"[\t;]", row) else r"\s+"
        cells = [each.strip().removesuffix("%").strip() for each in re.split(between, row)]
        cells = [each for each in cells if each]
        if len(cells) not in (1, 2):
            raise StepUnreadable(row=number, typed=row[:40], **self._words)
        quantity = "0" if len(cells) == 1 else cells[0]
        return read_number(quantity, self.locale()), read_number(cells[-1], self.locale())
