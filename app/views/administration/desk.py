"""The administrator's desk: a view for everything that is set up, its rows and each one whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.controllers.administration import AdministrationController, Kept
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.administration import (
    COUNT_STOPS_AT,
    AdministrationChoices,
    administration_rows,
)
from app.queries.printers import PrinterWhole
from app.queries.record_history import RecordEvent
from app.views.administration.cartons import CartonsTopic
from app.views.administration.company import SettingsTopic
from app.views.administration.history import history
from app.views.administration.paper import PaperTopic
from app.views.administration.people import PeopleTopic, StationsTopic
from app.views.administration.places import PlacesTopic, WarehousesTopic
from app.views.administration.printers import PrintersTopic
from app.views.administration.rates import RatesTopic
from app.views.administration.scans import ScansTopic
from app.views.administration.terms import DeliveryTopic, TermsTopic
from app.views.administration.topic import Topic
from app.views.desk_context import DeskContext
from app.views.document_desk import ChooseALine, DocumentDesk, count_words
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.row_painting import Card
from app.views.widgets.row_table_model import paged
from app.views.widgets.wording import words

TOPICS: tuple[type[Topic], ...] = (
    SettingsTopic,
    RatesTopic,
    TermsTopic,
    DeliveryTopic,
    PrintersTopic,
    PaperTopic,
    CartonsTopic,
    ScansTopic,
    WarehousesTopic,
    PlacesTopic,
    PeopleTopic,
    StationsTopic,
)
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")), words(N_("Choose a row to see and change it.")), "gear"
)
FILTER = words(N_("Filter by code, name, station or day"))


class AdministrationDesk(DocumentDesk):
    """Shows the topics this person may see; what is made with N is what the view shows."""

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        self._control = AdministrationController(context.tasks, context.runner)
        self._choices: AdministrationChoices | None = None
        self._history: tuple[RecordEvent, ...] = ()
        self._opened: tuple[Kind, Any] | None = None
        self._tried: tuple[Any, ...] | None = None
        seen = [each for each in TOPICS if context.actor.is_any(*each.seen_by)]
        self.topics = {each.kind: each(self, self, self._control, context) for each in seen}
        first = seen[0].view.key
        super().__init__(
            context,
            self._control,
            title=words(N_("Administration")),
            fetch=paged(administration_rows, first),
            row_id=lambda row: (row.kind, row.id),
            cards=self._card,
            views=[each.view for each in seen],
            empty=seen[0].nothing,
            nothing_open=NOTHING_OPEN,
            filter_hint=FILTER,
            action=Action("new", words(N_("New")), "N"),
            parent=parent,
        )
        self._new = next(
            each for each in self.list.findChildren(ActionButton) if each.action.key == "new"
        )
        self.list.view_chosen.connect(self._view_chosen)
        self._control.answered.connect(self._printer_answered)
        self._view_chosen(first)

    # What a desk of documents asks

    def show_thing(self, id: int) -> None:
        """Show a printer, from elsewhere in the window."""
        self._show_in((Kind.PRINTER, id))

    def model_of(self, document: Any) -> DocumentModel:
        model = self._topic.model(document)
        told = history(self._history, self._context.time_zone)
        return replace(model, timeline=(*model.timeline, *told))

    def sentence_of(self, result: Any) -> str:
        assert result is not None
        return self._control.words

    def show_counts(self, counts: AdministrationChoices) -> None:
        self._choices = counts
        told = {"paper": counts.failed, "scans": counts.wrong}
        self.list.show_counts(
            {view: count_words(many, COUNT_STOPS_AT) if many else "" for view, many in told.items()}
        )

    def may_mark(self, row: Any) -> bool:
        return row.kind is Kind.PRINT_JOB

    def act(self, action: str) -> None:
        kind, colon, id = action.partition(":")
        if action == "new":
            topic = self._topic_in_view()
            if self._choices is not None and topic.new and not topic.why_not:
                topic.begin()
        elif colon and Kind(kind) in self.topics:
            self._show_in((Kind(kind), int(id)))
        elif colon:
            self._context.open_thing(Kind(kind), int(id))
        elif self.shown is not None and self._choices is not None:
            self._topic.act(action, self.shown)

    def open_line(self, line: LineRow) -> None:
        if self._choices is not None:
            self._topic.open_line(line)

    # What topics ask of the desk

    @property
    def choices(self) -> AdministrationChoices:
        """What forms offer; it is there before anything is asked."""
        assert self._choices is not None
        return self._choices

    def marked(self, kind: Kind) -> tuple[Any, ...]:
        """The ids of the rows of a kind that are marked."""
        found = self.rows_marked.all()
        return tuple(each[1] for each in found if isinstance(each, tuple) and each[0] is kind)

    def line_meant(self, things: Any) -> Any:
        """What the cursor's line is about, or the only thing there is; else a refusal is shown."""
        line = self.current_line()
        if line is not None and line.source in things:
            return line.source
        if len(things) == 1:
            return things[0]
        self.messages.show_refusal(ChooseALine())
        return None

    def look_at(self, view: str, text: str) -> None:
        """Show a view filtered by a text."""
        self.list.choose_view(view)
        self.list.filter_by(text)

    # Within

    @property
    def _topic(self) -> Topic:
        """The topic of what is shown; what is chosen may still be on its way."""
        assert self._opened is not None
        return self.topics[self._opened[0]]

    def _topic_in_view(self) -> Topic:
        view = self.list.model.request.view
        return next(
            (each for each in self.topics.values() if each.view.key == view),
            next(iter(self.topics.values())),
        )

    def _card(self, row: Any) -> Card:
        return self.topics[row.kind].card(row)

    def _view_chosen(self, view: str) -> None:
        topic = next(each for each in self.topics.values() if each.view.key == view)
        why_not = topic.why_not if topic.new else words(N_("nothing is made by hand here"))
        title = topic.new or words(N_("New"))
        self._new.show_action(Action("new", title, "N", why_not=why_not))
        self.list.say_when_empty(topic.nothing)
        opened = self._control.chosen
        if opened is not None and opened[0] is not topic.kind:
            self._control.forget()  # its keys would do what nobody sees any more
        if self.list.model.request.text:
            self.list.filter_by("")  # what was looked for is of another kind

    def _show_in(self, goal: tuple[Kind, Any]) -> None:
        self.list.choose_view(self.topics[goal[0]].view.key)
        self.list.select(goal)
        self._control.choose(*goal)

    def _show(self, kept: Kept) -> None:
        self._opened, self._history = self._control.chosen, kept.history
        super()._show(kept.document)
        shown = kept.document
        where = (shown.id, shown.way, shown.address) if isinstance(shown, PrinterWhole) else None
        if where is not None and where != self._tried:
            self._control.try_printer(shown)
        self._tried = where

    def _printer_answered(self, printer: int, _why_not: str) -> None:
        if isinstance(self.shown, PrinterWhole) and self.shown.id == printer:
            self.show_again()

    def _tell(self, result: Any) -> None:
        super()._tell(result)
        if self._control.goal is not None:
            self._show_in(self._control.goal(result))
