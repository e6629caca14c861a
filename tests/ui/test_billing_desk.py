"""The invoicing desk on a real database: what waits is invoiced, posted, and refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine

from app.controllers.change_feed import ChangeFeed
from app.controllers.tasks import TaskRunner
from app.core.actor import Actor, Group
from app.core.ids import Kind
from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.orders import NewCharge, add_charge
from app.operations.picking import pick_order
from app.views.billing.desk import InvoicingDesk
from app.views.desk_context import DeskContext
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.shipping import pack

PATIENCE = 10_000


@pytest.fixture
def waiting(day: Day) -> int:
    """An order of two pumps with freight, packed."""
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), customer_po="PO 4711")
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", Decimal("12.50")))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    return order


class Desks:
    """Makes invoicing desks and remembers which things were to be opened elsewhere."""

    def __init__(self, qtbot: QtBot, engine: Engine, day: Day) -> None:
        self._qtbot = qtbot
        self.opened: list[tuple[Kind, int]] = []
        self.tasks = TaskRunner(lambda: reading(engine))
        self._engine = engine
        self._day = day

    def open(self, *groups: Group) -> InvoicingDesk:
        desk = InvoicingDesk(
            DeskContext(
                tasks=self.tasks,
                runner=self._day.runner,
                feed=ChangeFeed(self._engine),
                actor=Actor("maria", "maria", None, frozenset(groups)),
                person="Maria",
                company="Test Trading",
                currency="USD",
                time_zone="UTC",
                scan_prefix="OW",
                open_thing=lambda kind, id: self.opened.append((kind, id)),
            )
        )
        self._qtbot.addWidget(desk)
        desk.resize(1100, 700)
        desk.show()
        return desk

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.tasks.is_busy, timeout=PATIENCE)


@pytest.fixture
def desks(dressed: QApplication, qtbot: QtBot, engine_as: EngineAs, day: Day) -> Iterator[Desks]:
    made = Desks(qtbot, engine_as("maria"), day)
    yield made
    made.tasks.close()


def test_what_waits_is_invoiced_and_posted(
    desks: Desks, qtbot: QtBot, day: Day, waiting: int
) -> None:
    desk = desks.open(Group.ACCOUNTING)
    qtbot.waitUntil(lambda: desk.list.model.rowCount() == 1, timeout=PATIENCE)
    desk.list.select((Kind.ORDER, waiting))
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    model = desk.document.model
    assert model is not None
    assert (model.title, model.lines[0].amount) == ("SO-1001", "79.80")
    desk.document.action_chosen.emit("invoice")

    def title() -> str:
        return desk.document.model.title if desk.document.model else ""

    qtbot.waitUntil(lambda: title() == "Draft of SO-1001", timeout=PATIENCE)
    desk.document.action_chosen.emit("post")
    qtbot.waitUntil(lambda: title() == "INV-1001", timeout=PATIENCE)
    desks.settle()
    posted = desk.document.model
    assert posted is not None
    assert posted.action is None
    assert [(fact.label, fact.value) for fact in posted.facts[2:]] == [
        ("Goods", "79.80"),
        ("Freight", "12.50"),
        ("Sales tax 8 %", "7.38"),
        ("Total USD", "99.68"),
    ]
    assert day.ask("SELECT state FROM invoice") == [("posted",)]
    desk.document.action_chosen.emit("open-order")
    assert desks.opened == [(Kind.ORDER, waiting)]


def test_who_is_not_accounting_sees_why_the_button_is_grey(
    desks: Desks, qtbot: QtBot, waiting: int
) -> None:
    desk = desks.open(Group.SALES)
    desk.controller.choose(Kind.ORDER, waiting)
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    desks.settle()
    assert desk.document.model is not None
    assert desk.document.model.action is not None
    assert desk.document.model.action.why_not == "this needs the role accounting"


def test_an_invoice_posted_by_somebody_else_meanwhile_is_refused_in_words(
    desks: Desks, qtbot: QtBot, day: Day, waiting: int
) -> None:
    made = day.runner.do(invoice_order, order=waiting)
    desk = desks.open(Group.ACCOUNTING)
    desk.show_thing(made.invoice_id)
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    day.runner.do(post_invoice, invoice=made.invoice_id)
    with qtbot.waitSignal(desk.controller.refused, timeout=PATIENCE) as heard:
        desk.document.action_chosen.emit("post")
    assert str(heard.args[0]).startswith("Invoice INV-1001 was posted by maria")
    desks.settle()


def test_a_deleted_draft_leaves_an_empty_document(
    desks: Desks, qtbot: QtBot, day: Day, waiting: int
) -> None:
    made = day.runner.do(invoice_order, order=waiting)
    desk = desks.open(Group.ACCOUNTING)
    desk.show_thing(made.invoice_id)
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    desk.document.action_chosen.emit("delete")
    qtbot.waitUntil(lambda: desk.document.model is None, timeout=PATIENCE)
    desks.settle()
    assert day.one("SELECT count(*) FROM invoice") == 0
