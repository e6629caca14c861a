"""Labels once more: the last carton's, or those that became wrong."""

from __future__ import annotations

from typing import Any

from app.controllers.packing.answers import Answer, Mood
from app.controllers.packing.behind import WritesBehind
from app.controllers.packing.bench import Bench
from app.controllers.packing.cartons import carton_name
from app.controllers.packing.voice import StationVoice
from app.core.messages import N_, render
from app.operations.packing import print_label
from app.rules.packing import CartonState, PackCarton


class Labels:
    """Asks for paper from the bench."""

    def __init__(self, bench: Bench, voice: StationVoice, behind: WritesBehind) -> None:
        self._bench = bench
        self._voice = voice
        self._behind = behind

    def print_again(self) -> None:
        """The last carton's label once more; labels that became wrong first."""
        order = self._bench.order
        if order is None:
            self._voice.hint(N_("NO ORDER"), N_("Scan an order, then print its label again."))
            return
        stale = [each for each in order.cartons if each.is_label_stale]
        made = stale or [each for each in order.cartons if each.state is not CartonState.OPEN]
        if not made:
            sentence = N_("A label is printed when its carton is closed.")
            self._voice.hint(N_("NO LABEL YET"), sentence)
            return
        for carton in stale or made[-1:]:
            self._print(carton)

    def _print(self, carton: PackCarton) -> None:
        def printed(_result: Any) -> None:
            self._voice.note(carton_name(carton.number), N_("label again"))
            if not self._voice.is_stopped:
                sentence = carton_name(carton.number)
                self._voice.say(Answer(render(N_("PRINTED AGAIN")), sentence, Mood.GOOD))

        self._behind.write_first(print_label, lambda: {"carton": carton.id}, printed, N_("PRINT"))
