"""Logins: people of several companies on one server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from app.database.databases import drop_database
from app.database.embedded import EmbeddedServer
from app.database.engine import connect
from app.database.roles import create_company_database
from tests.conftest import WORKER, NetworkedServer


@pytest.fixture
def second_company(server: EmbeddedServer | NetworkedServer, template: str) -> Iterator[str]:
    """A second company on the server that has Maria's already."""
    name = f"second_{WORKER}"
    drop_database(server.url("postgres"), name)
    admin = create_engine(server.url("postgres"))
    create_company_database(admin, name)
    admin.dispose()
    yield name
    drop_database(server.url("postgres"), name)


def test_a_person_of_another_company_keeps_the_password_they_have_there(
    server: EmbeddedServer | NetworkedServer, second_company: str
) -> None:
    engine = create_engine(server.url(second_company))
    with engine.begin() as owner:
        before = owner.execute(
            text("SELECT rolpassword FROM pg_authid WHERE rolname = 'maria'")
        ).scalar_one()
        owner.execute(text("SELECT create_login('maria', 'another-secret', ARRAY['sales'])"))
        after = owner.execute(
            text("SELECT rolpassword FROM pg_authid WHERE rolname = 'maria'")
        ).scalar_one()
        groups = owner.execute(text("SELECT group_name FROM login_group WHERE login = 'maria'"))
        assert groups.scalars().all() == ["sales"]
        assert after == before
    # Nor once they are here: else whoever keeps people here would sign in as them there.
    with engine.connect() as owner, pytest.raises(DBAPIError) as refused:
        owner.execute(text("SELECT create_login('maria', 'another-secret', ARRAY['sales'])"))
    assert getattr(refused.value.orig, "sqlstate", "") == "OW040"
    with engine.begin() as owner:
        owner.execute(text("SELECT create_login('maria', NULL, ARRAY['floor'])"))
    engine.dispose()


def test_a_login_makes_nothing_of_its_own_in_a_company(
    server: EmbeddedServer | NetworkedServer, second_company: str
) -> None:
    """What happens below a trigger is trusted: nobody may have one, on no table of theirs."""
    owner = create_engine(server.url(second_company))
    with owner.begin() as connection:
        connection.execute(text("SELECT create_login('maria', NULL, ARRAY['manager', 'admin'])"))
    owner.dispose()
    engine = connect(server.url(second_company), login="maria")
    for statement in (
        "CREATE TEMP TABLE mine (id int)",
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ):
        with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
            connection.execute(text(statement))
        assert getattr(refused.value.orig, "sqlstate", "") == "42501", statement
    engine.dispose()
