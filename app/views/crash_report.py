"""When the program itself is wrong: say so plainly, keep working, make it easy to report."""

from __future__ import annotations

import platform
import re
import traceback

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.core.messages import N_
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.text import Text
from app.views.widgets.wording import words

HIDDEN = "•••"
_SECRETS = (
    (re.compile(r"(\w+://[^\s:/@]*):[^\s/]*@"), rf"\1:{HIDDEN}@"),
    (
        re.compile(
            r"(?i)((?:password|passwd|passfile|secret|token|api_?key|authorization)"
            r"[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;)}]+)"
        ),
        rf"\1{HIDDEN}",
    ),
)
_SQL_VALUES = re.compile(r"^\[parameters: .*$", re.MULTILINE)


def without_secrets(text: str) -> str:
    """The text with passwords, tokens and the values given to SQL statements blacked out."""
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    return _SQL_VALUES.sub(f"[parameters: {HIDDEN}]", text)


def report_text(error: BaseException, doing: str = "", version: str = "") -> str:
    """What a developer needs: what happened, where in the program, on what machine.

    Values of variables are not part of it, and what looks like a secret is blacked out.
    """
    trace = "".join(traceback.format_exception(error))
    head = [
        f"Orderwright {version}".strip(),
        words(
            N_("Python {version} on {system} {release}"),
            version=platform.python_version(),
            system=platform.system(),
            release=platform.release(),
        ),
    ]
    if doing:
        head.append(words(N_("While: {doing}"), doing=doing))
    return without_secrets("\n".join([*head, "", trace]))


class CrashReport(QDialog):
    """Tells that something went wrong in the program; nothing that was saved is lost.

    Signals:
        quit_asked: the person would rather close the program.
    """

    quit_asked = Signal()

    def __init__(
        self,
        error: BaseException,
        *,
        doing: str = "",
        version: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(words(N_("Something went wrong – Orderwright")))
        self.report = report_text(error, doing, version)
        self._details = QPlainTextEdit(self.report)
        self._details.setReadOnly(True)
        self._details.setAccessibleName(words(N_("Details of the error")))
        self._details.setFont(theme.font("code"))
        self._details.setTabChangesFocus(True)
        self._details.hide()
        self._copy = ActionButton(Action("copy", words(N_("Copy the report")), "Ctrl+Shift+C"))
        self._copy.clicked.connect(self.copy)
        self._show = ActionButton(Action("details", words(N_("Details"))))
        self._show.setCheckable(True)
        self._show.toggled.connect(self._details.setVisible)
        leave = ActionButton(Action("quit", words(N_("Close the program"))))
        leave.clicked.connect(self._quit)
        go_on = ActionButton(Action("continue", words(N_("Continue"))), "prominent")
        go_on.setDefault(True)
        go_on.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        theme.pad(buttons, gap=8)
        for each in (self._copy, self._show):
            buttons.addWidget(each)
        buttons.addStretch(1)
        for each in (leave, go_on):
            buttons.addWidget(each)
        layout = QVBoxLayout(self)
        theme.pad(layout, 24, 20, 24, 20, 12)
        layout.addWidget(Text(words(N_("Something went wrong in the program")), "title"))
        layout.addWidget(
            Text(
                words(
                    N_(
                        "This is a fault of the program, not yours. What was saved before is safe; "
                        "what you were doing just now was not done. Copy the report and send it to "
                        "whoever looks after Orderwright, then continue."
                    )
                ),
                wraps=True,
            )
        )
        summary = "".join(traceback.format_exception_only(error)).strip()
        first, *_the_rest = without_secrets(summary).splitlines()  # a statement's text is a detail
        layout.addWidget(Text(first[:300], "body", "muted", wraps=True))
        layout.addWidget(self._details, 1)
        layout.addLayout(buttons)
        self.resize(theme.px(620), theme.px(260))
        go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.report)
        self._copy.setText(words(N_("Copied")))

    def _quit(self) -> None:
        self.quit_asked.emit()
        self.reject()
