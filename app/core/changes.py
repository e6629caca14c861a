"""What an operation touched: kinds and ids, so that open screens can decide to reload."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.ids import Kind


@dataclass(frozen=True, slots=True)
class Changes:
    """A set of (kind, id). Joined with `|`."""

    touched: frozenset[tuple[Kind, int]] = frozenset()

    def mentions(self, kind: Kind, id: int | None = None) -> bool:
        """True when something of that kind (and id, when given) was touched."""
        return any(k == kind and (id is None or i == id) for k, i in self.touched)

    def __or__(self, other: Changes) -> Changes:
        return Changes(self.touched | other.touched)


def changed(kind: Kind, ids: Iterable[int] | int) -> Changes:
    """The change notice for one or many rows of one kind."""
    if isinstance(ids, int):
        ids = (ids,)
    return Changes(frozenset((kind, each) for each in ids))
