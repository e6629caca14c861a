"""What the packing bench refuses, each with its own sentence."""

from __future__ import annotations

from app.core.errors import BusinessError
from app.core.messages import N_


class NotOnOrder(BusinessError):
    """An item the order does not ask for."""

    sentence = N_("{item} is not on order {order}. Put it aside and scan another.")


class MoreThanOrdered(BusinessError):
    """More than is still to be boxed."""

    sentence = N_("Only {open} of {item} are left to box on order {order}, not {quantity}.")


class BoxTooLittle(BusinessError):
    """A scan of nothing."""

    sentence = N_("Box more than 0 of {item}.")


class NothingLeftToTake(BusinessError):
    """Neither promised nor free goods are within reach."""

    sentence = N_(
        "Only {found} of {item} can be taken, not {quantity}. Say that the line is short."
    )


class CartonNotOpen(BusinessError):
    """A carton that takes nothing more."""

    sentence = N_("Carton {sscc} is {state}. Open another carton, or reopen this one.")


class CartonNotClosed(BusinessError):
    """A carton that cannot be reopened, or is still open at the end."""

    sentence = N_(
        "Carton {sscc} is {state}, not closed. Close it first; packed goods are un-packed."
    )


class CartonOfOther(BusinessError):
    """Two orders never share a carton."""

    sentence = N_(
        "Carton {sscc} belongs to another order than {order}. Use a carton of this order."
    )


class CartonEmpty(BusinessError):
    """A carton without goods is not closed."""

    sentence = N_("Carton {sscc} is empty. Box something, or leave it open.")


class OrderNotToBox(BusinessError):
    """A draft, cancelled or finished order."""

    sentence = N_("Order {order} is {state}, so nothing is boxed for it. Scan another order.")


class NothingBoxed(BusinessError):
    """Finish without goods in cartons on a bench."""

    sentence = N_("Order {order} has nothing in closed cartons to finish. Box its goods first.")


class OrderShipsComplete(BusinessError):
    """A ship-complete order is not packed in part."""

    sentence = N_(
        "Order {order} ships complete, and {missing} of {item} are not boxed. Box them too."
    )


class NoLaneToFinish(BusinessError):
    """Own truck, and the order has no lane."""

    sentence = N_("Order {order} has no lane. Choose one on the order, then finish again.")


class NothingToUndo(BusinessError):
    """No scan of this carton is left to take back."""

    sentence = N_("Nothing was boxed into carton {sscc} that can be taken back.")


class UnpackedAlready(BusinessError):
    """A cancelled shipment."""

    sentence = N_("Shipment {shipment} is un-packed already.")


class ShipmentInvoiced(BusinessError):
    """An invoice stands on the shipment."""

    sentence = N_("Shipment {shipment} is invoiced. Credit the invoice first, then un-pack it.")
