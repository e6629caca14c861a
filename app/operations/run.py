"""Runs commands: for the window, the command line, importers, the tour and tests alike.

A command is claimed by its first statement and answered by its last (docs/map.md, *how a change
happens*). Given again with the same id it repeats the answer, not the act; so a lost connection or
a deadlock is simply tried again.
"""

from __future__ import annotations

import inspect
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Protocol, TypeVar, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, TypeAdapter, create_model
from pydantic_core import core_schema
from sqlalchemy import Engine, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from app.core.actor import Actor, Group
from app.core.changes import Changes
from app.core.errors import DatabaseUnreachable
from app.core.ids import new_command_id
from app.core.written import as_written
from app.database.engine import transaction
from app.operations.refusals import is_number_of_station_taken, is_worth_retrying, refusal

T = TypeVar("T")

ATTEMPTS = 6
"""How often a command is tried when the server says *again* or the connection is lost."""


class HasChanges(Protocol):
    """What every operation answers: a small frozen result that says what it touched."""

    @property
    def changes(self) -> Changes: ...


@dataclass(frozen=True, slots=True)
class Secret:
    """Marks an argument that is never stored in the command log."""


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The types of a verb's or noun's arguments and answer, markers included."""
    return get_type_hints(function, include_extras=True)


class _Arguments(BaseModel):
    """Arguments by name, none that nobody asked for, each as it is written."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return as_written(handler(source), handler)


def arguments_model(function: Callable[..., Any]) -> type[BaseModel]:
    """The arguments of a verb or noun as a model: read from its signature, not written twice."""
    hints = hints_of(function)
    fields: dict[str, Any] = {
        name: (
            hints[name],
            ... if parameter.default is inspect.Parameter.empty else parameter.default,
        )
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in ("session", "actor")
    }
    return create_model(function.__name__, __base__=_Arguments, **fields)


class Verb:
    """An operation as a command: its name, its arguments as a model, its result as JSON."""

    def __init__(self, function: Callable[..., HasChanges]) -> None:
        self.function = function
        self.name = function.__name__
        hints = hints_of(function)
        self.secrets: frozenset[str] = frozenset(
            name
            for name, hint in hints.items()
            if get_origin(hint) is Annotated
            and any(isinstance(each, Secret) for each in get_args(hint))
        )
        self.arguments = arguments_model(function)
        self.result: TypeAdapter[Any] = TypeAdapter(hints["return"])

    @property
    def summary(self) -> str:
        """The first line of the operation's docstring."""
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]


@cache
def verb_of(function: Callable[..., HasChanges]) -> Verb:
    """The verb of an operation, made once."""
    return Verb(function)


@dataclass(frozen=True, slots=True)
class Command:
    """Something somebody asks for: JSON-able, with an identity of its own.

    `operator` is who did it where a badge said so, as at a packing station; None for the
    runner's own.
    """

    verb: Verb
    arguments: BaseModel
    id: uuid.UUID = field(default_factory=new_command_id)
    happened_at: datetime | None = None
    operator: str | None = None


_CLAIM = text(
    "SELECT is_new, result, groups, session_user AS login FROM claim_command("
    ":id, :verb, :arguments, :operator, :station, :sequence, :happened_at)"
).bindparams(bindparam("arguments", type_=JSONB))
_FINISH = text("SELECT finish_command(:id, :result, :touched)").bindparams(
    bindparam("result", type_=JSONB), bindparam("touched", type_=JSONB)
)


class Runner:
    """Runs commands on one database, for one operator at one station.

    `committed` is called after each commit with the event's id and what was touched; it is how
    notices are sent and screens on this machine hear first.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        operator: str | None = None,
        station: str | None = None,
        committed: Callable[[int, Changes], None] | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.engine = engine
        self.operator = operator
        self.station = station
        self._committed = committed
        self._wait = wait
        self._sequence: int | None = None
        self._sequence_lock = threading.Lock()

    def do(self, function: Callable[..., T], /, **arguments: Any) -> T:
        """Run an operation with arguments by name, as a fresh command."""
        verb = verb_of(cast("Callable[..., HasChanges]", function))
        return cast("T", self.run(Command(verb, verb.arguments(**arguments))))

    def run(self, command: Command) -> Any:
        """Run a command to its answer; a second time the first answer comes back.

        Raises: BusinessError, also when the server stays away (`DatabaseUnreachable`).
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(command)
            except DatabaseUnreachable:
                # The answer is unknown; asking again under the same id cannot do it twice.
                if attempt == ATTEMPTS:
                    raise
                self._wait(0.02 * 3**attempt)
            except DBAPIError as error:
                if is_number_of_station_taken(error) and attempt < ATTEMPTS:
                    self._sequence = None  # read anew how far the station is
                    continue
                if is_worth_retrying(error) and attempt < ATTEMPTS:
                    self._wait(0.01 * attempt)
                    continue
                known = refusal(error)
                if known is None:
                    raise
                raise known from error
        raise AssertionError("the last attempt returns or raises")

    def _once(self, command: Command) -> Any:
        stored = command.arguments.model_dump(mode="json", exclude=set(command.verb.secrets))
        operator = command.operator or self.operator
        with transaction(self.engine) as session:
            claim = session.execute(
                _CLAIM,
                {
                    "id": command.id,
                    "verb": command.verb.name,
                    "arguments": stored,
                    "operator": operator,
                    "station": self.station,
                    "sequence": self._next_sequence(session),
                    "happened_at": command.happened_at,
                },
            ).one()
            if not claim.is_new:
                return command.verb.result.validate_python(claim.result)
            actor = Actor(
                login=claim.login,
                operator=operator or claim.login,
                station=self.station,
                groups=frozenset(Group(group) for group in claim.groups),
            )
            values = {
                name: getattr(command.arguments, name)
                for name in type(command.arguments).model_fields
            }
            result = command.verb.function(session, actor, **values)
            touched = sorted([kind.value, id] for kind, id in result.changes.touched)
            event = session.execute(
                _FINISH,
                {
                    "id": command.id,
                    "result": command.verb.result.dump_python(result, mode="json"),
                    "touched": touched,
                },
            ).scalar_one()
        if self._committed is not None:
            self._committed(event, result.changes)
        return result

    def _next_sequence(self, session: Session) -> int | None:
        """The station's next command number; stations count what they ask for, without gaps."""
        if self.station is None:
            return None
        with self._sequence_lock:
            if self._sequence is None:
                self._sequence = session.execute(
                    text(
                        "SELECT coalesce(max(station_sequence), 0) FROM command"
                        " WHERE station = :station"
                    ),
                    {"station": self.station},
                ).scalar_one()
            self._sequence += 1
            return self._sequence
