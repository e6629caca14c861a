"""Trips as the desk shows them: lists by key, the document, and a cost that stays flat."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.core.errors import NotFound
from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order
from app.operations.packing import box, close_carton, open_carton
from app.operations.staging import stage
from app.operations.trucks import (
    LineBack,
    cancel_trip,
    come_back,
    depart,
    load,
    plan_trip,
    start_loading,
)
from app.queries.departure import CheckKind
from app.queries.trip_document import TripDocument, trip
from app.queries.trips import orders_for_trips, trip_counts, trips, trucks
from app.rules.trucks import Outcome
from tests.factories.day import Day
from tests.factories.statements import hearing

D = Decimal


def _read(day: Day, query: Any, **arguments: Any) -> Any:
    with reading(day.runner.engine) as session:
        return query(session, **arguments)


def _document(day: Day, id: int) -> TripDocument:
    found: TripDocument = _read(day, trip, trip=id)
    return found


def _trip(day: Day, *orders: int, loading: bool = True) -> int:
    made = day.runner.do(
        plan_trip, truck=day.place("TRUCK-1"), orders=orders, driver="Olaf", dock="Dock 2"
    ).trip_id
    if loading:
        day.runner.do(start_loading, trip=made)
    return made


def test_the_document_says_per_order_what_is_loaded_on_the_dock_and_not_ready(
    day: Day, owner: Engine
) -> None:
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE location SET capacity_l = 500, capacity_pallets = 4 WHERE kind = 'truck'")
        )
        connection.execute(text("UPDATE item SET volume_l = 2 WHERE number = 'PUMP'"))
    day.stock("PUMP", 10)
    first = day.order(("PUMP", 6), ("ANCHOR", 1), customer="C-1")
    second = day.order(("PUMP", 2), customer="C-2")
    for order in (first, second):
        day.runner.do(allocate_order, order=order)
    carton = day.runner.do(open_carton, order=first, location=day.place("P-01"))
    day.runner.do(
        box,
        order=first,
        item=day.item("PUMP"),
        carton=carton.carton_id,
        location=day.place("P-01"),
        quantity=D(2),
    )
    day.runner.do(close_carton, carton=carton.carton_id, weight=D("2.9"))
    day.runner.do(stage, order=second)
    made = _trip(day, first, second)
    day.runner.do(load, trip=made, order=second)
    found = _document(day, made)
    assert (found.number, found.state, found.truck, found.driver, found.dock) == (
        "TR-1001",
        "loading",
        "TRUCK-1",
        "Olaf",
        "Dock 2",
    )
    assert [(stop.sequence, stop.customer, stop.city) for stop in found.stops] == [
        (1, "Brightwater Marine", "Falmouth"),
        (2, "Harbour Stores", "Salem"),
    ]
    one, two = found.orders
    assert (one.on_truck, one.on_dock, one.dock_places, one.not_ready) == (D(0), D(2), "P-01", D(5))
    assert (two.on_truck, two.on_dock, two.not_ready, two.kg) == (D(2), D(0), D(0), D("2.4"))
    assert (one.lines.open, one.lines.on_dock, one.lines.not_ready) == (2, 1, 2)
    assert (two.lines.open, two.lines.on_truck, two.lines.not_ready) == (1, 1, 0)
    (row,) = _read(day, trips, view="loading")
    assert (row.orders, row.loaded, row.on_truck, row.on_dock) == (2, 1, D(2), D(2))
    assert (one.open_kg, two.open_kg, two.open_litres) == (D("27.2"), D("2.4"), D(4))
    assert [(c.sscc, c.place, c.is_on_truck) for c in one.cartons] == [(carton.sscc, "P-01", False)]
    fill = found.fill
    assert (fill.kg, fill.litres, fill.pallets, fill.cartons) == (D("2.4"), D(4), 0, 0)
    assert (fill.most_kg, fill.most_litres, fill.most_pallets) == (D(1000), D(500), 4)
    assert [(c.kind, c.order, c.quantity, c.place, c.is_stop) for c in found.checks] == [
        (CheckKind.LEFT, "SO-1001", D(4), "A-01", False),
        (CheckKind.LEFT, "SO-1001", D(2), "P-01", False),
    ]
    assert [(each.verb, each.orders) for each in found.timeline] == [
        ("load", "SO-1002"),
        ("start_loading", ""),
        ("plan_trip", "SO-1001, SO-1002"),
    ]
    assert {(each.who, each.station) for each in found.timeline} == {("Maria", "")}
    day.runner.do(load, trip=made, order=first)
    assert _document(day, made).fill.kg == D("5.3")  # the carton as it was weighed


def test_after_the_departure_it_shows_what_left_what_stayed_and_what_came_back(day: Day) -> None:
    day.stock("PUMP", 4)
    first, left = day.order(("PUMP", 3), customer="C-2"), day.order(("PUMP", 1), customer="C-1")
    for order in (first, left):
        day.runner.do(allocate_order, order=order)
        day.runner.do(stage, order=order)
    made = _trip(day, left, first)
    day.runner.do(load, trip=made, order=first)
    day.runner.do(depart, trip=made, leave_behind=True)
    found = _document(day, made)
    assert (found.state, found.departed_by, found.checks) == ("departed", "Maria", ())
    assert [(each.number, each.dock_places) for each in found.left_behind] == [("SO-1002", "S-01")]
    (shipment,) = found.shipments
    assert (shipment.order_number, shipment.shipped, shipment.is_invoiced) == (
        "SO-1001",
        D(3),
        False,
    )
    line = shipment.lines[0]
    day.runner.do(
        come_back,
        shipment=shipment.id,
        lines=(LineBack(line.line_id, Outcome.REFUSED, D(1), reason="too many"),),
    )
    day.runner.do(invoice_order, order=first)
    (shipment,) = _document(day, made).shipments
    assert (shipment.returned, shipment.lines[0].out, shipment.is_invoiced) == (D(1), D(2), True)
    again = _trip(day, left, loading=False)
    assert _document(day, made).left_behind[0].other_trip == "TR-1002"
    row = _read(day, trips, view="departed today")[0]
    assert (row.number, row.sent, row.on_dock) == ("TR-1001", 1, D(1))
    assert _read(day, trips, view="planned")[0].id == again


def test_the_list_pages_by_key_filters_and_counts(day: Day) -> None:
    made = []
    for number in range(5):
        order = day.order(("PUMP", 1), customer=f"C-{1 + number % 2}")
        made.append(_trip(day, order, loading=False))
    day.runner.do(start_loading, trip=made[0])
    day.runner.do(cancel_trip, trip=made[4])
    first = _read(day, trips, view="open", limit=3)
    rest = _read(day, trips, view="open", limit=3, after=first[-1].key)
    assert [row.id for row in (*first, *rest)] == made[:4]
    newest = _read(day, trips, view="all", limit=2)
    assert [row.id for row in newest] == [made[4], made[3]]
    assert [row.id for row in _read(day, trips, view="all", after=newest[-1].key)] == [
        made[2],
        made[1],
        made[0],
    ]
    assert [row.number for row in _read(day, trips, view="all", filter="tr-1003")] == ["TR-1003"]
    assert len(_read(day, trips, view="all", filter="olaf")) == 5
    assert _read(day, trips, view="all", filter="x'%_\0") == ()
    counts = _read(day, trip_counts)
    assert (counts.planned, counts.loading, counts.departed_today) == (3, 1, 0)
    assert [(each.code, each.trip) for each in _read(day, trucks)] == [
        ("TRUCK-1", "TR-1001"),
        ("TRUCK-2", None),
    ]


def test_what_can_be_planned_is_for_our_truck_open_and_on_no_open_trip(day: Day) -> None:
    day.stock("PUMP", 3)
    by_carrier = day.order(("PUMP", 1), customer="C-1")
    unready, staged, planned = (day.order(("PUMP", 1), customer="C-2") for _ in range(3))
    day.runner.do(allocate_order, order=staged)
    day.runner.do(stage, order=staged)
    made = _trip(day, planned, loading=False)
    assert [each.id for each in _read(day, orders_for_trips)] == [staged, unready]
    day.runner.do(cancel_trip, trip=made)
    assert {each.id for each in _read(day, orders_for_trips)} == {staged, unready, planned}
    assert by_carrier not in {each.id for each in _read(day, orders_for_trips)}
    assert [each.number for each in _read(day, orders_for_trips, filter="so-1002")] == ["SO-1002"]
    assert len(_read(day, orders_for_trips, filter="sal")) == 3


@pytest.mark.parametrize("orders", [1, 12])
def test_the_cost_is_flat_in_orders(day: Day, orders: int) -> None:
    day.stock("PUMP", 20)
    ids = [day.order(("PUMP", 1), customer=f"C-{1 + n % 2}") for n in range(orders)]
    for order in ids:
        day.runner.do(allocate_order, order=order)
        day.runner.do(stage, order=order)
    made = _trip(day, *ids)
    with hearing(day.runner.engine) as sent:
        _document(day, made)
    assert len(sent) == 5
    for order in ids:
        day.runner.do(load, trip=made, order=order, out_of_sequence=True)
    day.runner.do(depart, trip=made)
    with hearing(day.runner.engine) as sent:
        _document(day, made)
        _read(day, trips, view="all")
    assert len(sent) == 6


def test_a_trip_that_is_not_there_is_named(day: Day) -> None:
    with pytest.raises(NotFound, match="There is no trip 99"):
        _document(day, 99)
