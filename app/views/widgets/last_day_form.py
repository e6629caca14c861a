"""A small form that asks for the last day of something."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.widgets.asking import Asking
from app.views.widgets.day_field import DayField
from app.views.widgets.wording import words


class LastDayForm(Asking):
    """Asks until when something counts; that day still does."""

    def __init__(self, what: str, now: date, parent: QWidget) -> None:
        sentence = words(N_("The last day still counts; orders of later days do not get it."))
        super().__init__(words(N_("End {what}"), what=what), words(N_("End")), sentence, parent)
        self._day = DayField(words(N_("Last day")), now)
        self.add("last_day", words(N_("Last day")), self._day, gives=("valid_to",))

    def values(self) -> dict[str, Any]:
        """The last day. Raises: DayMissing, NotADay."""
        return {"last_day": self._day.needed(words(N_("last day")))}
