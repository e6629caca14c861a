"""The state of a packing station: what is scanned is answered at once and written behind.

A scan is judged on the loaded picture of the order (rules/packing); the write follows in order.
Commands that cannot be foretold (undo, finish, another order) hold the scans that come after
them until they are written, so that none is lost and none judged on an old picture.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.packing.answers import (
    Answer,
    LastScans,
    Mood,
    ScanEntry,
    counted,
    stop,
    word_of,
)
from app.controllers.packing.cartons import CartonsAtHand, carton_name
from app.controllers.packing.commands import BenchCommands
from app.controllers.packing.opening import OrderOnBench
from app.controllers.packing.people import PeopleAtStation
from app.controllers.packing.waiting import OrdersToPack
from app.controllers.packing.writing import RunsCommands, Write, WriteQueue
from app.controllers.scanning import ScanQueue
from app.controllers.tasks import TaskRunner
from app.core.actor import Actor
from app.core.changes import Changes
from app.core.clock import now, today
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_, plain, render
from app.gateways.sound import Sound, Sounds, SystemSounds
from app.operations.packing import box
from app.queries.packing import PackStation, packing_station
from app.queries.scans import ScanSettings, resolved
from app.rules.packing import (
    OTHER_ITEM,
    UNKNOWN_CODE,
    Asked,
    PackCarton,
    PackOrder,
    SerialNeeded,
    ToBox,
    Wrong,
    judge_carton,
    judge_goods,
    judge_order,
)
from app.rules.scanning import Scan, ScanKind, StationCommand, parse
from app.rules.scanning.scan import remark

_SOUND = {Mood.GOOD: Sound.GOOD, Mood.WRONG: Sound.WRONG, Mood.DONE: Sound.DONE}
_OPENS = {ScanKind.ORDER: "order", ScanKind.PICKLIST: "picklist"}

_OR_CHOOSE = N_("A picklist or a carton label does it too.")
_A_TRIP = N_("{code} is a trip; trucks are loaded at the Trucks desk.")
_NOT_THERE = N_("Nothing of the open order is in {place}. Scan another place, or an item.")
_KEPT = N_("{count} to be written are kept and will be tried again. {why}")
_TAKE_OUT = N_("Take {code} of {order} out again: {why}")
_OTHER_CARTON = N_("This carton is of order {other}, not {order}. Take it away.")


class PackingController(QObject):
    """One packing station. `scans` is where scanners put what they read.

    Signals:
        changed: what the station shows is another; read its attributes.
        quantity_asked: a quantity is to be typed for the next item.
    """

    changed = Signal()
    quantity_asked = Signal()

    def __init__(
        self,
        tasks: TaskRunner,
        runner: RunsCommands,
        actor: Actor,
        person: str,
        sounds: Sounds | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self.actor = actor
        self._sounds = sounds or SystemSounds()
        self._said_silent = False
        self._holds: set[str] = set()
        self._unit: ScanEntry | None = None
        self._news: Answer | None = None
        self._was_refused = False
        self.scans = ScanQueue(self)
        self.scans.scanned.connect(self._take)
        self.scans.waiting_changed.connect(self._tell)
        self.writes = WriteQueue(tasks, runner, self)
        self.writes.lost.connect(self._lost)
        self.cartons = CartonsAtHand(self)
        self.commands = BenchCommands(self)
        self.opening = OrderOnBench(self)
        self.people = PeopleAtStation(self, person)
        self.queue = OrdersToPack(self)
        tasks.changed.connect(self.hear)

        self.station: PackStation | None = None
        self.order: PackOrder | None = None
        self.answer = Answer(render(N_("Scan an order")), render(_OR_CHOOSE))
        self.last = LastScans()
        self.is_stopped = False
        self.is_done = False
        self.is_connected = True
        self.carton_id: int | None = None
        self.item_id: int | None = None
        self.quantity: Decimal | None = None
        self.source: tuple[int, str] | None = None
        self.serial_for: int | None = None
        self.reopening: int | None = None
        self.shorts: set[int] = set()

    @property
    def carton(self) -> PackCarton | None:
        """The carton that goods go into now."""
        return self.order.carton(self.carton_id) if self.order else None

    @property
    def waiting(self) -> int:
        """How many scans wait for the station to go on."""
        return len(self.scans.waiting)

    @property
    def is_begun(self) -> bool:
        """Something of the open order is in a carton that has not left."""
        return self.order is not None and any(each.contents for each in self.order.cartons)

    @property
    def today(self) -> date:
        """The company's date."""
        return today(self.station.time_zone if self.station else "UTC")

    def start(self) -> None:
        """Find the station and its bench; scans wait until it is known."""
        code = self.actor.station
        self.hold("station")
        self.tasks.read(
            lambda session: packing_station(session, station=code),
            done=self._settled,
            failed=self._not_settled,
            key="packing-station",
        )

    def _settled(self, station: PackStation) -> None:
        self.station = station
        if station.login is not None and station.login == self.actor.login:
            self.people.operator = None
        self.begin()
        self.answer = self._idle()
        self.queue.load()
        self.release("station")
        self.changed.emit()

    def _not_settled(self, error: Exception) -> None:
        if isinstance(error, BusinessError):
            self.say(Answer(word_of(error), error.message(), Mood.WRONG))

    def hear(self, changes: Changes) -> None:
        """Somebody changed something; what concerns the open order is shown before a next scan."""
        self.opening.hear(changes)
        if changes.mentions(Kind.ORDER) and (self.order is None or self.is_done):
            self.queue.load()

    # ------------------------------------------------------------ scans

    def type_code(self, text: str) -> bool:
        """A code typed by hand; False while the station cannot take it (the text stays then)."""
        if self.scans.is_paused or self.scans.waiting:
            return False
        self._take(text)
        return True

    @Slot(str)
    def _take(self, text: str) -> None:
        scan = self.read(text)
        if scan.command is StationCommand.ACKNOWLEDGE:
            self.acknowledge()
        elif not scan.valid and scan.reason is not None:
            self.stop(Wrong(N_("NOT READABLE"), scan.reason, short=N_("not readable")), scan.text)
        elif scan.kind is ScanKind.BADGE:
            if self.is_stopped:
                self.acknowledge()
            self.people.sign_on(scan.value)
        elif self.people.is_nobody:
            self.people.ask_for_badge(scan.value)
        elif scan.command is not None:
            self.commands.do(scan.command)
        elif scan.kind is ScanKind.QUANTITY and scan.quantity is not None:
            self.set_quantity(scan.quantity)
        elif scan.kind in _OPENS:
            self.opening.open(_OPENS[scan.kind], scan.value)
        elif scan.kind is ScanKind.BIN:
            self._place_scanned(scan.value)
        elif scan.kind is ScanKind.TRIP:
            wrong = Wrong(N_("NOT HERE"), remark(_A_TRIP, code=scan.value), short=N_("not here"))
            self.stop(wrong, scan.value)
        elif scan.kind in (ScanKind.CARTON, ScanKind.SSCC):
            self.cartons.scanned(scan.sscc or scan.value)
        else:
            self._goods_scanned(scan)

    def read(self, text: str) -> Scan:
        """The scan as this company reads it."""
        if self.station is None:
            return parse(text, today=self.today)
        return parse(
            text,
            prefix=self.station.prefix,
            company_prefix=self.station.company_prefix,
            today=self.today,
        )

    def _goods_scanned(self, scan: Scan) -> None:
        order = self.order
        if order is None or self.is_done:
            # A bare order number, as customers' papers print it, opens the order too.
            self.opening.open("order", scan.value, otherwise=scan)
            return
        place = self.source[0] if self.source else None
        verdict = (
            judge_order(order)
            or (judge_carton(order, self.carton_id) if self.carton_id is not None else None)
            or judge_goods(order, scan, Asked(self.quantity, place, self.serial_for), self.today)
        )
        if isinstance(verdict, Wrong):
            self.stop(verdict, scan.value)
        elif isinstance(verdict, SerialNeeded):
            self.serial_for = self.item_id = verdict.item.id
            self._unit = self.note(verdict.item.number, N_("serial?"), Mood.ATTENTION)
            fields = {"item": verdict.item.name}
            sentence = render(N_("Now scan the serial of this {item}."), fields)
            self.say(Answer(render(N_("SERIAL?")), sentence, Mood.ATTENTION))
        else:
            self._box(order, verdict)

    def _box(self, order: PackOrder, right: ToBox) -> None:
        carton = self.carton_id if self.carton_id is not None else self.cartons.open_new()
        order = self.order or order
        item, place = right.item, self.source
        self.order = order.with_boxed(carton, item.id, right.takes, right.serial)
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
        self.write(
            box,
            lambda: arguments | {"carton": self.cartons.real(carton)},
            lambda result: self._boxed(order.id, carton, result, entry),
            lambda error: self.refused(order.number, error, entry),
        )
        self._forget_asked()
        self.commands.forget()
        self.item_id = item.id
        if self.order.is_all_boxed:
            self.hold("writing")  # the carton closes by itself, and may be packed by it
        self.say(Answer(render(N_("GOOD")), f"{item.name}  —  {words}", Mood.GOOD))

    def _entry_of(self, code: str, words: str) -> ScanEntry:
        """The line for goods that were counted; a serial joins the line of its item."""
        unit = self._unit if self.serial_for is not None else None
        if unit is None:
            return self.note(code, words, Mood.GOOD, is_pending=True)
        unit.words, unit.mood, unit.is_pending = words, Mood.GOOD, True
        return unit

    def _boxed(self, order: int, carton: int, result: Any, entry: ScanEntry) -> None:
        entry.is_pending = False
        if result.closed and self.order is not None and self.order.id == order:
            shipment = result.finished.shipment_id if result.finished else None
            self.commands.last_scan_closed(self.cartons.real(carton), shipment)
        for number in result.closed:
            self.note(carton_name(number), N_("closed, label sent"))
        if result.finished is not None:
            self.commands.finished(order, result.finished)
        elif result.closed and self.order is not None and self.order.id == order:
            sentence = render(N_("Everything is boxed. Finish with F12."))
            self.say(Answer(render(N_("ALL BOXED")), sentence, Mood.DONE))
        self.changed.emit()

    def refused(self, number: str, error: BusinessError, entry: ScanEntry) -> None:
        """The database said no to what was answered good: the goods come out again."""
        self._was_refused = True
        entry.is_pending, entry.mood = False, Mood.WRONG
        entry.words = word_of(error).lower()
        fields = {"code": entry.code, "order": number, "why": error.message()}
        word = f"STOP: {word_of(error)}"
        self.halt(Answer(word, render(_TAKE_OUT, fields), Mood.WRONG))

    def _place_scanned(self, code: str) -> None:
        goods = self.order.goods if self.order else ()
        place = next((each for each in goods if each.location == code), None)
        if place is None:
            why = remark(_NOT_THERE, place=code)
            self.stop(Wrong(N_("NOTHING THERE"), why, short=N_("nothing there")), code)
            return
        self.source = (place.location_id, place.location)
        self.note(code, N_("the next is taken from here"))
        sentence = render(N_("The next item is taken from here."))
        self.say(Answer(code, sentence, Mood.GOOD))

    def ask_quantity(self) -> None:
        """A quantity is to be typed, or scanned from the command sheet."""
        self.quantity_asked.emit()
        sentence = render(N_("Type a quantity and press Enter, or scan one."))
        self.say(Answer(render(N_("QUANTITY?")), sentence, Mood.ATTENTION))

    def set_quantity(self, quantity: Decimal) -> None:
        """So many of the next item that is scanned."""
        self.quantity = quantity
        self.note(render(N_("Quantity {quantity}"), {"quantity": quantity}), "")
        sentence = render(N_("So many of the next item. Scan it."))
        self.say(Answer(f"× {plain(quantity)}", sentence, Mood.GOOD))

    # ------------------------------------------------------------ answers

    def say(self, answer: Answer) -> None:
        """Answer on the screen and by sound."""
        self.answer = answer
        if answer.mood in _SOUND:
            self._sounds.play(_SOUND[answer.mood])
        if self._sounds.why_silent and not self._said_silent:
            self._said_silent = True
            self.note(render(N_("No sound")), self._sounds.why_silent)
        self.changed.emit()

    def note(
        self, code: str, words: str, mood: Mood = Mood.WAITING, *, is_pending: bool = False
    ) -> ScanEntry:
        """One more of the last scans."""
        return self.last.add(ScanEntry(now(), code, render(words), mood, is_pending))

    def stop(self, wrong: Wrong, code: str) -> None:
        """A wrong scan: the station stands until it is acknowledged."""
        self.note(remark("", code=code).fields[0][1], wrong.short or wrong.word, Mood.WRONG)
        self._forget_asked()
        answer = stop(wrong)
        self.halt(answer)
        if wrong.look_up:
            self._look_up(code, answer)

    def halt(self, answer: Answer) -> None:
        """Say this, and stand until it is acknowledged."""
        self.is_stopped = True
        self._pause()
        self.say(answer)

    def acknowledge(self) -> None:
        """Go on after a stop; otherwise forget quantity, place and serial that were asked for."""
        reopening = self.reopening
        self._forget_asked()
        self.reopening = reopening  # the same label once more opens that carton
        self.commands.forget()
        if self.is_stopped:
            self.note(render(N_("OK")), N_("went on"))
        self.is_stopped = self._was_refused = False
        self.answer = self._idle()
        if not self.is_connected:
            self.is_connected = True
            self.writes.retry()
        news, self._news = self._news, None
        if news is not None:
            self.halt(news)
            return
        self.changed.emit()
        self._unpause()

    def tell_news(self, news: Answer) -> None:
        """Somebody changed the order: shown before the next scan, after what is shown now."""
        if not self.is_stopped:
            self.halt(news)
        elif not self._was_refused:  # a refusal by the database has said it already
            self._news = news

    def begin(self) -> None:
        """Nothing was scanned yet for the order that is open now."""
        self.is_done = False
        self.item_id = None
        self.shorts = set()
        self._forget_asked()
        self.commands.forget()

    def close_order(self) -> None:
        """Put the open order away; it stays started."""
        self.order = self.carton_id = None
        self.begin()
        self.say(self._idle())
        self.queue.load()

    def _idle(self) -> Answer:
        """What is to be done next."""
        if self.people.is_nobody:
            return Answer(render(N_("Scan your badge")))
        if self.order is None or self.is_done:
            return Answer(render(N_("Scan an order")), render(_OR_CHOOSE))
        return Answer(render(N_("Scan an item")), self.order.number)

    def _forget_asked(self) -> None:
        self.quantity = self.source = self.serial_for = self.reopening = None

    def _lost(self, error: BusinessError) -> None:
        self.is_connected = False
        fields = {"count": self.writes.pending, "why": error.message()}
        self.halt(Answer(f"STOP: {word_of(error)}", render(_KEPT, fields), Mood.WRONG))

    def _look_up(self, code: str, asked_for: Answer) -> None:
        """What a code not on the order is: the stop stands already and is then said better."""
        station, order = self.station, self.order
        if station is None or order is None:
            return
        settings = ScanSettings(station.prefix, station.company_prefix, self.today)

        entry = self.last.entries[0]

        def better(found: dict[str, Any]) -> None:
            thing = found["resolved"]
            if self.answer is not asked_for or not self.is_stopped:
                return
            if thing is None:
                word, why = N_("UNKNOWN CODE"), remark(UNKNOWN_CODE, code=code)
                entry.words = render(N_("unknown code"))
            elif thing["type"] == "carton":
                word = N_("WRONG CARTON")
                why = remark(_OTHER_CARTON, other=thing["label"], order=order.number)
            else:
                word = N_("WRONG ITEM")
                item, name = thing["number"], thing["label"]
                why = remark(OTHER_ITEM, item=item, name=name, order=order.number)
            self.answer = Answer(f"STOP: {render(word)}", why.message(), Mood.WRONG)
            self.changed.emit()

        self.tasks.read(
            lambda session: resolved(session, settings, code),
            done=better,
            failed=lambda _error: None,
            key="packing-look-up",
            owner=self,
        )

    # ------------------------------------------------------------ holding and writing

    def write(
        self,
        verb: Callable[..., Any],
        arguments: Callable[[], dict[str, Any]],
        done: Callable[[Any], None],
        refused: Callable[[BusinessError], None],
        *,
        only_after_good: bool = False,
    ) -> None:
        """Write behind the answer, as the operator of this moment."""
        operator = self.people.written_as
        self.writes.add(Write(verb, arguments, done, refused, operator, only_after_good))

    def hold(self, why: str) -> None:
        """Let the next scans wait until `release` with the same reason."""
        self._holds.add(why)
        self._pause()

    def release(self, why: str) -> None:
        """Go on, when nothing else is waited for."""
        self._holds.discard(why)
        self._unpause()

    def _pause(self) -> None:
        self.scans.pause(self._passes if self.is_stopped else None)

    def _unpause(self) -> None:
        if self.is_stopped or self._holds:
            self._pause()
        elif self.scans.is_paused:
            self.scans.resume()

    def _passes(self, text: str) -> bool:
        scan = self.read(text)
        is_badge = scan.kind is ScanKind.BADGE and scan.valid
        return scan.command is StationCommand.ACKNOWLEDGE or (is_badge and self.people.is_nobody)

    def _tell(self, _waiting: int) -> None:
        self.changed.emit()
