"""The way from the command line to the window."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.company import DEMO, company_name, manager_of, networked_url, open_server, settings_of
from app.core.messages import N_, render

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

    from app.database.door import Door, Tell
    from app.database.embedded import EmbeddedServer, Progress
    from app.settings import Settings

OpenWindow = Callable[..., int]
"""Opens the window: `(way_in, desk=)`, answers the exit code."""

RunTour = Callable[..., int]
"""Drives the windows: `(way_in, folder, looks)`, leaves pictures and papers; the exit code."""

LOOKS = ("dark", "light")
"""The looks a tour is photographed in, one after the other."""

TOUR = "orderwright_tour"
"""The tour's own demo company, made anew each time."""

MAKING_DEMO = N_("Making the demo company …")
UPDATING = N_("Bringing the company up to date …")
UPDATING_DEMO = N_("Bringing the demo company up to date …")
FILLING_DEMO = N_("This is the demo company. Its stock and orders arrive in the first seconds.")
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
            yield local_door(server, company_name(server, name), settings)

    return open_window(contextmanager(way_in), desk=getattr(options, "desk", None))


def demo(options: argparse.Namespace, open_window: OpenWindow) -> int:
    """The demo company in its window, made when it is not there yet."""
    settings = settings_of(options)

    def way_in(tell: Tell) -> Iterator[Door]:
        with (
            open_server(options, watch=lambda progress: _tell_progress(tell, progress)) as server,
            demo_company(server, tell, behind_the_window=True) as is_filling,
        ):
            door = local_door(server, DEMO, settings)
            yield replace(door, note=render(FILLING_DEMO, {})) if is_filling else door

    if not options.only_make:
        return open_window(contextmanager(way_in), desk=None)
    told: list[str] = []
    with open_server(options) as server, demo_company(server, told.append):
        print(
            "The demo company is made. Try: orderwright do --list"
            if told
            else f"The demo company is there already ({DEMO})."
        )
    return 0


def tour(options: argparse.Namespace, folder: Path, run_tour: RunTour) -> int:
    """The tour, through a demo company of its own on the server of this computer.

    Photographed in the look that was named, or in each.
    """
    from app.database.databases import drop_database, has_database
    from app.database.door import Door

    folder = folder.absolute()

    def way_in(tell: Tell) -> Iterator[Door]:
        with open_server(options, watch=lambda progress: _tell_progress(tell, progress)) as server:
            if has_database(server, TOUR):
                drop_database(server, TOUR)
            with demo_company(server, tell, TOUR):
                try:
                    yield Door(server.url(TOUR), needs_password=True, papers=folder)
                finally:
                    drop_database(server, TOUR)

    looks = (options.look,) if options.look else LOOKS
    return run_tour(contextmanager(way_in), folder, looks)


@contextmanager
def demo_company(
    server: EmbeddedServer, tell: Tell, name: str = DEMO, *, behind_the_window: bool = False
) -> Iterator[bool]:
    """The demo company is there while the block lasts; whether it is still being filled.

    `tell` hears when it has to be made. With `behind_the_window` the block begins as soon as
    a window can be used; stock and orders follow meanwhile. One left half made is made anew,
    and two programs never make it at the same time.
    """
    from sqlalchemy import create_engine

    admin = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as alone:
            alone.exec_driver_sql("SELECT pg_advisory_lock(hashtext(%s))", (name,))
            if _is_whole(alone, name):
                bring_up_to_date(server.url(name), name, tell, said=UPDATING_DEMO)
                alone.exec_driver_sql("SELECT pg_advisory_unlock(hashtext(%s))", (name,))
                yield False
                return
            tell(render(MAKING_DEMO, {}))
            # Late: it draws on nearly everything.
            from app.operations.demo import DemoCompany, NotWantedAnyMore

            company = DemoCompany(admin, name)
            is_wanted = True

            def fill() -> None:
                try:
                    company.fill(lambda: is_wanted)
                except NotWantedAnyMore:
                    return
                alone.exec_driver_sql(f"COMMENT ON DATABASE {name} IS '{DEMO_IS_WHOLE}'")
                alone.exec_driver_sql("SELECT pg_advisory_unlock(hashtext(%s))", (name,))

            if not behind_the_window:
                fill()
                yield False
                return
            filling = threading.Thread(target=fill, name="demo")
            filling.start()
            try:
                yield True
            finally:
                is_wanted = False
                filling.join()
    finally:
        admin.dispose()


def bring_up_to_date(url: URL, name: str, tell: Tell, *, said: str = UPDATING) -> None:
    """Migrate a company that an earlier program made; `tell` hears `said` when there is need.

    Raises: CompanyAtWork.
    """
    from app.database.engine import connect
    from app.database.migrate import current_revision, migrate, newest_revision

    owner = connect(url)
    try:
        with owner.connect() as connection:
            found = current_revision(connection)
        # One that a newer program made is refused at the door, in words.
        if found is not None and found < newest_revision():
            tell(render(said, {}))
            migrate(owner, name)
    finally:
        owner.dispose()


def _is_whole(alone: Connection, name: str) -> bool:
    """Whether the demo company is all there; what was left of a half made one is dropped."""
    found = alone.exec_driver_sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (name,)
    ).scalar_one_or_none()
    if found != DEMO_IS_WHOLE:
        alone.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return found == DEMO_IS_WHOLE


def _tell_progress(tell: Tell, progress: Progress) -> None:
    tell(progress.message())


def local_door(server: EmbeddedServer, name: str, settings: Settings) -> Door:
    """The door to a company of this computer: whoever owns its data may also update it."""
    from app.database.door import Door
    from app.database.engine import connect, reading

    owner = connect(server.url(name))
    try:
        with reading(owner) as session:
            login = settings.user or manager_of(session)
    finally:
        owner.dispose()
    url = server.url(name)
    return Door(
        url,
        login,
        settings.station,
        papers=settings.home / "papers",
        scanners=settings.home / "scanners.json",
        update=lambda tell: bring_up_to_date(url, name, tell),
        bring_back=server.ensure_running,
        back_up=partial(_back_up, server, name),
    )


def _back_up(server: EmbeddedServer, company: str, file: Path) -> Any:
    from app.operations.backup import back_up  # late: a window is there before anybody asks

    return back_up(server, company, file)


def _networked(settings: Settings) -> Door:
    from app.database.door import Door

    url = networked_url(settings, may_ask=False)
    return Door(
        url,
        station=settings.station,
        needs_password=True,
        papers=settings.home / "papers",
        scanners=settings.home / "scanners.json",
    )
