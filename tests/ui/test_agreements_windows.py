"""The windows of the agreements desk: a price asked for, drafts tried, lists as files."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from app.core.actor import Group
from app.core.ids import Kind
from app.rules.pricing.agreements import Cell, Side
from app.views.agreements.importing import ImportForm
from app.views.agreements.inquiry import FAILS, WINS, PriceInquiry, cell_words
from app.views.agreements.trial import TrialWindow
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.ui.agreements_at_work import agree_ladder, open_desk, opened, records, type_into
from tests.ui.floor_stage import FloorStage
from tests.ui.orders_at_work import AtWork

D = Decimal


def _inquiry(stage_: FloorStage) -> PriceInquiry:
    found = stage_.desk.findChild(PriceInquiry)
    assert isinstance(found, PriceInquiry)
    return found


def test_f9_tells_what_an_item_costs_and_why(stage_: FloorStage, day: Day, today: date) -> None:
    agree_ladder(day)
    prices = Prices(day)
    prices.agree("percent", 10, item="PUMP", name="Autumn")
    prices.agree("price", 1, customer="C-1", item="PUMP", name="Next", state="draft")
    desk = opened(stage_)
    desk.list.select((Kind.AGREEMENT, 3))
    desk.controller.choose(Kind.AGREEMENT, 3)
    stage_.wait(lambda: stage_.model.title == "Bilge pump for Brightwater Marine")
    stage_.press("F9")
    asking = _inquiry(stage_)
    stage_.wait(lambda: asking.answer is not None)
    assert asking.headline.text() == "34.20 USD per pc"
    assert asking.how.text() == (
        "The price is agreed: Contract (no. 1, this customer, this item). The list price is 39.90."
    )
    assert asking.miss.text() == "9 pc more reach 32.40."
    assert [(row.title, row.price, row.amount) for row in asking.parts.lines.rows] == [
        ("Price", "", "38.00"),
        ("10 % off", "-3.80", "34.20"),
    ]
    assert [(row.title, row.sub, row.badge) for row in asking.candidates.lines.rows] == [
        ("Contract", ("This is what the line gets.",), WINS),
        ("Next", ("It is not active: draft.",), FAILS),
        ("Contract", ("It starts at 10 pc: 9 more reach it.",), FAILS),
        ("Contract", ("It starts at 100 pc: 99 more reach it.",), FAILS),
        ("Autumn", ("This is what the line gets.",), WINS),
    ]
    stage_.picture_of(asking, "agreements-inquiry")
    asking.quantity.setFocus()
    asking.quantity.selectAll()
    stage_.type("2")
    asking.unit.setFocus()
    stage_.type("case")
    stage_.press("Return")
    stage_.wait(lambda: asking.headline.text() == "35.91 USD per pc")
    assert "It counts for lines in pc only." in [row.sub[0] for row in asking.candidates.lines.rows]
    asking.unit.selectAll()
    stage_.type("pallet")
    stage_.press("Return")
    stage_.wait(lambda: asking.form.problem("unit") != "")
    assert asking.form.problem("unit") == "PUMP has no unit pallet. It is counted in: case, pc."
    stage_.press("Esc")
    stage_.wait(lambda: stage_.desk.findChild(PriceInquiry) is None)


def test_a_price_is_asked_for_without_any_agreement(stage_: FloorStage) -> None:
    open_desk(stage_)
    stage_.press("F9")
    asking = _inquiry(stage_)
    stage_.press("Ctrl+Return")
    assert asking.form.problem("item") == "Choose the item whose price you want to know."
    asking.item.setFocus()
    stage_.type("FREE")
    stage_.press("Return", times=2)
    stage_.wait(lambda: asking.headline.text() == "No price")
    asking.item.setFocus()
    asking.item.selectAll()
    stage_.type("ROPE")
    stage_.press("Return", times=2)
    stage_.wait(lambda: asking.headline.text() == "2.10 USD per m")
    assert asking.how.text() == "It starts from the list price."
    asking.item.setFocus()
    asking.item.selectAll()
    stage_.type("NOWHERE")
    stage_.press("Tab")
    stage_.press("Ctrl+Return")
    assert "There is no item NOWHERE" in asking.form.problem("item")


def test_f9_on_an_order_line_tells_why_it_costs_that(
    qtbot: QtBot, dressed: QApplication, engine_as: EngineAs, day: Day
) -> None:
    agree_ladder(day)
    order = day.order(("PUMP", 12))
    at_work = AtWork(qtbot, engine_as("anna"), "anna", frozenset({Group.SALES}))
    at_work.desk.show_thing(order)
    at_work.settle()
    table = at_work.desk.document.lines_table
    table.selectRow(0)
    table.setFocus()
    at_work.press(Qt.Key.Key_F9)
    asking = at_work.desk.findChild(PriceInquiry)
    assert isinstance(asking, PriceInquiry)
    qtbot.waitUntil(lambda: asking.answer is not None, timeout=10_000)
    assert asking.headline.text() == "36.00 USD per pc"
    assert (asking.party.text(), asking.item.text(), asking.quantity.text()) == (
        "C-1",
        "PUMP",
        "12",
    )
    assert asking.side.count() == 1
    asking.reject()
    at_work.close()


def test_f8_tries_drafts_on_past_orders_before_they_count(
    stage_: FloorStage, day: Day, today: date
) -> None:
    agree_ladder(day)
    with day.owner.begin() as owner:
        owner.execute(text("INSERT INTO item_cost (item_id, cost) VALUES (2, 20)"))
    for quantity in (1, 10):
        day.order(("PUMP", quantity))
    day.order(("PUMP", 1), customer="C-2")
    opened(stage_)
    stage_.press("F8")
    assert stage_.said.startswith("There is no draft to try.")
    stage_.press("M")
    stage_.wait(lambda: stage_.asking is not None)
    type_into(stage_, "percent", "5")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "3 drafts are made.")
    stage_.press("F8")
    trial = stage_.desk.findChild(TrialWindow)
    assert isinstance(trial, TrialWindow)
    stage_.wait(lambda: trial.answer is not None)
    stage_.picture_of(trial, "agreements-trial")
    # 38 and 10 of 36 become 39.90 and 10 of 37.80.
    assert trial.headline.text() == "19.90 USD more revenue"
    assert "2 orders with 2 lines" in trial.about.text()
    assert [(row.title, row.extra, row.amount) for row in trial.table.lines.rows] == [
        ("Together, 1 customer", ("398.00", "417.90", "44.7 %", "47.4 %"), "+19.90"),
        ("Brightwater Marine", ("398.00", "417.90", "44.7 %", "47.4 %"), "+19.90"),
    ]
    trial.until.setFocus()
    trial.until.selectAll()
    stage_.type((today - timedelta(days=200)).isoformat())
    stage_.press("Return")
    stage_.wait(lambda: "is before the first day" in trial.form.problem("since"))
    trial.since.setFocus()
    trial.since.selectAll()
    stage_.type((today - timedelta(days=300)).isoformat())
    stage_.press("Return")
    stage_.wait(lambda: trial.headline.text() == "No order would have cost anything else.")
    assert {row[1] for row in records(day)} == {"active", "draft"}


@pytest.mark.parametrize("name", ["agreed.csv", "agreed.xlsx"])
def test_the_list_is_written_into_a_file_and_taken_in_again(
    stage_: FloorStage, day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    prices = Prices(day)
    prices.account_group("TRADE")
    agree_ladder(day)
    prices.agree(
        "percent", "2.5", account_group="TRADE", unit="case", item="PUMP", valid_to=date(2099, 1, 1)
    )
    prices.agree("amount_off", 5, level="order", from_amount=100, stop=True)
    prices.agree("price", 20, side="buy", item="PUMP", name="=cmd|' /C calc'!A0", across_lines=True)
    before = _all(day)
    file = tmp_path / name
    opened(stage_)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(file), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(file), ""))
    stage_.press("Ctrl+S")
    stage_.wait(lambda: stage_.said == f"6 rows are written into {name}.")
    with day.owner.begin() as owner:
        owner.execute(text("DELETE FROM trade_agreement"))
    stage_.press("Ctrl+O")
    stage_.wait(lambda: stage_.asking is not None)
    assert _all(day) == []
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "6 rows are taken in.")
    # What looks like a formula had an apostrophe in the file only.
    assert _all(day) == before
    assert _all(day)[-1].name == "=cmd|' /C calc'!A0"


def _all(day: Day) -> list[Any]:
    return day.ask(
        """SELECT side, level, kind, party_key, item_key, currency, unit, from_quantity,
                  from_amount, value, valid_from, valid_to, priority, stop, across_lines, any_unit,
                  reference, state, name FROM trade_agreement ORDER BY id"""
    )


def test_a_file_with_something_wrong_is_looked_at_first(
    stage_: FloorStage, day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new.csv"
    file.write_text("item,price,percent\nPUMP,30,\nNOWHERE,5,\nROPE,,101\n", encoding="utf-8")
    open_desk(stage_)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(file), ""))
    stage_.press("Ctrl+O")
    stage_.wait(lambda: stage_.asking is not None)
    form = stage_.asking
    assert isinstance(form, ImportForm)
    stage_.picture_of(form, "agreements-import")
    assert [(row.extra, row.amount) for row in form.table.lines.rows] == [
        (("4", "percent"), "101"),
        (("3", "item"), "NOWHERE"),
    ]
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: "2 of 3 rows of agreements cannot be imported" in form.messages.text)
    assert records(day) == []
    form.field("partly").setFocus()
    stage_.press("Space")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "1 row is taken in. 2 rows were left out.")
    assert [row[3] for row in records(day)] == [30]


def test_a_folder_that_is_not_there_is_a_sentence(
    stage_: FloorStage, day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_desk(stage_)
    file = tmp_path / "gone" / "agreed.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(file), ""))
    stage_.press("Ctrl+S")
    stage_.wait(lambda: "could not be written: No such file" in stage_.said)


def test_every_cell_is_said_in_words() -> None:
    said = {cell_words(each.word, side) for each in Cell for side in Side}
    assert "this customer, this item" in said
    assert "every supplier, everything" in said
    assert not any("+" in each for each in said)
