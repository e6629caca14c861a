"""Locks between the programs that share one data folder.

`exclusive` is held while somebody starts or stops the server. A `Lease` is held by every
program that uses it, as a locked file of its own; the operating system drops the lock when
the program ends, however it ends, so nothing here is ever stale.
"""

from __future__ import annotations

import os
import platform
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.database.refusals import ServerBusyStarting

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _open(path: Path) -> int:
    """Open or make a lock file, owned by whoever owns the folder it is in."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags, 0o600)
    give_to_owner_of_folder(handle, path.parent)
    return handle


def give_to_owner_of_folder(handle: int, folder: Path) -> None:
    """Started by root in a folder of somebody else: what we make there is theirs."""
    if sys.platform != "win32" and os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)


@contextmanager
def exclusive(
    path: Path, *, patience: float, waiting: Callable[[float], None] = lambda _: None
) -> Iterator[None]:
    """Hold the lock file alone; wait at most `patience` seconds, telling `waiting` how long.

    Raises: ServerBusyStarting.
    """
    handle = _open(path)
    try:
        began = time.monotonic()
        while not _try_lock(handle):
            waited = time.monotonic() - began
            if waited > patience:
                raise ServerBusyStarting(folder=path.parent, seconds=round(waited))
            waiting(waited)
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


class Lease:
    """One program's use of the server. Taken and given back while holding `exclusive`."""

    def __init__(self, folder: Path) -> None:
        # The mark is in the name, not in the file: a full disk still has room for a name.
        self._path = folder / f"{this_computer()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._handle: int | None = _open(self._path)
        _try_lock(self._handle)

    def give_back(self) -> None:
        """End the use. Harmless when done twice."""
        if self._handle is None:
            return
        os.close(self._handle)
        self._handle = None
        self._path.unlink(missing_ok=True)


def this_computer() -> str:
    """A mark shared by exactly the programs that can see each other's processes."""
    marks = [platform.node()]
    for read in (_boot, _process_room):
        with suppress(OSError):
            marks.append(read())
    return sha256(" ".join(marks).encode()).hexdigest()[:12]


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _process_room() -> str:  # two containers have two
    return os.readlink("/proc/self/ns/pid")


@dataclass(frozen=True, slots=True)
class Held:
    """The leases programs hold right now: how many here, how many on other computers."""

    here: int
    elsewhere: int

    @property
    def any(self) -> bool:
        """Whether anybody uses the server."""
        return self.here + self.elsewhere > 0


def leases_held(folder: Path) -> Held:
    """Count the leases; files left by programs that died are removed."""
    here = elsewhere = 0
    for path in sorted(folder.iterdir()):
        try:
            handle = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            continue
        except PermissionError:  # on Windows: a file that is just being removed
            here += 1
            continue
        free = _try_lock(handle)
        os.close(handle)
        if free:
            path.unlink(missing_ok=True)
        elif path.name.startswith(f"{this_computer()}-"):
            here += 1
        else:
            elsewhere += 1
    return Held(here, elsewhere)
