"""The station's answer to a scan: one word that is read from across the hall."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.messages import N_
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.wording import words

_ICON = {
    Tone.GOOD: "check-circle",
    Tone.WRONG: "hand",
    Tone.ATTENTION: "warning",
    Tone.INFO: "info",
    Tone.NEUTRAL: "barcode",
    Tone.ACCENT: "info",
}
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
HIGH = 210
LEAST = 84
"""How high it is, and how high at least; pixels at 100 %."""
SHARE = 0.26
"""Of the station's height: no more than this is the answer's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A large word, and under it what is meant and what to do."""

    word: str
    sentence: str = ""
    tone: Tone = Tone.NEUTRAL


class AnswerBanner(QWidget):
    """GOOD, STOP and what else a station answers, in colour, with an icon and words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer = Answer(words(N_("Scan")), "")
        self._share = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_answer(self._answer)

    @property
    def answer(self) -> Answer:
        """What is being said."""
        return self._answer

    def show_good(self, sentence: str, word: str = "GOOD") -> None:
        """The scan was right."""
        self.show_answer(Answer(word, sentence, Tone.GOOD))

    def show_stop(self, word: str, sentence: str) -> None:
        """The scan was wrong; the station waits until it is acknowledged."""
        self.show_answer(Answer(f"STOP: {word}", sentence, Tone.WRONG))

    def show_waiting(self, word: str, sentence: str = "") -> None:
        """Nothing was scanned yet; what to scan."""
        self.show_answer(Answer(word, sentence, Tone.NEUTRAL))

    def show_answer(self, answer: Answer) -> None:
        """Say something."""
        self._answer = answer
        self.setAccessibleName(f"{answer.word}. {answer.sentence}")
        self.update()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def fit(self, high: int) -> None:
        """Be at most a quarter of the station's height, where large type meets a small screen."""
        self._share = round(high * SHARE)
        self.updateGeometry()

    def _high(self) -> int:
        full = theme.px(HIGH)
        return min(full, max(theme.px(LEAST), self._share)) if self._share else full

    def sizeHint(self) -> QSize:
        return QSize(theme.px(600), self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(320), self.sizeHint().height())

    def _word_font(self, room: int) -> QFont:
        """As large as fits, at most five times body text."""
        is_full = self._high() == theme.px(HIGH)
        times = theme.ANSWER_SCALE
        while times > 1.6:
            made = theme.weighted(theme.font("display", times=times / 1.9), QFont.Weight.ExtraBold)
            metrics = QFontMetrics(made)
            fits = is_full or metrics.height() <= self.height() * 0.6
            if metrics.horizontalAdvance(self._answer.word) <= room and fits:
                return made
            times -= 0.2
        return theme.font("display")

    def _sentence_font(self, room: int, high: int) -> tuple[QFont, int]:
        """As large as the whole sentence fits into this room, and how high it is then."""
        times, needed = 0.88, 0
        while True:
            made = theme.font("title", station=True, times=times)
            theme.weighted(made, QFont.Weight.Medium)
            around = QRect(0, 0, room, 10 * high)
            if self._answer.sentence:
                metrics = QFontMetrics(made)
                needed = metrics.boundingRect(around, _WRAPPED, self._answer.sentence).height()
            if needed <= high or times < 0.6:
                return made, min(needed, high)
            times -= 0.12

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        answer = self._answer
        painter.fillRect(self.rect(), theme.tokens().soft(answer.tone))
        is_plain = answer.tone == Tone.NEUTRAL
        ink = theme.colour("text") if is_plain else theme.tokens().ink(answer.tone)
        side = min(theme.px(92), round(self.height() * 0.44))
        left = theme.px(56)
        top = (self.height() - side) // 2
        painter.drawPixmap(left, top, theme.pixmap(_ICON[answer.tone], ink, side))
        left += side + theme.px(36)
        room = max(theme.px(120), self.width() - left - theme.px(40))
        word_font = self._word_font(room)
        word_high = QFontMetrics(word_font).height()
        line_font, needed = self._sentence_font(room, self.height() - word_high - theme.px(16))
        first = max(0, (self.height() - word_high - needed) // 2)
        painter.setPen(ink)
        painter.setFont(word_font)
        word = QFontMetrics(word_font).elidedText(answer.word, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, first, room, word_high), int(Qt.AlignmentFlag.AlignLeft), word)
        painter.setFont(line_font)
        painter.drawText(QRect(left, first + word_high, room, needed), _WRAPPED, answer.sentence)
        painter.end()
