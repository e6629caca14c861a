"""The staging desk: lanes with what stands in them, and what waits to be brought there."""

from __future__ import annotations

from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QLineEdit, QWidget

from app.controllers.staging import StagingController, lines_by_order
from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.staging import (
    COUNT_STOPS_AT,
    LaneDocument,
    LaneRow,
    OrderToStage,
    StagingCounts,
    StandingGoods,
    ToStageRow,
    lanes,
    orders_to_stage,
)
from app.rules.scanning import StationCommand
from app.rules.stock import IN_BINS
from app.views.desk_context import DeskContext
from app.views.document_desk import PlaceField, count_words
from app.views.scanning_desk import ScanningDesk
from app.views.staging.showing import (
    lane_card,
    lane_model,
    order_card,
    order_model,
    sentence,
    with_scans_here,
    with_undo,
)
from app.views.widgets.asking import Asking
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.number_field import QuantityField
from app.views.widgets.row_painting import Card
from app.views.widgets.row_table_model import Page, PageRequest
from app.views.widgets.wording import counted, words

if TYPE_CHECKING:
    from app.controllers.packing import Sounds

VIEWS = (
    SavedView("in use", words(N_("Lanes in use"))),
    SavedView("to stage", words(N_("To be staged"))),
    SavedView("all", words(N_("All lanes"))),
)
NOTHING = Empty(
    words(N_("Nothing here")),
    words(N_("Picked goods appear here until they are in a lane, lanes until they are empty.")),
)
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")),
    words(N_("Scan a lane, or choose a lane or an order to stage.")),
    "squares-four",
)


class ChooseGoods(BusinessError):
    """A key that needs a line, without one."""

    sentence = N_("Choose a line first: Enter goes to the lines, Space marks several.")


class ChooseLane(BusinessError):
    """A form sent off without a place."""

    about = ("place",)
    sentence = N_("Choose where the goods go: type the beginning of the code, then Enter.")


def fetch(session: Any, request: PageRequest) -> Page:
    """One page of the list."""
    if request.view == "to stage":
        return request.page(orders_to_stage(session, **request.asked), attrgetter("key"))
    view: Any = request.view or "in use"
    return request.page(lanes(session, view=view, **request.asked), attrgetter("code"))


def _row_id(row: LaneRow | ToStageRow) -> tuple[Kind, int]:
    return (Kind.LOCATION if isinstance(row, LaneRow) else Kind.ORDER, row.id)


class StagingDesk(ScanningDesk):
    """Lanes and orders to stage, and the verbs that bring, move and take back goods.

    A scanned lane says where; a scanned order, picklist, carton or item is brought there.
    """

    def __init__(
        self,
        context: DeskContext,
        parent: QWidget | None = None,
        *,
        sounds: Sounds | None = None,
    ) -> None:
        self._may = context.actor.is_any(Group.FLOOR)
        self._control = StagingController(context.tasks, context.runner, sounds=sounds)
        self._zone = ZoneInfo(context.time_zone)
        super().__init__(
            context,
            self._control,
            title=words(N_("Staging")),
            fetch=fetch,
            row_id=_row_id,
            cards=self._card,
            views=VIEWS,
            empty=NOTHING,
            nothing_open=NOTHING_OPEN,
            filter_hint=words(N_("Filter by lane, order or customer")),
            scan_hint=words(N_("Scan or type a lane, then what goes there")),
            first_scan=words(N_("a lane, then orders, cartons or items")),
            parent=parent,
        )
        self._control.scan_good.connect(lambda _sentence: self.show_again())

    def show_thing(self, lane: int) -> None:
        """Show a lane, from elsewhere in the window."""
        self.list.select((Kind.LOCATION, lane))
        self.controller.choose(Kind.LOCATION, lane)

    def model_of(self, document: Any) -> DocumentModel:
        marked: Any = frozenset(self.lines_marked.all())
        if isinstance(document, LaneDocument):
            model = lane_model(document, self._may, marked, self._zone)
            if self._control.lane is not None and self._control.lane[0] == document.id:
                model = with_scans_here(model)
        else:
            lane = self._control.lane_for(document)
            code = lane[1] if lane is not None else ""
            orders, today = len(self._orders_marked()), self._context.today
            model = order_model(document, self._may, marked, code, self._zone, today, orders)
        return with_undo(model) if self._control.can_undo else model

    def sentence_of(self, result: Any) -> str:
        return sentence(result)

    def show_counts(self, counts: StagingCounts) -> None:
        self.list.show_counts(
            {
                "in use": count_words(counts.in_use, COUNT_STOPS_AT),
                "to stage": count_words(counts.to_stage, COUNT_STOPS_AT),
            }
        )

    def act(self, action: str) -> None:
        if action == "stage-all":
            self._stage_all()
        elif action == "stage":
            self._with_goods(self._stage_lines)
        elif action == "part":
            self._with_goods(self._ask_part)
        elif action == "restage-all":
            self._ask_restage(self.shown.goods)
        elif action == "restage":
            self._with_goods(self._ask_restage)
        elif action == "back":
            self._with_goods(self._ask_back)
        elif action == "to":
            self._ask_lane(self.shown)
        elif action == "undo":
            self._control.undo()
        elif action == "open-order":
            self._context.open_thing(Kind.ORDER, self.shown.id)

    def obey(self, command: StationCommand) -> None:
        if command is StationCommand.UNDO:
            self._control.undo()
        elif command is StationCommand.FINISH and isinstance(self.shown, OrderToStage):
            self.act("stage-all")

    def open_line(self, line: LineRow) -> None:
        goods = line.source
        assert isinstance(goods, StandingGoods)
        if isinstance(self.shown, LaneDocument):
            self.controller.choose(Kind.ORDER, goods.order_id)
        elif goods.place_kind == "staging":
            self.controller.choose(Kind.LOCATION, goods.place_id)

    # Doing

    def _stage_all(self) -> None:
        marked = self._orders_marked()
        order: OrderToStage = self.shown
        lane = self._control.lane_for(order)
        if len(marked) > 1:
            self._control.stage_orders(marked)
        elif lane is None and order.lane_id is None:
            self._ask_lane(order)
        else:
            lines = lines_by_order(order.on_the_way)[order.id]
            self._control.stage(order.id, lane[0] if lane is not None else None, lines)

    def _stage_lines(self, goods: tuple[StandingGoods, ...]) -> None:
        order: OrderToStage = self.shown
        lane = self._control.lane_for(order)
        if lane is None and order.lane_id is None:
            self._ask_lane(order)
            return
        self._control.stage_goods(order, lane[0] if lane is not None else None, goods)

    def _ask_part(self, goods: tuple[StandingGoods, ...]) -> None:
        order: OrderToStage = self.shown
        part, lane = goods[0], self._control.lane_for(order)
        where = N_("From {place}; loose goods.")
        if part.lot:
            where = N_("From {place}, lot {lot}; loose goods.")
        asking = Asking(
            words(N_("Stage part of {name}"), name=part.name),
            words(N_("Stage")),
            words(where, place=part.place, lot=part.lot),
            parent=self,
        )
        quantity = QuantityField(words(N_("Quantity")), part.unit)
        quantity.set_value(part.quantity)
        field = PlaceField(self._context, words(N_("Lane")), ("staging",), order.warehouse_id)
        field.start_with(*(lane if lane is not None else (order.lane_id, order.lane)))
        asking.add(
            "quantity", words(N_("Quantity, {unit}"), unit=part.unit), quantity, is_wide=False
        )
        asking.add("lane", words(N_("Lane")), field, is_wide=False, gives=("place",))

        def bring(values: dict[str, Any]) -> None:
            if values["lane"] is None:
                asking.refuse(ChooseLane())
            else:
                self._control.stage_part(part, values["lane"], values["quantity"] or Decimal(0))

        self.ask(asking, bring)

    def _with_goods(self, deed: Any) -> None:
        goods = tuple(
            line.source for line in self.lines_meant() if isinstance(line.source, StandingGoods)
        )
        if goods:
            deed(goods)
        else:
            self.messages.show_refusal(ChooseGoods())

    def _ask_lane(self, order: OrderToStage) -> None:
        asking = Asking(
            words(N_("Lane for {number}"), number=order.number),
            words(N_("Use it")),
            words(N_("For what is staged now.")),
            parent=self,
        )
        field = PlaceField(self._context, words(N_("Lane")), ("staging",), order.warehouse_id)
        lane = self._control.lane_for(order)
        field.start_with(*(lane if lane is not None else (order.lane_id, order.lane)))
        asking.add("lane", words(N_("Lane")), field, gives=("place",))

        def use(values: dict[str, Any]) -> None:
            if values["lane"] is None or field.chosen is None:
                asking.refuse(ChooseLane())
                return
            self._control.order_lane = (order.id, values["lane"], field.chosen.code)
            asking.accept()
            self.show_again()

        self.ask(asking, use)

    def _ask_restage(self, goods: tuple[StandingGoods, ...]) -> None:
        lines = counted(len(goods), "line", "lines")
        asking = Asking(
            words(N_("Restage from {place}"), place=goods[0].place),
            words(N_("Restage")),
            words(N_("{lines}; a carton goes with all that is in it."), lines=lines),
            parent=self,
        )
        field = PlaceField(
            self._context, words(N_("To lane")), ("staging",), self.shown.warehouse_id
        )
        asking.add("lane", words(N_("To lane")), field, gives=("place",))

        def restage(values: dict[str, Any]) -> None:
            if values["lane"] is None:
                asking.refuse(ChooseLane())
            else:
                self._control.restage(goods, values["lane"])

        self.ask(asking, restage)

    def _ask_back(self, goods: tuple[StandingGoods, ...]) -> None:
        lines = counted(len(goods), "line", "lines")
        asking = Asking(
            words(N_("Bring back to a bin")),
            words(N_("Bring back")),
            words(N_("{lines}, out of cartons; still promised."), lines=lines),
            parent=self,
        )
        field = PlaceField(self._context, words(N_("To bin")), IN_BINS, self.shown.warehouse_id)
        asking.add("bin", words(N_("To bin")), field, is_wide=False, gives=("place",))
        asking.add("reason", words(N_("Reason")), QLineEdit(), is_wide=False)

        def bring(values: dict[str, Any]) -> None:
            if values["bin"] is None:
                asking.refuse(ChooseLane())
            else:
                self._control.bring_back(goods, values["bin"], values["reason"])

        self.ask(asking, bring)

    # Showing

    def _card(self, row: LaneRow | ToStageRow) -> Card:
        if isinstance(row, LaneRow):
            return lane_card(row, self._zone)
        return order_card(row, _row_id(row) in self.rows_marked, self._context.today)

    def _orders_marked(self) -> tuple[int, ...]:
        marked: Any = self.rows_marked.all()
        return tuple(id for kind, id in marked if kind is Kind.ORDER)
