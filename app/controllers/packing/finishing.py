"""The end of an order at the bench: what is short, and the finish.

What leaves something open is done at the second time of asking.
"""

from __future__ import annotations

from typing import Any

from app.controllers.packing.answers import Answer, Mood, left_to_box
from app.controllers.packing.behind import WritesBehind
from app.controllers.packing.bench import Bench
from app.controllers.packing.cartons import CartonsAtHand
from app.controllers.packing.voice import StationVoice
from app.core.messages import N_, render
from app.operations.packing import finish, say_short
from app.rules.packing import CartonState, Wrong
from app.rules.scanning.scan import remark

_SHIPS_COMPLETE = N_("Order {order} ships complete, with {left} still to be boxed.")
_AGAIN = N_("Press {key} again, or scan the command again, to do it.")


class Finishing:
    """Says lines short and finishes: packed, or to the lane for our own truck."""

    def __init__(
        self, bench: Bench, voice: StationVoice, behind: WritesBehind, cartons: CartonsAtHand
    ) -> None:
        self._bench = bench
        self._voice = voice
        self._behind = behind
        self._cartons = cartons

    def short(self) -> None:
        """Say that the rest of a line is not there; its promises in bins are given back."""
        bench = self._bench
        order = self._voice.open_order()
        if order is None:
            return
        line = next((x for x in order.lines if x.item_id == bench.item_id and x.room > 0), None)
        line = line or next((x for x in order.lines if x.room > 0), None)
        if line is None:
            self._voice.hint(N_("NOTHING SHORT"), N_("Everything of this order is boxed."))
            return
        id, item = line.id, order.items[line.item_id]
        fields = {"item": item.number, "name": item.name, "left": line.room}
        if bench.question != ("short", id):
            bench.question = ("short", id)
            sentence = render(N_("{left} of {item} {name} are not there?"), fields)
            self._ask(N_("SHORT?"), sentence, "F8")
            return
        bench.question = None

        def said(_result: Any) -> None:
            sentence = render(N_("{left} of {item} stay open."), fields)
            self._voice.note(item.number, render(N_("short {left}"), fields), Mood.ATTENTION)
            bench.shorts.add(id)
            self._voice.hint(N_("SHORT"), sentence)

        self._behind.write_first(say_short, lambda: {"line": id}, said, N_("SHORT"))

    def finish(self) -> None:
        """Close what is open and finish: packed, or to the lane for our own truck."""
        bench = self._bench
        order = self._voice.open_order()
        if order is None:
            return
        here = [each for each in order.cartons if each.contents and each.place == order.bench]
        if not here:
            sentence = N_("Nothing of this order is in a carton here.")
            self._voice.hint(N_("NOTHING BOXED"), sentence)
            return
        open_lines = [each for each in order.lines if each.room > 0]
        fields = {"order": order.number, "left": left_to_box(order)}
        if open_lines and order.ship_complete and order.delivery_kind != "own_truck":
            why = remark(_SHIPS_COMPLETE, **fields)
            wrong = Wrong(N_("NOT COMPLETE"), why, short=N_("not complete"))
            self._voice.stop(wrong, order.number)
            return
        is_said = all(each.id in bench.shorts for each in open_lines)
        if not is_said and bench.question != ("finish", order.id):
            bench.question = ("finish", order.id)
            self._ask(N_("FINISH SHORT?"), render(N_("Not boxed: {left}."), fields), "F12")
            return
        bench.question = None
        for carton in here:
            if carton.state is CartonState.OPEN:
                self._cartons.close(carton, quietly=True)
        id = order.id
        self._behind.write_first(
            finish,
            lambda: {"order": id},
            lambda result: self.finished(id, result),
            N_("FINISH"),
            only_after_good=True,
        )

    def finished(self, order: int, result: Any) -> None:
        """The goods left, or went to the lane; the next order can come."""
        bench, voice = self._bench, self._voice
        if result.packed:
            word, fields = N_("PACKED"), {"what": result.shipment}
            said = N_("{what} is complete. Scan the next order.")
            if bench.order is not None and bench.order.id == order and bench.order.lines_left:
                said = N_("{what} goes out. Still open: {left}. Scan the next order.")
                fields["left"] = left_to_box(bench.order)
            sentence = render(said, fields)
            voice.note(str(result.shipment), N_("packed"), Mood.DONE)
        else:
            word, fields = N_("TO LANE {lane}"), {"lane": result.lane}
            sentence = render(N_("Bring the cartons to lane {lane}, then scan an order."), fields)
            voice.note(str(result.lane), N_("cartons go to this lane"), Mood.DONE)
        if bench.order is None or bench.order.id != order:
            return
        bench.is_done = True
        bench.carton_id = None
        voice.say(Answer(render(word, fields), sentence, Mood.DONE))

    def _ask(self, word: str, sentence: str, key: str) -> None:
        self._voice.hint(word, f"{sentence} {render(_AGAIN, {'key': key})}")
