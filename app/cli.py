"""The headless door: every verb and noun from the command line, JSON in and out.

What a verb takes and answers is read from its typed signature; nothing is written twice.
Exit codes: 0 done, 1 refused (`{"error", "message", "data"}` on stdout), 2 wrongly asked.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.core.errors import BusinessError
from app.core.messages import N_

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

    from app.database.embedded import EmbeddedServer
    from app.settings import Settings

OpenWindow = Callable[..., int]
"""Opens the window: `(url, login=, station=, needs_password=, desk=)`, answers the exit code."""

COMPANY = "orderwright"
DEMO = "orderwright_demo"


class NoCompany(BusinessError):
    """There is no company database yet."""

    sentence = N_(
        "There is no company {company} on this computer. "
        "Make the demo company with: orderwright demo"
    )


class UnknownName(BusinessError):
    """A verb or noun that is not there."""

    sentence = N_("There is no {what} {name}. See: orderwright {command} --list")


class NotJson(BusinessError):
    """The arguments cannot be read."""

    sentence = N_("The arguments are not a JSON object: {reason}.")


class WrongArguments(BusinessError):
    """The arguments do not fit the verb."""

    sentence = N_("{problems}. See: orderwright {command} {name} --schema")


def _no_window(_url: URL, **_options: object) -> int:
    print("This program was started without its window.", file=sys.stderr)
    return 2


def run(arguments: Sequence[str], open_window: OpenWindow = _no_window) -> int:
    """Read the arguments, do what they ask for, and answer with the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if not hasattr(options, "act"):
            return _window(options, open_window)
        return int(options.act(options))
    except BusinessError as refused:
        _say({"error": refused.name, "message": refused.message(), "data": refused.data})
        return 1


def _window(options: argparse.Namespace, open_window: OpenWindow) -> int:
    """The window, on a networked database or on the one of this computer while it is open."""
    desk = getattr(options, "desk", None)
    settings = _settings(options)
    if settings.database:
        from app.database.engine import database_url

        url = database_url(settings.database)
        if settings.user:
            url = url.set(username=settings.user)
        return open_window(url, station=settings.station, needs_password=True, desk=desk)
    with _engine(options) as engine:
        login = _login_of(engine)
        return open_window(
            engine.url, login=login, station=settings.station, needs_password=False, desk=desk
        )


def _login_of(engine: Engine) -> str:
    from sqlalchemy import text

    from app.database.engine import reading

    with reading(engine) as session:
        return str(session.execute(text("SELECT session_user")).scalar_one())


def _say(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value) if isinstance(value, (Decimal, date)) else repr(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="orderwright", description="Orders to trucks.")
    parser.add_argument("--database", metavar="URL", help="a networked database")
    parser.add_argument("--company", metavar="NAME", help="which company of this computer")
    parser.add_argument("--user", metavar="NAME", help="the login to act as")
    parser.add_argument("--station", metavar="CODE", help="the station this is")
    commands = parser.add_subparsers(title="what to do", metavar="COMMAND")

    window = commands.add_parser("run", help="open the window (also with no command at all)")
    window.add_argument("--desk", metavar="KEY", help="open this desk, full screen")

    for name, what, act in (("do", "verb", _do), ("show", "noun", _show)):
        door = commands.add_parser(name, help=f"one {what}, JSON in and out")
        door.add_argument("name", nargs="?", metavar=what.upper())
        door.add_argument("--list", action="store_true", help=f"list every {what}")
        door.add_argument("--schema", action="store_true", help="the JSON schema of one")
        door.add_argument("--json", default="{}", metavar="OBJECT", help="the arguments")
        door.set_defaults(act=act)

    scan = commands.add_parser("scan", help="read codes; - reads one a line from stdin")
    scan.add_argument("codes", nargs="+", metavar="TEXT")
    scan.add_argument("--no-lookup", action="store_true", help="by form alone, no database")
    scan.set_defaults(act=_scan)

    doctor = commands.add_parser("doctor", help="rebuild every derived number and compare")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(act=_doctor)

    printers = commands.add_parser("printers", help="the printer queues of this computer")
    printers.set_defaults(act=_printers)

    demo = commands.add_parser("demo", help="make the demo company")
    demo.set_defaults(act=_demo)

    database = commands.add_parser("database", help="make or migrate a company database")
    database.add_argument("what", choices=("create", "migrate"))
    database.add_argument("name", metavar="NAME")
    database.set_defaults(act=_database)
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    from app.settings import load_settings

    return load_settings(
        os.environ, database=options.database, user=options.user, station=options.station
    )


@contextmanager
def _server(options: argparse.Namespace) -> Iterator[EmbeddedServer]:
    from app.database.embedded import EmbeddedServer

    with EmbeddedServer.start(_settings(options).home) as server:
        yield server


@contextmanager
def _engine(options: argparse.Namespace, *, as_owner: bool = False) -> Iterator[Engine]:
    """The company's database: networked as the URL says, embedded as `--user` or its manager."""
    from app.database.databases import has_database
    from app.database.engine import connect, reading

    settings = _settings(options)
    if settings.database:
        engine = connect(_networked(settings))
        try:
            yield engine
        finally:
            engine.dispose()
        return
    with _server(options) as server:
        names = [options.company] if options.company else [COMPANY, DEMO]
        name = next((each for each in names if has_database(server, each)), None)
        if name is None:
            raise NoCompany(company=names[0])
        owner = connect(server.url(name), statement_timeout_ms=0 if as_owner else 30_000)
        try:
            if as_owner:
                yield owner
                return
            with reading(owner) as session:
                login = settings.user or _manager(session)
            acting = connect(server.url(name), login=login)
            try:
                yield acting
            finally:
                acting.dispose()
        finally:
            owner.dispose()


def _networked(settings: Settings) -> URL:
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
    if password is None and sys.stdin.isatty():
        from getpass import getpass

        password = getpass(f"Password of {url.username}: ") or None
    return url.set(password=password)


def _manager(session: Any) -> str:
    from sqlalchemy import text

    found = session.execute(
        text("SELECT login FROM login_group WHERE group_name = 'manager' ORDER BY login LIMIT 1")
    ).scalar_one_or_none()
    if found is None:
        raise UnknownName(what="login for a manager; give one with --user", name="", command="do")
    return str(found)


def _arguments(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise NotJson(reason=error) from error
    if not isinstance(values, dict):
        raise NotJson(reason=f"it is a {type(values).__name__}")
    return values


def _do(options: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from app.database.engine import reading
    from app.operations.run import Command, Runner
    from app.operations.verbs import VERBS
    from app.queries.references import resolve

    if options.list:
        for each in VERBS.values():
            print(f"{each.name:<18} {each.summary}")
        return 0
    verb = VERBS.get(options.name or "")
    if verb is None:
        raise UnknownName(what="verb", name=options.name, command="do")
    if options.schema:
        _say(
            {
                "arguments": verb.arguments.model_json_schema(),
                "result": verb.result.json_schema(mode="serialization"),
            }
        )
        return 0
    values = _arguments(options.json)
    with _engine(options) as engine:
        with reading(engine) as session:
            try:
                arguments = verb.arguments.model_validate(
                    values, context={"resolve": lambda kind, text: resolve(session, kind, text)}
                )
            except ValidationError as error:
                raise _wrong(error, "do", verb.name) from error
        answer = Runner(engine, station=options.station).run(Command(verb, arguments))
    _say(verb.result.dump_python(answer, mode="json"))
    return 0


def _wrong(error: Any, command: str, name: str) -> WrongArguments:
    problems = "; ".join(
        f"{'.'.join(map(str, each['loc']))}: {each['msg'][:1].lower()}{each['msg'][1:]}"
        for each in error.errors()
    )
    return WrongArguments(problems=problems, command=command, name=name)


def _show(options: argparse.Namespace) -> int:
    from pydantic import TypeAdapter, ValidationError

    from app.database.engine import reading
    from app.operations.run import arguments_model, hints_of
    from app.queries.nouns import NOUNS
    from app.queries.references import resolve

    if options.list:
        for name, function in NOUNS.items():
            print(f"{name:<18} {(function.__doc__ or '').splitlines()[0]}")
        return 0
    noun = NOUNS.get(options.name or "")
    if noun is None:
        raise UnknownName(what="noun", name=options.name, command="show")
    model = arguments_model(noun)
    result: TypeAdapter[Any] = TypeAdapter(hints_of(noun)["return"])
    if options.schema:
        schema = result.json_schema(mode="serialization")
        _say({"arguments": model.model_json_schema(), "result": schema})
        return 0
    values = _arguments(options.json)
    with _engine(options) as engine, reading(engine) as session:
        try:
            given = model.model_validate(
                values, context={"resolve": lambda kind, text: resolve(session, kind, text)}
            )
        except ValidationError as error:
            raise _wrong(error, "show", options.name) from error
        answer = noun(session, **{name: getattr(given, name) for name in type(given).model_fields})
    _say(result.dump_python(answer, mode="json"))
    return 0


def _scan(options: argparse.Namespace) -> int:
    codes = sys.stdin.read().splitlines() if options.codes == ["-"] else options.codes
    if options.no_lookup:
        _scan_by_form(codes)
        return 0
    from app.database.engine import reading
    from app.queries.scans import resolved, scan_settings

    with _engine(options) as engine, reading(engine) as session:
        settings = scan_settings(session)
        for code in codes:
            _say(resolved(session, settings, code))
    return 0


def _scan_by_form(codes: Sequence[str]) -> None:
    from app.core.clock import today
    from app.rules.scanning import parse

    for code in codes:
        _say(parse(code, today=today("UTC")).as_json() | {"resolved": None})


def _doctor(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from app.database.engine import reading
    from app.queries.doctor import doctor

    with _engine(options, as_owner=True) as engine, reading(engine) as session:
        found = doctor(session)
    if options.json:
        _say({"differences": [asdict(each) for each in found]})
    elif not found:
        print("Every derived number agrees with the facts.")
    else:
        for each in found:
            print(f"{each.what} {each.id}: {each.field} is {each.stored}, should be {each.derived}")
    return 1 if found else 0


def _printers(_options: argparse.Namespace) -> int:
    from app.gateways.printers import list_printers

    _say(list(list_printers()))
    return 0


def _demo(options: argparse.Namespace) -> int:
    from sqlalchemy import create_engine

    from app.database.databases import has_database
    from app.operations.demo import build_demo

    with _server(options) as server:
        if has_database(server, DEMO):
            print(f"The demo company is there already ({DEMO}).")
            return 0
        admin = create_engine(server.url("postgres"))
        try:
            build_demo(admin, DEMO)
        finally:
            admin.dispose()
    print("The demo company is made. Try: orderwright do --list")
    return 0


def _database(options: argparse.Namespace) -> int:
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
        with _server(options) as server:
            act(server.url("postgres"))
    done = "made" if options.what == "create" else "at the newest schema"
    print(f"The database {options.name} is {done}.")
    return 0
