"""The frame every document has: what it is, what to do next, lines, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.core.messages import N_
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.action_button import Action, ActionButton, MoreButton
from app.views.widgets.empty_state import Empty, EmptyState
from app.views.widgets.flow_box import FlowBox
from app.views.widgets.lines_table import LineHeads, LineRow, LinesTable
from app.views.widgets.notice_panel import Notice, NoticePanel
from app.views.widgets.state_badge import Badge, StateBadge
from app.views.widgets.text import DOT, ElidedText, Text, hairline
from app.views.widgets.timeline import Timeline, TimelineEntry
from app.views.widgets.wording import words


@dataclass(frozen=True, slots=True)
class Fact:
    """A computed or given value under its label; with `why` it can be asked how it came."""

    label: str
    value: str
    tone: Tone = Tone.NEUTRAL
    why: str = ""


ORDER_HEADS = LineHeads()


@dataclass(frozen=True, slots=True)
class DocumentModel:
    """Everything a document shows, written as it is to be read."""

    title: str
    badges: tuple[Badge, ...] = ()
    subline: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    action: Action | None = None
    secondary: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    lines: tuple[LineRow, ...] = ()
    heads: LineHeads = ORDER_HEADS
    no_lines: str = ""
    notices: tuple[Notice, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    related: tuple[Action, ...] = ()


LEAST_PAGE = 40
"""Pixels left for the page where large type meets a low window: its buttons are not cut."""

NOTHING_CHOSEN = Empty(
    words(N_("Nothing chosen")), words(N_("Choose a row in the list to see it here.")), "cursor"
)


class DocumentFrame(QWidget):
    """Shows a `DocumentModel`; before the first one, an empty state.

    Signals:
        action_chosen: any button, link or menu entry; arg: the action's key.
        why_asked: a fact was asked how it came; arg: the fact's `why`.
        line_chosen: the current line changed; arg: LineRow.
        line_opened: Enter or double click on a line; arg: LineRow.
    """

    action_chosen = Signal(str)
    why_asked = Signal(str)
    line_chosen = Signal(object)
    line_opened = Signal(object)

    def __init__(self, empty: Empty = NOTHING_CHOSEN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: DocumentModel | None = None
        self._prominent: ActionButton | None = None
        self._build_head()
        self.lines_table = LinesTable()
        self.lines_table.line_chosen.connect(self.line_chosen)
        self.lines_table.line_opened.connect(self.line_opened)
        self._no_lines = Text("", tone="muted", wraps=True)
        self._timeline_title = Text(words(N_("Timeline")), "strong")
        self._timeline = Timeline()
        self._body_place = QVBoxLayout()
        theme.pad(self._body_place, gap=8)
        self._body_place.addWidget(self.lines_table)
        self._body_place.addWidget(self._no_lines)
        self._notices = QVBoxLayout()
        theme.pad(self._notices, gap=8)
        self._sections = QVBoxLayout()
        theme.pad(self._sections, gap=16)
        self._related = FlowBox(16)
        self._related_title = Text(words(N_("Related")), "strong")
        self._build_page(empty)

    # What a desk calls

    def show(self, model: DocumentModel | None = None) -> None:
        """Show a document; without one, show the widget itself as `QWidget.show` does."""
        if model is None:
            super().show()
            return
        is_other = self.model is None or self.model.title != model.title
        self.model = model
        self._title.setText(model.title)
        self.setAccessibleName(model.title)
        _refill(self._badges, [StateBadge(each) for each in model.badges])
        self._subline.setText(DOT.join(each for each in model.subline if each))
        self._subline.setVisible(bool(model.subline))
        self._facts.refill([self._fact(each) for each in model.facts])
        self._show_actions(model)
        self.lines_table.show_lines(model.lines, model.heads)
        self._no_lines.setText(model.no_lines)
        self.lines_table.setVisible(bool(model.lines))
        self._no_lines.setVisible(bool(model.no_lines and not model.lines))
        self._show_notices(model.notices)
        self._timeline.show_entries(model.timeline)
        self._timeline_title.setVisible(bool(model.timeline))
        self._timeline.setVisible(bool(model.timeline))
        self._related.refill([self._link(each) for each in model.related])
        self._related_title.setVisible(bool(model.related))
        self._stack.setCurrentIndex(1)
        self._fit()
        QTimer.singleShot(0, self, self._fit_again)
        if is_other:
            self._scroll.verticalScrollBar().setValue(0)

    def clear(self) -> None:
        """Nothing is chosen any more."""
        self.model = None
        self._stack.setCurrentIndex(0)

    def add_above_lines(self, widget: QWidget) -> None:
        """Put a desk's own widget between the facts and the lines (how full a truck is)."""
        self._body_place.insertWidget(0, widget)

    def add_section(self, title: str, section: QWidget) -> None:
        """Add a titled part between the notices and the timeline."""
        if title:
            self._sections.addWidget(Text(title, "strong"))
        self._sections.addWidget(section)

    # Building

    def _build_head(self) -> None:
        self._head = QWidget()
        layout = QVBoxLayout(self._head)
        theme.pad(layout, 24, 16, 24, 12, 6)
        self._first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        theme.pad(self._first, gap=10)
        naming = QHBoxLayout()
        theme.pad(naming, gap=10)
        self._title = ElidedText("", "display")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._badges = QHBoxLayout()
        theme.pad(self._badges, gap=8)
        self._buttons = FlowBox(10)
        self._more = MoreButton(parent=self._buttons)
        self._more.chosen.connect(self.action_chosen)
        naming.addWidget(self._title)
        naming.addLayout(self._badges)
        naming.addStretch(1)
        self._first.addLayout(naming, 1)
        self._first.addWidget(self._buttons)
        layout.addLayout(self._first)
        self._subline = ElidedText("", "body", "muted")
        layout.addWidget(self._subline)
        self._facts = FlowBox(32)
        layout.addSpacing(theme.px(8))
        layout.addWidget(self._facts)
        self._secondary: list[ActionButton] = []

    def _build_page(self, empty: Empty) -> None:
        page = QWidget()
        page.setProperty("surface", "clear")
        column = QVBoxLayout(page)
        theme.pad(column, 24, 4, 24, 24, 16)
        column.addLayout(self._body_place)
        column.addLayout(self._notices)
        column.addLayout(self._sections)
        history = QVBoxLayout()
        theme.pad(history, gap=6)
        history.addWidget(self._timeline_title)
        history.addWidget(self._timeline)
        column.addLayout(history)
        related = QVBoxLayout()
        theme.pad(related, gap=6)
        related.addWidget(self._related_title)
        related.addWidget(self._related)
        column.addLayout(related)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        self._scroll.setMinimumHeight(LEAST_PAGE)  # else the buttons are cut in a low window
        whole = QWidget()
        layout = QVBoxLayout(whole)
        theme.pad(layout)
        layout.addWidget(self._head)
        inset = QHBoxLayout()
        theme.pad(inset, 24, 0, 24, 0)
        inset.addWidget(hairline())
        layout.addLayout(inset)
        layout.addWidget(self._scroll, 1)
        self._nothing = EmptyState(empty)
        self._nothing.action_chosen.connect(self.action_chosen)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(whole)

    # Showing

    def _show_actions(self, model: DocumentModel) -> None:
        """Buttons are kept and renamed, so that focus stays where it was."""
        wanted = len(model.secondary)
        while len(self._secondary) > wanted:
            _drop(self._secondary.pop())
        while len(self._secondary) < wanted:
            button = ActionButton(model.secondary[len(self._secondary)], parent=self._buttons)
            button.setVisible(True)
            button.chosen.connect(self.action_chosen)
            self._secondary.append(button)
        for button, action in zip(self._secondary, model.secondary, strict=True):
            button.show_action(action)
        self._more.show_actions(model.more)
        self._show_prominent(model.action)
        last = [self._prominent] if self._prominent is not None else []
        self._buttons.arrange([*self._secondary, self._more, *last])

    def _show_prominent(self, action: Action | None) -> None:
        if action is None:
            if self._prominent is not None:
                self._prominent.hide()
                self._prominent.setEnabled(False)
            return
        if self._prominent is None:
            self._prominent = ActionButton(action, "prominent", self._buttons)
            self._prominent.chosen.connect(self.action_chosen)
        self._prominent.show_action(action)
        self._prominent.setVisible(True)

    def _show_notices(self, notices: Sequence[Notice]) -> None:
        panels: list[QWidget] = []
        for each in notices:
            panel = NoticePanel(each)
            panel.action_chosen.connect(self.action_chosen)
            panels.append(panel)
        _refill(self._notices, panels)

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

    def _link(self, action: Action) -> ActionButton:
        link = ActionButton(action, "link")
        link.chosen.connect(self.action_chosen)
        return link

    def _fit(self) -> None:
        """Put the buttons under the title when they do not fit beside it."""
        needed = self._title.sizeHint().width() + self._badges.sizeHint().width()
        needed += self._buttons.sizeHint().width() + theme.px(24 * 2 + 32)
        way = QBoxLayout.Direction.LeftToRight
        if self.width() < needed:
            way = QBoxLayout.Direction.TopToBottom
        if way != self._first.direction():
            self._first.setDirection(way)
            QTimer.singleShot(0, self, self._fit_again)

    def _fit_again(self) -> None:
        """When the new words have been measured: also what Qt laid out before that."""
        self._fit()
        self._first.invalidate()
        whole = self._head.layout()
        if whole is not None:
            whole.activate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.model is not None:
            # Later: Qt is walking over all widgets just now, so none may be made or dropped.
            QTimer.singleShot(0, self, self._show_again)

    def _show_again(self) -> None:
        if self.model is not None:
            self.show(self.model)


def _drop(widget: QWidget) -> None:
    widget.hide()
    widget.deleteLater()


def _refill(layout: QLayout, widgets: Sequence[QWidget]) -> None:
    while (item := layout.takeAt(0)) is not None:
        old = item.widget()
        if old is not None:
            _drop(old)
    for each in widgets:
        layout.addWidget(each)
        each.setVisible(True)  # at once, so that it counts when the room is measured
