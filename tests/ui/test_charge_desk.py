"""The charges desk by its keys: made, refused, mended, changed, copied, ended, switched off."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.core.actor import Group
from app.core.ids import Kind
from app.database.door import Door
from app.main import Workplace, build_window, enter
from app.operations.charges import (
    ChargeRuleChange,
    NewBracket,
    NewChargeRule,
    change_charge_rule,
    create_charge_rules,
)
from app.operations.taxes import create_tax_class
from app.rules.charges import ChargeBilling, ChargeKind, ChargeLevel, ChargeMethod
from app.rules.orders import DeliveryKind
from app.views import theme
from app.views.charges.screen import screen
from app.views.main_window import MainWindow
from app.views.records import RecordDesk
from app.views.widgets.action_button import ActionButton
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage
from tests.ui.forms_at_work import ask, choose, fill, refused, saved

D = Decimal


def opened(stage_: FloorStage, *groups: Group) -> RecordDesk:
    """The desk."""
    return stage_.open(
        lambda context: RecordDesk(context, screen(context.tasks)),
        *(groups or (Group.ACCOUNTING,)),
    )


def made(day: Day, name: str = "Freight", rate: str | None = "9", **more: Any) -> int:
    """A rule; its id."""
    amount = None if rate is None else D(rate)
    method = more.pop("method", ChargeMethod.FIXED)
    rule = NewChargeRule(name, method, amount, **more)
    return day.runner.do(create_charge_rules, rules=(rule,)).ids[0]


def charges(day: Day, order: int) -> list[tuple[str, Decimal]]:
    """Name and amount of the order's charges."""
    rows = day.ask(
        "SELECT description, amount FROM order_charge WHERE order_id = :id ORDER BY id", id=order
    )
    return [tuple(row) for row in rows]


def facts(stage_: FloorStage) -> dict[str, str]:
    return {fact.label: fact.value for fact in stage_.model.facts}


def test_a_charge_is_made_by_keys_refused_mended_and_stands_on_a_new_order(
    stage_: FloorStage, day: Day
) -> None:
    desk = opened(stage_)
    ask(stage_, "N")
    refused(stage_, "Type the amount.", beside="rate")
    fill(stage_, rate="9.5")
    refused(stage_, "The name is empty.", beside="name")
    fill(stage_, name="Pump handling", code="handling", party="NOWHERE")
    refused(stage_, "There is no party NOWHERE.", beside="party")
    fill(stage_, party="C-1", item="SPROCKET")
    refused(stage_, "There is no item SPROCKET.", beside="item")
    fill(stage_, item="PUMP", valid_from="2020-02-01", valid_to="2020-01-31")
    refused(
        stage_,
        "The charge Pump handling would end on 31 Jan 2020, before it starts on",
        beside="valid_to",
    )
    fill(stage_, valid_to="")
    choose(stage_, "billing", "With each")
    choose(stage_, "level", "Each")
    refused(stage_, "A charge on each line cannot be charged per shipment.", beside="billing")
    choose(stage_, "billing", "All on")
    stage_.picture_of(stage_.asking, "charges-new")
    saved(stage_)
    stage_.wait(lambda: desk.document.model is not None)
    assert stage_.model.title == "Pump handling"
    assert stage_.model.subline == ("HANDLING", "freight")
    assert stage_.model.notices[0].sentence == (
        "Brightwater Marine pays 9.50 USD, on each line, when Bilge pump is ordered and however "
        "it is delivered."
    )
    assert facts(stage_)["Invoiced"] == "all on the first invoice"
    stage_.picture("charges-one")
    assert charges(day, day.draft(("PUMP", 1), ("ROPE", 1))) == [("Pump handling", D("9.50"))]
    assert charges(day, day.draft(("ROPE", 1))) == []
    assert charges(day, day.draft(("PUMP", 1), customer="C-2")) == []


def test_steps_by_order_amount_are_typed_as_rows(stage_: FloorStage, day: Day) -> None:
    opened(stage_)
    ask(stage_, "N")
    fill(stage_, name="Carriage")
    form = stage_.asking
    assert not form.field("brackets").isVisible()  # a fixed amount has no steps
    choose(stage_, "method", "By the order")
    assert form.field("brackets").isVisible()
    assert not form.field("rate").isVisible()
    choose(stage_, "method", "Percent")
    assert (form.field("rate").isVisible(), form.field("currency").isVisible()) == (True, False)
    choose(stage_, "method", "By the order")
    refused(
        stage_,
        "Type at least one step: a goods amount and the charge, or just the charge.",
        beside="brackets",
    )
    fill(stage_, brackets="50 12\nlots 6")
    refused(stage_, "lots is not a number.", beside="brackets")
    fill(stage_, brackets="50 12\n50 6")
    refused(stage_, "The order amount 50 has two charges.", beside="brackets")
    fill(stage_, brackets="20 12\n100\t6\n1000;0")
    saved(stage_)
    stage_.wait(lambda: len(stage_.model.lines) == 3)
    assert [(line.title, *line.sub, line.amount) for line in stage_.model.lines] == [
        ("20.00 USD", "below 100.00 USD", "12.00"),
        ("100.00 USD", "below 1,000.00 USD", "6.00"),
        ("1,000.00 USD", "and all above", "0.00"),
    ]
    assert stage_.model.notices[0].sentence == (
        "Everybody pays an amount by the order's goods amount, once an order, whatever is ordered "
        "and however it is delivered. Below 20.00 USD nothing is charged."
    )
    stage_.picture("charges-steps")
    assert charges(day, day.draft(("PUMP", 1))) == [("Carriage", D(12))]
    assert charges(day, day.draft(("PUMP", 3))) == [("Carriage", D(6))]
    assert charges(day, day.draft(("ROPE", 1))) == []
    form = ask(stage_, "E")
    assert form.field("brackets").isVisible()
    assert form.field("brackets").text() == "20\t12\n100\t6\n1,000\t0"
    fill(stage_, brackets="0 5")
    saved(stage_)
    stage_.wait(lambda: len(stage_.model.lines) == 1)
    assert charges(day, day.draft(("ROPE", 1))) == [("Carriage", D(5))]


def test_a_percent_above_a_hundred_is_refused_and_groups_and_kinds_are_chosen(
    stage_: FloorStage, day: Day
) -> None:
    with day.owner.begin() as connection:
        connection.exec_driver_sql("INSERT INTO account_group (code, name) VALUES ('TR', 'Trade')")
    opened(stage_)
    ask(stage_, "N")
    fill(stage_, name="Insurance", rate="101", party="TR")
    choose(stage_, "method", "Percent")
    choose(stage_, "kind", "Special")
    choose(stage_, "delivery", "Any carrier")
    choose(stage_, "tax", "Not")
    refused(stage_, "The percent must be from 0 to 100, not 101.", beside="rate")
    fill(stage_, rate="1.5")
    saved(stage_)
    stage_.wait(lambda: stage_.desk.document.model is not None)
    assert stage_.model.notices[0].sentence == (
        "Customers of the group Trade pay 1.5 % of the goods after all discounts, once an order, "
        "whatever is ordered and goes by any carrier."
    )
    stored = day.ask(
        "SELECT code, kind, method, rate, currency, delivery_kind, is_taxable FROM charge_rule"
    )
    assert [tuple(row) for row in stored] == [
        ("SPECIAL", "special", "percent", D("1.5"), None, "carrier", False)
    ]


def test_a_rule_is_changed_and_ended_and_what_is_over_is_in_its_own_view(
    stage_: FloorStage, day: Day, today: date
) -> None:
    made(day, valid_from=date(2020, 1, 1), valid_to=date(2099, 1, 1))
    desk = opened(stage_)
    stage_.wait(lambda: desk.document.model is not None)
    ask(stage_, "E")
    fill(stage_, name="", rate="")
    refused(stage_, "Type the amount.", beside="rate")
    fill(stage_, rate="12")
    refused(stage_, "The name is empty.", beside="name")
    fill(stage_, name="Carriage", valid_to="")
    choose(stage_, "tax", "As Standard")
    saved(stage_)
    stage_.wait(lambda: stage_.model.title == "Carriage")
    assert facts(stage_)["Tax"] == "Standard"
    assert facts(stage_)["Last day"] == "open"
    assert charges(day, day.draft(("PUMP", 1))) == [("Carriage", D(12))]
    ask(stage_, "X")
    fill(stage_, last_day="2019-12-31")
    refused(
        stage_,
        "The charge Carriage would end on 31 Dec 2019, before it starts on 1 Jan 2020.",
        beside="last_day",
    )
    fill(stage_, last_day=str(today - timedelta(days=1)))
    saved(stage_)
    stage_.wait(lambda: stage_.model.badges[0].word == "Ended")
    assert charges(day, day.draft(("PUMP", 1))) == []
    assert desk.list.model.rowCount() == 0
    stage_.view("over")
    assert desk.list.model.rowCount() == 1


def test_a_rule_is_switched_off_and_on_and_a_copy_may_not_stand_beside_it(
    stage_: FloorStage, day: Day
) -> None:
    made(day)
    desk = opened(stage_)
    stage_.view("all")
    stage_.wait(lambda: desk.document.model is not None)
    stage_.press("O")
    stage_.wait(lambda: stage_.model.badges[0].word == "Out of use")
    assert stage_.model.notices[-1].sentence == "It is switched off: no order takes it."
    assert charges(day, day.draft(("PUMP", 1))) == []
    form = ask(stage_, "C")
    assert (form.field("name").text(), form.field("rate").text()) == ("Freight", "9")
    fill(stage_, name="Carriage", valid_from="")
    saved(stage_)
    stage_.wait(lambda: stage_.model.title == "Carriage")
    assert charges(day, day.draft(("PUMP", 1))) == [("Carriage", D(9))]
    desk.show_thing(day.one("SELECT min(id) FROM charge_rule"))
    stage_.wait(lambda: stage_.model.title == "Freight")
    stage_.press("O")
    stage_.wait(lambda: "There is a rule SHIPPING for just these already: Carriage" in stage_.said)
    ask(stage_, "C")
    refused(
        stage_,
        "There is a rule SHIPPING for just these already: Carriage, at any time.",
        beside="valid_from",
    )
    fill(stage_, party="C-2")
    saved(stage_)
    stage_.wait(lambda: facts(stage_)["Who pays"] == "Harbour Stores")
    assert day.one("SELECT count(*) FROM charge_rule") == 3
    assert stage_.model.notices[1].sentence.startswith("Of the 2 rules with the code SHIPPING,")
    (other,) = stage_.model.related
    assert other.title == "Carriage"
    desk.document.action_chosen.emit(other.key)
    assert stage_.opened == [(Kind.CHARGE_RULE, day.one("SELECT max(id) - 1 FROM charge_rule"))]


def test_what_a_colleague_changed_meanwhile_stays_and_a_new_class_is_offered(
    stage_: FloorStage, day: Day
) -> None:
    rule = made(day)
    desk = opened(stage_)
    stage_.wait(lambda: desk.document.model is not None)
    ask(stage_, "E")
    day.runner.do(change_charge_rule, rule=rule, change=ChargeRuleChange(rate=D(11)))
    reduced = day.runner.do(create_tax_class, code="RED", name="Reduced")
    fill(stage_, name="Carriage")
    saved(stage_)
    stage_.wait(lambda: stage_.model.title == "Carriage")
    assert facts(stage_)["Charges"] == "11.00 USD"
    stage_.tasks.changed.emit(reduced.changes)
    stage_.settle()
    ask(stage_, "E")
    choose(stage_, "tax", "As Reduced")
    saved(stage_)
    stage_.wait(lambda: facts(stage_)["Tax"] == "Reduced")
    ask(stage_, "E")
    choose(stage_, "tax", "Like")
    saved(stage_)
    stage_.wait(lambda: facts(stage_)["Tax"] == "like the goods it is spread on")


def test_sales_sees_the_rules_and_is_told_who_may_change_them(stage_: FloorStage, day: Day) -> None:
    made(day)
    desk = opened(stage_, Group.SALES)
    stage_.wait(lambda: desk.document.model is not None)
    keys = {"new", "edit", "copy", "end", "switch"}
    buttons = [each for each in desk.findChildren(ActionButton) if each.action.key in keys]
    assert {each.action.key for each in buttons} == keys
    for button in buttons:
        assert not button.isEnabled()
        assert button.action.why_not == "this needs the role accounting"
    for key in ("N", "E", "C", "X", "O"):
        stage_.press(key)
        assert stage_.asking is None
    assert day.one("SELECT is_active FROM charge_rule") is True


def test_the_list_is_filtered_by_what_a_rule_is_for(stage_: FloorStage, day: Day) -> None:
    made(day, "Freight", customer="C-1")
    made(day, "Handling", code="HANDLING", item="ROPE")
    made(day, "Pallet", code="PALLET", delivery_kind=DeliveryKind.CARRIER)
    desk = opened(stage_)
    stage_.wait(lambda: desk.list.model.rowCount() == 3)
    desk.list.focus_filter()
    for text, title in (("bright", "Freight"), ("rop", "Handling"), ("pal", "Pallet")):
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        field.selectAll()
        stage_.type(text)
        stage_.wait(lambda: desk.list.model.rowCount() == 1)
        wanted = title
        stage_.wait(lambda: stage_.model.title == wanted)  # noqa: B023 - waited for at once


@pytest.mark.parametrize(("name", "scale"), [("light", 1.0), ("dark", 1.0), ("light", 2.0)])
def test_many_charges_and_long_names_fit(
    stage_: FloorStage, day: Day, dressed: QApplication, name: str, scale: float, today: date
) -> None:
    long = "Carriage, packing and insurance of dangerous goods by road, rail and inland waterway"
    made(
        day,
        long,
        None,
        code="A-DANGEROUS-GOODS-BY-ROAD",
        method=ChargeMethod.BRACKET,
        brackets=tuple(NewBracket(D(step * 250), D(120 - step * 9)) for step in range(12)),
        customer="C-1",
        delivery_kind=DeliveryKind.OWN_TRUCK,
        valid_from=today - timedelta(days=300),
        valid_to=today + timedelta(days=20),
    )
    for number in range(50):
        made(
            day,
            f"Handling {number}",
            "0.125",
            code=f"H-{number:02}",
            method=ChargeMethod.PER_QUANTITY,
            level=ChargeLevel.LINE,
            kind=ChargeKind.SPECIAL,
            billing=ChargeBilling.FIRST,
            item="PUMP" if number % 2 else None,
        )
    theme.apply(dressed, name, scale)
    desk = opened(stage_)
    desk.resize(int(1200 * scale), int(760 * scale))
    stage_.wait(lambda: stage_.desk.document.model is not None)
    stage_.wait(lambda: len(stage_.model.lines) == 12)
    stage_.picture(f"charges-many-{name}-{scale:g}")
    assert stage_.model.badges[0].word == "Ends soon"
    ask(stage_, "N")
    choose(stage_, "method", "By the order")
    stage_.picture_of(stage_.asking, f"charges-form-{name}-{scale:g}")


def test_a_company_without_charges_is_told_what_to_do(stage_: FloorStage, day: Day) -> None:
    desk = opened(stage_)
    assert desk.list.model.rowCount() == 0
    assert desk.document.model is None
    stage_.picture("charges-empty")


def settle(qtbot: QtBot, place: Workplace) -> None:
    qtbot.waitUntil(lambda: not place.tasks.is_busy, timeout=10_000)


def find(qtbot: QtBot, window: MainWindow, words: str, key: str) -> None:
    """Find a desk by its name; it is opened."""
    window.finder.open()
    qtbot.keyClicks(window.finder_field, words)
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.open_key == key, timeout=10_000)


def test_the_finder_opens_both_desks_and_the_floor_has_neither(
    qtbot: QtBot, dressed: QApplication, day: Day, tmp_path: Path
) -> None:
    seen = {}
    for login in ("karl", "fritz"):
        place = Workplace(enter(Door(day.owner.url, login=login, papers=tmp_path)))
        window = build_window(place)
        qtbot.addWidget(window)
        window.show()
        seen[login] = {desk.key for desk in window.desks} & {"taxes", "charges"}
        if login == "karl":
            find(qtbot, window, "Taxes", "taxes")
            find(qtbot, window, "Charges", "charges")
        settle(qtbot, place)
        window.close()
        place.close()
    assert seen == {"karl": {"taxes", "charges"}, "fritz": set()}
