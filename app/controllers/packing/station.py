"""A packing station put together: what is scanned is answered at once and written behind.

A scan is judged on the loaded picture of the order (rules/packing); the write follows in order.
Commands that cannot be foretold (undo, finish, another order) hold the scans that come after
them until they are written, so that none is lost and none judged on an old picture.

The parts lean on each other one way, each on those before it: bench, gate, voice, people,
writing behind, cartons; on these lean goods, finishing, undoing, papers and the opening of
orders. None of them knows the station, which gives each scan and key to the part it is for.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.packing.answers import Answer, Mood, word_of
from app.controllers.packing.behind import WritesBehind
from app.controllers.packing.bench import Bench, NextScan, Typing
from app.controllers.packing.cartons import CartonsAtHand
from app.controllers.packing.finishing import Finishing
from app.controllers.packing.gate import ScanGate
from app.controllers.packing.goods import GoodsAtBench
from app.controllers.packing.lookup import CodeLookUp
from app.controllers.packing.opening import OrderOnBench
from app.controllers.packing.papers import PaperAtBench, PaperToLookAt
from app.controllers.packing.people import PeopleAtStation
from app.controllers.packing.undoing import Undoing
from app.controllers.packing.voice import StationVoice
from app.controllers.packing.waiting import OrdersToPack
from app.controllers.packing.writing import RunsCommands
from app.controllers.scanning import ScanQueue, WrongScans
from app.controllers.tasks import TaskRunner
from app.core.actor import Actor
from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_, render
from app.gateways.sound import Sounds, SystemSounds
from app.queries.packing import Operator, PackStation, packing_station
from app.rules.packing import Wrong
from app.rules.scanning import (
    DEFAULT_PREFIX,
    OwnCode,
    Scan,
    ScanKind,
    StationCommand,
    own_code,
)
from app.rules.scanning.scan import remark

_OPENS = {ScanKind.ORDER: "order", ScanKind.PICKLIST: "picklist"}

_OR_CHOOSE = N_("A picklist or a carton label does it too.")
_A_TRIP = N_("{code} is a trip; trucks are loaded at the Trucks desk.")
_NOT_OF_ORDER = N_("Carton {code} is not of order {order}. Take it away.")


class PackingController(QObject):
    """One packing station. `scans` is where scanners put what they read.

    What is shown stands in `bench`, `voice`, `people`, `queue` and `behind`.

    Signals:
        changed: what the station shows is another.
    """

    changed = Signal()

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
        self._tasks = tasks
        self._code = actor.station
        self.scans = ScanQueue(self)
        self.bench = bench = Bench()
        gate = ScanGate(self.scans, self._passes)
        self.voice = voice = StationVoice(bench, gate, sounds or SystemSounds(), self)
        window = Operator(actor.login, person)
        self.people = PeopleAtStation(tasks, bench, voice, gate, window, self)
        self.behind = behind = WritesBehind(tasks, runner, voice, gate, self.people, self)
        self.wrong_scans = WrongScans(
            tasks, runner, "packing", operator=lambda: self.people.written_as, parent=self
        )
        voice.stopped.connect(self.wrong_scans.note)
        self.queue = OrdersToPack(tasks, bench, self)
        self._gate = gate
        self._look_up = CodeLookUp(tasks, bench, voice, self)
        self._cartons = cartons = CartonsAtHand(bench, voice, behind)
        self._papers = PaperAtBench(tasks, bench, voice, behind, actor.station, self)
        finishing = Finishing(bench, voice, behind, cartons)
        self._goods = GoodsAtBench(bench, voice, gate, behind, cartons, finishing, self._look_up)
        self._opening = OrderOnBench(tasks, bench, voice, gate, behind.queue, cartons, self)
        self._commands: dict[StationCommand, Callable[[], None]] = {
            StationCommand.QUANTITY: self._ask_quantity,
            StationCommand.UNDO: Undoing(bench, voice, behind, cartons).undo,
            StationCommand.NEW_CARTON: cartons.begin_next,
            StationCommand.CLOSE_CARTON: cartons.close_open,
            StationCommand.CARTON_TYPE: cartons.ask_type,
            StationCommand.FINISH: finishing.finish,
            StationCommand.SHORT: finishing.short,
            StationCommand.PRINT_AGAIN: self._papers.print_again,
            StationCommand.ACKNOWLEDGE: self.acknowledge,
            StationCommand.LOG_OUT: self._log_out,
        }
        voice.answer = self._idle()
        voice.changed.connect(self.changed)
        self.scans.scanned.connect(self._take)
        self.scans.waiting_changed.connect(self.changed)
        tasks.changed.connect(self.hear)

    @property
    def waiting(self) -> int:
        """How many scans wait for the station to go on."""
        return len(self.scans.waiting)

    @property
    def is_quiet(self) -> bool:
        """Every scan is answered, or waits behind a stop, and all is written and read."""
        is_through = self.voice.is_stopped or not (self.waiting or self.scans.is_paused)
        return is_through and not self._tasks.is_busy and not self.behind.queue.pending

    def start(self) -> None:
        """Find the station and its bench; scans wait until it is known."""
        code = self._code
        self._gate.hold("station")
        self._tasks.read(
            lambda session: packing_station(session, station=code),
            done=self._settled,
            failed=self._not_settled,
            key="packing-station",
        )

    def _settled(self, station: PackStation) -> None:
        self.bench.station = station
        self.people.is_station(station.login)
        self.bench.begin()
        self.voice.answer = self._idle()
        self.queue.load()
        self._gate.release("station")
        self.changed.emit()

    def _not_settled(self, error: Exception) -> None:
        if isinstance(error, BusinessError):
            self.voice.say(Answer(word_of(error), error.message(), Mood.WRONG))

    def hear(self, changes: Changes) -> None:
        """Somebody changed something; what concerns the open order is shown before a next scan."""
        self._opening.hear(changes)
        if changes.mentions(Kind.PRINT_JOB):
            self._papers.hear()
        if changes.mentions(Kind.ORDER) and not self.bench.is_open:
            self.queue.load()

    def open_order(self, order: int) -> None:
        """Open an order by its id, chosen from the queue or at another desk."""
        if self.people.is_nobody:
            self.people.ask_for_badge("")
        else:
            self._opening.open_id(order)

    def close_order(self) -> None:
        """Put the open order away; it stays started."""
        self.bench.put_away()
        self.voice.say(self._idle())
        self.queue.load()

    def press(self, command: StationCommand) -> None:
        """A key: done at once, or in its turn among the scans that wait."""
        if self.voice.is_stopped and command is not StationCommand.ACKNOWLEDGE:
            return
        if self.scans.is_paused or self.waiting:
            prefix = self.bench.station.prefix if self.bench.station else DEFAULT_PREFIX
            self.scans.put(own_code(OwnCode.COMMAND, command, prefix=prefix))
        else:
            self._do(command)

    def _do(self, command: StationCommand) -> None:
        self.bench.next.typing = None
        self._commands[command]()

    def set_quantity(self, quantity: Decimal) -> bool:
        """So many of the next item, as typed; False when no scan can take so many."""
        why = self._goods.wrong_quantity(quantity)
        if why is not None:
            self.say_quantity_wrong(why.message())
            return False
        self._goods.set_quantity(quantity)
        return True

    def choose_type(self, text: str) -> bool:
        """A carton type was typed: its number in the list, or its code; False for neither."""
        return self._cartons.type_typed(text)

    def say_quantity_wrong(self, why: str) -> None:
        """What was typed is not a quantity; it is asked for again."""
        self.voice.hint(N_("QUANTITY?"), why)

    def stop_typing(self) -> None:
        """The entry line is for codes again."""
        self.bench.next.typing = None
        self.voice.answer = self._idle()
        self.changed.emit()

    def print_commands(self) -> None:
        """The command sheet of this station, on paper."""
        if not self.voice.is_stopped:
            self._papers.print_commands()

    def paper_to_look_at(self) -> PaperToLookAt | None:
        """The paper at hand, before it is printed; the station says when there is none."""
        return None if self.voice.is_stopped else self._papers.look()

    def acknowledge(self) -> None:
        """Go on after a stop; otherwise forget quantity, place and serial that were asked for."""
        # The same label once more still opens that carton.
        self.bench.next = NextScan(reopening=self.bench.next.reopening)
        self.bench.forget_questions()
        self.voice.go_on(self._idle())
        self.behind.reconnect()

    # ------------------------------------------------------------ scans

    def type_code(self, text: str) -> bool:
        """A code typed by hand; False while the station cannot take it (the text stays then)."""
        if self.scans.is_paused or self.scans.waiting:
            return False
        self._take(text)
        return True

    @Slot(str)
    def _take(self, text: str) -> None:
        scan = self.bench.read(text)
        self.bench.next.typing = None
        if scan.command is StationCommand.ACKNOWLEDGE:
            self.acknowledge()
        elif not scan.valid and scan.reason is not None:
            wrong = Wrong(N_("NOT READABLE"), scan.reason, short=N_("not readable"))
            self.voice.stop(wrong, scan.text)
        elif scan.kind is ScanKind.BADGE:
            if self.voice.is_stopped:
                self.acknowledge()
            self.people.sign_on(scan.value)
        elif self.people.is_nobody:
            self.people.ask_for_badge(scan.value)
        else:
            self._give(scan)

    def _give(self, scan: Scan) -> None:
        """To the part of the station that a scan is for."""
        order = self.bench.order
        if scan.carton_type is not None:
            self._cartons.type_scanned(scan.carton_type)
        elif scan.command is not None:
            self._do(scan.command)
        elif scan.kind is ScanKind.QUANTITY and scan.quantity is not None:
            self._goods.quantity_scanned(scan.quantity, scan.text)
        elif scan.kind in _OPENS:
            self._opening.open(_OPENS[scan.kind], scan.value)
        elif scan.kind is ScanKind.BIN:
            self._goods.place_scanned(scan.value)
        elif scan.kind is ScanKind.TRIP:
            wrong = Wrong(N_("NOT HERE"), remark(_A_TRIP, code=scan.value), short=N_("not here"))
            self.voice.stop(wrong, scan.value)
        elif scan.kind in (ScanKind.CARTON, ScanKind.SSCC):
            self._label_scanned(scan.sscc or scan.value, scan.text)
        elif order is None or self.bench.is_done:
            # A bare order number, as customers' papers print it, opens the order too.
            self._opening.open("order", scan.value, otherwise=scan)
        else:
            self._goods.scanned(order, scan)

    def _label_scanned(self, value: str, text: str) -> None:
        """A carton's label: that carton takes the goods, or its order is opened."""
        bench, order = self.bench, self.bench.order
        carton = order.carton_named(value) if order is not None else None
        if carton is not None:
            self._cartons.label_scanned(carton)
        elif order is None or bench.is_done or not bench.is_begun:
            self._opening.open("carton", value)
        else:
            why = remark(_NOT_OF_ORDER, code=value, order=order.number)
            wrong = Wrong(N_("WRONG CARTON"), why, look_up=True, short=N_("wrong carton"))
            self._look_up.stop(wrong, value, text)

    def _passes(self, text: str) -> bool:
        """What comes through a stop: the acknowledgement, and a badge where nobody works yet."""
        scan = self.bench.read(text)
        is_badge = scan.kind is ScanKind.BADGE and scan.valid
        return scan.command is StationCommand.ACKNOWLEDGE or (is_badge and self.people.is_nobody)

    # ------------------------------------------------------------ keys

    def _ask_quantity(self) -> None:
        """A quantity is to be typed, or scanned from the command sheet."""
        self.bench.next.typing = Typing.QUANTITY
        sentence = N_("Type a quantity and press Enter, or scan one.")
        self.voice.hint(N_("QUANTITY?"), sentence)

    def _log_out(self) -> None:
        """Nobody works here any more; what is open stays started."""
        self.people.sign_off()
        self.close_order()

    def _idle(self) -> Answer:
        """What is to be done next."""
        if self.people.is_nobody:
            return Answer(render(N_("Scan your badge")))
        if self.bench.order is None or self.bench.is_done:
            return Answer(render(N_("Scan an order")), render(_OR_CHOOSE))
        return Answer(render(N_("Scan an item")), self.bench.order.number)
