"""Who works at the station: by their badge, or the person whose window it is."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.controllers.packing.answers import Answer, Mood, word_of
from app.controllers.packing.bench import Bench
from app.controllers.packing.gate import ScanGate
from app.controllers.packing.voice import StationVoice
from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError, NotFound
from app.core.messages import N_, render
from app.queries.packing import Operator, operator_by_badge
from app.rules.packing import Wrong
from app.rules.scanning.scan import remark

_NOBODY = N_("Nobody has signed on here. Scan your badge.")
_NOBODYS = N_("Nobody has the badge {badge}. Ask the administrator.")


class PeopleAtStation(QObject):
    """The operator of the station. What is scanned here is written under their name.

    A badge says who works at this bench, not who sits at the window: what the other desks of
    the window write stays in the name of its login, which nobody at the bench answers for.
    So the operator goes with each command of the station, and never with the window.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        bench: Bench,
        voice: StationVoice,
        gate: ScanGate,
        window: Operator,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._bench = bench
        self._voice = voice
        self._gate = gate
        self._window = window
        self.operator: Operator | None = window

    @property
    def is_nobody(self) -> bool:
        """Nobody has said who works here."""
        return self.operator is None

    @property
    def written_as(self) -> str | None:
        """The login that commands carry as operator; None for the window's own."""
        login = self.operator.login if self.operator else None
        return None if login == self._window.login else login

    def is_station(self, login: str | None) -> None:
        """The station has a login of its own: if the window's is that, a badge is needed."""
        if login is not None and login == self._window.login:
            self.operator = None

    def ask_for_badge(self, code: str) -> None:
        """Nothing is done here in nobody's name."""
        wrong = Wrong(N_("NO OPERATOR"), remark(_NOBODY), short=N_("nobody signed on"))
        self._voice.stop(wrong, code)

    def sign_off(self) -> None:
        """Nobody works here any more."""
        self.operator = None
        self._voice.note(N_("Logged out"), "")

    def sign_on(self, badge: str) -> None:
        """Somebody scanned their badge; scans wait until it is known whose it is."""
        self._gate.hold("badge")
        self._tasks.read(
            lambda session: operator_by_badge(session, badge=badge),
            done=self._known,
            failed=lambda error: self._unknown(badge, error),
            key="packing-badge",
            owner=self,
        )

    def _known(self, operator: Operator) -> None:
        self.operator = operator
        self._gate.release("badge")
        self._voice.note(operator.name, N_("works here now"))
        sentence = render(N_("Scan an item") if self._bench.is_open else N_("Scan an order"))
        self._voice.say(Answer(operator.name, sentence, Mood.GOOD))

    def _unknown(self, badge: str, error: Exception) -> None:
        self._gate.release("badge")
        if isinstance(error, NotFound):
            why = remark(_NOBODYS, badge=badge)
            self._voice.stop(Wrong(N_("UNKNOWN BADGE"), why, short=N_("unknown badge")), badge)
        elif isinstance(error, BusinessError):
            wrong = Answer(f"STOP: {word_of(error)}", error.message(), Mood.WRONG)
            self._voice.halt(wrong)
