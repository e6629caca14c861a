"""The views of a list, by name."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.errors import BusinessError
from app.core.messages import N_


class UnknownView(BusinessError):
    """A view that the list does not have."""

    sentence = N_("The list has no view {view}. Its views are: {views}.")


def view_of(views: Mapping[str, str], view: str) -> str:
    """The condition of a view. Raises: UnknownView."""
    if view not in views:
        raise UnknownView(view=view, views=tuple(views))
    return views[view]
