"""The counting desk by its keys and scans: bins found short are counted, the books follow."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.core.actor import Group
from app.operations.allocation import allocate_order
from app.operations.picking import make_picklist, short_pick
from app.operations.stock import ask_count
from app.views import theme
from app.views.counting.desk import CountingDesk
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage


def _asked(day: Day, item: str, place: str = "A-01", reason: str = "looks empty") -> None:
    day.runner.do(ask_count, item=day.item(item), location=day.place(place), reason=reason)


def _titles(stage_: FloorStage) -> list[str]:
    return [line.title for line in stage_.model.lines]


@pytest.fixture
def found_short(day: Day) -> int:
    """An order for 5 pumps of which a picker found 2; 6 were in the books."""
    day.stock("PUMP", 6)
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    line = day.one("SELECT id FROM picklist_line")
    day.runner.do(
        short_pick, line=line, found=Decimal(2), reason="the rest is gone", to=day.place("P-01")
    )
    return order


def test_a_bin_found_short_is_counted_by_keys(
    stage_: FloorStage, day: Day, found_short: int
) -> None:
    desk = stage_.open(CountingDesk, Group.STOCK)
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.model.title == "A-01"
    assert stage_.model.lines[0].sub == ("PUMP", "3 missing: the rest is gone")
    assert stage_.model.lines[0].quantity == "pc"
    assert [fact.value for fact in stage_.model.facts] == ["1 item", "Maria"]
    stage_.press("Return")
    stage_.press("Return")
    assert stage_.asking.field("counted").text() == ""
    stage_.press("Return")
    assert stage_.wrong("counted") == "Type how many lie there; 0 when there are none."
    stage_.type("1")
    stage_.press("Return")
    stage_.wait(lambda: desk.messages.text)
    assert stage_.said == "1 PUMP in A-01, 3 less than the books said."
    assert day.on_hand("PUMP", "A-01") == 1
    stage_.wait(lambda: not stage_.model.lines)
    assert [entry.what for entry in stage_.model.timeline] == [
        "PUMP: 1 pc, 3 less than the books said"
    ]
    stage_.wait(lambda: desk.list.model.rowCount() == 0)


def test_a_bin_is_counted_by_scans_alone(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 3)
    day.stock("ROPE", 8)
    for item in ("PUMP", "ROPE"):
        _asked(day, item)
    desk = stage_.open(CountingDesk, Group.STOCK)
    stage_.scan("OWBA-01")
    stage_.scan("ROPE")
    assert desk.strip.said == "A-01  Mooring rope"
    stage_.scan("OWQ7.5")
    stage_.wait(lambda: desk.strip.said == "7.5 ROPE counted")
    stage_.wait(lambda: _titles(stage_) == ["Bilge pump"])
    stage_.scan("09520001000027")
    stage_.scan("OWQ3")
    stage_.wait(lambda: not stage_.model.lines)
    assert [day.on_hand(item, "A-01") for item in ("ROPE", "PUMP")] == [Decimal("7.5"), 3]
    assert day.ask("SELECT note FROM stock_move WHERE reason = 'adjust'") == [
        ("counted 7.5, the books said 8; looks empty",)
    ]


def test_what_nobody_asked_for_is_counted_when_it_is_scanned_twice(
    stage_: FloorStage, day: Day
) -> None:
    _asked(day, "PUMP")
    desk = stage_.open(CountingDesk, Group.STOCK)
    stage_.scan("ANCHOR")
    assert stage_.said == "ANCHOR is not to be counted in A-01. Scan it again to count it as well."
    stage_.scan("PUMP")
    stage_.scan("ANCHOR")
    assert day.one("SELECT count(*) FROM bin_count") == 1
    stage_.scan("ANCHOR")
    stage_.wait(lambda: _titles(stage_) == ["Plough anchor", "Bilge pump"])
    line = desk.current_line()
    assert line is not None
    assert line.title == "Plough anchor"
    stage_.scan("OWQ1")
    stage_.wait(lambda: day.on_hand("ANCHOR", "A-01") == 1)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("4711", "Nothing here has the code 4711."),
        ("PUMP", "Scan a bin first, then what lies in it."),
        ("OWQ5", "Scan or choose what 5 were counted of first."),
        ("OWUB-fritz", "fritz is no bin, item or lot."),
        ("OWBX-99", "Nothing here has the code X-99."),
    ],
)
def test_a_scan_that_leads_nowhere_says_why(stage_: FloorStage, code: str, says: str) -> None:
    stage_.open(CountingDesk, Group.STOCK)
    stage_.scan(code)
    stage_.wait(lambda: stage_.said.startswith(says))


def test_none_there_and_not_needed(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 2)
    _asked(day, "PUMP")
    _asked(day, "ANCHOR")
    desk = stage_.open(CountingDesk, Group.STOCK)
    stage_.wait(lambda: desk.document.model is not None)
    desk.document.action_chosen.emit("cancel")
    assert stage_.asking is not None
    stage_.type("sold out since spring")
    stage_.press("Return")
    stage_.wait(lambda: _titles(stage_) == ["Bilge pump"])
    stage_.press("F8")  # asked about: no single key writes goods off
    assert stage_.asking.field("counted").value() == 0
    stage_.press("Esc")
    assert day.on_hand("PUMP", "A-01") == 2
    stage_.press("F8")
    stage_.press("Return")
    stage_.wait(lambda: desk.messages.text.startswith("0 PUMP in A-01, 2 less"))
    assert day.on_hand("PUMP", "A-01") == 0


def test_more_is_asked_for_by_name(stage_: FloorStage, day: Day) -> None:
    _asked(day, "PUMP")
    desk = stage_.open(CountingDesk, Group.FLOOR)
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.model.action is not None
    assert stage_.model.action.why_not == "this needs the role stock"
    desk.scan_field.setFocus()
    stage_.press("Return")
    assert desk.messages.text.startswith("maria may not count: it needs the role stock.")
    assert not desk.findChildren(QWidget, "asking")
    stage_.press("F6")
    stage_.type("anchor")
    stage_.press("Return")
    stage_.wait(lambda: stage_.asking.field("item").chosen is not None)
    stage_.asking.field("reason").setFocus()
    stage_.type("looks few")
    stage_.press("Return")
    stage_.wait(lambda: desk.messages.text == "ANCHOR in A-01 is to be counted.")
    stage_.wait(lambda: len(stage_.model.lines) == 2)


def test_the_desk_draws_empty_full_and_with_long_names(
    stage_: FloorStage, day: Day, dressed: QApplication
) -> None:
    """Drawn where ORDERWRIGHT_PICTURES says; all the same they must draw."""
    desk = stage_.open(CountingDesk, Group.STOCK)
    stage_.picture("counting-empty")
    day.stock("PUMP", 6)
    for lot in ("L-2026-01", "L-2026-02"):
        day.stock("FLARE", 4, lot=lot)
    for item in ("PUMP", "ROPE", "FLARE", "ANCHOR"):
        _asked(day, item, reason="3 missing: the rest of the shelf is behind a pallet, ask Fritz")
    for place in ("A-02", "A-03"):
        _asked(day, "PUMP", place)
    desk.controller.rows_changed.emit()
    stage_.wait(lambda: desk.list.model.rowCount() == 3)
    desk.show_thing(day.place("A-01"))
    stage_.wait(lambda: desk.document.model is not None)
    stage_.scan("ANCHOR")
    stage_.scan("OWQ2")
    stage_.wait(lambda: len(stage_.model.lines) == 4)
    for look in ("light", "dark"):
        theme.apply(dressed, look, 1.0)
        stage_.picture(f"counting-{look}")
    stage_.press("Ctrl+Return")
    stage_.picture_of(stage_.asking, "counting-asking")
    stage_.press("Esc")
    theme.apply(dressed, "light", 2.0)
    large = stage_.open(CountingDesk, Group.STOCK)
    large.resize(1900, 1200)
    stage_.wait(lambda: large.document.model is not None)
    stage_.picture("counting-200")
    theme.apply(dressed, "light", 1.0)
    station = stage_.open(CountingDesk, Group.STOCK, station="PACK-1")
    station.resize(1440, 900)
    stage_.scan("OWBA-01")
    stage_.scan("RADIO")
    stage_.picture("counting-station")
