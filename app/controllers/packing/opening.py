"""The order on the bench: opened by a scan, read again when somebody touched it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.controllers.packing.answers import Answer, Mood, left_to_box, word_of
from app.controllers.packing.bench import Bench
from app.controllers.packing.cartons import CartonsAtHand
from app.controllers.packing.gate import ScanGate
from app.controllers.packing.voice import StationVoice
from app.controllers.packing.writing import WriteQueue
from app.controllers.tasks import TaskRunner
from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_, render
from app.queries.packing import order_of_scan, packing_order
from app.rules.packing import (
    CartonState,
    PackOrder,
    Wrong,
    changes_between,
    judge_order,
)
from app.rules.scanning import Scan
from app.rules.scanning.scan import remark

_NO_ORDER = N_("No order is open. Scan an order, a picklist or a carton label.")
_NO_SUCH = N_("There is no {kind} {value}. Check the code.")


class OrderOnBench(QObject):
    """Reads the picture of an order, and again when it changed. Scans wait while it opens.

    A picture that was read while something of our own was still to be written is thrown away:
    it may or may not hold it.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        bench: Bench,
        voice: StationVoice,
        gate: ScanGate,
        writes: WriteQueue,
        cartons: CartonsAtHand,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._bench = bench
        self._voice = voice
        self._gate = gate
        self._writes = writes
        self._cartons = cartons
        self._is_stale = False
        writes.drained.connect(self._drained)

    def open(self, kind: str, value: str, otherwise: Scan | None = None) -> None:
        """Open the order behind a code. `otherwise` is what the scan may be instead."""

        def load(session: Any) -> PackOrder:
            found = order_of_scan(session, kind=kind, value=value)
            return packing_order(session, order=found, station=self._station)

        self._load(load, lambda _error: self._not_opened(kind, value, otherwise))

    def open_id(self, order: int) -> None:
        """Open an order by its id, chosen from the queue or at another desk."""

        def refused(error: BusinessError) -> None:
            wrong = Answer(f"STOP: {word_of(error)}", error.message(), Mood.WRONG)
            self._voice.halt(wrong)

        self._load(
            lambda session: packing_order(session, order=order, station=self._station), refused
        )

    def _load(
        self, load: Callable[[Any], PackOrder], refused: Callable[[BusinessError], None]
    ) -> None:
        def failed(error: Exception) -> None:
            self._gate.release("order")
            if isinstance(error, BusinessError):
                refused(error)

        self._gate.hold("order")
        self._tasks.read(load, done=self._opened, failed=failed, key="packing-open", owner=self)

    @property
    def _station(self) -> int | None:
        return self._bench.station.id if self._bench.station else None

    def _not_opened(self, kind: str, value: str, scan: Scan | None) -> None:
        if scan is None:
            why = remark(_NO_SUCH, kind=kind, value=value)
            self._voice.stop(Wrong(N_("UNKNOWN CODE"), why, short=N_("unknown code")), value)
            return
        order = self._bench.order
        wrong = judge_order(order) if order is not None else None
        if wrong is None:
            wrong = Wrong(N_("NO ORDER"), remark(_NO_ORDER), short=N_("no order is open"))
        self._voice.stop(wrong, scan.value)

    def _opened(self, order: PackOrder) -> None:
        voice = self._voice
        self._gate.release("order")
        wrong = judge_order(order)
        is_only_label = any(each.is_label_stale for each in order.cartons)
        if wrong is not None and not is_only_label:
            voice.stop(wrong, order.number)
            return
        self._use(order)
        self._bench.begin()
        voice.note(order.number, N_("order opened"))
        if wrong is not None:
            voice.stop(wrong, order.number)
            return
        fields = {"customer": order.customer, "left": left_to_box(order)}
        said = N_("{customer}  —  {left} to pack")
        if not order.lines_left:
            said = N_("{customer}  —  all is boxed: finish with F12")
        sentence = render(said, fields)
        if order.comments.strip():
            sentence += f"  —  {order.comments.strip()}"
        voice.say(Answer(order.number, sentence, Mood.GOOD))

    def _use(self, order: PackOrder) -> None:
        """Work on this picture; the newest open carton at the bench takes the goods."""
        bench = self._bench
        kept = self._cartons.named(bench.carton_id)
        here = [c for c in order.cartons if c.state is CartonState.OPEN and c.place == order.bench]
        newest = here[-1].id if here else None
        bench.order = order
        bench.carton_id = next((c.id for c in here if c.id == kept), newest)

    def hear(self, changes: Changes) -> None:
        """Somebody changed something: what concerns the open order is read again."""
        order = self._bench.order
        if order is not None and (
            changes.mentions(Kind.ORDER, order.id)
            or any(changes.mentions(Kind.STOCK, item) for item in order.items)
        ):
            self._is_stale = True
            self._read_again()

    def _drained(self) -> None:
        self._is_stale = True
        self._read_again()

    def _read_again(self) -> None:
        """Read the picture again once nothing of our own is still to be written."""
        order, writes = self._bench.order, self._writes
        if order is None:
            self._gate.release("writing")
            return
        if writes.pending or not self._is_stale:
            return
        given, id, station = writes.given, order.id, self._station
        self._is_stale = False
        self._tasks.read(
            lambda session: packing_order(session, order=id, station=station),
            done=lambda read: self._read(read, given),
            failed=self._not_read,
            key="packing-again",
            owner=self,
        )

    def _read(self, order: PackOrder, given: int) -> None:
        bench, voice = self._bench, self._voice
        before = bench.order
        if before is None or before.id != order.id:
            self._gate.release("writing")
            return
        if given != self._writes.given or self._writes.pending:
            self._is_stale = True
            self._read_again()
            return
        self._use(order)
        self._gate.release("writing")
        news = () if bench.is_done else changes_between(before, order)
        if news:
            voice.note(order.number, N_("changed by somebody else"), Mood.ATTENTION)
            sentence = " ".join(each.message() for each in news)
            voice.tell_news(Answer(render(N_("ORDER CHANGED")), sentence, Mood.ATTENTION))
        voice.changed.emit()

    def _not_read(self, error: Exception) -> None:
        self._gate.release("writing")
        if isinstance(error, BusinessError):
            self._voice.say(Answer(word_of(error), error.message(), Mood.ATTENTION))
