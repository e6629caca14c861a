"""The state of the counting desk: which bin is open, what was found in it, what a scan meant."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.controllers.scanning import RunsScans, ScanningController
from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_, plain, render
from app.operations.stock import BinCounted, CountAsked, ask_count, cancel_count, count_bin
from app.queries.counting import BinDocument, CountLine, bin_to_count, counting_counts
from app.queries.scans import Scanned

NO_BIN = N_("Scan a bin first, then what lies in it.")
NO_LINE = N_("Scan or choose what {quantity} were counted of first.")
NOT_FOR_COUNTING = N_("{number} is no bin, item or lot. Scan one of these.")
ASK_FOR_IT = N_("{number} is not to be counted in {bin}. Scan it again to count it as well.")
SCANNED_THERE = N_("scanned in the bin")
COUNTED_TOO = N_("{item} in {place} is to be counted too")
COUNTED = N_("{counted} {item} counted")


class CountingController(ScanningController):
    """Counts what is asked for, asks for more, and answers scans.

    Signals:
        line_found: a scan goes to a line of the open bin; arg: CountLine.
    """

    line_found = Signal(object)

    def __init__(self, tasks: TaskRunner, runner: RunsScans, parent: QObject | None = None) -> None:
        super().__init__(
            tasks,
            runner,
            name="counting",
            loads={Kind.LOCATION: lambda session, id: bin_to_count(session, bin=id)},
            counts=counting_counts,
            touched_by=(Kind.COUNT,),
            parent=parent,
        )
        self.document: BinDocument | None = None
        self.line: CountLine | None = None
        """The line a scanned quantity is meant for."""
        self._asked_about = self._meant = (0, 0)
        """The bin and item that were asked about before this scan, and by it."""
        self._awaited = 0
        self.shown.connect(self._remember)
        self.nothing_shown.connect(self._remember_nothing)

    # What a person asks for

    def count_line(self, line: CountLine, counted: Decimal, note: str = "") -> None:
        """So much lies there."""
        self.do(count_bin, count=line.id, counted=counted, note=note)

    def cancel(self, line: CountLine, reason: str) -> None:
        """This need not be counted."""
        self.do(cancel_count, count=line.id, reason=reason)

    def ask(self, bin: int, item: int, reason: str) -> None:
        """Count an item in a bin as well."""
        self.do(ask_count, item=item, location=bin, reason=reason)

    # Scans

    def scan(self, code: str) -> None:
        self._asked_about, self._meant = self._meant, (0, 0)
        super().scan(code)

    def answer_thing(self, thing: Scanned, _more: Any) -> None:
        if thing.kind == Kind.LOCATION:
            self.choose(Kind.LOCATION, thing.id)
            self.scan_good.emit(thing.number)
        elif thing.kind not in (Kind.ITEM, Kind.LOT):
            words = render(NOT_FOR_COUNTING, {"number": thing.number})
            self.scan_wrong.emit(render(N_("not for counting")), words)
        elif self.document is None:
            self.scan_wrong.emit(render(N_("no bin")), render(NO_BIN))
        else:
            self._go_to_line(self.document, thing)

    def _go_to_line(self, bin: BinDocument, scan: Scanned) -> None:
        is_lot = scan.kind == Kind.LOT
        for line in bin.lines:
            if scan.id == (line.lot_id if is_lot else line.item_id):
                self.line_found.emit(line)
                self.scan_good.emit(f"{bin.code}  {line.name}")
                return
        if is_lot or self._asked_about != (bin.id, scan.id):
            self._meant = (bin.id, 0 if is_lot else scan.id)
            words = render(ASK_FOR_IT, {"number": scan.number, "bin": bin.code})
            self.scan_asks.emit(render(N_("not to be counted")), words)
            return

        def tell(asked: CountAsked) -> None:
            self._awaited = scan.id
            fields = {"item": asked.item, "place": asked.place}
            self.scan_good.emit(render(COUNTED_TOO, fields))
            self.reload()

        self._tasks.write(
            lambda: self._runner.do(
                ask_count, item=scan.id, location=bin.id, reason=render(SCANNED_THERE)
            ),
            done=tell,
            refused=self._refuse_scan,
            owner=self,
        )

    def answer_quantity(self, quantity: Decimal) -> None:
        line = self.line
        if line is None:
            words = render(NO_LINE, {"quantity": plain(quantity)})
            self.scan_wrong.emit(render(N_("count of what?")), words)
            return

        def tell(made: BinCounted) -> None:
            self._tell(made)
            fields = {"counted": made.counted, "item": made.item}
            self.scan_good.emit(render(COUNTED, fields))

        self._tasks.write(
            lambda: self._runner.do(count_bin, count=line.id, counted=quantity),
            done=tell,
            refused=self._refuse_scan,
            owner=self,
        )

    def _refuse_scan(self, refusal: BusinessError) -> None:
        self.scan_wrong.emit(render(N_("not counted")), refusal.message())

    def _remember(self, document: Any) -> None:
        self.document = document
        awaited, self._awaited = self._awaited, 0
        for line in document.lines:
            if line.item_id == awaited:
                self.line_found.emit(line)
                return

    def _remember_nothing(self) -> None:
        self.document = self.line = None
