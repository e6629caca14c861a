"""The tour: the real windows, driven with keys and scans through one day, photographed.

It leaves numbered pictures of every screen, light and dark, and every paper that was printed,
and ends with the doctor. It is also a test, and where the documentation's pictures come from.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from app.database.door import Door, WayIn
from app.tours.day import Day
from app.tours.prices import Prices
from app.tours.round import Round
from app.tours.stage import Stage


def run_tour(way_in: WayIn, folder: Path, looks: tuple[str, ...]) -> int:
    """Drive the windows through the day; pictures in these looks and papers into `folder`.

    Says what was left there. 0 when all is well, 1 when the doctor finds a difference.
    """
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM") or "offscreen"
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from app.controllers.collecting import GarbageCollector
    from app.main import Opening
    from app.views import theme

    before = qInstallMessageHandler(_hear_qt)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme.load_fonts()
    theme.use_body_size(13)
    theme.apply(app, "light", 1.0)
    collector = GarbageCollector()
    stage = Stage(folder, looks)
    opening = Opening(way_in)
    try:
        for part in (Day(stage, opening), Prices(stage, opening), Round(stage, opening)):
            part.live()
        papers = [each for each in folder.rglob("*") if each.suffix in (".pdf", ".zpl")]
        print(f"{len(stage.pictures)} pictures and {len(papers)} papers are in {folder}.")
        differences = doctor_of(opening.door)
        for difference in differences:
            print(f"The doctor: {difference}")
        if not differences:
            print("The doctor: every derived number agrees with the facts.")
        return 1 if differences else 0
    finally:
        opening.close()
        collector.close()
        qInstallMessageHandler(before)


def _hear_qt(_kind: object, _context: object, text: str) -> None:
    """What Qt has to say; not that a screen that is none gives no hints about sizes."""
    if "propagateSizeHints" not in text:
        print(text, file=sys.stderr)


def doctor_of(door: Door) -> tuple[Any, ...]:
    """Every derived number that disagrees with the facts."""
    from app.database.engine import connect, reading
    from app.queries.doctor import doctor

    owner = connect(door.url)
    try:
        with reading(owner) as session:
            return tuple(doctor(session))
    finally:
        owner.dispose()
