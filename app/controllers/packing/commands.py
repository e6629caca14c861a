"""What the station's keys and command barcodes do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.controllers.packing.answers import Answer, Mood, word_of
from app.controllers.packing.cartons import carton_name
from app.core.errors import BusinessError
from app.core.messages import N_, plain, render
from app.operations.packing import (
    close_carton,
    finish,
    print_label,
    reopen_carton,
    say_short,
    undo_box,
    unpack,
)
from app.rules.packing import CartonState, PackCarton, PackOrder, Wrong, judge_order
from app.rules.scanning import StationCommand
from app.rules.scanning.scan import remark

if TYPE_CHECKING:
    from app.controllers.packing.station import PackingController

_SHIPS_COMPLETE = N_("Order {order} ships complete and {left} are not boxed. Box them too.")
_AGAIN = N_("Press {key} again, or scan the command again, to do it.")


class BenchCommands:
    """Undo, quantity, cartons, short, print again, finish, log out.

    What leaves something open (short, finishing short) is done at the second time of asking.
    """

    def __init__(self, bench: PackingController) -> None:
        self._bench = bench
        self._asked: tuple[str, int] | None = None
        self._closed: int | None = None
        self._shipment: int | None = None
        self._done: dict[StationCommand, Callable[[], None]] = {
            StationCommand.QUANTITY: bench.ask_quantity,
            StationCommand.UNDO: self.undo,
            StationCommand.NEW_CARTON: self.new_carton,
            StationCommand.CLOSE_CARTON: self.close_carton,
            StationCommand.FINISH: self.finish,
            StationCommand.SHORT: self.short,
            StationCommand.PRINT_AGAIN: self.print_again,
            StationCommand.ACKNOWLEDGE: bench.acknowledge,
            StationCommand.LOG_OUT: self.log_out,
        }

    def do(self, command: StationCommand) -> None:
        """Do what a key or a command barcode says."""
        self._done[command]()

    def forget(self) -> None:
        """Something else was scanned: a question asked before is no longer open."""
        self._asked = self._closed = self._shipment = None

    # ------------------------------------------------------------ cartons

    def undo(self) -> None:
        """Take the last scan out again, also when it closed the carton or packed the order."""
        bench, carton = self._bench, self._bench.carton
        closed, shipment = self._closed, self._shipment
        if bench.order is None:
            self._say(N_("NO ORDER"), N_("Scan an order first."))
        elif carton is not None and carton.contents:
            self._take_out(carton.id)
        elif closed is not None and (shipment is not None or not bench.is_done):
            self._closed = self._shipment = None
            if shipment is not None:
                self._write(unpack, lambda: {"shipment": shipment}, self._unpacked, N_("UNDO"))
            arguments = {"carton": closed}
            self._write(
                reopen_carton,
                lambda: arguments,
                lambda _result: None,
                N_("UNDO"),
                only_after_good=True,
            )
            self._take_out(closed, only_after_good=True)
        else:
            self._say(N_("NOTHING TO UNDO"), N_("Nothing is in the open carton."))

    def _take_out(self, carton: int, *, only_after_good: bool = False) -> None:
        cartons = self._bench.cartons
        self._write(
            undo_box,
            lambda: {"carton": cartons.real(carton)},
            self._undone,
            N_("UNDO"),
            only_after_good=only_after_good,
        )

    def _unpacked(self, result: Any) -> None:
        self._bench.is_done = False
        self._bench.note(result.shipment, N_("un-packed"))

    def last_scan_closed(self, carton: int, shipment: int | None) -> None:
        """The last scan closed this carton, and packed the order if there is a shipment."""
        self._closed, self._shipment = carton, shipment

    def _undone(self, result: Any) -> None:
        places = ", ".join(result.sources)
        fields = {"quantity": -result.quantity, "places": places}
        sentence = render(N_("{quantity} back to {places}."), fields)
        self._bench.note(render(N_("Undone")), sentence)
        self._bench.say(Answer(render(N_("UNDONE")), sentence, Mood.GOOD))

    def close_carton(self) -> None:
        """Close the open carton; its label is sent."""
        order, carton = self._open_order(), self._bench.carton
        if order is None:
            return
        if carton is None or not carton.contents:
            self._say(N_("CARTON EMPTY"), N_("There is nothing in a carton to close."))
            return
        self._close(carton)

    def _close(self, carton: PackCarton, *, quietly: bool = False) -> None:
        """`quietly` when something else is answered: the next carton, or the finish."""
        bench, id, number = self._bench, carton.id, carton.number

        def closed(_result: Any) -> None:
            bench.note(carton_name(number), N_("closed, label sent"))
            if quietly:
                return
            sentence = render(N_("Its label is being printed."))
            bench.say(Answer(render(N_("CARTON CLOSED")), sentence, Mood.GOOD))

        bench.carton_id = None
        self._write(close_carton, lambda: {"carton": bench.cartons.real(id)}, closed, N_("CARTON"))

    def new_carton(self) -> None:
        """Close the open carton, if anything is in it, and begin the next."""
        bench, carton = self._bench, self._bench.carton
        if self._open_order() is None:
            return
        if carton is not None and not carton.contents:
            name = carton_name(carton.number)
            self._say(name, N_("This carton is new and empty already."))
            return
        if carton is not None:
            self._close(carton, quietly=True)
        bench.cartons.open_new()
        opened = bench.carton
        assert opened is not None
        bench.say(Answer(carton_name(opened.number), render(N_("opened")), Mood.GOOD))

    def reopen(self, carton: PackCarton) -> None:
        """Open a closed carton again; it takes the goods."""
        bench = self._bench

        def reopened(_result: Any) -> None:
            bench.carton_id = carton.id
            bench.note(carton_name(carton.number), N_("open again"))
            sentence = render(N_("Open again. Its old label is no longer right."))
            bench.say(Answer(carton_name(carton.number), sentence, Mood.GOOD))

        bench.reopening = None
        bench.carton_id = carton.id
        self._write(reopen_carton, lambda: {"carton": carton.id}, reopened, N_("CARTON"))

    # ------------------------------------------------------------ the order

    def short(self) -> None:
        """Say that the rest of a line is not there; its promises in bins are given back."""
        bench = self._bench
        order = self._open_order()
        if order is None:
            return
        line = next((x for x in order.lines if x.item_id == bench.item_id and x.room > 0), None)
        line = line or next((x for x in order.lines if x.room > 0), None)
        if line is None:
            self._say(N_("NOTHING SHORT"), N_("Everything of this order is boxed."))
            return
        item = order.items[line.item_id]
        fields = {"item": item.number, "name": item.name, "left": line.room}
        if self._asked != ("short", line.id):
            self._asked = ("short", line.id)
            sentence = render(N_("{left} of {item} {name} are not there?"), fields)
            self._ask(N_("SHORT?"), sentence, "F8")
            return
        self._asked = None

        def said(_result: Any) -> None:
            sentence = render(N_("{left} of {item} stay open."), fields)
            bench.note(item.number, render(N_("short {left}"), fields), Mood.ATTENTION)
            bench.shorts.add(line.id)
            bench.say(Answer(render(N_("SHORT")), sentence, Mood.ATTENTION))

        self._write(say_short, lambda: {"line": line.id}, said, N_("SHORT"))

    def finish(self) -> None:
        """Close what is open and finish: packed, or to the lane for our own truck."""
        bench = self._bench
        order = self._open_order()
        if order is None:
            return
        here = [each for each in order.cartons if each.contents and each.place == order.bench]
        if not here:
            self._say(N_("NOTHING BOXED"), N_("Nothing of this order is in a carton here."))
            return
        open_lines = [each for each in order.lines if each.room > 0]
        left = sum(each.room for each in open_lines)
        fields = {"order": order.number, "left": plain(left or 0)}
        if open_lines and order.ship_complete and order.delivery_kind != "own_truck":
            why = remark(_SHIPS_COMPLETE, **fields)
            bench.stop(Wrong(N_("NOT COMPLETE"), why, short=N_("not complete")), order.number)
            return
        is_said = all(each.id in bench.shorts for each in open_lines)
        if not is_said and self._asked != ("finish", order.id):
            self._asked = ("finish", order.id)
            self._ask(N_("FINISH SHORT?"), render(N_("{left} are not boxed."), fields), "F12")
            return
        self._asked = None
        for carton in here:
            if carton.state is CartonState.OPEN:
                self._close(carton, quietly=True)
        id = order.id
        self._write(
            finish,
            lambda: {"order": id},
            lambda result: self.finished(id, result),
            N_("FINISH"),
            only_after_good=True,
        )

    def finished(self, order: int, result: Any) -> None:
        """The goods left, or went to the lane; the next order can come."""
        bench = self._bench
        if result.packed:
            word, fields = N_("PACKED"), {"what": result.shipment}
            sentence = render(N_("{what} is complete. Scan the next order."), fields)
            bench.note(str(result.shipment), N_("packed"), Mood.DONE)
        else:
            word, fields = N_("TO LANE {lane}"), {"lane": result.lane}
            sentence = render(N_("Bring the cartons to lane {lane}, then scan an order."), fields)
            bench.note(str(result.lane), N_("cartons go to this lane"), Mood.DONE)
        if bench.order is None or bench.order.id != order:
            return
        bench.is_done = True
        bench.carton_id = None
        bench.say(Answer(render(word, fields), sentence, Mood.DONE))

    def print_again(self) -> None:
        """The last carton's label once more; labels that became wrong first."""
        bench = self._bench
        order = bench.order
        if order is None:
            self._say(N_("NO ORDER"), N_("Scan an order, then print its label again."))
            return
        stale = [each for each in order.cartons if each.is_label_stale]
        made = stale or [each for each in order.cartons if each.state is not CartonState.OPEN]
        if not made:
            self._say(N_("NO LABEL YET"), N_("A label is printed when its carton is closed."))
            return
        for carton in stale or made[-1:]:
            self._print(carton)

    def _print(self, carton: PackCarton) -> None:
        bench = self._bench

        def printed(_result: Any) -> None:
            bench.note(carton_name(carton.number), N_("label again"))
            if not bench.is_stopped:
                sentence = carton_name(carton.number)
                bench.say(Answer(render(N_("PRINTED AGAIN")), sentence, Mood.GOOD))

        self._write(print_label, lambda: {"carton": carton.id}, printed, N_("PRINT"))

    def log_out(self) -> None:
        """Nobody works here any more; what is open stays started."""
        self._bench.people.operator = None
        self._bench.note(N_("Logged out"), "")
        self._bench.close_order()

    # ------------------------------------------------------------ asking and writing

    def _open_order(self) -> PackOrder | None:
        """The order to do something with; otherwise says what is missing."""
        bench = self._bench
        if bench.order is None:
            self._say(N_("NO ORDER"), N_("Scan an order first."))
            return None
        if bench.is_done:
            wrong = judge_order(bench.order)
            if wrong is not None:
                bench.stop(wrong, bench.order.number)
            else:
                self._say(N_("FINISHED"), N_("This order is finished here. Scan the next one."))
            return None
        return bench.order

    def _say(self, word: str, sentence: str) -> None:
        self._bench.say(Answer(render(word), render(sentence), Mood.ATTENTION))

    def _ask(self, word: str, sentence: str, key: str) -> None:
        again = render(_AGAIN, {"key": key})
        self._bench.say(Answer(render(word), f"{sentence} {again}", Mood.ATTENTION))

    def _write(
        self,
        verb: Callable[..., Any],
        arguments: Callable[[], dict[str, Any]],
        done: Callable[[Any], None],
        name: str,
        *,
        only_after_good: bool = False,
    ) -> None:
        """Write it; scans wait meanwhile, because it may change what is right."""
        bench = self._bench

        def refused(error: BusinessError) -> None:
            bench.note(render(name), word_of(error).lower(), Mood.WRONG)
            bench.halt(Answer(f"STOP: {word_of(error)}", error.message(), Mood.WRONG))

        bench.hold("writing")
        bench.write(verb, arguments, done, refused, only_after_good=only_after_good)
