"""When a rule says no.

A `BusinessError` is meant for the person at the screen: its class has a stable name, its
`sentence` says what, why and what to do instead, and its `data` carries the values.
Everything else that is raised is a fault of the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from app.core.messages import N_, render


class BusinessError(Exception):
    """A rule said no. Subclasses give `sentence`; the constructor takes its fields by name."""

    sentence: ClassVar[str] = N_("This is not possible.")
    about: tuple[str, ...] = ()
    """The verb's arguments that are wrong, where it is about some; forms say it beside them."""

    def __init__(self, **data: object) -> None:
        super().__init__()
        self.data: dict[str, object] = data

    @property
    def name(self) -> str:
        """The stable name, the same in every language and version."""
        return type(self).__name__

    def naming(self, *arguments: str) -> Self:
        """The same refusal, about these arguments; those that its class names stand before."""
        if not type(self).about:
            self.about = arguments
        return self

    def each(self) -> tuple[BusinessError, ...]:
        """The problems it is made of, one by one."""
        return (self,)

    def message(self, language: str | None = None) -> str:
        """The sentence for the person, in their language."""
        return render(self.sentence, self.data, language)

    def __str__(self) -> str:
        return self.message()


class Question(BusinessError):
    """Not a refusal but a question to the person.

    `answer` names the argument with which the same command is given again to say yes.
    """

    answer: ClassVar[str] = "confirmed"


class SeveralProblems(BusinessError):
    """More than one rule said no; all of them are reported at once."""

    def __init__(self, problems: Sequence[BusinessError]) -> None:
        super().__init__()
        self.problems = tuple(problems)
        self.data = {
            "problems": [
                {"error": each.name, "message": each.message(), "data": each.data}
                for each in problems
            ]
        }

    def naming(self, *arguments: str) -> Self:
        for each in self.problems:
            each.naming(*arguments)
        return self

    def each(self) -> tuple[BusinessError, ...]:
        return tuple(one for several in self.problems for one in several.each())

    def message(self, language: str | None = None) -> str:
        return "\n".join(each.message(language) for each in self.problems)


def raise_all(problems: Sequence[BusinessError]) -> None:
    """Raise nothing for no problem, the problem itself for one, `SeveralProblems` for more."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise SeveralProblems(problems)


class NotPermitted(BusinessError):
    """The role does not include this."""

    sentence = N_(
        "{login} may not {verb}: it needs the role {needed}. "
        "Ask a colleague with that role, or an administrator to grant it."
    )


class ChangedBySomeoneElse(BusinessError):
    """What is to be changed was changed after it was read."""

    sentence = N_(
        "{what} was changed by {who} at {when} while you had it open: {fields}. What you typed is "
        "still here: keep it if it is to count, or leave it as it is now."
    )

    @property
    def now(self) -> dict[str, str]:
        """What the fields that both changed have become, by the verb's arguments, as `plain`."""
        found = self.data.get("now")
        return dict(found) if isinstance(found, dict) else {}


class NotFound(BusinessError):
    """A number, code or id that names nothing."""

    sentence = N_("There is no {what} {value}. Check the number, or search with Ctrl+K.")

    def __init__(self, **data: object) -> None:
        super().__init__(**data)
        self.about = (str(data.get("what", "")).replace(" ", "_"),)


class DatabaseUnreachable(BusinessError):
    """The server does not answer."""

    sentence = N_(
        "The database at {address} does not answer ({reason}). "
        "Check that the server is running and the network is up, then try again."
    )
