"""The headless doors: one verb, one noun, one scan; JSON in and out, read from typed signatures."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from io import TextIOWrapper
from typing import Any

from app.cli.answers import say
from app.cli.company import UnknownName, open_engine
from app.core.errors import BusinessError
from app.core.messages import N_, render
from app.core.written import check_range

NOT_LOOKED_UP = N_("not looked up")
"""Why a code that is read by its form alone names nothing."""


_JSON_WORDS: dict[type, str] = {
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    Decimal: "a number",
    bool: "true or false",
    type(None): "null",
}


class NotJson(BusinessError):
    """The arguments cannot be read."""

    sentence = N_("The arguments are not a JSON object: {reason}.")


class WrongArguments(BusinessError):
    """The arguments do not fit the verb."""

    sentence = N_("{problems}. See: orderwright {command} {name} --schema")


_WANTED: dict[str, str] = {
    "missing": N_("it is missing"),
    "extra_forbidden": N_("there is no such argument"),
    "unexpected_keyword_argument": N_("there is no such argument"),
    "string_type": N_("a text belongs here"),
    "string_unicode": N_("it holds half a character"),
    "decimal_type": N_("a number belongs here"),
    "finite_number": N_("a number belongs here"),
    "int_type": N_("a whole number belongs here"),
    "int_from_float": N_("a whole number belongs here"),
    "bool_type": N_("true or false belongs here"),
    "tuple_type": N_("a list in [ ] belongs here"),
    "list_type": N_("a list in [ ] belongs here"),
    "is_instance_of": N_("a list in [ ] belongs here"),
    "sequence_str": N_("a list in [ ] belongs here"),
    "too_long": N_("a shorter list belongs here"),
    "dict_type": N_("an object in { } belongs here"),
    "dataclass_type": N_("an object in { } belongs here"),
}
"""What is said of a value that does not fit, by pydantic's names; others are said as it says."""
_WITHOUT_VALUE = {"missing", "extra_forbidden", "unexpected_keyword_argument", "string_unicode"}
LONGEST_SHOWN = 40


def _number(text: str) -> Decimal:
    return check_range(Decimal(text))


def _whole_number(text: str) -> int:
    if len(text) > sys.get_int_max_str_digits():
        raise ValueError(f"a number of {len(text)} digits is out of every range")
    return int(text)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
        raise ValueError(f"{twice} stands in it twice")
    return values


def _arguments(text: str) -> dict[str, Any]:
    try:
        values = json.loads(
            text, parse_float=_number, parse_int=_whole_number, object_pairs_hook=_once_each
        )
    except ValueError as error:
        raise NotJson(reason=str(error)) from error
    except RecursionError as error:
        raise NotJson(reason="it is nested too deeply") from error
    if not isinstance(values, dict):
        raise NotJson(reason=f"it is {_JSON_WORDS[type(values)]}")
    return values


def do(options: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from app.database.engine import reading
    from app.operations.run import Command, Runner
    from app.operations.verbs import VERBS
    from app.queries.references import resolve

    if options.list:
        for each in VERBS.values():
            print(f"{each.name:<18} {each.summary}")
        return 0
    if options.name is None:
        options.wrong("which verb? --list shows them")
    verb = VERBS.get(options.name)
    if verb is None:
        raise UnknownName(what="verb", name=options.name, command="do")
    if options.schema:
        say(
            {
                "arguments": verb.arguments.model_json_schema(),
                "result": verb.result.json_schema(mode="serialization"),
            }
        )
        return 0
    values = _arguments(options.json)
    with open_engine(options) as engine:
        with reading(engine) as session:
            try:
                arguments = verb.arguments.model_validate(
                    values, context={"resolve": lambda kind, text: resolve(session, kind, text)}
                )
            except ValidationError as error:
                raise wrong_arguments(error, "do", verb.name) from error
        answer = Runner(engine, station=options.station).run(Command(verb, arguments))
    say(verb.result.dump_python(answer, mode="json"))
    return 0


def wrong_arguments(error: Any, command: str, name: str) -> WrongArguments:
    """What is said of arguments that do not fit a verb (do) or noun (show)."""
    problems = "; ".join(
        f"{'.'.join(map(str, each['loc']))}: {_said_of(each)}" for each in error.errors()
    )
    return WrongArguments(problems=problems, command=command, name=name)


def _said_of(problem: Any) -> str:
    """What would be right in this place, and what stands there."""
    kind, value = problem["type"], problem["input"]
    if kind in _WANTED:
        said = render(_WANTED[kind], {})
    elif kind == "value_error":
        said = str(problem["ctx"]["error"])
    else:
        said = f"{problem['msg'][:1].lower()}{problem['msg'][1:]}"
    if kind in _WITHOUT_VALUE:
        return said
    shown = json.dumps(value, default=str)
    if len(shown) > LONGEST_SHOWN:
        shown = f"{shown[:LONGEST_SHOWN]}…"
    return render(N_("{said}, not {value}"), {"said": said, "value": shown})


def show(options: argparse.Namespace) -> int:
    from pydantic import TypeAdapter, ValidationError
    from sqlalchemy.exc import DBAPIError

    from app.database.engine import reading
    from app.operations.refusals import refusal
    from app.operations.run import arguments_model, hints_of
    from app.queries.nouns import NOUNS
    from app.queries.references import resolve

    if options.list:
        for name, function in NOUNS.items():
            print(f"{name:<18} {(function.__doc__ or '').splitlines()[0]}")
        return 0
    if options.name is None:
        options.wrong("which noun? --list shows them")
    noun = NOUNS.get(options.name)
    if noun is None:
        raise UnknownName(what="noun", name=options.name, command="show")
    model = arguments_model(noun)
    result: TypeAdapter[Any] = TypeAdapter(hints_of(noun)["return"])
    if options.schema:
        schema = result.json_schema(mode="serialization")
        say({"arguments": model.model_json_schema(), "result": schema})
        return 0
    values = _arguments(options.json)
    with open_engine(options) as engine, reading(engine) as session:
        try:
            given = model.model_validate(
                values, context={"resolve": lambda kind, text: resolve(session, kind, text)}
            )
        except ValidationError as error:
            raise wrong_arguments(error, "show", options.name) from error
        try:
            answer = noun(
                session, **{name: getattr(given, name) for name in type(given).model_fields}
            )
        except DBAPIError as error:
            raise refusal(error) or error from error
    say(result.dump_python(answer, mode="json"))
    return 0


def scan(options: argparse.Namespace) -> int:
    codes = _lines_of_stdin() if options.codes == ["-"] else options.codes
    if options.no_lookup:
        _scan_by_form(codes)
        return 0
    from app.database.engine import reading
    from app.queries.scans import resolved, scan_settings

    with open_engine(options) as engine, reading(engine) as session:
        settings = scan_settings(session)
        for code in codes:
            say(resolved(session, settings, code))
    return 0


def _lines_of_stdin() -> list[str]:
    """What stands between line ends, and nothing else: the separator of GS1 elements is no end."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape", newline=None)
    *lines, rest = sys.stdin.read().split("\n")
    return [*lines, rest] if rest else lines


def _scan_by_form(codes: Sequence[str]) -> None:
    from app.core.clock import today
    from app.rules.scanning import ScanKind, parse

    for code in codes:
        scan = parse(code, today=today("UTC"))
        answer = scan.as_json() | {"resolved": None}
        if scan.valid and scan.kind not in (ScanKind.COMMAND, ScanKind.QUANTITY):
            answer["reason"] = render(NOT_LOOKED_UP)
        say(answer)
