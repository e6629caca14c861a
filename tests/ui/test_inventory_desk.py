"""The inventory desk by its keys and scans: what lies where, whose it is, what moved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import text

from app.core.actor import Group
from app.core.ids import Kind
from app.operations.allocation import allocate_order
from app.operations.picking import pick_order
from app.views import theme
from app.views.inventory.desk import InventoryDesk
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.shipping import boxed
from tests.ui.floor_stage import FloorStage


def _lines(stage_: FloorStage) -> list[tuple[str, str, str, str]]:
    return [(row.title, row.quantity, row.price, row.amount) for row in stage_.model.lines]


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
        "Free, not to be promised": "12 pc",
    }
    assert _lines(stage_) == [("RECV", "12 pc", "0", "12"), ("A-01", "6 pc", "4", "2")]
    assert stage_.model.lines[0].sub == ("MAIN", "receiving")
    assert [row.words_under_bar for row in stage_.model.lines] == [
        "not to be promised: receiving",
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
        "The lot has expired. It is neither promised nor packed: take it out."
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
    desk = stage_.open(InventoryDesk, Group.FLOOR)
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
    theme.apply(dressed, "light", 2.0)
    large = stage_.open(InventoryDesk, Group.FLOOR)
    large.resize(1900, 1200)
    stage_.scan("PUMP")
    stage_.picture("inventory-200")
    theme.apply(dressed, "light", 1.0)
    station = stage_.open(InventoryDesk, Group.FLOOR, station="PACK-1")
    station.resize(1440, 900)
    stage_.scan("OWBA-01")
    stage_.wait(lambda: stage_.model.title == "A-01")
    stage_.scan("4711")
    stage_.picture("inventory-station")
