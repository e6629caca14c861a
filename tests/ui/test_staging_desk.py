"""The staging desk by its keys: picked goods come to lanes, move between them, and go back."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtWidgets import QApplication

from app.core.actor import Group
from app.core.ids import Kind
from app.operations.allocation import allocate_order
from app.operations.orders import hold_order
from app.operations.packing import box, open_carton
from app.operations.picking import pick_order
from app.operations.staging import stage
from app.operations.trucks import plan_trip
from app.views import theme
from app.views.staging.desk import StagingDesk
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage


def _picked(day: Day, *lines: tuple[str, object], to: str = "CART-1", customer: str = "C-1") -> int:
    order = day.order(*lines, customer=customer)
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place(to))
    return order


def test_an_order_is_staged_with_one_key_into_its_own_lane(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 9)
    order = _picked(day, ("PUMP", 2), ("PUMP", 3))
    desk = stage_.open(StagingDesk, Group.FLOOR)
    stage_.view("to stage")
    desk.list.setFocus()
    stage_.wait(lambda: desk.document.model is not None)
    assert [(line.quantity, line.price) for line in stage_.model.lines] == [
        ("2 pc", "CART-1"),
        ("3 pc", "CART-1"),
    ]
    stage_.press("Ctrl+Return")
    assert stage_.said == "1 order brought to S-01."
    assert day.status(order) == "staged"
    assert stage_.model.action is not None
    assert stage_.model.action.why_not == "nothing of it is on a cart or bench"
    stage_.view("in use")
    stage_.wait(lambda: stage_.model.title == "S-01")
    assert [fact.value for fact in stage_.model.facts[:2]] == ["1", "0"]


def test_a_marked_line_goes_to_another_lane_than_the_rest(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 9)
    _picked(day, ("PUMP", 2), ("PUMP", 3), ("PUMP", 4))
    desk = stage_.open(StagingDesk, Group.FLOOR)
    stage_.view("to stage")
    desk.list.setFocus()
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("F7")
    assert stage_.asking.field("lane").text() == "S-01"
    stage_.asking.field("lane").selectAll()
    stage_.type("s-02")
    stage_.press("Return")
    stage_.press("Return")
    assert stage_.model.facts[1].value == "S-02"
    stage_.press("Return")
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    assert stage_.model.secondary[0].title == "Stage 2 lines"
    stage_.press("F6")
    assert stage_.said == "1 order brought to S-02."
    assert day.on_hand("PUMP", "S-02") == Decimal(5)
    assert day.on_hand("PUMP", "CART-1") == Decimal(4)


def test_part_of_a_line_is_staged_and_the_focus_comes_back(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 9)
    _picked(day, ("PUMP", 6))
    desk = stage_.open(StagingDesk, Group.FLOOR)
    stage_.view("to stage")
    desk.list.setFocus()
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("Return")
    stage_.press("Shift+F6")
    stage_.press("Esc")
    assert desk.window().focusWidget() is desk.document.lines_table
    stage_.press("Shift+F6")
    stage_.type("9")
    stage_.press("Return")
    assert stage_.wrong("quantity").startswith("Only 6 of PUMP for order SO-1001")
    stage_.asking.field("quantity").selectAll()
    stage_.type("2")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "1 order brought to S-01.")
    assert [(line.quantity, line.price) for line in stage_.model.lines] == [
        ("4 pc", "CART-1"),
        ("2 pc", "S-01"),
    ]


def test_of_several_lots_the_marked_one_goes(stage_: FloorStage, day: Day) -> None:
    day.stock("FLARE", 4, lot="L-1")
    day.stock("FLARE", 6, lot="L-2")
    _picked(day, ("FLARE", 10))
    desk = stage_.open(StagingDesk, Group.FLOOR)
    stage_.view("to stage")
    desk.list.setFocus()
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("Return")
    assert [line.sub[2] for line in stage_.model.lines] == ["lot L-1", "lot L-2"]
    stage_.press("Down")
    stage_.press("Shift+F6")
    stage_.asking.field("quantity").selectAll()
    stage_.type("5")
    stage_.press("Return")
    stage_.wait(lambda: day.on_hand("FLARE", "S-01") == 5)
    stage_.press("Up")
    stage_.press("Space")
    stage_.press("F6")
    stage_.wait(lambda: day.on_hand("FLARE", "S-01") == 9)
    assert day.ask(
        """SELECT t.code, p.code, b.on_hand FROM stock_balance b JOIN lot t ON t.id = b.lot_id
             JOIN location p ON p.id = b.location_id WHERE b.on_hand > 0 ORDER BY 1, 2"""
    ) == [("L-1", "S-01", 4), ("L-2", "CART-1", 1), ("L-2", "S-01", 5)]


def test_several_marked_orders_are_staged_each_to_its_lane(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 9)
    orders = [_picked(day, ("PUMP", 2)) for _ in range(2)]
    desk = stage_.open(StagingDesk, Group.FLOOR)
    stage_.view("to stage")
    desk.list.setFocus()
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    stage_.press("Ctrl+Return")
    assert stage_.said == "2 orders brought to S-01."
    assert [day.status(order) for order in orders] == ["staged", "staged"]


def test_a_lane_is_emptied_into_another_and_a_line_goes_back_to_a_bin(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 9)
    first, second = _picked(day, ("PUMP", 2)), _picked(day, ("PUMP", 3), customer="C-2")
    for order in (first, second):
        day.runner.do(stage, order=order, lane=day.place("S-01"))
    desk = stage_.open(StagingDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("Ctrl+Return")
    stage_.press("Return")
    assert stage_.wrong("lane").startswith("Choose where the goods go")
    stage_.type("S-02")
    stage_.press("Return")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "2 orders brought to S-02.")
    assert (day.on_hand("PUMP", "S-01"), day.on_hand("PUMP", "S-02")) == (Decimal(0), Decimal(5))
    desk.show_thing(day.place("S-02"))
    stage_.wait(lambda: stage_.model.title == "S-02")
    desk.document.lines_table.setFocus()
    desk.document.lines_table.selectRow(1)
    stage_.press("F8")
    stage_.type("A-03")
    stage_.press("Return")
    stage_.press("Return")
    assert stage_.wrong("reason").startswith("Say why the goods of order SO-1002")
    stage_.asking.field("reason").setFocus()
    stage_.type("customer called")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "1 order brought to A-03.")
    assert (day.on_hand("PUMP", "A-03"), day.lines(second)[0].allocated) == (
        Decimal(3),
        Decimal(3),
    )
    assert day.status(first) == "staged"


def test_a_lane_typed_over_another_and_not_entered_is_the_one_meant(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 9)
    _picked(day, ("PUMP", 2))
    desk = stage_.open(StagingDesk, Group.FLOOR)
    stage_.view("to stage")
    desk.list.setFocus()
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("Return")
    stage_.press("Shift+F6")
    lane = stage_.asking.field("lane")
    lane.setFocus()
    lane.selectAll()
    stage_.type("s-0")
    stage_.press("Ctrl+Return")  # two lanes begin so: neither is taken, S-01 least of all
    assert stage_.wrong("lane") == "s-0 is not chosen yet. Choose it with ↓ and ⏎, then try again."
    lane.selectAll()
    stage_.type("s-09")
    stage_.press("Ctrl+Return")
    assert stage_.wrong("lane").startswith("There is no place s-09.")
    lane.selectAll()
    stage_.type("s-02")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: day.on_hand("PUMP", "S-02") == Decimal(2))
    assert day.on_hand("PUMP", "S-01") == Decimal(0)


def test_without_a_line_the_keys_say_what_is_missing(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 9)
    order = _picked(day, ("PUMP", 2))
    day.runner.do(stage, order=order)
    desk = stage_.open(StagingDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("F6")
    assert stage_.said.startswith("Choose a line first")
    stage_.press("Return")
    stage_.press("Return")
    stage_.wait(lambda: stage_.model.title == "SO-1001")
    stage_.press("Return")
    stage_.wait(lambda: stage_.model.title == "S-01")
    desk.controller.choose(Kind.ORDER, order)
    stage_.settle()
    desk.document.action_chosen.emit("open-order")
    assert stage_.opened == [(Kind.ORDER, order)]


def test_a_hold_and_a_role_say_why_nothing_moves(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 9)
    order = _picked(day, ("PUMP", 2))
    desk = stage_.open(StagingDesk, Group.SALES)
    stage_.view("to stage")
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.model.action is not None
    assert stage_.model.action.why_not == "this needs the role floor"
    day.runner.do(hold_order, order=order, code="CREDIT", reason="over the limit")
    held = stage_.open(StagingDesk, Group.FLOOR)
    stage_.view("to stage")
    stage_.wait(lambda: held.document.model is not None)
    assert stage_.model.action.why_not == "on hold: Credit limit"
    stage_.press("Ctrl+Return")
    assert day.on_hand("PUMP", "CART-1") == Decimal(2)


def test_the_desk_draws_empty_full_and_with_long_names(
    stage_: FloorStage, day: Day, dressed: QApplication
) -> None:
    day.stock("PUMP", 90)
    day.stock("ROPE", 200, "A-02")
    with day.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE customer SET name = 'Kaiserlich-Königliche Donaudampfschiffahrts-Bedarf"
            " und Tauwerk Handelsgesellschaft m.b.H. & Co. KG' WHERE number = 'C-2'"
        )
    desk = stage_.open(StagingDesk, Group.FLOOR)
    stage_.picture("staging-empty")
    boxed = _picked(day, ("PUMP", 3), to="P-01")
    bench = day.place("P-01")
    carton = day.runner.do(open_carton, order=boxed, location=bench).carton_id
    day.runner.do(
        box,
        order=boxed,
        carton=carton,
        location=bench,
        item=day.item("PUMP"),
        quantity=Decimal(2),
    )
    day.runner.do(stage, order=boxed, lane=day.place("S-01"))
    loose = _picked(day, ("PUMP", 4), ("ROPE", "12.5"), customer="C-2")
    day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(loose,))
    day.runner.do(stage, order=loose, lane=day.place("S-01"))
    waiting = _picked(day, ("PUMP", 1), ("ROPE", 30), customer="C-2")
    _picked(day, *[("PUMP", 1)] * 50, to="P-01")
    desk.list.reload()
    desk.controller.count()
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("Return")
    stage_.press("Space")
    for look in ("dark", "light"):
        theme.apply(dressed, look, 1.0)
        stage_.settle()
        stage_.picture(f"staging-{look}")
    stage_.press("F8")
    stage_.type("A-0")
    stage_.picture_of(stage_.asking, "staging-back")
    stage_.press("Esc", 2)
    stage_.view("to stage")
    desk.controller.choose(Kind.ORDER, waiting)
    stage_.wait(lambda: stage_.model.lines)
    stage_.picture("staging-order")
    stage_.view("all")
    stage_.picture("staging-all-lanes")
    theme.apply(dressed, "light", 2.0)
    large = stage_.open(StagingDesk, Group.FLOOR)
    large.resize(1900, 1200)
    stage_.wait(lambda: large.document.model is not None)
    stage_.picture("staging-200")
    theme.apply(dressed, "dark", 1.0)
    station = stage_.open(StagingDesk, Group.FLOOR, station="DOCK-1")
    station.resize(1440, 900)
    stage_.wait(lambda: station.document.model is not None)
    stage_.press("Return")
    stage_.press("Down")
    stage_.picture("staging-station")
    theme.apply(dressed, "light", 1.0)
