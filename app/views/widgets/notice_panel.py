"""What stands in the way of a document, on the document itself, with the ways out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.views import theme
from app.views.theme import Tone
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.flow_box import FlowBox
from app.views.widgets.text import Text

_ICON = {
    Tone.WRONG: "warning-circle",
    Tone.ATTENTION: "warning",
    Tone.GOOD: "check-circle",
    Tone.INFO: "info",
    Tone.ACCENT: "info",
    Tone.NEUTRAL: "info",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence with a tone, and what can be done about it."""

    sentence: str
    tone: Tone = Tone.WRONG
    actions: tuple[Action, ...] = ()


class NoticePanel(QFrame):
    """Shows one notice; its actions are links.

    Signals:
        action_chosen: a way out was taken; arg: the action's key.
    """

    action_chosen = Signal(str)

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice = notice
        self.setProperty("notice", notice.tone.value)
        self.setAccessibleName(notice.sentence)
        self._picture = QLabel()
        words = QVBoxLayout()
        theme.pad(words, gap=2)
        words.addWidget(Text(notice.sentence, "strong", wraps=True))
        if notice.actions:
            words.addWidget(self._links(notice.actions))
        layout = QHBoxLayout(self)
        theme.pad(layout, 16, 10, 16, 10, 12)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(words, 1)
        self._redress()

    def _links(self, actions: Sequence[Action]) -> FlowBox:
        links = FlowBox(8)
        for number, each in enumerate(actions):
            if number:
                links.add(Text("·", "strong", "accent"))
            link = ActionButton(each, "link")
            link.chosen.connect(self.action_chosen)
            links.add(link)
        return links

    def _redress(self) -> None:
        side = theme.px(18)
        ink = theme.tokens().ink(self._notice.tone)
        self._picture.setPixmap(theme.pixmap(_ICON[self._notice.tone], ink, side))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_picture"):
            self._redress()
