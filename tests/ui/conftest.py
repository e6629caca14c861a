"""What every test of a window needs: an offscreen screen, the look, a task runner."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import nullcontext

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.controllers import scanning
from app.controllers.tasks import TaskRunner
from app.gateways.sound import RecordedSounds
from app.views import theme
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.ui.administration_at_work import scanned, stage_as
from tests.ui.floor_stage import FloorStage
from tests.ui.packing_station import station, two_lines

__all__ = ["scanned", "stage_as", "station", "two_lines"]
"""Fixtures that stand with what they are made of."""


@pytest.fixture(autouse=True)
def garbage_is_collected_here() -> Iterator[None]:
    """As in the program: no widget is destroyed on a reader's thread.

    Windows a test left open are gone afterwards: all later ones would be dressed with them.
    """
    gc.disable()
    yield
    gc.collect()
    gc.enable()
    if isinstance(QApplication.instance(), QApplication):
        for window in QApplication.topLevelWidgets():
            if window.parent() is None:
                window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def nothing_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Desks that answer scans play nothing on the machine of whoever runs the tests."""
    monkeypatch.setattr(scanning, "SystemSounds", RecordedSounds)


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application in the light theme at 100 %."""
    theme.use_body_size(13)
    theme.apply(qapp, "light", 1.0)
    return qapp


@pytest.fixture
def stage_(
    dressed: QApplication, qtbot: QtBot, engine_as: EngineAs, day: Day
) -> Iterator[FloorStage]:
    """Opens desks on Maria's database; nothing may go wrong that no rule foresaw."""
    made = FloorStage(qtbot, engine_as("maria"), day.runner)
    unexpected: list[Exception] = []
    made.tasks.failed.connect(unexpected.append)
    yield made
    made.tasks.close()
    assert unexpected == []


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[TaskRunner]:
    """A task runner whose sessions are nothing at all."""
    runner = TaskRunner(lambda: nullcontext(None))  # type: ignore[arg-type]
    yield runner
    runner.close()
