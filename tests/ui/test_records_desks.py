"""The desks of records: found by typing, shown whole, with the way to what belongs to them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.ids import Kind
from app.database.door import Door
from app.main import Workplace, build_window, enter
from app.views import customers, items
from app.views.main_window import MainWindow
from app.views.records import RecordDesk
from tests.factories.day import Day

PATIENCE = 10_000


@pytest.fixture
def place(day: Day) -> Iterator[Workplace]:
    """Anna's workplace."""
    made = Workplace(enter(Door(day.owner.url, login="anna")))
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, dressed: QApplication, place: Workplace) -> MainWindow:
    """Anna's window with the desks of records."""
    made = build_window(place, [customers.desk, items.desk])
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    return made


def _desk(window: MainWindow, key: str) -> RecordDesk:
    page = window.open_desk(key)
    assert isinstance(page, RecordDesk)
    return page


def test_an_item_is_found_by_typing_and_shown_whole(
    qtbot: QtBot, window: MainWindow, day: Day
) -> None:
    day.stock("PUMP", 7)
    desk = _desk(window, "items")
    qtbot.waitUntil(lambda: desk.list.model.rowCount() == 6, timeout=PATIENCE)
    desk.list.focus_filter()
    qtbot.keyClicks(QApplication.focusWidget(), "bilge")
    qtbot.waitUntil(lambda: desk.list.model.rowCount() == 1, timeout=PATIENCE)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    model = desk.document.model
    assert model is not None
    assert model.title == "Bilge pump"
    assert ("Free now", "7 pc") in [(fact.label, fact.value) for fact in model.facts]
    assert [(line.title, line.amount) for line in model.lines] == [("A-01", "7")]


def test_the_finder_opens_a_customer_at_their_desk(
    qtbot: QtBot, window: MainWindow, day: Day
) -> None:
    window.finder.open()
    qtbot.keyClicks(window.finder_field, "C-2")
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.open_key == "customers", timeout=PATIENCE)
    desk = _desk(window, "customers")
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    assert desk.document.model is not None
    assert desk.document.model.title == "Harbour Stores"


def test_an_open_customer_stays_true_when_an_order_comes_in(
    qtbot: QtBot, window: MainWindow, place: Workplace, day: Day
) -> None:
    desk = _desk(window, "customers")
    desk.show_thing(day.id_of("customer", "C-1"))
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    assert desk.document.model is not None
    assert desk.document.model.lines == ()
    order = day.order(("PUMP", 1))
    place.notices.send(1)

    def is_shown() -> bool:
        model = desk.document.model
        return model is not None and [line.id for line in model.lines] == [order]

    qtbot.waitUntil(is_shown, timeout=20_000)
    assert desk.document.model is not None
    assert desk.document.model.related[0].key == f"{Kind.ORDER}:{order}"
