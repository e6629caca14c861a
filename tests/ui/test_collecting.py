"""Garbage that holds widgets is collected where widgets may be destroyed."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.controllers.collecting import GarbageCollector


class _Cycle:
    def __init__(self, gone_on: list[threading.Thread]) -> None:
        self.itself = self
        self._gone_on = gone_on

    def __del__(self) -> None:
        self._gone_on.append(threading.current_thread())


def test_a_cycle_goes_on_the_windows_thread_whoever_allocates(qtbot: QtBot) -> None:
    gc.enable()
    collector = GarbageCollector()
    gone_on: list[threading.Thread] = []
    _Cycle(gone_on)

    def allocate() -> None:
        assert [QObject for _ in range(50_000)]
        assert [[] for _ in range(50_000)]

    busy = threading.Thread(target=allocate)
    busy.start()
    busy.join()
    assert gone_on == []
    kept = [[] for _ in range(20_000)]  # type: ignore[var-annotated]
    qtbot.waitUntil(lambda: bool(gone_on), timeout=5_000)
    assert gone_on == [threading.main_thread()]
    assert len(kept) == 20_000
    collector.close()
    assert gc.isenabled()
