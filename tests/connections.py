"""Connections used again: a server process that has read the catalogue need not read it anew.

A new connection reads the catalogue, compiles every trigger it meets and gets every statement
translated for the first time, which costs more than most tests do. So connections outlive a test
as long as their database does (`tests/as_new.py`), and are put back as they were when new: no
setting, no lock, no channel, no temporary table, no plan that was right for another test's rows.
One that cannot be is closed.
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from sqlalchemy import URL, Engine, QueuePool

from app.database.engine import connect

_AS_NEW = """
    SELECT session_user;
    SELECT pg_advisory_unlock_all();
    RESET ROLE; RESET ALL; UNLISTEN *; DISCARD PLANS; DISCARD TEMP; DISCARD SEQUENCES"""


class Connections:
    """One worker's connections to the database its tests work in, by login."""

    def __init__(self, address: Callable[[str], URL]) -> None:
        self._address = address
        self._database = ""
        self._engines: dict[str | None, Engine] = {}

    def sign_in(self, database: str, login: str | None = None) -> Engine:
        """An engine that acts as `login`, or as the owner: the test's own, on kept connections.

        Whatever a test lets listen to it is forgotten with it.
        """
        if database != self._database:
            self.close()
            self._database = database
        if login not in self._engines:
            self._engines[login] = connect(self._address(database), login=login)
        return self._engines[login].execution_options()

    def put_back(self) -> set[int]:
        """After a test: make every connection as it was; the server's processes that stay.

        What a test still holds or has made somebody else's is not among them.
        """
        staying: set[int] = set()
        for login, engine in list(self._engines.items()):
            found = _as_new(engine, login or engine.url.username)
            if found is None:
                del self._engines[login]
                engine.dispose()
            else:
                staying |= found
        return staying

    def close(self) -> None:
        """Close all of them."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def _as_new(engine: Engine, login: str | None) -> set[int] | None:
    """The server's processes of an engine whose connections are as new; None when one is not."""
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    if pool.checkedout():
        return None
    processes: set[int] = set()
    taken = [engine.raw_connection() for _ in range(pool.checkedin())]
    for each in taken:
        driver = each.driver_connection
        assert isinstance(driver, psycopg.Connection)
        try:
            driver.autocommit = True
            asked = driver.execute(_AS_NEW).fetchall()
            driver.autocommit = False
        except psycopg.Error:  # cut off by the test
            asked = []
        if asked == [(login,)]:
            processes.add(driver.info.backend_pid)
            each.close()
        else:
            each.invalidate()
    return processes if len(processes) == len(taken) else None
