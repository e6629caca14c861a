"""What allocating, releasing and re-allocating refuse."""

from __future__ import annotations

from app.core.errors import BusinessError
from app.core.messages import N_


class NotEnoughStock(BusinessError):
    """All or nothing was asked for, and something is missing."""

    sentence = N_(
        "Order {order}: {missing} of {item} are missing (wanted {wanted}). Nothing was allocated. "
        "Allocate in part, wait for goods, or take them from another order."
    )


class NothingToAllocate(BusinessError):
    """Every line has what it wants."""

    sentence = N_("Order {order} has everything it wants already; there is nothing to allocate.")


class NothingAllocated(BusinessError):
    """There is no promise to take back."""

    sentence = N_("Nothing is allocated to order {order}; there is nothing to release.")


class NothingWaits(BusinessError):
    """A wave over orders of which none can be given anything."""

    sentence = N_(
        "No order here can be given goods now: none is short of an item available in its "
        "warehouse. Receive goods, or take them from another order."
    )


class MovedAlready(BusinessError):
    """Goods that are on their way cannot just be released."""

    sentence = N_(
        "{quantity} of {item} for order {order} are in {place}. "
        "Bring them back to a bin (un-stage) first; that releases nothing by itself."
    )


class ReallocationReasonNeeded(BusinessError):
    """Taking goods from a customer is explained."""

    about = ("reason",)
    sentence = N_("Say why {item} goes from order {order} to order {to}.")


class CannotGoThere(BusinessError):
    """Goods of one line that cannot serve the other."""

    about = ("to",)
    sentence = N_(
        "What is allocated to {order} line {line} is {item} in {warehouse}; {to} line {to_line} "
        "wants {to_item} in {to_warehouse}. Choose another line of the same item and warehouse."
    )


class SameLine(BusinessError):
    """From a line to itself."""

    about = ("to",)
    sentence = N_("{order} line {line} has these goods already. Choose another order's line.")


class NotShortOf(BusinessError):
    """The other line does not want so much."""

    about = ("quantity",)
    sentence = N_("{to} line {to_line} is short of only {short} {item}, not {quantity}.")


class NotInBins(BusinessError):
    """Less lies in bins than is to change hands."""

    about = ("quantity",)
    sentence = N_(
        "Only {free} of the {item} allocated to {order} line {line} still lie in bins, not "
        "{quantity}{places}. Bring goods back to a bin (un-stage, unload) first, or take less."
    )
