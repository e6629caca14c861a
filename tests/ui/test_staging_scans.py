"""The staging desk by its scanner: a lane, then what goes there; wrong scans are told and heard."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.actor import Group
from app.core.ids import Kind
from app.gateways.sound import RecordedSounds, Sound
from app.operations.allocation import allocate_order
from app.operations.orders import hold_order
from app.operations.packing import box, close_carton, open_carton
from app.operations.picking import make_picklist, pick_all, pick_order
from app.operations.places import create_location
from app.operations.scanning import set_scanner
from app.operations.staging import stage
from app.rules.scanning import OwnCode, StationCommand, own_code
from app.rules.stock import LocationKind
from app.views import theme
from app.views.staging.desk import StagingDesk
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage

D = Decimal
PUMP, CASE_OF_PUMPS = "09520001000027", "19520001000024"
PATIENT = {"prefix": "~", "suffix": "\t", "gap_ms": 1000, "patience_ms": 5000, "shortest": 4}
UNDO = own_code(OwnCode.COMMAND, StationCommand.UNDO, prefix="OW")


def _code(kind: OwnCode, value: str) -> str:
    return own_code(kind, value, prefix="OW")


def _lane(code: str) -> str:
    return _code(OwnCode.BIN, code)


def _order(number: str) -> str:
    return _code(OwnCode.ORDER, number)


def _as_owner(day: Day, sql: str) -> None:
    with day.owner.begin() as connection:
        connection.exec_driver_sql(sql)


def _picked(day: Day, *lines: tuple[str, object], to: str = "CART-1", **more: Any) -> int:
    order = day.order(*lines, **more)
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place(to))
    return order


def _boxed(day: Day, order: int, quantity: int) -> Any:
    carton = day.runner.do(open_carton, order=order, location=day.place("P-01"))
    day.runner.do(
        box,
        order=order,
        item=day.item("PUMP"),
        carton=carton.carton_id,
        location=day.place("P-01"),
        quantity=D(quantity),
    )
    if day.one("SELECT state FROM carton WHERE id = :id", id=carton.carton_id) == "open":
        day.runner.do(close_carton, carton=carton.carton_id)
    return carton


class Dock:
    """A station of a person at the dock, whose wedge goes through the real filter."""

    def __init__(self, stage_: FloorStage, day: Day) -> None:
        day.runner.do(set_scanner, station=day.id_of("station", "PACK-1"), **PATIENT)
        self.sounds = RecordedSounds()
        self.stage, self.day = stage_, day
        self.desk = stage_.open(
            lambda context: StagingDesk(context, sounds=self.sounds), Group.FLOOR, station="PACK-1"
        )

    def scan(self, code: str) -> None:
        """A burst of keys, as the scanner sends them; its answer has come afterwards."""
        heard = len(self.sounds.heard)
        handle = self.desk.window().windowHandle()
        assert handle is not None
        for char in f"~{code}":
            QTest.keyClick(handle, ord(char) if char != "\t" else Qt.Key.Key_Tab)
        QTest.keyClick(handle, Qt.Key.Key_Tab)
        self.stage.wait(lambda: len(self.sounds.heard) > heard)

    def good(self, code: str, sentence: str) -> None:
        """A scan that does what it should."""
        self.scan(code)
        assert (self.desk.answer.answer.word, self.sounds.heard[-1]) == ("GOOD", Sound.GOOD)
        assert self.desk.strip.said == sentence

    def stops(self, code: str, word: str, sentence: str) -> None:
        """A scan that stops the station until it is acknowledged."""
        self.scan(code)
        assert (self.desk.answer.answer.word, self.sounds.heard[-1]) == (
            f"STOP: {word}",
            Sound.WRONG,
        )
        assert self.desk.answer.answer.sentence.startswith(sentence)
        self.stage.press("Esc")
        assert self.desk.answer.answer.word == "Scan"

    def there(self, item: str = "PUMP") -> tuple[Decimal, Decimal]:
        """How much stands in the two lanes."""
        return self.day.on_hand(item, "S-01"), self.day.on_hand(item, "S-02")


def test_a_lane_then_an_order_a_picklist_and_a_carton_are_brought_there(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 20)
    _picked(day, ("PUMP", 2), ("PUMP", 1))
    listed = day.order(("PUMP", 4))
    day.runner.do(allocate_order, order=listed)
    picklist = day.runner.do(make_picklist, orders=(listed,))
    day.runner.do(pick_all, picklist=picklist.picklist_id, to=day.place("CART-1"))
    boxed = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=boxed)
    carton = _boxed(day, boxed, 3)
    dock = Dock(stage_, day)
    dock.good(_lane("S-02"), "S-02")
    assert stage_.model.title == "S-02"
    assert stage_.model.badges[-1].word == "Scans go here"
    dock.good(_order("SO-1001"), "SO-1001 brought to S-02")
    assert dock.there() == (D(0), D(3))
    assert stage_.model.title == "S-02"  # the lane fills in view
    assert len(stage_.model.lines) == 2
    dock.good(_code(OwnCode.PICKLIST, picklist.number), f"{picklist.number} brought to S-02")
    assert dock.there() == (D(0), D(7))
    dock.good(f"00{carton.sscc}", f"{carton.sscc} brought to S-02")
    assert dock.there() == (D(0), D(10))
    # Scanned again, nothing moves and nobody is stopped.
    dock.good(_code(OwnCode.CARTON, carton.sscc), f"{carton.sscc} is in S-02 already")
    dock.good(_order("SO-1001"), "SO-1001 is in S-02 already")
    assert dock.there() == (D(0), D(10))
    assert day.on_hand("PUMP", "A-01") == D(10)  # what is not picked stays in its bin
    # Another lane: what stands elsewhere comes along.
    dock.good(_lane("S-01"), "S-01")
    dock.good(_order("SO-1001"), "SO-1001 brought to S-01")
    assert dock.there() == (D(3), D(7))


def test_without_a_scanned_lane_an_order_goes_to_its_own(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 5)
    _picked(day, ("PUMP", 2))
    nowhere = _picked(day, ("PUMP", 3))
    _as_owner(day, f"UPDATE sales_order SET lane_id = NULL WHERE id = {nowhere}")
    dock = Dock(stage_, day)
    dock.good(_order("SO-1001"), "SO-1001 brought to S-01")
    dock.stops(_order("SO-1002"), "WHICH LANE?", "SO-1002 has no lane of its own. Scan a lane")
    assert dock.there() == (D(2), D(0))


def test_an_items_code_brings_one_of_it_a_case_its_six_and_a_quantity_as_many(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 20)
    _picked(day, ("PUMP", 12))
    dock = Dock(stage_, day)
    dock.good(_lane("S-02"), "S-02")
    dock.good(PUMP, "1 of PUMP for SO-1001 brought to S-02")
    dock.good(PUMP, "1 of PUMP for SO-1001 brought to S-02")
    dock.good(CASE_OF_PUMPS, "6 of PUMP for SO-1001 brought to S-02")
    dock.good(_code(OwnCode.QUANTITY, "3"), "3 of the next item")
    dock.good("PUMP", "3 of PUMP for SO-1001 brought to S-02")
    assert dock.there() == (D(0), D(11))
    dock.stops(CASE_OF_PUMPS, "NOT STAGED", "Only 1 of PUMP for order SO-1001 can be brought")
    dock.good(PUMP, "1 of PUMP for SO-1001 brought to S-02")
    dock.stops(PUMP, "NOBODY'S", "No PUMP waits on a cart or bench for an order.")
    assert dock.there() == (D(0), D(12))


def test_of_several_orders_the_open_one_is_meant(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 9)
    _picked(day, ("PUMP", 2))
    second = _picked(day, ("PUMP", 3))
    third = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=third)
    _boxed(day, third, 1)
    dock = Dock(stage_, day)
    dock.stops(PUMP, "WHICH ORDER?", "PUMP waits for SO-1001, SO-1002. Open the order you mean")
    dock.desk.controller.choose(Kind.ORDER, second)
    stage_.wait(lambda: stage_.model.title == "SO-1002")
    dock.good(PUMP, "1 of PUMP for SO-1002 brought to S-01")
    dock.stops("ANCHOR", "NOT ON THIS ORDER", "ANCHOR is not among the picked goods of SO-1002.")
    dock.good(_order("SO-1002"), "SO-1002 brought to S-01")
    dock.stops(PUMP, "ALL STAGED", "All of PUMP for SO-1002 is in a lane already.")
    dock.desk.controller.choose(Kind.ORDER, third)
    stage_.wait(lambda: stage_.model.title == "SO-1003")
    dock.stops(PUMP, "BOXED", "PUMP for SO-1003 is boxed. Scan its carton.")
    assert dock.there() == (D(3), D(0))


def test_of_several_lots_the_scanned_one_goes(stage_: FloorStage, day: Day) -> None:
    day.stock("FLARE", 2, lot="L-1")
    day.stock("FLARE", 3, lot="L-2")
    _picked(day, ("FLARE", 5))
    dock = Dock(stage_, day)
    dock.stops("FLARE", "WHICH LOT?", "FLARE for SO-1001 is of several lots: L-1, L-2.")
    dock.good("L-2", "1 of L-2 for SO-1001 brought to S-01")
    assert day.ask(
        """SELECT t.code FROM stock_balance b JOIN lot t ON t.id = b.lot_id
             JOIN location p ON p.id = b.location_id WHERE p.code = 'S-01' AND b.on_hand = 1"""
    ) == [("L-2",)]


def test_what_leads_nowhere_stops_the_station_moves_nothing_and_is_kept(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 9)
    held = _picked(day, ("PUMP", 2))
    day.order(("PUMP", 1))
    day.runner.do(hold_order, order=held, code="CREDIT", reason="not paid")
    day.runner.do(
        create_location,
        code="N-S1",
        kind=LocationKind.STAGING,
        warehouse=day.id_of("warehouse", "NORTH"),
    )
    _picked(day, ("PUMP", 1))
    dock = Dock(stage_, day)
    dock.stops("garbage", "UNKNOWN", "Nothing here has the code garbage.")
    dock.stops(_lane("A-01"), "NO LANE", "A-01 is no lane.")
    dock.stops(_code(OwnCode.BADGE, "B-anna"), "NOT FOR STAGING", "anna is no lane, order")
    dock.stops(_order("SO-1001"), "ON HOLD", "Order SO-1001 is on hold (Credit limit)")
    dock.stops(_order("SO-1002"), "NOT PICKED", "Nothing of SO-1002 is on a cart or bench.")
    dock.good(_lane("N-S1"), "N-S1")
    dock.stops(_order("SO-1003"), "NOT STAGED", "N-S1 is in another warehouse than order SO-1003.")
    dock.stops(UNDO, "NOTHING TO UNDO", "No scan of this desk is left to take back.")
    assert dock.there() == (D(0), D(0))
    assert day.on_hand("PUMP", "CART-1") == D(3)
    heard = list(dock.sounds.heard)
    stage_.press("Return")  # an empty field is no scan
    assert dock.sounds.heard == heard
    dock.desk.wrong_scans.store()
    stage_.settle()
    assert day.ask("SELECT desk, word FROM wrong_scan ORDER BY id") == [
        ("staging", word)
        for word in (
            "unknown",
            "no lane",
            "not for staging",
            "on hold",
            "not picked",
            "not staged",
            "nothing to undo",
        )
    ]


def test_scans_in_a_burst_are_answered_in_order_and_a_stop_holds_those_behind_it(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 9)
    _picked(day, ("PUMP", 2))
    _picked(day, ("PUMP", 3))
    dock = Dock(stage_, day)
    for code in (_lane("S-02"), _order("SO-1001"), "garbage", _order("SO-1002")):
        dock.desk.scans.put(code)
    stage_.wait(lambda: dock.desk.answer.answer.word == "STOP: UNKNOWN")
    assert dock.there() == (D(0), D(2))
    stage_.press("Esc")
    stage_.wait(lambda: dock.there() == (D(0), D(5)))
    assert dock.sounds.heard == [Sound.GOOD, Sound.GOOD, Sound.WRONG, Sound.GOOD]


def test_a_scan_is_taken_back_by_code_and_by_key_to_where_the_goods_came_from(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 20)
    order = _picked(day, ("PUMP", 9))
    boxed = day.order(("PUMP", 3))
    day.runner.do(allocate_order, order=boxed)
    carton = _boxed(day, boxed, 2)
    dock = Dock(stage_, day)
    dock.good(_lane("S-02"), "S-02")
    dock.good(CASE_OF_PUMPS, "6 of PUMP for SO-1001 brought to S-02")
    dock.good(f"00{carton.sscc}", f"{carton.sscc} brought to S-02")
    dock.good(UNDO, f"{carton.sscc} taken back to P-01")
    assert dock.there() == (D(0), D(6))
    assert day.one("SELECT count(*) FROM allocation WHERE carton_id IS NOT NULL") == 1
    assert stage_.model.secondary[-1].title == "Undo last scan"
    stage_.press("Shift+F8")
    stage_.wait(lambda: dock.there() == (D(0), D(0)))
    assert dock.desk.answer.answer.sentence == "PUMP taken back to CART-1"
    assert day.on_hand("PUMP", "CART-1") == D(9)
    assert day.one(
        "SELECT sum(quantity) FROM allocation a JOIN sales_order_line l"
        " ON l.id = a.order_line_id WHERE l.order_id = :id",
        id=order,
    ) == D(9)
    dock.stops(UNDO, "NOTHING TO UNDO", "No scan of this desk is left to take back.")


def _undone_while_it_is_brought(dock: Dock, code: str, day: Day) -> None:
    """A scan, and the key that takes it back before it is answered: its order is locked so long."""
    with day.owner.begin() as owner:
        owner.exec_driver_sql("SELECT FROM sales_order FOR UPDATE")
        dock.desk.scans.put(code)
        QApplication.processEvents()
        assert dock.desk.scans.is_paused
        QTest.keyClick(dock.desk, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
        assert dock.stage.tasks.is_busy


def test_the_key_takes_back_the_scan_that_is_still_under_way_not_the_one_before(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 20)
    _picked(day, ("PUMP", 9))
    dock = Dock(stage_, day)
    dock.good(_lane("S-02"), "S-02")
    dock.good(CASE_OF_PUMPS, "6 of PUMP for SO-1001 brought to S-02")
    _undone_while_it_is_brought(dock, PUMP, day)
    stage_.wait(lambda: dock.desk.strip.said == "PUMP taken back to CART-1")
    assert dock.there() == (D(0), D(6))
    assert [
        row[0] for row in day.ask("SELECT quantity FROM stock_move ORDER BY id DESC LIMIT 2")
    ] == [
        1,
        1,
    ]


def test_a_scan_that_came_to_nothing_takes_nothing_else_back(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 20)
    _picked(day, ("PUMP", 6))
    dock = Dock(stage_, day)
    dock.good(_lane("S-02"), "S-02")
    dock.good(CASE_OF_PUMPS, "6 of PUMP for SO-1001 brought to S-02")
    dock.desk.scans.put("garbage")
    QApplication.processEvents()
    QTest.keyClick(dock.desk, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    stage_.wait(lambda: dock.desk.answer.answer.word == "STOP: UNKNOWN")
    stage_.press("Esc")
    assert dock.there() == (D(0), D(6))
    dock.good(UNDO, "PUMP taken back to CART-1")


def test_a_picklists_orders_go_back_together_and_a_held_one_holds_all_of_them(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 9)
    orders = [day.order(("PUMP", 2)), day.order(("PUMP", 3))]
    for order in orders:
        day.runner.do(allocate_order, order=order)
    made = day.runner.do(make_picklist, orders=tuple(orders))
    day.runner.do(pick_all, picklist=made.picklist_id, to=day.place("CART-1"))
    listed = _code(OwnCode.PICKLIST, made.number)
    dock = Dock(stage_, day)
    dock.good(listed, f"{made.number} brought to S-01")
    assert dock.there() == (D(5), D(0))
    dock.good(UNDO, f"{made.number} taken back to CART-1")
    assert (day.on_hand("PUMP", "CART-1"), dock.there()) == (D(5), (D(0), D(0)))
    day.runner.do(hold_order, order=orders[1], code="CREDIT", reason="not paid")
    dock.stops(listed, "ON HOLD", "Order SO-1002 is on hold (Credit limit)")
    assert dock.there() == (D(0), D(0))


def test_a_lane_opened_by_key_is_not_where_scans_go(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 5)
    _picked(day, ("PUMP", 2))
    dock = Dock(stage_, day)
    dock.good(_lane("S-02"), "S-02")
    dock.desk.show_thing(day.place("S-01"))
    stage_.wait(lambda: stage_.model.title == "S-01")
    assert [badge.word for badge in stage_.model.badges] == ["Empty"]
    dock.good(_order("SO-1001"), "SO-1001 brought to S-01")


def test_an_empty_lane_stays_where_scans_go_while_the_list_is_read_again(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 9)
    first = _picked(day, ("PUMP", 1))
    day.runner.do(stage, order=first, lane=day.place("S-01"))
    _picked(day, ("PUMP", 2))
    _picked(day, ("PUMP", 3))
    dock = Dock(stage_, day)
    stage_.wait(lambda: stage_.model.title == "S-01")
    dock.good(_lane("S-02"), "S-02")
    for number in ("SO-1002", "SO-1003"):
        dock.good(_order(number), f"{number} brought to S-02")
        assert stage_.model.title == "S-02"
    assert dock.there() == (D(1), D(5))


def test_in_the_window_a_typed_code_is_answered_beside_the_field(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 5)
    _picked(day, ("PUMP", 2))
    desk = stage_.open(lambda context: StagingDesk(context, sounds=RecordedSounds()), Group.FLOOR)
    stage_.press("F2")
    assert desk.scan_field.hasFocus()
    stage_.type(_lane("S-02"))
    stage_.press("Return")
    stage_.wait(lambda: desk.strip.said == "S-02")
    stage_.scan("nonsense")
    stage_.wait(lambda: stage_.said.startswith("Nothing here has the code nonsense."))
    assert desk.messages.tone is theme.Tone.WRONG
    stage_.scan(_order("SO-1001"))
    stage_.wait(lambda: desk.strip.said == "SO-1001 brought to S-02")
    assert stage_.said == ""


@pytest.mark.parametrize(("look", "scale"), [("light", 1.0), ("dark", 1.0), ("light", 2.0)])
def test_the_pictures(
    stage_: FloorStage, day: Day, dressed: QApplication, look: str, scale: float
) -> None:
    theme.apply(dressed, look, scale)
    day.stock("PUMP", 20)
    _picked(day, ("PUMP", 9))
    dock = Dock(stage_, day)
    dock.good(_lane("S-02"), "S-02")
    dock.good(CASE_OF_PUMPS, "6 of PUMP for SO-1001 brought to S-02")
    stage_.picture(f"staging-scan-{look}-{scale}")
    dock.scan("garbage")
    stage_.picture(f"staging-scan-stop-{look}-{scale}")
    theme.apply(dressed, "light", 1.0)
