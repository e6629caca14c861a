"""A packing station on a real database: orders packed by scan bursts, and every wrong scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine

from app.controllers.change_feed import ChangeFeed
from app.controllers.packing import PackingController
from app.controllers.tasks import TaskRunner
from app.core.actor import Actor, Group
from app.database.engine import reading
from app.gateways.sound import RecordedSounds, Sound
from app.operations.allocation import allocate_order
from app.operations.run import Runner
from app.views.desk_context import DeskContext
from app.views.packing.desk import PackingDesk
from app.views.widgets.scan_filter import WedgeSettings
from tests.conftest import EngineAs
from tests.factories.day import Day

PATIENCE = 20_000
WEDGE = WedgeSettings(prefix="~", suffix="\r", patience_ms=60_000)
OK = "OWXOK"


class Station:
    """A packing station with a scanner: `scan` types as a keyboard wedge does, at once."""

    def __init__(self, desk: PackingDesk, tasks: TaskRunner, sounds: RecordedSounds, qtbot: QtBot):
        self.desk = desk
        self.tasks = tasks
        self.sounds = sounds
        self._qtbot = qtbot

    @property
    def bench(self) -> PackingController:
        return self.desk.controller

    def scan(self, *codes: str) -> None:
        """Each code as real key events between the wedge's prefix and suffix."""
        handle = self.desk.window().windowHandle()
        assert handle is not None
        for code in codes:
            for char in f"~{code}":
                QTest.keyClick(handle, cast(int, char))
            QTest.keyClick(handle, Qt.Key.Key_Return)

    def settle(self) -> None:
        """Until every scan is answered (or waits behind a stop) and everything is written."""

        def is_quiet() -> bool:
            bench = self.bench
            is_through = bench.is_stopped or not (bench.scans.waiting or bench.scans.is_paused)
            return is_through and not self.tasks.is_busy and not bench.writes.pending

        self._qtbot.waitUntil(is_quiet, timeout=PATIENCE)

    def answer(self, *codes: str) -> str:
        """The large word after these scans."""
        self.scan(*codes)
        self.settle()
        return self.desk.banner.answer.word

    @property
    def sentence(self) -> str:
        return self.desk.banner.answer.sentence

    def words(self) -> list[str]:
        """The last scans, newest first."""
        return [f"{each.code}: {each.words}" for each in self.bench.last.entries]


Open = Callable[..., Station]


@pytest.fixture
def station(dressed: QApplication, qtbot: QtBot, engine_as: EngineAs, day: Day) -> Iterator[Open]:
    """Opens stations: by default the login of Packing 1 with Fritz's badge scanned."""
    made: list[TaskRunner] = []

    def opened(login: str = "fritz", code: str | None = "PACK-1", **more: Any) -> Station:
        engine: Engine = engine_as(login)
        tasks = TaskRunner(lambda: reading(engine))
        made.append(tasks)
        sounds = RecordedSounds()
        desk = PackingDesk(
            DeskContext(
                tasks=tasks,
                runner=more.get("runner") or Runner(engine, station=code),
                feed=ChangeFeed(engine),
                actor=Actor(login, login, code, frozenset({Group.FLOOR})),
                person=login.capitalize(),
                company="Test Trading",
                currency="USD",
                time_zone="UTC",
                scan_prefix="OW",
                open_thing=lambda _kind, _id: None,
            ),
            sounds=sounds,
            wedge=WEDGE,
        )
        qtbot.addWidget(desk)
        desk.resize(1440, 900)
        with qtbot.waitExposed(desk):
            desk.show()
        desk.activateWindow()
        desk.entry.setFocus()
        station = Station(desk, tasks, sounds, qtbot)
        station.settle()
        return station

    yield opened
    for tasks in made:
        tasks.close()


@pytest.fixture
def two_lines(day: Day) -> int:
    """An order of 12 pumps and 3 m of rope, promised, for a carrier."""
    day.stock("PUMP", 20)
    day.stock("ROPE", 50, "A-02")
    order = day.order(("PUMP", 12), ("ROPE", 3))
    day.runner.do(allocate_order, order=order)
    return order


def test_an_order_is_packed_by_scans_alone(station: Open, day: Day, two_lines: int) -> None:
    at = station()
    assert at.answer("OWOSO-1001") == "SO-1001"
    assert at.answer("19520001000024") == "GOOD"  # a case of 6
    assert "case of 6 counted" in at.sentence
    assert day.lines(two_lines)[0].boxed == 6
    assert at.answer("OWQ6", "PUMP", "OWQ3", "ROPE") == "PACKED"
    assert at.sentence == "SH-1001 is complete. Scan the next order."
    assert [line.packed for line in day.lines(two_lines)] == [12, 3]
    assert day.ask("SELECT document FROM print_job ORDER BY document") == [
        ("carton_label",),
        ("packing_slip",),
    ]
    assert at.sounds.heard[-1] is Sound.DONE
    assert Sound.WRONG not in at.sounds.heard


def test_a_wrong_scan_among_a_burst_stops_until_it_is_acknowledged(
    station: Open, day: Day, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001")
    assert at.answer("PUMP", "ANCHOR", "PUMP") == "STOP: WRONG ITEM"
    assert "ANCHOR Plough anchor is not on order SO-1001." in at.sentence
    assert day.lines(two_lines)[0].boxed == 1
    assert at.bench.waiting == 1
    assert at.answer(OK) == "GOOD"
    assert day.lines(two_lines)[0].boxed == 2
    assert at.sounds.heard.count(Sound.WRONG) == 1
