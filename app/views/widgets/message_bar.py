"""One line at the top of the window that answers the last action, until the next one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.core.errors import BusinessError
from app.core.messages import N_
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.text import Text, repolish
from app.views.widgets.wording import words

_ICON = {Tone.GOOD: "check-circle", Tone.WRONG: "warning-circle", Tone.INFO: "info"}


PASSES_AFTER = 10_000
"""Milliseconds after which a message that asks for nothing goes by itself."""


class MessageBar(QFrame):
    """Says good, wrong or info; stays until the next action or until it is dismissed.

    Signals:
        action_chosen: the thing offered with the message (undo, why); arg: its key.
        dismissed: the person put it away.
    """

    action_chosen = Signal(str)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.INFO
        self._picture = QLabel()
        self._words = Text("", wraps=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._offer: ActionButton | None = None
        self._close = QPushButton()
        self._close.setProperty("kind", "quiet")
        self._close.setAccessibleName(words(N_("Dismiss this message")))
        self._close.setToolTip(words(N_("Dismiss (Esc)")))
        self._close.clicked.connect(self._dismiss)
        self._layout = QHBoxLayout(self)
        theme.pad(self._layout, 16, 6, 8, 6, 10)
        self._layout.addWidget(self._picture)
        self._layout.addWidget(self._words, 1)
        self._layout.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """What is being said; empty when nothing is."""
        return "" if self.isHidden() else self._words.text()

    @property
    def tone(self) -> Tone:
        """How it is being said."""
        return self._tone

    def show_good(self, text: str, offer: Action | None = None) -> None:
        """It worked."""
        self._say(Tone.GOOD, text, offer)

    def show_wrong(self, text: str, offer: Action | None = None) -> None:
        """It was refused, and what to do instead."""
        self._say(Tone.WRONG, text, offer)

    def show_info(self, text: str, offer: Action | None = None) -> None:
        """Something to know."""
        self._say(Tone.INFO, text, offer)

    def show_passing(self, text: str, after: int = PASSES_AFTER) -> None:
        """Something that is true for a moment only: it goes by itself, if it is still there."""
        self.show_info(text)
        QTimer.singleShot(after, self, lambda: self.clear() if self.text == text else None)

    def show_refusal(self, error: BusinessError) -> None:
        """The sentence of a rule that said no."""
        self.show_wrong(error.message())

    def clear(self) -> None:
        """The next action has begun."""
        self._words.setText("")
        self.hide()

    def _say(self, tone: Tone, text: str, offer: Action | None) -> None:
        self._tone = tone
        self.setProperty("notice", tone.value)
        repolish(self)
        self._words.setText(text)
        self.setAccessibleName(text)
        if self._offer is not None:
            self._offer.hide()
            self._offer.deleteLater()
            self._offer = None
        if offer is not None:
            self._offer = ActionButton(offer, "link")
            self._offer.chosen.connect(self.action_chosen)
            self._layout.insertWidget(2, self._offer)
        self._redress()
        self.show()
        # Read aloud at once by screen readers, without taking the focus.
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _dismiss(self) -> None:
        self.clear()
        self.dismissed.emit()

    def _redress(self) -> None:
        side = theme.px(18)
        ink = theme.tokens().ink(self._tone)
        self._picture.setPixmap(theme.pixmap(_ICON[self._tone], ink, side))
        self._close.setIcon(theme.icon("x", "text"))
        self._close.setIconSize(theme.icon_size(14))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._dismiss()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_close"):
            self._redress()
