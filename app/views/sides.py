"""Fields for a side of a rule: one customer, supplier or item, a group of them, or all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from app.controllers.tasks import TaskRunner
from app.core.messages import N_
from app.queries.agreements import AgreementSide, find_item_sides, find_parties
from app.rules.pricing.agreements import Side
from app.views.widgets.found_list import FinderRow
from app.views.widgets.lookup_field import FormLookup
from app.views.widgets.wording import words

_SECTIONS = {
    "customer": (words(N_("Customers")), "users"),
    "supplier": (words(N_("Suppliers")), "factory"),
    "item": (words(N_("Items")), "package"),
    "group": (words(N_("Groups")), "stack"),
}


class SideField(FormLookup):
    """Finds a party or an item side; what is typed must be chosen, empty is all."""

    def __init__(
        self,
        tasks: TaskRunner,
        name: str,
        what: str,
        find: Callable[[Any, str], tuple[AgreementSide, ...]],
        *,
        hint: str,
        parent: QWidget | None = None,
    ) -> None:
        """`what` is the word in the refusal of something unknown."""

        def look_up(session: Any, text: str) -> list[FinderRow]:
            return [
                FinderRow(
                    _SECTIONS[each.kind][0],
                    each.name,
                    code=each.code,
                    icon=_SECTIONS[each.kind][1],
                    target=each,
                    is_exact=each.is_exact,
                )
                for each in find(session, text)
            ]

        super().__init__(tasks, look_up, name, hint=hint, parent=parent)
        self.what = what

    @property
    def side(self) -> AgreementSide | None:
        """What was chosen; None when the field is empty. Raises: NotFound."""
        chosen = self.taken(self.what)
        if chosen is None:
            return None
        found = chosen.target
        assert isinstance(found, AgreementSide)
        return found

    def start_with(self, found: AgreementSide | None) -> None:
        """Show something as chosen."""
        self.set_chosen(
            None if found is None else FinderRow("", found.name, code=found.code, target=found)
        )


def party_field(tasks: TaskRunner, side: Callable[[], Side], parent: QWidget) -> SideField:
    """Customers and groups, or suppliers and groups, as `side` says when something is typed."""

    def find(session: Any, text: str) -> tuple[AgreementSide, ...]:
        return find_parties(session, wanted=text, side=side())

    return SideField(
        tasks,
        words(N_("Party")),
        "party",
        find,
        hint=words(N_("Name or number; empty is everybody")),
        parent=parent,
    )


def item_field(tasks: TaskRunner, parent: QWidget) -> SideField:
    """Items and item groups."""

    def find(session: Any, text: str) -> tuple[AgreementSide, ...]:
        return find_item_sides(session, wanted=text)

    return SideField(
        tasks,
        words(N_("Item")),
        "item",
        find,
        hint=words(N_("Name or number; empty is everything")),
        parent=parent,
    )
