"""Making and dropping whole databases."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql
from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from app.database.embedded import EmbeddedServer


def create_statement(name: str, version: int, template: str | None = None) -> sql.Composed:
    """The right CREATE DATABASE for a server of this major version.

    Text sorts by code point: the builtin provider from 17 on, the C library's C.UTF-8 before.
    """
    locale: LiteralString = (
        "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
        if version >= 17
        else "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"
    )
    kind: sql.Composable = sql.SQL("TEMPLATE template0 ENCODING 'UTF8' " + locale)
    if template is not None:
        kind = sql.SQL("TEMPLATE {} STRATEGY wal_log").format(sql.Identifier(template))
    return sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), kind)


def create_database(server: EmbeddedServer | URL, name: str, template: str | None = None) -> None:
    """Make a database, empty or as a copy of `template` (which nobody may be using).

    `server` may also be the URL of any database of a networked server.
    """
    version = _ask(server, sql.SQL("SELECT current_setting('server_version_num')::int / 10000"))
    _ask(server, create_statement(name, version or 0, template))


def drop_database(server: EmbeddedServer | URL, name: str) -> None:
    """Drop a database if it exists, ending the connections to it."""
    _ask(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def has_database(server: EmbeddedServer | URL, name: str) -> bool:
    """Whether the server has a database of this name."""
    found = sql.SQL("SELECT count(*)::int FROM pg_database WHERE datname = {}")
    return bool(_ask(server, found.format(sql.Literal(name))))


def _ask(server: EmbeddedServer | URL, statement: sql.Composable) -> int | None:
    """Run one statement outside any transaction; the number it answers, if it answers."""
    url = server.url("postgres") if isinstance(server, EmbeddedServer) else server
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        answer = connection.exec_driver_sql(statement.as_string())
        return answer.scalar_one() if answer.returns_rows else None
