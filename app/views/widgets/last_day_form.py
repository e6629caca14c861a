"""A small form that asks for the last day of something."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from app.views.widgets.asking import Asking
from app.views.widgets.day_field import DayField


class LastDayForm(Asking):
    """Asks until when something counts; that day still does."""

    def __init__(self, what: str, now: date, parent: QWidget) -> None:
        sentence = "The last day still counts; orders of later days do not get it."
        super().__init__(f"End {what}", "End", sentence, parent)
        self._day = DayField("Last day", now)
        self.add("last_day", "Last day", self._day)

    def values(self) -> dict[str, Any]:
        """The last day. Raises: DayMissing, NotADay."""
        return {"last_day": self._day.needed("last day")}
