"""Which company a command line is about, and the way into its database."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.core.errors import BusinessError
from app.core.messages import N_

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

    from app.database.embedded import EmbeddedServer, Progress
    from app.settings import Settings

COMPANY = "orderwright"
DEMO = "orderwright_demo"
_THE_SERVERS_OWN = frozenset({"postgres", "template0", "template1"})
"""Databases that every server has; none of them is a company."""


class NoCompany(BusinessError):
    """There is no company database yet."""

    sentence = N_(
        "There is no company {company} on this computer. "
        "Make the demo company with: orderwright demo"
    )


class UnknownName(BusinessError):
    """A verb or noun that is not there."""

    sentence = N_("There is no {what} {name}. See: orderwright {command} --list")


class NoManager(BusinessError):
    """Nobody in this company may do everything."""

    sentence = N_("No login of this company is a manager's. Say who you are with --user.")


def settings_of(options: argparse.Namespace) -> Settings:
    """What this start was told, on the command line or by the environment."""
    from app.settings import load_settings

    return load_settings(
        os.environ, database=options.database, user=options.user, station=options.station
    )


def _nobody_watches(_progress: Progress) -> None:
    return None


@contextmanager
def open_server(
    options: argparse.Namespace, watch: Callable[[Progress], None] = _nobody_watches
) -> Iterator[EmbeddedServer]:
    """The server of this computer while the block lasts; `watch` hears what is waited for."""
    from app.database.embedded import EmbeddedServer

    with EmbeddedServer.start(settings_of(options).home, watch=watch) as server:
        yield server


def company_name(server: EmbeddedServer, wanted: str | None) -> str:
    """The company's database: the one asked for, else the company's own, else the demo.

    Raises: NoCompany.
    """
    from app.database.databases import has_database

    names = [wanted] if wanted else [COMPANY, DEMO]
    companies = (each for each in names if each not in _THE_SERVERS_OWN)
    name = next((each for each in companies if has_database(server, each)), None)
    if name is None:
        raise NoCompany(company=names[0])
    return name


@contextmanager
def open_engine(options: argparse.Namespace, *, as_owner: bool = False) -> Iterator[Engine]:
    """The company's database: networked as the URL says, embedded as `--user` or its manager."""
    from app.database.engine import connect, reading
    from app.database.migrate import check_schema

    settings = settings_of(options)
    if settings.database:
        engine = connect(networked_url(settings))
        try:
            with reading(engine) as session:
                check_schema(session.connection())
            yield engine
        finally:
            engine.dispose()
        return
    with open_server(options) as server:
        name = company_name(server, options.company)
        owner = connect(server.url(name), statement_timeout_ms=0 if as_owner else 30_000)
        try:
            with reading(owner) as session:
                check_schema(session.connection())
            if as_owner:
                yield owner
                return
            with reading(owner) as session:
                login = settings.user or manager_of(session)
            acting = connect(server.url(name), login=login)
            try:
                yield acting
            finally:
                acting.dispose()
        finally:
            owner.dispose()


def networked_url(settings: Settings, *, may_ask: bool = True) -> URL:
    """The address with its password: as given, from the keyring, typed, or from PGPASSFILE."""
    from app.database.engine import database_url

    url = database_url(settings.database or "")
    if settings.user:
        url = url.set(username=settings.user)
    if url.password is not None or url.username is None:
        return url
    import keyring
    from keyring.errors import KeyringError

    try:
        password = keyring.get_password("orderwright", f"{url.username}@{url.host}")
    except KeyringError:
        password = None
        print("This computer has no keyring; the password is not kept.", file=sys.stderr)
    if password is None and may_ask and sys.stdin.isatty():
        from getpass import getpass

        password = getpass(f"Password of {url.username}: ") or None
    return url.set(password=password)


def manager_of(session: Any) -> str:
    """The login that is acted as when nobody says who they are.

    Raises: NoManager.
    """
    from sqlalchemy import text

    found = session.execute(
        text("SELECT login FROM login_group WHERE group_name = 'manager' ORDER BY login LIMIT 1")
    ).scalar_one_or_none()
    if found is None:
        raise NoManager
    return str(found)
