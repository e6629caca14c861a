"""What this start of the program was told: the data folder, the database, who and where."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

ROOT_HOME = Path("/var/lib/orderwright")
"""The data folder when root starts the program: one the server's user can enter."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one start; nothing here changes while the program runs."""

    home: Path
    """The data folder: the embedded database, logs, papers waiting to be printed."""
    database: str | None
    """Address of a networked database, or None for the embedded one."""
    user: str | None
    """The login of the person, or None to be asked for it."""
    station: str | None
    """The login of the station this screen is, or None."""


def default_home() -> Path:
    """The data folder when nobody names one."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return ROOT_HOME
    return Path(platformdirs.user_data_dir("orderwright", appauthor=False))


def load_settings(
    environ: Mapping[str, str],
    *,
    database: str | None = None,
    user: str | None = None,
    station: str | None = None,
) -> Settings:
    """Settings from the environment; what was given on the command line goes first.

    `ORDERWRIGHT_HOME` names the data folder, `ORDERWRIGHT_DATABASE` a networked database.
    """
    home = environ.get("ORDERWRIGHT_HOME", "").strip()
    return Settings(
        home=Path(home).expanduser().absolute() if home else default_home(),
        database=database or environ.get("ORDERWRIGHT_DATABASE", "").strip() or None,
        user=user or None,
        station=station or None,
    )
