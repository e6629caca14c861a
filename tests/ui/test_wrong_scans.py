"""Wrong scans at the bench are kept in the name of who scanned, through a lost connection."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from app.controllers.scanning import WrongScans
from app.core.actor import Group
from app.core.errors import DatabaseUnreachable
from app.gateways.sound import RecordedSounds
from app.operations.run import Command, Runner
from app.views.packing.desk import PackingDesk
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.ui.floor_stage import PATIENCE, FloorStage


def test_at_the_bench_they_carry_the_badge_that_was_scanned(
    stage_: FloorStage, qtbot: QtBot, day: Day
) -> None:
    desk = stage_.open(
        lambda context: PackingDesk(context, sounds=RecordedSounds()),
        Group.FLOOR,
        station="PACK-1",
    )
    control = desk.controller
    for code in ("OWUB-fritz", "4711"):
        desk.scan(code)
        qtbot.waitUntil(lambda: control.is_quiet, timeout=PATIENCE)
    assert control.voice.is_stopped
    assert control.wrong_scans.waiting == 1
    assert day.one("SELECT count(*) FROM wrong_scan") == 0
    control.wrong_scans.store()
    stage_.settle()
    assert day.ask(
        """SELECT w.desk, w.code, c.operator FROM wrong_scan w JOIN command c
               ON c.id = w.command_id"""
    ) == [("packing", "4711", "fritz")]


class _Unsteady:
    """A runner whose server goes away once the first command is written."""

    def __init__(self, runner: Runner) -> None:
        self._runner, self.given = runner, list[Command]()

    def run(self, command: Command) -> Any:
        self.given.append(command)
        answer = self._runner.run(command)
        if len(self.given) == 1:
            raise DatabaseUnreachable(address="here", reason="it went away")
        return answer


def test_a_lost_connection_loses_none_and_doubles_none(
    stage_: FloorStage, day: Day, run_as: RunAs
) -> None:
    stage_.open(lambda context: PackingDesk(context, sounds=RecordedSounds()), Group.FLOOR)
    runner = _Unsteady(run_as("fritz"))
    names = iter([None, None, "doris"])
    kept = WrongScans(stage_.tasks, runner, "picking", operator=lambda: next(names))
    for code in ("1", "2", "3"):
        kept.note(code, "unknown")
    kept.store()
    stage_.settle()
    assert day.one("SELECT count(*) FROM wrong_scan") == 2
    for _ in range(2):
        kept.store()
        stage_.settle()
    assert [command.id == runner.given[0].id for command in runner.given] == [True, True, False]
    assert day.ask(
        "SELECT w.code, c.operator FROM wrong_scan w JOIN command c ON c.id = w.command_id"
        " ORDER BY w.id"
    ) == [("1", "fritz"), ("2", "fritz"), ("3", "doris")]
