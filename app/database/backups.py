"""A company kept in one file and brought back from it, by the server's own programs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from sqlalchemy import create_engine, text

from app.core.errors import BusinessError
from app.core.messages import N_
from app.database.binaries import environment
from app.database.databases import drop_database
from app.database.embedded import EmbeddedServer
from app.database.roles import make_empty_company_database


class BackupFailed(BusinessError):
    """The company could not be written into the file."""

    sentence = N_("The company {company} was not written to {file}: {reason}")


class NotABackup(BusinessError):
    """A file that holds no company, or only a part of one."""

    sentence = N_("{file} is no backup of a company, or not all of one: {reason}")


def write_backup(server: EmbeddedServer, company: str, file: Path) -> None:
    """Write a company as it is at this moment, while people work on, for its owner alone to read.

    Raises: BackupFailed.
    """
    try:
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise BackupFailed(company=company, file=file, reason=error.strerror) from error
    done = _run(server, "pg_dump", "-Fc", "-f", str(file), "-d", company)
    if done.returncode != 0:
        file.unlink(missing_ok=True)
        raise BackupFailed(company=company, file=file, reason=_reason(done))


def company_in(server: EmbeddedServer, file: Path) -> str:
    """The name of the company that a file holds. Raises: NotABackup."""
    listed = _run(server, "pg_restore", "-l", str(file), connects=False)
    named = re.search(r"^;\s+dbname: (\S+)$", listed.stdout, re.MULTILINE)
    if listed.returncode != 0 or named is None:
        raise NotABackup(file=file, reason=_reason(listed))
    return named[1]


def read_backup(server: EmbeddedServer, file: Path, database: str) -> None:
    """Fill an empty database from a file: all of it or nothing. Raises: NotABackup."""
    read = _run(server, "pg_restore", "--exit-on-error", "-1", "-d", database, str(file))
    if read.returncode != 0:
        raise NotABackup(file=file, reason=_reason(read))


def bring_back(server: EmbeddedServer, file: Path) -> str:
    """Make the company of a file again, with the logins of its people; its name.

    Raises: NotABackup, DatabaseExists.
    """
    company = company_in(server, file)
    admin = create_engine(server.url("postgres"))
    try:
        make_empty_company_database(admin, company)
    finally:
        admin.dispose()
    try:
        read_backup(server, file, company)
        engine = create_engine(server.url(company))
        try:
            with engine.begin() as owner:
                owner.execute(_LOGINS)
        finally:
            engine.dispose()
    except BaseException:
        drop_database(server, company)
        raise
    return company


_LOGINS = text("""
    SELECT create_login(login, NULL, groups) FROM (
      SELECT login, array_agg(group_name) AS groups FROM login_group GROUP BY login) g""")
"""Logins belong to the server and not to the company; here nobody needs a password."""


def _run(
    server: EmbeddedServer, program: str, *arguments: str, connects: bool = True
) -> subprocess.CompletedProcess[str]:
    url = server.url("postgres")
    more = {"PGPASSWORD": url.password} if url.password else {}
    host = url.host or str(url.query["host"])
    where = ["-h", host, "-p", str(url.port), "-U", str(url.username), "-w"] if connects else []
    return subprocess.run(
        [str(server.programs / program), *where, *arguments],
        env=environment() | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    """What the program said last, in its own words."""
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"{Path(done.args[0]).name} ended with {done.returncode}"
