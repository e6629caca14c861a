"""The allocation desk: who is short of what, what can be given now, and who gives to whom."""

from __future__ import annotations

from decimal import Decimal
from operator import attrgetter
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.controllers.allocation import AllocationController
from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.allocation import (
    COUNT_STOPS_AT,
    AllocationCounts,
    AllocationDocument,
    AllocationRow,
    Claim,
    ItemClaims,
    WantedItemRow,
    allocation_rows,
    wanted_items,
)
from app.views.allocation.showing import (
    IN_BINS,
    NOT_YOURS,
    SHORT,
    claim_words,
    item_card,
    item_model,
    order_card,
    order_model,
    sentence,
)
from app.views.desk_context import DeskContext
from app.views.document_desk import DocumentDesk, count_words
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.number_field import QuantityField
from app.views.widgets.row_painting import Card
from app.views.widgets.row_table_model import Page, PageRequest
from app.views.widgets.wording import words

VIEWS = (
    SavedView("short", words(N_("Waiting"))),
    SavedView("now", words(N_("Can be allocated now"))),
    SavedView("allocated", words(N_("Allocated"))),
    SavedView("items", words(N_("By item"))),
)
NOTHING = Empty(
    words(N_("Nothing here")),
    words(N_("A confirmed order appears here as long as it is open.")),
    "stack",
)
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")), words(N_("Choose an order to give it goods, or an item.")), "stack"
)


class ChooseALine(BusinessError):
    """A key that needs a line, without one."""

    sentence = N_("Choose a line first: Enter goes to the lines, ↑ and ↓ move in them.")


class SameOrder(BusinessError):
    """From a line to itself."""

    about = ("from", "to")
    sentence = N_("Choose two different order lines.")


def fetch(session: Any, request: PageRequest) -> Page:
    """One page of the list."""
    if request.view == "items":
        return request.page(wanted_items(session, **request.asked), attrgetter("number"))
    view: Any = request.view or "short"
    return request.page(allocation_rows(session, view=view, **request.asked), attrgetter("key"))


def _row_id(row: AllocationRow | WantedItemRow) -> tuple[Kind, int]:
    return (Kind.ORDER if isinstance(row, AllocationRow) else Kind.ITEM, row.id)


class AllocationDesk(DocumentDesk):
    """Orders that want goods, the items they want, and the verbs that share goods out."""

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        self._may = context.actor.is_any(Group.SALES)
        self._control = AllocationController(context.tasks, context.runner)
        super().__init__(
            context,
            self._control,
            title=words(N_("Allocation")),
            fetch=fetch,
            row_id=_row_id,
            cards=self._card,
            views=VIEWS,
            empty=NOTHING,
            nothing_open=NOTHING_OPEN,
            filter_hint=words(N_("Filter by number or name")),
            action=Action(
                "wave",
                words(N_("Allocate all")),
                "Ctrl+Shift+Return",
                why_not="" if self._may else NOT_YOURS,
            ),
            parent=parent,
        )

    def show_thing(self, order: int) -> None:
        """Show an order, from elsewhere in the window."""
        self.list.select((Kind.ORDER, order))
        self.controller.choose(Kind.ORDER, order)

    def model_of(self, document: Any) -> DocumentModel:
        if isinstance(document, ItemClaims):
            return item_model(document, self._may, self._context.today)
        return order_model(document, self._may, len(self._orders_marked()), self._context.today)

    def sentence_of(self, result: Any) -> str:
        return sentence(result)

    def show_counts(self, counts: AllocationCounts) -> None:
        self.list.show_counts(
            {
                "short": count_words(counts.short, COUNT_STOPS_AT),
                "now": count_words(counts.now, COUNT_STOPS_AT),
                "allocated": count_words(counts.allocated, COUNT_STOPS_AT),
            }
        )

    def act(self, action: str) -> None:
        if action == "wave":
            self._control.allocate_wave(self.list.model.request.text)
        elif action == "allocate":
            self._control.allocate(self._orders_meant())
        elif action == "complete":
            self._control.allocate(self._orders_meant(), all_or_nothing=True)
        elif action == "release-line":
            self._ask_release_line()
        elif action == "release-order":
            self._ask_release_order()
        elif action == "move":
            self._ask_move()
        elif action.startswith("item:"):
            self.controller.choose(Kind.ITEM, int(action.removeprefix("item:")))
        elif action == "open-order":
            self._context.open_thing(Kind.ORDER, self.shown.id)
        elif action == "open-item":
            self._context.open_thing(Kind.ITEM, self.shown.id)

    def open_line(self, line: LineRow) -> None:
        if isinstance(line.source, Claim):
            self.controller.choose(Kind.ORDER, line.source.order_id)
        else:
            self.controller.choose(Kind.ITEM, line.source.item_id)  # type: ignore[attr-defined]

    def _card(self, row: AllocationRow | WantedItemRow) -> Card:
        if isinstance(row, WantedItemRow):
            return item_card(row)
        return order_card(row, _row_id(row) in self.rows_marked, self._context.today)

    def _orders_marked(self) -> tuple[int, ...]:
        marked: Any = self.rows_marked.all()
        return tuple(id for kind, id in marked if kind is Kind.ORDER)

    def _orders_meant(self) -> tuple[int, ...]:
        return self._orders_marked() or (self.shown.id,)

    def _ask_release_line(self) -> None:
        line = self.current_line()
        if line is None:
            self.messages.show_refusal(ChooseALine())
            return
        asking = Asking(
            words(N_("Release {title}"), title=line.title),
            words(N_("Release")),
            words(N_("Its goods become free for others.")),
            parent=self,
        )
        asking.add("reason", words(N_("Reason")), QLineEdit())
        self.ask(asking, lambda values: self._control.release_line(line.id, values["reason"]))

    def _ask_release_order(self) -> None:
        order: AllocationDocument = self.shown
        asking = Asking(
            words(N_("Release {number}"), number=order.number),
            words(N_("Release")),
            words(N_("Its goods become free for others.")),
            parent=self,
        )
        asking.add("reason", words(N_("Reason")), QLineEdit())
        self.ask(asking, lambda values: self._control.release_order(order.id, values["reason"]))

    def _ask_move(self) -> None:
        item: ItemClaims = self.shown
        givers = [claim for claim in item.claims if claim.in_bins]
        takers = [claim for claim in item.claims if claim.short]
        line = self.current_line()
        here = line.source if line is not None else None
        taker = here if here in takers else takers[0]
        giver = here if here in givers and here is not taker else None
        if giver is None:
            giver = next((each for each in reversed(givers) if each is not taker), givers[-1])
        asking = MoveForm(item, givers, takers, giver, taker, parent=self)
        self.ask(
            asking,
            lambda values: self._control.reallocate(
                values["from"], values["to"], values["quantity"] or Decimal(0), values["reason"]
            ),
        )


ONLY_FROM_BINS = N_(
    "Only goods that still lie in bins can change hands; open picklists lose the line."
)


class MoveForm(Asking):
    """Which order gives how much to which, and why. The quantity follows the two orders."""

    def __init__(
        self,
        item: ItemClaims,
        givers: list[Claim],
        takers: list[Claim],
        giver: Claim,
        taker: Claim,
        parent: QWidget,
    ) -> None:
        super().__init__(
            words(N_("Move {number} to another order"), number=item.number),
            words(N_("Move")),
            words(ONLY_FROM_BINS),
            parent=parent,
        )
        self._givers = {claim.line_id: claim for claim in givers}
        self._takers = {claim.line_id: claim for claim in takers}
        self._from = ChoiceField(
            [(each.line_id, claim_words(IN_BINS, each, each.in_bins)) for each in givers],
            giver.line_id,
        )
        self._to = ChoiceField(
            [(each.line_id, claim_words(SHORT, each, each.short)) for each in takers],
            taker.line_id,
        )
        for box in (self._from, self._to):
            box.currentIndexChanged.connect(self._follow)
        self._quantity = QuantityField(words(N_("Quantity")), item.unit, item.decimals)
        self.add("from", words(N_("From order")), self._from, gives=("line",))
        self.add("to", words(N_("To order")), self._to)
        self.add(
            "quantity", words(N_("Quantity, {unit}"), unit=item.unit), self._quantity, is_wide=False
        )
        self.add("reason", words(N_("Reason")), QLineEdit(), is_wide=False)
        self._follow()

    def _follow(self) -> None:
        giver = self._givers[self._from.code]
        taker = self._takers[self._to.code]
        self._quantity.set_value(min(giver.in_bins, taker.short))

    def values(self) -> dict[str, Any]:
        """What is typed, by name. Raises: SameOrder, NotANumber and its kin."""
        typed = super().values()
        if typed["from"] == typed["to"]:
            raise SameOrder()
        return typed
