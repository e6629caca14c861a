"""The agreements desk by its keys: agreed, changed, raised, activated, ended, and refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from app.core.actor import Group
from app.core.ids import Kind
from app.views import theme
from app.views.agreements.desk import AgreementsDesk
from app.views.agreements.fields import StepsField
from app.views.agreements.importing import ImportForm
from app.views.agreements.inquiry import FAILS, WINS, PriceInquiry
from app.views.agreements.periods import ticks
from app.views.agreements.trial import TrialWindow
from app.views.widgets.choice_field import ChoiceField
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.ui.floor_stage import FloorStage

D = Decimal


@pytest.fixture
def today(day: Day) -> date:
    found = day.one("SELECT (now() AT TIME ZONE time_zone)::date FROM company")
    assert isinstance(found, date)
    return found


def _open(stage_: FloorStage, *groups: Group) -> AgreementsDesk:
    return stage_.open(AgreementsDesk, *(groups or (Group.MANAGER,)))


def _opened(stage_: FloorStage, *groups: Group) -> AgreementsDesk:
    desk = _open(stage_, *groups)
    stage_.wait(lambda: desk.document.model is not None)
    return desk


def _ladder(day: Day) -> list[int]:
    prices = Prices(day)
    terms = {"customer": "C-1", "item": "PUMP", "name": "Contract"}
    return [
        prices.agree("price", 38, **terms),
        prices.agree("price", 36, from_quantity=10, **terms),
        prices.agree("price", 33, from_quantity=100, **terms),
    ]


def _into(stage_: FloorStage, name: str, text: str) -> None:
    field = stage_.asking.field(name)
    field.setFocus()
    field.selectAll()
    if isinstance(field, QPlainTextEdit):
        QApplication.clipboard().setText(text)
        stage_.press("Ctrl+V")
    else:
        stage_.type(text)


def _records(day: Day) -> list[Any]:
    return day.ask(
        """SELECT kind, state, from_quantity, value, valid_from, valid_to FROM trade_agreement
            ORDER BY id"""
    )


def test_a_ladder_is_agreed_by_keys_and_shown_as_a_grid(
    stage_: FloorStage, day: Day, today: date
) -> None:
    desk = _open(stage_)
    stage_.press("N")
    stage_.wait(lambda: stage_.asking is not None)
    _into(stage_, "party", "bright")
    stage_.press("Tab")
    _into(stage_, "item", "PUMP")
    stage_.press("Tab")
    _into(stage_, "steps", "38\n10\t36.5\n100;33")
    _into(stage_, "name", "Contract")
    stage_.picture_of(stage_.asking, "agreements-new")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.said == "3 records are kept."
    assert stage_.model.title == "Bilge pump for Brightwater Marine"
    assert [(line.title, line.amount) for line in stage_.model.lines] == [
        ("Any quantity", "38.00"),
        ("10 pc and more", "36.50"),
        ("100 pc and more", "33.00"),
    ]
    assert _records(day) == [
        ("price", "active", 0, 38, today, None),
        ("price", "active", 10, D("36.5"), today, None),
        ("price", "active", 100, 33, today, None),
    ]
    assert [bar.label for bar in desk.periods.bars] == [
        "any   38.00",
        "10+   36.50",
        "100+   33.00",
    ]


def test_refusals_are_sentences_and_lose_nothing(stage_: FloorStage, day: Day) -> None:
    _ladder(day)
    _opened(stage_)
    stage_.press("N")
    stage_.wait(lambda: stage_.asking is not None)
    form = stage_.asking

    def refused(because: str) -> None:
        stage_.press("Ctrl+Return")
        stage_.wait(lambda: because in form.messages.text)

    refused("Type at least one step")
    _into(stage_, "steps", "ten 36")
    refused("ten is not a number")
    _into(stage_, "steps", "10 36 5")
    refused("Row 1, 10 36 5: type a quantity and what it gives")
    _into(stage_, "item", "NOWHERE")
    _into(stage_, "steps", "36")
    refused("There is no item NOWHERE")
    form.field("item").clear()
    refused("A price is for one item.")
    kind = form.field("kind")
    assert isinstance(kind, ChoiceField)
    kind.setCurrentIndex(1)
    _into(stage_, "steps", "101 %")
    refused("101")
    _into(stage_, "steps", "5 %")
    _into(stage_, "valid_to", "yesterday")
    refused("yesterday is not a day. Write it like 2026-12-31")
    _into(stage_, "valid_to", "2020-01-01")
    refused("is before the first day")
    assert len(_records(day)) == 3
    _into(stage_, "valid_to", "2099-12-31")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "1 record is kept.")


def test_what_overlaps_is_refused_by_name(stage_: FloorStage, day: Day) -> None:
    _ladder(day)
    _opened(stage_)
    stage_.press("Ins")
    stage_.wait(lambda: stage_.asking is not None)
    form = stage_.asking
    assert (form.field("party").text(), form.field("item").text()) == ("C-1", "PUMP")
    _into(stage_, "steps", "10 35")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: "there is already an active record Contract" in form.messages.text)
    assert len(_records(day)) == 3


def test_marked_steps_are_raised_as_drafts_and_activated_together(
    stage_: FloorStage, day: Day, today: date
) -> None:
    _ladder(day)
    desk = _opened(stage_)
    stage_.press("Return")
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    stage_.press("M")
    stage_.wait(lambda: stage_.asking is not None)
    _into(stage_, "percent", "10")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "2 records are kept.")
    tomorrow = today + timedelta(days=1)
    assert _records(day)[3:] == [
        ("price", "draft", 0, D("41.8"), tomorrow, None),
        ("price", "draft", 10, D("39.6"), tomorrow, None),
    ]
    assert stage_.model.action is not None
    assert stage_.model.action.title == "Activate 2 drafts"
    stage_.picture("agreements-drafts")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said.startswith("2 drafts count now."))
    assert [(row[1], row[3], row[5]) for row in _records(day)] == [
        ("active", 38, today),
        ("active", 36, today),
        ("active", 33, None),
        ("active", D("41.8"), None),
        ("active", D("39.6"), None),
    ]
    assert desk.document.model is not None
    assert desk.document.model.action is None


def test_ladders_marked_in_the_list_are_lowered_together(stage_: FloorStage, day: Day) -> None:
    _ladder(day)
    Prices(day).agree("price", 10, item="FLARE")
    desk = _opened(stage_)
    desk.list.rows.setFocus()
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    stage_.press("M")
    stage_.wait(lambda: stage_.asking is not None)
    _into(stage_, "percent", "-50")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "4 records are kept.")
    assert sorted(row[3] for row in _records(day) if row[1] == "draft") == [5, D("16.5"), 18, 19]


def test_one_record_is_changed_copied_and_ended(stage_: FloorStage, day: Day, today: date) -> None:
    _ladder(day)
    _opened(stage_)
    stage_.press("Return")
    stage_.press("Down")
    stage_.press("E")
    stage_.wait(lambda: stage_.asking is not None)
    _into(stage_, "value", "35.25")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "1 record is kept.")
    assert [row[3] for row in _records(day)] == [38, D("35.25"), 33]

    stage_.press("C")
    stage_.wait(lambda: stage_.asking is not None)
    _into(stage_, "party", "C-2")
    stage_.press("Tab")
    _into(stage_, "item", "ANCHOR")
    stage_.press("Tab")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "3 records are kept.")
    copies = day.ask(
        """SELECT c.number, i.number, t.state FROM trade_agreement t
             JOIN customer c ON c.id = t.customer_id JOIN item i ON i.id = t.item_id
            WHERE t.id > 3"""
    )
    assert set(copies) == {("C-2", "ANCHOR", "draft")}

    stage_.press("Space")
    stage_.press("X")
    stage_.wait(lambda: stage_.asking is not None)
    _into(stage_, "last_day", (today - timedelta(days=400)).isoformat())
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "1 record ends.")
    assert [row[5] for row in _records(day)][:3] == [None, today - timedelta(days=400), None]


def test_sales_reads_the_sell_side_and_is_told_why_not(
    stage_: FloorStage, day: Day, engine_as: EngineAs, run_as: RunAs, qtbot: QtBot
) -> None:
    _ladder(day)
    Prices(day).agree("price", 20, side="buy", item="PUMP")
    theirs = FloorStage(qtbot, engine_as("anna"), run_as("anna"))
    desk = theirs.open(AgreementsDesk, Group.SALES)
    theirs.wait(lambda: desk.document.model is not None)
    assert desk.list.model.rowCount() == 1
    actions = {each.key: each.why_not for each in theirs.model.secondary}
    assert set(actions.values()) == {"what we sell for is agreed by a manager"}
    theirs.press("X")
    assert theirs.said == "End on a day: what we sell for is agreed by a manager."
    theirs.press("N")
    assert theirs.asking is None
    theirs.tasks.close()


def test_purchasing_agrees_on_the_buy_side_alone(
    day: Day, dressed: QApplication, engine_as: EngineAs, run_as: RunAs, qtbot: QtBot
) -> None:
    theirs = FloorStage(qtbot, engine_as("paula"), run_as("paula"))
    desk = theirs.open(AgreementsDesk, Group.PURCHASING)
    theirs.press("N")
    theirs.wait(lambda: theirs.asking is not None)
    side = theirs.asking.field("side")
    assert [side.itemText(number) for number in range(side.count())] == ["What we buy for"]
    _into(theirs, "item", "PUMP")
    theirs.press("Tab")
    _into(theirs, "steps", "20")
    theirs.press("Ctrl+Return")
    theirs.wait(lambda: desk.document.model is not None)
    assert theirs.model.title == "Bilge pump from every supplier"
    assert day.ask("SELECT side, value FROM trade_agreement") == [("buy", 20)]
    theirs.tasks.close()


def _inquiry(stage_: FloorStage) -> PriceInquiry:
    found = stage_.desk.findChild(PriceInquiry)
    assert isinstance(found, PriceInquiry)
    return found


def test_f9_tells_what_an_item_costs_and_why(stage_: FloorStage, day: Day, today: date) -> None:
    _ladder(day)
    prices = Prices(day)
    prices.agree("percent", 10, item="PUMP", name="Autumn")
    prices.agree("price", 1, customer="C-1", item="PUMP", name="Next", state="draft")
    desk = _opened(stage_)
    desk.list.select((Kind.AGREEMENT, 3))
    desk.controller.choose(Kind.AGREEMENT, 3)
    stage_.wait(lambda: stage_.model.title == "Bilge pump for Brightwater Marine")
    stage_.press("F9")
    asking = _inquiry(stage_)
    stage_.wait(lambda: asking.answer is not None)
    assert asking.headline.text() == "34.20 USD per pc"
    assert asking.how.text() == (
        "The price is agreed: Contract (no. 1, account + item). The list price is 39.90."
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
    stage_.wait(lambda: asking.messages.text != "")
    assert asking.messages.text == "PUMP has no unit pallet. It is counted in: case, pc."
    stage_.press("Esc")
    stage_.wait(lambda: stage_.desk.findChild(PriceInquiry) is None)


def test_a_price_is_asked_for_without_any_agreement(stage_: FloorStage) -> None:
    _open(stage_)
    stage_.press("F9")
    asking = _inquiry(stage_)
    stage_.press("Ctrl+Return")
    assert asking.messages.text == "Choose the item whose price you want to know."
    asking.item.setFocus()
    stage_.type("FREE")
    stage_.press("Return", times=2)
    stage_.wait(lambda: asking.headline.text() == "No price")
    asking.item.selectAll()
    stage_.type("ROPE")
    stage_.press("Return", times=2)
    stage_.wait(lambda: asking.headline.text() == "2.10 USD per m")
    assert asking.how.text() == "It starts from the list price."
    asking.item.selectAll()
    stage_.type("NOWHERE")
    stage_.press("Tab")
    stage_.press("Ctrl+Return")
    assert "There is no item NOWHERE" in asking.messages.text


def test_f8_tries_drafts_on_past_orders_before_they_count(
    stage_: FloorStage, day: Day, today: date
) -> None:
    _ladder(day)
    with day.owner.begin() as owner:
        owner.execute(text("INSERT INTO item_cost (item_id, cost) VALUES (2, 20)"))
    for quantity in (1, 10):
        day.order(("PUMP", quantity))
    day.order(("PUMP", 1), customer="C-2")
    _opened(stage_)
    stage_.press("F8")
    assert stage_.said.startswith("There is no draft to try.")
    stage_.press("M")
    stage_.wait(lambda: stage_.asking is not None)
    _into(stage_, "percent", "5")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "3 records are kept.")
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
    stage_.wait(lambda: "is before the first day" in trial.messages.text)
    trial.since.setFocus()
    trial.since.selectAll()
    stage_.type((today - timedelta(days=300)).isoformat())
    stage_.press("Return")
    stage_.wait(lambda: trial.headline.text() == "No order would have cost anything else.")
    assert {row[1] for row in _records(day)} == {"active", "draft"}


@pytest.mark.parametrize("name", ["agreed.csv", "agreed.xlsx"])
def test_the_list_is_written_into_a_file_and_taken_in_again(
    stage_: FloorStage, day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    prices = Prices(day)
    prices.account_group("TRADE")
    _ladder(day)
    prices.agree(
        "percent", "2.5", account_group="TRADE", unit="case", item="PUMP", valid_to=date(2099, 1, 1)
    )
    prices.agree("amount_off", 5, level="order", from_amount=100, stop=True)
    prices.agree("price", 20, side="buy", item="PUMP", name="=cmd|' /C calc'!A0", across_lines=True)
    before = _all(day)
    file = tmp_path / name
    _opened(stage_)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(file), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(file), ""))
    stage_.press("Ctrl+S")
    stage_.wait(lambda: stage_.said == f"6 records are written into {name}.")
    with day.owner.begin() as owner:
        owner.execute(text("DELETE FROM trade_agreement"))
    stage_.press("Ctrl+O")
    stage_.wait(lambda: stage_.asking is not None)
    assert _all(day) == []
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "6 rows are taken in.")
    # What looked like a formula has an apostrophe now; all else is as it was.
    assert [tuple(row)[:-1] for row in _all(day)] == [tuple(row)[:-1] for row in before]
    assert _all(day)[-1].name == "'=cmd|' /C calc'!A0"


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
    _open(stage_)
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
    assert _records(day) == []
    form.field("partly").setFocus()
    stage_.press("Space")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "1 row is taken in. 2 rows were left out.")
    assert [row[3] for row in _records(day)] == [30]


def test_a_folder_that_is_not_there_is_a_sentence(
    stage_: FloorStage, day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(stage_)
    file = tmp_path / "gone" / "agreed.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(file), ""))
    stage_.press("Ctrl+S")
    stage_.wait(lambda: "could not be written: No such file" in stage_.said)


def test_a_ladder_where_more_costs_more_warns(stage_: FloorStage, day: Day) -> None:
    prices = Prices(day)
    prices.agree("price", 30, item="PUMP")
    prices.agree("price", 31, item="PUMP", from_quantity=6)
    _opened(stage_)
    assert [each.sentence for each in stage_.model.notices] == [
        "More costs more: from 6 pc on it is 31.00, but 30.00 below it."
    ]


@pytest.mark.parametrize(
    ("typed", "steps"),
    [
        ("38", [(0, 38)]),
        ("10\t36.5", [(10, D("36.5"))]),
        ("10;5 %", [(10, 5)]),
        ("  1 39.9  \n\n10  36", [(1, D("39.9")), (10, 36)]),
    ],
)
def test_steps_are_read_as_rows(
    dressed: QApplication, qtbot: QtBot, typed: str, steps: list[Any]
) -> None:
    field = StepsField()
    qtbot.addWidget(field)
    field.setPlainText(typed)
    assert field.steps() == steps


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 1, 15), date(2026, 4, 2), ["Feb", "Mar", "Apr"]),
        (date(2026, 1, 15), date(2027, 6, 2), ["Apr", "Jul", "Oct", "2027", "Apr"]),
        (date(2020, 1, 15), date(2023, 6, 2), ["2021", "2022", "2023"]),
        (date.min, date.max, [str(year) for year in range(10, 10000, 10)]),
    ],
)
def test_a_scale_names_months_quarters_or_years(first: date, last: date, words: list[str]) -> None:
    assert [each for _day, each in ticks(first, last)] == words


def test_pictures(stage_: FloorStage, day: Day, today: date, dressed: QApplication) -> None:
    _ladder(day)
    prices = Prices(day)
    long = "The Extraordinarily Long-Named Wholesale Cooperative of Harbour Merchants 2026"
    for step in range(50):
        prices.agree(
            "percent",
            D(step) / 2,
            customer="C-2",
            item="ROPE",
            from_quantity=step * 10,
            name=long,
            reference="Letter of intent",
            valid_from=today - timedelta(days=400 - step * 7),
            valid_to=today + timedelta(days=step * 14 - 60),
        )
    prices.agree("percent", 2, level="order", from_amount=1000, priority=5)
    prices.agree("price", 20, side="buy", item="PUMP", state="draft")
    desk = _opened(stage_)
    desk.resize(1440, 900)
    stage_.picture("agreements-order")
    desk.list.select((Kind.AGREEMENT, 53))
    desk.controller.choose(Kind.AGREEMENT, 53)
    stage_.settle()
    stage_.picture("agreements-fifty")
    desk.list.select((Kind.AGREEMENT, 3))
    desk.controller.choose(Kind.AGREEMENT, 3)
    stage_.settle()
    stage_.picture("agreements-light")
    for look, scale in (("dark", 1.0), ("light", 2.0)):
        theme.apply(dressed, look, scale)
        for _ in range(20):  # laid out and painted over several rounds
            QApplication.processEvents()
        stage_.picture(f"agreements-{look}-{scale:g}")
    theme.apply(dressed, "light", 1.0)
    stage_.view("ended")
    desk.controller.forget()
    stage_.picture("agreements-empty")
    assert desk.document.model is None
    assert desk.focusPolicy() != Qt.FocusPolicy.StrongFocus
