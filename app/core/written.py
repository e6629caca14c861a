"""What is given as JSON means what it says, or is refused: nothing is guessed from how it looks.

Left to itself the reader of arguments takes the number 0 for 1 January 1970, `true` for 1, `"yes"`
for true and `"1_000"` or full-width digits for a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

LARGEST_EXPONENT = 1_000
"""A number further from 1 takes longer to write out than anybody waits, and is no quantity."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def check_range(number: Decimal) -> Decimal:
    """The number, when it can be written out. Raises: ValueError."""
    if number and abs(number.adjusted()) > LARGEST_EXPONENT:
        raise ValueError("a number of this size is out of every range")
    return number


def _number(value: Any) -> Any:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ValueError('a number is written with digits and a point, as "1250.5"')
        value = Decimal(value)
    return check_range(value) if isinstance(value, Decimal) and value.is_finite() else value


def _whole_number(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, str) and not _WHOLE.fullmatch(value)):
        raise ValueError('a whole number is written with digits alone, as "12"')
    return value


def _day(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError('a day is written as "2026-03-16"')


def _moment(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.match(value)):
        return value
    raise ValueError('a moment is written as "2026-03-16T14:30:00Z"')


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "decimal": _number,
    "int": _whole_number,
    "date": _day,
    "datetime": _moment,
}
_NO_SCHEMA = {"default", "metadata", "expected", "serialization"}
"""What stands in a schema and is none."""


def as_written(
    schema: core_schema.CoreSchema, handler: GetCoreSchemaHandler
) -> core_schema.CoreSchema:
    """The schema of a model, with numbers, days and truths in it taken only as they are written."""
    seen: set[str] = set()

    def strictly(part: Any) -> Any:
        if isinstance(part, (list, tuple)):
            return type(part)(strictly(each) for each in part)
        if not isinstance(part, dict):
            return part
        kind = part.get("type")
        if kind == "definition-ref":
            if part["schema_ref"] not in seen:
                seen.add(part["schema_ref"])
                defined: Any = handler.resolve_ref_schema(part)
                defined.update(strictly(dict(defined)))
            return part
        if kind == "bool":
            return part | {"strict": True}
        if isinstance(kind, str) and kind in _CHECKS:
            return core_schema.no_info_before_validator_function(_CHECKS[kind], part)
        return {name: each if name in _NO_SCHEMA else strictly(each) for name, each in part.items()}

    made: core_schema.CoreSchema = strictly(schema)
    return made
