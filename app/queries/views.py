"""The views of a list, by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.errors import BusinessError
from app.core.messages import N_


class UnknownView(BusinessError):
    """A view that the list does not have."""

    sentence = N_("The list has no view {view}. Its views are: {views}.")


class WrongMark(BusinessError):
    """A place to go on from that is no row of the list."""

    sentence = N_(
        "A page goes on after the key that its last row gives, here of {parts} parts, "
        "not after {after}."
    )


def mark_of(after: tuple[Any, ...] | None, *kinds: type) -> tuple[Any, ...] | None:
    """The key after which a page goes on, as `kinds` has it. Raises: WrongMark."""
    if after is None:
        return None
    mark = tuple(
        _day_of(each) if kind is date else each for kind, each in zip(kinds, after, strict=False)
    )
    fit = all(map(isinstance, mark, kinds)) and not any(isinstance(each, bool) for each in mark)
    if len(after) != len(kinds) or not fit:
        raise WrongMark(parts=len(kinds), after=after)
    return mark


def _day_of(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def view_of(views: Mapping[str, str], view: str) -> str:
    """The condition of a view. Raises: UnknownView."""
    if view not in views:
        raise UnknownView(view=view, views=tuple(views))
    return views[view]
