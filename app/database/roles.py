"""Databases and their group roles: `<database>_sales`, `<database>_floor`, …

Roles belong to the whole cluster and advisory locks to one database, so everything here runs
under one advisory lock taken in the database `postgres`.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, Engine, create_engine, text

from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.messages import N_
from app.database.migrate import migrate

_LOCK = 7_203_114_001

MEMBERS = {
    Group.DISPATCH: (Group.FLOOR,),
    Group.STOCK: (Group.FLOOR,),
    Group.MANAGER: (
        Group.SALES,
        Group.DISPATCH,
        Group.STOCK,
        Group.PURCHASING,
        Group.ACCOUNTING,
    ),
}
"""What a group includes (dispatch and stock are also floor, manager is all)."""

READERS = (Group.SALES, Group.FLOOR, Group.PURCHASING, Group.ACCOUNTING)
"""Groups that read the documents; the others are among them by membership."""


class DatabaseNameNotUsable(BusinessError):
    """A name that PostgreSQL would have to quote, or too long for role names."""

    sentence = N_(
        "{name} cannot be a database name. Use small letters, digits and underscores, "
        "beginning with a letter, at most 40 characters."
    )


class DatabaseExists(BusinessError):
    """There is one of that name already."""

    sentence = N_("There is already a database {name} on this server. Choose another name.")


def create_company_database(admin: Engine, name: str, *, schema: str = "head") -> None:
    """Make an empty company database with its group roles and the newest schema, or an older one.

    `admin` connects as a superuser (or one with CREATEDB and CREATEROLE) to `postgres`.
    Raises: DatabaseNameNotUsable, DatabaseExists.
    """
    make_empty_company_database(admin, name)
    engine = create_engine(admin.url.set(database=name))
    try:
        migrate(engine, name, to=schema)
    finally:
        engine.dispose()


def make_empty_company_database(admin: Engine, name: str) -> None:
    """Make a database without tables, and its group roles.

    Raises: DatabaseNameNotUsable, DatabaseExists.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise DatabaseNameNotUsable(name=name)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        try:
            _create_roles(connection, name)
            _create_empty_database(connection, name)
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})


def _create_roles(connection: Connection, prefix: str) -> None:
    existing = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())

    def create(role: str, options: str = "NOLOGIN") -> None:
        if role not in existing:
            connection.exec_driver_sql(f'CREATE ROLE "{role}" {options}')

    create(f"{prefix}_owner")
    create(f"{prefix}_accounts", "NOLOGIN CREATEROLE")
    create(f"{prefix}_reader")
    for group in Group:
        create(f"{prefix}_{group}")
        connection.exec_driver_sql(
            f'GRANT "{prefix}_{group}" TO "{prefix}_accounts" WITH ADMIN OPTION'
        )
    connection.exec_driver_sql(f'GRANT "{prefix}_accounts" TO "{prefix}_owner"')
    for group in READERS:
        connection.exec_driver_sql(f'GRANT "{prefix}_reader" TO "{prefix}_{group}"')
    for group, included in MEMBERS.items():
        for each in included:
            connection.exec_driver_sql(f'GRANT "{prefix}_{each}" TO "{prefix}_{group}"')


def _create_empty_database(connection: Connection, name: str) -> None:
    found = connection.execute(
        text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}
    ).first()
    if found:
        raise DatabaseExists(name=name)
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    locale = (
        "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
        if version >= 170000
        else "LOCALE 'C.UTF-8'"
    )
    connection.exec_driver_sql(
        f'CREATE DATABASE "{name}" OWNER "{name}_owner" TEMPLATE template0 ENCODING \'UTF8\' '
        f"{locale} STRATEGY wal_log"
    )
    # Not even temporary tables: the triggers trust what is done below a trigger.
    connection.exec_driver_sql(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    connection.exec_driver_sql(
        f'GRANT CONNECT ON DATABASE "{name}" TO "{name}_reader", "{name}_admin"'
    )
    connection.exec_driver_sql(f'GRANT CREATE ON DATABASE "{name}" TO "{name}_owner"')
