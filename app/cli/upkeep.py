"""Keeping a company: the doctor, the printers, making and migrating databases."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from app.cli.answers import say
from app.cli.company import COMPANY, NoCompany, open_engine, open_server

if TYPE_CHECKING:
    from sqlalchemy import Engine


def doctor(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from app.database.engine import reading
    from app.queries.doctor import doctor as differences

    with open_engine(options, as_owner=True) as engine, reading(engine) as session:
        found = differences(session)
    if options.json:
        say({"differences": [asdict(each) for each in found]})
    elif not found:
        print("Every derived number agrees with the facts.")
    else:
        for each in found:
            print(f"{each.what} {each.id}: {each.field} is {each.stored}, should be {each.derived}")
    return 1 if found else 0


def printers(_options: argparse.Namespace) -> int:
    from app.gateways.printers import list_printers

    say(list(list_printers()))
    return 0


def database(options: argparse.Namespace) -> int:
    from sqlalchemy import create_engine, make_url

    from app.database.databases import has_database
    from app.database.engine import database_url
    from app.database.migrate import migrate
    from app.database.roles import create_company_database
    from app.operations.people import check_login

    if options.name is None:
        named = make_url(options.database).database if options.database else options.company
        options.name = named or COMPANY

    def act(postgres: Any) -> None:
        admin = create_engine(postgres)
        try:
            engine = create_engine(admin.url.set(database=options.name))
            if options.what == "create":
                if options.admin:
                    check_login(options.admin)
                create_company_database(admin, options.name)
                if options.admin:
                    _first_login(engine, options.admin, _first_password(options))
            elif has_database(admin.url, options.name):
                migrate(engine, options.name)
            else:
                raise NoCompany(company=options.name)
            engine.dispose()
        finally:
            admin.dispose()

    if options.database:
        act(database_url(make_url(options.database).set(database="postgres")))
    else:
        with open_server(options) as server:
            act(server.url("postgres"))
    done = "made" if options.what == "create" else "at the newest schema"
    print(f"The database {options.name} is {done}.")
    if options.what == "create":
        print(_next_step(options))
    return 0


def _first_password(options: argparse.Namespace) -> str | None:
    """Networked people sign in with a password; on this computer its owner needs none."""
    if not options.database:
        return None
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"A password for {options.admin}: ")
    return sys.stdin.readline().rstrip("\n")


def _first_login(engine: Engine, login: str, password: str | None) -> None:
    """The first person of a company, who may do everything, setting up others included.

    Raises: PasswordTooShort.
    """
    from sqlalchemy import text

    from app.operations.people import check_password

    if password is not None:
        check_password(password)
    with engine.begin() as owner:
        owner.execute(
            text("INSERT INTO person (login, name) VALUES (:login, :login)"), {"login": login}
        )
        owner.execute(
            text("SELECT create_login(:login, :password, ARRAY['admin', 'manager'])"),
            {"login": login, "password": password},
        )


def _next_step(options: argparse.Namespace) -> str:
    if not options.admin:
        return "Nobody can sign in yet: next time give --admin LOGIN, the first person's login."
    where = f"--database {options.database} " if options.database else f"--company {options.name} "
    settings = (
        '{"name": "…", "country": "…", "currency": "…", "time_zone": "…", '
        '"gs1_company_prefix": "…"}'
    )
    return (
        "Say next what the company is called, where it is and what it counts in:\n"
        f"  orderwright {where}--user {options.admin} do set_company "
        f"--json '{{\"settings\": {settings}}}'"
    )
