"""The keys that work here now, on one sheet (F1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.messages import N_
from app.views import theme
from app.views.widgets.action_button import MORE, Action, ActionButton, MoreButton, key_text
from app.views.widgets.screen import fit_screen
from app.views.widgets.text import Text
from app.views.widgets.wording import words


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key and what it does."""

    key: str
    title: str
    group: str = ""


def keys_of(page: QWidget, group: str) -> list[KeyHint]:
    """The keys of a desk: of its visible buttons, of its menu, and what it names in `keys()`."""
    hints = [
        KeyHint(button.action.shortcut, button.action.title, group)
        for button in page.findChildren(ActionButton)
        if button.action.shortcut and button.isVisible()
    ]
    menus = [each for each in page.findChildren(MoreButton) if each.isVisible()]
    hints += [
        KeyHint(each.shortcut, each.title, group)
        for menu in menus
        for each in menu.actions_shown
        if each.shortcut
    ]
    if menus:
        hints.append(KeyHint(MORE, words(N_("More that can be done here")), group))
    own = getattr(page, "keys", None)
    if callable(own):
        hints += [KeyHint(key, title, group) for key, title in own()]
    return list(dict.fromkeys(hints))


class KeySheet(QDialog):
    """Shows keys in groups."""

    def __init__(self, hints: Sequence[KeyHint], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(words(N_("Keys")))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.hints = tuple(hints)
        inner = QWidget()
        inner.setProperty("surface", "clear")
        grid = QGridLayout(inner)
        theme.pad(grid, 0, 0, 12, 0, 8)
        grid.setHorizontalSpacing(theme.px(16))
        grid.setColumnStretch(1, 1)
        row = 0
        for group, members in groupby(hints, key=lambda each: each.group):
            grid.addWidget(Text(group, "small", "muted"), row, 0, 1, 2)
            row += 1
            for each in members:
                key = Text(key_text(each.key), "strong", "accent")
                key.setAccessibleName(f"{each.key}: {each.title}")
                grid.addWidget(key, row, 0)
                grid.addWidget(Text(each.title), row, 1)
                row += 1
        grid.setRowStretch(row, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setAccessibleName(words(N_("Keys that work here")))
        layout = QVBoxLayout(self)
        theme.pad(layout, 24, 20, 12, 16, 12)
        layout.addWidget(Text(words(N_("Keys")), "title"))
        layout.addWidget(scroll, 1)
        close = ActionButton(Action("close", words(N_("Close"))))
        close.clicked.connect(self.accept)
        close.setDefault(True)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        fit_screen(self, 460, 560)
