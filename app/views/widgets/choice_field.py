"""A field in which one of a few things is chosen; its value is the chosen one's code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.views import theme


class ChoiceField(QComboBox):
    """Choices by name, with an arrow that follows the theme; long names are cut, not the form."""

    def __init__(
        self,
        choices: Sequence[tuple[Any, str]] = (),
        now: Any = None,
        parent: QWidget | None = None,
    ) -> None:
        """`choices` are codes with their names; `now` is the code that is chosen first."""
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        # Kept here: Qt would give an enumeration's member back as its bare text.
        self._codes = [code for code, _name in choices]
        for _code, name in choices:
            self.addItem(name)
        self.choose(now)

    @property
    def code(self) -> Any:
        """The code of what is chosen."""
        chosen = self.currentIndex()
        return self._codes[chosen] if chosen >= 0 else None

    def choose(self, code: Any) -> None:
        """Choose by code; what is not there leaves the first one chosen."""
        found = self._codes.index(code) if code in self._codes else 0
        self.setCurrentIndex(found if self._codes else -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = theme.px(14)
        painter = QPainter(self)
        left, top = self.width() - side - theme.px(8), (self.height() - side) // 2
        painter.drawPixmap(left, top, theme.pixmap("caret-down", "muted", side))
        painter.end()
