"""From the bin to the departed truck: allocate, pick, stage, load, depart, and the ways back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from app.core.errors import BusinessError, NotPermitted, SeveralProblems
from app.operations.allocation import (
    MovedAlready,
    NotEnoughStock,
    NothingToAllocate,
    allocate_order,
    allocate_orders,
    reallocate,
    release_order,
)
from app.operations.floor import NothingToMove, StoppedByHold
from app.operations.orders import cancel_order, hold_order
from app.operations.orders.refusals import GoodsPromised, OnHold
from app.operations.packing import box, close_carton, open_carton
from app.operations.picking import StaleCode, make_picklist, pick_line, pick_order, short_pick
from app.operations.run import Command, verb_of
from app.operations.staging import NotSoMuchLoose, WhichLot, restage, stage, stage_carton, unstage
from app.operations.trucks import (
    LeftBehind,
    NotLoading,
    NotOnTrip,
    TripGone,
    TruckEmpty,
    cancel_trip,
    depart,
    load,
    plan_trip,
    start_loading,
    unload,
)
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day


def _loaded_trip(day: Day, *orders: int) -> int:
    """A trip of TRUCK-1 with these allocated orders staged and loaded."""
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=orders).trip_id
    day.runner.do(start_loading, trip=trip)
    for order in orders:
        day.runner.do(stage, order=order)
        day.runner.do(load, trip=trip, order=order)
    return trip


def test_what_is_allocated_is_nobody_elses_and_the_rest_is_backordered(day: Day) -> None:
    day.stock("PUMP", 5)
    first, second = day.order(("PUMP", 4)), day.order(("PUMP", 4))
    assert day.runner.do(allocate_order, order=first).short == ()
    answer = day.runner.do(allocate_order, order=second)
    assert answer.allocated == 1
    assert [(s.item, s.wanted, s.missing) for s in answer.short] == [
        ("PUMP", Decimal(4), Decimal(3))
    ]
    assert (day.status(first), day.status(second)) == ("allocated", "part_allocated")
    assert day.free("PUMP", "A-01") == 0
    with pytest.raises(NothingToAllocate):
        day.runner.do(allocate_order, order=first)


def test_all_or_nothing_allocates_nothing_and_names_every_short_item(day: Day) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 2), ("ANCHOR", 1))
    with pytest.raises(SeveralProblems) as refused:
        day.runner.do(allocate_order, order=order, all_or_nothing=True)
    assert {type(p) for p in refused.value.problems} == {NotEnoughStock}
    assert len(refused.value.problems) == 2
    assert day.free("PUMP", "A-01") == 1


def test_the_lot_that_expires_first_goes_first(day: Day) -> None:
    day.stock("FLARE", 5, "A-01", lot="L-LATE", expires_on=date(2099, 1, 1))
    day.stock("FLARE", 5, "A-02", lot="L-SOON", expires_on=date(2098, 1, 1))
    order = day.order(("FLARE", 6))
    day.runner.do(allocate_order, order=order)
    assert day.ask(
        """SELECT l.code, a.quantity FROM allocation a JOIN lot l ON l.id = a.lot_id
            ORDER BY l.expires_on"""
    ) == [("L-SOON", Decimal(5)), ("L-LATE", Decimal(1))]


def test_an_order_goes_from_bin_to_departed_truck(day: Day) -> None:
    day.stock("PUMP", 10)
    day.stock("ROPE", 50, "A-02")
    order = day.order(("PUMP", 4), ("ROPE", "12.5"), customer="C-2")
    day.runner.do(allocate_order, order=order)
    picklist = day.runner.do(make_picklist, orders=(order,))
    assert picklist.lines == 2
    day.runner.do(pick_order, order=order, to=day.place("CART-1"))
    assert day.on_hand("PUMP", "CART-1") == 4
    day.runner.do(stage, order=order)
    assert day.status(order) == "staged"
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(order,)).trip_id
    with pytest.raises(NotLoading):
        day.runner.do(load, trip=trip, order=order)
    day.runner.do(start_loading, trip=trip)
    day.runner.do(load, trip=trip, order=order)
    assert day.status(order) == "loaded"
    assert day.on_hand("PUMP", "TRUCK-1") == 4
    departed = day.runner.do(depart, trip=trip)
    assert departed.quantity == Decimal("16.5")
    assert len(departed.shipments) == 1
    assert day.status(order) == "packed"
    assert day.on_hand("PUMP", "TRUCK-1") == 0
    assert [line.packed for line in day.lines(order)] == [Decimal(4), Decimal("12.5")]
    assert day.one("SELECT count(*) FROM allocation") == 0
    assert sorted(r[0] for r in day.ask("SELECT document FROM print_job")) == [
        "manifest",
        "packing_slip",
        "pick_list",
    ]


def test_departing_twice_is_refused_and_says_who_did_it(day: Day) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 1), customer="C-2")
    day.runner.do(allocate_order, order=order)
    trip = _loaded_trip(day, order)
    day.runner.do(depart, trip=trip)
    with pytest.raises(TripGone) as refused:
        day.runner.do(depart, trip=trip)
    assert refused.value.data["who"] == "maria"
    assert day.one("SELECT count(*) FROM shipment") == 1
    with pytest.raises(TripGone):
        day.runner.do(load, trip=trip, order=order)


def test_what_stays_on_the_dock_is_asked_about_and_listed(day: Day) -> None:
    day.stock("PUMP", 3)
    first, second = day.order(("PUMP", 2), customer="C-2"), day.order(("PUMP", 1), customer="C-1")
    for order in (first, second):
        day.runner.do(allocate_order, order=order)
        day.runner.do(stage, order=order)
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(second, first)).trip_id
    day.runner.do(start_loading, trip=trip)
    with pytest.raises(TruckEmpty):
        day.runner.do(depart, trip=trip)
    day.runner.do(load, trip=trip, order=first)
    with pytest.raises(LeftBehind):
        day.runner.do(depart, trip=trip)
    assert day.one("SELECT count(*) FROM shipment") == 0
    departed = day.runner.do(depart, trip=trip, leave_behind=True)
    assert [(x.item, x.quantity, x.place) for x in departed.left_behind] == [
        ("PUMP", Decimal(1), "S-01")
    ]
    assert (day.status(first), day.status(second)) == ("packed", "staged")


def test_the_ways_back_unload_unstage_release_cancel(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), customer="C-2")
    day.runner.do(allocate_order, order=order)
    trip = _loaded_trip(day, order)
    with pytest.raises(BusinessError):
        day.runner.do(cancel_trip, trip=trip)
    with pytest.raises(MovedAlready):
        day.runner.do(release_order, order=order)
    day.runner.do(unload, trip=trip, order=order, lane=day.place("S-01"))
    day.runner.do(cancel_trip, trip=trip)
    day.runner.do(restage, order=order, lane=day.place("S-02"))
    assert day.on_hand("PUMP", "S-02") == 2
    day.runner.do(unstage, order=order, to=day.place("A-03"), reason="customer called")
    with pytest.raises(GoodsPromised):
        day.runner.do(cancel_order, order=order, reason="gone")
    day.runner.do(release_order, order=order)
    day.runner.do(cancel_order, order=order, reason="gone")
    assert day.status(order) == "cancelled"
    assert day.free("PUMP", "A-03") == 2


def test_an_order_not_on_the_trip_is_not_loaded(day: Day) -> None:
    day.stock("PUMP", 2)
    planned, other = day.order(("PUMP", 1)), day.order(("PUMP", 1))
    for order in (planned, other):
        day.runner.do(allocate_order, order=order)
        day.runner.do(stage, order=order)
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(planned,)).trip_id
    day.runner.do(start_loading, trip=trip)
    with pytest.raises(NotOnTrip):
        day.runner.do(load, trip=trip, order=other)
    assert day.on_hand("PUMP", "TRUCK-1") == 0


def test_releasing_cancels_the_picklist_line_bound_to_it(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    line = day.one("SELECT id FROM picklist_line")
    day.runner.do(release_order, order=order)
    assert day.one("SELECT state FROM picklist") == "cancelled"
    with pytest.raises(StaleCode):
        day.runner.do(pick_line, line=line)


def test_a_picklist_is_refused_for_every_order_on_a_hold_that_stops_picking(day: Day) -> None:
    day.stock("PUMP", 4)
    orders = tuple(day.order(("PUMP", 1)) for _ in range(4))
    for order in orders:
        day.runner.do(allocate_order, order=order)
    for order in orders[:2]:
        day.runner.do(hold_order, order=order, code="CREDIT", reason="unpaid")
    day.runner.do(hold_order, order=orders[2], code="NO-SHIP", reason="wait")
    with pytest.raises(SeveralProblems) as refused:
        day.runner.do(make_picklist, orders=orders)
    numbers = [day.one("SELECT number FROM sales_order WHERE id = :id", id=o) for o in orders[:2]]
    assert [(type(p), p.data) for p in refused.value.problems] == [
        (StoppedByHold, {"order": number, "hold": "CREDIT"}) for number in numbers
    ]
    assert day.one("SELECT count(*) FROM picklist") == 0


def test_picking_half_leaves_the_other_half_promised(day: Day) -> None:
    day.stock("PUMP", 4)
    order = day.order(("PUMP", 4))
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    line = day.one("SELECT id FROM picklist_line")
    day.runner.do(pick_line, line=line, quantity=Decimal(2))
    assert day.ask("SELECT quantity FROM allocation ORDER BY id") == [(Decimal(2),), (Decimal(2),)]
    assert [line.allocated for line in day.lines(order)] == [Decimal(4)]
    day.runner.do(pick_line, line=line)
    assert day.ask("SELECT quantity FROM allocation") == [(Decimal(4),)]
    assert day.status(order) == "staged"


def test_a_short_pick_releases_the_rest_and_says_so(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    line = day.one("SELECT id FROM picklist_line")
    answer = day.runner.do(short_pick, line=line, found=Decimal(3), reason="bin damaged")
    assert answer.missing == 2
    assert day.on_hand("PUMP", "S-01") == 3
    assert day.free("PUMP", "A-01") == 2
    assert day.one("SELECT state FROM picklist") == "done"


def test_a_clerk_may_not_depart_and_the_floor_may_not_sell(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=order)
    trip = _loaded_trip(day, order)
    for login in ("anna", "fritz"):
        with pytest.raises(NotPermitted):
            run_as(login).do(depart, trip=trip)
    with pytest.raises(NotPermitted):
        run_as("fritz").do(cancel_order, order=order, reason="no")
    assert day.one("SELECT count(*) FROM shipment") == 0


def test_the_same_command_twice_is_done_once(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    verb = verb_of(allocate_order)
    command = Command(verb, verb.arguments(order=order))
    first = day.runner.run(command)
    assert day.runner.run(command) == first
    assert day.one("SELECT sum(quantity) FROM allocation") == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stock_move SET quantity = 1",
        "DELETE FROM stock_move",
        "TRUNCATE stock_move",
        "UPDATE stock_balance SET on_hand = 99",
        "UPDATE sales_order_line SET packed = 1",
        "UPDATE sales_order SET status = 'closed'",
        "UPDATE number_series SET next = 1",
        "SELECT * FROM number_series",
        "SELECT * FROM item_cost",
        "SELECT arguments FROM command",
        "INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity, reason)"
        " SELECT i.id, f.id, t.id, 1, 'receive' FROM item i, location f, location t"
        " WHERE i.number = 'PUMP' AND f.code = 'SUPPLIER' AND t.code = 'A-01'",
        "UPDATE sales_order SET state = 'closed'",
        "CREATE TABLE mine (x int)",
        "CREATE ROLE mine",
    ],
)
@pytest.mark.parametrize("login", ["anna", "fritz"])
def test_psql_as_a_clerk_cannot(day: Day, engine_as: EngineAs, login: str, statement: str) -> None:
    day.stock("PUMP", 1)
    day.order(("PUMP", 1))
    before = day.ask("SELECT * FROM stock_balance")
    with pytest.raises(DBAPIError), engine_as(login).begin() as connection:
        connection.exec_driver_sql(statement)
    assert day.ask("SELECT * FROM stock_balance") == before


def test_of_a_line_in_several_lots_it_is_said_which_one_is_staged(day: Day) -> None:
    day.stock("FLARE", 4, lot="L-1")
    day.stock("FLARE", 6, lot="L-2")
    order = day.order(("FLARE", 10))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("CART-1"))
    line = day.lines(order)[0].id
    with pytest.raises(WhichLot, match="FLARE for order SO-1001 is of several lots") as asked:
        day.runner.do(stage, order=order, lines=(line,), quantity=Decimal(3))
    assert asked.value.data["lots"] == "L-1, L-2"
    day.runner.do(stage, order=order, lines=(line,), quantity=Decimal(3), lot="L-2")
    with pytest.raises(NotSoMuchLoose):
        day.runner.do(stage, order=order, lines=(line,), quantity=Decimal(5), lot="L-1")
    day.runner.do(stage, order=order, lot="L-1", from_place=day.place("CART-1"))
    with pytest.raises(NothingToMove):
        day.runner.do(stage, order=order, lot="L-9")
    assert day.ask(
        """SELECT t.code, p.code, b.on_hand FROM stock_balance b JOIN lot t ON t.id = b.lot_id
             JOIN location p ON p.id = b.location_id WHERE b.on_hand > 0 ORDER BY 1, 2"""
    ) == [("L-1", "S-01", 4), ("L-2", "CART-1", 3), ("L-2", "S-01", 3)]
    day.runner.do(stage, order=order, lines=(line,), quantity=Decimal(3))
    assert day.on_hand("FLARE", "S-01") == 10


def test_a_carton_of_goods_with_and_without_lots_travels_as_one(day: Day) -> None:
    """Beside loose goods, too: what lies in one carton is never written in two steps."""
    day.stock("PUMP", 9)
    day.stock("ROPE", 9)
    day.stock("FLARE", 9, lot="L-1")
    order = day.order(("PUMP", 2), ("FLARE", 2), ("ROPE", 1), customer="C-2")
    day.runner.do(allocate_order, order=order)
    bench = day.place("P-01")
    carton = day.runner.do(open_carton, order=order, location=bench).carton_id
    for item in ("PUMP", "FLARE"):
        day.runner.do(
            box,
            order=order,
            item=day.item(item),
            carton=carton,
            location=bench,
            quantity=Decimal(1),
        )
    day.runner.do(close_carton, carton=carton)
    day.runner.do(stage, order=order, lane=day.place("S-01"))
    day.runner.do(restage, order=order, lane=day.place("S-02"))
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(order,)).trip_id
    day.runner.do(start_loading, trip=trip)
    day.runner.do(load, trip=trip, order=order)
    day.runner.do(unload, trip=trip, order=order)
    day.runner.do(load, trip=trip, order=order)
    day.runner.do(depart, trip=trip)
    assert [line.packed for line in day.lines(order)] == [2, 2, 1]
    assert day.ask("SELECT state, trip_id FROM carton") == [("packed", trip)]


def test_a_carton_goes_with_all_that_is_in_it_also_when_one_line_is_named(day: Day) -> None:
    day.stock("PUMP", 2)
    day.stock("ROPE", 2)
    order = day.order(("PUMP", 2), ("ROPE", 1), customer="C-2")
    bench = day.place("P-01")
    carton = day.runner.do(open_carton, order=order, location=bench).carton_id
    for item in ("PUMP", "ROPE"):
        goods = {"item": day.item(item), "quantity": Decimal(1)}
        day.runner.do(box, order=order, carton=carton, location=bench, **goods)
    day.runner.do(stage, order=order, lane=day.place("S-01"), lines=(day.lines(order)[0].id,))
    assert [line.staged for line in day.lines(order)] == [1, 1]
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(order,)).trip_id
    day.runner.do(start_loading, trip=trip)
    day.runner.do(load, trip=trip, order=order)
    with pytest.raises(NothingToMove, match="unload it first"):
        day.runner.do(stage_carton, order=order, carton=carton, lane=day.place("S-02"))


def test_goods_are_not_given_to_an_order_whose_hold_stops_allocation(day: Day) -> None:
    day.stock("PUMP", 2)
    order, held = day.order(("PUMP", 2)), day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=order)
    day.runner.do(hold_order, order=held, code="CREDIT", reason="over the limit")
    lines = {"line": day.lines(order)[0].id, "to": day.lines(held)[0].id}
    with pytest.raises(OnHold):
        day.runner.do(reallocate, quantity=Decimal(1), reason="they cried", **lines)
    assert day.lines(order)[0].allocated == 2


def test_only_a_manager_puts_another_hold_in_the_place_of_one(day: Day, run_as: RunAs) -> None:
    order = day.order(("PUMP", 1))
    run_as("anna").do(hold_order, order=order, code="CREDIT", reason="over the limit")
    with pytest.raises(NotPermitted):
        run_as("anna").do(hold_order, order=order, code="NO-BILL", reason="another")
    day.runner.do(hold_order, order=order, code="NO-BILL", reason="another")
    assert day.one("SELECT hold_code FROM sales_order") == "NO-BILL"


def test_what_stands_in_another_lane_stays_there_unless_a_lane_is_said(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), lane=day.place("S-01"))
    day.runner.do(allocate_order, order=order)
    day.runner.do(stage, order=order, lane=day.place("S-02"))
    with pytest.raises(NothingToMove):
        day.runner.do(stage, order=order)
    assert day.on_hand("PUMP", "S-02") == 2


def test_orders_of_two_warehouses_are_promised_goods_of_their_own(day: Day) -> None:
    day.stock("PUMP", 5, "N-01")
    here = day.order(("PUMP", 2))
    there = day.order(("PUMP", 2), warehouse=2)
    done = day.runner.do(allocate_orders, orders=(here, there))
    assert [(short.order_line_id, short.missing) for short in done.short] == [
        (day.lines(here)[0].id, Decimal(2))
    ]
    assert [day.lines(order)[0].allocated for order in (here, there)] == [0, 2]


def test_a_list_picked_in_part_is_done_when_the_rest_is_released(day: Day) -> None:
    day.stock("PUMP", 3)
    first, second = day.order(("PUMP", 1)), day.order(("PUMP", 2))
    for order in (first, second):
        day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(first, second))
    day.runner.do(pick_order, order=first, to=day.place("S-01"))
    assert day.one("SELECT state FROM picklist") == "open"
    day.runner.do(release_order, order=second)
    assert day.one("SELECT state FROM picklist") == "done"
