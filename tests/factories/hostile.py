"""What nobody means, for every argument of every verb and noun, by its type."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from app.core.ids import Kind, Reference

_Values = tuple[Any, ...]
PASTED = "x" * 10_000

NOT_A_NUMBER: _Values = (
    None, "", " ", "abc", "1_000", "１２", "٣", "1,5", "1 000", " 12 ", "1\n", "0x10", "\0", PASTED,
    "\ud800", "NaN", "Infinity", True, [], {}, ["1"], "1e99999999", "-1e-2000",
)  # fmt: skip
NOT_A_WHOLE_NUMBER: _Values = (*NOT_A_NUMBER, "1.5", "1e3", Decimal("1.5"))
NOT_A_DAY: _Values = (
    None, "", "abc", 0, 86400, "0", "86400", "20260101", "0000-01-01", "10000-01-01", "2026-02-30",
    "2026-1-1", "2026-01-01 ", "2026-01-01T10:00:00", "infinity", "01.02.2026", "２０２６-01-01",
    "\0", PASTED, "\ud800", True, [], {}, 10**30,
)  # fmt: skip
NOT_A_MOMENT: _Values = (
    None, "", "abc", 0, 86400, "0", "20260101", "0000-01-01T00:00:00Z", "infinity", "\0", PASTED,
    "\ud800", True, [], {}, 10**30,
)  # fmt: skip
NOT_A_TRUTH: _Values = (None, "", "yes", "true", "t", 0, 1, "1", Decimal(1), [], {}, "\0", PASTED)
NOT_A_TEXT: _Values = (None, 5, True, Decimal("1.5"), [], {})
NOT_AN_ID: _Values = (None, 2**63, 10**30, True, Decimal("1.5"), [], {})
NOT_A_LIST: _Values = (None, "", "abc", 5, {}, [[]], {"a": 1})
NOT_A_RECORD: _Values = (None, "", "abc", 5, [], [[]], {"no_such_field": 1})

NUMBERS = ("-1", "1e-20", "1e30")
"""That are numbers, and no quantity, price or percentage anybody means."""
WHOLE_NUMBERS = (-(2**63), 10**30)
DAYS = ("0001-01-01", "9999-12-31")
MOMENTS = ("0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z")
TEXTS = ("", "a\0b", PASTED, "\x1b'; %(x)s{0}")
IDS = (0, 10**12, "no such\ud800")


class Field(NamedTuple):
    """An argument, or a field of a record in one: its type without None, and its mark."""

    name: str
    type: Any
    reference: Reference | None
    is_required: bool
    may_be_nothing: bool


def fields_of(model: Any) -> list[Field]:
    """The arguments of a verb's or noun's model, or the fields of a record."""
    if is_dataclass(model):
        hints = get_type_hints(model, include_extras=True)
        return [
            _field(
                each.name,
                hints[each.name],
                each.default is MISSING and each.default_factory is MISSING,
            )
            for each in fields(model)
            if each.init
        ]
    return [
        _field(
            name,
            Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation,
            info.is_required(),
        )
        for name, info in model.model_fields.items()
    ]


def _field(name: str, hint: Any, is_required: bool) -> Field:
    reference, may_be_nothing = None, False
    while True:
        if get_origin(hint) is Annotated:
            hint, *marks = get_args(hint)
            reference = next((m for m in marks if isinstance(m, Reference)), reference)
        elif get_origin(hint) in (Union, types.UnionType):
            may_be_nothing = True
            hint = next(each for each in get_args(hint) if each is not type(None))
        else:
            return Field(name, hint, reference, is_required, may_be_nothing)


def is_record(type_: Any) -> bool:
    """Whether it is given as an object in { }."""
    return isinstance(type_, type) and (is_dataclass(type_) or issubclass(type_, BaseModel))


def is_list(type_: Any) -> bool:
    """Whether it is given as a list in [ ]."""
    return get_origin(type_) in (tuple, list, Sequence)


class Arguments:
    """Arguments that fit, from which one at a time is taken for something else.

    `ids` are those of the company at hand, `usual` what stands for an argument or a record.
    """

    def __init__(self, ids: Mapping[Kind, int] = {}, usual: Mapping[str, Any] = {}) -> None:
        self._ids = ids
        self._usual = usual

    def usual(self, model: Any, name: str = "") -> dict[str, Any]:
        """What fits, as little as is needed."""
        given = {each.name: self._value(each) for each in fields_of(model) if each.is_required}
        return {**given, **self._usual.get(name or getattr(model, "__name__", ""), {})}

    def _value(self, field: Field) -> Any:
        kind = field.type
        if field.reference is not None:
            return self._ids.get(field.reference.kind, 1)
        if get_origin(kind) is Literal:
            return get_args(kind)[0]
        if get_origin(kind) is dict:
            key, value = (self._value(_field(field.name, each, True)) for each in get_args(kind))
            return {str(key): value}
        if is_list(kind):
            return [self._value(_field(field.name, get_args(kind)[0], True))]
        if is_record(kind):
            return self.usual(kind)
        if issubclass(kind, Enum):
            return next(iter(kind)).value
        return {
            str: self._usual.get("texts", {}).get(field.name, "Text"),
            bool: False,
            Decimal: "5",
            int: 1,
            date: "2026-05-05",
            datetime: "2026-05-05T10:00:00Z",
        }[kind]

    def each_wrong(self, model: Any, name: str = "") -> Iterator[tuple[str, Any, dict[str, Any]]]:
        """Every argument in turn as it cannot be written: its name, the value, all arguments."""
        yield from self._each(model, self.usual(model, name), _wrong_for)

    def each_unmeant(self, model: Any, name: str = "") -> Iterator[tuple[str, Any, dict[str, Any]]]:
        """Every argument in turn as it can be written, and is hardly meant."""
        yield from self._each(model, self.usual(model, name), _unmeant_for)

    def _each(
        self, model: Any, given: dict[str, Any], values_for: Any
    ) -> Iterator[tuple[str, Any, dict[str, Any]]]:
        for field in fields_of(model):
            for value in values_for(field):
                yield field.name, value, {**given, field.name: value}
            inner = field.type
            if is_list(inner):
                inner = _field(field.name, get_args(inner)[0], True).type
            if is_record(inner):
                for path, value, record in self._each(inner, self.usual(inner), values_for):
                    whole = [record] if is_list(field.type) else record
                    yield f"{field.name}.{path}", value, {**given, field.name: whole}


def _wrong_for(field: Field) -> Sequence[Any]:
    values: Sequence[Any] = NOT_A_TEXT
    if field.reference is not None:
        values = NOT_AN_ID
    elif is_list(field.type) or get_origin(field.type) is dict:
        values = NOT_A_LIST if is_list(field.type) else NOT_A_RECORD
        if _may_hold_lists(field):
            values = [each for each in values if each != [[]]]
    elif get_origin(field.type) is Literal:
        values = [each for each in NOT_A_TEXT if each not in get_args(field.type)]
    else:
        if is_record(field.type):
            values = NOT_A_RECORD
        elif issubclass(field.type, Enum):
            values = (*NOT_A_TEXT, "", "no such", PASTED)
        else:
            values = {
                Decimal: NOT_A_NUMBER,
                int: NOT_A_WHOLE_NUMBER,
                bool: NOT_A_TRUTH,
                date: NOT_A_DAY,
                datetime: NOT_A_MOMENT,
            }.get(field.type, NOT_A_TEXT)
    return [each for each in values if not (each is None and field.may_be_nothing)]


def _may_hold_lists(field: Field) -> bool:
    inner = get_args(field.type)[0] if is_list(field.type) else None
    return inner is Any or is_list(inner)


def _unmeant_for(field: Field) -> Sequence[Any]:
    if field.reference is not None:
        return IDS
    if is_list(field.type):
        return ([],)
    return {Decimal: NUMBERS, int: WHOLE_NUMBERS, date: DAYS, datetime: MOMENTS, str: TEXTS}.get(
        field.type, ()
    )
