"""What a code that is not on the order is: asked of the database after the stop, said better."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from app.controllers.packing.answers import Answer, Mood
from app.controllers.packing.bench import Bench
from app.controllers.packing.voice import StationVoice
from app.controllers.tasks import TaskRunner
from app.core.messages import N_, render
from app.queries.scans import ScanSettings, resolved
from app.rules.packing import OTHER_ITEM, UNKNOWN_CODE, Wrong
from app.rules.scanning.scan import remark

_OTHER_CARTON = N_("This carton is of order {other}, not {order}. Take it away.")


class CodeLookUp(QObject):
    """Stops the station at once, and says what the code is when the database has answered."""

    def __init__(
        self, tasks: TaskRunner, bench: Bench, voice: StationVoice, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._bench = bench
        self._voice = voice

    def stop(self, wrong: Wrong, code: str, text: str) -> None:
        """Stop on a wrong scan; where the database may know more, ask it.

        `code` is what is shown, `text` the scan as it was read.
        """
        stands = self._voice.stop(wrong, code)
        station, order = self._bench.station, self._bench.order
        if not wrong.look_up or station is None or order is None:
            return
        settings = ScanSettings(station.prefix, station.company_prefix, self._bench.today)
        entry, number = self._voice.last.entries[0], order.number

        def better(found: dict[str, Any]) -> None:
            thing = found["resolved"]
            if self._voice.answer is not stands or not self._voice.is_stopped:
                return
            if thing is None:
                word, why = N_("UNKNOWN CODE"), remark(UNKNOWN_CODE, code=code)
                entry.words = render(N_("unknown code"))
            elif thing["type"] == "carton":
                word = N_("WRONG CARTON")
                why = remark(_OTHER_CARTON, other=thing["label"], order=number)
            else:
                word = N_("WRONG ITEM")
                item, name = thing["number"], thing["label"]
                why = remark(OTHER_ITEM, item=item, name=name, order=number)
            self._voice.answer = Answer(f"STOP: {render(word)}", why.message(), Mood.WRONG)
            self._voice.changed.emit()

        self._tasks.read(
            lambda session: resolved(session, settings, text),
            done=better,
            failed=lambda _error: None,
            key="packing-look-up",
            owner=self,
        )
