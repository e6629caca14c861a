"""The counting desk: bins in walk order, what to count in them, and what lies there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.controllers.counting import CountingController
from app.core.actor import Group
from app.core.errors import BusinessError, NotPermitted
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.counting import (
    COUNT_STOPS_AT,
    BinRow,
    CountingCounts,
    CountLine,
    bins_to_count,
)
from app.queries.orders.entry import find_things
from app.rules.scanning import StationCommand
from app.views.counting.showing import bin_model, card, sentence_of
from app.views.desk_context import DeskContext
from app.views.document_desk import count_words
from app.views.finding import as_finder_row
from app.views.scanning_desk import ScanningDesk
from app.views.widgets.asking import Asking
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.lookup_field import FormLookup
from app.views.widgets.number_field import NumberField
from app.views.widgets.row_painting import Card
from app.views.widgets.row_table_model import paged
from app.views.widgets.wording import words

VIEWS = (SavedView("open", words(N_("To count"))), SavedView("done", words(N_("Counted"))))
NOTHING = Empty(
    words(N_("Nothing to count")),
    words(N_("A bin appears here when a picker finds less in it than the books say.")),
    "clipboard-text",
)
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")), words(N_("Choose a bin, or scan its code.")), "clipboard-text"
)


class ChooseALine(BusinessError):
    """A key that needs something to count."""

    sentence = N_("Choose what you counted first: scan it, or Enter goes to the lines.")


class ChooseAnItem(BusinessError):
    """A form sent off without an item."""

    about = ("item",)
    sentence = N_("Choose the item: type its number or name, then Enter.")


class CountIt(BusinessError):
    """A form sent off without a number."""

    about = ("counted",)
    sentence = N_("Type how many lie there; 0 when there are none.")


fetch = paged(bins_to_count, "open")


class CountingDesk(ScanningDesk):
    """Bins, and beside them what to count; Enter on it, or in the empty scan field, counts it.

    What the books say is not shown before it is counted, so that nobody counts to it.
    """

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        self._may = context.actor.is_any(Group.STOCK)
        self._may_ask = context.actor.is_any(Group.FLOOR, Group.STOCK)
        self._control = CountingController(context.tasks, context.runner)
        self._line_wanted: int | None = None
        super().__init__(
            context,
            self._control,
            title=words(N_("Counting")),
            fetch=fetch,
            row_id=lambda row: (Kind.LOCATION, row.id),
            cards=self._card,
            views=VIEWS,
            empty=NOTHING,
            nothing_open=NOTHING_OPEN,
            filter_hint=words(N_("Filter by bin or item")),
            scan_hint=words(N_("Scan or type a bin, an item or a lot")),
            first_scan=words(N_("a bin, then what lies in it and how many")),
            parent=parent,
        )
        self._control.line_found.connect(self._go_to_line)
        self.document.line_chosen.connect(self._line_chosen)

    def show_thing(self, bin: int) -> None:
        """Show a bin, from elsewhere in the window."""
        self.list.select((Kind.LOCATION, bin))
        self.controller.choose(Kind.LOCATION, bin)

    def model_of(self, document: Any) -> DocumentModel:
        return bin_model(document, self._may, self._may_ask, self._context.time_zone)

    def sentence_of(self, result: Any) -> str:
        return sentence_of(result)

    def show_counts(self, counts: CountingCounts) -> None:
        self.list.show_counts({"open": count_words(counts.open, COUNT_STOPS_AT)})

    def keys(self) -> tuple[tuple[str, str], ...]:
        return (("Return", words(N_("Count the line"))), *super().keys())

    # Doing

    def act(self, action: str) -> None:
        if self.shown is None:
            return
        if action == "count":
            self._ask_count(self.current_line())
        elif action == "none":
            self._with_line(lambda line: self._ask_how_many(line, Decimal(0)))
        elif action == "ask":
            self._ask_more()
        elif action == "cancel":
            self._with_line(self._ask_cancel)

    def open_line(self, line: LineRow) -> None:
        self._ask_count(line)

    def obey(self, command: StationCommand) -> None:
        if command in (StationCommand.QUANTITY, StationCommand.FINISH):
            self.act("count")
        elif command is StationCommand.SHORT:
            self.act("none")

    def go_on(self) -> None:
        self._ask_count(self.current_line())

    def _with_line(self, deed: Any) -> None:
        line = self.current_line()
        source = line.source if line is not None else None
        if not self._may:
            actor = self._context.actor
            verb, needed = words(N_("count")), Group.STOCK.value
            self.messages.show_refusal(NotPermitted(login=actor.login, verb=verb, needed=needed))
            return
        if isinstance(source, CountLine):
            deed(source)
        else:
            self.messages.show_refusal(ChooseALine())

    def _ask_count(self, _line: LineRow | None) -> None:
        self.messages.clear()
        self._with_line(self._ask_how_many)

    def _ask_how_many(self, line: CountLine, counted_already: Decimal | None = None) -> None:
        """Ask for the number; that nothing is there is written off by no single key either."""
        counted = words(N_("Counted"))
        asking = Asking(
            words(N_("Count in {place}"), place=self.shown.code),
            counted,
            words(N_("{item}, lot {lot}"), item=line.name, lot=line.lot) if line.lot else line.name,
            parent=self,
        )
        field = NumberField(counted, decimals=line.decimals, suffix=line.unit)
        if counted_already is not None:
            field.set_value(counted_already)
        asking.add(
            "counted",
            words(N_("Counted, {unit}"), unit=line.unit),
            field,
            is_wide=False,
            gives=("quantity",),
        )
        asking.add("note", words(N_("Note")), QLineEdit(), is_wide=False)

        def count(values: dict[str, Any]) -> None:
            if values["counted"] is None:
                asking.refuse(CountIt())
            else:
                self._control.count_line(line, values["counted"], values["note"])

        self.ask(asking, count)

    def _ask_more(self) -> None:
        bin = self.shown
        asking = Asking(
            words(N_("Count more in {place}"), place=bin.code),
            words(N_("Ask for it")),
            words(N_("Of an item with lots, all that the books know there.")),
            parent=self,
        )
        field = FormLookup(
            self._context.tasks,
            lambda session, text: [
                as_finder_row(each) for each in find_things(session, kind=Kind.ITEM, wanted=text)
            ],
            words(N_("Item")),
            hint=words(N_("Number, name or code")),
        )
        field.what = "item"
        asking.add("item", words(N_("Item")), field)
        asking.add("reason", words(N_("Why")), QLineEdit())

        def ask(values: dict[str, Any]) -> None:
            if values["item"] is None:
                asking.refuse(ChooseAnItem())
            else:
                self._control.ask(bin.id, values["item"].id, values["reason"])

        self.ask(asking, ask)

    def _ask_cancel(self, line: CountLine) -> None:
        asking = Asking(
            words(N_("Need not be counted")), words(N_("Take it off")), line.name, parent=self
        )
        asking.add("reason", words(N_("Why")), QLineEdit())
        self.ask(asking, lambda values: self._control.cancel(line, values["reason"]))

    # Showing

    def _card(self, row: BinRow) -> Card:
        return card(row, self._context.time_zone)

    def _show(self, document: Any) -> None:
        is_same = self.shown is not None and self.shown.id == document.id
        super()._show(document)
        wanted, self._line_wanted = self._line_wanted, None
        if wanted is not None:
            self.select_line(wanted)
        elif document.lines and (not is_same or self.current_line() is None):
            self.document.lines_table.selectRow(0)
        self._line_chosen(self.current_line())

    def _go_to_line(self, line: CountLine) -> None:
        if not self.select_line(line.id):
            self._line_wanted = line.id

    def _line_chosen(self, line: LineRow | None) -> None:
        source = line.source if line is not None else None
        self._control.line = source if isinstance(source, CountLine) else None
