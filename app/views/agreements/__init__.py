"""The agreements desk: what is agreed with whom, from which quantity on, for how long, and why."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.desk_context import DeskContext
from app.views.widgets.rail import Desk
from app.views.widgets.wording import words


def rail_desk(context: DeskContext) -> Desk:
    """The agreements desk for the window's rail; its parts are loaded when it is first opened."""

    def make() -> QWidget:
        from app.views.agreements.desk import AgreementsDesk

        return AgreementsDesk(context)

    return Desk(
        "agreements", words(N_("Records")), words(N_("Trade agreements")), "handshake", make
    )
