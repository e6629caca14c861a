"""The inventory desk by its keys and scans: what lies where, whose it is, what moved."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import text

from app.core.actor import Group
from app.core.ids import Kind
from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.picking import pick_order
from app.queries.doctor import doctor
from app.views import theme
from app.views.inventory.desk import InventoryDesk
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.shipping import boxed
from tests.ui.floor_stage import FloorStage


def _lines(stage_: FloorStage) -> list[tuple[str, str, str, str]]:
    return [(row.title, row.quantity, row.price, row.amount) for row in stage_.model.lines]


def _told(form: Any) -> str:
    """Everything an open form says is wrong, at the top and beside its fields."""
    beside = [form.form.problem(name) for name in form._fields]
    return " ".join(each for each in (form.messages.text, *beside) if each)


def _why_not(stage_: FloorStage, key: str) -> str:
    (action,) = (each for each in stage_.model.more if each.key == key)
    return action.why_not


def _facts(stage_: FloorStage) -> dict[str, str]:
    return {fact.label: fact.value for fact in stage_.model.facts}


@pytest.fixture
def promised(day: Day) -> str:
    """Pumps in a bin and in receiving, 4 of them promised to an order; its number."""
    day.stock("PUMP", 6)
    day.stock("PUMP", 12, place="RECV")
    day.stock("ROPE", "8.5")
    order = day.order(("PUMP", 4))
    day.runner.do(allocate_order, order=order)
    return str(day.one("SELECT number FROM sales_order"))


def test_an_item_is_looked_up_by_keys_and_its_place_beside_it(
    stage_: FloorStage, day: Day, promised: str
) -> None:
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.model.title == "Bilge pump"
    assert _facts(stage_) == {
        "Available now": "2 pc",
        "On hand": "18 pc",
        "Allocated": "4 pc",
        "Free, not available": "12 pc",
    }
    assert _lines(stage_) == [("RECV", "12 pc", "0", "12"), ("A-01", "6 pc", "4", "2")]
    assert stage_.model.lines[0].sub == ("MAIN", "receiving")
    assert [row.words_under_bar for row in stage_.model.lines] == [
        "not available: receiving",
        f"4 for {promised}",
    ]
    stage_.press("Return")
    stage_.press("Down")
    stage_.press("Return")
    stage_.wait(lambda: stage_.model.title == "A-01")
    assert _lines(stage_) == [
        ("Bilge pump", "6 pc", "4", "2"),
        ("Mooring rope", "8.5 m", "0", "8.5"),
    ]
    stage_.press("Down")
    stage_.press("F7")
    stage_.wait(lambda: stage_.model.title == "Mooring rope")


def test_the_way_to_an_order_that_has_some_of_it(
    stage_: FloorStage, day: Day, promised: str
) -> None:
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    links = {each.title: each.key for each in stage_.model.related}
    assert list(links) == ["Item PUMP", f"Order {promised}: 4 pc"]
    for key in links.values():
        desk.document.action_chosen.emit(key)
    order = day.id_of("sales_order", promised)
    assert stage_.opened == [(Kind.ITEM, day.item("PUMP")), (Kind.ORDER, order)]


def test_what_moved_is_told_with_who_where_and_why(
    stage_: FloorStage, day: Day, promised: str, run_as: RunAs
) -> None:
    run_as("pack1", station="PACK-1").do(
        pick_order, order=day.id_of("sales_order", promised), to=day.place("CART-1")
    )
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    assert [(entry.who, entry.what) for entry in stage_.model.timeline] == [
        ("pack1, Packing 1", f"4 pc  A-01 → CART-1  picked for {promised}"),
        ("Maria", "12 pc  supplier → RECV  received"),
        ("Maria", "6 pc  supplier → A-01  received"),
    ]
    stage_.scan("OWBCART-1")
    stage_.wait(lambda: stage_.model.title == "CART-1")
    assert [entry.what for entry in stage_.model.timeline] == [
        f"4 pc of PUMP  A-01 → CART-1  picked for {promised}"
    ]


def test_the_filter_and_the_views(stage_: FloorStage, day: Day, promised: str, today: date) -> None:
    day.stock("FLARE", 5, lot="L-9", expires_on=today - timedelta(days=1))
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    rows = desk.list.model
    stage_.wait(lambda: rows.rowCount() == 6)
    stage_.press("Ctrl+F")
    stage_.type("9520001000010")
    stage_.wait(lambda: rows.rowCount() == 1)
    stage_.wait(lambda: stage_.model.title == "Mooring rope")
    desk.list.filter_by("a-01")
    stage_.wait(lambda: rows.rowCount() == 3)
    desk.list.filter_by("")
    stage_.view("promised")
    stage_.wait(lambda: rows.rowCount() == 1)
    stage_.view("expiring")
    stage_.wait(lambda: stage_.model.title == "Hand flare")
    assert stage_.model.subline == ("FLARE", "lot L-9", "by lot")
    assert stage_.model.notices[0].sentence == (
        "The lot has expired. Nobody promises, picks or packs it: take it out."
    )
    stage_.view("empty")
    stage_.wait(lambda: stage_.model.title == "A-02")
    assert stage_.model.no_lines == "Nothing lies here."
    stage_.view("places")
    stage_.wait(lambda: rows.rowCount() == 13)


@pytest.mark.parametrize(
    ("code", "title", "said"),
    [
        ("OWBA-01", "A-01", "A-01"),
        ("PUMP", "Bilge pump", "PUMP"),
        ("19520001000024", "Bilge pump", "PUMP"),  # a case's GTIN
        ("L-9", "Hand flare", "L-9"),
        ("R-1", "VHF radio", "R-1"),
        ("OWBTRUCK-1", "TRUCK-1", "TRUCK-1"),
    ],
)
def test_a_scan_shows_what_it_names(
    stage_: FloorStage, day: Day, promised: str, code: str, title: str, said: str
) -> None:
    day.stock("FLARE", 5, lot="L-9")
    day.stock("RADIO", 1, lot="R-1")
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.scan(code)
    stage_.wait(lambda: stage_.model.title == title)
    assert desk.strip.said == said


def test_a_carton_shows_the_place_it_stands_in(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), ("ROPE", 1))
    day.runner.do(allocate_order, order=order)
    sscc = day.one("SELECT sscc FROM carton WHERE id = :id", id=boxed(day, order))
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.scan(f"00{sscc}")
    stage_.wait(lambda: stage_.model.title == "P-01")
    assert desk.strip.said == f"Carton …{sscc[-6:]} is in P-01"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("4711", "Nothing here has the code 4711."),
        ("OWQ5", "A quantity means nothing here."),
        ("OWUB-fritz", "fritz is no place, item, lot or carton. Scan one of these."),
        ("OWBSUPPLIER", "Nothing is kept in SUPPLIER:"),
        ("OWBX-99", "Nothing here has the code X-99."),
    ],
)
def test_a_scan_that_leads_nowhere_says_why_and_is_kept(
    stage_: FloorStage, day: Day, promised: str, code: str, says: str
) -> None:
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.scan(code)
    stage_.wait(lambda: stage_.said.startswith(says))
    assert stage_.model.title == "Bilge pump"  # what was open stays
    desk.wrong_scans.store()
    stage_.settle()
    assert day.ask("SELECT desk, code FROM wrong_scan") == [("inventory", code)]


def test_the_desk_draws_empty_full_and_with_long_names(
    stage_: FloorStage, day: Day, dressed: QApplication, today: date
) -> None:
    """Drawn where ORDERWRIGHT_PICTURES says; all the same they must draw."""
    desk = stage_.open(InventoryDesk, Group.FLOOR, Group.STOCK)
    stage_.picture("inventory-nothing")
    day.stock("PUMP", 6)
    day.stock("PUMP", 12, place="RECV")
    day.stock("PUMP", 30, place="A-02")
    day.stock("ROPE", "2408.75")
    for number, lot in enumerate(("L-2026-01", "L-2026-02", "L-2026-03")):
        day.stock("FLARE", 4, lot=lot, expires_on=today + timedelta(days=30 * number - 20))
    for number in range(40):
        day.stock("RADIO", 1, place="A-03", lot=f"SN-2026-{number:05}")
    with day.owner.begin() as owner:
        owner.execute(
            text("""UPDATE item SET name = 'Three-strand mooring rope, navy blue with gold tracer, '
                    || '16 mm, pre-stretched, on reels of 2,500 m' WHERE number = 'ROPE'""")
        )
    for customer, quantity in (("C-1", 3), ("C-2", 2), ("C-1", 9), ("C-2", 4), ("C-2", 5)):
        day.runner.do(allocate_order, order=day.order(("PUMP", quantity), customer=customer))
    desk.controller.rows_changed.emit()
    for name, look in (("light", "light"), ("dark", "dark")):
        theme.apply(dressed, look, 1.0)
        stage_.scan("PUMP")
        stage_.wait(lambda: desk.document.model is not None)
        stage_.picture(f"inventory-item-{name}")
        stage_.scan("OWBA-01")
        stage_.wait(lambda: stage_.model.title == "A-01")
        stage_.picture(f"inventory-place-{name}")
    stage_.scan("ROPE")
    stage_.wait(lambda: len(stage_.model.title) > 40)
    stage_.picture("inventory-long")
    theme.apply(dressed, "light", 1.0)
    stage_.view("places")
    stage_.scan("OWBA-03")
    stage_.wait(lambda: stage_.model.title == "A-03")
    stage_.picture("inventory-many")
    stage_.view("expiring")
    stage_.wait(lambda: desk.list.model.rowCount() == 3)
    stage_.picture("inventory-expiring")
    stage_.scan("OWBC-01")
    stage_.wait(lambda: stage_.model.title == "C-01")
    stage_.picture("inventory-empty-place")
    stage_.scan("L-2026-02")
    stage_.press("F6")
    stage_.press("Return")
    stage_.picture_of(stage_.asking, "inventory-receive")
    stage_.press("Esc")
    stage_.scan("OWBA-01")
    stage_.wait(lambda: stage_.model.title == "A-01")
    desk.document.lines_table.selectRow(3)
    stage_.press("F8")
    stage_.type("-4")
    stage_.asking.field("reason").setText("not on the shelf")
    stage_.press("Return")
    stage_.picture_of(stage_.asking, "inventory-asks")
    stage_.press("Esc")
    desk.document.lines_table.selectRow(4)
    stage_.press("Ctrl+Return")
    stage_.picture_of(stage_.asking, "inventory-move")
    stage_.press("Esc")
    stage_.scan("SN-2026-00001")
    stage_.press("F6")
    stage_.picture_of(stage_.asking, "inventory-receive-serials")
    stage_.press("Esc")
    theme.apply(dressed, "light", 2.0)
    large = stage_.open(InventoryDesk, Group.FLOOR, Group.STOCK)
    large.resize(1900, 1200)
    stage_.scan("PUMP")
    stage_.picture("inventory-200")
    stage_.press("F6")
    stage_.picture_of(stage_.asking, "inventory-receive-200")
    stage_.press("Esc")
    theme.apply(dressed, "light", 1.0)
    station = stage_.open(InventoryDesk, Group.FLOOR, Group.STOCK, station="PACK-1")
    station.resize(1440, 900)
    stage_.scan("OWBA-01")
    stage_.wait(lambda: stage_.model.title == "A-01")
    stage_.scan("4711")
    stage_.picture("inventory-station")


# ---------------------------------------------------------------- receiving


def test_goods_are_received_by_keys_into_the_receiving_place(stage_: FloorStage, day: Day) -> None:
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.wait(lambda: stage_.model.title == "Bilge pump")
    stage_.press("F6")
    form = stage_.asking
    assert form.field("place").text() == "RECV"
    stage_.press("Return")
    assert "Type how much came in." in _told(form)
    stage_.type("2")
    form.unit.choose("case")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said)
    assert stage_.said == "12 pc of PUMP received into RECV."
    assert day.on_hand("PUMP", "RECV") == 12
    stage_.wait(lambda: _lines(stage_) == [("RECV", "12 pc", "0", "12")])
    row = desk.list.current()
    assert row is not None
    assert row.on_hand == 12
    day.stock("PUMP", 1, place="A-01")
    day.stock("PUMP", 1, place="A-02")
    stage_.press("F6")
    stage_.type("1")
    stage_.asking.field("place").set_chosen(None)
    stage_.asking.field("place").setFocus()
    stage_.type("A-02")
    stage_.press("Return")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: len(stage_.model.lines) == 3)
    line = desk.current_line()
    assert line is not None
    assert (line.title, line.quantity) == ("A-02", "2 pc")  # where they went: Ctrl+Enter moves on


def test_goods_are_received_by_scans(stage_: FloorStage, day: Day) -> None:
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("N")
    stage_.type("19520001000024")  # the case
    stage_.press("Return")
    stage_.wait(lambda: stage_.asking.windowTitle() == "Receive Bilge pump")
    assert stage_.asking.unit.code == "case"
    stage_.type("3")
    stage_.asking.field("place").setFocus()
    stage_.asking.field("place").selectAll()
    stage_.type("OWBA-02")
    stage_.press("Return")
    stage_.wait(lambda: stage_.asking.field("place").text() == "A-02")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "18 pc of PUMP received into A-02.")
    assert day.on_hand("PUMP", "A-02") == 18
    stage_.press("N")  # the next ones go to the same place
    stage_.type("rope")
    stage_.press("Return")
    stage_.wait(lambda: stage_.asking.windowTitle() == "Receive Mooring rope")
    assert stage_.asking.field("place").text() == "A-02"


def test_a_lot_is_received_with_the_day_its_label_says(stage_: FloorStage, day: Day) -> None:
    with day.owner.begin() as owner:
        owner.execute(
            text("""INSERT INTO item_unit (item_id, name, factor, gtin)
                    SELECT id, 'pc', 1, '09520001000034' FROM item WHERE number = 'FLARE'""")
        )
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.scan("OWBA-03")
    stage_.wait(lambda: stage_.model.title == "A-03")
    stage_.press("F6")
    assert stage_.asking.windowTitle() == "Receive into A-03"
    stage_.type("(01)09520001000034(17)290131(10)L-77")
    stage_.press("Return")
    stage_.wait(lambda: stage_.asking.windowTitle() == "Receive Hand flare")
    form = stage_.asking
    assert (form.lot.text(), form.expires.text()) == ("L-77", "31 Jan 2029")
    stage_.type("24")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "24 pc of FLARE received into A-03.")
    assert day.ask("SELECT code, expires_on FROM lot") == [("L-77", date(2029, 1, 31))]


def test_serials_are_scanned_one_after_the_other(stage_: FloorStage, day: Day) -> None:
    day.stock("RADIO", 1, lot="SN-0", place="A-02")
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.scan("SN-0")
    stage_.wait(lambda: stage_.model.title == "VHF radio")
    stage_.press("F6")
    form = stage_.asking
    for code in ("SN-1", "(21)SN-2", "SN-0", "SN-1"):
        stage_.type(code)
        stage_.press("Return")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: _told(form))
    assert "Serial SN-0 of RADIO is in stock already, in A-02." in _told(form)
    assert "Serial SN-1 of RADIO is named twice." in _told(form)
    assert form.serials.toPlainText() == "SN-1\n(21)SN-2\nSN-0\nSN-1\n"  # nothing typed is lost
    form.serials.setPlainText("SN-1\n(21)SN-2")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: desk.messages.text == "2 pc of RADIO received into RECV.")
    assert day.ask("SELECT code FROM lot ORDER BY code") == [("SN-0",), ("SN-1",), ("SN-2",)]


def test_what_is_wrong_with_a_receipt_is_said_and_kept(stage_: FloorStage, day: Day) -> None:
    day.stock("FLARE", 1, lot="L-9", expires_on=date(2099, 1, 31))
    stage_.open(InventoryDesk, Group.PURCHASING)
    stage_.scan("L-9")
    stage_.wait(lambda: stage_.model.title == "Hand flare")
    stage_.press("F6")
    assert (stage_.asking.lot.text(), stage_.asking.expires.text()) == ("L-9", "31 Jan 2099")
    stage_.press("Esc")
    stage_.scan("FLARE")
    stage_.press("F6")
    form = stage_.asking
    stage_.type("5")
    stage_.press("Return")
    stage_.wait(lambda: "FLARE is tracked by lot: say which one." in _told(form))
    form.lot.setFocus()
    stage_.type("L-9")
    form.expires.setFocus()
    stage_.type("2099-02-28")
    stage_.press("Return")
    stage_.wait(lambda: "known to expire on" in _told(form))
    form.place.setFocus()
    form.place.selectAll()
    stage_.type("S-01")  # a lane
    stage_.press("Return")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: "No place S-01 takes these goods:" in _told(form))
    assert (form.quantity.text(), form.lot.text()) == ("5", "L-9")
    stage_.press("Esc")
    assert day.on_hand("FLARE", "A-01") == 1


def test_who_may_not_receive_sees_why(stage_: FloorStage, day: Day) -> None:
    stage_.open(InventoryDesk, Group.STOCK)
    stage_.wait(lambda: stage_.model.title == "Bilge pump")
    assert stage_.model.secondary[0].why_not == "this needs the role floor or purchasing"


# ---------------------------------------------------------------- moving


def test_free_goods_are_put_away_by_scan(stage_: FloorStage, day: Day, promised: str) -> None:
    stage_.open(InventoryDesk, Group.FLOOR)
    stage_.scan("OWBRECV")
    stage_.wait(lambda: stage_.model.title == "RECV")
    stage_.press("Ctrl+Return")
    form = stage_.asking
    assert form.quantity.text() == "12"
    stage_.press("Ctrl+Return")
    assert "Choose where the goods go" in _told(form)
    stage_.type("OWBA-02")
    stage_.press("Return")
    stage_.wait(lambda: form.place.text() == "A-02")
    form.quantity.setFocus()
    form.quantity.selectAll()
    stage_.type("10")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "10 pc of PUMP moved from RECV to A-02.")
    assert day.on_hand("PUMP", "A-02") == 10
    stage_.wait(lambda: _lines(stage_) == [("Bilge pump", "2 pc", "0", "2")])
    assert stage_.model.timeline[0].what.startswith("10 pc of PUMP  RECV → A-02  moved")


def test_more_than_is_free_is_refused_and_stays_typed(
    stage_: FloorStage, day: Day, promised: str
) -> None:
    stage_.open(InventoryDesk, Group.FLOOR)
    stage_.scan("OWBA-01")
    stage_.wait(lambda: stage_.model.title == "A-01")
    stage_.press("Ctrl+Return")
    form = stage_.asking
    stage_.type("A-03")
    stage_.press("Return")
    form.quantity.setFocus()
    form.quantity.selectAll()
    stage_.type("5")
    stage_.press("Return")
    stage_.wait(lambda: "Only 2 of PUMP is free in A-01, not 5." in _told(form))
    assert (form.place.text(), form.quantity.text()) == ("A-03", "5")
    form.quantity.selectAll()
    stage_.type("2")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "2 pc of PUMP moved from A-01 to A-03.")
    assert day.on_hand("PUMP", "A-01") == 4
    stage_.press("Ctrl+Return")  # what is left is all somebody's
    assert stage_.said == (
        f"All of it in A-01 is promised to {promised}. Release it there first, or pick it for them."
    )


def test_several_lines_are_put_away_together(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 3, place="RECV")
    day.stock("ROPE", "7.5", place="RECV")
    day.stock("FLARE", 4, place="RECV", lot="L-1")
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.scan("OWBRECV")
    stage_.wait(lambda: len(stage_.model.lines) == 3)
    desk.document.lines_table.setFocus()
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Down")
    stage_.press("Space")
    assert stage_.model.action is not None
    assert stage_.model.action.title == "Move 2 lines"
    stage_.press("Ctrl+Return")
    stage_.type("A-02")
    stage_.press("Return")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "2 lines moved to A-02.")
    assert [day.on_hand(item, "A-02") for item in ("FLARE", "ROPE", "PUMP")] == [
        4,
        Decimal("7.5"),
        0,
    ]
    assert day.one("SELECT count(*) FROM command WHERE verb = 'transfer'") == 1


def test_several_lines_are_put_away_all_or_none(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 3)
    day.stock("ROPE", 5)
    desk = stage_.open(InventoryDesk, Group.FLOOR)
    stage_.scan("OWBA-01")
    stage_.wait(lambda: len(stage_.model.lines) == 2)
    desk.document.lines_table.setFocus()
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    stage_.press("Ctrl+Return")
    stage_.type("A-02")
    stage_.press("Return")
    meanwhile = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=meanwhile)
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: "Only 1 of PUMP is free in A-01, not 3." in _told(stage_.asking))
    assert stage_.asking.place.text() == "A-02"
    assert [day.on_hand(item, "A-01") for item in ("PUMP", "ROPE")] == [3, 5]
    assert day.one("SELECT count(*) FROM command WHERE verb = 'transfer'") == 0


def test_who_may_not_move_sees_why(stage_: FloorStage, day: Day, promised: str) -> None:
    stage_.open(InventoryDesk, Group.PURCHASING)
    stage_.wait(lambda: stage_.model.title == "Bilge pump")
    assert stage_.model.action is not None
    assert stage_.model.action.why_not == "this needs the role floor"


# ---------------------------------------------------------------- correcting and counting


def test_the_books_are_corrected_with_a_reason(stage_: FloorStage, day: Day, promised: str) -> None:
    stage_.open(InventoryDesk, Group.STOCK)
    stage_.scan("OWBRECV")
    stage_.wait(lambda: stage_.model.title == "RECV")
    stage_.press("F8")
    form = stage_.asking
    stage_.press("Return")
    assert "Type how much more or less is there." in _told(form)
    stage_.type("-2")
    stage_.press("Return")
    stage_.wait(lambda: "Say why the stock of PUMP is corrected" in _told(form))
    assert (form.change.text(), form.place.text()) == ("-2", "RECV")
    form.field("reason").setFocus()
    stage_.type("two broken in the box")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "2 pc of PUMP less in RECV.")
    assert day.on_hand("PUMP", "RECV") == 10
    stage_.wait(lambda: _lines(stage_) == [("Bilge pump", "10 pc", "0", "10")])
    assert stage_.model.timeline[0].what == (
        "2 pc of PUMP  RECV → found and lost  corrected: two broken in the box"
    )


def test_below_what_is_promised_it_asks_and_says_whose(
    stage_: FloorStage, day: Day, promised: str
) -> None:
    desk = stage_.open(InventoryDesk, Group.STOCK)
    stage_.scan("OWBA-01")
    stage_.wait(lambda: stage_.model.title == "A-01")
    stage_.press("F8")
    form = stage_.asking
    stage_.type("-3")
    form.field("reason").setFocus()
    stage_.type("gone")
    stage_.press("Return")
    stage_.wait(lambda: f"the rest is promised to {promised} (4)" in _told(form))
    stage_.press("Return")  # Enter asks again: it takes nothing from anybody
    stage_.settle()
    assert f"the rest is promised to {promised} (4)" in _told(form)
    assert day.on_hand("PUMP", "A-01") == 6
    assert (form.change.text(), form.field("reason").text()) == ("-3", "gone")
    stage_.press("Ctrl+Shift+Return")
    stage_.wait(lambda: desk.messages.text)
    assert stage_.said == (
        f"3 pc of PUMP less in A-01. Taken back from {promised}: see Allocation."
    )
    assert day.on_hand("PUMP", "A-01") == 3
    assert day.free("PUMP", "A-01") == 0
    with reading(day.owner) as session:
        assert doctor(session) == ()


def test_goods_are_found_where_the_books_know_none(stage_: FloorStage, day: Day) -> None:
    desk = stage_.open(InventoryDesk, Group.STOCK)
    stage_.scan("FLARE")
    stage_.wait(lambda: stage_.model.title == "Hand flare")
    assert stage_.model.lines == ()
    stage_.press("F8")
    form = stage_.asking
    stage_.type("4")
    form.place.setFocus()
    stage_.type("A-03")
    stage_.press("Return")
    stage_.wait(lambda: form.place.chosen is not None)
    form.lot.setFocus()
    stage_.type("L-8")
    form.field("reason").setFocus()
    stage_.type("behind the shelf")
    stage_.press("Return")
    stage_.wait(lambda: desk.messages.text == "4 pc of FLARE more in A-03.")
    stage_.wait(lambda: _lines(stage_) == [("A-03", "4 pc", "0", "4")])


def test_a_bin_is_sent_to_be_counted(stage_: FloorStage, day: Day, promised: str) -> None:
    stage_.open(InventoryDesk, Group.FLOOR)
    stage_.scan("OWBA-01")
    stage_.wait(lambda: stage_.model.title == "A-01")
    stage_.press("F9")
    stage_.wait(lambda: stage_.said == "A-01 is to be counted.")
    assert stage_.opened == [(Kind.COUNT, day.place("A-01"))]
    assert day.ask("""SELECT i.number, c.reason FROM bin_count c JOIN item i ON i.id = c.item_id
                       ORDER BY 1""") == [
        ("PUMP", "asked for at the inventory desk"),
        ("ROPE", "asked for at the inventory desk"),
    ]
    stage_.wait(lambda: _facts(stage_)["To be counted"] == "2 items")
    stage_.scan("PUMP")
    stage_.wait(lambda: stage_.model.title == "Bilge pump")
    stage_.press("F9")  # where the cursor is
    stage_.wait(lambda: stage_.opened[-1] == (Kind.COUNT, day.place("RECV")))
    stage_.scan("OWBTRUCK-1")
    stage_.wait(lambda: stage_.model.title == "TRUCK-1")
    assert stage_.model.more[0].why_not == "nothing is counted in such a place"
    stage_.press("F9")
    assert len(stage_.opened) == 2


def test_the_label_of_a_place_is_printed(stage_: FloorStage, day: Day) -> None:
    stage_.open(InventoryDesk, Group.FLOOR)
    stage_.scan("OWBA-02")
    stage_.wait(lambda: stage_.model.title == "A-02")
    stage_.press("Ctrl+P")
    stage_.wait(lambda: stage_.said == "The label of A-02 is on its way.")
    assert day.ask("SELECT document, subject_id FROM print_job") == [
        ("bin_label", day.place("A-02"))
    ]


def test_who_may_not_correct_or_count_sees_why(stage_: FloorStage, day: Day, promised: str) -> None:
    stage_.open(InventoryDesk, Group.PURCHASING)
    stage_.wait(lambda: stage_.model.title == "Bilge pump")
    assert [each.why_not for each in stage_.model.secondary] == [
        "",
        "this needs the role stock",
        "",
    ]
    assert stage_.model.more[0].why_not == "this needs the role floor"
    stage_.press("F8")
    stage_.press("F9")
    assert stage_.asking is None
    assert stage_.opened == []


def test_commands_do_at_a_station_what_keys_do(stage_: FloorStage, day: Day, promised: str) -> None:
    desk = stage_.open(InventoryDesk, Group.FLOOR, station="PACK-1")
    stage_.scan("OWXUNDO")
    assert desk.strip.said == "That command does nothing here."
    stage_.scan("OWBRECV")
    stage_.wait(lambda: stage_.model.title == "RECV")
    stage_.scan("OWXPRINT-AGAIN")
    stage_.wait(lambda: stage_.said == "The label of RECV is on its way.")
    stage_.scan("OWXFINISH")
    assert stage_.asking.windowTitle() == "Move Bilge pump"
    stage_.press("Esc")
    stage_.scan("4711")  # a wrong one stops the station
    stage_.scan("OWBA-01")
    assert stage_.model.title == "RECV"
    stage_.scan("OWXOK")
    stage_.wait(lambda: stage_.model.title == "A-01")


def test_a_lot_is_blocked_for_a_reason_and_let_go_again(stage_: FloorStage, day: Day) -> None:
    day.stock("FLARE", 4, lot="L-1")
    day.stock("FLARE", 6, place="A-02", lot="L-2")
    order = day.order(("FLARE", 3))
    day.runner.do(allocate_order, order=order)
    number = day.one("SELECT number FROM sales_order")
    stage_.open(InventoryDesk, Group.STOCK)
    stage_.scan("L-1")
    stage_.wait(lambda: stage_.model.subline[1:2] == ("lot L-1",))
    stage_.press("F4")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: "Say why the lot is blocked" in stage_.wrong("reason"))
    stage_.type("recalled by the maker")
    stage_.picture_of(stage_.asking, "inventory-block")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said.startswith("L-1 blocked."))
    assert stage_.said == (
        f"L-1 blocked. Still promised of it are 3 for {number}: release that at Allocation."
    )
    stage_.wait(lambda: stage_.model.badges[0].word == "Blocked")
    assert stage_.model.notices[0].sentence == (
        "The lot is blocked: recalled by the maker. Nobody promises, picks or packs it."
    )
    assert stage_.model.timeline[0].what == "blocked the lot"
    assert _facts(stage_)["Available now"] == "0 pc"
    stage_.picture("inventory-blocked")
    stage_.view("blocked")
    assert stage_.desk.list.model.rowCount() == 1
    stage_.press("F4")
    assert stage_.asking.windowTitle() == "Unblock L-1"
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said.startswith("L-1 unblocked."))
    assert day.one("SELECT count(*) FROM lot WHERE blocked_reason IS NOT NULL") == 0


def test_several_lots_of_an_item_are_blocked_together(stage_: FloorStage, day: Day) -> None:
    for lot in ("L-1", "L-2", "L-3"):
        day.stock("FLARE", 4, lot=lot)
    desk = stage_.open(InventoryDesk, Group.STOCK)
    stage_.scan("FLARE")
    stage_.wait(lambda: len(stage_.model.lines) == 3)
    desk.document.lines_table.setFocus()
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    stage_.press("F4")
    assert stage_.asking.windowTitle() == "Block 2 lots"
    stage_.type("wet")
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "L-1, L-2 blocked.")
    stage_.wait(lambda: stage_.model.lines[0].badge is not None)
    assert day.ask("SELECT code FROM lot WHERE blocked_reason = 'wet' ORDER BY 1") == [
        ("L-1",),
        ("L-2",),
    ]
    assert day.one("SELECT count(*) FROM command WHERE verb = 'block_lots'") == 1


def test_what_has_no_lots_is_not_blocked(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 4)
    stage_.open(InventoryDesk, Group.STOCK)
    stage_.scan("PUMP")
    stage_.wait(lambda: stage_.model.title == "Bilge pump")
    assert _why_not(stage_, "block") == "it has no lots"
    stage_.scan("OWBA-01")
    stage_.wait(lambda: stage_.model.title == "A-01")
    stage_.press("F4")
    assert "Choose a line of a lot or serial first" in stage_.said


def test_who_keeps_no_stock_blocks_nothing(stage_: FloorStage, day: Day) -> None:
    day.stock("FLARE", 4, lot="L-1")
    stage_.open(InventoryDesk, Group.FLOOR)
    stage_.scan("L-1")
    stage_.wait(lambda: stage_.model.title == "Hand flare")
    assert _why_not(stage_, "block") == "this needs the role stock"
