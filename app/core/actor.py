"""Who acts: the login the database knows, the person at the station, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.core.errors import NotPermitted


class Group(StrEnum):
    """The group roles of the database; each is named `<database>_<group>` there."""

    SALES = "sales"
    FLOOR = "floor"
    DISPATCH = "dispatch"
    STOCK = "stock"
    PURCHASING = "purchasing"
    ACCOUNTING = "accounting"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """The login, the operator (the same person unless a badge was scanned), the station."""

    login: str
    operator: str
    station: str | None
    groups: frozenset[Group]

    def is_any(self, *groups: Group) -> bool:
        """True when the actor is in one of the groups."""
        return not self.groups.isdisjoint(groups)

    def require(self, verb: str, *groups: Group) -> None:
        """Raise `NotPermitted` unless the actor is in one of the groups."""
        if not self.is_any(*groups):
            needed = " / ".join(group.value for group in groups)
            raise NotPermitted(login=self.operator, verb=verb.replace("_", " "), needed=needed)
