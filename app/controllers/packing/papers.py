"""Paper from the bench: labels once more, the command sheet, and what did not come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from app.controllers.packing.answers import Answer, Mood
from app.controllers.packing.behind import WritesBehind
from app.controllers.packing.bench import Bench
from app.controllers.packing.cartons import carton_name
from app.controllers.packing.voice import StationVoice
from app.controllers.tasks import TaskRunner
from app.core.messages import N_, render
from app.operations.packing import print_label
from app.operations.printing import print_command_sheet
from app.queries.packing import PaperFailed, failed_papers
from app.rules.packing import CartonState, PackCarton, PackOrder
from app.rules.printing import DocumentKind

_NAMES = {
    DocumentKind.CARTON_LABEL: N_("Carton label"),
    DocumentKind.PACKING_SLIP: N_("Packing slip"),
    DocumentKind.COMMAND_SHEET: N_("Command sheet"),
}
LABEL_COMES = N_("A label is printed when its carton is closed.")
NOT_A_STATION = N_("This bench is no station yet. Enter it as one in Administration.")
_AGAIN = N_("Then print it again with F9.")


@dataclass(frozen=True, slots=True)
class PaperToLookAt:
    """A paper by its kind and what it is about, and how it is printed from here."""

    document: DocumentKind
    subject: int
    print_it: Callable[[], None]


class PaperAtBench(QObject):
    """Asks for paper, and stops the station when it is not printed: no carton leaves unlabelled.

    `station` is the code under which the paper is asked for; None where nothing is told back.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        bench: Bench,
        voice: StationVoice,
        behind: WritesBehind,
        station: str | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._bench = bench
        self._voice = voice
        self._behind = behind
        self._station = station
        self._told = 0

    def look(self) -> PaperToLookAt | None:
        """The label that would be printed again; without an order the command sheet."""
        order, station = self._bench.order, self._bench.station
        if order is not None:
            labels = self._labels(order)
            if not labels:
                self._voice.hint(N_("NO LABEL YET"), LABEL_COMES)
                return None
            carton = labels[0]
            print_it = partial(self._print, carton)
            return PaperToLookAt(DocumentKind.CARTON_LABEL, carton.id, print_it)
        if station is None or station.id is None:
            self._voice.hint(N_("NO STATION"), NOT_A_STATION)
            return None
        return PaperToLookAt(DocumentKind.COMMAND_SHEET, station.id, self.print_commands)

    def print_again(self) -> None:
        """The last carton's label once more; labels that became wrong first."""
        order = self._bench.order
        if order is None:
            self._voice.hint(N_("NO ORDER"), N_("Scan an order, then print its label again."))
            return
        labels = self._labels(order)
        if not labels:
            self._voice.hint(N_("NO LABEL YET"), LABEL_COMES)
        for carton in labels:
            self._print(carton)

    def _labels(self, order: PackOrder) -> list[PackCarton]:
        """The cartons whose labels became wrong, else the one that was closed last."""
        stale = [each for each in order.cartons if each.is_label_stale]
        closed = [each for each in order.cartons if each.state is not CartonState.OPEN]
        return stale or closed[-1:]

    def _print(self, carton: PackCarton) -> None:
        def printed(_result: Any) -> None:
            self._voice.note(carton_name(carton.number), N_("label again"))
            if not self._voice.is_stopped:
                sentence = carton_name(carton.number)
                self._voice.say(Answer(render(N_("PRINTED AGAIN")), sentence, Mood.GOOD))

        self._behind.write_first(print_label, lambda: {"carton": carton.id}, printed, N_("PRINT"))

    def print_commands(self) -> None:
        """The sheet with the barcodes of all commands."""
        station = self._bench.station
        if station is None or station.id is None:
            self._voice.hint(N_("NO STATION"), NOT_A_STATION)
            return
        id = station.id

        def asked(_result: Any) -> None:
            self._voice.note(render(N_("Command sheet")), N_("is being printed"))
            sentence = render(N_("It comes out of the printer for documents."))
            self._voice.say(Answer(render(N_("COMMAND SHEET")), sentence, Mood.GOOD))

        self._behind.write_first(print_command_sheet, lambda: {"station": id}, asked, N_("PRINT"))

    def hear(self) -> None:
        """A print job ended somewhere: was it ours, and did it fail?"""
        code, station = self._station, self._bench.station
        if code is None or station is None:
            return
        after = max(self._told, station.last_paper)
        self._tasks.read(
            lambda session: failed_papers(session, station=code, after=after),
            done=self._failed,
            failed=lambda _error: None,
            key="packing-paper",
            owner=self,
        )

    def _failed(self, papers: tuple[PaperFailed, ...]) -> None:
        new = [each for each in papers if each.job_id > self._told]
        if not new:
            return
        self._told = new[-1].job_id
        for each in new:
            name = render(_NAMES.get(each.document, N_("Paper")))
            self._voice.note(name, N_("not printed"), Mood.WRONG)
        why = " ".join(dict.fromkeys(each.why for each in new))
        is_label = any(each.document is DocumentKind.CARTON_LABEL for each in new)
        word = N_("NO LABEL") if is_label else N_("NOT PRINTED")
        sentence = f"{why} {render(_AGAIN)}" if is_label else why
        self._voice.tell_news(Answer(f"STOP: {render(word)}", sentence, Mood.WRONG))
