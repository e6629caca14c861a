"""The invoicing desk on a real database: what waits is invoiced, posted, and refused in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from app.core.actor import Group
from app.core.ids import Kind
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.orders import NewCharge, add_charge
from app.operations.picking import pick_order
from app.views.billing.desk import InvoicingDesk
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.factories.shipping import pack
from tests.ui.floor_stage import PATIENCE, FloorStage


@pytest.fixture
def waiting(day: Day) -> int:
    """An order of two pumps with freight, packed."""
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), customer_po="4711")
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", Decimal("12.50")))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    return order


def test_what_waits_is_invoiced_and_posted(stage_: FloorStage, day: Day, waiting: int) -> None:
    desk = stage_.open(InvoicingDesk, Group.ACCOUNTING)
    stage_.wait(lambda: desk.list.model.rowCount() == 1)
    desk.list.select((Kind.ORDER, waiting))
    stage_.wait(lambda: desk.document.model is not None)
    model = desk.document.model
    assert model is not None
    assert (model.title, model.lines[0].amount) == ("SO-1001", "79.80")
    assert model.subline[1] == "PO 4711"
    desk.document.action_chosen.emit("invoice")

    def title() -> str:
        return desk.document.model.title if desk.document.model else ""

    stage_.wait(lambda: title() == "Draft of SO-1001")
    desk.document.action_chosen.emit("post")
    stage_.wait(lambda: title() == "INV-1001")
    stage_.settle()
    posted = desk.document.model
    assert posted is not None
    assert posted.action is None
    assert [(each.who, each.what) for each in posted.timeline] == [
        ("Maria", "paper: queued"),
        ("Maria", "posted INV-1001"),
        ("Maria", "made the draft"),
    ]
    assert all(each.when for each in posted.timeline)
    assert [(fact.label, fact.value) for fact in posted.facts[2:]] == [
        ("Goods", "79.80"),
        ("Freight", "12.50"),
        ("Sales tax 8 %", "7.38"),
        ("Total USD", "99.68"),
    ]
    assert day.ask("SELECT state FROM invoice") == [("posted",)]
    desk.document.action_chosen.emit("open-order")
    assert stage_.opened == [(Kind.ORDER, waiting)]


def test_the_discount_on_the_whole_order_stands_beside_the_goods(
    stage_: FloorStage, day: Day
) -> None:
    Prices(day).agree("percent", 10, level="order", name="Whole orders")
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    desk = stage_.open(InvoicingDesk, Group.ACCOUNTING)
    desk.controller.choose(Kind.ORDER, order)
    stage_.wait(lambda: desk.document.model is not None)
    desk.document.action_chosen.emit("invoice")
    stage_.wait(lambda: desk.document.model is not None and "Draft" in desk.document.model.title)
    shown = desk.document.model
    assert shown is not None
    assert [line.amount for line in shown.lines] == ["79.80"]
    assert [(fact.label, fact.value) for fact in shown.facts[2:]] == [
        ("Goods", "79.80"),
        ("Order discount", "-7.98"),
        ("Sales tax 8 %", "5.75"),
        ("Total USD", "77.57"),
    ]


def test_who_is_not_accounting_sees_why_the_button_is_grey(
    stage_: FloorStage, waiting: int
) -> None:
    desk = stage_.open(InvoicingDesk, Group.SALES)
    desk.controller.choose(Kind.ORDER, waiting)
    stage_.wait(lambda: desk.document.model is not None)
    stage_.settle()
    assert desk.document.model is not None
    assert desk.document.model.action is not None
    assert desk.document.model.action.why_not == "this needs the role accounting"


def test_an_invoice_posted_by_somebody_else_meanwhile_is_refused_in_words(
    stage_: FloorStage, qtbot: QtBot, day: Day, waiting: int
) -> None:
    made = day.runner.do(invoice_order, order=waiting)
    desk = stage_.open(InvoicingDesk, Group.ACCOUNTING)
    desk.show_thing(made.invoice_id)
    stage_.wait(lambda: desk.document.model is not None)
    day.runner.do(post_invoice, invoice=made.invoice_id)
    with qtbot.waitSignal(desk.controller.refused, timeout=PATIENCE) as heard:
        desk.document.action_chosen.emit("post")
    assert str(heard.args[0]).startswith("Invoice INV-1001 was posted by maria")
    stage_.settle()


def test_a_deleted_draft_leaves_an_empty_document(
    stage_: FloorStage, day: Day, waiting: int
) -> None:
    made = day.runner.do(invoice_order, order=waiting)
    desk = stage_.open(InvoicingDesk, Group.ACCOUNTING)
    desk.show_thing(made.invoice_id)
    stage_.wait(lambda: desk.document.model is not None)
    desk.document.action_chosen.emit("delete")
    stage_.wait(lambda: desk.document.model is None)
    stage_.settle()
    assert day.one("SELECT count(*) FROM invoice") == 0


def test_orders_marked_with_space_are_invoiced_together(
    stage_: FloorStage, day: Day, waiting: int
) -> None:
    day.stock("PUMP", 1)
    other = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=other)
    day.runner.do(pick_order, order=other, to=day.place("P-01"))
    day.runner.do(pack, order=other)
    desk = stage_.open(InvoicingDesk, Group.ACCOUNTING)
    stage_.wait(lambda: desk.list.model.rowCount() == 2)
    stage_.press("Space")
    stage_.press("Down")
    stage_.press("Space")
    assert stage_.model.action is not None
    assert stage_.model.action.title == "Invoice 2 orders"
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: day.one("SELECT count(*) FROM invoice") == 2)
    assert stage_.said == "2 drafts are made."
    assert not desk.rows_marked
