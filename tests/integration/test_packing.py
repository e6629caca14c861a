"""From the bin into the carton, out to the customer, and the ways back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.quantity import QuantityTooFine
from app.operations.allocation import allocate_order
from app.operations.orders import cancel_line
from app.operations.packing import (
    CartonEmpty,
    CartonNotClosed,
    CartonNotOpen,
    CartonOfOther,
    CartonTooHeavy,
    LabelWrong,
    LotBlocked,
    LotExpired,
    MoreThanOrdered,
    NothingBoxed,
    NothingLeftToTake,
    NothingToUndo,
    NotOnOrder,
    OrderShipsComplete,
    SerialMissing,
    SerialTaken,
    ShippedAlready,
    UnpackedAlready,
    WeightDiffers,
    box,
    change_carton_type,
    close_carton,
    finish,
    open_carton,
    print_label,
    reopen_carton,
    say_short,
    undo_box,
    unpack,
)
from app.operations.picking import pick_order
from app.operations.staging import stage, stage_carton
from app.operations.stock import adjust
from app.operations.trucks import load
from app.queries.packing import backorders_to_ask
from bench.counting import wire
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.trips import doctor_finds, planned_trip

BENCH = "P-01"


def _carton(day: Day, order: int) -> int:
    return int(day.runner.do(open_carton, order=order, location=day.place(BENCH)).carton_id)


def _box(day: Day, order: int, item: str, carton: int, quantity: int | str = 1, **more: Any) -> Any:
    return day.runner.do(
        box,
        order=order,
        item=day.item(item),
        carton=carton,
        location=day.place(BENCH),
        quantity=Decimal(quantity),
        **more,
    )


@pytest.fixture
def by_hand(day: Day) -> None:
    """The company's setting: orders are finished by a key, not by their last scan."""
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET finish_packs = false"))


def test_boxed_goods_stay_inventory_and_finish_packs_them(day: Day, by_hand: None) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton)
    assert day.on_hand("PUMP", "A-01") == 4
    assert day.on_hand("PUMP", BENCH) == 1
    with pytest.raises(CartonNotClosed):
        day.runner.do(finish, order=order)
    last = _box(day, order, "PUMP", carton)
    assert (last.left, last.closed, last.finished) == (0, (1,), None)
    assert day.lines(order)[0].packed == 0
    done = day.runner.do(finish, order=order)
    assert (done.packed, done.quantity) == (True, Decimal(2))
    assert day.on_hand("PUMP", BENCH) == 0
    assert day.status(order) == "packed"
    assert day.ask("SELECT document FROM print_job ORDER BY id") == [
        ("carton_label",),
        ("packing_slip",),
    ]


def test_the_last_scan_closes_the_carton_and_packs_what_a_carrier_takes(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2), ("PUMP", 1))
    carton = _carton(day, order)
    assert _box(day, order, "PUMP", carton, 2).finished is None
    last = _box(day, order, "PUMP", carton)
    assert last.closed == (1,)
    assert last.finished is not None
    assert (last.finished.packed, last.finished.shipment, last.finished.quantity) == (
        True,
        "SH-1001",
        Decimal(3),
    )
    assert [line.packed for line in day.lines(order)] == [2, 1]
    assert day.on_hand("PUMP", BENCH) == 0
    assert day.ask("SELECT document FROM print_job ORDER BY document") == [
        ("carton_label",),
        ("packing_slip",),
    ]
    assert day.one("SELECT state FROM carton") == "packed"
    with pytest.raises(ShippedAlready, match="was packed as SH-1001 by maria on 20"):
        day.runner.do(finish, order=order)
    assert day.ask("SELECT number FROM shipment") == [("SH-1001",)]


def test_the_lane_comes_before_the_bin_and_free_goods_come_last(day: Day, by_hand: None) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    lane = day.one("SELECT min(id) FROM location WHERE kind = 'staging'")
    day.runner.do(stage, order=order, lane=lane)
    day.stock("PUMP", 4)
    carton = _carton(day, order)
    assert _box(day, order, "PUMP", carton, 2).sources[1] == "A-01"
    assert day.on_hand("PUMP", "A-01") == 3
    assert day.free("PUMP", "A-01") == 3


def test_refused_scans_move_nothing(day: Day) -> None:
    day.stock("PUMP", 1)
    order, other = day.order(("PUMP", 2)), day.order(("PUMP", 1))
    carton, foreign = _carton(day, order), _carton(day, other)
    with pytest.raises(NotOnOrder):
        _box(day, order, "ANCHOR", carton)
    with pytest.raises(MoreThanOrdered):
        _box(day, order, "PUMP", carton, 3)
    with pytest.raises(NothingLeftToTake):
        _box(day, order, "PUMP", carton, 2)
    with pytest.raises(CartonOfOther):
        _box(day, order, "PUMP", foreign)
    with pytest.raises(NothingBoxed):
        day.runner.do(finish, order=order)
    assert day.on_hand("PUMP", "A-01") == 1
    assert day.free("PUMP", "A-01") == 1


def test_undo_brings_the_goods_and_their_promise_back(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton)
    day.runner.do(undo_box, carton=carton)
    assert day.on_hand("PUMP", "A-01") == 5
    assert day.free("PUMP", "A-01") == 4
    assert day.lines(order)[0].boxed == 0


@pytest.mark.parametrize("place", ["CART-1", "S-01"])
def test_undo_brings_goods_back_to_the_cart_or_lane_they_came_from(day: Day, place: str) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place(place))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton)
    day.runner.do(undo_box, carton=carton)
    assert day.on_hand("PUMP", place) == 2
    assert day.free("PUMP", place) == 0
    assert day.on_hand("PUMP", BENCH) == 0


def test_a_closed_carton_takes_nothing_until_it_is_reopened(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton)
    day.runner.do(close_carton, carton=carton)
    with pytest.raises(CartonNotOpen):
        _box(day, order, "PUMP", carton)
    day.runner.do(reopen_carton, carton=carton)
    assert _box(day, order, "PUMP", carton).left == 0


def test_unpack_restores_the_promise_in_its_closed_carton_once(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 2)
    shipment = day.one("SELECT id FROM shipment")
    day.runner.do(unpack, shipment=shipment)
    assert day.on_hand("PUMP", BENCH) == 2
    assert (day.lines(order)[0].packed, day.lines(order)[0].boxed) == (0, 2)
    assert day.one("SELECT state FROM carton WHERE id = :id", id=carton) == "closed"
    with pytest.raises(UnpackedAlready):
        day.runner.do(unpack, shipment=shipment)


def test_our_own_trucks_cartons_go_to_the_lane_and_are_not_packed(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2), customer="C-2")
    carton = _carton(day, order)
    with pytest.raises(CartonEmpty):
        day.runner.do(close_carton, carton=carton)
    assert _box(day, order, "PUMP", carton, 2).closed == (1,)
    done = day.runner.do(finish, order=order)
    assert (done.packed, done.shipment) == (False, None)
    assert day.on_hand("PUMP", str(done.lane)) == 2
    assert day.lines(order)[0].packed == 0
    assert day.ask("SELECT id FROM shipment") == []


def test_a_case_is_shared_by_two_lines_of_its_item(day: Day) -> None:
    day.stock("PUMP", 6)
    order = day.order(("PUMP", 4), ("ROPE", 1), ("PUMP", 3))
    carton = _carton(day, order)
    assert _box(day, order, "PUMP", carton, 6).left == 1
    assert [line.boxed for line in day.lines(order)] == [4, 0, 2]


def _tolerant(day: Day, percent: int) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text("UPDATE item SET over_pack_tolerance = :p WHERE number = 'PUMP'"), {"p": percent}
        )


def test_the_tolerance_of_the_line_may_be_boxed_over_and_no_more(day: Day) -> None:
    _tolerant(day, 10)
    day.stock("PUMP", 30)
    order = day.order(("PUMP", 20), ("ROPE", 1))
    carton = _carton(day, order)
    with pytest.raises(MoreThanOrdered, match="Only 22 of PUMP"):
        _box(day, order, "PUMP", carton, 23)
    assert _box(day, order, "PUMP", carton, 20).left == 2
    assert _box(day, order, "PUMP", carton, 2).left == 0
    day.runner.do(close_carton, carton=carton)
    assert day.runner.do(finish, order=order).quantity == 22
    assert (day.lines(order)[0].packed, day.lines(order)[0].wanted) == (22, 20)


def test_free_goods_give_the_least_advanced_promise_back(day: Day) -> None:
    day.stock("PUMP", 2)
    day.stock("PUMP", 5, "A-02")
    order = day.order(("PUMP", 2), ("ROPE", 1))
    day.runner.do(allocate_order, order=order)
    carton = _carton(day, order)
    done = _box(day, order, "PUMP", carton, 1, source=day.place("A-02"))
    assert done.sources == ("A-02",)
    assert (day.free("PUMP", "A-01"), day.free("PUMP", "A-02")) == (Decimal(1), Decimal(4))
    assert day.lines(order)[0].allocated == 2


def test_expired_and_blocked_lots_stay_where_they_are(day: Day) -> None:
    day.stock("FLARE", 5, lot="OLD", expires_on=date(2099, 1, 1))
    order = day.order(("FLARE", 2), ("ROPE", 1))
    day.runner.do(allocate_order, order=order)
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE lot SET expires_on = '2020-01-31'"))
    carton = _carton(day, order)
    with pytest.raises(LotExpired, match="Lot OLD of FLARE expired on 31 Jan 2020"):
        _box(day, order, "FLARE", carton)
    day.stock("FLARE", 5, "A-02", lot="NEW", expires_on=date(2099, 1, 1))
    assert _box(day, order, "FLARE", carton).sources == ("A-02",)
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE lot SET blocked_reason = 'leaks', expires_on = NULL"))
    with pytest.raises(LotBlocked, match="leaks"):
        _box(day, order, "FLARE", carton, lot=day.id_of("lot", "OLD"))


@pytest.fixture
def lights(day: Day) -> None:
    """Ten lights whose serials are recorded when packed."""
    with day.owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO item (number, name, name_sort, base_unit, tracking, list_price,
                      tax_class_id, weight_kg)
                    VALUES ('LIGHT', 'Light', 'light', 'pc', 'serial_out', 64, 1, 0.3)""")
        )
    day.stock("LIGHT", 10)


def test_serials_are_recorded_when_packed_and_are_with_one_customer(day: Day, lights: None) -> None:
    order = day.order(("LIGHT", 2))
    carton = _carton(day, order)
    with pytest.raises(SerialMissing):
        _box(day, order, "LIGHT", carton)
    with pytest.raises(SerialMissing):
        _box(day, order, "LIGHT", carton, 2, serial="L-1")
    _box(day, order, "LIGHT", carton, serial="L-1")
    with pytest.raises(SerialTaken, match="in carton"):
        _box(day, order, "LIGHT", carton, serial="L-1")
    day.runner.do(undo_box, carton=carton)
    _box(day, order, "LIGHT", carton, serial="L-1")
    _box(day, order, "LIGHT", carton, serial="L-2")
    assert day.ask(
        "SELECT serial, quantity FROM stock_move WHERE reason = 'pack' ORDER BY serial"
    ) == [("L-1", 1), ("L-2", 1)]
    other = day.order(("LIGHT", 1))
    with pytest.raises(SerialTaken, match="in shipment SH-1001"):
        _box(day, other, "LIGHT", _carton(day, other), serial="L-2")
    day.runner.do(unpack, shipment=day.one("SELECT id FROM shipment"))
    with pytest.raises(SerialTaken, match="in carton"):
        _box(day, other, "LIGHT", _carton(day, other), serial="L-2")
    assert day.runner.do(finish, order=order).packed
    assert day.one("SELECT count(*) FROM stock_move WHERE reason = 'pack' AND serial = 'L-2'") == 2


def test_the_policy_cancels_the_open_rest_when_a_shipment_is_packed(
    day: Day, run_as: RunAs
) -> None:
    day.stock("PUMP", 3)
    day.stock("ROPE", 9, "A-02")
    order = day.order(("PUMP", 5), ("ROPE", 9))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE sales_order SET backorder_policy = 'cancel'"))
    day.runner.do(allocate_order, order=order)
    fritz = run_as("fritz")
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 3)
    day.runner.do(close_carton, carton=carton)
    fritz.do(finish, order=order)
    assert [(line.wanted, line.open, line.packed) for line in day.lines(order)] == [
        (3, 0, 3),
        (0, 0, 0),
    ]
    assert day.free("ROPE", "A-02") == 9
    # 3 pumps at 39.90, and 8 % tax
    assert day.one("SELECT total_amount FROM sales_order") == Decimal("129.2800")
    assert day.one("SELECT text FROM order_note") == (
        "Rest cancelled when SH-1001 was packed: 2 PUMP, 9 ROPE"
    )
    assert day.status(order) == "packed"


def test_the_policy_ask_puts_the_order_on_the_list_until_it_is_decided(day: Day) -> None:
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 5))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE sales_order SET backorder_policy = 'ask'"))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 3)
    with Session(day.owner) as session:
        assert backorders_to_ask(session) == ()
    day.runner.do(close_carton, carton=carton)
    day.runner.do(finish, order=order)
    with Session(day.owner) as session:
        assert [(each.number, each.open) for each in backorders_to_ask(session)] == [
            ("SO-1001", Decimal(2))
        ]
    assert day.lines(order)[0].wanted == 5
    day.runner.do(cancel_line, line=day.lines(order)[0].id, reason="customer said so")
    with Session(day.owner) as session:
        assert backorders_to_ask(session) == ()


def test_the_scale_and_the_contents_of_a_carton_must_agree(day: Day) -> None:
    day.stock("PUMP", 30)
    order = day.order(("PUMP", 20))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 10)  # 12 kg and the box of 0.4 kg
    with pytest.raises(CartonTooHeavy, match="Box M takes 20 kg"):
        day.runner.do(close_carton, carton=carton, weight=Decimal("20.1"))
    with pytest.raises(WeightDiffers, match=r"11\.2 kg, but its contents should weigh 12\.4 kg"):
        day.runner.do(close_carton, carton=carton, weight=Decimal("11.2"))
    assert day.one("SELECT state FROM carton") == "open"
    day.runner.do(close_carton, carton=carton, weight=Decimal("12.9"))
    assert day.ask("SELECT state, weight_kg FROM carton") == [("closed", Decimal("12.9"))]


def test_an_open_carton_becomes_another_type_when_that_may_carry_it(day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO carton_type (code, name, tare_kg, max_kg, is_active) VALUES"
                " ('BOX-S', 'Box S', 0.2, 2, true), ('OLD', 'Old box', 0.2, 50, false)"
            )
        )
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 3))
    types = {row.code: row.id for row in day.ask("SELECT code, id FROM carton_type")}
    tote = types["TOTE"]
    carton = day.runner.do(
        open_carton, order=order, location=day.place(BENCH), carton_type=tote
    ).carton_id
    _box(day, order, "PUMP", carton, 2)
    with pytest.raises(CartonTooHeavy, match=r"Carton 1 weighs 2\.6 kg; Box S takes 2 kg"):
        day.runner.do(change_carton_type, carton=carton, carton_type=types["BOX-S"])
    for gone in (types["OLD"], 999):
        with pytest.raises(NotFound, match="carton type"):
            day.runner.do(change_carton_type, carton=carton, carton_type=gone)
        with pytest.raises(NotFound, match="carton type"):
            day.runner.do(open_carton, order=order, location=day.place(BENCH), carton_type=gone)
    day.runner.do(change_carton_type, carton=carton, carton_type=types["BOX-M"])
    assert day.ask("SELECT type_id FROM carton") == [(types["BOX-M"],)]
    day.runner.do(close_carton, carton=carton)
    with pytest.raises(CartonNotOpen):
        day.runner.do(change_carton_type, carton=carton, carton_type=tote)
    assert day.ask("SELECT type_id FROM carton") == [(types["BOX-M"],)]


def test_a_label_that_became_wrong_is_printed_again_before_the_order_leaves(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton)
    day.runner.do(close_carton, carton=carton)
    with day.owner.begin() as connection:
        connection.execute(text("SELECT mark_labels_stale(:id)"), {"id": order})
    with pytest.raises(LabelWrong):
        day.runner.do(finish, order=order)
    # Not even the last scan packs it then.
    last = _box(day, order, "PUMP", _carton(day, order))
    assert (last.closed, last.finished) == ((2,), None)
    day.runner.do(print_label, carton=carton)
    assert day.runner.do(finish, order=order).packed


def test_short_gives_promises_in_bins_back_and_leaves_the_line_open(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 3))
    day.runner.do(allocate_order, order=order)
    _box(day, order, "PUMP", _carton(day, order))
    line = day.lines(order)[0].id
    said = day.runner.do(say_short, line=line, reason="bin empty")
    assert (said.missing, said.released) == (Decimal(2), Decimal(2))
    assert (day.lines(order)[0].open, day.lines(order)[0].backordered) == (3, 2)
    assert day.free("PUMP", "A-01") == 4
    assert day.one("SELECT text FROM order_note") == "Short at packing: 2 PUMP (bin empty)"


def test_a_scan_takes_at_most_seven_statements(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 20)
    order = day.order(("PUMP", 3), ("ROPE", 1))
    fritz = run_as("fritz")
    carton = _carton(day, order)
    for source, most in ((None, 7), (day.place("A-01"), 7)):
        with wire(fritz.engine) as sent:
            fritz.do(
                box,
                order=order,
                item=day.item("PUMP"),
                carton=carton,
                location=day.place(BENCH),
                source=source,
            )
        assert sent.statements <= most
    day.runner.do(allocate_order, order=order)
    with wire(fritz.engine) as sent:
        fritz.do(box, order=order, item=day.item("PUMP"), carton=carton, location=day.place(BENCH))
    assert sent.statements == 6


def test_the_last_scan_packs_within_seven_statements(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    fritz = run_as("fritz")
    carton = _carton(day, order)
    with wire(fritz.engine) as sent:
        done = fritz.do(
            box,
            order=order,
            item=day.item("PUMP"),
            quantity=Decimal(2),
            carton=carton,
            location=day.place(BENCH),
        )
    assert done.finished is not None
    assert sent.statements == 7


@pytest.mark.parametrize(("promised", "free"), [(0, "A-02"), (4, BENCH), (20, "A-02")])
def test_what_is_over_may_be_boxed_with_the_rest_in_one_scan(
    day: Day, promised: int, free: str
) -> None:
    _tolerant(day, 50)
    if promised:
        day.stock("PUMP", promised)
    order = day.order(("PUMP", 20), ("ROPE", 1))
    if promised:
        day.runner.do(allocate_order, order=order)
    day.stock("PUMP", 30, "A-02")
    if free == BENCH:
        day.move("PUMP", 30, "A-02", BENCH)
    carton = _carton(day, order)
    assert _box(day, order, "PUMP", carton, 27).left == 3
    line = day.lines(order)[0]
    assert (line.allocated, line.boxed) == (27, 27)
    assert day.runner.do(undo_box, carton=carton).quantity == -27
    assert (day.lines(order)[0].allocated, day.lines(order)[0].boxed) == (20, 0)
    assert doctor_finds(day.owner) == ()


def test_nothing_is_boxed_over_a_line_that_has_left(day: Day) -> None:
    _tolerant(day, 50)
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 4), ("ROPE", 1))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 4)
    day.runner.do(close_carton, carton=carton)
    day.runner.do(finish, order=order)
    with pytest.raises(MoreThanOrdered, match="Only 0 of PUMP"):
        _box(day, order, "PUMP", _carton(day, order))


def test_a_scan_is_as_fine_as_the_item_may_be_counted(day: Day) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 4))
    with pytest.raises(QuantityTooFine):
        _box(day, order, "PUMP", _carton(day, order), "0.5")


def test_what_a_correction_took_out_of_a_carton_is_not_taken_back_again(day: Day) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 4), ("ROPE", 1))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 3)
    gone = {"item": day.item("PUMP"), "location": day.place("P-01"), "reason": "fell"}
    day.runner.do(adjust, quantity=Decimal(-2), release=True, **gone)
    with pytest.raises(NothingToUndo):
        day.runner.do(undo_box, carton=carton)
    assert day.lines(order)[0].boxed == 1


def test_a_carton_emptied_on_the_truck_is_filled_again_at_the_bench(day: Day) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 4), customer="C-2")
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 1)
    trip = planned_trip(day, order)
    day.runner.do(load, trip=trip, order=order)
    lost = {"item": day.item("PUMP"), "location": day.place("TRUCK-1"), "reason": "stolen"}
    day.runner.do(adjust, quantity=Decimal(-1), release=True, **lost)
    _box(day, order, "PUMP", carton, 1)
    assert day.ask("SELECT trip_id, location_id FROM carton") == [(None, day.place("P-01"))]
    assert doctor_finds(day.owner) == ()


def test_an_order_that_ships_complete_is_not_finished_while_something_is_missing(
    day: Day,
) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), ("ROPE", 1), ship_complete=True)
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 2)
    day.runner.do(close_carton, carton=carton)
    with pytest.raises(OrderShipsComplete, match="ROPE"):
        day.runner.do(finish, order=order)
    assert day.ask("SELECT state FROM carton") == [("closed",)]
    assert day.one("SELECT count(*) FROM shipment") == 0


def test_for_free_goods_the_bin_is_given_back_before_the_lane(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), ("ROPE", 1))
    day.runner.do(allocate_order, order=order)
    first = (day.lines(order)[0].id,)
    day.runner.do(stage, order=order, lane=day.place("S-01"), lines=first, quantity=Decimal(1))
    day.stock("PUMP", 5, "A-02")
    _box(day, order, "PUMP", _carton(day, order), 1, source=day.place("A-02"))
    assert (day.free("PUMP", "A-01"), day.free("PUMP", "S-01")) == (Decimal(1), Decimal(0))
    assert day.lines(order)[0].staged == 1


def test_what_a_carrier_takes_is_finished_from_its_lane_too(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 1), ("ROPE", 1))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 1)
    day.runner.do(close_carton, carton=carton)
    day.runner.do(stage_carton, order=order, carton=carton, lane=day.place("S-01"))
    done = day.runner.do(finish, order=order)
    assert (done.packed, done.quantity) == (True, Decimal(1))
    assert day.on_hand("PUMP", "S-01") == 0


def test_nothing_is_taken_out_of_a_closed_carton(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 1), ("ROPE", 1))
    carton = _carton(day, order)
    _box(day, order, "PUMP", carton, 1)
    day.runner.do(close_carton, carton=carton)
    with pytest.raises(CartonNotOpen):
        day.runner.do(undo_box, carton=carton)
    assert day.lines(order)[0].boxed == 1


def test_a_serial_that_was_taken_out_again_does_not_leave(day: Day, lights: None) -> None:
    order = day.order(("LIGHT", 2))
    carton = _carton(day, order)
    _box(day, order, "LIGHT", carton, serial="L-1")
    _box(day, order, "LIGHT", _carton(day, order), serial="L-2")
    day.runner.do(unpack, shipment=day.one("SELECT id FROM shipment"))
    second = day.one("SELECT max(id) FROM carton")
    day.runner.do(reopen_carton, carton=carton)
    day.runner.do(undo_box, carton=carton)
    _box(day, order, "LIGHT", carton, serial="L-3")
    left = "SELECT serial, carton_id FROM stock_move WHERE reason = 'pack' ORDER BY id DESC LIMIT 2"
    assert sorted(day.ask(left)) == [("L-2", second), ("L-3", carton)]


def test_of_two_serials_in_a_carton_the_one_that_stayed_leaves(day: Day, lights: None) -> None:
    order = day.order(("LIGHT", 3))
    carton = _carton(day, order)
    _box(day, order, "LIGHT", carton, serial="L-1")
    _box(day, order, "LIGHT", carton, serial="L-2")
    day.runner.do(undo_box, carton=carton)
    day.runner.do(close_carton, carton=carton)
    day.runner.do(finish, order=order)
    assert day.ask("SELECT serial FROM stock_move WHERE reason = 'pack'") == [("L-1",)]
