"""One PostgreSQL data folder: made, configured, started, looked at, stopped.

Everything the server keeps is in one folder of ours:

    data/  log/  run/            the cluster, its log, its socket: they belong to the server's user
    server.conf  access.conf  people.conf    written anew at every start, before the server reads
    starting.lock  leases/       see `lease`

Programs are started inside that folder with relative names, because `pg_ctl` puts the names
into a shell command and a folder may be called `Ann's $hop`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psutil

from app.database.binaries import Binaries, environment
from app.database.lease import give_to_owner_of_folder
from app.database.refusals import (
    DataNewer,
    DataOlder,
    DiskFull,
    FolderNotUsable,
    ServerDoesNotStart,
    ServerDoesNotStop,
)
from app.database.server_user import ServerUser

OWNER = "orderwright"
"""The role that owns the embedded server; the person who owns the data folder is this role."""

SPACE_NEEDED_MB = 200
"""Free space below which no new cluster is made (a fresh one takes about 40 MB)."""

_LONGEST_SOCKET_PATH = 100  # bytes; the system allows 103 (macOS) or 107 (Linux)
_PORT = 5432  # names the socket file; nothing listens on the network outside Windows

_SETTINGS = """\
# Written by the program at every start. Own settings: ALTER SYSTEM SET ...
hba_file = {hba}
ident_file = {ident}
port = {port}
listen_addresses = {listen}
unix_socket_directories = {sockets}
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
io_method = sync
jit = off
max_wal_senders = 0
max_logical_replication_workers = 0
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %q%u@%d %a '
log_lock_waits = on
log_checkpoints = off
log_startup_progress_interval = 2s
deadlock_timeout = 1s
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A postmaster that is really there, as its pid file tells."""

    pid: int
    port: int
    socket_folder: str
    """Empty on Windows."""
    status: str
    """`starting`, `ready`, `standby` or `stopping`."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The server's part of the data folder."""

    folder: Path
    binaries: Binaries
    server_user: ServerUser

    @property
    def data(self) -> Path:
        """Where PostgreSQL keeps its data."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return self.folder / "log" / "server.log"

    @property
    def owner_password(self) -> Path:
        """Windows only: where the owner's password is kept, readable by this user alone."""
        return self.folder / "owner.password"

    # -- making ---------------------------------------------------------------------------

    def make(self, *, durable: bool = True) -> None:
        """Make the cluster; `data` appears only when it is complete and on disk.

        Raises: DiskFull, ServerDoesNotStart.
        """
        if shutil.disk_usage(self.folder).free < SPACE_NEEDED_MB << 20:
            raise DiskFull(folder=self.folder, needed=SPACE_NEEDED_MB)
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.server_user.own(unfinished)
        options = ["--username", OWNER, "--encoding", "UTF8", "--locale", "C"]
        options += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
        options += ["--no-instructions", *([] if durable else ["--no-sync"])]
        if sys.platform == "win32":
            self._write("owner.password", secrets.token_urlsafe(32))
            options += ["--auth", "scram-sha-256", "--pwfile", "owner.password"]
        else:
            options += ["--auth-local", "peer", "--auth-host", "reject"]
        ended = self._run("initdb", "-D", unfinished.name, *options)
        if ended.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise self._explained(ended.stderr + ended.stdout)
        unfinished.rename(self.data)
        if durable and sys.platform != "win32":
            _sync_folder(self.folder)

    def check_version(self) -> None:
        """Refuse data of another major version before the server touches them.

        Raises: DataNewer, DataOlder.
        """
        ours = self.binaries.version()
        found = "".join(_lines(self.data / "PG_VERSION")).strip()
        if not found.isdigit():
            reason = "its file PG_VERSION is missing or damaged."
            raise ServerDoesNotStart(folder=self.data, reason=reason, log=self.log)
        major = int(ours.split(".")[0])
        if int(found) != major:
            refusal = DataNewer if int(found) > major else DataOlder
            raise refusal(folder=self.data, found=found, ours=ours)

    def configure(self, *, durable: bool = True) -> None:
        """Write the settings and who may come in by which way."""
        windows = sys.platform == "win32"
        durability = "on" if durable else "off"
        settings = _SETTINGS.format(
            hba=_quoted(self.folder / "access.conf"),
            ident=_quoted(self.folder / "people.conf"),
            port=self._free_port() if windows else _PORT,
            listen=_quoted("127.0.0.1" if windows else ""),
            sockets=_quoted("" if windows else self._socket_folder()),
            durable=durability,
        )
        self._write("server.conf", settings)
        if windows:
            access = "host all all 127.0.0.1/32 scram-sha-256\n"
        else:
            access = f"local all {OWNER} peer map=owner\nlocal all all scram-sha-256\n"
        self._write("access.conf", access)
        names = dict.fromkeys((self.server_user.name, "root"))
        self._write("people.conf", "".join(f'owner "{name}" {OWNER}\n' for name in names))

    def _free_port(self) -> int:
        """The port of last time, so that open windows find the server again, or a free one."""
        lines = (line.split(" = ") for line in _lines(self.folder / "server.conf"))
        before = next((int(line[1]) for line in lines if line[0] == "port"), 0)
        for port in (before, 0):
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
                free: int = probe.getsockname()[1]
                return free
        return _PORT

    def _socket_folder(self) -> Path:
        """A folder only the server's user (and root) can enter, with a short enough path.

        Raises: FolderNotUsable.
        """
        folder = self.folder / "run"
        length = len(os.fsencode(folder / f".s.PGSQL.{_PORT}"))
        if length > _LONGEST_SOCKET_PATH or any(sign in str(folder) for sign in ",\"'\\\n"):
            mark = sha256(os.fsencode(self.folder)).hexdigest()[:12]
            runtime = None if self.server_user.is_other else os.environ.get("XDG_RUNTIME_DIR")
            places = [Path(place) for place in (runtime, tempfile.gettempdir(), "/tmp") if place]
            folder = (
                next(
                    (place for place in places if self._fits(place)),
                    Path("/tmp"),
                )
                / f"orderwright-{self.server_user.uid}-{mark}"
            )
        self.make_private(folder)
        return folder

    def _fits(self, place: Path) -> bool:
        room = len(f"/orderwright-{self.server_user.uid}-{'0' * 12}/.s.PGSQL.{_PORT}")
        short = len(os.fsencode(place)) + room <= _LONGEST_SOCKET_PATH
        return short and place.is_dir() and self.server_user.may_enter(place)

    def make_private(self, folder: Path) -> None:
        """Make a folder for the server's user alone, or check that an existing one is that.

        Raises: FolderNotUsable.
        """
        try:
            folder.mkdir(mode=0o700)
            self.server_user.own(folder)
        except FileExistsError:
            pass
        if sys.platform == "win32":
            return
        found = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or found.st_uid != self.server_user.uid:
            raise FolderNotUsable(
                folder=folder, reason=f"it does not belong to {self.server_user.name}"
            )
        if found.st_mode & 0o777 != 0o700:
            folder.chmod(0o700)

    def _write(self, name: str, text: str) -> None:
        """Put a file in its place in one step; never through a link somebody left there."""
        unfinished = self.folder / f".{name}.{os.getpid()}"
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            give_to_owner_of_folder(handle, self.folder)
            if sys.platform != "win32" and self.server_user.is_other:
                os.fchmod(handle, 0o644)  # the server reads it; it holds no secret on Unix
            file.write(text)
        unfinished.replace(self.folder / name)

    # -- running --------------------------------------------------------------------------

    def running(self) -> Running | None:
        """The server, when a postmaster for exactly this folder is alive."""
        lines = _lines(self.data / "postmaster.pid")
        if not lines or not lines[0].lstrip("-").isdigit():
            return None
        pid = int(lines[0])
        if not self._is_ours(pid):
            return None
        lines += [""] * 8
        port = int(lines[3]) if lines[3].isdigit() else _PORT
        return Running(pid, port, lines[4].strip(), lines[7].strip() or "starting")

    def _is_ours(self, pid: int) -> bool:
        """Whether this process is a PostgreSQL that works in our data folder."""
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
                return False
            return os.path.samefile(process.cwd(), self.data)
        except (psutil.Error, OSError):
            return False

    def clear_after_power_cut(self) -> None:
        """Remove a pid file whose number now belongs to a process that is no server of ours.

        PostgreSQL itself recognises a number nobody has; one that the system has given to
        another process of the same user it takes for a running server, and refuses to start.
        """
        leftovers = [self.data / "postmaster.pid"]
        if sys.platform != "win32":
            leftovers.append(self._socket_folder() / f".s.PGSQL.{_PORT}.lock")
        for path in filter(Path.exists, leftovers):
            number = "".join(_lines(path)[:1]).strip().lstrip("-")
            if not number.isdigit() or (
                psutil.pid_exists(int(number)) and not self._is_ours(int(number))
            ):  # not a number: the power went while the file was written
                self._wait_for_stragglers()
                path.unlink(missing_ok=True)

    def _wait_for_stragglers(self, patience: float = 60) -> None:
        """Wait until no part of a killed server works in the data any more.

        The pid file is also how PostgreSQL finds such parts, so this comes before removing it.
        Raises: ServerDoesNotStart.
        """
        began = time.monotonic()
        while any(self._is_ours(process.pid) for process in psutil.process_iter()):
            if time.monotonic() - began > patience:
                reason = "parts of a server that was killed are still working in it."
                raise ServerDoesNotStart(folder=self.data, reason=reason, log=self.log)
            time.sleep(0.05)

    def start(self, waiting: Callable[[float, bool], None]) -> None:
        """Start the server and wait until it lets people in, however long recovery takes.

        `waiting` is told the seconds passed and whether the server is recovering.
        Raises: DiskFull, ServerDoesNotStart.
        """
        self._keep_log_small()
        before = self.log.stat().st_size if self.log.exists() else 0
        command = [self.binaries.path("pg_ctl"), "start", "-D", "data", "-w", "-t", "86400", "-s"]
        command += ["-l", os.path.join("log", "server.log"), "-o", "-c config_file=server.conf"]
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.server_user.run_as(),
        ) as starting:
            began = time.monotonic()
            while starting.poll() is None:
                running = self.running()
                waiting(
                    time.monotonic() - began, running is not None and running.status == "starting"
                )
                try:
                    starting.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
        if starting.returncode != 0:
            raise self._explained(self._log_since(before))

    def stop(self, *, patience: float = 120) -> None:
        """Stop the server: connections are ended, everything is written.

        Raises: ServerDoesNotStop.
        """
        ended = self._run(
            "pg_ctl", "stop", "-D", "data", "-m", "fast", "-w", "-t", str(round(patience)), "-s"
        )
        if ended.returncode != 0 and self.running() is not None:
            raise ServerDoesNotStop(folder=self.data, reason=ended.stderr.strip())

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.binaries.path(program), *arguments],
            cwd=self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            **self.server_user.run_as(),
        )

    def _keep_log_small(self) -> None:
        if self.log.exists() and self.log.stat().st_size > 5 << 20:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _log_since(self, before: int) -> str:
        try:
            with self.log.open("rb") as file:
                file.seek(before)
                return file.read(64_000).decode("utf-8", "replace")
        except OSError as error:
            return str(error)

    def _explained(self, said: str) -> DiskFull | ServerDoesNotStart:
        """The refusal for what the server's programs wrote before they gave up."""
        free = shutil.disk_usage(self.folder).free
        if "No space left on device" in said or "Disk quota exceeded" in said or free < 1 << 20:
            return DiskFull(folder=self.folder, needed=SPACE_NEEDED_MB)
        reasons = [
            line.split(mark, 1)[1].strip()
            for line in said.splitlines()
            for mark in ("FATAL:", "PANIC:", "error:")
            if mark in line
        ]
        last = said.strip().splitlines()[-1:] or ["it gave no reason"]
        reason = (reasons or last)[-1].rstrip(".")
        return ServerDoesNotStart(folder=self.data, reason=f"{reason}.", log=self.log)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _quoted(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
