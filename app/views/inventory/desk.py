"""The inventory desk: what lies where, whose it is, what moved; goods come, move, are corrected."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.controllers.inventory import Done, InventoryController
from app.core.actor import Group
from app.core.errors import BusinessError, Question
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.inventory import COUNT_STOPS_AT, InventoryCounts, inventory
from app.queries.inventory_document import ItemStock, PlaceStock, StockLine
from app.queries.receiving import GoodsToReceive
from app.rules.counting import COUNTED_IN
from app.rules.scanning import StationCommand
from app.rules.stock import RECEIVED_INTO, MoveReason, Tracking
from app.views.desk_context import DeskContext
from app.views.document_desk import count_words
from app.views.inventory.asking import (
    AdjustForm,
    BlockForm,
    MoveForm,
    Place,
    ReceiptForm,
    UnblockForm,
    WhatComesIn,
)
from app.views.inventory.showing import (
    card,
    corrected,
    item_model,
    judged,
    many,
    place_model,
)
from app.views.scanning_desk import ScanningDesk
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.row_table_model import paged
from app.views.widgets.wording import counted, few, needs, words

VIEWS = (
    SavedView("items", words(N_("By item"))),
    SavedView("places", words(N_("By place"))),
    SavedView("promised", words(N_("Promised"))),
    SavedView("expiring", words(N_("Expiring"))),
    SavedView("blocked", words(N_("Blocked"))),
    SavedView("empty", words(N_("Nothing there"))),
)
NOTHING = Empty(
    words(N_("Nothing here")),
    words(N_("Items, places and lots appear here as soon as there are some.")),
    "archive",
)
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")),
    words(N_("Choose an item or a place, or scan a bin, an item, a lot or a carton.")),
    "archive",
)


class ChooseALine(BusinessError):
    """A key that needs goods, without any."""

    sentence = N_("Choose a line first: Enter goes to the lines, Space marks several.")


class ChooseALot(BusinessError):
    """A lot is to be blocked, and none is chosen."""

    sentence = N_("Choose a line of a lot or serial first: Enter goes to the lines.")


class AllPromised(BusinessError):
    """Goods that are to be moved all belong to orders."""

    sentence = N_(
        "All of it in {place} is promised to {whose}. Release it there first, or pick it for them."
    )


fetch = paged(inventory, "items")


class InventoryDesk(ScanningDesk):
    """Items and places, and beside them the stock; F7 goes from one side to the other."""

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        self._control = InventoryController(context.tasks, context.runner)
        may_receive = context.actor.is_any(Group.FLOOR, Group.PURCHASING)
        self._not_to_receive = "" if may_receive else needs(Group.FLOOR, Group.PURCHASING)
        self._not_to_move = "" if context.actor.is_any(Group.FLOOR) else needs(Group.FLOOR)
        self._not_to_adjust = "" if context.actor.is_any(Group.STOCK) else needs(Group.STOCK)
        self._place: Place | None = None
        """Where goods went that came in last, as long as nobody says otherwise."""
        self._place_wanted: int | None = None
        """The place whose line the cursor goes to when the item is shown."""
        super().__init__(
            context,
            self._control,
            title=words(N_("Inventory")),
            fetch=fetch,
            row_id=lambda row: (row.kind, row.id),
            cards=card,
            views=VIEWS,
            empty=NOTHING,
            nothing_open=NOTHING_OPEN,
            filter_hint=words(N_("Filter by item, code or bin")),
            action=Action("receive-any", words(N_("Receive")), "N", why_not=self._not_to_receive),
            scan_hint=words(N_("Scan or type a bin, an item, a lot or a carton")),
            first_scan=words(N_("a bin, an item, a lot or a carton")),
            parent=parent,
        )
        self._control.goods_read.connect(self._ask_receipt)
        self._control.counts_asked.connect(lambda place: context.open_thing(Kind.COUNT, place))

    def show_thing(self, place: int) -> None:
        """Show a place, from elsewhere in the window."""
        self.list.select((Kind.LOCATION, place))
        self.controller.choose(Kind.LOCATION, place)

    def model_of(self, document: Any) -> DocumentModel:
        zone = self._context.time_zone
        is_item = isinstance(document, ItemStock)
        marked = self.lines_marked
        if is_item:
            model = item_model(document, zone, marked)
        else:
            model = place_model(document, zone, marked)
        across = words(N_("Show the place")) if is_item else words(N_("Show the item"))
        why_not = "" if document.lines else words(N_("nothing is there"))
        receive = words(N_("Receive more")) if is_item else words(N_("Receive here"))
        chosen = len(self.lines_marked.all())
        move = words(N_("Move"))
        if chosen > 1:
            move = words(N_("Move {many} lines"), many=chosen)
        not_to_adjust = self._not_to_adjust or ("" if is_item else why_not)
        not_to_count = self._not_to_move or ("" if document.lines or not is_item else why_not)
        if not is_item and document.place not in COUNTED_IN:
            not_to_count = words(N_("nothing is counted in such a place"))
        may_not = self._not_to_adjust
        if is_item and document.tracking not in (Tracking.LOT, Tracking.SERIAL):
            may_not = may_not or words(N_("it has no lots"))
        block = words(N_("Block or unblock a lot"))
        if is_item and document.lot:
            is_blocked = bool(document.blocked_reason)
            block = words(N_("Unblock the lot")) if is_blocked else words(N_("Block the lot"))
        more = [Action("count", words(N_("Count this bin")), "F9", why_not=not_to_count)]
        more.append(Action("block", block, "F4", why_not=may_not))
        if not is_item:
            more.append(Action("label", words(N_("Print label")), "Ctrl+P"))
        return replace(
            model,
            action=Action("move", move, "Ctrl+Return", why_not=self._not_to_move or why_not),
            secondary=(
                Action("receive", receive, "F6", why_not=self._not_to_receive),
                Action("adjust", words(N_("Adjust")), "F8", why_not=not_to_adjust),
                Action("across", across, "F7", why_not=why_not),
            ),
            more=tuple(more),
        )

    def sentence_of(self, result: Done) -> str:
        return result.told(result.result)

    def show_counts(self, counts: InventoryCounts) -> None:
        self.list.show_counts(
            {
                "promised": count_words(counts.promised, COUNT_STOPS_AT),
                "expiring": count_words(counts.expiring, COUNT_STOPS_AT),
                "blocked": count_words(counts.blocked, COUNT_STOPS_AT),
            }
        )

    def keys(self) -> tuple[tuple[str, str], ...]:
        return (("Return", words(N_("The line's place, or its item"))), *super().keys())

    def may_mark(self, _row: Any) -> bool:
        """Lines are marked, to be moved together; with rows nothing is done at once."""
        return False

    # Doing

    def act(self, action: str) -> None:
        kind, _, id = action.partition(":")
        if id:
            self._context.open_thing(Kind(kind), int(id))
        elif action == "receive-any" or (action == "receive" and self.shown is None):
            self._ask_what_comes_in(self._place)
        elif self.shown is None:
            return
        elif action == "receive":
            self._receive_here()
        elif action == "move":
            self._ask_move()
        elif action == "adjust":
            self._ask_adjust()
        elif action == "count":
            self._count()
        elif action == "block":
            self._ask_about_lots()
        elif action == "label":
            said = words(N_("The label of {code} is on its way."), code=self.shown.code)
            self._control.print_label(self.shown.id, lambda _asked: said)
        elif action == "across":
            self._go_across(self.current_line())

    def open_line(self, line: LineRow) -> None:
        self._go_across(line)

    def obey(self, command: StationCommand) -> None:
        if command is StationCommand.PRINT_AGAIN and isinstance(self.shown, PlaceStock):
            self.act("label")
        elif command is StationCommand.FINISH:
            self.go_on()
        else:
            self.say(words(N_("That command does nothing here.")), Tone.ATTENTION)

    def go_on(self) -> None:
        if self.shown is not None and self.shown.lines and not self._not_to_move:
            self.act("move")

    def _go_across(self, line: LineRow | None) -> None:
        """From an item's line to its place, from a place's line to its item."""
        goods = line.source if line is not None else None
        if not isinstance(goods, StockLine):
            return
        if isinstance(self.shown, ItemStock):
            self.controller.choose(Kind.LOCATION, goods.place_id)
        else:
            self.controller.choose(Kind.ITEM, goods.item_id)

    def _receive_here(self) -> None:
        """More of the item that is open, or something into the place that is."""
        if isinstance(self.shown, ItemStock):
            self._control.read_goods(self.shown.item_id, self._context.actor.station)
            return
        place: PlaceStock = self.shown
        is_taken_in = place.place in RECEIVED_INTO[MoveReason.RECEIVE]
        self._ask_what_comes_in((place.id, place.code) if is_taken_in else self._place)

    def _ask_what_comes_in(self, place: Place | None) -> None:
        asking = WhatComesIn(self._context, place, self)

        def go_on(values: dict[str, Any]) -> None:
            asking.accept()
            self._place = place
            self._ask_receipt(values["goods"])

        self.ask(asking, go_on)

    def _ask_move(self) -> None:
        goods = tuple(
            line.source for line in self.lines_meant() if isinstance(line.source, StockLine)
        )
        free = tuple(each for each in goods if each.free)
        if not goods:
            self.messages.show_refusal(ChooseALine())
            return
        if not free:
            whose = few(tuple(each.order for line in goods for each in line.promises), 3)
            self.messages.show_refusal(AllPromised(place=goods[0].place, whose=whose))
            return
        form = MoveForm(self._context, free, self)

        def move(values: dict[str, Any]) -> None:
            moved = [(each, each.free) for each in free]
            if values["quantity"] is not None:
                moved = [(free[0], values["quantity"])]
            self._control.move(moved, values["place"], lambda _done: said(values))

        def said(values: dict[str, Any]) -> str:
            if len(free) > 1:
                lines = counted(len(free), "line", "lines")
                return words(N_("{lines} moved to {place}."), lines=lines, place=values["code"])
            return words(
                N_("{many} of {item} moved from {origin} to {place}."),
                many=many(values["quantity"], free[0].unit),
                item=free[0].item,
                origin=free[0].place,
                place=values["code"],
            )

        self.ask(form, move)

    def _ask_adjust(self) -> None:
        line = self._goods_meant()
        item = self.shown if isinstance(self.shown, ItemStock) else line
        if item is None:
            self.messages.show_refusal(ChooseALine())
            return
        form = AdjustForm(self._context, item, line, self)

        def adjust(values: dict[str, Any]) -> None:
            place, unit, number = values.pop("code"), item.unit, form.number
            self._control.correct(
                lambda done: corrected(done, number, place, unit), item=item.item_id, **values
            )

        self.ask(form, adjust)

    def _ask_about_lots(self) -> None:
        """Block the lot that is open, or those of the lines meant; unblock them if all are."""
        lots = self._lots_meant()
        if not lots:
            self.messages.show_refusal(ChooseALot())
            return
        ids, codes = tuple(lots), tuple(code for code, _ in lots.values())
        which = codes[0] if len(codes) == 1 else counted(len(codes), "lot", "lots")
        reasons = dict.fromkeys(reason for _, reason in lots.values())
        if all(reasons):
            why = few(tuple(reasons), 3)
            self.ask(
                UnblockForm(which, why, self),
                lambda _values: self._control.unblock(
                    ids, lambda done: judged(done, is_blocked=False)
                ),
            )
            return
        self.ask(
            BlockForm(which, self),
            lambda values: self._control.block(
                ids, values["reason"], lambda done: judged(done, is_blocked=True)
            ),
        )

    def _lots_meant(self) -> dict[int, tuple[str, str]]:
        """The lots that a key is about: their numbers, and why they are blocked."""
        shown = self.shown
        if isinstance(shown, ItemStock) and shown.kind is Kind.LOT:
            return {shown.id: (shown.lot, shown.blocked_reason)}
        goods = [each.source for each in self.lines_meant()]
        return {
            each.lot_id: (each.lot, each.blocked_reason)
            for each in goods
            if isinstance(each, StockLine) and each.lot_id is not None
        }

    def _count(self) -> None:
        """Have the marked goods counted, or else all of the place, or the item in the line's."""
        marked = self.lines_meant() if self.lines_marked else ()
        goods = [each.source for each in marked if isinstance(each.source, StockLine)]
        if isinstance(self.shown, PlaceStock):
            place, code = self.shown.id, self.shown.code
        else:
            line = self._goods_meant()
            if line is None:
                self.messages.show_refusal(ChooseALine())
                return
            place, code, goods = line.place_id, line.place, [line]
        items = tuple(dict.fromkeys(each.item_id for each in goods))
        said = words(N_("{place} is to be counted."), place=code)
        why = words(N_("asked for at the inventory desk"))
        self._control.ask_count(place, items, why, lambda _asked: said)

    def _goods_meant(self) -> StockLine | None:
        """What the cursor's line is about."""
        line = self.current_line()
        goods = line.source if line is not None else None
        return goods if isinstance(goods, StockLine) else None

    def _refuse(self, refusal: BusinessError) -> None:
        if isinstance(refusal, Question) and isinstance(self._asking, AdjustForm):
            self._asking.ask_to_release(refusal)
        else:
            super()._refuse(refusal)

    def _ask_receipt(self, goods: GoodsToReceive) -> None:
        shown = self.shown
        is_of_lot = isinstance(shown, ItemStock) and shown.item_id == goods.item_id and shown.lot
        if is_of_lot and goods.tracking is Tracking.LOT and not goods.lot:
            goods = replace(goods, lot=shown.lot, expires_on=shown.expires_on)
        form = ReceiptForm(self._context, goods, self._place, self)

        def receive(values: dict[str, Any]) -> None:
            self._place = values["place"]

            def told(result: Any) -> str:
                return words(
                    N_("{many} of {item} received into {place}."),
                    many=many(result.quantity, goods.base_unit),
                    item=goods.number,
                    place=values["place"][1],
                )

            self._place_wanted = values["place"][0]
            self._control.receive(values["receipts"], told)

        self.ask(form, receive)

    # Showing

    def _show(self, document: Any) -> None:
        is_same = self.shown is not None and (self.shown.kind, self.shown.id) == (
            document.kind,
            document.id,
        )
        super()._show(document)
        wanted, self._place_wanted = self._place_wanted, None
        for number, line in enumerate(document.lines):
            if isinstance(document, ItemStock) and line.place_id == wanted:
                self.document.lines_table.selectRow(number)
                return
        if document.lines and (not is_same or self.current_line() is None):
            self.document.lines_table.selectRow(0)
