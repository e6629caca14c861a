"""A company that an earlier program made, brought to the newest schema."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text

import app.database.migrate
from app.cli.window import UPDATING_DEMO, bring_up_to_date
from app.database.databases import drop_database
from app.database.embedded import EmbeddedServer
from app.database.migrate import CompanyAtWork, current_revision, migrate, newest_revision
from app.database.roles import create_company_database
from tests.conftest import WORKER, NetworkedServer

NAME = f"upgraded_{WORKER}"
OLGA = f"olga_{WORKER}"


@pytest.fixture
def older(server: EmbeddedServer | NetworkedServer) -> Iterator[Engine]:
    """A company at the first schema that was handed out, with a person who signs in."""
    drop_database(server.url("postgres"), NAME)
    admin = create_engine(server.url("postgres"))
    create_company_database(admin, NAME, schema="0003")
    engine = create_engine(server.url(NAME))
    with engine.begin() as owner:
        owner.execute(
            text("""INSERT INTO company (name, country, currency, time_zone,
                                         gs1_company_prefix)
                    VALUES ('Older', 'US', 'USD', 'UTC', '9521473')""")
        )
        owner.execute(
            text("SELECT create_login(:login, 'first-secret', ARRAY['admin'])"), {"login": OLGA}
        )
        owner.execute(
            text("""INSERT INTO charge_rule (code, name, kind, level, method, rate, currency,
                                             billing)
                    VALUES ('SHIPPING', 'Freight', 'shipping', 'header', 'fixed', 9, 'USD',
                            'first')""")
        )
    yield engine
    engine.dispose()
    drop_database(server.url("postgres"), NAME)
    with admin.begin() as connection:
        connection.execute(text(f'DROP ROLE IF EXISTS "{OLGA}"'))
    admin.dispose()


def test_an_older_company_works_on_with_the_newest_schema(older: Engine) -> None:
    migrate(older, NAME)
    with older.connect() as owner:
        assert current_revision(owner) == newest_revision()
        rules = owner.execute(text("SELECT code, is_active FROM charge_rule")).all()
        assert [tuple(rule) for rule in rules] == [("SHIPPING", True)]


def test_whoever_had_a_login_gets_a_new_password_from_the_same_company(older: Engine) -> None:
    password = text("SELECT rolpassword FROM pg_authid WHERE rolname = :login")
    with older.connect() as owner:
        before = owner.execute(password, {"login": OLGA}).scalar_one()
    migrate(older, NAME)
    with older.begin() as owner:
        owner.execute(
            text("SELECT create_login(:login, 'second-secret', ARRAY['admin'])"), {"login": OLGA}
        )
        assert owner.execute(password, {"login": OLGA}).scalar_one() != before


def test_a_demo_of_an_earlier_program_is_brought_up_to_date_once(older: Engine) -> None:
    told: list[str] = []
    for _ in range(2):
        bring_up_to_date(older.url, NAME, told.append, said=UPDATING_DEMO)
    assert told == ["Bringing the demo company up to date …"]
    with older.connect() as owner:
        assert current_revision(owner) == newest_revision()


def test_a_company_somebody_is_at_work_in_is_not_updated_and_says_so(
    older: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.database.migrate, "LOCK_PATIENCE", "50ms")
    told: list[str] = []
    with older.begin() as at_work:
        at_work.execute(text("LOCK TABLE carton_type"))
        with pytest.raises(CompanyAtWork) as refused:
            bring_up_to_date(older.url, NAME, told.append)
    assert str(refused.value) == (
        "Another window is at work in this company, so it is not updated now. "
        "Close the other windows, then update again."
    )
    with older.connect() as owner:
        assert current_revision(owner) == "0003"
    bring_up_to_date(older.url, NAME, told.append)
    assert told == ["Bringing the company up to date …"] * 2
    with older.connect() as owner:
        assert current_revision(owner) == newest_revision()
