"""The taxes desk by its keys: places, rates, renewals, certificates; refused, mended, seen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import text

from app.core.actor import Group
from app.core.ids import Kind
from app.core.messages import written_day
from app.database.engine import reading
from app.operations.orders import NewAddress
from app.operations.taxes import (
    NewJurisdiction,
    NewTaxRate,
    create_jurisdiction,
    create_tax_exemption,
    create_tax_rate,
)
from app.queries.orders.taxes import order_taxes_explained
from app.views import theme
from app.views.taxes.desk import TaxesDesk
from app.views.widgets.action_button import ActionButton
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.wording import write_full_day
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage
from tests.ui.forms_at_work import ask, fill, refused, saved, told

D = Decimal


def opened(stage_: FloorStage, *groups: Group) -> TaxesDesk:
    """The desk with its first row open."""
    desk = stage_.open(TaxesDesk, *(groups or (Group.ACCOUNTING,)))
    stage_.wait(lambda: desk.document.model is not None)
    return desk


def rates(day: Day) -> list[Any]:
    """Every rate as it is stored."""
    return [
        tuple(row)
        for row in day.ask(
            """SELECT j.code, r.name, r.percent, r.is_compound, r.valid_from, r.valid_to
                 FROM tax_rate r JOIN tax_jurisdiction j ON j.id = r.jurisdiction_id
                ORDER BY r.id"""
        )
    ]


US = ("US", "Sales tax", D(8), False, None, None)


def test_a_place_and_its_rates_are_typed_refused_mended_and_seen_on_an_order(
    stage_: FloorStage, day: Day
) -> None:
    desk = opened(stage_)
    ask(stage_, "N")
    fill(stage_, code="SEA", name="Seattle", country="Atlantis", region="wa", postal_from="98101")
    refused(stage_, "Atlantis is not a country.", beside="country")
    assert "The postal codes from 98101 to nothing are no range" in told(stage_, "postal_from")
    fill(stage_, country="United States", postal_to="98199")
    saved(stage_, "Seattle is there. Give it its rates.")
    stage_.wait(lambda: stage_.model.title == "Seattle")
    assert stage_.model.subline == ("SEA", "WA, US 98101 to 98199")
    assert stage_.model.no_lines == "No rate yet. Ctrl+Enter makes one."

    ask(stage_, "Ctrl+Return")
    fill(stage_, name="State tax", percent="101")
    refused(stage_, "The percent must be from 0 to 100, not 101.", beside="percent")
    fill(stage_, percent="6.5", valid_from="2020-01-01", valid_to="2019-12-31")
    refused(
        stage_,
        "The rate State tax would end on 31 Dec 2019, before it starts on 1 Jan 2020.",
        beside="valid_to",
    )
    fill(stage_, valid_to="soon")
    refused(stage_, "soon is not a day.", beside="valid_to")
    fill(stage_, valid_to="")
    stage_.picture_of(stage_.asking, "taxes-new-rate")
    saved(stage_, "The rate State tax is kept. Orders take it from their next change on.")

    ask(stage_, "Ctrl+Return")
    assert stage_.asking.field("name").text() == "State tax"
    fill(stage_, name="City tax", percent="10")
    refused(
        stage_,
        "SEA has a rate for class STD (all accounts) already: State tax 6.5 %, from 1 Jan 2020.",
        beside="valid_from",
    )
    fill(stage_, sequence="2")
    stage_.asking.field("is_compound").setFocus()
    stage_.press("Space")
    saved(stage_, "The rate City tax is kept. Orders take it from their next change on.")
    stage_.wait(lambda: len(stage_.model.lines) == 2)
    assert [(line.title, line.amount) for line in stage_.model.lines] == [
        ("State tax", "6.5 %"),
        ("City tax", "10 %"),
    ]
    assert stage_.model.lines[1].sub == (
        "goods of class STD",
        "for everybody",
        "on the taxes before it too",
    )
    assert ("Today", "STD 6.5 + 10 %") in [(f.label, f.value) for f in stage_.model.facts]
    assert [each.label for each in desk.periods.bars] == [
        "STD   State tax 6.5 %",
        "STD   City tax 10 %",
    ]
    stage_.picture("taxes-place")

    order = day.draft(
        ("PUMP", 1), ship_to=NewAddress(country="US", region="WA", postal_code="98109")
    )
    with reading(day.runner.engine) as session:
        found = order_taxes_explained(session, order=order)
    assert [(each.jurisdiction, each.name, each.amount) for each in found.rates] == [
        ("Seattle", "State tax", D("2.59")),
        ("Seattle", "City tax", D("4.25")),
    ]
    assert len(rates(day)) == 3


def test_a_tax_that_is_named_by_its_percent_is_called_by_the_new_one(
    stage_: FloorStage, day: Day, today: date
) -> None:
    with day.owner.begin() as owner:
        owner.execute(text("UPDATE tax_rate SET name = 'VAT 8 %' WHERE percent = 8"))
    opened(stage_)
    form = ask(stage_, "M")
    fill(stage_, percent="9.5")
    assert form.field("name").text() == "VAT 9.5 %"
    fill(stage_, percent="10")
    assert form.field("name").text() == "VAT 10 %"
    fill(stage_, name="Value added tax", percent="11")
    assert form.field("name").text() == "Value added tax"


def test_another_percent_from_a_day_on_ends_the_old_one(
    stage_: FloorStage, day: Day, today: date
) -> None:
    opened(stage_)
    form = ask(stage_, "M")
    assert form.field("valid_from").text() == write_full_day(today + timedelta(days=1))
    refused(stage_, "Type the percent from then on.", beside="percent")
    fill(stage_, percent="9.25", valid_from="")
    refused(stage_, "Type the first day, like 31 Dec 2026.", beside="valid_from")
    fill(stage_, valid_from=str(today))
    saved(stage_, f"Sales tax is 9.25 % from {written_day(today)} on.")
    assert rates(day) == [
        (*US[:5], today - timedelta(days=1)),
        ("US", "Sales tax", D("9.25"), False, today, None),
    ]
    assert [badge.word for line in stage_.model.lines if (badge := line.badge)] == [
        "Ended",
        "Active",
    ]


def test_a_rate_that_another_follows_at_once_is_not_called_ending(
    stage_: FloorStage, day: Day, today: date
) -> None:
    opened(stage_)
    ask(stage_, "M")
    fill(stage_, percent="9", valid_from=str(today + timedelta(days=3)))
    saved(stage_, f"Sales tax is 9 % from {written_day(today + timedelta(days=3))} on.")

    def standings() -> list[str]:
        return [badge.word for line in stage_.model.lines if (badge := line.badge)]

    assert standings() == ["Active", "Coming"]
    assert "Ends soon" not in [each.word for each in stage_.model.badges]
    with day.owner.begin() as owner:
        owner.execute(text("UPDATE tax_rate SET valid_from = valid_from + 1 WHERE percent = 9"))
    stage_.desk.controller.reload()
    stage_.wait(lambda: standings() == ["Ends soon", "Coming"])


def test_a_rate_is_changed_and_ended_by_keys_and_its_days_are_opened_again(
    stage_: FloorStage, day: Day, today: date
) -> None:
    opened(stage_)
    stage_.press("Return")
    stage_.press("Return")
    stage_.wait(lambda: stage_.asking is not None)
    fill(stage_, name="Use tax", percent="7", valid_from="2020-01-01")
    saved(stage_, "The rate is changed.")
    assert rates(day) == [("US", "Use tax", D(7), False, date(2020, 1, 1), None)]
    ask(stage_, "E")
    fill(stage_, valid_from="")
    saved(stage_, "The rate is changed.")
    ask(stage_, "X")
    fill(stage_, last_day=str(today))
    saved(stage_, f"The rate ends on {written_day(today)}.")
    assert rates(day) == [("US", "Use tax", D(7), False, None, today)]
    stage_.wait(lambda: stage_.model.lines[0].badge is not None)
    assert stage_.model.badges[0].word == "Ends soon"


def test_a_place_for_a_place_already_told_is_refused_and_one_is_renamed(
    stage_: FloorStage, day: Day
) -> None:
    opened(stage_)
    ask(stage_, "N")
    fill(stage_, code="US2", name="Again", country="US")
    refused(stage_, "US belongs to the jurisdiction US (United States) already.", beside="country")
    stage_.press("Esc")
    ask(stage_, "P")
    fill(stage_, name="United States of America")
    saved(stage_, "US is changed.")
    stage_.wait(lambda: stage_.model.title == "United States of America")
    assert day.one("SELECT count(*) FROM tax_jurisdiction") == 1


def test_a_class_of_goods_is_made_and_renamed_and_shows_its_places(
    stage_: FloorStage, day: Day
) -> None:
    desk = opened(stage_)
    stage_.view("classes")
    stage_.wait(lambda: stage_.model.title == "Standard")
    assert [(line.title, line.amount) for line in stage_.model.lines] == [("United States", "8 %")]
    ask(stage_, "N")
    fill(stage_, code="STD", name="Reduced")
    refused(stage_, "There is tax class STD already.", beside="code")
    fill(stage_, code="RED")
    saved(stage_, "The class RED is there.")
    stage_.wait(lambda: stage_.model.title == "Reduced")
    ask(stage_, "E")
    fill(stage_, name="Books and food")
    saved(stage_, "The class RED is renamed.")
    stage_.wait(lambda: stage_.model.title == "Books and food")
    # A new class is offered for rates at once.
    desk.show_thing(day.id_of("tax_jurisdiction", "US"))
    stage_.wait(lambda: stage_.model.title == "United States")
    form = ask(stage_, "Ctrl+Return")
    classes = form.field("tax_class")
    assert isinstance(classes, ChoiceField)
    assert [classes.itemText(n) for n in range(classes.count())] == ["Books and food", "Standard"]


def test_a_customer_is_exempted_by_certificate_and_the_order_says_so(
    stage_: FloorStage, day: Day, today: date
) -> None:
    opened(stage_)
    stage_.view("customers")
    assert stage_.desk.list.model.rowCount() == 0
    ask(stage_, "N")
    fill(stage_, customer="NOBODY")
    refused(stage_, "There is no customer NOBODY.", beside="customer")
    fill(stage_, customer="C-1")
    stage_.press("Tab")
    refused(stage_, "The certificate is empty.", beside="certificate")
    end = today + timedelta(days=10)
    fill(stage_, certificate="NJ-4711", valid_to="2020-01-01")
    refused(
        stage_,
        "The exemption NJ-4711 would end on 1 Jan 2020, before it starts on",
        beside="valid_to",
    )
    fill(stage_, valid_to=str(end))
    saved(stage_, "The certificate NJ-4711 is kept.")
    stage_.wait(lambda: stage_.model.title == "Brightwater Marine")
    assert stage_.model.notices[0].sentence == (
        "Brightwater Marine pays no tax today: certificate NJ-4711."
    )
    stage_.picture("taxes-customer")
    stage_.view("expiring")
    assert stage_.desk.list.model.rowCount() == 1
    order = day.draft(("PUMP", 1))
    with reading(day.runner.engine) as session:
        found = order_taxes_explained(session, order=order)
    assert found.why[0].message() == (
        "No tax is charged: Brightwater Marine is exempt by certificate NJ-4711, "
        f"from {written_day(today)} to {written_day(end)}."
    )
    ask(stage_, "E")
    fill(stage_, certificate="NJ-4712", valid_to="")
    saved(stage_, "The certificate is changed.")
    ask(stage_, "X")
    saved(stage_, f"The certificate ends on {written_day(today)}.")
    assert [
        tuple(row) for row in day.ask("SELECT certificate, valid_from, valid_to FROM tax_exemption")
    ] == [("NJ-4712", today, today)]


def test_the_kind_of_buyer_is_told(stage_: FloorStage, day: Day) -> None:
    customer = day.id_of("customer", "C-1")
    day.runner.do(
        create_tax_exemption, customer=customer, certificate="X", valid_to=date(2020, 1, 1)
    )
    opened(stage_)
    stage_.view("customers")
    stage_.wait(lambda: stage_.model.title == "Brightwater Marine")
    assert stage_.model.notices[0].sentence.endswith("pays the rates that are for everybody.")
    form = ask(stage_, "B")
    form.field("account").setFocus()
    stage_.press("Down", 2)
    saved(stage_, "The kind of buyer is kept.")
    assert day.one("SELECT account_tax_class FROM customer WHERE number = 'C-1'") == "wholesale"
    stage_.wait(lambda: stage_.model.facts[0].value == "wholesale")
    assert stage_.model.notices[0].sentence.endswith("pays the rates for wholesale customers.")
    (link,) = stage_.model.related
    stage_.desk.document.action_chosen.emit(link.key)
    assert stage_.opened == [(Kind.CUSTOMER, customer)]


def test_sales_sees_all_and_is_told_who_may_change_it(stage_: FloorStage, day: Day) -> None:
    desk = opened(stage_, Group.SALES)
    keys = {"new", "new-rate", "change", "renew", "end"}
    buttons = [each for each in desk.findChildren(ActionButton) if each.action.key in keys]
    assert {each.action.key for each in buttons} == keys
    for button in buttons:
        assert not button.isEnabled()
        assert button.action.why_not == "this needs the role accounting"
    for key in ("N", "E", "X", "Ctrl+Return"):
        stage_.press(key)
        assert stage_.asking is None
    stage_.press("Return", 2)
    assert stage_.asking is None
    assert rates(day) == [US]


def test_several_lines_and_none_chosen_asks_to_choose(stage_: FloorStage, day: Day) -> None:
    day.runner.do(create_tax_rate, rate=NewTaxRate("US", "STD", "County", D(1), sequence=2))
    opened(stage_)
    stage_.press("X")
    stage_.wait(lambda: "Choose a line first" in stage_.said)
    assert stage_.asking is None


def test_the_list_is_filtered_by_code_country_and_name(stage_: FloorStage, day: Day) -> None:
    for code, name, country in (("DE", "Germany", "DE"), ("DK", "Denmark", "DK")):
        day.runner.do(create_jurisdiction, jurisdiction=NewJurisdiction(code, name, country))
    desk = opened(stage_)
    stage_.wait(lambda: desk.list.model.rowCount() == 3)
    desk.list.focus_filter()
    stage_.type("germ")
    stage_.wait(lambda: desk.list.model.rowCount() == 1)
    stage_.wait(lambda: stage_.model.title == "Germany")
    assert stage_.model.badges[0].word == "No rate"
    assert "orders to here are refused" in stage_.model.notices[1].sentence


@pytest.mark.parametrize(("name", "scale"), [("light", 1.0), ("dark", 1.0), ("light", 2.0)])
def test_many_rates_and_long_names_fit(
    stage_: FloorStage, day: Day, dressed: QApplication, name: str, scale: float, today: date
) -> None:
    long = "Metropolitan Transportation Authority and Regional Transit District of the Bay"
    day.runner.do(
        create_jurisdiction, jurisdiction=NewJurisdiction("BAY", long, "US", "CA", "94000", "94999")
    )
    for number in range(1, 13):
        day.runner.do(
            create_tax_rate,
            rate=NewTaxRate(
                "BAY",
                "STD",
                f"{long}, part {number}",
                D(number) / 8,
                sequence=number,
                is_compound=number % 3 == 0,
                valid_from=today - timedelta(days=40 * number),
                valid_to=today + timedelta(days=60 * number) if number % 2 else None,
            ),
        )
    theme.apply(dressed, name, scale)
    desk = opened(stage_)
    desk.resize(int(1200 * scale), int(760 * scale))
    desk.show_thing(day.id_of("tax_jurisdiction", "BAY"))
    stage_.wait(lambda: len(stage_.model.lines) == 12)
    stage_.picture(f"taxes-many-{name}-{scale:g}")
    assert len(desk.periods.bars) == 12


def test_an_empty_company_is_told_what_to_do(stage_: FloorStage, day: Day) -> None:
    with day.owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM tax_rate; DELETE FROM tax_jurisdiction")
    desk = stage_.open(TaxesDesk, Group.ACCOUNTING)
    assert desk.list.model.rowCount() == 0
    assert desk.document.model is None
    stage_.picture("taxes-empty")
