"""The trucks desk by its keys and scans: planned, loaded, departed, taken back, come back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from sqlalchemy import Engine, text

from app.core.actor import Group
from app.core.ids import Kind
from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.orders import hold_order
from app.operations.packing import box, close_carton, open_carton
from app.operations.staging import stage
from app.operations.trucks import LineBack, come_back, depart, load, plan_trip, start_loading
from app.queries.doctor import doctor
from app.rules.scanning import OwnCode, own_code
from app.rules.trucks import Outcome
from app.views import theme
from app.views.trucks.desk import TrucksDesk
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage

D = Decimal
EVERYBODY = (Group.FLOOR, Group.DISPATCH, Group.MANAGER, Group.SALES, Group.STOCK)


def _staged(day: Day, *lines: tuple[str, object], customer: str = "C-2", **more: Any) -> int:
    more.setdefault("delivery_mode", "TRUCK")
    order = day.order(*lines, customer=customer, **more)
    day.runner.do(allocate_order, order=order)
    day.runner.do(stage, order=order)
    return order


def _trip(day: Day, *orders: int, loading: bool = True) -> int:
    trip = day.runner.do(
        plan_trip, truck=day.place("TRUCK-1"), orders=orders, driver="Olaf", dock="2"
    ).trip_id
    if loading:
        day.runner.do(start_loading, trip=trip)
    return trip


def _gone(day: Day, *orders: int) -> int:
    trip = _trip(day, *orders)
    for order in reversed(orders):
        day.runner.do(load, trip=trip, order=order)
    day.runner.do(depart, trip=trip)
    return trip


def _boxed(day: Day, order: int, item: str = "PUMP") -> Any:
    """A carton with one of an order's goods; boxing the last of them closes it by itself."""
    carton = day.runner.do(open_carton, order=order, location=day.place("P-01"))
    day.runner.do(
        box,
        order=order,
        item=day.item(item),
        carton=carton.carton_id,
        location=day.place("P-01"),
        quantity=D(1),
    )
    if day.one("SELECT state FROM carton WHERE id = :id", id=carton.carton_id) == "open":
        day.runner.do(close_carton, carton=carton.carton_id)
    return carton


def _open(stage_: FloorStage, *groups: Group, view: str = "open", **more: Any) -> TrucksDesk:
    desk = stage_.open(TrucksDesk, *(groups or EVERYBODY), **more)
    if view != "open":
        stage_.view(view)
    return desk


def _opened(stage_: FloorStage, *groups: Group, view: str = "open", **more: Any) -> TrucksDesk:
    """The desk with its first trip open."""
    desk = _open(stage_, *groups, view=view, **more)
    stage_.wait(lambda: desk.document.model is not None)
    return desk


def _line(desk: TrucksDesk, row: int) -> None:
    desk.document.lines_table.selectRow(row)
    desk.document.lines_table.setFocus()


def test_a_trip_is_planned_loaded_and_departed_by_keys(
    stage_: FloorStage, day: Day, owner: Engine
) -> None:
    day.stock("PUMP", 5)
    _staged(day, ("PUMP", 2), customer="C-1")
    _staged(day, ("PUMP", 3), customer="C-2")
    desk = _open(stage_)
    stage_.press("Ctrl+N")
    stage_.wait(lambda: stage_.asking is not None)
    stage_.press("Space", times=2)
    stage_.press("Ctrl+Up")
    stage_.press("Ctrl+Down")
    stage_.asking.field("driver").setFocus()
    stage_.type("Olaf")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.said == "TR-1001 is planned."
    assert stage_.model.title == "TR-1001"
    assert [line.title for line in stage_.model.lines] == [
        "1   Brightwater Marine",
        "2   Harbour Stores",
    ]
    assert [line.words for line in desk.fill.lines] == ["0 of 1,000 kg · 6 kg to come"]

    for title in ("Start loading", "Load what is ready", "Depart"):
        assert stage_.model.action is not None
        assert stage_.model.action.title == title
        stage_.press("Ctrl+Return")
    assert stage_.said == "TR-1001 departed with 2 shipments."
    assert day.ask("SELECT state, driver FROM trip") == [("departed", "Olaf")]
    assert day.on_hand("PUMP", "TRUCK-1") == 0
    stage_.press("Ctrl+Return")
    assert [badge.word for badge in stage_.model.badges] == ["Back"]
    with reading(owner) as session:
        assert doctor(session) == ()


def test_without_orders_the_form_stays_and_says_what_is_missing(
    stage_: FloorStage, day: Day
) -> None:
    _open(stage_)
    stage_.press("Ctrl+N")
    stage_.wait(lambda: stage_.asking is not None)
    stage_.press("Ctrl+Return")
    assert stage_.wrong("orders") == "Take at least one order: Space in the list of orders."
    stage_.press("Esc")
    assert day.one("SELECT count(*) FROM trip") == 0


def test_stops_move_and_orders_leave_by_keys(stage_: FloorStage, day: Day) -> None:
    first = day.order(("PUMP", 1), customer="C-1")
    second = day.order(("PUMP", 1), customer="C-2")
    _trip(day, first, second, loading=False)
    desk = _opened(stage_)
    _line(desk, 0)
    stage_.press("Ctrl+Down")
    assert stage_.said == "A stop of TR-1001 is moved."
    assert [line.sub[0] for line in stage_.model.lines] == ["SO-1002", "SO-1001"]
    current = desk.current_line()
    assert current is not None
    assert current.id == ("order", first)
    stage_.press("Ctrl+Down")  # it is the last stop already
    stage_.press("Del")
    assert stage_.said == "The order is off TR-1001. It can go on another trip."
    assert [line.sub[0] for line in stage_.model.lines] == ["SO-1002"]
    _line(desk, 0)
    stage_.press("Del")
    assert stage_.said == (
        "Order SO-1002 is the only one of trip TR-1001. Cancel the trip instead."
    )


def test_one_order_and_one_carton_are_loaded_and_unloaded_by_key(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 4)
    loose = _staged(day, ("PUMP", 2), customer="C-2")
    boxed = day.order(("PUMP", 2), customer="C-2", delivery_mode="TRUCK")
    cartons = [_boxed(day, boxed) for _ in range(2)]
    _trip(day, loose, boxed)
    desk = _opened(stage_)
    _line(desk, 1)
    stage_.press("Return")
    assert [line.id for line in stage_.model.lines] == [
        ("order", loose),
        ("order", boxed),
        ("carton", cartons[0].carton_id),
        ("carton", cartons[1].carton_id),
    ]
    _line(desk, 3)
    stage_.press("F3")
    assert stage_.said == "1 loaded."
    assert day.ask("SELECT id FROM carton WHERE trip_id IS NOT NULL") == [(cartons[1].carton_id,)]
    _line(desk, 0)
    stage_.press("F3")
    assert day.on_hand("PUMP", "TRUCK-1") == 3
    stage_.press("F4")
    assert stage_.said == "2 unloaded, to S-01."
    assert day.on_hand("PUMP", "TRUCK-1") == 1
    stage_.press("Esc")
    assert desk.list.rows.hasFocus()


def test_a_scan_loads_and_out_of_sequence_is_asked_once(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 5)
    first = day.order(("PUMP", 2), customer="C-1", delivery_mode="TRUCK")
    cartons = [_boxed(day, first) for _ in range(2)]
    second = _staged(day, ("PUMP", 2), customer="C-2")
    _trip(day, first, second)
    desk = _opened(stage_)
    stage_.press("F2")
    assert desk.scan_field.hasFocus()
    sscc = cartons[0].sscc
    stage_.scan(f"00{sscc}")
    stage_.wait(lambda: "Scan it again" in stage_.said)
    assert day.on_hand("PUMP", "TRUCK-1") == 0
    stage_.scan(f"00{sscc}")
    stage_.wait(lambda: day.on_hand("PUMP", "TRUCK-1") == 1)
    assert desk.strip.said == f"{sscc} on the truck"
    stage_.scan(own_code(OwnCode.CARTON, cartons[1].sscc, prefix="OW"))
    stage_.wait(lambda: day.on_hand("PUMP", "TRUCK-1") == 2)
    stage_.scan(own_code(OwnCode.ORDER, "SO-1002", prefix="OW"))
    stage_.wait(lambda: day.on_hand("PUMP", "TRUCK-1") == 4)
    stage_.scan(f"00{sscc}")
    stage_.wait(lambda: desk.strip.said == f"{sscc} on the truck already")


def test_a_scan_of_something_else_says_what_it_is(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 2)
    mine = _staged(day, ("PUMP", 1))
    other = day.order(("PUMP", 1), customer="C-2", delivery_mode="TRUCK")
    carton = _boxed(day, other)
    _trip(day, mine)
    desk = _opened(stage_)
    for code, words in (
        (f"00{carton.sscc}", "Order SO-1002 is not planned for trip TR-1001."),
        ("09520001000027", "PUMP is no order, carton or trip."),
        ("OWZZZ", ""),
        ("nonsense", "Nothing here has the code nonsense."),
    ):
        stage_.scan(code)
        assert stage_.said.startswith(words)
        assert desk.messages.tone is theme.Tone.WRONG
    assert day.on_hand("PUMP", "TRUCK-1") == 0
    stage_.scan(own_code(OwnCode.TRIP, "TR-1001", prefix="OW"))
    assert desk.strip.said == "TR-1001"


def test_at_a_station_a_wrong_scan_stops_until_it_is_acknowledged(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 1)
    order = _staged(day, ("PUMP", 1))
    _trip(day, order)
    desk = _opened(stage_, Group.FLOOR, station="PACK-1")
    stage_.scan("nonsense")
    stage_.wait(lambda: desk.answer.answer.word.startswith("STOP"))
    stage_.scan(own_code(OwnCode.ORDER, "SO-1001", prefix="OW"))
    assert day.on_hand("PUMP", "TRUCK-1") == 0
    stage_.press("Esc")
    stage_.wait(lambda: day.on_hand("PUMP", "TRUCK-1") == 1)
    stage_.wait(lambda: desk.answer.answer.word == "GOOD")


def test_what_would_be_left_behind_is_asked_about_and_then_moved_to_another_trip(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 3)
    left, first = _staged(day, ("PUMP", 1), customer="C-1"), _staged(day, ("PUMP", 2))
    trip = _trip(day, left, first)
    day.runner.do(load, trip=trip, order=first)
    desk = _opened(stage_)
    assert [notice.sentence for notice in stage_.model.notices] == [
        "Not on the truck: SO-1001 (1 PUMP in S-01)."
    ]
    stage_.press("F7")
    stage_.wait(lambda: stage_.asking is not None)
    stage_.press("Esc")
    assert day.one("SELECT state FROM trip") == "loading"
    stage_.press("F7")
    stage_.wait(lambda: stage_.asking is not None)
    stage_.press("Return")
    stage_.wait(lambda: day.one("SELECT state FROM trip") == "departed")
    stage_.wait(lambda: bool(stage_.model.notices))
    assert stage_.model.notices[0].sentence == "Waits on the dock: SO-1001 (1 line in S-01)."
    desk.document.action_chosen.emit("move-left")
    stage_.wait(lambda: stage_.asking is not None)
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.asking is not None and hasattr(stage_.asking, "picker"))
    assert [each.number for each in stage_.asking.picker.taken()] == ["SO-1001"]
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.model.title == "TR-1002")
    assert day.ask("SELECT order_id FROM trip_order WHERE trip_id <> :trip", trip=trip) == [(left,)]


def test_what_stops_the_truck_is_shown_before_and_said_when_it_is_tried(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 1)
    order = _staged(day, ("PUMP", 1))
    trip = _trip(day, order)
    day.runner.do(load, trip=trip, order=order)
    day.runner.do(hold_order, order=order, code="NO-SHIP", reason="wait")
    _opened(stage_)
    assert [notice.sentence for notice in stage_.model.notices] == [
        "SO-1001 is on hold (NO-SHIP). The truck does not leave with it."
    ]
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: "on hold" in stage_.said)
    assert day.one("SELECT state FROM trip") == "loading"


def test_a_departure_is_taken_back_by_a_manager_after_a_question(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 1)
    _gone(day, _staged(day, ("PUMP", 1)))
    desk = _opened(stage_, view="all")
    desk.document.action_chosen.emit("undepart")
    assert day.one("SELECT state FROM trip") == "departed"
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: day.one("SELECT state FROM trip") == "loading")
    assert day.on_hand("PUMP", "TRUCK-1") == 1


def test_one_line_comes_back_refused_and_a_whole_stop_to_be_delivered_again(
    stage_: FloorStage, day: Day, owner: Engine
) -> None:
    day.stock("PUMP", 5)
    day.stock("ROPE", 10)
    first = _staged(day, ("PUMP", 3), customer="C-1")
    second = _staged(day, ("PUMP", 2), ("ROPE", 10), customer="C-2")
    _gone(day, first, second)
    onward = _trip(day, day.order(("PUMP", 1), customer="C-2"), loading=False)
    desk = _opened(stage_, view="departed today")
    _line(desk, 0)
    stage_.press("Return")
    _line(desk, 1)
    stage_.press("F6")
    stage_.wait(lambda: stage_.asking is not None)
    form = stage_.asking
    stage_.press("Down")  # refused
    form.field("quantity").setFocus()
    form.field("quantity").selectAll()
    stage_.type("1")
    form.field("reason").setFocus()
    stage_.press("Ctrl+Return")
    assert stage_.wrong("reason").startswith("Say why")
    stage_.type("too many")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: "came back" in stage_.said)
    assert stage_.said == "SH-1001: 1 came back and is no longer wanted."
    assert (day.on_hand("PUMP", "RECV"), day.lines(first)[0].wanted) == (D(1), D(2))

    row = next(n for n, line in enumerate(stage_.model.lines) if line.id == ("order", second))
    _line(desk, row)
    stage_.press("F6")
    stage_.wait(lambda: stage_.asking is not None)
    stage_.asking.field("next_trip").choose(onward)
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: "2 lines came back" in stage_.said)
    assert [line.staged for line in day.lines(second)] == [D(2), D(10)]
    assert day.ask(
        "SELECT count(*) FROM trip_order WHERE trip_id = :trip AND order_id = :order",
        trip=onward,
        order=second,
    ) == [(1,)]
    badge = next(line.badge for line in stage_.model.lines if line.id == ("order", second))
    assert badge is not None
    assert badge.word == "All came back"
    with reading(owner) as session:
        assert doctor(session) == ()


def test_what_came_back_by_mistake_is_taken_back_by_a_manager(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 3)
    order = _staged(day, ("PUMP", 3))
    _gone(day, order)
    desk = _opened(stage_, view="departed today")
    desk.document.action_chosen.emit("undo-back")
    assert stage_.said.startswith("Nothing of this is booked as come back.")
    line = day.lines(order)[0].id
    mistake = LineBack(line, Outcome.REFUSED, D(2), reason="wrong door")
    day.runner.do(come_back, shipment=day.one("SELECT id FROM shipment"), lines=(mistake,))
    desk.controller.reload()
    stage_.settle()
    desk.document.action_chosen.emit("undo-back")
    stage_.picture_of(stage_.asking, "trucks-undo-back")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "SH-1001: 2 did not come back.")
    now = day.lines(order)[0]
    assert [now.returned, now.cancelled, day.on_hand("PUMP", "RECV")] == [0, 0, 0]


def test_papers_are_asked_for_by_key(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 1)
    _trip(day, _staged(day, ("PUMP", 1)))
    _opened(stage_)
    stage_.press("Ctrl+L")
    stage_.press("Ctrl+P")
    assert day.ask("SELECT document FROM print_job ORDER BY id") == [("load_sheet",), ("manifest",)]
    assert stage_.said == "It is being printed."


def test_who_may_not_sees_why(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 1)
    _gone(day, _staged(day, ("PUMP", 1)))
    _opened(stage_, Group.FLOOR, view="all")
    assert stage_.model.action is not None
    assert stage_.model.action.why_not == "this needs the role dispatch"
    undepart = next(each for each in stage_.model.more if each.key == "undepart")
    assert undepart.why_not == "this needs the role manager"
    stage_.press("Ctrl+Return")
    stage_.press("Ctrl+N")
    assert stage_.asking is None
    assert day.one("SELECT state FROM trip") == "departed"


def test_a_trip_is_shown_from_elsewhere_and_leads_to_its_order(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 1)
    order = _staged(day, ("PUMP", 1))
    trip = _gone(day, order)
    desk = _open(stage_)
    desk.show_thing(trip)
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.model.title == "TR-1001"
    _line(desk, 0)
    desk.document.action_chosen.emit("open-order")
    assert stage_.opened == [(Kind.ORDER, order)]


def test_twenty_stops_long_names_and_every_theme_fit(
    stage_: FloorStage, day: Day, owner: Engine, dressed: QApplication
) -> None:
    day.stock("PUMP", 40)
    day.stock("ANCHOR", 60)
    orders = []
    with owner.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO customer (number, name, name_sort, currency, terms_id,
                                      delivery_mode_id)
                SELECT 'L-' || n, CASE WHEN n % 4 = 0 THEN
                         'The Extraordinarily Long-Named Wholesale Cooperative of Harbour '
                         || 'Merchants and Chandlers ' || n ELSE 'Chandlery ' || n END,
                       'l', 'USD', 1, 2 FROM generate_series(1, 20) n""")
        )
        connection.execute(
            text("""UPDATE location SET capacity_l = 400, capacity_pallets = 12
                     WHERE kind = 'truck'""")
        )
        connection.execute(text("UPDATE item SET volume_l = 3 WHERE number = 'PUMP'"))
    for n in range(20):
        order = day.order(("PUMP", 2), ("ANCHOR", 3), customer=f"L-{n + 1}")
        day.runner.do(allocate_order, order=order)
        orders.append(order)
    for order in orders[5:]:
        day.runner.do(stage, order=order)
    trip = _trip(day, *orders)
    for order in orders[:11:-1]:
        day.runner.do(load, trip=trip, order=order)
    desk = _opened(stage_)
    assert len(stage_.model.lines) == 20
    assert desk.fill.lines[0].is_over
    desk.resize(1243, 853)
    stage_.picture("trucks-loading")
    try:
        theme.apply(dressed, "dark", 1.0)
        stage_.picture("trucks-dark")
        theme.apply(dressed, "light", 2.0)
        desk.resize(1900, 1200)
        stage_.picture("trucks-200")
        desk.resize(900, 700)
        stage_.picture("trucks-200-narrow")
    finally:
        theme.apply(dressed, "light", 1.0)
    desk.resize(1243, 853)
    day.runner.do(depart, trip=trip, leave_behind=True)
    desk.controller.reload()
    desk.list.choose_view("departed today")
    stage_.wait(lambda: stage_.model.badges[0].word == "Departed")
    _line(desk, 14)
    stage_.press("Return")
    stage_.picture("trucks-departed")
    stage_.press("F6")
    stage_.wait(lambda: stage_.asking is not None)
    stage_.picture_of(stage_.asking, "trucks-came-back")
    stage_.press("Esc")
    stage_.press("Ctrl+N")
    stage_.wait(lambda: stage_.asking is not None)
    stage_.press("Space", times=3)
    stage_.picture_of(stage_.asking, "trucks-plan")
    stage_.press("Esc")
    assert day.one("SELECT count(*) FROM trip") == 1


def test_nothing_to_show_says_what_to_do(stage_: FloorStage) -> None:
    desk = _open(stage_)
    stage_.picture("trucks-empty")
    assert desk.list.model.rowCount() == 0
    assert desk.document.model is None
    assert Qt.Key.Key_F2  # the field is there before any trip is
    stage_.scan("OWT")
    assert desk.list.model.rowCount() == 0
