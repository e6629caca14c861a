"""Who works at the station: by their badge, or the person whose window it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.controllers.packing.answers import Answer, Mood, word_of
from app.core.errors import BusinessError, NotFound
from app.core.messages import N_, render
from app.queries.packing import Operator, operator_by_badge
from app.rules.packing import Wrong
from app.rules.scanning.scan import remark

if TYPE_CHECKING:
    from app.controllers.packing.station import PackingController

_NOBODY = N_("Nobody has signed on here. Scan your badge.")
_NOBODYS = N_("Nobody has the badge {badge}. Ask the administrator.")


class PeopleAtStation(QObject):
    """The operator of the station. What is scanned is written under their name."""

    def __init__(self, bench: PackingController, person: str) -> None:
        super().__init__(bench)
        self._bench = bench
        self.operator: Operator | None = Operator(bench.actor.login, person)

    @property
    def is_nobody(self) -> bool:
        """Nobody has said who works here."""
        return self.operator is None

    @property
    def written_as(self) -> str | None:
        """The login that commands carry as operator; None for the window's own."""
        login = self.operator.login if self.operator else None
        return None if login == self._bench.actor.login else login

    def ask_for_badge(self, code: str) -> None:
        """Nothing is done here in nobody's name."""
        wrong = Wrong(N_("NO OPERATOR"), remark(_NOBODY), short=N_("nobody signed on"))
        self._bench.stop(wrong, code)

    def sign_on(self, badge: str) -> None:
        """Somebody scanned their badge; scans wait until it is known whose it is."""
        self._bench.hold("badge")
        self._bench.tasks.read(
            lambda session: operator_by_badge(session, badge=badge),
            done=self._known,
            failed=lambda error: self._unknown(badge, error),
            key="packing-badge",
            owner=self,
        )

    def _known(self, operator: Operator) -> None:
        bench = self._bench
        self.operator = operator
        bench.release("badge")
        bench.note(operator.name, N_("works here now"))
        is_open = bench.order is not None and not bench.is_done
        sentence = render(N_("Scan an item") if is_open else N_("Scan an order"))
        bench.say(Answer(operator.name, sentence, Mood.GOOD))

    def _unknown(self, badge: str, error: Exception) -> None:
        bench = self._bench
        bench.release("badge")
        if isinstance(error, NotFound):
            why = remark(_NOBODYS, badge=badge)
            bench.stop(Wrong(N_("UNKNOWN BADGE"), why, short=N_("unknown badge")), badge)
        elif isinstance(error, BusinessError):
            bench.halt(Answer(f"STOP: {word_of(error)}", error.message(), Mood.WRONG))
