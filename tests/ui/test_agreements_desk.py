"""The agreements desk by its keys: agreed, changed, raised, activated, ended, and refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.core.actor import Group
from app.core.ids import Kind
from app.views import theme
from app.views.agreements.desk import AgreementsDesk
from app.views.sides import SideField
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.period_bars import ticks
from app.views.widgets.steps_field import StepsField
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.ui.agreements_at_work import agree_ladder, open_desk, opened, records, type_into
from tests.ui.floor_stage import FloorStage
from tests.ui.forms_at_work import ask, choose, refused

D = Decimal


def test_a_ladder_is_agreed_by_keys_and_shown_as_a_grid(
    stage_: FloorStage, day: Day, today: date
) -> None:
    desk = open_desk(stage_)
    stage_.press("N")
    stage_.wait(lambda: stage_.asking is not None)
    type_into(stage_, "party", "bright")
    stage_.press("Tab")
    type_into(stage_, "item", "PUMP")
    stage_.press("Tab")
    type_into(stage_, "steps", "38\n10\t36.5\n100;33")
    type_into(stage_, "name", "Contract")
    party, item = stage_.asking.field("party"), stage_.asking.field("item")
    assert isinstance(party, SideField)
    assert isinstance(item, SideField)
    assert (party.text(), party.chosen_name) == ("C-1", "Brightwater Marine")
    assert (item.text(), item.chosen_name) == ("PUMP", "Bilge pump")
    stage_.picture_of(stage_.asking, "agreements-new")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.said == "3 records are saved."
    assert ("List price", "39.90") in [(each.label, each.value) for each in stage_.model.facts]
    assert [line.sub[1] for line in stage_.model.lines] == [
        "4.8 % below list",
        "8.5 % below list",
        "17.3 % below list",
    ]
    assert [each.what for each in stage_.model.timeline] == ["agreed it"]
    assert stage_.model.title == "Bilge pump for Brightwater Marine"
    assert [(line.title, line.amount) for line in stage_.model.lines] == [
        ("Any quantity", "38.00"),
        ("10 pc and more", "36.50"),
        ("100 pc and more", "33.00"),
    ]
    assert records(day) == [
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
    agree_ladder(day)
    opened(stage_)
    stage_.press("N")
    stage_.wait(lambda: stage_.asking is not None)
    form = stage_.asking

    refused(stage_, "Type at least one step", beside="steps")
    type_into(stage_, "steps", "ten 36")
    refused(stage_, "ten is not a number", beside="steps")
    type_into(stage_, "steps", "10 36 5")
    refused(stage_, "Row 1, 10 36 5: type a quantity and what it gives", beside="steps")
    type_into(stage_, "item", "NOWHERE")
    type_into(stage_, "steps", "36")
    refused(stage_, "There is no item NOWHERE", beside="item")
    form.field("item").clear()
    refused(stage_, "A price is for one item.", beside="item")
    kind = form.field("kind")
    assert isinstance(kind, ChoiceField)
    kind.setCurrentIndex(1)
    type_into(stage_, "steps", "101 %")
    refused(stage_, "101", beside="steps")
    type_into(stage_, "steps", "5 %")
    type_into(stage_, "valid_to", "yesterday")
    refused(stage_, "yesterday is not a day. Write it like 31 Dec 2026", beside="valid_to")
    type_into(stage_, "valid_to", "2020-01-01")
    refused(stage_, "is before the first day", beside="valid_to")
    assert len(records(day)) == 3
    type_into(stage_, "valid_to", "2099-12-31")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "1 record is saved.")


def test_what_overlaps_is_refused_by_name(stage_: FloorStage, day: Day) -> None:
    agree_ladder(day)
    opened(stage_)
    stage_.press("Ins")
    stage_.wait(lambda: stage_.asking is not None)
    form = stage_.asking
    assert (form.field("party").text(), form.field("item").text()) == ("C-1", "PUMP")
    type_into(stage_, "steps", "10 35")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: "already an active record Contract" in form.form.problem("valid_from"))
    assert len(records(day)) == 3


def test_marked_steps_are_raised_as_drafts_and_activated_together(
    stage_: FloorStage, day: Day, today: date
) -> None:
    agree_ladder(day)
    desk = opened(stage_)
    stage_.press("Return")
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    stage_.press("M")
    stage_.wait(lambda: stage_.asking is not None)
    type_into(stage_, "percent", "10")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "2 drafts are made.")
    tomorrow = today + timedelta(days=1)
    assert records(day)[3:] == [
        ("price", "draft", 0, D("41.8"), tomorrow, None),
        ("price", "draft", 10, D("39.6"), tomorrow, None),
    ]
    assert stage_.model.action is not None
    assert stage_.model.action.title == "Activate 2 drafts"
    stage_.picture("agreements-drafts")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said.startswith("2 drafts count now."))
    assert [(row[1], row[3], row[5]) for row in records(day)] == [
        ("active", 38, today),
        ("active", 36, today),
        ("active", 33, None),
        ("active", D("41.8"), None),
        ("active", D("39.6"), None),
    ]
    assert desk.document.model is not None
    assert desk.document.model.action is None


def test_ladders_marked_in_the_list_are_lowered_together(stage_: FloorStage, day: Day) -> None:
    agree_ladder(day)
    Prices(day).agree("price", 10, item="FLARE")
    desk = opened(stage_)
    desk.list.rows.setFocus()
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    stage_.press("M")
    stage_.wait(lambda: stage_.asking is not None)
    type_into(stage_, "percent", "-50")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "4 drafts are made.")
    assert sorted(row[3] for row in records(day) if row[1] == "draft") == [5, D("16.5"), 18, 19]


def test_one_record_is_changed_copied_and_ended(stage_: FloorStage, day: Day, today: date) -> None:
    *_steps, newest = agree_ladder(day)
    desk = opened(stage_)
    stage_.press("Return")
    stage_.press("Down")
    stage_.press("E")
    stage_.wait(lambda: stage_.asking is not None)
    type_into(stage_, "value", "35.25")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "1 record is saved.")
    assert [row[3] for row in records(day)] == [38, D("35.25"), 33]

    stage_.press("C")
    stage_.wait(lambda: stage_.asking is not None)
    type_into(stage_, "party", "C-2")
    stage_.press("Tab")
    type_into(stage_, "item", "ANCHOR")
    stage_.press("Tab")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "3 drafts are made.")
    copies = day.ask(
        """SELECT c.number, i.number, t.state FROM trade_agreement t
             JOIN customer c ON c.id = t.customer_id JOIN item i ON i.id = t.item_id
            WHERE t.id > 3"""
    )
    assert set(copies) == {("C-2", "ANCHOR", "draft")}

    assert stage_.model.title == "Plough anchor for Harbour Stores"
    assert stage_.model.action is not None
    assert stage_.model.action.title == "Activate 3 drafts"

    desk.show_thing(newest)
    stage_.wait(lambda: stage_.model.title == "Bilge pump for Brightwater Marine")
    desk.list.rows.setFocus()
    stage_.press("Return")
    stage_.press("Down")
    stage_.press("Space")
    stage_.press("X")
    stage_.wait(lambda: stage_.asking is not None)
    type_into(stage_, "last_day", (today - timedelta(days=400)).isoformat())
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "1 record ends.")
    assert [row[5] for row in records(day)][:3] == [None, today - timedelta(days=400), None]


def test_only_what_means_something_is_asked_for(stage_: FloorStage, day: Day) -> None:
    open_desk(stage_)
    form = ask(stage_, "N")
    type_into(stage_, "item", "no such thing")

    def asked_for() -> set[str]:
        names = ("item", "unit", "across_lines", "any_unit", "stop")
        return {name for name in names if form.field(name).isVisible()}

    assert asked_for() == {"item", "unit", "across_lines", "any_unit", "stop"}
    choose(stage_, "kind", "Percent off lines")
    assert asked_for() == {"item", "unit", "across_lines", "stop"}
    choose(stage_, "kind", "Percent off whole orders")
    assert asked_for() == set()
    assert form.field("party").accessibleName() == "Customer or group"
    choose(stage_, "side", "What we buy for")
    assert form.field("party").accessibleName() == "Supplier or group"
    choose(stage_, "side", "What we sell for")
    type_into(stage_, "steps", "500\t2")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "1 record is saved.")
    assert day.ask("SELECT level, kind, item_id, from_amount, value FROM trade_agreement") == [
        ("order", "percent", None, 500, 2)
    ]


def test_a_discount_that_gets_less_with_more_is_said_so(stage_: FloorStage, day: Day) -> None:
    Prices(day).agree("percent", 10, item="PUMP", name="Autumn")
    opened(stage_)
    stage_.press("Ins")
    stage_.wait(lambda: stage_.asking is not None)
    type_into(stage_, "steps", "10\t5")
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said.startswith("1 record is saved."))
    assert stage_.said == (
        "1 record is saved. "
        "Mind, more gets less for everybody, PUMP: 5 % from 10 on, 10 % with less."
    )


def test_what_is_left_empty_in_a_copy_is_said_to_stay(stage_: FloorStage, day: Day) -> None:
    agree_ladder(day)
    opened(stage_)
    stage_.press("C")
    stage_.wait(lambda: stage_.asking is not None)
    for name in ("valid_from", "valid_to", "party", "item", "name"):
        field = stage_.asking.field(name)
        assert isinstance(field, QLineEdit)
        assert field.placeholderText() == "The same"


def test_sales_reads_the_sell_side_and_is_told_why_not(
    stage_: FloorStage, day: Day, engine_as: EngineAs, run_as: RunAs, qtbot: QtBot
) -> None:
    agree_ladder(day)
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
    type_into(theirs, "item", "PUMP")
    theirs.press("Tab")
    type_into(theirs, "steps", "20")
    theirs.press("Ctrl+Return")
    theirs.wait(lambda: desk.document.model is not None)
    assert theirs.model.title == "Bilge pump from every supplier"
    assert day.ask("SELECT side, value FROM trade_agreement") == [("buy", 20)]
    theirs.tasks.close()


def test_a_ladder_where_more_costs_more_warns(stage_: FloorStage, day: Day) -> None:
    prices = Prices(day)
    prices.agree("price", 30, item="PUMP")
    prices.agree("price", 31, item="PUMP", from_quantity=6)
    opened(stage_)
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
    field.show_text(typed)
    assert field.steps() == steps


def test_steps_are_typed_cell_by_cell(stage_: FloorStage, day: Day) -> None:
    agree_ladder(day)
    opened(stage_)
    stage_.press("N")
    stage_.wait(lambda: stage_.asking is not None)
    grid = stage_.asking.field("steps")
    assert isinstance(grid, StepsField)
    grid.setFocus()
    # Key by key: the first one opens the cell, which has the focus then.
    for typed, then in (("1", "Return"), ("39.90", "Tab"), ("10", "Return"), ("36", "Return")):
        for each in typed:
            stage_.type(each)
        stage_.press(then)
    assert grid.text() == "1\t39.90\n10\t36"
    assert (grid.currentRow(), grid.rowCount()) == (2, 3)
    stage_.press("Up")
    stage_.press("Del")
    assert grid.text() == "1\t39.90"
    QApplication.clipboard().setText("10\t36\n100\t33")
    stage_.press("Ctrl+V")
    assert grid.text() == "1\t39.90\n10\t36\n100\t33"
    grid.setCurrentCell(3, 0)
    stage_.press("Tab")
    assert not grid.hasFocus()


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


def test_the_desk_draws_empty_full_and_with_long_names(
    stage_: FloorStage, day: Day, today: date, dressed: QApplication
) -> None:
    agree_ladder(day)
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
    desk = opened(stage_)
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
