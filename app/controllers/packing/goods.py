"""Goods scanned at the bench: judged on the loaded picture, answered, written behind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.controllers.packing.answers import Answer, Mood, ScanEntry, counted
from app.controllers.packing.behind import WritesBehind
from app.controllers.packing.bench import Bench, Closing, NextScan
from app.controllers.packing.cartons import CartonsAtHand, carton_name
from app.controllers.packing.finishing import Finishing
from app.controllers.packing.gate import ScanGate
from app.controllers.packing.lookup import CodeLookUp
from app.controllers.packing.voice import StationVoice
from app.core.messages import N_, plain, render
from app.core.quantity import LARGEST
from app.operations.packing import box
from app.rules.packing import (
    Asked,
    PackOrder,
    SerialNeeded,
    ToBox,
    Wrong,
    judge_carton,
    judge_goods,
    judge_order,
)
from app.rules.scanning import Remark, Scan
from app.rules.scanning.scan import remark

_NOT_SO_MANY = N_("{quantity} cannot be packed: more than 0, and at most {largest}.")
_NOT_THERE = N_("Nothing of the open order is in {place}. Scan another place, or an item.")


class GoodsAtBench:
    """Takes scanned goods into the carton at hand, or stops the station."""

    def __init__(
        self,
        bench: Bench,
        voice: StationVoice,
        gate: ScanGate,
        behind: WritesBehind,
        cartons: CartonsAtHand,
        finishing: Finishing,
        look_up: CodeLookUp,
    ) -> None:
        self._bench = bench
        self._voice = voice
        self._gate = gate
        self._behind = behind
        self._cartons = cartons
        self._finishing = finishing
        self._look_up = look_up
        self._unit: ScanEntry | None = None

    def scanned(self, order: PackOrder, scan: Scan) -> None:
        """Goods, or the serial of the item before."""
        bench = self._bench
        place = bench.next.source[0] if bench.next.source else None
        asked = Asked(bench.next.quantity, place, bench.next.serial_for)
        verdict = (
            judge_order(order)
            or (judge_carton(order, bench.carton_id) if bench.carton_id is not None else None)
            or judge_goods(order, scan, asked, bench.today)
        )
        if isinstance(verdict, Wrong):
            self._look_up.stop(verdict, scan.value, scan.text)
        elif isinstance(verdict, SerialNeeded):
            bench.next.serial_for = bench.item_id = verdict.item.id
            self._unit = self._voice.note(verdict.item.number, N_("serial?"), Mood.ATTENTION)
            fields = {"item": verdict.item.name}
            sentence = render(N_("Now scan the serial of this {item}."), fields)
            self._voice.hint(N_("SERIAL?"), sentence)
        else:
            self._box(order, verdict)

    def place_scanned(self, code: str) -> None:
        """A bin or lane: the next item is taken from there."""
        goods = self._bench.order.goods if self._bench.order else ()
        place = next((each for each in goods if each.location == code), None)
        if place is None:
            why = remark(_NOT_THERE, place=code)
            wrong = Wrong(N_("NOTHING THERE"), why, short=N_("nothing there"))
            self._voice.stop(wrong, code)
            return
        self._bench.next.source = (place.location_id, place.location)
        self._voice.note(code, N_("the next is taken from here"))
        sentence = render(N_("The next item is taken from here."))
        self._voice.say(Answer(code, sentence, Mood.GOOD))

    def quantity_scanned(self, quantity: Decimal, code: str) -> None:
        """A quantity from the command sheet."""
        why = self.wrong_quantity(quantity)
        if why is None:
            self.set_quantity(quantity)
        else:
            wrong = Wrong(N_("NOT A QUANTITY"), why, short=N_("not a quantity"))
            self._voice.stop(wrong, code)

    def wrong_quantity(self, quantity: Decimal) -> Remark | None:
        """Why no scan can take so many, or None."""
        if 0 < quantity <= LARGEST:
            return None
        return remark(_NOT_SO_MANY, quantity=quantity, largest=LARGEST)

    def set_quantity(self, quantity: Decimal) -> None:
        """So many of the next item that is scanned."""
        self._bench.next.quantity, self._bench.next.typing = quantity, None
        self._voice.note(render(N_("Quantity {quantity}"), {"quantity": quantity}), "")
        sentence = render(N_("So many of the next item. Scan it."))
        self._voice.say(Answer(f"× {plain(quantity)}", sentence, Mood.GOOD))

    def _box(self, order: PackOrder, right: ToBox) -> None:
        bench = self._bench
        carton = bench.carton_id if bench.carton_id is not None else self._cartons.open_new()
        order = bench.order or order
        item, place = right.item, bench.next.source
        bench.order = order.with_boxed(carton, item.id, right.takes, right.serial)
        words = counted(right)
        entry = self._entry_of(item.number, words)
        arguments = {
            "order": order.id,
            "item": item.id,
            "location": order.bench_id,
            "quantity": right.quantity,
            "source": place[0] if place else None,
            "lot": right.lot.id if right.lot else None,
            "serial": right.serial or None,
        }
        self._behind.write(
            box,
            lambda: arguments | {"carton": self._cartons.real(carton)},
            lambda result: self._boxed(order.id, carton, result, entry),
            lambda error: self._behind.refused(order.number, error, entry),
        )
        bench.next = NextScan()
        bench.forget_questions()
        bench.item_id = item.id
        if bench.order.is_all_boxed:
            self._gate.hold("writing")  # the carton closes by itself, and may be packed by it
        self._voice.say(Answer(render(N_("GOOD")), f"{item.name}  —  {words}", Mood.GOOD))

    def _entry_of(self, code: str, words: str) -> ScanEntry:
        """The line for goods that were counted; a serial joins the line of its item."""
        unit = self._unit if self._bench.next.serial_for is not None else None
        if unit is None:
            return self._voice.note(code, words, Mood.GOOD, is_pending=True)
        unit.words, unit.mood, unit.is_pending = words, Mood.GOOD, True
        return unit

    def _boxed(self, order: int, carton: int, result: Any, entry: ScanEntry) -> None:
        entry.is_pending = False
        is_open = self._bench.order is not None and self._bench.order.id == order
        if result.closed and is_open:
            shipment = result.finished.shipment_id if result.finished else None
            self._bench.closing = Closing(self._cartons.real(carton), shipment)
        for number in result.closed:
            self._voice.note(carton_name(number), N_("closed, label sent"))
        if result.finished is not None:
            self._finishing.finished(order, result.finished)
        elif result.closed and is_open:
            sentence = render(N_("Everything is boxed. Finish with F12."))
            self._voice.say(Answer(render(N_("ALL BOXED")), sentence, Mood.DONE))
        self._voice.changed.emit()
