"""The allocation desk by its keys: goods are given, taken back, and moved between orders."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QApplication

from app.core.actor import Group
from app.core.ids import Kind
from app.operations.allocation import allocate_order
from app.operations.orders import hold_order
from app.operations.staging import stage
from app.views import theme
from app.views.allocation.desk import AllocationDesk
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage


def test_an_order_is_allocated_with_one_key_and_says_what_is_short(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 4), ("ANCHOR", 1))
    desk = stage_.open(AllocationDesk, Group.SALES)
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.model.title == "SO-1001"
    assert [line.amount for line in stage_.model.lines] == ["3", "0"]
    stage_.press("Ctrl+Return")
    assert stage_.said == "Allocated to 1 line. Still short: 1 PUMP, 1 ANCHOR."
    assert day.lines(order)[0].allocated == 3
    stage_.press("F6")
    assert "nothing it is short of is available" in (
        stage_.model.action.why_not if stage_.model.action else ""
    )
    assert day.lines(order)[0].allocated == 3


def test_all_or_nothing_gives_nothing_and_names_everything(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 4), ("ANCHOR", 1))
    desk = stage_.open(AllocationDesk, Group.SALES)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("F6")
    assert stage_.said.count("are missing") == 2
    assert day.lines(order)[0].allocated == 0


def test_marked_orders_are_allocated_together_and_a_wave_takes_all(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 9)
    orders = [day.order(("PUMP", 1)) for _ in range(4)]
    desk = stage_.open(AllocationDesk, Group.SALES)
    stage_.wait(lambda: desk.list.model.rowCount() == 4)
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    assert stage_.model.action is not None
    assert stage_.model.action.title == "Allocate 2 orders"
    stage_.press("Ctrl+Return")
    assert [day.lines(order)[0].allocated for order in orders] == [1, 1, 0, 0]
    stage_.wait(lambda: desk.list.model.rowCount() == 2)
    stage_.press("Ctrl+Shift+Return")
    assert stage_.said == "Allocated to 2 lines: all they were short of."
    assert [day.lines(order)[0].allocated for order in orders] == [1, 1, 1, 1]


def test_a_line_is_released_with_a_reason(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 1), ("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    desk = stage_.open(AllocationDesk, Group.SALES)
    stage_.view("allocated")
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("F8")
    assert stage_.said.startswith("Choose a line first")
    desk.list.setFocus()
    stage_.press("Return")
    stage_.press("Down")
    stage_.press("F8")
    stage_.type("customer waits")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "Released 1 line.")
    assert [line.allocated for line in day.lines(order)] == [1, 0]
    assert day.one("SELECT text FROM order_note") == "Released 2 PUMP: customer waits"


def test_goods_move_from_one_order_to_another_by_keys(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 5)
    rich = day.order(("PUMP", 5), requested_date=date(2031, 5, 1))
    poor = day.order(("PUMP", 3), requested_date=date(2031, 1, 1), customer="C-2")
    day.runner.do(allocate_order, order=rich)
    desk = stage_.open(AllocationDesk, Group.SALES)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("Return")
    stage_.press("Return")
    stage_.wait(lambda: stage_.model.title == "PUMP")
    assert [line.sub[0] for line in stage_.model.lines] == ["SO-1002", "SO-1001"]
    stage_.press("Ctrl+Return")
    form = stage_.asking
    assert form.field("from").currentText().startswith("SO-1001 line 1")
    assert form.field("to").currentText().startswith("SO-1002 line 1")
    assert form.field("quantity").text() == "3"
    stage_.press("Ctrl+Return")
    assert stage_.wrong("reason").startswith("Say why PUMP goes from order SO-1001")
    form.field("reason").setFocus()
    stage_.type("promised on the phone")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "3 PUMP went from SO-1001 to SO-1002.")
    assert (day.lines(rich)[0].allocated, day.lines(poor)[0].allocated) == (2, 3)
    stage_.view("items")
    stage_.wait(lambda: desk.list.model.rowCount() == 1)


def test_what_is_on_its_way_stays_and_is_said(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    day.runner.do(stage, order=order)
    desk = stage_.open(AllocationDesk, Group.SALES)
    desk.show_thing(order)
    stage_.wait(lambda: desk.document.model is not None)
    assert [(a.key, a.why_not) for a in stage_.model.secondary[1:]] == [
        ("release-line", "nothing of it is in bins"),
        ("release-order", "nothing of it is in bins"),
    ]
    stage_.press("Shift+F8")
    assert stage_.asking is None
    assert day.lines(order)[0].allocated == 5


def test_the_floor_sees_why_its_buttons_are_grey(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 5))
    desk = stage_.open(AllocationDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.model.action is not None
    assert stage_.model.action.why_not == "this needs the role sales"
    stage_.press("Ctrl+Return")
    stage_.press("Ctrl+Shift+Return")
    assert day.lines(order)[0].allocated == 0
    desk.document.action_chosen.emit("open-order")
    assert stage_.opened == [(Kind.ORDER, order)]


def test_the_desk_draws_empty_full_and_with_long_names(
    stage_: FloorStage, day: Day, dressed: QApplication
) -> None:
    day.stock("PUMP", 5)
    day.stock("ROPE", 200, "A-02")
    with day.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE customer SET name = 'Kaiserlich-Königliche Donaudampfschiffahrts-Bedarf"
            " und Tauwerk Handelsgesellschaft m.b.H. & Co. KG' WHERE number = 'C-2'"
        )
    desk = stage_.open(AllocationDesk, Group.SALES)
    stage_.picture("allocation-empty")
    rich = day.order(("PUMP", 5), requested_date=date(2031, 5, 1))
    day.runner.do(allocate_order, order=rich)
    day.order(("PUMP", 3), ("ROPE", "120.5"), ("ANCHOR", 2), customer="C-2", ship_complete=True)
    held = day.order(*[("ROPE", 2)] * 50)
    day.runner.do(hold_order, order=held, code="CREDIT", reason="over the limit")
    desk.list.reload()
    stage_.wait(lambda: desk.list.model.rowCount() == 2)
    for look in ("dark", "light"):
        theme.apply(dressed, look, 1.0)
        stage_.settle()
        stage_.picture(f"allocation-{look}")
    stage_.press("Down")
    stage_.picture("allocation-fifty-lines")
    stage_.press("Up")
    stage_.press("Space")
    stage_.press("Return")
    stage_.press("Return")
    stage_.wait(lambda: stage_.model.title == "PUMP")
    stage_.picture("allocation-item")
    stage_.press("Ctrl+Return")
    form = stage_.asking
    stage_.picture_of(form, "allocation-move")
    stage_.press("Esc")
    stage_.view("items")
    stage_.picture("allocation-by-item")
    theme.apply(dressed, "light", 2.0)
    large = stage_.open(AllocationDesk, Group.SALES)
    large.resize(1900, 1200)
    stage_.wait(lambda: large.document.model is not None)
    stage_.picture("allocation-200")
    theme.apply(dressed, "light", 1.0)
