"""The desk of a kind of record: the list at the left, the record whole at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.controllers.records import LoadRecord, RecordController
from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.views import theme
from app.views.desk_context import DeskContext
from app.views.list_into_file import LIST_KEYS, ListIntoFile
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.document_frame import DocumentFrame, DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_and_document import ListAndDocument
from app.views.widgets.list_screen import Cards, ListScreen, SavedView
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.row_table_model import paged
from app.views.widgets.wording import needs, words

ListRecords = Callable[..., Any]
"""`(session, *, view, filter, after, limit)` → rows with `id` and `key`, in order."""


@dataclass(frozen=True, slots=True)
class RecordForms:
    """How a record is made and changed: who may, the form, and the verb with its arguments.

    `ask` is given what `choices` read and the record (None for a new one); `verb` the form's
    values and the record, and answers the operation with its arguments by name. One that changes
    takes `seen` too: what the form said when it was opened. `offers` are the kinds of what there
    is to choose from.
    """

    group: Group
    choices: Callable[[Any], Any]
    ask: Callable[[QWidget, Any, Any | None], Asking]
    verb: Callable[[dict[str, Any], Any | None], tuple[Callable[..., Any], dict[str, Any]]]
    id_of: Callable[[Any], int]
    offers: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordDeed:
    """What else is done with a record: its button, the form that asks (None: none), the verb.

    `ask` and `verb` are as in `RecordForms`; who may is the same.
    """

    action: Action
    verb: Callable[[dict[str, Any], Any], tuple[Callable[..., Any], dict[str, Any]]]
    ask: Callable[[QWidget, Any, Any], Asking] | None = None


@dataclass(frozen=True, slots=True)
class RecordWindow:
    """What is looked at beside a record: its button, whose it is, and what opens.

    Nothing is changed by it. `open_for` is given what every desk is given, the record, and the
    desk.
    """

    action: Action
    groups: tuple[Group, ...]
    open_for: Callable[[DeskContext, Any, QWidget], None]


def _no_deeds(_record: Any) -> tuple[RecordDeed, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class RecordScreen:
    """What makes one desk of records differ from another."""

    kind: Kind
    title: str
    views: tuple[SavedView, ...]
    rows: ListRecords
    load: LoadRecord
    card: Cards
    model: Callable[[Any], DocumentModel]
    nothing: Empty
    nothing_open: Empty
    forms: RecordForms
    touched_by: tuple[Kind, ...] = ()
    deeds: Callable[[Any], tuple[RecordDeed, ...]] = _no_deeds
    windows: tuple[RecordWindow, ...] = ()
    filter_hint: str = words(N_("Filter by number or name"))


class RecordDesk(QWidget):
    """Shows records of one kind; actions whose key is `kind:id` open that thing elsewhere."""

    def __init__(
        self, context: DeskContext, screen: RecordScreen, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._screen = context, screen
        self._choices: Any = None
        self._record: Any = None
        self._asking: Asking | None = None
        self.controller = RecordController(
            context.tasks, screen.kind, screen.load, touched_by=screen.touched_by, parent=self
        )
        self.messages = MessageBar()
        self.list = ListScreen(
            context.tasks,
            title=screen.title,
            fetch=paged(screen.rows, screen.views[0].key),
            row_id=lambda row: row.id,
            cards=screen.card,
            views=screen.views,
            action=Action("new", words(N_("New")), "N", why_not=self._why_not()),
            empty=screen.nothing,
            filter_hint=screen.filter_hint,
        )
        self.document = DocumentFrame(screen.nothing_open)
        layout = QVBoxLayout(self)
        theme.pad(layout)
        layout.addWidget(self.messages)
        layout.addWidget(ListAndDocument(self.list, self.document), 1)
        self.setFocusProxy(self.list)
        ListIntoFile(context.tasks, self.list, self.messages)
        self.list.row_selected.connect(self._choose)
        self.document.action_chosen.connect(self._act)
        context.feed.changed.connect(self.controller.hear)
        self.controller.shown.connect(self._show)
        self.controller.nothing_shown.connect(self.document.clear)
        self.controller.rows_changed.connect(self.list.reload)
        self.controller.refused.connect(self._show_refusal)
        self.controller.choices_known.connect(self._know_choices)
        self.controller.saved.connect(self._saved)
        self.list.action_chosen.connect(self._act)
        self.controller.learn(screen.forms.choices, screen.forms.offers)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys that stand on no button."""
        return LIST_KEYS

    def show_thing(self, id: int) -> None:
        """Show one, from elsewhere in the window."""
        self.list.choose_view(self._screen.views[-1].key)
        self.list.select(id)
        self.controller.choose(id)

    def _choose(self, row: Any) -> None:
        if row is not None and self.controller.chosen != row.id:
            self.messages.clear()
            self.controller.choose(row.id)

    def _why_not(self) -> str:
        group = self._screen.forms.group
        is_theirs = self._context.actor.is_any(group)
        return "" if is_theirs else needs(group)

    def _know_choices(self, choices: Any) -> None:
        self._choices = choices

    def _show(self, record: Any) -> None:
        self._record = record
        model = self._screen.model(record)
        why_not = self._why_not()
        edit = Action("edit", words(N_("Change")), "E", why_not=why_not)
        deeds = [
            replace(each.action, why_not=why_not or each.action.why_not)
            for each in self._screen.deeds(record)
        ]
        windows = [
            each.action for each in self._screen.windows if self._context.actor.is_any(*each.groups)
        ]
        self.document.show(replace(model, secondary=(edit, *deeds, *windows, *model.secondary)))

    def _act(self, action: str) -> None:
        kind, colon, id = action.partition(":")
        window = next((each for each in self._screen.windows if each.action.key == action), None)
        if window is not None:
            window.open_for(self._context, self._record, self)
        elif colon:
            self._context.open_thing(Kind(kind), int(id))
        elif self._choices is not None:
            self._do(action, None if action == "new" else self._record)

    def _do(self, action: str, record: Any | None) -> None:
        self.messages.clear()
        forms = self._screen.forms
        deeds = () if record is None else self._screen.deeds(record)
        deed = next((each for each in deeds if each.action.key == action), None)
        ask, verb_of = (forms.ask, forms.verb) if deed is None else (deed.ask, deed.verb)
        is_change = deed is None and record is not None

        def save(values: dict[str, Any]) -> None:
            verb, arguments = verb_of(values, record)
            if is_change and self._asking is not None:
                arguments = arguments | {"seen": self._asking.seen}
            runner = self._context.runner
            self.controller.save(lambda: runner.do(verb, **arguments), forms.id_of)

        if ask is None:
            save({})
            return
        asking = self._asking = ask(self, self._choices, record)
        asking.answered.connect(save)
        asking.finished.connect(self._put_away)
        asking.ask()

    def _put_away(self) -> None:
        self._asking = None

    def _saved(self, id: int) -> None:
        if self._asking is not None:
            self._asking.accept()
        self.list.select(id)
        self.list.reload()

    def _show_refusal(self, refusal: BusinessError) -> None:
        if self._asking is not None:
            self._asking.refuse(refusal)
        else:
            self.messages.show_refusal(refusal)
