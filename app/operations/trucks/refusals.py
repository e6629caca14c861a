"""What can be wrong with a trip, as sentences and questions."""

from __future__ import annotations

from app.core.errors import BusinessError, Question
from app.core.messages import N_

# ---------------------------------------------------------------- the trip and its truck


class TripGone(BusinessError):
    """The trip has left already."""

    sentence = N_("Trip {trip} departed at {when}, by {who}. Nothing can be changed on it.")


class TripCancelled(BusinessError):
    """A trip that will not be made."""

    sentence = N_("Trip {trip} is cancelled. Plan another one.")


class NotGone(BusinessError):
    """What can be done only after the trip has left."""

    sentence = N_("Trip {trip} is {state}: it has not departed, so there is nothing to {verb}.")


class NotLoading(BusinessError):
    """Goods are loaded only while the trip is loading."""

    sentence = N_("Trip {trip} is {state}. Start loading it first.")


class TruckBusy(BusinessError):
    """A truck has at most one trip loading."""

    about = ("truck",)
    sentence = N_("{truck} is being loaded for trip {trip}. Let that one depart or stop it first.")


class TruckFixed(BusinessError):
    """A trip whose doors are open keeps its truck."""

    about = ("truck",)
    sentence = N_(
        "Trip {trip} is {state} and stays on {truck}. Stop loading it, then choose another truck."
    )


class StillOnTruck(BusinessError):
    """A trip is cancelled, or its loading stopped, only while its truck is empty."""

    sentence = N_("Goods of {orders} are still on the truck of trip {trip}. Unload them first.")


class TruckEmpty(BusinessError):
    """A truck that leaves with nothing on it."""

    sentence = N_("Nothing is loaded on trip {trip}. Load its orders, or cancel the trip.")


class NoSuchStop(BusinessError):
    """A stop number the trip does not have."""

    sentence = N_("Trip {trip} has stops 1 to {stops}, not {stop}.")


# ---------------------------------------------------------------- orders on a trip


class NoOrders(BusinessError):
    """A trip with nowhere to go."""

    about = ("orders",)
    sentence = N_("A trip needs at least one order.")


class LastOrder(BusinessError):
    """Taking the only order off would leave a trip with nowhere to go."""

    sentence = N_("Order {order} is the only one of trip {trip}. Cancel the trip instead.")


class NotOnTrip(BusinessError):
    """An order that is not planned for this trip."""

    sentence = N_("Order {order} is not planned for trip {trip}. Add it to the trip first.")


class OnAnotherTrip(BusinessError):
    """An order goes out with one trip at a time."""

    about = ("orders",)
    sentence = N_(
        "Order {order} is planned for trip {trip}, which has not left. Take it off there."
    )


class OtherWarehouseOfTrip(BusinessError):
    """A trip starts at one warehouse."""

    about = ("orders",)
    sentence = N_("Order {order} ships from another warehouse. Plan a trip of its own for it.")


class NotToSend(BusinessError):
    """A finished or cancelled order."""

    about = ("orders",)
    sentence = N_("Order {order} is {state}: nothing of it is left to send.")


class OnTheTruck(BusinessError):
    """An order is taken off a trip only while nothing of it is on the truck."""

    sentence = N_("Goods of order {order} are on {truck}. Unload them first.")


class CartonOfOrder(BusinessError):
    """A carton that is loaded as if it were another order's."""

    sentence = N_("Carton {sscc} belongs to order {other}, not to {order}. Load it for {other}.")


class OutOfSequence(Question):
    """The last stop is loaded first, so that the first one stands at the doors."""

    answer = "out_of_sequence"
    sentence = N_(
        "Order {order} is delivered before {waiting}, which would stand behind it. "
        "Load it all the same?"
    )


# ---------------------------------------------------------------- departure


class LeftBehind(Question):
    """Some goods of the trip's orders are not on the truck."""

    answer = "leave_behind"
    sentence = N_(
        "Trip {trip} would leave without: {left}. Depart all the same? They stay where they are."
    )


class Overweight(Question):
    """More than the truck may carry."""

    answer = "overweight"
    sentence = N_("{truck} may carry {allowed} kg, {loaded} kg are on it. Depart all the same?")


class SerialsMissing(Question):
    """Units whose serial number is wanted and nobody wrote down."""

    answer = "without_serials"
    sentence = N_(
        "The serial numbers of {items} are not written down. "
        "Depart all the same? Nobody can be told later which unit they have."
    )


class ShipComplete(BusinessError):
    """An order that ships whole or not at all."""

    sentence = N_(
        "Order {order} ships complete, but {missing} of {item} are not on the truck. "
        "Load the rest, or unload the order."
    )


class StaleLabels(BusinessError):
    """A carton whose label shows what is no longer true."""

    sentence = N_("The label of carton {sscc} (order {order}) is out of date. Print it again.")


class CartonStillOpen(BusinessError):
    """A carton nobody closed."""

    sentence = N_("Carton {sscc} (order {order}) is still open. Close it, so that it has a label.")


class LotNotToSell(BusinessError):
    """Blocked or expired goods."""

    sentence = N_(
        "{quantity} of {item} (order {order}) on the truck are of lot {lot}, which is {why}. "
        "Unload them."
    )


# ---------------------------------------------------------------- coming back


class TripReturned(BusinessError):
    """A truck that is back has delivered."""

    sentence = N_(
        "Trip {trip} has come back and cannot be un-departed. "
        "Book what it brought back on its shipments."
    )


class TripInvoiced(BusinessError):
    """An invoice stands on what left."""

    sentence = N_(
        "Shipment {shipment} (order {order}) is invoiced. Credit the invoice, or delete its "
        "draft, then un-depart the trip."
    )


class SomeCameBack(BusinessError):
    """Goods that are back are not on the truck any more."""

    sentence = N_(
        "Some of shipment {shipment} (order {order}) was booked as come back. "
        "Book the rest the same way, or take that back first if it was a mistake."
    )


class NothingShipped(BusinessError):
    """A trip none of whose shipments is left."""

    sentence = N_("Trip {trip} has no shipment left that could be taken back.")


class NotByTruck(BusinessError):
    """A shipment that no truck of ours took."""

    sentence = N_(
        "Shipment {shipment} did not leave with a truck of ours, or was taken back. "
        "Book what comes back of it as a return."
    )


class NotOnShipment(BusinessError):
    """A line of which nothing left with this shipment, or all is back."""

    sentence = N_("Nothing of line {line} is out with shipment {shipment}. Check both numbers.")


class MoreThanShipped(BusinessError):
    """More came back than left."""

    about = ("quantity",)
    sentence = N_(
        "Only {shipped} of {item} left with shipment {shipment} and are still out, not {quantity}."
    )


class NothingCameBack(BusinessError):
    """Nothing to write down."""

    sentence = N_("Say of at least one line of shipment {shipment} what became of it.")


class NothingToTakeBack(BusinessError):
    """A shipment of which nothing is booked as come back."""

    sentence = N_("Nothing of shipment {shipment} is booked as come back; all of it is out.")


class MovedOn(BusinessError):
    """Goods that came back and are used for something else by now."""

    sentence = N_(
        "Of the {quantity} {item} that came back to {place} only {there} are still there for it. "
        "Bring them back to {place}, or book what is true now."
    )


class SayWhy(BusinessError):
    """Refused and damaged goods are explained."""

    about = ("reason",)
    sentence = N_("Say why {item} came back: give a reason.")


class SayWhereTo(BusinessError):
    """Goods that come back need a place."""

    sentence = N_(
        "Say where {outcome} goods go: {kinds}. Nothing of that kind is set for order {order}."
    )
