"""A company of this computer kept in a file: written, brought back beside itself, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.core.errors import BusinessError
from app.core.messages import N_
from app.database.backups import bring_back, read_backup, write_backup
from app.database.databases import create_database, drop_database
from app.database.embedded import EmbeddedServer
from app.database.engine import connect, reading
from app.queries.doctor import Difference, doctor


class FileThere(BusinessError):
    """A backup is not written over another one."""

    about = ("file",)
    sentence = N_("There is a file {file} already. Choose another name for the backup.")


class NoSuchFile(BusinessError):
    """A file that is not there."""

    about = ("file",)
    sentence = N_("There is no file {file}.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A company and its file, and what the doctor found when all of it was counted anew."""

    company: str
    file: Path
    bytes: int
    differences: tuple[Difference, ...]


def back_up(server: EmbeddedServer, company: str, file: Path) -> Kept:
    """Write a company to a file while people work on, and try the file by bringing it back.

    What was brought back is counted, and goes again. Raises: FileThere, BackupFailed, NotABackup.
    """
    file = file.absolute()
    if file.exists():
        raise FileThere(file=file)
    half = file.with_name(f"{file.name}.part")
    trial = f"{company}.tried"  # no company can be called so: whatever is there is a trial's
    drop_database(server, trial)
    try:
        write_backup(server, company, half)
        create_database(server, trial)
        read_backup(server, half, trial)
        found = _count(server, trial)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
        drop_database(server, trial)
    return Kept(company, file, file.stat().st_size, found)


def restore(server: EmbeddedServer, file: Path) -> Kept:
    """Make the company of a file again, which is not on this computer, and count it.

    Raises: NoSuchFile, NotABackup, DatabaseExists.
    """
    file = file.absolute()
    if not file.is_file():
        raise NoSuchFile(file=file)
    company = bring_back(server, file)
    return Kept(company, file, file.stat().st_size, _count(server, company))


def _count(server: EmbeddedServer, database: str) -> tuple[Difference, ...]:
    engine = connect(server.url(database), statement_timeout_ms=0)
    try:
        with reading(engine) as session:
            return doctor(session)
    finally:
        engine.dispose()
