"""Sales orders: entered, changed, confirmed, held, cancelled, reopened."""

from app.operations.orders.charging import add_charge, change_charge, remove_charge
from app.operations.orders.entry import NewAddress, OrderEntered, enter_order
from app.operations.orders.header import add_note, change_order, reprice_order
from app.operations.orders.life import (
    cancel_line,
    cancel_order,
    confirm_order,
    hold_order,
    release_hold,
    reopen_order,
)
from app.operations.orders.lines import add_lines, change_line, remove_line
from app.operations.orders.order import OrderChanged
from app.operations.orders.typed_charges import NewCharge
from app.operations.orders.typed_lines import NewLine

__all__ = [
    "NewAddress",
    "NewCharge",
    "NewLine",
    "OrderChanged",
    "OrderEntered",
    "add_charge",
    "add_lines",
    "add_note",
    "cancel_line",
    "cancel_order",
    "change_charge",
    "change_line",
    "change_order",
    "confirm_order",
    "enter_order",
    "hold_order",
    "release_hold",
    "remove_charge",
    "remove_line",
    "reopen_order",
    "reprice_order",
]
