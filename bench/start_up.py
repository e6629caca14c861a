"""From the program's start to a window a person can use, offscreen.

*First* is a fresh folder: the server's files, the demo company and the window; stock and orders
of the demo arrive behind the open window, and *whole* is how long all of it takes without one.
*Cold* finds everything there, *later* finds the server running as well (another window of this
computer has it open).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from app.database.embedded import EmbeddedServer
from bench.measured import Goal, Measured, middle
from bench.place import Place

TITLE = "From start to a usable window"
ROUNDS = 5
FIRST, LATER = 4.0, 1.5
PATIENCE = 120.0

_CHILD = """
import sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

class Watch(QObject):
    def eventFilter(self, thing, event):
        if event.type() == QEvent.Type.Paint and type(thing).__name__ == "MainWindow":
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, lambda: (print("usable", flush=True), thing.close()))
        return False

import app.__main__ as program
open_window = program._open_window

def watched(way_in, *, desk):
    app = QApplication(sys.argv[:1])
    watch = Watch(app)
    app.installEventFilter(watch)
    return open_window(way_in, desk=desk)

program._open_window = watched
sys.argv = ["orderwright", "demo"]
sys.exit(program.main())
"""
"""The program as `orderwright demo` starts it; says when its first window has painted itself."""


def _start(home: Path) -> float:
    """Seconds until the window has painted and takes input; it is closed again."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD],
        env=os.environ | {"ORDERWRIGHT_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        said = child.stdout.readline()
        seconds = time.perf_counter() - began
        _, errors = child.communicate(timeout=PATIENCE)
    if said.strip() != "usable":
        raise AssertionError(f"no window came: {said}{errors}")
    return seconds


def _make(home: Path) -> float:
    """Seconds until the demo company is there, whole, in a fresh folder."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "app", "demo", "--only-make"],
        env=os.environ | {"ORDERWRIGHT_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=PATIENCE,
    )
    return time.perf_counter() - began


def measure(place: Place) -> Measured:
    """First, cold and later starts; the server of the other figures is another one."""
    first = _start(place.folder / "first")
    home = place.folder / "start"
    whole = _make(home)
    cold = [_start(home) for _ in range(ROUNDS)]
    with EmbeddedServer.start(home):
        later = [_start(home) for _ in range(ROUNDS)]
    return Measured(
        {
            "first_s": round(first, 2),
            "whole_s": round(whole, 2),
            "cold_s": round(middle(cold), 2),
            "later_s": round(middle(later), 2),
        },
        (
            Goal("first start of a fresh machine, with the demo company, s", first, FIRST),
            Goal("start with the database up, s", middle(later), LATER),
        ),
        (
            f"first {first:.2f} s (demo whole {whole:.2f} s)",
            f"cold {middle(cold):.2f} s, later {middle(later):.2f} s",
        ),
    )
