"""An order is typed, not clicked: real keys, a real database, every refusal in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.operations.allocation import allocate_order
from app.operations.orders import change_order
from app.operations.stock import Receipt, receive
from app.views import theme
from app.views.orders.pasting import PastePreview
from app.views.widgets.form import Form
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.ui.orders_at_work import PATIENCE, AtWork

Key = Qt.Key


@pytest.fixture
def work(dressed: QApplication, qtbot: QtBot, engine_as: EngineAs, day: Day) -> Iterator[AtWork]:
    made = AtWork(qtbot, engine_as("maria"))
    yield made
    made.close()


def begin(work: AtWork) -> None:
    """A new order for Brightwater Marine, with the cursor at the first item."""
    work.press(Key.Key_N)
    work.type("C-1\t")


def lines(day: Day) -> list[tuple[Any, ...]]:
    """The lines of the only order, as stored."""
    return [
        tuple(row)
        for row in day.ask(
            """SELECT i.number, l.unit_quantity, l.unit, l.amount
                 FROM sales_order_line l JOIN item i ON i.id = l.item_id
                ORDER BY l.line_no"""
        )
    ]


def test_a_whole_order_is_typed_confirmed_and_allocated_without_the_mouse(
    work: AtWork, day: Day
) -> None:
    day.stock("PUMP", 20)
    day.stock("ROPE", 100)
    work.press(Key.Key_N)
    assert work.at == "customer"
    work.type("bright\t")
    assert work.at == "item"
    work.type("PUMP\t2 case\n")
    assert (work.at, work.said) == ("item", "")
    work.type("mooring\t10.5\n")
    assert work.entered() == [("Bilge pump", "2 case", ""), ("Mooring rope", "10.5 m", "")]
    prices = [row.price for row in work.desk.entry.lines.lines.rows]
    assert prices[0] == "39.90/pc"
    assert "/" not in prices[1]
    assert lines(day) == [
        ("PUMP", Decimal(2), "case", Decimal("478.80")),
        ("ROPE", Decimal("10.5"), "m", Decimal("22.05")),
    ]
    assert day.ask("SELECT state FROM sales_order") == [("draft",)]
    work.press(Key.Key_Return, control=True)
    assert not work.desk.is_entering
    assert (work.said, work.title) == ("Order SO-1001 is confirmed.", "SO-1001")
    work.press(Key.Key_Return, control=True)
    assert work.said == "Goods are allocated to 2 lines; nothing is short."
    assert day.ask("SELECT status FROM sales_order") == [("allocated",)]


def test_two_keys_a_line_are_enough(work: AtWork, day: Day) -> None:
    begin(work)
    typed = "PUMP\t3\n"
    work.type(typed)
    assert len([each for each in typed if each in "\t\n"]) == 2
    assert work.entered() == [("Bilge pump", "3 pc", "")]


def test_price_and_what_is_free_appear_while_it_is_typed(work: AtWork, day: Day) -> None:
    day.stock("PUMP", 4)
    begin(work)
    work.type("PUMP\t")
    row = work.desk.entry.row
    known = row._known
    assert known.text() == (
        "Bilge pump  ·  39.90 USD per pc, list price  ·  4 pc available  ·  case of 6"
    )
    assert row.price.placeholderText() == "39.90"
    work.type("2 case")
    assert "together 478.80" in known.text()
    assert known.property("tone") == "attention"


def test_how_many_more_would_be_cheaper_is_said_while_it_is_typed(work: AtWork, day: Day) -> None:
    Prices(day).agree("price", 36, customer="C-1", item="PUMP", from_quantity=10)
    begin(work)
    work.type("PUMP\t")
    known = work.desk.entry.row._known
    assert "more reach" not in known.text()
    work.type("8")
    assert "together 319.20  ·  2 pc more reach 36.00" in known.text()
    work.type("\t35")  # a typed price reaches nothing
    assert "more reach" not in known.text()


def test_the_draft_is_saved_as_it_is_typed(work: AtWork, day: Day) -> None:
    begin(work)
    assert day.one("SELECT count(*) FROM sales_order") == 0
    work.type("PUMP\t1\n")
    assert day.ask("SELECT number, state FROM sales_order") == [("SO-1001", "draft")]
    work.type("ROPE\t2")
    work.press(Key.Key_Escape)
    assert (work.at, work.desk.entry.row.item.text()) == ("item", "")
    work.press(Key.Key_Escape)
    assert not work.desk.is_entering
    assert work.title == "SO-1001"
    assert [line[0] for line in lines(day)] == ["PUMP"]


def test_typing_ahead_of_the_answers_loses_and_swaps_nothing(work: AtWork, day: Day) -> None:
    begin(work)
    work.type("PUMP\t1\nROPE\t2\nANCHOR\t3\nPUMP\t4\n", at_once=True)
    work.settle()
    assert [(item, quantity) for item, quantity, *_ in lines(day)] == [
        ("PUMP", 1),
        ("ROPE", 2),
        ("ANCHOR", 3),
        ("PUMP", 4),
    ]
    assert day.one("SELECT count(*) FROM sales_order") == 1


def test_confirming_waits_for_the_lines_typed_just_before(work: AtWork, day: Day) -> None:
    begin(work)
    work.type("PUMP\t1\nROPE\t2", at_once=True)
    work.press(Key.Key_Return, control=True, at_once=True)
    work.settle()
    assert [(item, quantity) for item, quantity, *_ in lines(day)] == [("PUMP", 1), ("ROPE", 2)]
    assert day.ask("SELECT state FROM sales_order") == [("confirmed",)]


@pytest.mark.parametrize(
    ("typed", "sentence", "field"),
    [
        ("0", "The quantity of PUMP must be more than 0, not 0.", "quantity"),
        ("-3", "The quantity of PUMP must be more than 0, not -3.", "quantity"),
        (
            "1.5",
            "1.5 is too fine for PUMP, which is counted with 0 decimals. "
            "Enter a quantity with at most 0 decimals.",
            "quantity",
        ),
        (
            "1000000000000",
            "1000000000000 of PUMP is more than can be handled (at most 999999999999.9999).",
            "quantity",
        ),
        ("2 crates", "PUMP has no unit crates. It has: case, pc.", "quantity"),
        ("abc", "abc is not a number. Write it like 1,234.50.", "quantity"),
        ("", "Type how many of PUMP, then Enter.", "quantity"),
    ],
)
def test_a_quantity_that_cannot_be_is_refused_and_stays_as_typed(
    work: AtWork, day: Day, typed: str, sentence: str, field: str
) -> None:
    begin(work)
    work.type(f"PUMP\t{typed}\n")
    row = work.desk.entry.row
    assert (row.told, work.said, work.at) == (sentence, "", field)
    assert (row.item.text(), row.quantity.text()) == ("PUMP", typed)
    assert day.one("SELECT count(*) FROM sales_order") == 0


def test_an_item_nobody_knows_comes_back_with_the_cursor_in_it(work: AtWork, day: Day) -> None:
    begin(work)
    work.type("NOSUCH\t3\n")
    row = work.desk.entry.row
    assert row.told == "There is no item NOSUCH. Check the number, or search with Ctrl+K."
    assert (work.at, row.item.text(), row.quantity.text()) == ("item", "NOSUCH", "3")
    assert work.entered() == []


def test_a_line_refused_while_the_next_is_typed_waits_in_the_list(work: AtWork, day: Day) -> None:
    begin(work)
    work.type("NOSUCH\t3\nPUMP\t5", at_once=True)
    work.settle()
    row = work.desk.entry.row
    assert (row.item.text(), row.quantity.text()) == ("PUMP", "5")
    assert work.entered() == [("NOSUCH", "3", "Not accepted")]
    work.press(Key.Key_Return)
    work.press(Key.Key_Return, control=True)
    assert work.said == "NOSUCH was not accepted. Correct the line, or take it off, then confirm."
    assert day.ask("SELECT state FROM sales_order") == [("draft",)]
    work.press(Key.Key_Up)
    assert work.focus() is work.desk.entry.lines
    work.press(Key.Key_Delete)
    assert work.entered() == [("Bilge pump", "5 pc", "")]
    work.press(Key.Key_Return, control=True)
    assert day.ask("SELECT state FROM sales_order") == [("confirmed",)]


def test_an_item_without_a_price_asks_for_one(work: AtWork, day: Day) -> None:
    begin(work)
    work.type("FREE\t1\n")
    row = work.desk.entry.row
    assert (work.at, row.told) == ("price", "FREE has no price in USD. Type one.")
    work.type("twelve\t")
    assert row.told == "twelve is not a number. Write it like 1,234.50."
    row.price.setFocus()
    row.price.selectAll()
    work.type("12.34")
    assert "12.34 USD per pc, typed" in row.told
    work.type("\n")
    assert lines(day) == [("FREE", Decimal(1), "pc", Decimal("12.34"))]
    assert day.ask("SELECT price_source FROM sales_order_line") == [("manual",)]


def test_several_that_fit_must_be_told_apart(work: AtWork, day: Day) -> None:
    day.runner.do(receive, receipts=(Receipt(day.item("PUMP"), Decimal(1), day.place("A-01")),))
    with day.owner.begin() as connection:
        connection.exec_driver_sql(
            """INSERT INTO item (number, name, name_sort, base_unit, list_price, tax_class_id)
               VALUES ('PUMP-2', 'Bilge pump, large', 'bilge pump, large', 'pc', 59, 1)"""
        )
    begin(work)
    work.type("bilge\t")
    assert work.at == "item"
    work.press(Key.Key_Down)
    work.press(Key.Key_Return)
    assert work.at == "quantity"
    work.type("1\n")
    assert [line[0] for line in lines(day)] == ["PUMP-2"]


def test_lines_wait_for_a_customer(work: AtWork, day: Day) -> None:
    work.press(Key.Key_N)
    work.press(Key.Key_Tab)
    work.type("PUMP\t1\n")
    assert work.said == "Say who the order is for first: a customer's name or number."
    assert (work.at, work.desk.entry.row.item.text()) == ("customer", "PUMP")
    work.press(Key.Key_Return, control=True)
    assert day.one("SELECT count(*) FROM sales_order") == 0


def test_lines_typed_ahead_of_the_customers_answer_wait_for_it(work: AtWork, day: Day) -> None:
    work.press(Key.Key_N)
    work.type("C-2\tPUMP\t1\n", at_once=True)
    work.settle()
    assert [line[:2] for line in lines(day)] == [("PUMP", 1)]
    assert day.ask("SELECT customer_id FROM sales_order") == [(2,)]


def test_lines_come_back_when_there_is_no_such_customer(work: AtWork, day: Day) -> None:
    work.press(Key.Key_N)
    work.type("nobody\tPUMP\t1\n", at_once=True)
    work.settle()
    assert work.said == "Say who the order is for first: a customer's name or number."
    assert (work.at, work.desk.entry.row.quantity.text()) == ("customer", "1")


def test_a_customer_nobody_knows_is_said_under_the_field(work: AtWork, day: Day) -> None:
    work.press(Key.Key_N)
    work.type("nobody\n")
    (form,) = work.desk.entry.findChildren(Form)
    assert form.problem("customer") == "Nothing is called nobody."
    work.type("x")
    assert form.problem("customer") == ""
    assert day.ask("SELECT count(*) FROM sales_order") == [(0,)]


def test_a_line_is_changed_in_the_row_it_was_typed_in(work: AtWork, day: Day) -> None:
    begin(work)
    work.type("PUMP\t2\nROPE\t5\n")
    work.press(Key.Key_Up)
    work.press(Key.Key_Up)
    work.press(Key.Key_Return)
    row = work.desk.entry.row
    assert (work.at, row.item.text(), row.quantity.text()) == ("quantity", "PUMP", "2 pc")
    work.type("4\t35\t10\n")
    assert lines(day) == [
        ("PUMP", Decimal(4), "pc", Decimal("126.00")),
        ("ROPE", Decimal(5), "m", Decimal("10.50")),
    ]
    assert work.desk.entry.lines.lines.rows[0].sub == (
        "PUMP",
        "typed by Maria, list was 39.90, 10 % off by Maria",
    )
    work.press(Key.Key_Up)
    work.press(Key.Key_Delete)
    assert [line[0] for line in lines(day)] == ["PUMP"]


def test_a_typed_price_wiped_out_gives_the_found_one_back(work: AtWork, day: Day) -> None:
    begin(work)
    work.type("PUMP\t2\t35\t10\n")
    assert lines(day) == [("PUMP", Decimal(2), "pc", Decimal("63.00"))]
    work.press(Key.Key_Up)
    work.press(Key.Key_Return)
    work.press(Key.Key_Tab)
    assert (work.at, work.desk.entry.row.price.selectedText()) == ("price", "35.00")
    work.press(Key.Key_Delete)
    work.press(Key.Key_Return)
    assert lines(day) == [("PUMP", Decimal(2), "pc", Decimal("71.82"))]
    assert work.desk.entry.lines.lines.rows[0].sub[-1] == "list, 10 % off by Maria"
    asked = "SELECT verb, count(*) FROM command WHERE verb LIKE '%line%' OR verb LIKE '%pric%'"
    assert day.ask(f"{asked} GROUP BY verb") == [("change_line", 1)]


def test_a_typed_discount_wiped_out_gives_the_found_one_back(work: AtWork, day: Day) -> None:
    Prices(day).agree("percent", 5, customer="C-1", item="PUMP", name="Contract")
    begin(work)
    work.type("PUMP\t2\t\t10\n")
    assert lines(day) == [("PUMP", Decimal(2), "pc", Decimal("71.82"))]
    work.press(Key.Key_Up)
    work.press(Key.Key_Return)
    work.press(Key.Key_Tab)
    work.press(Key.Key_Tab)
    assert (work.at, work.desk.entry.row.discount.selectedText()) == ("discount", "10")
    work.press(Key.Key_Delete)
    work.press(Key.Key_Return)
    assert lines(day) == [("PUMP", Decimal(2), "pc", Decimal("75.81"))]
    assert work.desk.entry.lines.lines.rows[0].sub[-1] == "list, 5 % off, Contract"


def test_a_refused_change_leaves_the_line_and_brings_the_text_back(work: AtWork, day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    work.desk.show_thing(order)
    work.settle()
    work.press(Key.Key_E)
    work.press(Key.Key_Up)
    work.press(Key.Key_Return)
    work.type("3\n")
    told = work.desk.entry.row.told
    assert told.startswith("Order SO-1001 line 1: 5 are still promised (PUMP).")
    row = work.desk.entry.row
    assert (work.at, row.item.text(), row.quantity.text()) == ("quantity", "PUMP", "3")
    assert [line[1] for line in lines(day)] == [5]


def test_the_head_is_asked_for_with_one_key(work: AtWork, day: Day) -> None:
    begin(work)
    work.press(Key.Key_F2)
    work.answer("PO 4711\n")
    assert work.at == "item"
    work.type("PUMP\t1\n")
    assert day.ask("SELECT customer_po FROM sales_order") == [("PO 4711",)]
    work.press(Key.Key_F2)
    work.answer("8\n")
    assert day.ask("SELECT customer_po FROM sales_order") == [("8",)]


def test_a_field_somebody_else_changed_is_refused_once_and_what_was_typed_stays(
    work: AtWork, day: Day, run_as: RunAs
) -> None:
    begin(work)
    work.type("PUMP\t1\n")
    order = day.one("SELECT id FROM sales_order")
    work.press(Key.Key_F2)
    form = work.form()
    anna = run_as("anna")
    anna.do(change_order, order=order, customer_po="PO 9", comments="ring first")
    work.answer("PO 1\n")
    told = form.form.problem("customer_po")
    assert "was changed by Anna at" in told
    assert "the customer's PO: PO 9" in told
    assert "ring first" not in told
    assert form.messages.text == ""
    assert form.field("customer_po").text() == "PO 1"  # type: ignore[attr-defined]
    work.answer("\n")
    assert day.ask("SELECT customer_po, comments FROM sales_order") == [("PO 1", "ring first")]


def test_pasted_rows_are_shown_before_they_join_the_order(
    work: AtWork, day: Day, qtbot: QtBot
) -> None:
    begin(work)
    QGuiApplication.clipboard().setText("PUMP\t2\nNOSUCH\t1\nROPE\t0\nANCHOR\t1\n\n")
    work.press(Key.Key_V, control=True)
    (preview,) = (
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, PastePreview) and each.isVisible()
    )
    assert [(row.item, row.problem) for row in preview.rows if row.problem] == [
        ("NOSUCH", "Nothing is called NOSUCH."),
        ("ROPE", "The quantity of ROPE must be more than 0, not 0."),
    ]
    assert day.one("SELECT count(*) FROM sales_order") == 0
    preview.activateWindow()
    qtbot.waitUntil(preview.isActiveWindow, timeout=PATIENCE)
    work.press(Key.Key_Return)
    assert [(item, quantity) for item, quantity, *_ in lines(day)] == [("PUMP", 2), ("ANCHOR", 1)]


def test_a_late_answer_never_overwrites_newer_typing(work: AtWork, day: Day) -> None:
    begin(work)
    work.type("PUMP\t1\t", at_once=True)
    work.type("33", at_once=True)
    work.settle()
    row = work.desk.entry.row
    assert (row.quantity.text(), row.price.text()) == ("1", "33")
    work.press(Key.Key_Return)
    assert lines(day) == [("PUMP", Decimal(1), "pc", Decimal("33.00"))]


def test_an_order_is_typed_in_large_letters_without_the_desk_growing_over_the_screen(
    work: AtWork, day: Day, dressed: QApplication, qtbot: QtBot
) -> None:
    theme.apply(dressed, "light", 2.0)
    work.desk.resize(1175, 700)
    begin(work)
    row = work.desk.entry.row
    assert row.item.width() > 2 * row.quantity.width()  # it has a row of its own
    assert row.item.geometry().bottom() < row.quantity.y()
    work.type("PUMP\t2\n")
    head = work.desk.entry._head
    assert work.desk.width() == 1175
    assert work.desk.minimumSizeHint().width() <= 1175
    assert head.model is not None
    assert head.model.facts[0].label == "Requested"
    assert [each.key for each in head._more.actions_shown] == ["head", "leave"]
    work.press(Key.Key_Escape)
    assert not work.desk.is_entering
    assert work.title == "SO-1001"
