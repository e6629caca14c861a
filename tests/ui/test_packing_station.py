"""A packing station on a real database: orders packed by scan bursts, and every wrong scan."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, text

from app.core.changes import changed
from app.core.errors import DatabaseUnreachable
from app.core.ids import Kind
from app.gateways.sound import Sound
from app.operations.allocation import allocate_order, release_line
from app.operations.orders import cancel_line, hold_order
from app.operations.picking import make_picklist
from app.operations.run import Runner
from app.views.main_window import Desk, MainWindow
from app.views.widgets.counting_list import CountingList
from app.views.widgets.key_sheet import KeySheet
from bench.counting import wire
from tests.factories.day import Day
from tests.ui.packing_station import OK, PATIENCE, Open, number_of


def test_an_order_is_packed_by_scans_alone(station: Open, day: Day, two_lines: int) -> None:
    at = station()
    assert at.answer("OWOSO-1001") == "SO-1001"
    assert at.answer("19520001000024") == "GOOD"  # a case of 6
    assert "case of 6 counted" in at.sentence
    assert day.lines(two_lines)[0].boxed == 6
    assert at.answer("OWQ6", "PUMP", "OWQ3", "ROPE") == "PACKED"
    assert at.sentence == "SH-1001 is complete. Scan the next order."
    assert [line.packed for line in day.lines(two_lines)] == [12, 3]
    assert day.ask("SELECT document FROM print_job ORDER BY document") == [
        ("carton_label",),
        ("packing_slip",),
    ]
    assert at.sounds.heard[-1] is Sound.DONE
    assert Sound.WRONG not in at.sounds.heard


def _said(cards: CountingList) -> list[str]:
    """Each card as it is read out."""
    model = cards.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_pieces_and_metres_are_never_added_up(station: Open, day: Day, two_lines: int) -> None:
    pumps = day.order(("PUMP", 4))
    day.runner.do(allocate_order, order=pumps)
    at = station()
    assert [said.rpartition(", ")[2] for said in _said(at.desk.queue_page.rows)] == [
        "0 of 2 lines",
        "0 of 4 pc",
    ]
    at.answer("OWOSO-1001")
    assert at.sentence.endswith("2 lines to pack")
    at.answer("OWQ3", "ROPE")
    assert at.desk.order_page.progress.text() == "1 of 2 lines"
    assert [said.rpartition(", ")[2] for said in _said(at.desk.order_page.counting)] == [
        "0 of 12 pc",
        "3 of 3 m",
    ]
    at.answer("PUMP")
    assert at.answer("OWXFINISH") == "FINISH SHORT?"
    assert at.sentence.startswith("Not boxed: 1 line.")
    assert at.answer("OWXFINISH") == "PACKED"
    assert at.sentence == "SH-1001 goes out. Still open: 1 line. Scan the next order."
    at.answer(f"OWO{number_of(day, pumps)}", "PUMP")
    assert at.desk.order_page.progress.text() == "1 of 4 pc"


def test_a_wrong_scan_among_a_burst_stops_until_it_is_acknowledged(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001")
    assert at.answer("PUMP", "ANCHOR", "PUMP") == "STOP: WRONG ITEM"
    assert "ANCHOR Plough anchor is not on order SO-1001." in at.sentence
    assert day.lines(two_lines)[0].boxed == 1
    assert at.controller.waiting == 1
    assert at.answer(OK) == "GOOD"
    assert day.lines(two_lines)[0].boxed == 2
    assert at.sounds.heard.count(Sound.WRONG) == 1


def test_an_acknowledgement_read_in_the_same_burst_goes_on_at_its_place(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station()
    burst = ("OWOSO-1001", "PUMP", "ANCHOR", OK, "PUMP", "ANCHOR", "nonsense", OK, OK, "PUMP")
    assert at.answer(*burst) == "GOOD"
    assert day.lines(two_lines)[0].boxed == 3
    assert at.sounds.heard.count(Sound.WRONG) == 3


# ---------------------------------------------------------------- opening


def test_a_picklist_and_a_carton_label_open_the_order_too(
    station: Open, day: Day, two_lines: int
) -> None:
    day.runner.do(make_picklist, orders=(two_lines,))
    at = station()
    assert at.answer("OWPPL-1001") == "SO-1001"
    at.answer("PUMP")
    sscc = day.one("SELECT sscc FROM carton")
    other = day.order(("PUMP", 1))
    assert at.answer(f"OWO{number_of(day, other)}") == "SO-1002"
    assert at.answer(f"]C100{sscc}") == "SO-1001"
    assert at.bench.carton is not None
    assert at.bench.carton.sscc == sscc
    assert at.answer("PUMP") == "GOOD"
    assert day.lines(two_lines)[0].boxed == 2


def test_a_code_typed_by_hand_counts_as_a_scan(
    station: Open, qtbot: QtBot, two_lines: int, day: Day
) -> None:
    at = station()
    qtbot.keyClicks(at.desk.entry, "so-1001")
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_Return)
    at.settle()
    assert at.desk.banner.answer.word == "SO-1001"
    assert at.desk.entry.text() == ""
    qtbot.keyClicks(at.desk.entry, "pump")
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_Return)
    at.settle()
    assert day.lines(two_lines)[0].boxed == 1


def test_what_is_typed_while_the_station_is_stopped_stays(
    station: Open, qtbot: QtBot, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001", "ANCHOR")
    qtbot.keyClicks(at.desk.entry, "PUMP")
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_Return)
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_Escape)
    assert at.desk.entry.text() == "PUMP"
    assert at.is_stopped
    qtbot.keyClicks(at.desk.entry, "ROPE")  # another code takes its place
    assert at.desk.entry.text() == "ROPE"


def test_the_queue_shows_what_waits_what_is_started_and_what_was_done_today(
    station: Open, qtbot: QtBot, day: Day, two_lines: int
) -> None:
    second = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=second)
    held = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=held)
    day.runner.do(hold_order, order=held, code="NO-SHIP", reason="wait")
    at = station()
    assert [row.number for row in at.controller.queue.rows] == ["SO-1001", "SO-1002"]
    at.answer("OWOSO-1002", "PUMP")
    at.answer("OWOSO-1001", "PUMP")
    qtbot.keyClick(at.desk, Qt.Key.Key_F11)
    at.settle()
    counts = at.controller.queue.counts
    assert (counts.to_pack, counts.started, counts.done_today) == (0, 1, 1)
    assert at.desk.banner.answer.word == "Scan your badge"
    at.answer("OWUB-fritz")
    qtbot.keyClick(at.desk, Qt.Key.Key_F3)
    at.settle()
    assert [row.number for row in at.controller.queue.rows] == ["SO-1001"]
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_Down)
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_Return)
    at.settle()
    assert at.desk.banner.answer.word == "SO-1001"


@pytest.mark.parametrize(
    ("scan", "word", "sentence"),
    [
        ("", "STOP: NOT READABLE", "The scan is empty. Scan the code again."),
        ("\x00PUMP", "STOP: NOT READABLE", "control character U+0000"),
        ("x" * 4_999, "STOP: NOT READABLE", "no code holds more than 4296"),
        ("OWXDANCE", "STOP: NOT READABLE", "OWXDANCE is not a command of this program."),
        ("OWQ0x", "STOP: NOT READABLE", "OWQ0x is not a quantity"),
        ("OWOSO-9999", "STOP: UNKNOWN CODE", "There is no order SO-9999."),
        ("OWPPL-9", "STOP: UNKNOWN CODE", "There is no picklist PL-9."),
        ("OWC999999", "STOP: UNKNOWN CODE", "There is no carton 999999."),
        ("PUMP", "STOP: NO ORDER", "No order is open."),
        ("'; DROP TABLE item; --", "STOP: NO ORDER", "No order is open."),
        ("OWTTR-1", "STOP: NOT HERE", "TR-1 is a trip"),
        ("OWBA-01", "STOP: NOTHING THERE", "Nothing of the open order is in A-01."),
        ("OWUB-nobody", "STOP: UNKNOWN BADGE", "Nobody has the badge B-nobody."),
    ],
)
def test_what_a_station_without_an_order_says_to_a_scan(
    station: Open, scan: str, word: str, sentence: str
) -> None:
    at = station()
    at.desk.scan(scan)
    at.settle()
    assert at.desk.banner.answer.word == word
    assert sentence in at.sentence
    assert at.sounds.heard == [Sound.WRONG]


# ---------------------------------------------------------------- wrong scans


def test_more_than_ordered_says_how_many_are_left(station: Open, day: Day, two_lines: int) -> None:
    at = station()
    at.answer("OWOSO-1001", "19520001000024")
    assert at.answer("OWQ7", "PUMP") == "STOP: TOO MANY"
    assert "Order SO-1001 takes only 6 more of PUMP, not 7." in at.sentence
    at.answer(OK, "19520001000024")
    assert at.answer("PUMP") == "STOP: TOO MANY"
    assert "Order SO-1001 has all its PUMP. Put this one back." in at.sentence
    assert day.lines(two_lines)[0].boxed == 12


def test_each_kind_of_wrong_goods_has_its_own_answer(station: Open, day: Day) -> None:
    day.stock("FLARE", 5, lot="GOOD", expires_on=date(2099, 1, 1))
    day.stock("FLARE", 5, lot="OLD", expires_on=date(2099, 1, 1))
    day.stock("FLARE", 2, lot="LEAKS", expires_on=date(2099, 1, 1))
    day.stock("RADIO", 1, lot="R-1")
    day.stock("RADIO", 1, lot="R-2")
    day.stock("ANCHOR", 1)
    first = day.order(("RADIO", 1))
    day.runner.do(allocate_order, order=first)
    day.order(("FLARE", 3), ("RADIO", 2), ("ANCHOR", 2))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE lot SET expires_on = '2020-05-31' WHERE code = 'OLD'"))
        connection.execute(text("UPDATE lot SET blocked_reason = 'it leaks' WHERE code = 'LEAKS'"))
    at = station()
    at.answer("OWOSO-1002")
    said = {}
    for code in ("OLD", "LEAKS", "R-1", "RADIO", "FLARE", "R-9"):
        said[code] = at.answer(code)
        said[f"{code} why"] = at.sentence
        at.answer(OK)
    assert said["OLD"] == "STOP: EXPIRED"
    assert "Lot OLD of FLARE expired on 31 May 2020." in said["OLD why"]
    assert said["LEAKS"] == "STOP: BLOCKED"
    assert "is blocked: it leaks" in said["LEAKS why"]
    assert said["R-1"] == "STOP: OTHER ORDER'S"
    assert "Lot R-1 of RADIO is promised to order SO-1001." in said["R-1 why"]
    assert said["RADIO"] == "SERIAL?"
    assert said["FLARE"] == "GOOD"
    assert said["R-9"] == "STOP: UNKNOWN CODE"
    assert at.answer("OWQ2", "ANCHOR") == "STOP: NOT IN STOCK"
    assert "The books know only 1 of ANCHOR within reach, not 2." in at.sentence
    at.answer(OK)
    assert at.answer("RADIO", "R-2") == "GOOD"
    assert at.answer("R-2") == "STOP: SCANNED ALREADY"
    at.answer(OK)
    assert at.answer("RADIO", "FLARE") == "STOP: SERIAL NEEDED"
    at.answer(OK)
    assert at.answer("RADIO", "R-7") == "STOP: UNKNOWN SERIAL"
    assert [line.boxed for line in day.lines(first + 1)] == [1, 1, 0]


def test_a_held_a_draft_and_a_shipped_order_are_not_opened(
    station: Open, day: Day, two_lines: int
) -> None:
    day.stock("PUMP", 2)
    held = day.order(("PUMP", 1))
    day.runner.do(hold_order, order=held, code="NO-SHIP", reason="customer on holiday")
    draft = day.draft(("PUMP", 1))
    at = station()
    assert at.answer("OWOSO-1002") == "STOP: ON HOLD"
    assert "SO-1002 is on hold (Do not ship yet): customer on holiday." in at.sentence
    at.answer(OK)
    assert at.answer(f"OWO{number_of(day, draft)}") == "STOP: NOT OPEN"
    at.answer(OK)
    assert at.answer("OWOSO-1001", "OWQ12", "PUMP", "OWQ3", "ROPE") == "PACKED"
    assert at.answer("PUMP") == "STOP: ALREADY SHIPPED"
    assert "Order SO-1001 was packed as SH-1001 by Fritz on 20" in at.sentence
    at.answer(OK)
    assert at.answer("OWOSO-1001") == "STOP: ALREADY SHIPPED"
    at.answer(OK)
    assert at.answer("OWXFINISH") == "STOP: ALREADY SHIPPED"
    assert day.ask("SELECT number FROM shipment") == [("SH-1001",)]


def test_goods_never_go_into_another_orders_or_a_closed_carton(
    station: Open, day: Day, two_lines: int
) -> None:
    other = day.order(("PUMP", 2))
    at = station()
    at.answer("OWOSO-1002", "PUMP")
    foreign = day.one("SELECT sscc FROM carton")
    at.answer("OWOSO-1001", "PUMP")
    assert at.answer(foreign) == "STOP: WRONG CARTON"
    assert "This carton is of order SO-1002, not SO-1001." in at.sentence
    at.answer(OK)
    assert at.answer("OWXCLOSE-CARTON") == "CARTON CLOSED"
    closed = day.one("SELECT sscc FROM carton WHERE order_id = :id", id=two_lines)
    assert at.answer(closed) == "STOP: CARTON CLOSED"
    at.answer(OK)
    assert at.answer("PUMP") == "GOOD"  # a new carton takes it
    assert day.one("SELECT count(*) FROM carton WHERE order_id = :id", id=two_lines) == 2
    assert day.lines(other)[0].boxed == 1


def test_a_closed_carton_is_reopened_by_scanning_its_label_twice(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001", "PUMP", "OWXCLOSE-CARTON")
    sscc = day.one("SELECT sscc FROM carton")
    assert at.answer(sscc) == "STOP: CARTON CLOSED"
    assert at.answer(OK, sscc) == "Carton 1"
    at.answer("PUMP")
    assert day.ask("SELECT state FROM carton") == [("open",)]
    assert day.lines(two_lines)[0].boxed == 2


# ---------------------------------------------------------------- commands


def test_keys_and_command_barcodes_do_the_same(
    station: Open, qtbot: QtBot, day: Day, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001", "PUMP", "PUMP")
    assert at.answer("OWXUNDO") == "UNDONE"
    assert at.sentence == "1 back to A-01."
    qtbot.keyClick(at.desk, Qt.Key.Key_F2)
    at.settle()
    assert day.lines(two_lines)[0].boxed == 0
    assert at.answer("OWXUNDO") == "NOTHING TO UNDO"
    qtbot.keyClick(at.desk, Qt.Key.Key_F4)
    qtbot.keyClicks(at.desk.entry, "5")
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_Return)
    assert at.answer("PUMP") == "GOOD"
    assert day.lines(two_lines)[0].boxed == 5
    qtbot.keyClick(at.desk, Qt.Key.Key_F7)
    at.settle()
    assert at.desk.banner.answer.word == "Carton 2"
    at.answer("PUMP")
    assert day.ask("SELECT state FROM carton ORDER BY id") == [("closed",), ("open",)]
    qtbot.keyClick(at.desk, Qt.Key.Key_F6)
    at.settle()
    qtbot.keyClick(at.desk, Qt.Key.Key_F9)
    at.settle()
    assert day.one("SELECT count(*) FROM print_job WHERE document = 'carton_label'") == 3
    assert at.answer("OWXSHORT") == "SHORT?"
    assert at.answer("OWXSHORT") == "SHORT"
    assert day.one("SELECT text FROM order_note") == "Short at packing: 6 PUMP"
    assert at.answer("OWXFINISH") == "FINISH SHORT?"
    assert at.answer("OWXFINISH") == "PACKED"
    assert [line.packed for line in day.lines(two_lines)] == [6, 0]


def test_our_own_trucks_order_goes_to_its_lane_when_it_is_finished(station: Open, day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2), customer="C-2")
    at = station()
    assert at.answer("OWOSO-1001", "OWQ2", "PUMP") == "ALL BOXED"
    at.answer("OWOSO-1001")  # once more, after a break
    assert at.sentence == "Harbour Stores  —  all is boxed: finish with F12"
    assert at.answer("OWXFINISH") == "TO LANE S-01"
    assert day.on_hand("PUMP", "S-01") == 2
    assert day.lines(order)[0].packed == 0
    assert at.sounds.heard[-1] is Sound.DONE


def test_the_last_scan_can_be_taken_back_although_it_packed_the_order(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station()
    assert at.answer("OWOSO-1001", "OWQ12", "PUMP", "OWQ3", "ROPE") == "PACKED"
    assert at.answer("OWXUNDO") == "UNDONE"
    assert [line.boxed for line in day.lines(two_lines)] == [12, 0]
    assert day.one("SELECT state FROM shipment") == "cancelled"
    assert at.answer("OWQ3", "ROPE") == "PACKED"
    assert day.ask("SELECT number FROM shipment WHERE state = 'packed'") == [("SH-1002",)]


def test_a_scanned_bin_is_where_the_next_item_is_taken(
    station: Open, day: Day, two_lines: int
) -> None:
    day.stock("PUMP", 5, "A-03")
    at = station()
    assert at.answer("OWOSO-1001", "OWBA-03") == "A-03"
    at.answer("PUMP", "PUMP")
    assert day.on_hand("PUMP", "A-03") == 4
    assert day.on_hand("PUMP", "A-01") == 19


def test_serials_recorded_when_packed_are_asked_for(station: Open, day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE item SET tracking = 'serial_out' WHERE number = 'ANCHOR'"))
    day.stock("ANCHOR", 3)
    day.order(("ANCHOR", 2))
    at = station()
    assert at.answer("OWOSO-1001", "ANCHOR") == "SERIAL?"
    assert at.answer("S-1") == "GOOD"
    assert at.answer("ANCHOR", "S-1") == "STOP: SCANNED ALREADY"
    assert at.answer(OK, "OWQ2", "ANCHOR") == "STOP: SERIAL NEEDED"
    assert at.answer(OK, "ANCHOR", "S-2") == "PACKED"
    assert day.ask("SELECT serial FROM stock_move WHERE reason = 'pack' ORDER BY id") == [
        ("S-1",),
        ("S-2",),
    ]


# ---------------------------------------------------------------- people


def test_a_badge_changes_who_works_here_and_the_commands_say_so(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station("pack1")
    assert at.desk.banner.answer.word == "Scan your badge"
    assert at.answer("OWOSO-1001") == "STOP: NO OPERATOR"
    assert at.answer("OWUB-fritz") == "Fritz"  # who signs on need not acknowledge first
    assert not at.is_stopped
    at.answer("OWOSO-1001", "PUMP")
    at.answer("OWUB-doris", "PUMP")
    assert day.ask(
        """SELECT login, operator, station FROM command WHERE verb = 'box'
            ORDER BY station_sequence"""
    ) == [
        ("pack1", "fritz", "PACK-1"),
        ("pack1", "doris", "PACK-1"),
    ]
    assert at.answer("OWXLOG-OUT") == "Scan your badge"
    at.desk.show_thing(two_lines)
    assert at.answer() == "STOP: NO OPERATOR"
    assert at.bench.order is None
    assert day.lines(two_lines)[0].boxed == 2


def test_a_badge_says_who_works_at_the_station_and_not_at_the_windows_other_desks(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station("doris")
    at.answer("OWUB-fritz", "OWOSO-1001", "PUMP")
    at.runner.do(make_picklist, orders=(two_lines,))  # as the picking desk does
    at.answer("PUMP")
    assert day.ask(
        "SELECT verb, operator FROM command WHERE login = 'doris' ORDER BY station_sequence"
    ) == [
        ("open_carton", "fritz"),
        ("box", "fritz"),
        ("make_picklist", "doris"),
        ("box", "fritz"),
    ]
    assert at.runner.operator is None


# ---------------------------------------------------------------- others, faults, load


def test_nothing_is_asked_of_the_database_between_scan_and_answer(
    station: Open, day: Day, two_lines: int, qtbot: QtBot
) -> None:
    at = station()
    at.answer("OWOSO-1001", "PUMP")
    gate = threading.Event()
    at.tasks.write(gate.wait)  # nothing can be written now
    with wire(at.engine) as sent:
        for count in range(2, 8):
            at.scan("PUMP")
            qtbot.waitUntil(lambda: not at.controller.scans.waiting, timeout=PATIENCE)
            assert at.bench.order is not None
            assert at.bench.order.lines[0].boxed == count
            assert at.desk.banner.answer.word == "GOOD"
    assert sent.statements == 0
    assert at.controller.behind.queue.pending == 6
    assert at.words()[0] == "PUMP: 1 counted"
    gate.set()
    at.settle()
    assert day.lines(two_lines)[0].boxed == 7
    assert at.controller.behind.queue.pending == 0


def test_a_refusal_of_the_database_stops_the_station_and_says_what_to_take_out(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001", "PUMP")
    gate = threading.Event()
    at.tasks.write(gate.wait)
    at.scan("PUMP", "ROPE", "PUMP")
    day.runner.do(hold_order, order=two_lines, code="NO-SHIP", reason="stop it")
    gate.set()
    at.settle()
    assert at.desk.banner.answer.word == "STOP: ON HOLD"
    assert "Take PUMP of SO-1001 out again: Order SO-1001 is on hold" in at.sentence
    assert [line.boxed for line in day.lines(two_lines)] == [1, 0]
    assert at.bench.order is not None
    assert at.bench.order.lines[0].boxed == 1
    assert at.answer(OK, "PUMP") == "STOP: ON HOLD"
    assert day.lines(two_lines)[0].boxed == 1


def test_a_change_by_another_person_is_shown_before_the_next_scan(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001", "PUMP")
    line = day.lines(two_lines)[0].id
    day.runner.do(release_line, line=day.lines(two_lines)[1].id)
    day.runner.do(cancel_line, line=day.lines(two_lines)[1].id, reason="too long")
    at.controller.hear(changed(Kind.ORDER, two_lines))
    at.settle()
    assert at.desk.banner.answer.word == "ORDER CHANGED"
    assert "ROPE: 0 are wanted now, not 3." in at.sentence
    assert at.is_stopped
    at.answer(OK)
    assert at.answer("OWQ11", "PUMP") == "PACKED"
    assert line == day.one("SELECT order_line_id FROM stock_move WHERE reason = 'pack' LIMIT 1")


def test_two_stations_pack_one_order_together(station: Open, day: Day, two_lines: int) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO location (warehouse_id, kind, code) VALUES (1, 'packing', 'P-02');"
                "INSERT INTO station (code, name, warehouse_id, packing_location_id)"
                " SELECT 'PACK-2', 'Packing 2', 1, id FROM location WHERE code = 'P-02'"
            )
        )
    one, two = station(), station("doris", "PACK-2")
    # Two windows of one program here, so the scans come as from serial scanners.
    one.put("OWOSO-1001", "19520001000024")
    two.put("OWOSO-1001", "OWQ3", "ROPE")
    assert day.ask(
        "SELECT p.code FROM carton c JOIN location p ON p.id = c.location_id ORDER BY c.id"
    ) == [("P-01",), ("P-02",)]
    two.put("19520001000024")
    assert day.status(two_lines) == "packed"
    # The first has not heard of it; its next scan is refused by the database and it stops.
    one.put("PUMP")
    assert one.desk.banner.answer.word == "STOP: ALREADY SHIPPED"
    assert [line.packed for line in day.lines(two_lines)] == [12, 3]
    assert day.one("SELECT count(*) FROM shipment") == 1


def test_a_lost_connection_keeps_every_scan_and_writes_each_once(
    station: Open, day: Day, two_lines: int
) -> None:
    class Cut:
        """A runner whose connection is cut after the commit, once."""

        def __init__(self, runner: Runner) -> None:
            self._runner = runner
            self.is_cut = False

        def do(self, function: Any, /, **arguments: Any) -> Any:
            return self._runner.do(function, **arguments)

        def run(self, command: Any) -> Any:
            answer = self._runner.run(command)
            if self.is_cut:
                self.is_cut = False
                raise DatabaseUnreachable(address="here", reason="cut")
            return answer

    def cut(engine: Engine, code: str | None) -> Cut:
        return Cut(Runner(engine, station=code))

    at = station(runner=cut)
    at.answer("OWOSO-1001", "PUMP")
    at.runner.is_cut = True
    at.scan("PUMP", "PUMP")
    at.settle(is_through=lambda: at.is_stopped)
    assert at.desk.banner.answer.word == "STOP: NO CONNECTION"
    assert "2 to be written are kept" in at.sentence
    at.answer(OK)
    assert day.lines(two_lines)[0].boxed == 3
    assert day.one("SELECT count(*) FROM command WHERE verb = 'box'") == 3


def test_a_thousand_scans_at_once_are_none_lost_none_doubled_and_in_order(
    station: Open, day: Day
) -> None:
    day.stock("ROPE", 200_000)
    order = day.order(("ROPE", 200_000))
    at = station()
    at.answer("OWOSO-1001")
    at.scan(*(code for n in range(1, 501) for code in (f"OWQ{n}", "ROPE")))
    at.settle()
    written = day.ask(
        "SELECT (arguments ->> 'quantity')::numeric FROM command"
        " WHERE verb = 'box' ORDER BY station_sequence"
    )
    assert [row[0] for row in written] == list(range(1, 501))
    assert day.lines(order)[0].boxed == sum(range(1, 501))
    assert at.controller.waiting == 0


def test_f1_goes_on_when_the_station_is_stopped_and_shows_the_keys_when_not(
    station: Open, qtbot: QtBot, two_lines: int, day: Day
) -> None:
    at = station()
    window = MainWindow([Desk("packing", "Floor", "Packing", "package", lambda: at.desk)], at.tasks)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.open_desk("packing")
    at.desk.entry.setFocus()
    at.settle()
    at.answer("OWOSO-1001", "ANCHOR")
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_F1)
    at.settle()
    assert not at.is_stopped
    assert window.findChildren(KeySheet) == []
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_F1)
    sheets = window.findChildren(KeySheet)
    assert [len(sheets), ("F12", "Finish") in [(h.key, h.title) for h in sheets[0].hints]] == [
        1,
        True,
    ]
    sheets[0].close()
