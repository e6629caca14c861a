"""The inventory desk."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.messages import N_
from app.views.desk_context import DeskContext
from app.views.widgets.rail import Desk
from app.views.widgets.wording import words


def rail_desk(context: DeskContext) -> Desk:
    """The inventory desk for the window's rail; its parts are loaded when it is first opened."""

    def make() -> QWidget:
        from app.views.inventory.desk import InventoryDesk

        return InventoryDesk(context)

    return Desk("inventory", words(N_("Floor")), words(N_("Inventory")), "archive", make)
