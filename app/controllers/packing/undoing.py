"""The last scan taken back, also when it closed the carton or packed the order."""

from __future__ import annotations

from typing import Any

from app.controllers.packing.answers import Answer, Mood
from app.controllers.packing.behind import WritesBehind
from app.controllers.packing.bench import Bench
from app.controllers.packing.cartons import CartonsAtHand
from app.controllers.packing.voice import StationVoice
from app.core.messages import N_, render
from app.operations.packing import reopen_carton, undo_box, unpack


class Undoing:
    """Takes goods out of the open carton again, one scan at a time."""

    def __init__(
        self, bench: Bench, voice: StationVoice, behind: WritesBehind, cartons: CartonsAtHand
    ) -> None:
        self._bench = bench
        self._voice = voice
        self._behind = behind
        self._cartons = cartons

    def undo(self) -> None:
        """Take the last scan back."""
        bench, carton, closing = self._bench, self._bench.carton, self._bench.closing
        if bench.order is None:
            self._voice.hint(N_("NO ORDER"), N_("Scan an order first."))
        elif carton is not None and carton.contents:
            self._take_out(carton.id)
        elif closing is not None and (closing.shipment_id is not None or not bench.is_done):
            bench.closing = None
            self._open_again(closing.carton_id, closing.shipment_id)
            self._take_out(closing.carton_id, only_after_good=True)
        else:
            self._voice.hint(N_("NOTHING TO UNDO"), N_("Nothing is in the open carton."))

    def _open_again(self, carton: int, shipment: int | None) -> None:
        write = self._behind.write_first
        if shipment is not None:
            write(unpack, lambda: {"shipment": shipment}, self._unpacked, N_("UNDO"))
        write(
            reopen_carton,
            lambda: {"carton": carton},
            lambda _result: None,
            N_("UNDO"),
            only_after_good=True,
        )

    def _take_out(self, carton: int, *, only_after_good: bool = False) -> None:
        self._behind.write_first(
            undo_box,
            lambda: {"carton": self._cartons.real(carton)},
            self._undone,
            N_("UNDO"),
            only_after_good=only_after_good,
        )

    def _unpacked(self, result: Any) -> None:
        self._bench.is_done = False
        self._voice.note(result.shipment, N_("un-packed"))

    def _undone(self, result: Any) -> None:
        places = ", ".join(result.sources)
        fields = {"quantity": -result.quantity, "places": places}
        sentence = render(N_("{quantity} back to {places}."), fields)
        self._voice.note(render(N_("Undone")), sentence)
        self._voice.say(Answer(render(N_("UNDONE")), sentence, Mood.GOOD))
