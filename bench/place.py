"""Where figures are measured: a server of their own, as a company has it, and small companies."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine

from app.database.databases import drop_database
from app.database.embedded import EmbeddedServer
from app.database.engine import connect
from app.database.roles import create_company_database
from tests.factories.company import write_small_company

_TEMPLATE = "bench_company"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Company:
    """The small company of the tests (`tests/factories/company.py`) in a database of its own."""

    server: EmbeddedServer
    database: str
    owner: Engine

    def engine_as(self, login: str, pool_size: int = 4) -> Engine:
        """A new engine that acts as this person; whoever asks disposes of it."""
        return connect(
            self.server.url(self.database),
            login=login,
            pool_size=pool_size,
            statement_timeout_ms=0,
            lock_timeout_ms=60_000,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """What a figure gets to measure in. `big`: it may take an hour and many gigabytes."""

    server: EmbeddedServer
    folder: Path
    big: bool = False

    @contextmanager
    def company(self) -> Iterator[Company]:
        """A fresh small company for the time of the block."""
        name = f"{_TEMPLATE}_{next(_numbers)}"
        admin = create_engine(self.server.url("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(
                f'CREATE DATABASE "{name}" TEMPLATE "{_TEMPLATE}" STRATEGY wal_log'
            )
        admin.dispose()
        owner = connect(self.server.url(name), statement_timeout_ms=0, lock_timeout_ms=0)
        try:
            yield Company(self.server, name, owner)
        finally:
            owner.dispose()
            drop_database(self.server.url("postgres"), name)


def _make_template(server: EmbeddedServer) -> None:
    """The company that all others are copies of: logins belong to the whole server."""
    admin = create_engine(server.url("postgres"))
    create_company_database(admin, _TEMPLATE)
    admin.dispose()
    engine = create_engine(server.url(_TEMPLATE))
    with engine.begin() as connection:
        write_small_company(connection)
    engine.dispose()


@contextmanager
def place(*, big: bool = False) -> Iterator[Place]:
    """A durable server in a temporary folder: what it promises a company, it promises here."""
    folder = Path(tempfile.mkdtemp(prefix="ow-bench-"))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        folder.chmod(0o755)
    try:
        with EmbeddedServer.start(folder / "home") as server:
            _make_template(server)
            yield Place(server, folder, big)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
