"""Trips of the small company's trucks: staged orders, boxed goods, trucks that left."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Engine

from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.packing import box, close_carton, open_carton
from app.operations.staging import stage
from app.operations.trucks import depart, load, plan_trip, start_loading
from app.queries.doctor import doctor
from tests.factories.day import Day

D = Decimal


def staged(day: Day, *lines: tuple[str, object], customer: str = "C-2", **more: Any) -> int:
    """An order whose goods wait in its lane."""
    order = day.order(*lines, customer=customer, **more)
    day.runner.do(allocate_order, order=order)
    day.runner.do(stage, order=order)
    return order


def planned_trip(day: Day, *orders: int, truck: str = "TRUCK-1", loading: bool = True) -> int:
    """A trip of these orders, being loaded unless said otherwise; its id."""
    trip = day.runner.do(plan_trip, truck=day.place(truck), orders=orders).trip_id
    if loading:
        day.runner.do(start_loading, trip=trip)
    return trip


def gone_trip(day: Day, *orders: int) -> int:
    """A departed trip with all of these on it."""
    trip = planned_trip(day, *orders)
    for order in reversed(orders):
        day.runner.do(load, trip=trip, order=order)
    day.runner.do(depart, trip=trip)
    return trip


def boxed(day: Day, order: int, item: str, quantity: int, bench: str = "P-01") -> int:
    """A closed carton with so much of an order's item, on the bench."""
    carton = day.runner.do(open_carton, order=order, location=day.place(bench)).carton_id
    day.runner.do(
        box,
        order=order,
        item=day.item(item),
        carton=carton,
        location=day.place(bench),
        quantity=D(quantity),
    )
    if day.one("SELECT state FROM carton WHERE id = :id", id=carton) == "open":
        day.runner.do(close_carton, carton=carton)  # the last goods close it by themselves
    return carton


def line_of(day: Day, order: int, number: int = 1) -> int:
    """The id of a line by its number."""
    return int(
        day.one(
            "SELECT id FROM sales_order_line WHERE order_id = :order AND line_no = :number",
            order=order,
            number=number,
        )
    )


def last_shipment(day: Day) -> int:
    """The shipment that was packed last."""
    return int(day.one("SELECT max(id) FROM shipment WHERE state = 'packed'"))


def state_of(day: Day, trip: int) -> str:
    """A trip's state."""
    return str(day.one("SELECT state FROM trip WHERE id = :trip", trip=trip))


def stops_of(day: Day, trip: int) -> list[tuple[int, str]]:
    """A trip's stops: number and customer."""
    return [
        (row[0], row[1])
        for row in day.ask(
            """SELECT s.sequence, c.number FROM trip_stop s
                 JOIN customer c ON c.id = s.customer_id
                WHERE s.trip_id = :trip ORDER BY s.sequence""",
            trip=trip,
        )
    ]


def doctor_finds(owner: Engine) -> tuple[Any, ...]:
    """What the doctor finds; nothing is what everybody wants."""
    with reading(owner) as session:
        return doctor(session)
