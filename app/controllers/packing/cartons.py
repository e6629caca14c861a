"""The cartons of the order on the bench: opened before the database has numbered them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.controllers.packing.answers import Answer, Mood, ScanEntry
from app.controllers.packing.writing import CartonNeverOpened
from app.core.messages import N_, render
from app.operations.packing import open_carton
from app.rules.packing import CartonState, PackCarton, Wrong, judge_carton
from app.rules.scanning.scan import remark

if TYPE_CHECKING:
    from app.controllers.packing.station import PackingController

_NOT_OF_ORDER = N_("Carton {code} is not of order {order}. Take it away.")


def carton_name(number: int) -> str:
    """A carton as people call it."""
    return render(N_("Carton {number}"), {"number": number})


class CartonsAtHand:
    """Which carton takes the goods; new ones have a negative id until the database answers."""

    def __init__(self, bench: PackingController) -> None:
        self._bench = bench
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
        order = bench.order
        assert order is not None
        number = max((each.number for each in order.cartons), default=0) + 1
        temporary = min((*self._real, 0)) - 1
        self._real[temporary] = 0
        bench.order = order.with_carton(
            PackCarton(
                temporary,
                "",
                number,
                CartonState.OPEN,
                order.new_type,
                order.new_tare_kg,
                order.new_max_kg,
                order.new_volume_l,
                False,
                order.bench,
            )
        )
        bench.carton_id = temporary
        entry = bench.note(carton_name(number), N_("opened"), is_pending=True)
        bench.write(
            open_carton,
            lambda: {"order": order.id, "location": order.bench_id},
            lambda result: self._opened(temporary, result, entry),
            lambda error: bench.refused(order.number, error, entry),
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
        bench.changed.emit()

    def scanned(self, value: str) -> None:
        """A carton's label: that carton takes the goods, or its order is opened."""
        bench = self._bench
        order = bench.order
        carton = order.carton_named(value) if order is not None else None
        if order is None or (carton is None and (bench.is_done or not bench.is_begun)):
            bench.opening.open("carton", value)
        elif carton is None:
            why = remark(_NOT_OF_ORDER, code=value, order=order.number)
            wrong = Wrong(N_("WRONG CARTON"), why, look_up=True, short=N_("wrong carton"))
            bench.stop(wrong, value)
        elif carton.state is CartonState.CLOSED and bench.reopening == carton.id:
            bench.commands.reopen(carton)
        elif (wrong_state := judge_carton(order, carton.id)) is not None:
            bench.stop(wrong_state, carton_name(carton.number))
            bench.reopening = carton.id
        else:
            bench.carton_id = carton.id
            name = carton_name(carton.number)
            bench.note(name, N_("takes the goods now"))
            bench.say(Answer(name, render(N_("Goods go into this carton now.")), Mood.GOOD))
