"""State machines: a StrEnum and the set of pairs it may go through."""

from __future__ import annotations

from enum import StrEnum

from app.core.errors import BusinessError
from app.core.messages import N_

Transitions = frozenset[tuple[StrEnum, StrEnum]]


class IllegalTransition(BusinessError):
    """The thing is not in a state from which this can be done."""

    sentence = N_("{what} is {current}, so it cannot become {wanted}.")


def check_transition(what: str, allowed: Transitions, current: StrEnum, wanted: StrEnum) -> None:
    """Raise `IllegalTransition` unless the pair is allowed. Never skips silently."""
    if (current, wanted) not in allowed:
        raise IllegalTransition(what=what, current=current.value, wanted=wanted.value)
