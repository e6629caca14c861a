"""The state of the trucks desk: which trip is open, what is done with it, what a scan meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.controllers.scanning import RunsScans, ScanningController
from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError, Question
from app.core.ids import Kind
from app.core.messages import N_, render
from app.operations.floor import Moved
from app.operations.printing import request_print
from app.operations.trucks import (
    LineBack,
    OutOfSequence,
    add_to_trip,
    cancel_trip,
    change_trip,
    come_back,
    depart,
    load,
    move_stop,
    plan_trip,
    remove_from_trip,
    return_trip,
    start_loading,
    stop_loading,
    undepart,
    undo_come_back,
    unload,
)
from app.queries.scans import Scanned
from app.queries.trip_document import TripDocument, TripOrder, trip
from app.queries.trips import (
    TripRow,
    TruckRow,
    WaitingOrder,
    order_of_carton,
    orders_for_trips,
    trip_counts,
    trips,
    trucks,
)
from app.rules.printing import DocumentKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOT_FOR_LOADING = N_("{number} is no order, carton or trip. Scan one of these.")
NO_TRIP_OPEN = N_("Scan the code of a trip first, then its cartons and orders.")
SCAN_AGAIN = N_("{sentence} Scan it again to load it.")


@dataclass(frozen=True, slots=True)
class Choices:
    """What a trip can be planned with."""

    trucks: tuple[TruckRow, ...]
    orders: tuple[WaitingOrder, ...]


class TrucksController(ScanningController):
    """Plans trips, loads, departs, books what comes back, and answers scans.

    Signals:
        asked: a verb asks something first; arg: Question. `say_yes` goes on.
        choices_read: what a trip can be planned with; arg: Choices.
        trips_read: trips that goods can go with; arg: tuple of TripRow.
    """

    asked = Signal(object)
    choices_read = Signal(object)
    trips_read = Signal(object)

    def __init__(self, tasks: TaskRunner, runner: RunsScans, parent: QObject | None = None) -> None:
        super().__init__(
            tasks,
            runner,
            name="trips",
            loads={Kind.TRIP: lambda session, id: trip(session, trip=id)},
            counts=trip_counts,
            touched_by=(Kind.TRIP, Kind.ORDER, Kind.CARTON, Kind.SHIPMENT),
            parent=parent,
        )
        self.document: TripDocument | None = None
        self._last: tuple[Callable[..., Any], dict[str, Any]] | None = None
        self._meant: tuple[int, int] | None = None
        self.shown.connect(self._remember)
        self.nothing_shown.connect(self._remember_nothing)

    # What a person asks for

    def do(self, function: Callable[..., Any], /, **arguments: Any) -> None:
        """Run one verb; what it asks first goes to `asked`."""
        self._last = (function, arguments)
        super().do(function, **arguments)

    def did(self, function: Callable[..., Any]) -> bool:
        """True when this verb was the last one asked for."""
        return self._last is not None and self._last[0] is function

    def say_yes(self, question: Question) -> None:
        """The last verb again, with this question answered."""
        if self._last is not None:
            function, arguments = self._last
            self.do(function, **(arguments | {question.answer: True}))

    def read_choices(self) -> None:
        """Read what a trip can be planned with."""
        self._tasks.read(
            lambda session: Choices(trucks(session), orders_for_trips(session)),
            done=self._tell_choices,
            key="trips-choices",
        )

    def read_trips(self) -> None:
        """Read the trips that have not left."""
        self._tasks.read(
            lambda session: trips(session, view="open"), done=self._tell_trips, key="trips-open"
        )

    def plan(self, values: dict[str, Any]) -> None:
        """Plan a trip; the arguments of `plan_trip` by name."""
        self.do(plan_trip, **values)

    def change(self, trip_id: int, values: dict[str, Any]) -> None:
        """Change a trip's head."""
        self.do(change_trip, trip=trip_id, **values)

    def add(self, trip_id: int, orders: Sequence[int]) -> None:
        """Put orders on a trip."""
        self.do(add_to_trip, trip=trip_id, orders=tuple(orders))

    def remove(self, trip_id: int, order: int) -> None:
        """Take an order off a trip."""
        self.do(remove_from_trip, trip=trip_id, order=order)

    def move_stop(self, trip_id: int, stop: int, to: int) -> None:
        """Deliver a stop earlier or later."""
        self.do(move_stop, trip=trip_id, stop=stop, to=to)

    def start(self, trip_id: int) -> None:
        """Open the doors."""
        self.do(start_loading, trip=trip_id)

    def stop(self, trip_id: int) -> None:
        """Close the doors of an empty truck."""
        self.do(stop_loading, trip=trip_id)

    def cancel(self, trip_id: int) -> None:
        """The trip does not take place."""
        self.do(cancel_trip, trip=trip_id)

    def load_ready(self, trip_id: int, orders: Sequence[TripOrder]) -> None:
        """Load all that is ready, the last stop first."""
        self.do_each(load, [{"trip": trip_id, "order": each.id} for each in reversed(orders)])

    def load(self, trip_id: int, order: int, carton: int | None = None) -> None:
        """Load an order's ready goods, or one carton."""
        self.do(load, trip=trip_id, order=order, carton=carton)

    def unload(self, trip_id: int, order: int, carton: int | None = None) -> None:
        """Take an order's goods, or one carton, off the truck into the order's lane."""
        self.do(unload, trip=trip_id, order=order, carton=carton)

    def depart(self, trip_id: int) -> None:
        """Close the doors and go."""
        self.do(depart, trip=trip_id)

    def undepart(self, trip_id: int) -> None:
        """Take the departure back."""
        self.do(undepart, trip=trip_id)

    def return_trip(self, trip_id: int) -> None:
        """The truck is back."""
        self.do(return_trip, trip=trip_id)

    def come_back(
        self, shipments: Sequence[tuple[int, tuple[LineBack, ...]]], next_trip: int | None
    ) -> None:
        """Write down what came back, shipment by shipment."""
        self.do_each(
            come_back,
            [
                {"shipment": shipment, "lines": lines, "next_trip": next_trip}
                for shipment, lines in shipments
            ],
        )

    def undo_come_back(self, shipment: int) -> None:
        """What was booked last as come back of a shipment did not."""
        self.do(undo_come_back, shipment=shipment)

    def print(self, document: DocumentKind, trip_id: int) -> None:
        """Ask for a paper about the trip."""
        self.do(request_print, document=document, subject=trip_id)

    # Scans

    def read_more(self, session: Session, thing: Scanned) -> int:
        """The order that the scanned thing is, or is of; 0 for none."""
        if thing.kind == Kind.CARTON:
            return order_of_carton(session, carton=thing.id)
        return thing.id if thing.kind == Kind.ORDER else 0

    def answer_thing(self, thing: Scanned, more: int) -> None:
        if thing.kind == Kind.TRIP:
            self.choose(Kind.TRIP, thing.id)
            self.scan_good.emit(thing.number)
        elif not more:
            self.scan_wrong.emit(
                render(N_("not here")), render(NOT_FOR_LOADING, {"number": thing.number})
            )
        elif self.chosen is None:
            self.scan_wrong.emit(render(N_("no trip")), render(NO_TRIP_OPEN))
        else:
            self._load_scanned(self.chosen[1], thing, order=more)

    def _load_scanned(self, trip_id: int, thing: Scanned, order: int) -> None:
        carton = thing.id if thing.kind == Kind.CARTON else None
        is_meant = self._meant == (trip_id, order)
        self._meant = None

        def tell(moved: Moved) -> None:
            sentence = N_("{number} on the truck")
            if not moved.quantity:
                sentence = N_("{number} on the truck already")
            self.scan_good.emit(render(sentence, {"number": thing.number}))

        def refuse(refusal: BusinessError) -> None:
            if isinstance(refusal, OutOfSequence):
                self._meant = (trip_id, order)
                self.scan_asks.emit(
                    render(N_("out of sequence")),
                    render(SCAN_AGAIN, {"sentence": refusal.message()}),
                )
            else:
                self.scan_wrong.emit(render(N_("not loaded")), refusal.message())

        self._tasks.write(
            lambda: self._runner.do(
                load,
                trip=trip_id,
                order=order,
                carton=carton,
                out_of_sequence=is_meant,
            ),
            done=tell,
            refused=refuse,
            owner=self,
        )

    # Within

    def _refuse(self, refusal: BusinessError) -> None:
        if isinstance(refusal, Question):
            self.asked.emit(refusal)
        else:
            super()._refuse(refusal)

    def _tell_choices(self, choices: Choices) -> None:
        self.choices_read.emit(choices)

    def _tell_trips(self, found: tuple[TripRow, ...]) -> None:
        self.trips_read.emit(found)

    def _remember(self, document: TripDocument) -> None:
        self.document = document

    def _remember_nothing(self) -> None:
        self.document = None
