"""The way from the command line to the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.company import DEMO, company_name, manager_of, networked_url, open_server, settings_of
from app.core.messages import N_, render

if TYPE_CHECKING:
    from app.database.door import Door, Tell
    from app.database.embedded import EmbeddedServer, Progress
    from app.settings import Settings

OpenWindow = Callable[..., int]
"""Opens the window: `(way_in, desk=)`, answers the exit code."""

RunTour = Callable[..., int]
"""Drives the windows: `(way_in, folder)`, leaves pictures and papers there; the exit code."""

TOUR = "orderwright_tour"
"""The tour's own demo company, made anew each time."""

MAKING_DEMO = N_("Making the demo company …")
DEMO_IS_WHOLE = "Orderwright demo company"
"""Written on the database when all of it is there; without it, its making was cut short."""


def no_window(*_where: object, **_options: object) -> int:
    """What stands in where the program was started without its window."""
    print("This program was started without its window.", file=sys.stderr)
    return 2


def open_the_window(options: argparse.Namespace, open_window: OpenWindow) -> int:
    """The window, on a networked database or on the one of this computer while it is open."""
    settings = settings_of(options)
    name = options.company

    def way_in(tell: Tell) -> Iterator[Door]:
        if settings.database:
            yield _networked(settings)
            return
        with open_server(options, watch=lambda progress: _tell_progress(tell, progress)) as server:
            yield _local(server, company_name(server, name), settings)

    return open_window(contextmanager(way_in), desk=getattr(options, "desk", None))


def demo(options: argparse.Namespace, open_window: OpenWindow) -> int:
    """The demo company in its window, made when it is not there yet."""
    settings = settings_of(options)

    def way_in(tell: Tell) -> Iterator[Door]:
        with open_server(options, watch=lambda progress: _tell_progress(tell, progress)) as server:
            make_demo(server, tell)
            yield _local(server, DEMO, settings)

    if not options.only_make:
        return open_window(contextmanager(way_in), desk=None)
    with open_server(options) as server:
        made = make_demo(server, lambda _sentence: None)
    print(
        "The demo company is made. Try: orderwright do --list"
        if made
        else f"The demo company is there already ({DEMO})."
    )
    return 0


def tour(options: argparse.Namespace, folder: Path, run_tour: RunTour) -> int:
    """The tour, through a demo company of its own on the server of this computer."""
    from app.database.databases import drop_database, has_database
    from app.database.door import Door

    folder = folder.absolute()

    def way_in(tell: Tell) -> Iterator[Door]:
        with open_server(options, watch=lambda progress: _tell_progress(tell, progress)) as server:
            if has_database(server, TOUR):
                drop_database(server, TOUR)
            make_demo(server, tell, TOUR)
            try:
                yield Door(server.url(TOUR), needs_password=True, papers=folder)
            finally:
                drop_database(server, TOUR)

    return run_tour(contextmanager(way_in), folder)


def make_demo(server: EmbeddedServer, tell: Tell, name: str = DEMO) -> bool:
    """Make the demo company; False when it was there. One left half made is made anew."""
    from sqlalchemy import create_engine, text

    from app.database.databases import drop_database, has_database

    admin = create_engine(server.url("postgres"))
    try:
        if has_database(server, name):
            with admin.connect() as connection:
                found = connection.execute(
                    text("""SELECT shobj_description(oid, 'pg_database') FROM pg_database
                             WHERE datname = :name"""),
                    {"name": name},
                ).scalar_one()
            if found == DEMO_IS_WHOLE:
                return False
            drop_database(server, name)
        tell(render(MAKING_DEMO, {}))
        from app.operations.demo import build_demo  # late: it draws on nearly everything

        build_demo(admin, name)
        with admin.begin() as connection:
            connection.exec_driver_sql(f"COMMENT ON DATABASE {name} IS '{DEMO_IS_WHOLE}'")
    finally:
        admin.dispose()
    return True


def _tell_progress(tell: Tell, progress: Progress) -> None:
    tell(progress.message())


def _local(server: EmbeddedServer, name: str, settings: Settings) -> Door:
    from app.database.door import Door
    from app.database.engine import connect, reading

    owner = connect(server.url(name))
    try:
        with reading(owner) as session:
            login = settings.user or manager_of(session)
    finally:
        owner.dispose()
    return Door(server.url(name), login, settings.station, papers=settings.home / "papers")


def _networked(settings: Settings) -> Door:
    from app.database.door import Door

    url = networked_url(settings, may_ask=False)
    return Door(url, station=settings.station, needs_password=True, papers=settings.home / "papers")
