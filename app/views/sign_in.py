"""Who is there, and which database: the first window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from app.core.errors import BusinessError
from app.core.messages import N_
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.form import Form
from app.views.widgets.notice_panel import Notice, NoticePanel
from app.views.widgets.text import Text
from app.views.widgets.wording import words


class SignIn(QDialog):
    """Asks for name, password and the database's address; a refusal is said above the fields.

    The password is handed over in the signal and kept nowhere else. Whoever listens calls
    `show_refusal` (the person may try again) or `accept`.

    Signals:
        asked: args: name, password, address.
    """

    asked = Signal(str, str, str)

    def __init__(self, name: str = "", address: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(words(N_("Sign in – Orderwright")))
        self._refusal: NoticePanel | None = None
        self.name = QLineEdit(name)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.address = QLineEdit(address)
        for field in (self.name, self.password, self.address):
            field.setMaxLength(500)
            field.textEdited.connect(self._clear_problems)
        self.form = Form()
        self.form.add("name", "&Name", self.name, is_wide=True)
        self.form.add("password", "&Password", self.password, is_wide=True)
        self.form.add(
            "address",
            "&Database",
            self.address,
            hint=words(N_("Leave empty for the one on this computer.")),
            is_wide=True,
        )
        self.button = ActionButton(Action("sign_in", words(N_("Sign in"))), "prominent")
        self.button.setDefault(True)
        self.button.clicked.connect(self._ask)
        self._layout = QVBoxLayout(self)
        theme.pad(self._layout, 32, 24, 32, 24, 16)
        self._layout.addWidget(Text(words(N_("Sign in")), "title"))
        self._layout.addWidget(self.form)
        self._layout.addStretch(1)
        self._layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(theme.px(400))
        (self.password if name else self.name).setFocus()

    def show_refusal(self, refusal: BusinessError | str) -> None:
        """Say why it did not work; the fields keep what was typed, except the password."""
        self.set_busy(False)
        self._drop_refusal()
        said = refusal if isinstance(refusal, str) else refusal.message()
        self._refusal = NoticePanel(Notice(said))
        self._layout.insertWidget(1, self._refusal)
        self.button.show_action(Action("sign_in", words(N_("Try again"))))
        theme.fit_height(self)
        self.password.clear()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, is_busy: bool) -> None:
        """While the database is asked, nothing can be pressed twice."""
        self.button.setEnabled(not is_busy)
        self.form.setEnabled(not is_busy)
        self.button.setText(words(N_("Signing in …")) if is_busy else self.button.action.title)

    @property
    def refusal(self) -> str:
        """What is said above the fields."""
        return "" if self._refusal is None else self._refusal.accessibleName()

    def _ask(self) -> None:
        if not self.name.text().strip():
            self.form.show_problems(
                {"name": words(N_("Enter your name as your administrator set it up."))}
            )
            return
        self._drop_refusal()
        self.set_busy(True)
        self.asked.emit(self.name.text().strip(), self.password.text(), self.address.text().strip())

    def _clear_problems(self) -> None:
        if self.form.problem("name"):
            self.form.clear_problems()

    def _drop_refusal(self) -> None:
        if self._refusal is not None:
            self._refusal.hide()
            self._refusal.deleteLater()
            self._refusal = None
