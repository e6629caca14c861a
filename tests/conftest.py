"""What tests share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from app.database.databases import drop_database
from app.database.embedded import EmbeddedServer
from app.database.engine import connect
from app.database.roles import create_company_database
from app.operations.run import Runner
from tests.factories.company import write_small_company
from tests.factories.day import Day


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


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The embedded server of this test process (one per xdist worker), without durability."""
    folder = _short_folder()
    try:
        with EmbeddedServer.start(folder / "home", for_tests=True) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


TEMPLATE = "owtest"


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """A migrated database with the small company in it, cloned for every test."""
    admin = create_engine(server.url("postgres"))
    create_company_database(admin, TEMPLATE)
    admin.dispose()
    engine = create_engine(server.url(TEMPLATE))
    with engine.begin() as connection:
        write_small_company(connection)
    engine.dispose()
    return TEMPLATE


_clones = iter(range(1, 1_000_000))


@pytest.fixture
def database(server: EmbeddedServer, template: str) -> Iterator[str]:
    """A database of the test's own: the small company, migrated, empty of orders and stock."""
    name = f"clone{next(_clones)}"
    admin = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY wal_log'
        )
    admin.dispose()
    yield name
    drop_database(server, name)


@pytest.fixture
def owner(server: EmbeddedServer, database: str) -> Iterator[Engine]:
    """A connection as the owner of the data folder, whom the database does not restrain."""
    engine = connect(server.url(database))
    yield engine
    engine.dispose()


@pytest.fixture
def engine_as(server: EmbeddedServer, database: str) -> Iterator[EngineAs]:
    """Engines that sign in as somebody: `engine_as("anna")`."""
    engines: dict[str, Engine] = {}

    def sign_in(login: str) -> Engine:
        if login not in engines:
            engines[login] = connect(server.url(database), login=login)
        return engines[login]

    yield sign_in
    for engine in engines.values():
        engine.dispose()


@pytest.fixture
def run_as(engine_as: EngineAs) -> RunAs:
    """Runners by login: `run_as("maria").do(confirm_order, order=1)`."""
    return lambda login, **options: Runner(engine_as(login), **options)


@pytest.fixture
def day(run_as: RunAs, owner: Engine) -> Day:
    """A day in the small company, told by its manager Maria."""
    return Day(run_as("maria"), owner)
