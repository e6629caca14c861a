"""What the tests of the administrator's desk share: opened as somebody, read, ticked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from app.core.actor import Group
from app.operations.scanning import ScanNote, note_wrong_scans
from app.views.administration.desk import AdministrationDesk
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage

StageAs = Callable[[str], FloorStage]


@pytest.fixture
def stage_as(
    dressed: QApplication, qtbot: QtBot, engine_as: EngineAs, run_as: RunAs, day: Day
) -> Iterator[StageAs]:
    """Opens desks as somebody; nothing may go wrong that no rule foresaw."""
    unexpected: list[Exception] = []

    @contextmanager
    def staged(login: str) -> Iterator[FloorStage]:
        made = FloorStage(qtbot, engine_as(login), run_as(login))
        made.tasks.failed.connect(unexpected.append)
        yield made
        made.tasks.close()

    with ExitStack() as stages:
        yield lambda login: stages.enter_context(staged(login))
    assert unexpected == []


def opened(stage: FloorStage, view: str, *groups: Group) -> AdministrationDesk:
    """The desk at a view, its first row open when there is one."""
    desk = stage.open(AdministrationDesk, *(groups or (Group.ADMIN,)))
    stage.wait(lambda: desk.document.model is not None)
    if view != "company":
        stage.view(view)
        if desk.list.model.rowCount():
            stage.wait(lambda: desk.document.model is not None)
    return desk


def said(stage: FloorStage, sentence: str) -> None:
    """Wait until the desk says so."""
    stage.wait(lambda: stage.said == sentence)


def tick(stage: FloorStage, *names: str) -> None:
    """Tick boxes of the open form with Space."""
    for name in names:
        box = stage.asking.field(name)
        assert isinstance(box, QCheckBox)
        box.setFocus(Qt.FocusReason.TabFocusReason)
        stage.press("Space")


def rows(stage: FloorStage) -> list[tuple[str, str, str]]:
    """The cards in the list: title, amount, badge."""
    desk = stage.desk
    found = []
    for number in range(desk.list.model.rowCount()):
        card = desk._card(desk.list.model.row(number))
        found.append((card.title, card.amount, card.badge.word if card.badge else ""))
    return found


def values(stage: FloorStage) -> dict[str, str]:
    """What the lines of the document say, by title."""
    return {line.title: line.amount for line in stage.model.lines}


@pytest.fixture
def scanned(day: Day, run_as: RunAs) -> datetime:
    """Codes scanned wrongly at two desks, today and two days ago; the moment of the older ones."""
    now = datetime.now(UTC)
    before = now - timedelta(days=2)

    def note(login: str, station: str | None, desk: str, at: datetime, *codes: str) -> None:
        notes = tuple(ScanNote(at, code, "UNKNOWN CODE", f"Nothing is {code}.") for code in codes)
        run_as(login, station=station).do(note_wrong_scans, desk=desk, scans=notes)

    note("fritz", "PACK-1", "packing", before, "4711", "4711", "OWBX-9")
    note("stefan", None, "picking", now, "4711", "PUMP", "a\x1db")
    return before
