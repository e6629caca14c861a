"""What picking refuses."""

from __future__ import annotations

from app.core.errors import BusinessError
from app.core.messages import N_


class StaleCode(BusinessError):
    """A picklist line that is no longer to be picked."""

    sentence = N_(
        "This line of picklist {picklist} is {state} ({reason}). "
        "Print the list again to see what is still to be picked."
    )


class NotShort(BusinessError):
    """What was found is no shortage, or no quantity at all."""

    about = ("found",)
    sentence = N_(
        "{found} of {item} found is no short pick: the line asks for {open}. "
        "Enter 0 or more and less than {open}, or pick the line whole."
    )


class ShortReasonNeeded(BusinessError):
    """A shortage nobody explained."""

    about = ("reason",)
    sentence = N_("Say why {item} is short, for whoever counts the bin.")


class ListDone(BusinessError):
    """A list with nothing left to pick."""

    sentence = N_("Every line of picklist {picklist} is done; there is nothing left to pick.")


class PickTooMuch(BusinessError):
    """More than the line asks for."""

    about = ("quantity",)
    sentence = N_("Only {open} of {item} are left to pick here, not {quantity}.")


class PickTooLittle(BusinessError):
    """A pick of nothing."""

    about = ("quantity",)
    sentence = N_("Pick more than 0, or say the line is short.")


class NowhereToGo(BusinessError):
    """No target was given and the order has none."""

    sentence = N_("Say where the goods of order {order} go: a cart, lane, bench or truck.")


class NothingToList(BusinessError):
    """A picklist of no orders."""

    sentence = N_("No order was named. Choose the orders whose goods are to be fetched.")
