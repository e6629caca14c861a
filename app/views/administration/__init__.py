"""The administrator's desk: the company, its currencies, printers, cartons, people and stations."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.desk_context import DeskContext
from app.views.widgets.rail import Desk
from app.views.widgets.wording import words


def rail_desk(context: DeskContext) -> Desk:
    """The administrator's desk for the window's rail; its parts are loaded when first opened."""

    def make() -> QWidget:
        from app.views.administration.desk import AdministrationDesk

        return AdministrationDesk(context)

    return Desk("administration", words(N_("Records")), words(N_("Administration")), "gear", make)
