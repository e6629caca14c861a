"""The orders desk on a real database: list, document, the next step, every other action."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import event, text

from app.core.actor import Group
from app.core.ids import Kind
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order
from app.operations.orders import NewCharge, add_charge, confirm_order, hold_order
from app.operations.picking import pick_order
from app.operations.trucks import return_trip
from app.views.agreements.inquiry import PriceInquiry
from app.views.orders.extras import WhyTaxes
from app.views.orders.price_changes import PriceChanges
from app.views.widgets.action_button import Action
from app.views.widgets.text import Text
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.factories.shipping import pack
from tests.factories.trips import gone_trip, staged
from tests.ui.orders_at_work import AtWork

Key = Qt.Key
WorkAs = Callable[..., AtWork]


@pytest.fixture
def work_as(dressed: QApplication, qtbot: QtBot, engine_as: EngineAs, day: Day) -> Iterator[WorkAs]:
    made: list[AtWork] = []

    def open_desk(login: str = "maria", **more: Any) -> AtWork:
        made.append(AtWork(qtbot, engine_as(login), login, **more))
        return made[-1]

    yield open_desk
    for each in made:
        each.close()


def model(work: AtWork) -> Any:
    """What the document shows."""
    assert work.desk.document.model is not None
    return work.desk.document.model


def act(work: AtWork, key: str) -> None:
    """Choose an action that has no key of its own: a link, or an entry of the menu."""
    work.desk.document.action_chosen.emit(key)
    work.settle()


def more(work: AtWork) -> dict[str, str]:
    """The entries of the menu, and why those are grey that are."""
    return {each.key: each.why_not for each in model(work).more}


def hold(day: Day, order: int) -> None:
    with day.owner.begin() as connection:
        connection.exec_driver_sql(
            """INSERT INTO hold_code (code, name, stops_allocation)
               VALUES ('TEST', 'To be checked', true)"""
        )
    day.runner.do(hold_order, order=order, code="TEST", reason="Ask first.")


def test_the_list_opens_with_what_is_open_and_counts_every_view(work_as: WorkAs, day: Day) -> None:
    day.draft(("PUMP", 1))
    day.stock("ROPE", 5)
    moving = day.order(("ROPE", 5))
    day.runner.do(allocate_order, order=moving)
    day.order(("PUMP", 2), customer="C-2")
    work = work_as()
    chips = [chip.text() for chip in work.desk.list._chips.buttons()]
    assert chips == ["Open  2", "Not moving  1", "Due today  2", "Drafts  1", "All"]
    assert work.title == "SO-1002"
    work.press(Key.Key_Down)
    assert work.title == "SO-1003"
    assert model(work).subline[0] == "Harbour Stores"


def test_nothing_there_says_what_to_do(work_as: WorkAs, day: Day) -> None:
    work = work_as()
    assert work.title == ""
    work.press(Key.Key_N)
    assert (work.at, work.desk.is_entering) == ("customer", True)
    work.press(Key.Key_Escape)
    assert not work.desk.is_entering


def test_one_key_takes_an_order_through_its_life(work_as: WorkAs, day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.draft(("PUMP", 2))
    work = work_as()
    work.desk.show_thing(order)
    work.settle()
    steps = []
    for _ in range(4):
        steps.append((model(work).action.title, model(work).badges[0].word))
        work.press(Key.Key_Return, control=True)
        steps.append((work.said, ""))
    assert steps == [
        ("Confirm", "Draft"),
        ("Order SO-1001 is confirmed.", ""),
        ("Allocate", "Waiting"),
        ("Goods are allocated to 1 line; nothing is short.", ""),
        ("Make picklist", "Allocated"),
        ("Picklist PL-1001 is made and on its way to the printer.", ""),
        ("Stage", "Allocated"),
        ("Staged 2 in S-01.", ""),
    ]
    assert (model(work).action, model(work).badges[0].word) == (None, "Staged")
    assert [each.sentence for each in model(work).notices] == [
        "2 of PUMP wait in S-01 to be packed."
    ]
    day.runner.do(pack, order=order)
    work.desk.controller.reload()
    work.settle()
    assert model(work).action.title == "Invoice"
    work.press(Key.Key_Return, control=True)
    assert work.said == "A draft invoice is made."
    assert work.opened == [(Kind.INVOICE, 1)]


def test_of_many_short_lines_the_first_are_named(work_as: WorkAs, day: Day) -> None:
    day.stock("PUMP", 1)
    day.order(("PUMP", 3), *[("ANCHOR", n) for n in range(1, 6)])
    work = work_as()
    work.press(Key.Key_Return, control=True)
    assert work.said == (
        "Goods are allocated to 1 line. Short: 2 of PUMP, 1 of ANCHOR, 2 of ANCHOR and 3 more."
    )


def test_what_is_short_is_told_with_the_ways_out(work_as: WorkAs, day: Day) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 3), ("ANCHOR", 1))
    work = work_as()
    work.press(Key.Key_Return, control=True)
    assert work.said == "Goods are allocated to 1 line. Short: 2 of PUMP, 1 of ANCHOR."
    (notice,) = model(work).notices
    assert notice.sentence == (
        "Not moving: 2 of PUMP are short, and none is available in this warehouse. "
        "1 of ANCHOR are short, and none is available in this warehouse."
    )
    assert [each.title for each in notice.actions] == [
        "Open PUMP",
        "Open ANCHOR",
        "Cancel what is short of PUMP",
        "Cancel what is short of ANCHOR",
    ]
    act(work, notice.actions[1].key)
    assert work.opened == [(Kind.ITEM, day.item("ANCHOR"))]
    act(work, notice.actions[2].key)
    work.answer("\n")
    assert "give a reason" in work.form().form.problem("reason")
    work.answer("customer found another\n")
    (line, _) = day.lines(order)
    assert (line.wanted, line.cancelled, line.allocated) == (1, 2, 1)
    assert model(work).lines[0].quantity == "1 pc"
    assert work.said == ("The rest of the line is cancelled; order SO-1001 comes to 202.93 now.")


def test_what_is_short_is_taken_from_an_order_that_can_wait(work_as: WorkAs, day: Day) -> None:
    day.stock("PUMP", 3)
    today = day.one("SELECT current_date")
    rich = day.order(("PUMP", 3), requested_date=today + timedelta(days=1))
    day.runner.do(allocate_order, order=rich)
    poor = day.order(("PUMP", 2))
    work = work_as()
    work.desk.show_thing(poor)
    work.settle()
    (notice,) = model(work).notices
    assert notice.actions[0].title == "Take 2 from SO-1001 (due Tomorrow)"
    act(work, notice.actions[0].key)
    work.answer("she is at the counter\n")
    assert work.said == "Took 2 of PUMP from order SO-1001."
    assert [line.allocated for line in day.lines(rich)] == [1]
    assert [line.allocated for line in day.lines(poor)] == [2]
    assert model(work).timeline[0].what == "2 PUMP taken from SO-1001: she is at the counter"


def test_prices_are_found_anew_on_request(work_as: WorkAs, day: Day) -> None:
    day.order(("PUMP", 1))
    with day.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE item SET list_price = 50 WHERE number = 'PUMP'")
    work = work_as()
    assert model(work).lines[0].price == "39.90"
    act(work, "reprice")
    assert model(work).lines[0].price == "39.90"  # before and after is shown first
    asking = work.desk.findChild(PriceChanges)
    assert asking is not None
    asking.activateWindow()
    work.settle()
    work.press(Key.Key_Return)
    assert (model(work).lines[0].price, work.said) == (
        "50.00",
        "Order SO-1001 comes to 54.00 now.",
    )


def test_a_hold_is_set_with_a_reason_and_released_by_a_manager(work_as: WorkAs, day: Day) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 1))
    hold(day, order)
    sales = work_as("anna", groups=frozenset({Group.SALES}))
    assert model(sales).action == Action(
        "release_hold",
        "Release the hold",
        "Ctrl+Return",
        why_not="this needs the role manager",
    )
    assert model(sales).badges[0].word == "On hold: To be checked"
    work = work_as()
    work.press(Key.Key_Return, control=True)
    work.answer("paid by card\n")
    assert work.forms() == []
    assert work.said == "Order SO-1001 may go on."
    assert model(work).action.title == "Allocate"
    act(work, "hold")
    work.answer("\tcall back\n")
    assert day.ask("SELECT hold_code, hold_reason FROM sales_order") == [
        (work.desk._holds[0].code, "call back")
    ]


def test_an_order_is_cancelled_with_a_reason_and_reopened(work_as: WorkAs, day: Day) -> None:
    day.order(("PUMP", 1))
    work = work_as()
    act(work, "cancel")
    work.answer("\n")
    form = work.form()
    assert form.form.problem("reason").startswith("Say why order SO-1001 is to be cancelled")
    work.answer("wrong customer\n")
    assert work.said == "What was open of order SO-1001 is cancelled."
    assert (model(work).badges[0].word, model(work).action) == ("Cancelled", None)
    assert [each.sentence for each in model(work).notices] == ["Cancelled because: wrong customer"]
    assert more(work) == {"preview": "", "note": "", "reopen": ""}
    act(work, "reopen")
    assert day.ask("SELECT state FROM sales_order") == [("draft",)]


def test_goods_are_released_before_the_order_is_cancelled(work_as: WorkAs, day: Day) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=order)
    work = work_as()
    assert more(work)["cancel"] == "release what is allocated first"
    act(work, "release")
    assert work.said == "Released 1 line."
    assert more(work)["cancel"] == ""


def test_notes_and_charges_are_asked_for_in_small_forms(work_as: WorkAs, day: Day) -> None:
    day.draft(("PUMP", 1))
    work = work_as()
    work.desk.list.choose_view("drafts")
    work.settle()
    act(work, "note")
    work.answer("Ring twice\nat the gate", control=True)
    assert model(work).timeline[0].what == "noted: Ring twice at the gate"
    act(work, "charge")
    work.answer("Insurance\tabc\n")
    assert work.form().form.problem("amount") == "abc is not a number. Write it like 1,234.50."
    amount = work.form().field("amount")
    amount.setText("7.50")  # type: ignore[attr-defined]
    work.answer("\n")
    facts = {fact.label: fact.value for fact in model(work).facts}
    assert (facts["Insurance"], facts["Total USD"]) == ("7.50", "51.19")
    act(work, next(key for key in more(work) if key.startswith("remove_charge")))
    assert "Insurance" not in {fact.label for fact in model(work).facts}


def test_what_is_read_in_a_row_adds_up_to_the_total(work_as: WorkAs, day: Day) -> None:
    Prices(day).agree("percent", 10, level="order", name="Whole orders")
    day.order(("PUMP", 10))
    work = work_as()
    assert [(fact.label, fact.value) for fact in model(work).facts[1:5]] == [
        ("Goods", "399.00"),
        ("Order discount", "-39.90"),
        ("Sales tax 8 %", "28.73"),
        ("Total USD", "387.83"),
    ]


def test_charges_and_taxes_are_rows_changed_and_taken_off_by_key(work_as: WorkAs, day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO charge_rule (code, name, kind, level, method, rate, currency,
                                             billing)
                    VALUES ('FRT', 'Freight', 'shipping', 'header', 'percent', 10, 'USD',
                            'prorated')""")
        )
    order = day.order(("PUMP", 10))
    work = work_as()

    def rows() -> list[tuple[Any, ...]]:
        return [
            (row.title, row.sub[0], row.price, row.amount)
            for row in work.desk.extras.table.lines.rows
        ]

    tax = ("Sales tax 8 %", "United States", "8 %")
    assert rows() == [("Freight", "rule FRT", "10 %", "39.90"), (*tax, "35.11")]
    table = work.desk.extras.table
    table.setFocus()
    table.selectRow(0)
    work.press(Key.Key_Return)
    assert work.form().field("amount").text() == "39.90"  # type: ignore[attr-defined]
    work.answer("12.5\n")
    assert work.said == "Order SO-1001 comes to 444.42 now."
    assert rows()[0] == ("Freight", "changed by hand, was rule FRT", "", "12.50")
    assert work.desk.window().focusWidget() is table
    work.press(Key.Key_Delete)
    assert [row[0] for row in rows()] == ["Sales tax 8 %"]
    assert day.ask("SELECT count(*) FROM order_charge") == [(0,)]
    act(work, "charge")
    work.answer("Gift wrap\t\n")
    assert work.form().form.problem("amount") == "Type what Gift wrap comes to; 0 when it is free."
    work.form().field("amount").setText("0")  # type: ignore[attr-defined]
    work.answer("\n")
    assert rows()[0] == ("Gift wrap", "typed", "", "0.00")
    assert day.lines(order)[0].amount == 399


def test_why_a_line_costs_what_it_does_begins_with_what_the_line_keeps(
    work_as: WorkAs, day: Day
) -> None:
    day.order(("PUMP", 10))
    Prices(day).agree("price", 30, item="PUMP", name="Later")
    work = work_as()
    work.desk.document.lines_table.setFocus()
    work.desk.document.lines_table.selectRow(0)
    work.press(Key.Key_F9)
    (asking,) = work.desk.findChildren(PriceInquiry)
    said = [each.text() for each in asking.findChildren(Text)]
    assert (
        "The line comes to 399.00 USD: list. Here is what it costs by the agreements as they are "
        "now."
    ) in said
    assert asking.headline.text() == "30.00 USD per pc"
    QTest.keyClick(asking, Key.Key_Escape)


def test_the_tax_says_why_it_is_so(work_as: WorkAs, day: Day) -> None:
    day.order(("PUMP", 10))
    work = work_as()
    work.press(Key.Key_F9)
    assert work.said == "Go to a line first, with Enter; F9 says there why it costs what it does."
    work.desk.extras.table.setFocus()
    work.press(Key.Key_Down)
    work.press(Key.Key_F9)
    (why,) = work.desk.findChildren(WhyTaxes)
    assert why.words[0] == ("strong", "Sales tax 8 %: 31.92 on 399.00 USD")
    assert why.words[1] == ("body", "On line 1.")
    assert "is the narrowest area with a rate there" in why.words[2][1]
    QTest.keyClick(why, Key.Key_Escape)
    assert work.desk.window().focusWidget() is work.desk.extras.table


def test_cancelling_what_is_short_says_what_costs_something_else_by_it(
    work_as: WorkAs, day: Day
) -> None:
    Prices(day).agree("price", 30, item="PUMP", from_quantity=10, name="By the ten")
    day.stock("PUMP", 4)
    order = day.order(("PUMP", 10))
    day.runner.do(allocate_order, order=order)
    work = work_as()
    act(work, f"cancel_rest:{day.lines(order)[0].id}")
    work.answer("found some\n")
    assert work.said == (
        "The rest of the line is cancelled. PUMP costs 39.90 by it, not 30.00: order SO-1001 "
        "comes to 172.37 now."
    )
    assert model(work).timeline[0].what == "cancelled 6 PUMP: found some"


def test_the_confirmation_is_printed_with_one_key(work_as: WorkAs, day: Day) -> None:
    day.order(("PUMP", 1))
    work = work_as()
    work.press(Key.Key_P, control=True)
    assert work.said == "The order confirmation is on its way to the printer."
    assert day.ask("SELECT document, subject_id FROM print_job") == [("order_confirmation", 1)]


def test_who_has_no_right_sees_why(work_as: WorkAs, day: Day) -> None:
    day.draft(("PUMP", 1))
    order = day.order(("PUMP", 1))
    work = work_as("fritz", groups=frozenset({Group.FLOOR}))
    work.desk.show_thing(order)
    work.settle()
    assert model(work).secondary[0].why_not == "this needs the role sales"
    assert more(work)["cancel"] == "this needs the role sales"
    work.press(Key.Key_N)
    work.press(Key.Key_E)
    assert not work.desk.is_entering
    work.desk.list.choose_view("drafts")
    work.settle()
    assert model(work).action.why_not == "this needs the role sales"
    work.press(Key.Key_Return, control=True)
    assert day.ask("SELECT count(*) FROM sales_order WHERE state = 'draft'") == [(1,)]


def test_what_somebody_else_did_meanwhile_is_told_in_words(work_as: WorkAs, day: Day) -> None:
    order = day.draft(("PUMP", 1))
    work = work_as()
    work.desk.show_thing(order)
    work.settle()
    day.runner.do(confirm_order, order=order)
    work.press(Key.Key_Return, control=True)
    assert work.said == "Order SO-1001 is confirmed; to confirm it must be draft."
    assert model(work).badges[0].word == "Waiting"


def test_an_order_is_shown_from_elsewhere_and_stays_though_the_list_has_it_not(
    work_as: WorkAs, day: Day
) -> None:
    day.stock("PUMP", 1)
    done = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=done)
    day.runner.do(pick_order, order=done, to=day.place("P-01"))
    day.runner.do(pack, order=done)
    day.runner.do(add_charge, order=done, charge=NewCharge("Freight", Decimal(5)))
    day.runner.do(invoice_order, order=done)
    other = day.order(("ROPE", 1))
    work = work_as()
    work.desk.show_thing(done)
    work.settle()
    assert work.title == "SO-1001"
    work.desk.controller.rows_changed.emit()
    work.settle()
    assert work.title == "SO-1001"
    assert [(each.key, each.title) for each in model(work).related] == [
        ("open-invoice:1", "Invoice draft (draft)"),
        ("open-shipment:1", "Shipment SH-1001 (packed)"),
    ]
    act(work, "open-shipment:1")
    assert work.opened == [(Kind.SHIPMENT, 1)]
    work.desk.show_thing(other)
    work.settle()
    assert work.title == "SO-1002"


def test_packed_goods_are_said_to_have_left_while_their_truck_is_under_way(
    work_as: WorkAs, day: Day
) -> None:
    day.stock("PUMP", 2)
    order = staged(day, ("PUMP", 2))
    trip = gone_trip(day, order)
    work = work_as()
    work.desk.show_thing(order)
    work.settle()
    assert [each.word for each in model(work).badges] == ["Packed", "Left with TR-1001"]
    day.runner.do(return_trip, trip=trip)
    work.desk.controller.choose(order)
    work.settle()
    assert [each.word for each in model(work).badges] == ["Packed"]


def test_leaving_for_another_order_keeps_the_draft(work_as: WorkAs, day: Day) -> None:
    other = day.order(("ROPE", 1))
    work = work_as()
    work.press(Key.Key_N)
    work.type("C-2\tPUMP\t1\n", at_once=True)
    work.desk.show_thing(other)
    work.settle()
    assert (work.desk.is_entering, work.title) == (False, "SO-1001")
    assert day.ask("SELECT number, state FROM sales_order ORDER BY id") == [
        ("SO-1001", "confirmed"),
        ("SO-1002", "draft"),
    ]


def test_opening_a_document_takes_six_statements_at_most(
    work_as: WorkAs, day: Day, engine_as: EngineAs
) -> None:
    day.order(("PUMP", 1))
    other = day.order(*[("ROPE", 1)] * 40)
    work = work_as()
    sent: list[str] = []
    event.listen(engine_as("maria"), "before_cursor_execute", lambda *a: sent.append(a[2]))
    work.desk.controller.choose(other)
    work.settle()
    assert work.title == "SO-1002"
    assert len(sent) == 6  # one of them asks who has what is short
