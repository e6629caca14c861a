"""What tests share."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine

from app.cli import COMPANY
from app.database.databases import drop_database
from app.database.embedded import EmbeddedServer
from app.database.engine import database_url
from app.database.roles import create_company_database
from app.operations.run import Runner
from tests.as_new import Shelf
from tests.connections import Connections
from tests.factories.company import write_small_company
from tests.factories.day import Day

os.environ["ORDERWRIGHT_LANGUAGE"] = "en"
"""Sentences are expected as they are written, whatever this computer speaks."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is loaded with the tests stays to the end: no collection of garbage looks at it again.

    The tests of windows collect after each of them; most of what they would look at is this.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """At the end it goes, too."""
    gc.unfreeze()


EngineAs = Callable[[str], Engine]
RunAs = Callable[..., Runner]


def _short_folder() -> Path:
    """A short-named folder that the server's user can enter even when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="ow-"))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        folder.chmod(0o755)
    return folder


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder for a data folder of the test's own; removed afterwards."""
    folder = _short_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class NetworkedServer:
    """A server somewhere else (`make check-networked`): the part of the interface tests use."""

    def __init__(self, address: str) -> None:
        self._url = database_url(address)

    def url(self, database: str, login: str | None = None) -> URL:
        """The address of one of its databases; tests act as `login` by session authorization."""
        return self._url.set(database=database)


def _never_vacuum(server: EmbeddedServer) -> None:
    """What the planner knows of a table shall not depend on who passed by during a test."""
    admin = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("ALTER SYSTEM SET autovacuum = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    admin.dispose()


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer | NetworkedServer]:
    """The server under test: one embedded per xdist worker, or the networked one that was named.

    The embedded one runs without durability: a test never needs its data after a power cut.
    """
    address = os.environ.get("ORDERWRIGHT_TEST_SERVER")
    if address:
        yield NetworkedServer(address)
        return
    folder = _short_folder()
    try:
        with EmbeddedServer.start(folder / "home", for_tests=True) as running:
            _never_vacuum(running)
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def template(server: EmbeddedServer | NetworkedServer) -> str:
    """A migrated database with the small company in it; every test gets a copy."""
    name = f"owtest_{WORKER}"
    drop_database(server.url("postgres"), name)
    admin = create_engine(server.url("postgres"))
    create_company_database(admin, name)
    # Logins belong to the whole server: workers that share one make them one after the other.
    with admin.begin() as lock:
        lock.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")
        engine = create_engine(server.url(name))
        with engine.begin() as connection:
            write_small_company(connection)
        engine.dispose()
    admin.dispose()
    return name


@pytest.fixture(scope="session")
def shelf(server: EmbeddedServer | NetworkedServer, template: str) -> Iterator[Shelf]:
    """Where this worker's tests get their databases from and put them back."""
    databases = Shelf(server.url("postgres"), template, f"clone_{WORKER}")
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def default_shelf(server: EmbeddedServer | NetworkedServer, template: str) -> Iterator[Shelf]:
    """The same for tests of the database a command means that names none."""
    databases = Shelf(server.url("postgres"), template, COMPANY, numbered=False)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def connections(server: EmbeddedServer | NetworkedServer) -> Iterator[Connections]:
    """This worker's connections, kept from test to test."""
    kept = Connections(server.url)
    yield kept
    kept.close()


@pytest.fixture
def database(shelf: Shelf, connections: Connections) -> Iterator[str]:
    """A database of the test's own: the small company, migrated, empty of orders and stock."""
    name = shelf.take()
    yield name
    shelf.give_back(name, stay=connections.put_back())


@pytest.fixture
def owner(connections: Connections, database: str) -> Engine:
    """A connection as the owner of the data folder, whom the database does not restrain."""
    return connections.sign_in(database)


@pytest.fixture
def engine_as(connections: Connections, database: str) -> EngineAs:
    """Engines that sign in as somebody: `engine_as("anna")`."""
    engines: dict[str, Engine] = {}

    def sign_in(login: str) -> Engine:
        if login not in engines:
            engines[login] = connections.sign_in(database, login)
        return engines[login]

    return sign_in


@pytest.fixture
def run_as(engine_as: EngineAs) -> RunAs:
    """Runners by login: `run_as("maria").do(confirm_order, order=1)`."""
    return lambda login, **options: Runner(engine_as(login), **options)


@pytest.fixture
def day(run_as: RunAs, owner: Engine) -> Day:
    """A day in the small company, told by its manager Maria."""
    return Day(run_as("maria"), owner)


@pytest.fixture
def today(day: Day) -> date:
    """The company's day."""
    found = day.one("SELECT (now() AT TIME ZONE time_zone)::date FROM company")
    assert isinstance(found, date)
    return found
