"""The taxes desk: where taxes are taken, at which rates, on which goods, and who pays none."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.desk_context import DeskContext
from app.views.widgets.rail import Desk
from app.views.widgets.wording import words


def rail_desk(context: DeskContext) -> Desk:
    """The taxes desk for the window's rail; its parts are loaded when it is first opened."""

    def make() -> QWidget:
        from app.views.taxes.desk import TaxesDesk

        return TaxesDesk(context)

    return Desk("taxes", words(N_("Records")), words(N_("Taxes")), "percent", make)
