"""The orders desk."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.desk_context import DeskContext
from app.views.widgets.rail import Desk
from app.views.widgets.wording import words


def rail_desk(context: DeskContext) -> Desk:
    """The orders desk for the window's rail; its parts are loaded when it is first opened."""

    def make() -> QWidget:
        from app.views.orders.desk import OrdersDesk

        return OrdersDesk(context)

    return Desk("orders", words(N_("Sell")), words(N_("Orders")), "shopping-cart", make)
