"""The embedded PostgreSQL server: one per data folder, shared by the programs that use it."""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL

from app.core.messages import N_, render
from app.database import binaries
from app.database.cluster import OWNER, SPACE_NEEDED_MB, Cluster, Running
from app.database.lease import Lease, exclusive, leases_held
from app.database.refusals import (
    DataInUseElsewhere,
    DiskFull,
    FolderNotUsable,
    FolderOutOfReach,
)
from app.database.server_user import ServerUser, server_user
from app.settings import ROOT_HOME

_PATIENCE = 600.0  # seconds to wait for another program that starts or stops the server


@dataclass(frozen=True, slots=True)
class Progress:
    """What the start is waiting for, for the person who waits with it."""

    sentence: str
    seconds: int

    def message(self, language: str | None = None) -> str:
        """The sentence in the person's language."""
        return render(self.sentence, {"seconds": self.seconds}, language)


MAKING = N_("Preparing the database for the first time …")
STARTING = N_("Starting the database …")
WAITING = N_("Another program is starting or stopping the database ({seconds} s) …")
RECOVERING = N_(
    "The computer or the program was interrupted. The database is putting everything in order "
    "({seconds} s); nothing that was saved is lost …"
)

Watch = Callable[[Progress], None]


def _nobody_watches(_: Progress) -> None:
    return None


class EmbeddedServer:
    """One program's use of the embedded server of a data folder.

    `with EmbeddedServer.start(home) as server:` starts the server or joins the running one;
    the last program to leave stops it. Several uses within one process are fine.
    """

    def __init__(self, cluster: Cluster, lease: Lease, *, durable: bool) -> None:
        self._cluster = cluster
        self._lease: Lease | None = lease
        self._durable = durable

    @classmethod
    def start(cls, home: Path, *, watch: Watch = _nobody_watches, for_tests: bool = False) -> Self:
        """Use the server of the data folder `home`, which is made if it does not exist.

        `watch` is told what is being waited for. `for_tests` gives up durability for speed.
        Raises: one of `app.database.refusals`, each with a sentence that says what to do.
        """
        with _system_errors_as_sentences(home):
            home = home.absolute()
            folder = home / "postgres"
            user = server_user(folder / "data")
            _make_reachable(home, folder, user)
            cluster = Cluster(folder, binaries.within_reach(user, folder), user)
            with _alone(cluster, watch):
                lease = Lease(folder / "leases")
                server = cls(cluster, lease, durable=not for_tests)
                try:
                    server._bring_up(watch)
                except BaseException:
                    lease.give_back()
                    raise
                return server

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def version(self) -> str:
        """The version of the server's binaries, such as `18.6`."""
        return self._cluster.binaries.version()

    @property
    def programs(self) -> Path:
        """The folder with `psql`, `pg_dump`, `pg_restore` of the same version."""
        return binaries.installed().folder

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self._cluster.log

    @property
    def is_running(self) -> bool:
        """Whether the server is there and lets people in."""
        running = self._cluster.running()
        return running is not None and running.status == "ready"

    def url(self, database: str, login: str | None = None) -> URL:
        """The address of a database: as the owner, or as a login whose password is added.

        Raises: DatabaseUnreachable, by way of connecting, when the server is gone.
        """
        running = self._cluster.running()
        address = URL.create(
            "postgresql+psycopg", username=login or OWNER, database=database, port=_port(running)
        )
        if sys.platform == "win32":
            if login is None:
                password = self._cluster.owner_password.read_text(encoding="utf-8")
                address = address.set(password=password)
            return address.set(host="127.0.0.1")
        socket_folder = running.socket_folder if running else str(self._cluster.folder / "run")
        return address.set(query={"host": socket_folder})

    def ensure_running(self, watch: Watch = _nobody_watches) -> None:
        """Start the server again after it was killed under us."""
        with _system_errors_as_sentences(self._cluster.folder), _alone(self._cluster, watch):
            self._bring_up(watch)

    def stop(self) -> None:
        """Leave; the last program to leave stops the server. Harmless when done twice.

        Raises: ServerDoesNotStop.
        """
        if self._lease is None:
            return
        with _alone(self._cluster, _nobody_watches):
            self._lease.give_back()
            self._lease = None
            used = leases_held(self._cluster.folder / "leases").any
            if not used and self._cluster.running() is not None:
                self._cluster.stop()

    def _bring_up(self, watch: Watch) -> None:
        """Make sure the server is there. Only while holding `exclusive`."""
        cluster = self._cluster
        if _settled(cluster, watch) is not None:
            return
        if leases_held(cluster.folder / "leases").elsewhere:  # and its server cannot be seen
            raise DataInUseElsewhere(folder=cluster.folder)
        if not cluster.data.exists():
            watch(Progress(MAKING, 0))
            cluster.make(durable=self._durable)
        cluster.check_version()
        cluster.make_private(cluster.data)
        cluster.make_private(cluster.log.parent)
        cluster.clear_after_power_cut()
        cluster.configure(durable=self._durable)
        watch(Progress(STARTING, 0))

        def waiting(seconds: float, recovering: bool) -> None:
            if recovering and seconds >= 1:
                watch(Progress(RECOVERING, round(seconds)))

        cluster.start(waiting)


def _settled(cluster: Cluster, watch: Watch) -> Running | None:
    """The server once it is ready, or None once it is gone; waits while it is in between."""
    began = time.monotonic()
    while (running := cluster.running()) is not None:
        if running.status in ("ready", "standby"):
            return running
        recovering = running.status == "starting"
        watch(Progress(RECOVERING if recovering else WAITING, round(time.monotonic() - began)))
        time.sleep(0.05)
    return None


def _port(running: Running | None) -> int:
    return running.port if running else 5432


@contextmanager
def _alone(cluster: Cluster, watch: Watch) -> Iterator[None]:
    def waiting(seconds: float) -> None:
        if seconds >= 1:
            watch(Progress(WAITING, round(seconds)))

    lock = cluster.folder / "starting.lock"
    with exclusive(lock, patience=_PATIENCE, waiting=waiting):
        yield


def _make_reachable(home: Path, folder: Path, user: ServerUser) -> None:
    """Make our folders; refuse a place where the server's user cannot go.

    As root our own frame stays root's (the server could otherwise lay links for root to
    follow) and only data, log and socket are given away. Rights of folders that were there
    before are never changed.
    Raises: FolderOutOfReach, FolderNotUsable.
    """
    there = home
    while not there.exists():
        there = there.parent
    if not there.is_dir():
        raise FolderNotUsable(folder=home, reason=f"{there} is not a folder")
    if not user.may_enter(there):
        raise FolderOutOfReach(folder=home, server_user=user.name, default=ROOT_HOME)
    rights = 0o755 if user.is_other else 0o700
    missing = [path for path in (home, *home.parents) if not path.exists()]
    for path in reversed(missing):
        _make_folder(path, rights)
    for path in (folder, folder / "leases"):
        if not path.exists():
            _make_folder(path, rights)


def _make_folder(path: Path, rights: int) -> None:
    try:
        path.mkdir(mode=rights, exist_ok=True)
    except FileNotFoundError as error:  # as in /proc: what is above it is there
        raise FolderNotUsable(folder=path, reason=error.strerror) from error
    path.chmod(rights)  # whatever the umask took away


@contextmanager
def _system_errors_as_sentences(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(folder=home, needed=SPACE_NEEDED_MB) from error
        if isinstance(error, (PermissionError, NotADirectoryError, FileExistsError)) or (
            error.errno
            in (errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP, errno.EIO, errno.ENOLCK, errno.EINVAL)
        ):
            raise FolderNotUsable(folder=home, reason=error.strerror) from error
        raise
