"""What is shown while the database starts: what is being waited for, or why it did not work."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.core.errors import BusinessError
from app.core.messages import N_
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.notice_panel import Notice, NoticePanel
from app.views.widgets.text import Text
from app.views.widgets.wording import words


class Starting(QWidget):
    """Stands on the screen until the main window takes its place.

    Signals:
        retry_asked: the person wants it tried again.
        gave_up: the person closed it.
    """

    retry_asked = Signal()
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
        self.quit = ActionButton(Action("close", words(N_("Close"))))
        self.quit.clicked.connect(self.close)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        theme.pad(row, 0, 0, 0, 0, 8)
        row.addStretch(1)
        row.addWidget(self.quit)
        row.addWidget(self.retry)
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

    def show_refusal(self, refusal: BusinessError) -> None:
        """Say why it did not work; the person may try again."""
        self._drop_refusal()
        self._refusal = NoticePanel(Notice(refusal.message()))
        self._layout.insertWidget(1, self._refusal)
        self._words.setVisible(False)
        self._bar.setVisible(False)
        self._buttons.setVisible(True)
        self.retry.setFocus(Qt.FocusReason.OtherFocusReason)
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

    def closeEvent(self, event: QCloseEvent) -> None:
        self.gave_up.emit()
        super().closeEvent(event)
