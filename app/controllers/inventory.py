"""The state of the inventory desk: which item, lot or place is open, and what a scan shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.controllers.scanning import RunsScans, ScanningController
from app.controllers.tasks import TaskRunner
from app.core.ids import Kind
from app.core.messages import N_, render
from app.operations.printing import request_print
from app.operations.stock import (
    Receipt,
    ToMove,
    adjust,
    ask_place_count,
    block_lots,
    receive,
    transfer,
    unblock_lots,
)
from app.queries.inventory import inventory_counts
from app.queries.inventory_document import (
    carton_stands_in,
    item_stock,
    lot_stock,
    place_of_goods,
    place_stock,
)
from app.queries.receiving import goods_to_receive
from app.rules.printing import DocumentKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.queries.inventory_document import StockLine
    from app.queries.scans import Scanned

NO_STOCK = N_("{number} is no place, item, lot or carton. Scan one of these.")
NOTHING_LIES_THERE = N_("Nothing is kept in {number}: it stands for what is outside the warehouse.")
HAS_LEFT = N_("Carton {number} has left the warehouse. Its order says where it went.")
STANDS_IN = N_("Carton …{end} is in {place}")


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb came to, and how that is told."""

    result: Any
    told: Callable[[Any], str]


class InventoryController(ScanningController):
    """Shows the stock of what is chosen or scanned, and changes it; `done` tells `Done`.

    Signals:
        goods_read: an item that is to be received was read; arg: GoodsToReceive.
        counts_asked: a place is to be counted now; arg: its id.
    """

    goods_read = Signal(object)
    counts_asked = Signal(int)

    def __init__(self, tasks: TaskRunner, runner: RunsScans, parent: QObject | None = None) -> None:
        super().__init__(
            tasks,
            runner,
            name="inventory",
            loads={
                Kind.ITEM: lambda session, id: item_stock(session, item=id),
                Kind.LOT: lambda session, id: lot_stock(session, lot=id),
                Kind.LOCATION: lambda session, id: place_stock(session, place=id),
            },
            counts=inventory_counts,
            touched_by=(
                Kind.STOCK,
                Kind.ORDER,
                Kind.CARTON,
                Kind.TRIP,
                Kind.COUNT,
                Kind.ITEM,
                Kind.LOCATION,
                Kind.LOT,
            ),
            parent=parent,
        )

    # What a person asks for

    def read_goods(self, item: int, station: str | None) -> None:
        """Read what is asked when an item comes in at a station."""
        self._tasks.read(
            lambda session: goods_to_receive(session, item=item, station=station),
            done=self.goods_read.emit,
            failed=self._fail,
            key="inventory-goods",
        )

    def receive(self, receipts: tuple[Receipt, ...], told: Callable[[Any], str]) -> None:
        """Take goods in, and show the item they are of."""

        def tell(result: Any) -> None:
            self.choose(Kind.ITEM, receipts[0].item)
            self._tell(Done(result, told))

        self._tasks.write(
            lambda: self._runner.do(receive, receipts=receipts), done=tell, refused=self._refuse
        )

    def move(
        self, goods: Sequence[tuple[StockLine, Decimal]], to: int, told: Callable[[Any], str]
    ) -> None:
        """Move so much of each to a place, all of it or nothing."""
        moved = tuple(
            ToMove(line.item_id, quantity, line.place_id, to, line.lot or None)
            for line, quantity in goods
        )
        self._carry_out(lambda: self._runner.do(transfer, goods=moved), told)

    def correct(self, told: Callable[[Any], str], **correction: Any) -> None:
        """Correct the books, as `adjust` does."""
        self._carry_out(lambda: self._runner.do(adjust, **correction), told)

    def block(self, lots: tuple[int, ...], reason: str, told: Callable[[Any], str]) -> None:
        """Take lots out of sale."""
        self._carry_out(lambda: self._runner.do(block_lots, lots=lots, reason=reason), told)

    def unblock(self, lots: tuple[int, ...], told: Callable[[Any], str]) -> None:
        """Let blocked lots be sold again."""
        self._carry_out(lambda: self._runner.do(unblock_lots, lots=lots), told)

    def ask_count(
        self, place: int, items: Sequence[int], reason: str, told: Callable[[Any], str]
    ) -> None:
        """Ask that these items are counted in a place, or all that is there."""

        def tell(result: Any) -> None:
            self._tell(Done(result, told))
            self.counts_asked.emit(place)

        asked = {"location": place, "items": tuple(items), "reason": reason}
        self._tasks.write(
            lambda: self._runner.do(ask_place_count, **asked), done=tell, refused=self._refuse
        )

    def print_label(self, place: int, told: Callable[[Any], str]) -> None:
        """Print the label of a place."""
        label = DocumentKind.BIN_LABEL
        self._carry_out(lambda: self._runner.do(request_print, document=label, subject=place), told)

    def _carry_out(self, run: Callable[[], Any], told: Callable[[Any], str]) -> None:
        self._tasks.write(
            run, done=lambda result: self._tell(Done(result, told)), refused=self._refuse
        )

    # Scans

    def read_more(self, session: Session, thing: Scanned) -> Any:
        if thing.kind == Kind.CARTON:
            return carton_stands_in(session, carton=thing.id)
        if thing.kind == Kind.LOCATION:
            return place_of_goods(session, place=thing.id)
        return None

    def answer_thing(self, thing: Scanned, more: Any) -> None:
        number = {"number": thing.number}
        if thing.kind in (Kind.ITEM, Kind.LOT):
            self.choose(Kind(thing.kind), thing.id)
            self.scan_good.emit(thing.number)
        elif thing.kind not in (Kind.LOCATION, Kind.CARTON):
            self.scan_wrong.emit(render(N_("no stock")), render(NO_STOCK, number))
        elif more is None and thing.kind == Kind.CARTON:
            self.scan_wrong.emit(render(N_("has left")), render(HAS_LEFT, number))
        elif more is None:
            self.scan_wrong.emit(render(N_("no place")), render(NOTHING_LIES_THERE, number))
        else:
            self.choose(Kind.LOCATION, more.place_id)
            place = {"end": thing.number[-6:], "place": more.code}
            is_carton = thing.kind == Kind.CARTON
            self.scan_good.emit(render(STANDS_IN, place) if is_carton else more.code)
