"""A paper before it is printed, in a window over the desk: the very bytes that would be sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.controllers.paper_preview import PaperAsked, PaperAtHand
from app.core.errors import BusinessError
from app.core.messages import N_
from app.rules.printing import DocumentKind
from app.views import theme
from app.views.desk_context import DeskContext
from app.views.papers import paper_name
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.empty_state import Empty, EmptyState
from app.views.widgets.flow_box import FlowBox
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.over_desk import OverDesk
from app.views.widgets.page_view import Fit, PageView
from app.views.widgets.screen import fit_screen
from app.views.widgets.text import DOT, ElidedText, Text
from app.views.widgets.wording import words

if TYPE_CHECKING:
    from app.documents.page_picture import PagePicture
    from app.queries.paper.printed import PaperPreview

MAKING = Empty(words(N_("The paper is being made")), "", "hourglass")
NO_PAPER = words(N_("There is no paper to show"))
WIDE, HIGH = 940, 980
"""Pixels of the window at 100 %."""


class PreviewWindow(OverDesk):
    """The pages, what becomes of them, and the keys. Enter prints, Esc goes back to the desk."""

    def __init__(
        self,
        context: DeskContext,
        asked: PaperAsked,
        print_it: Callable[[], None] | None,
        parent: QWidget,
    ) -> None:
        """`print_it` asks for the paper; without it there is only something to look at."""
        title = paper_name(asked.document)
        super().__init__(words(N_("Preview: {paper}"), paper=title), parent)
        self.setObjectName("preview")
        self._print_it = print_it
        self.paper: PaperPreview | None = None
        self.at_hand = PaperAtHand(context.tasks, asked, self)
        self.pages = PageView()
        self.messages = MessageBar()
        self._title = Text(title, "title")
        self._facts = ElidedText("", "body", "muted")
        self._nothing = EmptyState(MAKING)
        self._nothing.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build()
        self._connect()
        if theme.is_station(parent):
            theme.station(self)

    def look(self) -> None:
        """Open, and make the paper."""
        fit_screen(self, WIDE, HIGH)
        self.open()
        self._nothing.setFocus(Qt.FocusReason.OtherFocusReason)  # no button: Enter waits
        self.at_hand.make()

    def do_deed(self) -> None:
        """Print it and go back to the desk, which says what came of it."""
        if self._print.isEnabled() and self._print_it is not None:
            self.accept()
            self._print_it()

    # Building

    def _build(self) -> None:
        self._print = ActionButton(Action("print", words(N_("Print")), "Ctrl+Return"), "prominent")
        self._save = ActionButton(Action("save", words(N_("Save as PDF")), "Ctrl+S"))
        self._larger = ActionButton(Action("larger", words(N_("Larger")), "Ctrl++"))
        self._smaller = ActionButton(Action("smaller", words(N_("Smaller")), "Ctrl+-"))
        self._width = ActionButton(Action("width", words(N_("Fit the width")), "Ctrl+0"))
        leave = ActionButton(Action("leave", words(N_("Close")), "Esc"))
        leave.clicked.connect(self.reject)
        buttons = FlowBox(10)
        shown = (self._smaller, self._larger, self._width, self._save, leave, self._print)
        for each in shown:
            each.setAutoDefault(False)
            buttons.add(each)
        self._print.setVisible(self._print_it is not None)
        head = QHBoxLayout()
        theme.pad(head, gap=16)
        head.addWidget(self._title)
        head.addWidget(self._facts, 1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self.pages)
        layout = QVBoxLayout(self)
        theme.pad(layout, 24, 16, 24, 16, 12)
        layout.addLayout(head)
        layout.addWidget(self.messages)
        layout.addLayout(self._stack, 1)
        layout.addWidget(buttons)
        self._enable(False)

    def _connect(self) -> None:
        self._print.clicked.connect(self.do_deed)
        self._save.clicked.connect(self._ask_file)
        self._larger.clicked.connect(lambda: self.pages.step_zoom(1))
        self._smaller.clicked.connect(lambda: self.pages.step_zoom(-1))
        self._width.clicked.connect(lambda: self.pages.fit(Fit.WIDTH))
        QShortcut(QKeySequence("Ctrl+="), self).activated.connect(lambda: self.pages.step_zoom(1))
        self.pages.wanted.connect(self.at_hand.draw)
        self.pages.page_changed.connect(self._show_facts)
        self.pages.zoom_changed.connect(self._show_facts)
        self.at_hand.made.connect(self._show_paper)
        self.at_hand.failed.connect(self._show_failure)
        self.at_hand.drawn.connect(self._show_page)
        self.at_hand.saved.connect(self._say_saved)
        self.at_hand.refused.connect(self.messages.show_refusal)

    def _enable(self, is_there: bool) -> None:
        for each in (self._print, self._save, self._larger, self._smaller, self._width):
            each.setEnabled(is_there)

    # Showing

    def _show_paper(self, paper: PaperPreview, sizes: tuple[tuple[float, float], ...]) -> None:
        self.paper = paper
        self._enable(True)
        self._stack.setCurrentWidget(self.pages)
        self.pages.setFocus(Qt.FocusReason.OtherFocusReason)
        self.pages.show_pages(sizes)
        self.pages.setAccessibleName(f"{self._title.text()} {paper.name}")
        if paper.why_not is not None and self._print_it is not None:
            self.messages.show_refusal(paper.why_not)
        elif paper.takes_zpl:
            sentence = N_(
                "{printer} is a label printer: it gets this label in its own language (ZPL)."
            )
            self.messages.show_info(words(sentence, printer=paper.printer))

    def _show_failure(self, refusal: BusinessError) -> None:
        self._nothing.show_empty(Empty(NO_PAPER, refusal.message(), "warning-circle"))

    def _show_page(self, page: int, dots_per_inch: float, picture: PagePicture) -> None:
        image = QImage(
            picture.pixels,
            picture.width,
            picture.height,
            picture.bytes_per_row,
            QImage.Format.Format_RGB32,
        )
        self.pages.put_picture(page, dots_per_inch, image.copy())  # the bytes are not kept

    def _show_facts(self, _what: Any = None) -> None:
        if self.paper is None:
            return
        many = len(self.pages.sizes)
        facts = [
            words(N_("page {page} of {many}"), page=self.pages.page, many=many),
            words(N_("{percent} %"), percent=round(self.pages.zoom * 100)),
        ]
        if self.paper.printer:
            facts.append(words(N_("goes to {printer}"), printer=self.paper.printer))
        self._facts.setText(DOT.join([*facts, self.paper.name]))

    # Keeping it

    def _ask_file(self) -> None:
        assert self.paper is not None
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name, _kind = QFileDialog.getSaveFileName(
            self,
            words(N_("Save as PDF")),
            str(Path(folder) / f"{self.paper.name}.pdf"),
            words(N_("PDF (*.pdf)")),
        )
        if name:
            path = Path(name)
            self.at_hand.save(path if path.suffix else path.with_suffix(".pdf"))

    def _say_saved(self, path: Path) -> None:
        self.messages.show_good(words(N_("Saved as {file}."), file=path.name))


def preview(
    context: DeskContext,
    parent: QWidget,
    document: DocumentKind,
    subject: int,
    *,
    print_it: Callable[[], None] | None,
    printer: int | None = None,
    station: str | None = None,
) -> PreviewWindow:
    """Show a paper before it is printed, as the printer of `station` (usually here) prints it."""
    asked = PaperAsked(document, subject, station or context.actor.station, printer)
    window = PreviewWindow(context, asked, print_it, parent)
    window.look()
    return window
