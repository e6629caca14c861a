"""The embedded server: first start, later starts, several programs, and everything that breaks.

These tests run as root and as an ordinary user; what only one of them can see is skipped for
the other.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from app.core.errors import BusinessError, DatabaseUnreachable
from app.database import cluster as cluster_module
from app.database.databases import create_database, drop_database, has_database
from app.database.embedded import MAKING, STARTING, EmbeddedServer, Progress
from app.database.engine import connect, reading, transaction
from app.database.lease import Lease, exclusive, leases_held
from app.database.refusals import (
    DataInUseElsewhere,
    DataNewer,
    DataOlder,
    DiskFull,
    FolderNotUsable,
    FolderOfSomeoneElse,
    FolderOutOfReach,
    LoginRefused,
    NoServerUser,
    ServerBusyStarting,
    ServerDoesNotStart,
    ServerPartsMissing,
)
from app.database.server_user import ServerUser, server_user

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets and signals")

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="shows what root sees")
PROGRAM = """
import sys
from pathlib import Path
from sqlalchemy import text
from app.database.embedded import EmbeddedServer
from app.database.engine import connect, reading
with EmbeddedServer.start(Path(sys.argv[1]), for_tests=True) as server:
    engine = connect(server.url("postgres"))
    with reading(engine) as session:
        print(session.execute(text("SELECT pg_postmaster_start_time()")).scalar_one(), flush=True)
    engine.dispose()
    sys.stdin.readline()
"""


@pytest.fixture
def home(short_folder: Path) -> Path:
    """A data folder that does not exist yet."""
    return short_folder / "home"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A stopped data folder, made once for this module; copy it with `copy_of`."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="ow-"))
    if os.geteuid() == 0:
        folder.chmod(0o755)
    with EmbeddedServer.start(folder / "home", for_tests=True):
        pass
    yield folder / "home"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def stopped(made_once: Path, home: Path) -> Path:
    """A data folder whose server was stopped properly."""
    subprocess.run(["cp", "-a", str(made_once), str(home)], check=True)
    return home


@contextmanager
def another_program(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A second program that uses the server until it is told to go on."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as program:
        yield program


def postmaster(home: Path) -> int:
    """The process number in the server's own file."""
    return int((home / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def kill_server(home: Path) -> None:
    """What a power cut leaves behind: no process, every file."""
    processes = [psutil.Process(postmaster(home))]
    processes += processes[0].children(recursive=True)
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=10)


def ask(server: EmbeddedServer, question: str) -> object:
    """The one value that answers a question."""
    engine = connect(server.url("postgres"))
    try:
        with reading(engine) as session:
            return session.execute(text(question)).scalar_one()
    finally:
        engine.dispose()


# -- starting and stopping ------------------------------------------------------------------


def test_the_first_start_makes_everything_and_later_starts_find_the_data(home: Path) -> None:
    first: list[Progress] = []
    with EmbeddedServer.start(home, watch=first.append) as server:
        create_database(server, "shop")
        assert server.is_running
        assert server.version.startswith("18.")
        assert (server.programs / "pg_dump").is_file()
    assert [progress.sentence for progress in first] == [MAKING, STARTING]
    assert not server.is_running
    later: list[Progress] = []
    with EmbeddedServer.start(home, watch=later.append) as server:
        assert has_database(server, "shop")
        drop_database(server, "shop")
        drop_database(server, "shop")  # twice is no harm
        assert not has_database(server, "shop")
    assert [progress.sentence for progress in later] == [STARTING]


def test_a_shop_server_keeps_what_it_promised_to_keep(home: Path) -> None:
    with EmbeddedServer.start(home) as server:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "log_lock_waits"):
            assert ask(server, f"SHOW {setting}") == "on", setting
        assert ask(server, "SHOW data_checksums") == "on"


def test_the_server_is_set_up_for_one_desk(server: EmbeddedServer) -> None:
    assert ask(server, "SHOW listen_addresses") == ""
    assert ask(server, "SHOW max_connections") == "100"
    assert ask(server, "SHOW TimeZone") == "UTC"
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SELECT lower('ÄÖ') || ('B' < 'a')") == "äötrue"
    assert ask(server, "SELECT count(*) FROM pg_file_settings WHERE error IS NOT NULL") == 0
    assert ask(server, "SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL") == 0


def test_the_server_never_runs_as_root(server: EmbeddedServer) -> None:
    pid = int(str(ask(server, "SELECT pg_backend_pid()")) or 0)
    assert pid > 0
    owner = os.stat(str(ask(server, "SHOW data_directory"))).st_uid
    assert owner != 0
    assert owner == os.geteuid() or os.geteuid() == 0


def test_stopping_twice_is_harmless(stopped: Path) -> None:
    server = EmbeddedServer.start(stopped, for_tests=True)
    server.stop()
    server.stop()
    assert not server.is_running


def test_settings_of_ones_own_survive_a_restart(stopped: Path) -> None:
    with EmbeddedServer.start(stopped, for_tests=True) as server:
        engine = connect(server.url("postgres"))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ALTER SYSTEM SET work_mem = '9MB'"))
        engine.dispose()
    with EmbeddedServer.start(stopped, for_tests=True) as server:
        assert ask(server, "SHOW work_mem") == "9MB"


# -- only this user -------------------------------------------------------------------------


def test_only_this_user_reaches_the_socket_and_the_data(server: EmbeddedServer) -> None:
    socket_folder = Path(str(server.url("postgres").query["host"]))
    assert socket_folder.stat().st_mode & 0o777 == 0o700
    assert Path(str(ask(server, "SHOW data_directory"))).stat().st_mode & 0o777 == 0o700
    assert (socket_folder / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700


def test_a_login_needs_its_password_and_the_owner_needs_none(server: EmbeddedServer) -> None:
    engine = connect(server.url("postgres"))
    with transaction(engine) as session:
        session.execute(text("CREATE ROLE embedded_ann LOGIN PASSWORD 'right'"))
    try:
        for password in (None, "wrong"):
            refused = connect(server.url("postgres", "embedded_ann").set(password=password))
            with pytest.raises(LoginRefused) as caught, reading(refused) as session:
                session.execute(text("SELECT 1"))
            assert caught.value.data["login"] == "embedded_ann"
            assert "wrong" not in caught.value.message()
            refused.dispose()
        admitted = connect(server.url("postgres", "embedded_ann").set(password="right"))
        with reading(admitted) as session:
            assert session.execute(text("SELECT session_user")).scalar_one() == "embedded_ann"
        admitted.dispose()
    finally:
        with transaction(engine) as session:
            session.execute(text("DROP ROLE embedded_ann"))
        engine.dispose()


@as_root
def test_another_user_of_the_computer_cannot_come_in(server: EmbeddedServer) -> None:
    path = f"{server.url('postgres').query['host']}/.s.PGSQL.5432"
    knock = f'import socket; socket.socket(socket.AF_UNIX).connect("{path}")'
    if not shutil.which("python3", path="/usr/bin"):
        pytest.skip("no interpreter that everybody may run")
    ended = subprocess.run(
        ["/usr/bin/python3", "-c", knock],
        capture_output=True,
        text=True,
        user=1,
        group=1,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    assert "PermissionError" in ended.stderr


# -- several programs -----------------------------------------------------------------------


def test_the_last_to_leave_stops_the_server(stopped: Path) -> None:
    first = EmbeddedServer.start(stopped, for_tests=True)
    second = EmbeddedServer.start(stopped, for_tests=True)
    assert first.url("postgres") == second.url("postgres")
    first.stop()
    assert ask(second, "SELECT 1") == 1
    second.stop()
    assert not second.is_running
    assert list((stopped / "postgres/leases").iterdir()) == []


def test_programs_that_start_at_once_share_one_server(home: Path) -> None:
    with another_program(home) as one, another_program(home) as two, another_program(home) as three:
        programs = (one, two, three)
        answers = {program.stdout.readline() for program in programs if program.stdout}
        assert len(answers) == 1
        for program in programs:
            program.communicate("\n", timeout=60)
            assert program.returncode == 0
    assert not (home / "postgres/data/postmaster.pid").exists()
    log = (home / "postgres/log/server.log").read_text()
    assert log.count("database system is ready") == 1


def test_a_killed_program_leaves_no_lease_behind(stopped: Path) -> None:
    with another_program(stopped) as program:
        assert program.stdout is not None
        program.stdout.readline()
        with EmbeddedServer.start(stopped, for_tests=True) as server:
            program.kill()
            program.wait()
            assert ask(server, "SELECT 1") == 1
    assert not server.is_running


def test_a_server_left_alone_by_a_killed_program_is_joined(stopped: Path) -> None:
    with another_program(stopped) as program:
        assert program.stdout is not None
        program.stdout.readline()
        program.kill()
    left = postmaster(stopped)
    with EmbeddedServer.start(stopped, for_tests=True) as server:
        assert postmaster(stopped) == left
    assert not server.is_running


def test_waiting_for_another_program_is_told_and_ends_in_a_sentence(short_folder: Path) -> None:
    told: list[float] = []
    lock = short_folder / "starting.lock"
    with (
        exclusive(lock, patience=1),
        pytest.raises(ServerBusyStarting),
        exclusive(lock, patience=0.05, waiting=told.append),
    ):
        pytest.fail("two held the lock at once")
    assert told


def test_a_lease_of_another_computer_is_not_started_over(
    stopped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stopped / "postgres/leases"
    with monkeypatch.context() as there:
        there.setattr("app.database.lease.this_computer", lambda: "warehouse-pc")
        lease = Lease(folder)
    assert leases_held(folder).elsewhere == 1
    with pytest.raises(DataInUseElsewhere):
        EmbeddedServer.start(stopped, for_tests=True)
    assert not (stopped / "postgres/data/postmaster.pid").exists()
    lease.give_back()
    with EmbeddedServer.start(stopped, for_tests=True) as server:
        assert server.is_running


# -- after a power cut ----------------------------------------------------------------------


def test_what_was_committed_survives_a_kill_and_the_server_comes_back(stopped: Path) -> None:
    with EmbeddedServer.start(stopped) as server:
        engine = connect(server.url("postgres"))
        with transaction(engine) as session:
            session.execute(text("CREATE TABLE kept AS SELECT 42 AS answer"))
        kill_server(stopped)
        with pytest.raises(DatabaseUnreachable) as caught, reading(engine) as session:
            session.execute(text("SELECT 1"))
        assert str(stopped) in caught.value.message()
        server.ensure_running()
        with reading(engine) as session:
            assert session.execute(text("SELECT answer FROM kept")).scalar_one() == 42
        engine.dispose()


@contextmanager
def a_process_of_the_servers_user(home: Path) -> Iterator[int]:
    """Somebody else's process that was given the number the server had before."""
    user = server_user(home / "postgres/data")
    with subprocess.Popen(["sleep", "600"], **user.run_as()) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def test_a_stale_number_now_borne_by_another_process_does_not_stop_the_start(
    stopped: Path,
) -> None:
    server = EmbeddedServer.start(stopped, for_tests=True)
    kill_server(stopped)
    with a_process_of_the_servers_user(stopped) as stranger:
        for path in ("data/postmaster.pid", "run/.s.PGSQL.5432.lock"):
            file = stopped / "postgres" / path
            lines = file.read_text().splitlines()
            file.write_text("\n".join([str(stranger), *lines[1:]]) + "\n")
        with EmbeddedServer.start(stopped, for_tests=True) as again:
            assert ask(again, "SELECT 1") == 1
        assert psutil.pid_exists(stranger)
    server.stop()


@pytest.mark.parametrize("content", ["", "\x00\x00\x00", "99999999\n"])
def test_a_pid_file_cut_short_does_not_stop_the_start(stopped: Path, content: str) -> None:
    (stopped / "postgres/data/postmaster.pid").write_text(content)
    with EmbeddedServer.start(stopped, for_tests=True) as server:
        assert server.is_running


def test_a_first_start_that_was_interrupted_begins_again(home: Path) -> None:
    (home / "postgres/data.unfinished/base").mkdir(parents=True)
    (home / "postgres/data.unfinished/PG_VERSION").write_text("18\n")
    if os.geteuid() == 0:
        home.chmod(0o755)
        (home / "postgres").chmod(0o755)
    with EmbeddedServer.start(home, for_tests=True) as server:
        assert server.is_running
    assert not (home / "postgres/data.unfinished").exists()


# -- refusals, each with its sentence -------------------------------------------------------


def refused(home: Path, kind: type[BusinessError]) -> BusinessError:
    """The refusal a start ends in; nobody holds a lease afterwards."""
    with pytest.raises(kind) as caught:
        EmbeddedServer.start(home, for_tests=True)
    assert type(caught.value) is kind
    assert "{" not in caught.value.message()
    leases = home / "postgres/leases"
    assert not leases.is_dir() or list(leases.iterdir()) == []
    return caught.value


@pytest.mark.parametrize(("version", "kind"), [("99", DataNewer), ("9", DataOlder)])
def test_data_of_another_version_are_refused_untouched(
    stopped: Path, version: str, kind: type[BusinessError]
) -> None:
    mark = stopped / "postgres/data/PG_VERSION"
    mark.write_text(f"{version}\n")
    files = sorted(path for path in stopped.rglob("*") if "leases" not in path.parts)
    refusal = refused(stopped, kind)
    assert refusal.data["found"] == version
    assert sorted(path for path in stopped.rglob("*") if "leases" not in path.parts) == files


def test_data_without_a_version_are_refused(stopped: Path) -> None:
    (stopped / "postgres/data/PG_VERSION").unlink()
    assert "PG_VERSION" in refused(stopped, ServerDoesNotStart).message()


def test_a_start_that_fails_says_what_the_server_said(stopped: Path) -> None:
    (stopped / "postgres/data/global/pg_control").unlink()
    refusal = refused(stopped, ServerDoesNotStart)
    assert "pg_control" in refusal.message()
    assert "server.log" in refusal.message()


def test_a_disk_with_no_room_is_refused_before_anything_is_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "SPACE_NEEDED_MB", 1 << 40)
    refused(home, DiskFull)
    assert not (home / "postgres/data").exists()


@pytest.fixture
def small_disk(short_folder: Path) -> Iterator[Path]:
    """A disk of 60 MB."""
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=60m,mode=755", "tmpfs", str(short_folder)],
            check=False,
            capture_output=True,
        )
        if os.geteuid() == 0
        else None
    )
    if mounted is None or mounted.returncode != 0:
        pytest.skip("may not mount a small disk")
    yield short_folder
    subprocess.run(["umount", "-l", str(short_folder)], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """Write until the disk is full but for some bytes; the file that did it."""
    filler = folder / "filler"
    free = shutil.disk_usage(folder).free - leave
    with filler.open("wb") as file:
        try:
            for _ in range(free >> 12):
                file.write(b"\0" * 4096)
        except OSError:
            pass
    return filler


@pytest.mark.parametrize("leave", [0, 5 << 20, 25 << 20])
def test_a_disk_that_fills_up_while_the_data_are_made(
    small_disk: Path, leave: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "SPACE_NEEDED_MB", 0)
    filler = fill(small_disk, leave)
    refused(small_disk / "home", DiskFull)
    filler.unlink()
    with EmbeddedServer.start(small_disk / "home", for_tests=True) as server:
        assert server.is_running


def test_a_disk_full_at_a_later_start_loses_nothing(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "SPACE_NEEDED_MB", 0)
    home = small_disk / "home"
    with EmbeddedServer.start(home, for_tests=True) as server:
        create_database(server, "shop")
    filler = fill(small_disk)
    with pytest.raises(DiskFull):
        EmbeddedServer.start(home, for_tests=True)
    filler.unlink()
    with EmbeddedServer.start(home, for_tests=True) as server:
        assert has_database(server, "shop")


def test_a_disk_that_fills_up_during_work_is_a_sentence(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "SPACE_NEEDED_MB", 0)
    with EmbeddedServer.start(small_disk / "home", for_tests=True) as server:
        engine = connect(server.url("postgres"))
        fill(small_disk, 1 << 20)
        with pytest.raises(DiskFull), transaction(engine) as session:
            session.execute(
                text("CREATE TABLE much AS SELECT repeat('x', 500) FROM generate_series(1, 90000)")
            )
        engine.dispose()


def test_a_home_that_is_a_file_is_refused(home: Path) -> None:
    home.write_text("not a folder")
    refused(home, FolderNotUsable)
    assert home.read_text() == "not a folder"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has folders that take no folder")
def test_a_home_where_no_folder_can_be_made_is_refused() -> None:
    refused(Path("/proc/self/orderwright"), FolderNotUsable)


@as_root
def test_a_folder_the_servers_user_cannot_enter_is_refused_and_stays_as_it_is(
    home: Path,
) -> None:
    home.mkdir(mode=0o700)
    refusal = refused(home / "deep" / "down", FolderOutOfReach)
    assert "/var/lib/orderwright" in refusal.message()
    assert home.stat().st_mode & 0o777 == 0o700
    assert list(home.iterdir()) == []


@as_root
def test_rights_of_a_folder_that_was_there_are_not_changed(home: Path) -> None:
    home.mkdir(mode=0o755)
    (home / "letter.txt").write_text("mine")
    before = home.stat()
    with EmbeddedServer.start(home, for_tests=True):
        pass
    after = home.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    assert (home / "letter.txt").stat().st_uid == 0


@as_root
def test_data_that_belong_to_root_are_refused(stopped: Path) -> None:
    os.chown(stopped / "postgres/data", 0, 0)
    assert refused(stopped, FolderOfSomeoneElse).data["owner"] == "root"


@as_root
def test_without_an_unprivileged_user_root_is_told_to_make_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database.server_user.CANDIDATES", ("nobody-of-this-name",))
    assert "nobody-of-this-name" in refused(home, NoServerUser).message()


@as_root
def test_binaries_out_of_reach_are_copied_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ServerUser, "may_run", lambda *_: False)
    with EmbeddedServer.start(home, for_tests=True) as server:
        assert ask(server, "SELECT 1") == 1
        started = Path(psutil.Process(postmaster(home)).exe())
    assert home in started.parents
    before = started.stat().st_ino
    with EmbeddedServer.start(home, for_tests=True):
        pass
    assert started.stat().st_ino == before


def as_somebody(work: Callable[[], str]) -> str:
    """What the work says when an ordinary user does it (a child process gives up root)."""
    there, here = socket.socketpair()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(1)
            os.setuid(1)
            said = work()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        there.sendall(said.encode())
        os._exit(0)
    there.close()
    with here:
        said = here.makefile().read()
    os.waitpid(child, 0)
    return said


@as_root
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_an_ordinary_user_has_a_server_of_their_own_which_root_may_join(
    short_folder: Path, stopped: Path
) -> None:
    os.chown(short_folder, 1, 1)
    theirs = short_folder / "theirs"

    def start_and_ask() -> str:
        with EmbeddedServer.start(theirs, for_tests=True) as server:
            return str(ask(server, "SELECT current_user"))

    def start_that_of_another() -> str:
        with EmbeddedServer.start(stopped, for_tests=True):
            return "came in"

    assert as_somebody(start_and_ask) == "orderwright"
    assert (theirs / "postgres/data").stat().st_uid == 1
    assert as_somebody(start_that_of_another).startswith("FolderOfSomeoneElse: ")
    with EmbeddedServer.start(theirs, for_tests=True) as server:
        assert ask(server, "SELECT current_user") == "orderwright"
    assert {path.stat().st_uid for path in theirs.rglob("*")} == {1}
    assert as_somebody(start_and_ask) == "orderwright"


def test_without_its_binaries_the_program_says_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database.binaries._PACKAGE", "no_such_package")
    assert "--database" in refused(home, ServerPartsMissing).message()


# -- folders with unusual names -------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Ann's shop, old", '$HOME `id` "x"', "Lager Köln 倉庫", "x" * 120, "a\\b"]
)
def test_a_folder_may_have_any_name(short_folder: Path, name: str) -> None:
    home = short_folder / name
    with EmbeddedServer.start(home, for_tests=True) as server:
        assert ask(server, "SELECT 1") == 1
        folder = Path(str(server.url("postgres").query["host"]))
        assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= 100
        assert folder.stat().st_mode & 0o777 == 0o700
    if home not in folder.parents:
        folder.rmdir()


def test_a_socket_folder_somebody_else_laid_out_is_refused(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = short_folder / ("y" * 120)
    monkeypatch.setattr("tempfile.tempdir", str(short_folder))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with EmbeddedServer.start(home, for_tests=True) as server:
        folder = Path(str(server.url("postgres").query["host"]))
    assert folder.parent == short_folder
    folder.rmdir()
    folder.symlink_to(short_folder)
    refusal = refused(home, FolderNotUsable)
    assert refusal.data["folder"] == folder


# -- time -----------------------------------------------------------------------------------


def test_starting_takes_no_longer_than_it_should(home: Path) -> None:
    """Generous limits, so that a busy machine does not fail; `bench` has the figures."""
    interrupt = signal.getsignal(signal.SIGINT)
    began = time.monotonic()
    with EmbeddedServer.start(home):
        first = time.monotonic() - began
    began = time.monotonic()
    with EmbeddedServer.start(home):
        later = time.monotonic() - began
    assert later < first < 20
    assert signal.getsignal(signal.SIGINT) is interrupt
