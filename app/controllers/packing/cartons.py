"""The cartons of the order on the bench: opened before the database has numbered them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.controllers.packing.answers import Answer, Mood, ScanEntry
from app.controllers.packing.behind import WritesBehind
from app.controllers.packing.bench import Bench, Typing
from app.controllers.packing.voice import StationVoice
from app.controllers.packing.writing import CartonNeverOpened
from app.core.messages import N_, render
from app.operations.packing import change_carton_type, close_carton, open_carton, reopen_carton
from app.rules.packing import (
    CartonState,
    PackCarton,
    PackOrder,
    PackType,
    Wrong,
    judge_carton,
    judge_type,
)
from app.rules.scanning.scan import remark, shown

_TYPE_IT = N_("Type its number and press Enter, or scan it from the command sheet.")
_NOT_A_TYPE = N_("{text} is none of them: {types}. Type one of the numbers.")
_UNKNOWN_TYPE = N_("{code} is no carton type in use. There are: {types}. Print the sheet anew.")
_IS_NOW = N_("{carton} is one now, and those that follow.")


def carton_name(number: int) -> str:
    """A carton as people call it."""
    return render(N_("Carton {number}"), {"number": number})


def _numbered(order: PackOrder) -> str:
    """The carton types with the numbers that choose them."""
    return ", ".join(f"{number} {each.name}" for number, each in enumerate(order.types, 1))


class CartonsAtHand:
    """Which carton takes the goods; new ones have a negative id until the database answers."""

    def __init__(self, bench: Bench, voice: StationVoice, behind: WritesBehind) -> None:
        self._bench = bench
        self._voice = voice
        self._behind = behind
        self._real: dict[int, int] = {}

    def named(self, id: int | None) -> int | None:
        """The id the database gave, where it has answered already."""
        return None if id is None else self._real.get(id, id)

    def real(self, id: int) -> int:
        """The id the database gave. Raises: CartonNeverOpened."""
        found = self._real.get(id, id)
        if found <= 0:
            raise CartonNeverOpened()
        return found

    def open_new(self) -> int:
        """A new carton for the open order, which takes the goods from now on."""
        bench = self._bench
        order, type = bench.order, bench.new_type
        assert order is not None
        assert type is not None
        number = max((each.number for each in order.cartons), default=0) + 1
        temporary = min((*self._real, 0)) - 1
        self._real[temporary] = 0
        bench.order = order.with_carton(
            PackCarton(
                temporary,
                "",
                number,
                CartonState.OPEN,
                type,
                False,
                order.bench,
            )
        )
        bench.carton_id = temporary
        entry = self._voice.note(carton_name(number), N_("opened"), is_pending=True)
        arguments = {"order": order.id, "location": order.bench_id, "carton_type": type.id}
        self._behind.write(
            open_carton,
            lambda: arguments,
            lambda result: self._opened(temporary, result, entry),
            lambda error: self._behind.refused(order.number, error, entry),
        )
        return temporary

    def _opened(self, temporary: int, result: Any, entry: ScanEntry) -> None:
        bench = self._bench
        entry.is_pending = False
        self._real[temporary] = result.carton_id
        carton = bench.order.carton(temporary) if bench.order else None
        if bench.order is not None and carton is not None:
            others = tuple(each for each in bench.order.cartons if each.id != temporary)
            named = replace(
                carton, id=result.carton_id, sscc=result.sscc, number=result.number_in_order
            )
            bench.order = replace(bench.order, cartons=others).with_carton(named)
        if bench.carton_id == temporary:
            bench.carton_id = result.carton_id
        self._voice.changed.emit()

    def ask_type(self) -> None:
        """Which type of carton: its number in the list is typed, or its code scanned."""
        order = self._voice.open_order()
        if order is None:
            return
        self._bench.next.typing = Typing.CARTON_TYPE
        self._voice.hint(N_("CARTON TYPE?"), f"{_numbered(order)}. {render(_TYPE_IT)}")

    def type_typed(self, text: str) -> bool:
        """The number of a type in the list, or its code; False when it is neither."""
        order = self._voice.open_order()
        if order is None:
            return False
        numbers = {str(number): each for number, each in enumerate(order.types, 1)}
        type = numbers.get(text) or order.type_named(text)
        if type is None:
            fields = {"text": shown(text), "types": _numbered(order)}
            self._voice.hint(N_("CARTON TYPE?"), render(_NOT_A_TYPE, fields))
            return False
        self._choose(order, type)
        return True

    def type_scanned(self, code: str) -> None:
        """A type from the command sheet."""
        order = self._voice.open_order()
        if order is None:
            return
        type = order.type_named(code)
        if type is None:
            why = remark(_UNKNOWN_TYPE, code=code, types=_numbered(order))
            self._voice.stop(Wrong(N_("UNKNOWN TYPE"), why, short=N_("unknown type")), code)
        else:
            self._choose(order, type)

    def _choose(self, order: PackOrder, type: PackType) -> None:
        """The carton at hand is of this type now, and so are those opened after it."""
        bench, carton = self._bench, self._bench.carton
        bench.next.typing = None
        if carton is None:
            bench.chosen_type = type
            self._voice.note(type.name, N_("for the next carton"))
            self._voice.say(Answer(type.name, render(N_("The next carton is one.")), Mood.GOOD))
            return
        wrong = judge_type(order, carton.id, type)
        if wrong is not None:
            self._voice.stop(wrong, type.name)
            return
        id, name = carton.id, carton_name(carton.number)

        def is_now(_result: Any) -> None:
            bench.chosen_type = type
            self._voice.note(name, type.name)
            self._voice.say(Answer(type.name, render(_IS_NOW, {"carton": name}), Mood.GOOD))

        self._behind.write_first(
            change_carton_type,
            lambda: {"carton": self.real(id), "carton_type": type.id},
            is_now,
            N_("CARTON"),
        )

    def label_scanned(self, carton: PackCarton) -> None:
        """A label of the open order: its carton takes the goods; a closed one is asked twice."""
        bench = self._bench
        assert bench.order is not None
        if carton.state is CartonState.CLOSED and bench.next.reopening == carton.id:
            self.reopen(carton)
            return
        name = carton_name(carton.number)
        wrong = judge_carton(bench.order, carton.id)
        if wrong is not None:
            self._voice.stop(wrong, name)
            bench.next.reopening = carton.id
            return
        bench.carton_id = carton.id
        self._voice.note(name, N_("takes the goods now"))
        sentence = render(N_("Goods go into this carton now."))
        self._voice.say(Answer(name, sentence, Mood.GOOD))

    def close_open(self) -> None:
        """Close the carton that takes the goods; its label is sent."""
        carton = self._bench.carton
        if self._voice.open_order() is None:
            return
        if carton is None or not carton.contents:
            self._voice.hint(N_("CARTON EMPTY"), N_("There is nothing in a carton to close."))
            return
        self.close(carton)

    def close(self, carton: PackCarton, *, quietly: bool = False) -> None:
        """Close a carton. `quietly` when something else is answered: the next one, the finish."""
        id, number = carton.id, carton.number

        def closed(_result: Any) -> None:
            self._voice.note(carton_name(number), N_("closed, label sent"))
            if quietly:
                return
            sentence = render(N_("Its label is being printed."))
            self._voice.say(Answer(render(N_("CARTON CLOSED")), sentence, Mood.GOOD))

        self._bench.carton_id = None
        self._behind.write_first(
            close_carton, lambda: {"carton": self.real(id)}, closed, N_("CARTON")
        )

    def begin_next(self) -> None:
        """Close the open carton, if anything is in it, and begin the next."""
        bench, carton = self._bench, self._bench.carton
        if self._voice.open_order() is None:
            return
        if carton is not None and not carton.contents:
            name = carton_name(carton.number)
            self._voice.hint(name, N_("This carton is new and empty already."))
            return
        if carton is not None:
            self.close(carton, quietly=True)
        self.open_new()
        opened = bench.carton
        assert opened is not None
        self._voice.say(Answer(carton_name(opened.number), render(N_("opened")), Mood.GOOD))

    def reopen(self, carton: PackCarton) -> None:
        """Open a closed carton again; it takes the goods."""
        bench = self._bench

        def reopened(_result: Any) -> None:
            bench.carton_id = carton.id
            self._voice.note(carton_name(carton.number), N_("open again"))
            sentence = render(N_("Open again. Its old label is no longer right."))
            self._voice.say(Answer(carton_name(carton.number), sentence, Mood.GOOD))

        bench.next.reopening = None
        bench.carton_id = carton.id
        self._behind.write_first(
            reopen_carton, lambda: {"carton": carton.id}, reopened, N_("CARTON")
        )
