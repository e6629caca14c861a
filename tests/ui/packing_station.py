"""A packing station for tests: its window, its scanner, its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine

from app.controllers.change_feed import ChangeFeed
from app.controllers.packing import Bench, PackingController
from app.controllers.tasks import TaskRunner
from app.core.actor import Actor, Group
from app.database.engine import reading
from app.gateways.sound import RecordedSounds
from app.operations.allocation import allocate_order
from app.operations.run import Runner
from app.views.desk_context import DeskContext
from app.views.packing.desk import PackingDesk
from app.views.widgets.scan_filter import WedgeSettings
from tests.conftest import EngineAs
from tests.factories.day import Day

PATIENCE = 120_000
WEDGE = WedgeSettings(prefix="~", suffix="\r", patience_ms=60_000)
OK = "OWXOK"


class Station:
    """A packing station with a scanner: `scan` types as a keyboard wedge does, at once."""

    def __init__(
        self,
        desk: PackingDesk,
        engine: Engine,
        tasks: TaskRunner,
        runner: Any,
        sounds: RecordedSounds,
        qtbot: QtBot,
    ) -> None:
        self.desk = desk
        self.engine = engine
        self.tasks = tasks
        self.runner = runner
        self.sounds = sounds
        self._qtbot = qtbot

    @property
    def controller(self) -> PackingController:
        return self.desk.controller

    @property
    def bench(self) -> Bench:
        return self.controller.bench

    @property
    def is_stopped(self) -> bool:
        return self.controller.voice.is_stopped

    def scan(self, *codes: str, to: QWindow | None = None) -> None:
        """Each code as real key events between the wedge's prefix and suffix.

        `to` is the window that has the keyboard, where it is not the station's own.
        """
        handle = to or self.desk.window().windowHandle()
        assert handle is not None
        for code in codes:
            for char in f"~{code}":
                QTest.keyClick(handle, cast(int, char))
            QTest.keyClick(handle, Qt.Key.Key_Return)

    def put(self, *codes: str) -> None:
        """Each code as a serial scanner hands it over."""
        for code in codes:
            self.desk.scan(code)
        self.settle()

    def settle(self, is_through: Callable[[], bool] | None = None) -> None:
        """Until every scan is answered (or waits behind a stop) and everything is written."""
        if is_through is not None:
            self._qtbot.waitUntil(is_through, timeout=PATIENCE)
            return

        self._qtbot.waitUntil(lambda: self.controller.is_quiet, timeout=PATIENCE)

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
        return [f"{each.code}: {each.words}" for each in self.controller.voice.last.entries]


Open = Callable[..., Station]


def plain_runner(engine: Engine, code: str | None) -> Runner:
    return Runner(engine, station=code)


def number_of(day: Day, order: int) -> str:
    return str(day.one("SELECT number FROM sales_order WHERE id = :id", id=order))


def enter(at: Station, qtbot: QtBot, key: Qt.Key | None, typed: str) -> str:
    """A key, then what is typed and Enter; the large word that answers."""
    if key is not None:
        qtbot.keyClick(at.desk, key)
    at.desk.entry.selectAll()
    qtbot.keyClicks(at.desk.entry, typed)
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_Return)
    at.settle()
    return at.desk.banner.answer.word


@pytest.fixture
def station(dressed: QApplication, qtbot: QtBot, engine_as: EngineAs, day: Day) -> Iterator[Open]:
    """Opens stations: by default the login of Packing 1 with Fritz's badge scanned."""
    made: list[TaskRunner] = []

    def opened(login: str = "fritz", code: str | None = "PACK-1", **more: Any) -> Station:
        engine: Engine = engine_as(login)
        tasks = TaskRunner(lambda: reading(engine))
        made.append(tasks)
        sounds = RecordedSounds()
        make: Callable[[Engine, str | None], Any] = more.get("runner", plain_runner)
        runner = make(engine, code)
        desk = PackingDesk(
            DeskContext(
                tasks=tasks,
                runner=runner,
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
        station = Station(desk, engine, tasks, runner, sounds, qtbot)
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
