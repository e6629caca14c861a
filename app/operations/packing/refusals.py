"""What the packing bench refuses, each with its own sentence."""

from __future__ import annotations

from app.core.errors import BusinessError, Question
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


class CartonElsewhere(BusinessError):
    """A carton is in one place with all its goods."""

    sentence = N_(
        "Carton {sscc} is at {place} with goods in it, not at {bench}. "
        "Use a carton here, or bring that one."
    )


class CartonTooHeavy(BusinessError):
    """More than the carton's type may weigh."""

    sentence = N_(
        "Carton {number} weighs {weight} kg; {type} takes {allowed} kg. Take something out of it."
    )


class WeightDiffers(Question):
    """The scale and the contents do not agree."""

    answer = "weight_confirmed"
    sentence = N_(
        "Carton {number} weighs {weight} kg, but its contents should weigh {expected} kg. "
        "Check what is in it; close it all the same?"
    )


class SerialMissing(BusinessError):
    """An item whose units are told apart when they are packed."""

    sentence = N_("{item} needs its serial: scan one unit at a time, and its serial.")


class SerialTaken(BusinessError):
    """A serial is with one customer, in one carton."""

    sentence = N_("Serial {serial} of {item} is in {place} already. Scan another unit.")


class LabelWrong(BusinessError):
    """The order changed after the label was printed."""

    sentence = N_(
        "The label of carton {sscc} is older than the last change of order {order}. "
        "Print it again, then finish."
    )


class NothingShort(BusinessError):
    """All of the line is boxed."""

    sentence = N_("Nothing of this line of order {order} is left to box, so nothing is short.")


class CartonEmpty(BusinessError):
    """A carton without goods is not closed."""

    sentence = N_("Carton {sscc} is empty. Box something, or leave it open.")


class OrderNotToBox(BusinessError):
    """A draft, cancelled or finished order."""

    sentence = N_("Order {order} is {state}, so nothing is boxed for it. Scan another order.")


class NothingBoxed(BusinessError):
    """Finish without goods in cartons on a bench."""

    sentence = N_("Order {order} has nothing in closed cartons to finish. Box its goods first.")


class ShippedAlready(BusinessError):
    """Everything has left."""

    sentence = N_("Order {order} was packed as {shipment} by {who} on {at}.")


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


class LeftByTruck(BusinessError):
    """Goods that are on the road are not on the bench."""

    sentence = N_(
        "Shipment {shipment} left with trip {trip}. A manager takes the departure back, or you "
        "book what the truck brought back."
    )


class ShipmentInvoiced(BusinessError):
    """An invoice stands on the shipment."""

    sentence = N_("Shipment {shipment} is invoiced. Credit the invoice first, then un-pack it.")
