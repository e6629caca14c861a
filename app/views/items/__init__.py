"""The items desk: what we sell, in which units, where it lies and who waits for it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.desk_context import DeskContext
from app.views.widgets.rail import Desk
from app.views.widgets.wording import words


def rail_desk(context: DeskContext) -> Desk:
    """The items desk for the window's rail; its parts are loaded when it is first opened."""

    def make() -> QWidget:
        from app.views.items.screen import SCREEN
        from app.views.records import RecordDesk

        return RecordDesk(context, SCREEN)

    return Desk("items", words(N_("Records")), words(N_("Items")), "tag", make)
