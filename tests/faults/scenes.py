"""Commands at the brink: each scene is ready for one command, and knows what must be true after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine

from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order
from app.operations.packing import box, close_carton, finish, open_carton
from app.operations.run import Command, Runner, verb_of
from app.operations.staging import stage
from app.operations.trucks import depart, load, plan_trip, start_loading
from app.queries.doctor import doctor
from tests.factories.audit import broken
from tests.factories.day import Day
from tests.factories.statements import hearing


@dataclass(frozen=True)
class Scene:
    """One command that is about to be given by `login`; `facts` are what it makes, counted."""

    login: str
    command: Command
    facts: Callable[[], tuple[Any, ...]]
    once: tuple[Any, ...]

    def assert_happened_once(self, day: Day) -> None:
        """The command's facts are there once, and the books are right."""
        assert self.facts() == self.once
        assert day.ask("SELECT verb FROM command WHERE id = :id", id=self.command.id) == [
            (self.command.verb.name,)
        ]
        events = "SELECT count(*) FROM event WHERE command_id = :id"
        assert day.one(events, id=self.command.id) == 1
        self.assert_books_are_right(day.owner)

    @staticmethod
    def assert_books_are_right(owner: Engine) -> None:
        """Whatever happened, happened whole or not at all."""
        with owner.connect() as connection:
            assert broken(connection) == []
        with reading(owner) as session:
            assert doctor(session) == ()


def _command(function: Callable[..., Any], **arguments: Any) -> Command:
    verb = verb_of(function)
    return Command(verb, verb.arguments(**arguments))


def departure(day: Day) -> Scene:
    """Two loaded orders on a truck whose doors are about to close."""
    day.stock("PUMP", 5)
    orders = [day.order(("PUMP", 2), customer="C-2"), day.order(("PUMP", 3), customer="C-2")]
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=tuple(orders)).trip_id
    day.runner.do(start_loading, trip=trip)
    for order in orders:
        day.runner.do(allocate_order, order=order)
        day.runner.do(stage, order=order, lane=day.place("S-01"))
        day.runner.do(load, trip=trip, order=order, out_of_sequence=True)

    def facts() -> tuple[Any, ...]:
        return (
            day.one("SELECT state FROM trip WHERE id = :id", id=trip),
            day.one("SELECT count(*) FROM shipment WHERE trip_id = :id", id=trip),
            day.one(
                """SELECT coalesce(sum(m.quantity), 0) FROM stock_move m
                     JOIN shipment s ON s.id = m.shipment_id WHERE s.trip_id = :id""",
                id=trip,
            ),
            *(day.status(order) for order in orders),
        )

    once = ("departed", 2, Decimal(5), "packed", "packed")
    return Scene("doris", _command(depart, trip=trip), facts, once)


def finishing(day: Day) -> Scene:
    """Two of three pumps in a closed carton, about to be packed."""
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 3))
    bench = day.place("P-01")
    carton = day.runner.do(open_carton, order=order, location=bench).carton_id
    day.runner.do(
        box,
        order=order,
        item=day.item("PUMP"),
        carton=carton,
        location=bench,
        quantity=Decimal(2),
    )
    day.runner.do(close_carton, carton=carton)

    def facts() -> tuple[Any, ...]:
        return (
            day.one("SELECT state FROM carton WHERE id = :id", id=carton),
            day.one("SELECT count(*) FROM shipment WHERE order_id = :id", id=order),
            day.lines(order)[0].packed,
            day.status(order),
        )

    once = ("packed", 1, Decimal(2), "part_packed")
    return Scene("fritz", _command(finish, order=order), facts, once)


def invoicing(day: Day) -> Scene:
    """What was packed of an order, about to be invoiced."""
    packed = finishing(day)
    day.runner.run(packed.command)
    order = packed.command.arguments.model_dump()["order"]

    def facts() -> tuple[Any, ...]:
        return (
            day.one("SELECT count(*) FROM invoice WHERE order_id = :id", id=order),
            day.one(
                """SELECT coalesce(sum(l.quantity), 0) FROM invoice_line l
                     JOIN invoice i ON i.id = l.invoice_id WHERE i.order_id = :id""",
                id=order,
            ),
            day.lines(order)[0].invoiced,
        )

    return Scene("karl", _command(invoice_order, order=order), facts, (1, Decimal(2), Decimal(2)))


SCENES: dict[str, Callable[[Day], Scene]] = {
    "depart": departure,
    "finish": finishing,
    "invoice_order": invoicing,
}


def statements_of(day: Day, engine: Engine, scene: Scene) -> int:
    """How many statements the scene's command sends when nothing goes wrong."""
    with hearing(engine) as sent:
        Runner(engine).run(scene.command)
    scene.assert_happened_once(day)
    return len(sent)
