"""The window over a real company: built from desks, told by others, closed without leftovers."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.core.changes import Changes
from app.core.ids import Kind
from app.main import Door, Workplace, build_window
from app.views.desk_context import DeskContext
from app.views.main_window import Desk
from tests.factories.day import Day


def _orders(context: DeskContext) -> Desk:
    return Desk("orders", "Sell", "Orders", "ph.receipt", lambda: QLabel(context.person))


def test_a_desk_knows_who_works_there_and_hears_what_others_change(
    qtbot: QtBot, dressed: QApplication, day: Day
) -> None:
    place = Workplace(Door(day.owner.url, login="anna"))
    try:
        window = build_window(place, [_orders])
        qtbot.addWidget(window)
        page = window.desk("orders")
        assert isinstance(page, QLabel)
        assert page.text() == "Anna"
        with qtbot.waitSignal(place.feed.connection_found, timeout=10_000):
            pass
        with qtbot.waitSignal(place.feed.changed, timeout=20_000) as told:
            order = day.draft(("PUMP", 1))
            place.notices.send(1)
        assert isinstance(told.args[0], Changes)
        assert told.args[0].mentions(Kind.ORDER, order)
    finally:
        place.close()
    left = day.one(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = 'anna'"
    )
    assert left == 0
