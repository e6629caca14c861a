"""The state of the picking desk: which list is open, where goods go, what a scan meant."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.controllers.scanning import RunsScans, ScanningController
from app.controllers.tasks import TaskRunner
from app.core.ids import Kind
from app.core.messages import N_, plain, render
from app.operations.picking import make_picklist, pick_all, pick_line, pick_order, short_pick
from app.operations.printing import request_print
from app.queries.picking import (
    PickingDocument,
    PickStop,
    StaleLine,
    list_of_order,
    order_to_list,
    picking_counts,
    picklist,
    scanned_line,
)
from app.queries.scans import Scanned
from app.rules.printing import DocumentKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

STALE = N_("Line of {picklist} is {state}.")
STALE_WHY = N_("Line of {picklist} is {state} ({reason}).")
NOW_ON = N_("What it was for stands on {picklist} now.")
LINE_WORDS = {
    "picked": (N_("line picked"), N_("picked")),
    "short": (N_("line short"), N_("short")),
    "cancelled": (N_("line cancelled"), N_("cancelled")),
}
"""What has become of a line, alone and inside a sentence."""
NOT_HERE = N_("{number} is not on this list. Put it back, or open the list it belongs to.")
NONE_LEFT = N_("Nothing is left to pick of {number} on this list.")
NOTHING_OPEN = N_("Scan a picklist first, then bins and items.")
NOT_FOR_PICKING = N_("{number} is no picklist, order, bin or item. Scan one of these.")


@dataclass(frozen=True, slots=True)
class OnLists:
    """Where a scanned thing stands: its picklist line, the open list of its order."""

    line: StaleLine | None = None
    list_id: int | None = None


class PickingController(ScanningController):
    """Makes lists, picks lines, and answers scans.

    Signals:
        line_found: a scan goes to a line of the open list; arg: PickStop.
        new_list_offered: a stale line's goods are on another list; args: its id, its number.
    """

    line_found = Signal(object)
    new_list_offered = Signal(int, str)

    def __init__(self, tasks: TaskRunner, runner: RunsScans, parent: QObject | None = None) -> None:
        super().__init__(
            tasks,
            runner,
            name="picking",
            loads={
                Kind.ORDER: lambda session, id: order_to_list(session, order=id),
                Kind.PICKLIST: lambda session, id: picklist(session, picklist=id),
            },
            counts=picking_counts,
            touched_by=(Kind.ORDER, Kind.PICKLIST),
            parent=parent,
        )
        self.place: int | None = None
        """Where picked goods go; None is each order's own lane."""
        self.quantity: Decimal | None = None
        """A quantity scanned for the next pick."""
        self.document: PickingDocument | None = None
        self._line_awaited = 0
        self.shown.connect(self._remember)
        self.nothing_shown.connect(self._remember_nothing)

    # What a person asks for

    def make_list(self, orders: tuple[int, ...]) -> None:
        """Make and print a picklist for orders."""
        self.do(make_picklist, orders=orders)

    def pick(self, stop: PickStop, quantity: Decimal | None = None) -> None:
        """Pick a line: all that is left of it, or so much."""
        size = quantity if quantity is not None else self.quantity
        self.quantity = None
        self.do(pick_line, line=stop.id, quantity=size, to=self.place)

    def pick_short(self, stop: PickStop, found: Decimal, reason: str) -> None:
        """The bin holds less."""
        to = self.place if found > 0 else None
        self.do(short_pick, line=stop.id, found=found, reason=reason, to=to)

    def pick_all(self, list_id: int) -> None:
        """Pick every open line of the list."""
        self.do(pick_all, picklist=list_id, to=self.place)

    def pick_order(self, order: int) -> None:
        """Pick an order without a list."""
        self.do(pick_order, order=order, to=self.place)

    def print(self, list_id: int) -> None:
        """Ask for the list on paper."""
        self.do(request_print, document=DocumentKind.PICK_LIST, subject=list_id)

    # Scans

    def read_more(self, session: Session, thing: Scanned) -> OnLists:
        if thing.kind == Kind.PICKLIST_LINE:
            return OnLists(line=scanned_line(session, line=thing.id))
        if thing.kind == Kind.ORDER:
            return OnLists(list_id=list_of_order(session, order=thing.id))
        return OnLists()

    def answer_quantity(self, quantity: Decimal) -> None:
        self.quantity = quantity
        self.scan_good.emit(
            render(N_("{quantity} for the next pick"), {"quantity": plain(quantity)})
        )

    def answer_thing(self, thing: Scanned, more: OnLists) -> None:
        if more.line is not None:
            self._go_to_scanned_line(more.line)
        elif thing.kind == Kind.PICKLIST:
            self.choose(Kind.PICKLIST, thing.id)
            self.scan_good.emit(thing.number)
        elif thing.kind == Kind.ORDER:
            self._open_order(thing, more.list_id)
        elif thing.kind in (Kind.LOCATION, Kind.ITEM, Kind.LOT):
            self._go_to_stop(thing)
        else:
            sentence = render(NOT_FOR_PICKING, {"number": thing.number})
            self.scan_wrong.emit(render(N_("not for picking")), sentence)

    def _open_order(self, order: Scanned, list_id: int | None) -> None:
        if list_id is not None:
            self.choose(Kind.PICKLIST, list_id)
        else:
            self.choose(Kind.ORDER, order.id)
        self.scan_good.emit(order.number)

    def _go_to_scanned_line(self, line: StaleLine) -> None:
        if line.state == "open":
            self._line_awaited = line.line_id
            self.choose(Kind.PICKLIST, line.picklist_id)
            self.scan_good.emit(line.picklist)
            return
        word, state = LINE_WORDS[line.state]
        fields = {"picklist": line.picklist, "state": render(state), "reason": line.reason}
        said = render(STALE_WHY if line.reason else STALE, fields)
        if line.new_picklist:
            said += " " + render(NOW_ON, {"picklist": line.new_picklist})
        self.scan_wrong.emit(render(word), said)
        if line.new_picklist_id is not None and line.new_picklist is not None:
            self.new_list_offered.emit(line.new_picklist_id, line.new_picklist)

    def _go_to_stop(self, scanned: Scanned) -> None:
        if self.document is None or self.document.kind is not Kind.PICKLIST:
            self.scan_wrong.emit(render(N_("no list")), render(NOTHING_OPEN))
            return
        field = {
            Kind.LOCATION.value: "location_id",
            Kind.ITEM.value: "item_id",
            Kind.LOT.value: "lot_id",
        }[scanned.kind]
        for stop in self.document.open_stops:
            if getattr(stop, field) == scanned.id:
                self.line_found.emit(stop)
                self.scan_good.emit(f"{stop.bin}  {stop.name}")
                return
        was_here = any(getattr(stop, field) == scanned.id for stop in self.document.stops)
        word, sentence = N_("not on this list"), NOT_HERE
        if was_here:
            word, sentence = N_("all picked"), NONE_LEFT
        self.scan_wrong.emit(render(word), render(sentence, {"number": scanned.number}))

    def _remember(self, document: Any) -> None:
        self.document = document
        if self._line_awaited:
            awaited, self._line_awaited = self._line_awaited, 0
            for stop in document.stops:
                if stop.id == awaited:
                    self.line_found.emit(stop)

    def _remember_nothing(self) -> None:
        self.document = None
