"""The allocation desk."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.desk_context import DeskContext
from app.views.widgets.rail import Desk
from app.views.widgets.wording import words


def rail_desk(context: DeskContext) -> Desk:
    """The allocation desk for the window's rail; its parts are loaded when it is first opened."""

    def make() -> QWidget:
        from app.views.allocation.desk import AllocationDesk

        return AllocationDesk(context)

    return Desk("allocation", words(N_("Floor")), words(N_("Allocation")), "stack", make)
