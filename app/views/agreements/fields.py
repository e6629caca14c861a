"""Fields of the agreement forms: whom and what it is with, days that may stay open, steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError, NotFound
from app.core.messages import N_
from app.queries.agreements import AgreementSide, find_item_sides, find_parties
from app.rules.pricing.agreements import Side
from app.views import theme
from app.views.widgets.found_list import FinderRow
from app.views.widgets.lookup_field import LookupField
from app.views.widgets.numbers import read_number

_SECTIONS = {
    "customer": ("Customers", "users"),
    "supplier": ("Suppliers", "factory"),
    "item": ("Items", "package"),
    "group": ("Groups", "stack"),
}


class NotADay(BusinessError):
    """What was typed cannot be read as a day."""

    sentence = N_("{typed} is not a day. Write it like {example}, or leave it empty.")


class NoSteps(BusinessError):
    """Nothing was typed where the steps belong."""

    sentence = N_("Type at least one step: a quantity and what it gives, or just what it gives.")


class StepUnreadable(BusinessError):
    """A row of the steps is not a quantity and a value."""

    sentence = N_("Row {row}, {typed}: type a quantity and what it gives, with Tab or ; between.")


class SideField(LookupField):
    """Finds a party or an item side; what is typed must be chosen, empty is all.

    A second Enter goes on to what the form is for.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        name: str,
        what: str,
        find: Callable[[Any, str], tuple[AgreementSide, ...]],
        *,
        hint: str,
        parent: QWidget | None = None,
    ) -> None:
        """`what` is the word in the refusal of something unknown."""

        def look_up(session: Any, text: str) -> list[FinderRow]:
            return [
                FinderRow(
                    _SECTIONS[each.kind][0],
                    each.name,
                    code=each.code,
                    icon=_SECTIONS[each.kind][1],
                    target=each,
                    is_exact=each.is_exact,
                )
                for each in find(session, text)
            ]

        super().__init__(tasks, look_up, name, hint=hint, parent=parent)
        self.what = what

    @property
    def side(self) -> AgreementSide | None:
        """What was chosen; None when the field is empty. Raises: NotFound."""
        typed = self.text().strip()
        if not typed:
            return None
        chosen = self.chosen
        if chosen is None or typed != (chosen.code or chosen.title):
            raise NotFound(what=self.what, value=typed)
        found = chosen.target
        assert isinstance(found, AgreementSide)
        return found

    def start_with(self, found: AgreementSide | None) -> None:
        """Show something as chosen."""
        self.set_chosen(
            None if found is None else FinderRow("", found.name, code=found.code, target=found)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = self.text().strip()
        is_settled = not typed or (
            self.chosen is not None and typed == (self.chosen.code or self.chosen.title)
        )
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and is_settled:
            event.ignore()  # so that the form hears it


def party_field(tasks: TaskRunner, side: Callable[[], Side], parent: QWidget) -> SideField:
    """Customers and groups, or suppliers and groups, as `side` says when something is typed."""

    def find(session: Any, text: str) -> tuple[AgreementSide, ...]:
        return find_parties(session, wanted=text, side=side())

    return SideField(
        tasks, "Party", "party", find, hint="Name or number; empty is everybody", parent=parent
    )


def item_field(tasks: TaskRunner, parent: QWidget) -> SideField:
    """Items and item groups."""

    def find(session: Any, text: str) -> tuple[AgreementSide, ...]:
        return find_item_sides(session, wanted=text)

    return SideField(
        tasks, "Item", "item", find, hint="Name or number; empty is everything", parent=parent
    )


class DayField(QLineEdit):
    """A day typed in figures; empty is open."""

    def __init__(self, name: str, now: date | None = None, parent: QWidget | None = None) -> None:
        super().__init__(now.isoformat() if now else "", parent)
        self.setAccessibleName(name)
        self.setPlaceholderText("Open")
        self.setMaxLength(20)

    def day(self) -> date | None:
        """The day. Raises: NotADay."""
        typed = self.text().strip()
        if not typed:
            return None
        for shape in ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%Y%m%d"):
            try:
                return datetime.strptime(typed, shape).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        raise NotADay(typed=typed, example="2026-12-31")


class StepsField(QPlainTextEdit):
    """Steps, one a row: quantity, then what it gives; a value alone counts from nothing on.

    Tab stands between the two when pasted from a table; typed, a blank or ; does. Tab leaves
    the field.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setPlaceholderText("1  39.90\n10  36.00\n100  33.50")
        self.setFont(theme.font("body", figures=True))
        self.setFixedHeight(theme.px(96))

    def steps(self) -> list[tuple[Decimal, Decimal]]:
        """The steps as typed. Raises: NoSteps, StepUnreadable, NotANumber."""
        found = []
        for number, row in enumerate(self.toPlainText().splitlines(), 1):
            if row.strip():
                found.append(self._step(number, row.strip()))
        if not found:
            raise NoSteps()
        return found

    def _step(self, number: int, row: str) -> tuple[Decimal, Decimal]:
        between = r"[\t;]" if re.search(r"[\t;]", row) else r"\s+"
        cells = [each.strip().removesuffix("%").strip() for each in re.split(between, row)]
        cells = [each for each in cells if each]
        if len(cells) not in (1, 2):
            raise StepUnreadable(row=number, typed=row[:40])
        quantity = "0" if len(cells) == 1 else cells[0]
        return read_number(quantity, self.locale()), read_number(cells[-1], self.locale())
