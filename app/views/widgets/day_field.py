"""A field for a day that may stay open."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.errors import BusinessError
from app.core.messages import N_
from app.views.widgets.wording import read_full_day, words, write_full_day

EXAMPLE = write_full_day(date(2026, 12, 31))


class NotADay(BusinessError):
    """What was typed cannot be read as a day."""

    sentence = N_("{typed} is not a day. Write it like {example}, or leave it empty.")


class DayMissing(BusinessError):
    """A day that is needed was left empty."""

    sentence = N_("Type the {what}, like {example}.")


class DayField(QLineEdit):
    """A day, written as it stands everywhere else, typed so or in figures; empty is open.

    Up and Down take the next day and the one before.
    """

    def __init__(
        self,
        name: str,
        now: date | None = None,
        parent: QWidget | None = None,
        *,
        missing: str = "",
    ) -> None:
        """`missing` is what the day is called in the refusal, where one must be typed."""
        super().__init__(write_full_day(now) if now else "", parent)
        self._missing = missing
        self.setAccessibleName(name)
        self.setPlaceholderText(EXAMPLE if missing else words(N_("Open")))
        self.setMaxLength(20)

    def day(self) -> date | None:
        """The day. Raises: NotADay and DayMissing, naming the field."""
        typed = self.text().strip()
        if not typed and self._missing:
            raise DayMissing(what=self._missing, example=EXAMPLE).naming(self.objectName())
        if not typed:
            return None
        for shape in ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%Y%m%d"):
            try:
                return datetime.strptime(typed, shape).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        written = read_full_day(typed)
        if written is None:
            raise NotADay(typed=typed, example=EXAMPLE).naming(self.objectName())
        return written

    def needed(self, what: str) -> date:
        """The day, where one must be. Raises: DayMissing, NotADay."""
        day = self.day()
        if day is None:
            raise DayMissing(what=what, example=EXAMPLE).naming(self.objectName())
        return day

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None or not self.text().strip():
            super().keyPressEvent(event)
            return
        try:
            day = self.day()
        except NotADay:
            return  # there is no next of what is none
        if day is not None:
            self.setText(write_full_day(day + timedelta(days=step)))
