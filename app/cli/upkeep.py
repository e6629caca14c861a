"""Keeping a company: the doctor, the printers, making and migrating databases."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.answers import say
from app.cli.company import open_engine, open_server


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

    from app.database.migrate import migrate
    from app.database.roles import create_company_database

    def act(postgres: Any) -> None:
        admin = create_engine(postgres)
        try:
            if options.what == "create":
                create_company_database(admin, options.name)
            else:
                engine = create_engine(admin.url.set(database=options.name))
                migrate(engine, options.name)
                engine.dispose()
        finally:
            admin.dispose()

    if options.database:
        act(make_url(options.database).set(drivername="postgresql+psycopg"))
    else:
        with open_server(options) as server:
            act(server.url("postgres"))
    done = "made" if options.what == "create" else "at the newest schema"
    print(f"The database {options.name} is {done}.")
    return 0
