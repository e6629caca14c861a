"""What all verbs for records share: codes that must be there or must be new, problems by field,
and that two people who change a record at once do not undo each other unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import now as moment
from app.core.errors import BusinessError, ChangedBySomeoneElse, NotFound, raise_all
from app.core.ids import Kind
from app.core.messages import N_, plain


class NumberTaken(BusinessError):
    """A number or code that another record has."""

    sentence = N_("There is {what} {number} already. Choose another number, or change that one.")


class NumberTwice(BusinessError):
    """The same number twice in what is to be made together."""

    sentence = N_("{number} stands here twice. Each {what} needs a number of its own.")


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of one of several new records (`index`)."""

    index: int
    field: str
    reason: BusinessError


class Problems:
    """Collects what is wrong, field by field, so that all of it is told at once."""

    def __init__(self) -> None:
        self.found: list[FieldProblem] = []

    def add(self, index: int, field: str, reason: BusinessError) -> None:
        """This field of this record is wrong."""
        self.found.append(FieldProblem(index, field, reason.naming(field)))

    def check(self, index: int, field: str, check: Callable[..., Any], *given: Any) -> Any:
        """What the check makes of the value; a refusal is noted and the value stays."""
        try:
            return check(*given)
        except BusinessError as reason:
            self.add(index, field, reason)
            return given[-1]

    def numbers(
        self,
        session: Session,
        what: str,
        table: str,
        numbers: Sequence[str],
        column: str = "number",
    ) -> None:
        """Each number is new: neither in the table nor twice among these."""
        taken = ids_of(session, table, column, numbers)
        seen: set[str] = set()
        for index, number in enumerate(numbers):
            if number in taken:
                self.add(index, column, NumberTaken(what=what, number=number))
            elif number in seen:
                self.add(index, column, NumberTwice(what=what, number=number))
            seen.add(number)

    def named(
        self, index: int, field: str, what: str, code: str | None, ids: dict[str, int]
    ) -> int | None:
        """The id behind a code; None for no code, and for an unknown one, which is noted."""
        if not code:
            return None
        if code not in ids:
            self.add(index, field, NotFound(what=what, value=code))
        return ids.get(code)

    def raise_all(self) -> None:
        """Raise what was found, all of it at once."""
        raise_all([each.reason for each in self.found])


def ids_of(
    session: Session, table: str, column: str, values: Iterable[str | None]
) -> dict[str, int]:
    """The ids behind these numbers or codes; what is unknown is not in the answer."""
    wanted = sorted({value for value in values if value})
    if not wanted:
        return {}
    rows = session.execute(
        text(f"SELECT {column}, id FROM {table} WHERE {column} = ANY (:wanted)"),
        {"wanted": wanted},
    )
    return {row[0]: row[1] for row in rows}


Seen = dict[str, str]
"""What somebody had before them when they changed a thing: by the verb's arguments, as `plain`."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that is changed: what it is called, and what the log calls it."""

    what: str
    kind: Kind
    id: int


def those_given(**arguments: Any) -> dict[str, Any]:
    """Those of a verb's arguments that were given."""
    return {name: value for name, value in arguments.items() if value is not None}


def given_by(change: Any, clear: Iterable[str] = ()) -> dict[str, Any]:
    """What a change gives, by the names of its fields; None for what is to be emptied."""
    fields_of = {field.name: getattr(change, field.name) for field in fields(change)}
    return those_given(**fields_of) | dict.fromkeys(clear)


def own_changes(
    session: Session,
    seen: Seen | None,
    wanted: Mapping[str, Any],
    now: Mapping[str, Any],
    subject: Subject,
    words: Mapping[str, str] = MappingProxyType({}),
    shown: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Of what a form sends, what its person changed: what they left as they saw it stays as it is.

    `now` is the thing as it is, locked, by the same names. `words` call a field otherwise than
    its name, `shown` tells what it is otherwise than by its value. Without `seen` all of it is
    their own.
    Raises: ChangedBySomeoneElse for the fields that somebody else gave another value meanwhile.
    """
    if seen is None:
        return dict(wanted)
    own = {name: value for name, value in wanted.items() if seen.get(name) != plain(value)}
    theirs = {
        name: now[name]
        for name, value in own.items()
        if name in seen and name in now and plain(now[name]) not in (seen[name], plain(value))
    }
    if not theirs:
        return own
    who = session.execute(_WHO, {"kind": subject.kind.value, "id": subject.id}).one_or_none()
    told = [
        f"{words.get(name, name.replace('_', ' '))}: {shown.get(name, _read(value))}"
        for name, value in theirs.items()
    ]
    raise ChangedBySomeoneElse(
        what=subject.what,
        who=who.operator if who else "somebody",
        when=who.happened_at if who else moment(),
        fields="; ".join(told),
        now={name: plain(value) for name, value in theirs.items()},
    ).naming(*theirs)


def _read(value: Any) -> str:
    """A value as it is told: of a box that is ticked or not, and of nothing, in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value) or "empty"


_WHO = text("""
    SELECT coalesce(p.name, c.operator) AS operator, c.happened_at
      FROM event_touch t
      JOIN event e ON e.id = t.event_id
      JOIN command c ON c.id = e.command_id
      LEFT JOIN person p ON p.login = c.operator
     WHERE t.kind = :kind AND t.subject_id = :id
     ORDER BY c.verb ~ '^(change|set|redefine)_' DESC, e.id DESC LIMIT 1""")
