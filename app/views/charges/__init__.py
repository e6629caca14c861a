"""The charges desk: rules for freight and special charges that orders get by themselves."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.desk_context import DeskContext
from app.views.widgets.rail import Desk
from app.views.widgets.wording import words


def rail_desk(context: DeskContext) -> Desk:
    """The charges desk for the window's rail; its parts are loaded when it is first opened."""

    def make() -> QWidget:
        from app.views.charges.screen import screen
        from app.views.records import RecordDesk

        return RecordDesk(context, screen(context.tasks))

    return Desk("charges", words(N_("Records")), words(N_("Charges")), "coin", make)
