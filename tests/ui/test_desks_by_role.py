"""Every role opens every desk it is shown, and the database lets it read what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.database.door import Door
from app.main import Workplace, build_window, enter
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
