"""The tests against a PostgreSQL server reached over the network, such as a company has one.

Looks for an installed server (Debian keeps them in /usr/lib/postgresql/VERSION/bin), starts a
private cluster of it in a temporary folder (TCP on loopback, SCRAM passwords, sorted by code
point), and runs the integration tests with `ORDERWRIGHT_TEST_SERVER` set to its superuser's
address. Where no server is installed it says so and ends well.

What they ask here is the server: whether each statement, trigger and grant does on an older
version, over TCP and in a database sorted by the C library what it does on the embedded one. So
every integration test runs, but for those that say `any_server` and why: random lives that are
long, send no statement which another test does not send, and ask what the numbers come to; and
what is only ever done on the embedded server. `-m ""` after the script's name runs these as well.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg
from psycopg import sql

from app.database.server_user import ServerUser, server_user

OLDEST = 15
DATABASE = "networked"
SUPERUSER = "networked_admin"
OF_THE_EMBEDDED_SERVER = [
    "--ignore=tests/integration/test_embedded_server.py",
    "--ignore=tests/integration/test_engine.py",
]
"""What starts, stops and kills a server of its own cannot be tried on somebody else's."""


def installed_servers(where: Path = Path("/usr/lib/postgresql")) -> dict[int, Path]:
    """Major version → folder of its programs, the oldest that is good enough first."""
    found = {
        int(folder.parent.name): folder
        for folder in where.glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "initdb").is_file()
    }
    return {version: found[version] for version in sorted(found) if version >= OLDEST}


def free_port() -> int:
    """A TCP port of loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def call(user: ServerUser, *arguments: str | Path) -> None:
    """Run one of the server's programs as its user; its own words are shown when it fails."""
    with tempfile.TemporaryFile() as said:
        ended = subprocess.run(
            [str(each) for each in arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
            check=False,
            **user.run_as(),
        )
        if ended.returncode:
            said.seek(0)
            sys.stderr.write(said.read().decode(errors="replace"))
            raise SystemExit(f"{Path(arguments[0]).name} ended with {ended.returncode}.")


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """A server of these programs, up for the time of the block; gives the superuser's address."""
    folder = Path(tempfile.mkdtemp(prefix="orderwright-networked-"))
    try:
        user = server_user(folder / "data")
        user.own(folder)
        password, port = secrets.token_urlsafe(24), free_port()
        secret = folder / "password"
        secret.write_text(password, encoding="ascii")
        secret.chmod(0o600)
        user.own(secret)
        call(
            user,
            programs / "initdb",
            f"--pgdata={folder / 'data'}",
            f"--username={SUPERUSER}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        secret.unlink()
        with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(
                f"\nlisten_addresses = '127.0.0.1'\nport = {port}\n"
                "unix_socket_directories = ''\npassword_encryption = 'scram-sha-256'\n"
                "max_connections = 200\nfsync = off\nsynchronous_commit = off\n"
                "full_page_writes = off\nautovacuum = off\nlc_messages = 'C'\n"
            )
        log = folder / "server.log"
        start = ("start", f"--pgdata={folder / 'data'}", f"--log={log}", "--wait", "--silent")
        try:
            call(user, programs / "pg_ctl", *start)
        except SystemExit:
            sys.stderr.write(log.read_text(errors="replace") if log.is_file() else "")
            raise
        try:
            server = f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}"
            make_database(f"{server}/postgres")
            yield f"{server}/{DATABASE}"
        finally:
            call(user, programs / "pg_ctl", "stop", f"--pgdata={folder / 'data'}", "--mode=fast")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_database(address: str) -> None:
    """Create the database as `docs/deployment.md` tells an administrator to."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            sql.SQL(
                "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' "
                "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
            ).format(sql.Identifier(DATABASE))
        )


def run_tests(address: str, workers: str, more: list[str]) -> int:
    """The integration tests against this server; pytest itself fails where it finds none."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", workers, "tests/integration"),
            *("-m", "not any_server"),
            *OF_THE_EMBEDDED_SERVER,
            *more,
        ],
        env=os.environ | {"ORDERWRIGHT_TEST_SERVER": address},
        stdin=subprocess.DEVNULL,
        check=False,
    ).returncode


def main(arguments: list[str]) -> int:
    reads = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reads.add_argument("--workers", default="2", help="how many tests run side by side")
    options, more = reads.parse_known_args(arguments)
    servers = installed_servers()
    if not servers:
        print(
            f"No PostgreSQL server from version {OLDEST} on is installed here, so the tests on a "
            "networked server did not run. Debian's package postgresql brings one."
        )
        return 0
    version, programs = next(iter(servers.items()))
    print(f"The tests run on the installed PostgreSQL {version} over TCP, from {programs}.")
    with cluster(programs) as address:
        return run_tests(address, options.workers, more)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
