"""Bringing a database to the schema this program fits, and saying so when it does not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from app.core.errors import BusinessError
from app.core.messages import N_

_FOLDER = Path(__file__).resolve().parent / "migrations"
_LOCK = 7_203_114_000
"""Key of the advisory lock that lets one program migrate at a time."""


LOCK_PATIENCE = "10s"
"""How long a migration waits for others who are at work in a table."""


class SchemaTooOld(BusinessError):
    """The database has not been brought to this program's schema yet."""

    sentence = N_(
        "The database is at version {found}, this program needs {needed}. "
        "Ask an administrator to run: orderwright database migrate {name}"
    )


class SchemaTooNew(BusinessError):
    """The database was migrated by a newer program."""

    sentence = N_(
        "The database is at version {found}, newer than this program knows ({needed}). "
        "Update Orderwright on this computer."
    )


class CompanyAtWork(BusinessError):
    """A company that others use while it is to be updated."""

    sentence = N_(
        "Another window is at work in this company, so it is not updated now. "
        "Close the other windows, then update again."
    )


@cache
def _revisions() -> tuple[str, ...]:
    """The schemas this program knows, oldest first, from the names of the migrations' files."""
    return tuple(sorted(each.name[:4] for each in (_FOLDER / "versions").glob("[0-9]*.py")))


def newest_revision() -> str:
    """The schema this program fits."""
    return _revisions()[-1]


def migrate(engine: Engine, role_prefix: str, *, to: str = "head") -> None:
    """Run what is missing, as the owner role of the database, in one transaction.

    `engine` connects as somebody who may become `<role_prefix>_owner`. `to` stops at an older
    schema, as a program of that time made it. Raises: CompanyAtWork.
    """
    from alembic import command  # late: a window only looks whether the schema fits
    from alembic.config import Config

    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(
            text("SELECT set_config('lock_timeout', :patience, true)"),
            {"patience": LOCK_PATIENCE},
        )
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.exec_driver_sql(f'SET LOCAL ROLE "{role_prefix}_owner"')
        config = Config()
        config.set_main_option("script_location", str(_FOLDER))
        config.attributes.update(connection=connection, role_prefix=role_prefix)
        try:
            command.upgrade(config, to)
        except (LockNotAvailable, DBAPIError) as error:
            # Files are run past SQLAlchemy, so the driver's own error comes as well.
            if not isinstance(getattr(error, "orig", error), LockNotAvailable):
                raise
            raise CompanyAtWork from error


def current_revision(connection: Connection) -> str | None:
    """The schema the database is at; None before the first migration."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def check_schema(connection: Connection) -> None:
    """Refuse to work with a schema this program does not fit.

    Raises: SchemaTooOld, SchemaTooNew.
    """
    found, needed = current_revision(connection), newest_revision()
    if found == needed:
        return
    if found is None or found in _revisions():
        name = connection.engine.url.database
        raise SchemaTooOld(found=found or "0000", needed=needed, name=name)
    raise SchemaTooNew(found=found, needed=needed)


def run_sql_file(connection: Connection, name: str) -> None:
    """Run one SQL file of the migrations; `{p}` stands for the prefix of the group roles."""
    prefix = connection.execute(text("SELECT current_user")).scalar_one().removesuffix("_owner")
    sql = (_FOLDER / "sql" / name).read_text(encoding="utf-8").replace("{p}", prefix)
    # The raw cursor: the files contain many statements, and colons and percents of their own.
    cursor = connection.connection.cursor()
    cursor.execute(sql)
    cursor.close()
    if name.endswith("tables.sql"):
        connection.execute(
            text("INSERT INTO installation (role_prefix) VALUES (:prefix)"), {"prefix": prefix}
        )
