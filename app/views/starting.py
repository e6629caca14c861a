"""What is shown while the database starts: what is being waited for, or why it did not work."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.core.errors import BusinessError
from app.core.messages import N_
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.notice_panel import Notice, NoticePanel
from app.views.widgets.text import Text
from app.views.widgets.wording import words


class Starting(QWidget):
    """Stands on the screen until the main window takes its place.

    Signals:
        retry_asked: the person wants it tried again.
        update_asked: the person wants the company updated to this program.
        gave_up: the person closed it.
    """

    retry_asked = Signal()
    update_asked = Signal()
    gave_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Orderwright")
        self._refusal: NoticePanel | None = None
        self._words = Text(words(N_("Opening …")), "body", "muted")
        self._words.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(theme.px(4))
        self._bar.setAccessibleName(words(N_("Opening")))
        self.retry = ActionButton(Action("retry", words(N_("Try again"))), "prominent")
        self.retry.clicked.connect(self.retry_asked)
        self.update_now = ActionButton(Action("update", words(N_("Update now"))), "prominent")
        self.update_now.clicked.connect(self.update_asked)
        self.quit = ActionButton(Action("close", words(N_("Close"))))
        self.quit.clicked.connect(self.close)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        theme.pad(row, 0, 0, 0, 0, 8)
        row.addStretch(1)
        row.addWidget(self.quit)
        row.addWidget(self.retry)
        row.addWidget(self.update_now)
        self._layout = QVBoxLayout(self)
        theme.pad(self._layout, 32, 28, 32, 24, 16)
        self._layout.addWidget(Text("Orderwright", "title"))
        self._layout.addWidget(self._words)
        self._layout.addWidget(self._bar)
        self._layout.addStretch(1)
        self._layout.addWidget(self._buttons)
        self.setFixedWidth(theme.px(480))
        self.setMinimumHeight(theme.px(180))
        self.show_wait(words(N_("Opening …")))

    def show_wait(self, words: str) -> None:
        """Say what is being waited for."""
        self._drop_refusal()
        self._words.setText(words)
        self._words.setVisible(True)
        self._bar.setVisible(True)
        self._buttons.setVisible(False)

    def show_refusal(self, refusal: BusinessError, *, may_update: bool = False) -> None:
        """Say why it did not work; the person may try again, or update what is too old."""
        self._drop_refusal()
        tone = Tone.ATTENTION if may_update else Tone.WRONG
        self._refusal = NoticePanel(Notice(refusal.message(), tone))
        self._layout.insertWidget(1, self._refusal)
        self._words.setVisible(False)
        self._bar.setVisible(False)
        self._buttons.setVisible(True)
        self.retry.setVisible(not may_update)
        self.update_now.setVisible(may_update)
        next_step = self.update_now if may_update else self.retry
        next_step.setFocus(Qt.FocusReason.OtherFocusReason)
        theme.fit_height(self, 180)

    @property
    def words(self) -> str:
        """What is said now."""
        return self._words.text() if self._refusal is None else self._refusal.accessibleName()

    def _drop_refusal(self) -> None:
        if self._refusal is not None:
            self._refusal.hide()
            self._refusal.deleteLater()
            self._refusal = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(
            pressed, ActionButton
        ):
            pressed.click()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.gave_up.emit()
        super().closeEvent(event)
