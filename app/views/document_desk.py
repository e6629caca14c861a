"""A desk of documents: the list beside the document, rows that can be marked, small forms."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.controllers.document_desk import DocumentController
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.picking import find_places
from app.rules.printing import DocumentKind
from app.rules.scanning import OwnCode
from app.views import theme
from app.views.desk_context import DeskContext
from app.views.list_into_file import LIST_KEYS, ListIntoFile, ReadTable
from app.views.paper_preview import PreviewWindow, preview
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.document_frame import DocumentFrame, DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.found_list import FinderRow
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_and_document import ListAndDocument
from app.views.widgets.list_screen import Cards, ListScreen, SavedView
from app.views.widgets.lookup_field import FormLookup
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.row_table_model import Fetch, PageRequest
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import state_words, words


class ChooseALine(BusinessError):
    """A deed that needs a line, and none is chosen."""

    sentence = N_("Choose a line first: Enter goes from the list to the lines.")


MARKED = Badge(words(N_("Marked")), Tone.ACCENT, "check-square")


class PlaceField(FormLookup):
    """Finds a place by its code, typed or scanned from its label."""

    what = "place"

    def __init__(
        self,
        context: DeskContext,
        name: str,
        kinds: tuple[str, ...],
        warehouse: int | None,
        parent: QWidget | None = None,
    ) -> None:
        label = context.scan_prefix + OwnCode.BIN

        def look_up(session: Any, text: str) -> list[FinderRow]:
            code = text[len(label) :] if text.upper().startswith(label) else text
            places = find_places(session, wanted=code, kinds=kinds, warehouse=warehouse)
            return [
                FinderRow(
                    state_words(each.kind).capitalize(),
                    each.name or each.code,
                    code=each.code,
                    icon="map-pin",
                    target=each.id,
                    is_exact=each.is_exact,
                )
                for each in places
            ]

        super().__init__(
            context.tasks, look_up, name, hint=words(N_("Code, or ↓ to choose")), parent=parent
        )

    @property
    def place(self) -> int | None:
        """The id of the place that was committed."""
        return None if self.chosen is None else int(self.chosen.target)

    def start_with(self, place: int | None, code: str) -> None:
        """Show a place as the one meant."""
        if place is not None:
            self.set_chosen(FinderRow("", code, code=code, target=place))


class Marks(QObject):
    """Rows that were marked with Space, for what is to be done with several at once.

    Signals:
        changed: a row was marked or no longer is.
    """

    changed = Signal()

    def __init__(self, view: QWidget, row_id: Callable[[], Hashable | None]) -> None:
        """`row_id` says which row of the view is the current one."""
        super().__init__(view)
        self._row_id = row_id
        self._marked: dict[Hashable, None] = {}
        view.installEventFilter(self)

    def __contains__(self, row_id: Hashable) -> bool:
        return row_id in self._marked

    def __bool__(self) -> bool:
        return bool(self._marked)

    def all(self) -> tuple[Hashable, ...]:
        """The marked rows, in the order they were marked."""
        return tuple(self._marked)

    def clear(self) -> None:
        """Nothing is marked any more."""
        if self._marked:
            self._marked.clear()
            self.changed.emit()

    def keep(self, there: Sequence[Hashable]) -> None:
        """Forget the marks of rows that are gone."""
        self._marked = {each: None for each in self._marked if each in there}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and not event.modifiers()
        ):
            row_id = self._row_id()
            if row_id is not None:
                if row_id in self._marked:
                    del self._marked[row_id]
                else:
                    self._marked[row_id] = None
                self.changed.emit()
            return True
        return super().eventFilter(watched, event)


class DocumentDesk(QWidget):
    """A list and the document beside it. Enter goes from row to lines, Esc back; Space marks.

    At a station it is written in the station's large type.
    """

    def __init__(
        self,
        context: DeskContext,
        controller: DocumentController,
        *,
        title: str,
        fetch: Fetch,
        row_id: Callable[[Any], tuple[Kind, Any]],
        cards: Cards,
        views: Sequence[SavedView],
        empty: Empty,
        nothing_open: Empty,
        filter_hint: str,
        action: Action | None = None,
        read_table: ReadTable | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`read_table` is for a list whose file has columns of its own."""
        super().__init__(parent)
        self._context = context
        self.controller = controller
        controller.setParent(self)
        self._shown: Any = None
        self._asking: Asking | None = None
        self._asked_list: PageRequest | None = None
        self._followed: tuple[Kind, Any] | None = None
        self.messages = MessageBar()
        self.list = ListScreen(
            context.tasks,
            title=title,
            fetch=fetch,
            row_id=row_id,
            cards=cards,
            views=views,
            action=action,
            empty=empty,
            filter_hint=filter_hint,
        )
        self.document = DocumentFrame(nothing_open)
        self.rows_marked = Marks(self.list.rows, self._row_to_mark)
        self.lines_marked = Marks(self.document.lines_table, self._current_line_id)
        self._row_id = row_id
        self.layout_column = QVBoxLayout(self)
        theme.pad(self.layout_column)
        self.layout_column.addWidget(self.messages)
        self.layout_column.addWidget(ListAndDocument(self.list, self.document), 1)
        self.setFocusProxy(self.list)
        self.is_station = context.actor.station is not None
        if self.is_station:
            self.write_large()
        self._connect()
        self.into_file = ListIntoFile(context.tasks, self.list, self.messages, read_table)
        controller.count()

    # What a desk of its own says

    def model_of(self, document: Any) -> DocumentModel:
        """The document as it is to be read."""
        raise NotImplementedError

    def act(self, action: str) -> None:
        """Do what a button, a key or a link asks for."""
        raise NotImplementedError

    def sentence_of(self, result: Any) -> str:
        """What a verb came to, in words."""
        raise NotImplementedError

    def open_line(self, line: LineRow) -> None:
        """Enter on a line."""

    def may_mark(self, _row: Any) -> bool:
        """Whether something can be done with several rows like this one at once."""
        return True

    # Showing

    @property
    def shown(self) -> Any:
        """The document that is open."""
        return self._shown

    def show_again(self) -> None:
        """Write what is open once more: a mark or a choice has changed."""
        if self._shown is not None:
            self.document.show(self.model_of(self._shown))

    def current_line(self) -> LineRow | None:
        """The line the cursor is on."""
        return self.document.lines_table.current_line()

    def lines_meant(self) -> tuple[LineRow, ...]:
        """The marked lines, or else the one the cursor is on."""
        rows = self.document.lines_table.lines.rows
        marked = tuple(row for row in rows if row.id in self.lines_marked)
        current = self.current_line()
        return marked or ((current,) if current is not None else ())

    def select_line(self, line_id: Any) -> bool:
        """Put the cursor on a line. False when it is not there."""
        for number, row in enumerate(self.document.lines_table.lines.rows):
            if row.id == line_id:
                self.document.lines_table.selectRow(number)
                return True
        return False

    def ask(self, asking: Asking, deed: Callable[[dict[str, Any]], None]) -> None:
        """Open a small form; it stays until what it asks for is done."""
        if self.is_station:
            write_form_large(asking)
        self._asking = asking
        asking.answered.connect(deed)
        asking.finished.connect(self._forget_asking)
        asking.ask()

    def preview(
        self, document: DocumentKind, subject: int, print_it: Callable[[], None]
    ) -> PreviewWindow:
        """Show a paper before it is printed; `print_it` asks for it."""
        return preview(self._context, self, document, subject, print_it=print_it)

    def write_large(self) -> None:
        """Write everything in the large type of a station, fields and heads of columns too."""
        for field in (*self.findChildren(QLineEdit), *self.findChildren(QPushButton)):
            if not field.property("role"):
                theme.set_role(field, "body")
        size = theme.font("small", station=True).pixelSize()
        self.document.lines_table.horizontalHeader().setStyleSheet(
            f"QHeaderView::section {{ font-size: {size}px }}"
        )
        theme.station(self)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys that stand on no button."""
        return (
            *LIST_KEYS,
            ("Space", words(N_("Mark a row or line"))),
            ("Return", words(N_("To the lines"))),
            ("Esc", words(N_("To the list"))),
        )

    # Within

    def _connect(self) -> None:
        self.list.row_selected.connect(self._choose)
        self.list.row_opened.connect(self._enter_lines)
        self.list.action_chosen.connect(self._act)
        self.document.action_chosen.connect(self._act)
        self.document.line_opened.connect(self.open_line)
        self.document.lines_table.installEventFilter(self)
        self.rows_marked.changed.connect(self._marks_changed)
        self.lines_marked.changed.connect(self.show_again)
        self._context.feed.changed.connect(self.controller.hear)
        self.messages.action_chosen.connect(self._act)
        control = self.controller
        control.shown.connect(self._show)
        control.nothing_shown.connect(self._show_nothing)
        control.counted.connect(self.show_counts)
        control.rows_changed.connect(self.list.reload)
        control.done.connect(self._tell)
        control.refused.connect(self._refuse)

    def show_counts(self, counts: Any) -> None:
        """Put counts on the views."""

    def _current_row_id(self) -> Hashable | None:
        row = self.list.current()
        return None if row is None else self._row_id(row)

    def _row_to_mark(self) -> Hashable | None:
        row = self.list.current()
        return self._row_id(row) if row is not None and self.may_mark(row) else None

    def _current_line_id(self) -> Hashable | None:
        line = self.current_line()
        return None if line is None else line.id

    def _choose(self, row: Any) -> None:
        """Follow the list where a person moved in it or asked something else of it.

        What is open stays open when the list alone has changed under somebody's work.
        """
        if row is None:
            return
        asked = self.list.model.request
        is_asked, self._asked_list = asked != self._asked_list, asked
        kind, id = self._row_id(row)
        if not (is_asked or self.list.rows.hasFocus() or self.controller.chosen is None):
            if self.controller.chosen != (kind, id):
                self.list.let_go()
            return
        if self.controller.chosen != (kind, id):
            self.lines_marked.clear()
            self.controller.choose(kind, id)

    def _enter_lines(self, _row: Any) -> None:
        table = self.document.lines_table
        if table.isVisible() and table.lines.rows:
            if table.current_line() is None:
                table.selectRow(0)
            table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _act(self, action: str) -> None:
        self.messages.clear()
        self.act(action)

    def _show(self, document: Any) -> None:
        self._shown = document
        self._follow()
        model = self.model_of(document)
        self.lines_marked.keep([row.id for row in model.lines])
        model = self.model_of(document)
        self.document.show(model)
        if self.is_station:
            self.write_large()  # buttons made just now as well

    def _follow(self) -> None:
        """The list goes along with what was opened by a scan or from elsewhere."""
        opened = self.controller.chosen
        if opened is None or opened == self._followed:
            return
        self._followed = opened
        if self._current_row_id() != opened:
            self.list.select(opened)

    def _show_nothing(self) -> None:
        self._shown = None
        self.document.clear()

    def _marks_changed(self) -> None:
        self.list.rows.viewport().update()
        self.show_again()

    def _tell(self, result: Any) -> None:
        if self._asking is not None:
            self._asking.accept()
        self.rows_marked.clear()
        self.lines_marked.clear()
        self.messages.show_good(self.sentence_of(result))

    def _refuse(self, refusal: BusinessError) -> None:
        if self._asking is not None:
            self._asking.refuse(refusal)
        else:
            self.messages.show_refusal(refusal)

    def _forget_asking(self, _code: int) -> None:
        self._asking = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.document.lines_table
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)


def write_form_large(asking: Asking) -> None:
    """A form over a station's desk is written in its large type, fields too."""
    for field in (*asking.findChildren(QLineEdit), *asking.findChildren(QComboBox)):
        theme.set_role(field, "body")
    theme.station(asking)


def count_words(count: int, stops_at: int) -> str:
    """A count as it stands on a view."""
    return f"{stops_at:,}+" if count >= stops_at else str(count)
