"""What can be wrong with a trip, as sentences and questions."""

from __future__ import annotations

from app.core.errors import BusinessError, Question
from app.core.messages import N_


class TripGone(BusinessError):
    """The trip has left already."""

    sentence = N_("Trip {trip} departed at {when}, by {who}. Nothing can be changed on it.")


class NotLoading(BusinessError):
    """Goods are loaded only while the trip is loading."""

    sentence = N_("Trip {trip} is {state}. Start loading it first.")


class TruckBusy(BusinessError):
    """A truck has at most one trip loading."""

    sentence = N_("{truck} is being loaded for trip {trip}. Let that one depart or stop it first.")


class NotOnTrip(BusinessError):
    """An order that is not planned for this trip."""

    sentence = N_("Order {order} is not planned for trip {trip}. Add it to the trip first.")


class OnAnotherTrip(BusinessError):
    """An order goes out with one trip at a time."""

    sentence = N_(
        "Order {order} is planned for trip {trip}, which has not left. Take it off there."
    )


class TruckEmpty(BusinessError):
    """A truck that leaves with nothing on it."""

    sentence = N_("Nothing is loaded on trip {trip}. Load its orders, or cancel the trip.")


class StillOnTruck(BusinessError):
    """A trip is cancelled only while its truck is empty."""

    sentence = N_("{quantity} are still on the truck of trip {trip}. Unload them first.")


class NoOrders(BusinessError):
    """A trip with nowhere to go."""

    sentence = N_("A trip needs at least one order.")


class LeftBehind(Question):
    """Some goods of the trip's orders are not on the truck."""

    answer = "leave_behind"
    sentence = N_(
        "Trip {trip} would leave without: {left}. Depart all the same? They stay where they are."
    )


class ShipComplete(BusinessError):
    """An order that ships whole or not at all."""

    sentence = N_(
        "Order {order} ships complete, but {missing} of {item} are not on the truck. "
        "Load the rest, or unload the order."
    )


class Overweight(Question):
    """More than the truck may carry."""

    answer = "overweight"
    sentence = N_("{truck} may carry {allowed} kg, {loaded} kg are on it. Depart all the same?")


class StaleLabels(BusinessError):
    """A carton whose label shows what is no longer true."""

    sentence = N_("The label of carton {sscc} (order {order}) is out of date. Print it again.")
