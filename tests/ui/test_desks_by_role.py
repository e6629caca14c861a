"""Every role opens every desk it is shown, and the database lets it read what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.actor import Actor, Group
from app.database.door import Door
from app.main import Workplace, build_window, enter, first_desk
from app.operations.print_queue import Printed
from app.rules.printing import DocumentKind
from tests.factories.company import PEOPLE
from tests.factories.day import Day

PATIENCE = 20_000


@pytest.mark.parametrize("login", sorted(PEOPLE))
def test_a_role_may_read_all_that_its_desks_show(
    qtbot: QtBot, dressed: QApplication, day: Day, tmp_path: Path, login: str
) -> None:
    day.stock("PUMP", 3)
    day.order(("PUMP", 2), ("ANCHOR", 1))
    place = Workplace(enter(Door(day.owner.url, login=login, papers=tmp_path)))
    failed: list[object] = []
    place.tasks.failed.connect(failed.append)
    place.tasks.refused.connect(failed.append)
    try:
        window = build_window(place)
        qtbot.addWidget(window)
        window.show()
        assert window.desks
        for each in window.desks:
            window.open_desk(each.key)
            qtbot.waitUntil(lambda: not place.tasks.is_busy, timeout=PATIENCE)
            QApplication.processEvents()
            qtbot.waitUntil(lambda: not place.tasks.is_busy, timeout=PATIENCE)
            assert (each.key, failed, window.messages.text) == (each.key, [], "")
    finally:
        place.close()


@pytest.mark.parametrize(
    ("groups", "desk"),
    [
        ({Group.FLOOR}, "picking"),
        ({Group.FLOOR, Group.STOCK}, "counting"),
        ({Group.DISPATCH, Group.FLOOR}, "trips"),
        ({Group.SALES, Group.ACCOUNTING}, "orders"),
        ({Group.ACCOUNTING}, "invoices"),
        ({Group.PURCHASING}, "items"),  # none is theirs: the first they see
        (set(Group), "orders"),
    ],
)
def test_a_day_begins_at_the_desk_of_ones_work(groups: set[Group], desk: str) -> None:
    keys = ["items", "orders", "picking", "trips", "counting", "invoices"]
    assert first_desk(Actor("maria", "maria", None, frozenset(groups)), keys) == desk


def test_paper_that_fails_is_told_by_the_station_itself_and_elsewhere_in_the_bar(
    qtbot: QtBot, dressed: QApplication, day: Day
) -> None:
    place = Workplace(enter(Door(day.owner.url, login="pack1", station="PACK-1")))
    failed = Printed(1, DocumentKind.CARTON_LABEL, is_printed=False, result="connection refused")
    try:
        window = build_window(place)
        qtbot.addWidget(window)
        window.show()
        window.open_desk("packing")
        place.printing.printed.emit(failed)
        assert window.messages.text == ""
        window.open_desk("picking")
        place.printing.printed.emit(failed)
        assert window.messages.text == "connection refused"
        qtbot.waitUntil(lambda: not place.tasks.is_busy, timeout=PATIENCE)
    finally:
        place.close()
