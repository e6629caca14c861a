"""Connections: time limits, who one is, what commits, and what an unreachable server says."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from psycopg import errors
from sqlalchemy import URL, Engine, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError

from app.core.errors import BusinessError, DatabaseUnreachable
from app.database.databases import create_database, create_statement, drop_database
from app.database.embedded import EmbeddedServer
from app.database.engine import (
    address_of,
    check_server,
    connect,
    database_url,
    reading,
    transaction,
)
from app.database.refusals import (
    DatabaseAddressUnclear,
    DatabaseMissing,
    DatabaseSortsWrongly,
    LoginRefused,
    ServerTooOld,
)

LOGIN = 'engine "Ann" O\'Hara'


@pytest.fixture(scope="module")
def address(server: EmbeddedServer) -> Iterator[URL]:
    """An empty database and one login."""
    create_database(server, "engine_tests")
    owner = connect(server.url("engine_tests"))
    with transaction(owner) as session:
        session.execute(text("CREATE TABLE noted (what text PRIMARY KEY)"))
        session.execute(text('CREATE ROLE "engine ""Ann"" O\'Hara" LOGIN'))
    yield server.url("engine_tests")
    with transaction(owner) as session:
        session.execute(text('DROP ROLE "engine ""Ann"" O\'Hara"'))
    owner.dispose()
    drop_database(server, "engine_tests")


@pytest.fixture
def engine(address: URL) -> Iterator[Engine]:
    """The owner's engine, on an empty table."""
    engine = connect(address, pool_size=2)
    yield engine
    with transaction(engine) as session:
        session.execute(text("TRUNCATE noted"))
    engine.dispose()


def noted(engine: Engine) -> list[str]:
    """What is in the table, as another connection sees it."""
    with reading(engine) as session:
        return list(session.execute(text("SELECT what FROM noted ORDER BY what")).scalars())


def note(session: object, what: str) -> None:
    session.execute(text("INSERT INTO noted VALUES (:what)"), {"what": what})  # type: ignore[attr-defined]


def give_up_after_noting(engine: Engine) -> None:
    """A transaction whose work is interrupted by an error."""

    def work() -> None:
        with transaction(engine) as session:
            note(session, "lost")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()


def test_a_transaction_commits_at_its_end_and_is_unseen_before(engine: Engine) -> None:
    with transaction(engine) as session:
        note(session, "kept")
        assert noted(engine) == []
    assert noted(engine) == ["kept"]


def test_a_transaction_that_raises_leaves_nothing(engine: Engine) -> None:
    give_up_after_noting(engine)
    assert noted(engine) == []


def test_a_reading_leaves_nobody_idle_in_a_transaction(engine: Engine) -> None:
    with reading(engine) as session:
        session.execute(text("SELECT 1"))
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with reading(engine) as other:
            state = text("SELECT state FROM pg_stat_activity WHERE pid = :pid")
            assert other.execute(state, {"pid": pid}).scalar_one() == "idle"


def test_a_connection_used_for_reading_is_transactional_again_afterwards(address: URL) -> None:
    engine = connect(address, pool_size=1)
    with reading(engine) as session:
        session.execute(text("SELECT 1"))
    give_up_after_noting(engine)
    assert noted(engine) == []
    engine.dispose()


def test_every_connection_has_its_time_limits_and_name(address: URL) -> None:
    engine = connect(
        address,
        application_name="till 3",
        statement_timeout_ms=1_500,
        lock_timeout_ms=2_500,
        idle_in_transaction_ms=0,
    )
    wanted = {
        "statement_timeout": "1500ms",
        "lock_timeout": "2500ms",
        "idle_in_transaction_session_timeout": "0",
        "application_name": "till 3",
        "TimeZone": "UTC",
        "transaction_isolation": "read committed",
    }
    with transaction(engine) as session:
        found = {
            name: session.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar()
            for name in wanted
        }
    assert found == wanted
    engine.dispose()


def test_a_statement_that_takes_too_long_is_ended(address: URL) -> None:
    engine = connect(address, statement_timeout_ms=50)
    with pytest.raises(DBAPIError) as caught, reading(engine) as session:
        session.execute(text("SELECT pg_sleep(60)"))
    assert isinstance(caught.value.orig, errors.QueryCanceled)
    engine.dispose()


def test_waiting_for_a_lock_ends(address: URL, engine: Engine) -> None:
    hasty = connect(address, lock_timeout_ms=50)
    with transaction(engine) as session:
        note(session, "held")
        with pytest.raises(DBAPIError) as caught, transaction(hasty) as second:
            note(second, "held")
    assert isinstance(caught.value.orig, errors.LockNotAvailable)
    hasty.dispose()


def test_acting_as_a_login_gives_its_rights_and_no_more(address: URL) -> None:
    engine = connect(address, login=LOGIN)
    with reading(engine) as session:
        assert session.execute(text("SELECT session_user")).scalar_one() == LOGIN
    with pytest.raises(DBAPIError) as caught, transaction(engine) as session:
        note(session, "forbidden")
    assert isinstance(caught.value.orig, errors.InsufficientPrivilege)
    with reading(engine) as session:  # the login stays after an error
        assert session.execute(text("SELECT session_user")).scalar_one() == LOGIN
    engine.dispose()


def test_a_login_that_does_not_exist_is_refused(address: URL) -> None:
    engine = connect(address, login="nobody_here")
    with pytest.raises(LoginRefused) as caught, reading(engine) as session:
        session.execute(text("SELECT 1"))
    assert caught.value.data["login"] == "nobody_here"
    engine.dispose()


class Colour(StrEnum):
    RED = "red"


def test_exact_numbers_stay_exact_in_json(engine: Engine) -> None:
    sent = {
        "price": Decimal("0.10"),
        "on": date(2024, 2, 29),
        "id": UUID(int=7),
        "colours": {Colour.RED},
        "name": "Köln",
    }
    query = text("SELECT CAST(:sent AS jsonb) || '{\"rate\": 0.1}'").bindparams(
        bindparam("sent", type_=JSONB)
    )
    with reading(engine) as session:
        found = session.execute(query.columns(whole=JSONB), {"sent": sent}).scalar_one()
    assert found == {
        "price": "0.10",
        "on": "2024-02-29",
        "id": "00000000-0000-0000-0000-000000000007",
        "colours": ["red"],
        "name": "Köln",
        "rate": Decimal("0.1"),
    }
    assert not any(isinstance(value, float) for value in found.values())


@pytest.mark.parametrize("value", [float("nan"), object()])
def test_what_json_cannot_hold_is_not_stored(engine: Engine, value: object) -> None:
    query = text("SELECT CAST(:sent AS jsonb)").bindparams(bindparam("sent", type_=JSONB))
    with pytest.raises((TypeError, ValueError)), reading(engine) as session:
        session.execute(query, {"sent": [value]})


# -- a server that is not there, or says no -------------------------------------------------


def closed_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def refusal(engine: Engine) -> BusinessError:
    """What using the engine ends in; no password is ever told."""
    with pytest.raises(BusinessError) as caught, reading(engine) as session:
        session.execute(text("SELECT 1"))
    engine.dispose()
    assert "secret" not in caught.value.message()
    return caught.value


def test_a_server_that_is_not_there_is_named() -> None:
    port = closed_port()
    said = refusal(connect(f"postgresql://ann:secret@127.0.0.1:{port}/shop"))
    assert type(said) is DatabaseUnreachable
    assert said.data["address"] == f"127.0.0.1:{port}/shop"


def test_a_database_that_does_not_exist_is_named(server: EmbeddedServer) -> None:
    said = refusal(connect(server.url("no_such_shop")))
    assert type(said) is DatabaseMissing
    assert said.data["database"] == "no_such_shop"


def test_a_connection_lost_in_a_transaction_is_told_and_the_next_one_works(
    engine: Engine,
) -> None:
    both = "INSERT INTO noted SELECT 'lost' WHERE pg_terminate_backend(pg_backend_pid())"
    with pytest.raises(DatabaseUnreachable), transaction(engine) as session:
        session.execute(text(both))
    with transaction(engine) as session:
        note(session, "again")
    assert noted(engine) == ["again"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "shop",
        "mysql://a:secret@b/shop",
        "postgresql://server",
        "http://x/y",
        "p://:x:/",
        "postgresql://a:secret@b:5432,c:5432/shop",
        "postgresql://a:secr@secret@b:port/shop",
    ],
)
def test_an_address_that_is_none_is_refused_before_connecting(address: str) -> None:
    with pytest.raises(DatabaseAddressUnclear) as caught:
        connect(address)
    assert "secret" not in caught.value.message()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_an_address_may_be_written_as_is_customary(scheme: str) -> None:
    url = database_url(f"{scheme}://ann:secret@db.example:6432/shop")
    assert url.drivername == "postgresql+psycopg"
    assert address_of(url) == "db.example:6432/shop"


@pytest.mark.parametrize(
    ("address", "sslmode"),
    [
        ("postgresql://db.example/shop", "verify-full"),
        ("postgresql://127.0.0.1,db.example:5433/shop", "verify-full"),
        ("postgresql:///shop?host=server-a:5433&host=127.0.0.1:5433", "verify-full"),
        ("postgresql://db.example/shop?sslmode=require", "require"),
        ("postgresql://localhost:5433/shop", None),
        ("postgresql://[::1]:5433/shop", None),
        ("postgresql:///shop?host=/tmp/sockets", None),
        ("postgresql:///shop?host=127.0.0.1:5433&host=127.0.0.1:5434", None),
    ],
)
def test_over_a_network_the_certificate_is_verified_unless_the_address_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, address: str, sslmode: str | None
) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    url = database_url(address)
    assert url.query.get("sslmode") == sslmode
    assert database_url(url) == url
    monkeypatch.setenv("PGSSLMODE", "require")
    assert database_url("postgresql://db.example/shop").query == {}


# -- the right server and database ----------------------------------------------------------


def test_a_database_of_the_embedded_server_is_the_right_one(engine: Engine) -> None:
    check_server(engine)


def test_a_database_with_another_encoding_is_refused(
    server: EmbeddedServer, engine: Engine
) -> None:
    kind = "ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE engine_wrong TEMPLATE template0 {kind}"))
    wrong = connect(server.url("engine_wrong"))
    try:
        with pytest.raises(DatabaseSortsWrongly) as caught:
            check_server(wrong)
    finally:
        wrong.dispose()
        drop_database(server, "engine_wrong")
    assert caught.value.data["found"] == "C (libc, LATIN1)"
    assert create_statement("engine_wrong", 18).as_string() in caught.value.message()


def test_a_database_with_another_collation_is_refused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This build has no other collations, so the right one is declared wrong."""
    monkeypatch.setattr("app.database.engine._BY_CODE_POINT", frozenset({"C"}))
    with pytest.raises(DatabaseSortsWrongly) as caught:
        check_server(engine)
    assert caught.value.data["found"] == "C.UTF-8 (builtin, UTF8)"
    assert "builtin" in caught.value.message()


def test_the_statement_in_the_sentence_works(server: EmbeddedServer, engine: Engine) -> None:
    for version in (15, 18):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(create_statement("engine_right", version).as_string())
        right = connect(server.url("engine_right"))
        check_server(right)
        right.dispose()
        drop_database(server, "engine_right")


def test_a_server_that_is_too_old_is_refused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database.engine.OLDEST_SERVER", 99)
    with pytest.raises(ServerTooOld) as caught:
        check_server(engine)
    assert caught.value.data["found"] == 18


def test_a_copy_of_a_database_has_what_the_template_has(
    server: EmbeddedServer, address: URL
) -> None:
    create_database(server, "engine_template")
    filled = connect(server.url("engine_template"))
    with transaction(filled) as session:
        session.execute(text("CREATE TABLE noted AS SELECT 'copied'::text AS what"))
    filled.dispose()
    create_database(server, "engine_copy", "engine_template")
    copy = connect(server.url("engine_copy"))
    assert noted(copy) == ["copied"]
    copy.dispose()
    for name in ("engine_copy", "engine_template"):
        drop_database(server, name)
