"""A packing station: scans answered at once, written behind."""

from __future__ import annotations

from app.controllers.packing.answers import Answer, LastScans, Mood, ScanEntry
from app.controllers.packing.bench import Bench, Typing
from app.controllers.packing.station import PackingController
from app.controllers.packing.writing import RunsCommands
from app.gateways.sound import Sounds

__all__ = [
    "Answer",
    "Bench",
    "LastScans",
    "Mood",
    "PackingController",
    "RunsCommands",
    "ScanEntry",
    "Sounds",
    "Typing",
]
