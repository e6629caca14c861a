"""What a truck brings back: delivered, refused, damaged, to be delivered again; and the money."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Engine, text

from app.core.errors import SeveralProblems
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.packing import LeftByTruck, box, open_carton, unpack
from app.operations.staging import stage
from app.operations.trucks import (
    LineBack,
    MoreThanShipped,
    NotByTruck,
    NothingCameBack,
    NotOnShipment,
    SayWhy,
    SomeCameBack,
    come_back,
    depart,
    load,
    start_loading,
    undepart,
)
from app.rules.trucks import Outcome
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.trips import (
    boxed,
    doctor_finds,
    gone_trip,
    last_shipment,
    line_of,
    planned_trip,
    staged,
    state_of,
    stops_of,
)

D = Decimal


def test_a_truck_brings_back_in_all_four_ways_and_the_invoice_is_right(
    day: Day, owner: Engine, run_as: RunAs
) -> None:
    day.stock("PUMP", 10)
    day.stock("ROPE", 10)
    order = staged(day, ("PUMP", 10), ("ROPE", 10), customer="C-2")
    assert day.one("SELECT total_amount FROM sales_order") == D("453.60")
    gone_trip(day, order)
    pumps, rope = line_of(day, order, 1), line_of(day, order, 2)
    back = run_as("doris").do(
        come_back,
        shipment=last_shipment(day),
        lines=(
            LineBack(pumps, Outcome.DELIVERED, D(4)),
            LineBack(pumps, Outcome.REFUSED, D(3), reason="ordered twice"),
            LineBack(pumps, Outcome.DAMAGED, D(1), reason="fell off"),
            LineBack(pumps, Outcome.REDELIVER, D(2)),
            LineBack(rope, Outcome.DELIVERED, D(10)),
        ),
    )
    assert (back.returned, back.cancelled) == (D(6), D(4))
    assert {place: day.on_hand("PUMP", place) for place in ("RECV", "Q-01", "S-01")} == {
        "RECV": 3,
        "Q-01": 1,
        "S-01": 2,
    }
    assert [day.free("PUMP", place) for place in ("RECV", "S-01")] == [3, 0]
    line = day.lines(order)[0]
    assert (line.packed, line.returned, line.cancelled, line.wanted) == (10, 6, 4, 6)
    assert (line.open, line.allocated, line.staged, line.invoiceable) == (2, 2, 2, 4)
    assert day.one("SELECT came_back FROM sales_order_line WHERE id = :id", id=pumps) == 4
    # 6 × 39.90 + 10 × 2.10 and 8 % tax
    assert day.ask("SELECT goods_amount, tax_amount, total_amount FROM sales_order") == [
        (D("260.40"), D("20.83"), D("281.23"))
    ]
    assert doctor_finds(owner) == ()

    first = run_as("karl").do(invoice_order, order=order)
    assert first.total == D("195.05")  # (4 × 39.90 + 21.00) × 1.08
    run_as("karl").do(post_invoice, invoice=first.invoice_id)
    again = gone_trip(day, order)
    assert state_of(day, again) == "departed"
    second = run_as("karl").do(invoice_order, order=order)
    assert first.total + second.total == D("281.23")
    run_as("karl").do(post_invoice, invoice=second.invoice_id)
    assert day.status(order) == "closed"
    assert doctor_finds(owner) == ()


def test_refused_after_the_invoice_stays_invoiced_until_it_is_credited(
    day: Day, owner: Engine
) -> None:
    day.stock("PUMP", 2)
    order = staged(day, ("PUMP", 2))
    gone_trip(day, order)
    made = day.runner.do(invoice_order, order=order)
    day.runner.do(post_invoice, invoice=made.invoice_id)
    day.runner.do(
        come_back,
        shipment=last_shipment(day),
        lines=(LineBack(line_of(day, order), Outcome.REFUSED, D(1), reason="too many"),),
    )
    line = day.lines(order)[0]
    assert (line.returned, line.wanted, line.open, line.invoiceable, line.invoiced) == (
        1,
        1,
        0,
        0,
        2,
    )
    assert day.ask("SELECT total_amount FROM invoice") == [(D("86.18"),)]
    assert doctor_finds(owner) == ()


def test_what_is_replaced_stays_wanted(day: Day) -> None:
    day.stock("PUMP", 3)
    order = staged(day, ("PUMP", 2))
    gone_trip(day, order)
    day.runner.do(
        come_back,
        shipment=last_shipment(day),
        lines=(
            LineBack(line_of(day, order), Outcome.DAMAGED, D(1), reason="leaks", is_replaced=True),
        ),
    )
    line = day.lines(order)[0]
    assert (line.wanted, line.cancelled, line.open, line.backordered) == (2, 0, 1, 1)
    assert day.runner.do(allocate_order, order=order).allocated == 1


def test_a_carton_to_be_redelivered_comes_back_whole_and_goes_on_the_next_trip(
    day: Day, owner: Engine
) -> None:
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 3), customer="C-2")
    whole, halved = boxed(day, order, "PUMP", 2), boxed(day, order, "PUMP", 1)
    gone_trip(day, order)
    other = day.order(("ROPE", 1), customer="C-1")
    onward = planned_trip(day, other, loading=False)
    day.runner.do(
        come_back,
        shipment=last_shipment(day),
        lines=(LineBack(line_of(day, order), Outcome.REDELIVER, D(2)),),
        next_trip=onward,
    )
    assert day.ask("SELECT id, state, trip_id, shipment_id IS NULL FROM carton ORDER BY id") == [
        (whole, "closed", None, True),
        (halved, "packed", day.one("SELECT min(id) FROM trip"), False),
    ]
    assert day.ask("SELECT carton_id, quantity FROM allocation") == [(whole, D(2))]
    assert stops_of(day, onward) == [(1, "C-1"), (2, "C-2")]
    assert doctor_finds(owner) == ()
    day.runner.do(start_loading, trip=onward)
    day.runner.do(load, trip=onward, order=order, carton=whole)
    day.runner.do(depart, trip=onward)
    assert day.lines(order)[0].packed - day.lines(order)[0].returned == 3
    assert day.status(order) == "packed"
    assert doctor_finds(owner) == ()


def test_what_comes_back_is_checked_against_what_left(day: Day) -> None:
    day.stock("PUMP", 2)
    order, other = staged(day, ("PUMP", 2)), day.order(("PUMP", 1))
    trip = gone_trip(day, order)
    shipment, line = last_shipment(day), line_of(day, order)
    with pytest.raises(SeveralProblems) as refused:
        day.runner.do(
            come_back,
            shipment=shipment,
            lines=(
                LineBack(line, Outcome.REFUSED, D(3)),
                LineBack(line_of(day, other), Outcome.DELIVERED, D(1)),
            ),
        )
    assert [each.name for each in refused.value.problems] == [
        "SayWhy",
        "MoreThanShipped",
        "NotOnShipment",
    ]
    with pytest.raises(SayWhy):
        day.runner.do(come_back, shipment=shipment, lines=(LineBack(line, Outcome.DAMAGED, D(1)),))
    with pytest.raises(NothingCameBack):
        day.runner.do(come_back, shipment=shipment, lines=())
    day.runner.do(come_back, shipment=shipment, lines=(LineBack(line, Outcome.REDELIVER, D(1)),))
    with pytest.raises(SomeCameBack):
        day.runner.do(undepart, trip=trip)
    with pytest.raises(MoreThanShipped) as short:
        day.runner.do(
            come_back, shipment=shipment, lines=(LineBack(line, Outcome.REDELIVER, D(2)),)
        )
    assert short.value.data["shipped"] == 1
    assert day.lines(order)[0].returned == 1


def test_a_shipment_no_truck_took_does_not_come_back_this_way(day: Day, owner: Engine) -> None:
    day.stock("PUMP", 1)
    order = staged(day, ("PUMP", 1))
    gone_trip(day, order)
    with owner.begin() as connection:
        connection.execute(text("UPDATE shipment SET trip_id = NULL"))
    with pytest.raises(NotByTruck):
        day.runner.do(
            come_back,
            shipment=last_shipment(day),
            lines=(LineBack(line_of(day, order), Outcome.REDELIVER, D(1)),),
        )


def test_goods_out_of_a_carton_that_came_back_cannot_come_back_again(day: Day) -> None:
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 3), customer="C-2")
    day.runner.do(allocate_order, order=order)
    carton = boxed(day, order, "PUMP", 2)
    day.runner.do(stage, order=order)
    gone_trip(day, order)
    shipment, line = last_shipment(day), line_of(day, order)
    for quantity in (2, 1):
        day.runner.do(
            come_back,
            shipment=shipment,
            lines=(LineBack(line, Outcome.REFUSED, D(quantity), reason="too many"),),
        )
    with pytest.raises(NotOnShipment):
        day.runner.do(
            come_back, shipment=shipment, lines=(LineBack(line, Outcome.REDELIVER, D(1)),)
        )
    assert day.on_hand("PUMP", "RECV") == 3
    assert day.ask("SELECT id, state FROM carton") == [(carton, "packed")]


def test_serials_leave_and_come_back_with_their_units(day: Day, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE item SET tracking = 'serial_out' WHERE number = 'PUMP'"))
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), customer="C-2")
    day.runner.do(allocate_order, order=order)
    carton = day.runner.do(open_carton, order=order, location=day.place("P-01")).carton_id
    for serial in ("X1", "X2"):
        day.runner.do(
            box,
            order=order,
            item=day.item("PUMP"),
            carton=carton,
            location=day.place("P-01"),
            serial=serial,
        )
    trip = gone_trip(day, order)
    packed = "SELECT serial, quantity FROM stock_move WHERE reason = 'pack' ORDER BY serial"
    assert day.ask(packed) == [("X1", D(1)), ("X2", D(1))]
    day.runner.do(undepart, trip=trip)
    day.runner.do(depart, trip=trip)
    day.runner.do(
        come_back,
        shipment=last_shipment(day),
        lines=(
            LineBack(line_of(day, order), Outcome.DAMAGED, D(1), reason="fell off", serial="X2"),
        ),
    )
    assert day.ask("SELECT serial FROM stock_move WHERE reason = 'return'") == [("X2",)]
    # It came out of its carton: what is still out there is the other unit.
    back = LineBack(line_of(day, order), Outcome.REFUSED, D(1), reason="late")
    with pytest.raises(NotOnShipment):
        day.runner.do(come_back, shipment=last_shipment(day), lines=(replace(back, serial="X2"),))
    day.runner.do(come_back, shipment=last_shipment(day), lines=(replace(back, serial="X1"),))
    returned = "SELECT serial FROM stock_move WHERE reason = 'return' ORDER BY id"
    assert day.ask(returned) == [("X2",), ("X1",)]
    assert doctor_finds(owner) == ()


def test_the_rest_is_cancelled_at_departure_when_the_order_says_so(
    day: Day, owner: Engine, run_as: RunAs
) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE customer SET backorder_policy = 'cancel'"))
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 6), ("ANCHOR", 1), customer="C-2")
    day.runner.do(allocate_order, order=order)
    boxed(day, order, "PUMP", 2)
    trip = planned_trip(day, order)
    day.runner.do(load, trip=trip, order=order)
    departed = run_as("doris").do(depart, trip=trip, leave_behind=True)
    assert departed.left_behind == ()
    assert [(line.wanted, line.packed, line.open) for line in day.lines(order)] == [
        (D(2), D(2), D(0)),
        (D(0), D(0), D(0)),
    ]
    assert day.free("PUMP", "A-01") == 3
    assert day.one("SELECT goods_amount FROM sales_order") == D("79.80")
    assert day.one("SELECT text FROM order_note") == (
        "Rest cancelled when SH-1001 was packed: 4 PUMP, 1 ANCHOR"
    )
    assert doctor_finds(owner) == ()


def test_a_shipment_on_the_road_is_not_unpacked_at_the_bench(day: Day) -> None:
    day.stock("PUMP", 1)
    gone_trip(day, staged(day, ("PUMP", 1)))
    with pytest.raises(LeftByTruck) as refused:
        day.runner.do(unpack, shipment=last_shipment(day))
    assert refused.value.data["trip"] == "TR-1001"


def test_what_is_refused_of_too_much_cancels_only_what_is_not_promised_again(
    day: Day, owner: Engine
) -> None:
    """Six went of four wanted: two come again, so the four refused cancel two."""
    with owner.begin() as connection:
        connection.execute(text("UPDATE item SET over_pack_tolerance = 50 WHERE number = 'PUMP'"))
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 4), customer="C-2")
    boxed(day, order, "PUMP", 6)
    gone_trip(day, order)
    line = line_of(day, order)
    back = day.runner.do(
        come_back,
        shipment=last_shipment(day),
        lines=(
            LineBack(line, Outcome.REDELIVER, D(2), to=day.place("S-01")),
            LineBack(line, Outcome.REFUSED, D(4), "too many", to=day.place("A-01")),
        ),
    )
    now = day.lines(order)[0]
    assert back.cancelled == 2
    assert (now.wanted, now.allocated, now.backordered) == (2, 2, 0)
    assert doctor_finds(owner) == ()


def test_a_carton_whose_goods_come_back_into_two_lanes_comes_back_loose(
    day: Day, owner: Engine
) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 2), customer="C-2")
    boxed(day, order, "PUMP", 2)
    gone_trip(day, order)
    line = line_of(day, order)
    day.runner.do(
        come_back,
        shipment=last_shipment(day),
        lines=tuple(
            LineBack(line, Outcome.REDELIVER, D(1), to=day.place(lane)) for lane in ("S-01", "S-02")
        ),
    )
    assert day.ask("SELECT DISTINCT state FROM carton") == [("packed",)]
    promised = "SELECT location_id, carton_id FROM allocation ORDER BY 1"
    assert day.ask(promised) == [(day.place("S-01"), None), (day.place("S-02"), None)]
    assert doctor_finds(owner) == ()
