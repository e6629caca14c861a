"""The connection layer: engines with time limits, transactions, readings, and their refusals."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from app.core.errors import DatabaseUnreachable
from app.database.databases import create_statement
from app.database.refusals import (
    DatabaseAddressUnclear,
    DatabaseMissing,
    DatabaseSortsWrongly,
    DiskFull,
    LoginRefused,
    NotWriting,
    ServerTooOld,
)

OLDEST_SERVER = 15
_HERE = re.compile(r"(|/.*|::1|(localhost|127(\.\d+){3})(:\d+)?)$")
_BY_CODE_POINT = frozenset({"C", "POSIX", "C.UTF-8", "C.UTF8", "PG_UNICODE_FAST"})


def address_of(url: URL) -> str:
    """How a sentence names a database: never with a password in it."""
    host = url.host or url.query.get("host") or "this computer"
    port = f":{url.port}" if url.host and url.port else ""
    return f"{host}{port}/{url.database}"


def database_url(address: str | URL) -> URL:
    """An address as a person writes it, as the URL of a PostgreSQL database.

    Over a network the server's certificate is verified, unless the address or `PGSSLMODE` says
    otherwise. Raises: DatabaseAddressUnclear.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        hidden = re.sub(r"(//[^/:@]*:).*@", r"\1***@", str(address))
        raise DatabaseAddressUnclear(address=hidden) from None
    if url.get_backend_name() not in ("postgresql", "postgres") or not url.database:
        raise DatabaseAddressUnclear(address=url.render_as_string(hide_password=True))
    url = url.set(drivername="postgresql+psycopg")
    if "sslmode" not in url.query and "PGSSLMODE" not in os.environ and not _is_here(url):
        url = url.update_query_dict({"sslmode": "verify-full"})
    return url


def _is_here(url: URL) -> bool:
    """Whether all hosts of an address are this computer: its sockets, or its own network."""
    named = url.query.get("host", ())
    hosts = ",".join([url.host or "", *([named] if isinstance(named, str) else named)])
    return all(_HERE.match(host) for host in hosts.split(","))


def connect(
    url: str | URL,
    *,
    login: str | None = None,
    application_name: str = "orderwright",
    statement_timeout_ms: int = 30_000,
    lock_timeout_ms: int = 10_000,
    idle_in_transaction_ms: int = 60_000,
    pool_size: int = 4,
) -> Engine:
    """An engine for one database; it connects when first used. A timeout of 0 means none.

    `login`: every connection then acts as this person or station (`SESSION_USER`), which only
    the owner of the embedded server may ask for; a networked login stands in the URL.

    Its connections raise, instead of the driver's errors, `DatabaseUnreachable` when the
    server is not there or gone, `DiskFull`, `LoginRefused` and `DatabaseMissing` when it refuses.
    Raises: DatabaseAddressUnclear.
    """
    url = database_url(url)
    settings = {
        "statement_timeout": statement_timeout_ms,
        "lock_timeout": lock_timeout_ms,
        "idle_in_transaction_session_timeout": idle_in_transaction_ms,
        "default_transaction_isolation": r"read\ committed",
        "timezone": "UTC",
        "jit": "off",
    }
    engine = create_engine(
        url,
        connect_args={
            "application_name": application_name,
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            "connect_timeout": 10,
            "keepalives": 1,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
            "client_encoding": "utf8",
        },
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        pool_use_lifo=True,  # the connection that is warm
        use_native_hstore=False,  # saves its look-up on the first connection
        json_serializer=_to_json,
        json_deserializer=_from_json,
    )
    # Many rows are one statement, also where their ids are not asked for.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    event.listen(engine, "handle_error", _as_refusal, retval=True)
    if login is not None:
        act_as = sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(login))

        @event.listens_for(engine, "connect", insert=True)
        def become(connection: psycopg.Connection[Any], _record: object) -> None:
            try:
                connection.execute(act_as)
                connection.commit()
            except psycopg.Error as error:
                connection.close()
                if error.sqlstate is None:  # the line broke; nobody refused anything
                    raise DatabaseUnreachable(
                        address=address_of(url), reason=_first_line(error)
                    ) from error
                raise LoginRefused(
                    address=address_of(url), login=login, reason=_first_line(error)
                ) from error

    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction: commits when the block ends, rolls back when it raises.

    Whoever is given the session never commits; this is the one place that does.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for queries, each statement on its own: nothing is ever left open."""
    reader = engine.execution_options(isolation_level="AUTOCOMMIT")
    with Session(reader, expire_on_commit=False, autoflush=False) as session:
        yield session


def check_server(engine: Engine) -> None:
    """Refuse a server or database the program cannot work with.

    PostgreSQL 15 or later, UTF8, sorted by code point (C, C.UTF-8): keyset paging compares
    text in the database and in the program, so both must sort alike.
    Raises: ServerTooOld, DatabaseSortsWrongly.
    """
    question = text(
        "SELECT current_setting('server_version_num')::int / 10000,"
        " pg_encoding_to_char(d.encoding), d.datname, d.datlocprovider,"
        " CASE d.datlocprovider WHEN 'c' THEN d.datcollate ELSE coalesce("
        "  to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') END"
        " FROM pg_database d WHERE d.datname = current_database()"
    )
    with reading(engine) as session:
        version, encoding, database, provider, collation = session.execute(question).one()
    if version < OLDEST_SERVER:
        raise ServerTooOld(address=address_of(engine.url), found=version)
    by_code_point = provider != "i" and str(collation).upper() in _BY_CODE_POINT
    if encoding != "UTF8" or not by_code_point:
        kind = {"i": "ICU", "c": "libc", "b": "builtin"}.get(provider, provider)
        raise DatabaseSortsWrongly(
            database=database,
            found=f"{collation} ({kind}, {encoding})",
            statement=create_statement(database, version).as_string(),
        )


def _as_refusal(context: ExceptionContext) -> BaseException | None:
    """Turn what the driver says about the connection itself into a sentence."""
    error = context.original_exception
    if isinstance(error, UnicodeEncodeError):
        return NotWriting()  # half of a character pair
    if not isinstance(error, psycopg.Error):
        return None
    if isinstance(error, psycopg.DataError) and error.sqlstate is None and "NUL" in str(error):
        return NotWriting()
    connecting = context.connection is None
    if error.sqlstate == "53100":
        return DiskFull(folder=address_of(context.engine.url) if context.engine else "", needed=200)
    if not connecting and not context.is_disconnect:
        return None
    url = context.engine.url if context.engine is not None else URL.create("postgresql")
    state, reason = error.sqlstate, _first_line(error)
    address = address_of(url)
    if connecting and (state in ("28P01", "28000") or "password" in reason):
        return LoginRefused(address=address, login=url.username, reason=reason)
    if connecting and (state == "3D000" or f'database "{url.database}" does not exist' in reason):
        return DatabaseMissing(address=address, database=url.database)
    return DatabaseUnreachable(address=address, reason=reason)


def _first_line(error: BaseException) -> str:
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return line.split("FATAL:")[-1].strip().rstrip(".")


def _to_json(value: object) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> object:
    """What JSON cannot say itself: an exact number and a date as text, a set as a list."""
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _from_json(stored: str | bytes) -> object:
    return json.loads(stored, parse_float=Decimal)  # a number in JSON never becomes a float
