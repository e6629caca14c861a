"""The frame every document has: what it is, what to do next, lines, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.core.messages import N_
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.document_head import DocumentHead, HeadModel, refill
from app.views.widgets.document_head import Fact as Fact  # part of what a document shows
from app.views.widgets.empty_state import Empty, EmptyState
from app.views.widgets.flow_box import FlowBox
from app.views.widgets.lines_table import LineHeads, LineRow, LinesTable
from app.views.widgets.notice_panel import Notice, NoticePanel
from app.views.widgets.text import Text, hairline
from app.views.widgets.timeline import Timeline, TimelineEntry
from app.views.widgets.wording import words

ORDER_HEADS = LineHeads()


@dataclass(frozen=True, slots=True)
class DocumentModel(HeadModel):
    """Everything a document shows, written as it is to be read."""

    lines: tuple[LineRow, ...] = ()
    heads: LineHeads = ORDER_HEADS
    no_lines: str = ""
    notices: tuple[Notice, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    related: tuple[Action, ...] = ()


MOST_HEAD = 0.45
"""The part of the height the head may take; then its facts scroll with the page."""
TABLE_INSET = 8
"""A table reaches so far beyond its text on both sides; pixels at 100 %."""
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
        self.head = DocumentHead()
        self.head.action_chosen.connect(self.action_chosen)
        self.head.why_asked.connect(self.why_asked)
        self.lines_table = LinesTable(inset=TABLE_INSET)
        self.lines_table.line_chosen.connect(self.line_chosen)
        self.lines_table.line_opened.connect(self.line_opened)
        self._no_lines = Text("", tone="muted", wraps=True)
        self._timeline_title = Text(words(N_("Timeline")), "strong")
        self._timeline = Timeline()
        self._facts_place = QVBoxLayout()
        theme.pad(self._facts_place)
        self._above_lines = QVBoxLayout()
        theme.pad(self._above_lines, gap=8)
        self._notices = QVBoxLayout()
        theme.pad(self._notices, gap=8)
        self._tables = QVBoxLayout()
        theme.pad(self._tables, gap=16)
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
        self.setAccessibleName(model.title)
        self.head.show(model)
        self.lines_table.show_lines(model.lines, model.heads)
        # The heads of lines have room of their own above them, anything else has not.
        edge = 24 - TABLE_INSET
        theme.pad(self._column, edge, 4 if model.lines else 16, edge, 24, 16)
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
        QTimer.singleShot(0, self, self._share_height)
        if is_other:
            self._scroll.verticalScrollBar().setValue(0)

    def _share_height(self) -> None:
        """In a low window what was computed scrolls with the lines, so that those are seen."""
        self.head.lend_facts(self._facts_place, when_higher_than=round(self.height() * MOST_HEAD))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._share_height)

    def clear(self) -> None:
        """Nothing is chosen any more."""
        self.model = None
        self._stack.setCurrentIndex(0)

    def add_above_lines(self, widget: QWidget) -> None:
        """Put a desk's own widget between the facts and the lines (how full a truck is)."""
        self._above_lines.addWidget(widget)

    def add_table(self, table: QWidget) -> None:
        """Add a table with its own title after the notices; it is as wide as the lines."""
        self._tables.addWidget(table)

    def add_section(self, title: str, section: QWidget) -> None:
        """Add a titled part between the notices and the timeline."""
        if title:
            self._sections.addWidget(Text(title, "strong"))
        self._sections.addWidget(section)

    # Building

    def _build_page(self, empty: Empty) -> None:
        page = QWidget()
        page.setProperty("surface", "clear")
        self._column = column = QVBoxLayout(page)
        edge = 24 - TABLE_INSET
        theme.pad(column, edge, 4, edge, 24, 16)
        history = QVBoxLayout()
        theme.pad(history, gap=6)
        history.addWidget(self._timeline_title)
        history.addWidget(self._timeline)
        related = QVBoxLayout()
        theme.pad(related, gap=6)
        related.addWidget(self._related_title)
        related.addWidget(self._related)
        lines = QVBoxLayout()
        theme.pad(lines, gap=8)
        lines.addLayout(_inset(self._facts_place))
        lines.addLayout(_inset(self._above_lines))
        lines.addWidget(self.lines_table)
        without = QVBoxLayout()
        theme.pad(without)
        without.addWidget(self._no_lines)
        lines.addLayout(_inset(without))
        column.addLayout(lines)
        column.addLayout(_inset(self._notices))
        column.addLayout(self._tables)
        for part in (self._sections, history, related):
            column.addLayout(_inset(part))
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
        layout.addWidget(self.head)
        inset = QHBoxLayout()
        theme.pad(inset, edge, 0, edge, 0)
        inset.addWidget(hairline())
        layout.addLayout(inset)
        layout.addWidget(self._scroll, 1)
        self._nothing = EmptyState(empty)
        self._nothing.action_chosen.connect(self.action_chosen)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(whole)

    # Showing

    def _show_notices(self, notices: Sequence[Notice]) -> None:
        panels: list[QWidget] = []
        for each in notices:
            panel = NoticePanel(each)
            panel.action_chosen.connect(self.action_chosen)
            panels.append(panel)
        refill(self._notices, panels)

    def _link(self, action: Action) -> ActionButton:
        link = ActionButton(action, "link")
        link.chosen.connect(self.action_chosen)
        return link

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.model is not None:
            # Later: Qt is walking over all widgets just now, so none may be made or dropped.
            QTimer.singleShot(0, self, self._show_again)

    def _show_again(self) -> None:
        if self.model is not None:
            self.show(self.model)


def _inset(part: QVBoxLayout) -> QVBoxLayout:
    """A part of the page that is text: as far in as the text of the tables."""
    around = QVBoxLayout()
    theme.pad(around, TABLE_INSET, 0, TABLE_INSET, 0)
    around.addLayout(part)
    return around
