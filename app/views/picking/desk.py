"""The picking desk: lists and orders without one, the bins in walk order, every scan answered."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.controllers.picking import PickingController
from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.picking import PicklistMade
from app.queries.picking import (
    COUNT_STOPS_AT,
    PickingCounts,
    PickingRow,
    PickStop,
    orders_to_list,
    picklists,
)
from app.rules.printing import DocumentKind
from app.rules.scanning import StationCommand
from app.views.desk_context import DeskContext
from app.views.document_desk import PlaceField, count_words
from app.views.picking.showing import card, line_id, picking_model, sentence_of
from app.views.scanning_desk import ScanningDesk
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.number_field import QuantityField
from app.views.widgets.row_painting import Card
from app.views.widgets.row_table_model import Page, PageRequest
from app.views.widgets.wording import words

VIEWS = (
    SavedView("open", words(N_("Open lists"))),
    SavedView("to list", words(N_("Without a list"))),
    SavedView("done", words(N_("Done"))),
)
NOTHING = Empty(
    words(N_("Nothing to pick")),
    words(N_("An order appears here as soon as goods are allocated to it.")),
    "hand-grabbing",
)
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")), words(N_("Choose a list, or scan its code.")), "hand-grabbing"
)
TARGETS = ("cart", "staging", "packing")


class ChooseABin(BusinessError):
    """A key that needs a line that is still to be picked."""

    sentence = N_("Choose a line that is still to be picked: Enter goes to the lines.")


def fetch(session: Any, request: PageRequest) -> Page:
    """One page of the list."""
    if request.view == "to list":
        return request.page(orders_to_list(session, **request.asked), attrgetter("day", "id"))
    view: Any = request.view or "open"
    return request.page(picklists(session, view=view, **request.asked), attrgetter("id"))


class PickingDesk(ScanningDesk):
    """Lists, their bins in walk order, and a field that every scan goes through.

    A scan goes to its line; Enter picks it, in the lines as well as in the empty scan field.
    """

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        self._may = context.actor.is_any(Group.FLOOR)
        self._control = PickingController(context.tasks, context.runner)
        self._place = ""
        self._line_wanted: tuple[int, ...] | None = None
        super().__init__(
            context,
            self._control,
            title=words(N_("Picking")),
            fetch=fetch,
            row_id=lambda row: (row.kind, row.id),
            cards=self._card,
            views=VIEWS,
            empty=NOTHING,
            nothing_open=NOTHING_OPEN,
            filter_hint=words(N_("Filter by list, order or customer")),
            scan_hint=words(N_("Scan or type a code")),
            first_scan=words(N_("a picklist, an order, a bin or an item")),
            parent=parent,
        )
        self._control.line_found.connect(self._go_to_line)
        self._control.new_list_offered.connect(self._offer_list)

    def show_thing(self, picklist: int) -> None:
        """Show a picklist, from elsewhere in the window."""
        self.list.select((Kind.PICKLIST, picklist))
        self.controller.choose(Kind.PICKLIST, picklist)

    def model_of(self, document: Any) -> DocumentModel:
        marked = len(self._orders_marked())
        return picking_model(document, self._may, self._place, marked, self._context.time_zone)

    def sentence_of(self, result: Any) -> str:
        return sentence_of(result)

    def show_counts(self, counts: PickingCounts) -> None:
        self.list.show_counts(
            {
                "open": count_words(counts.open, COUNT_STOPS_AT),
                "to list": count_words(counts.to_list, COUNT_STOPS_AT),
            }
        )

    def keys(self) -> tuple[tuple[str, str], ...]:
        return (("Return", words(N_("Pick the line"))), *super().keys())

    def may_mark(self, row: PickingRow) -> bool:
        """Orders go on one list together; lists are picked one after the other."""
        return row.kind is Kind.ORDER

    # Doing

    def act(self, action: str) -> None:
        control, shown = self._control, self.shown
        if action.startswith("list:"):
            self.show_thing(int(action.removeprefix("list:")))
        elif shown is None:
            return
        elif action == "make-list":
            control.make_list(self._orders_marked() or (shown.id,))
        elif action == "pick-all":
            control.pick_all(shown.id)
        elif action == "pick-order":
            control.pick_order(shown.id)
        elif action == "part":
            self._ask_part()
        elif action == "short":
            self._ask_short()
        elif action == "to":
            self._ask_place()
        elif action == "print":
            control.print(shown.id)
        elif action == "preview":
            self.preview(DocumentKind.PICK_LIST, shown.id, partial(control.print, shown.id))
        elif action == "open-order":
            self._context.open_thing(Kind.ORDER, self._order_meant())

    def open_line(self, line: LineRow) -> None:
        self._pick(line)

    def _pick(self, line: LineRow | None) -> None:
        stop = self._stop_of(line)
        self.messages.clear()
        if stop is None:
            self.messages.show_refusal(ChooseABin())
            return
        self._control.pick(stop)

    def _stop_of(self, line: LineRow | None) -> PickStop | None:
        stop = line.source if line is not None else None
        if isinstance(stop, PickStop) and stop.id and stop.left > 0:
            return stop
        return None

    def _order_meant(self) -> int:
        line = self.current_line()
        stop = line.source if line is not None else self.shown.stops[0]
        assert isinstance(stop, PickStop)
        return stop.order_id

    def _ask_part(self) -> None:
        stop = self._stop_of(self.current_line())
        if stop is None:
            self.messages.show_refusal(ChooseABin())
            return
        asking = Asking(
            words(N_("Pick part from {bin}"), bin=stop.bin),
            words(N_("Pick")),
            f"{stop.name}, {stop.order_number}",
            parent=self,
        )
        field = QuantityField(words(N_("Quantity")), stop.unit, stop.decimals)
        field.set_value(stop.left)
        asking.add("quantity", words(N_("Quantity, {unit}"), unit=stop.unit), field)
        self.ask(asking, lambda values: self._control.pick(stop, values["quantity"] or Decimal(0)))

    def _ask_short(self) -> None:
        stop = self._stop_of(self.current_line())
        if stop is None:
            self.messages.show_refusal(ChooseABin())
            return
        asking = Asking(
            words(N_("Short in {bin}"), bin=stop.bin),
            words(N_("Pick short")),
            words(
                N_("{name}: what is missing is fetched from another bin if there is one."),
                name=stop.name,
            ),
            parent=self,
        )
        field = QuantityField(words(N_("Found")), stop.unit, stop.decimals)
        field.set_value(Decimal(0))
        asking.add(
            "found",
            words(N_("Found, {unit}"), unit=stop.unit),
            field,
            is_wide=False,
            gives=("quantity",),
        )
        asking.add("reason", words(N_("Reason")), QLineEdit(), is_wide=False)
        self.ask(
            asking,
            lambda values: self._control.pick_short(
                stop,
                values["found"] if values["found"] is not None else Decimal(-1),
                values["reason"],
            ),
        )

    def _ask_place(self) -> None:
        asking = Asking(
            words(N_("Where picked goods go")),
            words(N_("Use it")),
            words(N_("Leave it empty to use each order's own lane.")),
            parent=self,
        )
        field = PlaceField(self._context, words(N_("Place")), TARGETS, self.shown.warehouse_id)
        field.start_with(self._control.place, self._place)
        asking.add("place", words(N_("Cart, lane or bench")), field)

        def use(values: dict[str, Any]) -> None:
            self._control.place = values["place"]
            self._place = field.text().strip()
            asking.accept()
            self.show_again()

        self.ask(asking, use)

    # Showing

    def _card(self, row: PickingRow) -> Card:
        is_marked = (row.kind, row.id) in self.rows_marked
        return card(row, is_marked, self._context.today)

    def _orders_marked(self) -> tuple[int, ...]:
        marked: Any = self.rows_marked.all()
        return tuple(id for kind, id in marked if kind is Kind.ORDER)

    def _show(self, document: Any) -> None:
        before = self.current_line()
        is_same = self.shown is not None and (self.shown.kind, self.shown.id) == (
            document.kind,
            document.id,
        )
        super()._show(document)
        if self._line_wanted is not None:
            wanted, self._line_wanted = self._line_wanted, None
            self.select_line(wanted)
        elif not is_same or before is None or self._stop_of(self.current_line()) is None:
            self._go_to_next_stop()

    def _go_to_next_stop(self) -> None:
        """The cursor goes on to the next bin in walk order, or back to one left out."""
        rows = self.document.lines_table.lines.rows
        current = self.document.lines_table.currentIndex().row()
        for number in [*range(current + 1, len(rows)), *range(current + 1)]:
            if self._stop_of(rows[number]) is not None:
                self.document.lines_table.selectRow(number)
                return

    def _tell(self, result: Any) -> None:
        super()._tell(result)
        self.say("")  # the last scan's answer is not news any more
        if isinstance(result, PicklistMade):
            self.list.choose_view("open")
            self.show_thing(result.picklist_id)

    # Scanning

    def _go_to_line(self, stop: PickStop) -> None:
        if not self.select_line(line_id(stop)):
            self._line_wanted = line_id(stop)

    def _offer_list(self, list_id: int, number: str) -> None:
        self.messages.show_wrong(
            self.strip.said, Action(f"list:{list_id}", words(N_("Open {number}"), number=number))
        )

    def obey(self, command: StationCommand) -> None:
        if self.shown is None or self.shown.kind is not Kind.PICKLIST:
            self.say("")
        elif command is StationCommand.SHORT:
            self.act("short")
        elif command is StationCommand.PRINT_AGAIN:
            self.act("print")
        elif command is StationCommand.FINISH:
            self.act("pick-all")

    def go_on(self) -> None:
        self._pick(self.current_line())
