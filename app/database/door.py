"""The door a window goes through: which database, as whom, at which station."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from app.core.messages import N_
from app.database.migrate import SchemaTooOld

Tell = Callable[[str], None]
"""Says to the person who waits what is being waited for."""


class UpdateOffered(SchemaTooOld):
    """A company of this computer that an earlier program used last; it can be updated here."""

    sentence = N_(
        "An earlier version of Orderwright used this company last. Updating it takes a moment; "
        "nothing in it is lost. The earlier version cannot open it afterwards."
    )


@dataclass(frozen=True, slots=True)
class Door:
    """The database a window opens.

    `login` is acted as on the embedded server alone; a networked one asks the person
    (`needs_password`). `papers` is the folder below which printers of kind folder write when
    their own address is relative, `scanners` the file that names this computer's serial scanners
    (without one there are none). `note` is said to whoever has just come in. `update` brings a
    company of this computer to the program's schema, which only its owner can; raises
    CompanyAtWork. `bring_back` starts this computer's server again when it was killed. `back_up`
    keeps a company of this computer in a file, tries it and says what came of it.
    """

    url: URL
    login: str | None = None
    station: str | None = None
    needs_password: bool = False
    papers: Path | None = None
    scanners: Path | None = None
    note: str = ""
    update: Callable[[Tell], None] | None = None
    bring_back: Callable[[], None] | None = None
    back_up: Callable[[Path], Any] | None = None


WayIn = Callable[[Tell], AbstractContextManager[Door]]
"""Opens the door, which may take seconds; the server behind it stays while the block lasts."""
