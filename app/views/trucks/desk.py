"""The trucks desk: trips and how full they are, loading by key and scan, departure and return."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.controllers.trucks import Choices, TrucksController
from app.core.errors import BusinessError, Question
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.trucks import TripChanged, plan_trip
from app.queries.trip_document import ShipmentLine, TripCarton, TripDocument, TripOrder
from app.queries.trips import COUNT_STOPS_AT, TripCounts, TripRow, trips
from app.rules.printing import DocumentKind
from app.rules.scanning import StationCommand
from app.views.desk_context import DeskContext
from app.views.document_desk import count_words
from app.views.scanning_desk import ScanningDesk
from app.views.trucks.actions import rights_of
from app.views.trucks.answers import sentence
from app.views.trucks.fill_bars import FillBars
from app.views.trucks.forms import (
    NEW_TRIP,
    CameBackForm,
    PlanForm,
    ask_head,
    ask_orders,
    ask_sure,
    ask_trip,
    ask_yes,
)
from app.views.trucks.showing import card, fill_lines, trip_model
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.row_table_model import paged
from app.views.widgets.wording import words

VIEWS = (
    SavedView("open", words(N_("To go"))),
    SavedView("planned", words(N_("Planned"))),
    SavedView("loading", words(N_("Loading"))),
    SavedView("departed today", words(N_("Left today"))),
    SavedView("all", words(N_("All"))),
)
PAPERS_OF_A_TRIP = {
    "manifest": DocumentKind.MANIFEST,
    "load-sheet": DocumentKind.LOAD_SHEET,
}
PLAN = Action("plan", words(N_("Plan a trip")), "Ctrl+N")
NOTHING = Empty(words(N_("No trips here")), words(N_("Plan one with Ctrl+N.")), "truck")
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")), words(N_("Choose a trip, or plan one with Ctrl+N.")), "truck"
)


class ChooseAnOrder(BusinessError):
    """A key that needs a line with an order or a carton."""

    sentence = N_("Choose an order or a carton first: Enter goes to the lines.")


class NothingIsOut(BusinessError):
    """A key that needs goods that left and did not come back."""

    sentence = N_("Nothing of this is out any more. Choose a line of which something left.")


class NothingIsBack(BusinessError):
    """A key that needs goods that were booked as come back."""

    sentence = N_("Nothing of this is booked as come back. Choose an order of which something is.")


fetch = paged(trips, "open")


class TrucksDesk(ScanningDesk):
    """Trips, and beside them the open one with its stops.

    Ctrl+Enter is always the next step: start, load what is ready, depart, back. Enter on a line
    shows its cartons, or after the departure what left.
    """

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        self._rights = rights_of(context.actor)
        self._control = TrucksController(context.tasks, context.runner)
        self._opened: set[int] = set()
        self._taken: tuple[int, ...] = ()
        self._back: tuple[Any, ...] | None = None
        self.fill = FillBars()
        plan = Action(PLAN.key, PLAN.title, PLAN.shortcut, why_not=self._rights.dispatch)
        super().__init__(
            context,
            self._control,
            title=words(N_("Trucks")),
            fetch=fetch,
            row_id=lambda row: (Kind.TRIP, row.id),
            cards=lambda row: card(row, context.today),
            views=VIEWS,
            empty=NOTHING,
            nothing_open=NOTHING_OPEN,
            filter_hint=words(N_("Filter by trip, truck or driver")),
            scan_hint=words(N_("Scan or type a carton, an order or a trip")),
            first_scan=words(N_("the trip, then cartons and orders, last stop first")),
            action=plan,
            parent=parent,
        )
        self.document.add_above_lines(self.fill)
        self._bind_keys()
        self._control.asked.connect(self._ask_question)
        self._control.choices_read.connect(self._choices_are_there)
        self._control.trips_read.connect(self._trips_are_there)

    def show_thing(self, trip: int) -> None:
        """Show a trip, from elsewhere in the window."""
        self.list.choose_view("all")
        self.list.select((Kind.TRIP, trip))
        self.controller.choose(Kind.TRIP, trip)

    # What the desk says

    def model_of(self, document: Any) -> DocumentModel:
        return trip_model(document, self._rights, self._opened, self._context.time_zone)

    def _show(self, document: Any) -> None:
        if self.shown is not None and self.shown.id != document.id:
            self._opened.clear()
        super()._show(document)
        self.fill.show_lines(fill_lines(document))

    def show_counts(self, counts: TripCounts) -> None:
        self.list.show_counts(
            {
                "planned": count_words(counts.planned, COUNT_STOPS_AT),
                "loading": count_words(counts.loading, COUNT_STOPS_AT),
                "departed today": count_words(counts.departed_today, COUNT_STOPS_AT),
            }
        )

    def sentence_of(self, result: Any) -> str:
        return sentence(result, self._control.did)

    def keys(self) -> tuple[tuple[str, str], ...]:
        return (
            ("F2", words(N_("Scan or type a code"))),
            ("Return", words(N_("To the lines; on a line its cartons, or what left"))),
            ("Ctrl+Up", words(N_("Stop earlier"))),
            ("Ctrl+Down", words(N_("Stop later"))),
            ("Del", words(N_("Take the order off the trip"))),
            ("Ctrl+P", words(N_("Manifest"))),
            ("Ctrl+L", words(N_("Load sheet"))),
            ("Esc", words(N_("To the list"))),
        )

    def may_mark(self, _row: TripRow) -> bool:
        """Trips are loaded one by one."""
        return False

    # Doing

    def act(self, action: str) -> None:
        if action == "plan":
            self._taken = ()
            self._control.read_choices()
        elif isinstance(self.shown, TripDocument):
            self._act_on(action, self.shown)

    def _act_on(self, action: str, trip: TripDocument) -> None:
        control = self._control
        simple = {
            "start": control.start,
            "stop": control.stop,
            "depart": control.depart,
            "return": control.return_trip,
        }
        if action in simple:
            simple[action](trip.id)
        elif action == "load-ready":
            ready = [each for each in trip.orders if each.on_dock > 0 and not each.is_stopped]
            control.load_ready(trip.id, ready)
        elif action in ("load", "unload"):
            self._load_lines(trip, is_on=action == "load")
        elif action in ("earlier", "later"):
            self._move_stop(trip, -1 if action == "earlier" else 1)
        elif action == "remove":
            order = self._order_meant()
            if order is not None:
                control.remove(trip.id, order.id)
        elif action in ("add", "change"):
            self._back = (action,)
            control.read_choices()
        elif action in ("came-back", "move-left"):
            self._back = (action,)
            control.read_trips()
        else:
            self._act_on_paper(action, trip)

    def _act_on_paper(self, action: str, trip: TripDocument) -> None:
        paper = PAPERS_OF_A_TRIP.get(action.removeprefix("preview-"))
        if paper is not None:
            print_it = partial(self._control.print, paper, trip.id)
            if action.startswith("preview-"):
                self.preview(paper, trip.id, print_it)
            else:
                print_it()
        elif action == "cancel":
            sentence = words(
                N_("{number} does not take place. Its orders can go on another trip."),
                number=trip.number,
            )
            form = ask_sure(words(N_("Cancel the trip")), words(N_("Cancel it")), sentence, self)
            self.ask(form, lambda _values: self._control.cancel(trip.id))
        elif action == "undepart":
            sentence = words(
                N_("The shipments of {number} are cancelled, its goods are on the truck again."),
                number=trip.number,
            )
            form = ask_sure(
                words(N_("Take the departure back")), words(N_("Take it back")), sentence, self
            )
            self.ask(form, lambda _values: self._control.undepart(trip.id))
        elif action == "undo-back":
            self._ask_undo_back(trip)
        elif action == "open-order":
            order = self._order_meant() or trip.orders[0]
            self._context.open_thing(Kind.ORDER, order.id)

    def _load_lines(self, trip: TripDocument, *, is_on: bool) -> None:
        lines = [line.source for line in self.lines_meant()]
        things = [each for each in lines if isinstance(each, TripOrder | TripCarton)]
        if not things:
            self.messages.show_refusal(ChooseAnOrder())
            return
        do = self._control.load if is_on else self._control.unload
        for each in reversed(things) if is_on else things:
            if isinstance(each, TripCarton):
                do(trip.id, each.order_id, each.id)
            else:
                do(trip.id, each.id)

    def _order_meant(self) -> TripOrder | None:
        """The order of the line the cursor is on; without one, what is said instead."""
        line = self.current_line()
        source = line.source if line is not None else None
        assert isinstance(self.shown, TripDocument)
        wanted = 0
        if isinstance(source, TripOrder):
            return source
        if isinstance(source, TripCarton):
            wanted = source.order_id
        elif isinstance(source, tuple):
            wanted = source[0].order_id
        found = next((each for each in self.shown.orders if each.id == wanted), None)
        if found is None:
            self.messages.show_refusal(ChooseAnOrder())
        return found

    def _move_stop(self, trip: TripDocument, by: int) -> None:
        order = self._order_meant()
        if order is None:
            return
        now = next(each.sequence for each in trip.stops if each.id == order.stop_id)
        if 1 <= now + by <= len(trip.stops):
            self._control.move_stop(trip.id, now, now + by)

    def open_line(self, line: LineRow) -> None:
        order = line.source
        if isinstance(order, TripOrder):
            self._opened ^= {order.id}
            self.show_again()

    # Forms that need something read first

    def _choices_are_there(self, choices: Choices) -> None:
        back, self._back = self._back, None
        trip = self.shown
        if back is None:
            form = PlanForm(choices, self._context.today, self._taken, self)
            self.ask(form, self._control.plan)
        elif isinstance(trip, TripDocument) and back[0] == "add":
            title = words(N_("Add orders to {number}"), number=trip.number)
            adding = ask_orders(title, choices.orders, self._context.today, self)
            self.ask(adding, lambda values: self._control.add(trip.id, values["orders"]))
        elif isinstance(trip, TripDocument):
            head = ask_head(trip, choices, self)
            self.ask(head, lambda values: self._control.change(trip.id, values))

    def _trips_are_there(self, found: tuple[TripRow, ...]) -> None:
        back, self._back = self._back, None
        trip = self.shown
        if back is None or not isinstance(trip, TripDocument):
            return
        if back[0] == "move-left":
            form = ask_trip(trip, found, self._context.today, self)
            self.ask(form, partial(self._move_left, trip))
        else:
            self._ask_back(trip, found)

    def _move_left(self, trip: TripDocument, values: dict[str, Any]) -> None:
        left = tuple(each.id for each in trip.left_behind if each.other_trip is None)
        if values["trip"] == NEW_TRIP:
            if self._asking is not None:
                self._asking.accept()
            self._taken = left
            self._control.read_choices()
        else:
            self._control.add(values["trip"], left)

    def _ask_back(self, trip: TripDocument, found: tuple[TripRow, ...]) -> None:
        line = self.current_line()
        source = line.source if line is not None else None
        one: ShipmentLine | None = None
        if isinstance(source, tuple):
            shipments, one = [source[0]], source[1]
            is_out = one is not None and one.out > 0
        else:
            order = self._order_meant()
            if order is None:
                return
            shipments = [
                each
                for each in trip.shipments
                if each.order_id == order.id and each.shipped > each.returned
            ]
            is_out = bool(shipments)
        if not is_out:
            self.messages.show_refusal(NothingIsOut())
            return
        form = CameBackForm(shipments, one, found, trip.id, self._context.today, self)
        self.ask(
            form,
            lambda values: self._control.come_back(form.lines_back(values), values["next_trip"]),
        )

    def _ask_undo_back(self, trip: TripDocument) -> None:
        line = self.current_line()
        source = line.source if line is not None else None
        order = source[0].order_id if isinstance(source, tuple) else getattr(source, "id", 0)
        back = [
            each
            for each in trip.shipments
            if any(one.returned > 0 for one in each.lines) and order in (each.order_id, 0)
        ]
        if not back:
            self.messages.show_refusal(NothingIsBack())
            return
        shipment = back[-1]
        sentence = words(
            N_(
                "What was booked last as come back of {number} ({customer}) is "
                "with the customer in the books again, and wanted as before."
            ),
            number=shipment.number,
            customer=shipment.customer,
        )
        form = ask_sure(
            words(N_("Take back what came back")), words(N_("Take it back")), sentence, self
        )
        self.ask(form, lambda _values: self._control.undo_come_back(shipment.id))

    def _ask_question(self, question: Question) -> None:
        if self._asking is not None:
            self._asking.accept()
        form = ask_yes(question, self)
        self.ask(form, lambda _values: self._say_yes(question))
        form.do_it.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_yes(self, question: Question) -> None:
        if self._asking is not None:
            self._asking.accept()
        self._control.say_yes(question)

    def _tell(self, result: Any) -> None:
        is_new = isinstance(result, TripChanged) and self._control.did(plan_trip)
        super()._tell(result)
        self.say("")  # the last scan's answer is not news any more
        if is_new:
            self.messages.show_good(words(N_("{number} is planned."), number=result.number))
            self.list.choose_view("open")
            self.list.select((Kind.TRIP, result.trip_id))
            self.controller.choose(Kind.TRIP, result.trip_id)

    # Keys that stand on no button

    def _bind_keys(self) -> None:
        for keys, action in (
            ("Ctrl+P", "manifest"),
            ("Ctrl+L", "load-sheet"),
            ("Ctrl+Up", "earlier"),
            ("Ctrl+Down", "later"),
            ("Del", "remove"),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._key, action))

    def _key(self, action: str) -> None:
        """A key does what the button or the menu would, and only when it would."""
        model = self.document.model
        if model is None:
            return
        offered = (*model.secondary, *model.more)
        if any(each.key == action and not each.why_not for each in offered):
            self._act(action)

    # Scanning

    def obey(self, command: StationCommand) -> None:
        if command is StationCommand.PRINT_AGAIN:
            self._key("load-sheet")
