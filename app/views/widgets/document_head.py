"""The head of a document: what it is, how it stands, what comes next, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.messages import N_
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.action_button import Action, ActionButton, MoreButton
from app.views.widgets.flow_box import FlowBox
from app.views.widgets.state_badge import Badge, StateBadge
from app.views.widgets.text import DOT, ElidedText, Text
from app.views.widgets.wording import words


@dataclass(frozen=True, slots=True)
class Fact:
    """A computed or given value under its label; with `why` it can be asked how it came."""

    label: str
    value: str
    tone: Tone = Tone.NEUTRAL
    why: str = ""


@dataclass(frozen=True, slots=True)
class HeadModel:
    """What a head shows: one prominent action, quieter ones beside it, the rest in a menu."""

    title: str
    badges: tuple[Badge, ...] = ()
    subline: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    action: Action | None = None
    secondary: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()


BUTTON_GAP = 10
TITLE_SHARE = 0.45
"""The part of the width that a long title keeps: for the rest it gives way to the buttons."""


class DocumentHead(QWidget):
    """Shows a `HeadModel` with one row of buttons at any width.

    Signals:
        action_chosen: any button or menu entry; arg: the action's key.
        why_asked: a fact was asked how it came; arg: the fact's `why`.
    """

    action_chosen = Signal(str)
    why_asked = Signal(str)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        focus: Qt.FocusPolicy = Qt.FocusPolicy.StrongFocus,
    ) -> None:
        """`focus` is how buttons take it: by Tab alone where typing goes on after a click."""
        super().__init__(parent)
        self.model: HeadModel | None = None
        self._focus = focus
        self._prominent: ActionButton | None = None
        self._secondary: list[ActionButton] = []
        self._lent_to: QLayout | None = None
        self._build()

    def show(self, model: HeadModel | None = None) -> None:
        """Show a head; without one, show the widget itself as `QWidget.show` does."""
        if model is None:
            super().show()
            return
        self.model = model
        self._title.setText(model.title)
        refill(self._badges, [StateBadge(each) for each in model.badges])
        self._subline.setText(DOT.join(each for each in model.subline if each))
        self._subline.setVisible(bool(self._subline.text()))
        self._facts.refill([self._fact(each) for each in model.facts])
        self._show_actions(model)
        self._fit()
        QTimer.singleShot(0, self, self._fit_again)

    def lend_facts(self, place: QLayout, *, when_higher_than: int) -> None:
        """Put the facts elsewhere when the head with them is higher than so many pixels."""
        own = self.layout()
        assert own is not None
        height = own.totalHeightForWidth(self.width())
        if self._lent_to is not None:
            height += self._facts.heightForWidth(self.width() - theme.px(24 * 2))
        wanted = place if height > when_higher_than else None
        if wanted is not self._lent_to:
            self._lent_to = wanted
            (wanted or own).addWidget(self._facts)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        theme.pad(layout, 24, 16, 24, 12, 6)
        self._first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        theme.pad(self._first, gap=10)
        naming = QHBoxLayout()
        theme.pad(naming, gap=10)
        self._title = ElidedText("", "display", most_lines=3)
        policy = self._title.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Maximum)
        self._title.setSizePolicy(policy)
        self._badges = QHBoxLayout()
        theme.pad(self._badges, gap=8)
        self._buttons = FlowBox(BUTTON_GAP)
        self._more = MoreButton(parent=self._buttons)
        self._more.setFocusPolicy(self._focus)
        self._more.chosen.connect(self.action_chosen)
        naming.addWidget(self._title)
        naming.addLayout(self._badges)
        naming.addStretch(1)
        self._first.addLayout(naming, 1)
        self._first.addWidget(self._buttons)
        self._first.setAlignment(self._buttons, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._first)
        self._subline = ElidedText("", "body", "muted", most_lines=2)
        layout.addWidget(self._subline)
        self._facts = FlowBox(32, in_columns=True)
        layout.addSpacing(theme.px(8))
        layout.addWidget(self._facts)

    def _show_actions(self, model: HeadModel) -> None:
        """Buttons are kept and renamed, so that focus stays where it was."""
        wanted = len(model.secondary)
        while len(self._secondary) > wanted:
            _drop(self._secondary.pop())
        while len(self._secondary) < wanted:
            button = ActionButton(model.secondary[len(self._secondary)], parent=self._buttons)
            button.setFocusPolicy(self._focus)
            button.chosen.connect(self.action_chosen)
            self._secondary.append(button)
        for button, action in zip(self._secondary, model.secondary, strict=True):
            button.show_action(action)
        self._show_prominent(model.action)

    def _show_prominent(self, action: Action | None) -> None:
        if action is None:
            if self._prominent is not None:
                self._prominent.hide()
                self._prominent.setEnabled(False)
            return
        if self._prominent is None:
            self._prominent = ActionButton(action, "prominent", self._buttons)
            self._prominent.setFocusPolicy(self._focus)
            self._prominent.chosen.connect(self.action_chosen)
        self._prominent.show_action(action)
        self._prominent.setVisible(True)

    def _fact(self, fact: Fact) -> QWidget:
        block = QWidget()
        layout = QVBoxLayout(block)
        theme.pad(layout, 0, 0, 8, 0, 2)
        layout.addWidget(Text(fact.label, "small", "muted"))
        tone = "" if fact.tone == Tone.NEUTRAL else fact.tone.value
        value = ElidedText(fact.value, "fact", tone)
        if fact.why:
            row = QHBoxLayout()
            theme.pad(row, gap=2)
            row.addWidget(value)
            ask = QPushButton()
            ask.setProperty("kind", "quiet")
            ask.setIcon(theme.icon("question", "muted"))
            ask.setIconSize(theme.icon_size(13))
            ask.setAccessibleName(
                words(N_("Why {label} {value}"), label=fact.label, value=fact.value)
            )
            ask.setToolTip(words(N_("Why {label}?"), label=fact.label.lower()))
            ask.clicked.connect(lambda: self.why_asked.emit(fact.why))
            row.addWidget(ask)
            row.addStretch(1)
            layout.addLayout(row)
        else:
            layout.addWidget(value)
        block.setAccessibleName(f"{fact.label} {fact.value}")
        return block

    def _fit(self) -> None:
        """Share the width between title and buttons: one row of each, whatever the width.

        First the title becomes smaller and goes on in other lines, then buttons from the
        end go into the menu, then they stand in a row of their own under the title.
        """
        if self.model is None:
            return
        gap, room = theme.px(BUTTON_GAP), self.width() - theme.px(24 * 2)
        badges = self._badges.sizeHint().width()
        around = gap * 2 + (badges + gap if badges else 0)
        share = max(theme.px(160), round(room * TITLE_SHARE))
        shown = len(self._secondary)
        role = "display"
        least = self._title_width(role)
        if least > share and least + around + self._buttons_width(shown) > room:
            role = "title"
            least = min(self._title_width(role), share)
        while shown and least + around + self._buttons_width(shown) > room:
            shown -= 1
        way = QBoxLayout.Direction.LeftToRight
        left_over = room - around - self._buttons_width(shown)
        if left_over < least:
            way, left_over = QBoxLayout.Direction.TopToBottom, room - around
            shown = len(self._secondary)
            while shown and self._buttons_width(shown) > room:
                shown -= 1
        self._title.set_role(role)
        self._title.setMaximumWidth(max(1, left_over))
        self._show_buttons(shown)
        if way != self._first.direction():
            self._first.setDirection(way)
            QTimer.singleShot(0, self, self._fit_again)

    def _title_width(self, role: str) -> int:
        """The width of the title in one line."""
        metrics = QFontMetrics(theme.font(role, station=theme.is_station(self)))
        return metrics.horizontalAdvance(self._title.text()) + theme.px(2)

    def _buttons_width(self, shown: int) -> int:
        """The width of the buttons in one row, so many of the quieter ones beside the menu."""
        assert self.model is not None
        row: list[QPushButton] = [*self._secondary[:shown]]
        if self.model.more or shown < len(self._secondary):
            row.append(self._more)
        if self._prominent is not None and self.model.action is not None:
            row.append(self._prominent)
        between = theme.px(BUTTON_GAP) * max(0, len(row) - 1)
        return sum(each.sizeHint().width() for each in row) + between

    def _show_buttons(self, shown: int) -> None:
        """So many of the quieter actions as buttons; the others head the menu."""
        assert self.model is not None
        for number, button in enumerate(self._secondary):
            button.setVisible(number < shown)
        in_menu = (*self.model.secondary[shown:], *self.model.more)
        if self._more.actions_shown != in_menu or self._more.isHidden() != (not in_menu):
            self._more.show_actions(in_menu)
        self._buttons.arrange(self._buttons_in_order())

    def _buttons_in_order(self) -> list[QWidget]:
        last = [self._prominent] if self._prominent is not None else []
        return [*self._secondary, self._more, *last]

    def _fit_again(self) -> None:
        """When the new words have been measured: also what Qt laid out before that."""
        self._fit()
        self._first.invalidate()
        whole = self.layout()
        if whole is not None:
            whole.activate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _drop(widget: QWidget) -> None:
    widget.hide()
    widget.deleteLater()


def refill(layout: QLayout, widgets: Sequence[QWidget]) -> None:
    """Drop what is in a layout and put these there."""
    while (item := layout.takeAt(0)) is not None:
        old = item.widget()
        if old is not None:
            _drop(old)
    for each in widgets:
        layout.addWidget(each)
        each.setVisible(True)  # at once, so that it counts when the room is measured
