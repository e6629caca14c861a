"""Another customer or date, and prices found anew: before and after is shown, a person decides."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.operations.orders import NewLine, enter_order
from app.views.orders.price_changes import PriceChanges
from app.views.widgets.text import Text
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.ui.orders_at_work import AtWork

D = Decimal
Key = Qt.Key
PUMP = 2


@pytest.fixture
def work(dressed: QApplication, qtbot: QtBot, engine_as: EngineAs, day: Day) -> Iterator[AtWork]:
    prices = Prices(day)
    for step, price in ((1, 38), (10, 36)):
        prices.agree(
            "price", price, customer="C-1", item="PUMP", name="Contract", from_quantity=step
        )
    made = AtWork(qtbot, engine_as("maria"), "maria")
    yield made
    made.close()


def draft(day: Day, work: AtWork, *lines: NewLine) -> int:
    """An order of Brightwater, open at the desk."""
    order = day.runner.do(enter_order, customer=1, lines=lines).order_id
    work.desk.show_thing(order)
    work.settle()
    return int(order)


def pumps(quantity: int, price: Decimal | None = None) -> NewLine:
    return NewLine(item=PUMP, quantity=D(quantity), unit_price=price)


def shown(work: AtWork) -> PriceChanges:
    """The before and after that is open."""
    (found,) = [
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, PriceChanges) and each.isVisible()
    ]
    found.activateWindow()
    work.settle()
    return found


def is_asked() -> bool:
    return any(
        isinstance(each, PriceChanges) and each.isVisible()
        for each in QApplication.topLevelWidgets()
    )


def rows(asking: PriceChanges) -> list[tuple[str, tuple[str, ...], str, str, str]]:
    return [
        (row.title, row.extra, row.price, row.amount, row.badge.word if row.badge else "")
        for row in asking.table.lines.rows
    ]


def picture(asking: PriceChanges, name: str) -> None:
    """Draw it into the folder ORDERWRIGHT_PICTURES names; without one, nothing."""
    folder = os.environ.get("ORDERWRIGHT_PICTURES")
    if folder:
        asking.grab().save(str(Path(folder) / f"{name}.png"))


def prices_of(day: Day) -> list[tuple[Decimal, str]]:
    return [
        (row.unit_price, row.price_source)
        for row in day.ask("SELECT unit_price, price_source FROM sales_order_line ORDER BY id")
    ]


def give_to(work: AtWork, customer: str) -> None:
    """In the head of the open order, say that it is somebody else's."""
    work.desk.document.action_chosen.emit("head")
    work.settle()
    form = work.form()
    form.activateWindow()
    work.settle()
    form.field("customer").setFocus()
    form.field("customer").selectAll()  # type: ignore[attr-defined]
    work.type(f"{customer}\t")
    work.press(Key.Key_Return, control=True)


def test_another_customer_shows_before_and_after_and_keeps_what_was_typed(
    work: AtWork, day: Day
) -> None:
    order = draft(day, work, pumps(12), pumps(2, D(30)))
    give_to(work, "C-2")
    asking = shown(work)
    assert asking.windowTitle() == "Prices of order SO-1001"
    assert rows(asking) == [
        ("Bilge pump", ("36.00 per pc", "39.90 per pc"), "432.00", "478.80", ""),
        ("Bilge pump", ("30.00 per pc", "39.90 per pc"), "60.00", "79.80", "Typed"),
    ]
    assert asking.table.lines.rows[0].sub == ("PUMP", "list price")
    (sentence,) = [each.text() for each in asking.findChildren(Text) if "cost" in each.text()]
    assert sentence == (
        "1 line would cost something else. Together 46.80 USD more. "
        "1 price that was typed stays, unless you take the typed ones too."
    )
    picture(asking, "price-changes")
    # Nothing has changed while it is asked.
    assert day.one("SELECT customer_id FROM sales_order WHERE id = :o", o=order) == 1
    work.press(Key.Key_Return, control=True)
    assert prices_of(day) == [(D("39.9"), "list"), (D(30), "manual")]
    assert day.one("SELECT customer_id FROM sales_order WHERE id = :o", o=order) == 2
    assert work.forms() == []
    assert work.said == "Order SO-1001 is changed."


def test_the_prices_may_be_kept_or_the_typed_ones_given_up_too(work: AtWork, day: Day) -> None:
    draft(day, work, pumps(12), pumps(2, D(30)))
    give_to(work, "C-2")
    shown(work)
    work.press(Key.Key_K)
    assert prices_of(day) == [(D(36), "agreement"), (D(30), "manual")]
    assert day.one("SELECT customer_id FROM sales_order") == 2
    give_to(work, "C-1")
    shown(work)
    work.press(Key.Key_T)
    assert prices_of(day) == [(D(36), "agreement"), (D(38), "agreement")]


def test_not_now_changes_nothing_and_leaves_the_head_as_it_was_typed(
    work: AtWork, day: Day
) -> None:
    draft(day, work, pumps(12))
    give_to(work, "C-2")
    shown(work)
    work.press(Key.Key_Escape)
    assert not is_asked()
    form = work.form()
    assert form.field("customer").text() == "C-2"  # type: ignore[attr-defined]
    form.reject()
    assert prices_of(day) == [(D(36), "agreement")]
    assert day.one("SELECT customer_id FROM sales_order") == 1


def test_a_customer_nobody_knows_is_refused_in_the_form(work: AtWork, day: Day) -> None:
    draft(day, work, pumps(12))
    give_to(work, "NOBODY")
    assert not is_asked()
    form = work.form()
    assert form.form.problem("customer").startswith("There is no customer NOBODY.")
    form.reject()
    assert day.one("SELECT customer_id FROM sales_order") == 1


def test_prices_found_anew_are_looked_at_first(work: AtWork, day: Day) -> None:
    draft(day, work, pumps(12), pumps(2, D(30)))
    Prices(day).agree("price", 35, customer="C-1", item="PUMP", name="Autumn", priority=1)
    work.desk.document.action_chosen.emit("reprice")
    work.settle()
    asking = shown(work)
    assert rows(asking)[0] == (
        "Bilge pump",
        ("36.00 per pc", "35.00 per pc"),
        "432.00",
        "420.00",
        "",
    )
    assert asking.table.lines.rows[0].sub == ("PUMP", "Autumn")
    work.press(Key.Key_Escape)
    assert prices_of(day) == [(D(36), "agreement"), (D(30), "manual")]
    work.desk.document.action_chosen.emit("reprice")
    work.settle()
    shown(work)
    work.press(Key.Key_Return)
    assert prices_of(day) == [(D(35), "agreement"), (D(30), "manual")]
    assert work.said == "Order SO-1001 comes to 518.40 now."


def test_a_discount_on_the_whole_order_is_shown_under_the_lines(work: AtWork, day: Day) -> None:
    prices = Prices(day)
    prices.agree("percent", 10, level="order", customer="C-1", from_amount=400, name="Big orders")
    prices.agree("amount_off", 20, level="order", customer="C-2", name="Harbour bonus")
    order = draft(day, work, pumps(12))
    give_to(work, "C-2")
    asking = shown(work)
    assert rows(asking) == [
        ("Bilge pump", ("36.00 per pc", "39.90 per pc"), "432.00", "478.80", ""),
        ("Order discount", ("10 %", "20.00 USD"), "-43.20", "-20.00", ""),
    ]
    assert asking.table.lines.rows[1].sub == ("Harbour bonus",)
    said = [each.text() for each in asking.findChildren(Text)]
    assert (
        "1 line would cost something else. The discount on the order would come to something "
        "else. Together 70.00 USD more."
    ) in said
    picture(asking, "order-discount")
    work.press(Key.Key_Return, control=True)
    assert day.one("SELECT goods_amount FROM sales_order WHERE id = :id", id=order) == D("458.8")


def test_a_discount_alone_is_looked_at_too(work: AtWork, day: Day) -> None:
    draft(day, work, pumps(12, D(30)))
    Prices(day).agree("percent", 5, level="order", name="Spring")
    work.desk.document.action_chosen.emit("reprice")
    work.settle()
    asking = shown(work)
    assert rows(asking) == [
        ("Bilge pump", ("30.00 per pc", "36.00 per pc"), "360.00", "432.00", "Typed"),
        ("Order discount", ("none", "5 %"), "0.00", "-18.00", ""),
    ]
    assert asking.take.isEnabled()
    picture(asking, "order-discount-alone")
    work.press(Key.Key_Return)
    assert prices_of(day) == [(D(30), "manual")]
    assert day.one("SELECT discount_percent FROM sales_order") == 5
    work.desk.document.action_chosen.emit("reprice")
    work.settle()
    assert [row[0] for row in rows(shown(work))] == ["Bilge pump"]
    assert not shown(work).take.isEnabled()


def test_a_crossed_step_is_told_while_typing(work: AtWork, day: Day) -> None:
    draft(day, work, pumps(2))
    work.press(Key.Key_E)
    work.press(Key.Key_Up)
    work.press(Key.Key_Return)
    work.type("12\n")
    assert prices_of(day) == [(D(36), "agreement")]
    assert work.said == "PUMP costs 36.00 per pc now, not 38.00 (Contract, from 10 on)."
