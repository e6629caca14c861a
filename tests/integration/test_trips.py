"""Trips from plan to departure and its undoing: stops, sequence, checks, and who may what."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.core.errors import BusinessError, NotPermitted, SeveralProblems
from app.core.states import IllegalTransition
from app.operations.allocation import allocate_order
from app.operations.billing import delete_draft_invoice, invoice_order
from app.operations.floor import StoppedByHold
from app.operations.orders import change_order, hold_order
from app.operations.staging import stage
from app.operations.trucks import (
    CartonOfOrder,
    CartonStillOpen,
    LastOrder,
    LeftBehind,
    LineBack,
    LotNotToSell,
    NoSuchStop,
    NotGone,
    NotOnTrip,
    NotToSend,
    OnAnotherTrip,
    OnTheTruck,
    OutOfSequence,
    Overweight,
    SerialsMissing,
    ShipComplete,
    StaleLabels,
    StillOnTruck,
    TripCancelled,
    TripGone,
    TripInvoiced,
    TripReturned,
    TruckBusy,
    TruckFixed,
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
    unload,
)
from app.rules.trucks import Outcome
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.trips import (
    boxed,
    doctor_finds,
    gone_trip,
    planned_trip,
    staged,
    state_of,
    stops_of,
)

D = Decimal


# ---------------------------------------------------------------- planning


def test_stops_are_made_per_customer_moved_and_closed_up(day: Day) -> None:
    first, second = day.order(("PUMP", 1), customer="C-1"), day.order(("PUMP", 1), customer="C-2")
    trip = planned_trip(day, first, second, loading=False)
    assert stops_of(day, trip) == [(1, "C-1"), (2, "C-2")]
    third = day.order(("PUMP", 1), customer="C-1")
    day.runner.do(add_to_trip, trip=trip, orders=(third,))
    assert stops_of(day, trip) == [(1, "C-1"), (2, "C-2")]
    day.runner.do(move_stop, trip=trip, stop=2, to=1)
    assert stops_of(day, trip) == [(1, "C-2"), (2, "C-1")]
    day.runner.do(remove_from_trip, trip=trip, order=second)
    assert stops_of(day, trip) == [(1, "C-1")]
    with pytest.raises(NoSuchStop) as refused:
        day.runner.do(move_stop, trip=trip, stop=2, to=1)
    assert str(refused.value) == "Trip TR-1001 has stops 1 to 1, not 2."
    day.runner.do(remove_from_trip, trip=trip, order=first)
    with pytest.raises(LastOrder):
        day.runner.do(remove_from_trip, trip=trip, order=third)


def test_an_order_goes_out_with_one_trip_at_a_time(day: Day) -> None:
    order = day.order(("PUMP", 1))
    planned_trip(day, order, loading=False)
    with pytest.raises(OnAnotherTrip) as refused:
        planned_trip(day, order, truck="TRUCK-2", loading=False)
    assert refused.value.data["trip"] == "TR-1001"
    assert day.one("SELECT count(*) FROM trip") == 1


def test_what_is_finished_is_not_sent(day: Day) -> None:
    day.stock("PUMP", 1)
    order = staged(day, ("PUMP", 1))
    gone_trip(day, order)
    day.runner.do(invoice_order, order=order)
    assert day.status(order) == "closed"
    with pytest.raises(NotToSend):
        planned_trip(day, order, loading=False)


def test_driver_date_dock_change_and_the_truck_only_while_planned(day: Day) -> None:
    trip = planned_trip(day, day.order(("PUMP", 1)), loading=False)
    day.runner.do(
        change_trip, trip=trip, truck=day.place("TRUCK-2"), driver=" Olaf ", dock="Dock 3"
    )
    assert day.ask("SELECT driver, dock, truck_id FROM trip") == [
        ("Olaf", "Dock 3", day.place("TRUCK-2"))
    ]
    day.runner.do(start_loading, trip=trip)
    with pytest.raises(TruckFixed):
        day.runner.do(change_trip, trip=trip, truck=day.place("TRUCK-1"))
    day.runner.do(change_trip, trip=trip, driver="Pia")
    assert day.ask("SELECT driver, dock FROM trip") == [("Pia", "Dock 3")]
    day.runner.do(stop_loading, trip=trip)
    assert state_of(day, trip) == "planned"


def test_two_trips_on_one_truck_load_one_after_the_other(day: Day) -> None:
    day.stock("PUMP", 2)
    first, second = staged(day, ("PUMP", 1)), staged(day, ("PUMP", 1))
    one, two = planned_trip(day, first), planned_trip(day, second, loading=False)
    with pytest.raises(TruckBusy) as refused:
        day.runner.do(start_loading, trip=two)
    assert refused.value.data["trip"] == "TR-1001"
    day.runner.do(load, trip=one, order=first)
    with pytest.raises(StillOnTruck):
        day.runner.do(stop_loading, trip=one)
    day.runner.do(depart, trip=one)
    day.runner.do(start_loading, trip=two)
    with pytest.raises(TruckBusy):
        day.runner.do(undepart, trip=one)
    day.runner.do(load, trip=two, order=second)
    assert day.on_hand("PUMP", "TRUCK-1") == 1
    day.runner.do(depart, trip=two)
    assert day.one("SELECT count(DISTINCT trip_id) FROM shipment") == 2


# ---------------------------------------------------------------- loading


def test_the_last_stop_is_loaded_first_and_another_order_is_asked_about_once(day: Day) -> None:
    day.stock("PUMP", 4)
    first = staged(day, ("PUMP", 2), customer="C-1")
    second = staged(day, ("PUMP", 2), customer="C-2")
    trip = planned_trip(day, first, second)
    with pytest.raises(OutOfSequence) as asked:
        day.runner.do(load, trip=trip, order=first)
    assert str(asked.value) == (
        "Order SO-1001 is delivered before SO-1002, which would stand behind it. "
        "Load it all the same?"
    )
    assert day.on_hand("PUMP", "TRUCK-1") == 0
    day.runner.do(load, trip=trip, order=first, out_of_sequence=True)
    day.runner.do(load, trip=trip, order=second)
    assert day.on_hand("PUMP", "TRUCK-1") == 4


def test_of_a_long_trip_the_question_names_the_first_few_orders(day: Day) -> None:
    day.stock("PUMP", 5)
    first = staged(day, ("PUMP", 1), customer="C-1")
    later = [staged(day, ("PUMP", 1), customer="C-2") for _ in range(4)]
    trip = planned_trip(day, first, *later)
    with pytest.raises(OutOfSequence) as asked:
        day.runner.do(load, trip=trip, order=first)
    assert asked.value.data["waiting"] == "SO-1002, SO-1003, SO-1004, …"
    day.runner.do(load, trip=trip, order=first, out_of_sequence=True)
    for order in later:
        day.runner.do(load, trip=trip, order=order)
    with pytest.raises(StillOnTruck) as refused:
        day.runner.do(stop_loading, trip=trip)
    assert refused.value.data["orders"] == "SO-1001, SO-1002, SO-1003, …"


def test_a_carton_out_of_sequence_is_asked_about_at_the_first_of_its_order_only(day: Day) -> None:
    day.stock("PUMP", 4)
    first = day.order(("PUMP", 2), customer="C-1", delivery_mode="TRUCK")
    cartons = [boxed(day, first, "PUMP", 1) for _ in range(2)]
    second = staged(day, ("PUMP", 2), customer="C-2")
    trip = planned_trip(day, first, second)
    with pytest.raises(OutOfSequence):
        day.runner.do(load, trip=trip, order=first, carton=cartons[0])
    day.runner.do(load, trip=trip, order=first, carton=cartons[0], out_of_sequence=True)
    assert day.runner.do(load, trip=trip, order=first, carton=cartons[1]).quantity == 1
    assert day.runner.do(load, trip=trip, order=first, carton=cartons[1]).quantity == 0


def test_a_carton_of_another_order_or_trip_is_not_loaded_and_says_whose_it_is(day: Day) -> None:
    day.stock("PUMP", 3)
    mine, other, nobodys = (day.order(("PUMP", 1), delivery_mode="TRUCK") for _ in range(3))
    carton = boxed(day, other, "PUMP", 1)
    boxed(day, mine, "PUMP", 1)
    trip = planned_trip(day, mine)
    with pytest.raises(CartonOfOrder) as refused:
        day.runner.do(load, trip=trip, order=mine, carton=carton)
    assert refused.value.data["other"] == "SO-1002"
    with pytest.raises(NotOnTrip):
        day.runner.do(load, trip=trip, order=other, carton=carton)
    planned_trip(day, other, truck="TRUCK-2", loading=False)
    with pytest.raises(OnAnotherTrip) as elsewhere:
        day.runner.do(load, trip=trip, order=other, carton=carton)
    assert elsewhere.value.data["trip"] == "TR-1002"
    with pytest.raises(NotOnTrip):
        day.runner.do(load, trip=trip, order=nobodys)
    assert day.one("SELECT count(*) FROM carton WHERE trip_id IS NOT NULL") == 0


def test_one_carton_is_unloaded_into_the_orders_lane_and_may_then_leave_the_trip(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), delivery_mode="TRUCK")
    other = day.order(("ROPE", 1))
    one, two = boxed(day, order, "PUMP", 1), boxed(day, order, "PUMP", 1)
    trip = planned_trip(day, order, other)
    day.runner.do(load, trip=trip, order=order)
    with pytest.raises(OnTheTruck):
        day.runner.do(remove_from_trip, trip=trip, order=order)
    with pytest.raises(StillOnTruck):
        day.runner.do(cancel_trip, trip=trip)
    day.runner.do(unload, trip=trip, order=order, carton=one)
    assert [day.on_hand("PUMP", place) for place in ("S-01", "TRUCK-1")] == [1, 1]
    assert day.ask("SELECT id FROM carton WHERE trip_id IS NOT NULL") == [(two,)]
    day.runner.do(unload, trip=trip, order=order)
    day.runner.do(remove_from_trip, trip=trip, order=order)
    assert day.ask("SELECT order_id FROM trip_order") == [(other,)]


# ---------------------------------------------------------------- departure


def test_everything_that_stops_a_departure_is_said_at_once(day: Day, owner: Engine) -> None:
    day.stock("PUMP", 6)
    day.stock("FLARE", 1, lot="L-1")
    held = staged(day, ("PUMP", 1))
    whole = staged(day, ("PUMP", 2), ("ANCHOR", 1), ship_complete=True)
    order_boxed = day.order(("PUMP", 1), delivery_mode="TRUCK")
    stale = boxed(day, order_boxed, "PUMP", 1)
    flares = staged(day, ("FLARE", 1))
    half_closed = day.order(("PUMP", 1), delivery_mode="TRUCK")
    still_open = boxed(day, half_closed, "PUMP", 1)
    orders = (held, whole, order_boxed, flares, half_closed)
    trip = planned_trip(day, *orders)
    for order in orders:
        day.runner.do(load, trip=trip, order=order, out_of_sequence=True)
    day.runner.do(hold_order, order=held, code="NO-SHIP", reason="wait")
    day.runner.do(change_order, order=order_boxed, customer_po="other")
    with owner.begin() as connection:
        connection.execute(text("UPDATE lot SET blocked_reason = 'recall'"))
        connection.execute(
            text("UPDATE carton SET state = 'open' WHERE id = :id"), {"id": still_open}
        )
    with pytest.raises(SeveralProblems) as refused:
        day.runner.do(depart, trip=trip)
    assert [type(each) for each in refused.value.problems] == [
        StoppedByHold,
        StaleLabels,
        CartonStillOpen,
        LotNotToSell,
        ShipComplete,
    ]
    assert stale != still_open
    assert "lot L-1, which is blocked: recall" in str(refused.value)
    assert state_of(day, trip) == "loading"
    assert day.one("SELECT count(*) FROM shipment") == 0


def test_overweight_and_missing_serials_are_asked_about(day: Day, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE item SET tracking = 'serial_out' WHERE number = 'ANCHOR'"))
    day.stock("ANCHOR", 60)
    order = staged(day, ("ANCHOR", 60))
    trip = planned_trip(day, order)
    day.runner.do(load, trip=trip, order=order)
    with pytest.raises(Overweight) as heavy:
        day.runner.do(depart, trip=trip)
    assert str(heavy.value) == (
        "TRUCK-1 may carry 1000 kg, 1200 kg are on it. Depart all the same?"
    )
    with pytest.raises(SerialsMissing):
        day.runner.do(depart, trip=trip, overweight=True)
    day.runner.do(depart, trip=trip, overweight=True, without_serials=True)
    assert state_of(day, trip) == "departed"


def test_a_departed_trip_takes_nothing_more_and_says_who_when(day: Day) -> None:
    day.stock("PUMP", 2)
    order, late = staged(day, ("PUMP", 1)), staged(day, ("PUMP", 1))
    trip = gone_trip(day, order)
    attempts: list[tuple[Any, dict[str, Any]]] = [
        (depart, {}),
        (load, {"order": order}),
        (unload, {"order": order, "lane": day.place("S-01")}),
        (add_to_trip, {"orders": (late,)}),
        (remove_from_trip, {"order": order}),
        (move_stop, {"stop": 1, "to": 1}),
        (change_trip, {"driver": "Pia"}),
        (start_loading, {}),
        (stop_loading, {}),
        (cancel_trip, {}),
    ]
    for verb, arguments in attempts:
        with pytest.raises(TripGone) as refused:
            day.runner.do(verb, trip=trip, **arguments)
        assert refused.value.data["who"] == "maria"
    assert day.one("SELECT count(*) FROM shipment") == 1


def test_what_was_left_behind_goes_with_another_trip(day: Day) -> None:
    day.stock("PUMP", 2)
    first, left = staged(day, ("PUMP", 1)), staged(day, ("PUMP", 1))
    trip = planned_trip(day, first, left)
    day.runner.do(load, trip=trip, order=first)
    with pytest.raises(LeftBehind):
        day.runner.do(depart, trip=trip)
    departed = day.runner.do(depart, trip=trip, leave_behind=True)
    assert [each.order for each in departed.left_behind] == ["SO-1002"]
    again = planned_trip(day, left)
    day.runner.do(load, trip=again, order=left)
    day.runner.do(depart, trip=again)
    assert [day.status(order) for order in (first, left)] == ["packed", "packed"]


# ---------------------------------------------------------------- un-depart


def test_undepart_and_depart_again_leaves_everything_right(day: Day, owner: Engine) -> None:
    day.stock("PUMP", 5)
    day.stock("FLARE", 2, lot="L-1")
    order = day.order(("PUMP", 3), ("FLARE", 2), customer="C-2")
    day.runner.do(allocate_order, order=order)
    carton = boxed(day, order, "PUMP", 2)
    day.runner.do(stage, order=order)
    trip = gone_trip(day, order)
    before = day.ask(
        "SELECT packed, allocated, loaded, open FROM sales_order_line ORDER BY line_no"
    )
    assert before == [(D(3), D(0), D(0), D(0)), (D(2), D(0), D(0), D(0))]

    day.runner.do(undepart, trip=trip)
    assert state_of(day, trip) == "loading"
    assert day.ask("SELECT departed_at, departed_by FROM trip") == [(None, None)]
    assert day.status(order) == "loaded"
    assert day.on_hand("PUMP", "TRUCK-1") == 3
    assert day.ask("SELECT state, trip_id, shipment_id FROM carton") == [("closed", trip, None)]
    assert day.ask("SELECT state FROM shipment") == [("cancelled",)]
    assert day.ask(
        "SELECT packed, allocated, loaded, boxed, open FROM sales_order_line ORDER BY line_no"
    ) == [(D(0), D(3), D(3), D(3), D(3)), (D(0), D(2), D(2), D(2), D(2))]
    assert doctor_finds(owner) == ()

    day.runner.do(unload, trip=trip, order=order, carton=carton)
    day.runner.do(load, trip=trip, order=order)
    day.runner.do(depart, trip=trip)
    assert day.ask("SELECT state FROM shipment ORDER BY id") == [("cancelled",), ("packed",)]
    assert (
        day.ask("SELECT packed, allocated, loaded, open FROM sales_order_line ORDER BY line_no")
        == before
    )
    assert day.ask(
        "SELECT c.state, s.state FROM carton c JOIN shipment s ON s.id = c.shipment_id"
    ) == [("packed", "packed")]
    assert day.on_hand("PUMP", "TRUCK-1") == 0
    assert doctor_finds(owner) == ()
    day.runner.do(undepart, trip=trip)
    day.runner.do(depart, trip=trip)
    assert day.one("SELECT count(*) FROM shipment WHERE state = 'packed'") == 1
    assert doctor_finds(owner) == ()


def test_only_a_manager_takes_a_departure_back_even_by_psql(
    day: Day, run_as: RunAs, engine_as: EngineAs
) -> None:
    day.stock("PUMP", 1)
    order = staged(day, ("PUMP", 1))
    trip = gone_trip(day, order)
    for login in ("fritz", "doris", "karl"):
        with pytest.raises(NotPermitted):
            run_as(login).do(undepart, trip=trip)
    with pytest.raises(DBAPIError, match="only a manager calls a departed trip back"):
        _by_hand(engine_as("doris"), "UPDATE trip SET state = 'loading'")
    assert state_of(day, trip) == "departed"


def test_what_is_invoiced_is_not_taken_back(day: Day) -> None:
    day.stock("PUMP", 2)
    order, other = staged(day, ("PUMP", 1)), staged(day, ("PUMP", 1))
    trip = gone_trip(day, order, other)
    draft = day.runner.do(invoice_order, order=order)
    with pytest.raises(TripInvoiced) as refused:
        day.runner.do(undepart, trip=trip)
    assert refused.value.data["order"] == "SO-1001"
    assert state_of(day, trip) == "departed"
    day.runner.do(delete_draft_invoice, invoice=draft.invoice_id)
    day.runner.do(undepart, trip=trip)
    assert state_of(day, trip) == "loading"


def test_a_trip_that_has_not_left_or_is_back_is_not_taken_back(day: Day) -> None:
    day.stock("PUMP", 2)
    order = staged(day, ("PUMP", 2))
    trip = planned_trip(day, order)
    with pytest.raises(NotGone):
        day.runner.do(undepart, trip=trip)
    with pytest.raises(IllegalTransition):
        day.runner.do(return_trip, trip=trip)
    day.runner.do(load, trip=trip, order=order)
    day.runner.do(depart, trip=trip)
    day.runner.do(return_trip, trip=trip)
    assert state_of(day, trip) == "returned"
    with pytest.raises(TripReturned):
        day.runner.do(undepart, trip=trip)


# ---------------------------------------------------------------- who may what, also by psql


def _by_hand(engine: Engine, *statements: str) -> None:
    """What somebody types at psql, inside a command claimed as the runner does."""
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT claim_command(gen_random_uuid(), 'by hand', '{}', NULL, NULL, NULL, NULL)"
        )
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("SELECT finish_command(current_command_id(), '{}', '[]')")


@pytest.mark.parametrize("login", ["anna", "fritz", "karl"])
def test_trips_are_the_matter_of_dispatch(day: Day, run_as: RunAs, login: str) -> None:
    order = day.order(("PUMP", 1))
    trip = planned_trip(day, order, loading=False)
    someone = run_as(login)
    attempts: list[tuple[Any, dict[str, Any]]] = [
        (plan_trip, {"truck": day.place("TRUCK-2"), "orders": (order,)}),
        (add_to_trip, {"trip": trip, "orders": (order,)}),
        (remove_from_trip, {"trip": trip, "order": order}),
        (move_stop, {"trip": trip, "stop": 1, "to": 1}),
        (change_trip, {"trip": trip, "dock": "1"}),
        (start_loading, {"trip": trip}),
        (stop_loading, {"trip": trip}),
        (cancel_trip, {"trip": trip}),
        (depart, {"trip": trip}),
        (return_trip, {"trip": trip}),
        (come_back, {"shipment": 1, "lines": ()}),
    ]
    for verb, arguments in attempts:
        with pytest.raises(NotPermitted):
            someone.do(verb, **arguments)
    assert state_of(day, trip) == "planned"


_RETURN = """
    INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity, reason,
                            order_line_id, shipment_id)
    SELECT l.item_id, f.id, t.id, 3, 'return', l.id, s.id
      FROM sales_order_line l JOIN shipment s ON s.order_id = l.order_id, location f, location t
     WHERE l.line_no = 1 AND f.code = 'CUSTOMER' AND t.code = 'RECV'"""


@pytest.mark.parametrize(
    ("login", "statement", "why"),
    [
        ("doris", "UPDATE trip SET state = 'planned'", "cannot go from departed to planned"),
        ("doris", "UPDATE trip SET truck_id = truck_id + 1", "keeps its truck"),
        ("doris", "UPDATE trip SET state = 'loading'", "only a manager"),
        ("doris", "UPDATE sales_order_line SET cancelled = 1", "matter of sales"),
        ("doris", "UPDATE sales_order_line SET amount = 0", "matter of sales"),
        ("doris", "UPDATE sales_order SET total_amount = 0", "matter of sales"),
        ("doris", "DELETE FROM order_tax", "matter of sales"),
        ("fritz", "UPDATE sales_order_line SET amount = 0", "matter of sales"),
        ("fritz", "UPDATE trip SET state = 'returned'", "permission denied"),
        ("doris", _RETURN, "more would come back|returned_within_packed"),
        ("fritz", _RETURN.replace("RECV", "S-01").replace(" 3,", " 1,"), "not allowed"),
        (
            "doris",
            """
            INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity, reason,
                                    order_line_id, shipment_id)
            SELECT i.id, f.id, t.id, 1, 'return', l.id, s.id
              FROM sales_order_line l JOIN shipment s ON s.order_id = l.order_id,
                   location f, location t, item i
             WHERE f.code = 'CUSTOMER' AND t.code = 'RECV' AND i.number = 'ROPE'""",
            "booked on another",
        ),
    ],
)
def test_by_psql_within_a_command_dispatch_does_no_more_than_its_verbs(
    day: Day, engine_as: EngineAs, owner: Engine, login: str, statement: str, why: str
) -> None:
    day.stock("PUMP", 2)
    order = staged(day, ("PUMP", 2))
    gone_trip(day, order)
    before = day.ask("SELECT * FROM stock_balance ORDER BY id")
    with pytest.raises(DBAPIError, match=why):
        _by_hand(engine_as(login), statement)
    assert day.ask("SELECT * FROM stock_balance ORDER BY id") == before
    assert doctor_finds(owner) == ()


def test_the_doors_do_not_close_on_goods_by_psql(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 1)
    order = staged(day, ("PUMP", 1))
    trip = planned_trip(day, order)
    day.runner.do(load, trip=trip, order=order)
    for state in ("planned", "cancelled", "departed"):
        with pytest.raises(DBAPIError, match="goods are still on the truck"):
            _by_hand(engine_as("doris"), f"UPDATE trip SET state = '{state}'")
    with (
        pytest.raises(DBAPIError, match="inside a command"),
        engine_as("doris").begin() as connection,
    ):
        connection.execute(text("UPDATE trip SET state = 'departed'"))
    assert state_of(day, trip) == "loading"


def test_a_clerk_in_psql_cancels_no_more_than_came_back(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 2)
    order = staged(day, ("PUMP", 2), ("ANCHOR", 5))
    trip = planned_trip(day, order)
    day.runner.do(load, trip=trip, order=order)
    day.runner.do(depart, trip=trip)
    with pytest.raises(DBAPIError, match="no more is cancelled than came back"):
        _by_hand(
            engine_as("doris"),
            _RETURN.replace(" 3,", " 1,"),
            "UPDATE sales_order_line SET cancelled = 5 WHERE ordered = 5",
        )
    assert [line.cancelled for line in day.lines(order)] == [0, 0]


def test_unknown_things_are_refused_by_name(day: Day) -> None:
    for verb, arguments in (
        (undepart, {"trip": 99}),
        (return_trip, {"trip": 99}),
        (come_back, {"shipment": 99, "lines": (LineBack(1, Outcome.DELIVERED, D(1)),)}),
    ):
        with pytest.raises(BusinessError, match="There is no"):
            day.runner.do(verb, **arguments)


def test_what_is_not_to_ship_yet_is_not_loaded(day: Day) -> None:
    day.stock("PUMP", 2)
    order = staged(day, ("PUMP", 2))
    trip = planned_trip(day, order)
    day.runner.do(hold_order, order=order, code="NO-SHIP", reason="waits for a letter")
    with pytest.raises(StoppedByHold):
        day.runner.do(load, trip=trip, order=order)
    assert day.lines(order)[0].loaded == 0


def test_a_cancelled_trip_stays_as_it_was(day: Day) -> None:
    day.stock("PUMP", 4)
    order, other = staged(day, ("PUMP", 2)), staged(day, ("PUMP", 1), customer="C-1")
    trip = planned_trip(day, order, other, loading=False)
    day.runner.do(cancel_trip, trip=trip)
    stop = day.one("SELECT id FROM trip_stop ORDER BY id LIMIT 1")
    for verb, more in (
        (change_trip, {"driver": "Fritz"}),
        (move_stop, {"stop": stop, "to": 2}),
        (remove_from_trip, {"order": order}),
        (add_to_trip, {"orders": (order,)}),
        (load, {"order": order}),
    ):
        with pytest.raises(TripCancelled, match="TR-1001 is cancelled"):
            day.runner.do(verb, trip=trip, **more)
