"""The picking desk by its keys and scans: lists are made, bins visited, shortages gone round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.actor import Group
from app.core.ids import Kind
from app.operations.allocation import allocate_order, release_order
from app.operations.orders import hold_order
from app.operations.picking import make_picklist
from app.views import theme
from app.views.picking.desk import PickingDesk
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage


@pytest.fixture
def stage_(
    dressed: QApplication, qtbot: QtBot, engine_as: EngineAs, day: Day
) -> Iterator[FloorStage]:
    made = FloorStage(qtbot, engine_as("maria"), day.runner)
    yield made
    made.tasks.close()


def _allocated(day: Day, *lines: tuple[str, object], **more: object) -> int:
    order = day.order(*lines, **more)  # type: ignore[arg-type]
    day.runner.do(allocate_order, order=order)
    return order


def _states(stage_: FloorStage) -> list[str]:
    return [line.badge.word if line.badge else "" for line in stage_.model.lines]


def test_one_list_is_made_for_the_marked_orders_and_opens(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 9)
    first, second = _allocated(day, ("PUMP", 2)), _allocated(day, ("PUMP", 3), customer="C-2")
    desk = stage_.open(PickingDesk, Group.FLOOR)
    stage_.view("to list")
    desk.list.setFocus()
    stage_.wait(lambda: stage_.model.title == "SO-1001")
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.model.title == "PL-1001")
    assert stage_.said == "PL-1001 visits 2 bins; it is being printed."
    assert {row[0] for row in day.ask("SELECT document FROM print_job")} == {"pick_list"}
    assert [line.quantity for line in stage_.model.lines] == ["2 pc", "3 pc"]
    assert day.ask(
        "SELECT DISTINCT order_id FROM sales_order_line l JOIN picklist_line k"
        " ON k.order_line_id = l.id ORDER BY 1"
    ) == [(first,), (second,)]


def test_keys_change_the_view_and_filter_from_anywhere_and_lists_are_not_marked(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("ANCHOR", 1)
    day.stock("PUMP", 4)
    day.stock("ROPE", 9)
    first = day.order(("PUMP", 2), ("ROPE", 3))
    second = day.order(("PUMP", 2))
    for order in (first, second):
        day.runner.do(allocate_order, order=order)
        day.runner.do(make_picklist, orders=(order,))
    _allocated(day, ("ANCHOR", 1))
    desk = stage_.open(PickingDesk, Group.FLOOR)
    desk.list.setFocus()
    stage_.press("Space")
    assert desk.rows_marked.all() == ()
    stage_.press("F2")
    stage_.press("Ctrl+PgDown")
    assert desk.list.model.request.view == "to list"
    stage_.wait(desk.list.rows.hasFocus)
    stage_.press("F2")
    stage_.press("Ctrl+PgUp")
    assert desk.list.model.request.view == "open"
    stage_.press("F2")
    stage_.press("Ctrl+F")
    stage_.type("SO-1002")
    stage_.press("Return")
    stage_.wait(lambda: stage_.model.title == "PL-1002")
    stage_.press("Ctrl+F")
    stage_.press("Ctrl+A")
    stage_.press("Delete")
    stage_.press("Return")
    stage_.wait(lambda: desk.list.model.rowCount() == 2)
    desk.list.rows.setCurrentIndex(desk.list.model.index(0, 0))
    stage_.wait(lambda: stage_.model.title == "PL-1001")
    stage_.press("F2")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "Picked 2 lines to S-01.")
    stage_.wait(lambda: desk.list.model.rowCount() == 1)
    # What was picked stays open; the other list, now first, is not shown as if it were that.
    assert stage_.model.title == "PL-1001"
    assert desk.list.rows.selectionModel().selectedIndexes() == []


def test_enter_picks_the_line_and_goes_on_to_the_next_bin(stage_: FloorStage, day: Day) -> None:
    day.stock("ROPE", 50, "A-02")
    day.stock("PUMP", 5, "A-01")
    order = _allocated(day, ("ROPE", "12.5"), ("PUMP", 2))
    day.runner.do(make_picklist, orders=(order,))
    desk = stage_.open(PickingDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    assert [line.title for line in stage_.model.lines] == [
        "A-01   Bilge pump",
        "A-02   Mooring rope",
    ]
    stage_.press("Return")
    stage_.press("Return")
    assert stage_.said == "Picked 2 to S-01."
    assert _states(stage_) == ["Picked", ""]
    line = desk.current_line()
    assert line is not None
    assert line.title == "A-02   Mooring rope"
    stage_.press("Return")
    assert day.one("SELECT state FROM picklist") == "done"
    assert (day.on_hand("PUMP", "S-01"), day.on_hand("ROPE", "S-01")) == (
        Decimal(2),
        Decimal("12.5"),
    )
    stage_.press("Return")
    assert stage_.said.startswith("Choose a line that is still to be picked")


def test_part_of_a_line_goes_to_a_cart_and_the_rest_with_one_key(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 5)
    order = _allocated(day, ("PUMP", 5))
    day.runner.do(make_picklist, orders=(order,))
    desk = stage_.open(PickingDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("F7")
    stage_.type("cart")
    stage_.press("Return")
    stage_.press("Return")
    assert [fact.value for fact in stage_.model.facts[:2]] == ["1 of 1", "CART-1"]
    stage_.press("F6")
    stage_.asking.field("quantity").selectAll()
    stage_.type("9")
    stage_.press("Return")
    assert stage_.wrong("quantity").startswith("Only 5 of PUMP are left to pick here, not 9")
    stage_.asking.field("quantity").selectAll()
    stage_.type("2")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "Picked 2 to CART-1.")
    assert [line.quantity for line in stage_.model.lines] == ["3 pc"]
    stage_.press("Ctrl+Return")
    assert day.on_hand("PUMP", "CART-1") == 5


def test_a_short_pick_goes_on_in_another_bin_of_the_same_list(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 5, "A-01")
    day.stock("PUMP", 2, "A-03")
    order = _allocated(day, ("PUMP", 5))
    day.runner.do(make_picklist, orders=(order,))
    desk = stage_.open(PickingDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("F8")
    assert stage_.asking.field("found").text() == "0"
    stage_.asking.field("found").selectAll()
    stage_.type("1")
    stage_.press("Return")
    assert stage_.wrong("reason") == "Say why PUMP is short, for whoever counts the bin."
    stage_.asking.field("reason").setFocus()
    stage_.type("two crushed, two gone")
    stage_.press("Return")
    stage_.wait(lambda: desk.messages.text.startswith("4 of PUMP short."))
    assert stage_.said == (
        "4 of PUMP short. 2 more to fetch from A-03, on this list. 2 are backordered."
        " A-01 is to be counted."
    )
    assert _states(stage_) == ["Short", ""]
    line = desk.current_line()
    assert line is not None
    assert (line.title, line.quantity) == ("A-03   Bilge pump", "2 pc")
    assert day.lines(order)[0].backordered == 2


def test_scans_open_lists_and_go_to_bins_and_items(stage_: FloorStage, day: Day) -> None:
    day.stock("ROPE", 50, "A-02")
    day.stock("PUMP", 5, "A-01")
    order = _allocated(day, ("ROPE", "12.5"), ("PUMP", 2))
    other = _allocated(day, ("PUMP", 1))
    for each in (other, order):
        day.runner.do(make_picklist, orders=(each,))
    desk = stage_.open(PickingDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.model.title == "PL-1001"
    stage_.scan("OWPPL-1002")
    stage_.wait(lambda: stage_.model.title == "PL-1002")
    row = desk.list.current()
    assert row is not None
    assert row.number == "PL-1002"

    def where() -> str:
        line = desk.current_line()
        return line.title if line else ""

    stage_.scan("OWBA-02")
    assert where() == "A-02   Mooring rope"
    stage_.scan("PUMP")
    assert where() == "A-01   Bilge pump"
    stage_.scan("09520001000010")
    assert where() == "A-02   Mooring rope"
    stage_.scan("OWQ2.5")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "Picked 2.5 to S-01.")
    stage_.scan("OWO" + str(day.one("SELECT number FROM sales_order WHERE id = :id", id=other)))
    stage_.wait(lambda: stage_.model.title == "PL-1001")
    line = day.one(
        "SELECT k.id FROM picklist_line k JOIN item i ON i.id = k.item_id WHERE i.number = 'ROPE'"
    )
    stage_.scan(f"OWK{line}")
    stage_.wait(lambda: stage_.model.title == "PL-1002" and where() == "A-02   Mooring rope")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("OWBA-03", "A-03 is not on this list. Put it back, or open the list it belongs to."),
        ("ANCHOR", "ANCHOR is not on this list."),
        ("OWPPL-9", "Nothing here has the code PL-9. Check the label, or register the code."),
        ("12345", "Nothing here has the code 12345. Check the label, or register the code."),
        ("B-fritz", "Nothing here has the code B-fritz."),
        ("OWUB-fritz", "fritz is no picklist, order, bin or item. Scan one of these."),
        ("OWQx", "OWQx is not a quantity"),
        ("'; DROP TABLE picklist; --", "Nothing here has the code '; DROP TABLE picklist; --."),
    ],
)
def test_a_scan_that_leads_nowhere_says_why(
    stage_: FloorStage, day: Day, code: str, says: str
) -> None:
    day.stock("PUMP", 5)
    order = _allocated(day, ("PUMP", 5))
    day.runner.do(make_picklist, orders=(order,))
    desk = stage_.open(PickingDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.scan(code)
    stage_.wait(lambda: stage_.said.startswith(says))
    assert day.one("SELECT picked FROM picklist_line") == 0


def test_a_stale_line_says_what_changed_and_offers_the_new_list(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 5)
    order = _allocated(day, ("PUMP", 5))
    day.runner.do(make_picklist, orders=(order,))
    stale = day.one("SELECT id FROM picklist_line")
    day.runner.do(release_order, order=order)
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    desk = stage_.open(PickingDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.scan(f"OWK{stale}")
    stage_.wait(lambda: desk.messages.text)
    assert stage_.said == (
        "Line of PL-1001 is cancelled (released). What it was for stands on PL-1002 now."
    )
    desk.messages.action_chosen.emit("list:2")
    stage_.wait(lambda: stage_.model.title == "PL-1002")


def test_at_a_station_a_wrong_scan_stops_until_it_is_acknowledged(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 5)
    order = _allocated(day, ("PUMP", 5))
    day.runner.do(make_picklist, orders=(order,))
    desk = stage_.open(PickingDesk, Group.FLOOR, station="PICK-1")
    stage_.wait(lambda: desk.document.model is not None)
    assert desk.scan_field.hasFocus()
    stage_.scan("ANCHOR")
    stage_.wait(lambda: desk.answer.answer.word == "STOP: NOT ON THIS LIST")
    stage_.scan("PUMP")
    assert desk.scans.waiting == ("PUMP",)
    stage_.scan("OWXOK")
    stage_.wait(lambda: desk.answer.answer.word == "GOOD")
    assert not desk.scans.waiting
    desk.scan_field.setFocus(Qt.FocusReason.OtherFocusReason)
    stage_.press("Return")
    assert day.on_hand("PUMP", "S-01") == 5


def test_a_hold_and_a_role_say_why_nothing_can_be_picked(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 5)
    order = _allocated(day, ("PUMP", 5))
    day.runner.do(make_picklist, orders=(order,))
    desk = stage_.open(PickingDesk, Group.SALES)
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.model.action is not None
    assert stage_.model.action.why_not == "this needs the role floor"
    day.runner.do(hold_order, order=order, code="CREDIT", reason="over the limit")
    held = stage_.open(PickingDesk, Group.FLOOR)
    stage_.wait(lambda: held.document.model is not None)
    assert stage_.model.action.why_not == "on hold: Credit limit"
    stage_.press("Ctrl+Return")
    stage_.press("Return")
    stage_.press("Return")
    assert "on hold (CREDIT)" in stage_.said
    assert day.on_hand("PUMP", "A-01") == 5
    held.document.action_chosen.emit("open-order")
    assert stage_.opened == [(Kind.ORDER, order)]


def test_the_desk_draws_empty_full_and_with_long_names(
    stage_: FloorStage, day: Day, dressed: QApplication
) -> None:
    day.stock("PUMP", 90, "A-01")
    day.stock("ROPE", 200, "A-02")
    day.stock("FLARE", 30, "A-03", lot="L-2031", expires_on=date(2031, 3, 1))
    with day.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE item SET name = 'Lenzpumpe, selbstansaugend, mit Rückschlagventil und"
            " Schwimmerschalter, 12 V, 1100 gph' WHERE number = 'PUMP'"
        )
    desk = stage_.open(PickingDesk, Group.FLOOR)
    stage_.picture("picking-empty")
    first = _allocated(day, ("PUMP", 12), ("ROPE", "12.5"), ("FLARE", 6))
    day.runner.do(make_picklist, orders=(first,))
    long = _allocated(day, *[("PUMP", 1)] * 50, customer="C-2")
    day.runner.do(make_picklist, orders=(long,))
    _allocated(day, ("ROPE", 3), customer="C-2")
    desk.list.reload()
    desk.controller.count()
    stage_.wait(lambda: desk.list.model.rowCount() == 2 and desk.document.model is not None)
    stage_.press("Return")
    stage_.press("Return")
    for look in ("dark", "light"):
        theme.apply(dressed, look, 1.0)
        stage_.settle()
        stage_.picture(f"picking-{look}")
    stage_.press("F8")
    stage_.picture_of(stage_.asking, "picking-short")
    stage_.press("Esc")
    desk.list.setFocus()
    stage_.press("Down")
    stage_.picture("picking-fifty-lines")
    stage_.view("to list")
    stage_.picture("picking-to-list")
    theme.apply(dressed, "light", 2.0)
    large = stage_.open(PickingDesk, Group.FLOOR)
    large.resize(1900, 1200)
    stage_.wait(lambda: large.document.model is not None)
    stage_.picture("picking-200")
    theme.apply(dressed, "dark", 1.0)
    station = stage_.open(PickingDesk, Group.FLOOR, station="PICK-1")
    station.resize(1440, 900)
    stage_.wait(lambda: station.document.model is not None)
    stage_.scan("OWBA-02")
    stage_.picture("picking-station")
    stage_.scan("ANCHOR")
    stage_.picture("picking-station-stop")
    theme.apply(dressed, "light", 1.0)


def test_a_wrong_scan_is_answered_first_and_stored_when_the_desk_is_quiet(
    stage_: FloorStage, day: Day
) -> None:
    desk = stage_.open(PickingDesk, Group.FLOOR)
    stage_.scan("4711")
    desk.scans.put("non\0sense")
    stage_.settle()
    stage_.scan("OWBA-01")
    assert stage_.said == "Scan a picklist first, then bins and items."
    kept = desk.wrong_scans
    assert kept.waiting == 3
    assert day.one("SELECT count(*) FROM wrong_scan") == 0
    kept.store()
    stage_.settle()
    assert day.ask("SELECT desk, code, word FROM wrong_scan ORDER BY id") == [
        ("picking", "4711", "unknown"),
        ("picking", "non<00>sense", "unknown"),
        ("picking", "OWBA-01", "no list"),
    ]
    assert kept.waiting == 0
