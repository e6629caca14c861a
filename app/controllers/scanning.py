"""Scans: the queue between scanners and a desk, and what desks that answer scans share."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from app.controllers.document_desk import DocumentController
from app.core.clock import now
from app.core.errors import BusinessError, DatabaseUnreachable
from app.core.messages import N_, render
from app.gateways.sound import Sound, Sounds, SystemSounds
from app.operations.run import Command, verb_of
from app.operations.scanning import LONGEST_CODE, ScanNote, note_wrong_scans
from app.queries.scans import Scanned, scanned
from app.rules.scanning.scan import readable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.controllers.tasks import TaskRunner

STORED_AFTER_MS = 2000
"""How long nothing else is to be done before wrong scans are stored."""
MOST_KEPT = 1000
"""Wrong scans that wait for a database that does not answer; the oldest are let go."""
AT_ONCE = 100
"""Scans in one command."""

NO_QUANTITY = N_("A quantity means nothing here. Scan a code of a thing.")


class RunsCommand(Protocol):
    """Runs a command that has an identity already, and says whose it is."""

    def run(self, command: Command) -> Any: ...


class RunsScans(RunsCommand, Protocol):
    """The same, and verbs as fresh commands."""

    def do(self, function: Callable[..., Any], /, **arguments: Any) -> Any: ...


class ScanQueue(QObject):
    """Hands scans to one station, one at a time, in the order in which they were read.

    A scan that arrives while another is being answered, or while the queue is paused, waits.
    Each serial scanner has a queue of its own; keyboard wedges share their window's.
    """

    scanned = Signal(str)
    """The next scan. The following one comes only after its receivers have returned."""

    waiting_changed = Signal(int)
    """How many scans wait while the queue is paused."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[str] = deque()
        self._is_paused = False
        self._is_delivering = False
        self._lets_through: Callable[[str], bool] | None = None
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._deliver_next)

    @property
    def is_paused(self) -> bool:
        """True between `pause` and `resume`."""
        return self._is_paused

    @property
    def waiting(self) -> tuple[str, ...]:
        """The scans not yet handed over, oldest first."""
        return tuple(self._waiting)

    @Slot(str)
    def put(self, text: str) -> None:
        """Take in a scan. Connect a scanner's signal here; from another thread it is queued."""
        if self._is_paused and self._lets_through is not None and self._lets_through(text):
            self.scanned.emit(text)
            return
        self._waiting.append(text)
        if self._is_paused:
            self.waiting_changed.emit(len(self._waiting))
        else:
            self._turn.start()

    def pause(self, lets_through: Callable[[str], bool] | None = None) -> None:
        """Stop handing over: the station shows a wrong scan until it is acknowledged.

        A scan for which `lets_through` is true (the acknowledge command), new or read already,
        is handed over ahead of those waiting; the station then calls `resume`.
        """
        self._is_paused = True
        self._lets_through = lets_through
        if self._let_through() is not None:
            self._turn.start()
        else:
            self._turn.stop()

    def resume(self) -> None:
        """Go on with the scans that waited."""
        self._is_paused = False
        self._lets_through = None
        if self._waiting:
            self._turn.start()

    @Slot()
    def _deliver_next(self) -> None:
        number = self._let_through() if self._is_paused else 0
        if self._is_delivering or not self._waiting or number is None:
            return
        scan = self._waiting[number]
        del self._waiting[number]
        self._is_delivering = True
        try:
            self.scanned.emit(scan)
        finally:
            self._is_delivering = False
        if self._waiting and not self._is_paused:
            self._turn.start()

    def _let_through(self) -> int | None:
        """Which of the waiting scans may pass while the queue is paused."""
        if self._lets_through is None:
            return None
        passing = self._lets_through
        return next((n for n, each in enumerate(self._waiting) if passing(each)), None)


class WrongScans(QObject):
    """Remembers scans that led nowhere, and stores them when nothing else is to be done.

    Nobody waits for it: a scan is answered first, the note of it is written when the window has
    been quiet for a moment, and again later when the database does not answer.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        runner: RunsCommand,
        desk: str,
        *,
        operator: Callable[[], str | None] = lambda: None,
        parent: QObject | None = None,
    ) -> None:
        """`operator` is who scans, where a badge said so."""
        super().__init__(parent)
        self._tasks, self._runner, self._desk, self._operator = tasks, runner, desk, operator
        self._waiting: deque[tuple[str | None, ScanNote]] = deque(maxlen=MOST_KEPT)
        self._under_way: Command | None = None
        self._later = QTimer(self, singleShot=True, interval=STORED_AFTER_MS)
        self._later.timeout.connect(self._store_when_quiet)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.store)

    @property
    def waiting(self) -> int:
        """How many are not stored yet."""
        return len(self._waiting)

    def note(self, code: str, word: str, reason: str = "") -> None:
        """A scan was answered with a stop: its text, the large word and the sentence."""
        note = ScanNote(now(), readable(code[:LONGEST_CODE]), word, readable(reason))
        self._waiting.append((self._operator(), note))
        self._later.start()

    @Slot()
    def store(self) -> None:
        """Store what waits, in the names of those who scanned."""
        if self._under_way is None:
            self._under_way = self._next()
        if self._under_way is not None:
            command = self._under_way
            self._tasks.write(
                lambda: self._runner.run(command),
                done=self._stored,
                refused=self._not_stored,
                owner=self,
            )

    def _store_when_quiet(self) -> None:
        if self._tasks.is_busy:
            self._later.start()
        else:
            self.store()

    def _next(self) -> Command | None:
        """One person's next scans as one command."""
        if not self._waiting:
            return None
        operator = self._waiting[0][0]
        scans: list[ScanNote] = []
        while self._waiting and self._waiting[0][0] == operator and len(scans) < AT_ONCE:
            scans.append(self._waiting.popleft()[1])
        verb = verb_of(note_wrong_scans)
        arguments = verb.arguments(desk=self._desk, scans=tuple(scans))
        return Command(verb, arguments, operator=operator)

    def _stored(self, _noted: Any) -> None:
        self._under_way = None
        if self._waiting:
            self._later.start()

    def _not_stored(self, refusal: BusinessError) -> None:
        """The same command again when the database is back; a refused one is let go."""
        if not isinstance(refusal, DatabaseUnreachable):
            self._under_way = None
        if self._waiting or self._under_way is not None:
            self._later.start()


class ScanningController(DocumentController):
    """A desk of documents at which codes are scanned; each scan gets one of these answers, heard
    as well as seen.

    Signals:
        scan_good: a scan did what it should; arg: a sentence.
        scan_asks: a scan is to be repeated if it is meant; args: a word, a sentence.
        scan_wrong: a scan that leads nowhere; args: a word, a sentence.
        command_scanned: arg: StationCommand.
    """

    scan_good = Signal(str)
    scan_asks = Signal(str, str)
    scan_wrong = Signal(str, str)
    command_scanned = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        runner: RunsScans,
        *,
        name: str,
        sounds: Sounds | None = None,
        parent: QObject | None = None,
        **asked: Any,
    ) -> None:
        """`sounds` are the system's unless others are given; `asked` as for the base."""
        super().__init__(tasks, runner, name=name, parent=parent, **asked)
        self.sounds = sounds or SystemSounds()
        self.scan_good.connect(lambda _sentence: self.sounds.play(Sound.GOOD))
        self.scan_asks.connect(lambda _word, _sentence: self.sounds.play(Sound.WRONG))
        self.scan_wrong.connect(lambda _word, _sentence: self.sounds.play(Sound.WRONG))
        self.wrong_scans = WrongScans(tasks, runner, name, parent=self)
        self._code = ""
        self.scan_wrong.connect(self._note_wrong)

    def scan(self, code: str) -> None:
        """Answer one scanned code; the next is asked about after that."""
        self._code = code
        self._tasks.read(
            lambda session: self._read(session, code),
            done=self._answer_scan,
            failed=self._fail_scan,
        )

    # What a desk of its own says

    def read_more(self, session: Session, thing: Scanned) -> Any:
        """What else the desk needs of a scanned thing, read with it. Off the window's thread."""

    def answer_thing(self, thing: Scanned, more: Any) -> None:
        """A thing was scanned: do what it means here; `more` is what `read_more` read."""
        raise NotImplementedError

    def answer_quantity(self, _quantity: Decimal) -> None:
        """A quantity was scanned."""
        self.scan_wrong.emit(render(N_("no quantity")), render(NO_QUANTITY))

    # Within

    def _read(self, session: Session, code: str) -> tuple[Scanned, Any]:
        found = scanned(session, code)
        return found, self.read_more(session, found) if found.kind else None

    def _answer_scan(self, read: tuple[Scanned, Any]) -> None:
        found, more = read
        if found.command is not None:
            self.command_scanned.emit(found.command)
        elif found.quantity is not None:
            self.answer_quantity(found.quantity)
        elif not found.kind:
            self.scan_wrong.emit(render(N_("unknown")), found.reason)
        else:
            self.answer_thing(found, more)

    def _fail_scan(self, error: Exception) -> None:
        self.scan_wrong.emit(render(N_("unknown")), str(error))

    def _note_wrong(self, word: str, sentence: str) -> None:
        self.wrong_scans.note(self._code, word, sentence)
