"""A mistaken 'came back' is taken back: the goods are with the customer, the books say so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.core.errors import BusinessError, NotPermitted
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order
from app.operations.orders import cancel_line, change_line
from app.operations.packing import box, open_carton
from app.operations.staging import stage
from app.operations.trucks import (
    LineBack,
    MovedOn,
    NotByTruck,
    NothingToTakeBack,
    come_back,
    undepart,
    undo_come_back,
)
from app.rules.trucks import Outcome
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.trips import (
    boxed,
    doctor_finds,
    gone_trip,
    last_shipment,
    line_of,
    staged,
    state_of,
)

D = Decimal
TOTALS = "SELECT goods_amount, tax_amount, total_amount FROM sales_order"


def _refused(line: int, quantity: int, **more: object) -> LineBack:
    return LineBack(line, Outcome.REFUSED, D(quantity), reason="wrong door", **more)  # type: ignore[arg-type]


def test_all_four_outcomes_are_as_if_nothing_had_come_back(
    day: Day, owner: Engine, run_as: RunAs
) -> None:
    day.stock("PUMP", 10)
    order = staged(day, ("PUMP", 10), customer="C-2")
    before = day.ask(TOTALS)
    gone_trip(day, order)
    line, shipment = line_of(day, order), last_shipment(day)
    run_as("doris").do(
        come_back,
        shipment=shipment,
        lines=(
            LineBack(line, Outcome.DELIVERED, D(4)),
            _refused(line, 3),
            LineBack(line, Outcome.DAMAGED, D(1), reason="fell off"),
            LineBack(line, Outcome.REDELIVER, D(2)),
        ),
    )
    assert day.ask(TOTALS) != before
    with pytest.raises(NotPermitted):
        run_as("doris").do(undo_come_back, shipment=shipment)
    back = run_as("maria").do(undo_come_back, shipment=shipment)
    assert [back.quantity, back.wanted_again] == [D(6), D(4)]
    now = day.lines(order)[0]
    assert [now.packed, now.returned, now.cancelled, now.allocated, now.open] == [10, 0, 0, 0, 0]
    assert [now.invoiceable, now.came_back] == [10, 0]
    assert [day.on_hand("PUMP", place) for place in ("RECV", "Q-01", "S-01")] == [0, 0, 0]
    assert day.ask(TOTALS) == before
    assert run_as("karl").do(invoice_order, order=order).total == before[0].total_amount
    assert doctor_finds(owner) == ()
    with pytest.raises(NothingToTakeBack):
        run_as("maria").do(undo_come_back, shipment=shipment)


def test_what_a_person_cancelled_beside_the_mistake_stays_cancelled(day: Day) -> None:
    day.stock("PUMP", 10)
    order = staged(day, ("PUMP", 10))
    gone_trip(day, order)
    line, shipment = line_of(day, order), last_shipment(day)
    day.runner.do(change_line, line=line, quantity=D(15))
    day.runner.do(come_back, shipment=shipment, lines=(_refused(line, 3),))
    day.runner.do(cancel_line, line=line, reason="too many", quantity=D(5))
    now = day.lines(order)[0]
    assert [now.cancelled, now.came_back, now.wanted] == [8, 3, 7]
    day.runner.do(undo_come_back, shipment=shipment)
    now = day.lines(order)[0]
    assert [now.cancelled, now.came_back, now.wanted] == [5, 0, 10]


def test_the_last_booking_goes_first_and_then_the_departure_can_be_taken_back(
    day: Day, owner: Engine
) -> None:
    day.stock("PUMP", 5)
    order = staged(day, ("PUMP", 5))
    trip = gone_trip(day, order)
    line, shipment = line_of(day, order), last_shipment(day)
    for quantity in (1, 2):
        day.runner.do(come_back, shipment=shipment, lines=(_refused(line, quantity),))
    assert day.runner.do(undo_come_back, shipment=shipment).quantity == 2
    assert [day.lines(order)[0].returned, day.lines(order)[0].cancelled] == [1, 1]
    again = day.runner.do(come_back, shipment=shipment, lines=(_refused(line, 4),))
    assert again.returned == 4
    for taken in (4, 1):
        assert day.runner.do(undo_come_back, shipment=shipment).quantity == taken
    day.runner.do(undepart, trip=trip)
    assert state_of(day, trip) == "loading"
    assert day.on_hand("PUMP", "TRUCK-1") == 5
    assert doctor_finds(owner) == ()


def test_a_carton_to_be_redelivered_has_left_with_its_shipment_again(
    day: Day, owner: Engine
) -> None:
    day.stock("PUMP", 4)
    order = day.order(("PUMP", 4), customer="C-2")
    day.runner.do(allocate_order, order=order)
    carton = boxed(day, order, "PUMP", 4)
    day.runner.do(stage, order=order)
    gone_trip(day, order)
    line, shipment = line_of(day, order), last_shipment(day)
    day.runner.do(come_back, shipment=shipment, lines=(LineBack(line, Outcome.REDELIVER, D(4)),))
    assert day.one("SELECT state FROM carton WHERE id = :id", id=carton) == "closed"
    day.runner.do(undo_come_back, shipment=shipment)
    assert day.ask("SELECT state, shipment_id FROM carton WHERE id = :id", id=carton) == [
        ("packed", shipment)
    ]
    assert day.one("SELECT count(*) FROM allocation") == 0
    assert [day.lines(order)[0].packed, day.lines(order)[0].returned] == [4, 0]
    assert doctor_finds(owner) == ()


def test_goods_that_are_elsewhere_by_now_are_not_taken_back(day: Day) -> None:
    day.stock("PUMP", 5)
    order = staged(day, ("PUMP", 5))
    gone_trip(day, order)
    line, shipment = line_of(day, order), last_shipment(day)
    day.runner.do(come_back, shipment=shipment, lines=(_refused(line, 3),))
    day.move("PUMP", 1, "RECV", "A-01")
    with pytest.raises(MovedOn, match="Of the 3 PUMP that came back to RECV only 2 are still"):
        day.runner.do(undo_come_back, shipment=shipment)
    assert day.lines(order)[0].returned == 3


def test_what_is_replaced_was_wanted_all_the_time(day: Day, owner: Engine) -> None:
    day.stock("PUMP", 5)
    order = staged(day, ("PUMP", 5))
    gone_trip(day, order)
    line, shipment = line_of(day, order), last_shipment(day)
    day.runner.do(
        come_back, shipment=shipment, lines=(_refused(line, 2, is_replaced=True), _refused(line, 1))
    )
    assert day.runner.do(undo_come_back, shipment=shipment).wanted_again == 1
    assert [day.lines(order)[0].wanted, day.lines(order)[0].open] == [5, 0]
    assert doctor_finds(owner) == ()


def test_a_serial_is_with_its_customer_again(day: Day, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.exec_driver_sql("UPDATE item SET tracking = 'serial_out' WHERE number = 'PUMP'")
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 1), customer="C-2")
    day.runner.do(allocate_order, order=order)
    bench = {"item": day.item("PUMP"), "location": day.place("P-01"), "serial": "X1"}
    carton = day.runner.do(open_carton, order=order, location=day.place("P-01")).carton_id
    day.runner.do(box, order=order, carton=carton, **bench)
    gone_trip(day, order)
    line, shipment = line_of(day, order), last_shipment(day)
    damaged = LineBack(line, Outcome.DAMAGED, D(1), reason="fell off", serial="X1")
    day.runner.do(come_back, shipment=shipment, lines=(damaged,))
    day.runner.do(undo_come_back, shipment=shipment)
    other = day.order(("PUMP", 1), customer="C-2")
    day.runner.do(allocate_order, order=other)
    carton = day.runner.do(open_carton, order=other, location=day.place("P-01")).carton_id
    with pytest.raises(BusinessError, match="X1"):
        day.runner.do(box, order=other, carton=carton, **bench)
    day.runner.do(come_back, shipment=shipment, lines=(damaged,))
    day.runner.do(box, order=other, carton=carton, **bench)
    assert doctor_finds(owner) == ()


def test_nobody_takes_back_what_did_not_come_back(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 7)
    order = staged(day, ("PUMP", 5))
    gone_trip(day, order)
    with pytest.raises(NothingToTakeBack):
        day.runner.do(undo_come_back, shipment=last_shipment(day))
    with day.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE shipment SET trip_id = NULL")
    with pytest.raises(NotByTruck):
        day.runner.do(undo_come_back, shipment=last_shipment(day))
    moves = day.one("SELECT count(*) FROM stock_move")
    with engine_as("maria").connect() as terminal:
        terminal.exec_driver_sql(
            "SELECT claim_command(gen_random_uuid(), 'undo_come_back', '{}', '', NULL, NULL, NULL)"
        )
        with pytest.raises(DBAPIError, match="cannot be taken back, nor twice"):
            terminal.exec_driver_sql(
                """INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity,
                                           reason, order_line_id, shipment_id)
                   SELECT m.item_id, a.id, m.to_location_id, 1, 'unreturn', m.order_line_id,
                          m.shipment_id
                     FROM stock_move m JOIN location a ON a.code = 'A-01'
                    WHERE m.reason = 'pack'"""
            )
    assert day.one("SELECT count(*) FROM stock_move") == moves
