"""The door a window goes through: which database, as whom, at which station."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL


@dataclass(frozen=True, slots=True)
class Door:
    """The database a window opens.

    `login` is acted as on the embedded server alone; a networked one asks the person
    (`needs_password`). `papers` is the folder below which printers of kind folder write when
    their own address is relative. `note` is said to whoever has just come in.
    """

    url: URL
    login: str | None = None
    station: str | None = None
    needs_password: bool = False
    papers: Path | None = None
    note: str = ""


Tell = Callable[[str], None]
"""Says to the person who waits what is being waited for."""

WayIn = Callable[[Tell], AbstractContextManager[Door]]
"""Opens the door, which may take seconds; the server behind it stays while the block lasts."""
