"""As whom the embedded server runs. Started by root: as an unprivileged user, never as root."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from app.database.refusals import FolderOfSomeoneElse, NoServerUser, UserWithoutName

CANDIDATES = ("orderwright", "postgres", "nobody")
"""Whom root runs the server as: the first of these the system knows."""


class RunAs(TypedDict, total=False):
    """Arguments of `subprocess` that make a program run as somebody."""

    user: int
    group: int
    extra_groups: list[int]
    umask: int
    creationflags: int


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The user of the operating system the server runs as; `uid` is -1 on Windows."""

    name: str
    uid: int
    gid: int
    is_other: bool
    """True when we are root and the server is somebody else."""

    def run_as(self) -> RunAs:
        """What `subprocess` needs to run a program as this user, unseen and private."""
        if sys.platform == "win32":
            return {"creationflags": subprocess.CREATE_NO_WINDOW}
        if self.is_other:
            return {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}
        return {"umask": 0o077}

    def own(self, folder: Path) -> None:
        """Give a folder we just made to this user."""
        if sys.platform != "win32" and self.is_other:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)

    def may_enter(self, folder: Path) -> bool:
        """Whether this user can enter the folder, asked of the system rather than guessed."""
        if not self.is_other:
            return True
        asked = ["/bin/sh", "-c", 'cd -P "$1"', "sh", str(folder)]
        return self._succeeds(asked)

    def may_run(self, program: str) -> bool:
        """Whether this user can run the program."""
        return self._succeeds([program, "--version"])

    def _succeeds(self, arguments: list[str]) -> bool:
        try:
            ended = subprocess.run(
                arguments, capture_output=True, check=False, cwd="/", **self.run_as()
            )
        except OSError:
            return False
        return ended.returncode == 0


def server_user(data: Path) -> ServerUser:
    """As whom the server for this data folder runs: us, or as root the owner of the data.

    Raises: FolderOfSomeoneElse, NoServerUser, UserWithoutName.
    """
    if sys.platform == "win32":
        return ServerUser(os.environ.get("USERNAME", ""), -1, -1, is_other=False)
    owner = data.stat() if data.is_dir() else None
    us = os.geteuid()
    if us != 0:
        if owner is not None and owner.st_uid != us:
            raise FolderOfSomeoneElse(folder=data, owner=_name_of(owner.st_uid), user=_name_of(us))
        if _name_of(us) == str(us):
            raise UserWithoutName(number=us)
        return ServerUser(_name_of(us), us, os.getegid(), is_other=False)
    if owner is not None:
        if owner.st_uid == 0:
            wanted = _unprivileged()
            raise FolderOfSomeoneElse(folder=data, owner="root", user=wanted.name)
        return ServerUser(_name_of(owner.st_uid), owner.st_uid, owner.st_gid, is_other=True)
    return _unprivileged()


def _name_of(uid: int) -> str:
    if sys.platform == "win32":
        return str(uid)
    import pwd  # not on Windows

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _unprivileged() -> ServerUser:
    if sys.platform != "win32":
        import pwd  # not on Windows

        for name in CANDIDATES:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            if entry.pw_uid != 0:
                return ServerUser(name, entry.pw_uid, entry.pw_gid, is_other=True)
    raise NoServerUser(names=CANDIDATES)
