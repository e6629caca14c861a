"""What a place says when there is nothing in it: why, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.text import Text


@dataclass(frozen=True, slots=True)
class Empty:
    """The words of an empty place, and the one thing to do about it."""

    title: str
    sentence: str = ""
    icon: str = "tray"
    action: Action | None = None


class EmptyState(QWidget):
    """Shows an `Empty` in the middle of the place.

    Signals:
        action_chosen: the thing to do next; arg: the action's key.
    """

    action_chosen = Signal(str)

    def __init__(self, empty: Empty, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = empty
        self._picture = QLabel()
        self._title = Text(role="strong", wraps=True)
        self._sentence = Text(tone="muted", wraps=True)
        for each in (self._picture, self._title, self._sentence):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._button: ActionButton | None = None
        layout = QVBoxLayout(self)
        theme.pad(layout, 32, 32, 32, 32, 8)
        layout.addStretch(2)
        layout.addWidget(self._picture)
        layout.addWidget(self._title)
        layout.addWidget(self._sentence)
        self._button_place = layout.count()
        layout.addStretch(3)
        self._beneath = QSpacerItem(0, 0)
        layout.addItem(self._beneath)
        self.show_empty(empty)

    def stand_under(self, head: int) -> None:
        """Say it as high as a neighbour without a head so many pixels high above it."""
        high = head * 3 // 2  # above stand two parts of what is free, beneath it three
        self._beneath.changeSize(0, high, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Maximum)
        layout = self.layout()
        assert layout is not None
        layout.invalidate()

    def show_empty(self, empty: Empty) -> None:
        """Say something else."""
        self._empty = empty
        self._title.setText(empty.title)
        self._sentence.setText(empty.sentence)
        self._sentence.setVisible(bool(empty.sentence))
        self.setAccessibleName(f"{empty.title} {empty.sentence}".strip())
        if self._button is not None:
            self._button.hide()
            self._button.deleteLater()
            self._button = None
        if empty.action is not None:
            self._button = ActionButton(empty.action)
            self._button.chosen.connect(self.action_chosen)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(
                self._button_place, self._button, alignment=Qt.AlignmentFlag.AlignHCenter
            )
        self._redress()

    def _redress(self) -> None:
        side = theme.px(36)
        self._picture.setPixmap(theme.pixmap(self._empty.icon, "muted", side))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_picture"):
            self._redress()
