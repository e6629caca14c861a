"""What all verbs for records share: codes that must be there or must be new, problems by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import BusinessError, NotFound, raise_all
from app.core.messages import N_


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
