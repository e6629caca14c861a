"""The customers desk: who buys, where they are, what is open."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.desk_context import DeskContext
from app.views.widgets.rail import Desk
from app.views.widgets.wording import words


def rail_desk(context: DeskContext) -> Desk:
    """The customers desk for the window's rail; its parts are loaded when it is first opened."""

    def make() -> QWidget:
        from app.views.customers.screen import SCREEN
        from app.views.records import RecordDesk

        return RecordDesk(context, SCREEN)

    return Desk("customers", words(N_("Records")), words(N_("Customers")), "users", make)
