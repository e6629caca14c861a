"""What this start of the program was told: the data folder, the database, who and where."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.core.errors import BusinessError
from app.core.messages import ENGLISH, N_, languages

ROOT_HOME = Path("/var/lib/orderwright")
"""The data folder when root starts the program: one the server's user can enter."""


class NoSuchLanguage(BusinessError):
    """The environment asks for a language nobody has translated the program into."""

    sentence = N_(
        "There is no language {language} here, but {languages}. "
        "Set ORDERWRIGHT_LANGUAGE to one of them, or take it out of the environment."
    )


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
    language: str = ENGLISH
    """The language people read here."""


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

    `ORDERWRIGHT_HOME` names the data folder, `ORDERWRIGHT_DATABASE` a networked database,
    `ORDERWRIGHT_LANGUAGE` the language people read. Raises: NoSuchLanguage.
    """
    named = environ.get("ORDERWRIGHT_HOME", "").strip()
    home = Path(named).expanduser().absolute() if named else default_home()
    return Settings(
        home=home,
        database=database or environ.get("ORDERWRIGHT_DATABASE", "").strip() or None,
        user=user or None,
        station=station or None,
        language=_language(environ, home),
    )


def keep_language(home: Path, language: str) -> None:
    """Keep the language that was chosen on this computer, for its next start."""
    home.mkdir(parents=True, exist_ok=True)
    _kept_in(home).write_text(language, encoding="utf-8")


def _kept_in(home: Path) -> Path:
    return home / "language.txt"


def _language(environ: Mapping[str, str], home: Path) -> str:
    """What the environment says, else what was chosen here, else the computer's own language."""
    known = languages()
    asked = environ.get("ORDERWRIGHT_LANGUAGE", "").strip()
    if asked and asked not in known:
        raise NoSuchLanguage(language=asked, languages=known)
    try:
        with _kept_in(home).open(encoding="utf-8") as file:
            kept = file.read(20).strip()
    except (OSError, UnicodeDecodeError):
        kept = ""
    computers = next((environ[each] for each in _LOCALES if environ.get(each)), "")
    full = computers.partition(".")[0]  # pt_BR.UTF-8
    wanted = (asked, kept, full, full.partition("_")[0])
    return next((each for each in wanted if each in known), ENGLISH)


_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where a computer says which language its person reads, the strongest first."""
