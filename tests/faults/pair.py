"""Two servers as a company runs them: one that works, and a standby that has every commit too."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from app.database import binaries
from app.database.engine import database_url
from app.database.server_user import server_user

OWNER = "orderwright"
DEADLINE = 60.0

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
fsync = off
max_wal_senders = 4
timezone = 'UTC'
lc_messages = 'C'
synchronous_standby_names = '{waits_for}'
"""


class Pair:
    """A primary and its synchronous standby, reached over the network by one address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "pair"
        self._user = server_user(self._folder / "first")
        self._folder.mkdir()
        self._user.own(self._folder)
        self._programs = binaries.within_reach(self._user, self._folder)
        self._ports = {"first": _free_port(), "second": _free_port()}
        self._run("initdb", "-D", "first", "-U", OWNER, "-E", "UTF8", "--locale", "C", "-N",
                  "--auth", "trust")  # fmt: skip
        self._configure("first", waits_for="")
        self._start("first")
        self._run("pg_basebackup", "-h", "127.0.0.1", "-p", str(self._ports["first"]), "-U", OWNER,
                  "-D", "second", "-R", "-N", "-c", "fast")  # fmt: skip
        self._configure("second", waits_for="")
        self._start("second")
        # From here on a commit is answered when the standby has it as well.
        url = database_url(self.address("postgres", "first"))
        alone = create_engine(url, isolation_level="AUTOCOMMIT")
        with alone.connect() as connection:
            connection.execute(text("ALTER SYSTEM SET synchronous_standby_names = '*'"))
            connection.execute(text("SELECT pg_reload_conf()"))
        alone.dispose()

    def address(self, database: str, *names: str) -> str:
        """The address of a database on whichever of the servers may be written to."""
        hosts = "&".join(f"host=127.0.0.1:{self._ports[name]}" for name in names or self._ports)
        return f"postgresql://{OWNER}@/{database}?{hosts}&target_session_attrs=read-write"

    def kill_first(self) -> None:
        """All of the working server at once, as a power cut would; waits until it is gone."""
        pid = int((self._folder / "first" / "postmaster.pid").read_text().split()[0])
        first = psutil.Process(pid)
        every = [first, *first.children(recursive=True)]
        for process in every:
            process.kill()
        _, alive = psutil.wait_procs(every, timeout=DEADLINE)
        assert not alive

    def promote_second(self) -> None:
        """What a failover manager does when the first one no longer answers."""
        self._run("pg_ctl", "promote", "-D", "second", "-w", "-s")

    def close(self) -> None:
        """Stop what still runs."""
        for name in self._ports:
            if (self._folder / name / "postmaster.pid").exists():
                self._run("pg_ctl", "stop", "-D", name, "-m", "immediate", "-s", check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _configure(self, name: str, *, waits_for: str) -> None:
        path = self._folder / name / "pair.conf"
        path.write_text(_SETTINGS.format(port=self._ports[name], waits_for=waits_for))
        path.chmod(0o644)

    def _start(self, name: str) -> None:
        main = self._folder / name / "postgresql.conf"
        if "pair.conf" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude 'pair.conf'\n")
        self._run("pg_ctl", "start", "-D", name, "-w", "-s", "-l", f"{name}.log")

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        ended = subprocess.run(
            [self._programs.path(program), *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=binaries.environment(),
            **self._user.run_as(),
        )
        assert not check or ended.returncode == 0, ended.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
