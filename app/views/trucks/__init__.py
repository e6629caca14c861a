"""The trucks desk."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.desk_context import DeskContext
from app.views.widgets.rail import Desk
from app.views.widgets.wording import words


def rail_desk(context: DeskContext) -> Desk:
    """The trucks desk for the window's rail; its parts are loaded when it is first opened."""

    def make() -> QWidget:
        from app.views.trucks.desk import TrucksDesk

        return TrucksDesk(context)

    return Desk("trips", words(N_("Floor")), words(N_("Trucks")), "truck", make)
